// NATS with JetStream, as far as the fleet uses it: a connection, messages into a stream, messages from a
// consumer.
//
// Of the library libnats, whose types stay behind this header. A target of its own (jaga-broker), which only
// jaga-worker and jaga-fleet link. Facts that shape it, of nats-server 2.9 and libnats 3.4:
//
//   - A request that nobody listens to is answered at once (No Responders); during a cut of a leaf's link that
//     is the sign of the cut.
//   - A request that the server does not permit is not answered; what it said comes through Connection's
//     `remark`, and is part of the `why` of the request, and of those that time out after it until one is
//     answered.
//   - libnats does not send a signature that begins with a zero byte, one of 256: such a login is tried again.
//   - A message into a dead link may have arrived all the same: it is repeated with the same id, by which the
//     stream knows it for two minutes or as long as its configuration says.
//
// Functions may be called from several threads. Blocks signals in the threads that libnats makes; ignores
// SIGPIPE for the whole process, as libnats does.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace jaga::broker {

using std::chrono::milliseconds;

struct Login {
  std::vector<std::string> servers;  // "nats://HOST:PORT" or "tls://HOST:PORT", tried in this order
  std::string name;                  // as the server lists this client
  std::string seed;                  // of its nkey ("SU..."); empty: none
  std::string ca_file;           // what certificates of servers must be signed by (PEM); empty: the system's
  std::string certificate_file;  // its own (PEM); empty: none
  std::string key_file;          // and the key to it
  std::string inbox = "_INBOX";  // prefix of the subjects on which answers come
  milliseconds timeout{5'000};   // to connect

  // Whether it is TLS or nothing, for all addresses: one begins with "tls://", or there are files for it.
  bool needs_tls() const;
};

// Throws Error{unavailable} where no server answers, with all addresses; Error{not_permitted} where one
// refuses the login; Error{config} for a file or a seed that cannot be used.
class Connection {
 public:
  // `remark` (may be empty): what the server or the library says beside the answers, such as a permission
  // that is missing; called from a thread of libnats.
  explicit Connection(const Login& login, std::function<void(const std::string&)> remark = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // It reconnects by itself; meanwhile requests end as `unreachable`.
  bool is_connected() const;
  std::string server() const;  // the address that it is connected to; empty: to none
  // To the server and back. Throws Error{unavailable}.
  std::chrono::microseconds round_trip() const;

 private:
  friend class Stream;
  friend class Consumer;
  friend class Listener;
  friend class Delivery;
  struct State;
  std::shared_ptr<State> state_;
};

// How a request to a stream ended.
enum class End {
  done,
  duplicate,    // the stream has a message with this id already
  unreachable,  // nobody listens: no such stream here, or the link to it is cut
  unknown,      // no answer in time: it may have been done
  missing,      // there is no such stream, consumer or message
  refused,      // `why` says it
};
struct Answer {
  End end = End::unknown;
  std::string why;        // of all but done and duplicate, in the words of the library
  bool permitted = true;  // false, of unknown: the server does not permit it, as `why` says
  bool ok() const { return end == End::done || end == End::duplicate; }
};

struct StreamConfig {
  std::string name;
  std::vector<std::string> subjects;
  enum class Keep {
    until_taken,      // a work queue: each message goes to one consumer
    for_a_time,       // for `age`; a message that finds no room is refused
    last_of_subject,  // one message a subject
  };
  Keep keep = Keep::for_a_time;
  milliseconds age{0};               // 0: without limit
  milliseconds duplicates{120'000};  // how long a message id is known
  std::int64_t most_bytes = -1;      // of the stream; -1: without limit
};

// A stream of JetStream, here or, with `domain`, in the domain of a leaf.
class Stream {
 public:
  Stream(const Connection& connection, std::string domain, milliseconds timeout);

  // Makes the stream; one that is there with the same configuration is left. refused: it is there with
  // another one.
  Answer make(const StreamConfig& config) const;
  // Puts a message into whichever stream takes the subject.
  Answer publish(const std::string& subject, std::string_view bytes, const std::string& id) const;
  // The newest message of a subject; nullopt with `why` where there is none or nobody answers.
  std::optional<std::string> last(const std::string& stream, const std::string& subject,
                                  std::string& why) const;
  // The newest message of a subject, of a stream that is not made for last().
  std::optional<std::string> newest(const std::string& stream, const std::string& subject,
                                    Answer& answer) const;
  struct Info {
    // What is not as make() of `wanted` makes it, as NATS calls it ("max_age"); empty: nothing.
    std::vector<std::string> different;
    std::uint64_t messages = 0;
    std::uint64_t bytes = 0;
  };
  // nullopt with `answer` missing: there is no such stream; or with another end.
  std::optional<Info> info(const StreamConfig& wanted, Answer& answer) const;
  struct Reading {
    std::uint64_t pending = 0;  // messages that nobody took yet
    std::uint64_t taken = 0;    // and those that are not settled
  };
  // Of a durable consumer of the stream. nullopt as above.
  std::optional<Reading> reading(const std::string& stream, const std::string& consumer,
                                 Answer& answer) const;

 private:
  std::shared_ptr<Connection::State> state_;
  std::string domain_;
  milliseconds timeout_;
};

// A message that was taken and is not settled: as long as that takes, in_progress() must be called more often
// than the consumer's `ack_wait`, or it is given to somebody else.
class Delivery {
 public:
  Delivery(Delivery&&) noexcept;
  Delivery& operator=(Delivery&&) noexcept;
  ~Delivery();

  std::string_view bytes() const;
  std::string subject() const;
  std::uint64_t sequence() const;  // in its stream
  void in_progress();
  // Settles it, and waits for the stream to know. unknown: it may come again.
  Answer done(milliseconds timeout);
  void refuse();     // it never comes again
  void give_back();  // it comes again, to the next who asks

 private:
  friend class Consumer;
  struct State;
  explicit Delivery(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Hears the messages of a subject as they pass, beside whatever stream takes them.
class Listener {
 public:
  // `hear` is called from a thread of libnats, one message after the other, until the end of this; it must
  // not throw. Must end before the connection. Throws Error{unavailable}.
  Listener(const Connection& connection, const std::string& subject,
           std::function<void(std::string_view bytes)> hear);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

struct ConsumerConfig {
  std::string stream;
  std::string subject;  // which of its messages
  std::string name;     // durable
  milliseconds ack_wait{30'000};
  int most_pending = 1;  // taken and not settled, by all who take from it
};

// Takes messages of a stream, one after the other. Made where it is missing.
class Consumer {
 public:
  // Throws Error{unavailable} where the stream is not there, Error{config} where a consumer of this name is
  // configured otherwise.
  Consumer(const Connection& connection, const std::string& domain, const ConsumerConfig& config,
           milliseconds timeout);
  ~Consumer();
  Consumer(Consumer&&) noexcept;
  Consumer& operator=(Consumer&&) = delete;

  // nullopt: none came within `wait`, or, with `answer` unreachable, the stream cannot be asked now; with
  // unknown, the server does not permit it.
  std::optional<Delivery> next(milliseconds wait, Answer& answer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace jaga::broker
