#include "sign/keyring.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "agent_process.hpp"
#include "base/error.hpp"
#include "sign/agent.hpp"
#include "workshop.hpp"

using namespace jaga;

namespace {

bool signs(const sign::Signer& signer) {
  const auto signature = signer.sign("bytes", sign::kRecordNamespace);
  return sign::verify("bytes", signature, sign::kRecordNamespace) == signer.public_key();
}

}  // namespace

TEST_CASE("a key file signs; with its public half, without it, and named by it") {
  const Workshop workshop;
  const auto file = workshop.at("key");
  const auto made = sign::make_key(file, "timer");
  CHECK_THROWS_AS(sign::make_key(file, "timer"), Error);
  struct stat status {};
  REQUIRE(stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);

  sign::Places places;
  places.key_file = file;
  auto found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  CHECK(found[0].key == made);
  CHECK(found[0].origin == file);
  CHECK_FALSE(found[0].in_agent);
  CHECK(signs(*sign::signer_for(found[0], places)));

  places.key_file = file + ".pub";
  CHECK(sign::find_keys(places).at(0).origin == file);
  std::filesystem::remove(file + ".pub");
  places.key_file = file;
  found = sign::find_keys(places);
  CHECK(found.at(0).key == made);
  CHECK(signs(*sign::signer_for(found[0], places)));
}

TEST_CASE("old PEM keys are found too") {
  const Workshop workshop;
  const auto file = workshop.make_key("pem", {"ecdsa", "-b", "256", "-m", "PEM"});
  REQUIRE(workshop.read("pem").starts_with("-----BEGIN EC PRIVATE KEY-----"));
  std::filesystem::remove(file + ".pub");
  sign::Places places;
  places.key_file = file;
  const auto found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  const auto signer = sign::signer_for(found[0], places);
  CHECK(refused(*signer).hint().render(Language::english) ==
        "create it: ssh-keygen -y -f '" + file + "' > '" + file + ".pub'");
  workshop.write("pem.pub", found[0].key.line() + "\n");
  CHECK(signs(*signer));
}

TEST_CASE("keys of ~/.ssh, without doubles, the machine's last") {
  const Workshop workshop;
  workshop.make_key("id_ed25519", {"ed25519"});
  workshop.make_key("id_ecdsa", {"ecdsa"});
  workshop.make_key("other", {"ed25519"});
  workshop.make_key("machine", {"ed25519"});
  workshop.write("id_ed25519-cert.pub", "x");
  workshop.write("id_broken", "nothing");
  sign::Places places;
  places.home_ssh = workshop.at("");
  places.home_ssh.pop_back();
  places.config_key = workshop.at("id_ed25519");
  places.machine_key = workshop.at("machine");
  const auto found = sign::find_keys(places);
  REQUIRE(found.size() == 3);
  CHECK(found[0].origin == workshop.at("id_ed25519"));
  CHECK(found[1].origin == workshop.at("id_ecdsa"));
  CHECK(found[2].machine);
}

TEST_CASE("a real agent signs, with and without files; without it each failure says what mends it") {
  const Workshop workshop;
  const AgentProcess agent(workshop);
  const auto file = workshop.make_key("key", {"ed25519"});
  workshop.make_key("locked", {"ed25519"}, "secret");
  CHECK(sign::agent_keys(agent.socket())->empty());
  REQUIRE(agent.add(file));
  CHECK(sign::agent_keys(agent.socket())->size() == 1);

  sign::Places places;
  places.agent_socket = agent.socket();
  auto found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  CHECK(found[0].origin == "agent");
  CHECK(found[0].in_agent);
  CHECK(signs(*sign::signer_for(found[0], places)));

  std::filesystem::rename(file, workshop.at("gone"));
  places.key_file = file + ".pub";
  const auto by_public = sign::find_keys(places);
  REQUIRE(by_public.size() == 1);
  const auto signer = sign::signer_for(by_public[0], places);
  CHECK(signs(*signer));

  REQUIRE(agent.remove_all());
  CHECK(std::string(refused(*signer).what()).find("no longer holds the key") != std::string::npos);
  CHECK(refused(*signer).code() == ExitCode::not_permitted);
  CHECK_THROWS_AS(sign::find_keys(places), Error);

  places.key_file = workshop.at("locked");
  found = sign::find_keys(places);
  REQUIRE(found.size() == 1);
  auto error = refused(*sign::signer_for(found[0], places));
  CHECK(std::string(error.what()) == "the key '" + workshop.at("locked") + "' has a passphrase");
  CHECK(error.hint().render(Language::english) == "ssh-add '" + workshop.at("locked") + "'");
  places.agent_socket.clear();
  error = refused(*sign::signer_for(found[0], places));
  CHECK(std::string(error.what()).find("no agent is running") != std::string::npos);
}

TEST_CASE("wrong mode, wrong halves, no key, no ssh-keygen") {
  const Workshop workshop;
  const auto file = workshop.make_key("key", {"ed25519"});
  workshop.make_key("other", {"ed25519"});
  sign::Places places;
  places.key_file = file;
  const auto found = sign::find_keys(places).at(0);
  const auto signer = sign::signer_for(found, places);

  chmod(file.c_str(), 0644);
  CHECK(refused(*signer).hint().render(Language::english) == "chmod 600 '" + file + "'");
  chmod(file.c_str(), 0600);
  CHECK(signs(*signer));

  workshop.write("key.pub", workshop.read("other.pub"));
  const auto mixed = refused(*sign::signer_for(sign::find_keys(places).at(0), places));
  CHECK(std::string(mixed.what()).find("are not a key pair") != std::string::npos);

  workshop.write("text", "no key");
  places.key_file = workshop.at("text");
  CHECK_THROWS_AS(sign::find_keys(places), Error);
  places.key_file = workshop.at("absent");
  CHECK_THROWS_AS(sign::find_keys(places), Error);

  // What this process can do itself needs no ssh-keygen; all else does.
  places.environment = {"PATH=/nonexistent"};
  places.key_file = workshop.make_key("rsa", {"rsa"});
  CHECK(std::string(refused(*sign::signer_for(sign::find_keys(places).at(0), places)).what()) ==
        "cannot run 'ssh-keygen'");
  places.key_file = workshop.at("other");
  CHECK(signs(*sign::signer_for(sign::find_keys(places).at(0), places)));
}

TEST_CASE("an unlocked Ed25519 file signs byte for byte as ssh-keygen does") {
  const Workshop workshop;
  sign::Places places;
  places.key_file = workshop.make_key("key", {"ed25519"});
  places.environment = {"PATH=/nonexistent"};  // without it
  const auto signer = sign::signer_for(sign::find_keys(places).at(0), places);
  for (const std::string& bytes : {std::string(), std::string("bytes"), std::string(100'000, 'x')}) {
    const auto theirs =
        Workshop::run({"ssh-keygen", "-Y", "sign", "-q", "-n", "jaga-record", "-f", *places.key_file}, bytes);
    REQUIRE(theirs.ok());
    CHECK(signer->sign(bytes, sign::kRecordNamespace) == theirs.out);
  }
}

TEST_CASE("every kind of unlocked key signs, and a damaged one says so") {
  const Workshop workshop;
  for (const std::vector<std::string>& type : {std::vector<std::string>{"ecdsa", "-b", "256"},
                                               {"ecdsa", "-b", "384"},
                                               {"ecdsa", "-b", "521"},
                                               {"rsa"}}) {
    sign::Places places;
    places.key_file = workshop.make_key(type.front() + type.back(), type);
    CAPTURE(*places.key_file);
    // RSA keys are left to ssh-keygen.
    if (type.front() == "ecdsa") places.environment = {"PATH=/nonexistent"};
    const auto found = sign::find_keys(places).at(0);
    const auto signature = sign::signer_for(found, places)->sign("bytes", sign::kRecordNamespace);
    CHECK(workshop.keygen_accepts("p " + found.key.line() + "\n", "p", "jaga-record", "bytes", signature));
  }
  sign::Places places;
  places.key_file = workshop.make_key("key", {"ed25519"});
  const auto signer = sign::signer_for(sign::find_keys(places).at(0), places);
  std::string text = workshop.read("key");
  workshop.write("key", text.substr(0, text.size() / 2));
  CHECK(std::string(refused(*signer).what()) == "the key '" + *places.key_file + "' is damaged");
}
