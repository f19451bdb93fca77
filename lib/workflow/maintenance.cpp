#include "workflow/maintenance.hpp"

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "inventory/inventory.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kFolder = "maintenance";
constexpr std::string_view kEnding = ".yaml";

}  // namespace

std::vector<inventory::Window> maintenance_windows(const Context& context) {
  std::vector<inventory::Window> out;
  for (const store::Item& item : context.directory->list(std::string(kFolder))) {
    if (item.kind != store::Item::Kind::file || !item.name.ends_with(kEnding)) continue;
    const std::string name = item.name.substr(0, item.name.size() - kEnding.size());
    const std::string path = std::string(kFolder) + "/" + item.name;
    if (is_name(name))
      out.push_back(inventory::parse_window(context.directory->require(path), path, name, *context.inventory,
                                            context.sop->calendar.utc_offset, context.now()));
  }
  return out;
}

Maintained maintain(const Context& context, const Maintain& wish) {
  const Actor actor = who_acts(context);
  if (actor.roles.empty())
    throw Error(
        ExitCode::not_permitted, msg("'{person}' holds no role", {{"person", actor.person}}),
        msg("an admin gives one: jaga person change {person} --role ROLE", {{"person", actor.person}}));
  (void)context.inventory->select(wish.hosts);  // that they are there
  const Instant now = context.now();
  Maintained done;
  inventory::Window& window = done.window;
  window.hosts = wish.hosts;
  window.from = wish.from.value_or(now);
  window.until = wish.until;
  window.by = actor.person;
  window.reason = sanitized(trim(wish.reason));
  if (window.reason.empty())
    throw Error(ExitCode::usage, msg("a maintenance window needs a reason"), msg("give it with -m"));
  require_recordable("-m", window.reason);
  if (window.until <= window.from)
    throw Error(ExitCode::usage, msg("the maintenance window ends before it begins"),
                msg("--until says when it ends, as 2026-11-24 22:00"));
  if (window.until <= now) throw Error(ExitCode::usage, msg("the maintenance window is over already"));
  const std::string& first = wish.hosts.front();
  window.name = compact_date(window.from, context.sop->calendar.utc_offset) + "-" +
                (first.starts_with('@') ? first.substr(1) : first) + "-" + random_suffix(context.random, 6);
  done.path = std::string(kFolder) + "/" + window.name + std::string(kEnding);
  context.directory->create(done.path, inventory::window_yaml(window));
  return done;
}

}  // namespace jaga::workflow
