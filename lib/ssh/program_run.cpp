// ssh(1) as the transport of a session.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <sstream>

#include "base/text.hpp"
#include "process/async.hpp"
#include "process/environment.hpp"
#include "ssh/explain.hpp"
#include "ssh/known_hosts.hpp"
#include "ssh/session.hpp"

namespace jaga::ssh {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto kLook = 50ms;     // how often its log is looked at before the command runs
constexpr auto kLastWords = 2s;  // for the other stream's mark
constexpr std::size_t kMostLog = 256 * 1024;

// The files of one run of ssh, removed with this object.
struct Files {
  explicit Files(const std::string& base)
      : config(base + ".config"), known(base + ".known"), log(base + ".log") {}
  ~Files() {
    for (const std::string& file : {config, known, log}) ::unlink(file.c_str());
  }
  Files(const Files&) = delete;
  Files& operator=(const Files&) = delete;
  std::string config, known, log;
};

void write_whole(const std::string& path, const std::string& content) {
  std::ofstream out(path, std::ios::binary);
  out << content;
  out.close();
  if (!out) throw Ended{Failure::local_error, msg("cannot write '{path}'", {{"path", printable(path)}})};
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::string content(kMostLog, '\0');
  in.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(in.gcount()));
  return content;
}

// What the program and the session both look at.
struct Shared {
  Output out, err;
  std::size_t most_received = 0;
  bool over = false;
  process::Outcome outcome;
  std::stop_source stop;

  bool complete() const { return out.complete() && err.complete(); }
  bool too_much() const {
    return most_received != 0 && !out.complete() && out.received() + err.received() > most_received;
  }
};

// Whatever ends the session ends the program.
class Stopper {
 public:
  explicit Stopper(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) {}
  Stopper(const Stopper&) = delete;
  Stopper& operator=(const Stopper&) = delete;
  ~Stopper() { shared_->stop.request_stop(); }

 private:
  std::shared_ptr<Shared> shared_;
};

}  // namespace

// Is there something that ssh(1) has and libssh2 has not?
bool Session::program_may_do_more(const Ended& ended) const {
  if (!run_.options.program || run_.cancelled || target_.known.empty()) return false;
  if (!for_program_ && !for_token_) return false;
  return ended.failure == Failure::handshake_failed || ended.failure == Failure::auth_failed ||
         ended.failure == Failure::no_key || (ended.failure == Failure::no_route && jump_for_program_);
}

const ProgramFolder& Run::program_folder() {
  if (folder) return *folder;
  try {
    folder.emplace(options.program->directory);
  } catch (const std::exception& error) {
    throw Ended{Failure::local_error, msg("cannot create a folder for the configuration of ssh: {reason}",
                                          {{"reason", printable(error.what())}})};
  }
  return *folder;
}

namespace {

// One more way is left.
bool wants_token(const Ended& ended, const Target& target) {
  return ended.failure == Failure::auth_failed || ended.failure == Failure::agent_failed ||
         (ended.failure == Failure::no_route && target.jump != nullptr);
}

}  // namespace

// A FIDO key costs somebody a touch, and others a wait: it is asked where nothing else logs in.
asio::awaitable<void> Session::by_program(const Request& request, std::string input) {
  const bool tokens = co_await has_tokens();
  if (!tokens) {
    co_await through_program(request, std::move(input), Tokens::none);
    co_return;
  }
  bool more = true;
  if (for_program_) {
    try {
      co_await through_program(request, input, Tokens::left_out);
      co_return;
    } catch (const Ended& ended) {
      more = wants_token(ended, target_);
      if (!more) throw;
    }
    settle();
    close();
  }
  co_await through_program(request, std::move(input), Tokens::asked);
}

// Of the host's and its jump hosts' keys.
asio::awaitable<bool> Session::has_tokens() {
  settle();
  deadline_ = Clock::time_point::max();
  while (run_.agent && !run_.agent_keys.ready) co_await pause();
  for (const Target* hop = &target_; hop != nullptr; hop = hop->jump.get()) {
    for (const std::string& path : run_.key_paths(*hop)) {
      const auto& key = run_.key_file(path).public_key;
      if (key && key->is_token()) co_return true;
    }
  }
  for (const sshkey::AgentKey& each : run_.agent_keys.keys) {
    const auto key = sshkey::public_key_from_blob(each.blob);
    if (key && key->is_token()) co_return true;
  }
  co_return false;
}

// Of the host that it connects to first.
asio::awaitable<void> Session::take_program_slot(Tokens tokens) {
  if (tokens == Tokens::asked) {
    slot_ = "token";
    co_await wait_for_slot(1);
    if (run_.token_missed)
      throw Ended{Failure::token_failed,
                  msg("the security key is not used because it was not touched before")};
    co_return;
  }
  const Target* first = &target_;
  while (first->jump) first = first->jump.get();
  slot_ = "ssh " + first->address + "/" + std::to_string(first->port);
  if (!target_.proxy_command.empty()) slot_ = "proxy " + target_.proxy_command;
  co_await wait_for_slot();
}

namespace {

ProgramOptions wish_of(const Run& run, const Target& target, const Files& files, const Deadlines& deadlines) {
  ProgramOptions wish;
  wish.target = &target;
  wish.known_hosts = files.known;
  wish.agent_socket = run.options.identities.agent_socket;
  wish.connect = std::chrono::ceil<std::chrono::seconds>(deadlines.connect);
  wish.own_provider =
      !process::variable(run.options.program->environment, "SSH_SK_PROVIDER").value_or("").empty();
  for (const Target* hop = &target; hop != nullptr; hop = hop->jump.get()) {
    std::vector<std::string> paths = run.key_paths(*hop);
    std::erase_if(paths, [](const std::string& path) { return ::access(path.c_str(), R_OK) != 0; });
    wish.key_files.push_back(std::move(paths));
    wish.only_these_keys.push_back(hop->only_these_keys);
  }
  return wish;
}

process::Command command_of(const Options& options, const Files& files, std::string what) {
  process::Command command;
  command.argv = {"ssh", "-F", files.config, "-E", files.log, std::string(kProgramTarget), std::move(what)};
  command.environment = options.program->environment;
  return command;
}

}  // namespace

asio::awaitable<void> Session::through_program(const Request& request, std::string input, Tokens tokens) {
  if (!run_.options.program) {
    throw Ended{Failure::local_error, msg("only ssh(1) can reach it, but it may not be used here")};
  }
  if (target_.known.empty()) throw Ended{Failure::host_key_unknown, msg("no host key is pinned")};
  const Target* hop = target_.jump.get();
  for (; hop != nullptr; hop = hop->jump.get()) {
    if (hop->known.empty()) {
      throw Ended{Failure::no_route,
                  msg("no host key is pinned for the jump host '{name}'", {{"name", printable(hop->name)}})};
    }
  }
  co_await take_program_slot(tokens);
  co_await sleep_until(run_.next_connect());
  result_.by_program = true;
  result_.tried.clear();
  result_.banner.clear();
  result_.seen.reset();
  result_.address = target_.address;
  begin(Phase::connect, deadlines_.connect);

  const Files files(run_.program_folder().path() + "/" + std::to_string(run_.next_file++));
  const auto& only = run_.options.identities.only;
  ProgramOptions wish = wish_of(run_, target_, files, deadlines_);
  wish.without_tokens = tokens == Tokens::left_out;
  std::vector<std::string> public_files;
  if (!only.empty()) {
    // Named by their public keys; the agent has the others.
    for (std::size_t i = 0; i < only.size(); ++i) {
      public_files.push_back(files.config + "." + std::to_string(i) + ".pub");
      write_whole(public_files.back(), only[i].line() + "\n");
    }
    for (auto& paths : wish.key_files) paths.insert(paths.begin(), public_files.begin(), public_files.end());
    wish.only_these_keys.assign(wish.only_these_keys.size(), true);
  }
  const auto config = program_config(wish);
  if (!config) {
    throw Ended{Failure::local_error, msg("an address, login or path of '{name}' cannot be passed to ssh",
                                          {{"name", target_.name}})};
  }
  write_whole(files.config, *config);
  write_whole(files.known, known_hosts_text(target_));

  const auto shared = std::make_shared<Shared>(Shared{Output(request.nonce, true, request.most_output),
                                                      Output(request.nonce, false, request.most_output),
                                                      request.most_received,
                                                      false,
                                                      {},
                                                      {}});
  const Stopper stopper{shared};
  process::Command command = command_of(run_.options, files, "/bin/sh -s");
  command.input = std::move(input);
  command.timeout =
      deadlines_.connect + deadlines_.handshake + deadlines_.authenticate + deadlines_.run + 10s;
  command.sink = [shared, weak = weak_from_this()](bool is_error, std::string_view bytes) {
    (is_error ? shared->err : shared->out).feed(bytes);
    const auto self = weak.lock();
    if (self && (shared->out.complete() || shared->too_much())) self->wake();
  };
  process::start(run_.context.get_executor(), std::move(command), shared->stop.get_token(),
                 [shared, weak = weak_from_this()](process::Outcome outcome) {
                   shared->outcome = std::move(outcome);
                   shared->over = true;
                   if (const auto self = weak.lock()) self->wake();
                 });

  ProgramLog log;
  // A jump host's ssh does not tell us.
  bool to_be_told = tokens == Tokens::asked && run_.options.wants_touch;
  if (to_be_told && target_.jump) {
    to_be_told = false;
    run_.options.wants_touch(target_.name);
  }
  bool in_time = true;
  bool last_words = false;
  while (!shared->over && !shared->complete() && !shared->too_much() && in_time) {
    if (result_.phase != Phase::run) {
      log = read_program_log(read_whole(files.log));
      if (to_be_told && !log.token.empty() && log.phase != Phase::run) {
        to_be_told = false;
        run_.options.wants_touch(target_.name);
      }
      if (log.phase > result_.phase) {
        begin(log.phase, log.phase == Phase::handshake      ? deadlines_.handshake
                         : log.phase == Phase::authenticate ? deadlines_.authenticate
                                                            : deadlines_.run);
        if (log.phase == Phase::run) release_slot();
      }
    }
    const auto limit = deadline_;
    if (shared->out.complete() && !last_words) {
      last_words = true;
      deadline_ = std::min(limit, Clock::now() + kLastWords);
    } else if (result_.phase != Phase::run) {
      deadline_ = std::min(limit, Clock::now() + kLook);
    }
    in_time = co_await pause();
    if (!last_words) {
      in_time = Clock::now() < limit;
      deadline_ = limit;
    }
  }
  for (const std::string& file : public_files) ::unlink(file.c_str());
  log = read_program_log(read_whole(files.log));
  if (log.phase > result_.phase) begin(log.phase, deadlines_.run);
  result_.banner = log.banner;
  result_.tried = log.tried;
  const auto seen = std::ranges::find_if(
      target_.known, [&log](const sshkey::PublicKey& key) { return key.fingerprint() == log.fingerprint; });
  if (seen != target_.known.end()) result_.seen = *seen;

  const bool good = shared->out.complete();
  const bool too_much = shared->too_much();
  const std::optional<int> status = shared->out.status();
  const bool any = shared->out.received() != 0;
  take_output(shared->out, shared->err);
  if (good) {
    result_.exit_code = status;
    co_return;
  }
  if (too_much) {
    throw Ended{Failure::output_cut, msg("the command wrote more than {bytes} bytes and was cut off",
                                         {{"bytes", std::to_string(request.most_received)}})};
  }
  if (!shared->over && result_.phase == Phase::authenticate && !log.token.empty()) {
    run_.token_missed = true;
    throw Ended{Failure::token_failed,
                msg("the security key '{key}' was not touched in time", {{"key", log.token}})};
  }
  if (!shared->over) throw Ended{Failure::timed_out, timeout_message()};
  const process::Outcome& outcome = shared->outcome;
  if (outcome.end == process::Outcome::End::not_started) {
    throw Ended{Failure::local_error, msg("only ssh(1) can reach it, but it cannot be run: {reason}",
                                          {{"reason", outcome.reason}})};
  }
  if (result_.phase == Phase::run) {
    constexpr int kOwn = 255;  // of ssh itself
    if (outcome.code == kOwn && log.failure != Failure::none)
      throw Ended{Failure::lost, msg("the connection was lost while the command ran")};
    if (!any) {
      throw Ended{Failure::lost, msg("the login ended (status {status}) without running the command",
                                     {{"status", std::to_string(outcome.code)}})};
    }
    throw Ended{Failure::lost, msg("the command ended without an exit status")};
  }
  if (log.failure == Failure::token_failed) throw Ended{Failure::token_failed, token_problem(log)};
  // What it connects through speaks on standard error.
  std::string reason = log.reason;
  const std::string_view other = trim(std::string_view(result_.err));
  if ((target_.jump || !target_.proxy_command.empty()) && !other.empty())
    reason =
        printable(other.substr(0, other.find('\n')).substr(0, 300)) + (reason.empty() ? "" : "; ") + reason;
  // A failure of the jump host is not a result of the hosts behind it.
  Failure failure = log.failure == Failure::none ? Failure::closed : log.failure;
  if (target_.jump && log.banner.empty()) failure = Failure::no_route;
  throw Ended{failure, msg("ssh: {reason}", {{"reason", reason.empty() ? "nothing" : reason}})};
}

// The keys that ssh(1) has seen proven, one connection for each kind.
asio::awaitable<std::vector<sshkey::PublicKey>> Session::scan_by_program() {
  std::vector<sshkey::PublicKey> keys;
  Ended last{Failure::handshake_failed, msg("the server did not present a host key")};
  co_await take_program_slot(Tokens::none);
  for (const char* names : {"ssh-ed25519", "ecdsa-sha2-nistp256,ecdsa-sha2-nistp384,ecdsa-sha2-nistp521",
                            "rsa-sha2-512,rsa-sha2-256"}) {
    const Files files(run_.program_folder().path() + "/" + std::to_string(run_.next_file++));
    ProgramOptions wish = wish_of(run_, target_, files, deadlines_);
    wish.scan = names;
    const auto config = program_config(wish);
    if (!config) break;
    write_whole(files.config, *config);
    if (target_.jump) write_whole(files.known, known_hosts_text(target_));
    auto over = std::make_shared<std::optional<process::Outcome>>();
    process::Command command = command_of(run_.options, files, "true");
    command.timeout = deadlines_.connect + deadlines_.handshake;
    std::stop_source stop;
    begin(Phase::handshake, command.timeout + 5s);
    process::start(run_.context.get_executor(), std::move(command), stop.get_token(),
                   [over, weak = weak_from_this()](process::Outcome outcome) {
                     *over = std::move(outcome);
                     if (const auto self = weak.lock()) self->wake();
                   });
    bool in_time = true;
    std::optional<Ended> cancelled;
    try {
      while (!*over && in_time) in_time = co_await pause();
    } catch (const Ended& ended) {
      cancelled = ended;
    }
    stop.request_stop();
    if (cancelled) throw *cancelled;
    const ProgramLog log = read_program_log(read_whole(files.log));
    const KnownHosts known = parse_known_hosts(read_whole(files.known), files.known);
    for (const KnownHostsLine& line : known.lines) {
      const bool own = line.patterns == std::vector<std::string>{std::string(kProgramTarget)};
      // Written only after the server has proven to hold it.
      if (own && log.fingerprint == line.key.fingerprint() &&
          std::ranges::find(keys, line.key) == keys.end()) {
        keys.push_back(line.key);
      }
    }
    if (log.failure != Failure::none && log.failure != Failure::auth_failed)
      last = {log.failure, msg("ssh: {reason}", {{"reason", log.reason}})};
    if (log.phase == Phase::connect) break;  // it is not there
  }
  if (keys.empty()) throw last;
  co_return keys;
}

}  // namespace jaga::ssh
