// Everything that can be checked of a working directory or a bag: bytes, chains, signatures, roles, the order
// of the procedure, notes, evidence, seals, remembered heads. Names the first break of each chain and goes
// on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/message.hpp"
#include "record/record.hpp"
#include "store/folder.hpp"
#include "store/state.hpp"

namespace jaga::audit {

struct Options {
  std::optional<std::string> incident{};            // this one alone; the register and seals always
  std::vector<store::RememberedHead> remembered{};  // what this installation has seen
  bool evidence = true;                             // read and hash attachments
  unsigned threads = 2;                             // for signatures
  bool part = false;  // a copy of a part (a bag): what a seal names and is not there is no finding
};

struct Finding {
  std::string chain;  // "register", "incident/...", "seal/..."; empty: of the directory itself
  std::string file;   // below the directory; may be empty
  Message what;
};

struct Report {
  std::vector<Finding> findings;             // by chain, the first break of each first; empty: sound
  std::vector<Message> unchecked;            // what could not be checked, and why
  std::vector<store::RememberedHead> heads;  // of the unforked chains; to remember where sound()
  std::size_t records = 0;
  std::size_t notes = 0;
  std::size_t signatures = 0;
  std::size_t attachments = 0;
  std::size_t sealed = 0;  // files that seals name
  std::uint32_t seal = 0;  // the highest seal; 0: none
  std::size_t newer = 0;   // records and notes that no seal names
  bool sound() const { return findings.empty(); }
  // "checked to seal 812, 3 records newer"
  Message extent() const;
};

// Never throws for what the files hold; Error{io} for what the system says.
Report audit_directory(const store::Folder& dir, std::string_view repo, const Options& options);

// A bag (a directory): form, digests, signature, and the chains inside it. Error{no_input} where it is none.
Report audit_bag(const std::string& path);

}  // namespace jaga::audit
