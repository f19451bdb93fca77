#include <doctest/doctest.h>

#include "base/digest.hpp"
#include "sshkey/agent_messages.hpp"
#include "sshkey/public_key.hpp"
#include "sshkey/wire.hpp"

namespace sshkey = jaga::sshkey;

namespace {

// Made by ssh-keygen; `ssh-keygen -l` says what kFingerprint says.
constexpr std::string_view kKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEtc5WUPqNYe/GjS2Sy5kMNVQbeBqHcZbIFYVHAlDqZr";

std::string string(std::string_view value) {
  std::string out;
  sshkey::put_string(out, value);
  return out;
}

}  // namespace

TEST_CASE("a public key is read from text and written back") {
  const auto key = sshkey::parse_public_key(std::string(kKey) + " a comment\n");
  REQUIRE(key);
  CHECK(key->type == "ssh-ed25519");
  CHECK(key->line() == kKey);
  CHECK(key->blob.size() == 51);
  CHECK(key->fingerprint().starts_with("SHA256:"));
  CHECK(key->fingerprint().size() == 50);
  CHECK(sshkey::public_key_from_blob(key->blob) == key);
  CHECK(sshkey::parse_public_key("  " + std::string(kKey))->blob == key->blob);
}

TEST_CASE("an invalid public key is refused") {
  const std::string good(kKey);
  const auto key = sshkey::parse_public_key(good);
  REQUIRE(key);
  CHECK_FALSE(sshkey::parse_public_key(""));
  CHECK_FALSE(sshkey::parse_public_key("ssh-ed25519"));
  CHECK_FALSE(sshkey::parse_public_key("ssh-rsa" + good.substr(11)));  // type and blob disagree
  CHECK_FALSE(sshkey::parse_public_key(good.substr(0, 40)));
  CHECK_FALSE(sshkey::parse_public_key(good + "\nssh-ed25519 AAAA"));
  CHECK_FALSE(sshkey::parse_public_key("command=\"x\" " + good));
  CHECK_FALSE(sshkey::public_key_from_blob(key->blob + "x"));
  for (std::size_t size = 0; size < key->blob.size(); ++size)
    CHECK_FALSE(sshkey::public_key_from_blob(key->blob.substr(0, size)));
  CHECK_FALSE(sshkey::public_key_from_blob(string("ssh-\x1b[2Jx")));
  CHECK_FALSE(sshkey::public_key_from_blob(string("ecdsa-sha2-nistp256") + string("nistp384") +
                                           string("\x04" + std::string(64, 'x'))));
  CHECK(sshkey::public_key_from_blob(string("ecdsa-sha2-nistp256") + string("nistp256") +
                                     string("\x04" + std::string(64, 'x'))));
}

TEST_CASE("mpints are minimal and positive") {
  std::string out;
  sshkey::put_mpint(out, std::string_view("\0\0\x80", 3));
  CHECK(out == std::string("\0\0\0\2\0\x80", 6));
  out.clear();
  sshkey::put_mpint(out, std::string_view("\0", 1));
  CHECK(out == std::string(4, '\0'));
}

TEST_CASE("the agent's answers are read strictly") {
  CHECK(sshkey::agent_list_request() == std::string("\0\0\0\1\x0b", 5));
  std::string list = "\x0c";
  sshkey::put_number(list, 1);
  list += string("blob") + string("comment");
  const auto keys = sshkey::parse_agent_list(list);
  REQUIRE(keys);
  REQUIRE(keys->size() == 1);
  CHECK(keys->front().blob == "blob");
  CHECK_FALSE(sshkey::parse_agent_list(list + "x"));
  for (std::size_t size = 0; size < list.size(); ++size)
    CHECK_FALSE(sshkey::parse_agent_list(list.substr(0, size)));
  CHECK_FALSE(sshkey::parse_agent_list(std::string("\x0c\xff\xff\xff\xff", 5)));
  CHECK_FALSE(sshkey::parse_agent_list("\x05"));

  const std::string signature = "\x0e" + string("signature");
  CHECK(sshkey::parse_agent_signature(signature) == "signature");
  CHECK_FALSE(sshkey::parse_agent_signature(signature + "x"));
  for (std::size_t size = 0; size < signature.size(); ++size)
    CHECK_FALSE(sshkey::parse_agent_signature(signature.substr(0, size)));
  CHECK_FALSE(sshkey::parse_agent_signature("\x05"));
}
