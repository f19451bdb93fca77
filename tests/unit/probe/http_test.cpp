#include "probe/http.hpp"

#include <doctest/doctest.h>

#include "web.hpp"

namespace {

using namespace jaga;
using namespace jaga::probe;
using namespace std::chrono_literals;
using End = HttpResult::End;
using Fault = Certificate::Fault;
using web::Connection;
using web::page;

HttpTarget target(const web::Server& server, const std::string& host = "127.0.0.1", bool tls = false,
                  const std::string& path = "/") {
  HttpTarget target;
  target.url = {tls, host, server.port(), path};
  target.address = "127.0.0.1";
  target.timeout = 10s;
  return target;
}

HttpResult get(HttpTarget target) {
  return http_get({std::move(target)}).front();
}

web::Server::Answer always(std::string answer) {
  return [answer = std::move(answer)](Connection& connection) {
    connection.request();
    connection.write(answer);
  };
}

}  // namespace

TEST_CASE("an answer with its status, body and times") {
  std::string asked;
  const web::Server server([&](Connection& connection) {
    asked = connection.request();
    connection.write(page("hello Buleleng"));
  });
  HttpTarget wish = target(server, "www.example.org", false, "/x?y=1");
  wish.body = "Buleleng";
  const HttpResult result = get(wish);
  CHECK(result.end == End::answered);
  CHECK(result.status == 200);
  CHECK(result.found);
  CHECK(result.body_bytes == 14);
  CHECK(result.connect > 0ns);
  CHECK(result.first_byte > 0ns);
  CHECK(result.total >= result.connect);
  CHECK_FALSE(result.certificate);
  CHECK(asked.starts_with("GET /x?y=1 HTTP/1.1\r\nHost: www.example.org:" + std::to_string(server.port()) +
                          "\r\n"));
  wish.body = "Denpasar";
  CHECK_FALSE(get(wish).found);
}

TEST_CASE("bodies of every kind are read to their end or the limit") {
  const web::Server chunked(
      always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nab c\r\n3\r\nd e\r\n0\r\n\r\n"));
  HttpTarget wish = target(chunked);
  wish.body = "b cd";
  CHECK(get(wish).found);
  const web::Server until_close(always("HTTP/1.0 404 No\r\n\r\nto the end"));
  const HttpResult closed = get(target(until_close));
  CHECK(closed.end == End::answered);
  CHECK(closed.status == 404);
  CHECK(closed.body_bytes == 10);
  const web::Server cut(always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"));
  CHECK(get(target(cut)).end == End::closed);
  CHECK(get(target(cut)).phase == "body");
  const web::Server endless([](Connection& connection) {
    connection.request();
    connection.write("HTTP/1.1 200 OK\r\n\r\n");
    while (connection.write(std::string(65'536, 'x'))) {
    }
  });
  const HttpResult big = get(target(endless));
  CHECK(big.end == End::answered);
  CHECK(big.cut);
  CHECK(big.body_bytes >= kMostBody);
  CHECK(big.body_bytes < kMostBody + 65'536);
  const web::Server hints(always("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + page("x", "204 None")));
  CHECK(get(target(hints)).status == 204);
}

TEST_CASE("redirects are followed, on the same and to another host, up to a limit") {
  web::Server* self = nullptr;
  const web::Server other(always(page("there")));
  web::Server server([&](Connection& connection) {
    const std::string asked = connection.request();
    if (asked.starts_with("GET /relative"))
      connection.write(page("", "302 Found", "Location: final?x\r\n"));
    else if (asked.starts_with("GET /away"))
      connection.write(
          page("", "301 Moved", "Location: http://localhost:" + std::to_string(other.port()) + "/\r\n"));
    else if (asked.starts_with("GET /nowhere"))
      connection.write(page("", "302 Found", "Location: http://no-such-host.invalid/\r\n"));
    else if (asked.starts_with("GET /odd"))
      connection.write(page("", "302 Found", "Location: javascript:alert(1)\r\n"));
    else if (asked.starts_with("GET /loop"))
      connection.write(page("", "307 Again", "Location: /loop\r\n"));
    else if (asked.starts_with("GET /cached"))
      connection.write(page("", "304 Not Modified", "Location: /x\r\n"));
    else
      connection.write(page("end"));
  });
  self = &server;
  const auto at = [&](const std::string& path) { return get(target(*self, "127.0.0.1", false, path)); };
  HttpResult result = at("/relative");
  CHECK(result.end == End::answered);
  CHECK(result.status == 200);
  CHECK(result.redirects == 1);
  CHECK(result.location.ends_with("/final?x"));
  result = at("/away");
  CHECK(result.end == End::answered);
  CHECK(result.body_bytes == 5);
  CHECK(at("/nowhere").end == End::resolve_failed);
  CHECK(at("/odd").end == End::bad_location);
  CHECK(at("/loop").end == End::too_many_redirects);
  CHECK(at("/loop").redirects == 5);
  CHECK(at("/cached").status == 304);
  HttpTarget wish = target(server, "127.0.0.1", false, "/relative");
  wish.wanted = {302};
  CHECK(get(wish).status == 302);
  wish.wanted = {200};
  wish.redirects = 0;
  CHECK(get(wish).end == End::too_many_redirects);
}

TEST_CASE("a redirect does not wait for other answers") {
  const web::Server silent([](Connection& connection) {
    connection.request();
    connection.wait();
  });
  const web::Server other(always(page("there")));
  const web::Server server([&](Connection& connection) {
    connection.request();
    connection.write(
        page("", "301 Moved", "Location: http://localhost:" + std::to_string(other.port()) + "/\r\n"));
  });
  std::vector<HttpTarget> targets = {target(silent, "127.0.0.1", false, "/"),
                                     target(server, "127.0.0.1", false, "/")};
  for (HttpTarget& one : targets) one.timeout = 60s;
  // Ends once the redirect has been followed, or else when the silent server times out.
  std::stop_source stop;
  const std::vector<HttpResult> results =
      http_get(targets, 0, stop.get_token(), [&](std::size_t) { stop.request_stop(); });
  CHECK(results[0].end == End::cancelled);
  CHECK(results[1].end == End::answered);
  CHECK(results[1].redirects == 1);
  CHECK(results[1].body_bytes == 5);
}

TEST_CASE("certificates are judged by name, chain and time") {
  web::Authority authority;
  std::string name;
  const web::Server::Answer answer = [&](Connection& connection) {
    name = connection.server_name();
    connection.request();
    connection.write(page("safe"));
  };
  const web::Server good(answer, authority.certificate("DNS:www.example.org,IP:127.0.0.1", -1h, 24h * 90));
  HttpTarget wish = target(good, "www.example.org", true);
  wish.ca = authority.ca();
  HttpResult result = get(wish);
  CHECK(result.end == End::answered);
  CHECK(name == "www.example.org");
  REQUIRE(result.certificate);
  CHECK(result.certificate->fault == Fault::none);
  CHECK(result.certificate->subject == "Test server");
  CHECK(result.certificate->issuer == "Test authority");
  CHECK(result.tls > 0ns);
  const auto left = result.certificate->not_after - std::chrono::system_clock::now();
  CHECK(left > 24h * 89);
  CHECK(left < 24h * 91);

  wish.url.host = "127.0.0.1";
  CHECK(get(wish).certificate->fault == Fault::none);
  CHECK(name.empty());
  wish.url.host = "other.example.org";
  CHECK(get(wish).certificate->fault == Fault::wrong_name);
  CHECK(get(wish).end == End::answered);
  wish.ca.clear();
  result = get(wish);
  CHECK(result.certificate->fault == Fault::untrusted);
  CHECK_FALSE(result.certificate->why.empty());

  const web::Server old(answer, authority.certificate("DNS:www.example.org", -48h, -24h));
  wish = target(old, "www.example.org", true);
  wish.ca = authority.ca();
  CHECK(get(wish).certificate->fault == Fault::expired);
  CHECK(get(wish).status == 200);
  const web::Server young(answer, authority.certificate("DNS:www.example.org", 24h, 48h));
  wish.url.port = young.port();
  CHECK(get(wish).certificate->fault == Fault::not_yet);
  wish.ca = "/nonexistent/ca.pem";
  CHECK(get(wish).end == End::local_error);
}

TEST_CASE("the names of a certificate") {
  web::Authority authority;
  const auto judged = [&](const std::string& names, const std::string& host) {
    const web::Server server(always(page("safe")), authority.certificate(names, -1h, 24h * 90));
    HttpTarget wish = target(server, host, true);
    wish.ca = authority.ca();
    return *get(wish).certificate;
  };
  // RFC 9525, section 6.3: a wildcard stands for the whole left-most label.
  CHECK(judged("DNS:*.example.test", "www.example.test").fault == Fault::none);
  CHECK(judged("DNS:w*.example.test", "www.example.test").fault == Fault::wrong_name);
  CHECK(judged("DNS:*.example.test", "a.b.example.test").fault == Fault::wrong_name);
  CHECK(judged("DNS:www.example.test", "www.example.test.").fault == Fault::none);
  CHECK(judged("DNS:db_1.example.test", "db_1.example.test").fault == Fault::none);
  const Certificate other = judged("DNS:a.test,IP:192.0.2.1,IP:2001:db8::1,email:x@a.test", "b.test");
  CHECK(other.names == std::vector<std::string>{"a.test", "192.0.2.1", "2001:db8::1"});
  const Certificate none = judged("", "Test server");
  CHECK(none.fault == Fault::wrong_name);
  CHECK(none.names.empty());
  CHECK(none.subject == "Test server");
}

TEST_CASE("an issuer that expires before the certificate, and one that is trusted itself") {
  web::Authority authority;
  const auto judged = [&](const std::string& prefix, const std::string& ca) {
    const web::Server server(always(page("safe")), prefix);
    HttpTarget wish = target(server, "www.example.test", true);
    wish.ca = ca;
    return *get(wish).certificate;
  };
  const std::string soon = authority.issued("DNS:www.example.test", 24h * 90, -1h, 24h * 3);
  Certificate seen = judged(soon, authority.ca());
  CHECK(seen.fault == Fault::none);
  REQUIRE(seen.issuer_ends);
  CHECK(seen.issuer_ends->subject == "Test issuer");
  CHECK(seen.issuer_ends->not_after < seen.not_after);
  seen = judged(soon, soon + ".ca");
  CHECK(seen.fault == Fault::none);
  CHECK(seen.issuer_ends);

  const std::string late = authority.issued("DNS:www.example.test", 24h * 90, -1h, 24h * 300);
  seen = judged(late, authority.ca());
  CHECK(seen.fault == Fault::none);
  CHECK_FALSE(seen.issuer_ends);

  const std::string over = authority.issued("DNS:www.example.test", 24h * 90, -48h, -24h);
  seen = judged(over, authority.ca());
  CHECK(seen.fault == Fault::expired);
  REQUIRE(seen.issuer_ends);
  CHECK(seen.not_after > std::chrono::system_clock::now());

  // A certificate in the file is trusted by itself.
  const std::string own = authority.certificate("DNS:www.example.test", -1h, 24h * 90);
  CHECK(judged(own, own + ".pem").fault == Fault::none);
  CHECK(judged(own, soon + ".ca").fault == Fault::untrusted);
}

TEST_CASE("deviations of real servers") {
  const auto looked_for = [](const std::string& answer) {
    const web::Server server(always(answer));
    HttpTarget wish = target(server);
    wish.body = "Welcome";
    return get(wish);
  };
  for (const char* head : {"HTTP/1.1 200\r\nContent-Length: 7\r\n\r\n", "HTTP/1.0 200\r\n\r\n",
                           "HTTP/1.1 200 \nContent-Length: 7\n\n", "HTTP/1.1 200\nX: y\n\n",
                           "HTTP/1.1 103\r\n\r\nHTTP/1.1 200\r\nContent-Length: 7\r\n\r\n"}) {
    const HttpResult result = looked_for(std::string(head) + "Welcome");
    CHECK_MESSAGE(result.end == End::answered, head);
    CHECK_MESSAGE(result.status == 200, head);
    CHECK_MESSAGE(result.found, head);
    CHECK_MESSAGE(result.body_bytes == 7, head);
  }
  CHECK(looked_for("HTTP/1.1 20\r\n\r\nWelcome").end == End::not_http);
  CHECK(looked_for("HTTP/1.1200\r\n\r\nWelcome").end == End::not_http);
}

TEST_CASE("no content encoding is requested, and one that is used nevertheless is decoded") {
  std::string asked;
  std::string answer;
  const web::Server server([&](Connection& connection) {
    asked = connection.request();
    connection.write(answer);
  });
  const auto get_coded = [&](const std::string& coding, const std::string& body) {
    answer = page(body, "200 OK", "Content-Encoding: " + coding + "\r\n");
    HttpTarget wish = target(server);
    wish.body = "Welcome";
    return get(wish);
  };
  // "Welcome here", compressed by gzip -n and by zlib.
  const std::string deflated("\x0b\x4f\xcd\x49\xce\xcf\x4d\x55\xc8\x48\x2d\x4a\x05\x00", 14);
  const std::string gzipped =
      std::string("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", 10) + deflated + std::string(8, '\0');
  for (const auto& sent : std::vector<std::pair<std::string, std::string>>{{"gzip", gzipped},
                                                                           {"X-GZIP", gzipped},
                                                                           {"deflate", "\x78\x9c" + deflated},
                                                                           {"deflate", deflated},
                                                                           {"identity", "Welcome"}}) {
    const std::string& coding = sent.first;
    const HttpResult result = get_coded(coding, sent.second);
    CHECK_MESSAGE(result.found, coding);
    CHECK_MESSAGE(result.readable, coding);
    CHECK(result.body_bytes == sent.second.size());
  }
  CHECK(asked.find("Accept-Encoding: identity\r\n") != std::string::npos);
  for (const auto& [coding, body] :
       std::vector<std::pair<std::string, std::string>>{{"br", "Welcome"}, {"gzip", "Welcome"}}) {
    const HttpResult result = get_coded(coding, body);
    CHECK(result.end == End::answered);
    CHECK_FALSE(result.found);
    CHECK_FALSE(result.readable);
    CHECK(result.coding == coding);
  }
  CHECK_FALSE(get_coded("gzip", gzipped.substr(0, 12)).found);
}

TEST_CASE("a redirect to a path that is not encoded is followed as browsers do") {
  std::string asked;
  const web::Server server([&](Connection& connection) {
    asked = connection.request();
    if (asked.starts_with("GET / "))
      connection.write("HTTP/1.1 302 Found\r\nLocation: /caf\xc3\xa9 a\r\nContent-Length: 0\r\n\r\n");
    else
      connection.write(page("fine"));
  });
  const HttpResult result = get(target(server));
  CHECK(result.status == 200);
  CHECK(asked.starts_with("GET /caf%C3%A9%20a HTTP/1.1\r\n"));
}

TEST_CASE("hostile and broken servers yield a result in time and do not delay others") {
  web::Authority authority;
  const std::string prefix = authority.certificate("DNS:a", -1h, 24h);
  const web::Server endless_head([](Connection& connection) {
    connection.request();
    connection.write("HTTP/1.1 200 OK\r\n");
    while (connection.write("X: " + std::string(1'000, 'y') + "\r\n")) {
    }
  });
  const web::Server endless_interim([](Connection& connection) {
    connection.request();
    while (connection.write("HTTP/1.1 100 Continue\r\n\r\n")) {
    }
  });
  const web::Server mute([](Connection& connection) { connection.wait(); });
  const web::Server slow([](Connection& connection) {
    connection.request();
    connection.write("HTTP/1.1 2");
    connection.wait();
  });
  const web::Server odd(always("220 mail.example.org ESMTP\r\n\r\n"));
  const web::Server no_tls([](Connection& connection) {
    connection.write("220 mail.example.org ESMTP\r\n");
    connection.wait();
  });
  const web::Server gone([](Connection&) {});
  const web::Server good(always(page("fine")));
  std::uint16_t closed = 0;
  {
    const web::Server shut(always(""));
    closed = shut.port();
  }
  std::vector<HttpTarget> targets = {target(endless_head),
                                     target(endless_interim),
                                     target(mute),
                                     target(slow),
                                     target(odd),
                                     target(gone),
                                     target(good),
                                     target(good),
                                     target(mute, "a", true),
                                     target(no_tls, "a", true)};
  targets[2].timeout = targets[3].timeout = targets[8].timeout = 300ms;
  targets[7].url.port = closed;
  HttpTarget no_address = target(good);
  no_address.address = "localhost";
  targets.push_back(no_address);
  std::size_t told = 0;
  const auto begin = std::chrono::steady_clock::now();
  const std::vector<HttpResult> results = http_get(targets, 0, {}, [&](std::size_t) { ++told; });
  CHECK(std::chrono::steady_clock::now() - begin < 9s);
  CHECK(told == targets.size());
  REQUIRE(results.size() == targets.size());
  CHECK(results[0].end == End::too_much);
  CHECK(results[1].end == End::not_http);
  CHECK(results[2].end == End::timed_out);
  CHECK(results[2].phase == "head");
  CHECK(results[3].end == End::timed_out);
  CHECK(results[4].end == End::not_http);
  CHECK((results[5].end == End::closed || results[5].end == End::reset));
  CHECK(results[6].end == End::answered);
  CHECK(results[7].end == End::refused);
  CHECK(results[8].end == End::timed_out);
  CHECK(results[8].phase == "tls");
  CHECK(results[9].end == End::tls_failed);
  CHECK_FALSE(results[9].error_text.empty());
  CHECK(results[10].end == End::bad_address);
}

TEST_CASE("many requests, a few at a time, and a stop in between") {
  const web::Server good(always(page("fine")));
  const std::vector<HttpTarget> many(200, target(good));
  for (const HttpResult& result : http_get(many, 8)) CHECK(result.end == End::answered);

  const web::Server mute([](Connection& connection) { connection.wait(); });
  std::stop_source stop;
  const std::vector<HttpTarget> waiting(20, target(mute));
  std::jthread soon([&] {
    std::this_thread::sleep_for(50ms);
    stop.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  for (const HttpResult& result : http_get(waiting, 4, stop.get_token())) CHECK(result.end == End::cancelled);
  CHECK(std::chrono::steady_clock::now() - begin < 5s);
  CHECK(http_get({}).empty());
}
