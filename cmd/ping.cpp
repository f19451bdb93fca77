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
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

constexpr std::size_t kMostInput = std::size_t{256} << 20U;

struct Options {
  std::vector<std::string> targets;
  std::optional<std::string> file;
  std::optional<std::int64_t> count, rate;
  std::optional<std::string> interval, timeout;
  bool alive = false;
  bool unreachable = false;
};

// A bare number is of milliseconds, as fping has it.
std::optional<std::chrono::milliseconds> span(const std::optional<std::string>& given, const char* option) {
  if (!given) return std::nullopt;
  const bool bare = !given->empty() && given->find_first_not_of("0123456789") == std::string::npos;
  auto time = parse_duration(bare ? *given + "ms" : *given);
  if (time) return time;
  throw Error{ExitCode::usage,
              msg("'{value}' is no {what} for {option}",
                  {{"value", printable(*given)}, {"what", "DUR"}, {"option", option}}),
              msg("give milliseconds, or a span of time with its unit, as 500ms or 3s")};
}

// The first word of each line; what stands behind '#' is a remark.
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

std::vector<std::string> all_targets(Session& session, const Options& options) {
  std::vector<std::string> targets;
  for (const std::string& word : options.targets) {
    if (word.starts_with('-'))  // no name does, but an option that only fping has
      throw Error{ExitCode::usage, msg("unknown option '{option}'", {{"option", printable(word)}}),
                  msg("see 'jaga {command} -h'", {{"command", "ping"}})};
    inventory::expand_targets(word, targets);
  }
  std::optional<std::string> file = options.file;
  if (!file && options.targets.empty() && ::isatty(STDIN_FILENO) == 0) file = "-";
  if (file)
    read_targets(session.read_input(*file == "-" ? *file : session.absolute(*file), kMostInput), targets);
  if (targets.empty()) {
    throw Error{ExitCode::usage, msg("no target"),
                msg("name a host, 10.1.0.0/24, 10.1.0.5-20 or web[01-20], or a file of them with -f")};
  }
  return targets;
}

std::string milliseconds(std::chrono::nanoseconds span) {
  const double value = static_cast<double>(span.count()) / 1e6;
  return value < 1    ? formatted("{:.3f}", value)
         : value < 10 ? formatted("{:.2f}", value)
                      : formatted("{:.1f}", value);
}

// One target with its answer.
struct Answer {
  const std::string& target;
  const probe::IcmpResult& icmp;
  const workflow::Pings::Name* name;  // null: the target is an address

  bool alive() const { return icmp.received > 0; }
  bool unknown() const { return name != nullptr && name->address.empty(); }
};

Message why(const Answer& one) {
  using End = probe::IcmpResult::End;
  if (one.unknown()) return plain(one.name->error_text);
  const probe::IcmpError& error = one.icmp.last_error();
  switch (one.icmp.end) {
    case End::unreachable:
      if (error.from.empty()) return plain(error.text);
      return msg("{reason}, says {router}", {{"reason", error.text}, {"router", error.from}});
    case End::no_route:
      return error.text.empty() ? msg("no route") : msg("no route: {reason}", {{"reason", error.text}});
    case End::not_permitted:
      return msg("not permitted to ping this family of addresses");
    case End::local_error:
      return msg("not sent: {reason}", {{"reason", error.text}});
    case End::cancelled:
      return msg("interrupted");
    case End::bad_address:
      return msg("not an address");
    case End::measured:
      break;
  }
  return {};
}

void print_json(Ui& ui, const Answer& one) {
  const probe::IcmpResult& icmp = one.icmp;
  yaml::Node line = yaml::Node::map();
  line.set("target", one.target).set("address", one.name == nullptr ? one.target : one.name->address);
  line.set("alive", one.alive());
  line.set("sent", icmp.sent).set("received", icmp.received).set("loss_percent", icmp.lost_percent());
  line.set("late", icmp.late).set("duplicates", icmp.duplicates);
  const auto us = [](std::chrono::nanoseconds span) { return span.count() / 1'000; };
  if (one.alive()) {
    line.set("min_us", us(icmp.min)).set("mean_us", us(icmp.mean)).set("median_us", us(icmp.median));
    line.set("p95_us", us(icmp.p95)).set("max_us", us(icmp.max)).set("jitter_us", us(icmp.jitter));
  }
  const std::string reason = why(one).render(Language::english);
  if (!reason.empty()) line.set("reason", reason);
  if (const probe::IcmpError& error = icmp.last_error(); !error.from.empty())
    line.set("error_from", error.from).set("icmp_type", error.type).set("icmp_code", error.code);
  ui.json(line);
}

// As fping says it: with a count the packets, without one a word.
void print_line(Ui& ui, const Answer& one, bool counted) {
  const probe::IcmpResult& icmp = one.icmp;
  std::string text = printable(one.target);
  if (counted && !one.unknown()) {
    text += formatted(" : xmt/rcv/%loss = {}/{}/{}%", icmp.sent, icmp.received, icmp.lost_percent());
    if (one.alive()) {
      text += formatted(", min/avg/max = {}/{}/{}, median/p95/jitter = {}/{}/{}", milliseconds(icmp.min),
                        milliseconds(icmp.mean), milliseconds(icmp.max), milliseconds(icmp.median),
                        milliseconds(icmp.p95), milliseconds(icmp.jitter));
    }
    if (icmp.late > 0) text += formatted(", late = {}", icmp.late);
    if (icmp.duplicates > 0) text += formatted(", duplicates = {}", icmp.duplicates);
  } else if (one.alive()) {
    text += formatted(" is alive ({} ms)", milliseconds(icmp.min));
  } else {
    text += one.unknown() ? " is unknown" : " is unreachable";
  }
  const std::string reason = ui.text(why(one));
  if (!reason.empty()) text += " (" + printable(reason) + ")";
  ui.raw((one.alive() ? text : ui.coloured(text, Colour::red)) + "\n");
}

std::uint64_t seed_of(const RandomBytes& random) {
  std::array<std::byte, sizeof(std::uint64_t)> bytes{};
  random(bytes);
  std::uint64_t seed = 0;
  std::memcpy(&seed, bytes.data(), sizeof seed);
  return seed;
}

ExitCode ping(Session& session, const Options& options) {
  if (options.count && (*options.count < 1 || *options.count > 100))
    throw Error{ExitCode::usage, msg("-c is 1 to 100")};
  if (options.rate && (*options.rate < 0 || *options.rate > 10'000'000))
    throw Error{ExitCode::usage, msg("--rate is 0 to 10000000 packets a second"), msg("0: no limit")};
  if (options.alive && options.unreachable)
    throw Error{ExitCode::usage, msg("-a and -u leave nothing to show"), msg("give one of them")};
  workflow::PingWish wish;
  wish.targets = all_targets(session, options);
  const bool counted = options.count.has_value();
  wish.first_reply_is_enough = !counted;
  if (counted) {
    wish.count = static_cast<int>(*options.count);
    wish.interval = std::chrono::seconds{1};
  }
  wish.timeout = span(options.timeout, "-t")
                     .value_or(counted ? std::chrono::milliseconds{1'000} : std::chrono::milliseconds{500});
  wish.interval = span(options.interval, "-i").value_or(counted ? wish.interval : wish.timeout);
  if (options.rate) wish.rate = static_cast<std::uint32_t>(*options.rate);
  wish.seed = seed_of(session.random());

  Ui& ui = session.ui();
  std::size_t alive = 0;
  std::size_t unknown = 0;
  workflow::PingWatch watch;
  watch.progress = [&](std::size_t done) {
    ui.out().flush();
    ui.progress(msg("{done} of {total} targets",
                    {{"done", std::to_string(done)}, {"total", std::to_string(wish.targets.size())}}));
  };
  watch.answered = [&](std::size_t at, const probe::IcmpResult& icmp, const workflow::Pings::Name* name) {
    const Answer one{wish.targets[at], icmp, name};
    if (one.alive()) ++alive;
    if (one.unknown()) ++unknown;
    if (ui.quiet() || (options.alive && !one.alive()) || (options.unreachable && one.alive())) return;
    ui.done();  // the line of progress is in the way
    if (session.json())
      print_json(ui, one);
    else if (options.alive || options.unreachable)
      ui.raw(printable(one.target) + "\n");
    else
      print_line(ui, one, counted);
  };
  const workflow::Pings pings = workflow::ping(wish, session.surroundings().stop, watch);
  ui.done();
  const auto took = std::chrono::duration<double>(pings.took);
  ui.out().flush();
  const std::size_t total = pings.results.size();
  ui.say(msg("{total} targets: {alive} alive, {dead} unreachable, {unknown} unknown, in {seconds} s",
             {{"total", std::to_string(total)},
              {"alive", std::to_string(alive)},
              {"dead", std::to_string(total - alive - unknown)},
              {"unknown", std::to_string(unknown)},
              {"seconds", formatted("{:.3f}", took.count())}}));
  if (pings.own_drops > 0) {
    ui.say(msg("this machine dropped {count} packets on receiving: what is lost may not be",
               {{"count", std::to_string(pings.own_drops)}}));
    ui.hint(msg("send slower with --rate, or raise net.core.rmem_max"));
  }
  session.stop_here();
  return alive == total ? ExitCode::ok : ExitCode::warning;
}

}  // namespace

void setup_ping(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup
      .arguments("TARGET", options->targets,
                 msg("a host, 10.1.0.0/24, 10.1.0.5-20 or web[01-20]; default: read from standard input"))
      .option("-c", "N", options->count,
              msg("send N to each and count the replies; default: up to 4, until one comes"))
      .option("-i", "DUR", options->interval,
              msg("between two to the same target, bare numbers in ms; default: 1s with -c, else that of -t"))
      .option("-t", "DUR", options->timeout, msg("wait for a reply, bare numbers in ms; default: 1s with -c, else 500ms"))
      .option("-f", "FILE|-", options->file, msg("read targets from it, the first word of each line"))
      .flag("-a", options->alive, msg("print the targets that are alive, and nothing else of them"))
      .flag("-u", options->unreachable, msg("print the targets that are not"))
      .option("--rate", "N", options->rate, msg("packets a second over all; 0: no limit; default: 1000"));
  setup.run([options](Session& session) { return ping(session, *options); });
}

}  // namespace jaga::cmd
