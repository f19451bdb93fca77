// One audit under way. Private to audit.
//
// Of one thread; must not outlive the directory that it reads.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "audit/audit.hpp"
#include "base/error.hpp"
#include "incident/incident.hpp"
#include "record/chain.hpp"
#include "record/seal.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"
#include "store/chain.hpp"

namespace jaga::audit {

class Auditor {
 public:
  Auditor(const store::Folder& dir, std::string_view repo, const Options& options)
      : dir_(dir), repo_(repo), options_(options) {}
  Report run();
  // Whose key it is, current or not; empty: nobody's. After run().
  std::string owner_of(const std::string& key) const;
  // Whether the signer of a bag with exactly this content might have archived its one incident; findings are
  // said. `later`: the register's newest records that the bag did not have when it was signed. After run().
  std::vector<Finding> judge_bag(const std::string& signer, Instant until, std::size_t later) const;

 private:
  // A file whose signature is to be checked against the key that it names.
  struct Job {
    std::string chain;
    std::string file;
    std::string bytes;
    std::string key;
    std::string signature{};
    Message wrong{};
  };
  struct Written {  // what a record and a note have in common
    const record::By& by;
    const std::string& key;
    Instant at;
    const Digest& register_head;
    const std::string& file;
    const Digest& digest;
  };

  void say(std::string chain, std::string_view file, Message what,
           std::optional<registry::Resolved> expected = {});
  // What `action` gives; where it throws, its error becomes a finding and the result is empty.
  template <typename Action>
  auto guarded(const std::string& chain, std::string_view file, const Action& action) -> decltype(action()) {
    try {
      return action();
    } catch (const Error& error) {
      if (error.code() == ExitCode::software) throw;
      say(chain, file, error.message());
    }
    return decltype(action())();
  }
  // The chain's records in order; its breaks said, its signatures wanted.
  const record::Chain& read(const record::ChainName& name);

  void judge_names();
  void judge_directory(const std::string& directory);
  void judge_register();
  void read_seals();
  void judge_writers(record::ChainName::Kind kind);
  void judge_seal_writers();
  void judge_papers();
  void judge_numbers();
  void judge_summaries();
  void judge_incident(const std::string& id);
  void judge_order(const record::Chain& chain, std::vector<record::Note> notes);
  void judge_notes(const record::Chain& chain, const store::Notes& notes);
  void judge_redactions(const record::Chain& chain, const std::vector<record::Note>& notes);
  void judge_duplicates();
  void judge_evidence(const record::Chain& chain, const std::vector<record::Note>& notes);
  void judge_sealed();
  void judge_sealed_file(const std::string& chain, const std::string& path, const Digest& digest);
  void judge_times();
  void judge_bags();
  void judge_memory();
  void judge_elsewhere();
  void find_witness();
  // The register cited and what it says about who wrote; empty: right. `run_key` is that of the run going on.
  Message wrong_writer(const Written& written, const std::string& run_key, std::size_t& newest);
  // Why what was well signed by who might is not believed all the same.
  Message doubt(const Written& written);
  void verify_all();
  const std::string* sop_bytes(const Digest& digest);
  const sop::Sop* procedure(const record::Chain& chain);
  bool is_resolved(const std::string& what, const Digest& expected);
  bool is_resolved(const std::string& chain, const store::RememberedHead& head);
  std::size_t resolves_of(const std::string& what) const;

  const store::Folder& dir_;
  std::string repo_;
  const Options& options_;
  Report report_;
  std::vector<registry::Register> states_;
  std::map<Digest, std::size_t> state_at_;
  std::vector<registry::Taking> takings_;
  std::vector<registry::Resolved> resolved_;
  std::set<std::string> told_;  // of what was resolved, that it is not checked
  std::map<Digest, std::string> sops_;
  std::map<Digest, std::shared_ptr<const sop::Sop>> procedures_;
  std::vector<Job> jobs_;
  std::map<std::string, record::Chain> chains_;
  struct Standing {
    incident::State state;
    const sop::Sop* procedure = nullptr;
  };
  std::map<std::string, Standing> standing_;  // of incidents whose order could be judged, by id
  record::Coverage seals_;
  std::map<Digest, std::string> seal_chains_;  // which one each of them is of
  std::set<std::string> written_;              // paths of records and notes
  std::map<std::string, std::string>
      duplicates_;                  // incidents that are closed, of which one each is a duplicate
  std::set<std::string> reopened_;  // incidents that a later one names
  std::set<std::string> redacted_;  // paths of evidence whose bytes may be gone
  std::map<std::string, Digest> sealed_;
  std::size_t without_summary_ = 0;  // decisions
  std::map<std::string, std::vector<std::string>> numbers_;  // what each number was given to
  std::map<std::string, Instant> notes_ahead_;  // by path
};

}  // namespace jaga::audit
