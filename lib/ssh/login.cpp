// Authentication of a session: public keys only.
#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <cstring>

#include "base/text.hpp"
#include "ssh/session.hpp"
#include "ssh/userauth.hpp"
#include "sshkey/agent_messages.hpp"

namespace jaga::ssh {

namespace asio = boost::asio;

namespace {

std::uint32_t sign_flags(std::string_view algorithm) {
  if (algorithm == "rsa-sha2-512") return sshkey::kAgentRsaSha512;
  if (algorithm == "rsa-sha2-256") return sshkey::kAgentRsaSha256;
  return 0;
}

// What libssh2 can offer to a server; certificates and FIDO keys need the signature's own fields.
bool usable(const sshkey::PublicKey& key) {
  return key.type == "ssh-ed25519" || key.type == "ssh-rsa" || key.type.starts_with("ecdsa-sha2-nistp");
}

}  // namespace

int Session::on_sign(LIBSSH2_SESSION*, unsigned char** signature, std::size_t* size,
                     const unsigned char* data, std::size_t data_size, void** abstract) {
  Signing& signing = *static_cast<Signing*>(*abstract);
  const std::string_view bytes(reinterpret_cast<const char*>(data), data_size);
  if (signing.state == Signing::State::idle) {
    if (signing.file_key == nullptr) {
      signing.data = bytes;
      signing.state = Signing::State::wanted;
    } else {
      auto made = signing.file_key->sign(bytes);
      signing.state = made ? Signing::State::ready : Signing::State::failed;
      if (made) signing.signature = std::move(*made);
    }
  }
  if (signing.state == Signing::State::wanted) return LIBSSH2_ERROR_EAGAIN;
  if (signing.state == Signing::State::failed) return -1;
  // Freed by libssh2 with the free(3) that it was given by default.
  *signature = static_cast<unsigned char*>(std::malloc(std::max<std::size_t>(signing.signature.size(), 1)));
  if (*signature == nullptr) return -1;
  std::memcpy(*signature, signing.signature.data(), signing.signature.size());
  *size = signing.signature.size();
  return 0;
}

bool Session::wanted(std::string_view blob) const {
  const auto is_it = [blob](const sshkey::PublicKey& key) { return key.blob == blob; };
  const auto& only = run_.options.identities.only;
  if (!only.empty() && std::ranges::none_of(only, is_it)) return false;
  if (!target_.only_these_keys) return true;
  const std::vector<sshkey::PublicKey> these = wanted_keys();
  return std::ranges::any_of(these, is_it);
}

// Of a target that takes no others.
std::vector<sshkey::PublicKey> Session::wanted_keys() const {
  std::vector<sshkey::PublicKey> keys;
  for (const std::string& path : target_.key_files) {
    const auto& key = run_.key_file(path).public_key;
    if (key) keys.push_back(*key);
  }
  return keys;
}

asio::awaitable<void> Session::sign_with_agent(std::string blob) {
  const auto algorithm = algorithm_to_sign(signing_.data);
  const std::string name(algorithm.value_or(""));
  struct Answer {
    bool ready = false;
    std::optional<std::string> signature;
    Message problem;
  };
  auto answer = std::make_shared<Answer>();
  run_.agent->ask(sshkey::agent_sign_request(blob, signing_.data, sign_flags(name)),
                  [answer, name, weak = weak_from_this()](const std::string& bytes, const Message& problem) {
                    answer->ready = true;
                    answer->problem = problem;
                    if (problem.empty()) answer->signature = signature_bytes(bytes, name);
                    if (const auto self = weak.lock()) self->wake();
                  });
  while (!answer->ready) co_await turn();
  signing_.state = answer->signature ? Signing::State::ready : Signing::State::failed;
  if (answer->signature) {
    signing_.signature = *answer->signature;
    co_return;
  }
  agent_problem_ = answer->problem;
  if (agent_problem_.empty())
    agent_problem_ = msg("ssh-agent refused to sign (is it locked, or was the request not confirmed?)");
}

// The return value of libssh2 for this public key.
asio::awaitable<int> Session::offer(std::string blob, std::string key) {
  signing_.state = Signing::State::idle;
  int rc = 0;
  for (;;) {
    transport_.begin_turn();
    rc = libssh2_userauth_publickey(session_, target_.user.c_str(),
                                    reinterpret_cast<const unsigned char*>(blob.data()), blob.size(),
                                    &Session::on_sign, &signing_pointer_);
    if (rc != LIBSSH2_ERROR_EAGAIN) break;
    if (signing_.state == Signing::State::wanted) {
      co_await sign_with_agent(key);
    } else {
      co_await turn();
    }
  }
  if (rc == 0 || rc == LIBSSH2_ERROR_AUTHENTICATION_FAILED) co_return rc;
  const bool signed_for = signing_.state == Signing::State::ready;
  // No answer came, as to one key too many (MaxAuthTries).
  cut_off_ = result_.tried.size() > offered_before_ + 1 && signing_.state == Signing::State::idle;
  if (cut_off_) co_return rc;
  if (signed_for && !transport_.over()) co_await look_for_more_wanted(result_.tried.back());
  if (transport_.over() || rc != LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED) {
    fail(Failure::closed,
         msg("the server ended the login (libssh2 error {code})", {{"code", std::to_string(rc)}}));
  }
  co_return rc;
}

// The host knows the key and got its signature, and the login is not over: then it no longer takes keys alone
// (AuthenticationMethods of sshd_config(5)), which it says in what can go on (RFC 4252 section 5.1).
asio::awaitable<void> Session::look_for_more_wanted(const std::string& fingerprint) {
  const char* methods = nullptr;
  for (;;) {
    transport_.begin_turn();
    methods =
        libssh2_userauth_list(session_, target_.user.c_str(), static_cast<unsigned>(target_.user.size()));
    if (methods != nullptr || libssh2_session_last_errno(session_) != LIBSSH2_ERROR_EAGAIN) break;
    co_await turn();
  }
  const std::string names = methods == nullptr ? "" : methods;
  const std::vector<std::string> left = split(names, ',');
  if (names.empty() || std::ranges::find(left, "publickey") != left.end()) co_return;
  throw Ended{
      Failure::auth_partial,
      msg("the host accepts the key {fingerprint} for user '{user}' but requires another authentication "
          "method: {methods}",
          {{"fingerprint", fingerprint}, {"user", printable(target_.user)}, {"methods", printable(names)}})};
}

bool Session::was_tried(const std::string& fingerprint) const {
  return std::ranges::find(result_.tried, fingerprint) != result_.tried.end();
}

asio::awaitable<bool> Session::offer_agent_key(const sshkey::AgentKey& key) {
  const auto parsed = sshkey::public_key_from_blob(key.blob);
  if (!parsed || !wanted(key.blob) || was_tried(parsed->fingerprint())) co_return false;
  if (!usable(*parsed)) {
    (parsed->is_token() ? for_token_ : for_program_) = true;
    result_.skipped.push_back(msg("ssh-agent's key {fingerprint} has type {type}, which libssh2 cannot use",
                                  {{"fingerprint", parsed->fingerprint()}, {"type", parsed->type}}));
    co_return false;
  }
  result_.tried.push_back(parsed->fingerprint());
  signing_.file_key = nullptr;
  int rc = -1;
  if (parsed->type == "ssh-rsa" && !library_signs_rsa_sha2()) {
    // libssh2 1.10 names the algorithm after the key. OpenSSH reads a key under an algorithm's name, too.
    for (const char* algorithm : {"rsa-sha2-512", "rsa-sha2-256"}) {
      rc = co_await offer(renamed(key.blob, algorithm), key.blob);
      if (rc == 0) break;
    }
    offered_rsa_ = true;
    for_program_ = for_program_ || rc != 0;
  } else {
    rc = co_await offer(key.blob, key.blob);
  }
  co_return rc == 0;
}

asio::awaitable<bool> Session::offer_file_key(const sshkey::PrivateKey& key) {
  const sshkey::PublicKey& parsed = key.public_key();
  const std::string fingerprint = parsed.fingerprint();
  if (!wanted(parsed.blob) || was_tried(fingerprint)) co_return false;
  result_.tried.push_back(fingerprint);
  signing_.file_key = &key;
  const int rc = co_await offer(parsed.blob, parsed.blob);
  co_return rc == 0;
}

void Session::refuse_login() const {
  const Message& agent_problem = agent_problem_.empty() ? run_.agent_keys.problem : agent_problem_;
  if (!agent_problem.empty()) throw Ended{Failure::agent_failed, agent_problem};
  if (result_.tried.empty()) {
    throw Ended{Failure::no_key, result_.skipped.empty()
                                     ? msg("no key for logging in, neither in ssh-agent nor in a file")
                                     : result_.skipped.front()};
  }
  if (offered_rsa_ && !run_.options.program) {
    const Message::Arguments more{{"user", printable(target_.user)}, {"version", library_version()}};
    throw Ended{
        Failure::auth_failed,
        counted(result_.tried.size(),
                msg("the host does not accept the only key for user '{user}'; libssh2 {version} can offer "
                    "RSA keys with SHA-2 only to OpenSSH: use an ed25519 or ecdsa key",
                    more),
                msg("the host accepts none of {count} keys for user '{user}'; libssh2 {version} can "
                    "offer RSA keys with SHA-2 only to OpenSSH: use an ed25519 or ecdsa key",
                    more))};
  }
  if (cut_off_) {
    throw Ended{Failure::auth_failed,
                msg("the host ended the login after several keys (MaxAuthTries): {count} were refused for "
                    "user '{user}' and others were not tried; set the correct key with IdentityFile, or keep "
                    "fewer keys in ssh-agent",
                    {{"user", printable(target_.user)}, {"count", std::to_string(result_.tried.size())}})};
  }
  const Message::Arguments user{{"user", printable(target_.user)}};
  throw Ended{
      Failure::auth_failed,
      counted(result_.tried.size(), msg("the host does not accept the only key for user '{user}'", user),
              msg("the host accepts none of {count} keys for user '{user}'", user))};
}

// True: one was accepted. Otherwise all were offered, or cut_off_.
asio::awaitable<bool> Session::offer_keys() {
  const std::vector<std::string> paths = run_.key_paths(target_);
  // Those that were configured, which the agent may hold for a file that is locked.
  for (const std::string& path : paths) {
    const KeyFile& file = run_.key_file(path);
    bool accepted = false;
    if (file.key) {
      accepted = co_await offer_file_key(*file.key);
    } else if (run_.agent && file.public_key) {
      while (!run_.agent_keys.ready) co_await turn();
      const auto held =
          std::ranges::find(run_.agent_keys.keys, file.public_key->blob, &sshkey::AgentKey::blob);
      if (held != run_.agent_keys.keys.end() && usable(*file.public_key))
        accepted = co_await offer_agent_key(*held);
    }
    if (accepted || cut_off_) co_return accepted;
  }
  if (!run_.agent) co_return false;
  while (!run_.agent_keys.ready) co_await turn();
  for (const sshkey::AgentKey& key : run_.agent_keys.keys) {
    const bool accepted = co_await offer_agent_key(key);
    if (accepted || cut_off_) co_return accepted;
  }
  co_return false;
}

asio::awaitable<bool> Session::authenticate() {
  begin(Phase::authenticate, deadlines_.authenticate);
  const bool again = cut_off_;
  cut_off_ = false;
  offered_before_ = result_.tried.size();
  if (!again) {
    for (const std::string& path : run_.key_paths(target_)) {
      const KeyFile& file = run_.key_file(path);
      if (!file.skipped.empty()) result_.skipped.push_back(file.skipped);
      if (file.for_program)
        (file.public_key && file.public_key->is_token() ? for_token_ : for_program_) = true;
    }
  }
  const bool accepted = co_await offer_keys();
  if (!accepted && !cut_off_) refuse_login();
  // The one that was cut off had no answer.
  if (cut_off_) result_.tried.pop_back();
  co_return accepted;
}

}  // namespace jaga::ssh
