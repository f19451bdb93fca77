#include "ssh/session.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "base/debug.hpp"
#include "base/duration.hpp"
#include "base/errno_text.hpp"
#include "base/system_text.hpp"
#include "base/text.hpp"
#include "ssh/explain.hpp"

namespace jaga::ssh {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using namespace std::chrono_literals;

namespace {

constexpr auto kFirstRetry = 100ms;
constexpr auto kLongestRetry = 2s;

Failure failure_of(const ErrorCode& error) {
  switch (error.value()) {
    case ECONNREFUSED:
      return Failure::refused;
    case ECONNRESET:
    case EPIPE:
      return Failure::reset;
    case ETIMEDOUT:
      return Failure::timed_out;
    case EHOSTUNREACH:
    case EHOSTDOWN:
      return Failure::unreachable;
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
    case EADDRNOTAVAIL:
      return Failure::local_error;
    default:
      return Failure::no_route;
  }
}

// The order in which keys are shown: ed25519, ecdsa, rsa.
std::string rank(const std::string& type) {
  return (type == "ssh-ed25519" ? "0" : type == "ssh-rsa" ? "2" : "1") + type;
}

std::size_t index(Phase phase) {
  return static_cast<std::size_t>(phase);
}

}  // namespace

Session::Session(Run& run, const Target& target, const Deadlines& deadlines)
    : run_(run), target_(target), deadlines_(deadlines), socket_(run.context), timer_(run.context) {
  run_.sessions.insert(this);
}

Session::~Session() {
  run_.sessions.erase(this);
  close();
}

void Session::wake() {
  woken_ = true;
  timer_.cancel();
}

void Session::begin(Phase phase, std::chrono::milliseconds deadline) {
  settle();
  timing_ = true;
  result_.phase = phase;
  phase_began_ = Clock::now();
  deadline_ = phase_began_ + deadline;
}

void Session::settle() {
  if (timing_) {
    const auto span = Clock::now() - phase_began_;
    result_.timings[index(result_.phase)] += span;
    if (debugging())
      debug("ssh", "{}@{} port {}: {} took {:.3f} ms", target_.user, target_.address, target_.port,
            name(result_.phase), std::chrono::duration<double, std::milli>(span).count());
  }
  timing_ = false;
}

asio::awaitable<bool> Session::pause() {
  if (run_.cancelled || (serves_ && run_.finishing))
    throw Ended{Failure::cancelled, msg("stopped on request")};
  // What was read for one channel in another's name is looked at in the next turn, whatever else comes.
  if (transport_.wants_turn()) asio::post(run_.context, [self = shared_from_this()] { self->wake(); });
  if (tunnel_) {
    if ((transport_.wants_read() && tunnel_->readable()) ||
        (transport_.wants_write() && tunnel_->writable())) {
      asio::post(run_.context, [self = shared_from_this()] { self->wake(); });
    }
  } else if (transport_.wants_read() && !waits_read_) {
    waits_read_ = true;
    socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](ErrorCode) {
      self->waits_read_ = false;
      self->wake();
    });
  }
  if (!tunnel_ && transport_.wants_write() && !waits_write_) {
    waits_write_ = true;
    socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](ErrorCode) {
      self->waits_write_ = false;
      self->wake();
    });
  }
  if (!woken_) {
    timer_.expires_at(deadline_);
    ErrorCode ignored;
    co_await timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
  woken_ = false;
  if (run_.cancelled || (serves_ && run_.finishing))
    throw Ended{Failure::cancelled, msg("stopped on request")};
  co_return Clock::now() < deadline_;
}

asio::awaitable<void> Session::turn() {
  const bool in_time = co_await pause();
  if (in_time) co_return;
  if (result_.phase == Phase::handshake && is_other_protocol()) fail_other_protocol();
  throw Ended{Failure::timed_out, timeout_message()};
}

asio::awaitable<void> Session::sleep_until(Clock::time_point when) {
  deadline_ = when;
  bool waiting = Clock::now() < when;
  while (waiting) waiting = co_await pause();
}

// It has said something, and that is not how a server names itself, nor the beginning of it.
bool Session::is_other_protocol() const {
  const std::string_view said = transport_.early();
  constexpr std::string_view kName = "SSH-";
  return !said.empty() && !kName.starts_with(said.substr(0, kName.size())) && !identification(said);
}

void Session::fail_other_protocol() const {
  const std::string_view said = transport_.early();
  const std::string_view line = said.substr(0, said.find_first_of("\r\n"));
  throw Ended{Failure::not_ssh, msg("the service does not speak SSH; its answer begins with '{text}'",
                                    {{"text", printable(line.substr(0, 60))}})};
}

Message Session::timeout_message() const {
  const Message::Arguments time{
      {"time",
       format_duration(std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - phase_began_))}};
  switch (result_.phase) {
    case Phase::resolve:
      return msg("no answer from the name service within {time}", time);
    case Phase::connect:
      return msg("no connection within {time}", time);
    case Phase::handshake:
      if (!identification(transport_.early()))
        return msg("connected, but the server sent nothing within {time}", time);
      return msg("the key exchange did not end within {time}", time);
    case Phase::authenticate:
      return msg("the login did not end within {time}", time);
    case Phase::run:
      break;
  }
  return msg("the command did not end within {time}", time);
}

void Session::fail(Failure otherwise, Message detail) const {
  const int error = transport_.error() != 0 ? transport_.error() : transport_.send_error();
  if (error == ETIMEDOUT) throw Ended{Failure::timed_out, msg("the connection timed out")};
  if (error == ECONNRESET || error == EPIPE) throw Ended{Failure::reset, msg("the connection was reset")};
  if (error != 0) {
    throw Ended{Failure::reset, msg("the connection broke: {reason}").with("reason", errno_text(error))};
  }
  if (transport_.ended()) throw Ended{Failure::closed, msg("the server closed the connection")};
  throw Ended{otherwise, std::move(detail)};
}

asio::awaitable<void> Session::resolve() {
  begin(Phase::resolve, deadlines_.resolve);
  ErrorCode error;
  const auto numeric = asio::ip::make_address(target_.address, error);
  if (!error) {
    endpoints_ = {tcp::endpoint(numeric, target_.port)};
    co_return;
  }
  if (target_.address.empty() || target_.address.find('\0') != std::string::npos) {
    throw Ended{Failure::resolve_failed,
                msg("invalid address '{name}'", {{"name", printable(target_.address)}})};
  }
  auto answer = std::make_shared<std::optional<Resolver::Answer>>();
  run_.resolver.ask(target_.address, target_.port,
                    [weak = weak_from_this(), answer](const Resolver::Answer& given) {
                      *answer = given;
                      if (const auto self = weak.lock()) self->wake();
                    });
  while (!*answer) co_await turn();
  endpoints_ = (*answer)->endpoints;
  if (endpoints_.empty()) {
    throw Ended{Failure::resolve_failed,
                msg("cannot resolve '{name}': {reason}", {{"name", printable(target_.address)}})
                    .with("reason", system_text((*answer)->problem))};
  }
}

asio::awaitable<void> Session::take_slot() {
  settle();
  if (holds_slot_) co_return;
  slot_ = (target_.jump ? "through " + target_.jump->address + " " + target_.address
                        : endpoints_.front().address().to_string()) +
          "/" + std::to_string(target_.port);
  co_await wait_for_slot();
}

asio::awaitable<void> Session::wait_for_slot(std::size_t most) {
  Slot& slot = run_.slots[slot_];
  if (slot.used < most) {
    ++slot.used;
    holds_slot_ = true;
    co_return;
  }
  slot.queue.push_back(this);
  queued_ = true;
  deadline_ = Clock::time_point::max();
  while (!holds_slot_) co_await pause();
}

void Session::release_slot() {
  if (slot_.empty()) return;
  Slot& slot = run_.slots[slot_];
  if (queued_) std::erase(slot.queue, this);
  queued_ = false;
  if (!holds_slot_) return;
  holds_slot_ = false;
  if (slot.queue.empty()) {
    --slot.used;
    return;
  }
  Session* next = slot.queue.front();  // inherits the place
  slot.queue.pop_front();
  next->queued_ = false;
  next->holds_slot_ = true;
  next->wake();
}

asio::awaitable<void> Session::connect() {
  if (target_.jump) {
    co_await connect_through_jump();
    co_return;
  }
  begin(Phase::connect, deadlines_.connect);
  if (connect_until_ == Clock::time_point::max()) connect_until_ = deadline_;
  Ended last{Failure::no_route, {}};
  for (std::size_t i = 0; i < endpoints_.size(); ++i) {
    const tcp::endpoint endpoint = endpoints_[i];
    result_.address = endpoint.address().to_string();
    // What is left is shared by the addresses that are left.
    const auto now = Clock::now();
    deadline_ = now + (std::max(connect_until_, now + 1ms) - now) / static_cast<int>(endpoints_.size() - i);
    ErrorCode error;
    socket_.open(endpoint.protocol(), error);
    if (!error) {
      socket_.non_blocking(true, error);
      auto ended = std::make_shared<std::optional<ErrorCode>>();
      socket_.async_connect(endpoint, [self = shared_from_this(), ended](ErrorCode result) {
        *ended = result;
        self->wake();
      });
      bool in_time = true;
      while (in_time && !*ended) in_time = co_await pause();
      error = *ended ? **ended : asio::error::timed_out;
    }
    if (!error) {
      socket_.set_option(tcp::no_delay(true), error);
      co_return;
    }
    last = {failure_of(error),
            msg("cannot connect to {address} port {port}: {reason}",
                {{"address", result_.address}, {"port", std::to_string(target_.port)}})
                .with("reason", system_text(error.message()))};
    ErrorCode ignored;
    socket_.close(ignored);
  }
  throw last;
}

asio::awaitable<void> Session::handshake(std::string host_key_algorithms) {
  begin(Phase::handshake, deadlines_.handshake);
  if (tunnel_) {
    transport_.attach(tunnel_.get());
  } else {
    transport_.attach(socket_.native_handle());
  }
  session_ = libssh2_session_init_ex(nullptr, nullptr, nullptr, transport_pointer_);
  if (session_ == nullptr) throw Ended{Failure::local_error, msg("out of memory for an SSH session")};
  libssh2_session_set_blocking(session_, 0);
  transport_.install(session_);
  if (!host_key_algorithms.empty()) {
    const std::string names = supported_host_keys(session_, host_key_algorithms);
    for_program_ = names.empty();
    if (names.empty() || libssh2_session_method_pref(session_, LIBSSH2_METHOD_HOSTKEY, names.c_str()) != 0) {
      throw Ended{Failure::handshake_failed,
                  msg("libssh2 {version} supports none of the host key algorithms {names}",
                      {{"version", library_version()}, {"names", host_key_algorithms}})};
    }
  }
  int rc = 0;
  for (;;) {
    transport_.begin_turn();
    // libssh2 makes it non-blocking, which it is, and no more: Transport reads and writes.
    rc = libssh2_session_handshake(session_, tunnel_ ? tunnel_->descriptor() : socket_.native_handle());
    if (result_.banner.empty()) {
      if (const auto line = identification(transport_.early()))
        result_.banner = printable(line->substr(0, 255));
    }
    if (!offer_) offer_ = parse_offer(transport_.early());
    if (rc != LIBSSH2_ERROR_EAGAIN) break;
    co_await turn();
  }
  if (rc != 0) fail_handshake(rc, host_key_algorithms);
  transport_.forget_early();
  std::size_t size = 0;
  int type = 0;
  const char* blob = libssh2_session_hostkey(session_, &size, &type);
  result_.seen = blob == nullptr ? std::nullopt : sshkey::public_key_from_blob({blob, size});
  if (!result_.seen) throw Ended{Failure::handshake_failed, msg("the server's host key is malformed")};
}

void Session::fail_handshake(int rc, const std::string& host_key_algorithms) {
  if (identification(transport_.early())) {
    if (rc == LIBSSH2_ERROR_KEX_FAILURE || rc == LIBSSH2_ERROR_METHOD_NONE) {
      const Mismatch mismatch = find_mismatch(session_, offer_, host_key_algorithms);
      const bool changed = mismatch.host_key && !target_.known.empty();
      for_program_ = !changed && offer_.has_value();
      throw Ended{changed ? Failure::host_key_changed : Failure::handshake_failed, mismatch.detail};
    }
    fail(Failure::handshake_failed,
         msg("the key exchange failed (libssh2 error {code})", {{"code", std::to_string(rc)}}));
  }
  // The server has not named itself. sshd says so in words, or in none, when it has too many visitors.
  const std::string& said = transport_.early();
  const bool turned_away =
      said.empty() || said.starts_with("Exceeded MaxStartups") || said.starts_with("Not allowed at");
  const bool broken =
      transport_.error() != 0 || transport_.send_error() != 0 || (transport_.ended() && turned_away);
  if (broken && !transport_.babbling()) fail(Failure::closed, msg("the server closed the connection"));
  fail_other_protocol();
}

bool Session::worth_retrying(const Ended& ended) const {
  if (result_.phase != Phase::connect && result_.phase != Phase::handshake) return false;
  if (!result_.banner.empty()) return false;
  return ended.failure == Failure::reset || ended.failure == Failure::closed ||
         ended.failure == Failure::local_error;
}

asio::awaitable<void> Session::attempt(std::string host_key_algorithms) {
  co_await take_slot();
  co_await sleep_until(run_.next_connect());
  co_await connect();
  co_await handshake(host_key_algorithms);
}

asio::awaitable<void> Session::reach(std::string host_key_algorithms) {
  if (run_.cancelled) throw Ended{Failure::cancelled, msg("stopped on request")};
  if (endpoints_.empty() && !target_.jump) co_await resolve();
  for (auto delay = std::chrono::milliseconds(kFirstRetry);;
       delay = std::min<std::chrono::milliseconds>(2 * delay, kLongestRetry)) {
    std::optional<Ended> ended;
    try {
      co_await attempt(host_key_algorithms);
    } catch (const Ended& reason) {
      ended = reason;
    }
    if (!ended) {
      run_.no_room = false;
      co_return;
    }
    if (!worth_retrying(*ended)) throw *ended;
    const bool lacks_room = ended->failure == Failure::local_error;
    if (Clock::now() + delay >= connect_until_ || (lacks_room && run_.no_room)) {
      run_.no_room = lacks_room;
      throw *ended;
    }
    // The turn is kept meanwhile: a server that has too many visitors is left in peace, and a wait for the next
    // turn would use up the time to connect.
    disconnect();
    co_await sleep_until(Clock::now() + delay);
  }
}

void Session::check_host_key() const {
  const sshkey::PublicKey& seen = *result_.seen;
  const std::string from = target_.known_from.empty() ? "" : " (" + printable(target_.known_from) + ")";
  if (std::ranges::find(target_.revoked, seen) != target_.revoked.end()) {
    throw Ended{Failure::host_key_changed,
                msg("the host presents {type} {fingerprint}, which is revoked{from}",
                    {{"type", seen.type}, {"fingerprint", seen.fingerprint()}, {"from", from}})};
  }
  if (target_.known.empty()) {
    throw Ended{Failure::host_key_unknown,
                msg("no host key is pinned{from}; the host presents {type} {fingerprint}",
                    {{"type", seen.type}, {"fingerprint", seen.fingerprint()}, {"from", from}})};
  }
  if (std::ranges::find(target_.known, seen) != target_.known.end()) return;
  std::vector<std::string> pinned;
  for (const sshkey::PublicKey& key : target_.known) pinned.push_back(key.type + " " + key.fingerprint());
  throw Ended{Failure::host_key_changed,
              msg("the host presents {type} {fingerprint}, but the pinned key is {pinned}{from}",
                  {{"type", seen.type},
                   {"fingerprint", seen.fingerprint()},
                   {"pinned", join(pinned, ", ")},
                   {"from", from}})};
}

void Session::close() {
  release_slot();
  disconnect();
}

void Session::disconnect() {
  transport_.detach();
  if (tunnel_) tunnel_->leave();
  tunnel_.reset();
  ErrorCode ignored;
  if (socket_.is_open()) socket_.shutdown(tcp::socket::shutdown_both, ignored);
  // With nothing to read from or to write to, nothing is left that could be waited for.
  if (channel_ != nullptr) libssh2_channel_free(channel_);
  channel_ = nullptr;
  if (session_ != nullptr) libssh2_session_free(session_);
  session_ = nullptr;
  socket_.close(ignored);
}

// On more connections where the host ends a login after some keys.
asio::awaitable<void> Session::log_in() {
  constexpr int kMoreConnections = 3;
  for (int more = kMoreConnections;; --more) {
    co_await reach(host_key_algorithms(target_.known));
    check_host_key();
    const bool in = co_await authenticate();
    if (in) co_return;
    if (more == 0) refuse_login();
    close();
    connect_until_ = Clock::time_point::max();
    result_.banner.clear();
  }
}

asio::awaitable<void> Session::through_libssh2(const Request& request, const std::string& input) {
  co_await log_in();
  release_slot();
  co_await run_command(request, input);
  transport_.begin_turn();
  libssh2_session_disconnect(session_, "");
}

asio::awaitable<Result> Session::execute(const Request& request, std::string input) {
  std::optional<Ended> ended;
  try {
    if (target_.needs_program || !target_.proxy_command.empty()) {
      for_program_ = true;
    } else {
      co_await through_libssh2(request, input);
    }
  } catch (const Ended& reason) {
    ended = reason;
  } catch (const std::exception& error) {
    ended =
        Ended{Failure::local_error, msg("unexpected error: {reason}", {{"reason", printable(error.what())}})};
  }
  settle();
  close();
  if (ended ? program_may_do_more(*ended) : for_program_) {
    ended.reset();
    try {
      co_await by_program(request, std::move(input));
    } catch (const Ended& reason) {
      ended = reason;
    } catch (const std::exception& error) {
      ended = Ended{Failure::local_error,
                    msg("unexpected error: {reason}", {{"reason", printable(error.what())}})};
    }
    settle();
    close();
  }
  result_.failure = ended ? ended->failure : Failure::none;
  if (ended) result_.detail = ended->detail;
  if (debugging())
    debug(
        "ssh", "{}@{} port {}: {}", target_.user, target_.address, target_.port,
        ended ? std::string(name(ended->failure)) + ": " + ended->detail.render(Language::english) : "done");
  co_return std::move(result_);
}

asio::awaitable<Scan> Session::scan() {
  Scan scan;
  std::vector<std::string> left{""};  // first whatever the server likes best
  std::set<std::string> asked;
  if (target_.needs_program || !target_.proxy_command.empty()) {
    for_program_ = true;
    left.clear();
    scan.detail = msg("only ssh(1) can reach it, but it cannot be used");
  }
  while (!left.empty()) {
    const std::string algorithms = left.back();
    left.pop_back();
    std::optional<Ended> ended;
    connect_until_ = Clock::time_point::max();
    result_.banner.clear();
    result_.seen.reset();
    try {
      co_await reach(algorithms);
      scan.keys.push_back(*result_.seen);
    } catch (const Ended& reason) {
      ended = reason;
    } catch (const std::exception& error) {
      ended = Ended{Failure::local_error,
                    msg("unexpected error: {reason}", {{"reason", printable(error.what())}})};
    }
    close();
    if (algorithms.empty()) {
      scan.banner = result_.banner;
      scan.address = result_.address;
      if (ended) {
        scan.failure = ended->failure;
        scan.detail = ended->detail;
        if (!offer_) break;
      }
      for (const std::string& each : offer_ ? offer_->host_key : std::vector<std::string>()) {
        const std::string type = host_key_type(each);
        if (type.empty()) {
          scan.unreadable.push_back(printable(each));
        } else if ((!result_.seen || result_.seen->type != type) && asked.insert(type).second) {
          left.insert(left.begin(), algorithms_of(type));
        }
      }
    } else if (ended) {
      scan.unreadable.push_back(algorithms);
      if (ended->failure == Failure::cancelled) break;
    }
  }
  if (scan.keys.empty() && for_program_ && run_.options.program && !run_.cancelled) {
    try {
      scan.keys = co_await scan_by_program();
      scan.unreadable.clear();
    } catch (const Ended& reason) {
      scan.failure = reason.failure;
      scan.detail = reason.detail;
    }
    close();
  }
  if (!scan.keys.empty()) {
    scan.failure = Failure::none;
    scan.detail = {};
  }
  std::ranges::sort(scan.keys, {}, [](const sshkey::PublicKey& key) { return rank(key.type); });
  co_return scan;
}

}  // namespace jaga::ssh
