#include "fleet/signed_text.hpp"

#include <doctest/doctest.h>

#include <string>

#include "../expect.hpp"
#include "fleet/packed.hpp"
#include "keys.hpp"
#include "sshkey/wire.hpp"
#include "yaml/write.hpp"

using namespace jaga;
using expect::code_of;

namespace {

yaml::Node head() {
  yaml::Node node = yaml::Node::map();
  node.set("format", "test@1").set("name", "web01");
  return node;
}

// The parts of a message, to put together otherwise.
struct Parts {
  std::string head, signature, packed;
};
Parts parts_of(const std::string& message) {
  sshkey::WireReader reader(message);
  reader.fixed(4);
  Parts out;
  out.head = reader.string();
  out.signature = reader.string();
  out.packed = reader.rest();
  return out;
}
std::string together(const Parts& parts) {
  std::string out = "jg01";
  sshkey::put_string(out, parts.head);
  sshkey::put_string(out, parts.signature);
  return out + parts.packed;
}

}  // namespace

TEST_CASE("a signed text comes back with its head and its signer") {
  const auto signer = test::key(1);
  const std::string message = fleet::write_signed(head(), "the text", *signer);
  const fleet::SignedText read = fleet::read_signed(message, "message");
  CHECK(read.head == head());
  CHECK(read.text == "the text");
  CHECK(read.signer == signer->public_key());
  CHECK(fleet::read_head(read.head_bytes, read.signature, "head").signer == signer->public_key());
  CHECK(together(parts_of(message)) == message);
}

TEST_CASE("an altered byte anywhere in a message is noticed") {
  const std::string message = fleet::write_signed(head(), "the text", *test::key(1));
  for (std::size_t at = 0; at < message.size(); ++at) {
    std::string altered = message;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    CHECK(code_of([&] { fleet::read_signed(altered, "message"); }) == ExitCode::data);
  }
}

TEST_CASE("a message that is cut or followed by something is refused") {
  const std::string message = fleet::write_signed(head(), "the text", *test::key(1));
  for (std::size_t size = 0; size < message.size(); ++size)
    CHECK(code_of([&] { fleet::read_signed(message.substr(0, size), "message"); }) == ExitCode::data);
  CHECK(code_of([&] { fleet::read_signed(message + "x", "message"); }) == ExitCode::data);
}

TEST_CASE("the text, the head and the signature of different messages do not go together") {
  const auto signer = test::key(1);
  const Parts one = parts_of(fleet::write_signed(head(), "the text", *signer));
  const Parts other = parts_of(fleet::write_signed(head(), "another text", *signer));
  CHECK(code_of([&] {
          fleet::read_signed(together({one.head, one.signature, other.packed}), "m");
        }) == ExitCode::data);
  CHECK(code_of([&] {
          fleet::read_signed(together({one.head, other.signature, one.packed}), "m");
        }) == ExitCode::data);
  CHECK(code_of([&] {
          fleet::read_signed(together({one.head, one.signature, one.packed}), "m");
        }) == ExitCode::ok);
}

TEST_CASE("a signature for another purpose is none of a message") {
  const auto signer = test::key(1);
  Parts parts = parts_of(fleet::write_signed(head(), "the text", *signer));
  parts.signature = signer->sign(parts.head, sign::kRecordNamespace);
  CHECK(code_of([&] { fleet::read_signed(together(parts), "m"); }) == ExitCode::data);
}

TEST_CASE("a text that is larger than its head says is not unpacked") {
  const auto signer = test::key(1);
  yaml::Node lying = head();
  const std::string text(10'000'000, 'a');
  lying.set("text", std::string_view(sha256(text).text())).set("bytes", 1'000);
  Parts parts;
  parts.head = yaml::write_canonical(lying);
  parts.signature = signer->sign(parts.head, fleet::kNamespace);
  parts.packed = fleet::pack(text);
  CHECK(code_of([&] { fleet::read_signed(together(parts), "m"); }) == ExitCode::data);

  yaml::Node huge = head();
  huge.set("text", std::string_view(sha256(text).text())).set("bytes", 10'000'000);
  parts.head = yaml::write_canonical(huge);
  parts.signature = signer->sign(parts.head, fleet::kNamespace);
  CHECK(code_of([&] { fleet::read_signed(together(parts), "m"); }) == ExitCode::data);
}

TEST_CASE("what is too large for the network is not written") {
  CHECK(code_of([] { fleet::write_signed(head(), std::string(fleet::kMostText + 1, 'a'), *test::key(1)); }) ==
        ExitCode::software);
}
