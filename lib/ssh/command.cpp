// The command of a session: its channel, both streams, its end.
#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

#include "base/text.hpp"
#include "ssh/session.hpp"

namespace jaga::ssh {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr unsigned kWindow = 2 * 1024 * 1024;
constexpr unsigned kPacket = 32 * 1024;
constexpr auto kLastWords = 2s;  // for the other stream's mark, and for the exit signal after the end of file

// While a packet is half sent libssh2 refuses to send another with BAD_USE, whichever call it comes from.
bool again(ssize_t rc) {
  return rc == LIBSSH2_ERROR_EAGAIN || rc == LIBSSH2_ERROR_BAD_USE;
}

}  // namespace

asio::awaitable<void> Session::open_channel(std::string command) {
  for (;;) {
    transport_.begin_turn();
    channel_ = libssh2_channel_open_ex(session_, "session", 7, kWindow, kPacket, nullptr, 0);
    if (channel_ != nullptr) break;
    // The one call that tells its result only this way.
    if (libssh2_session_last_errno(session_) != LIBSSH2_ERROR_EAGAIN) {
      fail(Failure::exec_failed, msg("logged in, but the host does not open a session"));
    }
    co_await turn();
  }
  for (;;) {
    transport_.begin_turn();
    const int rc = libssh2_channel_process_startup(channel_, "exec", 4, command.data(),
                                                   static_cast<unsigned>(command.size()));
    if (rc == 0) break;
    if (rc != LIBSSH2_ERROR_EAGAIN)
      fail(Failure::exec_failed, msg("logged in, but the host does not run commands"));
    co_await turn();
  }
}

// True while there may be more to write at once.
bool Session::write_input(const std::string& input) {
  if (input_done_) return false;
  if (written_ < input.size()) {
    const ssize_t rc =
        libssh2_channel_write_ex(channel_, 0, input.data() + written_, input.size() - written_);
    if (rc > 0) {
      written_ += static_cast<std::size_t>(rc);
      return true;
    }
    if (rc < 0 && !again(rc)) input_done_ = true;  // it does not want the rest
    return false;
  }
  const int rc = libssh2_channel_send_eof(channel_);
  if (!again(rc)) input_done_ = true;
  return false;
}

// True while there may be more to read at once.
bool Session::read_stream(int stream, Output& output) {
  const ssize_t rc = libssh2_channel_read_ex(channel_, stream, run_.buffer.data(), run_.buffer.size());
  if (rc > 0) output.feed({run_.buffer.data(), static_cast<std::size_t>(rc)});
  return rc > 0;
}

// Asks how the command ended where it did not say so itself. Only for the message: status 0 means nothing.
asio::awaitable<void> Session::ended_without_mark(const Output& out) {
  phase_began_ = Clock::now();
  deadline_ = phase_began_ + kLastWords;
  bool in_time = true;
  while (in_time && !transport_.over()) {
    transport_.begin_turn();
    if (libssh2_channel_wait_closed(channel_) != LIBSSH2_ERROR_EAGAIN) break;
    in_time = co_await pause();
  }
  char* name = nullptr;
  std::size_t size = 0;
  libssh2_channel_get_exit_signal(channel_, &name, &size, nullptr, nullptr, nullptr, nullptr);
  if (name != nullptr) {
    result_.signal = printable(std::string_view(name, size).substr(0, 32));
    libssh2_free(session_, name);
    throw Ended{Failure::killed,
                msg("the command was ended by signal {signal}", {{"signal", result_.signal}})};
  }
  if (libssh2_channel_eof(channel_) == 0)
    fail(Failure::lost, msg("the connection was lost while the command ran"));
  if (out.received() == 0) {
    throw Ended{Failure::lost, msg("the login ended (status {status}) without running the command",
                                   {{"status", std::to_string(libssh2_channel_get_exit_status(channel_))}})};
  }
  throw Ended{Failure::lost, msg("the command ended without an exit status")};
}

void Session::take_output(Output& out, Output& err) {
  result_.out = out.take();
  result_.err = err.take();
  result_.out_cut = out.cut();
  result_.err_cut = err.cut();
}

asio::awaitable<void> Session::run_command(const Request& request, const std::string& input) {
  begin(Phase::run, deadlines_.run);
  co_await open_channel("/bin/sh -s");
  Output out(request.nonce, true, request.most_output);
  Output err(request.nonce, false, request.most_output);
  std::optional<Ended> ended;
  bool last_words = false;
  try {
    for (;;) {
      transport_.begin_turn();
      bool more = true;
      while (more) {
        more = write_input(input);
        more = read_stream(0, out) || more;
        more = read_stream(SSH_EXTENDED_DATA_STDERR, err) || more;
      }
      if (out.complete() && err.complete()) break;
      if (request.most_received != 0 && out.received() + err.received() > request.most_received) {
        throw Ended{Failure::output_cut, msg("the command wrote more than {bytes} bytes and was cut off",
                                             {{"bytes", std::to_string(request.most_received)}})};
      }
      const bool over = libssh2_channel_eof(channel_) != 0 || transport_.over();
      if (over && out.complete()) break;
      if (over) {
        co_await ended_without_mark(out);
      }
      if (out.complete() && !last_words) {
        last_words = true;
        deadline_ = std::min(deadline_, Clock::now() + kLastWords);
      }
      const bool in_time = co_await pause();
      if (in_time) continue;
      if (last_words) break;
      throw Ended{Failure::timed_out, timeout_message()};
    }
  } catch (const Ended& reason) {
    ended = reason;
  }
  take_output(out, err);
  if (ended) {
    if (ended->failure == Failure::closed || ended->failure == Failure::reset) ended->failure = Failure::lost;
    throw *ended;
  }
  result_.exit_code = out.status();
}

}  // namespace jaga::ssh
