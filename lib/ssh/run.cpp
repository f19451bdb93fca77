#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <mutex>

#include "base/text.hpp"
#include "ssh/session.hpp"

namespace jaga::ssh {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t kMostWindow = 64;
constexpr std::size_t kOtherDescriptors = 64;

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] { libssh2_init(0); });
}

std::size_t default_window() {
  rlimit limit = {};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return kMostWindow;
  const std::size_t most = static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, 1U << 20U));
  return std::clamp<std::size_t>(most > kOtherDescriptors ? most - kOtherDescriptors : 1, 1, kMostWindow);
}

// One of the `window` sessions at once: takes the next piece of work until none is left.
template <typename Work>
asio::awaitable<void> worker(std::size_t& next, std::size_t count, Work& work) {
  while (next < count) {
    const std::size_t index = next++;
    co_await work(index);
  }
}

// Runs work(0) ... work(count - 1) in `run`'s window; rethrows what a callback threw.
template <typename Work>
void run_window(Run& run, std::size_t count, std::stop_token stop, Work work) {
  if (count == 0) return;
  std::size_t next = 0;
  std::size_t left = std::min(run.window, count);
  std::exception_ptr failure;
  const std::stop_callback on_stop(stop, [&run] { asio::post(run.context, [&run] { run.cancel(); }); });
  if (stop.stop_requested()) run.cancelled = true;
  const std::size_t workers = left;
  for (std::size_t i = 0; i < workers; ++i) {
    asio::co_spawn(run.context, worker(next, count, work), [&](std::exception_ptr thrown) {
      if (thrown && !failure) {
        failure = thrown;
        run.cancel();
        next = count;
      }
      if (--left == 0) run.finish();
    });
  }
  run.list_agent_keys();
  run.context.run();
  if (failure) std::rethrow_exception(failure);
}

struct ExecuteWork {
  Run& run;
  const std::vector<Request>& requests;
  std::vector<Result>& results;
  const std::function<void(std::size_t, const Result&)>& done;

  asio::awaitable<void> operator()(std::size_t index) const {
    const Request& request = requests[index];
    const auto session = std::make_shared<Session>(run, request.target, request.deadlines);
    results[index] = co_await session->execute(request, wrap_script(request.script, request.nonce));
    if (done) done(index, results[index]);
  }
};

struct ScanWork {
  Run& run;
  const std::vector<Target>& targets;
  const Deadlines& deadlines;
  std::vector<Scan>& scans;

  asio::awaitable<void> operator()(std::size_t index) const {
    const auto session = std::make_shared<Session>(run, targets[index], deadlines);
    scans[index] = co_await session->scan();
  }
};

Message no_loop(const std::exception& error) {
  return msg("cannot wait for connections: {reason}", {{"reason", printable(error.what())}});
}

}  // namespace

Run::Run(const Options& how) : options(how), window(how.window == 0 ? default_window() : how.window) {
  const asio::steady_timer first(
      context);  // makes the reactor, which takes three descriptors, here or not at all
}

void Run::list_agent_keys() {
  if (options.identities.agent_socket.empty()) return;
  agent = std::make_shared<Agent>(context, options.identities.agent_socket, options.identities.agent_timeout);
  agent->ask(sshkey::agent_list_request(), [this](const std::string& answer, const Message& problem) {
    agent_keys.ready = true;
    agent_keys.problem = problem;
    if (problem.empty()) {
      auto keys = sshkey::parse_agent_list(answer);
      if (keys) agent_keys.keys = std::move(*keys);
      if (!keys) agent_keys.problem = msg("ssh-agent did not list its keys");
    }
    for (Session* session : sessions) session->wake();
  });
}

Clock::time_point Run::next_connect() {
  const auto now = Clock::now();
  if (options.connects_per_second <= 0) return now;
  const auto interval = std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(1 / options.connects_per_second));
  const auto burst = interval * static_cast<Clock::rep>(window);
  connects_until = std::max(connects_until, now - burst) + interval;
  return std::max(now, connects_until);
}

void Run::cancel() {
  cancelled = true;
  for (Session* session : sessions) session->wake();
}

void Run::finish() {
  if (agent) agent->stop();
  finishing = true;
  for (Session* session : sessions) session->wake();  // those of jump hosts
}

const KeyFile& Run::key_file(const std::string& path) {
  const auto found = files.find(path);
  if (found != files.end()) return found->second;
  return files.emplace(path, load_key_file(path)).first->second;
}

std::vector<std::string> Run::key_paths(const Target& target) const {
  std::vector<std::string> paths = target.key_files;
  if (target.only_these_keys) return paths;
  for (const std::string& path : options.identities.key_files)
    if (std::ranges::find(paths, path) == paths.end()) paths.push_back(path);
  return paths;
}

Jump& Run::jump_to(const Target& target) {
  const auto found =
      std::ranges::find_if(jumps, [&target](const auto& jump) { return jump->target == target; });
  if (found != jumps.end()) return **found;
  return *jumps.emplace_back(std::make_unique<Jump>(*this, target));
}

bool Target::operator==(const Target& other) const {
  const bool same_jump = jump == nullptr || other.jump == nullptr ? jump == other.jump : *jump == *other.jump;
  return same_jump && name == other.name && address == other.address && port == other.port &&
         user == other.user && known == other.known && revoked == other.revoked &&
         key_files == other.key_files && only_these_keys == other.only_these_keys &&
         proxy_command == other.proxy_command && config == other.config &&
         needs_program == other.needs_program;
}

std::vector<Result> run_all(const std::vector<Request>& requests, const Options& options,
                            std::stop_token stop,
                            const std::function<void(std::size_t index, const Result&)>& done) {
  start_library();
  // Only to refuse what cannot be sent: kept for all at once these would be most of the memory.
  for (const Request& request : requests) static_cast<void>(wrap_script(request.script, request.nonce));
  std::vector<Result> results(requests.size());
  std::unique_ptr<Run> run;
  try {
    run = std::make_unique<Run>(options);
  } catch (const boost::system::system_error& error) {
    for (std::size_t i = 0; i < results.size(); ++i) {
      results[i].detail = no_loop(error);
      if (done) done(i, results[i]);
    }
    return results;
  }
  run_window(*run, requests.size(), std::move(stop), ExecuteWork{*run, requests, results, done});
  return results;
}

std::vector<Scan> scan_host_keys(const std::vector<Target>& targets, const Deadlines& deadlines,
                                 const Options& options, std::stop_token stop) {
  start_library();
  std::vector<Scan> scans(targets.size());
  // Nobody logs in but on the jump hosts.
  Options without = options;
  if (std::ranges::none_of(targets, [](const Target& target) { return target.jump != nullptr; }))
    without.identities = {};
  std::unique_ptr<Run> run;
  try {
    run = std::make_unique<Run>(without);
  } catch (const boost::system::system_error& error) {
    for (Scan& scan : scans) scan.detail = no_loop(error);
    return scans;
  }
  run_window(*run, targets.size(), std::move(stop), ScanWork{*run, targets, deadlines, scans});
  return scans;
}

std::string library_version() {
  return libssh2_version(0);
}

bool library_signs_rsa_sha2() {
  constexpr int kFirst = 0x010b00;  // 1.11.0
  return libssh2_version(kFirst) != nullptr;
}

std::string_view name(Failure failure) {
  switch (failure) {
    case Failure::none:
      return "none";
    case Failure::resolve_failed:
      return "resolve_failed";
    case Failure::no_route:
      return "no_route";
    case Failure::unreachable:
      return "unreachable";
    case Failure::refused:
      return "refused";
    case Failure::reset:
      return "reset";
    case Failure::timed_out:
      return "timed_out";
    case Failure::closed:
      return "closed";
    case Failure::not_ssh:
      return "not_ssh";
    case Failure::handshake_failed:
      return "handshake_failed";
    case Failure::host_key_unknown:
      return "host_key_unknown";
    case Failure::host_key_changed:
      return "host_key_changed";
    case Failure::no_key:
      return "no_key";
    case Failure::agent_failed:
      return "agent_failed";
    case Failure::token_failed:
      return "token_failed";
    case Failure::auth_failed:
      return "auth_failed";
    case Failure::auth_partial:
      return "auth_partial";
    case Failure::exec_failed:
      return "exec_failed";
    case Failure::killed:
      return "killed";
    case Failure::lost:
      return "lost";
    case Failure::output_cut:
      return "output_cut";
    case Failure::cancelled:
      return "cancelled";
    case Failure::local_error:
      break;
  }
  return "local_error";
}

std::string_view name(Phase phase) {
  constexpr std::array<std::string_view, kPhases> kNames{"resolve", "connect", "handshake", "authenticate",
                                                         "run"};
  return kNames[static_cast<std::size_t>(phase)];
}

}  // namespace jaga::ssh
