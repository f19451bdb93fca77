// Any flipped bit and any prefix. Many files are changed in one copy at a time, each of which has to be
// named.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "place.hpp"
#include "sign/key.hpp"

using namespace jaga;
using namespace jaga::audit;
using namespace jaga::audit::test;

namespace {

struct Kept {
  std::string file;
  std::string bytes;
  std::string shown;  // what the finding names: of a signature, its record
};

std::vector<Kept> kept(const Copy& copy, const std::vector<std::string>& files, const std::string& suffix) {
  std::vector<Kept> out;
  for (const auto& file : files) out.push_back({file + suffix, copy.read(file + suffix), file});
  return out;
}

std::set<std::string> named(const Report& report) {
  std::set<std::string> out;
  for (const auto& finding : report.findings) out.insert(finding.file);
  return out;
}

// One of every kind of record, a note, and the second installation's seal.
std::vector<std::string> sample(const Copy& copy) {
  std::vector<std::string> out;
  for (const char* part : {"-monitor.", "-approve.", "-repair-start.", "-command-start.", "-command-end.",
                           "-repair-end.", "-verify.", "-accept.", "/notes/", "-host."})
    out.push_back(copy.file(part));
  return out;
}

std::string flipped(std::string bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
  return bytes;
}

}  // namespace

TEST_CASE("bits of records, notes and signatures: each change is named at its file") {
  const Copy copy;
  // What no chain and no seal has to help with: the file by itself.
  for (const std::string suffix : {"", ".sig"}) {
    const auto all = kept(copy, sample(copy), suffix);
    std::size_t most = 0;
    for (const auto& one : all) most = std::max(most, one.bytes.size());
    for (std::size_t bit = 0; bit < most * 8; bit += 29) {
      std::size_t changed = 0;
      for (std::size_t n = 0; n < all.size(); ++n) {
        const auto own = bit + n % 8;
        if (own / 8 >= all[n].bytes.size()) continue;
        copy.write(all[n].file, flipped(all[n].bytes, own));
        ++changed;
      }
      const auto found = named(copy.audit());
      std::size_t seen = 0;
      for (std::size_t n = 0; n < all.size(); ++n) {
        if ((bit + n % 8) / 8 < all[n].bytes.size() && found.contains(all[n].shown)) ++seen;
      }
      CAPTURE(bit);
      CHECK(seen == changed);
    }
    for (const auto& one : all) copy.write(one.file, one.bytes);
  }
  CHECK(copy.audit().sound());
}

TEST_CASE("bit by bit: no file with a flipped bit is a record whose signature holds") {
  const Copy copy;
  std::size_t read = 0;
  for (const std::string part : {"-monitor.", "-analyze.", "-approve.", "seals/two/0001", "-accept."}) {
    const auto file = copy.file(part);
    const auto bytes = copy.read(file);
    const auto signature = copy.read(file + ".sig");
    REQUIRE(sign::verify(bytes, signature, sign::kRecordNamespace));
    // Every bit of one record, every byte of the others.
    for (std::size_t bit = 0; bit < bytes.size() * 8; bit += part == "-accept." ? 1 : 9) {
      const auto changed = flipped(bytes, bit);
      try {
        const auto record = record::parse_record(changed, file);
        ++read;
        if (record.digest == sha256(bytes)) FAIL("the same digest");
      } catch (const Error&) {
        continue;  // no record any more
      }
      if (sign::verify(changed, signature, sign::kRecordNamespace)) FAIL("bit " << bit << " of " << file);
    }
  }
  CHECK(read > 300);
}

TEST_CASE("no prefix of a record or a note is one") {
  const Copy copy;
  for (const auto& file : copy.files(".yaml")) {
    const auto bytes = copy.read(file);
    const bool is_note = file.find("/notes/") != std::string::npos;
    for (std::size_t size = 0; size<bytes.size(); size += bytes.size()> 1500 ? 11 : 1) {
      bool refused = false;
      try {
        if (is_note)
          (void)record::parse_note(bytes.substr(0, size), file);
        else
          (void)record::parse_record(bytes.substr(0, size), file);
      } catch (const Error& error) {
        refused = error.code() == ExitCode::data;
      }
      if (!refused) FAIL(size << " bytes of " << file);
    }
  }
}

TEST_CASE("prefixes of records, notes and signatures are named at their files") {
  const Copy copy;
  for (const std::string suffix : {"", ".sig"}) {
    const auto all = kept(copy, sample(copy), suffix);
    std::size_t most = 0;
    for (const auto& one : all) most = std::max(most, one.bytes.size());
    for (std::size_t size = 0; size < most; size += 13) {
      std::size_t changed = 0;
      for (const auto& one : all) {
        if (size >= one.bytes.size()) {
          copy.write(one.file, one.bytes);
          continue;
        }
        copy.write(one.file, one.bytes.substr(0, size));
        ++changed;
      }
      const auto found = named(copy.audit());
      std::size_t seen = 0;
      for (const auto& one : all) {
        if (size < one.bytes.size() && found.contains(one.shown)) ++seen;
      }
      CAPTURE(size);
      CHECK(seen == changed);
    }
    for (const auto& one : all) copy.write(one.file, one.bytes);
  }
}

// It names each file in which one bit is flipped or whose end is gone.
TEST_CASE("the printed program notices a sample of them one by one" * doctest::test_suite("long")) {
  const Copy copy;
  auto files = sample(copy);
  std::size_t n = 0;
  files.push_back(copy.file("seals/two/0001"));
  files.push_back(copy.file("seals/one/0001"));
  files.push_back(copy.file("-analyze."));
  files.push_back(copy.file("register/0001"));
  files.push_back(copy.file("/evidence/sha256-"));
  for (const auto& file : files) {
    for (const std::string suffix : {"", ".sig"}) {
      if (!suffix.empty() && file.find("/evidence/") != std::string::npos) continue;
      const auto bytes = copy.read(file + suffix);
      const auto bit = (n++ * 7919) % (bytes.size() * 8);
      copy.write(file + suffix, n % 5 == 0 ? bytes.substr(0, bit / 8) : flipped(bytes, bit));
      CAPTURE(file);
      CAPTURE(suffix);
      CAPTURE(bit);
      const auto outcome = copy.script();
      CAPTURE(outcome.out);
      CHECK(outcome.code == 1);
      CHECK(outcome.err.empty());
      CHECK(outcome.out.find(file) != std::string::npos);
      copy.write(file + suffix, bytes);
    }
  }
  CHECK(copy.script().ok());
}
