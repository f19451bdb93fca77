#include "store/memory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "base/error.hpp"
#include "scratch.hpp"

namespace {

using namespace jaga;
using namespace jaga::store;
using jaga::store::test::Scratch;

const record::ChainName kIncident = record::ChainName::incident("20261124-web01-k7f3q2");

RememberedHead head(std::uint32_t seq, record::ChainName chain = kIncident) {
  return {std::move(chain), seq, sha256(std::to_string(seq)), "k7f3q" + std::to_string(seq % 10), seq % 3};
}

// As a command does whose chain has all records up to `last`.
void see(const Memory& memory, std::uint32_t last, std::map<std::string, SealMark> seals = {}) {
  memory.remember(
      kIncident, {head(last)}, [&](const RememberedHead& one) { return one.seq <= last; }, seals);
}

std::string file_in(const Scratch& scratch) {
  return scratch / "heads/incident.20261124-web01-k7f3q2.head";
}

}  // namespace

TEST_CASE("a chain is remembered by its newest head, one file each") {
  const Scratch scratch;
  const Memory memory(Folder(scratch.path()), {});
  CHECK(memory.of(kIncident).heads.empty());
  CHECK_FALSE(memory.of(kIncident).damaged);
  CHECK(memory.chains().empty());
  see(memory, 3);
  CHECK(memory.of(kIncident).heads == std::vector{head(3)});
  see(memory, 4, {{"one", {7, "aaaaaa"}}});
  CHECK(memory.of(kIncident).heads == std::vector{head(4)});
  CHECK(memory.of(kIncident).seals == std::map<std::string, SealMark>{{"one", {7, "aaaaaa"}}});
  see(memory, 5, {{"one", {6, "bbbbbb"}}, {"two", {1, "cccccc"}}});
  CHECK(memory.of(kIncident).seals ==
        std::map<std::string, SealMark>{{"one", {7, "aaaaaa"}}, {"two", {1, "cccccc"}}});
  for (const auto& chain : {record::ChainName::registry(), record::ChainName::seal("x.y-2")}) {
    memory.remember(chain, {head(1, chain), head(2, chain)}, [](const RememberedHead&) { return true; });
    CHECK(memory.of(chain).heads.size() == 2);
  }
  CHECK(memory.chains().size() == 3);
  CHECK(memory.all().size() == 3);
  CHECK(std::distance(std::filesystem::directory_iterator(scratch / "heads"), {}) == 3);
}

TEST_CASE("what another command of the account saw is not forgotten") {
  const Scratch scratch;
  const Memory memory(Folder(scratch.path()), {});
  see(memory, 5);
  see(memory, 4);  // it had read the chain before record 5 was written
  CHECK(memory.of(kIncident).heads == std::vector{head(5)});
  std::vector<std::thread> threads;
  for (std::uint32_t n = 6; n <= 30; ++n)
    threads.emplace_back([&, n] { see(Memory(Folder(scratch.path()), {}), n); });
  for (auto& thread : threads) thread.join();
  CHECK(memory.of(kIncident).heads == std::vector{head(30)});
  CHECK(std::distance(std::filesystem::directory_iterator(scratch / "heads"), {}) == 1);
}

TEST_CASE("a file that is empty or torn at any place says nothing, and is replaced") {
  const Scratch scratch;
  const Memory memory(Folder(scratch.path()), {});
  see(memory, 4, {{"one", {7, "aaaaaa"}}});
  std::string whole;
  std::getline(std::ifstream(file_in(scratch)), whole, '\0');
  REQUIRE(parse_remembered(whole, kIncident));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_remembered(whole.substr(0, size), kIncident));
  }
  CHECK_FALSE(parse_remembered(whole + whole, kIncident));
  CHECK_FALSE(parse_remembered(whole, record::ChainName::registry()));
  CHECK_FALSE(parse_remembered(std::string(whole.size(), '\0'), kIncident));
  std::ofstream(file_in(scratch), std::ios::trunc).flush();
  CHECK(memory.of(kIncident).damaged);
  CHECK(memory.of(kIncident).heads.empty());
  see(memory, 2);
  CHECK(memory.of(kIncident).heads == std::vector{head(2)});
  std::filesystem::remove(file_in(scratch));
  std::filesystem::create_directory(file_in(scratch));
  CHECK(memory.of(kIncident).damaged);
}

TEST_CASE("the one file of an earlier version is taken over, once") {
  const Scratch scratch;
  const auto old = [&](std::uint32_t seq) {
    std::ofstream(scratch / "heads.yaml")
        << "format: \"jaga/heads@1\"\nheads:\n  - {chain: \"" << kIncident.text() << "\", seq: " << seq
        << ", head: \"" << head(seq).head.text() << "\"}\n  - {chain: \"register\", seq: 1, head: \""
        << sha256("r").text() << "\"}\n...\n";
  };
  old(4);
  const Memory memory(Folder(scratch.path()), {});
  CHECK_FALSE(memory.damaged());
  CHECK_FALSE(std::filesystem::exists(scratch / "heads.yaml"));
  REQUIRE(memory.of(kIncident).heads.size() == 1);
  CHECK(memory.of(kIncident).heads[0].seq == 4);
  CHECK(memory.of(kIncident).heads[0].head == head(4).head);
  CHECK(memory.of(record::ChainName::registry()).heads.size() == 1);
  // Of what has no name only the number is compared by file names.
  CHECK(memory.of(kIncident).missing_from({{4, "approve", "zzzzzz"}}).empty());
  CHECK(memory.of(kIncident).missing_from({{3, "approve", "zzzzzz"}}).size() == 1);
  see(memory, 6);
  // The earlier version was at work once more.
  old(5);
  CHECK(Memory(Folder(scratch.path()), {}).of(kIncident).heads.size() == 2);
  std::ofstream(scratch / "heads.yaml") << "format";
  CHECK(Memory(Folder(scratch.path()), {}).damaged());
  CHECK(std::filesystem::exists(scratch / "heads.yaml"));
}

TEST_CASE("what is missing, by digest and by file names") {
  Remembered remembered;
  remembered.chain = kIncident;
  remembered.heads = {head(4)};
  const record::FileName there{4, "reject", "k7f3q4"};
  CHECK(remembered.missing_from({{3, "approve", "k7f3q3"}, there}).empty());
  CHECK(remembered.missing_from({{3, "approve", "k7f3q3"}}).size() == 1);
  CHECK(remembered.missing_from({{4, "reject", "aaaaaa"}}).size() == 1);
  CHECK(remembered.missing_from({{5, "reject", "k7f3q4"}}).size() == 1);
  record::Chain chain;
  CHECK(remembered.missing_from(chain).size() == 1);
  chain.records.resize(1);
  chain.records[0].digest = head(4).head;
  CHECK(remembered.missing_from(chain).empty());
}

TEST_CASE("a glance by file names tells as much as reading it whole, and what it cannot tell is for that") {
  const Scratch scratch;
  const Scratch before;
  const Memory memory(Folder(scratch.path()), {});
  const std::vector<record::FileName> files = {{3, "approve", "k7f3q3"}, {4, "reject", "k7f3q4"}};
  CHECK(memory.glance().holds(kIncident, files));
  see(memory, 4, {{"one", {7, "aaaaaa"}}});
  CHECK(memory.glance().holds(kIncident, files));
  CHECK_FALSE(memory.glance().holds(kIncident, {{3, "approve", "k7f3q3"}}));
  CHECK_FALSE(memory.glance().holds(kIncident, {{4, "reject", "aaaaaa"}}));
  CHECK_FALSE(memory.glance().holds(kIncident, {{5, "reject", "k7f3q4"}}));
  CHECK_FALSE(memory.glance().holds(kIncident, {}));
  // Of another chain nothing is known.
  CHECK(memory.glance().holds(record::ChainName::registry(), {}));
  // What an installation at the same path saw before counts too.
  see(Memory(Folder(before.path()), {}), 5);
  std::vector<Folder> earlier;
  earlier.emplace_back(before.path());
  const Memory both(Folder(scratch.path()), std::move(earlier));
  CHECK_FALSE(both.glance().holds(kIncident, files));
  CHECK(both.glance().holds(kIncident, {{4, "reject", "k7f3q4"}, {5, "verify", "k7f3q5"}}));
  std::string whole;
  std::getline(std::ifstream(file_in(scratch)), whole, '\0');
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    std::ofstream(file_in(scratch), std::ios::trunc) << whole.substr(0, size);
    CHECK_FALSE(memory.glance().holds(kIncident, files));
  }
  std::filesystem::remove(file_in(scratch));
  std::filesystem::create_directory(file_in(scratch));
  CHECK_FALSE(memory.glance().holds(kIncident, files));
}

TEST_CASE("a seal that an earlier version noted by number alone is looked at again") {
  const std::string text = "jaga/head@1 " + kIncident.text() + "\n4 k7f3q4 " + head(4).head.text() +
                           " 1\nseal one 7\nseal two 8 aaaaaa\nend\n";
  const auto remembered = parse_remembered(text, kIncident);
  REQUIRE(remembered);
  CHECK(remembered->heads == std::vector{head(4)});
  CHECK(remembered->seals == std::map<std::string, SealMark>{{"two", {8, "aaaaaa"}}});
}
