// FIDO keys, made and used by real ssh-keygen with the token of tests/fido.
#include "sign/token.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

#include "process/environment.hpp"
#include "sign/key.hpp"
#include "sign/keyring.hpp"
#include "sign/sshsig.hpp"
#include "sshkey/private_key.hpp"
#include "sshkey/wire.hpp"
#include "workshop.hpp"

using namespace jaga;

namespace {

const std::string kBytes = "format: \"jaga/record@1\"\nseq: 3\n...\n";
const std::vector<std::string> kTypes{"ed25519-sk", "ecdsa-sk"};

class Token {
 public:
  explicit Token(const Workshop& workshop) : workshop_(workshop) {
    std::filesystem::create_directory(workshop_.at("token"));
  }
  void be(const std::string& mood) const { workshop_.write("token/mood", mood + "\n"); }
  std::vector<std::string> environment() const {
    return {"PATH=/usr/local/bin:/usr/bin:/bin", "SSH_SK_PROVIDER=" JAGA_TEST_TOKEN_LIBRARY,
            "JAGA_TEST_TOKEN=" + workshop_.at("token")};
  }
  process::Outcome keygen(std::vector<std::string> arguments, const std::string& input = {}) const {
    process::Command command;
    command.timeout = std::chrono::minutes(10);  // on a busy machine
    command.argv = std::move(arguments);
    command.argv.insert(command.argv.begin(), "ssh-keygen");
    command.input = input;
    command.environment = environment();
    return process::run(command);
  }
  // The file of a new key.
  std::string make(const std::string& name, const std::string& type,
                   const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments{"-q", "-t", type, "-N", "", "-f", workshop_.at(name)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    const auto outcome = keygen(arguments);
    REQUIRE_MESSAGE(outcome.ok(), outcome.err);
    return workshop_.at(name);
  }
  std::string sign(const std::string& file) const {
    const auto outcome = keygen({"-Y", "sign", "-q", "-n", "jaga-record", "-f", file}, kBytes);
    REQUIRE_MESSAGE(outcome.ok(), outcome.err);
    return outcome.out;
  }

 private:
  const Workshop& workshop_;
};

struct Signed {
  sign::PublicKey key;
  sign::Sshsig sshsig;
};
Signed take_apart(const std::string& armored) {
  const auto blob = sign::dearmor(armored);
  REQUIRE(blob);
  auto sshsig = sign::parse_sshsig(*blob);
  REQUIRE(sshsig);
  return {sshsig->key, std::move(*sshsig)};
}

bool ours(const sign::PublicKey& key, const std::string& armored) {
  const auto signer = sign::verify(kBytes, armored, sign::kRecordNamespace);
  return signer && *signer == key;
}
bool theirs(const Workshop& workshop, const sign::PublicKey& key, const std::string& armored) {
  return workshop.keygen_accepts("p " + key.line() + "\n", "p", "jaga-record", kBytes, armored);
}

}  // namespace

TEST_CASE("a token's signature: verify equals ssh-keygen, and no bit of it can change") {
  const Workshop workshop;
  const Token token(workshop);
  for (const auto& type : kTypes) {
    CAPTURE(type);
    const auto file = token.make(type, type);
    const auto key = sign::parse_public_key(workshop.read(type + ".pub"));
    REQUIRE(key);
    const auto listed = Workshop::run({"ssh-keygen", "-l", "-f", file + ".pub"}).out;
    CHECK(listed.find(" " + key->fingerprint() + " ") != std::string::npos);
    const auto good = token.sign(file);
    CHECK(ours(*key, good));
    CHECK(theirs(workshop, *key, good));
    CHECK(sign::token_flags(good) == sign::kPresence);
    CHECK_FALSE(sign::verify(kBytes + " ", good, sign::kRecordNamespace));
    CHECK_FALSE(sign::verify(kBytes, good, sign::kBagNamespace));
    // The counter is part of what is signed: no two signatures are the same.
    CHECK(token.sign(file) != good);

    const auto blob = sign::dearmor(good);
    REQUIRE(blob);
    // ssh-keygen, which is a process each time, at places spread over it; and flags and counter, at the end.
    std::set<std::size_t> sample{blob->size() - 5, blob->size() - 4, blob->size() - 1};
    for (std::size_t n = 0; n < 6; ++n) sample.insert(n * blob->size() / 6 + 3 * n);
    for (std::size_t i = 0; i < blob->size() * 8; ++i) {
      auto changed = *blob;
      changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
      const auto armored = sign::armor(changed);
      CAPTURE(i);
      CHECK_FALSE(ours(*key, armored));
      if (i / 8 != 9 && sample.erase(i / 8) != 0) CHECK_FALSE(theirs(workshop, *key, armored));
    }
    for (std::size_t length = 0; length < blob->size(); ++length)
      CHECK_FALSE(ours(*key, sign::armor(blob->substr(0, length))));
  }
}

TEST_CASE("a token's signature that is cut, has bytes behind it, or is of another application or kind") {
  const Workshop workshop;
  const Token token(workshop);
  for (const auto& type : kTypes) {
    CAPTURE(type);
    const auto file = token.make(type, type);
    const auto good = take_apart(token.sign(file));
    const auto remade = [&good](const std::string& signature) {
      sign::Sshsig changed = good.sshsig;
      changed.signature = signature;
      return sign::armor(sign::write_sshsig(changed));
    };
    const auto& signature = good.sshsig.signature;
    CHECK(ours(good.key, remade(signature)));
    // The inner blob alone, in a frame whose lengths are right.
    for (std::size_t length = 0; length < signature.size(); ++length)
      CHECK_FALSE(ours(good.key, remade(signature.substr(0, length))));
    for (const auto& more : {std::string(1, '\0'), std::string("\x01"), signature})
      CHECK_FALSE(ours(good.key, remade(signature + more)));
    CHECK_FALSE(theirs(workshop, good.key, remade(signature + '\0')));

    // The same point under another application: another key, and not what the token signed for.
    sshkey::WireReader in(good.key.blob);
    std::string other;
    sshkey::put_string(other, in.string());
    if (type == "ecdsa-sk") sshkey::put_string(other, in.string());
    sshkey::put_string(other, in.string());
    CHECK(in.string() == "ssh:");
    sshkey::put_string(other, "ssh:elsewhere");
    const auto elsewhere = sign::parse_key_blob(other);
    REQUIRE(elsewhere);
    sign::Sshsig moved = good.sshsig;
    moved.key = *elsewhere;
    CHECK_FALSE(ours(*elsewhere, sign::armor(sign::write_sshsig(moved))));
    CHECK_FALSE(theirs(workshop, *elsewhere, sign::armor(sign::write_sshsig(moved))));

    // A token's signature is not one of a plain key with the same point, and vice versa.
    std::string plain;
    sshkey::WireReader again(good.key.blob);
    again.string();
    sshkey::put_string(plain, type == "ecdsa-sk" ? "ecdsa-sha2-nistp256" : "ssh-ed25519");
    if (type == "ecdsa-sk") sshkey::put_string(plain, again.string());
    sshkey::put_string(plain, again.string());
    const auto same_point = sign::parse_key_blob(plain);
    REQUIRE(same_point);
    sign::Sshsig stripped = good.sshsig;
    stripped.key = *same_point;
    CHECK_FALSE(ours(*same_point, sign::armor(sign::write_sshsig(stripped))));
    // Neither an empty application nor one that is too long is a key.
    for (const auto& application : {std::string(), std::string(257, 'a')}) {
      std::string bad = other.substr(0, other.size() - 4 - std::string("ssh:elsewhere").size());
      sshkey::put_string(bad, application);
      CHECK_FALSE(sign::parse_key_blob(bad));
    }
  }
  // An application of one's own is as good.
  const auto own = token.make("own", "ed25519-sk", {"-O", "application=ssh:jaga"});
  const auto made = token.sign(own);
  const auto key = take_apart(made).key;
  CHECK(ours(key, made));
  CHECK(theirs(workshop, key, made));
}

TEST_CASE("a token's signature without a touch is none, though ssh-keygen takes it") {
  const Workshop workshop;
  const Token token(workshop);
  for (const auto& type : kTypes) {
    CAPTURE(type);
    const auto file = token.make(type, type);
    token.be("unpresent");
    const auto untouched = token.sign(file);
    token.be("");
    const auto key = take_apart(untouched).key;
    CHECK(sign::token_flags(untouched) == 0);
    CHECK(theirs(workshop, key, untouched));
    CHECK_FALSE(ours(key, untouched));
    // Nor does it help to say that there was one.
    auto claimed = take_apart(untouched).sshsig;
    claimed.signature[claimed.signature.size() - 5] = '\x01';
    CHECK(sign::token_flags(sign::armor(sign::write_sshsig(claimed))) == sign::kPresence);
    CHECK_FALSE(ours(key, sign::armor(sign::write_sshsig(claimed))));
  }
  CHECK_FALSE(sign::token_flags("no signature"));
}

TEST_CASE("what a token's key file wants is read from it") {
  const Workshop workshop;
  const Token token(workshop);
  const auto wants = [&workshop](const std::string& name) {
    return sshkey::PrivateKeyFile::parse(workshop.read(name)).token_wants;
  };
  for (const auto& type : kTypes) {
    token.make(type, type);
    CHECK(wants(type) == sign::kPresence);
    token.make(type + "-idle", type, {"-O", "no-touch-required"});
    CHECK(wants(type + "-idle") == 0);
  }
  token.keygen({"-q", "-p", "-P", "", "-N", "secret", "-f", workshop.at("ed25519-sk")});
  CHECK(sshkey::PrivateKeyFile::parse(workshop.read("ed25519-sk")).problem ==
        sshkey::PrivateKeyFile::Problem::locked);
  CHECK_FALSE(wants("ed25519-sk"));
  workshop.make_key("plain", {"ed25519"});
  CHECK_FALSE(wants("plain"));
}

TEST_CASE("a signer says when it wants a touch, and stops waiting for one on request") {
  const Workshop workshop;
  const Token token(workshop);
  sign::Places places;
  places.environment = token.environment();
  places.key_file = token.make("key", "ed25519-sk");
  int asked = 0;
  places.wants_touch = [&asked] { ++asked; };
  const auto signer = sign::signer_for(sign::find_keys(places).at(0), places);
  CHECK(sign::verify(kBytes, signer->sign(kBytes, "file"), "file") == signer->public_key());
  CHECK(asked == 1);

  token.be("waits");
  std::stop_source stop;
  stop.request_stop();
  try {
    signer->sign(kBytes, "file", stop.get_token());
    FAIL("signed");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::interrupted);
  }
  token.be("");
  CHECK_NOTHROW(signer->sign(kBytes, "file"));

  // Another kind of key wants none.
  places.key_file = workshop.make_key("plain", {"ed25519"});
  asked = 0;
  CHECK_NOTHROW(sign::signer_for(sign::find_keys(places).at(0), places)->sign(kBytes, "file"));
  CHECK(asked == 0);
}

TEST_CASE("why a token did not sign, by what ssh-keygen wrote") {
  sign::TokenUse use{"SHA256:x", "/k", sign::kPresence};
  const auto why = [&use](const std::string& err) {
    const auto error = sign::token_failure(use, err);
    return error ? std::string(error->what()) : std::string();
  };
  CHECK(why("").empty());
  CHECK(why("Couldn't sign message: device not found\nSigning (stdin) failed: device not found\n") ==
        "the security key 'SHA256:x' is not plugged in");
  CHECK(why("Couldn't sign message: invalid format\n") ==
        "the security key 'SHA256:x' was not touched, or refuses to sign");
  const std::string pin = "Couldn't sign message: incorrect passphrase supplied to decrypt private key\n";
  CHECK(why(pin) == "the security key requires its PIN, but ssh-keygen does not ask for it with this key");
  use.wants = sign::kPresence | sign::kVerification;
  CHECK(why(pin) == "the security key rejected the PIN");
  CHECK(why("No FIDO SecurityKeyProvider specified\nCouldn't sign message: invalid format\n") ==
        "OpenSSH cannot use the security key: No FIDO SecurityKeyProvider specified");
  CHECK(why("Provider \"\x1b[2J\" dlopen failed: x\n").find('\x1b') == std::string::npos);
  // The passphrase of its file is another matter.
  CHECK(why("Load key \"/k\": incorrect passphrase supplied to decrypt private key\n").empty());
}
