#include "round/round.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "round/order.hpp"

namespace {

using namespace jaga::round;

Result make(std::string host, State state, int attempts = 1) {
  Result result;
  result.host = std::move(host);
  result.check = "icmp";
  result.state = state;
  result.attempts = attempts;
  return result;
}

jaga::Instant at(int second) {
  return jaga::Instant{std::chrono::seconds{second}};
}

}  // namespace

TEST_CASE("states and reasons are read back from their names, and nothing else is") {
  for (int i = 0; i < 4; ++i) CHECK(parse_state(name(static_cast<State>(i))) == static_cast<State>(i));
  for (int i = 0; i <= static_cast<int>(Reason::local_error); ++i)
    CHECK(parse_reason(name(static_cast<Reason>(i))) == static_cast<Reason>(i));
  CHECK_FALSE(parse_state("OK"));
  CHECK_FALSE(parse_reason(""));
}

TEST_CASE("a failure becomes hard by attempts within the round or across rounds") {
  Round first;
  first.at = at(1);
  first.results = {make("web01", State::critical, 3), make("db01", State::critical, 1), make("a", State::ok)};
  follow(first, nullptr);
  CHECK(first.results.front().host == "a");
  CHECK(find(first, "web01", "icmp", "")->hard);
  CHECK_FALSE(find(first, "db01", "icmp", "")->hard);
  CHECK(find(first, "a", "icmp", "")->hard);

  Round second;
  second.at = at(2);
  second.results = {make("web01", State::ok), make("db01", State::critical, 2), make("a", State::warning)};
  follow(second, &first);
  CHECK(find(second, "db01", "icmp", "")->hard);
  CHECK(find(second, "db01", "icmp", "")->since == at(1));
  CHECK(find(second, "web01", "icmp", "")->since == at(2));
  CHECK(find(second, "web01", "icmp", "")->history == "co");
  CHECK_FALSE(find(second, "a", "icmp", "")->hard);
  CHECK(find(second, "nobody", "icmp", "") == nullptr);
  CHECK(worst(second) == State::critical);
}

TEST_CASE("secrets are masked in the output of hosts, not in names") {
  Round round;
  Result result;
  result.host = "web01";
  result.check = "plugin";
  result.object = "token=abc";
  result.summary = "mysqldump failed: password=x1y2";
  result.facts = {{"text", std::string("Authorization: Bearer x1y2z3")}, {"value_count", std::int64_t{3}}};
  round.results = {result};
  round.skipped = {{"web02", "https://a:x1y2@b/ failed"}};
  round.self.note = "DB_PASS=x1";
  mask_secrets(round);
  CHECK(round.results[0].summary == "mysqldump failed: password=[masked]");
  CHECK(text(round.results[0], "text") == "Authorization: Bearer [masked]");
  CHECK(number(round.results[0], "value_count") == 3);
  CHECK(round.results[0].object == "token=abc");
  CHECK(round.skipped[0].why == "https://a:[masked]@b/ failed");
  CHECK(round.self.note == "DB_PASS=[masked]");
}

TEST_CASE("the worse of two measurements is kept, and the round can be read back") {
  Round round;
  round.installation = "here";
  round.at = at(1);
  round.results = {make("web01", State::ok), make("web01", State::critical, 3), make("web01", State::unknown),
                   make("db01", State::ok)};
  follow(round, nullptr);
  REQUIRE(round.results.size() == 2);
  CHECK(round.results[1].state == State::critical);
  CHECK(read(write(round), "followed") == round);
  Round twice = round;
  twice.results.push_back(round.results.back());
  CHECK(read(write(twice), "written") == round);
}

TEST_CASE(
    "results are ordered by host, check and object; of one thing the worst is kept, or else the first") {
  const auto of = [](std::string host, std::string object, State state, std::string summary) {
    Result result = make(std::move(host), state);
    result.object = std::move(object);
    result.summary = std::move(summary);
    return result;
  };
  std::vector<Result> results = {of("b", "/", State::ok, "1"),       of("a", "/var", State::warning, "2"),
                                 of("b", "/", State::critical, "3"), of("a", "/", State::ok, "4"),
                                 of("b", "/", State::critical, "5"), of("a", "/var", State::unknown, "6")};
  put_in_order(results);
  std::string left;
  for (const Result& result : results) left += result.host + result.object + result.summary.text() + ' ';
  CHECK(left == "a/4 a/var2 b/3 ");
  const std::vector<Result> ordered = results;
  put_in_order(results);
  CHECK(results == ordered);
}

TEST_CASE("each result follows its own of the round before, whichever hosts came and went") {
  Round first;
  first.at = at(1);
  for (const char* host : {"a", "c", "d", "f"}) first.results.push_back(make(host, State::critical));
  follow(first, nullptr);
  Round second;
  second.at = at(2);
  for (const char* host : {"g", "f", "e", "c", "b"}) second.results.push_back(make(host, State::critical));
  follow(second, &first);
  std::string attempts;
  for (const Result& result : second.results) attempts += result.host + std::to_string(result.attempts);
  CHECK(attempts == "b1c2e1f2g1");
}

TEST_CASE("a result keeps its message beside the English text") {
  Round round;
  round.installation = "here";
  round.results = {make("web01", State::warning)};
  round.results[0].summary = jaga::sentence("{percent}% of space used", {{"percent", "97"}});
  follow(round, nullptr);
  std::string bytes = write(round);
  const std::string message = R"(message: {id: "{percent}% of space used", arguments: {percent: "97"}})";
  REQUIRE(bytes.find(R"(summary: "97% of space used", )" + message) != std::string::npos);
  CHECK(read(bytes, "written") == round);
  CHECK(read(bytes, "written").results[0].summary.in(jaga::Language::indonesian) == "97% ruang terpakai");
  SUBCASE("a round of a version without messages") {
    bytes.erase(bytes.find(message) - 2, message.size() + 2);
    CHECK(read(bytes, "older").results[0].summary.in(jaga::Language::indonesian) == "97% of space used");
  }
  SUBCASE("a secret in a message is masked, too") {
    round.results[0].summary = jaga::sentence("failed: {why}", {{"why", "password=x1y2"}});
    mask_secrets(round);
    CHECK(round.results[0].summary == "failed: password=[masked]");
    CHECK(write(round).find("x1y2") == std::string::npos);
  }
  SUBCASE("an invalid message is refused") {
    bytes.replace(bytes.find(R"("97"})"), 4, R"(97)");
    CHECK_THROWS_AS(read(bytes, "odd"), jaga::Error);
  }
}

TEST_CASE("history keeps the last 21 states") {
  Round previous;
  for (int i = 0; i < 30; ++i) {
    Round next;
    next.at = at(i);
    next.results = {make("web01", i < 29 ? State::ok : State::unknown)};
    follow(next, i == 0 ? nullptr : &previous);
    previous = next;
  }
  CHECK(previous.results[0].history == std::string(20, 'o') + "u");
  CHECK(worst(previous) == State::unknown);
  CHECK(worst(Round{}) == State::ok);
}

TEST_CASE("what was cancelled is in no history, and the next round goes on where it was measured last") {
  const auto one = [](int second, State state, Reason reason, const Round* before) {
    Round round;
    round.installation = "here";
    round.at = at(second);
    round.results = {make("web01", state)};
    round.results.front().reason = reason;
    follow(round, before);
    return round;
  };
  const Round nothing = one(0, State::unknown, Reason::cancelled, nullptr);
  CHECK(nothing.results.front().history.empty());
  CHECK_FALSE(nothing.results.front().hard);
  CHECK(read(write(nothing), "round") == nothing);
  const Round first = one(1, State::warning, Reason::limit_reached, &nothing);
  CHECK(first.results.front().history == "w");
  CHECK(first.results.front().attempts == 1);
  const Round second = one(2, State::unknown, Reason::cancelled, &first);
  CHECK(second.results.front().since == at(1));
  CHECK(second.results.front().history == "w");
  CHECK_FALSE(second.results.front().hard);
  CHECK(read(write(second), "round") == second);
  const Round third = one(3, State::warning, Reason::limit_reached, &second);
  CHECK(third.results.front().since == at(1));
  CHECK(third.results.front().attempts == 2);
  CHECK(third.results.front().history == "ww");
}
