// The body of a seal: what was new since the last one.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "yaml/node.hpp"

namespace jaga::record {

struct SealedFile {
  std::string path;  // relative to the working directory
  Digest digest;
};
struct SeenSeal {
  std::string installation;
  Digest head;  // of its chain of seals
};
struct Seal {
  std::vector<SealedFile> files;  // sorted by path; where they lie is for audit to judge
  std::vector<SeenSeal> seen;     // newest seal of every other installation, sorted
};

yaml::Node write_seal(const Seal& seal);
Seal parse_seal(const yaml::Node& body, const std::string& file);  // Error{data}

// The chain in which an installation seals with a key: `n` counts up where somebody else began one by that
// name. The first is the installation's own id, as earlier versions named it.
std::string seal_chain_of(const std::string& installation, std::string_view key, unsigned n);
// Whether that is one of them, among the first few.
bool is_seal_chain_of(std::string_view chain, const std::string& installation, std::string_view key);

// What seals cover: what they name, and all that they rest on, which is the seals before them and those that
// they had seen. Paths are kept as digests of 128 bits, so that ten years of seals take 60 bytes a file.
//
// One thread adds; then several may ask.
class Coverage {
 public:
  using PathKey = std::array<std::uint64_t, 2>;
  // That a seal, by its place in seals(), names a file.
  struct Entry {
    PathKey path{};
    std::uint32_t seal = 0;
    Digest digest{};
  };
  Coverage() = default;
  // `seal`: digest of the record whose body this is; `prev`: what that follows.
  void add(const Digest& seal, const std::vector<Digest>& prev, const Seal& body);
  // In the order in which they were added.
  const std::vector<Digest>& seals() const { return digests_; }
  bool contains(const Digest& seal) const { return places_.contains(seal); }
  // By path, then by seal.
  const std::vector<Entry>& entries() const;
  // Those of one path.
  std::span<const Entry> of(std::string_view path) const;
  bool names(std::string_view path) const { return !of(path).empty(); }
  // By place: whether one of `seals` is that seal or rests on it. Those that were not added are passed over.
  std::vector<bool> reach(std::span<const Digest> seals) const;
  // Whether `seal`, or one that it rests on, names `file` with that digest or is itself that record. False
  // where `seal` was not added.
  bool covers(const Digest& seal, std::string_view file, const Digest& digest) const;
  // The same by its name alone, whatever bytes it has.
  bool covers_name(const Digest& seal, std::string_view file) const;

 private:
  const std::vector<bool>& reach_of(const Digest& seal) const;

  std::vector<Digest> digests_;
  std::map<Digest, std::uint32_t> places_;
  std::vector<std::vector<Digest>> rest_on_;  // by place
  mutable std::mutex mutex_;                  // of the rest
  mutable bool sorted_ = true;
  mutable std::vector<Entry> entries_;
  mutable std::map<Digest, std::vector<bool>> reaches_;  // of those that were asked about
};

}  // namespace jaga::record
