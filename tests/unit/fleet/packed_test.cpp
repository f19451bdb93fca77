#include "fleet/packed.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace jaga;

TEST_CASE("packed text comes back as it was") {
  for (const std::string& text : {std::string(), std::string("x"), std::string(100'000, 'a') + "end"}) {
    const std::string packed = fleet::pack(text);
    CHECK(fleet::unpack(packed, text.size()) == text);
  }
  CHECK(fleet::pack(std::string(100'000, 'a')).size() < 1'000);
}

TEST_CASE("a stream that unpacks to more than the limit is refused") {
  const std::string packed = fleet::pack(std::string(100'000'000, 'a'));
  CHECK(packed.size() < 200'000);
  CHECK_FALSE(fleet::unpack(packed, 99'999'999));
  CHECK_FALSE(fleet::unpack(packed, 1'000));
  CHECK_FALSE(fleet::unpack(packed, 0));
  CHECK(fleet::unpack(packed, 100'000'000)->size() == 100'000'000);
}

TEST_CASE("a stream that is cut, altered or followed by something is refused") {
  const std::string packed = fleet::pack("what the workers of a site measured");
  for (std::size_t size = 0; size < packed.size(); ++size)
    CHECK_FALSE(fleet::unpack(packed.substr(0, size), 1'000));
  CHECK_FALSE(fleet::unpack(packed + "x", 1'000));
  CHECK_FALSE(fleet::unpack(packed + packed, 1'000));
  std::string altered = packed;
  altered.back() = static_cast<char>(altered.back() ^ 1);  // of its checksum
  CHECK_FALSE(fleet::unpack(altered, 1'000));
  CHECK_FALSE(fleet::unpack("not compressed at all", 1'000));
}
