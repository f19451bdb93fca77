#include "workflow/network.hpp"

#include <signal.h>

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "office.hpp"
#include "workflow/repair.hpp"

using namespace jaga;
using namespace jaga::workflow;
using namespace std::chrono_literals;

namespace {

// This machine, with a `sudo` that writes down how it was called, then runs it.
class Here {
 public:
  Here() {
    std::string name = (std::filesystem::temp_directory_path() / "jaga-network-XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
    std::ofstream(path_ / "sudo") << "#!/bin/sh\necho \"$*\" >>" << (path_ / "called").string()
                                  << "\nshift 2\nexec \"$@\"\n";
    chmod((path_ / "sudo").c_str(), 0755);
    transport = network_transport({},
                                  [](std::span<std::byte> bytes) {
                                    for (std::byte& byte : bytes) byte = std::byte{7};
                                  },
                                  {"PATH=" + path_.string() + ":/usr/bin:/bin"}, {});
  }
  Here(const Here&) = delete;
  Here& operator=(const Here&) = delete;
  ~Here() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Answer run(const Order& order, std::stop_token stop = {}) const {
    return transport->run(plan::Run::local, {}, order, stop);
  }
  std::string called() const {
    std::ifstream in(path_ / "called");
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::unique_ptr<Transport> transport;

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("here: a script runs with its data, and its end is told") {
  const Here here;
  Order order;
  order.script = "printf '%s|' \"$0\" \"$1\" \"$V\"; exit 7";
  order.arguments = {"a 'b'"};
  order.environment = {{"V", "c d"}};
  for (const bool sudo : {false, true}) {
    order.sudo = sudo;
    const Answer answer = here.run(order);
    CHECK(answer.end == Answer::End::exited);
    CHECK(answer.code == 7);
    CHECK(answer.out == "jaga|a 'b'|c d|");
  }
  // As root only what ends by itself: this process could not end it.
  CHECK(here.called().starts_with("-n -- timeout -k 2 61 env V=c d /bin/sh -c "));
  order.script = "kill -9 $$";
  CHECK(here.run(order).end == Answer::End::signalled);
  CHECK(here.run(order).signal == "KILL");
}

TEST_CASE("here: a script that is too slow or interrupted is ended, with all that it started") {
  const Here here;
  Order order;
  order.script = "sleep 1000 & echo $!; wait";
  order.timeout = 300ms;
  const Answer late = here.run(order);
  CHECK(late.end == Answer::End::unknown);
  CHECK(late.why.render(Language::english) == "it took longer than its time limit and was killed");
  const auto left = static_cast<pid_t>(std::stol(late.out));
  const auto until = std::chrono::steady_clock::now() + 20s;
  while (::kill(left, 0) == 0 && std::chrono::steady_clock::now() < until) std::this_thread::yield();
  CHECK(::kill(left, 0) != 0);
  std::stop_source stop;
  stop.request_stop();
  CHECK(here.run(order, stop.get_token()).end == Answer::End::unknown);
}

TEST_CASE("what cannot be sent was not sent") {
  const Here here;
  Order order;
  order.script = "true";
  order.environment = {{"A-B", "x"}};
  const Answer answer = here.transport->run(plan::Run::ssh, {}, order, {});
  CHECK(answer.end == Answer::End::not_sent);
  CHECK(answer.why.render(Language::english).find("'A-B'") != std::string::npos);
}

TEST_CASE("without sudo nothing is begun, and its refusal is not the script's") {
  test::Office office;
  const std::string id = office.open("as-root");
  office.approve(id);
  office.host->answer = [](const Order& order) {
    Answer answer;
    answer.end = Answer::End::exited;
    answer.code = order.script == "exec sudo -n true" ? 1 : 0;
    answer.err = "sudo: a password is required\n";
    return answer;
  };
  try {
    repair(office.as("staff"), id, {});
    CHECK_MESSAGE(false, "it was run");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::unavailable);
    CHECK(std::string(error.what()) == "'sudo -n' does not work on 'web01': sudo: a password is required");
  }
  CHECK(office.host->sent == std::vector<std::string>{"exec sudo -n true"});
  CHECK(load_incident(office.as("staff"), id).state.runs.empty());
  office.host->answer = {};
  CHECK(repair(office.as("staff"), id, {}).outcome == "done");
}
