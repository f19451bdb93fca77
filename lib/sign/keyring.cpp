#include "sign/keyring.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <functional>

#include "base/error.hpp"
#include "base/text.hpp"
#include "os/file.hpp"
#include "os/terminal.hpp"
#include "process/environment.hpp"
#include "process/foreground.hpp"
#include "process/run.hpp"
#include "sign/agent.hpp"
#include "sign/sshsig.hpp"
#include "sign/token.hpp"
#include "sshkey/private_key.hpp"
#include "sshkey/wiped.hpp"

namespace jaga::sign {
namespace {

using Problem = sshkey::PrivateKeyFile::Problem;

constexpr std::size_t kMostKeyFile = std::size_t{64} << 10U;
constexpr std::chrono::seconds kAsking{120};  // where somebody types, or touches a FIDO key
constexpr std::chrono::seconds kNotAsking{30};

// The bytes of a small regular file; errno says why not.
std::optional<std::string> read_small(const std::string& path) {
  std::string bytes;
  errno = os::read_file(path, kMostKeyFile, bytes);
  if (errno != 0) return std::nullopt;
  return bytes;
}

bool exists(const std::string& path) {
  return access(path.c_str(), F_OK) == 0;
}

std::vector<std::string> environment_of(const std::vector<std::string>& base,
                                        const std::string& agent_socket) {
  static const std::vector<std::string> kPlain{"PATH=/usr/local/bin:/usr/bin:/bin"};
  std::optional<std::string> agent;
  if (!agent_socket.empty()) agent = agent_socket;
  // Without a terminal of its own, ssh-keygen must not wait for somebody to type.
  const std::vector<process::Change> changes{
      {"LC_ALL", "C"}, {"SSH_AUTH_SOCK", agent}, {"SSH_ASKPASS_REQUIRE", "never"}};
  return process::environment_with(base.empty() ? kPlain : base, changes);
}

// Whether somebody sits there to be asked: a terminal that this process's group reads from.
bool asks_on_terminal() {
  return os::streams_are_terminals() && os::Terminal().is_ours();
}

process::Outcome keygen(std::vector<std::string> arguments, std::vector<std::string> environment,
                        std::string input, std::chrono::seconds timeout, bool terminal = false,
                        std::stop_token stop = {}) {
  process::Command command;
  command.terminal = terminal;
  command.argv = std::move(arguments);
  command.argv.insert(command.argv.begin(), "ssh-keygen");
  command.input = std::move(input);
  command.environment = std::move(environment);
  command.timeout = timeout;
  command.grace = std::chrono::milliseconds{200};
  return process::run(command, std::move(stop));
}

Error missing_keygen() {
  return Error{ExitCode::not_permitted, msg("cannot run 'ssh-keygen'"),
               msg("install the package openssh-client")};
}

std::optional<PublicKey> public_half(const std::string& file, const std::vector<std::string>& environment) {
  if (const auto text = read_small(file + ".pub")) {
    if (auto key = parse_public_key(*text)) return key;
  }
  auto text = read_small(file);
  if (!text) return std::nullopt;
  const sshkey::Wiped secret(std::move(*text));
  const auto parsed = sshkey::PrivateKeyFile::parse(secret.get());
  if (parsed.problem == Problem::not_a_key) return std::nullopt;
  if (parsed.openssh) return parsed.public_half ? parse_key_blob(parsed.public_half->blob) : std::nullopt;
  const auto outcome = keygen({"-y", "-P", "", "-f", file}, environment, {}, std::chrono::seconds{10});
  if (!outcome.ok()) return std::nullopt;
  return parse_public_key(outcome.out);
}

class Collector {
 public:
  explicit Collector(const Places& places)
      : environment_(environment_of(places.environment, places.agent_socket)) {
    if (auto keys = agent_keys(places.agent_socket)) agent_ = std::move(*keys);
  }

  bool agent_has(const PublicKey& key) const {
    return std::find(agent_.begin(), agent_.end(), key) != agent_.end();
  }

  void add(PublicKey key, std::string origin, bool machine) {
    const auto same =
        std::find_if(found_.begin(), found_.end(), [&](const FoundKey& f) { return f.key == key; });
    if (same != found_.end()) {
      if (same->origin == "agent" && origin != "agent") same->origin = std::move(origin);
      return;
    }
    const bool in_agent = agent_has(key);
    found_.push_back({std::move(key), std::move(origin), in_agent, machine});
  }

  void add_agent() {
    for (const auto& key : agent_) add(key, "agent", false);
  }

  // FILE or FILE.pub; false where neither gives a key that can be used.
  bool add_file(std::string file, bool machine = false) {
    if (file.ends_with(".pub")) file.resize(file.size() - 4);
    auto key = public_half(file, environment_);
    if (!key) return false;
    if (exists(file)) {
      add(std::move(*key), file, machine);
      return true;
    }
    if (!agent_has(*key)) return false;
    add(std::move(*key), "agent", machine);
    return true;
  }

  std::vector<FoundKey> take() { return std::move(found_); }

 private:
  std::vector<std::string> environment_;
  std::vector<PublicKey> agent_;
  std::vector<FoundKey> found_;
};

// id_* of ~/.ssh, private halves first named, sorted as ssh itself has no order that could be relied on.
std::vector<std::string> home_keys(const std::string& directory) {
  std::vector<std::string> files;
  DIR* open_directory = directory.empty() ? nullptr : opendir(directory.c_str());
  if (open_directory == nullptr) return files;
  while (const dirent* entry = readdir(open_directory)) {  // NOLINT: readdir of an own stream is safe
    std::string name = entry->d_name;
    if (!name.starts_with("id_")) continue;
    if (name.ends_with(".pub")) name.resize(name.size() - 4);
    if (name.find('.') != std::string::npos || name.ends_with("-cert")) continue;
    files.push_back(directory + "/" + name);
  }
  closedir(open_directory);
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

// Signs in one of the three ways described at signer_for().
class PersonSigner : public Signer {
 public:
  PersonSigner(FoundKey key, const Places& places)
      : key_(std::move(key)),
        socket_(places.agent_socket),
        askpass_(process::variable(places.environment, "SSH_ASKPASS").value_or("")),
        environment_(environment_of(places.environment, places.agent_socket)),
        wants_touch_(places.wants_touch) {
    // Who has set one wants to be asked by it, terminal or not.
    if (askpass_.empty()) return;
    const std::vector<process::Change> force{{"SSH_ASKPASS_REQUIRE", "force"}};
    environment_ = process::environment_with(environment_, force);
  }

  const PublicKey& public_key() const override { return key_.key; }

  std::string sign(std::string_view bytes, std::string_view name_space, std::stop_token stop) const override {
    TokenUse use{key_.key.fingerprint(), key_.origin, {}};
    const bool by_agent = key_.in_agent || key_.origin == "agent";
    const auto signature = by_agent ? sign_by_agent(bytes, name_space, use, std::move(stop))
                                    : sign_by_file(bytes, name_space, use, std::move(stop));
    const auto signer = verify(bytes, signature, name_space);
    if (!signer) {
      if ((token_flags(signature).value_or(kPresence) & kPresence) == 0) throw untouched_key(use);
      throw Error{ExitCode::not_permitted,
                  msg("the new signature does not verify, key '{key}'", {{"key", use.fingerprint}})};
    }
    if (*signer != key_.key) throw other_half();
    return signature;
  }

 private:
  bool is_token() const { return key_.key.is_token(); }

  std::string sign_by_agent(std::string_view bytes, std::string_view name_space, const TokenUse& use,
                            std::stop_token stop) const {
    using AgentEnd = AgentSignature::End;
    Sshsig sshsig{key_.key, std::string(name_space), "sha512", {}};
    if (is_token() && wants_touch_) wants_touch_();
    auto made = agent_sign(socket_, key_.key, signed_data(bytes, name_space, sshsig.hash),
                           is_token() ? kAsking : kNotAsking, std::move(stop));
    switch (made.end) {
      case AgentEnd::made:
        sshsig.signature = std::move(made.signature);
        return armor(write_sshsig(sshsig));
      case AgentEnd::cancelled:
        throw interrupted();
      case AgentEnd::timed_out:
        if (is_token()) throw untouched_in_time(use);
        throw Error{ExitCode::not_permitted, msg("the agent did not answer in time"),
                    msg("check whether ssh-agent is waiting for a confirmation")};
      case AgentEnd::refused:
        if (agent_holds()) {
          if (is_token()) throw refused_by_agent(use);
          throw Error{ExitCode::not_permitted,
                      msg("the agent cannot sign with '{key}'", {{"key", use.fingerprint}}),
                      msg("unlock the agent (ssh-add -X) or confirm its request")};
        }
        [[fallthrough]];
      case AgentEnd::no_agent:
        break;
    }
    throw Error{ExitCode::not_permitted,
                msg("the agent no longer holds the key '{key}'", {{"key", use.fingerprint}}),
                msg("start ssh-agent and add the key with ssh-add")};
  }

  bool agent_holds() const {
    const auto keys = agent_keys(socket_);
    return keys && std::ranges::find(*keys, key_.key) != keys->end();
  }

  std::string sign_by_file(std::string_view bytes, std::string_view name_space, TokenUse& use,
                           std::stop_token stop) const {
    const sshkey::Wiped text(read_private_file());
    auto file = sshkey::PrivateKeyFile::parse(text.get());
    if (file.key) return signer_with(std::move(*file.key))->sign(bytes, name_space);
    const bool terminal = askpass_.empty() && asks_on_terminal();
    check_file(file, text.get(), terminal);
    use.wants = file.token_wants;
    if (use.wants && (*use.wants & kPresence) == 0) throw untouched_key(use);
    // ssh-keygen would take the first line of what it is to sign for it.
    if (use.wants && (*use.wants & kVerification) != 0 && !terminal && askpass_.empty())
      throw nobody_knows_pin();
    const bool asks = is_token() || terminal || !askpass_.empty();
    if (is_token() && wants_touch_) wants_touch_();
    auto outcome = keygen({"-Y", "sign", "-n", std::string(name_space), "-f", key_.origin}, environment_,
                          std::string(bytes), asks ? kAsking : kNotAsking, terminal, std::move(stop));
    if (!outcome.ok()) throw failure(outcome, is_token() ? &use : nullptr, terminal);
    return std::move(outcome.out);
  }

  static Error interrupted() {
    return Error{ExitCode::interrupted, msg("interrupted; nothing was recorded")};
  }
  Error other_half() const {
    return Error{
        ExitCode::not_permitted, msg("'{file}' and '{file}.pub' are not a key pair", {{"file", key_.origin}}),
        msg("write the public key again: ssh-keygen -y -f '{file}' > '{file}.pub'", {{"file", key_.origin}})};
  }

  // Refuses a file that others can read, or this account cannot.
  std::string read_private_file() const {
    struct stat status {};
    if (stat(key_.origin.c_str(), &status) != 0) {
      throw system_error(errno, msg("cannot read the key '{file}': {reason}", {{"file", key_.origin}}));
    }
    if (status.st_uid == getuid() && (status.st_mode & 077U) != 0) throw wrong_mode();
    auto text = read_small(key_.origin);
    if (!text) {
      throw Error{ExitCode::not_permitted, msg("cannot read the key '{file}'", {{"file", key_.origin}}),
                  msg("it must belong to the account that signs")};
    }
    return std::move(*text);
  }

  // Refuses what ssh-keygen would ask about on a terminal, or say in a way that helps nobody.
  void check_file(const sshkey::PrivateKeyFile& file, std::string_view text, bool terminal) const {
    if (file.problem == Problem::not_a_key)
      throw Error{ExitCode::not_permitted, msg("'{file}' is not a private key", {{"file", key_.origin}})};
    if (file.problem == Problem::damaged)
      throw Error{ExitCode::not_permitted, msg("the key '{path}' is damaged", {{"path", key_.origin}})};
    if (!terminal && askpass_.empty() &&
        (file.openssh ? file.problem == Problem::locked : contains(text, "ENCRYPTED")))
      throw locked();
  }

  Error wrong_mode() const {
    return Error{ExitCode::not_permitted,
                 msg("other users can read the key '{file}'", {{"file", key_.origin}}),
                 msg("chmod 600 '{file}'", {{"file", key_.origin}})};
  }
  Error locked() const {
    if (socket_.empty()) {
      return Error{ExitCode::not_permitted,
                   msg("the key '{file}' has a passphrase and no agent is running", {{"file", key_.origin}}),
                   msg("eval \"$(ssh-agent)\" && ssh-add '{file}'", {{"file", key_.origin}})};
    }
    return Error{ExitCode::not_permitted, msg("the key '{file}' has a passphrase", {{"file", key_.origin}}),
                 msg("ssh-add '{file}'", {{"file", key_.origin}})};
  }

  // `token`: of a FIDO key.
  Error failure(const process::Outcome& outcome, const TokenUse* token, bool terminal) const {
    using End = process::Outcome::End;
    const auto& err = outcome.err;
    if (outcome.end == End::not_started) return missing_keygen();
    // Ctrl-C at its prompt.
    const bool at_prompt = terminal && outcome.end == End::signalled && outcome.code == SIGINT;
    if (at_prompt || outcome.end == End::cancelled) return interrupted();
    if (contains(err, "illegal option") || contains(err, "unknown option") ||
        contains(err, "Unsupported operation")) {
      return Error{ExitCode::not_permitted, msg("this ssh-keygen cannot sign files"),
                   msg("install OpenSSH 8.9 or newer")};
    }
    if (contains(err, "doesn't match private")) return other_half();
    if (contains(err, "load public key")) {
      return Error{ExitCode::not_permitted,
                   msg("the public key '{file}.pub' is missing", {{"file", key_.origin}}),
                   msg("create it: ssh-keygen -y -f '{file}' > '{file}.pub'", {{"file", key_.origin}})};
    }
    if (contains(err, "UNPROTECTED PRIVATE KEY FILE") || contains(err, "bad permissions"))
      return wrong_mode();
    if (token != nullptr) {
      if (outcome.end == End::timed_out) return untouched_in_time(*token);
      if (auto error = token_failure(*token, err)) return *error;
    }
    if (!askpass_.empty() && contains(err, "ssh_askpass"))
      return Error{
          ExitCode::not_permitted,
          msg("cannot run '{program}', which is set in SSH_ASKPASS", {{"program", printable(askpass_)}}),
          msg("install one, such as the package ssh-askpass, or load the key into an agent: ssh-add '{file}'",
              {{"file", key_.origin}})};
    if ((terminal || !askpass_.empty()) && contains(err, "passphrase"))
      return Error{
          ExitCode::not_permitted,
          msg("cannot unlock the key '{file}': no correct passphrase was given", {{"file", key_.origin}}),
          msg("try again, or load it into an agent: ssh-add '{file}'", {{"file", key_.origin}})};
    if (contains(err, "incorrect passphrase") || contains(err, "passphrase")) return locked();
    if (outcome.end == End::timed_out) {
      return Error{ExitCode::not_permitted, msg("ssh-keygen did not answer in time")};
    }
    const auto lines = split(trim(err), '\n');
    return Error{ExitCode::not_permitted,
                 msg("cannot sign with '{key}': {reason}",
                     {{"key", key_.key.fingerprint()}, {"reason", printable(lines.back())}}),
                 msg("test it with: ssh-keygen -Y sign -n test -f '{file}'", {{"file", key_.origin}})};
  }

  FoundKey key_;
  std::string socket_;
  std::string askpass_;  // the program that asks for a passphrase; empty: none
  std::vector<std::string> environment_;
  std::function<void()> wants_touch_;
};

}  // namespace

std::optional<PublicKey> public_key_of(std::string file) {
  if (!file.ends_with(".pub")) file += ".pub";
  const auto text = read_small(file);
  return text ? parse_public_key(*text) : std::nullopt;
}

std::vector<FoundKey> find_keys(const Places& places) {
  Collector collector(places);
  if (places.key_file) {
    const auto& file = *places.key_file;
    if (!exists(file)) {
      throw system_error(
          errno, msg("cannot read the key '{file}': {reason}", {{"file", file}}),
          msg("give the file of a registered key; 'jaga person list' shows the registered keys"));
    }
    if (!collector.add_file(file)) {
      throw Error{ExitCode::not_permitted, msg("'{file}' is not a signing key", {{"file", file}}),
                  msg("give a private key, or the .pub file of a key in the agent")};
    }
    return collector.take();
  }
  if (places.config_key && !collector.add_file(*places.config_key)) {
    throw Error{ExitCode::not_permitted, msg("'{file}' is not a signing key", {{"file", *places.config_key}}),
                msg("correct the key in the user's configuration")};
  }
  collector.add_agent();
  for (const auto& file : home_keys(places.home_ssh)) collector.add_file(file);
  if (places.machine_key) collector.add_file(*places.machine_key, true);
  return collector.take();
}

std::unique_ptr<Signer> signer_for(const FoundKey& key, const Places& places) {
  return std::make_unique<PersonSigner>(key, places);
}

namespace {

void require_new_key(const std::string& file) {
  if (exists(file) || exists(file + ".pub"))
    throw Error{ExitCode::cant_create, msg("'{file}' already exists", {{"file", file}}),
                msg("give another file")};
}

PublicKey made_key(const std::string& file, const process::Outcome& outcome) {
  if (outcome.end == process::Outcome::End::not_started) throw missing_keygen();
  const auto text = outcome.ok() ? read_small(file + ".pub") : std::nullopt;
  const auto key = text ? parse_public_key(*text) : std::nullopt;
  if (key) return *key;
  const std::string said(trim(outcome.err + outcome.out));  // on a terminal, the person has read it
  throw Error{ExitCode::cant_create,
              said.empty() ? msg("ssh-keygen did not create the key '{file}'", {{"file", file}})
                           : msg("cannot create the key '{file}': {reason}",
                                 {{"file", file}, {"reason", printable(said)}})};
}

}  // namespace

PublicKey make_key(const std::string& file, const std::string& comment,
                   const std::vector<std::string>& environment) {
  require_new_key(file);
  return made_key(file, keygen({"-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file},
                               environment_of(environment, {}), {}, std::chrono::seconds{30}));
}

PublicKey make_key_on_terminal(const std::string& file, const std::string& comment,
                               const std::vector<std::string>& environment, std::stop_token stop) {
  require_new_key(file);
  const std::string folder = file.substr(0, file.rfind('/'));
  if (file.find('/') != std::string::npos && !folder.empty() && ::mkdir(folder.c_str(), 0700) != 0 &&
      errno != EEXIST)
    throw Error{ExitCode::cant_create, system_error(errno, msg("cannot create '{path}': {reason}",
                                                               {{"path", printable(folder)}}))
                                           .message()};
  process::Foreground command;
  command.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-C", comment, "-f", file};
  command.environment = environment_of(environment, {});
  command.on_terminal = true;
  const process::Outcome outcome = process::run_in_foreground(command, stop);
  if (stop.stop_requested() ||
      (outcome.end == process::Outcome::End::signalled && outcome.code == SIGINT))
    throw Error{ExitCode::interrupted, msg("interrupted")};
  return made_key(file, outcome);
}

std::string allowed_signers_line(const std::string& person, const PublicKey& key) {
  return person + " namespaces=\"" + std::string(kRecordNamespace) + "," + std::string(kBagNamespace) +
         "\" " + key.line();
}

}  // namespace jaga::sign
