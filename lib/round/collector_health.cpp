// What of the collector's output tells how a host does: load, memory, disks, the kernel's tables.

#include <algorithm>
#include <set>

#include "base/format.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "round/sections.hpp"

namespace jaga::round {
namespace {

// "pressure-cpu some avg10=0.00 avg60=0.00 ..." (/proc/pressure of proc(5)), in the section of what it is
// about. Earlier versions of the script print all of them in the section of the load.
void put_pressure(Findings& found, std::string_view in, Result& result, std::string_view of,
                  const char* fact) {
  const Section* section = found.raw(in);
  if (section == nullptr) return;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() < 4 || word[0] != of || word[1] != "some" || word[3].substr(0, 6) != "avg60=") continue;
    if (const auto value = hundredths(word[3].substr(6))) result.facts.emplace(fact, *value / 100);
  }
}

void load(Findings& found) {
  const Section* section = found.section("load");
  if (section == nullptr) return;
  std::optional<std::int64_t> five, cpus;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() >= 4 && word[0] == "loadavg") five = hundredths(word[2]);
    if (word.size() == 2 && word[0] == "cpus") cpus = number_of(word[1]);
  }
  if (!five || !cpus || *cpus < 1 || *cpus > 65'536)
    return found.unknown("load", Reason::bad_output, not_understood());
  const std::int64_t each = *five / *cpus;
  Result& result = found.add(
      "load", over(each, found.limits().load),
      sentence("load {load} on {processors}", {{"load", formatted("{}.{:02}", *five / 100, *five % 100)}})
          .with("processors", several(*cpus, sentence("1 processor"), sentence("{count} processors"))));
  result.facts = {{"load5_hundredths", *five}, {"processors", *cpus}, {"load_percent", each}};
  put_pressure(found, "load", result, "pressure-cpu", "pressure_percent");
  put_pressure(found, "load", result, "pressure-io", "io_pressure_percent");
}

void memory(Findings& found) {
  const Section* section = found.section("memory");
  if (section == nullptr) return;
  std::map<std::string_view, std::int64_t> values;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() < 2) continue;
    if (const auto value = number_of(word[1])) values[word[0]] = *value;
  }
  if (values.count("MemTotal:") == 0 || values.count("MemAvailable:") == 0 || values["MemTotal:"] == 0)
    return found.unknown("memory", Reason::bad_output, not_understood());
  const std::int64_t available = percent(values["MemAvailable:"], values["MemTotal:"]);
  const std::int64_t swap = values["SwapTotal:"];
  const std::int64_t swap_used = percent(swap - std::min(swap, values["SwapFree:"]), swap);
  const State by_memory = under(available, found.limits().memory_available);
  const State by_swap = swap == 0 ? State::ok : over(swap_used, found.limits().swap_used);
  Result& result =
      found.add("memory", badness(by_swap) > badness(by_memory) ? by_swap : by_memory,
                sentence("{available}% of memory available, {used}% of swap used",
                         {{"available", std::to_string(available)}, {"used", std::to_string(swap_used)}}));
  result.facts = {{"available_percent", available},
                  {"available_kib", values["MemAvailable:"]},
                  {"total_kib", values["MemTotal:"]},
                  {"swap_used_percent", swap_used}};
  put_pressure(found, "memory", result, "pressure-memory", "pressure_percent");
  put_pressure(found, "load", result, "pressure-memory", "pressure_percent");
}

bool is_below(std::string_view mount, std::string_view top) {
  return mount == top ||
         (mount.size() > top.size() && mount.substr(0, top.size()) == top && mount[top.size()] == '/');
}
bool is_pseudo(std::string_view mount) {
  for (const std::string_view top : {"/dev", "/proc", "/sys", "/run"})
    if (is_below(mount, top)) return true;
  return false;
}
// Memory that services write to: where it is full they stop, as on a disk.
bool is_written_to(std::string_view mount) {
  return mount == "/run" || mount == "/run/lock" || mount == "/dev/shm";
}

// Full and read-only by their nature: images.
bool is_image(std::string_view type) {
  return type == "squashfs" || type == "iso9660" || type == "udf" || type == "erofs" || type == "cramfs";
}

// The name of a mount as df has it: /proc/self/mounts writes blanks and backslashes as \040 (proc(5)).
std::string plain_mount(std::string_view escaped) {
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
  return said(std::string_view(out), 200);
}

// "hangs DEVICE MOUNT" and "fails DEVICE MOUNT: WHY" of the mounts that wait for another machine or a
// program.
void silent_mounts(Findings& found) {
  const Section* section = found.raw("remote") == nullptr ? nullptr : found.section_if_there("remote");
  if (section == nullptr) return;
  std::size_t count = 0;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    const bool hangs = !word.empty() && word[0] == "hangs";
    if (word.size() < 3 || (!hangs && word[0] != "fails") || ++count > kMostObjects) continue;
    std::string_view mount = line.substr(static_cast<std::size_t>(word[2].data() - line.data()));
    Message why = sentence("does not answer");
    if (const std::size_t colon = mount.rfind(": "); !hangs && colon != std::string_view::npos) {
      why = sentence("does not answer: {why}", {{"why", said(mount.substr(colon + 2), 100)}});
      mount = mount.substr(0, colon);
    }
    Result& result = found.add("mount", State::critical, why, said(mount, 200));
    result.reason = hangs ? Reason::timed_out : Reason::lost;
    result.facts = {{"answers", std::int64_t{0}}, {"source", plain_mount(word[1])}};
  }
}

// The mounts whose filling says nothing. Of mountinfo the script picks out what counts: "ro MOUNT TYPE
// DEVICE"; else it is the lines of /proc/self/mounts. Before them "fstab MOUNT" of what is meant to be
// read-only.
std::set<std::string> mounts(Findings& found) {
  silent_mounts(found);
  const Section* section = found.section("mount");
  std::set<std::string> passed_over;
  if (section == nullptr) return passed_over;
  std::set<std::string> read_only;
  std::set<std::string> meant_so;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() == 2 && word[0] == "fstab") meant_so.insert(plain_mount(word[1]));
    if (word.size() < 4) continue;
    const bool picked = word[0] == "ro";
    const std::string_view point = word[1];
    const std::string_view type = word[2];
    const std::string_view device = picked ? word[3] : word[0];
    if (is_pseudo(point)) continue;
    std::string mount = plain_mount(point);
    // A container's overlay only shows what holds it once more.
    if (is_image(type) || (type == "overlay" && mount != "/")) {
      passed_over.insert(std::move(mount));
      continue;
    }
    if (type == "overlay" || type == "tmpfs") continue;
    if (device.substr(0, 1) != "/") continue;  // no device
    if (picked || word[3] == "ro" || word[3].substr(0, 3) == "ro,") read_only.insert(std::move(mount));
  }
  for (const std::string& mount : meant_so) read_only.erase(mount);
  if (read_only.empty()) {
    found.add("mount", State::ok, sentence("no file system is read-only"));
    return passed_over;
  }
  std::size_t count = 0;
  for (const std::string& mount : read_only) {
    if (++count > kMostObjects) break;
    Result& result = found.add("mount", State::warning, sentence("mounted read-only"), mount);
    result.facts = {{"read_only", std::int64_t{1}}};
  }
  return passed_over;
}

// df's POSIX form: name, total, used, available, capacity, mount; both the name and the mount may hold
// blanks.
struct Row {
  std::int64_t total = 0;
  std::int64_t used = 0;
  std::int64_t available = 0;
  std::string_view mount;
};
std::optional<Row> row_of(std::string_view line) {
  const auto word = words(line);
  // A file system that has none of it says "-"; what is used of the blocks that are kept for root is told as
  // less than nothing.
  const auto number = [](std::string_view text) {
    const bool nothing = text == "-" || (text.starts_with('-') && number_of(text.substr(1)));
    return nothing ? std::optional<std::int64_t>{0} : number_of(text);
  };
  for (std::size_t at = 1; at + 4 < word.size(); ++at) {
    const auto total = number(word[at]);
    const auto used = number(word[at + 1]);
    const auto available = number(word[at + 2]);
    const std::string_view capacity = word[at + 3];
    if (!total || !used || !available || (capacity != "-" && capacity.back() != '%') ||
        word[at + 4].front() != '/')
      continue;
    return Row{*total, *used, *available,
               line.substr(static_cast<std::size_t>(word[at + 4].data() - line.data()))};
  }
  return std::nullopt;
}

// Mounts that are queried one by one are in the section "remote", after `prefix`.
void table(Findings& found, const std::string& check, std::string_view prefix, const inventory::Limit& limit,
           const std::set<std::string>& passed_over) {
  // df ends with 1 where one of many file systems cannot be looked at; the others count.
  if (Section* as_it_came = found.raw(check);
      as_it_came != nullptr && (as_it_came->status == 1 || as_it_came->status == 77) &&
      std::any_of(as_it_came->lines.begin(), as_it_came->lines.end(),
                  [](std::string_view line) { return row_of(line).has_value(); }))
    as_it_came->status = 0;
  const Section* section = found.section(check);
  if (section == nullptr) return;
  std::vector<std::string_view> lines = section->lines;
  if (const Section* remote = found.raw("remote"); remote != nullptr)
    for (const std::string_view line : remote->lines)
      if (line.substr(0, prefix.size()) == prefix) lines.push_back(line.substr(prefix.size()));
  std::set<std::string> seen;
  bool understood = false;
  for (const std::string_view line : lines) {
    const auto row = row_of(line);
    if (!row || seen.size() >= kMostObjects) continue;
    const auto& [total, used, available, mount] = *row;
    understood = true;
    if (total == 0) continue;
    if (is_pseudo(mount) && !is_written_to(mount)) continue;
    std::string object = said(mount, 200);
    if (passed_over.count(object) != 0 || !seen.insert(object).second) continue;
    // As df does: of what the unprivileged may use, rounded up.
    const std::int64_t usable = used > INT64_MAX / 2 || available > INT64_MAX / 2 ? 0 : used + available;
    if (usable == 0) continue;
    const std::int64_t down = percent(used, usable);
    const std::int64_t full = std::min<std::int64_t>(100, used > 0 && down < 100 ? down + 1 : down);
    const bool blocks = check == "disk";
    Result& result =
        found.add(check, over(full, limit),
                  blocks ? sentence("{percent}% of space used", {{"percent", std::to_string(full)}})
                         : sentence("{percent}% of inodes used", {{"percent", std::to_string(full)}}),
                  object);
    result.facts.emplace("used_percent", full);
    result.facts.emplace(blocks ? "available_kib" : "available_inodes", available);
    result.facts.emplace(blocks ? "total_kib" : "total_inodes", total);
  }
  if (!seen.empty()) return;
  if (!understood) return found.unknown(check, Reason::bad_output, sentence("no file system in the output"));
  // Btrfs, for one, makes inodes as it needs them.
  found.add(check, State::ok,
            check == "inode" ? sentence("no file system has an inode limit")
                             : sentence("no file system has a size"));
}

// "total 213 zombies 0 blocked 1"
void processes(Findings& found) {
  const Section* section = found.section_if_there("process");
  if (section == nullptr) return;
  const auto word = section->lines.empty() ? std::vector<std::string_view>{} : words(section->lines.front());
  const auto value = [&](std::size_t at) { return word.size() == 6 ? number_of(word[at]) : std::nullopt; };
  const auto total = value(1);
  const auto zombies = value(3);
  const auto blocked = value(5);
  if (!total || !zombies || !blocked) return found.unknown("process", Reason::bad_output, not_understood());
  const State by_zombies = over(*zombies, found.limits().zombies);
  const State by_blocked = over(*blocked, found.limits().blocked_processes);
  Result& result =
      found.add("process", badness(by_zombies) > badness(by_blocked) ? by_zombies : by_blocked,
                sentence("{processes}, {zombies}, {blocked}")
                    .with("processes", several(*total, sentence("1 process"), sentence("{count} processes")))
                    .with("zombies", several(*zombies, sentence("1 zombie"), sentence("{count} zombies")))
                    .with("blocked", several(*blocked, sentence("1 waiting for a device"),
                                             sentence("{count} waiting for a device"))));
  result.facts = {{"total", *total}, {"zombies", *zombies}, {"blocked", *blocked}};
}

// A table of the kernel's with a size: "USED ... MOST" (/proc/sys/fs/file-nr, nf_conntrack_count and _max).
void kernel_table(Findings& found, const std::string& check, const inventory::Limit& limit,
                  Message used_share) {
  const Section* section = found.section_if_there(check);
  if (section == nullptr) return;
  const auto word = section->lines.empty() ? std::vector<std::string_view>{} : words(section->lines.front());
  const auto used = word.size() < 2 ? std::nullopt : number_of(word.front());
  const auto most = word.size() < 2 ? std::nullopt : number_of(word.back());
  if (!used || !most || *most == 0) return found.unknown(check, Reason::bad_output, not_understood());
  const std::int64_t share = percent(*used, *most);
  used_share.arguments = {{"percent", std::to_string(share)}};
  Result& result = found.add(check, over(share, limit), used_share);
  result.facts = {{"used", *used}, {"most", *most}, {"used_percent", share}};
}

// As /sys/class/net/NAME/operstate has it.
Sentence link_state(std::string_view state) {
  if (state == "up") return sentence("the link is up");
  if (state == "down") return sentence("the link is down");
  return said(state, 20);
}

// "eth0 up rx_errors 0 tx_errors 0 rx_dropped 2 tx_dropped 0 carrier_changes 1". What grows between two
// rounds is for round::follow.
void interfaces(Findings& found) {
  const Section* section = found.section_if_there("interface");
  if (section == nullptr) return;
  std::size_t count = 0;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() != 12) continue;
    Facts facts;
    bool good = true;
    for (std::size_t at = 2; at < word.size(); at += 2) {
      const auto value = number_of(word[at + 1]);
      good = good && value;
      if (value) facts.emplace(std::string(word[at]), *value);
    }
    static const std::set<std::string, std::less<>> kCounters = {"rx_errors", "tx_errors", "rx_dropped",
                                                                 "tx_dropped", "carrier_changes"};
    for (const auto& fact : facts) good = good && kCounters.count(fact.first) == 1;
    if (!good || ++count > kMostObjects) continue;
    Result& result = found.add("interface", State::ok, link_state(word[1]), said(word[0], 32));
    result.facts = std::move(facts);
  }
}

}  // namespace

void read_health(Findings& found) {
  load(found);
  memory(found);
  const std::set<std::string> passed_over = mounts(found);
  table(found, "disk", "blocks ", found.limits().disk_used, passed_over);
  table(found, "inode", "inodes ", found.limits().inode_used, passed_over);
  processes(found);
  kernel_table(found, "handles", found.limits().handles_used, sentence("{percent}% of file handles used"));
  kernel_table(found, "conntrack", found.limits().conntrack_used,
               sentence("{percent}% of the connection table used"));
  interfaces(found);
}

// "epoch 1764000000", "ntp yes" or timedatectl's "NTPSynchronized=yes"
void read_clock(Findings& found, const std::optional<Heard>& heard) {
  const Section* section = found.section_if_there("clock");
  if (section == nullptr) return;
  std::optional<std::int64_t> epoch, started;
  std::optional<bool> synchronized;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (line == "NTPSynchronized=yes" || line == "NTPSynchronized=no") synchronized = line.ends_with("yes");
    if (word.size() != 2) continue;
    if (word[0] == "epoch") epoch = number_of(word[1]);
    if (word[0] == "started") started = number_of(word[1]);
    if (word[0] == "ntp" && (word[1] == "yes" || word[1] == "no")) synchronized = word[1] == "yes";
  }
  constexpr std::int64_t kMostSeconds = 1'000'000'000'000;
  if (!epoch || *epoch > kMostSeconds) return found.unknown("clock", Reason::bad_output, not_understood());
  if (!started || *started > *epoch || (heard && *epoch - *started > 86'400)) started = epoch;
  // Between asking and hearing it looked at its clock when it began and when it ended: what lies outside of
  // that is wrong for sure. What it ran for itself is in neither way.
  std::int64_t offset = 0;
  if (heard) {
    const auto seconds = [](Instant at) {
      return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
    };
    if (*started < seconds(heard->asked)) offset = *started - seconds(heard->asked);
    if (*epoch > seconds(heard->heard)) offset = *epoch - seconds(heard->heard);
  }
  const std::int64_t size = offset < 0 ? -offset : offset;
  State state = over(size, found.limits().clock_offset);
  if (state == State::ok && synchronized == false) state = State::warning;
  const Message::Arguments seconds = {{"seconds", std::to_string(size)}};
  Message summary = size <= 1    ? sentence("clock is right")
                    : offset < 0 ? sentence("clock is {seconds} s slow", seconds)
                                 : sentence("clock is {seconds} s fast", seconds);
  if (synchronized == false)
    summary = sentence("{clock}, not synchronized").with("clock", std::move(summary));
  Result& result = found.add("clock", state, summary);
  if (heard) result.facts.emplace("offset_s", size);
  if (synchronized) result.facts.emplace("synchronized", std::int64_t{*synchronized ? 1 : 0});
}

}  // namespace jaga::round
