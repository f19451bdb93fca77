#include "ssh/script.hpp"

#include <doctest/doctest.h>
#include <signal.h>

#include <thread>

#include "../running.hpp"
#include "base/error.hpp"
#include "process/run.hpp"

using jaga::ssh::Output;
using jaga::ssh::Script;
using jaga::ssh::wrap_script;

namespace {

constexpr std::string_view kNonce = "k7f3q2p2m8xa9dkq4tx2v9aq";

struct Ran {
  std::string out;
  std::string err;
  std::optional<int> status;
  bool complete = false;
};

// What the wrapper gives in each shell that may be a host's /bin/sh -s.
Ran run_with(const std::vector<std::string>& shell, const Script& script) {
  jaga::process::Command command;
  command.timeout = std::chrono::minutes(10);  // on a busy machine
  command.argv = shell;
  command.argv.emplace_back("-s");
  command.input = wrap_script(script, kNonce);
  const auto outcome = jaga::process::run(command);
  Output out(kNonce, true, 1 << 20);
  Output err(kNonce, false, 1 << 20);
  out.feed(outcome.out);
  err.feed(outcome.err);
  Ran ran;
  ran.complete = out.complete() && err.complete();
  ran.status = out.status();
  ran.out = out.take();
  ran.err = err.take();
  return ran;
}

std::vector<std::vector<std::string>> shells() {
  return {{"dash"}, {"busybox", "sh"}, {"bash", "--posix"}};
}

}  // namespace

TEST_CASE("a script's end is known however it ends") {
  for (const auto& shell : shells()) {
    CAPTURE(shell.front());
    const std::pair<const char*, int> ends[] = {{"true", 0},
                                                {"exit 7", 7},
                                                {"set -e; false; echo no", 1},
                                                {"exec sh -c 'exit 3'", 3},
                                                {"kill -9 $$", 137},
                                                {"kill -TERM $$", 143},
                                                {"no-such-program-here", 127},
                                                {"if", 2},
                                                {"trap 'exit 5' EXIT; exit 4", 5},
                                                {"exit 0 # '", 0}};
    for (const auto& end : ends) {
      CAPTURE(end.first);
      const Ran ran = run_with(shell, {.text = end.first});
      CHECK(ran.complete);
      CHECK(ran.status == end.second);
      CHECK(ran.out.empty());
    }
    const Ran both = run_with(shell, {.text = "echo out; printf err >&2"});
    CHECK(both.out == "out\n");
    CHECK(both.err == "err");
    CHECK(run_with(shell, {.text = "cat; echo done"}).out == "done\n");  // does not read the wrapper
    CHECK(run_with(shell, {.text = "exec >&- 2>&-; exit 6"}).status == 6);
    CHECK(run_with(shell, {.text = "sleep 1000 >/dev/null 2>&1 & kill $!"}).status == 0);
    CHECK_FALSE(run_with(shell, {.text = "kill -9 $PPID; sleep 1"}).complete);
  }
}

TEST_CASE("what a login shell prints before the script is not the script's") {
  for (const auto& shell : shells()) {
    CAPTURE(shell.front());
    jaga::process::Command command;
    command.timeout = std::chrono::minutes(10);  // on a busy machine
    command.argv = shell;
    command.argv.emplace_back("-s");
    command.input = wrap_script({.text = "echo said; echo wrong >&2; exit 1"}, kNonce);
    const auto outcome = jaga::process::run(command);
    const std::string nonce(kNonce);
    // A profile may print no newline, and the words of an older script.
    for (const std::string& talk :
         {std::string("Welcome to web01\n"), std::string("no newline"), std::string(),
          "\n" + nonce + " begin of nothing\n", std::string(200, 'x')}) {
      for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}}) {
        Output out(kNonce, true, 64);
        Output err(kNonce, false, 64);
        const std::string told = talk + outcome.out;
        const std::string cried = talk + outcome.err;
        for (std::size_t at = 0; at < told.size(); at += piece)
          out.feed(std::string_view(told).substr(at, piece));
        for (std::size_t at = 0; at < cried.size(); at += piece)
          err.feed(std::string_view(cried).substr(at, piece));
        CHECK(out.begun());
        CHECK(out.status() == 1);
        CHECK_FALSE(out.cut());
        CHECK(out.take() == "said\n");
        CHECK(err.complete());
        CHECK(err.take() == "wrong\n");
      }
    }
  }
  // A shell that never starts it: all that it says is kept, to be told.
  Output out(kNonce, true, 64);
  out.feed("This account is currently not available.\n");
  CHECK_FALSE(out.begun());
  CHECK_FALSE(out.complete());
  CHECK(out.take() == "This account is currently not available.\n");
}

TEST_CASE("nothing in a script, its arguments or its environment is expanded") {
  std::string nasty = "'\"\\$(id)`id`$HOME *;&|<>\n\n\t\\n%s!# ~{a,b}\r\x1b[2J\xff\xfe\xc3'";
  for (int byte = 1; byte < 256; ++byte) nasty += static_cast<char>(byte);
  nasty += "''\\''\\\n";
  for (const auto& shell : shells()) {
    CAPTURE(shell.front());
    Script script;
    script.text = "printf '%s|' \"$0\" \"$#\" \"$1\" \"$2\" \"$V\"; cat";
    script.args = {nasty, ""};
    script.environment = {{"V", nasty}};
    script.input = nasty;
    const Ran ran = run_with(shell, script);
    CHECK(ran.status == 0);
    CHECK(ran.err.empty());
    CHECK(ran.out == "jaga|2|" + nasty + "||" + nasty + "|" + nasty);
    const Ran text = run_with(shell, {.text = "cat <<'end'\n" + nasty + "end\n", .args = {"x"}});
    CHECK(text.out == nasty);
    CHECK(run_with(shell, {.text = "exit 3", .input = std::string(300'000, 'x')}).status == 3);
    CHECK(run_with(shell, {.text = ": " + std::string(jaga::ssh::kMostScript - 2, 'x')}).status == 0);
  }
}

TEST_CASE("what cannot be carried is refused") {
  const auto code = [](const Script& script) {
    try {
      wrap_script(script, kNonce);
    } catch (const jaga::Error& error) {
      return error.code();
    }
    return jaga::ExitCode::ok;
  };
  CHECK(code({.text = std::string("a\0b", 3)}) == jaga::ExitCode::data);
  CHECK(code({.text = "a", .args = {std::string("\0", 1)}}) == jaga::ExitCode::data);
  CHECK(code({.text = std::string(jaga::ssh::kMostScript + 1, ' ')}) == jaga::ExitCode::data);
  for (const char* name : {"", "1A", "A-B", "A=B", "A;id", "\xc3\xa9"}) {
    CHECK(code({.text = "a", .environment = {{name, "x"}}}) == jaga::ExitCode::data);
  }
  CHECK(code({.text = "a", .environment = {{"_A1", "x"}}}) == jaga::ExitCode::ok);
}

TEST_CASE("the mark is found however the bytes arrive, and nothing after it counts") {
  const std::string all = "line\n\n" + std::string(kNonce) + " 42\nlate\n" + std::string(kNonce) + " 0\n";
  for (std::size_t step = 1; step <= all.size(); ++step) {
    Output out(kNonce, true, 100);
    for (std::size_t at = 0; at < all.size(); at += step) out.feed(std::string_view(all).substr(at, step));
    CHECK(out.complete());
    CHECK(out.status() == 42);
    CHECK(out.take() == "line\n");
    CHECK_FALSE(out.cut());
  }
  Output none(kNonce, true, 100);
  none.feed("text\n" + std::string(kNonce).substr(0, 10));
  CHECK_FALSE(none.complete());
  CHECK(none.take() == "text\n" + std::string(kNonce).substr(0, 10));
  for (const char* bad : {" 256\n", " \n", " 1x\n", " -1\n", " 1234\n", "\n", " 99999999999999\n"}) {
    Output out(kNonce, true, 100);
    out.feed("a\n" + std::string(kNonce) + bad + "\n" + std::string(kNonce) + " 5\n");
    CHECK(out.status() == 5);
    CHECK(out.take() == "a\n" + std::string(kNonce) + bad);
  }
  Output cut(kNonce, true, 3);
  cut.feed(std::string(100'000, 'x'));
  cut.feed("\n" + std::string(kNonce) + " 0\n");
  CHECK(cut.status() == 0);
  CHECK(cut.cut());
  CHECK(cut.take() == "xxx");
  CHECK(cut.received() == 100'000 + kNonce.size() + 4);
}

TEST_CASE("a script with a limit ends on the host, and one in time is as without") {
  using namespace std::chrono_literals;
  for (const auto& shell : shells()) {
    CAPTURE(shell.front());
    const std::pair<const char*, int> ends[] = {
        {"true", 0}, {"exit 7", 7}, {"kill -9 $$", 137}, {"kill -TERM $$", 143}, {"if", 2}};
    for (const auto& end : ends) {
      CAPTURE(end.first);
      CHECK(run_with(shell, {.text = end.first, .limit = 100s}).status == end.second);
    }
    const Ran data = run_with(shell, {.text = "printf '%s|' \"$1\" \"$V\"; cat",
                                      .args = {"a 'b'"},
                                      .environment = {{"V", "c d"}},
                                      .input = "in",
                                      .limit = 100s});
    CHECK(data.out == "a 'b'|c d|in");
    const Ran late = run_with(shell, {.text = "echo begun; sleep 1000; echo no", .limit = 2s});
    CHECK(late.complete);
    CHECK(late.status != 0);
    CHECK(late.out == "begun\n");
  }
  // Nobody is connected any more, nobody waits: it still ends.
  jaga::process::Command command;
  command.argv = {"sh", "-s"};
  command.input = wrap_script({.text = "echo $$; exec sleep 1000", .limit = 3s}, kNonce);
  command.timeout = 2s;
  command.grace = 0ms;
  const auto left = jaga::process::run(command);
  REQUIRE(left.end == jaga::process::Outcome::End::timed_out);
  Output told(kNonce, true, 100);
  told.feed(left.out);
  const auto program = static_cast<pid_t>(std::stol(told.take()));
  CHECK(proc::ended(program));
}

TEST_CASE("a host without timeout runs a script without a limit") {
  jaga::process::Command command;
  command.timeout = std::chrono::minutes(10);  // on a busy machine
  command.argv = {"/bin/sh", "-s"};
  command.input = wrap_script({.text = "echo ran; exit 4", .limit = std::chrono::seconds{1}}, kNonce);
  command.environment = {"PATH=/nonexistent"};
  Output out(kNonce, true, 100);
  out.feed(jaga::process::run(command).out);
  CHECK(out.status() == 4);
  CHECK(out.take() == "ran\n");
}
