// One audit under way. Private to audit.
//
// What must be known before anything else, the register and the seals, is read first and shared. Then each
// incident is read, judged and dropped, by several threads with an Auditor each, so that what an audit needs
// of memory does not grow with the records. Must not outlive the directory that it reads.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
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

// What the register, the seals and this account say. Written by the first Auditor before the others begin.
struct Known {
  std::vector<registry::Register> states{};
  std::map<Digest, std::size_t> state_at{};
  std::vector<registry::Taking> takings{};
  std::vector<registry::Resolved> resolved{};
  record::Coverage seals{};
  struct SealFile {
    std::string chain{};  // its name, as text
    std::string file{};
  };
  std::vector<SealFile> seal_files{};  // by place in seals
  // Seals of other keys, by the chain and the person: by place, what they cover.
  struct Witness {
    std::string chain{};
    std::string person{};
    std::vector<Digest> seals{};
    std::vector<bool> reach{};
  };
  std::vector<Witness> witnesses{};
  struct Seen {  // of one chain, by this account
    std::vector<store::RememberedHead> here{};
    std::vector<std::pair<std::size_t, store::RememberedHead>>
        elsewhere{};  // and where, of Options::elsewhere
  };
  std::map<std::string, Seen> seen{};  // by the chain's name
  // By place: seals that this account has verified, with all that they name. Empty: everything is read.
  std::vector<bool> verified{};
};

class Auditor {
 public:
  Auditor(const store::Tree& dir, std::string_view repo, const Options& options);
  Report run();
  // Whose key it is, current or not; empty: nobody's. After run().
  std::string owner_of(const std::string& key) const;
  // Whether the signer of a bag with exactly this content might have archived its one incident; findings are
  // said. `later`: the register's newest records that the bag did not have when it was signed. After run().
  std::vector<Finding> judge_bag(const std::string& signer, Instant until, std::size_t later) const;

 private:
  // Of another thread: the same options, what is known already.
  explicit Auditor(const Auditor& first, const store::Tree& dir);

  // A file whose signature is to be checked against the key that it names. What it points to has to stay.
  struct Job {
    const std::string* chain;
    std::string file;
    std::string_view bytes;
    std::string_view key;
  };
  struct Written {  // what a record and a note have in common
    const record::By& by;
    const std::string& key;
    Instant at;
    const Digest& register_head;
    const std::string& file;
    const Digest& digest;
  };
  // Findings and remarks come out in this order, no matter which thread made them.
  using Order = std::uint64_t;
  enum class Phase : std::uint8_t { names, people, seals, papers, incidents, last, signatures };
  void begin(Phase phase, std::uint64_t number = 0);

  void say(std::string chain, std::string_view file, Message what,
           std::optional<registry::Resolved> expected = {}, Finding::Cause cause = Finding::Cause::content);
  void remark(Message what) { remarks_.emplace_back(order_++, std::move(what)); }
  void not_checked(Message what) { unchecked_.emplace_back(order_++, std::move(what)); }
  // Whether a file, or its signature, is to be judged; whether one below the directory is.
  bool is_fresh(const std::string& file) const;
  bool has_fresh(const std::string& directory) const;
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
  // The chain's records in order; its breaks said.
  record::Chain read(const record::ChainName& name);
  void judge_breaks(const record::Chain& chain);
  void verify(const std::vector<Job>& jobs, unsigned threads);
  std::vector<Job> jobs_of(const record::Chain& chain, const std::string& name) const;
  // A file that is there, with that digest: whether a seal names it; said where it is not what was sealed.
  // Where only what is new is judged, judge_unread() compares what new seals name.
  bool judge_sealed(const std::string& path, const Digest& digest);

  void judge_names();
  void judge_directory(const std::string& directory);
  void judge_register();
  void read_seals();
  void read_seal_chain(const record::ChainName& name);
  // Whether the chain holds that seal.
  bool has_seal(const record::ChainName& chain, const Digest& head) const;
  void add_seal(const std::string& chain, const std::string& file, const record::Record& record,
                record::Seal seal);
  void glance_at_seal_chain(const record::ChainName& name);
  void find_verified();
  void judge_new_seals();
  // Whether seals that this account has verified name it; its entries count as read then.
  bool is_verified(const std::string& path);
  // Of a chain's directory with all below it: whether nothing is there that is not verified. Then what this
  // account remembers of the chain is compared by names.
  bool is_untouched(const record::ChainName& name);
  void judge_writers(const record::Chain& chain);
  void judge_seal_writers(const record::Chain& chain);
  void judge_papers();
  void judge_numbers();
  void judge_summaries();
  void judge_incidents();
  void work(std::atomic<std::size_t>& next, const std::vector<std::string>& directories, unsigned threads);
  void judge_incident(const std::string& id, unsigned threads);
  void judge_order(const record::Chain& chain, std::vector<record::Note> notes);
  void judge_notes(const record::Chain& chain, const store::Notes& notes);
  void judge_redactions(const record::Chain& chain, const std::vector<record::Note>& notes);
  void judge_duplicates();
  void judge_evidence(const record::Chain& chain, const std::vector<record::Note>& notes);
  void judge_attachments(const record::ChainName& name, std::set<Digest>& there);
  void judge_unread();
  // `is_verified_seal`: this account has verified what names it; that it is there is enough.
  void judge_sealed_file(const std::string& chain, const std::string& path, const Digest& digest,
                         bool is_verified_seal);
  void judge_bags(const record::Chain& chain);
  // What this account remembers of the chain; `chain` has no records: of one that is gone.
  void judge_memory(const record::Chain& chain);
  void judge_elsewhere();
  // When a chain was judged and is dropped: what is counted, remembered and remarked of it.
  void settle(const record::Chain& chain);
  void count_witnesses();
  void take(Auditor&& other);
  Report finish();
  // The register cited and what it says about who wrote; empty: right. `run_key` is that of the run going on.
  Message wrong_writer(const Written& written, const std::string& run_key, std::size_t& newest);
  // Why what was well signed by who might is not believed all the same.
  Message doubt(const Written& written) const;
  // Whether there is anything that makes doubt() say something of what was signed by these keys.
  bool may_doubt() const;
  const std::string* sop_bytes(const Digest& digest);
  const sop::Sop* procedure(const record::Chain& chain);
  bool is_resolved(const std::string& what, const Digest& expected);
  bool is_resolved(const std::string& chain, const store::RememberedHead& head);
  std::size_t resolves_of(const std::string& what) const;
  // Of another incident than the one that is audited.
  bool is_left_out(const record::ChainName& name) const;

  const store::Tree& dir_;
  std::string repo_;
  const Options& options_;
  std::shared_ptr<Known> known_;
  Report report_;
  Order order_ = 0;
  std::vector<std::pair<Order, Finding>> findings_;
  std::vector<std::pair<Order, Message>> unchecked_;
  std::vector<std::pair<Order, Message>> remarks_;
  std::set<std::string> told_;  // of what was resolved, that it is not checked
  std::map<Digest, std::string> sops_;
  std::map<Digest, std::shared_ptr<const sop::Sop>> procedures_;
  record::Chain register_;
  std::vector<record::Chain> seal_chains_;  // without bodies and bytes, until they are settled
  struct SeenSeal {
    std::string chain;  // of the seal that names it
    record::SeenSeal seal;
  };
  std::vector<SeenSeal> seen_seals_;
  std::size_t untouched_ = 0;
  std::vector<std::string> incident_directories_;
  struct Standing {
    incident::State state;
    const sop::Sop* procedure = nullptr;
    Instant newest;
  };
  std::map<std::string, Standing> standing_;  // in a bag: of incidents whose order could be judged, by id
  std::map<std::string, Instant> newest_;     // in a bag: of its incidents
  std::vector<bool> sealed_;                  // entries of the seals whose file was read
  std::set<std::string> visited_;             // chains that were judged
  std::map<std::string, std::string>
      duplicates_;                   // incidents that are closed, of which one each is a duplicate
  std::set<std::string> reopened_;   // incidents that a later one names
  std::set<std::string> redacted_;   // paths of evidence whose bytes may be gone
  std::size_t without_summary_ = 0;  // decisions
  std::size_t bags_elsewhere_ = 0;
  std::map<std::string, std::vector<std::string>> numbers_;  // what each number was given to
  std::map<std::string, Instant> notes_ahead_;               // by path
  std::map<std::string, std::size_t> witnessed_;  // records, by which witnesses cover them ("1" or "0" each)
  std::vector<std::size_t> newer_elsewhere_;      // records that were seen at each of Options::elsewhere
};

}  // namespace jaga::audit
