// The values of official papers, and the papers made of them (jaga-report(1)). What is printed comes from
// records, the register, the inventory and the office's settings; nothing is made up: what is not known is a
// dotted line to be filled in by hand.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/title.hpp"
#include "document/dates.hpp"
#include "document/document.hpp"
#include "document/incident_view.hpp"
#include "yaml/node.hpp"

namespace jaga::document {

// The office whose paper it is.
struct Office {
  Calendar calendar{};
  Letterhead letterhead{};
  std::string agency{};   // as sentences name it
  std::string address{};  // in one line; may be empty
  std::string city{};     // where it is signed; may be empty
  Paper paper{};
};

// Who signs a paper, as it names them.
struct Official {
  std::string name{};  // empty: not known
  std::string rank{};
  std::string nip{};
  std::vector<std::string> position{};  // a line each: "a.n. Kepala Dinas", "Kepala Bidang ..."
};
// `person` as they acted under `role` at `at`: name, rank and NIP of the register, the position that it
// names or the title of the role; by a delegation "a.n." the role, then their own position. An empty person:
// nobody has acted yet, the role alone.
Official official(const registry::Register* registered, const sop::Sop& procedure, const std::string& person,
                  const std::string& role, Instant at, Language language);

// A machine as papers identify it. Empty: not known.
struct Device {
  std::string host{};
  std::string address{};
  std::string place{};
  std::string model{};
  std::string serial{};
  std::string warranty{};  // "PT ..., sampai 31 Desember 2027"
};
// Of vendors.yaml.
struct Vendor {
  std::string name{};
  std::string address{};
  std::string contract{};
  std::string warranty{};
  std::string telephone{};
};
struct Attachment {
  Digest digest{};
  std::string name{};
  std::string person{};
  Instant at{};
  std::optional<std::uint64_t> size{};  // not set: its bytes are not in this copy
  std::string text{};                   // the remark on it
};
struct Photo {
  std::string name{};
  std::string image{};  // a data: URI
};

// Everything that the papers of one incident are made of. `incident` refers to its records, which must
// outlive this.
struct IncidentPaper {
  Office office{};
  IncidentView incident;
  const registry::Register* registered = nullptr;  // as it is now; nullptr: there is none
  std::string number{};                            // given by the office; empty: a dotted line
  Instant printed{};
  Title fault{};    // of its type
  Title if_left{};  // what happens where nothing is done; may be empty
  Device device{};
  std::optional<Vendor> vendor{};
  std::vector<std::string> basis{};  // of the paper: the procedure, then the law as it is today
  std::vector<Attachment> evidence{};
  std::vector<Photo> photos{};
  std::vector<std::string> not_shown{};  // pictures that could not be scaled, by name
  // What a command printed; nullopt: its bytes are not in this copy.
  std::function<std::optional<std::string>(const Digest&)> output{};
};

// The papers of one incident: "approval", "vendor", "repair", "verification", "handover", "incident".
std::span<const std::string_view> incident_papers();
// Precondition: `kind` is one of them.
Document incident_paper(std::string_view kind, const IncidentPaper& of);
// What the incident does not have yet for that paper; empty: it can be printed.
std::vector<Message> missing(std::string_view kind, const IncidentPaper& of);
// The same values as one tree, for --format json and for the tags of templates.
yaml::Node values(const IncidentPaper& of);

// The procedure in the form's own layout.
struct ProcedurePaper {
  Office office{};
  const sop::Sop& procedure;  // must outlive it
  Instant printed{};
};
Document procedure_paper(const ProcedurePaper& of);
yaml::Node values(const ProcedurePaper& of);

// The form for who takes a report by telephone: blank, or of an incident that `jaga open` recorded. Without a
// number its registration number is the incident's id, or a dotted line.
Document damage_paper(const Office& office, Instant printed, const std::string& number,
                      const IncidentPaper* of);

// The steps of an incident in working time: a bar a pass, a wait for the vendor hatched, nights and days off
// shaded, a line at the standard. Black and white.
Figure gantt(const IncidentView& incident, const Calendar& calendar);
// The procedure as a flow chart with a column an actor.
Figure flow_chart(const sop::Sop& procedure, Language language);

}  // namespace jaga::document
