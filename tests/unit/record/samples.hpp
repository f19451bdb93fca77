// Records to take apart.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "record/chain.hpp"
#include "record/record.hpp"

namespace jaga::record::test {

inline constexpr const char* kRepo = "0123456789abcdef0123456789abcdef";
inline const ChainName kChain = ChainName::incident("20261124-web01-k7f3q2");

// 26 digits that begin with `start`.
inline std::string id_of(std::string_view start) {
  return std::string(start) + std::string(26 - start.size(), '0');
}

inline Envelope envelope(std::uint32_t seq, std::string_view id, std::vector<Digest> prev) {
  Envelope out;
  out.repo = kRepo;
  out.chain = kChain;
  out.seq = seq;
  out.id = id_of(id);
  out.prev = std::move(prev);
  out.register_head = sha256("register");
  out.kind = "analyze";
  out.at = Instant{std::chrono::milliseconds{1'790'000'000'123}};
  out.by = {"section-head", "section_head"};
  out.key = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";
  return out;
}

inline Record sample(std::uint32_t seq, std::string_view id, std::vector<Digest> prev) {
  return make_record(envelope(seq, id, std::move(prev)), yaml::Node::map().set("text", "x"));
}
inline Record first(std::string_view id = "a1") {
  return sample(1, id, {chain_root(kRepo, kChain)});
}

inline File file_of(const Record& record) {
  return {file_name(record.envelope), record.bytes};
}

inline std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string out(text);
  const auto at = out.find(what);
  if (at != std::string::npos) out.replace(at, what.size(), by);
  return out;
}

inline std::optional<ExitCode> refusal(const std::function<void()>& what) {
  try {
    what();
  } catch (const Error& error) {
    return error.code();
  }
  return std::nullopt;
}

}  // namespace jaga::record::test
