#include <doctest/doctest.h>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "server.hpp"
#include "ssh/ssh.hpp"

namespace ssh = jaga::ssh;
using namespace jaga::test;
using namespace std::chrono_literals;
using ssh::Failure;
using ssh::Phase;

namespace {

ssh::Request request(const ssh::Target& target, std::string text, int number = 0) {
  ssh::Request out{.target = target, .script = {.text = std::move(text)}};
  out.nonce = "nonce0123456789abcdef" + std::to_string(number);
  return out;
}

ssh::Result run_one(const ssh::Request& request, const ssh::Identities& identities) {
  ssh::Options options;
  options.identities = identities;
  return ssh::run_all({request}, options).front();
}

std::string detail(const ssh::Result& result) {
  return result.detail.render(jaga::Language::english);
}

std::size_t open_descriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

// One sshd and one key for most of what follows.
struct Fixture {
  Folder folder;
  std::string key = make_key(folder, "ed25519", {"ed25519"});
  std::string ecdsa = make_key(folder, "ecdsa", {"ecdsa", "-b", "384"});
  Sshd sshd{{"ed25519", "ecdsa"}, {public_key(key), public_key(ecdsa)}};
  ssh::Identities with_key{.key_files = {key}};

  // A script that goes on until this is gone: nothing else ends what a lost session has left on a host.
  std::string wait_for_the_end() const { return "echo begun; while [ -e " + key + " ]; do sleep 0.1; done"; }
};

}  // namespace

TEST_CASE("a script runs on a host, with its data, streams and status") {
  if (!have_sshd()) return;
  const Fixture fixture;
  const std::size_t descriptors = open_descriptors();
  ssh::Request asked =
      request(fixture.sshd.target(), "printf '%s|' \"$1\" \"$V\"; cat; printf '\\001\\377' >&2; exit 7");
  asked.script.args = {"a 'b' $(id)"};
  asked.script.environment = {{"V", "x\ny"}};
  asked.script.input = "input";
  for (const std::string& key : {fixture.key, fixture.ecdsa}) {
    const ssh::Result result = run_one(asked, {.key_files = {key}});
    CHECK(detail(result) == "");
    CHECK(result.failure == Failure::none);
    CHECK(result.exit_code == 7);
    CHECK(result.out == "a 'b' $(id)|x\ny|input");
    CHECK(result.err == "\x01\xff");
    CHECK(result.seen == fixture.sshd.host_keys()[0]);
    CHECK(result.banner.starts_with("SSH-2.0-OpenSSH"));
    CHECK(result.address == "127.0.0.1");
    CHECK(result.tried == std::vector<std::string>{public_key(key).fingerprint()});
    for (const auto& time : result.timings) CHECK(time > 0ns);
  }
  CHECK(open_descriptors() == descriptors);
}

TEST_CASE("ssh-agent's keys log in, each kind") {
  if (!have_sshd()) return;
  const Folder folder;
  for (const std::vector<std::string>& kind : {std::vector<std::string>{"ed25519"},
                                               {"ecdsa", "-b", "256"},
                                               {"ecdsa", "-b", "521"},
                                               {"rsa", "-b", "2048"}}) {
    CAPTURE(kind.front());
    const std::string key = make_key(folder, kind.front() + kind.back(), kind);
    const Sshd sshd({"ed25519"}, {public_key(key)});
    const RealAgent agent({key});
    const ssh::Result result = run_one(request(sshd.target(), "echo in"), {.agent_socket = agent.socket()});
    CHECK(result.tried == std::vector<std::string>{public_key(key).fingerprint()});
    CHECK(detail(result) == "");
    CHECK(result.out == "in\n");
  }
}

TEST_CASE("only the keys that are wanted are offered, and why others are not is said") {
  if (!have_sshd()) return;
  const Fixture fixture;
  const std::string other = make_key(fixture.folder, "other", {"ed25519"});
  const RealAgent agent({other, fixture.key});
  const ssh::Request asked = request(fixture.sshd.target(), "true");
  const ssh::Result chosen =
      run_one(asked, {.agent_socket = agent.socket(), .only = {public_key(fixture.key)}});
  CHECK(chosen.ok());
  CHECK(chosen.tried.size() == 1);
  const ssh::Result refused = run_one(asked, {.agent_socket = agent.socket(), .only = {public_key(other)}});
  CHECK(refused.failure == Failure::auth_failed);
  CHECK(refused.phase == Phase::authenticate);
  const ssh::Result none =
      run_one(asked, {.agent_socket = agent.socket(), .only = {public_key(fixture.ecdsa)}});
  CHECK(none.failure == Failure::no_key);
  CHECK(run_one(asked, {}).failure == Failure::no_key);

  const std::string open_to_all = make_key(fixture.folder, "open", {"ed25519"});
  std::filesystem::permissions(open_to_all, std::filesystem::perms(0644));
  const ssh::Result skipped = run_one(asked, {.key_files = {fixture.folder / "missing", open_to_all}});
  CHECK(skipped.failure == Failure::no_key);
  REQUIRE(skipped.skipped.size() == 1);
  CHECK(detail(skipped).find("chmod 600") != std::string::npos);
}

TEST_CASE(
    "more keys than the host takes at one login: the configured one first, the rest on more connections") {
  if (!have_sshd()) return;
  const Folder folder;
  std::vector<std::string> keys;
  for (int i = 0; i < 9; ++i) keys.push_back(make_key(folder, "k" + std::to_string(i), {"ed25519"}));
  const std::string right = make_key(folder, "right", {"ed25519"});
  const Sshd sshd({"ed25519"}, {public_key(right)}, "MaxAuthTries 4\n");
  const RealAgent foreign(keys);
  // In a file, which is configured: the first one offered.
  const ssh::Result first =
      run_one(request(sshd.target(), "true"), {.agent_socket = foreign.socket(), .key_files = {right}});
  CHECK(first.ok());
  CHECK(first.tried == std::vector<std::string>{public_key(right).fingerprint()});
  // The last of ten in the agent.
  std::vector<std::string> all = keys;
  all.push_back(right);
  const RealAgent agent(all);
  const ssh::Result last = run_one(request(sshd.target(), "true"), {.agent_socket = agent.socket()});
  CHECK(detail(last) == "");
  CHECK(last.ok());
  CHECK(last.tried.size() == 10);
  // None of them.
  const ssh::Result none = run_one(request(sshd.target(), "true"), {.agent_socket = foreign.socket()});
  CHECK(none.failure == Failure::auth_failed);
  CHECK(detail(none).find("accepts none of 9 keys") != std::string::npos);
  // So many that they are not all tried: that is said.
  for (int i = 9; i < 16; ++i) keys.push_back(make_key(folder, "k" + std::to_string(i), {"ed25519"}));
  const RealAgent many(keys);
  const ssh::Result left = run_one(request(sshd.target(), "true"), {.agent_socket = many.socket()});
  CHECK(left.failure == Failure::auth_failed);
  CHECK(detail(left).find("MaxAuthTries") != std::string::npos);
}

TEST_CASE("a host that takes the key and asks for another step is told from one that refuses it") {
  if (!have_sshd()) return;
  const Folder folder;
  const std::string key = make_key(folder, "key", {"ed25519"});
  const std::string second = make_key(folder, "second", {"ed25519"});
  const Sshd two_steps({"ed25519"}, {public_key(key)},
                       "PasswordAuthentication yes\nAuthenticationMethods publickey,password\n");
  const ssh::Result result = run_one(request(two_steps.target(), "true"), {.key_files = {key}});
  CHECK(result.failure == Failure::auth_partial);
  CHECK(result.phase == Phase::authenticate);
  CHECK(detail(result).find("accepts the key " + public_key(key).fingerprint()) != std::string::npos);
  CHECK(detail(result).find("password") != std::string::npos);
  // Two keys are two steps that can be taken.
  const Sshd two_keys({"ed25519"}, {public_key(key), public_key(second)},
                      "AuthenticationMethods publickey,publickey\n");
  CHECK(run_one(request(two_keys.target(), "true"), {.key_files = {key, second}}).ok());
  CHECK(run_one(request(two_keys.target(), "true"), {.key_files = {key}}).failure == Failure::auth_failed);
}

TEST_CASE("nothing is authenticated before the host key is known to be the pinned one") {
  if (!have_sshd()) return;
  const Fixture fixture;
  ssh::Request asked = request(fixture.sshd.target(), "true");
  asked.target.known = {};
  const ssh::Result unknown = run_one(asked, fixture.with_key);
  CHECK(unknown.failure == Failure::host_key_unknown);
  CHECK(unknown.phase == Phase::handshake);
  REQUIRE(unknown.seen);
  CHECK(detail(unknown).find(unknown.seen->fingerprint()) != std::string::npos);
  CHECK(unknown.tried.empty());

  const jaga::sshkey::PublicKey other = public_key(make_key(fixture.folder, "other", {"ed25519"}));
  asked.target.known = {other};
  const ssh::Result changed = run_one(asked, fixture.with_key);
  CHECK(changed.failure == Failure::host_key_changed);
  CHECK(changed.seen == fixture.sshd.host_keys()[0]);
  CHECK(detail(changed).find(other.fingerprint()) != std::string::npos);
  CHECK(detail(changed).find(changed.seen->fingerprint()) != std::string::npos);
  CHECK(changed.tried.empty());

  // A type that the server does not have any more; a type beside the server's favourite.
  asked.target.known = {public_key(make_key(fixture.folder, "ecdsa521", {"ecdsa", "-b", "521"}))};
  const ssh::Result gone = run_one(asked, fixture.with_key);
  CHECK(gone.failure == Failure::host_key_changed);
  CHECK(detail(gone).find("ecdsa-sha2-nistp521") != std::string::npos);
  asked.target.known = {fixture.sshd.host_keys()[1]};
  CHECK(run_one(asked, fixture.with_key).ok());
}

TEST_CASE("a server that libssh2 cannot talk to is explained exactly") {
  if (!have_sshd()) return;
  const Folder folder;
  const std::string key = make_key(folder, "key", {"ed25519"});
  const Sshd etm({"ed25519"}, {public_key(key)}, "MACs hmac-sha2-256-etm@openssh.com\nCiphers aes256-ctr");
  const ssh::Result result = run_one(request(etm.target(), "true"), {.key_files = {key}});
  if (result.ok()) return;  // libssh2 from 1.11 on knows them
  CHECK(result.failure == Failure::handshake_failed);
  CHECK(detail(result).find("MACs") != std::string::npos);
  CHECK(detail(result).find("hmac-sha2-256-etm@openssh.com") != std::string::npos);
}

TEST_CASE("how a command ended is never guessed") {
  if (!have_sshd()) return;
  const Fixture fixture;
  std::vector<ssh::Request> asked;
  for (const char* text :
       {"kill -9 $$", "echo said; kill -9 $PPID", "echo said; kill -9 $(ps -o ppid= -p $PPID)",
        "sleep 1000 & echo $!", "echo x; exit 255"}) {
    asked.push_back(request(fixture.sshd.target(), text, static_cast<int>(asked.size())));
  }
  ssh::Options options;
  options.identities = fixture.with_key;
  const auto results = ssh::run_all(asked, options);
  CHECK(results[0].failure == Failure::none);
  CHECK(results[0].exit_code == 137);
  CHECK(results[1].failure == Failure::killed);
  CHECK(results[1].signal == "KILL");
  CHECK(results[1].out == "said\n");
  CHECK_FALSE(results[1].exit_code);
  CHECK(results[2].failure == Failure::lost);  // sshd itself was killed
  CHECK(results[2].out == "said\n");
  CHECK_FALSE(results[2].exit_code);
  CHECK(results[3].exit_code == 0);  // does not wait for what was left in the background
  CHECK(results[3].timings[4] < 30s);
  CHECK(::kill(static_cast<pid_t>(std::stol(results[3].out)), SIGKILL) == 0);
  CHECK(results[4].exit_code == 255);
}

TEST_CASE("output is drained from both streams, capped, and cut off where that was asked") {
  if (!have_sshd()) return;
  const Fixture fixture;
  ssh::Request flood = request(
      fixture.sshd.target(), "head -c 8000000 /dev/zero >&2 & head -c 8000000 /dev/zero; wait; echo end >&2");
  flood.most_output = 1000;
  ssh::Request endless = request(fixture.sshd.target(), "cat /dev/zero >&2", 1);
  endless.most_output = 1000;
  endless.most_received = 3'000'000;
  ssh::Request large = request(fixture.sshd.target(), "wc -c", 2);
  large.script.input = std::string(4'000'000, 'x');
  ssh::Options options;
  options.identities = fixture.with_key;
  const auto results = ssh::run_all({flood, endless, large}, options);
  CHECK(results[0].ok());
  CHECK(results[0].out.size() == 1000);
  CHECK(results[0].out_cut);
  CHECK(results[0].err.size() == 1000);
  CHECK(results[0].err_cut);
  CHECK(results[1].failure == Failure::output_cut);
  CHECK(results[1].err.size() == 1000);
  CHECK(results[2].out == "4000000\n");
}

TEST_CASE("a command that is late keeps what it has said until then") {
  if (!have_sshd()) return;
  const Fixture fixture;
  ssh::Request slow = request(fixture.sshd.target(), fixture.wait_for_the_end());
  slow.deadlines.run = 4s;  // a shell starts slowly on a busy machine
  const ssh::Result result = run_one(slow, fixture.with_key);
  CHECK(result.failure == Failure::timed_out);
  CHECK(result.phase == Phase::run);
  CHECK(result.out == "begun\n");
  CHECK_FALSE(result.exit_code);
}

TEST_CASE("two hundred sessions against one sshd with its default MaxStartups") {
  if (!have_sshd()) return;
  const Fixture fixture;
  std::vector<ssh::Request> asked;
  for (int i = 0; i < 200; ++i)
    asked.push_back(request(fixture.sshd.target(), "echo " + std::to_string(i), i));
  ssh::Options options;
  options.identities = fixture.with_key;
  options.window = 64;
  options.connects_per_second = 0;
  std::vector<int> called(200);
  const auto results =
      ssh::run_all(asked, options, {}, [&called](std::size_t index, const ssh::Result&) { ++called[index]; });
  for (int i = 0; i < 200; ++i) {
    CAPTURE(i);
    const ssh::Result& result = results[static_cast<std::size_t>(i)];
    CHECK(detail(result) == "");
    CHECK(result.out == std::to_string(i) + "\n");
  }
  CHECK(called == std::vector<int>(200, 1));
}

TEST_CASE("a stop ends every session at once") {
  if (!have_sshd()) return;
  const Fixture fixture;
  std::stop_source source;
  std::vector<ssh::Request> asked{request(fixture.sshd.target(), "echo first")};
  for (int i = 1; i < 12; ++i) asked.push_back(request(fixture.sshd.target(), fixture.wait_for_the_end(), i));
  ssh::Options options;
  options.identities = fixture.with_key;
  options.window = 4;
  const auto began = std::chrono::steady_clock::now();
  const auto results =
      ssh::run_all(asked, options, source.get_token(), [&source](std::size_t index, const ssh::Result&) {
        if (index == 0) std::thread([&source] { source.request_stop(); }).join();
      });
  CHECK(std::chrono::steady_clock::now() - began < 20s);
  CHECK(results[0].ok());
  for (std::size_t i = 1; i < results.size(); ++i) CHECK(results[i].failure == Failure::cancelled);
}

TEST_CASE("an agent that hangs, breaks or talks nonsense is given up, and key files still work") {
  if (!have_sshd()) return;
  const Fixture fixture;
  const Folder folder;
  const Peer hanging(
      [](int fd) {
        char c;
        while (::read(fd, &c, 1) > 0) {
        }
      },
      folder / "hanging");
  const Peer breaking([](int) {}, folder / "breaking");
  const Peer lying(
      [](int fd) {
        char b[64];
        while (::read(fd, b, sizeof b) > 0) {
          if (::write(fd, "\0\0\0\5\x0c\xff\xff\xff\xff", 9) < 0) return;
        }
      },
      folder / "lying");
  const ssh::Request asked = request(fixture.sshd.target(), "true");
  for (const char* name : {"hanging", "breaking", "lying", "missing"}) {
    CAPTURE(name);
    ssh::Identities identities{.agent_socket = folder / name, .agent_timeout = 300ms};
    const ssh::Result result = run_one(asked, identities);
    CHECK(result.failure == Failure::agent_failed);
    CHECK_FALSE(detail(result).empty());
    identities.key_files = {fixture.key};
    CHECK(run_one(asked, identities).ok());
  }

  // Lists a key, then never signs: known to the host, so that a signature is asked for.
  const jaga::sshkey::PublicKey key = public_key(fixture.key);
  std::string list = std::string("\x0c\0\0\0\1\0\0\0\x33", 9) + key.blob + std::string(4, '\0');
  list.insert(0, std::string("\0\0\0", 3) + static_cast<char>(list.size()));
  const Peer silent(
      [&list](int fd) {
        char b[4096];
        if (::read(fd, b, sizeof b) > 0 && ::write(fd, list.data(), list.size()) > 0) {
          while (::read(fd, b, sizeof b) > 0) {
          }
        }
      },
      folder / "silent");
  ssh::Options options;
  options.identities = {
      .agent_socket = folder / "silent", .key_files = {fixture.ecdsa}, .agent_timeout = 300ms};
  const auto results = ssh::run_all({asked, asked, asked}, options);
  for (const ssh::Result& result : results) {
    CHECK(result.ok());  // by the other key, which is configured: nobody waits for the agent
    CHECK(result.tried.size() == 1);
  }
  options.identities.key_files = {};
  CHECK(ssh::run_all({asked}, options).front().failure == Failure::agent_failed);
}

TEST_CASE("the keys that a server has are read without logging in") {
  if (!have_sshd()) return;
  const Sshd sshd({"rsa", "ecdsa", "ed25519"}, {});
  const Peer silent([](int fd) {
    char c;
    while (::read(fd, &c, 1) > 0) {
    }
  });
  auto scans = ssh::scan_host_keys({sshd.target()}, {}, {});
  CHECK(scans[0].failure == Failure::none);
  REQUIRE(scans[0].keys.size() >= 2);
  CHECK(scans[0].keys[0] == sshd.host_keys()[2]);
  CHECK(scans[0].keys[1] == sshd.host_keys()[1]);
  if (scans[0].keys.size() == 3) CHECK(scans[0].keys[2] == sshd.host_keys()[0]);
  CHECK(scans[0].keys.size() + scans[0].unreadable.size() >= 3);
  ssh::Deadlines deadlines;
  deadlines.handshake = 1s;
  scans = ssh::scan_host_keys({silent.target()}, deadlines, {});
  CHECK(scans[0].failure == Failure::timed_out);
  CHECK(scans[0].keys.empty());
}
