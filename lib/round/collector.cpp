#include "round/collector.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>

#include "base/text.hpp"

namespace jaga::round {
namespace {

struct Section {
  std::vector<std::string_view> lines;
  int status = -1;  // -1: it never ended
  bool cut = false;
};
using Sections = std::map<std::string, Section, std::less<>>;

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// "0.52" as 52.
std::optional<std::int64_t> hundredths(std::string_view text) {
  const std::size_t dot = text.find('.');
  const auto whole = number_of(text.substr(0, dot));
  if (!whole || *whole > 1'000'000'000) return std::nullopt;
  if (dot == std::string_view::npos) return *whole * 100;
  std::string_view fraction = text.substr(dot + 1);
  if (fraction.empty()) return std::nullopt;
  const auto part = number_of(fraction.substr(0, 2));
  if (!part) return std::nullopt;
  return *whole * 100 + (fraction.size() == 1 ? *part * 10 : *part);
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> out;
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t begin = line.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    const std::size_t end = std::min(line.find_first_of(" \t", begin), line.size());
    out.push_back(line.substr(begin, end - begin));
    at = end;
  }
  return out;
}

bool take_mark(std::string_view& line, std::string_view nonce, std::string_view what) {
  if (line.size() < nonce.size() + what.size() + 3 || line.substr(0, nonce.size()) != nonce) return false;
  const std::string_view rest = line.substr(nonce.size());
  if (rest.front() != ' ' || rest.substr(1, what.size()) != what || rest[what.size() + 1] != ' ')
    return false;
  line = rest.substr(what.size() + 2);
  return true;
}

Sections sections_of(std::string_view output, std::string_view nonce) {
  Sections sections;
  Section* open = nullptr;
  while (!output.empty()) {
    const std::size_t end = output.find('\n');
    std::string_view line = output.substr(0, end);
    output = end == std::string_view::npos ? std::string_view{} : output.substr(end + 1);
    if (take_mark(line, nonce, "begin")) {
      open = sections.size() < 64 ? &sections[std::string(line)] : nullptr;
      if (open != nullptr) *open = {};
    } else if (open != nullptr && take_mark(line, nonce, "status")) {
      if (line == "cut")
        open->cut = true;
      else
        open->status = static_cast<int>(number_of(line).value_or(126) & 0xff);
    } else if (take_mark(line, nonce, "end")) {
      open = nullptr;
    } else if (open != nullptr && !line.empty()) {
      open->lines.push_back(line);
    }
  }
  return sections;
}

State over(std::int64_t value, const inventory::Limit& limit) {
  if (limit.crit && value >= *limit.crit) return State::critical;
  if (limit.warn && value >= *limit.warn) return State::warning;
  return State::ok;
}
State under(std::int64_t value, const inventory::Limit& limit) {
  if (limit.crit && value <= *limit.crit) return State::critical;
  if (limit.warn && value <= *limit.warn) return State::warning;
  return State::ok;
}

// Numbers of a host may be any: what no 64 bits hold would be undefined.
std::int64_t percent(std::int64_t part, std::int64_t whole) {
  if (whole <= 0) return 0;
  constexpr double kMost = 1e15;
  return static_cast<std::int64_t>(
      std::clamp(static_cast<double>(part) * 100.0 / static_cast<double>(whole), -kMost, kMost));
}

class Parser {
 public:
  Parser(std::string_view output, std::string_view nonce, const inventory::Host& host)
      : sections_(sections_of(output, nonce)), host_(host) {}

  Collected parse() {
    identity();
    load();
    memory();
    mounts();
    table("disk", host_.thresholds.disk_used);
    table("inode", host_.thresholds.inode_used);
    units();
    uptime();
    reboot();
    updates();
    return std::move(out_);
  }

 private:
  Result& add(std::string check, State state, std::string summary, std::string object = {}) {
    Result result;
    result.host = host_.name;
    result.check = std::move(check);
    result.object = std::move(object);
    result.state = state;
    result.reason = state == State::ok || state == State::unknown ? Reason::none : Reason::limit_reached;
    result.summary = printable(summary.substr(0, 512));
    out_.results.push_back(std::move(result));
    return out_.results.back();
  }
  void unknown(std::string check, Reason reason, std::string summary) {
    add(std::move(check), State::unknown, std::move(summary)).reason = reason;
  }

  // The section, or nullptr where it says nothing: then its result is there already.
  const Section* section(const std::string& name) {
    const auto at = sections_.find(name);
    const auto fail = [&](Reason reason, std::string why) {
      unknown(name, reason, std::move(why));
      return nullptr;
    };
    if (at == sections_.end() || at->second.status < 0)
      return fail(Reason::lost, "the collector did not come so far");
    if (at->second.cut) return fail(Reason::output_cut, "too much output");
    switch (at->second.status) {
      case 0:
        return &at->second;
      case 124:
      case 137:
      case 143:
        return fail(Reason::timed_out, "took too long");
      case 77:
        return fail(Reason::needs_root, "the login may not look");
      case 127:
        return fail(Reason::absent, "the program or file that tells is not there");
      default:
        return fail(Reason::bad_output, fmt::format("ended with status {}", at->second.status));
    }
  }

  void identity() {
    const auto at = sections_.find("identity");
    if (at == sections_.end()) return;
    for (const std::string_view line : at->second.lines) {
      const std::size_t space = line.find(' ');
      if (space == std::string_view::npos) continue;
      const std::string_view key = line.substr(0, space);
      const std::string_view value = trim(line.substr(space + 1));
      if (key == "machine-id") {
        const bool good =
            value.size() == 32 && value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
        if (good) out_.machine_id = std::string(value);
      } else if (key == "hostname") {
        out_.hostname = printable(value.substr(0, 253));
      } else if (key.substr(0, 8) == "product_" || key.substr(0, 6) == "board_") {
        if (out_.serials.size() < 8) out_.serials.push_back(printable(line.substr(0, 200)));
      }
    }
  }

  void load() {
    const Section* section = this->section("load");
    if (section == nullptr) return;
    std::optional<std::int64_t> five, cpus;
    for (const std::string_view line : section->lines) {
      const auto word = words(line);
      if (word.size() >= 4 && word[0] == "loadavg") five = hundredths(word[2]);
      if (word.size() == 2 && word[0] == "cpus") cpus = number_of(word[1]);
    }
    if (!five || !cpus || *cpus < 1 || *cpus > 65'536)
      return unknown("load", Reason::bad_output, "not understood");
    const std::int64_t each = *five / *cpus;
    Result& result = add("load", over(each, host_.thresholds.load),
                         fmt::format("load {}.{:02} on {} processors", *five / 100, *five % 100, *cpus));
    result.facts = {{"load5_hundredths", *five}, {"processors", *cpus}, {"load_percent", each}};
    put_pressure(result, "pressure-cpu", "pressure_percent");
    put_pressure(result, "pressure-io", "io_pressure_percent");
  }

  // "pressure-cpu some avg10=0.00 avg60=0.00 ..." (/proc/pressure of proc(5)), all in the section of the
  // load.
  void put_pressure(Result& result, std::string_view of, const char* fact) const {
    const auto at = sections_.find("load");
    if (at == sections_.end()) return;
    for (const std::string_view line : at->second.lines) {
      const auto word = words(line);
      if (word.size() < 4 || word[0] != of || word[1] != "some" || word[3].substr(0, 6) != "avg60=") continue;
      if (const auto value = hundredths(word[3].substr(6))) result.facts.emplace(fact, *value / 100);
    }
  }

  void memory() {
    const Section* section = this->section("memory");
    if (section == nullptr) return;
    std::map<std::string_view, std::int64_t> values;
    for (const std::string_view line : section->lines) {
      const auto word = words(line);
      if (word.size() < 2) continue;
      if (const auto value = number_of(word[1])) values[word[0]] = *value;
    }
    if (values.count("MemTotal:") == 0 || values.count("MemAvailable:") == 0 || values["MemTotal:"] == 0)
      return unknown("memory", Reason::bad_output, "not understood");
    const std::int64_t available = percent(values["MemAvailable:"], values["MemTotal:"]);
    const std::int64_t swap = values["SwapTotal:"];
    const std::int64_t swap_used = percent(swap - std::min(swap, values["SwapFree:"]), swap);
    const State by_memory = under(available, host_.thresholds.memory_available);
    const State by_swap = swap == 0 ? State::ok : over(swap_used, host_.thresholds.swap_used);
    Result& result = add("memory", badness(by_swap) > badness(by_memory) ? by_swap : by_memory,
                         fmt::format("{}% of memory available, {}% of swap used", available, swap_used));
    result.facts = {{"available_percent", available},
                    {"available_kib", values["MemAvailable:"]},
                    {"total_kib", values["MemTotal:"]},
                    {"swap_used_percent", swap_used}};
    put_pressure(result, "pressure-memory", "pressure_percent");
  }

  static bool is_pseudo(std::string_view mount) {
    for (const std::string_view top : {"/dev", "/proc", "/sys", "/run"})
      if (mount == top ||
          (mount.size() > top.size() && mount.substr(0, top.size()) == top && mount[top.size()] == '/'))
        return true;
    return false;
  }

  // Full and read-only by their nature: images.
  static bool is_image(std::string_view type) {
    return type == "squashfs" || type == "iso9660" || type == "udf" || type == "erofs" || type == "cramfs";
  }

  // The name of a mount as df has it: blanks and backslashes stand in /proc/self/mounts as \040 (proc(5)).
  static std::string plain_mount(std::string_view escaped) {
    std::string out;
    for (std::size_t at = 0; at < escaped.size(); ++at) {
      int value = 0;
      bool octal = escaped[at] == '\\' && at + 3 < escaped.size();
      for (std::size_t i = at + 1; octal && i <= at + 3; ++i) {
        octal = escaped[i] >= '0' && escaped[i] <= '7';
        value = value * 8 + (escaped[i] - '0');
      }
      out += octal && value < 256 ? static_cast<char>(value) : escaped[at];
      if (octal && value < 256) at += 3;
    }
    return printable(std::string_view(out).substr(0, 200));
  }

  void mounts() {
    const Section* section = this->section("mount");
    if (section == nullptr) return;
    std::set<std::string> read_only;
    for (const std::string_view line : section->lines) {
      const auto word = words(line);
      if (word.size() < 4 || is_pseudo(word[1])) continue;
      const std::string_view type = word[2];
      std::string mount = plain_mount(word[1]);
      // A container's overlay only shows what holds it once more.
      if (is_image(type) || (type == "overlay" && mount != "/")) {
        passed_over_.insert(std::move(mount));
        continue;
      }
      if (type == "overlay" || type == "tmpfs") continue;
      if (word[0].substr(0, 1) != "/") continue;  // no device
      if (word[3] == "ro" || word[3].substr(0, 3) == "ro,") read_only.insert(std::move(mount));
    }
    if (read_only.empty()) {
      add("mount", State::ok, "no file system is read-only");
      return;
    }
    std::size_t count = 0;
    for (const std::string& mount : read_only) {
      if (++count > kMostObjects) break;
      Result& result = add("mount", State::warning, "mounted read-only", mount);
      result.facts = {{"read_only", std::int64_t{1}}};
    }
  }

  // df's POSIX form: name, total, used, available, capacity, mount (which may hold spaces).
  void table(const std::string& check, const inventory::Limit& limit) {
    // df ends with 1 where one of many file systems cannot be looked at; the others count.
    const auto at = sections_.find(check);
    if (at != sections_.end() && (at->second.status == 1 || at->second.status == 77) &&
        at->second.lines.size() > 1)
      at->second.status = 0;
    const Section* section = this->section(check);
    if (section == nullptr) return;
    std::set<std::string> seen;
    for (const std::string_view line : section->lines) {
      const auto word = words(line);
      if (word.size() < 6 || seen.size() >= kMostObjects) continue;
      const auto total = number_of(word[1]);
      const auto used = number_of(word[2]);
      const auto available = number_of(word[3]);
      if (!total || !used || !available || *total == 0) continue;
      const std::string_view mount = line.substr(static_cast<std::size_t>(word[5].data() - line.data()));
      if (mount.front() != '/' || is_pseudo(mount)) continue;
      std::string object = printable(mount.substr(0, 200));
      if (passed_over_.count(object) != 0 || !seen.insert(object).second) continue;
      // As df does: of what the unprivileged may use, rounded up.
      const std::int64_t usable =
          *used > INT64_MAX / 2 || *available > INT64_MAX / 2 ? 0 : *used + *available;
      if (usable == 0) continue;
      const std::int64_t down = percent(*used, usable);
      const std::int64_t full = std::min<std::int64_t>(100, *used > 0 && down < 100 ? down + 1 : down);
      const bool blocks = check == "disk";
      Result& result = add(check, over(full, limit),
                           fmt::format("{}% of {} used", full, blocks ? "space" : "inodes"), object);
      result.facts.emplace("used_percent", full);
      result.facts.emplace(blocks ? "available_kib" : "available_inodes", *available);
      result.facts.emplace(blocks ? "total_kib" : "total_inodes", *total);
    }
    if (seen.empty()) unknown(check, Reason::bad_output, "no file system in the output");
  }

  void units() {
    const Section* section = this->section("unit");
    if (section == nullptr) return;
    std::set<std::string> failed;
    for (const std::string_view line : section->lines) {
      const auto word = words(line);
      if (word.size() >= 4 && word[2] == "failed") failed.insert(printable(word[0].substr(0, 200)));
    }
    const auto number = static_cast<std::int64_t>(failed.size());
    const State state = over(number, host_.thresholds.failed_units);
    Result& all =
        add("unit", state, number == 0 ? "no unit has failed" : fmt::format("{} units have failed", number));
    all.facts = {{"failed", number}};
    std::size_t count = 0;
    for (const std::string& unit : failed) {
      if (++count > kMostObjects) break;
      Result& result = add("unit", state, "failed", unit);
      result.facts = {{"active", std::string("failed")}};
    }
  }

  void uptime() {
    const Section* section = this->section("uptime");
    if (section == nullptr) return;
    const auto word =
        section->lines.empty() ? std::vector<std::string_view>{} : words(section->lines.front());
    const auto value = word.empty() ? std::nullopt : hundredths(word[0]);
    if (!value) return unknown("uptime", Reason::bad_output, "not understood");
    Result& result = add("uptime", State::ok, fmt::format("up for {} days", *value / 100 / 86'400));
    result.facts = {{"uptime_s", *value / 100}};
  }

  void reboot() {
    const Section* section = this->section("reboot");
    if (section == nullptr) return;
    const std::string_view line = section->lines.empty() ? std::string_view{} : section->lines.front();
    if (line != "required" && line != "no") return unknown("reboot", Reason::bad_output, "not understood");
    const std::int64_t required = line == "required" ? 1 : 0;
    Result& result = add("reboot", over(required, host_.thresholds.reboot_required),
                         required == 1 ? "a reboot is required" : "no reboot is required");
    result.facts = {{"required", required}};
  }

  void updates() {
    const Section* section = this->section("updates");
    if (section == nullptr) return;
    std::int64_t pending = 0;
    std::int64_t security = 0;
    std::optional<std::int64_t> lists, now;
    for (const std::string_view line : section->lines) {
      const auto word = words(line);
      if (word.size() == 4 && word[0] == "lists") {
        lists = number_of(word[1]);
        now = number_of(word[3]);
      } else if (!word.empty() && word[0] == "Inst") {
        ++pending;
        if (line.find("-security") != std::string_view::npos ||
            line.find("Debian-Security") != std::string_view::npos)
          ++security;
      }
    }
    if (!lists || !now) return unknown("updates", Reason::bad_output, "not understood");
    const std::int64_t age = *now > *lists ? *now - *lists : 0;
    const bool stale = *lists == 0 || age > kMostListAge;
    Result& result =
        add("updates", stale ? State::unknown : over(security, host_.thresholds.security_updates),
            stale ? "the package lists are too old to tell"
                  : fmt::format("{} updates pending, {} of them for security", pending, security));
    if (stale) result.reason = Reason::stale;
    result.facts = {{"pending", pending}, {"security", security}, {"lists_age_s", age}};
  }

  Sections sections_;
  const inventory::Host& host_;
  std::set<std::string> passed_over_;  // mounts whose filling says nothing
  Collected out_;
};

}  // namespace

Collected parse_collector(std::string_view output, std::string_view nonce, const inventory::Host& host) {
  return Parser(output, nonce, host).parse();
}

}  // namespace jaga::round
