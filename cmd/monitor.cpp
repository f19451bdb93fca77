// jaga monitor [HOST|@GROUP]...
#include "workflow/monitor.hpp"

#include <algorithm>
#include <memory>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "document/plan_view.hpp"
#include "document/words.hpp"
#include "feed/inventories.hpp"
#include "feed/prometheus.hpp"
#include "feed/status_line.hpp"
#include "fleet_program.hpp"
#include "inventory/check.hpp"
#include "inventory/settings.hpp"
#include "os/stop.hpp"
#include "parse.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/folder.hpp"
#include "workflow/board.hpp"
#include "workflow/lookup.hpp"
#include "workflow/measuring_again.hpp"
#include "workflow/repair.hpp"
#include "workflow/summaries.hpp"

namespace jaga::cmd {
namespace {

struct MonitorArguments {
  std::vector<std::string> hosts, checks;
  std::optional<std::string> only, incident, inventory, output;
  std::string import;
  std::optional<std::int64_t> count, rate;
  std::optional<std::chrono::milliseconds> timeout, every;
  bool no_record = false, fresh = false, fleet = false, prefer = false;
};

ExitCode answer(round::State worst) {
  switch (worst) {
    case round::State::ok:
      return ExitCode::ok;
    case round::State::warning:
      return ExitCode::warning;
    case round::State::critical:
      return ExitCode::critical;
    case round::State::unknown:
      break;
  }
  return ExitCode::unknown;
}

std::string label(const std::string& check, const std::string& object) {
  return object.empty() ? check : check + ":" + object;
}

std::chrono::milliseconds age_of(const round::Result& result, const round::Round& round) {
  return std::max(Instant::duration{0}, round.at - round::measured_at(result, round));
}

// One line per host: its state and the checks that are not OK.
void print_hosts(Session& session, const round::Round& round) {
  Ui& ui = session.ui();
  Table table;
  for (std::size_t at = 0; at < round.results.size();) {
    const std::string& host = round.results[at].host;
    round::State worst = round::State::ok;
    std::vector<std::string> bad;
    std::size_t good = 0;
    for (; at < round.results.size() && round.results[at].host == host; ++at) {
      const round::Result& result = round.results[at];
      if (round::badness(result.state) > round::badness(worst)) worst = result.state;
      if (result.state == round::State::ok)
        ++good;
      else
        bad.push_back(label(result.check, result.object) + ": " +
                      document::summary_text(result, round.at, ui.language()) + (result.hard ? "" : " (?)"));
    }
    const std::string text =
        bad.empty() ? ui.text(counted(good, msg("1 check"), msg("{count} checks"))) : join(bad, "; ");
    table.row({host, document::word(round::name(worst), ui.language()), text}, document::tone_of(worst));
  }
  table.print(ui);
}

void print_rows(Session& session, const workflow::Monitored& done) {
  for (const round::Result& result : done.round.results) {
    Json facts = Json::object();
    for (const auto& [name, fact] : result.facts) {
      if (const auto* number = std::get_if<std::int64_t>(&fact))
        facts[name] = *number;
      else
        facts[name] = std::get<std::string>(fact);
    }
    session.ui().row(Json{
        {"host", result.host},
        {"check", result.check},
        {"object", result.object},
        {"state", round::name(result.state)},
        {"reason", round::name(result.reason)},
        {"summary", result.summary.text()},
        {"facts", std::move(facts)},
        {"since", format_instant(result.since)},
        {"measured", format_instant(round::measured_at(result, done.round))},
        {"age_s", age_of(result, done.round).count() / 1000},
        {"hard", result.hard},
        {"attempts", result.attempts},
        {"measured_by", result.measured_by},
    });
  }
  if (!done.path.empty()) session.ui().json(Json{{"round", done.path}});
}

ExitCode again(Session& session, const std::string& incident) {
  const std::string id = workflow::find_incident(session.context(), incident);
  const std::vector<incident::Result> results = workflow::measure_again(session.acting(), id);
  round::State worst = round::State::ok;
  for (const incident::Result& result : results) {
    const round::State state = result.state;
    if (round::badness(state) > round::badness(worst)) worst = state;
    if (session.prints_values()) {
      session.ui().row(Json{
          {"host", result.host},
          {"check", result.check},
          {"state", round::name(result.state)},
          {"summary", result.text.text()},
      });
    } else {
      session.ui().print(document::result_lines(session.locale(), std::span(&result, 1)).front(),
                         document::tone_of(result.state));
    }
  }
  session.recorded(id);
  if (results.empty()) {
    session.ui().say(msg("nothing can be measured again: no check can confirm or refute the fault"));
    worst = round::State::unknown;
  }
  return answer(worst);
}

// The textfile collector of Prometheus must never read a partial file.
void write_file(Session& session, const std::string& path, const std::string& bytes) {
  const std::string whole = session.absolute(path);
  const std::size_t slash = whole.rfind('/');
  const std::string name = whole.substr(slash + 1);
  if (name.empty() || name == "." || name == "..")
    throw Error{ExitCode::usage, msg("invalid file name '{path}'", {{"path", printable(path)}})};
  store::Folder(slash == 0 ? "/" : whole.substr(0, slash)).replace(name, bytes);
}

// Output in the format of another program.
bool print_feed(Session& session, const MonitorArguments& options, const round::Round& round) {
  const std::string_view format = session.globals().chosen_format();
  std::string text;
  if (format == "yaml")
    text = round::write(round);
  else if (format == "nagios")
    text = feed::status_line(round);
  else if (format == "prometheus")
    text = feed::write_metrics(round, feed::Exposition::prometheus);
  else if (format == "openmetrics")
    text = feed::write_metrics(round, feed::Exposition::openmetrics);
  else
    return false;
  if (options.output)
    write_file(session, *options.output, text);
  else
    session.ui().raw(text);
  return true;
}

void require_feed(Session& session, const MonitorArguments& options) {
  const std::string_view format = session.globals().chosen_format();
  const bool metrics = format == "prometheus" || format == "openmetrics";
  if (options.output && !metrics)
    throw Error{ExitCode::usage, msg("--output requires --format prometheus or openmetrics")};
  if (options.incident && (metrics || format == "nagios" || format == "yaml"))
    throw Error{ExitCode::usage, msg("--incident supports only the formats text and json")};
}

Message progress_of(const probe::Progress& progress) {
  const Message::Arguments arguments = {{"done", std::to_string(progress.done)},
                                        {"total", std::to_string(progress.total)},
                                        {"failing", std::to_string(progress.failing)},
                                        {"slowest", progress.slowest}};
  if (progress.slowest.empty()) return msg("{done} of {total} checks, {failing} failing", arguments);
  return msg("{done} of {total} checks, {failing} failing; waiting for {slowest}", arguments);
}

std::vector<inventory::Host> given_hosts(Session& session, const MonitorArguments& options) {
  if (!options.inventory) {
    if (!options.checks.empty()) throw requires_option("--check", "--inventory");
    return {};
  }
  if (!options.hosts.empty())
    throw Error{ExitCode::usage, msg("hosts come from --inventory or from the command line, not from both")};
  std::vector<inventory::Check> checks;
  for (const std::string& check : options.checks) checks.push_back(feed::parse_check(check));
  if (checks.empty()) checks.emplace_back(inventory::IcmpCheck{});
  constexpr std::size_t kMostList = std::size_t{64} << 20U;
  const std::string shown = *options.inventory == "-" ? "standard input" : *options.inventory;
  std::vector<inventory::Host> hosts =
      feed::parse_plain_list(session.read_input(*options.inventory, kMostList), shown, checks);
  if (hosts.empty())
    throw Error{ExitCode::no_input, msg("no hosts in '{file}'", {{"file", printable(shown)}})};
  return hosts;
}

// The days that are over: what they were is kept, rounds are not. That it fails does not make the round a bad
// one.
void summarise_days(Session& session) {
  try {
    for (const std::string& path : workflow::write_summaries(session.acting())) session.recorded(path);
  } catch (const Error& error) {
    if (must_end(error)) throw;
    session.ui().say(msg("no summary of the day: {what}").with("what", error.message()));
  }
}
void refresh_board(Session& session) {
  try {
    if (const std::string file = workflow::refresh_board(session.acting()); !file.empty())
      session.recorded(file);
  } catch (const Error& error) {
    if (must_end(error)) throw;
    session.ui().say(msg("the board was not written: {what}").with("what", error.message()));
  }
}

// What a stop left of a round. Metrics, status lines and the like are of whole rounds.
[[noreturn]] void report_interrupted(Session& session, const workflow::Monitored& done) {
  if (!done.path.empty()) session.recorded(done.path);
  if (session.prints_values()) {
    print_rows(session, done);
  } else if (session.globals().chosen_format() == "text") {
    print_hosts(session, done.round);
    if (!done.path.empty()) session.ui().print(done.path);
  }
  const auto missing = static_cast<std::size_t>(
      std::count_if(done.round.results.begin(), done.round.results.end(),
                    [](const round::Result& result) { return result.reason == round::Reason::cancelled; }));
  throw Error{ExitCode::interrupted, counted(missing, msg("interrupted; 1 check was not measured"),
                                             msg("interrupted; {count} checks were not measured"))};
}

ExitCode report(Session& session, const MonitorArguments& options, const workflow::Monitored& done) {
  Ui& ui = session.ui();
  if (done.interrupted) report_interrupted(session, done);
  if (!done.path.empty()) {
    session.recorded(done.path);
    summarise_days(session);
    refresh_board(session);
  }
  if (!done.round.self.note.empty()) ui.say(msg("this machine: {note}", {{"note", done.round.self.note}}));
  if (print_feed(session, options, done.round)) return answer(round::worst(done.round));
  if (session.prints_values()) {
    print_rows(session, done);
  } else {
    print_hosts(session, done.round);
    if (!done.path.empty()) ui.print(done.path);
  }
  const round::State worst = round::worst(done.round);
  if (worst == round::State::warning || worst == round::State::critical) ui.hint(msg("next: jaga analyze"));
  return answer(worst);
}

ExitCode import(Session& session, const MonitorArguments& options) {
  if (options.only || options.incident || options.inventory || options.count || options.rate ||
      options.timeout || options.every || options.fresh || options.fleet || !options.checks.empty())
    throw Error{
        ExitCode::usage,
        msg("--import measures nothing: it can be combined only with --no-record and output formats")};
  if (options.hosts.size() != 1)
    throw Error{ExitCode::usage, msg("--import takes one file, or - for standard input")};
  workflow::ImportOptions wish;
  wish.reporter = options.import == "nagios" ? feed::Reporter::nagios : feed::Reporter::alertmanager;
  wish.bytes = session.read_input(options.hosts.front(), feed::kMostReported);
  wish.file = options.hosts.front() == "-" ? "standard input" : options.hosts.front();
  wish.record = !options.no_record;
  std::vector<Message> remarks;
  const workflow::Monitored done = workflow::import_round(session.context(), wish, remarks);
  for (const Message& remark : remarks) session.ui().say(remark);
  return report(session, options, done);
}

std::optional<workflow::SitesOptions> sites_options(Session& session, const MonitorArguments& options) {
  if (!options.fleet) return std::nullopt;
  if (options.inventory) throw not_together("--fleet", "--inventory");
  workflow::SitesOptions sites = fleet_program(session);
  if (options.prefer) sites.use = workflow::SitesOptions::Use::prefer;
  return sites;
}

// One round; `missed` rounds before it could not be started.
ExitCode measure(Session& session, const MonitorArguments& options, std::int64_t missed) {
  workflow::MonitorOptions wish;
  wish.hosts = options.hosts;
  if (options.only) wish.kinds = split(*options.only, ',');
  for (const std::string& kind : wish.kinds) {
    const std::vector<std::string>& known = inventory::check_kinds();
    if (std::find(known.begin(), known.end(), kind) == known.end()) {
      throw Error{ExitCode::usage, msg("unknown kind of check '{kind}'", {{"kind", printable(kind)}}),
                  msg("known kinds: {kinds}", {{"kinds", join(known, ", ")}})};
    }
  }
  if (options.count) {
    if (*options.count < 1 || *options.count > 100)
      throw Error{ExitCode::usage, msg("--count must be from 1 to 100")};
    wish.count = static_cast<int>(*options.count);
  }
  if (options.rate) {
    if (*options.rate < 0 || *options.rate > 10'000'000)
      throw Error{ExitCode::usage, msg("--rate must be from 0 to 10000000 packets per second"),
                  msg("0: no limit")};
    wish.rate = static_cast<std::uint32_t>(*options.rate);
  }
  wish.timeout = options.timeout;
  wish.given = given_hosts(session, options);
  wish.record = !options.no_record;
  wish.fresh = options.fresh;
  wish.sites = sites_options(session, options);
  if (options.every) wish.schedule = format_duration(*options.every);
  wish.missed = missed;
  Ui& ui = session.ui();
  const workflow::Monitored done =
      workflow::monitor(session.acting(), wish, session.logins(), session.surroundings().environment,
                        [&ui](const probe::Progress& progress) { ui.progress(progress_of(progress)); });
  ui.done();
  for (const std::string& path : done.late) session.recorded(path);
  for (const Message& remark : done.remarks) ui.say(remark);
  return report(session, options, done);
}

void wait_until(Session& session, std::chrono::steady_clock::time_point when) {
  os::sleep_until(session.surroundings().stop, when);
  session.stop_here();
}

// Rounds at fixed times from the first; one that takes too long makes those miss that should have begun
// meanwhile. What stops one round (a file that is being edited) does not stop the next.
ExitCode repeat(Session& session, const MonitorArguments& options) {
  if (const auto& fleet = session.context().settings->fleet;
      options.fleet && fleet && fleet->standing < *options.every)
    session.ui().complain(
        msg("'standing' in jaga.yaml ({standing}) is shorter than --every {every}: the sites also measure "
            "between the rounds",
            {{"standing", format_duration(fleet->standing)}, {"every", format_duration(*options.every)}}));
  auto due = std::chrono::steady_clock::now();
  std::int64_t missed = 0;
  for (bool first = true;; first = false) {
    try {
      if (!first) session.open(Needs::directory);
      measure(session, options, missed);
    } catch (const Error& error) {
      if (error.code() == ExitCode::interrupted || error.code() == ExitCode::usage) throw;
      session.ui().done();
      session.ui().complain(error.message());
      if (!error.hint().empty()) session.ui().hint(error.hint());
    }
    session.ui().out().flush();
    missed = -1;
    for (const auto now = std::chrono::steady_clock::now(); due <= now; due += *options.every) ++missed;
    if (missed > 0)
      session.ui().say(counted(static_cast<std::size_t>(missed), msg("1 round was missed"),
                               msg("{count} rounds were missed")));
    wait_until(session, due);
  }
}

ExitCode monitor(Session& session, const MonitorArguments& options) {
  require_feed(session, options);
  if (!options.import.empty()) return import(session, options);
  if (options.incident && (options.only || options.inventory || options.count || options.rate ||
                           options.timeout || options.every || options.no_record || options.fresh ||
                           options.fleet || !options.checks.empty() || !options.hosts.empty()))
    throw Error{
        ExitCode::usage,
        msg("--incident measures what failed in the incident: it can be combined only with output formats")};
  if (options.incident) return again(session, *options.incident);
  if (!options.every) return measure(session, options, 0);
  if (*options.every < std::chrono::seconds{1} || *options.every > std::chrono::hours{24})
    throw Error{ExitCode::usage, msg("--every must be from 1s to 1d")};
  const std::string_view format = session.globals().chosen_format();
  if (format == "nagios" || format == "yaml" || (options.inventory && *options.inventory == "-") ||
      ((format == "prometheus" || format == "openmetrics") && !options.output))
    throw Error{
        ExitCode::usage,
        msg("--every cannot be combined with --format nagios or yaml, nor with a list on standard input"),
        msg("write metrics to --output FILE; nagios, yaml and a list on standard input are not possible")};
  return repeat(session, options);
}

}  // namespace

void setup_monitor(Setup& setup) {
  auto options = std::make_shared<MonitorArguments>();
  setup
      .arguments(
          "HOST|@GROUP", options->hosts,
          msg("only these hosts; default: all hosts; with --import: the FILE, or - for standard input"))
      .option("--only", "KINDS", options->only,
              msg("only these kinds of check: icmp,tcp,ssh,local,http,dns,plugin"))
      .option("--count", "N", options->count, msg("echo requests per host; default: as in hosts.yaml, or 5"))
      .option("--timeout", "DUR", options->timeout,
              msg("time limit for an echo reply and for connecting, such as 500ms or 3s; default: as in "
                  "hosts.yaml"))
      .option("--rate", "N", options->rate,
              msg("echo requests per second, over all hosts; default: 1000; 0: no limit"))
      .option("--incident", "INCIDENT", options->incident, msg("measure again what failed in this incident"))
      .option("--every", "DUR", options->every,
              msg("repeat at this interval, such as 60s or 5m, until stopped"))
      .option("--inventory", "FILE|-", options->inventory,
              msg("measure the hosts of a plain list, one per line; no round is written"))
      .choice("--import", "nagios|alertmanager", options->import,
              msg("create a round from the output of another monitor in FILE"))
      .list("--check", "CHECK", options->checks,
            msg("with --inventory: what to measure: icmp (the default), ssh, local, tcp:PORT, http:URL or "
                "dns:NAME/TYPE"))
      .option("--output", "FILE", options->output, msg("write the metrics to FILE, replacing it atomically"))
      .flag("--fresh", options->fresh,
            msg("measure everything now, also what is measured only every few hours"))
      .flag(
          "--fleet", options->fleet, "prefer", options->prefer,
          msg("have the hosts of other sites measured by the workers there; prefer: from here, where NATS is "
              "not reached"))
      .flag("--no-record", options->no_record, msg("do not write a round"));
  setup.rows("host,check,object,state,summary",
             "reason,facts,since,measured,age_s,hard,attempts,measured_by");
  setup.formats("text|json|tsv|yaml|nagios|prometheus|openmetrics");
  setup.run([options](Session& session) { return monitor(session, *options); });
}

}  // namespace jaga::cmd
