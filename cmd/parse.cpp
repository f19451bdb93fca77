#include "parse.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <cctype>
#include <deque>

#include "base/secrets.hpp"
#include "base/text.hpp"

namespace jaga::cmd {
namespace {

// What CLI11 fills; handed to the declarations only after the whole line was understood.
struct Taken {
  const Parameter* parameter;
  std::vector<std::string> values;
  bool flag = false;
  std::string word{};  // of a flag with one: what CLI11 makes of it
};

// Positionals are one list to CLI11 and handed out in order afterwards: its own counting of several, of which
// one is repeated, refuses good lines.
void declare(CLI::App& app, const Setup& setup, std::deque<Taken>& taken,
             std::vector<std::string>& positionals, const Setup* hidden_by = nullptr) {
  bool any = false;
  for (const Parameter& parameter : setup.parameters()) {
    if (hidden_by != nullptr && hidden_by->hides(parameter)) continue;
    Taken& to = taken.emplace_back(Taken{&parameter, {}, false, {}});
    if (parameter.word_flag != nullptr) {
      app.add_flag(parameter.names, to.word);
    } else if (parameter.flag != nullptr) {
      app.add_flag(parameter.names, to.flag);
    } else if (parameter.positional()) {
      any = true;
    } else {
      CLI::Option* option = app.add_option(parameter.names, to.values);
      option->expected(1)->allow_extra_args(false);
      option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
  if (any) app.add_option("ARGUMENT", positionals)->expected(0, CLI::detail::expected_max_vector_size);
}

bool is_option(const std::string& text) {
  return text.size() > 1 && text[0] == '-';
}

Error unknown(const Setup& command, const Setup& globals, const std::string& text) {
  const std::string bare = text.substr(0, text.find('='));
  if (!is_option(text)) {
    return Error{ExitCode::usage, msg("unexpected argument '{word}'", {{"word", printable(text)}}),
                 msg("see 'jaga {command} -h'", {{"command", command.path()}})};
  }
  std::vector<std::string> known;
  for (const Setup* setup : {&command, &globals}) {
    for (const Parameter& parameter : setup->parameters()) {
      for (const std::string& name : parameter.spellings()) known.push_back(name);
    }
  }
  const std::string near = bare.starts_with("--") ? nearest(bare, known) : std::string{};
  return Error{ExitCode::usage, msg("unknown option '{option}'", {{"option", printable(bare)}}),
               near.empty() ? msg("see 'jaga {command} -h'", {{"command", command.path()}})
                            : msg("did you mean '{option}'?", {{"option", near}})};
}

// Gives the positionals of one declaration their values.
void spread(std::deque<Taken>& taken, std::size_t from, std::size_t to, const std::vector<std::string>& given,
            const Setup& setup) {
  std::size_t next = 0;
  for (std::size_t at = from; at < to; ++at) {
    if (!taken[at].parameter->positional()) continue;
    while (next < given.size()) {
      taken[at].values.push_back(given[next++]);
      if (!taken[at].parameter->repeated) break;
    }
  }
  if (next < given.size()) {
    throw Error{ExitCode::usage, msg("unexpected argument '{word}'", {{"word", printable(given[next])}}),
                msg("see 'jaga {command} -h'", {{"command", setup.path()}})};
  }
}

// A name of a file may hold any bytes; what else is typed may end up in a record.
bool is_path(const Parameter& parameter) {
  return parameter.value.find("FILE") != std::string::npos || parameter.value == "DIR" ||
         parameter.value == "SCAN" || parameter.value == "BAG";
}

// Options that hold sentences; all other values are names or numbers.
Typed typed_as(const Parameter& parameter) {
  const std::string& value = parameter.value;
  const bool prose = value == "TEXT" || value == "REASON" || value == "KEY=VALUE";
  return prose && parameter.spellings().back() != "--object" ? Typed::prose : Typed::name;
}

void hand_out(const std::deque<Taken>& taken, std::size_t from, std::size_t to) {
  for (std::size_t at = from; at < to; ++at) {
    const Taken& one = taken[at];
    if (one.parameter->word_flag != nullptr) {
      if (one.word.empty()) continue;
      const std::string name = one.parameter->spellings().back();
      if (one.word != "true" && one.word != one.parameter->word)
        throw Error{
            ExitCode::usage,
            msg("invalid value for {option}: '{value}'", {{"value", printable(one.word)}, {"option", name}}),
            msg("give {option} or {option}={word}", {{"option", name}, {"word", one.parameter->word}})};
      *one.parameter->flag = true;
      if (one.word == one.parameter->word) *one.parameter->word_flag = true;
      continue;
    }
    if (one.parameter->flag != nullptr) {
      if (one.flag) *one.parameter->flag = true;
      continue;
    }
    if (!one.parameter->repeated && one.values.size() > 1) {
      throw Error{ExitCode::usage,
                  msg("'{option}' can be given only once",
                      {{"option", one.parameter->positional() ? one.parameter->value
                                                              : one.parameter->spellings().back()}})};
    }
    const bool checked = !one.parameter->positional() && !is_path(*one.parameter);
    for (const std::string& value : one.values) {
      if (checked) require_recordable(one.parameter->spellings().back(), value, typed_as(*one.parameter));
      one.parameter->take(value);
    }
  }
}

// What is missing and is asked for, or asked for better, elsewhere: an incident, or what the command asks on
// a terminal. Throws where anything else is.
const Parameter* require(const std::deque<Taken>& taken, std::size_t from, std::size_t to,
                         const Setup& command) {
  for (std::size_t at = from; at < to; ++at) {
    const Parameter& parameter = *taken[at].parameter;
    if (!parameter.required || !taken[at].values.empty()) continue;
    if (parameter.positional() && (command.can_ask() || parameter.value.starts_with("INCIDENT")))
      return &parameter;
    throw missing_argument(parameter, command);
  }
  return nullptr;
}

// The value of `option` is the next argument: "--key", "-C", and "-qC", which is -q and -C.
bool value_follows(const std::string& option, const Setup& globals) {
  const auto find = [&](const std::string& name) {
    const auto& all = globals.parameters();
    return std::find_if(all.begin(), all.end(), [&](const Parameter& one) {
      const std::vector<std::string> names = one.spellings();
      return std::find(names.begin(), names.end(), name) != names.end();
    });
  };
  const auto none = globals.parameters().end();
  if (option.starts_with("--")) {
    const auto found = find(option);
    return found != none && !found->value.empty();
  }
  for (std::size_t at = 1; at < option.size(); ++at) {
    const auto found = find(std::string("-") + option[at]);
    if (found == none) return false;
    if (!found->value.empty()) return at + 1 == option.size();
  }
  return false;
}

}  // namespace

Error missing_argument(const Parameter& parameter, const Setup& command) {
  return Error{ExitCode::usage,
               parameter.positional()
                   ? msg("missing argument: {what}", {{"what", parameter.value}})
                   : msg("missing option: {what}", {{"what", parameter.spellings().back()}}),
               msg("usage: {usage}", {{"usage", join(command.usage(), "; ")}})};
}

Error requires_option(std::string_view option, std::string_view with, Message hint) {
  return Error{
      ExitCode::usage,
      msg("{option} requires {with}", {{"option", std::string(option)}, {"with", std::string(with)}}),
      std::move(hint)};
}

Error not_together(std::string_view first, std::string_view second) {
  return Error{ExitCode::usage,
               msg("{first} and {second} cannot be combined",
                   {{"first", std::string(first)}, {"second", std::string(second)}}),
               msg("give one of them")};
}

bool hides_global(const Setup& command, const Setup& globals) {
  const auto& all = globals.parameters();
  return std::any_of(all.begin(), all.end(), [&](const Parameter& one) { return command.hides(one); });
}

std::size_t find_word(std::span<const std::string> arguments, const Setup& globals) {
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const std::string& text = arguments[at];
    if (!is_option(text)) return at;
    if (text == "--") return std::min(at + 1, arguments.size());
    if (value_follows(text, globals)) ++at;
  }
  return arguments.size();
}

// Where "--" ends the options: the place of that word, which is none where it is an option's value.
std::size_t end_of_options(std::span<const std::string> arguments, const Setup& command,
                           const Setup& globals) {
  std::vector<const Setup*> setups{&command, &globals};
  for (const Setup& sub : command.subs()) setups.push_back(&sub);
  const auto takes_value = [&](const std::string& name) {
    return std::any_of(setups.begin(), setups.end(), [&](const Setup* setup) {
      const auto& all = setup->parameters();
      return std::any_of(all.begin(), all.end(), [&](const Parameter& one) {
        const auto names = one.spellings();
        return one.flag == nullptr && std::find(names.begin(), names.end(), name) != names.end();
      });
    });
  };
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const std::string& text = arguments[at];
    if (text == "--") return at;
    if (!is_option(text)) continue;
    if (text.starts_with("--")) {
      if (takes_value(text)) ++at;
      continue;
    }
    // Of "-qm" the last one takes the next word, of "-mTEXT" none does.
    for (std::size_t letter = 1; letter < text.size(); ++letter) {
      if (!takes_value({'-', text[letter]})) continue;
      if (letter + 1 == text.size()) ++at;
      break;
    }
  }
  return arguments.size();
}

Parsed parse(const Setup& command, const Setup& globals, std::span<const std::string> arguments) {
  CLI::App app;
  app.set_help_flag("-h,--help");
  app.allow_extras(false);
  std::deque<Taken> taken;
  std::vector<std::string> positionals;
  declare(app, globals, taken, positionals, &command);
  const std::size_t global_end = taken.size();
  declare(app, command, taken, positionals);
  const std::size_t own_end = taken.size();
  struct Sub {
    CLI::App* app;
    const Setup* setup;
    std::size_t from, to;
  };
  std::vector<Sub> subs;
  for (const Setup& setup : command.subs()) {
    CLI::App* sub = app.add_subcommand(setup.path().substr(setup.path().rfind(' ') + 1), "");
    sub->fallthrough();
    // CLI11 takes "-0" for an argument of the subcommand, unless that has an option of this name.
    for (std::size_t at = 0; at < global_end; ++at) {
      const std::string& names = taken[at].parameter->names;
      if (std::isdigit(static_cast<unsigned char>(names[1])) != 0) sub->add_flag(names, taken[at].flag);
    }
    const std::size_t from = taken.size();
    declare(*sub, setup, taken, positionals);
    subs.push_back({sub, &setup, from, taken.size()});
  }

  Parsed parsed;
  parsed.chosen = &command;
  const auto chosen = [&]() -> const Sub* {
    for (const Sub& sub : subs) {
      if (sub.app->parsed()) return &sub;
    }
    return nullptr;
  };
  try {
    const std::size_t end = end_of_options(arguments, command, globals);
    const auto options = arguments.first(end);
    app.parse(std::vector<std::string>(options.rbegin(), options.rend()));
    if (end < arguments.size())
      positionals.insert(positionals.end(), arguments.begin() + static_cast<std::ptrdiff_t>(end) + 1,
                         arguments.end());
  } catch (const CLI::CallForHelp&) {
    if (const Sub* sub = chosen()) parsed.chosen = sub->setup;
    parsed.help = true;
    hand_out(taken, 0, global_end);
    return parsed;
  } catch (const CLI::ExtrasError&) {
    const Sub* sub = chosen();
    const std::vector<std::string> rest = app.remaining(true);
    const std::string first = rest.empty() ? std::string{} : rest.front();
    if (sub == nullptr && !subs.empty() && !is_option(first)) {
      std::vector<std::string> names;
      for (const Sub& one : subs) names.push_back(one.app->get_name());
      throw Error{ExitCode::usage,
                  msg("'jaga {command}' has no subcommand '{word}'",
                      {{"command", command.path()}, {"word", printable(first)}}),
                  msg("its subcommands are: {words}", {{"words", join(names, ", ")}})};
    }
    throw unknown(sub != nullptr ? *sub->setup : command, globals, first);
  } catch (const CLI::ArgumentMismatch& error) {
    std::string name = error.what();
    name = name.substr(0, name.find(':'));
    throw Error{ExitCode::usage, msg("'{option}' requires a value", {{"option", printable(name)}})};
  } catch (const CLI::ParseError& error) {
    throw Error{ExitCode::usage,
                msg("invalid command line: {reason}", {{"reason", printable(error.what())}})};
  }

  hand_out(taken, 0, global_end);
  parsed.version =
      std::any_of(taken.begin(), taken.begin() + static_cast<std::ptrdiff_t>(global_end),
                  [](const Taken& one) { return one.flag && one.parameter->names == kVersionOption; });
  if (parsed.version) return parsed;
  const Sub* sub = chosen();
  if (sub == nullptr && !subs.empty() && !command.action()) {
    std::vector<std::string> names;
    for (const Sub& one : subs) names.push_back(one.app->get_name());
    throw Error{ExitCode::usage, msg("'jaga {command}' requires a subcommand", {{"command", command.path()}}),
                msg("its subcommands are: {words}", {{"words", join(names, ", ")}})};
  }
  if (sub == nullptr) spread(taken, global_end, own_end, positionals, command);
  parsed.missing = require(taken, global_end, own_end, command);
  hand_out(taken, global_end, own_end);
  if (sub != nullptr) {
    parsed.chosen = sub->setup;
    spread(taken, sub->from, sub->to, positionals, *sub->setup);
    parsed.missing = require(taken, sub->from, sub->to, *sub->setup);
    hand_out(taken, sub->from, sub->to);
  }
  return parsed;
}

}  // namespace jaga::cmd
