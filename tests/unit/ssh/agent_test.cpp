#include "ssh/agent.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server.hpp"

using jaga::test::Folder;
using jaga::test::Peer;
using namespace std::chrono_literals;

namespace {

// Answers every question of five bytes with one byte.
void echo(int fd) {
  char question[5];
  while (::read(fd, question, sizeof question) == static_cast<ssize_t>(sizeof question)) {
    if (::send(fd, "\0\0\0\1\x0c", 5, MSG_NOSIGNAL) != 5) return;
  }
}

const std::string kQuestion("\0\0\0\1\x0b", 5);

}  // namespace

TEST_CASE("a stop between any two steps of an agent's answer calls nobody and touches nothing") {
  const Folder folder;
  const Peer agent(echo, folder / "agent");
  // Each run gets one step further: connected, written, read, answered.
  bool answered = false;
  for (std::size_t steps = 0; !answered; ++steps) {
    REQUIRE(steps < 100);
    boost::asio::io_context context(1);
    const auto client = std::make_shared<jaga::ssh::Agent>(context, folder / "agent", 60s);
    int called = 0;
    int called_later = 0;
    client->ask(kQuestion, [&](const std::string& answer, const jaga::Message& problem) {
      CHECK(problem.empty());
      CHECK(answer == "\x0c");
      ++called;
    });
    client->ask(kQuestion, [&](const std::string&, const jaga::Message&) { ++called_later; });
    for (std::size_t i = 0; i < steps; ++i) context.run_one();
    answered = called_later == 1;
    const int before = called + called_later;
    client->stop();
    context.run();
    CHECK(called + called_later == before);
  }
}

TEST_CASE("an agent that was late once is not asked again") {
  const Folder folder;
  const Peer agent(
      [](int fd) {
        char some[64];
        while (::read(fd, some, sizeof some) > 0) {
        }
      },
      folder / "agent");
  boost::asio::io_context context(1);
  const auto client = std::make_shared<jaga::ssh::Agent>(context, folder / "agent", 50ms);
  int late = 0;
  for (int i = 0; i < 3; ++i) {
    client->ask(kQuestion, [&](const std::string& answer, const jaga::Message& problem) {
      CHECK(answer.empty());
      CHECK(problem.render(jaga::Language::english).find("did not answer") != std::string::npos);
      ++late;
    });
  }
  context.run();
  CHECK(late == 3);
  CHECK(agent.connections() == 1);
}
