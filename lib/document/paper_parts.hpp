// Private to document: what several papers of an incident have in common.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "document/paper.hpp"

namespace jaga::document {

// Writes one paper, part by part.
class PaperWriter {
 public:
  PaperWriter(const IncidentPaper& of, std::string title);

  const IncidentPaper& of;
  const incident::State& state;
  const Calendar& calendar;
  Document out;

  std::string text(const Message& message) const { return message.render(calendar.language); }
  void heading(const Message& message) { out.add(Heading{text(message)}); }
  void say(const Message& message, Paragraph::Style style = Paragraph::Style::plain) {
    out.add(Paragraph{text(message), style});
  }

  // Parts "letterhead" and "title" with its number.
  void head(std::vector<std::string> titles);
  // Part "binding": incident, head of the chain, how to check. Always the last one.
  void binding();

  // "Nomor: ...", with a dotted line where the office has given none.
  std::string number_line() const;
  std::string place_and_date() const { return place_and_date(of.printed); }
  std::string place_and_date(Instant at) const;
  // "Kepenuhan disk (/var)".
  std::string fault_name() const;
  // "Kepenuhan disk (/var) pada web01".
  std::string fault_text() const;
  std::string step_name(sop::Step step) const;
  std::string result_state(round::State state) const;
  std::vector<std::pair<std::string, std::string>> device_rows(bool with_address = true) const;
  // Before and after of everything that had failed, or that nothing could be measured.
  void add_measurements();
  Table steps() const;
  // The parts that were replaced, or that none was.
  void add_parts();
  // Part "signature" of minutes of that day: both parties, and the head who verified, or who is to.
  void sign_minutes(const Official& first, const Official& second, bool second_has_nip, Instant at);
  // Who decided, beside who signed the decision first where two do.
  std::vector<Signer> signers(const incident::Made& made, const std::optional<incident::Paper>& paper,
                              const std::optional<incident::Made>& first) const;
  // The plan in one sentence: no script.
  std::string plan_sentence() const;
  std::string run_sentence(const incident::Run& run) const;

  // As the register names that person.
  std::string name_of(const std::string& person) const;
  Official of_made(const incident::Made& made) const;
  // The signer, or the decider on paper.
  Official of_decided(const incident::Made& made, const std::optional<incident::Paper>& paper) const;
  // Nobody yet: the first role that may do the step.
  Official of_step(sop::Step step) const;
  // The newest run that counts: the last one that did something.
  const incident::Run* last_run() const;
};

// The step by its name on paper.
std::string step_title(sop::Step step, Language language);
Signer signer_of(const Official& official, std::string label = {});

// Each fills in one paper.
void write_approval(PaperWriter& writer);
void write_vendor(PaperWriter& writer);
void write_repair(PaperWriter& writer);
void write_verification(PaperWriter& writer);
void write_handover(PaperWriter& writer);
void write_incident(PaperWriter& writer);

}  // namespace jaga::document
