// Bags of any maker: whether one is valid by BagIt 0.93 to 1.0 (RFC 8493). What is checked of jaga's own bags
// is in bag.hpp and stricter (jaga-archive(1), "The form of a bag").
//
// Any thread may call these.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/message.hpp"

namespace jaga::bag {

struct AnyBag {
  std::vector<Message> problems{};        // none: complete and valid
  std::vector<Message> remarks{};         // worth a look
  std::string version{};                  // "0.97"; empty: bagit.txt does not say
  std::vector<std::string> algorithms{};  // of its payload manifests: "md5", "sha512"
  std::uint64_t files = 0;                // of the payload
  std::uint64_t octets = 0;
  // SHA-256 of its tag manifest, of the strongest algorithm, or where there is none of its manifest.
  std::optional<Digest> manifest{};
  bool is_valid() const { return problems.empty(); }
};
// Complete and valid as RFC 8493, section 3, wants it: every file of the payload is in every manifest (before
// 1.0: in one), every file that is listed is there, every digest of every manifest is right. Stricter than
// it: links, FIFOs and devices are refused, and a manifest of an algorithm that cannot be computed here.
// Nothing is fetched: what fetch.txt names has to be there. Never throws for what the bag holds;
// Error{no_input} where `directory` is none.
[[nodiscard]] AnyBag check_any(const std::string& directory);

// Whether the directory is meant to be a bag: it has bagit.txt or a manifest.
bool is_bag(const std::string& directory);
// Whether a bag is jaga's, or says so: it has a register, the signature of jaga's bags, or names jaga as its
// maker.
bool claims_to_be_ours(const std::string& directory);

}  // namespace jaga::bag
