#include "record/chain.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "samples.hpp"

using namespace jaga;
using namespace jaga::record;
using namespace jaga::record::test;

namespace {

struct Line {
  Record one = first();
  Record two = sample(2, "b2", {one.digest});
  Record three = sample(3, "c3", {two.digest});
  std::vector<File> files() const { return {file_of(one), file_of(two), file_of(three)}; }
};

std::vector<Digest> sorted(std::vector<Digest> digests) {
  std::sort(digests.begin(), digests.end());
  return digests;
}
bool breaks_at(const Chain& chain, const std::string& file, std::string_view what) {
  return std::any_of(chain.breaks.begin(), chain.breaks.end(), [&](const Break& one) {
    return one.file == file && one.what.render(Language::english).find(what) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("a line of records, found in any order") {
  const Line line;
  std::vector<File> files = line.files();
  std::reverse(files.begin(), files.end());
  const Chain chain = assemble(kChain, kRepo, files);
  CHECK(chain.sound());
  REQUIRE(chain.records.size() == 3);
  for (std::size_t i = 0; i < 3; ++i) CHECK(chain.records[i].envelope.seq == i + 1);
  REQUIRE(chain.head() != nullptr);
  CHECK(chain.head()->digest == line.three.digest);
  CHECK(chain.find(line.two.digest)->envelope.id == line.two.envelope.id);
  CHECK(chain.find(sha256("x")) == nullptr);
}

TEST_CASE("no files: no records, no heads, nothing broken") {
  const Chain chain = assemble(kChain, kRepo, {});
  CHECK(chain.records.empty());
  CHECK(chain.heads.empty());
  CHECK(chain.breaks.empty());
  CHECK(chain.head() == nullptr);
}

TEST_CASE("a fork is not a break, and a merge closes it") {
  const Line line;
  const Record other = sample(2, "d4", {line.one.digest});
  std::vector<File> files = line.files();
  files.push_back(file_of(other));
  const Chain forked = assemble(kChain, kRepo, files);
  CHECK(forked.breaks.empty());
  CHECK(forked.forked());
  CHECK_FALSE(forked.sound());
  CHECK(forked.head() == nullptr);
  CHECK(sorted(forked.heads) == sorted({line.three.digest, other.digest}));

  const Record merge = sample(4, "e5", sorted({line.three.digest, other.digest}));
  files.push_back(file_of(merge));
  const Chain merged = assemble(kChain, kRepo, files);
  CHECK(merged.sound());
  CHECK(merged.head()->digest == merge.digest);

  files.back() = file_of(sample(3, "e5", sorted({line.three.digest, other.digest})));
  const Chain wrong = assemble(kChain, kRepo, files);
  CHECK(breaks_at(wrong, files.back().name, "number"));

  // Two beginnings are a fork too, of the whole chain.
  const Chain beginnings = assemble(kChain, kRepo, {file_of(first("a1")), file_of(first("b1"))});
  CHECK(beginnings.forked());
}

TEST_CASE("a fork of three, merged at once and one after the other") {
  const Record one = first();
  const Record b = sample(2, "b", {one.digest});
  const Record c = sample(2, "c", {one.digest});
  const Record d = sample(2, "d", {one.digest});
  const std::vector<File> files = {file_of(one), file_of(b), file_of(c), file_of(d)};
  CHECK(assemble(kChain, kRepo, files).heads.size() == 3);
  auto at_once = files;
  at_once.push_back(file_of(sample(3, "e", sorted({b.digest, c.digest, d.digest}))));
  CHECK(assemble(kChain, kRepo, at_once).sound());
  auto in_turn = files;
  const Record half = sample(3, "e", sorted({b.digest, c.digest}));
  in_turn.push_back(file_of(half));
  CHECK(assemble(kChain, kRepo, in_turn).forked());
  in_turn.push_back(file_of(sample(4, "f", sorted({half.digest, d.digest}))));
  CHECK(assemble(kChain, kRepo, in_turn).sound());
}

TEST_CASE("tampering breaks the chain, and the first break is named first") {
  const Line line;
  const auto with = [&](std::size_t at, const File& file) {
    std::vector<File> files = line.files();
    files[at] = file;
    return assemble(kChain, kRepo, files);
  };
  const auto file = [](const Record& one) { return file_name(one.envelope); };

  SUBCASE("edited in the middle: well formed, but not what the next one names") {
    const Chain chain = with(1, {file(line.two), replaced(line.two.bytes, "text: \"x\"", "text: \"y\"")});
    CHECK(breaks_at(chain, file(line.three), "missing or was changed"));
  }
  SUBCASE("edited so that it is not a record") {
    const Chain chain = with(1, {file(line.two), replaced(line.two.bytes, "text: \"x\"", "text: x")});
    REQUIRE(chain.breaks.size() == 2);
    CHECK(chain.breaks[0].file == file(line.two));
    CHECK(chain.breaks[1].file == file(line.three));
  }
  SUBCASE("empty, as after a power cut without fsync") {
    CHECK(with(1, {file(line.two), ""}).breaks[0].file == file(line.two));
  }
  SUBCASE("the middle is gone") {
    const Chain chain = assemble(kChain, kRepo, {file_of(line.one), file_of(line.three)});
    CHECK(breaks_at(chain, file(line.three), "missing"));
  }
  SUBCASE("the beginning is gone") {
    const Chain chain = assemble(kChain, kRepo, {file_of(line.two), file_of(line.three)});
    CHECK(breaks_at(chain, file(line.two), "missing"));
  }
  SUBCASE("renamed to another place") {
    CHECK(breaks_at(with(2, {"0004-analyze.c30000.yaml", line.three.bytes}), "0004-analyze.c30000.yaml",
                    "file name"));
  }
  SUBCASE("the same record twice, under two names") {
    std::vector<File> files = line.files();
    files.push_back({"0003-analyze.zzzzzz.yaml", line.three.bytes});
    const Chain chain = assemble(kChain, kRepo, files);
    CHECK_FALSE(chain.breaks.empty());
    CHECK(breaks_at(chain, "0003-analyze.zzzzzz.yaml", "file name"));
  }
  SUBCASE("the id of another record") {
    CHECK(breaks_at(with(2, file_of(sample(3, "b2", {line.two.digest}))), "0003-analyze.b20000.yaml", "id"));
  }
  SUBCASE("a number that does not follow") {
    CHECK(breaks_at(with(2, file_of(sample(4, "c3", {line.two.digest}))), "0004-analyze.c30000.yaml",
                    "number"));
    CHECK(breaks_at(with(2, file_of(sample(2, "c3", {line.two.digest}))), "0002-analyze.c30000.yaml", ""));
  }
  SUBCASE("a first record that hangs on nothing") {
    CHECK(breaks_at(with(0, file_of(sample(1, "a1", {sha256("x")}))), "0001-analyze.a10000.yaml",
                    "does not belong to this directory and chain"));
  }
  SUBCASE("a record that names itself after the next one") {
    const Chain chain = with(1, file_of(sample(2, "b2", sorted({line.one.digest, line.three.digest}))));
    CHECK(breaks_at(chain, "0002-analyze.b20000.yaml", "missing"));
  }
}

TEST_CASE("a record of another directory or chain") {
  const Line line;
  const auto third = [&](auto change) {
    Envelope e = envelope(3, "c3", {line.two.digest});
    change(e);
    const Record other = make_record(e, yaml::Node::map());
    return assemble(kChain, kRepo, {file_of(line.one), file_of(line.two), file_of(other)});
  };
  CHECK(third([](Envelope&) {}).sound());
  CHECK(breaks_at(third([](Envelope& e) { e.repo = "ffffffffffffffffffffffffffffffff"; }),
                  "0003-analyze.c30000.yaml", "another working directory"));
  CHECK(breaks_at(third([](Envelope& e) { e.chain = ChainName::incident("20261124-web02-k7f3q2"); }),
                  "0003-analyze.c30000.yaml", "another chain"));
  // The whole chain, copied under another id.
  CHECK_FALSE(assemble(ChainName::incident("20261124-web02-k7f3q2"), kRepo, line.files()).breaks.empty());
  CHECK_FALSE(assemble(kChain, "ffffffffffffffffffffffffffffffff", line.files()).breaks.empty());
}

TEST_CASE("times that lie ahead or go back are worth a remark, and order does not come from them") {
  const Instant start = first().envelope.at;
  const auto chain = [&](std::vector<std::chrono::minutes> offsets) {
    std::vector<File> files;
    Digest before = chain_root(kRepo, kChain);
    for (std::size_t n = 0; n < offsets.size(); ++n) {
      Envelope one = envelope(static_cast<std::uint32_t>(n + 1), "a" + std::to_string(n + 1), {before});
      one.at = start + offsets[n];
      const Record record = make_record(one, yaml::Node::map().set("text", "x"));
      before = record.digest;
      files.push_back(file_of(record));
    }
    return assemble(kChain, kRepo, files);
  };
  const auto remarks = [&](std::vector<std::chrono::minutes> offsets, std::chrono::minutes now) {
    const Chain made = chain(std::move(offsets));
    CHECK(made.breaks.empty());
    std::vector<std::string> out;
    for (const Message& one : clock_remarks(made, start + now)) out.push_back(one.render(Language::english));
    return out;
  };
  using std::chrono::minutes;
  CHECK(remarks({minutes{0}, minutes{1}, minutes{2}}, minutes{2}).empty());
  CHECK(remarks({minutes{0}, minutes{10}}, minutes{0}).empty());
  CHECK(remarks({minutes{10}, minutes{0}}, minutes{20}).empty());
  auto said = remarks({minutes{0}, minutes{11}, minutes{12}}, minutes{0});
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("its record 2, ") != std::string::npos);
  CHECK(said[0].ends_with("is in the future"));
  said = remarks({minutes{0}, minutes{30}, minutes{19}, minutes{0}}, minutes{60});
  REQUIRE(said.size() == 1);
  CHECK(said[0].find("its record 3, ") != std::string::npos);
  CHECK(said[0].find("before that of record 2, ") != std::string::npos);
  CHECK(remarks({minutes{600}, minutes{0}}, minutes{0}).size() == 2);
  CHECK(remarks({}, minutes{0}).empty());
}
