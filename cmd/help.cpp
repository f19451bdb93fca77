#include "help.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "examples.hpp"

namespace jaga::cmd {
namespace {

constexpr std::size_t kMostColumns = 80;
constexpr std::size_t kMostNames = 26;  // wider names have their help on the lines below

std::size_t width(const Ui& ui) {
  return ui.columns() == 0 ? kMostColumns : std::min(ui.columns(), kMostColumns);
}

// A line broken between words, the lines after the first one indented.
void print_wrapped(Ui& ui, const std::string& before, const std::string& text, std::size_t indent) {
  const std::size_t room = width(ui) > indent + 20 ? width(ui) - indent : 20;
  std::string start = before;
  for (const std::string& line : wrapped(text, room)) {
    ui.print(start + line);
    start = std::string(indent, ' ');
  }
}

using Pairs = std::vector<std::pair<std::string, std::string>>;

// Names at the left, what they mean beside them.
void print_pairs(Ui& ui, const Pairs& pairs) {
  std::size_t widest = 0;
  for (const auto& [name, meaning] : pairs)
    if (text_width(name) <= kMostNames) widest = std::max(widest, text_width(name));
  const std::size_t indent = 2 + std::max<std::size_t>(widest, 4) + 2;
  for (const auto& [name, meaning] : pairs) {
    if (2 + text_width(name) + 2 > indent) {
      ui.print("  " + name);
      print_wrapped(ui, std::string(indent, ' '), meaning, indent);
    } else {
      print_wrapped(ui, "  " + name + std::string(indent - 2 - text_width(name), ' '), meaning, indent);
    }
  }
}

Pairs pairs_of(const Ui& ui, const Setup& setup) {
  Pairs pairs;
  for (const Parameter& parameter : setup.parameters()) {
    if (parameter.hidden) continue;
    std::string names = join(parameter.spellings(), ", ");
    if (!parameter.value.empty()) names += (names.empty() ? "" : " ") + parameter.value;
    pairs.emplace_back(std::move(names), ui.text(parameter.help));
  }
  return pairs;
}

// The global options that have an effect on this command.
Setup globals_of(const Command& command, const Setup& setup) {
  static Globals unused;
  const Setup all = global_options(unused);
  const std::vector<std::string> without = split(command.without, ' ');
  Setup own("", {});
  for (Parameter parameter : all.parameters()) {
    const std::string name = parameter.spellings().back();
    if (setup.hides(parameter) || std::find(without.begin(), without.end(), name) != without.end()) continue;
    const bool only_text = setup.formats() == "text";
    if (only_text && (name == "--format" || name == "--json")) continue;
    if (setup.columns().empty() && (name == "--columns" || name == "--null")) continue;
    if (name == "--format") parameter.value = setup.formats();
    own.add(std::move(parameter));
  }
  return own;
}

// Where a parameter alone is wider than `room`: as much of it as fits, up to one of its "|"; else all of it.
std::size_t that_fits(std::string_view piece, std::size_t room) {
  if (text_width(piece) <= room) return piece.size();
  std::size_t end = piece.find('|') + 1;
  for (std::size_t at = end; at != 0 && text_width(piece.substr(0, at)) <= room; at = piece.find('|', at) + 1)
    end = at;
  return end == 0 ? piece.size() : end;
}

// Breaks lines between the parameters, and within one only where it is too wide for a line.
void print_usage_line(Ui& ui, const std::string& label, const std::vector<std::string>& pieces) {
  const std::size_t indent = text_width(label) + 4;
  std::string now = label + pieces.front();
  for (std::size_t at = 1; at < pieces.size(); ++at) {
    if (text_width(now) + 1 + text_width(pieces[at]) <= width(ui)) {
      now += " " + pieces[at];
      continue;
    }
    ui.print(now);
    std::string_view rest = pieces[at];
    now = std::string(indent, ' ');
    for (std::size_t fits = that_fits(rest, width(ui) - indent); fits < rest.size();
         fits = that_fits(rest, width(ui) - indent - 2)) {
      ui.print(now + std::string(rest.substr(0, fits)));
      rest.remove_prefix(fits);
      now = std::string(indent + 2, ' ');
    }
    now += rest;
  }
  ui.print(now);
}

void print_examples(Ui& ui, const Setup& setup) {
  std::vector<const Example*> own;
  std::vector<const Example*> below;
  for (const Example& example : examples()) {
    if (example.path == setup.path()) own.push_back(&example);
    if (example.path.starts_with(setup.path() + " ") && below.size() < 3) below.push_back(&example);
  }
  if (own.empty()) own = below;
  if (own.empty()) return;
  ui.print("");
  ui.print(msg("Examples"), Colour::bold);
  for (const Example* example : own) {
    ui.print("  " + std::string(example->line));
    print_wrapped(ui, "      ", ui.text(example->what), 6);
  }
}

}  // namespace

void print_overview(Ui& ui) {
  ui.print(msg("usage: jaga [-C DIR] [--lang id|en] COMMAND [ARGUMENT]..."));
  ui.print("");
  print_wrapped(ui, "",
                ui.text(msg("Guides a server team through its maintenance procedure, from the first failed "
                            "ping to the archived evidence.")),
                0);
  for (const Group group :
       {Group::procedure, Group::incident, Group::looking, Group::setting_up, Group::alone}) {
    Pairs pairs;
    for (const Command& command : commands()) {
      if (command.group == group) pairs.emplace_back(command.name, ui.text(command.summary));
    }
    if (pairs.empty()) continue;
    ui.print("");
    ui.print(title(group), Colour::bold);
    print_pairs(ui, pairs);
  }
  Pairs pairs;
  for (const Topic& topic : topics()) pairs.emplace_back(topic.name, ui.text(topic.summary));
  ui.print("");
  ui.print(msg("Manual pages"), Colour::bold);
  print_pairs(ui, pairs);
  ui.print("");
  print_wrapped(ui, "",
                ui.text(msg("'jaga help COMMAND' opens a command's manual, 'jaga COMMAND -h' its usage; "
                            "begin with 'jaga help tutorial'.")),
                0);
}

void print_welcome(Ui& ui) {
  ui.print(msg("jaga monitors servers and repairs them by an approved, signed procedure"));
  ui.print("");
  print_pairs(ui,
              {{"jaga doctor", ui.text(msg("check this computer"))},
               {"jaga init DIR", ui.text(msg("create a working directory for a team"))},
               {"jaga ping HOST", ui.text(msg("ping hosts and networks"))},
               {"jaga help", ui.text(msg("list every command"))},
               {"jaga help tutorial", ui.text(msg("a first fault, from the failed check to the archive"))}});
  ui.print("");
}

const std::vector<Topic>& topics() {
  static const std::vector<Topic> pages = {
      {"tutorial", '7', msg("a first fault, from the failed check to the archive")},
      {"workflow", '7', msg("from the first failed check to the archive")},
      {"sop", '7', msg("the procedure, and how to use another")},
      {"host-setup", '7', msg("accounts, keys and sudo that jaga needs on a host")},
      {"fleet", '7', msg("hosts of other sites, measured by workers there")},
      {"worker", '1', msg("measure the hosts of a site for an office elsewhere")},
      {"trust", '7', msg("keys, people, proofs and backups over the years")},
      {"hosts", '5', msg("hosts.yaml: hosts, how they are reached and what is measured")},
      {"settings", '5', msg("jaga.yaml: settings of a working directory")},
      {"vendors", '5', msg("vendors.yaml: who repairs under contract or warranty")},
      {"template", '5', msg("templates/: an office's own wording of documents")},
      {"plan", '5', msg("plans/: repair plans")},
      {"rule", '5', msg("rules/: fault types")},
      {"record", '5', msg("files of a working directory and their format")},
      {"round", '5', msg("one run of jaga monitor, as a file")},
      {"json", '5', msg("what jaga prints with --json")},
  };
  return pages;
}

void print_usage(Ui& ui, const Command& command, const Setup& setup) {
  const std::string label(translate("usage: ", ui.language()));
  bool first = true;
  for (const std::vector<std::string>& line : setup.usage_pieces()) {
    print_usage_line(ui, first ? label : std::string(text_width(label), ' '), line);
    first = false;
  }
  ui.print("");
  print_wrapped(ui, "", ui.text(setup.summary()), 0);
  if (const Pairs pairs = pairs_of(ui, setup); !pairs.empty()) {
    ui.print("");
    print_pairs(ui, pairs);
  }
  if (!setup.subs().empty()) {
    ui.print("");
    Pairs pairs;
    for (const Setup& sub : setup.subs())
      pairs.emplace_back(sub.path().substr(sub.path().rfind(' ') + 1), ui.text(sub.summary()));
    print_pairs(ui, pairs);
  }
  ui.print("");
  ui.print(msg("Global options"), Colour::bold);
  print_pairs(ui, pairs_of(ui, globals_of(command, setup)));
  print_examples(ui, setup);
  ui.print("");
  ui.print(msg("more: jaga help {command}", {{"command", std::string(command.name)}}));
}

void print_table(Ui& ui) {
  for (const Command& command : commands()) {
    const Setup setup = set_up(command);
    ui.raw(std::string(command.name) + "\t" + (command.needs == Needs::nothing ? "nothing" : "directory") +
           "\t" + std::string(command.exits) + "\t" + join(setup.usage(), " ; ") + "\n");
  }
}

void print_examples(Ui& ui) {
  for (const Example& example : examples())
    ui.raw(std::string(example.path) + "\t" + std::string(example.line) + "\n");
}

}  // namespace jaga::cmd
