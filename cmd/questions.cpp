#include "questions.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/text.hpp"
#include "document/document.hpp"

namespace jaga::cmd {
namespace {

// Broken between words where the terminal is too narrow.
std::vector<std::string> folded(Session& session, const std::string& text) {
  document::Lines lines;
  lines.add(text);
  const std::vector<document::Block> blocks{std::move(lines)};
  std::vector<std::string> out =
      split(trim(document::to_screen(blocks, {session.ui().columns(), false})), '\n');
  if (out.empty()) out.emplace_back();
  return out;
}

std::string answer(Session& session, const Message& question) {
  std::vector<std::string> lines = folded(session, session.ui().text(question));
  const std::string last = std::move(lines.back());
  lines.pop_back();
  for (const std::string& line : lines) session.ui().tell(line);
  if (const std::optional<std::string> line = session.read_answer(literal(last))) return *line;
  session.ui().tell("");  // leaves the line of the question
  throw Error{ExitCode::usage, msg("the input ended before every question was answered"),
              msg("nothing was written")};
}

}  // namespace

bool may_ask(Session& session) {
  return session.can_ask() && !session.ui().quiet();
}

void ask_until(Session& session, const Message& question, const std::string& usual,
               const std::function<void(const std::string&)>& take) {
  const Message shown = usual.empty()
                            ? msg("{question}:").with("question", question)
                            : msg("{question} [{default}]:", {{"default", usual}}).with("question", question);
  for (;;) {
    const std::string typed = answer(session, shown);
    try {
      take(typed);
      return;
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted) throw;
      session.ui().complain(error.message());
      if (!error.hint().empty()) session.ui().hint(error.hint());
    }
  }
}

std::optional<std::string> ask_line(Session& session, const Message& question, const std::string& usual,
                                    const char* option, Typed typed) {
  std::optional<std::string> out;
  ask_until(session, question, usual, [&](const std::string& text) {
    require_recordable(option, text, typed);
    if (!text.empty()) out = text;
  });
  return out;
}

bool ask_yes(Session& session, const Message& question) {
  return Session::is_yes(
      answer(session, msg("{question} [y/N]", {{"question", session.ui().text(question)}})));
}

std::vector<std::string> words_of(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::vector<std::string> out;
  for (const std::string& word : split(text, ' '))
    if (!word.empty()) out.push_back(word);
  return out;
}

std::string none_text(Session& session) {
  return session.ui().text(msg("none"));
}

void tell_words(Session& session, const Message& message) {
  for (const std::string& line : folded(session, session.ui().text(message))) session.ui().tell(line);
}

void tell_table(Session& session, const document::Table& table) {
  const document::Screen screen{session.ui().columns(), false};
  for (const std::string& line : split(document::to_screen(table, screen, "  "), '\n'))
    if (!line.empty()) session.ui().tell(line);
}

void refuse_empty() {
  throw Error{ExitCode::usage, msg("an answer is required")};
}

ExitCode nothing_written(Session& session) {
  session.ui().say(msg("nothing was written"));
  return ExitCode::warning;
}

}  // namespace jaga::cmd
