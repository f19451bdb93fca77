#include "base/digest.hpp"

#include <doctest/doctest.h>

TEST_CASE("sha256 gives the digests of FIPS 180-4's examples") {
  CHECK(jaga::sha256("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(jaga::sha256("").hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  jaga::Sha256 pieces;
  pieces.update("a");
  pieces.update("bc");
  CHECK(pieces.finish() == jaga::sha256("abc"));
}

TEST_CASE("a digest's text is read back, and nothing else is") {
  const jaga::Digest digest = jaga::sha256("abc");
  CHECK(jaga::parse_digest(digest.text()) == digest);
  CHECK_FALSE(jaga::parse_digest(digest.hex()));
  CHECK_FALSE(jaga::parse_digest("sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
  CHECK_FALSE(jaga::parse_digest(digest.text() + "0"));
}

TEST_CASE("base64 follows RFC 4648 and refuses what has a second form") {
  CHECK(jaga::base64_encode("foobar") == "Zm9vYmFy");
  CHECK(jaga::base64_encode("fooba") == "Zm9vYmE=");
  CHECK(jaga::base64_encode("foob") == "Zm9vYg==");
  CHECK(jaga::base64_encode("").empty());
  for (const std::string text : {"", "f", "fo", "foo", "foob", "fooba", "foobar"}) {
    CHECK(jaga::base64_decode(jaga::base64_encode(text)) == text);
  }
  CHECK_FALSE(jaga::base64_decode("Zm9vYmE"));
  CHECK_FALSE(jaga::base64_decode("Zm9vYmF="));  // stray bits
  CHECK_FALSE(jaga::base64_decode("Zm9=YmFy"));
  CHECK_FALSE(jaga::base64_decode("Zm9v\n"));
  for (const char* bad : {"=", "==", "====", "Z", "Z===", "Zg=", "Zg", "Zh==", "Zm9v=", "Zm9v====",
                          "Zg==Zg==", " Zm9v", "Zm9 ", "Zm9v\r\n", "Zm-_", "Zm\xc3\xa9"})
    CHECK_FALSE_MESSAGE(jaga::base64_decode(bad), bad);
  CHECK_FALSE(jaga::base64_decode(std::string_view("Zm9\0", 4)));
  CHECK(jaga::base64_decode("") == std::string());
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const char c = static_cast<char>(byte);
    const bool digit = kDigits.find(c) != std::string_view::npos;
    CHECK(jaga::base64_decode(std::string("Zm9") + c).has_value() == digit);  // and "Zm9=" has stray bits
    CHECK(jaga::base64_decode(std::string(1, c) + "m9v").has_value() == digit);
  }
  for (std::size_t size = 0; size < 70; ++size) {
    std::string bytes;
    for (std::size_t n = 0; n < size; ++n) bytes += static_cast<char>(n * 37 + size);
    CHECK(jaga::base64_decode(jaga::base64_encode(bytes)) == bytes);
  }
}
