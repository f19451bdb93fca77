#include <doctest/doctest.h>

#include "probe/monitor.hpp"
#include "round/facts.hpp"
#include "web.hpp"

namespace {

using namespace jaga;
using namespace std::chrono_literals;
using round::Reason;
using round::State;

round::Round run(const std::string& checks) {
  probe::Request request;
  request.hosts =
      inventory::load({"hosts.yaml", "hosts:\n  - {name: a, address: 127.0.0.1, checks: [" + checks + "]}\n"},
                      {})
          .hosts;
  request.installation = "test";
  request.pause = 1ms;
  request.now = [] {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
  request.random = [](std::span<std::byte> bytes) {
    for (std::byte& byte : bytes) byte = std::byte{7};
  };
  round::Round round = probe::run(request, {});
  for (const round::Result& result : round.results)
    for (const auto& fact : result.facts) CHECK(round::known_fact(result.check, fact.first) != nullptr);
  return round;
}

const round::Result& of(const round::Round& round, const std::string& check, const std::string& object) {
  const round::Result* result = round::find(round, "a", check, object);
  REQUIRE(result != nullptr);
  return *result;
}

web::Server::Answer always(std::string answer) {
  return [answer = std::move(answer)](web::Connection& connection) {
    connection.request();
    connection.write(answer);
  };
}

}  // namespace

TEST_CASE("an http check judges status, body and redirects") {
  const web::Server good(always(web::page("all is well")));
  const web::Server bad(always(web::page("oops", "500 Internal")));
  const std::string fine = "http://a.example:" + std::to_string(good.port()) + "/";
  const std::string wrong = fine + "wrong";
  const std::string broken = "http://127.0.0.1:" + std::to_string(bad.port()) + "/";
  const round::Round round = run("{http: {url: \"" + fine + "\", body: \"is well\"}}, {http: {url: \"" +
                                 wrong + "\", body: \"is ill\"}}, {http: {url: \"" + broken +
                                 "\"}}, {http: {url: \"http://127.0.0.1:1/\"}}");
  CHECK(of(round, "http", fine).state == State::ok);
  CHECK(round::number(of(round, "http", fine), "status") == 200);
  CHECK(round::number(of(round, "http", fine), "body_bytes") == 11);
  CHECK(round::number(of(round, "http", fine), "total_us").value_or(0) > 0);
  CHECK(of(round, "http", wrong).reason == Reason::bad_body);
  CHECK(of(round, "http", wrong).state == State::critical);
  CHECK(of(round, "http", broken).reason == Reason::bad_status);
  CHECK(of(round, "http", broken).summary.text().find("500") == 0);
  CHECK(of(round, "http", "http://127.0.0.1:1/").reason == Reason::refused);
}

TEST_CASE(
    "a certificate warns before it expires, and an invalid one is critical in spite of a good response") {
  web::Authority authority;
  const auto answer = always(web::page("ok"));
  const web::Server soon(answer, authority.certificate("DNS:a.example", -1h, 24h * 20));
  const web::Server now(answer, authority.certificate("DNS:a.example", -1h, 24h * 2));
  const web::Server over(answer, authority.certificate("DNS:a.example", -48h, -24h));
  const auto url = [](const web::Server& server, const std::string& host = "a.example") {
    return "https://" + host + ":" + std::to_string(server.port()) + "/";
  };
  const auto check = [&](const std::string& address, const std::string& more = "") {
    return "{http: {url: \"" + address + "\", ca: \"" + authority.ca() + "\"" + more + "}}";
  };
  const round::Round round =
      run(check(url(soon)) + ", " + check(url(now)) + ", " + check(url(over)) + ", " +
          check(url(soon, "b.example"), ", expires: {warn: \"off\", crit: \"off\"}") + ", " +
          check(url(now, "b.example"), ", verify: false, expires: {warn: \"1d\", crit: \"off\"}") +
          ", {http: {url: \"" + url(soon, "c.example") + "\"}}");
  CHECK(of(round, "http", url(soon)).state == State::warning);
  CHECK(of(round, "http", url(soon)).reason == Reason::certificate_expiring);
  CHECK(round::number(of(round, "http", url(soon)), "certificate_days") == 19);
  CHECK(of(round, "http", url(now)).state == State::critical);
  CHECK(of(round, "http", url(over)).reason == Reason::certificate_expired);
  CHECK(of(round, "http", url(soon, "b.example")).reason == Reason::certificate_name);
  CHECK(of(round, "http", url(soon, "b.example")).hard);
  CHECK(of(round, "http", url(now, "b.example")).state == State::ok);
  CHECK(of(round, "http", url(soon, "c.example")).reason == Reason::certificate_untrusted);
}

TEST_CASE("a dns check without an answering server") {
  const round::Round round =
      run("{dns: {name: a.example, server: 127.0.0.1, port: 1, timeout: 600ms}}, "
          "{dns: {name: b.example, server: no-such-host.invalid}}");
  CHECK(of(round, "dns", "a.example/A").reason == Reason::refused);
  CHECK(of(round, "dns", "a.example/A").state == State::critical);
  CHECK(of(round, "dns", "b.example/A").reason == Reason::resolve_failed);
  CHECK(of(round, "dns", "b.example/A").state == State::unknown);
}
