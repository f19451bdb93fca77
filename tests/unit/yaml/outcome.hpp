// What a reader says of some bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "yaml/read.hpp"

namespace jaga::yaml::test {

struct Refusal {
  ExitCode code;
  std::string what;
};

template <typename Read>
std::optional<Refusal> refusal(Read read) {
  try {
    read();
  } catch (const Error& error) {
    return Refusal{error.code(), error.what()};
  }
  return std::nullopt;
}

// nullopt: accepted.
inline std::optional<Refusal> as_record(std::string_view bytes) {
  return refusal([&] { read_canonical(bytes, "f"); });
}
inline std::optional<Refusal> by_hand(std::string_view bytes) {
  return refusal([&] { read_hand_edited(bytes, "f"); });
}

// A record as jaga wrote it, with everything that the form has.
inline constexpr std::string_view kRecord =
    "format: \"jaga/record@1\"\n"
    "repo: \"3f0c9a00000000000000000000000000\"\n"
    "chain: \"incident/20261124-web01-k7f3q2\"\n"
    "seq: 3\n"
    "id: \"9dkq4t00000000000000000000\"\n"
    "prev: [\"sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae\"]\n"
    "notes: []\n"
    "register: \"sha256:fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9\"\n"
    "kind: \"approve\"\n"
    "at: \"2026-11-24T03:15:22.123Z\"\n"
    "by: {person: \"section-head\", role: \"section_head\"}\n"
    "key: \"SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU\"\n"
    "body:\n"
    "  text: \"a \\\"quoted\\\" word, a \\\\, a tab\\t, \xc3\xa9 and a line\\nmore\"\n"
    "  answer: true\n"
    "  below_zero: -40\n"
    "  plan: {}\n"
    "  nested:\n"
    "    deeper:\n"
    "      x: 0\n"
    "  targets:\n"
    "    - {host: \"web01\", ports: [22, 80], facts: {os: \"debian\"}}\n"
    "    - {}\n"
    "  words: [\"a\", \"\", [\"b\"]]\n"
    "...\n";

}  // namespace jaga::yaml::test
