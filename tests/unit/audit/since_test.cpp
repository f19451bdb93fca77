// Audits that read only what is new since a seal.
#include <doctest/doctest.h>

#include <filesystem>

#include "base/error.hpp"
#include "place.hpp"

using namespace jaga;
using namespace jaga::audit;
using namespace jaga::audit::test;

namespace {

// The newest seal of a chain of seals ("one" or "two").
std::string newest(const Copy& copy, const std::string& installation) {
  return copy.files("seals/" + installation + "/").back();
}

Report audit_since(const Copy& copy, const std::vector<std::string>& since,
                   const std::vector<std::string>& verified) {
  Options options;
  options.installation = "one";
  options.since = since;
  for (const std::string& file : verified) options.verified.push_back(sha256(copy.read(file)));
  return audit_directory(store::Folder(copy.path().string()), original().repo, options);
}

ExitCode refusal(const Copy& copy, const std::string& since, const std::vector<std::string>& verified) {
  try {
    (void)audit_since(copy, {since}, verified);
  } catch (const Error& error) {
    return error.code();
  }
  return ExitCode::ok;
}

std::string digest_of(const Copy& copy, const std::string& file) {
  return sha256(copy.read(file)).text();
}

}  // namespace

TEST_CASE("what is new since a seal is read, the rest is compared by names") {
  const Copy copy;
  const std::string one = newest(copy, "one");
  const std::string two = newest(copy, "two");
  const Report all = copy.audit();
  REQUIRE(all.sound());
  CHECK(all.seals.size() == 2);
  CHECK_FALSE(all.untouched);

  // `second` has a note that no seal names; `first` went on after the first seal.
  const Report since_last = audit_since(copy, {digest_of(copy, two)}, {two});
  CHECK(text(since_last) == "");
  CHECK(since_last.untouched == 1);
  CHECK(since_last.records < all.records);
  CHECK(since_last.newer == all.newer);
  CHECK(since_last.seal == all.seal);
  const Report since_first = audit_since(copy, {digest_of(copy, one)}, {two});
  CHECK(text(since_first) == "");
  CHECK(since_first.untouched == 0);
  // Any unique beginning.
  CHECK(audit_since(copy, {digest_of(copy, two).substr(0, 20)}, {two}).untouched == 1);
}

TEST_CASE("only a seal that this account has verified") {
  const Copy copy;
  const std::string one = newest(copy, "one");
  const std::string two = newest(copy, "two");
  CHECK(refusal(copy, digest_of(copy, two), {two}) == ExitCode::ok);
  CHECK(refusal(copy, digest_of(copy, two), {one}) == ExitCode::not_permitted);
  CHECK(refusal(copy, digest_of(copy, two), {}) == ExitCode::not_permitted);
  CHECK(refusal(copy, "sha256:0000", {two}) == ExitCode::no_input);
  CHECK(refusal(copy, "sha256:", {two}) == ExitCode::usage);
}

TEST_CASE("in what is new everything is found") {
  const Copy whole;
  const std::string two = newest(whole, "two");
  for (const std::string& file : whole.files("incidents/")) {
    const Copy copy;
    const bool is_of_second = file.find(second().id) != std::string::npos;
    auto bytes = copy.read(file);
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
    copy.write(file, bytes);
    CAPTURE(file);
    // A whole audit finds each; this one what lies in an incident in which something is new.
    CHECK_FALSE(copy.audit().sound());
    CHECK(audit_since(copy, {digest_of(copy, two)}, {two}).sound() != is_of_second);
  }
  const Copy copy;
  const std::string seal = newest(copy, "two");
  copy.write("seals/two/0002-seal.aaaaaa.yaml", "x");
  CHECK(names(audit_since(copy, {digest_of(copy, seal)}, {seal}), "seals/two/0002-seal.aaaaaa.yaml"));
}

TEST_CASE("what was sealed and is missing is found without reading anything") {
  const Copy whole;
  const std::string two = newest(whole, "two");
  const auto files = whole.files("incidents/");
  for (const std::string& file : files) {
    const Copy copy;
    const auto digest = digest_of(copy, two);
    copy.remove(file);
    CAPTURE(file);
    const bool sealed = !copy.audit().sound();
    CHECK(audit_since(copy, {digest}, {two}).sound() != sealed);
  }
  const Copy copy;
  std::filesystem::remove_all(copy.at(first().directory()));
  CHECK(text(audit_since(copy, {digest_of(copy, two)}, {two})).find("it was sealed but is missing") !=
        std::string::npos);
}

TEST_CASE("a seal under the one that was verified cannot be changed") {
  const Copy copy;
  const std::string one = newest(copy, "one");
  const std::string two = newest(copy, "two");
  const auto digest = digest_of(copy, two);
  copy.write(one, with(copy.read(one), "sha256:", "sha256:0"));
  CHECK_FALSE(audit_since(copy, {digest}, {two}).sound());
  copy.remove(one);
  CHECK_FALSE(audit_since(copy, {digest}, {two}).sound());
}
