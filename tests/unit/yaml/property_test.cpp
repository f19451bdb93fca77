#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "outcome.hpp"
#include "yaml/write.hpp"

using namespace jaga;
using namespace jaga::yaml;
using namespace jaga::yaml::test;

namespace {

class Maker {
 public:
  explicit Maker(unsigned seed) : engine_(seed) {}

  Node map(int depth) {
    Node node = Node::map();
    for (int count = below(5), n = 0; n < count; ++n) {
      static constexpr const char* kNames[] = {"a", "by", "long_key", "k.0", "x-y", "0"};
      const std::string key = kNames[static_cast<std::size_t>(below(6))];
      if (node.find(key) == nullptr) node.set(key, any(depth + 1));
    }
    return node;
  }
  int below(int most) { return std::uniform_int_distribution<int>(0, most - 1)(engine_); }

 private:
  Node any(int depth) {
    switch (depth > 5 ? below(3) : below(6)) {
      case 0:
        return Node::text(text());
      case 1:
        return Node::integer(static_cast<std::int64_t>(engine_() << 32U | engine_()) >> below(60));
      case 2:
        return Node::boolean(below(2) == 0);
      case 3:
        return map(depth);
      default: {
        Node list = Node::list();
        for (int count = below(4), n = 0; n < count; ++n) list.add(any(depth + 1));
        return list;
      }
    }
  }
  std::string text() {
    static constexpr const char* kPieces[] = {
        "a", "\"", "\\", "\n", "\t", " ", "#", ": ", "- ",  "...", "\xc3\xa9", "\xf0\x9f\x94\xa7",
        "'", "{",  "]",  ",",  "&",  "*", "!", "%",  "\\n", "0"};
    std::string out;
    for (int count = below(12), n = 0; n < count; ++n)
      out += kPieces[static_cast<std::size_t>(below(static_cast<int>(std::size(kPieces))))];
    return out;
  }
  std::mt19937_64 engine_;
};

}  // namespace

TEST_CASE("what is written is read back, by both readers, and written the same") {
  Maker maker(1);
  for (int round = 0; round < 1000; ++round) {
    const Node node = maker.map(0);
    const std::string bytes = write_canonical(node);
    const auto refused = as_record(bytes);
    REQUIRE_MESSAGE(!refused, bytes, refused ? refused->what : "");
    REQUIRE(read_canonical(bytes, "f") == node);
    REQUIRE(write_canonical(read_canonical(bytes, "f")) == bytes);
    REQUIRE_MESSAGE(read_hand_edited(bytes, "f") == node, bytes);
  }
}

TEST_CASE("what is accepted is what would be written") {
  Maker maker(2);
  constexpr std::string_view kOdd = " \n\"'\\,:[]{}#-.0ab1tfe";
  std::size_t accepted = 0;
  for (int round = 0; round < 6000; ++round) {
    std::string bytes(kRecord);
    for (int changes = 1 + maker.below(3), n = 0; n < changes; ++n) {
      const auto at = static_cast<std::size_t>(maker.below(static_cast<int>(bytes.size())));
      switch (maker.below(3)) {
        case 0:
          bytes.erase(at, static_cast<std::size_t>(1 + maker.below(20)));
          break;
        case 1:
          bytes[at] = kOdd[static_cast<std::size_t>(maker.below(static_cast<int>(kOdd.size())))];
          break;
        default:
          bytes.insert(at, bytes.substr(static_cast<std::size_t>(maker.below(static_cast<int>(bytes.size()))),
                                        static_cast<std::size_t>(maker.below(30))));
      }
    }
    if (as_record(bytes)) continue;
    ++accepted;
    REQUIRE(write_canonical(read_canonical(bytes, "f")) == bytes);
  }
  CHECK(accepted > 0);
}
