#include "workflow/network.hpp"

#include <doctest/doctest.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "../running.hpp"
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
  CHECK(here.called().starts_with("-n -- timeout -k 2 61 /bin/sh -c exec 3<&0"));
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
  CHECK(late.why.render(Language::english) == "it exceeded its time limit and was killed");
  const auto left = static_cast<pid_t>(std::stol(late.out));
  CHECK(proc::ended(left));
  std::stop_source stop;
  stop.request_stop();
  CHECK(here.run(order, stop.get_token()).end == Answer::End::not_sent);
}

// A `sudo` as far as signals go: what it runs belongs to another user, whom this process may not signal, and
// the kernel does not on its behalf.
TEST_CASE("here: what sudo runs ends with an interruption and with this process") {
  if (::geteuid() != 0) {
    MESSAGE("not tested: it takes root to have processes of two users");
    return;
  }
  std::string name = (std::filesystem::temp_directory_path() / "jaga-sudo-XXXXXX").string();
  REQUIRE(mkdtemp(name.data()) != nullptr);
  const std::filesystem::path folder = name;
  const auto made = [&](const char* file, mode_t mode) {
    const std::string path = folder / file;
    REQUIRE(::mkfifo(path.c_str(), 0) == 0);
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    return path;
  };
  ::chmod(folder.c_str(), 0755);
  const std::string begun = made("begun", 0666);
  const std::string gone = made("gone", 0666);
  const std::string never = made("never", 0666);
  const std::string changer = folder / "change-user";
  std::filesystem::copy_file("/usr/bin/setpriv", changer);
  ::chmod(changer.c_str(), 04755);
  std::ofstream(folder / "sudo") << "#!/bin/sh\nshift 2\nexec " << changer
                                 << " --reuid 54322 --clear-groups setsid -w \"$@\"\n";
  ::chmod((folder / "sudo").c_str(), 0755);

  Order order;
  order.sudo = true;
  order.timeout = 1000s;
  order.script = "trap 'echo gone >" + gone + "; exit 0' TERM\necho begun >" + begun + "\nexec 3<>" + never +
                 "\nwhile :; do read -r x <&3; done";
  const auto told = [](const std::string& fifo) {
    std::ifstream in(fifo);
    std::string line;
    std::getline(in, line);
    return line;
  };
  bool stopped = false;
  SUBCASE("interrupted") {
    stopped = true;
  }
  SUBCASE("this process is killed") {}
  const pid_t runner = ::fork();
  if (runner == 0) {
    constexpr uid_t kOne = 54321;
    if (::setgroups(0, nullptr) != 0 || ::setresgid(kOne, kOne, kOne) != 0 ||
        ::setresuid(kOne, kOne, kOne) != 0)
      ::_exit(9);
    const auto transport = network_transport({}, {}, {"PATH=" + name + ":/usr/bin:/bin"}, {});
    std::stop_source stop;
    std::thread asked;
    if (stopped)
      asked = std::thread([&] {
        if (told(begun) == "begun") stop.request_stop();
      });
    const Answer answer = transport->run(plan::Run::local, {}, order, stop.get_token());
    if (!stopped) ::_exit(8);
    asked.join();
    const std::string why = answer.why.render(Language::english);
    if (why != "it was interrupted and killed")
      std::fprintf(stderr, "%s %s\n", why.c_str(), answer.err.c_str());
    ::_exit(why == "it was interrupted and killed" ? 0 : 7);
  }
  if (!stopped) {
    CHECK(told(begun) == "begun");
    CHECK(::kill(runner, SIGKILL) == 0);
  }
  CHECK(told(gone) == "gone");
  int status = 0;
  CHECK(::waitpid(runner, &status, 0) == runner);
  if (stopped) CHECK(WEXITSTATUS(status) == 0);
  std::filesystem::remove_all(folder);
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
  test::TestOffice office;
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
  CHECK(repair(office.as("staff"), id, {}).outcome == incident::RepairOutcome::done);
}
