// OpenSSH's file signatures, PROTOCOL.sshsig, taken apart and put together. Pure and strict: one byte
// sequence a signature. Stricter than ssh-keygen, which accepts other white space in the armor, text behind
// it, version 0 and a reserved field that is not empty.
//
// Any thread may call these.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sign/key.hpp"
#include "sshkey/private_key.hpp"

namespace jaga::sign {

struct Sshsig {
  PublicKey key;
  std::string name_space;
  std::string hash;       // "sha256" or "sha512"
  std::string signature;  // the inner SSH signature blob: string algorithm, string signature [, sk fields]
};

// "-----BEGIN SSH SIGNATURE-----", base64 in lines of 70 (the last may be shorter), "-----END ...", each line
// ended by LF, nothing before or behind; at most 16 KiB.
std::optional<std::string> dearmor(std::string_view text);
std::string armor(std::string_view blob);

[[nodiscard]] std::optional<Sshsig> parse_sshsig(std::string_view blob);
std::string write_sshsig(const Sshsig& sshsig);

// What is really signed: magic, namespace, reserved, hash name, hash of the message. `hash` as in Sshsig.
std::string signed_data(std::string_view bytes, std::string_view name_space, std::string_view hash);

// A key's wire form of a type that we verify, with the right shape; nullopt for anything else (certificates,
// DSA, RSA below 2048 bits, points that are not on their curve).
[[nodiscard]] std::optional<PublicKey> parse_key_blob(std::string_view blob);

// Signs with an available key.
std::unique_ptr<Signer> signer_with(sshkey::PrivateKey key);

// `signature` as in Sshsig, over `data`.
[[nodiscard]] bool verify_blob(const PublicKey& key, std::string_view signature, std::string_view data);

}  // namespace jaga::sign
