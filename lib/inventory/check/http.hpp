// The kind of check "http" (jaga-hosts(5)); its members are those of inventory/check/kind.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "inventory/check/kind.hpp"

namespace jaga::inventory {

// One GET of the host's own address, whatever the name in the URL resolves to; redirects are followed.
struct HttpCheck {
  std::string url;               // parse_url() understands it
  std::vector<int> status{200};  // one of these
  std::string body;              // to be found in the first MiB of the body; empty: anything
  int redirects = 5;             // 0...20
  milliseconds timeout{10'000};  // of all of it
  std::optional<milliseconds> expires_warn =
      std::chrono::hours{24 * 30};  // this or less is left of the certificate
  std::optional<milliseconds> expires_crit = std::chrono::hours{24 * 7};
  bool verify = true;  // the certificate's name and chain; its end is looked at always
  std::string ca;      // trusted certificates (PEM), a full path; empty: the system's

  static constexpr std::string_view kKind = "http";
  static constexpr std::string_view kTyped = "http:URL";
  std::string object() const { return url; }
  static Named named(const Body& body);
  void set(const std::string& path, const Leaf& leaf);
  void check_limits(const Leaf& leaf) const;
  void fill(const Words& words);
  void write(yaml::Node& body) const;
  static std::optional<HttpCheck> typed(std::string_view text);
  bool operator==(const HttpCheck&) const = default;
};

}  // namespace jaga::inventory
