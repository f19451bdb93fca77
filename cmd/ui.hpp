// What a person sees: colour, tables, questions. Everything that comes from elsewhere is escaped here.
#pragma once

#include <chrono>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/duration.hpp"
#include "base/message.hpp"
#include "document/document.hpp"
#include "output.hpp"

namespace jaga::cmd {

using Colour = document::Tone;

class Ui {
 public:
  struct Settings {
    Language language = Language::english;
    bool out_colour = false;  // standard output takes colour
    bool err_colour = false;
    bool quiet = false;
    bool progress = false;    // standard error is a terminal
    std::size_t columns = 0;  // of the terminal that standard output is; 0: it is none, or does not say
  };
  explicit Ui(Settings settings, Output& out) : settings_(settings), out_(out) {}
  ~Ui() { done(); }  // also where the command is left by an error
  Ui(const Ui&) = delete;
  Ui& operator=(const Ui&) = delete;

  Language language() const { return settings_.language; }
  void set_language(Language language) { settings_.language = language; }
  bool quiet() const { return settings_.quiet; }
  std::size_t columns() const { return settings_.columns; }
  document::Screen screen() const { return {settings_.columns, settings_.out_colour}; }
  // In the person's language.
  std::string text(const Message& message) const { return message.render(settings_.language); }

  // Standard output, one line each. print() escapes, raw() is for text that already is safe or is data.
  void print(std::string_view text, Colour colour = Colour::none);
  void print(const Message& message, Colour colour = Colour::none) { print(text(message), colour); }
  // As print(), for sentences: on a terminal that is too narrow they are broken between words. A line of a
  // script ("| ...") is shown as it is.
  void words(std::string_view text, Colour colour = Colour::none);
  void words(const Message& message, Colour colour = Colour::none) { words(text(message), colour); }
  void raw(std::string_view text) { out_.write(text); }
  void show(const std::vector<document::Block>& blocks);
  // One line of JSON, keys in the order in which they were set. Nothing where rows are printed.
  void json(const nlohmann::ordered_json& value);
  // An entry of a list: a row, where rows are printed, else json().
  void row(const nlohmann::ordered_json& value);
  struct Rows {
    std::vector<std::string> columns;
    bool nul = false;    // values end in NUL, and there are no heads
    bool heads = false;  // the first line has the names of the columns
  };
  // What is printed from now on are rows.
  void print_rows(Rows rows) { rows_ = std::move(rows); }
  // The list is complete: one without a row has its line of names nevertheless.
  void end_rows();

  // Standard error. say() is silenced by --quiet, complain() is not.
  void say(const Message& message);
  void hint(const Message& message);
  void complain(const Message& message);
  // Requested output that is not data: --quiet does not suppress it.
  void tell(std::string_view line) { err("", line, Colour::none); }
  // A question, with the cursor after it; shown even with --quiet.
  void question(const Message& message);
  // One line that is overwritten by the next, only where standard error is a terminal; done() removes it.
  void progress(const Message& message);
  void done();

  std::string coloured(std::string_view text, Colour colour) const;
  Output& out() { return out_; }

 private:
  void err(std::string_view label, std::string_view text, Colour colour);
  Settings settings_;
  Output& out_;
  std::optional<Rows> rows_;  // `heads` until they are printed
  bool progress_shown_ = false;
};

// A table of document/document.hpp, filled row by row.
class Table {
 public:
  explicit Table(std::vector<std::string> heads = {}) { table_.heads = std::move(heads); }
  void row(std::vector<std::string> cells, Colour colour = Colour::none) {
    table_.rows.push_back(std::move(cells));
    table_.tones.push_back(colour);
  }
  bool empty() const { return table_.rows.empty() && table_.heads.empty(); }
  void print(Ui& ui, std::string_view indent = "") const;

 private:
  document::Table table_;
};

}  // namespace jaga::cmd
