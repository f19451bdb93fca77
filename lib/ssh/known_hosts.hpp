// The known_hosts files of OpenSSH (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT"): what they say about a host.
// Pure.
//
// `jaga host trust` offers what is found here; it is never trusted by itself where keys are pinned.
//
// Any thread may call these. An answer is a copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sshkey/public_key.hpp"

namespace jaga::ssh {

struct KnownHostsLine {
  enum class Marker { none, revoked, authority } marker = Marker::none;
  std::vector<std::string> patterns;  // as written, lower case; empty where the name is hashed
  std::string salt;                   // of a hashed name ("|1|salt|hash"): raw bytes
  std::string hash;
  sshkey::PublicKey key;
  std::size_t number = 0;  // of the line, from 1
};

struct KnownHosts {
  std::string file;  // as given, for messages
  std::vector<KnownHostsLine> lines;
  std::vector<std::size_t> unreadable;  // numbers of lines that are not comments and were not understood
};

KnownHosts parse_known_hosts(std::string_view text, std::string file);

struct KnownKey {
  sshkey::PublicKey key;
  std::string file;
  std::size_t line;
};

struct KnownHostsAnswer {
  std::vector<KnownKey> keys;         // for this host, not revoked
  std::vector<KnownKey> revoked;      // must not be believed for this host, whatever else says
  std::vector<KnownKey> authorities;  // @cert-authority, which jaga does not follow: to be named, not used
};

// What the files say about `host` (a name or a numeric address) at `port`. With a port other than 22 only
// entries for "[host]:port" count, as in OpenSSH: a key of plain `host` says nothing about another port.
KnownHostsAnswer look_up(std::span<const KnownHosts> files, std::string_view host, std::uint16_t port);

}  // namespace jaga::ssh
