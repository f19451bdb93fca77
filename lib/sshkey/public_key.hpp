// Public keys of SSH, of people and of hosts, as text and as bytes. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace jaga::sshkey {

inline constexpr std::string_view kEd25519 = "ssh-ed25519";
inline constexpr std::string_view kRsa = "ssh-rsa";

// Of a key's blob: "SHA256:" and 43 digits of base64 without padding, as `ssh-keygen -l` prints it.
std::string fingerprint(std::string_view blob);

// A public key as RFC 4253 section 6.6 encodes it. `type` is the name of the key format, the first string
// of the blob: "ssh-ed25519", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com", "ssh-rsa" ...
struct PublicKey {
  std::string type;
  std::string blob;

  bool operator==(const PublicKey&) const = default;
  std::string fingerprint() const { return sshkey::fingerprint(blob); }
  // "TYPE BASE64", as in authorized_keys and, after the names, in known_hosts.
  std::string line() const;
  // Of a FIDO token (OpenSSH's PROTOCOL.u2f).
  bool is_token() const { return type.starts_with("sk-"); }
};

// The key of a blob from a peer or a file: the type must be a plausible name, and for the types that jaga
// logs in with (ed25519, ecdsa over the three NIST curves, rsa) the fields must be there, of the right
// size, with nothing after them. nullopt otherwise.
[[nodiscard]] std::optional<PublicKey> public_key_from_blob(std::string_view blob);
// "TYPE BASE64 [COMMENT]" in one line, type and blob agreeing. Options before the type are not accepted.
[[nodiscard]] std::optional<PublicKey> parse_public_key(std::string_view text);

}  // namespace jaga::sshkey
