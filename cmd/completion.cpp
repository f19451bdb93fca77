// jaga completion SHELL: what the shells need to complete commands and options, from the table.
#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "base/text.hpp"
#include "completion_values.hpp"
#include "help.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

struct CompletionArguments {
  std::string shell;                // or a list of values, which the completions ask for
  std::optional<std::string> word;  // what is typed of the value
  std::optional<std::string> plan;
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
         parameter.value.find("BAG") != std::string::npos || parameter.value.starts_with("ROUND");
}

bool is_choice(const Parameter& parameter) {
  return parameter.value.find('|') != std::string::npos && parameter.value[0] >= 'a';
}

// Of "register|INCIDENT" only what is typed as it stands.
std::string spaced(const std::string& choice) {
  std::vector<std::string> words = split(choice, '|');
  std::erase_if(words, [](const std::string& word) { return word[0] >= 'A' && word[0] <= 'Z'; });
  return join(words, " ");
}

// What the shells do with the value that an option takes, and with the arguments of a command.
enum class Wanted { nothing, words, files, folders, list, commands };
struct Want {
  Wanted what = Wanted::nothing;
  std::string words;   // with commands: these too; of a list: its name
  bool files = false;  // of a list: files too
};

std::string topic_names() {
  std::vector<std::string> names;
  for (const Topic& topic : topics()) names.emplace_back(topic.name);
  return join(names, " ");
}

Want wanted(const Parameter& parameter, std::string_view path) {
  const std::string& value = parameter.value;
  if (value == "SHELL") return {Wanted::words, "bash zsh fish"};
  if (value.starts_with("COMMAND")) return {Wanted::commands, topic_names()};
  if (value == "SEVERITY") return {Wanted::words, "warning critical"};
  if (const std::string_view list = list_of(parameter, path); !list.empty())
    return {Wanted::list, std::string(list), takes_file(parameter)};
  if (is_choice(parameter)) return {Wanted::words, spaced(value)};
  if (value == "DIR") return {Wanted::folders, {}};
  if (takes_file(parameter)) return {Wanted::files, {}};
  return {};
}

// What the arguments of a command can be, where it is words or a list.
struct Arguments {
  std::string words;
  std::string lists;
};
Arguments arguments(const Entry& entry) {
  Arguments out;
  for (const Parameter& parameter : entry.setup->parameters()) {
    if (!parameter.positional()) continue;
    const Want want = wanted(parameter, entry.path);
    if (want.what == Wanted::commands) out.words += "\" $commands\"' " + want.words + "'";
    if (want.what == Wanted::words) out.words += "' " + want.words + "'";
    if (want.what == Wanted::list) out.lists += (out.lists.empty() ? "" : " ") + want.words;
  }
  return out;
}

// The commands that have commands of their own.
std::string parents(const std::vector<Entry>& entries, std::string_view between) {
  std::vector<std::string> names;
  for (const Entry& entry : entries)
    if (!entry.commands.empty()) names.push_back(entry.path);
  return join(names, std::string(between));
}

// The commands that have an option of their own by the name of this global one, as ping has -C.
std::string hiding(const std::vector<Entry>& entries, const Setup& global, std::string_view option,
                   std::string_view between) {
  std::vector<std::string> names;
  for (const Parameter& parameter : global.parameters()) {
    if (parameter.names != option) continue;
    for (const Entry& entry : entries)
      if (entry.setup->hides(parameter)) names.push_back(entry.path);
  }
  return join(names, std::string(between));
}

// Completion of an option's value; unknown kinds complete nothing, not even file names.
std::string bash_words(const Want& want) {
  if (want.what == Wanted::words)
    return "COMPREPLY=($(compgen -W '" + want.words + "' -- \"$word\")); return";
  if (want.what == Wanted::list) return "_jaga_offer " + want.words + "; return";
  if (want.what == Wanted::files || want.what == Wanted::folders)
    return "COMPREPLY=($(compgen -f -- \"$word\")); return";
  return "compopt +o default 2>/dev/null; return";
}

std::string bash(const std::vector<Entry>& entries, const Setup& global) {
  std::string out = head("bash");
  std::string commands, globals, cases, values;
  const auto note_values = [&](const Setup& setup, const std::string& path) {
    for (const Parameter& parameter : setup.parameters()) {
      if (parameter.hidden || parameter.positional() || parameter.flag != nullptr) continue;
      for (const std::string& name : parameter.spellings()) {
        values += "    " + (path.empty() ? "*' " + name + "'" : "'" + path + " " + name + "'") + ") " +
                  bash_words(wanted(parameter, path)) + " ;;\n";
      }
    }
  };
  for (const Entry& entry : entries) {
    note_values(*entry.setup, entry.path);
    if (!entry.setup->columns().empty())
      values += "    '" + entry.path + " --columns') _jaga_columns " + join(entry.setup->columns(), " ") +
                "; return ;;\n";
  }
  note_values(global, "");
  for (const Parameter& parameter : global.parameters()) {
    for (const std::string& name : parameter.spellings()) globals += " " + name;
  }
  for (const Entry& entry : entries) {
    if (entry.path.find(' ') == std::string::npos) commands += (commands.empty() ? "" : " ") + entry.path;
    const Arguments own = arguments(entry);
    cases += "    '" + entry.path + "') words='" + join(entry.words, " ") + "'" + own.words +
             (own.lists.empty() ? "" : " lists='" + own.lists + "'") + " ;;\n";
  }
  // From the working directory of the command line; errors are silent.
  out += R"sh(_jaga_offer() {
  local value
  while IFS=$'\t' read -r value _; do
    COMPREPLY+=("$value")
    [[ $value != *[=:] ]] || compopt -o nospace 2>/dev/null
  done < <("${COMP_WORDS[0]/#~\//$HOME/}" "${_jaga_directory[@]/#~\//$HOME/}" completion "$1" --word "$word" "${_jaga_plan[@]}" 2>/dev/null)
}
_jaga_columns() {
  local begun=${word%"${word##*,}"}
  COMPREPLY=($(compgen -P "$begun" -W "$*" -- "${word##*,}"))
  compopt -o nospace 2>/dev/null
}
_jaga() {
  local _jaga_directory=() _jaga_plan=()
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path='' words='' lists='' at skip=0
  local commands=')sh" +
         commands + R"sh('
  local everywhere=')sh" +
         globals.substr(1) + R"sh( --help'
  for ((at = 1; at < COMP_CWORD; ++at)); do
    if ((skip)); then skip=0; continue; fi
    case ${COMP_WORDS[at]} in
    -C) skip=1; [[ $path =~ ^()sh" +
         hiding(entries, global, "-C", "|") + R"sh()$ ]] || _jaga_directory=(-C "${COMP_WORDS[at+1]}") ;;
    --plan) skip=1 _jaga_plan=(--plan "${COMP_WORDS[at+1]}") ;;
    --key|--as|--format|--columns|--color|--lang) skip=1 ;;
    -*) ;;
    *)
      if [[ -z $path ]]; then path=${COMP_WORDS[at]}
      elif [[ $path =~ ^()sh" +
         parents(entries, "|") + R"sh()$ ]]; then path="$path ${COMP_WORDS[at]}"
      fi ;;
    esac
  done
  COMPREPLY=()
  case "$path $before" in
)sh" + values +
         R"sh(  esac
  case $path in
    '') words=$commands ;;
)sh" + cases +
         R"sh(  esac
  COMPREPLY=($(compgen -W "$words $everywhere" -- "$word"))
  for at in $lists; do _jaga_offer "$at"; done
}
complete -o default -F _jaga jaga
)sh";
  return out;
}

std::string zsh_words(const Want& want) {
  switch (want.what) {
    case Wanted::words:
      return "compadd -- " + want.words;
    case Wanted::files:
      return "_files";
    case Wanted::folders:
      return "_directories";
    case Wanted::list:
      return "_jaga_offer " + want.words + (want.files ? "; _files" : "");
    case Wanted::commands:
      return "_describe command commands; compadd -- " + want.words;
    case Wanted::nothing:
      break;
  }
  return "_message value";
}

std::string zsh(const std::vector<Entry>& entries, const Setup& global) {
  std::string out = "#compdef jaga\n" + head("zsh");
  // The program gets the words of the line as it would when the line is run, but no command in them is run.
  // This is called in $(...), which alone ends where nobody has the name of a ~NAME. Where no value begins
  // with what is typed, all are offered, to a user's matcher-list and _approximate. A value without a
  // description has no colon, since _describe puts all that share a description, even an empty one, on one
  // line.
  out += R"zsh(_jaga_says() {
  local -a line
  local word
  for word in "$words[1]" "${_jaga_directory[@]}" completion $1 --word "$2" "${_jaga_plan[@]}"; do
    [[ $word == *[\(\`]* ]] || word=${(e)word}
    word=${~word}
    line+=("${(Q)word}")
  done
  "${line[@]}"
}
_jaga_offer() {
  local -a found begun lines
  local line value
  lines=(${(f)"$(_jaga_says $1 "$PREFIX" 2>/dev/null)"})
  (($#lines)) || [[ -z $PREFIX ]] || lines=(${(f)"$(_jaga_says $1 '' 2>/dev/null)"})
  for line in $lines; do
    value=${line%%$'\t'*}
    line=${value//:/\\:}${${line#$value}/#$'\t'/:}
    if [[ $value == *[=:] ]]; then begun+=("$line"); else found+=("$line"); fi
  done
  _describe $1 found -- begun -S ''
}
_jaga_columns() {
  compset -P '*,'
  compadd -qS , -- "$@"
}
_jaga() {
  local -a commands own everywhere _jaga_directory _jaga_plan
  local line= word before=$words[CURRENT-1]
  local -i at skip=0 had=$compstate[nmatches]
  commands=(
)zsh";
  for (const Entry& entry : entries) {
    if (entry.path.find(' ') == std::string::npos)
      out += "    " + shell_quoted(entry.path + ":" + entry.summary) + "\n";
  }
  out += R"zsh(  )
  for ((at = 2; at < CURRENT; ++at)); do
    word=$words[at]
    if ((skip)); then skip=0; continue; fi
    case $word in
    -C) skip=1; [[ $line == ()zsh" +
         hiding(entries, global, "-C", "|") + R"zsh() ]] || _jaga_directory=(-C "$words[at+1]") ;;
    --plan) skip=1 _jaga_plan=(--plan "$words[at+1]") ;;
    --plan=*) _jaga_plan=("$word") ;;
    --key|--as|--format|--columns|--color|--lang) skip=1 ;;
    -*) ;;
    *)
      if [[ -z $line ]]; then line=$word
      elif [[ $line == ()zsh" +
         parents(entries, "|") + R"zsh() ]]; then line="$line $word"
      fi ;;
    esac
  done
  if [[ $PREFIX == --*=* ]]; then before=${PREFIX%%=*}; compset -P 1 '*='; fi
  case "$line $before" in
)zsh";
  const auto values = [&](const Setup& setup, const std::string& path) {
    for (const Parameter& parameter : setup.parameters()) {
      if (parameter.hidden || parameter.positional() || parameter.flag != nullptr) continue;
      for (const std::string& name : parameter.spellings()) {
        out += "    " + (path.empty() ? "*' " + name + "'" : shell_quoted(path + " " + name)) + ") " +
               zsh_words(wanted(parameter, path)) + "; return ;;\n";
      }
    }
  };
  for (const Entry& entry : entries) {
    values(*entry.setup, entry.path);
    if (!entry.setup->columns().empty())
      out += "    " + shell_quoted(entry.path + " --columns") + ") _jaga_columns " +
             join(entry.setup->columns(), " ") + "; return ;;\n";
  }
  values(global, "");
  out += "  esac\n  case $line in\n    '') _describe command commands ;;\n";
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
    out += "    " + shell_quoted(entry.path) + ") own=(" + options(*entry.setup) + ")";
    if (!entry.commands.empty()) {
      out += "; commands=(";
      for (const Setup& sub : entry.setup->subs()) {
        out += " " + shell_quoted(sub.path().substr(sub.path().rfind(' ') + 1) + ":" +
                                  sub.summary().render(Language::english));
      }
      out += "); _describe command commands";
    }
    for (const Parameter& parameter : entry.setup->parameters()) {
      if (!parameter.positional()) continue;
      if (const Want want = wanted(parameter, entry.path); want.what != Wanted::nothing)
        out += "; " + zsh_words(want);
    }
    out += " ;;\n";
  }
  // Options where one is begun or nothing else can follow, as _arguments does; all of them in one list, since
  // _describe garbles the second one where both have options that share a description.
  out += "    *) return 1 ;;\n  esac\n  everywhere=(" + options(global) + R"zsh()
  if [[ -prefix - ]] || ((compstate[nmatches] == had)) || ! zstyle -T ":completion:$curcontext:options" prefix-needed; then
    for word in $everywhere; do [[ $own[(I)${word%%:*}:*] != 0 ]] || own+=("$word"); done
    _describe -O option own
  fi
  ((compstate[nmatches] > had))
}
)zsh" +
         // zsh autoloads the file as the function itself, so the first call has to call what it defined.
         "if [[ $funcstack[1] == _jaga ]]; then _jaga \"$@\"; else compdef _jaga jaga; fi\n";
  return out;
}

std::string fish_words(const Want& want) {
  switch (want.what) {
    case Wanted::words:
      return " -a " + shell_quoted(want.words);
    case Wanted::files:
    case Wanted::folders:
      return " -F";
    case Wanted::list:
      return (want.files ? " -F" : "") + (" -a '(__jaga_values " + want.words + ")'");
    case Wanted::commands:
      return " -a '(__jaga_commands) " + want.words + "'";
    case Wanted::nothing:
      break;
  }
  return {};
}

std::string fish(const std::vector<Entry>& entries, const Setup& global) {
  std::string out = head("fish");
  out += R"fish(function __jaga_line
    set -l words (commandline -opc)
    set -e words[1]
    set -l line
    set -l skip 0
    for word in $words
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case -C --key --as --format --columns --color --lang
                set skip 1
            case '-*'
            case '*'
                if test -z "$line"
                    set line $word
                else if contains -- "$line" )fish" +
         parents(entries, " ") + R"fish(
                    set line "$line $word"
                end
        end
    end
    echo $line
end
function __jaga_at
    test (__jaga_line) = "$argv"
end
function __jaga_says
    set -l words (commandline -opc)
    set -l directory
    if set -l at (contains -i -- -C $words); and not contains -- (__jaga_line) )fish" +
         hiding(entries, global, "-C", " ") + R"fish(
        set directory -C (string replace -r '^~(?=/)' -- $HOME $words[(math $at + 1)])
    end
    set -l program (string replace -r '^~(?=/)' -- $HOME $words[1])
    command $program $directory $argv 2>/dev/null
end
function __jaga_values
    set -l words (commandline -opc)
    set -l plan
    if set -l at (contains -i -- --plan $words); and test $at -lt (count $words)
        set plan --plan $words[(math $at + 1)]
    end
    __jaga_says completion $argv[1] --word (commandline -ct) $plan
end
function __jaga_columns
    set -l begun (string replace -r '[^,]*$' '' -- (commandline -ct))
    printf '%s\n' $begun$argv
end
function __jaga_commands
    printf '%s\n')fish";
  for (const Entry& entry : entries)
    if (entry.path.find(' ') == std::string::npos) out += " " + entry.path;
  out += "\nend\ncomplete -c jaga -f\n";
  const auto of = [&](const Setup& setup, const std::string& path, const std::string& condition) {
    for (const Parameter& parameter : setup.parameters()) {
      if (parameter.hidden) continue;
      const Want want = wanted(parameter, path);
      if (parameter.positional()) {
        if (want.what != Wanted::nothing) out += "complete -c jaga" + condition + fish_words(want) + "\n";
        continue;
      }
      out += "complete -c jaga" + condition;
      for (const std::string& name : parameter.spellings()) {
        out += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      const bool files = want.what == Wanted::files || want.what == Wanted::folders;
      if (parameter.flag == nullptr) out += (files ? " -r" : " -x") + fish_words(want);
      out += " -d " + shell_quoted(parameter.help.render(Language::english)) + "\n";
    }
  };
  of(global, "", "");
  for (const Entry& entry : entries) {
    const std::size_t space = entry.path.find(' ');
    const std::string parent = space == std::string::npos ? "" : entry.path.substr(0, space);
    out += "complete -c jaga -n '__jaga_at " + parent + "' -a " +
           (space == std::string::npos ? entry.path : entry.path.substr(space + 1)) + " -d " +
           shell_quoted(entry.summary) + "\n";
    of(*entry.setup, entry.path, " -n '__jaga_at " + entry.path + "'");
    if (!entry.setup->columns().empty())
      out += "complete -c jaga -n '__jaga_at " + entry.path + "' -l columns -x -a '(__jaga_columns " +
             join(entry.setup->columns(), " ") + ")'\n";
  }
  return out;
}

ExitCode completion(Session& session, const CompletionArguments& options) {
  if (is_list(options.shell)) {
    try {
      print_values(session, options.shell, options.word.value_or(""), options.plan);
    } catch (const Error& error) {  // nobody wants to read it while typing; the command itself tells it
      if (error.code() == ExitCode::io || error.code() == ExitCode::interrupted) throw;
    }
    return ExitCode::ok;
  }
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
                msg("available for bash, zsh and fish")};
  }
  return ExitCode::ok;
}

}  // namespace

void setup_completion(Setup& setup) {
  auto options = std::make_shared<CompletionArguments>();
  setup.argument("SHELL", options->shell, msg("bash, zsh or fish"));
  setup.option("--word", "WORD", options->word, msg("what is typed of a value")).hide();
  setup.option("--plan", "PLAN", options->plan, msg("the plan whose parameters are listed")).hide();
  setup.formats("text");
  setup.run([options](Session& session) { return completion(session, *options); });
}

}  // namespace jaga::cmd
