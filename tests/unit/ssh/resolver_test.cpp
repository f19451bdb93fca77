#include "ssh/resolver.hpp"

#include <doctest/doctest.h>
#include <nss.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <new>
#include <set>

#include "../gate.hpp"
#include "name_server.hpp"

namespace {

using namespace jaga::ssh;
using jaga::ssh::test::NameServer;
using jaga::test::Gate;
using Bytes = NameServer::Bytes;
using Answers = std::vector<Bytes>;
using Question = NameServer::Question;

// By this name server alone, whatever this machine's nsswitch.conf(5) says.
Resolver::LookUp by(const NameServer& server, int tries = 1) {
  static const int set = ::__nss_configure_lookup("hosts", "files dns");
  REQUIRE(set == 0);
  return [&server, tries](const std::string& name, std::uint16_t port) {
    server.ask_here(tries);
    return Resolver::ask_system(name, port, {1, tries});
  };
}

std::map<std::string, Resolver::Answer> ask(const std::vector<std::string>& names,
                                            const Resolver::LookUp& look_up) {
  boost::asio::io_context context;
  Resolver resolver(context.get_executor(), look_up);
  std::map<std::string, Resolver::Answer> answers;
  auto work = boost::asio::make_work_guard(context);
  for (const std::string& name : names)
    resolver.ask(name, 22, [&, name](Resolver::Answer answer) {
      answers[name] = std::move(answer);
      if (answers.size() == names.size()) work.reset();
    });
  context.run();
  return answers;
}

std::string text(const Resolver::Answer& answer) {
  std::string out;
  for (const auto& endpoint : answer.endpoints)
    out += endpoint.address().to_string() + ":" + std::to_string(endpoint.port()) + " ";
  return out + answer.problem;
}

}  // namespace

TEST_CASE("a name server that never answers for some names, and for others at the second time") {
  const NameServer server([](const Question& question) -> Answers {
    if (question.name == "silent.example") return {};
    if (question.name == "late.example" && question.asked == 1) return {};
    return {NameServer::reply(question, 7)};
  });
  const auto answers = ask({"silent.example", "good.example"}, by(server, 1));
  CHECK(answers.at("silent.example").endpoints.empty());
  CHECK(text(answers.at("silent.example")) == "Temporary failure in name resolution");
  CHECK(text(answers.at("good.example")) == "192.0.2.7:22 ");
  CHECK(text(ask({"late.example"}, by(server, 2)).at("late.example")) == "192.0.2.7:22 ");
}

TEST_CASE("answers to other questions are none, before the right one and alone") {
  const NameServer server([](const Question& question) -> Answers {
    const Bytes wrong = NameServer::reply(question, 66);
    Answers out = {NameServer::with_other_id(wrong), NameServer::with_other_name(wrong)};
    if (question.name == "good.example") out.push_back(NameServer::reply(question, 7));
    return out;
  });
  const auto answers = ask({"good.example", "bad.example"}, by(server));
  CHECK(text(answers.at("good.example")) == "192.0.2.7:22 ");
  CHECK(answers.at("bad.example").endpoints.empty());
  CHECK_FALSE(answers.at("bad.example").problem.empty());
}

TEST_CASE("an answer too long for UDP is asked for by TCP; where nobody listens there, it is none") {
  const auto answer = [](const Question& question) -> Answers {
    return {question.tcp ? NameServer::reply(question, 8) : NameServer::truncated(question)};
  };
  const NameServer both(answer, true);
  CHECK(text(ask({"long.example"}, by(both)).at("long.example")) == "192.0.2.8:22 ");
  const NameServer udp_only(answer);
  const Resolver::Answer none = ask({"long.example"}, by(udp_only)).at("long.example");
  CHECK(none.endpoints.empty());
  CHECK_FALSE(none.problem.empty());
}

TEST_CASE("damaged answers end the look-up, and nothing else") {
  const NameServer server([](const Question& question) -> Answers {
    Bytes reply = NameServer::reply(question, 7);
    if (question.name == "short.example") reply.resize(3);
    if (question.name == "empty.example") reply.clear();
    if (question.type != 1) return {reply};
    if (question.name == "cut.example") reply.resize(reply.size() - 5);
    if (question.name == "loop.example") {  // a name that points to itself
      const auto here = question.bytes.size();
      reply[here + 1] = static_cast<unsigned char>(here);
    }
    return {reply};
  });
  const std::vector<std::string> damaged = {"short.example", "empty.example", "cut.example", "loop.example"};
  std::vector<std::string> names = damaged;
  names.emplace_back("good.example");
  const auto answers = ask(names, by(server));
  for (const std::string& name : damaged) {
    CAPTURE(name);
    CHECK(answers.at(name).endpoints.empty());
    CHECK_FALSE(answers.at(name).problem.empty());
  }
  CHECK(text(answers.at("good.example")) == "192.0.2.7:22 ");
}

TEST_CASE("a silent name keeps no other one waiting, and may be left behind") {
  const auto gate = std::make_shared<Gate>();
  const auto through = std::make_shared<Gate>();
  boost::asio::io_context context;
  bool silent_said = false;
  int said = 0;
  {
    Resolver resolver(context.get_executor(), [gate, through](const std::string& name, std::uint16_t) {
      if (name == "silent") {
        gate->pass();
        through->open();
      }
      return Resolver::Answer{{}, name};
    });
    auto work = boost::asio::make_work_guard(context);
    resolver.ask("silent", 22, [&](const Resolver::Answer&) { silent_said = true; });
    for (int i = 0; i < 300; ++i)
      resolver.ask("other", 22, [&](const Resolver::Answer& answer) {
        CHECK(answer.problem == "other");
        if (++said == 300) work.reset();
      });
    context.run();
  }
  CHECK(said == 300);
  gate->open();
  through->pass();  // its thread finds nobody to tell
  context.restart();
  context.run();
  CHECK_FALSE(silent_said);
}

TEST_CASE("what a look-up throws is the problem of that name") {
  const auto answers = ask({"full", "odd", "good"}, [](const std::string& name, std::uint16_t) {
    if (name == "full") throw std::bad_alloc();
    if (name == "odd") throw std::runtime_error("a library that throws");
    return Resolver::Answer{{}, "fine"};
  });
  CHECK(answers.at("full").problem == "std::bad_alloc");
  CHECK(answers.at("odd").problem == "a library that throws");
  CHECK(answers.at("good").problem == "fine");
}
