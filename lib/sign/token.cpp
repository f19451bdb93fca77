#include "sign/token.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "sign/sshsig.hpp"
#include "sshkey/wire.hpp"

namespace jaga::sign {
namespace {

// Where ssh-keygen, ssh-sk-helper or the library that they load say that they cannot work with any token.
std::optional<std::string> missing_support(std::string_view err) {
  constexpr std::array<std::string_view, 5> kWords{"rovider", "FIDO", "security key support", "start_helper",
                                                   "helper exited"};
  for (const auto& line : split(trim(err), '\n')) {
    if (std::ranges::any_of(kWords, [&line](std::string_view word) { return contains(line, word); }))
      return printable(trim(line));
  }
  return std::nullopt;
}

Error pin_refused(const TokenUse& use) {
  if (use.wants && (*use.wants & kVerification) == 0) {
    return Error{ExitCode::not_permitted,
                 msg("the security key requires its PIN, but ssh-keygen does not ask for it with this key"),
                 msg("load it into an agent, which asks with SSH_ASKPASS: ssh-add '{file}'; or create a key "
                     "with ssh-keygen -O verify-required",
                     {{"file", use.file}})};
  }
  return Error{ExitCode::not_permitted, msg("the security key rejected the PIN"),
               msg("try again; the security key locks itself after several wrong PINs")};
}

}  // namespace

std::optional<std::uint8_t> token_flags(std::string_view signature) {
  const auto blob = dearmor(signature);
  const auto sshsig = blob ? parse_sshsig(*blob) : std::nullopt;
  if (!sshsig || !sshsig->key.is_token()) return std::nullopt;
  sshkey::WireReader in(sshsig->signature);
  in.string();  // algorithm
  in.string();  // what the token made
  const auto flags = in.byte();
  if (!in.ok()) return std::nullopt;
  return flags;
}

Error nobody_knows_pin() {
  return Error{ExitCode::not_permitted,
               msg("the security key requires its PIN, but there is no way to ask for it here"),
               msg("run it on a terminal, or set SSH_ASKPASS to a program that asks")};
}

Error untouched_key(const TokenUse& use) {
  return Error{ExitCode::not_permitted,
               msg("the security key '{key}' signs without a touch", {{"key", use.fingerprint}}),
               msg("create a key without -O no-touch-required; the signer must be present")};
}

Error untouched_in_time(const TokenUse& use) {
  return Error{ExitCode::not_permitted,
               msg("the security key '{key}' was not touched in time", {{"key", use.fingerprint}}),
               msg("try again, and touch it when it blinks")};
}

Error refused_by_agent(const TokenUse& use) {
  return Error{ExitCode::not_permitted,
               msg("the agent got no signature from the security key '{key}'", {{"key", use.fingerprint}}),
               msg("plug it in and touch it when it blinks; for a PIN, SSH_ASKPASS must be set when the "
                   "agent is started")};
}

std::optional<Error> token_failure(const TokenUse& use, std::string_view err) {
  if (contains(err, "device not found")) {
    return Error{ExitCode::not_permitted,
                 msg("the security key '{key}' is not plugged in", {{"key", use.fingerprint}}),
                 msg("plug it in, and touch it when it blinks")};
  }
  // The passphrase of its file fails with other words in front.
  if (contains(err, "sign message: incorrect passphrase")) return pin_refused(use);
  if (const auto reason = missing_support(err)) {
    return Error{ExitCode::not_permitted,
                 msg("OpenSSH cannot use the security key: {reason}", {{"reason", *reason}}),
                 msg("check SSH_SK_PROVIDER, and whether ssh-sk-helper and libfido2 are installed")};
  }
  if (contains(err, "sign message: invalid format")) {  // whatever else the token answers
    return Error{
        ExitCode::not_permitted,
        msg("the security key '{key}' was not touched, or refuses to sign", {{"key", use.fingerprint}}),
        msg("try again, and touch it when it blinks")};
  }
  return std::nullopt;
}

}  // namespace jaga::sign
