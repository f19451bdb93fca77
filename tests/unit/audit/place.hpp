// A real working directory, made once by the library, and copies of it to be tampered with.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../workflow/office.hpp"
#include "audit/audit.hpp"
#include "process/run.hpp"
#include "record/record.hpp"

namespace jaga::audit::test {

// Three people, two installations. `first`: an incident from the fault to accept, with a remark, two pieces
// of evidence (one private) and a run; `second`: one that has just begun. Seals of both installations; after
// them one note and one pin that no seal names.
struct Original {
  Original();
  workflow::test::TestOffice office;
  std::string first, second;
  std::string repo;
  Digest round;
  std::vector<store::RememberedHead> remembered;
  // As it was before `first` was verified; whole in itself.
  std::filesystem::path earlier;
  workflow::ActingContext as(const std::string& person, const std::string& installation = "one");
};
Original& original();

// What to forge; the defaults are those of a record that follows.
struct Forgery {
  std::string person = "staff";
  std::string role = "staff";
  std::string key{};                      // whose key signs and is named; empty: the person's
  std::optional<std::uint32_t> seq{};     // default: one more than the head
  std::vector<Digest> prev{};             // default: the head
  std::optional<Digest> register_head{};  // default: the newest
  Instant at = *parse_instant("2026-11-24T09:00:00.000Z");
  std::string signed_as{};  // the fingerprint that it names, if not that of the key
};

class Copy {
 public:
  explicit Copy(const std::filesystem::path& from = original().office.path);
  ~Copy();
  Copy(const Copy&) = delete;
  Copy& operator=(const Copy&) = delete;

  std::string at(const std::string& file) const { return (path_ / file).string(); }
  std::string read(const std::string& file) const;
  void write(const std::string& file, const std::string& bytes) const;
  void remove(const std::string& file) const;
  void rename(const std::string& from, const std::string& to) const;
  // Every regular file whose path holds `part`, without .sig.
  std::vector<std::string> files(const std::string& part) const;
  // The only or first one.
  std::string file(const std::string& part) const;
  record::Record record(const std::string& file) const;

  // Writes a record or a note with a real signature, as the key's owner could; returns its path.
  std::string forge(const record::ChainName& chain, const std::string& kind, const yaml::Node& body,
                    const Forgery& how = {}) const;
  std::string forge_note(const std::string& incident, const std::string& kind, const yaml::Node& body,
                         const Forgery& how = {}) const;

  Report audit(bool memory = false, bool part = false) const;
  // `awk`: the program to use for it; empty: the system's.
  process::Outcome script(const std::string& shell = "dash", bool part = false,
                          const std::string& awk = {}) const;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// What the holder of that person's key would sign; "stranger": nobody's.
std::string signed_by(const std::string& person, std::string_view bytes, std::string_view name_space);

// The chains of the original's two incidents.
record::ChainName first();
record::ChainName second();
// `bytes` with the first `from` replaced, which has to be there.
std::string with(std::string bytes, const std::string& from, const std::string& to);

// A line a finding: "file-or-chain: what".
std::string text(const Report& report);
bool names(const Report& report, const std::string& where, const std::string& what = "");
// The audit and the printed program say the same: sound, or not.
void check_agreement(const Copy& copy);

}  // namespace jaga::audit::test
