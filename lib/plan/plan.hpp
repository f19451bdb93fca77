// Plans: templates (plans/NAME.yaml and the built-in ones, jaga-plan(5)) and what `analyze` makes of them,
// the frozen plan that is approved and run. Parameters reach a script as arguments or environment; its text
// is never changed.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/digest.hpp"
#include "base/title.hpp"
#include "yaml/fields.hpp"
#include "yaml/node.hpp"

namespace jaga::plan {

enum class Run { ssh, local, manual, vendor };
enum class Origin { builtin, office, adhoc };
enum class Type { text, integer, name, unit, path, choice };
std::string_view name(Run run);
std::string_view name(Origin origin);
std::string_view name(Type type);

struct Parameter {
  std::string name;  // [a-z][a-z0-9_]*
  Type type = Type::text;
  Title title;
  std::optional<std::string> fallback;  // none: must be given
  std::int64_t least = 0;               // of integer
  std::int64_t most = 0;
  std::vector<std::string> choices;  // of choice
};

// A piece of an argument or of a variable's value: the word itself or a parameter's value.
struct Word {
  bool parameter = false;
  std::string text;  // the word, or the parameter's name
  bool operator==(const Word&) const = default;
};

struct Command {
  Title title;
  std::string script;                                     // POSIX sh
  yaml::Mark script_mark{};                               // in the template
  std::vector<Word> arguments;                            // $1 ...
  std::vector<std::pair<std::string, Word>> environment;  // NAME=value
  std::chrono::milliseconds timeout{300'000};
  std::vector<int> expect = {0};  // exit codes that count as done, 0...125
  bool sudo = false;              // the whole script through `sudo -n`
  bool repeatable = false;        // may be run again when its end is unknown
  // It makes the target restart: done once that is back as itself, with another boot id. `timeout` is for
  // all.
  bool reboot = false;
};

// A check to be run before or after: the probe `check` with `object` must be OK (after), or is only recorded
// (before).
struct Probe {
  std::string check;  // "disk", "unit", "tcp" ...
  Word object;        // may be empty text
  // Of before: the target's own facts have to name the object, or nothing is run there.
  bool known = false;
  yaml::Mark mark{};  // in the template
};

// A file that its commands use, plans/NAME.files/FILE; the mark is where the template names it.
struct File {
  std::string name;
  yaml::Mark mark{};
};
inline constexpr std::size_t kMostFiles = std::size_t{4} << 20U;  // bytes, all files of a plan together
// The variable that names the folder with the files on the target.
inline constexpr std::string_view kFilesVariable = "JAGA_FILES";

struct Template {
  std::string name;
  Origin origin = Origin::builtin;
  Digest digest;  // of its bytes
  Title title;
  Title description;  // what to do, for manual and vendor; may be empty
  Run run = Run::ssh;
  std::vector<Parameter> parameters;
  std::vector<Command> commands;  // none for manual and vendor
  std::vector<Command> rollback;
  std::vector<Probe> before;
  std::vector<Probe> after;
  std::vector<File> files;
  std::vector<std::string> parts;  // spare parts it needs
  bool emergency = false;          // may be run with --emergency
  bool window = false;             // runs in a maintenance window of its targets only
};

// Throws Error{config}.
Template parse(std::string_view bytes, std::string_view file, std::string_view name, Origin origin);

std::vector<std::string> builtin_names();
// Bytes of a built-in template; nullopt: none of that name.
std::optional<std::string_view> builtin(std::string_view name);

// The template `name`: the office's (NAME, bytes of plans/NAME.yaml) before the built-in of that name. Throws
// Error{no_input} with the nearest name.
struct OfficePlan {
  std::string name;
  std::string bytes;
};
Template find(std::string_view name, std::span<const OfficePlan> office);

// Where a plan runs. Identity (host_keys, machine_id) as pinned in the register.
struct Target {
  std::string host;
  std::string address;
  std::int64_t port = 22;
  std::string login;
  std::vector<std::string> host_keys;  // "type base64", sorted
  std::string machine_id;
  std::vector<std::string> serials;
  bool operator==(const Target&) const = default;
};

// A command with its parameters filled in.
struct FrozenCommand {
  Title title;
  std::string script;
  std::vector<std::string> arguments;
  std::vector<std::pair<std::string, std::string>> environment;
  std::chrono::milliseconds timeout{0};
  std::vector<int> expect;
  bool sudo = false;
  bool repeatable = false;
  bool reboot = false;

  Digest script_digest() const { return sha256(script); }
  bool expects(int exit_code) const;
  bool operator==(const FrozenCommand&) const = default;
};
struct FrozenProbe {
  std::string check;
  std::string object;
  bool known = false;
  bool operator==(const FrozenProbe&) const = default;
};
// Its bytes are evidence of the incident.
struct FrozenFile {
  std::string name;
  std::int64_t size = 0;
  Digest digest;
  bool operator==(const FrozenFile&) const = default;
};

struct Frozen {
  std::string name;
  Origin origin = Origin::builtin;
  Digest template_digest;
  Title title;
  Title description;
  Run run = Run::ssh;
  std::vector<std::pair<std::string, std::string>> parameters;  // in the template's order, with fallbacks
  std::vector<FrozenCommand> commands;
  std::vector<FrozenCommand> rollback;
  std::vector<FrozenProbe> before;
  std::vector<FrozenProbe> after;
  std::vector<FrozenFile> files;
  std::vector<std::string> parts;
  bool emergency = false;
  bool window = false;
  std::vector<Target> targets;

  // Runs something: ssh or local.
  bool runs() const { return run == Run::ssh || run == Run::local; }
  bool operator==(const Frozen&) const = default;
};

using Values = std::map<std::string, std::string>;

// Fills in and freezes. Throws Error{usage} for a parameter that is missing, unknown (with the nearest) or of
// the wrong type or a command that no host can be given, and Error{not_permitted} for a target without the
// identity that the plan needs: host keys and machine-id for ssh, machine-id for local, none for manual and
// vendor. `files` are those that the template names, in its order.
Frozen freeze(const Template& plan, const Values& values, std::vector<Target> targets,
              std::vector<FrozenFile> files = {});

// Whether `frozen` is what freeze() makes of `plan` and its `files` with the parameters and targets that it
// names: nobody wrote it by hand, and the template is still the same.
bool comes_from(const Frozen& frozen, const Template& plan, std::vector<FrozenFile> files = {});

// Why `value` is not one of the type, or empty.
Message why_not(const Parameter& parameter, std::string_view value);

// What one argument of a program holds on Linux is 128 KiB; what all hold together depends on the host.
inline constexpr std::size_t kMostScript = 120 * 1024;
inline constexpr std::size_t kMostWords = 96 * 1024;  // arguments and environment of a command, together
// Why a host could not be given `command` (too long, a NUL byte, no name of a variable), or empty. freeze()
// and of_node() refuse such a plan, so that it is known before anything is recorded as begun.
Message why_not(const FrozenCommand& command);

// As in an analyze record; exact both ways. of_node throws Error{source.code}.
yaml::Node to_node(const Frozen& plan);
Frozen of_node(const yaml::Node& node, const yaml::Source& source);
// One target, as repair-start records it "as found".
yaml::Node to_node(const Target& target);
Target target_of_node(const yaml::Node& node, const yaml::Source& source);

}  // namespace jaga::plan
