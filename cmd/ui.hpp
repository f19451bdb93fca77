// What a person sees: colour, tables, questions. Everything that comes from elsewhere is escaped here.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.hpp"
#include "output.hpp"
#include "yaml/node.hpp"

namespace jaga::cmd {

enum class Colour { none, red, yellow, green, dim, bold };

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
  // Printed as one line of JSON, keys in order.
  void json(const yaml::Node& node);

  // Standard error. say() is silenced by --quiet, complain() is not.
  void say(const Message& message);
  void hint(const Message& message);
  void complain(const Message& message);
  // What was asked for and is no data: --quiet does not silence it.
  void tell(std::string_view line) { err("", line, Colour::none); }
  // A question, and the cursor stays behind it; shown also when --quiet was given.
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
  bool progress_shown_ = false;
};

// Columns as wide as their widest cell; the last one is not padded. Cells are escaped. On a terminal that is
// too narrow for it the last column is broken into lines, or stands below the others; where those are too
// wide already, each row is a few lines of "head: cell".
class Table {
 public:
  explicit Table(std::vector<std::string> heads = {}) {
    has_heads_ = !heads.empty();
    if (has_heads_) rows_.push_back({std::move(heads), Colour::bold});
  }
  void row(std::vector<std::string> cells, Colour colour = Colour::none) {
    rows_.push_back({std::move(cells), colour});
  }
  bool empty() const { return rows_.empty(); }
  void print(Ui& ui, std::string_view indent = "") const;

 private:
  struct Row {
    std::vector<std::string> cells;
    Colour colour;
  };
  static std::string in_columns(const Row& row, const std::vector<std::size_t>& widths, std::size_t room,
                                std::size_t most);
  static std::string in_lines(const Row& row, const Row* heads, std::size_t most);
  std::vector<Row> rows_;
  bool has_heads_ = false;
};

// For a person, in whole seconds at least: "0s", "42s", "1h 5m".
std::string span_text(std::chrono::milliseconds span);
// Working time, in hours at most: a day of it would be read as a working day.
std::string work_text(std::chrono::milliseconds span);

// JSON (RFC 8259) of a node: bare integers and booleans as such, strings escaped.
std::string to_json(const yaml::Node& node);

}  // namespace jaga::cmd
