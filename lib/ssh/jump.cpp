#include "ssh/jump.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/text.hpp"
#include "ssh/explain.hpp"
#include "ssh/session.hpp"
#include "sshkey/wire.hpp"

namespace jaga::ssh {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr unsigned kTunnelWindow = 256 * 1024;
constexpr unsigned kTunnelPacket = 32 * 1024;
constexpr auto kSlowOpening = 300ms;

bool again(ssize_t rc) {
  return rc == LIBSSH2_ERROR_EAGAIN || rc == LIBSSH2_ERROR_BAD_USE;
}

// RFC 4254 section 7.2. Where the connection comes from is nobody's business.
std::string direct_tcpip(const std::string& host, std::uint16_t port) {
  std::string message;
  sshkey::put_string(message, host);
  sshkey::put_number(message, port);
  sshkey::put_string(message, "127.0.0.1");
  sshkey::put_number(message, 0);
  return message;
}

}  // namespace

ssize_t Tunnel::receive(char* to, std::size_t size) {
  if (in_.empty()) return ended_ ? 0 : -EAGAIN;
  const bool was_full = in_.size() >= kMost;
  const std::size_t count = std::min(size, in_.size());
  std::memcpy(to, in_.data(), count);
  in_.erase(0, count);
  if (was_full && on_work) on_work();
  return static_cast<ssize_t>(count);
}

ssize_t Tunnel::send(const char* from, std::size_t size) {
  if (ended_) return -EPIPE;
  const std::size_t room = kMost - std::min(kMost, out_.size());
  if (room == 0) return -EAGAIN;
  const std::size_t count = std::min(size, room);
  out_.append(from, count);
  if (on_work) on_work();
  return static_cast<ssize_t>(count);
}

void Tunnel::leave() {
  left_ = true;
  on_change = {};
  if (on_work) on_work();
}

void Tunnel::change(State state) {
  state_ = state;
  if (on_change) on_change();
}

void Tunnel::fail(Failure failure, Message problem) {
  failure_ = failure;
  problem_ = std::move(problem);
  ended_ = true;
  change(State::failed);
}

bool Jump::usable() const {
  return std::ranges::any_of(links, [](const auto& link) { return !link->retired; });
}

void Jump::ask(const std::shared_ptr<Tunnel>& tunnel) {
  if (broken) return tunnel->fail(Failure::no_route, *broken);
  waiting.push_back(tunnel);
  if (!usable()) return connect();
  for (const auto& link : links)
    if (link->wake) link->wake();
}

void Jump::connect() {
  auto link = std::make_shared<Link>(*this);
  links.push_back(link);
  asio::co_spawn(run.context, serve_jump(run, link), asio::detached);
}

void Jump::ended(const Link& link, Failure failure, const Message& problem) {
  std::erase_if(links, [&link](const auto& each) { return each.get() == &link; });
  if (usable() || waiting.empty()) return;
  if (failure == Failure::none) return connect();  // retired, and its work is left
  broken = problem;
  for (const auto& tunnel : waiting) tunnel->fail(Failure::no_route, problem);
  waiting.clear();
}

asio::awaitable<void> serve_jump(Run& run, std::shared_ptr<Link> link) {
  const auto session = std::make_shared<Session>(run, link->jump.target, link->jump.deadlines);
  link->wake = [weak = std::weak_ptr(session)] {
    if (const auto self = weak.lock()) self->wake();
  };
  co_await session->serve(link);
}

// A connection to a jump host, from its beginning to its end.
asio::awaitable<void> Session::serve(std::shared_ptr<Link> link) {
  serves_ = true;
  Failure failure = Failure::none;
  Message problem;
  try {
    co_await log_in();
    release_slot();
    settle();
    co_await carry(*link);
  } catch (const Ended& ended) {
    failure = ended.failure;
    if (program_may_do_more(ended)) link->jump.for_program = true;
    problem = msg("the jump host '{name}' cannot be used: {reason}",
                  {{"name", printable(target_.name.empty() ? target_.address : target_.name)}})
                  .with("reason", ended.detail);
  } catch (const std::exception& error) {
    failure = Failure::local_error;
    problem = msg("unexpected error: {reason}", {{"reason", printable(error.what())}});
  }
  link->retired = true;
  if (link->opening) link->tunnels.push_back(std::move(link->opening));
  for (const auto& tunnel : link->tunnels) {
    tunnel->on_work = {};
    tunnel->channel_ = nullptr;  // freed with the session
    if (tunnel->state_ == Tunnel::State::open) {
      tunnel->ended_ = true;
      tunnel->change(Tunnel::State::open);
    } else if (tunnel->state_ != Tunnel::State::failed) {
      tunnel->fail(Failure::no_route, problem);
    }
  }
  link->tunnels.clear();
  close();
  link->jump.ended(*link, failure, problem);
}

asio::awaitable<void> Session::carry(Link& link) {
  for (;;) {
    transport_.begin_turn();
    pump(link);
    if (transport_.over()) fail(Failure::closed, msg("the jump host closed the connection"));
    if (link.opening && link.opening->left_) link.retired = true;
    // Also in the middle of an opening, or of closings that the other side does not confirm.
    if (link.retired && std::ranges::all_of(link.tunnels, [](const auto& each) { return each->left_; }))
      co_return;
    if (link.retired && !link.jump.waiting.empty() && !link.jump.usable()) link.jump.connect();
    deadline_ = Clock::time_point::max();
    if (link.opening && !link.jump.waiting.empty()) {
      const auto slow = link.opening_since + kSlowOpening;
      const auto& links = link.jump.links;
      const auto active = std::ranges::count_if(links, [](const auto& each) { return !each->retired; });
      if (Clock::now() < slow) {
        deadline_ = slow;
      } else if (static_cast<std::size_t>(active) < kMostLinks &&
                 std::ranges::all_of(links,
                                     [](const auto& each) { return each->retired || each->opening; })) {
        link.jump.connect();
      }
    }
    co_await pause();
  }
}

void Session::pump(Link& link) {
  if (link.holder) {
    const auto holder = std::exchange(link.holder, nullptr);
    (this->*link.held)(link, holder);
  }
  open_next(link);
  const auto tunnels = link.tunnels;  // end() takes away from it
  for (const auto& tunnel : tunnels) {
    if (transport_.wants_write()) return;
    if (tunnel->left_) {
      end(link, tunnel);
      continue;
    }
    pump_out(link, tunnel);
    if (!transport_.wants_write() && tunnel->in_.size() < Tunnel::kMost) pump_in(link, tunnel);
  }
}

void Session::end(Link& link, const std::shared_ptr<Tunnel>& tunnel) {
  if (again(libssh2_channel_close(tunnel->channel_))) {
    if (transport_.wants_write()) {
      link.holder = tunnel;
      link.held = &Session::end;
    }
    return;
  }
  libssh2_channel_free(tunnel->channel_);
  tunnel->channel_ = nullptr;
  tunnel->on_work = {};
  std::erase(link.tunnels, tunnel);
}

void Session::open_next(Link& link) {
  Jump& jump = link.jump;
  while (!transport_.wants_write()) {
    if (!link.opening) {
      while (!jump.waiting.empty() && jump.waiting.front()->left_) jump.waiting.pop_front();
      if (jump.waiting.empty() || link.retired) return;
      link.opening = std::move(jump.waiting.front());
      jump.waiting.pop_front();
      link.opening_since = Clock::now();
      link.message = direct_tcpip(link.opening->host_, link.opening->port_);
      link.opening->on_work = link.wake;
      link.opening->change(Tunnel::State::opening);
    }
    LIBSSH2_CHANNEL* channel =
        libssh2_channel_open_ex(session_, "direct-tcpip", 12, kTunnelWindow, kTunnelPacket,
                                link.message.data(), static_cast<unsigned>(link.message.size()));
    if (channel == nullptr && again(libssh2_session_last_errno(session_))) return;
    const auto tunnel = std::move(link.opening);
    link.opening.reset();
    if (channel == nullptr) {
      char* text = nullptr;
      libssh2_session_last_error(session_, &text, nullptr, 0);
      tunnel->on_work = {};
      tunnel->fail(Failure::unreachable,
                   msg("the jump host '{name}' cannot reach it: {reason}",
                       {{"name", printable(target_.name.empty() ? target_.address : target_.name)},
                        {"reason", printable(text == nullptr ? "" : text)}}));
      if (transport_.over()) return;
      continue;
    }
    tunnel->channel_ = channel;
    tunnel->descriptor_ = tunnel_ ? tunnel_->descriptor() : socket_.native_handle();
    link.tunnels.push_back(tunnel);
    tunnel->change(Tunnel::State::open);
  }
}

void Session::pump_out(Link& link, const std::shared_ptr<Tunnel>& tunnel) {
  const bool was_full = tunnel->out_.size() >= Tunnel::kMost;
  while (!tunnel->out_.empty() && !tunnel->ended_) {
    const ssize_t rc =
        libssh2_channel_write_ex(tunnel->channel_, 0, tunnel->out_.data(), tunnel->out_.size());
    if (rc > 0) {
      tunnel->out_.erase(0, static_cast<std::size_t>(rc));
      continue;
    }
    if (rc < 0 && !again(rc)) {
      tunnel->ended_ = true;
      tunnel->change(tunnel->state_);
    } else if (transport_.wants_write()) {
      link.holder = tunnel;
      link.held = &Session::pump_out;
    }
    break;
  }
  if (was_full && tunnel->out_.size() < Tunnel::kMost) tunnel->change(tunnel->state_);
}

// Reading sends, too: the window of the other side. A held call is made again in any case; what it
// brings to a tunnel that was left, nobody will look at.
void Session::pump_in(Link& link, const std::shared_ptr<Tunnel>& tunnel) {
  bool changed = false;
  bool more = !tunnel->ended_;
  while (more) {
    const ssize_t rc = libssh2_channel_read_ex(tunnel->channel_, 0, run_.buffer.data(),
                                               std::min(run_.buffer.size(), Tunnel::kMost));
    if (rc > 0) {
      tunnel->in_.append(run_.buffer.data(), static_cast<std::size_t>(rc));
      changed = true;
      more = !tunnel->left_ && tunnel->in_.size() < Tunnel::kMost;
      continue;
    }
    more = false;
    if (again(rc) && transport_.wants_write()) {
      link.holder = tunnel;
      link.held = &Session::pump_in;
    } else if ((rc < 0 && !again(rc)) || (rc == 0 && libssh2_channel_eof(tunnel->channel_) != 0)) {
      tunnel->ended_ = true;
      changed = true;
    }
  }
  if (changed) tunnel->change(tunnel->state_);
}

// The session's side: waits for its tunnel, whose opening is the phase of connecting.
asio::awaitable<void> Session::connect_through_jump() {
  settle();
  result_.address = target_.address;
  tunnel_ = std::make_shared<Tunnel>(target_.address, target_.port);
  tunnel_->on_change = [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->wake();
  };
  Jump& jump = run_.jump_to(*target_.jump);
  jump.ask(tunnel_);
  deadline_ = Clock::time_point::max();
  while (tunnel_->state() == Tunnel::State::waiting) co_await pause();
  begin(Phase::connect, deadlines_.connect);
  if (connect_until_ == Clock::time_point::max()) connect_until_ = deadline_;
  while (tunnel_->state() == Tunnel::State::opening) co_await turn();
  if (tunnel_->state() != Tunnel::State::failed) co_return;
  if (jump.for_program) for_program_ = jump_for_program_ = true;
  throw Ended{tunnel_->failure(), tunnel_->problem()};
}

}  // namespace jaga::ssh
