#include <doctest/doctest.h>

#include "base/digest.hpp"
#include "ssh/agent_protocol.hpp"
#include "ssh/host_key.hpp"
#include "ssh/kexinit.hpp"
#include "ssh/wire.hpp"

namespace ssh = jaga::ssh;

namespace {

// Made by ssh-keygen; `ssh-keygen -l` says what kFingerprint says.
constexpr std::string_view kKey =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEtc5WUPqNYe/GjS2Sy5kMNVQbeBqHcZbIFYVHAlDqZr";

std::string string(std::string_view value) {
  std::string out;
  ssh::put_string(out, value);
  return out;
}

std::string packet(std::string_view payload) {
  std::string out;
  ssh::put_number(out, static_cast<std::uint32_t>(payload.size() + 5));
  ssh::put_byte(out, 4);
  return out + std::string(payload) + "\0\0\0\0";
}

}  // namespace

TEST_CASE("a host key is read from text and written back") {
  const auto key = ssh::parse_host_key(std::string(kKey) + " a comment\n");
  REQUIRE(key);
  CHECK(key->type == "ssh-ed25519");
  CHECK(key->text() == kKey);
  CHECK(key->blob.size() == 51);
  CHECK(key->fingerprint().starts_with("SHA256:"));
  CHECK(key->fingerprint().size() == 50);
  CHECK(ssh::host_key_from_blob(key->blob) == key);
  CHECK(ssh::parse_host_key("  " + std::string(kKey))->blob == key->blob);
}

TEST_CASE("what is no host key is refused") {
  const std::string good(kKey);
  const auto key = ssh::parse_host_key(good);
  REQUIRE(key);
  CHECK_FALSE(ssh::parse_host_key(""));
  CHECK_FALSE(ssh::parse_host_key("ssh-ed25519"));
  CHECK_FALSE(ssh::parse_host_key("ssh-rsa" + good.substr(11)));  // type and blob disagree
  CHECK_FALSE(ssh::parse_host_key(good.substr(0, 40)));
  CHECK_FALSE(ssh::parse_host_key(good + "\nssh-ed25519 AAAA"));
  CHECK_FALSE(ssh::parse_host_key("command=\"x\" " + good));
  CHECK_FALSE(ssh::host_key_from_blob(key->blob + "x"));
  for (std::size_t size = 0; size < key->blob.size(); ++size)
    CHECK_FALSE(ssh::host_key_from_blob(key->blob.substr(0, size)));
  CHECK_FALSE(ssh::host_key_from_blob(string("ssh-\x1b[2Jx")));
  CHECK_FALSE(ssh::host_key_from_blob(string("ecdsa-sha2-nistp256") + string("nistp384") +
                                      string("\x04" + std::string(64, 'x'))));
  CHECK(ssh::host_key_from_blob(string("ecdsa-sha2-nistp256") + string("nistp256") +
                                string("\x04" + std::string(64, 'x'))));
}

TEST_CASE("mpints are minimal and positive") {
  std::string out;
  ssh::put_mpint(out, std::string_view("\0\0\x80", 3));
  CHECK(out == std::string("\0\0\0\2\0\x80", 6));
  out.clear();
  ssh::put_mpint(out, std::string_view("\0", 1));
  CHECK(out == std::string(4, '\0'));
}

TEST_CASE("a server's offer is read from its first bytes") {
  std::string lists;
  for (const char* list : {"curve25519-sha256,x", "ssh-ed25519", "aes-in", "aes-out", "mac-in", "mac-out",
                           "none", "none", "", ""}) {
    lists += string(list);
  }
  const std::string payload = "\x14" + std::string(16, 'c') + lists + std::string(5, '\0');
  const std::string sent = "Welcome\r\nSSH-2.0-OpenSSH_9.2\r\n" + packet(payload);
  CHECK(ssh::identification(sent) == "SSH-2.0-OpenSSH_9.2");
  const auto offer = ssh::parse_offer(sent);
  REQUIRE(offer);
  CHECK(offer->key_exchange == std::vector<std::string>{"curve25519-sha256", "x"});
  CHECK(offer->host_key == std::vector<std::string>{"ssh-ed25519"});
  CHECK(offer->cipher == std::vector<std::string>{"aes-out"});
  CHECK(offer->mac == std::vector<std::string>{"mac-out"});
  for (std::size_t size = 0; size + 5 < sent.size(); ++size)
    CHECK_FALSE(ssh::parse_offer(sent.substr(0, size)));
  CHECK_FALSE(ssh::parse_offer("SSH-2.0-x\r\n" + packet("\x15" + std::string(100, 'c'))));
  CHECK_FALSE(ssh::parse_offer("SSH-2.0-x\r\n\xff\xff\xff\xff\xff" + payload));
  CHECK_FALSE(ssh::identification("HTTP/1.1 400 Bad Request\r\n"));
  CHECK_FALSE(ssh::identification("SSH-2.0-unfinished"));
}

TEST_CASE("the agent's answers are read strictly") {
  CHECK(ssh::agent_list_request() == std::string("\0\0\0\1\x0b", 5));
  std::string list = "\x0c";
  ssh::put_number(list, 1);
  list += string("blob") + string("comment");
  const auto keys = ssh::parse_agent_list(list);
  REQUIRE(keys);
  REQUIRE(keys->size() == 1);
  CHECK(keys->front().blob == "blob");
  CHECK_FALSE(ssh::parse_agent_list(list + "x"));
  for (std::size_t size = 0; size < list.size(); ++size)
    CHECK_FALSE(ssh::parse_agent_list(list.substr(0, size)));
  CHECK_FALSE(ssh::parse_agent_list(std::string("\x0c\xff\xff\xff\xff", 5)));
  CHECK_FALSE(ssh::parse_agent_list("\x05"));

  const std::string signature = "\x0e" + string(string("rsa-sha2-512") + string("bytes"));
  CHECK(ssh::parse_agent_signature(signature, "rsa-sha2-512") == "bytes");
  CHECK_FALSE(ssh::parse_agent_signature(signature, "ssh-rsa"));
  CHECK_FALSE(ssh::parse_agent_signature("\x05", "ssh-rsa"));

  const std::string data = string("session") + "\x32" + string("user") + string("ssh-connection") +
                           string("publickey") + "\x01" + string("rsa-sha2-256") + string("blob");
  CHECK(ssh::algorithm_to_sign(data) == "rsa-sha2-256");
  CHECK_FALSE(ssh::algorithm_to_sign(data.substr(0, 20)));
}
