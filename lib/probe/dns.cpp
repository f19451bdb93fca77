#include "probe/dns.hpp"

#define CARES_NO_DEPRECATED  // Debian 12 lacks the replacements of the functions that are deprecated in
                             // Debian 13
#include <ares.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <exception>
#include <map>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "base/text.hpp"

namespace jaga::probe {
namespace {

using Clock = std::chrono::steady_clock;
using End = DnsResult::End;
using std::chrono::milliseconds;

constexpr std::size_t kAtOnce = 1'024;    // each query needs a descriptor
constexpr std::size_t kAtOnceEach = 128;  // per server
// Upper bound for the delay until a stop request is noticed.
constexpr milliseconds kTick{50};

void begin_library() {
  static const int status = ::ares_library_init(ARES_LIB_INIT_ALL);
  if (status != ARES_SUCCESS)
    throw Error{ExitCode::io,
                msg("cannot ask name servers: {reason}", {{"reason", ::ares_strerror(status)}})};
}

End end_of(int status) {
  switch (status) {
    case ARES_SUCCESS:
      return End::answered;
    case ARES_ENOTFOUND:
      return End::no_such_name;
    case ARES_ENODATA:
      return End::no_records;
    case ARES_ETIMEOUT:
      return End::timed_out;
    case ARES_ECONNREFUSED:
      return End::refused;
    case ARES_EREFUSED:
    case ARES_ENOTIMP:
      return End::rejected;
    case ARES_ESERVFAIL:
      return End::failed;
    case ARES_EFORMERR:
      return End::misunderstood;
    case ARES_EBADRESP:
      return End::bad_answer;
    case ARES_EBADNAME:
    case ARES_EBADQUERY:
      return End::bad_name;
    default:
      return End::local_error;
  }
}

// One query. Each has its own c-ares channel, because timeouts and servers are properties of the channel.
class Question {
 public:
  Question(std::size_t index, const DnsTarget& target)
      : index_(index), target_(target), began_(Clock::now()) {}
  ~Question() {
    if (channel_ != nullptr) ::ares_destroy(channel_);
  }
  Question(const Question&) = delete;
  Question& operator=(const Question&) = delete;

  void start() {
    ares_options options{};
    // NOCHECKRESP: a server's refusal is the result of the check, not a reason to ask the next server.
    options.flags = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP;
    options.timeout = static_cast<int>(std::max<milliseconds::rep>(target_.timeout.count() / 3, 1));
    options.tries = 2;
    char lookups[] = "b";
    options.lookups = lookups;
    int status = ::ares_init_options(&channel_, &options,
                                     ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_LOOKUPS);
    if (status != ARES_SUCCESS) {
      channel_ = nullptr;
      return end(status);
    }
    if (!target_.server.empty()) {
      const bool v6 = target_.server.find(':') != std::string::npos;
      const std::string server =
          (v6 ? "[" + target_.server + "]" : target_.server) + ":" + std::to_string(target_.port);
      status = ::ares_set_servers_ports_csv(channel_, server.c_str());
      if (status != ARES_SUCCESS) return end(status);
    }
    static const ares_socket_functions kSockets = {&Question::open_socket, &Question::close_socket,
                                                   &Question::connect_socket, &Question::receive,
                                                   &Question::send};
    ::ares_set_socket_functions(channel_, &kSockets, this);
    constexpr int kInternet = 1;
    const std::string name = target_.type == 12 ? reverse_name(target_.name) : target_.name;
    ::ares_query(channel_, name.c_str(), kInternet, target_.type, &Question::answered, this);
  }

  std::size_t index() const { return index_; }
  bool ended() const { return result_.has_value(); }
  DnsResult take() { return std::move(*result_); }
  Clock::time_point deadline() const { return began_ + target_.timeout; }

  void watch(std::vector<pollfd>& wait) {
    ares_socket_t sockets[ARES_GETSOCK_MAXNUM];
    const int bits = ::ares_getsock(channel_, sockets, ARES_GETSOCK_MAXNUM);
    first_ = wait.size();
    for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
      const short events = static_cast<short>((ARES_GETSOCK_READABLE(bits, i) != 0 ? POLLIN : 0) |
                                              (ARES_GETSOCK_WRITABLE(bits, i) != 0 ? POLLOUT : 0));
      if (events != 0) wait.push_back({sockets[i], events, 0});
    }
    last_ = wait.size();
  }

  // Time until c-ares must be called again.
  milliseconds patience() const {
    timeval most{};
    timeval room{};
    const timeval* wanted = ::ares_timeout(channel_, nullptr, &room);
    if (wanted == nullptr) wanted = &most;
    return milliseconds{wanted->tv_sec * 1000 + wanted->tv_usec / 1000 + 1};
  }

  void go_on(const std::vector<pollfd>& seen) {
    bool any = false;
    for (std::size_t i = first_; i < last_ && !ended(); ++i) {
      if (seen[i].revents == 0) continue;
      any = true;
      const bool in = (seen[i].revents & ~POLLOUT) != 0;
      const bool out = (seen[i].revents & POLLOUT) != 0;
      ::ares_process_fd(channel_, in ? seen[i].fd : ARES_SOCKET_BAD, out ? seen[i].fd : ARES_SOCKET_BAD);
    }
    if (!any) ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    if (!ended() && refusal_) end(*refusal_);
    if (!ended() && Clock::now() >= deadline()) end(ARES_ETIMEOUT);
  }

 private:
  static void answered(void* self, int status, int /*timeouts*/, unsigned char* bytes, int size) {
    auto& question = *static_cast<Question*>(self);
    if (question.ended()) return;  // called by ares_destroy() while the query is running
    // Exceptions must not propagate through C code.
    try {
      question.end(status, {bytes, static_cast<std::size_t>(std::max(size, 0))});
    } catch (const std::exception&) {
      question.fail();
    }
  }

  // Observes the sockets of c-ares for two facts that it does not report: a refusal without the question
  // section, which it ignores as unrelated, and a truncated UDP answer when the TCP connection then fails.
  static ares_socket_t open_socket(int family, int type, int protocol, void* self) {
    const int fd = ::socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
    if (fd >= 0) static_cast<Question*>(self)->opened_ = true;
    if (fd >= 0 && type == SOCK_STREAM) static_cast<Question*>(self)->by_tcp_ = fd;
    return fd;
  }
  static int close_socket(ares_socket_t fd, void* self) {
    auto& question = *static_cast<Question*>(self);
    if (fd == question.by_tcp_) question.by_tcp_ = ARES_SOCKET_BAD;  // the descriptor number may be reused
    return ::close(fd);
  }
  static int connect_socket(ares_socket_t fd, const sockaddr* address, ares_socklen_t size, void* self) {
    const int status = ::connect(fd, address, size);
    if (status == 0 || errno == EINPROGRESS) static_cast<Question*>(self)->connected_ = true;
    return status;
  }
  static ares_ssize_t receive(ares_socket_t fd, void* bytes, std::size_t size, int flags, sockaddr* from,
                              ares_socklen_t* from_size, void* self) {
    const ares_ssize_t got = ::recvfrom(fd, bytes, size, flags, from, from_size);
    auto& question = *static_cast<Question*>(self);
    if (got > 0 && fd != question.by_tcp_)
      question.look_at({static_cast<const unsigned char*>(bytes), static_cast<std::size_t>(got)});
    return got;
  }
  static ares_ssize_t send(ares_socket_t fd, const iovec* pieces, int count, void* self) {
    auto& question = *static_cast<Question*>(self);
    if (fd != question.by_tcp_ && count > 0 && pieces[0].iov_len >= 2)
      std::memcpy(question.id_.data(), pieces[0].iov_base, question.id_.size());
    msghdr message{};
    message.msg_iov = const_cast<iovec*>(pieces);  // sendmsg() does not modify it
    message.msg_iovlen = static_cast<std::size_t>(count);
    return ::sendmsg(fd, &message, MSG_NOSIGNAL);
  }

  // Examines a UDP datagram; header as in RFC 1035, section 4.1.1.
  void look_at(std::span<const unsigned char> message) {
    if (message.size() < 12 || message[0] != id_[0] || message[1] != id_[1] || (message[2] & 0x80U) == 0)
      return;
    if ((message[2] & 0x02U) != 0) cut_ = true;
    const bool repeats_question = message[4] != 0 || message[5] != 0;
    constexpr std::array<int, 6> kStatus = {ARES_SUCCESS,   ARES_EFORMERR, ARES_ESERVFAIL,
                                            ARES_ENOTFOUND, ARES_ENOTIMP,  ARES_EREFUSED};
    const unsigned code = message[3] & 0x0fU;
    if (!repeats_question && code != 0) refusal_ = code < kStatus.size() ? kStatus.at(code) : ARES_EBADRESP;
  }

  void end(int status, std::span<const unsigned char> message = {}) {
    DnsResult result;
    result.end = end_of(status);
    result.took = Clock::now() - began_;
    if (status != ARES_SUCCESS) result.error_text = ::ares_strerror(status);
    // c-ares also reports ARES_ECONNREFUSED if no socket could be opened or no route exists.
    if (result.end == End::refused && !connected_) {
      result.end = opened_ ? End::no_route : End::local_error;
      result.error_text = opened_ ? "no route from here" : "no socket could be opened";
    }
    // The server did answer over UDP.
    if (cut_ && (result.end == End::refused || result.end == End::timed_out)) {
      result.error_text = result.end == End::refused ? "refused or closed" : "no answer in time";
      result.end = End::cut_off;
    }
    if (status == ARES_ENODATA)
      if (const auto servers = referred_to(message); !servers.empty()) {
        result.end = End::referred;
        result.error_text = join(servers, ", ");
      }
    if (status == ARES_SUCCESS) {
      auto records = parse_dns_answer(message, target_.type);
      if (!records)
        result.end = End::bad_answer;
      else if (records->empty())
        result.end = End::no_records;
      else
        result.records = std::move(*records);
    }
    result_ = std::move(result);
  }

  void fail() noexcept {
    result_.emplace();
    result_->end = End::local_error;
    result_->error_text = "out of memory";
  }

  std::size_t index_;
  const DnsTarget& target_;
  Clock::time_point began_;
  ares_channel channel_ = nullptr;
  bool opened_ = false;     // a socket was opened
  bool connected_ = false;  // a server is routable
  ares_socket_t by_tcp_ = ARES_SOCKET_BAD;
  std::array<unsigned char, 2> id_{};  // query ID of the last UDP query
  bool cut_ = false;                   // a UDP answer was truncated
  std::optional<int> refusal_;         // c-ares status of a refusal without the question section
  std::optional<DnsResult> result_;
  std::size_t first_ = 0, last_ = 0;  // range of its sockets in the poll set
};

// Pending queries by server. Each server has its own share of the concurrent queries, so that an unresponsive
// one delays only its own.
class Queues {
 public:
  explicit Queues(const std::vector<DnsTarget>& targets) : of_(targets.size()), left_(targets.size()) {
    std::map<std::pair<std::string, std::uint16_t>, std::size_t> known;
    for (std::size_t i = 0; i < targets.size(); ++i) {
      of_[i] = known.emplace(std::pair(targets[i].server, targets[i].port), known.size()).first->second;
      if (of_[i] == queues_.size()) queues_.emplace_back();
      queues_[of_[i]].waiting.push_back(i);
    }
    rlimit limit{};
    most_ = kAtOnce;
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
      most_ = std::clamp<std::size_t>(limit.rlim_cur / 4, 1, kAtOnce);
    if (!queues_.empty()) each_ = std::clamp<std::size_t>(most_ / queues_.size(), 1, kAtOnceEach);
  }

  bool empty() const { return left_ == 0; }

  // The next query to start; nullopt if none is left or the limits are reached.
  std::optional<std::size_t> take() {
    if (open_ == most_) return std::nullopt;
    for (std::size_t i = 0; i < queues_.size(); ++i) {
      Queue& queue = queues_[(turn_ + i) % queues_.size()];
      if (queue.waiting.empty() || queue.open == each_) continue;
      turn_ = (turn_ + i + 1) % queues_.size();
      const std::size_t index = queue.waiting.front();
      queue.waiting.pop_front();
      ++queue.open;
      ++open_;
      --left_;
      return index;
    }
    return std::nullopt;
  }
  void ended(std::size_t index) {
    --queues_[of_[index]].open;
    --open_;
  }

 private:
  struct Queue {
    std::deque<std::size_t> waiting;
    std::size_t open = 0;
  };
  std::vector<Queue> queues_;
  std::vector<std::size_t> of_;  // queue of each target
  std::size_t left_, most_ = 1, each_ = 1, open_ = 0, turn_ = 0;
};

}  // namespace

std::vector<DnsResult> dns_ask(const std::vector<DnsTarget>& targets, std::stop_token stop,
                               const std::function<void(std::size_t index, const DnsResult& result)>& done) {
  begin_library();
  std::vector<DnsResult> results(targets.size());
  std::vector<std::unique_ptr<Question>> open;
  Queues waiting(targets);
  while ((!waiting.empty() || !open.empty()) && !stop.stop_requested()) {
    while (const auto next = waiting.take()) {
      open.push_back(std::make_unique<Question>(*next, targets[*next]));
      open.back()->start();
    }
    std::vector<pollfd> wait;
    milliseconds patience = kTick;
    for (const auto& question : open) {
      if (question->ended()) {
        patience = milliseconds{0};
        continue;
      }
      question->watch(wait);
      patience = std::min(
          {patience, question->patience(),
           std::max(milliseconds{0}, std::chrono::ceil<milliseconds>(question->deadline() - Clock::now()))});
    }
    if (::poll(wait.data(), wait.size(), static_cast<int>(patience.count())) < 0 && errno != EINTR)
      throw system_error(errno, msg("cannot wait for name servers: {reason}"));
    std::vector<std::unique_ptr<Question>> still;
    for (auto& question : open) {
      if (!question->ended()) question->go_on(wait);
      if (!question->ended()) {
        still.push_back(std::move(question));
        continue;
      }
      const std::size_t index = question->index();
      results[index] = question->take();
      waiting.ended(index);
      if (done) done(index, results[index]);
    }
    open = std::move(still);
  }
  return results;
}

}  // namespace jaga::probe
