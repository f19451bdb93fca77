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
#include "person_questions.hpp"
#include "questions.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/papers.hpp"
#include "workflow/registering.hpp"

namespace jaga::cmd {
namespace {

struct InitArguments {
  std::optional<std::string> directory;
  std::optional<std::string> organisation;
  std::optional<std::string> city;
  std::vector<std::string> letterhead;
  std::optional<std::string> sop;
  PersonOptions person;
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
std::optional<First> first_of(Session& session, const InitArguments& options, const sop::Sop& procedure,
                              const std::string& organisation, bool asks) {
  const PersonOptions& person = options.person;
  if (person.id.empty()) {
    if (!person.roles.empty()) throw requires_option("--role", "--person");
    for (const auto& [given, option] : {std::pair{&person.name, "--name"},
                                        {&person.nip, "--nip"},
                                        {&person.rank, "--rank"},
                                        {&person.position, "--position"}})
      if (*given) throw requires_option(option, "--person");
    return std::nullopt;
  }
  if (!is_name(person.id)) throw bad_name(person.id);
  check_roles(procedure, person.roles, false);
  sign::FoundKey key = asks ? ask_for_own_key(session, person.id) : own_key(session, person.id);
  First first{first_person(procedure, person, key, session.now()), std::move(key)};
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
  if (!wish.city.empty() && wish.city != office.settings->city) other("--city", "jaga.yaml");
  if (!wish.letterhead.empty() && wish.letterhead != office.settings->letterhead)
    other("--letterhead", "jaga.yaml");
  if (wish.sop && sha256(*wish.sop) != office.sop_digest) other("--sop", "sop.yaml");
  if (wish.shared && !office.directory->shared())
    throw Error{ExitCode::cant_create,
                msg("'{path}' is already a working directory, but not a shared one",
                    {{"path", printable(wish.path)}}),
                msg("remove it if it is empty, or leave out --shared")};
}

void print_made(Session& session, const workflow::Initialised& made) {
  if (session.prints_values()) return;
  for (const std::string& file : made.files) session.ui().print(made.path + "/" + file);
}

// As init() will write it.
inventory::Settings settings_of(const workflow::InitOptions& wish) {
  inventory::Settings settings;
  settings.organisation = wish.organisation;
  settings.letterhead = wish.letterhead;
  return settings;
}

// Papers print the header's legal basis, which is another office's. Before the register is started nothing
// adopts a procedure.
void hint_header(Session& session, const sop::Header& header, const workflow::InitOptions& wish,
                 bool registered) {
  if (!workflow::is_of_another(header, settings_of(wish))) return;
  const Message::Arguments names{{"agency", header.agency}, {"organisation", wish.organisation}};
  session.ui().hint(
      registered
          ? msg("the header of sop.yaml is that of '{agency}', not of '{organisation}'; edit it, then: jaga "
                "adopt",
                names)
          : msg("the header of sop.yaml is that of '{agency}', not of '{organisation}'; edit it before the "
                "register is started",
                names));
}

void hint_members(Session& session, const InitArguments& options, const std::string& path) {
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

std::string letterhead_text(const workflow::InitOptions& wish, const sop::Sop& procedure) {
  return join(workflow::letterhead_of(procedure.header, settings_of(wish)), " / ");
}

std::string or_none(Session& session, const std::string& text) {
  return text.empty() || text == "-" ? none_text(session) : text;
}

// Line by line, until one is empty.
void ask_for_letterhead(Session& session, const sop::Sop& procedure, const workflow::InitOptions& wish,
                        InitArguments& options) {
  const std::string usual = letterhead_text(wish, procedure);
  for (std::size_t n = 1;; ++n) {
    const Message question = msg("letterhead, line {n}", {{"n", std::to_string(n)}});
    const auto line =
        ask_line(session, question, n == 1 ? or_none(session, usual) : session.ui().text(msg("no more")),
                 "--letterhead", Typed::prose);
    if (!line) return;
    options.letterhead.push_back(*line);
  }
}

// What the options do not say, but for the key. `wish` is good without them.
void ask(Session& session, InitArguments& options, workflow::InitOptions& wish) {
  tell_words(
      session,
      msg("This creates a working directory in '{path}'. Enter takes the value in brackets; Ctrl-C stops "
          "without writing anything.",
          {{"path", printable(wish.path)}}));
  if (!options.sop && ::access((wish.path + "/sop.yaml").c_str(), F_OK) != 0)
    ask_until(session, msg("procedure: {names} or a file", {{"names", join(sop::builtin_names(), ", ")}}),
              "form", [&](const std::string& text) {
                workflow::InitOptions changed = wish;
                changed.sop = procedure_of(session, text.empty() ? "form" : text);
                (void)workflow::check_init(changed);
                options.sop = text.empty() ? "form" : text;
                wish.sop = changed.sop;
              });
  const sop::Sop procedure = workflow::check_init(wish);
  if (!options.organisation)
    options.organisation = ask_line(session, msg("organisation, as on documents"),
                                    or_none(session, procedure.header.agency), "--org");
  wish.organisation = options.organisation.value_or(wish.organisation);
  if (!options.city)
    options.city = ask_line(session, msg("city, as before the date of documents"), none_text(session),
                            "--city", Typed::prose);
  wish.city = options.city.value_or("");
  if (options.letterhead.empty()) ask_for_letterhead(session, procedure, wish, options);
  wish.letterhead = options.letterhead;
  ask_for_first_person(session, procedure, options.person);
}

// Shows all that would be written.
bool confirm(Session& session, const workflow::InitOptions& wish, const sop::Sop& procedure,
             const std::optional<First>& first) {
  Ui& ui = session.ui();
  const auto kept = [&](const char* file) { return ::access((wish.path + "/" + file).c_str(), F_OK) == 0; };
  document::Table files;
  const auto row = [&](const std::string& file, const Message& what) {
    files.rows.push_back({file, ui.text(what)});
  };
  const auto said = [&](const std::string& text) {
    return Message::Arguments{{"text", or_none(session, text)}};
  };
  row("jaga.yaml",
      msg("organisation: {text}", said(workflow::agency_of(procedure.header, settings_of(wish)))));
  row("", msg("city: {text}", said(wish.city)));
  row("", msg("letterhead: {text}", said(letterhead_text(wish, procedure))));
  row("", msg("language of documents: {text}", said(wish.language == Language::indonesian ? "id" : "en")));
  if (kept("sop.yaml"))
    row("sop.yaml", msg("exists and is kept"));
  else
    row("sop.yaml", msg("procedure: {text}", {{"text", procedure.header.title}}));
  for (const char* file : {"hosts.yaml", ".gitattributes", ".gitignore"})
    row(file, kept(file)                          ? msg("exists and is kept")
              : file == std::string("hosts.yaml") ? msg("no hosts yet")
                                                  : msg("for git"));
  ui.tell("");
  tell_words(session, msg("This will be written to '{path}':", {{"path", printable(wish.path)}}));
  tell_table(session, files);
  if (first) {
    tell_words(session, msg("and signed, as the first record of the register:"));
    tell_table(session, person_table(session, first->person));
  } else {
    tell_words(session, msg("nobody is registered yet: the directory can measure, but not open incidents"));
  }
  return ask_yes(session, msg("Write all of this?"));
}

// Where the folder lies that DIR, -C or the current directory name.
std::string wished_path(Session& session, const InitArguments& options) {
  std::string path = session.absolute(options.directory.value_or(session.globals().directory.value_or(".")));
  if (path.ends_with("/.")) path.resize(path.size() - 2);
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

// What was answered on a terminal is written whole or not at all; an init by options is completed by running
// it again.
[[noreturn]] void give_up(Session& session, const workflow::Initialised& made, bool asked,
                          const Error& error) {
  if (asked && workflow::undo_init(made)) {
    session.ui().say(msg("nothing was written"));
    throw error;
  }
  const Message again = msg("the directory was created; run the same command again to complete it");
  if (error.hint().empty()) throw Error{error.code(), error.message(), again};
  session.ui().say(again);
  throw error;
}

ExitCode init(Session& session, InitArguments options) {
  if (options.directory && options.directory->empty())
    throw Error{ExitCode::usage, msg("the folder has an empty name"), msg("'.' is the current one")};
  workflow::InitOptions wish;
  wish.path = wished_path(session, options);
  wish.organisation = options.organisation.value_or("-");
  wish.city = options.city.value_or("");
  wish.letterhead = options.letterhead;
  wish.language = session.ui().language();
  wish.opener = {::geteuid(), session.config().trusted};
  const auto outer = store::WorkingDirectory::find(wish.path);
  const bool goes_on = outer == wish.path && !options.person.id.empty();
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
  sop::Header header;
  const bool asks = !goes_on && may_ask(session) && (!options.organisation || options.person.id.empty());
  if (goes_on) {
    session.enter(wish.path);
    const workflow::Office& office = session.office();
    if (office.register_chain) throw already_there(wish.path);
    require_the_same(office, wish, options.organisation);
    made.repo = office.settings->repo;
    first = first_of(session, options, *office.sop, office.settings->organisation, false);
    header = office.sop->header;
    wish.organisation = office.settings->organisation;
  } else {
    (void)workflow::check_init(wish);
    if (::access(wish.path.c_str(), F_OK) == 0) (void)read_inventory(store::Folder(wish.path));
    if (asks) ask(session, options, wish);
    const sop::Sop procedure = workflow::check_init(wish);
    first = first_of(session, options, procedure, wish.organisation, asks);
    header = procedure.header;
    if (asks && !confirm(session, wish, procedure, first)) return nothing_written(session);
    made = workflow::init(wish, session.random());
  }
  const auto tell_made = [&] {
    if (!goes_on) session.recorded(made.path);
    print_made(session, made);
  };
  Ui& ui = session.ui();
  Json json;
  json["path"] = made.path;
  json["repo"] = made.repo;
  json["files"] = made.files;
  if (!first) {
    tell_made();
    if (session.prints_values()) ui.json(json);
    hint_members(session, options, made.path);
    hint_header(session, header, wish, false);
    ui.hint(
        msg("add your hosts to hosts.yaml, then run 'jaga monitor'; incidents can be opened once 'jaga "
            "person add ID --role ROLE' has started the register and the others are registered"));
    return ExitCode::ok;
  }
  if (!asks) tell_made();
  record::Record genesis;
  try {
    if (!goes_on) session.enter(made.path);
    genesis = workflow::begin_register(session.acting(), first->person, first->key);
  } catch (const Error& error) {
    give_up(session, made, asks, error);
  }
  if (asks) tell_made();
  session.recorded("register/" + record::file_name(genesis.envelope));
  if (session.prints_values()) {
    json["genesis"] = genesis.digest.text();
    ui.json(json);
  } else {
    ui.print(made.path + "/register/" + record::file_name(genesis.envelope));
    ui.print(msg("digest of the first record: {digest}", {{"digest", genesis.digest.text()}}));
  }
  hint_members(session, options, made.path);
  ui.hint(msg("write this digest down on paper: it proves later that the register was not replaced"));
  hint_header(session, header, wish, true);
  session.reload_register();
  hint_vacant(session);
  ui.hint(
      msg("next: add your hosts to hosts.yaml or with 'jaga host add NAME ADDRESS', then run 'jaga host "
          "trust' and 'jaga monitor'"));
  return ExitCode::ok;
}

}  // namespace

void setup_init(Setup& setup) {
  auto options = std::make_shared<InitArguments>();
  setup.argument("DIR", options->directory, msg("the folder, created if missing; default: the current one"))
      .option("--org", "NAME", options->organisation, msg("the organisation's name, as on paper"))
      .option("--city", "TEXT", options->city, msg("the city, as before the date of documents"))
      .list("--letterhead", "TEXT", options->letterhead,
            msg("a line of the letterhead, the first ones first"))
      .option("--sop", "NAME|FILE", options->sop,
              msg("the procedure: form (the default), small-team, or a file"))
      .option("--person", "ID", options->person.id, msg("start the register with this person and their key"))
      .list("--role", "ROLE", options->person.roles, msg("a role of that person, besides admin"))
      .option("--name", "NAME", options->person.name, msg("the name, as on paper"))
      .option("--nip", "NIP", options->person.nip, msg("the civil servant's number, as on paper"))
      .option("--rank", "RANK", options->person.rank, msg("the rank and grade, as on paper"))
      .option("--position", "TEXT", options->person.position,
              msg("the position, as on paper; default: the title of the role"))
      .option("--shared", "GROUP", options->shared, msg("share the folder with a group of this machine"));
  setup.run([options](Session& session) { return init(session, *options); });
}

}  // namespace jaga::cmd
