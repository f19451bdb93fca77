// Sizes and depths: what is too large is refused before it costs anything.
#include <doctest/doctest.h>
#include <sys/resource.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "outcome.hpp"
#include "yaml/write.hpp"

using namespace jaga;
using namespace jaga::yaml;
using namespace jaga::yaml::test;

namespace {

std::string repeated(std::string_view text, std::size_t count) {
  std::string out;
  out.reserve(text.size() * count);
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

// Processor time of this thread: the machine may be busy with other things.
std::chrono::milliseconds used() {
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  return std::chrono::milliseconds{usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000 +
                                   usage.ru_stime.tv_sec * 1000 + usage.ru_stime.tv_usec / 1000};
}

long peak_kib() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

TEST_CASE("depth: 32 levels and no more") {
  const auto record = [](std::size_t lists) {
    return "a: " + repeated("[", lists) + repeated("]", lists) + "\n...\n";
  };
  CHECK_FALSE(as_record(record(31)).has_value());
  REQUIRE(as_record(record(32)).has_value());
  CHECK(as_record(record(32))->what.starts_with("f:1:3"));
  CHECK_FALSE(by_hand(record(31)).has_value());
  CHECK(by_hand(record(32)).has_value());
  std::string blocks;
  for (std::size_t level = 0; level < 33; ++level) blocks += std::string(level * 2, ' ') + "a:\n";
  CHECK(as_record(blocks + std::string(66, ' ') + "a: 1\n...\n").has_value());
  CHECK(by_hand(blocks + std::string(66, ' ') + "a: 1\n").has_value());
  CHECK(by_hand(repeated("- ", 33) + "a\n").has_value());
  Node deep = Node::plain("1");
  for (int level = 0; level < 31; ++level) deep = Node::list({deep});
  Node top = Node::map();
  top.set("a", deep);
  CHECK_FALSE(refusal([&] { write_canonical(top); }).has_value());
  Node deeper = Node::map();
  deeper.set("a", Node::list({deep}));
  CHECK(refusal([&] { write_canonical(deeper); }).has_value());
}

TEST_CASE("a field of 1 MiB, a document of 4 MiB") {
  const std::string field(kMostScalar, 'x');
  CHECK_FALSE(as_record("a: \"" + field + "\"\n...\n").has_value());
  CHECK(as_record("a: \"" + field + "x\"\n...\n").has_value());
  CHECK_FALSE(by_hand("a: " + field + "\n").has_value());
  CHECK(by_hand("a: " + field + "x\n").has_value());
  const std::string most = "a: \"" + field + "\"\nb: \"" + field + "\"\nc: \"" + field + "\"\n";
  const std::size_t rest = kMostBytes - most.size() - std::string_view("d: \"\"\n...\n").size();
  CHECK_FALSE(as_record(most + "d: \"" + std::string(rest, 'x') + "\"\n...\n").has_value());
  const auto refused = as_record(most + "d: \"" + std::string(rest + 1, 'x') + "\"\n...\n");
  REQUIRE(refused.has_value());
  CHECK(refused->code == ExitCode::data);
  CHECK(by_hand("# " + std::string(kMostBytes, 'x')).has_value());
}

// Megabytes of each of these: YAML libraries have taken a gigabyte for such, or minutes.
TEST_CASE("a hostile file of the largest size costs little time and memory") {
  const std::vector<std::pair<const char*, std::string>> shapes = {{"[", "["},
                                                                   {"{", "{"},
                                                                   {"[[", "[["},
                                                                   {"{a: ", "{a: "},
                                                                   {"]", "]"},
                                                                   {"- ", "- "},
                                                                   {"? ", "? "},
                                                                   {"a: ", "a: "},
                                                                   {"[a, ", "a,"},
                                                                   {"[], ", "[],"},
                                                                   {"quotes", "'"},
                                                                   {"pairs of quotes", "''"},
                                                                   {"escapes", "\"\\"},
                                                                   {"&", "&"},
                                                                   {"*a ", "*a "},
                                                                   {"!", "!"},
                                                                   {"%", "%\n"},
                                                                   {"# ", "# "},
                                                                   {"empty lines", "\n"},
                                                                   {"spaces", " "},
                                                                   {"TABs", "\t"},
                                                                   {"|", "|\n"},
                                                                   {"---", "---\n"},
                                                                   {"...", "...\n"},
                                                                   {"list", "- a\n"},
                                                                   {"-", "-\n"},
                                                                   {":", ":"},
                                                                   {": ", ": "},
                                                                   {",", ","}};
  for (const auto& shape : shapes) {
    const std::string name = shape.first;
    const std::string piece = shape.second;
    for (const char* begin : {"", "a: [", "a: |\n "}) {
      // The worst of them at the full size; a quarter shows of the others whether they grow out of order.
      const bool worst = piece == "[" || piece == "{" || piece == "a,";
      const std::size_t size = worst ? kMostBytes : kMostBytes / 4;
      std::string bytes = begin + repeated(piece, size / piece.size());
      bytes.resize(size);
      const long before = peak_kib();
      const auto start = used();
      static_cast<void>(by_hand(bytes));
      const auto took = used() - start;
      CHECK_MESSAGE(took < std::chrono::seconds{10}, begin, name, " took ms ", took.count());
      const auto restart = used();
      CHECK(as_record(bytes).has_value());
      CHECK_MESSAGE(used() - restart < std::chrono::seconds{5}, begin, name);
      CHECK_MESSAGE(peak_kib() - before < 600L * 1024, begin, name, " grew KiB ", peak_kib() - before);
    }
  }
}

TEST_CASE("many keys are compared in no more than their order") {
  std::string bytes;
  for (int i = 0; bytes.size() < kMostBytes - 32; ++i) bytes += "k" + std::to_string(i) + ": 1\n";
  const auto start = used();
  CHECK_FALSE(by_hand(bytes).has_value());
  CHECK_FALSE(as_record(bytes + "...\n").has_value());
  CHECK(used() - start < std::chrono::seconds{30});
}
