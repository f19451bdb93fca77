#include "process/run.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <memory>
#include <string_view>

#include "base/debug.hpp"
#include "process/async.hpp"
#include "process/launch.hpp"

namespace jaga::process {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::steady_clock;
using ErrorCode = boost::system::error_code;

// How long what a finished program wrote may still be in flight through a relative that holds its stream.
constexpr std::chrono::milliseconds kLinger{100};

// write(2) to a pipe that nobody reads, without the signal: blocked in this thread, and taken back if it
// came. (A pipe has no MSG_NOSIGNAL, and a socket instead could not be opened as /dev/stdin.)
ssize_t write_quietly(int fd, const char* data, std::size_t size) {
  sigset_t pipe_signal, before, pending;
  ::sigemptyset(&pipe_signal);
  ::sigaddset(&pipe_signal, SIGPIPE);
  ::sigpending(&pending);
  const bool was_pending = ::sigismember(&pending, SIGPIPE) == 1;
  ::pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  const ssize_t written = ::write(fd, data, size);
  const int why = errno;
  if (written < 0 && why == EPIPE && !was_pending) {
    const timespec now{};
    while (::sigtimedwait(&pipe_signal, nullptr, &now) < 0 && errno == EINTR) {
    }
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  errno = why;
  return written;
}

// One program from start to end. Kept alive by its pending operations.
class Running : public std::enable_shared_from_this<Running> {
 public:
  Running(const asio::any_io_executor& executor, Command command, std::stop_token stop,
          std::function<void(Outcome)> done)
      : executor_(executor),
        command_(std::move(command)),
        stop_(std::move(stop)),
        done_(std::move(done)),
        handle_(executor),
        in_(executor),
        out_{asio::posix::stream_descriptor(executor), &outcome_.out, &outcome_.out_cut, {}, false},
        err_{asio::posix::stream_descriptor(executor), &outcome_.err, &outcome_.err_cut, {}, false},
        limit_(executor),
        linger_(executor) {}

  // Only where the context goes away first: a program is never left behind.
  ~Running() {
    if (over_ || pid_ <= 0) return;
    ::kill(whole(), SIGKILL);
    reap();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  void start() {
    if (stop_.stop_requested()) {
      outcome_.end = Outcome::End::cancelled;
      return finish_later();
    }
    Child child;
    began_ = Clock::now();
    outcome_.reason = launch(command_, child);
    if (!outcome_.reason.empty()) return finish_later();
    pid_ = child.pid;
    outcome_.end = Outcome::End::exited;
    try {
      take(handle_, child.handle);
      take(in_, child.in);
      take(out_.stream, child.out);
      take(err_.stream, child.err);
    } catch (const boost::system::system_error& failure) {
      ::kill(whole(), SIGKILL);
      reap();
      pid_ = -1;
      outcome_.end = Outcome::End::not_started;
      outcome_.reason = failure.what();
      return finish_later();
    }

    wait_for_exit();
    read(out_);
    read(err_);
    write();
    arm(command_.timeout, Outcome::End::timed_out);
    // The callback may run in any thread, and while this object is going away: it holds no strong pointer.
    on_stop_.emplace(stop_, [weak = weak_from_this(), executor = executor_] {
      asio::post(executor, [weak] {
        if (auto strong = weak.lock()) strong->end_it(Outcome::End::cancelled);
      });
    });
  }

 private:
  struct Stream {
    asio::posix::stream_descriptor stream;
    std::string* kept;
    bool* cut;
    std::array<char, 16384> buffer;
    bool at_end;
  };

  static void take(asio::posix::stream_descriptor& stream, os::Descriptor& fd) {
    stream.assign(fd.get());
    (void)fd.release();
    stream.native_non_blocking(true);
  }

  static void close(asio::posix::stream_descriptor& stream) {
    ErrorCode ignored;
    stream.close(ignored);
  }

  void read(Stream& stream) {
    auto self = shared_from_this();
    // Waited for and then read: what a read in flight has taken, drain() would overtake.
    stream.stream.async_wait(asio::posix::stream_descriptor::wait_read, [self, &stream](ErrorCode error) {
      if (self->over_ || stream.at_end) return;
      const ssize_t size =
          error ? 0 : ::read(stream.stream.native_handle(), stream.buffer.data(), stream.buffer.size());
      if (size > 0) {
        self->keep(stream, {stream.buffer.data(), static_cast<std::size_t>(size)});
      } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
        stream.at_end = true;
        return self->finish_if_over();
      }
      self->read(stream);
    });
  }

  void keep(Stream& stream, std::string_view bytes) {
    if (command_.sink) return command_.sink(&stream == &err_, bytes);
    const std::size_t room = command_.most_output - std::min(command_.most_output, stream.kept->size());
    stream.kept->append(bytes.substr(0, room));
    if (bytes.size() > room) *stream.cut = true;
  }

  // What is in the pipe already, where the loop was too busy to read it; not what goes on coming.
  void drain(Stream& stream) {
    constexpr std::size_t kMostPipe = std::size_t{1} << 20U;  // fs.pipe-max-size
    std::array<char, 16384> buffer;
    for (std::size_t all = 0; !stream.at_end && all < kMostPipe;) {
      const ssize_t size = ::read(stream.stream.native_handle(), buffer.data(), buffer.size());
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) break;
      keep(stream, {buffer.data(), static_cast<std::size_t>(size)});
      all += static_cast<std::size_t>(size);
    }
  }

  void write() {
    if (written_ == command_.input.size()) {
      if (!command_.hold_input) close(in_);
      return;
    }
    auto self = shared_from_this();
    in_.async_wait(asio::posix::stream_descriptor::wait_write, [self](ErrorCode error) {
      if (error) return;
      const ssize_t size =
          write_quietly(self->in_.native_handle(), self->command_.input.data() + self->written_,
                        self->command_.input.size() - self->written_);
      if (size >= 0) {
        self->written_ += static_cast<std::size_t>(size);
      } else if (errno != EAGAIN && errno != EINTR) {
        return close(self->in_);  // EPIPE: it does not want the rest
      }
      self->write();
    });
  }

  void arm(std::chrono::milliseconds after, Outcome::End end) {
    limit_.expires_after(after);
    auto self = shared_from_this();
    limit_.async_wait([self, end](ErrorCode error) {
      if (!error) self->end_it(end);
    });
  }

  // The first call asks, the second (from the timer armed here) kills.
  void end_it(Outcome::End end) {
    if (over_ || pid_ <= 0 || (exited_ && !ending_)) return;
    if (ending_) {
      if (end == Outcome::End::cancelled && outcome_.end == Outcome::End::timed_out) return;
      killed_ = true;
      const bool refused = ::kill(whole(), SIGKILL) != 0 && errno == EPERM;
      if (exited_) return linger();
      if (refused) leave();
      return;
    }
    ending_ = true;
    outcome_.end = end;
    close(in_);
    ::kill(whole(), SIGTERM);
    ::kill(whole(), SIGCONT);
    arm(command_.grace, Outcome::End::timed_out);
  }

  // Its group, where it has one of its own.
  pid_t whole() const { return command_.terminal ? pid_ : -pid_; }

  // It belongs to somebody else and did not go. Its streams are closed and nobody waits for it.
  void leave() {
    drain(out_);
    drain(err_);
    outcome_.left_running = true;
    outcome_.duration = Clock::now() - began_;
    end_here();
  }

  void wait_for_exit() {
    auto self = shared_from_this();
    handle_.async_wait(asio::posix::stream_descriptor::wait_read,
                       [self](ErrorCode error) { self->on_exit(error); });
  }

  // Asio keeps what it knows of a descriptor for the next one that it is given, and with it an event that
  // came for the former: that a wait is over does not say that the program is.
  bool has_exited() const {
    siginfo_t info = {};
    const int result = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT);
    return result == 0 && info.si_pid == pid_;
  }

  void on_exit(ErrorCode error) {
    if (error || over_) return;
    if (!has_exited()) return wait_for_exit();
    exited_ = true;
    // Not reaped yet: as long as it is a zombie, its number and its group's belong to it.
    outcome_.duration = Clock::now() - began_;
    if (!ending_ || killed_) linger();
    finish_if_over();
  }

  void linger() {
    linger_.expires_after(kLinger);
    auto self = shared_from_this();
    linger_.async_wait([self](ErrorCode error) {
      if (error) return;
      self->drain(self->out_);
      self->drain(self->err_);
      self->out_.at_end = true;
      self->err_.at_end = true;
      self->finish_if_over();
    });
  }

  void reap() {
    siginfo_t info = {};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED) < 0 && errno == EINTR) {
    }
    outcome_.code = info.si_status;
    if (info.si_code != CLD_EXITED && outcome_.end == Outcome::End::exited)
      outcome_.end = Outcome::End::signalled;
  }

  void finish_if_over() {
    if (over_ || !exited_ || !out_.at_end || !err_.at_end) return;
    if (ending_) ::kill(whole(), SIGKILL);  // processes of the group that ignored SIGTERM
    reap();
    // The group's number is taken as long as one of it lives.
    if (ending_ && !command_.terminal) outcome_.left_running = ::kill(-pid_, 0) != 0 && errno == EPERM;
    end_here();
  }

  void end_here() {
    over_ = true;
    if (debugging())
      debug("program", "process {} ended with {} {} after {} ms", pid_,
            outcome_.end == Outcome::End::signalled ? "signal" : "status", outcome_.code,
            std::chrono::duration_cast<std::chrono::milliseconds>(outcome_.duration).count());
    on_stop_.reset();
    for (asio::posix::stream_descriptor* each : {&handle_, &in_, &out_.stream, &err_.stream}) close(*each);
    limit_.cancel();
    linger_.cancel();
    done_(std::move(outcome_));
  }

  void finish_later() {
    over_ = true;
    auto self = shared_from_this();
    asio::post(executor_, [self] { self->done_(std::move(self->outcome_)); });
  }

  asio::any_io_executor executor_;
  Command command_;
  std::stop_token stop_;
  std::function<void(Outcome)> done_;
  Outcome outcome_;
  pid_t pid_ = -1;
  asio::posix::stream_descriptor handle_;
  asio::posix::stream_descriptor in_;
  Stream out_;
  Stream err_;
  std::size_t written_ = 0;
  asio::steady_timer limit_;
  asio::steady_timer linger_;
  Clock::time_point began_;
  bool ending_ = false;
  bool killed_ = false;
  bool exited_ = false;
  bool over_ = false;
  std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace

void start(const asio::any_io_executor& executor, Command command, std::stop_token stop,
           std::function<void(Outcome)> done) {
  std::make_shared<Running>(executor, std::move(command), std::move(stop), std::move(done))->start();
}

Outcome run(const Command& command, std::stop_token stop) {
  return std::move(run_all({command}, 1, std::move(stop)).front());
}

std::vector<Outcome> run_all(const std::vector<Command>& commands, std::size_t at_once, std::stop_token stop,
                             const std::function<void(std::size_t index, const Outcome&)>& done) {
  std::vector<Outcome> outcomes(commands.size());
  asio::io_context context(1);
  try {
    const asio::steady_timer first(
        context);  // makes the reactor, which takes three descriptors, here or not at all
  } catch (const boost::system::system_error& error) {
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      outcomes[i].reason = error.what();
      if (done) done(i, outcomes[i]);
    }
    return outcomes;
  }
  std::size_t next = 0;
  std::function<void()> begin_next = [&] {
    if (next == commands.size()) return;
    const std::size_t index = next++;
    start(context.get_executor(), commands[index], stop, [&, index](Outcome ended) {
      outcomes[index] = std::move(ended);
      if (done) done(index, outcomes[index]);
      begin_next();
    });
  };
  for (std::size_t i = 0; i < std::max<std::size_t>(at_once, 1); ++i) begin_next();
  context.run();
  return outcomes;
}

}  // namespace jaga::process
