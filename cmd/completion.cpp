// jaga completion SHELL: what the shells need to complete commands and options, from the table.
#include <algorithm>
#include <memory>
#include <string>

#include "base/text.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::string shell;
};

// "host", "host add" ... with the options that each takes.
struct Entry {
  std::string path;
  std::string summary;
  std::vector<std::string> words;  // options, and the names of its commands
  std::vector<std::string> commands;
  const Setup* setup;
};

void collect(const Setup& setup, std::vector<Entry>& out) {
  Entry entry{setup.path(), setup.summary().render(Language::english), {}, {}, &setup};
  for (const Setup& sub : setup.subs()) {
    entry.commands.push_back(sub.path().substr(sub.path().rfind(' ') + 1));
    entry.words.push_back(entry.commands.back());
  }
  for (const Parameter& parameter : setup.parameters()) {
    if (parameter.hidden) continue;
    for (const std::string& name : parameter.spellings()) entry.words.push_back(name);
  }
  out.push_back(std::move(entry));
  for (const Setup& sub : setup.subs()) collect(sub, out);
}

constexpr std::string_view kHead =
    "# Made by `jaga completion {shell}` from the table of commands; do not edit.\n";

std::string head(const std::string& shell) {
  std::string text(kHead);
  return text.replace(text.find("{shell}"), 7, shell);
}

bool takes_file(const Parameter& parameter) {
  return parameter.value.find("FILE") != std::string::npos ||
         parameter.value.find("DIR") != std::string::npos || parameter.value == "SCAN" ||
         parameter.value == "BAG";
}

// What the arguments of a command can be, where there is a list of them.
std::string arguments(const Setup& setup) {
  std::string words;
  for (const Parameter& parameter : setup.parameters()) {
    if (!parameter.positional()) continue;
    if (parameter.value == "COMMAND") words += "\" $commands\"";
    if (parameter.value == "SHELL") words += "' bash zsh fish'";
    if (parameter.value.starts_with("INCIDENT")) words += "\" $(_jaga_incidents)\"";
    if (parameter.value.starts_with("HOST")) words += "\" $(_jaga_hosts)\"";
  }
  return words;
}

std::string bash(const std::vector<Entry>& entries, const Setup& global) {
  std::string out = head("bash");
  std::string commands, globals, cases, values, files;
  std::vector<std::string> seen;
  const auto note_values = [&](const Setup& setup) {
    for (const Parameter& parameter : setup.parameters()) {
      if (parameter.positional() || parameter.flag != nullptr) continue;
      for (const std::string& name : parameter.spellings()) {
        const bool choice = parameter.value.find('|') != std::string::npos && parameter.value[0] >= 'a';
        const std::string key = name + " " + (choice ? parameter.value : takes_file(parameter) ? "FILE" : "");
        if (std::find(seen.begin(), seen.end(), key) != seen.end()) continue;
        seen.push_back(key);
        if (choice) {
          std::string words = parameter.value;
          for (char& byte : words) byte = byte == '|' ? ' ' : byte;
          values += "    " + name + ") COMPREPLY=($(compgen -W '" + words + "' -- \"$word\")); return ;;\n";
        } else if (takes_file(parameter)) {
          files += (files.empty() ? "" : "|") + name;
        }
      }
    }
  };
  note_values(global);
  for (const Entry& entry : entries) note_values(*entry.setup);
  for (const Parameter& parameter : global.parameters()) {
    for (const std::string& name : parameter.spellings()) globals += " " + name;
  }
  for (const Entry& entry : entries) {
    if (entry.path.find(' ') == std::string::npos) commands += (commands.empty() ? "" : " ") + entry.path;
    cases += "    '" + entry.path + "') words='" + join(entry.words, " ") + "'" + arguments(*entry.setup) +
             " ;;\n";
  }
  // Of the working directory that the line is about; without a sound, whatever goes wrong.
  out += R"sh(_jaga_incidents() {
  "${COMP_WORDS[0]}" "${_jaga_directory[@]}" status --json 2>/dev/null |
    sed -n 's/^{"incident": "\([^"]*\)", "host": "\([^"]*\)".*/\1 \2/p'
}
_jaga_hosts() {
  "${COMP_WORDS[0]}" "${_jaga_directory[@]}" host list --json 2>/dev/null |
    sed -n 's/^{"host": "\([^"]*\)".*/\1/p'
}
_jaga() {
  local _jaga_directory=()
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path='' words='' at skip=0
  local commands=')sh" +
         commands + R"sh('
  local everywhere=')sh" +
         globals.substr(1) + R"sh( --help'
  case $before in
)sh" + values +
         "    " + files + R"sh() COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  for ((at = 1; at < COMP_CWORD; ++at)); do
    if ((skip)); then skip=0; continue; fi
    case ${COMP_WORDS[at]} in
    -C) skip=1 _jaga_directory=(-C "${COMP_WORDS[at+1]}") ;;
    --key|--as|--format|--color|--lang) skip=1 ;;
    -*) ;;
    *)
      if [[ -z $path ]]; then path=${COMP_WORDS[at]}
      elif [[ $path == host || $path == person || $path == evidence || $path == report ]]; then path="$path ${COMP_WORDS[at]}"
      fi ;;
    esac
  done
  case $path in
    '') words=$commands ;;
)sh" + cases +
         R"sh(  esac
  COMPREPLY=($(compgen -W "$words $everywhere" -- "$word"))
}
complete -o default -F _jaga jaga
)sh";
  return out;
}

std::string shell_quoted(const std::string& text) {
  std::string out = "'";
  for (const char byte : text) {
    if (byte == '\'')
      out += "'\\''";
    else
      out += byte;
  }
  return out + "'";
}

std::string zsh(const std::vector<Entry>& entries, const Setup& global) {
  std::string out = "#compdef jaga\n" + head("zsh");
  out += "_jaga() {\n  local -a commands\n  local path= word\n  local -i at skip=0\n  commands=(\n";
  for (const Entry& entry : entries) {
    if (entry.path.find(' ') == std::string::npos)
      out += "    " + shell_quoted(entry.path + ":" + entry.summary) + "\n";
  }
  out += R"(  )
  for ((at = 2; at < CURRENT; ++at)); do
    word=$words[at]
    if ((skip)); then skip=0; continue; fi
    case $word in
    -C|--key|--as|--format|--color|--lang) skip=1 ;;
    -*) ;;
    *)
      if [[ -z $path ]]; then path=$word
      elif [[ $path == (host|person|evidence|report) ]]; then path="$path $word"
      fi ;;
    esac
  done
  case $path in
    '') _describe command commands ;;
)";
  const auto options = [](const Setup& setup) {
    std::string text;
    for (const Parameter& parameter : setup.parameters()) {
      if (parameter.hidden || parameter.positional()) continue;
      for (const std::string& name : parameter.spellings()) {
        text += " " + shell_quoted(name + ":" + parameter.help.render(Language::english));
      }
    }
    return text;
  };
  for (const Entry& entry : entries) {
    out += "    " + shell_quoted(entry.path) + ") local -a own; own=(" + options(*entry.setup);
    for (const Setup& sub : entry.setup->subs()) {
      out += " " + shell_quoted(sub.path().substr(sub.path().rfind(' ') + 1) + ":" +
                                sub.summary().render(Language::english));
    }
    out += "); _describe option own ;;\n";
  }
  out += "  esac\n  local -a everywhere; everywhere=(" + options(global) +
         ")\n  _describe 'everywhere' everywhere\n  _files\n}\ncompdef _jaga jaga\n";
  return out;
}

std::string fish(const std::vector<Entry>& entries, const Setup& global) {
  std::string out = head("fish");
  const auto option_lines = [&](const Setup& setup, const std::string& condition) {
    for (const Parameter& parameter : setup.parameters()) {
      if (parameter.hidden || parameter.positional()) continue;
      out += "complete -c jaga" + condition;
      for (const std::string& name : parameter.spellings()) {
        out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (parameter.flag == nullptr) out += takes_file(parameter) ? " -r -F" : " -x";
      if (parameter.value.find('|') != std::string::npos && parameter.value[0] >= 'a') {
        std::string words = parameter.value;
        for (char& byte : words) byte = byte == '|' ? ' ' : byte;
        out += " -a " + shell_quoted(words);
      }
      out += " -d " + shell_quoted(parameter.help.render(Language::english)) + "\n";
    }
  };
  option_lines(global, "");
  for (const Entry& entry : entries) {
    const std::size_t space = entry.path.find(' ');
    if (space == std::string::npos) {
      out += "complete -c jaga -n __fish_use_subcommand -a " + entry.path + " -d " +
             shell_quoted(entry.summary) + "\n";
      option_lines(*entry.setup, " -n '__fish_seen_subcommand_from " + entry.path + "'");
    } else {
      const std::string parent = entry.path.substr(0, space);
      const std::string name = entry.path.substr(space + 1);
      out += "complete -c jaga -n '__fish_seen_subcommand_from " + parent + "' -a " + name + " -d " +
             shell_quoted(entry.summary) + "\n";
      option_lines(*entry.setup, " -n '__fish_seen_subcommand_from " + parent +
                                     "; and __fish_seen_subcommand_from " + name + "'");
    }
  }
  return out;
}

ExitCode completion(Session& session, const Options& options) {
  std::vector<Setup> setups;
  for (const Command& command : commands()) setups.push_back(set_up(command));
  std::vector<Entry> entries;
  for (const Setup& setup : setups) collect(setup, entries);
  Globals globals;
  const Setup global = global_options(globals);
  if (options.shell == "bash") {
    session.ui().raw(bash(entries, global));
  } else if (options.shell == "zsh") {
    session.ui().raw(zsh(entries, global));
  } else if (options.shell == "fish") {
    session.ui().raw(fish(entries, global));
  } else {
    throw Error{ExitCode::usage, msg("no completions for '{shell}'", {{"shell", printable(options.shell)}}),
                msg("there are some for bash, zsh and fish")};
  }
  return ExitCode::ok;
}

}  // namespace

void setup_completion(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.argument("SHELL", options->shell, msg("bash, zsh or fish"));
  setup.run([options](Session& session) { return completion(session, *options); });
}

}  // namespace jaga::cmd
