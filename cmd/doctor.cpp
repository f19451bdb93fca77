// jaga doctor: checks this setup and says how to fix it.
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <sys/socket.h>
#include <sys/statfs.h>

#include <algorithm>
#include <memory>

#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "doctor_fleet.hpp"
#include "document/json.hpp"
#include "findings.hpp"
#include "next.hpp"
#include "os/descriptor.hpp"
#include "people.hpp"
#include "process/run.hpp"
#include "register/register.hpp"
#include "register/tell.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "sop/sop.hpp"
#include "ssh/ssh.hpp"
#include "store/directory.hpp"
#include "store/file_system.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/analysis.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/plans.hpp"
#include "workflow/rounds.hpp"

namespace jaga::cmd {
namespace {

bool can_open(int type) {
  return static_cast<bool>(os::Descriptor(::socket(AF_INET, type | SOCK_CLOEXEC, IPPROTO_ICMP)));
}

Finding ping() {
  if (can_open(SOCK_DGRAM)) return {"icmp", Verdict::good, msg("may send pings without root"), {}};
  if (can_open(SOCK_RAW)) return {"icmp", Verdict::good, msg("may send pings (raw socket)"), {}};
  return {"icmp", Verdict::bad, msg("may not send pings"),
          msg("as root: sysctl -w net.ipv4.ping_group_range='0 2147483647'; for the next boot too: echo "
              "'net.ipv4.ping_group_range = 0 2147483647' >/etc/sysctl.d/60-ping.conf")};
}

std::string first_line(const std::string& text) {
  return std::string(trim(text.substr(0, text.find('\n'))));
}

Finding program(const Session& session, const std::string& name, const std::vector<std::string>& arguments,
                const Message& why, const std::string& package, bool must) {
  const auto found = process::find_program(name, session.surroundings().variable("PATH"));
  if (!found) {
    return {name, must ? Verdict::bad : Verdict::remark, msg("not found: {why}").with("why", why),
            msg("as root: apt-get install {package}", {{"package", package}})};
  }
  process::Command command;
  command.argv = {*found};
  command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
  const process::Outcome outcome = process::run(command);
  const std::string said = first_line(outcome.out.empty() ? outcome.err : outcome.out);
  return {name, Verdict::good, msg("{version}", {{"version", said.empty() ? *found : said}}), {}};
}

Finding ssh_keygen(const Session& session) {
  Finding finding =
      program(session, "ssh-keygen", {"-Y", "sign"}, msg("nothing can be signed"), "openssh-client", true);
  if (finding.verdict != Verdict::good) return finding;
  const process::Outcome version = process::run({{"ssh", "-V"}});
  finding.what = msg("{version}", {{"version", first_line(version.err.empty() ? version.out : version.err)}});
  process::Command command;
  command.argv = {"ssh-keygen", "-Y", "check-novalidate", "-n", "jaga-record", "-s", "/dev/null"};
  const process::Outcome outcome = process::run(command);
  if (outcome.err.find("unknown option") != std::string::npos ||
      outcome.err.find("illegal option") != std::string::npos) {
    return {"ssh-keygen", Verdict::bad, msg("too old to sign (it needs OpenSSH 8.1)"),
            msg("install a newer openssh-client")};
  }
  return finding;
}

Finding libssh2() {
  return {"libssh2",
          Verdict::remark,
          msg("version {version}; FIDO (sk-) keys, certificates and servers that it has no algorithm in "
              "common with "
              "are left to ssh",
              {{"version", ssh::library_version()}}),
          {}};
}

// Names of programs and files are the same in every language.
Message label(const Finding& finding) {
  if (finding.about == "clock") return msg("clock");
  if (finding.about == "keys") return msg("keys");
  if (finding.about == "directory") return msg("directory");
  if (finding.about == "people") return msg("people");
  if (finding.about == "file system") return msg("file system");
  return msg("{about}", {{"about", finding.about}});
}

// Output of timedatectl, "NAME=VALUE" each; nullopt: not installed, or no systemd is running.
std::optional<std::vector<std::string>> time_properties(const Session& session) {
  const auto timedatectl = process::find_program("timedatectl", session.surroundings().variable("PATH"));
  if (!timedatectl) return std::nullopt;
  process::Command command;
  command.argv = {*timedatectl, "show", "-p", "NTPSynchronized", "-p", "CanNTP", "-p", "NTP"};
  command.timeout = std::chrono::seconds{5};
  const process::Outcome outcome = process::run(command);
  if (!outcome.ok()) return std::nullopt;
  return split(outcome.out, '\n');
}

// How to let this machine set its clock over the network.
Message set_clock(const std::optional<std::vector<std::string>>& properties) {
  const auto has = [&](std::string_view property) {
    return std::find(properties->begin(), properties->end(), property) != properties->end();
  };
  if (!properties) return msg("as root: date -s 'YYYY-MM-DD HH:MM'");
  if (has("CanNTP=no")) return msg("as root: apt-get install {package}", {{"package", "systemd-timesyncd"}});
  if (has("NTP=yes"))
    return msg("NTP is enabled but has not reached a server yet: check its servers and the network");
  return msg("as root: timedatectl set-ntp true");
}

Finding clock(const Session& session) {
  const Instant now = session.now();
  const std::string time = format_instant(now);
  const std::optional<std::vector<std::string>> properties = time_properties(session);
  if (now < Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}})
    return {"clock", Verdict::bad, msg("shows {time}", {{"time", time}}), set_clock(properties)};
  if (properties) {
    if (std::find(properties->begin(), properties->end(), "NTPSynchronized=yes") != properties->end())
      return {"clock", Verdict::good, msg("{time}, synchronised", {{"time", time}}), {}};
    return {"clock", Verdict::remark, msg("{time}, not synchronised", {{"time", time}}),
            set_clock(properties)};
  }
  return {
      "clock", Verdict::remark, msg("{time}; cannot tell whether it is synchronised", {{"time", time}}), {}};
}

Finding keys(const Session& session) {
  const std::vector<sign::FoundKey> found = sign::find_keys(session.key_places());
  if (found.empty()) {
    return {"keys", Verdict::bad, msg("no signing key found"), msg("create one: ssh-keygen -t ed25519")};
  }
  std::vector<std::string> names;
  for (const sign::FoundKey& key : found) names.push_back(key.origin + " " + key.key.fingerprint());
  return {"keys", Verdict::good, msg("{keys}", {{"keys", join(names, ", ")}}), {}};
}

Finding file_system(const store::Folder& folder) {
  struct statfs status {};
  if (::fstatfs(folder.descriptor(), &status) != 0)
    return {"file system", Verdict::remark, msg("not known"), {}};
  const store::FileSystem kind = store::file_system(static_cast<std::uint64_t>(status.f_type));
  if (kind.kind == store::FileSystem::Kind::network) {
    return {"file system", Verdict::bad,
            msg("the working directory is on {kind}, where locks and fsync are not reliable",
                {{"kind", std::string(kind.name)}}),
            msg("keep it on a local disk and exchange it by git")};
  }
  if (kind.kind == store::FileSystem::Kind::unknown) {
    return {"file system",
            Verdict::remark,
            msg("unknown ({type}): locks and fsync may not be reliable",
                {{"type", formatted("{:#x}", status.f_type)}}),
            {}};
  }
  return {"file system", Verdict::good, msg("local"), {}};
}

// The office's own fault types: files that are not rules, and rules whose cases or facts are wrong.
std::vector<Finding> rules(const Session& session) {
  std::vector<Finding> out;
  const workflow::OfficeRules all = workflow::office_rules(session.office());
  for (const Error& wrong : all.wrong) out.push_back({"rules", Verdict::bad, wrong.message(), wrong.hint()});
  for (Message& unsound : workflow::lint_office_rules(all))
    out.push_back({"rules", Verdict::bad, std::move(unsound), msg("see jaga-rule(5)")});
  if (!out.empty()) return out;
  std::size_t own = 0;
  for (const auto& one : all.catalogue.rules)
    if (one.second.file.starts_with("rules/")) ++own;
  if (own > 0)
    out.push_back({"rules",
                   Verdict::good,
                   counted(own, msg("1 rule of this office"), msg("{count} rules of this office")),
                   {}});
  return out;
}

// What is wrong in the working directory. Throws what makes it impossible to tell.
void add_directory(Session& session, std::vector<Finding>& findings) {
  findings.push_back(
      {"directory", Verdict::good, msg("{path}", {{"path", session.office().directory->path()}}), {}});
  findings.push_back(file_system(*session.office().directory));
  if (!session.office().inventory && session.office().inventory.wrong() != nullptr) {
    const Error& wrong = *session.office().inventory.wrong();
    findings.push_back({"hosts", Verdict::bad, wrong.message(), wrong.hint()});
  }
  for (const Error& error : workflow::faulty_plans(session.office()))
    findings.push_back({"plans", Verdict::bad, error.message(), error.hint()});
  if (const auto refusal = workflow::register_refusal(session.office());
      refusal && !session.office().registered) {
    findings.push_back({"register", Verdict::remark, refusal->message(), refusal->hint()});
  } else if (session.office().registered->sop != session.office().sop_digest) {
    findings.push_back({"sop.yaml", Verdict::remark, msg("edited but not adopted; decisions are refused"),
                        msg("see 'jaga adopt'")});
  }
  if (session.office().registered) {
    if (const Message steps = vacant_steps(session); !steps.empty())
      findings.push_back({"people", Verdict::remark,
                          msg("nobody has a role for {steps}").with("steps", steps),
                          msg("register somebody: jaga person add ID --role ROLE --key FILE.pub")});
    for (Message& what : vacant_in_open_incidents(session))
      findings.push_back({"people", Verdict::remark, std::move(what),
                          msg("assign the role to somebody: jaga person change ID --role ROLE")});
    for (const registry::Alone& one :
         registry::alone(*session.office().registered, *session.office().sop, session.now()))
      findings.push_back({"people", Verdict::remark, registry::told(one),
                          msg("register somebody: jaga person add ID --role ROLE --key FILE.pub")});
  }
  for (Finding& finding : rules(session)) findings.push_back(std::move(finding));
}

// What to do next in this directory, or how to begin one. Files that are wrong have been named before.
void tell_next(Session& session, bool is_directory) {
  Ui& ui = session.ui();
  std::vector<NextAction> actions{{msg("create a working directory"), msg("jaga init")}};
  std::optional<workflow::RoundAge> age;
  try {
    if (is_directory) actions = next_actions(session);
    if (actions.empty()) age = workflow::round_age(session.context());
  } catch (const Error& error) {
    if (error.code() == ExitCode::interrupted) throw;
    return;
  }
  const Message idle =
      age ? msg("everything is set up; last round: {span} ago ({time})",
                {{"span", span_text(session.now() - age->at)}, {"time", session.local(age->at)}})
          : msg("everything is set up");
  if (session.prints_values()) {
    const auto line = [&](const char* state, const Message& what, const Message& mend) {
      ui.json(Json{{"about", "next"}, {"state", state}, {"what", ui.text(what)}, {"mend", ui.text(mend)}});
    };
    for (const NextAction& action : actions) line("next", action.what, action.command);
    if (actions.empty()) line("ok", idle, {});
    return;
  }
  for (const NextAction& action : actions)
    ui.words(msg("next: {what}: {command}").with("what", action.what).with("command", action.command));
  if (actions.empty()) ui.words(idle);
}

ExitCode doctor(Session& session) {
  std::vector<Finding> findings{
      ping(), ssh_keygen(session), libssh2(),
      program(session, "git", {"--version"}, msg("working directories cannot be exchanged"), "git", false),
      clock(session)};
  try {
    findings.push_back(keys(session));
  } catch (const Error& error) {
    findings.push_back({"keys", Verdict::bad, error.message(), error.hint()});
  }
  const bool is_directory = find_working_directory(session.globals(), session.surroundings()).has_value();
  bool opened = false;
  if (is_directory) {
    try {
      session.open(Needs::directory);
      opened = true;
      add_directory(session, findings);
    } catch (const Error& error) {
      findings.push_back({"directory", Verdict::bad, error.message(), error.hint()});
    }
  } else {
    findings.push_back({"directory", Verdict::remark, msg("none here"), msg("create one with 'jaga init'")});
  }
  for (Finding& finding : findings) finding.label = label(finding);
  const bool sound = print_findings(session, findings);
  if (opened || !is_directory) tell_next(session, is_directory);
  return sound ? ExitCode::ok : ExitCode::warning;
}

}  // namespace

void setup_doctor(Setup& setup) {
  auto fleet = std::make_shared<bool>(false);
  setup.flag("--fleet", *fleet, msg("check NATS, the sites and their workers instead"));
  setup.run([fleet](Session& session) { return *fleet ? doctor_fleet(session) : doctor(session); });
}

}  // namespace jaga::cmd
