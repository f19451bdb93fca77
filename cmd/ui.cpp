#include "ui.hpp"

#include <unistd.h>

#include <utility>

#include "base/text.hpp"
#include "document/json.hpp"
#include "document/tsv.hpp"

namespace jaga::cmd {
namespace {

// What is quoted in it may be a whole file.
constexpr std::size_t kMostComplaint = 2'000;

void write_err(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;  // nowhere left to say it
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::string Ui::coloured(std::string_view text, Colour colour) const {
  return settings_.out_colour ? document::coloured(text, colour) : std::string(text);
}

void Ui::print(std::string_view text, Colour colour) {
  done();
  out_.line(coloured(printable_once(text), colour));
}

void Ui::words(std::string_view text, Colour colour) {
  document::Lines lines;
  lines.add(std::string(text), colour);
  show({std::move(lines)});
}

void Ui::show(const std::vector<document::Block>& blocks) {
  done();
  out_.write(document::to_screen(blocks, screen()));
}

void Ui::json(const Json& value) {
  if (rows_) return;
  done();
  out_.line(document::json_line(value));
}

void Ui::row(const Json& value) {
  if (!rows_) {
    json(value);
    return;
  }
  end_rows();
  out_.write(rows_->nul ? document::nul_values(value, rows_->columns)
                        : document::tsv_line(value, rows_->columns));
}

void Ui::end_rows() {
  done();
  if (rows_ && std::exchange(rows_->heads, false) && !rows_->nul)
    out_.write(document::tsv_heads(rows_->columns));
}

void Ui::err(std::string_view label, std::string_view text, Colour colour) {
  done();
  out_.flush();  // keeps the order of the two streams on a terminal
  std::string line(label);
  if (settings_.err_colour && colour != Colour::none) line = document::coloured(line, colour);
  write_err(line + printable_once(text) + "\n");
}

void Ui::say(const Message& message) {
  if (!settings_.quiet) err("", text(message), Colour::none);
}

void Ui::question(const Message& message) {
  done();
  out_.flush();
  write_err(printable_once(text(message)) + " ");
}

void Ui::hint(const Message& message) {
  if (!settings_.quiet)
    err(translate("hint: ", settings_.language), shortened(text(message), kMostComplaint), Colour::yellow);
}

void Ui::complain(const Message& message) {
  err("jaga: ", shortened(text(message), kMostComplaint), Colour::red);
}

void Ui::progress(const Message& message) {
  if (!settings_.progress || settings_.quiet) return;
  write_err("\r\033[K" + printable_once(text(message)));
  progress_shown_ = true;
}

void Ui::done() {
  if (!progress_shown_) return;
  write_err("\r\033[K");
  progress_shown_ = false;
}

void Table::print(Ui& ui, std::string_view indent) const {
  ui.raw(document::to_screen(table_, ui.screen(), indent));
}

}  // namespace jaga::cmd
