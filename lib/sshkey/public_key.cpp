#include "sshkey/public_key.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "sshkey/curve.hpp"
#include "sshkey/wire.hpp"

namespace jaga::sshkey {
namespace {

constexpr std::size_t kMostBlob = 16 * 1024;
constexpr std::size_t kMostType = 64;  // RFC 4251 section 6

bool is_type(std::string_view type) {
  return !type.empty() && type.size() <= kMostType && std::ranges::all_of(type, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '@' || c == '.' || c == '_';
  });
}

// RSA keys of hosts may be as short as old ones are; what signs records is held to more.
constexpr std::size_t kLeastModulus = 1024 / 8;

bool has_its_fields(std::string_view type, WireReader& fields) {
  if (type == kEd25519)  // RFC 8709 section 4
    return fields.string().size() == 32 && fields.at_end();
  if (const Curve* curve = type.starts_with("ecdsa-") ? curve_of(type) : nullptr) {
    // RFC 5656 section 3.1; an uncompressed point only, as OpenSSH writes it.
    const auto name = fields.string();
    const auto point = fields.string();
    return name == curve->name && point.size() == curve->point() && point.front() == '\x04' &&
           fields.at_end();
  }
  if (type == kRsa) {
    fields.positive_mpint();  // the exponent
    return fields.positive_mpint().size() >= kLeastModulus && fields.at_end();
  }
  return true;
}

}  // namespace

const Curve* curve_of(std::string_view type) {
  static constexpr Curve kCurves[] = {{"nistp256", "P-256", "SHA256", 32},
                                      {"nistp384", "P-384", "SHA384", 48},
                                      {"nistp521", "P-521", "SHA512", 66}};
  if (type == "sk-ecdsa-sha2-nistp256@openssh.com") return &kCurves[0];
  constexpr std::string_view kPrefix = "ecdsa-sha2-";
  if (!type.starts_with(kPrefix)) return nullptr;
  for (const Curve& curve : kCurves)
    if (curve.name == type.substr(kPrefix.size())) return &curve;
  return nullptr;
}

std::string fingerprint(std::string_view blob) {
  std::string text = base64_encode(view_of(sha256(blob).bytes));
  while (!text.empty() && text.back() == '=') text.pop_back();
  return "SHA256:" + text;
}

std::string PublicKey::line() const {
  return type + " " + base64_encode(blob);
}

std::optional<PublicKey> public_key_from_blob(std::string_view blob) {
  if (blob.size() > kMostBlob) return std::nullopt;
  WireReader fields(blob);
  const auto type = fields.string();
  if (!is_type(type) || !has_its_fields(type, fields)) return std::nullopt;
  return PublicKey{std::string(type), std::string(blob)};
}

std::optional<PublicKey> parse_public_key(std::string_view text) {
  text = trim(text);
  if (text.find_first_of("\r\n") != std::string_view::npos) return std::nullopt;
  const std::size_t space = text.find_first_of(" \t");
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view type = text.substr(0, space);
  std::string_view rest = text.substr(space);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
  rest = rest.substr(0, rest.find_first_of(" \t"));
  if (rest.size() > 2 * kMostBlob) return std::nullopt;
  const auto blob = base64_decode(rest);
  if (!blob) return std::nullopt;
  auto key = public_key_from_blob(*blob);
  if (!key || key->type != type) return std::nullopt;
  return key;
}

}  // namespace jaga::sshkey
