#include "workflow/maintenance.hpp"

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "store/edited.hpp"
#include "workflow/acting_person.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kFolder = "maintenance";
constexpr std::string_view kEnding = ".yaml";

}  // namespace

std::vector<inventory::Window> maintenance_windows(const Context& context) {
  std::vector<inventory::Window> out;
  for (const store::EditedFile& file : store::edited_files(*context.directory, kFolder)) {
    if (is_name(file.stem))
      out.push_back(inventory::parse_window(file.bytes, file.path, file.stem, *context.inventory,
                                            context.sop->calendar.utc_offset, context.now()));
  }
  return out;
}

Maintained maintain(const ActingContext& context, const Maintain& options) {
  const Actor actor = acting_person(context);
  if (actor.roles.empty())
    throw Error(
        ExitCode::not_permitted, msg("'{person}' has no role", {{"person", actor.person}}),
        msg("an admin assigns one: jaga person change {person} --role ROLE", {{"person", actor.person}}));
  (void)context.inventory->select(options.hosts);  // that they are there
  const Instant now = context.now();
  Maintained done;
  inventory::Window& window = done.window;
  window.hosts = options.hosts;
  window.from = options.from.value_or(now);
  window.until = options.until;
  window.by = actor.person;
  window.reason = sanitized(trim(options.reason));
  if (window.reason.empty())
    throw Error(ExitCode::usage, msg("a maintenance window requires a reason"), msg("give it with -m"));
  require_recordable("-m", window.reason);
  if (window.until <= window.from)
    throw Error(ExitCode::usage, msg("the maintenance window ends before it begins"),
                msg("give the end with --until, for example 2026-11-24 22:00"));
  if (window.until <= now) throw Error(ExitCode::usage, msg("the maintenance window is already over"));
  const std::string& first = options.hosts.front();
  window.name = compact_date(window.from, context.sop->calendar.utc_offset) + "-" +
                (first.starts_with('@') ? first.substr(1) : first) + "-" + random_suffix(context.random, 6);
  done.path = std::string(kFolder) + "/" + window.name + std::string(kEnding);
  context.directory->create(done.path, inventory::window_yaml(window));
  return done;
}

}  // namespace jaga::workflow
