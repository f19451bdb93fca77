#include <doctest/doctest.h>

#include "base/digest.hpp"
#include "ssh/kexinit.hpp"
#include "ssh/userauth.hpp"
#include "sshkey/wire.hpp"

namespace ssh = jaga::ssh;

namespace {

std::string string(std::string_view value) {
  std::string out;
  jaga::sshkey::put_string(out, value);
  return out;
}

std::string packet(std::string_view payload) {
  std::string out;
  jaga::sshkey::put_number(out, static_cast<std::uint32_t>(payload.size() + 5));
  jaga::sshkey::put_byte(out, 4);
  return out + std::string(payload) + "\0\0\0\0";
}

}  // namespace

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

TEST_CASE("what libssh2 leaves to its caller of a login") {
  const std::string signature = "\x0e" + string(string("rsa-sha2-512") + string("bytes"));
  CHECK(ssh::signature_bytes(signature, "rsa-sha2-512") == "bytes");
  CHECK_FALSE(ssh::signature_bytes(signature, "ssh-rsa"));
  CHECK_FALSE(ssh::signature_bytes("\x05", "ssh-rsa"));

  const std::string data = string("session") + "\x32" + string("user") + string("ssh-connection") +
                           string("publickey") + "\x01" + string("rsa-sha2-256") + string("blob");
  CHECK(ssh::algorithm_to_sign(data) == "rsa-sha2-256");
  CHECK_FALSE(ssh::algorithm_to_sign(data.substr(0, 20)));
}
