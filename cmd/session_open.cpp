// The part of Session that opens a working directory.
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <map>
#include <memory>

#include "base/debug.hpp"
#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "base/typed_time.hpp"
#include "base/zone.hpp"
#include "inventory/inventory.hpp"
#include "inventory/settings.hpp"
#include "os/debug_timer.hpp"
#include "process/environment.hpp"
#include "register/register.hpp"
#include "session.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "store/edited.hpp"
#include "store/state.hpp"
#include "version.hpp"
#include "workflow/incidents.hpp"
#include "workflow/monitor.hpp"
#include "workflow/network.hpp"
#include "workflow/reach.hpp"

namespace jaga::cmd {
namespace {

// Nothing that an office writes down lies outside these years, and what does could not be read everywhere.
Instant within_reason(const std::string& text, Instant at, std::chrono::minutes utc_offset) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(at + utc_offset)};
  if (date.year() >= std::chrono::year{1970} && date.year() <= std::chrono::year{2100}) return at;
  throw Error{ExitCode::usage,
              msg("'{text}' is outside the years 1970 to 2100", {{"text", printable(text)}})};
}

// A date alone begins with its midnight; `until` it is until it is over.
TypedTime typed_time(const Session& session, const std::string& text) {
  const std::optional<TypedTime> time = parse_typed_time(text, session.utc_offset(), session.now());
  if (!time)
    throw Error{ExitCode::usage, msg("invalid time '{text}'", {{"text", printable(text)}}),
                msg("write it like '2026-11-24 11:15', '24 nov', 'yesterday 11:15', '11:15' for today or "
                    "'2026-11-24T03:15:00Z', or as a duration: 90m, 2h, 3d")};
  within_reason(text, time->at, session.utc_offset());
  return *time;
}

Instant end_of(const TypedTime& time) {
  return time.whole_day ? time.at + std::chrono::days{1} : time.at;
}

std::string home_of(const Surroundings& surroundings) {
  return surroundings.variable("HOME");
}

std::string state_home(const Surroundings& surroundings) {
  const std::string given = surroundings.variable("XDG_STATE_HOME");
  if (given.starts_with('/')) return given;
  const std::string home = home_of(surroundings);
  if (!home.starts_with('/')) {
    throw Error{ExitCode::config,
                msg("cannot store what this account has seen: neither HOME nor XDG_STATE_HOME is set"),
                msg("set HOME")};
  }
  return home + "/.local/state";
}

// What cannot be entered may well be a working directory; and -C may name what is none.
void require_folder(const std::string& path) {
  struct stat status {};
  const auto refuse = [&](int error) {
    throw system_error(error, msg("cannot access '{path}': {reason}", {{"path", printable(path)}}),
                       error == EACCES
                           ? msg("the owner of the directory can give you access; see jaga-init(1), --shared")
                           : Message{});
  };
  if (::stat(path.c_str(), &status) != 0) refuse(errno);
  if (!S_ISDIR(status.st_mode)) refuse(ENOTDIR);
  if (::access(path.c_str(), X_OK) != 0) refuse(errno);
}

}  // namespace

void require_named_folder(const Globals& globals, const Surroundings& surroundings) {
  if (globals.directory) require_folder(start_of_search(globals, surroundings));
}

inventory::Inventory load_inventory(const store::Folder& folder, std::optional<inventory::File> more_file) {
  const inventory::File hosts{"hosts.yaml", folder.read("hosts.yaml").value_or("")};
  std::vector<inventory::File> more;
  for (store::EditedFile& file : store::edited_files(folder, "hosts.d"))
    more.push_back({std::move(file.path), std::move(file.bytes)});
  if (more_file) more.push_back(*std::move(more_file));
  const os::DebugTimer timer;
  inventory::Inventory inventory = inventory::load(hosts, more);
  if (debugging())
    debug("config", "inventory: {} hosts in {} files, understood in {}", inventory.hosts.size(),
          more.size() + 1, timer.text());
  return inventory;
}

std::shared_ptr<const inventory::Inventory> read_inventory(const store::Folder& folder) {
  return std::make_shared<const inventory::Inventory>(load_inventory(folder, {}));
}

sign::Places Session::key_places() const {
  sign::Places places;
  if (globals_.key)
    places.key_file = absolute(*globals_.key);
  else if (const std::string key = surroundings_.variable("JAGA_KEY"); !key.empty())
    places.key_file = absolute(key);
  places.config_key = config_.key;
  places.agent_socket = surroundings_.variable("SSH_AUTH_SOCK");
  if (const std::string home = home_of(surroundings_); !home.empty()) places.home_ssh = home + "/.ssh";
  places.wants_touch = [&ui = ui_] { ui.say(msg("touch the security key")); };
  // What speaks to a FIDO key; the program that asks for a passphrase, and its window.
  for (const char* name : {"PATH", "HOME", "SSH_SK_PROVIDER", "SSH_SK_HELPER", "SSH_ASKPASS", "DISPLAY",
                           "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR"}) {
    if (const std::string value = surroundings_.variable(name); !value.empty()) {
      places.environment.push_back(std::string(name) + "=" + value);
    }
  }
  return places;
}

void Session::open(Needs needs) {
  const std::optional<std::string> path = find_working_directory(globals_, surroundings_);
  require_named_folder(globals_, surroundings_);
  if (!path) {
    require_folder(start_of_search(globals_, surroundings_));
    throw Error{ExitCode::no_input, msg("no jaga.yaml in this directory or its parents"),
                msg("create one with 'jaga init', or name one with -C DIR")};
  }
  debug("config", "working directory {}", *path);
  context_ = std::make_unique<workflow::ActingContext>();
  workflow::ActingContext& context = *context_;
  context.directory = std::make_shared<store::WorkingDirectory>(
      store::WorkingDirectory::open(*path, {::geteuid(), config_.trusted}));
  const store::WorkingDirectory& directory = *context.directory;
  context.settings = std::make_shared<inventory::Settings>(
      inventory::parse_settings(directory.require(store::kMarkFile), std::string(store::kMarkFile)));
  if (globals_.language.empty() && !config_.language) ui_.set_language(context.settings->language);
  context.language = ui_.language();
  if (needs == Needs::directory) {
    const std::string bytes = directory.require("sop.yaml");
    context.sop_digest = sha256(bytes);
    const os::DebugTimer timer;
    context.sop = sop::parse_once(bytes, context.sop_digest, "sop.yaml");
    if (debugging())
      debug("config", "sop.yaml {}: understood in {}", context.sop_digest.text(), timer.text());
    context.inventory =
        workflow::DeferredInventory([folder = context.directory] { return read_inventory(*folder); });
  }
  context.now = [this] { return now(); };
  context.random = random();
  state_ = std::make_shared<const store::Installation>(open_state());
  context.installation = state_->installation();
  context.state_folder = state_->folder();
  context.memory = std::shared_ptr<const store::Memory>(state_, &state_->memory());
  context.keys = key_places();
  context.keys.machine_key = state_->machine_key_file();
  if (globals_.person)
    context.wanted_person = globals_.person;
  else if (const std::string person = surroundings_.variable("JAGA_PERSON"); !person.empty())
    context.wanted_person = person;
  else
    context.wanted_person = config_.person;
  context.stop = surroundings_.stop;
  context.version = JAGA_VERSION;
  context.notice = [this](const Message& message) { ui_.say(message); };
  const os::DebugTimer timer;
  workflow::load_register(context);
  if (debugging()) debug("record", "register: loaded and checked in {}", timer.text());
  if (needs == Needs::directory)
    context.transport = workflow::deferred_transport([this] { return transport(); });
}

void Session::reload_register() {
  workflow::load_register(*context_);
}

void Session::tell_inventory() const {
  const Error* wrong = context_ ? context_->inventory.wrong() : nullptr;
  if (wrong == nullptr) return;
  ui_.say(msg("commands that need no host still work, although {what}").with("what", wrong->message()));
  if (!wrong->hint().empty()) ui_.hint(wrong->hint());
}

std::unique_ptr<workflow::Transport> Session::transport() const {
  const workflow::Context& context = *context_;
  const ssh::Options options = logins();
  return workflow::network_transport(
      options, context.random, surroundings_.environment,
      [&context, options, this](const std::vector<workflow::RepeatedProbe>& wishes, std::stop_token stop) {
        return workflow::probe_again(context, wishes, options, surroundings_.environment, stop);
      },
      [&context, options, ways = std::make_shared<std::map<std::string, workflow::Reach>>()](
          const std::string& name, ssh::Target& target) {
        const inventory::Host* host = context.inventory->find(name);
        if (host == nullptr) return;
        auto way = ways->find(name);
        if (way == ways->end()) way = ways->emplace(name, workflow::Reach(context, {host}, options)).first;
        way->second.add_way(name, target);
      });
}

store::Installation Session::open_state() const {
  std::string machine;
  if (::access("/etc/machine-id", R_OK) == 0) machine = std::string(trim(read_input("/etc/machine-id", 256)));
  const store::WorkingDirectory& directory = *context_->directory;
  // Where the path that was typed leads to another one, a step up left a symbolic link.
  std::string typed = find_as_typed(globals_, surroundings_).value_or("");
  struct stat status {};
  if (::stat(typed.c_str(), &status) != 0 ||
      directory.identity() != std::pair<std::uint64_t, std::uint64_t>{status.st_dev, status.st_ino})
    typed.clear();
  store::Installation state = store::Installation::open(state_home(surroundings_), context_->settings->repo,
                                                        directory, machine, context_->random, typed);
  for (const Message& remark : state.remarks()) ui_.say(remark);
  return state;
}

std::chrono::minutes Session::utc_offset() const {
  return context_ && context_->sop ? context_->sop->calendar.utc_offset : std::chrono::minutes{0};
}

std::string Session::local(Instant at) const {
  return ui_.text(zoned_time(at, utc_offset()));
}

document::Locale Session::locale() const {
  return {ui_.language(), [offset = utc_offset()](Instant at) { return local_time(at, offset); },
          zone_text(utc_offset())};
}

Instant Session::time_ago(const std::string& text) const {
  const auto span = parse_duration(text);
  return span ? within_reason(text, now() - *span, utc_offset()) : typed_time(*this, text).at;
}

Instant Session::time_after(const std::string& text, Instant from) const {
  const auto span = parse_duration(text);
  return span ? within_reason(text, from + *span, utc_offset()) : typed_time(*this, text).at;
}

Instant Session::time_ago_until(const std::string& text) const {
  return parse_duration(text) ? time_ago(text) : end_of(typed_time(*this, text));
}

Instant Session::time_until(const std::string& text, Instant from) const {
  return parse_duration(text) ? time_after(text, from) : end_of(typed_time(*this, text));
}

std::optional<Instant> Session::past(const std::string& option,
                                     const std::optional<std::string>& text) const {
  const std::optional<Instant> at = text ? std::optional(time_ago(*text)) : std::nullopt;
  if (at && *at > now()) {
    throw Error{ExitCode::usage, msg("{option} is in the future", {{"option", option}}),
                msg("it is now {time}", {{"time", local(now())}})};
  }
  return at;
}

ssh::Options Session::logins() const {
  ssh::Options options;
  const sign::Places places = context_ ? context_->keys : key_places();
  options.identities.agent_socket = places.agent_socket;
  std::vector<std::string> files;
  if (places.key_file) files.push_back(*places.key_file);
  if (places.config_key) files.push_back(*places.config_key);
  for (const char* name : {"id_ed25519", "id_ecdsa", "id_rsa", "id_ed25519_sk", "id_ecdsa_sk"}) {
    if (!places.home_ssh.empty()) files.push_back(places.home_ssh + "/" + name);
  }
  if (places.machine_key) files.push_back(*places.machine_key);
  for (const std::string& file : files) {
    if (!file.ends_with(".pub") && ::access(file.c_str(), R_OK) == 0)
      options.identities.key_files.push_back(file);
  }
  // `ssh -G` uses this name if its configuration sets no user; a service may have no USER.
  std::vector<process::Change> changes;
  if (const passwd* user = ::getpwuid(::geteuid()); user != nullptr)
    changes.emplace_back("USER", user->pw_name);
  // It runs beside this process, where nobody can type: a PIN or passphrase is asked for by a program or not
  // at all.
  const bool has_display =
      !surroundings_.variable("DISPLAY").empty() || !surroundings_.variable("WAYLAND_DISPLAY").empty();
  if (surroundings_.variable("SSH_ASKPASS").empty() && !has_display) changes.emplace_back("SSH_ASKPASS", "");
  changes.emplace_back("SSH_ASKPASS_REQUIRE", "force");
  options.wants_touch = [&ui = ui_](const std::string& host) {
    ui.say(msg("touch the security key to log in on '{host}'", {{"host", printable(host)}}));
  };
  options.program = ssh::Program{process::environment_with(surroundings_.environment, changes)};
  if (const std::string scratch = surroundings_.variable("TMPDIR"); scratch.starts_with("/"))
    options.program->directory = scratch;
  for (const char* name : {"known_hosts", "known_hosts2"})
    if (!places.home_ssh.empty()) options.known_hosts.push_back(places.home_ssh + "/" + name);
  for (const char* name : {"/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"})
    options.known_hosts.emplace_back(name);
  options.program->has_config =
      !places.home_ssh.empty() && ::access((places.home_ssh + "/config").c_str(), R_OK) == 0;
  return options;
}

}  // namespace jaga::cmd
