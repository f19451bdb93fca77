#include "workflow/plans.hpp"

#include <algorithm>
#include <array>

#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "process/run.hpp"
#include "register/register.hpp"
#include "round/facts.hpp"
#include "store/directory.hpp"
#include "store/edited.hpp"
#include "workflow/plan_files.hpp"
#include "yaml/read.hpp"

namespace jaga::workflow {
namespace {

std::vector<plan::OfficePlan> office_plans(const Office& office) {
  std::vector<plan::OfficePlan> result;
  if (!office.directory) return result;
  for (store::EditedFile& file : store::edited_files(*office.directory, "plans"))
    if (is_name(file.stem)) result.push_back({std::move(file.stem), std::move(file.bytes)});
  return result;
}

}  // namespace

std::vector<std::string> plan_names(const Office& office) {
  std::vector<std::string> names = plan::builtin_names();
  for (const plan::OfficePlan& one : office_plans(office)) names.push_back(one.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

plan::Template find_plan(const Office& office, const std::string& name) {
  return plan::find(name, office_plans(office));
}

namespace {

// A probe that no round has would never be good.
void require_probes(const plan::Template& chosen) {
  constexpr std::array<std::string_view, 6> kOfAnObject = {"disk", "dns", "http", "inode", "plugin", "tcp"};
  for (const auto* probes : {&chosen.before, &chosen.after})
    for (const plan::Probe& probe : *probes) {
      const auto wrong = [&](Message what, Message hint) {
        return yaml::error_at(ExitCode::config, "plans/" + chosen.name + ".yaml", probe.mark, std::move(what),
                              std::move(hint));
      };
      if (!round::is_known_check(probe.check)) {
        const std::string near = nearest(probe.check, round::known_checks());
        throw wrong(msg("unknown kind of check '{kind}'", {{"kind", probe.check}}),
                    near.empty() ? msg("known kinds: {kinds}", {{"kinds", join(round::known_checks(), ", ")}})
                                 : msg("did you mean '{name}'?", {{"name", near}}));
      }
      if (probe.object == plan::Word{} &&
          std::find(kOfAnObject.begin(), kOfAnObject.end(), probe.check) != kOfAnObject.end())
        throw wrong(msg("'{kind}' requires an object", {{"kind", probe.check}}),
                    msg("write it as {{check: \"tcp\", object: \"443\"}}"));
    }
}

// What the shell of this machine cannot even read; that of a target may be another, so no analysis asks.
void require_readable(const plan::Template& chosen) {
  for (const auto* commands : {&chosen.commands, &chosen.rollback})
    for (const plan::Command& command : *commands) {
      process::Command read;
      read.argv = {"/bin/sh", "-n"};
      read.input = command.script;
      read.environment = {"LC_ALL=C"};
      const process::Outcome outcome = process::run(read);
      if (outcome.end != process::Outcome::End::exited || outcome.code == 0) continue;
      constexpr std::size_t kMostSaid = 200;
      const std::string said = outcome.err.substr(0, outcome.err.find('\n'));
      throw yaml::error_at(
          ExitCode::config, "plans/" + chosen.name + ".yaml", command.script_mark,
          msg("sh cannot parse the script: {what}", {{"what", printable(shortened(said, kMostSaid))}}),
          msg("line numbers count from the beginning of the script; write POSIX sh"));
    }
}

// Of plans/: what its name keeps from being found.
std::optional<Error> unseen(const store::Item& item) {
  const std::string& name = item.name;
  if (name.starts_with('.') || name.ends_with('~')) return std::nullopt;
  const std::size_t dot = name.rfind('.');
  const std::string ending = dot == std::string::npos ? std::string() : name.substr(dot);
  if (item.kind == store::Item::Kind::file && (ending == ".yml" || ending == ".YAML" || ending == ".YML"))
    return Error(ExitCode::config, msg("'{path}' is not a plan", {{"path", "plans/" + printable(name)}}),
                 msg("a plan must be named NAME.yaml"));
  if (item.kind == store::Item::Kind::file && ending == ".yaml" && !is_name(name.substr(0, dot)))
    return Error(ExitCode::config, msg("'{path}' is not a plan", {{"path", "plans/" + printable(name)}}),
                 msg("use a-z, 0-9, dot, dash and underscore, at most {most} characters", {{"most", "128"}}));
  return std::nullopt;
}

}  // namespace

std::vector<Error> faulty_plans(const Office& office) {
  std::vector<Error> out;
  for (const store::Item& item : office.directory->list("plans"))
    if (auto error = unseen(item)) out.push_back(std::move(*error));
  for (const plan::OfficePlan& one : office_plans(office)) {
    try {
      const plan::Template chosen = plan::find(one.name, {&one, 1});
      require_probes(chosen);
      require_readable(chosen);
      (void)office_files(office, chosen);
    } catch (const Error& error) {
      out.push_back(error);
    }
  }
  return out;
}

namespace {

plan::Target target_of(const Office& office, const inventory::Host& host) {
  plan::Target target;
  target.host = host.name;
  target.address = host.address;
  target.port = host.login.port;
  target.login = host.login.repair;
  if (const auto pin = office.registered->pins.find(host.name); pin != office.registered->pins.end()) {
    target.host_keys = pin->second.host_keys;
    target.machine_id = pin->second.machine_id;
    target.serials = pin->second.serials;
  }
  if (target.serials.empty() && !host.hardware.serial.empty()) target.serials = {host.hardware.serial};
  return target;
}

// Of a host without a pinned key: where look_at_hosts() asks for none, pinning would not help.
void require_ssh(const Office& office, const inventory::Host& host) {
  const bool is_here = host.has_check("local") && !host.has_check("ssh");
  if (!is_here && office.inventory->has_ssh(host)) return;
  throw Error(ExitCode::not_permitted,
              msg("'{host}' has no ssh check, and the plan runs over SSH", {{"host", host.name}}),
              msg("choose another plan, or add 'ssh' to its checks in '{file}', then: jaga host trust {host}",
                  {{"host", host.name}, {"file", host.file}}));
}

}  // namespace

plan::Frozen freeze_plan(const Office& office, const std::string& name,
                         const std::vector<std::pair<std::string, std::string>>& parameters,
                         const std::string& host) {
  return freeze_plan(office, name, parameters, std::vector<std::string>{host});
}

plan::Frozen freeze_plan(const Office& office, const std::string& name,
                         const std::vector<std::pair<std::string, std::string>>& parameters,
                         const std::vector<std::string>& hosts) {
  const auto own = office_plans(office);
  const plan::Template chosen = plan::find(name, own);
  require_probes(chosen);
  plan::Values values;
  for (const auto& [key, value] : parameters) {
    if (!values.emplace(key, value).second)
      throw Error(ExitCode::usage, msg("parameter '{name}' is given twice", {{"name", printable(key)}}));
  }
  std::vector<plan::Target> targets;
  for (const std::string& host : hosts) {
    const inventory::Host& known = office.inventory->at(host);
    targets.push_back(target_of(office, known));
    if (chosen.run == plan::Run::ssh && targets.back().host_keys.empty()) require_ssh(office, known);
  }
  return plan::freeze(chosen, values, std::move(targets), office_files(office, chosen));
}

bool is_unmodified(const Office& office, const plan::Frozen& plan) {
  const auto own = office_plans(office);
  try {
    const plan::Template chosen = plan::find(plan.name, own);
    return plan::comes_from(plan, chosen, office_files(office, chosen));
  } catch (const Error& error) {
    if (error.code() == ExitCode::no_input || error.code() == ExitCode::config) return false;
    throw;
  }
}

void require_pinned(const Office& office, const plan::Frozen& plan) {
  if (!plan.runs()) return;
  for (const plan::Target& target : plan.targets) {
    const auto pin = office.registered->pins.find(target.host);
    const bool known = pin != office.registered->pins.end() && pin->second.machine_id == target.machine_id;
    const bool keys =
        known && (plan.run == plan::Run::local ||
                  std::all_of(target.host_keys.begin(), target.host_keys.end(), [&](const std::string& key) {
                    const auto& pinned = pin->second.host_keys;
                    return std::find(pinned.begin(), pinned.end(), key) != pinned.end();
                  }));
    if (!keys)
      throw Error(ExitCode::not_permitted,
                  msg("the pinned key or machine-id of '{host}' differs from that in the plan",
                      {{"host", target.host}}),
                  msg("see 'jaga host show {host}', then analyze again", {{"host", target.host}}));
  }
}

}  // namespace jaga::workflow
