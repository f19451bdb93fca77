#include "probe/dns.hpp"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

namespace {

using namespace jaga::probe;
using namespace std::chrono_literals;
using End = DnsResult::End;
using Bytes = std::vector<unsigned char>;

Bytes number(unsigned value, int bytes) {
  Bytes out;
  for (int i = bytes; i-- > 0;) out.push_back(static_cast<unsigned char>(value >> (8 * i)));
  return out;
}

Bytes operator+(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes name(const std::string& text) {
  Bytes out;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('.', at), text.size());
    out.push_back(static_cast<unsigned char>(end - at));
    out.insert(out.end(), text.begin() + static_cast<long>(at), text.begin() + static_cast<long>(end));
    at = end + 1;
  }
  out.push_back(0);
  return out;
}

// A record whose name is a pointer to the name in the question.
Bytes record(int type, unsigned ttl, const Bytes& data) {
  return Bytes{0xc0, 12} + number(static_cast<unsigned>(type), 2) + number(1, 2) + number(ttl, 4) +
         number(static_cast<unsigned>(data.size()), 2) + data;
}

Bytes message(const Bytes& question, const std::vector<Bytes>& records, int code = 0) {
  Bytes out = {question[0], question[1], 0x85, static_cast<unsigned char>(0x80 | code),
               0,           1,           0,    static_cast<unsigned char>(records.size()),
               0,           0,           0,    0};
  out.insert(out.end(), question.begin() + 12, question.end());
  for (const Bytes& one : records) out = out + one;
  return out;
}

Bytes question(const std::string& text, int type) {
  return Bytes{7, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0} + name(text) + number(static_cast<unsigned>(type), 2) +
         number(1, 2);
}

std::vector<std::string> texts(const std::optional<std::vector<DnsRecord>>& records) {
  std::vector<std::string> out;
  for (const DnsRecord& one : *records) out.push_back(one.text);
  return out;
}
using Texts = std::vector<std::string>;

// A name server on loopback that sends what `answer` returns for a query, or nothing if that is empty.
class NameServer {
 public:
  explicit NameServer(std::function<Bytes(const Bytes& question)> answer)
      : fd_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this, answer = std::move(answer)] {
      for (;;) {
        Bytes bytes(2048);
        sockaddr_in peer{};
        socklen_t length = sizeof peer;
        const ssize_t got =
            ::recvfrom(fd_, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&peer), &length);
        if (got < 12) return;  // the datagram by which this test ends the server
        bytes.resize(static_cast<std::size_t>(got));
        const Bytes reply = answer(bytes);
        if (!reply.empty())
          ::sendto(fd_, reply.data(), reply.size(), 0, reinterpret_cast<const sockaddr*>(&peer), length);
      }
    });
  }
  ~NameServer() {
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::sendto(fd, "x", 1, 0, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(fd);
    thread_.join();
    ::close(fd_);
  }
  NameServer(const NameServer&) = delete;
  NameServer& operator=(const NameServer&) = delete;

  DnsTarget ask(const std::string& text, const char* type, std::chrono::milliseconds timeout = 3s) const {
    return {text, *dns_type(type), "127.0.0.1", port, timeout};
  }
  std::uint16_t port = 0;

 private:
  int fd_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("records of every type") {
  const auto one = [](const char* type, const Bytes& data) {
    const int number = *dns_type(type);
    return texts(
        parse_dns_answer(message(question("a.example", number), {record(number, 60, data)}), number));
  };
  CHECK(one("A", {192, 0, 2, 1}) == Texts{"192.0.2.1"});
  CHECK(one("AAAA", Bytes{0x20, 1, 0xd, 0xb8} + Bytes(11, 0) + Bytes{1}) == Texts{"2001:db8::1"});
  CHECK(one("CNAME", name("WWW.Example")) == Texts{"www.example"});
  CHECK(one("NS", Bytes{2, 'n', 's', 0xc0, 12}) == Texts{"ns.a.example"});
  CHECK(one("MX", number(10, 2) + name("mail.example")) == Texts{"10 mail.example"});
  CHECK(one("TXT", {3, 'a', ' ', 'b', 1, 'c'}) == Texts{"a bc"});
  CHECK(one("PTR", name("host.example")) == Texts{"host.example"});
  CHECK(one("SOA", name("ns.x") + name("root.x") + number(2026112401, 4) + number(2, 4) + number(3, 4) +
                       number(4, 4) + number(5, 4)) == Texts{"ns.x root.x 2026112401 2 3 4 5"});
  CHECK(one("MX", number(0, 2) + name("")) == Texts{"0 ."});  // RFC 7505
  CHECK(one("CNAME", name("")) == Texts{"."});
  CHECK_FALSE(dns_type("SRV"));
}

TEST_CASE("aliases are followed, and damaged answers are refused") {
  const Bytes asked = question("a.example", 1);
  const Bytes good = message(asked, {record(5, 60, name("b.example")), record(1, 7, {192, 0, 2, 2})});
  const auto records = parse_dns_answer(good, 1);
  REQUIRE(records);
  CHECK(*records == std::vector<DnsRecord>{{"192.0.2.2", 7}});
  for (std::size_t size = 0; size < good.size(); ++size)
    CHECK_FALSE(parse_dns_answer(std::span(good).first(size), 1));
  CHECK_FALSE(parse_dns_answer(message(asked, {record(1, 60, {192, 0, 2})}), 1));
  CHECK_FALSE(parse_dns_answer(message(asked, {record(1, 60, {192, 0, 2, 1, 5})}), 1));
  CHECK_FALSE(
      parse_dns_answer(message(question("a", 5), {record(5, 60, {0xc0, 31})}), 5));  // a pointer to itself
  CHECK_FALSE(parse_dns_answer(message(question("a", 16), {record(16, 60, {9, 'x'})}), 16));
  CHECK(parse_dns_answer(message(asked, {}), 1)->empty());
}

TEST_CASE("expected values and reverse names") {
  CHECK(dns_canonical("2001:DB8:0::1", 28) == "2001:db8::1");
  CHECK(dns_canonical("10  Mail.Example.", 15) == "10 mail.example");
  CHECK(dns_canonical("0 .", 15) == "0 .");
  CHECK(dns_canonical("v=spf1  -all", 16) == "v=spf1  -all");
  CHECK(reverse_name("192.0.2.10") == "10.2.0.192.in-addr.arpa");
  CHECK(reverse_name("2001:db8::1") ==
        "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
  CHECK(reverse_name("x.example") == "x.example");
}

TEST_CASE("each kind of answer has its own result") {
  const NameServer server([](const Bytes& asked) -> Bytes {
    switch (asked[13]) {  // first letter of the queried name
      case 'g':
        return message(asked, {record(1, 60, {192, 0, 2, 1})});
      case 'n':
        return message(asked, {}, 3);
      case 'e':
        return message(asked, {});
      case 'r':
        return message(asked, {}, 5);
      case 's':
        return message(asked, {}, 2);
      case 'd':
        return message(asked, {record(1, 60, {192})});
      case '1':
        return message(asked, {record(12, 60, name("host.example"))});
      default:
        return {};
    }
  });
  std::vector<DnsTarget> targets = {
      server.ask("good.example", "A"),        server.ask("none.example", "A"),
      server.ask("empty.example", "A"),       server.ask("refused.example", "A"),
      server.ask("sad.example", "A"),         server.ask("damaged.example", "A"),
      server.ask("mute.example", "A", 300ms), server.ask("192.0.2.1", "PTR")};
  {
    const NameServer shut([](const Bytes&) { return Bytes{}; });
    targets.push_back(shut.ask("good.example", "A"));
  }
  std::size_t told = 0;
  const auto results = dns_ask(targets, {}, [&](std::size_t, const DnsResult&) { ++told; });
  REQUIRE(results.size() == targets.size());
  CHECK(told == targets.size());
  CHECK(results[0].end == End::answered);
  CHECK(results[0].records == std::vector<DnsRecord>{{"192.0.2.1", 60}});
  CHECK(results[0].took > 0ns);
  CHECK(results[1].end == End::no_such_name);
  CHECK(results[2].end == End::no_records);
  CHECK(results[3].end == End::rejected);
  CHECK(results[4].end == End::failed);
  CHECK(results[5].end == End::bad_answer);
  CHECK(results[6].end == End::timed_out);
  CHECK(results[6].took < 2s);
  CHECK(results[7].records.at(0).text == "host.example");
  CHECK(results[8].end == End::refused);
}

TEST_CASE("a referral names other servers, not the servers of the zone itself or its SOA") {
  const Bytes asked = question("www.a.example", 1);
  const auto reply = [&](int flags, int answers, const std::vector<Bytes>& authority) {
    Bytes out = message(asked, {});
    out[2] = static_cast<unsigned char>(0x81 | flags);
    out[7] = static_cast<unsigned char>(answers);
    out[9] = static_cast<unsigned char>(authority.size());
    for (const Bytes& one : authority) out = out + one;
    return out;
  };
  const Bytes ns = record(2, 60, name("NS1.example"));
  const Bytes soa = record(6, 60, name("ns.x") + name("root.x") + Bytes(20, 0));
  CHECK(referred_to(reply(0, 0, {ns, record(2, 60, name("ns2.example"))})) ==
        Texts{"ns1.example", "ns2.example"});
  CHECK(referred_to(reply(4, 0, {ns})).empty());  // authoritative
  CHECK(referred_to(reply(0, 0, {soa, ns})).empty());
  CHECK(referred_to(reply(0, 0, {ns, soa})).empty());
  CHECK(referred_to(reply(0, 0, {})).empty());
  const Bytes whole = reply(0, 0, {ns});
  for (std::size_t size = 0; size < whole.size(); ++size)
    CHECK(referred_to(std::span(whole).first(size)).empty());
}

TEST_CASE("referrals, FORMERR, and a truncated answer with TCP closed") {
  const NameServer server([](const Bytes& asked) -> Bytes {
    Bytes reply = message(asked, {});
    switch (asked[13]) {
      case 'r':  // servers of the name's own zone
        reply[2] = 0x81;
        reply[9] = 1;
        return reply + record(2, 60, name("ns.example"));
      case 'f':  // FORMERR without the question section
        return {asked[0], asked[1], 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0};
      case 'n':  // REFUSED without the question section
        return {asked[0], asked[1], 0x81, 0x85, 0, 0, 0, 0, 0, 0, 0, 0};
      case 'o':  // for another question
        return {static_cast<unsigned char>(asked[0] + 1), asked[1], 0x81, 0x81, 0, 0, 0, 0, 0, 0, 0, 0};
      case 'q':  // FORMERR with the question section
        return message(asked, {}, 1);
      default:  // TC
        reply[2] = 0x87;
        return reply;
    }
  });
  const auto results = dns_ask({server.ask("refers.example", "A"), server.ask("formerr.example", "A"),
                                server.ask("no.example", "A"), server.ask("other.example", "A", 400ms),
                                server.ask("question.example", "A"), server.ask("truncated.example", "A")});
  CHECK(results[0].end == End::referred);
  CHECK(results[0].error_text == "ns.example");
  CHECK(results[1].end == End::misunderstood);
  CHECK(results[1].took < 1s);
  CHECK(results[2].end == End::rejected);
  CHECK(results[3].end == End::timed_out);
  CHECK(results[4].end == End::misunderstood);
  CHECK(results[5].end == End::cut_off);
  CHECK(results[5].error_text == "refused or closed");
}

TEST_CASE("many queries, invalid names, and a stop") {
  const NameServer server([](const Bytes& asked) { return message(asked, {record(1, 60, {192, 0, 2, 1})}); });
  const auto results = dns_ask(std::vector<DnsTarget>(300, server.ask("good.example", "A", 20s)));
  for (const DnsResult& result : results) CHECK(result.end == End::answered);
  CHECK(dns_ask({server.ask(std::string(70, 'a') + ".example", "A")}).front().end == End::bad_name);
  std::stop_source stop;
  stop.request_stop();
  CHECK(dns_ask({server.ask("good.example", "A")}, stop.get_token()).front().end == End::cancelled);
  CHECK(dns_ask({}).empty());
}

TEST_CASE("a silent server does not delay queries to others") {
  const NameServer mute([](const Bytes&) { return Bytes{}; });
  const NameServer server([](const Bytes& asked) { return message(asked, {record(1, 60, {192, 0, 2, 1})}); });
  std::vector<DnsTarget> targets(1'200, mute.ask("mute.example", "A", 60s));
  targets.insert(targets.end(), 300, server.ask("good.example", "A", 60s));
  std::stop_source stop;
  std::size_t answered = 0;
  const auto results = dns_ask(targets, stop.get_token(), [&](std::size_t, const DnsResult& result) {
    if (result.end == End::answered && ++answered == 300) stop.request_stop();
  });
  CHECK(answered == 300);
  for (std::size_t i = 0; i < targets.size(); ++i)
    CHECK(results[i].end == (i < 1'200 ? End::cancelled : End::answered));
}
