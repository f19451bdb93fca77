// A name server on loopback, UDP and TCP on one port, that does what a test tells it to.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace jaga::ssh::test {

class NameServer {
 public:
  using Bytes = std::vector<unsigned char>;
  struct Question {
    Bytes bytes;       // the message
    std::string name;  // "a.example"
    int type = 0;      // 1: A, 28: AAAA
    int asked = 0;     // how often this name and type were, this time too
    bool tcp = false;
  };
  // All messages to send back, in order.
  using Answer = std::function<std::vector<Bytes>(const Question&)>;

  // `tcp`: listens there, too.
  explicit NameServer(Answer answer, bool tcp = false);
  ~NameServer();
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  std::uint16_t port() const { return port_; }
  // The calling thread's lookups go here, and nowhere else, with one second for each of so many tries.
  void ask_here(int tries) const;

  // An answer to an A question with that address, to an AAAA question with none.
  static Bytes reply(const Question& question, unsigned char last);
  // The same as reply() without a record and with TC: the answer is too long for UDP.
  static Bytes truncated(const Question& question);
  // Another message than the one that was asked for.
  static Bytes with_other_id(Bytes message);
  static Bytes with_other_name(Bytes message);

 private:
  void serve(const Answer& answer);
  void serve_tcp(const Answer& answer);

  int udp_ = -1, tcp_ = -1, end_[2] = {-1, -1};
  std::uint16_t port_ = 0;
  std::vector<std::pair<std::pair<std::string, int>, int>> asked_;
  std::thread thread_;
};

}  // namespace jaga::ssh::test
