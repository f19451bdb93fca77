#include "record/record.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "samples.hpp"

using namespace jaga;
using namespace jaga::record;
using namespace jaga::record::test;

namespace {

std::vector<std::string> lines(std::string_view bytes) {
  std::vector<std::string> out;
  for (std::size_t from = 0; from < bytes.size();) {
    const auto end = bytes.find('\n', from);
    out.emplace_back(bytes.substr(from, end - from + 1));
    from = end + 1;
  }
  return out;
}
std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += part;
  return out;
}
std::optional<ExitCode> as_record(std::string_view bytes) {
  return refusal([&] { parse_record(bytes, "f"); });
}

}  // namespace

TEST_CASE("what is written is read back, and its digest is of the bytes") {
  Envelope e = envelope(3, "9dkq4t", {sha256("a")});
  e.occurred = Instant{std::chrono::milliseconds{1'780'000'000'000}};
  e.notes = {std::min(sha256("n"), sha256("m")), std::max(sha256("n"), sha256("m"))};
  const Record made = make_record(e, yaml::Node::map().set("text", "a \"b\"\n").set("n", 5));
  const Record read = parse_record(made.bytes, "f");
  CHECK(read.bytes == made.bytes);
  CHECK(read.digest == sha256(made.bytes));
  CHECK(read.body == made.body);
  CHECK(read.envelope.occurred == e.occurred);
  CHECK(read.envelope.notes == e.notes);
  CHECK(read.envelope.by == e.by);
  CHECK(file_name(read.envelope) == "0003-analyze.9dkq4t.yaml");
  CHECK(make_record(read.envelope, read.body).bytes == made.bytes);
}

TEST_CASE("every field is there, once, in its order, and no other") {
  const Record made = sample(3, "9dkq4t", {sha256("a")});
  const std::vector<std::string> all = lines(made.bytes);
  REQUIRE(all.size() == 15);  // twelve fields, the body's name, its one line, the end mark
  for (std::size_t i = 0; i + 2 < all.size(); ++i) {
    auto without = all;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_MESSAGE(as_record(joined(without)) == ExitCode::data, all[i]);
    auto twice = all;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), all[i]);
    CHECK_MESSAGE(as_record(joined(twice)) == ExitCode::data, all[i]);
  }
  for (std::size_t i = 0; i + 1 < 12; ++i) {
    auto swapped = all;
    std::swap(swapped[i], swapped[i + 1]);
    CHECK_MESSAGE(as_record(joined(swapped)) == ExitCode::data, all[i]);
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto more = all;
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(i), "other: 1\n");
    // Within the body a kind that is not known may have what it likes.
    if (i == 13) continue;
    CHECK_MESSAGE(as_record(joined(more)) == ExitCode::data, i);
  }
}

TEST_CASE("every field has its own form") {
  const std::string good = sample(3, "9dkq4t", {sha256("a")}).bytes;
  REQUIRE_FALSE(as_record(good).has_value());
  const std::string prev = sha256("a").text();
  const std::pair<std::string, std::string> bad[] = {
      {"jaga/record@1", "jaga/record@2"},
      {"jaga/record@1", "jaga/note@1"},
      {kRepo, "0123456789ABCDEF0123456789abcdef"},
      {kRepo, "0123"},
      {"\"incident/2", "\"incidents/2"},
      {"incident/20261124-web01-k7f3q2", "incident/../../etc"},
      {"incident/20261124-web01-k7f3q2", "incident/20261124-web01-k7f3q2/x"},
      {"incident/20261124-web01-k7f3q2", "seal/"},
      {"incident/20261124-web01-k7f3q2", "seal/.."},
      {"incident/20261124-web01-k7f3q2", "register/x"},
      {"seq: 3", "seq: 0"},
      {"seq: 3", "seq: -3"},
      {"seq: 3", "seq: \"3\""},
      {"seq: 3", "seq: 1000000000"},
      {"9dkq4t0", "9DKQ4T0"},
      {"9dkq4t0", "9ikq4t0"},  // Crockford's digits have no i, l, o and u
      {"9dkq4t0", "9dkq4t"},
      {"9dkq4t0", "9dkq4t00"},
      {"9dkq4t0", "../q4t0"},
      {"[\"" + prev + "\"]", "[]"},
      {"[\"" + prev + "\"]", "\"" + prev + "\""},
      {"[\"" + prev + "\"]", "[\"" + prev + "\", \"" + prev + "\"]"},
      {prev, replaced(prev, "sha256:", "sha512:")},
      {prev, prev.substr(0, prev.size() - 1)},
      {"notes: []", "notes: [\"x\"]"},
      {"notes: []", "notes: [\"" + prev + "\", \"" + prev + "\"]"},
      {"kind: \"analyze\"", "kind: \"Analyze\""},
      {"kind: \"analyze\"", "kind: \"a/b\""},
      {"kind: \"analyze\"", "kind: \"..\""},
      {"kind: \"analyze\"", "kind: \"\""},
      {"123Z", "123+00:00"},
      {"123Z", "1234Z"},
      {".123Z", "Z"},
      {"T", " "},
      {"\"section-head\"", "\"Section Head\""},
      {"\"section-head\"", "\"\""},
      {", role: \"section_head\"", ""},
      {"role: \"section_head\"", "role: \"section_head\", more: 1"},
      {"{person", "{role: \"x\", person"},
      {"SHA256:", "MD5:"},
      {"body:\n  text: \"x\"\n", "body: []\n"},
      {"body:\n  text: \"x\"\n", "body: \"x\"\n"},
  };
  for (const auto& change : bad) {
    const std::string bytes = replaced(good, change.first, change.second);
    REQUIRE_MESSAGE(bytes != good, change.first);
    CHECK_MESSAGE(as_record(bytes) == ExitCode::data, change.first, change.second);
  }
}

TEST_CASE("prev of a merge is in order") {
  const Digest a = std::min(sha256("a"), sha256("b"));
  const Digest b = std::max(sha256("a"), sha256("b"));
  CHECK_FALSE(as_record(sample(3, "9d", {a, b}).bytes).has_value());
  CHECK(refusal([&] { sample(3, "9d", {b, a}); }) == ExitCode::data);
}

TEST_CASE("a note is a record without a place in the chain") {
  Note note;
  note.repo = kRepo;
  note.chain = kChain;
  note.id = id_of("9dkq4t");
  note.register_head = sha256("register");
  note.kind = "note";
  note.at = Instant{std::chrono::milliseconds{1'790'000'000'123}};
  note.by = {"staff", "staff"};
  note.key = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
  note.cites = {sha256("a")};
  note.body = yaml::Node::map().set("text", "x");
  const Note made = make_note(note);
  CHECK(parse_note(made.bytes, "f").cites == note.cites);
  CHECK(parse_note(made.bytes, "f").digest == sha256(made.bytes));
  CHECK(made.bytes.find("seq:") == std::string::npos);
  CHECK(as_record(made.bytes) == ExitCode::data);
  const std::string bytes = sample(3, "9dkq4t", {sha256("a")}).bytes;
  CHECK(refusal([&] { parse_note(bytes, "f"); }) == ExitCode::data);
  CHECK(refusal([&] { parse_note(replaced(made.bytes, "cites", "sites"), "f"); }) == ExitCode::data);
}

TEST_CASE("the root of a chain is bound to the directory and the chain") {
  CHECK(chain_root(kRepo, kChain) ==
        sha256("jaga/record@1\n0123456789abcdef0123456789abcdef\nincident/20261124-web01-k7f3q2\n"));
  CHECK(chain_root(kRepo, kChain) != chain_root("ffffffffffffffffffffffffffffffff", kChain));
  CHECK(chain_root(kRepo, kChain) != chain_root(kRepo, ChainName::registry()));
}

TEST_CASE("names of chains and of files, both ways") {
  for (const ChainName& name : {ChainName::registry(), kChain, ChainName::seal("x2v9aq"), ChainName::papers("x2v9aq")})
    CHECK(parse_chain_name(name.text()) == name);
  CHECK(ChainName::registry().directory() == "register");
  CHECK(kChain.directory() == "incidents/2026-11/20261124-web01-k7f3q2");
  CHECK(ChainName::seal("x2v9aq").directory() == "seals/x2v9aq");
  CHECK(ChainName::papers("x2v9aq").directory() == "papers/x2v9aq");
  CHECK_FALSE(parse_chain_name("papers/"));
  CHECK_FALSE(parse_chain_name("papers/../x"));
  const auto name = parse_file_name("0003-repair-start.9dkq4t.yaml");
  REQUIRE(name.has_value());
  CHECK(name->seq == 3);
  CHECK(name->kind == "repair-start");
  CHECK(name->short_id == "9dkq4t");
  CHECK(parse_file_name("12345-note.9dkq4t.yaml")->seq == 12345);
  for (const char* bad : {"0003-approve.9dkq4t.yaml.sig", "3-approve.9dkq4t.yaml",
                          "00003-approve.9dkq4t.yaml", "0000-approve.9dkq4t.yaml", "0003-.9dkq4t.yaml",
                          "0003-approve.9dkq4.yaml", "0003-approve.9dkq4tt.yaml", "0003-approve.9DKQ4T.yaml",
                          "0003-approve.9dkqul.yaml", "0003_approve.9dkq4t.yaml", "0003-Approve.9dkq4t.yaml",
                          "+003-approve.9dkq4t.yaml", "0003-approve.9dkq4t.yml", ".0003-approve.9dkq4t.yaml",
                          "0003-approve9dkq4t.yaml", "99999999999-a.9dkq4t.yaml", ""})
    CHECK_MESSAGE(!parse_file_name(bad).has_value(), bad);
}
