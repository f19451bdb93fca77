#include "sign/sshsig.hpp"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <vector>

#include "base/digest.hpp"
#include "sshkey/wire.hpp"

namespace jaga::sign {
namespace {

constexpr std::string_view kBegin = "-----BEGIN SSH SIGNATURE-----\n";
constexpr std::string_view kEnd = "-----END SSH SIGNATURE-----\n";
constexpr std::string_view kMagic = "SSHSIG";
constexpr std::size_t kLine = 70;
constexpr std::size_t kMost = std::size_t{16} << 10U;

}  // namespace

std::optional<std::string> dearmor(std::string_view text) {
  if (text.size() > kMost || !text.starts_with(kBegin) || !text.ends_with(kEnd) ||
      text.size() < kBegin.size() + kEnd.size()) {
    return std::nullopt;
  }
  text.remove_prefix(kBegin.size());
  text.remove_suffix(kEnd.size());
  std::string base64;
  while (!text.empty()) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos || end == 0 || end > kLine) return std::nullopt;
    if (end < kLine && end + 1 != text.size()) return std::nullopt;  // only the last may be short
    base64 += text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  return base64_decode(base64);
}

std::string armor(std::string_view blob) {
  const auto base64 = base64_encode(blob);
  std::string out(kBegin);
  for (std::size_t at = 0; at < base64.size(); at += kLine) {
    out += base64.substr(at, kLine);
    out += '\n';
  }
  out += kEnd;
  return out;
}

std::optional<Sshsig> parse_sshsig(std::string_view blob) {
  sshkey::WireReader in(blob);
  if (in.fixed(kMagic.size()) != kMagic || in.number() != 1) return std::nullopt;
  const auto key_blob = in.string();
  const auto name_space = in.string();
  const auto reserved = in.string();
  const auto hash = in.string();
  const auto signature = in.string();
  if (!in.at_end() || !reserved.empty() || name_space.empty()) return std::nullopt;
  if (hash != "sha256" && hash != "sha512") return std::nullopt;
  auto key = parse_key_blob(key_blob);
  if (!key) return std::nullopt;
  return Sshsig{std::move(*key), std::string(name_space), std::string(hash), std::string(signature)};
}

std::string write_sshsig(const Sshsig& sshsig) {
  std::string out(kMagic);
  sshkey::put_number(out, 1);
  sshkey::put_string(out, sshsig.key.blob);
  sshkey::put_string(out, sshsig.name_space);
  sshkey::put_string(out, "");
  sshkey::put_string(out, sshsig.hash);
  sshkey::put_string(out, sshsig.signature);
  return out;
}

std::string signed_data(std::string_view bytes, std::string_view name_space, std::string_view hash) {
  std::string out(kMagic);
  sshkey::put_string(out, name_space);
  sshkey::put_string(out, "");
  sshkey::put_string(out, hash);
  sshkey::put_string(
      out, hash == "sha256" ? sshkey::view_of(sha256(bytes).bytes) : sshkey::view_of(sha512(bytes)));
  return out;
}

std::optional<PublicKey> verify(std::string_view bytes, std::string_view signature,
                                std::string_view name_space) {
  const auto blob = dearmor(signature);
  if (!blob) return std::nullopt;
  auto sshsig = parse_sshsig(*blob);
  if (!sshsig || sshsig->name_space != name_space) return std::nullopt;
  if (!verify_blob(sshsig->key, sshsig->signature, signed_data(bytes, name_space, sshsig->hash))) {
    return std::nullopt;
  }
  return std::move(sshsig->key);
}

void verify_each(std::span<Check> checks, std::string_view name_space, unsigned threads) {
  constexpr std::size_t kWorthOne = 3;  // what starting a thread costs is about one check
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    for (std::size_t n = next++; n < checks.size(); n = next++) {
      Check& check = checks[n];
      check.signer = verify(check.bytes, check.signature, name_space);
    }
  };
  const std::size_t worth = checks.size() / kWorthOne;
  std::vector<std::jthread> helpers;
  if (worth > 1) {  // the number of processors is read from files
    const std::size_t most = threads != 0 ? threads : std::thread::hardware_concurrency();
    try {
      for (std::size_t n = 1; n < std::min(most, worth); ++n) helpers.emplace_back(work);
    } catch (const std::system_error&) {
      // The system gives no more; those that there are do it.
    }
  }
  work();
}

}  // namespace jaga::sign
