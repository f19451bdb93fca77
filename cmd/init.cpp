// jaga init [DIR]
#include "workflow/init.hpp"

#include <grp.h>

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "people.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/directory.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::optional<std::string> directory;
  std::optional<std::string> organisation;
  std::string sop = "form";
  std::optional<std::string> person;
  std::vector<std::string> roles;
  std::optional<std::string> shared;
};

ExitCode init(Session& session, const Options& options) {
  workflow::InitWish wish;
  wish.path = session.absolute(options.directory.value_or(session.globals().directory.value_or(".")));
  if (wish.path.ends_with("/.")) wish.path.resize(wish.path.size() - 2);
  if (const auto outer = store::WorkingDirectory::find(wish.path)) {
    throw Error{ExitCode::cant_create,
                msg("'{path}' lies in a working directory already", {{"path", printable(*outer)}}),
                msg("see 'jaga status' there, or choose a folder outside it")};
  }
  wish.organisation = options.organisation.value_or("-");
  wish.language = session.ui().language();
  const std::vector<std::string> names{"form", "small-team"};
  if (std::find(names.begin(), names.end(), options.sop) != names.end())
    wish.sop = options.sop;
  else if (options.sop.find('/') != std::string::npos || options.sop.ends_with(".yaml"))
    wish.sop_bytes = session.read_input(options.sop, store::Folder::kMostRead);
  else
    wish.sop = options.sop;  // says which there are
  if (options.shared) {
    const group* entry = ::getgrnam(options.shared->c_str());
    if (entry == nullptr) {
      throw Error{ExitCode::no_input,
                  msg("there is no group '{group}'", {{"group", printable(*options.shared)}}),
                  msg("see getent(1): getent group")};
    }
    wish.shared = entry->gr_gid;
  }
  // Before anything is made: without a key the directory would be left without its person.
  std::optional<sign::FoundKey> key;
  if (options.person) {
    if (!is_name(*options.person)) throw bad_name(*options.person);
    key = own_key(session, *options.person);
  }

  const workflow::Initialised made = workflow::init(wish, session.random());
  session.recorded(made.path);
  Ui& ui = session.ui();
  yaml::Node json = yaml::Node::map();
  json.set("path", made.path).set("repo", made.repo);
  json.set("files", yaml::Node::texts(made.files));
  if (!session.json()) {
    for (const std::string& file : made.files) ui.print(made.path + "/" + file);
  }
  const auto to_members = [&] {
    if (!options.shared) return;
    ui.hint(
        msg("each member of '{group}' lists it once under 'trusted' in ~/.config/jaga/config.yaml: "
            "trusted: [{path}]",
            {{"group", printable(*options.shared)}, {"path", printable(made.path)}}));
  };
  if (!options.person) {
    if (session.json()) ui.json(json);
    to_members();
    ui.hint(
        msg("write your hosts into hosts.yaml, then 'jaga monitor'; incidents wait until 'jaga person add ID "
            "--role ROLE' has begun the register"));
    return ExitCode::ok;
  }
  session.enter(made.path);
  registry::Person first = first_person(session, *options.person, options.roles, *key);
  record::Record genesis;
  try {
    genesis = workflow::begin_register(session.context(), first, *key);
  } catch (const Error& error) {
    if (error.code() != ExitCode::interrupted) throw;
    throw Error{error.code(), error.message(),
                msg("the directory is made; begin its register with 'jaga person add ID --role ROLE' in it")};
  }
  session.recorded("register/" + record::file_name(genesis.envelope));
  if (session.json()) {
    ui.json(json.set("genesis", genesis.digest.text()));
  } else {
    ui.print(made.path + "/register/" + record::file_name(genesis.envelope));
    ui.print(msg("genesis {digest}", {{"digest", genesis.digest.text()}}));
  }
  to_members();
  ui.hint(
      msg("keep the digest of genesis on paper; write your hosts into hosts.yaml, then 'jaga host trust' and "
          "'jaga monitor'"));
  return ExitCode::ok;
}

}  // namespace

void setup_init(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup
      .argument("DIR", options->directory,
                msg("the folder, made where it is missing; default: the current one"))
      .option("--org", "NAME", options->organisation, msg("the organisation's name, as on paper"))
      .option("--sop", "NAME|FILE", options->sop,
              msg("the procedure: form (the default), small-team, or a file"))
      .option("--person", "ID", options->person, msg("begin the register with this person and their key"))
      .list("--role", "ROLE", options->roles, msg("a role of that person, besides admin"))
      .option("--shared", "GROUP", options->shared, msg("share the folder with a group of this machine"));
  setup.run([options](Session& session) { return init(session, *options); });
}

}  // namespace jaga::cmd
