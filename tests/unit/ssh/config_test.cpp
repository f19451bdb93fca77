// What `ssh -G` says, and what ssh(1) is told and writes into its log.
#include "ssh/config.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "../expect.hpp"
#include "process/run.hpp"
#include "server.hpp"
#include "ssh/program.hpp"

using namespace jaga::ssh;
using namespace std::chrono_literals;
using jaga::expect::has;

namespace {

const jaga::sshkey::PublicKey kKey = *jaga::sshkey::parse_public_key(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEtc5WUPqNYe/GjS2Sy5kMNVQbeBqHcZbIFYVHAlDqZr");

}  // namespace

TEST_CASE("the output of ssh -G is read") {
  const auto config = parse_config(
      "host web01\nuser ops\nhostname 10.1.2.3\nport 2222\nidentitiesonly yes\nidentityfile ~/.ssh/a b\n"
      "identityfile ~/.ssh/c\nuserknownhostsfile /a /b\nhostkeyalias farm\nproxyjump "
      "one,two\ncertificatefile /x y-cert.pub\n"
      "ciphers aes128-ctr\nsecuritykeyprovider internal\nsendenv LANG\n");
  REQUIRE(config);
  CHECK(config->host_name == "10.1.2.3");
  CHECK(config->user == "ops");
  CHECK(config->port == 2222);
  CHECK(config->identities_only);
  CHECK(config->identity_files == std::vector<std::string>{"~/.ssh/a b", "~/.ssh/c"});
  CHECK(config->user_known_hosts == std::vector<std::string>{"/a", "/b"});
  CHECK(config->host_key_alias == "farm");
  CHECK(config->proxy_jump == "one,two");
  CHECK(config->proxy_command.empty());
  CHECK(config->needs_program);
  CHECK(config->lines == std::vector<std::string>{"certificatefile \"/x y-cert.pub\"", "ciphers aes128-ctr"});
  const auto plain = parse_config("hostname h\nport 22\nproxycommand nc %h %p\nproxyjump none\n");
  REQUIRE(plain);
  CHECK(plain->proxy_command == "nc %h %p");
  CHECK(plain->proxy_jump.empty());
  CHECK_FALSE(plain->needs_program);
  for (const char* bad : {"", "hostname h\n", "port 22\n", "hostname h\nport 0\n", "hostname h\nport 70000\n",
                          "hostname h\nport x\n"}) {
    CHECK_FALSE(parse_config(bad));
  }
}

TEST_CASE("names of jump hosts") {
  CHECK(parse_jump_name("gate") == JumpName{"", "gate", std::nullopt});
  CHECK(parse_jump_name("ops@gate:2222") == JumpName{"ops", "gate", 2222});
  CHECK(parse_jump_name("ssh://ops@[2001:db8::1]:22") == JumpName{"ops", "2001:db8::1", 22});
  CHECK(parse_jump_name("2001:db8::1") == JumpName{"", "2001:db8::1", std::nullopt});
  for (const char* bad :
       {"", "@gate", "ops@", "gate:", "gate:0", "gate:99999", "[::1", "[::1]x", "-oX", "a\nb"})
    CHECK_FALSE(parse_jump_name(bad));
}

TEST_CASE("ssh -G is asked for many names at once, and one that hangs is given up") {
  const jaga::test::Folder folder;
  const jaga::test::Folder bin;
  // ssh(1) takes its configuration from the account's home, whatever HOME is: another one by its name.
  jaga::test::write_file(
      bin / "ssh",
      "#!/bin/sh\n[ \"$1 $2\" = '-G --' ] || exit 9\n[ \"$3\" != slow ] || exec sleep 100\n"
      "[ \"$3\" != bad ] || { echo 'line 7: Bad' >&2; exit 255; }\n"
      "printf 'hostname %s.example\\nport 22\\n' \"$3\"\n");
  std::filesystem::permissions(bin / "ssh", std::filesystem::perms(0755));
  const Program program{{"PATH=" + (bin / "") + ":/usr/bin:/bin"}, folder / ""};
  const auto answers = ask_config({"a", "slow", "bad", "b"}, program, 1s, 4);
  REQUIRE(answers.size() == 4);
  REQUIRE(answers[0].config);
  CHECK(answers[0].config->host_name == "a.example");
  CHECK_FALSE(answers[1].config);
  CHECK(has(answers[1].problem.render(jaga::Language::english), "did not end within 1s"));
  CHECK_FALSE(answers[2].config);
  CHECK(has(answers[2].problem.render(jaga::Language::english), "line 7: Bad"));
  REQUIRE(answers[3].config);
}

TEST_CASE("what ssh is told is complete, and is what ssh reads") {
  const jaga::test::Folder folder;
  Target gate{.name = "gate", .address = "192.0.2.1", .port = 2222, .user = "in", .known = {kKey}};
  Target target{.name = "web01", .address = "fe80::1%eth0", .user = "a b", .known = {kKey}};
  target.jump = std::make_shared<Target>(gate);
  target.revoked = {kKey};
  ProgramOptions wish;
  wish.target = &target;
  wish.known_hosts = folder / "known 100%";
  wish.key_files = {{folder / "a key"}, {}};
  wish.only_these_keys = {true, false};
  const auto text = program_config(wish);
  REQUIRE(text);
  jaga::test::write_file(folder / "config", *text);
  const auto read = jaga::process::run(
      {.argv = {"ssh", "-F", folder / "config", "-G", "jaga-target"}, .timeout = std::chrono::minutes(10)});
  REQUIRE(read.ok());
  for (const char* line :
       {"hostname fe80::1%eth0\n", "port 22\n", "user a b\n", "stricthostkeychecking true\n",
        "batchmode yes\n", "hostkeyalgorithms ssh-ed25519\n", "proxyjump jaga-jump-1\n",
        "globalknownhostsfile none\n", "identitiesonly yes\n", "passwordauthentication no\n",
        "hostkeyalias jaga-target\n", "updatehostkeys false\n", "verifyhostkeydns false\n",
        "forwardagent no\n", "controlmaster false\n", "permitlocalcommand no\n"}) {
    CAPTURE(std::string(line));
    CHECK(has(read.out, line));
  }
  const auto hop = jaga::process::run(
      {.argv = {"ssh", "-F", folder / "config", "-G", "jaga-jump-1"}, .timeout = std::chrono::minutes(10)});
  CHECK(has(hop.out, "hostname 192.0.2.1\n"));
  CHECK(has(hop.out, "stricthostkeychecking true\n"));
  CHECK(known_hosts_text(target) == "jaga-target " + kKey.line() + "\n@revoked jaga-target " + kKey.line() +
                                        "\njaga-jump-1 " + kKey.line() + "\n");
  for (const char* bad : {"a\"b", "a\nb", "a\\b", "${HOME}", ""}) {
    CAPTURE(std::string(bad));
    target.user = bad;
    CHECK_FALSE(program_config(wish));
  }
}

TEST_CASE("what ssh is told of FIDO keys") {
  const jaga::test::Folder folder;
  Target target{.name = "web01", .address = "192.0.2.1", .user = "in", .known = {kKey}};
  ProgramOptions wish;
  wish.target = &target;
  wish.known_hosts = folder / "known";
  wish.key_files = {{}};
  wish.only_these_keys = {false};
  const auto read = [&] {
    const auto text = program_config(wish);
    REQUIRE(text);
    jaga::test::write_file(folder / "config", *text);
    return jaga::process::run(
               {.argv = {"ssh", "-F", folder / "config", "-G", "jaga-target"},
                .environment = std::vector<std::string>{"PATH=/usr/bin:/bin", "SSH_SK_PROVIDER=/lib/a.so"}})
        .out;
  };
  CHECK(has(read(), "sk-ssh-ed25519@openssh.com"));
  CHECK_FALSE(has(read(), "/lib/a.so"));
  wish.own_provider = true;
  CHECK(has(read(), "securitykeyprovider $SSH_SK_PROVIDER\n"));
  wish.without_tokens = true;
  const auto without = read();
  CHECK(has(without, "pubkeyacceptedalgorithms ssh-ed25519"));
  const auto line = without.substr(without.find("pubkeyacceptedalgorithms "));
  CHECK_FALSE(has(line.substr(0, line.find('\n')), "sk-"));
  // What the user's configuration says stands.
  target.config = {"pubkeyacceptedalgorithms ssh-ed25519,sk-ssh-ed25519@openssh.com,rsa-sha2-512",
                   "securitykeyprovider \"/lib/b.so\""};
  CHECK(has(read(), "pubkeyacceptedalgorithms ssh-ed25519,rsa-sha2-512\n"));
  CHECK(has(read(), "securitykeyprovider /lib/b.so\n"));
  wish.without_tokens = false;
  CHECK(has(read(), "pubkeyacceptedalgorithms ssh-ed25519,sk-ssh-ed25519@openssh.com,rsa-sha2-512\n"));
}

TEST_CASE("the log of ssh on a FIDO key") {
  const std::string accepted =
      "debug1: SSH2_MSG_NEWKEYS received\ndebug1: Server accepts key: /a b/k ED25519-SK SHA256:def "
      "explicit\n";
  const ProgramLog log = read_program_log(accepted);
  CHECK(log.token == "SHA256:def");
  CHECK(log.failure == Failure::none);
  CHECK(read_program_log("debug1: Server accepts key: /k ED25519 SHA256:def explicit\n").token.empty());
  const auto why = [&accepted](const std::string& reason) {
    return token_problem(read_program_log(accepted +
                                          "sign_and_send_pubkey: signing failed for ED25519-SK \"/k\"" +
                                          reason + "\nh: Permission denied (publickey).\n"))
        .render(jaga::Language::english);
  };
  CHECK(why(": device not found") == "the security key 'SHA256:def' is not plugged in");
  CHECK(has(why(": incorrect passphrase supplied to decrypt private key"), "requires its PIN"));
  CHECK(has(why(": invalid format"), "was not touched, or refuses to sign"));
  CHECK(has(why(" from agent: agent refused operation"), "the agent got no signature"));
}

TEST_CASE("the log of ssh") {
  const std::string begin =
      "OpenSSH_9.2p1 Debian-2\ndebug1: Connecting to 10.0.0.1 [10.0.0.1] port 22.\n"
      "debug1: Connection established.\n";
  CHECK(read_program_log("").phase == Phase::connect);
  CHECK(read_program_log(begin).phase == Phase::handshake);
  const std::string key =
      begin +
      "debug1: Remote protocol version 2.0, remote software version Peer_1\x1b[2J\n"
      "debug1: Server host key: ssh-ed25519 SHA256:abc\ndebug1: SSH2_MSG_NEWKEYS received\n"
      "debug1: Offering public key: /k ED25519 SHA256:def explicit\n";
  const ProgramLog log = read_program_log(key);
  CHECK(log.phase == Phase::authenticate);
  CHECK(log.fingerprint == "SHA256:abc");
  CHECK(log.tried == std::vector<std::string>{"SHA256:def"});
  CHECK(log.banner.starts_with("SSH-2.0-Peer_1"));
  CHECK_FALSE(has(log.banner, "\x1b"));
  CHECK(log.failure == Failure::none);
  CHECK(read_program_log(key + "debug1: Sending command: /bin/sh -s\n").phase == Phase::run);
  const struct {
    const char* line;
    Failure failure;
  } ends[] = {
      {"ssh: connect to host h port 22: Connection refused", Failure::refused},
      {"ssh: connect to host h port 22: No route to host", Failure::unreachable},
      {"ssh: connect to host h port 22: Connection timed out", Failure::timed_out},
      {"ssh: Could not resolve hostname h: Name or service not known", Failure::resolve_failed},
      {"Unable to negotiate with h port 22: no matching cipher found. Their offer: x",
       Failure::handshake_failed},
      {"Unable to negotiate with h port 22: no matching host key type found. Their offer: x",
       Failure::host_key_changed},
      {"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\nHost key verification failed.",
       Failure::host_key_changed},
      {"jaga@h: Permission denied (publickey).", Failure::auth_failed},
      {"kex_exchange_identification: Connection closed by remote host", Failure::closed},
      {"Connection reset by 10.0.0.1 port 22", Failure::reset},
      {"sign_and_send_pubkey: signing failed for ED25519-SK \"/k\": device not found\n"
       "jaga@h: Permission denied (publickey).",
       Failure::token_failed},
      {"sign_and_send_pubkey: signing failed for ECDSA-SK \"k\" from agent: agent refused operation\n"
       "jaga@h: Permission denied (publickey).",
       Failure::token_failed},
      {"sign_and_send_pubkey: signing failed for RSA \"k\" from agent: agent refused operation\n"
       "jaga@h: Permission denied (publickey).",
       Failure::agent_failed},
      {"notify_start: exec(/a): No such file or directory\njaga@h: Permission denied (publickey).",
       Failure::auth_failed},
  };
  for (const auto& each : ends) {
    CAPTURE(std::string(each.line));
    const ProgramLog ended = read_program_log(key + each.line + "\n");
    CHECK(ended.failure == each.failure);
    CHECK_FALSE(ended.reason.empty());
  }
}
