#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <set>
#include <span>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "sign/key.hpp"
#include "sign/keyring.hpp"
#include "sign/sshsig.hpp"
#include "sshkey/wire.hpp"
#include "workshop.hpp"

using namespace jaga;

namespace {

const std::string kBytes = "format: \"jaga/record@1\"\nseq: 3\n...\n";

RandomBytes counter(unsigned start = 1) {
  return [start](std::span<std::byte> out) mutable {
    for (auto& byte : out) byte = static_cast<std::byte>(start++);
  };
}

std::string by_keygen(const std::string& key, const std::string& bytes, const std::string& name_space) {
  return Workshop::run({"ssh-keygen", "-Y", "sign", "-q", "-n", name_space, "-f", key}, bytes).out;
}

// What ssh-keygen says and what we say, over one signature.
struct Verdicts {
  bool theirs = false;
  bool ours = false;
};

Verdicts both(const Workshop& workshop, const sign::PublicKey& key, const std::string& signature) {
  Verdicts verdicts;
  verdicts.theirs = workshop.keygen_accepts("p namespaces=\"jaga-record\" " + key.line() + "\n", "p",
                                            "jaga-record", kBytes, signature);
  const auto ours = sign::verify(kBytes, signature, sign::kRecordNamespace);
  verdicts.ours = ours && *ours == key;
  return verdicts;
}

}  // namespace

TEST_CASE("verify equals ssh-keygen over every kind of key and every flipped bit of the signature") {
  const Workshop workshop;
  const std::vector<std::pair<std::string, std::vector<std::string>>> kinds{{"ed", {"ed25519"}},
                                                                            {"e256", {"ecdsa", "-b", "256"}},
                                                                            {"e384", {"ecdsa", "-b", "384"}},
                                                                            {"e521", {"ecdsa", "-b", "521"}},
                                                                            {"rsa", {"rsa", "-b", "2048"}}};
  for (const auto& kind : kinds) {
    const auto& name = kind.first;
    const auto& type = kind.second;
    CAPTURE(name);
    const auto file = workshop.make_key(name, type);
    const auto key = sign::parse_public_key(workshop.read(name + ".pub"));
    REQUIRE(key);
    const auto listed = Workshop::run({"ssh-keygen", "-l", "-f", file + ".pub"}).out;
    CHECK(listed.find(" " + key->fingerprint() + " ") != std::string::npos);
    const auto good = by_keygen(file, kBytes, "jaga-record");
    REQUIRE(!good.empty());
    auto verdicts = both(workshop, *key, good);
    CHECK(verdicts.theirs);
    CHECK(verdicts.ours);
    CHECK(sign::verify(kBytes, good, sign::kRecordNamespace) == key);

    CHECK_FALSE(sign::verify(kBytes, good, sign::kBagNamespace));
    CHECK_FALSE(sign::verify(kBytes + " ", good, sign::kRecordNamespace));
    CHECK_FALSE(sign::verify("", good, sign::kRecordNamespace));
    const auto elsewhere = by_keygen(file, kBytes, "file");
    CHECK_FALSE(sign::verify(kBytes, elsewhere, sign::kRecordNamespace));
    CHECK(sign::verify(kBytes, elsewhere, "file"));

    const auto blob = sign::dearmor(good);
    REQUIRE(blob);
    CHECK(sign::armor(*blob) == good);
    // Every bit in-process (of the slower kinds every byte); ssh-keygen, which is a process each time, where
    // fields begin or end and at places spread over the rest.
    std::set<std::size_t> sample{0, 5, 9, 10, 13, blob->size() - 1};
    for (std::size_t n = 0; n < 6; ++n) sample.insert(n * blob->size() / 6 + 3 * n);
    const bool slow = name == "rsa" || name == "e384" || name == "e521";
    for (std::size_t i = 0; i < blob->size() * 8; i += slow ? 7 : 1) {
      const auto at = i / 8;
      auto changed = *blob;
      changed[at] = static_cast<char>(changed[at] ^ (1 << (i % 8)));
      const auto armored = sign::armor(changed);
      CAPTURE(i);
      CHECK_FALSE(sign::verify(kBytes, armored, sign::kRecordNamespace));
      // ssh-keygen lets a version 0 pass, which is not signed over; here a flipped bit is a flipped bit.
      if (i == 9 * 8 || sample.erase(at) == 0) continue;
      verdicts = both(workshop, *key, armored);
      CHECK_FALSE(verdicts.theirs);
    }
    for (std::size_t length = 0; length < blob->size(); ++length) {
      CHECK_FALSE(sign::verify(kBytes, sign::armor(blob->substr(0, length)), sign::kRecordNamespace));
    }
    CHECK_FALSE(sign::verify(kBytes, sign::armor(*blob + '\0'), sign::kRecordNamespace));
  }
}

TEST_CASE("ed25519: one signature a key and text, and no key that fits everything") {
  const auto run = sign::make_run_key(counter());
  const auto sshsig = sign::parse_sshsig(*sign::dearmor(run->sign(kBytes, sign::kRecordNamespace)));
  REQUIRE(sshsig);
  const auto data = sign::signed_data(kBytes, sign::kRecordNamespace, sshsig->hash);
  sshkey::WireReader in(sshsig->signature);
  const std::string type(in.string());
  const std::string signature(in.string());
  REQUIRE(signature.size() == 64);
  const auto blob = [&](std::string_view inner) {
    std::string out;
    sshkey::put_string(out, type);
    sshkey::put_string(out, inner);
    return out;
  };
  REQUIRE(sign::verify_blob(run->public_key(), blob(signature), data));

  // S and S + L say the same of the curve; RFC 8032 takes the one below L.
  constexpr std::array<std::uint8_t, 32> kOrder{
      0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
      0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
  std::string other = signature;
  unsigned carry = 0;
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    carry += static_cast<std::uint8_t>(signature[32 + i]) + kOrder.at(i);
    other[32 + i] = static_cast<char>(carry & 0xffU);
    carry >>= 8U;
  }
  REQUIRE(other != signature);
  CHECK_FALSE(sign::verify_blob(run->public_key(), blob(other), data));

  // With the neutral element for a key, its encoding and S = 0 satisfy the equation for every text.
  std::string neutral(32, '\0');
  neutral[0] = '\1';
  std::string key_blob;
  sshkey::put_string(key_blob, "ssh-ed25519");
  sshkey::put_string(key_blob, neutral);
  CHECK_FALSE(sign::verify_blob({"ssh-ed25519", key_blob}, blob(neutral + std::string(32, '\0')), data));
  CHECK_FALSE(sign::verify_blob(run->public_key(), blob(signature.substr(0, 63)), data));
  CHECK_FALSE(sign::verify_blob(run->public_key(), blob(signature + '\0'), data));
}

TEST_CASE("the armor has one form: what we accept ssh-keygen accepts, and any flipped bit is refused") {
  const Workshop workshop;
  const auto file = workshop.make_key("ed", {"ed25519"});
  const auto good = by_keygen(file, kBytes, "jaga-record");
  for (std::size_t i = 0; i < good.size() * 8; ++i) {
    auto changed = good;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    CHECK_FALSE(sign::verify(kBytes, changed, sign::kRecordNamespace));
  }
  for (std::size_t length = 0; length < good.size(); ++length) {
    CHECK_FALSE(sign::verify(kBytes, good.substr(0, length), sign::kRecordNamespace));
  }
  CHECK_FALSE(sign::verify(kBytes, "\n" + good, sign::kRecordNamespace));
  CHECK_FALSE(sign::verify(kBytes, good + "\n", sign::kRecordNamespace));
  CHECK_FALSE(sign::verify(kBytes, good + good, sign::kRecordNamespace));
}

TEST_CASE("a run key's signature is one that ssh-keygen accepts") {
  const Workshop workshop;
  const auto key = sign::make_run_key(counter());
  const auto signature = key->sign(kBytes, sign::kRecordNamespace);
  const auto verdicts = both(workshop, key->public_key(), signature);
  CHECK(verdicts.theirs);
  CHECK(verdicts.ours);
  CHECK(sign::make_run_key(counter())->public_key() == key->public_key());
  CHECK_FALSE(sign::make_run_key(counter(7))->public_key() == key->public_key());
  const auto line = sign::allowed_signers_line("section-head", key->public_key());
  CHECK(workshop.keygen_accepts(line + "\n", "section-head", "jaga-record", kBytes, signature));
  CHECK_FALSE(
      workshop.keygen_accepts(line + "\n", "section-head", "file", kBytes, key->sign(kBytes, "file")));
}

TEST_CASE("public keys: one shape a type, nothing weak") {
  const Workshop workshop;
  workshop.make_key("ed", {"ed25519"});
  workshop.make_key("weak", {"rsa", "-b", "1024"});
  const auto line = workshop.read("ed.pub");
  const auto key = sign::parse_public_key(line);
  REQUIRE(key);
  CHECK(line.starts_with(key->line() + " "));
  CHECK(sign::parse_public_key(key->line()) == key);
  CHECK_FALSE(sign::parse_public_key(workshop.read("weak.pub")));
  CHECK_FALSE(sign::parse_public_key("ssh-rsa " + base64_encode(key->blob)));  // another type than the blob's
  CHECK_FALSE(sign::parse_public_key("ssh-ed25519 " + base64_encode(key->blob + '\0')));
  CHECK_FALSE(sign::parse_public_key("ssh-ed25519"));
  CHECK_FALSE(sign::parse_public_key("from=\"*\" " + key->line()));
  CHECK_FALSE(sign::parse_public_key(key->line() + "\n" + key->line()));
  std::string off_curve;
  sshkey::put_string(off_curve, "ecdsa-sha2-nistp256");
  sshkey::put_string(off_curve, "nistp256");
  sshkey::put_string(off_curve, "\x04" + std::string(64, '\x01'));
  CHECK_FALSE(sign::parse_key_blob(off_curve));
}

TEST_CASE("many signatures on several threads: each verdict is that of verify()") {
  const std::string kinds[] = {"good", "other bytes", "other namespace", "none"};
  const auto key = sign::make_run_key(counter());
  for (const unsigned threads : {0U, 1U, 2U, 9U}) {
    for (const std::size_t count : {0U, 1U, 5U, 6U, 40U}) {
      CAPTURE(threads);
      CAPTURE(count);
      std::vector<std::string> bytes;
      std::vector<std::string> signatures;
      for (std::size_t n = 0; n < count; ++n) {
        const std::string& kind = kinds[n % 4];
        bytes.push_back("record " + std::to_string(n));
        signatures.push_back(kind == "none" ? std::string()
                                            : key->sign(kind == "other bytes" ? "x" : bytes.back(),
                                                        kind == "other namespace" ? "file" : "jaga-record"));
      }
      std::vector<sign::Check> checks;
      for (std::size_t n = 0; n < count; ++n) checks.push_back({bytes[n], signatures[n]});
      sign::verify_each(checks, sign::kRecordNamespace, threads);
      for (std::size_t n = 0; n < count; ++n) {
        CHECK(checks[n].signer.has_value() == (n % 4 == 0));
        if (checks[n].signer) CHECK(*checks[n].signer == key->public_key());
      }
    }
  }
}
