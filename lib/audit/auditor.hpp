// One audit under way. Private to audit.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/audit.hpp"
#include "record/chain.hpp"
#include "register/register.hpp"
#include "store/chain.hpp"

namespace jaga::audit {

class Auditor {
 public:
  Auditor(const store::Folder& dir, std::string_view repo, const Options& options)
      : dir_(dir), repo_(repo), options_(options) {}
  Report run();
  const registry::State* newest_register() const { return states_.empty() ? nullptr : &states_.back(); }

 private:
  // A file whose signature is to be checked against the key that it names.
  struct Job {
    std::string chain;
    std::string file;
    std::string bytes;
    std::string key;
    Message wrong;  // found by the threads
  };
  struct Written {  // what a record and a note have in common
    const record::By& by;
    const std::string& key;
    Instant at;
    const Digest& register_head;
  };

  void say(std::string chain, std::string file, Message what);
  record::Chain read(const record::ChainName& name);
  void judge_register();
  void judge_incident(const std::string& id);
  void judge_order(const record::Chain& chain, const std::vector<record::Note>& notes);
  void judge_notes(const record::Chain& chain, const store::Notes& notes);
  void judge_evidence(const record::Chain& chain, const std::vector<record::Note>& notes);
  void judge_seals();
  void judge_sealed_file(const std::string& chain, const std::string& path, const Digest& digest);
  void judge_memory();
  // The register cited and what it says about who wrote; empty: right. `run_key` is that of the run going on.
  Message wrong_writer(const Written& written, const std::string& run_key, std::size_t& newest) const;
  void want_signature(const std::string& chain, std::string file, const std::string& bytes,
                      const std::string& key);
  void verify_all();
  const std::string* sop_bytes(const Digest& digest);

  const store::Folder& dir_;
  std::string repo_;
  const Options& options_;
  Report report_;
  std::vector<registry::State> states_;
  std::map<Digest, std::size_t> state_at_;
  std::map<Digest, std::string> sops_;
  std::vector<Job> jobs_;
  std::map<std::string, record::Chain> chains_;
  std::set<std::string> written_;   // paths of records and notes
  std::set<std::string> redacted_;  // paths of evidence whose bytes may be gone
  std::map<std::string, Digest> sealed_;
};

}  // namespace jaga::audit
