// jaga init [DIR]
#include "workflow/init.hpp"

#include <grp.h>
#include <unistd.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "parse.hpp"
#include "people.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::optional<std::string> directory;
  std::optional<std::string> organisation;
  std::optional<std::string> sop;
  std::optional<std::string> person;
  std::vector<std::string> roles;
  std::optional<std::string> shared;
};

// The bytes of the procedure named by --sop; none: not given.
std::optional<std::string> procedure_of(Session& session, const std::optional<std::string>& named) {
  if (!named) return std::nullopt;
  const std::vector<std::string> names = sop::builtin_names();
  const bool builtin = std::find(names.begin(), names.end(), *named) != names.end();
  if (!builtin && (named->find('/') != std::string::npos || named->ends_with(".yaml")))
    return session.read_input(*named, store::Folder::kMostRead);
  return std::string(sop::builtin(*named));  // throws with the list of built-in ones
}

gid_t group_of(const std::string& name) {
  const group* entry = ::getgrnam(name.c_str());
  if (entry == nullptr)
    throw Error{ExitCode::no_input, msg("unknown group '{group}'", {{"group", printable(name)}}),
                msg("see getent(1): getent group")};
  return entry->gr_gid;
}

// The person who starts the register, after everything was checked.
struct First {
  registry::Person person;
  sign::FoundKey key;
};
std::optional<First> first_of(Session& session, const Options& options, const sop::Sop& procedure,
                              const std::string& organisation) {
  if (!options.person) {
    if (!options.roles.empty()) throw requires_option("--role", "--person");
    return std::nullopt;
  }
  if (!is_name(*options.person)) throw bad_name(*options.person);
  check_roles(procedure, options.roles, false);
  sign::FoundKey key = own_key(session, *options.person);
  First first{first_person(procedure, *options.person, options.roles, key, session.now()), std::move(key)};
  (void)registry::genesis_body(organisation, first.person, {});  // throws here what it would throw later
  return first;
}

// An earlier init made the folder and was interrupted before anybody was registered: this one completes it,
// as long as its options say the same.
void require_the_same(const workflow::Office& office, const workflow::InitOptions& wish,
                      const std::optional<std::string>& organisation) {
  const auto other = [&](const char* option, const char* file) {
    throw Error{ExitCode::cant_create,
                msg("'{path}' is already a working directory, with another {option}",
                    {{"path", printable(wish.path)}, {"option", option}}),
                msg("leave out {option} to continue with it, or edit {file} there",
                    {{"option", option}, {"file", file}})};
  };
  if (organisation && *organisation != office.settings->organisation) other("--org", "jaga.yaml");
  if (wish.sop && sha256(*wish.sop) != office.sop_digest) other("--sop", "sop.yaml");
  if (wish.shared && !office.directory->shared())
    throw Error{ExitCode::cant_create,
                msg("'{path}' is already a working directory, but not a shared one",
                    {{"path", printable(wish.path)}}),
                msg("remove it if it is empty, or leave out --shared")};
}

void print_made(Session& session, const workflow::Initialised& made) {
  if (session.json()) return;
  for (const std::string& file : made.files) session.ui().print(made.path + "/" + file);
}

void hint_members(Session& session, const Options& options, const std::string& path) {
  if (!options.shared) return;
  session.ui().hint(
      msg("each member of '{group}' adds it once under 'trusted' in ~/.config/jaga/config.yaml: trusted: "
          "[{path}]",
          {{"group", printable(*options.shared)}, {"path", printable(path)}}));
}

Error already_there(const std::string& path) {
  return Error{ExitCode::cant_create,
               msg("'{path}' is already a working directory", {{"path", printable(path)}}),
               msg("see 'jaga status' there, or choose another folder")};
}

ExitCode init(Session& session, const Options& options) {
  workflow::InitOptions wish;
  wish.path = session.absolute(options.directory.value_or(session.globals().directory.value_or(".")));
  if (wish.path.ends_with("/.")) wish.path.resize(wish.path.size() - 2);
  while (wish.path.size() > 1 && wish.path.ends_with('/')) wish.path.pop_back();
  wish.organisation = options.organisation.value_or("-");
  wish.language = session.ui().language();
  wish.opener = {::geteuid(), session.config().trusted};
  const auto outer = store::WorkingDirectory::find(wish.path);
  const bool goes_on = outer == wish.path && options.person;
  if (outer && !goes_on) {
    if (*outer == wish.path) throw already_there(wish.path);
    throw Error{ExitCode::cant_create,
                msg("'{path}' is inside the working directory '{outer}'",
                    {{"path", printable(wish.path)}, {"outer", printable(*outer)}}),
                msg("see 'jaga status' there, or choose a folder outside it")};
  }
  // Checked before anything is created: a refusal leaves nothing behind.
  wish.sop = procedure_of(session, options.sop);
  if (options.shared) wish.shared = group_of(*options.shared);
  workflow::Initialised made;
  made.path = wish.path;
  std::optional<First> first;
  if (goes_on) {
    session.enter(wish.path);
    const workflow::Office& office = session.office();
    if (office.register_chain) throw already_there(wish.path);
    require_the_same(office, wish, options.organisation);
    made.repo = office.settings->repo;
    first = first_of(session, options, *office.sop, office.settings->organisation);
  } else {
    const sop::Sop procedure = workflow::check_init(wish);
    if (::access(wish.path.c_str(), F_OK) == 0) (void)read_inventory(store::Folder(wish.path));
    first = first_of(session, options, procedure, wish.organisation);
    made = workflow::init(wish, session.random());
    session.recorded(made.path);
  }
  Ui& ui = session.ui();
  Json json;
  json["path"] = made.path;
  json["repo"] = made.repo;
  json["files"] = made.files;
  print_made(session, made);
  if (!first) {
    if (session.json()) ui.json(json);
    hint_members(session, options, made.path);
    ui.hint(
        msg("add your hosts to hosts.yaml, then run 'jaga monitor'; incidents can be opened once 'jaga "
            "person add ID --role ROLE' has started the register and the others are registered"));
    return ExitCode::ok;
  }
  if (!goes_on) session.enter(made.path);
  record::Record genesis;
  try {
    genesis = workflow::begin_register(session.acting(), first->person, first->key);
  } catch (const Error& error) {
    const Message again = msg("the directory was created; run the same command again to complete it");
    if (error.hint().empty()) throw Error{error.code(), error.message(), again};
    ui.say(again);
    throw;
  }
  session.recorded("register/" + record::file_name(genesis.envelope));
  if (session.json()) {
    json["genesis"] = genesis.digest.text();
    ui.json(json);
  } else {
    ui.print(made.path + "/register/" + record::file_name(genesis.envelope));
    ui.print(msg("digest of the first record: {digest}", {{"digest", genesis.digest.text()}}));
  }
  hint_members(session, options, made.path);
  ui.hint(msg("write this digest down on paper: it proves later that the register was not replaced"));
  session.reload_register();
  hint_vacant(session);
  ui.hint(
      msg("next: add your hosts to hosts.yaml or with 'jaga host add NAME ADDRESS', then run 'jaga host "
          "trust' and 'jaga monitor'"));
  return ExitCode::ok;
}

}  // namespace

void setup_init(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.argument("DIR", options->directory, msg("the folder, created if missing; default: the current one"))
      .option("--org", "NAME", options->organisation, msg("the organisation's name, as on paper"))
      .option("--sop", "NAME|FILE", options->sop,
              msg("the procedure: form (the default), small-team, or a file"))
      .option("--person", "ID", options->person, msg("start the register with this person and their key"))
      .list("--role", "ROLE", options->roles, msg("a role of that person, besides admin"))
      .option("--shared", "GROUP", options->shared, msg("share the folder with a group of this machine"));
  setup.run([options](Session& session) { return init(session, *options); });
}

}  // namespace jaga::cmd
