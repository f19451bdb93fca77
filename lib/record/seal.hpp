// The body of a seal: what was new since the last one.
#pragma once

#include <map>
#include <set>
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
// they had seen.
class Coverage {
 public:
  // `seal`: digest of the record whose body this is; `prev`: what that follows.
  void add(const Digest& seal, const std::vector<Digest>& prev, Seal body);
  const std::map<Digest, Seal>& seals() const { return seals_; }
  // Whether `seal`, or one that it rests on, names `file` with that digest or is itself that record. False
  // where `seal` was not added.
  bool covers(const Digest& seal, const std::string& file, const Digest& digest);

 private:
  struct Reach {
    std::map<std::string, Digest> files;
    std::set<Digest> seals;
  };
  const Reach& reach(const Digest& seal);

  std::map<Digest, Seal> seals_;
  std::map<Digest, std::vector<Digest>> prev_;
  std::map<Digest, Reach> reaches_;  // of those that were asked about
};

}  // namespace jaga::record
