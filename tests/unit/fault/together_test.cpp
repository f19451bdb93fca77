// Faults of many hosts with one cause.
#include <doctest/doctest.h>

#include <algorithm>

#include "base/format.hpp"
#include "fault/diagnose.hpp"

using namespace jaga;
using namespace jaga::fault;
using round::Reason;
using round::State;

namespace {

using Keys = std::vector<std::string>;

round::Result result(std::string host, std::string check, std::string object, State state = State::ok,
                     Reason reason = Reason::none, round::Facts facts = {}) {
  round::Result out;
  out.host = std::move(host);
  out.check = std::move(check);
  out.object = std::move(object);
  out.state = state;
  out.reason = reason;
  out.facts = std::move(facts);
  return out;
}
round::Result answers(std::string host) {
  return result(std::move(host), "icmp", "");
}
round::Result loses(std::string host, std::int64_t percent) {
  return result(std::move(host), "icmp", "", State::critical, Reason::limit_reached,
                {{"loss_percent", percent}});
}
round::Result refuses(std::string host) {
  return result(std::move(host), "ssh", "", State::critical, Reason::auth_failed);
}
round::Result silent_port(std::string host, std::string port) {
  round::Result out = result(std::move(host), "tcp", std::move(port), State::critical, Reason::timed_out);
  out.phase = "connect";
  return out;
}

const inventory::Inventory& office() {
  static const inventory::Inventory kOffice = inventory::load({"hosts.yaml", R"(
hosts:
  - {name: core, address: 10.0.0.1, checks: [icmp]}
  - {name: wan, address: 10.0.0.2, parents: {any: [core]}, checks: [icmp]}
  - {name: b1, address: 10.0.1.1, parents: {any: [wan]}, checks: [icmp, ssh]}
  - {name: b2, address: 10.0.1.2, parents: {any: [wan]}, checks: [icmp, ssh]}
  - {name: b3, address: 10.0.1.3, parents: {any: [wan]}, checks: [icmp, ssh]}
  - {name: a1, address: 10.0.2.1, parents: {any: [core]}, place: {site: a}, checks: [icmp, ssh]}
  - {name: a2, address: 10.0.2.2, parents: {any: [core]}, place: {site: a}, checks: [icmp, ssh]}
  - {name: a3, address: 10.0.2.3, parents: {any: [core]}, login: {measure: backup}, checks: [icmp, ssh]}
  - {name: a4, address: 10.0.2.4, parents: {any: [core]}, login: {measure: backup}, checks: [icmp, ssh]}
)"},
                                                              {});
  return kOffice;
}

Diagnosis look(std::vector<round::Result> results, std::span<const inventory::Window> windows = {}) {
  std::vector<round::Round> rounds(1);
  rounds[0].results = std::move(results);
  return diagnose(rounds, office(), catalogue({}), windows, Instant{});
}
Keys keys(const Diagnosis& found) {
  Keys out;
  for (const Fault& fault : found.faults) out.push_back(fault.key);
  return out;
}

}  // namespace

TEST_CASE(
    "what is lost on the way is lost for all behind it, and one that loses far more has its own fault") {
  const Diagnosis found =
      look({answers("core"), loses("wan", 60), loses("b1", 65), loses("b2", 55), loses("b3", 98)});
  CHECK(keys(found) == Keys{"wan/packet-loss", "b3/packet-loss"});
  CHECK(found.faults[0].symptoms ==
        std::vector<Symptom>{{"b1", "icmp", "", false}, {"b2", "icmp", "", false}});
}

TEST_CASE("packet loss of all hosts behind a healthy router is a fault of the link") {
  const Diagnosis found = look(
      {answers("core"), answers("wan"), loses("b1", 65), loses("b2", 70), loses("b3", 65), answers("a1")});
  REQUIRE(keys(found) == Keys{"wan/segment-loss/loss%3Awan"});
  CHECK(found.faults[0].evidence.size() == 4);
  // If one of three is healthy, each is a fault of its own.
  CHECK(keys(look({answers("wan"), loses("b1", 65), loses("b2", 70), answers("b3")})) ==
        Keys{"b1/packet-loss", "b2/packet-loss"});
  // Two hosts that share nothing.
  CHECK(keys(look({answers("core"), loses("b1", 65), loses("a3", 70), answers("b2"), answers("a1")})) ==
        Keys{"a3/packet-loss", "b1/packet-loss"});
}

TEST_CASE("an unconfirmed failure does not prevent merging the others and stays unconfirmed") {
  std::vector<round::Result> results = {answers("wan"), loses("b1", 65), loses("b2", 70), loses("b3", 65),
                                        answers("a1")};
  results[3].hard = false;
  const Diagnosis found = look(results);
  CHECK(keys(found) == Keys{"wan/segment-loss/loss%3Awan"});
  REQUIRE(found.soft.size() == 1);
  CHECK(found.soft[0].host == "b3");
}

TEST_CASE("a port that is filtered on all hosts is a fault of the firewall, one per port") {
  std::vector<round::Result> results;
  for (const char* host : {"b1", "b2", "b3"}) {
    results.push_back(answers(host));
    results.push_back(silent_port(host, "22"));
    results.push_back(result(host, "tcp", "443"));
  }
  CHECK(keys(look(results)) == Keys{"wan/segment-filtered/filtered%3Awan%2F22"});
  results.push_back(silent_port("b1", "25"));
  CHECK(keys(look(results)) == Keys{"b1/filtered/25", "wan/segment-filtered/filtered%3Awan%2F22"});
  // A fault that began three hours earlier is unrelated.
  results[1].since = Instant{} - std::chrono::hours{3};
  CHECK(keys(look(results)) ==
        Keys{"b1/filtered/22", "b1/filtered/25", "wan/segment-filtered/filtered%3Awan%2F22"});
}

TEST_CASE("echo requests filtered on all hosts are a fault of the firewall, not of the link") {
  std::vector<round::Result> results;
  for (const char* host : {"b1", "b2", "b3"}) {
    results.push_back(loses(host, 100));
    results.push_back(result(host, "tcp", "443"));
  }
  CHECK(keys(look(results)) == Keys{"wan/segment-filtered/filtered%3Awan%2Ficmp"});
}

TEST_CASE("a login refused by many hosts is caused by the key or by something they share") {
  std::vector<round::Result> results;
  for (const char* host : {"b1", "b2", "b3", "a1", "a2"}) results.push_back(refuses(host));
  for (const char* host : {"a3", "a4"}) results.push_back(result(host, "ssh", ""));
  CHECK(keys(look(results)) == Keys{"a1/login-refused-by-many/login%3Auser%3Ajaga"});
  for (std::size_t i = 0; i < 3; ++i) results[i] = result(results[i].host, "ssh", "");
  CHECK(keys(look(results)) == Keys{"a1/login-refused-by-many/login%3Asite%3Aa"});
  // Changed host keys are never merged.
  for (auto& one : results) one = result(one.host, "ssh", "", State::critical, Reason::host_key_changed);
  CHECK(look(results).faults.size() == 7);
}

TEST_CASE("a certificate on many hosts is one fault; one with other dates is another fault") {
  const auto page = [](std::string host, std::int64_t days, Reason reason = Reason::certificate_expired,
                       std::string issuer = "CA") {
    return result(host, "http", "https://" + host + "/", State::critical, reason,
                  {{"certificate_subject", std::string("*.x")},
                   {"certificate_issuer", std::move(issuer)},
                   {"certificate_days", days}});
  };
  const Diagnosis found = look({page("b1", -1), page("a1", -1), page("a2", -1), page("a3", -3)});
  REQUIRE(keys(found) ==
          Keys{"a1/certificate-expired/https%3A%2F%2Fa1%2F", "a3/certificate-expired/https%3A%2F%2Fa3%2F"});
  const auto& evidence = found.faults[0].evidence;
  REQUIRE(evidence.size() == 4);
  CHECK(evidence[0].host == "a1");
  CHECK(evidence[3].check == "shared");
  CHECK(evidence[3].object == "certificate:*.x");
  // An untrusted issuer is one cause; self-signed certificates are one fault per host.
  CHECK(look({page("b1", 9, Reason::certificate_untrusted), page("b2", 20, Reason::certificate_untrusted)})
            .faults.size() == 1);
  CHECK(look({page("b1", 9, Reason::certificate_untrusted, "*.x"),
              page("b2", 9, Reason::certificate_untrusted, "*.x")})
            .faults.size() == 2);
}

TEST_CASE("hanging mounts of one file server are one fault") {
  const auto hangs = [](std::string host, std::string source) {
    return result(std::move(host), "mount", "/mnt", State::critical, Reason::timed_out,
                  {{"answers", std::int64_t{0}}, {"source", std::move(source)}});
  };
  CHECK(keys(look({hangs("a1", "nas1:/home"), hangs("a2", "nas1:/data"), hangs("b1", "//nas1/share"),
                   hangs("b2", "nas2:/x"), hangs("b3", "s3fs")})) ==
        Keys{"a1/mount-silent/%2Fmnt", "b2/mount-silent/%2Fmnt", "b3/mount-silent/%2Fmnt"});
}

TEST_CASE("a merged fault is in a maintenance window only if all its parts are") {
  const auto window = [](std::vector<std::string> hosts) {
    return std::vector<inventory::Window>{{"night", std::move(hosts), Instant{} - std::chrono::hours{1},
                                           Instant{} + std::chrono::hours{1}, "staff", "work"}};
  };
  const std::vector<round::Result> results = {answers("wan"), loses("b1", 65), loses("b2", 65),
                                              loses("b3", 65)};
  CHECK(look(results, window({"b1", "b2", "b3"})).faults.at(0).window == "night");
  CHECK(look(results, window({"b1", "b3"})).faults.at(0).window.empty());
}

TEST_CASE("high load is attributed to blocked processes if they are most of it") {
  const auto load = [](std::int64_t hundredths) {
    return result("a1", "load", "", State::critical, Reason::limit_reached,
                  {{"load5_hundredths", hundredths}, {"processors", std::int64_t{4}}});
  };
  const auto process = [](State state, std::int64_t blocked) {
    return result("a1", "process", "", state, state == State::ok ? Reason::none : Reason::limit_reached,
                  {{"blocked", blocked}, {"total", std::int64_t{300}}, {"zombies", std::int64_t{0}}});
  };
  CHECK(keys(look({load(14'120), process(State::critical, 140)})) == Keys{"a1/processes-blocked"});
  CHECK(keys(look({load(2'000), process(State::ok, 15)})) == Keys{"a1/load-of-waiting"});
  CHECK(keys(look({load(8'000), process(State::ok, 15)})) == Keys{"a1/overload"});
  const Diagnosis found = look({load(2'000), process(State::ok, 15)});
  CHECK(round::number(found.faults[0].evidence[0], "blocked_percent") == 75);
}
