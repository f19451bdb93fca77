#include <doctest/doctest.h>

#include <algorithm>

#include "fault/diagnose.hpp"

using namespace jaga;
using namespace jaga::fault;
using round::Reason;
using round::State;

namespace {

constexpr const char* kChain = R"(
hosts:
  - {name: sw, address: 10.0.0.1, checks: [icmp]}
  - {name: db01, address: 10.0.0.2, parents: {any: [sw]}, checks: [{tcp: {port: 5432}}]}
  - name: app01
    address: 10.0.0.3
    needs: ["db01/tcp:5432"]
    checks: [{tcp: {port: 8080}}, ssh]
  - name: web01
    address: 10.0.0.4
    checks:
      - http: {url: "http://{name}/", needs: ["app01/tcp:8080"]}
      - tcp: {port: 25}
)";
constexpr const char* kUnseen = R"(
hosts:
  - {name: ldap01, address: 10.0.0.9}
  - {name: a, address: 10.0.0.1, needs: [ldap01], checks: [ssh]}
  - {name: b, address: 10.0.0.2, needs: [ldap01], checks: [ssh]}
  - {name: c, address: 10.0.0.3, needs: [ldap01], checks: [ssh]}
)";

round::Result result(std::string host, std::string check, std::string object, State state,
                     Reason reason = Reason::none, bool hard = true) {
  round::Result out;
  out.host = std::move(host);
  out.check = std::move(check);
  out.object = std::move(object);
  out.state = state;
  out.reason = reason;
  out.hard = hard;
  return out;
}
round::Result up(std::string host) {
  return result(std::move(host), "icmp", "", State::ok);
}
round::Result refused(std::string host, std::string port, bool hard = true) {
  return result(std::move(host), "tcp", std::move(port), State::critical, Reason::refused, hard);
}
round::Result bad_page(const std::string& host) {
  return result(host, "http", "http://web01/", State::critical, Reason::bad_status);
}

Diagnosis look(const char* hosts, std::vector<round::Result> results) {
  const inventory::Inventory office = inventory::load({"hosts.yaml", hosts}, {});
  round::Round round;
  round.results = std::move(results);
  const std::vector<round::Round> rounds = {round};
  return diagnose(rounds, office, catalogue({}), {}, Instant{});
}

std::vector<std::string> keys(const std::vector<Fault>& faults) {
  std::vector<std::string> out;
  for (const Fault& fault : faults) out.push_back(fault.key);
  return out;
}

}  // namespace

TEST_CASE("the failure of a needed service has its dependants as symptoms, over chains of any length") {
  const Diagnosis found = look(kChain, {up("db01"), refused("db01", "5432"), up("app01"),
                                        refused("app01", "8080"), up("web01"), bad_page("web01")});
  CHECK(keys(found.faults) == std::vector<std::string>{"db01/service-down/5432"});
  CHECK(found.faults[0].symptoms ==
        std::vector<Symptom>{{"app01", "tcp", "8080", false}, {"web01", "http", "http://web01/", false}});
}

TEST_CASE("the needed host is down, or unreachable because of a switch") {
  const auto silent = [](const char* host) {
    return result(host, "icmp", "", State::critical, Reason::timed_out);
  };
  const Diagnosis down = look(kChain, {silent("db01"), up("app01"), refused("app01", "8080")});
  CHECK(keys(down.faults) == std::vector<std::string>{"db01/host-down"});
  const Diagnosis cut = look(kChain, {silent("sw"), silent("db01"), up("app01"), refused("app01", "8080")});
  CHECK(keys(cut.faults) == std::vector<std::string>{"sw/host-down"});
  CHECK(cut.faults[0].symptoms.size() == 2);
}

TEST_CASE("a failure unrelated to the needed service is a separate fault") {
  // A port that is not in `needs`, a full disk and a changed host key are unrelated.
  const Diagnosis found =
      look(kChain, {up("app01"), refused("app01", "8080"), up("web01"), refused("web01", "25"),
                    result("app01", "disk", "/", State::critical, Reason::limit_reached),
                    result("app01", "ssh", "", State::critical, Reason::host_key_changed), up("db01"),
                    refused("db01", "5432")});
  std::vector<std::string> all = keys(found.faults);
  std::sort(all.begin(), all.end());
  CHECK(all == std::vector<std::string>{"app01/disk-full/%2F", "app01/host-key-changed",
                                        "db01/service-down/5432", "web01/service-down/25"});
  // The needed service is ok.
  CHECK(keys(look(kChain, {up("db01"), result("db01", "tcp", "5432", State::ok), up("app01"),
                           refused("app01", "8080")})
                 .faults) == std::vector<std::string>{"app01/service-down/8080"});
}

TEST_CASE("a failure that depends on an unconfirmed failure stays unconfirmed") {
  const Diagnosis found =
      look(kChain, {up("db01"), refused("db01", "5432", false), up("app01"), refused("app01", "8080")});
  CHECK(found.faults.empty());
  CHECK(found.soft.size() == 2);
}

TEST_CASE("the failure of an unmeasured service is inferred from its dependants") {
  const auto hung = [](const char* host) {
    return result(host, "ssh", "", State::critical, Reason::auth_failed);
  };
  const Diagnosis all = look(kUnseen, {up("a"), hung("a"), up("b"), hung("b"), up("c"), hung("c")});
  REQUIRE(all.faults.size() == 1);
  CHECK(all.faults[0].type == "dependency-down");
  CHECK(all.faults[0].host == "ldap01");
  CHECK(all.faults[0].symptoms.size() == 3);
  // Two of three are not enough, nor is a single one.
  CHECK(look(kUnseen, {up("a"), hung("a"), up("b"), hung("b"), up("c"), result("c", "ssh", "", State::ok)})
            .faults.size() == 2);
  CHECK(look(kUnseen, {up("a"), hung("a")}).faults.at(0).type != "dependency-down");
}
