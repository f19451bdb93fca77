#include "ssh/agent.hpp"

#include <boost/asio/post.hpp>
#include <cerrno>

#include "base/duration.hpp"
#include "base/errno_text.hpp"
#include "base/text.hpp"

namespace jaga::ssh {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;
using Now = os::AgentClient::Now;
using Watch = asio::posix::stream_descriptor;

Agent::Agent(asio::io_context& context, std::string path, std::chrono::milliseconds timeout)
    : context_(context),
      path_(std::move(path)),
      timeout_(timeout),
      client_(path_),
      watch_(context),
      timer_(context),
      pause_(context) {}

Agent::~Agent() {
  disconnect();
}

void Agent::ask(std::string question, Done done) {
  questions_.push_back({std::move(question), std::move(done)});
  if (busy_) return;
  busy_ = true;
  asio::post(context_, [self = shared_from_this()] { self->begin(); });
}

void Agent::stop() {
  stopped_ = true;
  questions_.clear();
  timer_.cancel();
  disconnect();
}

// Cancels pending requests, which are notified.
void Agent::disconnect() {
  pause_.cancel();
  if (watch_.is_open()) watch_.release();
  client_.close();
}

void Agent::begin() {
  if (stopped_ || questions_.empty()) {
    busy_ = false;
    return;
  }
  if (late_) return fail();
  timer_.expires_after(timeout_);
  timer_.async_wait([self = shared_from_this(), asked = ++asked_](ErrorCode error) {
    // It may be on its way already when finish() takes it back.
    if (error || self->answered_ == asked) return;
    self->late_ = true;
    self->disconnect();
  });
  client_.ask(questions_.front().bytes);
  go_on();
}

// Each step may be on its way already when stop() drops the question that it belongs to.
void Agent::go_on() {
  if (stopped_) return;
  switch (client_.go_on()) {
    case Now::wait_to_read:
      return wait(Watch::wait_read);
    case Now::wait_to_write:
      return wait(Watch::wait_write);
    case Now::pause:
      pause_.expires_after(std::chrono::milliseconds{os::AgentClient::kPause});
      return pause_.async_wait([self = shared_from_this()](ErrorCode) {
        if (self->stopped_) return;
        self->late_ ? self->fail() : self->go_on();
      });
    case Now::answered:
      return finish(client_.answer(), {});
    case Now::failed:
      return fail();
  }
}

void Agent::wait(Watch::wait_type what) {
  try {
    if (!watch_.is_open()) watch_.assign(client_.descriptor());
  } catch (const boost::system::system_error&) {  // no room in the kernel's list: as if it had not answered
    late_ = true;
    return fail();
  }
  watch_.async_wait(what, [self = shared_from_this()](ErrorCode) {
    if (self->stopped_) return;
    self->late_ ? self->fail() : self->go_on();
  });
}

void Agent::fail() {
  const int error = client_.error();
  disconnect();
  if (late_) {
    return finish({}, msg("ssh-agent did not answer within {time}", {{"time", format_duration(timeout_)}}));
  }
  if (error == ENAMETOOLONG) {
    return finish({},
                  msg("the path of ssh-agent's socket is too long: '{path}'", {{"path", printable(path_)}}));
  }
  finish({}, msg("cannot talk to ssh-agent at '{path}': {reason}", {{"path", printable(path_)}})
                 .with("reason", error == 0 ? msg("end of file") : errno_text(error)));
}

void Agent::finish(const std::string& answer, const Message& problem) {
  if (stopped_) return;
  answered_ = asked_;
  timer_.cancel();
  const Question question = std::move(questions_.front());
  questions_.pop_front();
  question.done(answer, problem);
  asio::post(context_, [self = shared_from_this()] { self->begin(); });
}

}  // namespace jaga::ssh
