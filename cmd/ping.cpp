// jaga ping TARGET...: a plain, fast pinger.
#include "workflow/ping.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <memory>

#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "inventory/targets.hpp"
#include "parse.hpp"
#include "ping_lines.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

constexpr std::size_t kMostInput = std::size_t{256} << 20U;
constexpr std::int64_t kMostCount = 100;
constexpr std::size_t kWidest = 60;  // of the column of targets

struct PingArguments {
  std::vector<std::string> targets;
  std::optional<std::string> file;
  std::optional<std::int64_t> count, times, retries, rate;
  std::optional<std::string> interval, period, timeout;
  bool alive = false;
  bool unreachable = false;
  bool elapsed = false;
  bool sums = false;
  bool by_address = false;
  bool v4 = false;
  bool v6 = false;
  bool generate = false;
  bool stamps = false;

  bool counted() const { return count.has_value() || times.has_value(); }
};

// A bare number is of milliseconds, as fping has it.
std::optional<std::chrono::milliseconds> span(const std::optional<std::string>& given, const char* option) {
  if (!given) return std::nullopt;
  const bool bare = !given->empty() && given->find_first_not_of("0123456789") == std::string::npos;
  auto time = parse_duration(bare ? *given + "ms" : *given);
  if (time) return time;
  throw Error{
      ExitCode::usage,
      msg("invalid value for {option}: '{value}'", {{"value", printable(*given)}, {"option", option}}),
      msg("give milliseconds, or a duration with its unit, such as 500ms or 3s")};
}

// The first word of each line; '#' begins a comment.
void read_targets(std::string_view text, std::vector<std::string>& out) {
  out.reserve(out.size() + static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    line = trim(line.substr(0, line.find('#')));
    if (!line.empty()) inventory::expand_targets(line.substr(0, line.find_first_of(" \t")), out);
  }
}

// -g of fping(8): a network, or the first and the last address.
void generate(const std::vector<std::string>& words, std::vector<std::string>& targets) {
  const auto address = [](const std::string& word) {
    return word.find_first_not_of("0123456789.") == std::string::npos;
  };
  if (words.size() == 2 && address(words[0]) && address(words[1]))
    return inventory::expand_targets(words[0] + "-" + words[1], targets);
  if (words.size() == 1 && words[0].find_first_of("/-") != std::string::npos)
    return inventory::expand_targets(words[0], targets);
  throw Error{ExitCode::usage, msg("-g takes a network, or the first and the last IPv4 address"),
              msg("for example -g 10.1.0.0/24 or -g 10.1.0.5 10.1.0.20")};
}

std::vector<std::string> all_targets(Session& session, const PingArguments& options) {
  std::vector<std::string> targets;
  for (const std::string& word : options.targets) {
    if (word.starts_with('-'))  // no name does, but an option that only fping has
      throw Error{ExitCode::usage, msg("unknown option '{option}'", {{"option", printable(word)}}),
                  msg("see 'jaga {command} -h'", {{"command", "ping"}})};
    if (!options.generate) inventory::expand_targets(word, targets);
  }
  if (options.generate) generate(options.targets, targets);
  std::optional<std::string> file = options.file;
  if (!file && options.targets.empty() && ::isatty(STDIN_FILENO) == 0) file.emplace("-");
  if (file)
    read_targets(session.read_input(*file == "-" ? *file : session.absolute(*file), kMostInput), targets);
  if (targets.empty()) {
    throw Error{ExitCode::usage, msg("no targets"),
                msg("give a host, 10.1.0.0/24, 10.1.0.5-20 or web[01-20], or a file of targets with -f")};
  }
  return targets;
}

std::uint64_t seed_of(const RandomBytes& random) {
  std::array<std::byte, sizeof(std::uint64_t)> bytes{};
  random(bytes);
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

void require_range(const std::optional<std::int64_t>& given, std::int64_t least, std::int64_t most,
                   const char* option) {
  if (!given || (*given >= least && *given <= most)) return;
  throw Error{ExitCode::usage,
              msg("{option} must be from {least} to {most}",
                  {{"option", option}, {"least", std::to_string(least)}, {"most", std::to_string(most)}})};
}

void check(const PingArguments& options) {
  require_range(options.count, 1, kMostCount, "-c");
  require_range(options.times, 1, kMostCount, "-C");
  require_range(options.retries, 0, kMostCount - 1, "-r");
  if (options.rate && (*options.rate < 0 || *options.rate > 10'000'000))
    throw Error{ExitCode::usage, msg("--rate must be from 0 to 10000000 packets per second"),
                msg("0: no limit")};
  if (options.alive && options.unreachable) throw not_together("-a", "-u");
  if (options.stamps && !options.counted()) throw requires_option("-D", "-c or -C");
  if (options.v4 && options.v6) throw not_together("-4", "-6");
  if (options.count && options.times) throw not_together("-c", "-C");
  if (options.generate && options.file) throw not_together("-g", "-f");
  if (options.interval && options.period)
    throw Error{ExitCode::usage, msg("-i and -p are the same: the interval between requests to one target"),
                msg("fping's -i is --rate here, in packets per second")};
}

workflow::PingOptions wish_of(Session& session, const PingArguments& options) {
  check(options);
  workflow::PingOptions wish;
  wish.targets = all_targets(session, options);
  const bool counted = options.counted();
  wish.first_reply_is_enough = !counted;
  if (counted)
    wish.count = static_cast<int>(options.count ? *options.count : *options.times);
  else if (options.retries)
    wish.count = static_cast<int>(*options.retries + 1);
  wish.timeout = span(options.timeout, "-t")
                     .value_or(counted ? std::chrono::milliseconds{1'000} : std::chrono::milliseconds{500});
  wish.interval = span(options.interval ? options.interval : options.period, options.interval ? "-i" : "-p")
                      .value_or(counted ? std::chrono::seconds{1} : wish.timeout);
  if (options.rate) wish.rate = static_cast<std::uint32_t>(*options.rate);
  if (options.v4) wish.family = probe::Wanted::v4;
  if (options.v6) wish.family = probe::Wanted::v6;
  wish.keep_times = options.times.has_value();
  wish.seed = seed_of(session.random());
  return wish;
}

PingView view_of(const PingArguments& options, const std::vector<std::string>& targets) {
  PingView view;
  view.counted = options.counted();
  view.times = options.times.has_value();
  view.elapsed = options.elapsed;
  view.by_address = options.by_address;
  if (view.counted)
    for (const std::string& target : targets) view.width = std::max(view.width, target.size());
  view.width = std::min(view.width, kWidest);
  return view;
}

// "[1732417200.123] ", as fping has it, whose digits are five.
std::string stamp(Instant now) {
  const std::int64_t ms = now.time_since_epoch().count();
  return formatted("[{}.{:03}] ", ms / 1'000, ms % 1'000);
}

ExitCode ping(Session& session, const PingArguments& options) {
  const workflow::PingOptions wish = wish_of(session, options);
  const PingView view = view_of(options, wish.targets);
  const bool names_only = options.alive || options.unreachable;
  Ui& ui = session.ui();
  const Globals& globals = session.globals();
  if (names_only && globals.chosen_format() == "tsv" && !globals.columns)
    ui.print_rows({{view.by_address ? "address" : "target"}, globals.nul, !globals.quiet});
  // Every reply is a line of its own where one waits for the count; the lines that sum up come after them.
  const bool each = view.counted && !ui.quiet() && !names_only && !session.prints_values();
  PingEach replies(ui, each ? wish.targets.size() : 0, view.width);
  PingSums sums;
  const auto print = [&](const PingAnswer& one) {
    if ((options.alive && !one.alive()) || (options.unreachable && one.alive())) return;
    ui.done();  // the line of progress is in the way
    if (session.prints_values())
      print_ping_row(ui, one, view);
    else if (names_only)
      print_ping_name(ui, one, view);
    else
      print_ping_line(ui, one, view);
  };
  workflow::PingWatch watch;
  watch.progress = [&](std::size_t done) {
    ui.out().flush();
    if (each) return;
    ui.progress(msg("{done} of {total} targets",
                    {{"done", std::to_string(done)}, {"total", std::to_string(wish.targets.size())}}));
  };
  watch.answered = [&](std::size_t at, const probe::IcmpResult& icmp, const workflow::Pings::Name* name) {
    const PingAnswer one{wish.targets[at], icmp, name};
    sums.add(one);
    // A count asks for figures, and they are data.
    if (!each && (!ui.quiet() || (view.counted && !names_only))) print(one);
  };
  if (each)
    watch.each = [&](std::size_t at, int request, std::chrono::nanoseconds trip,
                     const workflow::Pings::Name* name) {
      replies.print(options.stamps ? stamp(session.now()) : std::string(), view.label(wish.targets[at], name),
                    at, request, trip);
    };
  const workflow::Pings pings = workflow::ping(wish, session.surroundings().stop, watch);
  ui.done();
  if (each)
    for (std::size_t at = 0; at < pings.results.size(); ++at) {
      const auto name = pings.names.find(at);
      print({wish.targets[at], pings.results[at], name == pings.names.end() ? nullptr : &name->second});
    }
  ui.out().flush();
  sums.took = pings.took;
  sums.others += static_cast<std::int64_t>(pings.foreign);
  if (options.sums) {
    print_ping_sums(ui, sums);
  } else {
    ui.say(msg("{targets}: {alive} alive, {dead} unreachable, {unknown} unknown, in {seconds} s",
               {{"alive", std::to_string(sums.alive)},
                {"dead", std::to_string(sums.dead())},
                {"unknown", std::to_string(sums.unknown)},
                {"seconds", formatted("{:.3f}", std::chrono::duration<double>(pings.took).count())}})
               .with("targets", counted(static_cast<std::size_t>(sums.targets), msg("1 target"),
                                        msg("{count} targets"))));
  }
  if (pings.own_drops > 0) {
    ui.say(counted(
        static_cast<std::size_t>(pings.own_drops),
        msg("this machine dropped 1 received packet: replies counted as lost may have arrived"),
        msg("this machine dropped {count} received packets: replies counted as lost may have arrived")));
    ui.hint(msg(
        "send more slowly, for example with --rate 500; or as root: sysctl -w net.core.rmem_max=8388608"));
  }
  session.stop_here();
  return sums.alive == sums.targets ? ExitCode::ok : ExitCode::warning;
}

}  // namespace

void setup_ping(Setup& setup) {
  auto options = std::make_shared<PingArguments>();
  setup
      .arguments("TARGET", options->targets,
                 msg("a host, 10.1.0.0/24, 10.1.0.5-20 or web[01-20]; default: read from standard input"))
      .option("-c", "N", options->count,
              msg("send N requests to each and count the replies; default: up to 4, until one is answered"))
      .option("-C", "N", options->times, msg("the same, and print the time of each reply"))
      .option("-r", "N", options->retries, msg("without -c or -C: retry up to N times; default: 3"))
      .option("-i", "DUR", options->interval,
              msg("interval between requests to one target, in ms without a unit; default: 1s with -c, else "
                  "as -t"))
      .option("-p", "DUR", options->period, msg("the same as -i"))
      .option("-t", "DUR", options->timeout,
              msg("time limit for a reply, in ms without a unit; default: 1s with -c, else 500ms"))
      .option("-f", "FILE|-", options->file, msg("read targets from this file, the first word of each line"))
      .flag("-g", options->generate, msg("TARGET is a network, or the first and the last address"))
      .flag("-4", options->v4, msg("only IPv4"))
      .flag("-6", options->v6, msg("only IPv6"))
      .flag("-a", options->alive, msg("print only the targets that are alive"))
      .flag("-u", options->unreachable, msg("print only the targets that are not alive"))
      .flag("-A", options->by_address, msg("print addresses in place of names"))
      .flag("-D", options->stamps,
            msg("with -c or -C: print the time before each reply, in seconds since 1970"))
      .flag("-e", options->elapsed, msg("print the round trip time"))
      .flag("-s", options->sums, msg("print totals at the end"))
      .option("--rate", "N", options->rate,
              msg("packets per second over all targets; 0: no limit; default: 1000"));
  setup.rows("target,address,alive,sent,received,loss_percent,median_us",
             "late,duplicates,min_us,mean_us,p95_us,max_us,jitter_us,times_us,reason,error_from,icmp_type,"
             "icmp_code");
  setup.run([options](Session& session) { return ping(session, *options); });
}

}  // namespace jaga::cmd
