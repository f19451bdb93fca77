// jaga host prepare HOST|@GROUP...
#include "host_prepare.hpp"

#include <memory>

#include "base/text.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "version.hpp"
#include "workflow/prepare.hpp"

namespace jaga::cmd {
namespace {

struct HostPrepareArguments {
  std::vector<std::string> hosts;
  std::optional<std::string> from;
  bool no_sudo = false, undo = false;
};

// Who will be able to log in and what they can do then, before anybody runs it.
void say_what_it_does(Session& session, const workflow::Preparation& made,
                      const HostPrepareArguments& options) {
  Ui& ui = session.ui();
  if (options.undo) {
    ui.say(
        msg("the script removes the keys of jaga, its rules of sudo and, if a script of jaga made them, the "
            "accounts {measure} and {repair}",
            {{"measure", made.measure}, {"repair", made.repair}}));
    return;
  }
  bool repairs = false;
  for (const workflow::PreparedKey& key : made.keys) {
    repairs = repairs || key.repairs;
    const std::string logins =
        key.repairs && made.repair != made.measure ? made.measure + ", " + made.repair : made.measure;
    ui.say(msg("account {logins}: key of {person}, {fingerprint}",
               {{"logins", logins}, {"person", key.person}, {"fingerprint", key.fingerprint}}));
    if (key.until)
      ui.say(msg("{person} may do this by delegation until {until}; prepare the hosts again after that",
                 {{"person", key.person}, {"until", session.local(*key.until)}}));
  }
  if (!repairs) ui.say(msg("nobody may repair yet: account {repair} gets no key", {{"repair", made.repair}}));
  if (!made.behind.empty())
    ui.say(msg("account {measure} may forward connections to {points}, the hosts behind this one",
               {{"measure", made.measure}, {"points", join(made.behind, ", ")}}));
  if (options.from && !made.through.empty())
    ui.say(msg("connections come from {jumps}, the jump host: its address must be among those of --from",
               {{"jumps", join(made.through, ", ")}}));
  if (options.no_sudo)
    ui.say(msg("account {repair} gets no rights of root: plans that need sudo will fail",
               {{"repair", made.repair}}));
  else
    ui.say(msg("account {repair} may run everything as root without a password (sudo, NOPASSWD: ALL)",
               {{"repair", made.repair}}));
  ui.say(msg("account {measure} may run as root only the command lines in root_commands of the script",
             {{"measure", made.measure}}));
}

// With the same options, since who follows the hint gets what was shown.
std::string command_of(const HostPrepareArguments& options, const std::string& host) {
  std::string command = "jaga host prepare";
  if (options.from) command += " --from " + shell_word(*options.from);
  if (options.no_sudo) command += " --no-sudo";
  if (options.undo) command += " --undo";
  return command + " " + host;
}

ExitCode prepare(Session& session, const HostPrepareArguments& options) {
  const auto hosts = session.office().inventory->select(options.hosts);
  workflow::PrepareOptions wanted;
  wanted.sudo = !options.no_sudo;
  wanted.undo = options.undo;
  wanted.from = options.from;
  const workflow::Preparation made =
      workflow::prepare(session.office(), hosts, wanted, session.now(), JAGA_VERSION);
  say_what_it_does(session, made, options);
  const std::string& first = hosts.front()->name;
  session.ui().hint(msg("run the script as root there, such as: {command} | ssh root@{host} sh",
                        {{"command", command_of(options, first)}, {"host", first}}));
  session.ui().raw(made.script);
  return ExitCode::ok;
}

}  // namespace

void setup_host_prepare(Setup& setup) {
  auto options = std::make_shared<HostPrepareArguments>();
  setup.formats("text");
  setup.arguments_needed("HOST|@GROUP", options->hosts, msg("the hosts to prepare with the same script"))
      .option("--from", "PATTERNS", options->from,
              msg("accept the keys only from these addresses, networks or names, as in sshd(8)"))
      .flag("--no-sudo", options->no_sudo, msg("give the repair login no rights of root"))
      .flag("--undo", options->undo, msg("print a script that removes what it made"));
  setup.run([options](Session& session) { return prepare(session, *options); });
}

}  // namespace jaga::cmd
