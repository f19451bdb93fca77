#include "ssh/explain.hpp"

#include <algorithm>
#include <vector>

#include "base/text.hpp"
#include "ssh/session.hpp"
#include "ssh/ssh.hpp"

namespace jaga::ssh {
namespace {

constexpr std::string_view kTypes[] = {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                       "ecdsa-sha2-nistp521"};

std::vector<std::string> known_algorithms(LIBSSH2_SESSION* session, int kind) {
  const char** names = nullptr;
  const int count = libssh2_session_supported_algs(session, kind, &names);
  std::vector<std::string> out;
  for (int i = 0; i < count; ++i) out.emplace_back(names[i]);
  if (count > 0) libssh2_free(session, names);
  return out;
}

bool have_common(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::ranges::find_first_of(one, other) != one.end();
}

Message::Arguments version_and(const std::vector<std::string>& offered) {
  return {{"version", library_version()}, {"names", printable(join(offered, ", "))}};
}

}  // namespace

std::string host_key_type(std::string_view algorithm) {
  if (algorithm == "rsa-sha2-512" || algorithm == "rsa-sha2-256" || algorithm == "ssh-rsa") return "ssh-rsa";
  const bool known = std::ranges::find(kTypes, algorithm) != std::end(kTypes);
  return known ? std::string(algorithm) : std::string();
}

std::string algorithms_of(std::string_view type) {
  return type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256,ssh-rsa" : std::string(type);
}

std::string host_key_algorithms(const std::vector<sshkey::PublicKey>& known) {
  std::vector<std::string> algorithms;
  for (const sshkey::PublicKey& key : known) {
    const std::string each = algorithms_of(key.type);
    if (std::ranges::find(algorithms, each) == algorithms.end()) algorithms.push_back(each);
  }
  return join(algorithms, ",");
}

std::string supported_host_keys(LIBSSH2_SESSION* session, std::string_view algorithms) {
  const auto known = known_algorithms(session, LIBSSH2_METHOD_HOSTKEY);
  std::vector<std::string> both = split(algorithms, ',');
  std::erase_if(both,
                [&known](const std::string& name) { return std::ranges::find(known, name) == known.end(); });
  return join(both, ",");
}

Mismatch find_mismatch(LIBSSH2_SESSION* session, const std::optional<Offer>& offer, std::string_view wanted) {
  Mismatch mismatch;
  if (!offer) {
    mismatch.detail = msg("the server's key exchange offer is malformed");
    return mismatch;
  }
  const auto host_keys = known_algorithms(session, LIBSSH2_METHOD_HOSTKEY);
  if (!have_common(known_algorithms(session, LIBSSH2_METHOD_KEX), offer->key_exchange)) {
    mismatch.detail =
        msg("libssh2 {version} supports none of the key exchanges that the server offers: {names}",
            version_and(offer->key_exchange));
  } else if (!have_common(known_algorithms(session, LIBSSH2_METHOD_CRYPT_SC), offer->cipher)) {
    mismatch.detail = msg("libssh2 {version} supports none of the ciphers that the server offers: {names}",
                          version_and(offer->cipher));
  } else if (!have_common(known_algorithms(session, LIBSSH2_METHOD_MAC_SC), offer->mac)) {
    mismatch.detail = msg("libssh2 {version} supports none of the MACs that the server offers: {names}",
                          version_and(offer->mac));
  } else if (!have_common(host_keys, offer->host_key) &&
             (wanted.empty() || have_common(split(wanted, ','), offer->host_key))) {
    mismatch.detail =
        msg("libssh2 {version} supports none of the host key algorithms that the server offers: {names}",
            version_and(offer->host_key));
  } else if (!wanted.empty() && !have_common(split(wanted, ','), offer->host_key)) {
    mismatch.host_key = true;
    mismatch.detail =
        msg("the server has no host key of the pinned type {wanted}; it offers {names}",
            {{"wanted", std::string(wanted)}, {"names", printable(join(offer->host_key, ", "))}});
  } else if (!wanted.empty()) {
    mismatch.detail = msg(
        "libssh2 {version} supports none of the pinned host key types {wanted}; the server offers {names}",
        {{"version", library_version()},
         {"wanted", std::string(wanted)},
         {"names", printable(join(offer->host_key, ", "))}});
  } else {
    mismatch.detail = msg("the key exchange failed");
  }
  return mismatch;
}

}  // namespace jaga::ssh
