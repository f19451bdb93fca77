#include "command.hpp"

#include <algorithm>
#include <charconv>

#include "base/duration.hpp"
#include "base/text.hpp"

namespace jaga::cmd {
namespace {

Error bad_value(const Parameter& parameter, const std::string& given, Message hint) {
  return Error{ExitCode::usage,
               msg("invalid value for {option}: '{value}'",
                   {{"value", printable(given)},
                    {"option", parameter.positional() ? parameter.value : parameter.spellings().back()}}),
               std::move(hint)};
}

}  // namespace

std::vector<std::string> Parameter::spellings() const {
  return names.empty() ? std::vector<std::string>{} : split(names, ',');
}

std::string Parameter::usage() const {
  std::string text;
  if (positional()) {
    text = value;
  } else {
    text = join(spellings(), " | ");
    if (!value.empty()) text += " " + value;
    if (!word.empty()) text += "[=" + word + "]";
  }
  if (!required) text = "[" + text + "]";
  if (repeated) text += "...";
  return text;
}

Setup& Setup::add(Parameter parameter) {
  parameters_.push_back(std::move(parameter));
  return *this;
}

Setup& Setup::flag(std::string names, bool& to, Message help) {
  Parameter parameter;
  parameter.names = std::move(names);
  parameter.help = std::move(help);
  parameter.flag = &to;
  return add(std::move(parameter));
}

Setup& Setup::flag(std::string names, bool& to, std::string word, bool& to_word, Message help) {
  flag(std::move(names), to, std::move(help));
  parameters_.back().word = std::move(word);
  parameters_.back().word_flag = &to_word;
  return *this;
}

Setup& Setup::option(std::string names, std::string value, std::string& to, Message help) {
  return add({std::move(names), std::move(value), std::move(help), false, false, false,
              [&to](const std::string& given) { to = given; }});
}

Setup& Setup::option(std::string names, std::string value, std::optional<std::string>& to, Message help) {
  return add({std::move(names), std::move(value), std::move(help), false, false, false,
              [&to](const std::string& given) { to = given; }});
}

Setup& Setup::option(std::string names, std::string value, std::optional<std::int64_t>& to, Message help) {
  Parameter parameter{std::move(names), std::move(value), std::move(help), false, false, false, {}};
  parameter.take = [&to, shown = parameter](const std::string& given) {
    std::int64_t number = 0;
    const char* end = given.data() + given.size();
    const auto [stop, error] = std::from_chars(given.data(), end, number);
    if (error != std::errc{} || stop != end) throw bad_value(shown, given, msg("give a whole number"));
    to = number;
  };
  return add(std::move(parameter));
}

Setup& Setup::option(std::string names, std::string value, std::optional<std::chrono::milliseconds>& to,
                     Message help) {
  Parameter parameter{std::move(names), std::move(value), std::move(help), false, false, false, {}};
  parameter.take = [&to, shown = parameter](const std::string& given) {
    const std::optional<std::chrono::milliseconds> span = parse_duration(given);
    if (!span)
      throw bad_value(shown, given, msg("give a duration with its unit, such as 500ms, 30s or 1h30m"));
    to = *span;
  };
  return add(std::move(parameter));
}

Setup& Setup::list(std::string names, std::string value, std::vector<std::string>& to, Message help) {
  return add({std::move(names), std::move(value), std::move(help), false, true, false,
              [&to](const std::string& given) { to.push_back(given); }});
}

Setup& Setup::choice(std::string names, std::string value, std::string& to, Message help) {
  Parameter parameter{std::move(names), std::move(value), std::move(help), false, false, false, {}};
  parameter.take = [&to, shown = parameter](const std::string& given) {
    for (const std::string& word : split(shown.value, '|')) {
      if (word == given) {
        to = given;
        return;
      }
    }
    throw bad_value(shown, given,
                    msg("give one of {words}", {{"words", join(split(shown.value, '|'), ", ")}}));
  };
  return add(std::move(parameter));
}

Setup& Setup::argument(std::string value, std::string& to, Message help) {
  return add({"", std::move(value), std::move(help), true, false, false,
              [&to](const std::string& given) { to = given; }});
}

Setup& Setup::argument(std::string value, std::optional<std::string>& to, Message help) {
  return add({"", std::move(value), std::move(help), false, false, false,
              [&to](const std::string& given) { to = given; }});
}

Setup& Setup::arguments(std::string value, std::vector<std::string>& to, Message help) {
  return add({"", std::move(value), std::move(help), false, true, false,
              [&to](const std::string& given) { to.push_back(given); }});
}

Setup& Setup::arguments_needed(std::string value, std::vector<std::string>& to, Message help) {
  return add({"", std::move(value), std::move(help), true, true, false,
              [&to](const std::string& given) { to.push_back(given); }});
}

Setup& Setup::hide() {
  parameters_.back().hidden = true;
  return *this;
}

Setup& Setup::must() {
  parameters_.back().required = true;
  return *this;
}

Setup& Setup::formats(std::string words) {
  formats_ = std::move(words);
  return *this;
}

Setup& Setup::rows(std::string_view shown, std::string_view others) {
  shown_columns_ = split(shown, ',');
  columns_ = shown_columns_;
  if (!others.empty())
    for (std::string& column : split(others, ',')) columns_.push_back(std::move(column));
  return formats("text|json|tsv");
}

Setup& Setup::paged() {
  paged_ = true;
  return *this;
}

Setup& Setup::asks() {
  asks_ = true;
  return *this;
}

Setup& Setup::sub(const std::string& name, Message summary) {
  return subs_.emplace_back(path_ + " " + name, std::move(summary));
}

bool Setup::hides(const Parameter& other) const {
  const std::vector<std::string> names = other.spellings();
  for (const Parameter& own : parameters_)
    for (const std::string& name : own.spellings())
      if (std::find(names.begin(), names.end(), name) != names.end()) return true;
  return false;
}

std::vector<std::vector<std::string>> Setup::usage_pieces() const {
  std::vector<std::vector<std::string>> lines;
  if (action_) {
    std::vector<std::string> line{"jaga " + path_};
    for (const bool positional : {false, true}) {
      for (const Parameter& parameter : parameters_) {
        if (!parameter.hidden && parameter.positional() == positional) line.push_back(parameter.usage());
      }
    }
    lines.push_back(std::move(line));
  }
  for (const Setup& sub : subs_) {
    for (std::vector<std::string>& line : sub.usage_pieces()) lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<std::string> Setup::usage() const {
  std::vector<std::string> lines;
  for (const std::vector<std::string>& line : usage_pieces()) lines.push_back(join(line, " "));
  return lines;
}

Message title(Group group) {
  switch (group) {
    case Group::procedure:
      return msg("The procedure");
    case Group::incident:
      return msg("Additions to an incident");
    case Group::looking:
      return msg("Viewing");
    case Group::setting_up:
      return msg("Setting up and sharing");
    case Group::alone:
      return msg("In any directory");
  }
  return {};
}

Setup set_up(const Command& command) {
  Setup setup(std::string(command.name), command.summary);
  command.setup(setup);
  return setup;
}

Setup global_options(Globals& globals) {
  Setup setup("", {});
  setup.option("-C", "DIR", globals.directory, msg("look for the working directory from DIR upwards"))
      .option("--key", "FILE", globals.key, msg("sign with this key (or JAGA_KEY)"))
      .option("--as", "PERSON", globals.person,
              msg("act as PERSON (or JAGA_PERSON), whose key must be available, except with --request and "
                  "--paper"))
      .choice("--format", "text|json|tsv|yaml|nagios|prometheus|openmetrics|md|html|pdf|csv", globals.format,
              msg("format of standard output"))
      .flag("--json", globals.json, msg("short for --format json"))
      .option("--columns", "COLUMN,...", globals.columns, msg("print these columns of a list (--format tsv)"))
      .flag("-0,--null", globals.nul, msg("print the values of a list with NUL after each, for xargs -0"))
      .flag("-q,--quiet", globals.quiet, msg("print only data and errors"))
      .choice("--color", "auto|always|never", globals.color, msg("when to use colour"))
      .choice("--lang", "id|en", globals.language, msg("the language of messages"))
      .flag("--no-pager", globals.no_pager, msg("do not show long output in a pager"))
      .flag("--debug", globals.debug, msg("log file access, connections and decisions to standard error"))
      .flag(std::string(kVersionOption), globals.version, msg("print the version of jaga"));
  return setup;
}

}  // namespace jaga::cmd
