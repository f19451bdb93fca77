#include "ssh/agent.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "sshkey/agent_messages.hpp"
#include "sshkey/wire.hpp"

namespace jaga::ssh {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

Agent::Agent(asio::io_context& context, std::string path, std::chrono::milliseconds timeout)
    : context_(context), path_(std::move(path)), timeout_(timeout), socket_(context), timer_(context) {}

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
  ErrorCode ignored;
  socket_.close(ignored);
}

void Agent::begin() {
  if (stopped_ || questions_.empty()) {
    busy_ = false;
    return;
  }
  if (late_) {
    return finish({}, msg("ssh-agent did not answer within {time}", {{"time", format_duration(timeout_)}}));
  }
  timer_.expires_after(timeout_);
  timer_.async_wait([self = shared_from_this(), asked = ++asked_](ErrorCode error) {
    // It may be on its way already when finish() takes it back.
    if (error || self->answered_ == asked) return;
    self->late_ = true;
    ErrorCode ignored;
    self->socket_.close(ignored);
  });
  if (socket_.is_open()) return write();
  constexpr std::size_t kLongestPath = 107;  // of sockaddr_un
  if (path_.size() > kLongestPath) {
    return finish({},
                  msg("the path of ssh-agent's socket is too long: '{path}'", {{"path", printable(path_)}}));
  }
  socket_.async_connect(
      asio::local::stream_protocol::endpoint(path_),
      [self = shared_from_this()](ErrorCode error) { error ? self->fail(error) : self->write(); });
}

// Each step may be on its way already when stop() drops the question that it belongs to.
void Agent::write() {
  if (stopped_) return;
  asio::async_write(socket_, asio::buffer(questions_.front().bytes),
                    [self = shared_from_this()](ErrorCode error, std::size_t) {
                      error ? self->fail(error) : self->read();
                    });
}

void Agent::read() {
  if (stopped_) return;
  asio::async_read(socket_, asio::buffer(size_), [self = shared_from_this()](ErrorCode error, std::size_t) {
    error ? self->fail(error) : self->read_body();
  });
}

void Agent::read_body() {
  if (stopped_) return;
  const std::size_t size = sshkey::WireReader({size_.data(), size_.size()}).number();
  if (size == 0 || size > sshkey::kMostAgentAnswer) return fail(asio::error::message_size);
  answer_.assign(size, '\0');
  asio::async_read(socket_, asio::buffer(answer_), [self = shared_from_this()](ErrorCode error, std::size_t) {
    error ? self->fail(error) : self->finish(self->answer_, {});
  });
}

void Agent::fail(const ErrorCode& error) {
  ErrorCode ignored;
  socket_.close(ignored);
  if (late_) {
    return finish({}, msg("ssh-agent did not answer within {time}", {{"time", format_duration(timeout_)}}));
  }
  finish({}, msg("cannot talk to ssh-agent at '{path}': {reason}",
                 {{"path", printable(path_)}, {"reason", error.message()}}));
}

void Agent::finish(const std::string& answer, const Message& problem) {
  if (stopped_) return;
  answered_ = asked_;
  if (problem.empty()) late_ = false;  // the whole answer was here when the time was over
  timer_.cancel();
  const Question question = std::move(questions_.front());
  questions_.pop_front();
  question.done(answer, problem);
  asio::post(context_, [self = shared_from_this()] { self->begin(); });
}

}  // namespace jaga::ssh
