// Parses what the collector reports about the machine itself: disks, arrays, sensors, errors of the
// kernel.

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/quantity.hpp"
#include "base/text.hpp"
#include "round/sections.hpp"

namespace jaga::round {
namespace {

// "sda1[0]", "sdb1[1](F)": a member of an array.
bool is_member(std::string_view word) {
  const std::size_t open = word.find('[');
  return open != std::string_view::npos && open > 0 && word.find(']', open) != std::string_view::npos;
}

Message disks_of(std::int64_t count) {
  return several(count, sentence("1 disk"), sentence("{count} disks"));
}

// /proc/mdstat (md(4)): "md0 : active raid1 sdb1[1] sda1[0](F)", then "... [2/1] [U_]", then perhaps
// "[=>....]  recovery = 12.6% ...". What cannot lose a disk (raid0, linear) tells no counts: it has all its
// members or is "broken". A container of a firmware's metadata ("super external:imsm", mdadm(8)) never
// becomes active: the arrays in it do, which name it ("super external:/md127/0").
void raid(Findings& found) {
  const Section* section = found.section_if_there("raid");
  if (section == nullptr) return;
  struct Array {
    bool active = false;
    std::int64_t wanted = 0;
    std::int64_t up = 0;
    std::int64_t failed = 0;
    std::int64_t members = 0;
    bool recovering = false;
    bool container = false;
  };
  std::map<std::string, Array> arrays;
  Array* open = nullptr;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() >= 3 && word[1] == ":" && word[0].substr(0, 2) == "md") {
      if (arrays.size() >= kMostObjects) break;
      open = &arrays[said(word[0], 64)];
      *open = {};
      open->active = word[2] == "active";
      open->members = std::count_if(word.begin() + 3, word.end(), is_member);
      open->failed = std::count_if(word.begin(), word.end(), [](std::string_view one) {
        return one.find("(F)") != std::string_view::npos;
      });
      continue;
    }
    if (open == nullptr) continue;
    constexpr std::string_view kExternal = "external:";
    for (const std::string_view one : word)
      if (one.size() > kExternal.size() && one.substr(0, kExternal.size()) == kExternal)
        open->container = one[kExternal.size()] != '/' && one[kExternal.size()] != '-';
    for (std::size_t at = 0; at + 1 < word.size(); ++at) {
      const std::string_view counts = word[at];
      const std::size_t slash = counts.find('/');
      if (counts.size() < 5 || counts.front() != '[' || counts.back() != ']' ||
          slash == std::string_view::npos)
        continue;
      const auto wanted = number_of(counts.substr(1, slash - 1));
      const auto up = number_of(counts.substr(slash + 1, counts.size() - slash - 2));
      if (!wanted || !up) continue;
      open->wanted = *wanted;
      open->up = *up;
    }
    if (line.find("recovery =") != std::string_view::npos ||
        line.find("resync =") != std::string_view::npos || line.find("reshape =") != std::string_view::npos)
      open->recovering = true;
  }
  for (auto& [name, array] : arrays) {
    if (array.wanted == 0) {
      array.wanted = array.members;
      array.up = array.members - array.failed;
    }
    const Message::Arguments up = {{"up", std::to_string(array.up)}};
    const bool degraded = (!array.active && !array.container) || array.up < array.wanted || array.failed > 0;
    Result& result = found.add(
        "raid",
        degraded           ? State::critical
        : array.recovering ? State::warning
                           : State::ok,
        array.container    ? sentence("container of {disks}").with("disks", disks_of(array.members))
        : !array.active    ? sentence("not active")
        : array.recovering ? sentence("{up} of {disks}, rebuilding", up).with("disks", disks_of(array.wanted))
                           : sentence("{up} of {disks}", up).with("disks", disks_of(array.wanted)),
        name);
    result.facts = {{"disks_up", array.up},
                    {"disks_wanted", array.wanted},
                    {"disks_failed", array.failed},
                    {"recovering", std::int64_t{array.recovering ? 1 : 0}}};
  }
}

// "disk sda hangs": the program of an earlier look still asks it. "disk sda status 8", then smartctl's lines
// about model and serial. The status is a set of bits (smartctl(8)): 0 and 1 say that nothing was measured, 2
// that one command of several failed (some bridges and disks never answer all), 3 that the disk fails, 4 that
// an attribute is at its limit, 6 and 7 that its logs hold errors. Where bit 2 is set the others count as
// they are, and what the disk says of its health as a whole. Its counters of errors (ATA: sectors
// reallocated, pending, uncorrectable, errors reported; NVMe and SCSI have one) are told as their sum;
// whether it grows is judge_trends'.
void smart(Findings& found) {
  const Section* section = found.section_if_there("smart");
  if (section == nullptr) return;
  struct Disk {
    std::int64_t status = 0;
    std::string model;
    std::string serial;
    std::optional<std::int64_t> errors;
    std::string health;  // "PASSED", "OK", "FAILED!" ...
    bool asleep = false;
  };
  std::map<std::string, Disk> disks;
  std::set<std::string> hanging;
  Disk* open = nullptr;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() == 3 && word[0] == "disk" && word[2] == "hangs") {
      hanging.insert(said(word[1], 64));
      open = nullptr;
      continue;
    }
    if (word.size() == 4 && word[0] == "disk" && word[2] == "status") {
      const auto status = number_of(word[3]);
      open = status && *status < 256 && disks.size() < kMostObjects ? &disks[said(word[1], 64)] : nullptr;
      if (open != nullptr) *open = {*status, {}, {}, {}, {}, false};
      continue;
    }
    const std::size_t colon = line.find(':');
    if (open == nullptr) continue;
    // "  5 Reallocated_Sector_Ct   0x0033   100   100   010    Pre-fail  Always       -       8"
    if (word.size() >= 10 && colon == std::string_view::npos) {
      constexpr std::array<std::string_view, 4> kOfErrors = {"5", "187", "197", "198"};
      const auto raw = number_of(word[9]);
      if (raw && std::find(kOfErrors.begin(), kOfErrors.end(), word[0]) != kOfErrors.end())
        open->errors = open->errors.value_or(0) + *raw;
    }
    // "Device is in STANDBY mode, exit(2)": it was not woken.
    if (line.substr(0, 13) == "Device is in ") open->asleep = true;
    if (colon == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, colon);
    const std::string value = said(trim(line.substr(colon + 1)), 100);
    if (key == "SMART overall-health self-assessment test result" || key == "SMART Health Status")
      open->health = value;
    if (key == "Device Model" || key == "Model Number" || key == "Product") open->model = value;
    if (key == "Media and Data Integrity Errors" || key == "Elements in grown defect list")
      if (const auto raw = number_of(value)) open->errors = open->errors.value_or(0) + *raw;
    if (key == "Serial Number" || key == "Serial number") open->serial = value;
  }
  for (const std::string& name : hanging)
    found.add("smart", State::unknown, not_returned(), name).reason = Reason::timed_out;
  for (const auto& [name, disk] : disks) {
    const auto bit = [&status = disk.status](unsigned at) { return (status >> at) & 1; };
    const bool good = disk.health == "PASSED" || disk.health == "OK";
    const bool failing = bit(3) == 1 || disk.health.find("FAIL") != std::string::npos;
    const bool told = good || failing || bit(4) == 1;
    if (bit(0) == 1 || bit(1) == 1 || (bit(2) == 1 && !told)) {
      Result& result = found.add("smart", State::unknown,
                                 disk.asleep ? sentence("the disk is in standby and was not woken")
                                             : sentence("the disk was not measured"),
                                 name);
      result.reason = Reason::bad_output;
      continue;
    }
    Result& result = found.add("smart",
                               failing || bit(4) == 1       ? State::critical
                               : bit(6) == 1 || bit(7) == 1 ? State::warning
                                                            : State::ok,
                               failing       ? sentence("the disk reports that it is failing")
                               : bit(4) == 1 ? sentence("a SMART attribute is at its limit")
                               : bit(6) == 1 ? sentence("errors in the disk's log")
                               : bit(7) == 1 ? sentence("a self-test has failed")
                                             : sentence("the disk reports that it is healthy"),
                               name);
    result.facts = {{"failing", std::int64_t{failing ? 1 : 0}},
                    {"at_limit", bit(4)},
                    {"logged_errors", bit(6)},
                    {"failed_tests", bit(7)}};
    if (!disk.model.empty()) result.facts.emplace("model", disk.model);
    if (!disk.serial.empty()) result.facts.emplace("serial", disk.serial);
    if (disk.errors) result.facts.emplace("errors", *disk.errors);
  }
}

// Of /sys/class/hwmon (the kernel's hwmon/sysfs-interface), "-" for what a chip does not tell:
//   temp CHIP INPUT MAX CRIT LABEL...   thousandths of a degree
//   fan CHIP INPUT MIN ALARM LABEL...   turns a minute
// CHIP is NAME@DEVICE: every NVMe disk has a chip "nvme", every socket one "coretemp". Older scripts print
// NAME alone.
void sensors(Findings& found) {
  const Section* section = found.section_if_there("sensor");
  if (section == nullptr) return;
  constexpr std::int64_t kHottest = 200'000;
  struct Sensor {
    std::string name;  // CHIP/LABEL
    std::string device;
  };
  const auto sensor_of = [](std::string_view line, const std::vector<std::string_view>& word) {
    const std::size_t at = word[1].rfind('@');
    const std::string_view label = line.substr(static_cast<std::size_t>(word[5].data() - line.data()));
    return Sensor{said(word[1].substr(0, at), 40) + "/" + said(label, 60),
                  at == std::string_view::npos ? std::string() : said(word[1].substr(at + 1), 40)};
  };
  std::map<std::string_view, Names> names;
  for (const std::string_view line : section->lines)
    if (const auto word = words(line); word.size() >= 6) names[word[0]].count(sensor_of(line, word).name);
  std::size_t count = 0;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() < 6 || count >= kMostObjects) continue;
    const auto input = number_of(word[2]);
    if (!input) continue;
    ++count;
    const Sensor sensor = sensor_of(line, word);
    std::string object = names[word[0]].of(sensor.name, sensor.device);
    if (word[0] == "temp") {
      // What no machine has is a sensor that is not wired; 127 and 127.5 are all ones of 8 and 9 bits.
      if (*input == 0 || *input >= kHottest || *input / 1'000 == 127) continue;
      inventory::Limit limit = found.limits().temperature;
      const auto own = [&](std::string_view text, std::optional<std::int64_t>& side) {
        if (const auto value = number_of(text); value && *value > 1'000 && *value < kHottest)
          side = *value / 1'000;
      };
      own(word[3], limit.warn);
      own(word[4], limit.crit);
      const std::int64_t celsius = *input / 1'000;
      Result& result =
          found.add("temperature", over(celsius, limit),
                    sentence("{celsius} °C", {{"celsius", std::to_string(celsius)}}), std::move(object));
      result.facts = {{"celsius", celsius}};
      if (limit.crit) result.facts.emplace("crit_celsius", *limit.crit);
    } else if (word[0] == "fan") {
      const auto least = number_of(word[3]);
      const bool stopped = word[4] == "1" || (least && *least > 0 && *input < *least);
      Result& result = found.add("fan", stopped ? State::critical : State::ok,
                                 sentence("{rpm} rpm", {{"rpm", std::to_string(*input)}}), std::move(object));
      result.facts = {{"rpm", *input}};
    }
  }
}

// What the kernel complained of within the last hour: "oom 2 mysqld", "io 1", "filesystem 0", "memory 0",
// "hung 0".
void kernel(Findings& found) {
  const Section* section = found.section_if_there("kernel");
  if (section == nullptr) return;
  struct Complaint {
    std::string_view name;
    State state;
    Message what;
  };
  const std::array<Complaint, 5> kComplaints = {
      {{"oom", State::warning, sentence("out of memory: {count} processes killed within the hour")},
       {"io", State::critical, sentence("{count} disk reads or writes failed within the hour")},
       {"filesystem", State::critical, sentence("{count} file system errors within the hour")},
       {"memory", State::warning, sentence("{count} memory or processor errors within the hour")},
       {"hung", State::warning, sentence("{count} processes hung for minutes within the hour")}}};
  std::size_t understood = 0;
  bool quiet = true;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() < 2) continue;
    const auto count = number_of(word[1]);
    const auto complaint = std::find_if(kComplaints.begin(), kComplaints.end(),
                                        [&](const Complaint& one) { return one.name == word[0]; });
    if (!count || complaint == kComplaints.end()) continue;
    ++understood;
    if (*count == 0) continue;
    quiet = false;
    Message what = complaint->what;
    what.arguments = {{"count", std::to_string(*count)}};
    Result& result = found.add("kernel", complaint->state, what, std::string(complaint->name));
    result.facts = {{"count", *count}};
    if (word.size() > 2)
      result.facts.emplace("process",
                           said(line.substr(static_cast<std::size_t>(word[2].data() - line.data())), 64));
  }
  if (understood == 0) return found.unknown("kernel", Reason::bad_output, not_understood());
  if (quiet) found.add("kernel", State::ok, sentence("no kernel errors within the hour"));
}

// Of /sys/devices/system/edac, a line a module: "mc0/dimm0 CORRECTED UNCORRECTED LABEL", the label "-" where
// the board does not name its slots. Some boards give two slots one label.
void modules(Findings& found) {
  if (found.raw("edac") == nullptr) return;  // an older script, or cut before it, which others tell
  const Section* section = found.section_if_there("edac");
  if (section == nullptr) return;
  const auto label_in = [](const std::vector<std::string_view>& word) {
    return said(word[3] == "-" ? word[0] : word[3], 64);
  };
  Names names;
  for (const std::string_view line : section->lines)
    if (const auto word = words(line); word.size() >= 4) names.count(label_in(word));
  std::size_t count = 0;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() < 4) continue;
    const auto corrected = number_of(word[1]);
    const auto uncorrected = number_of(word[2]);
    if (!corrected || !uncorrected || ++count > kMostObjects) continue;
    const std::string slot = names.of(label_in(word), said(word[0], 32));
    Result& result =
        found.add("kernel", State::ok,
                  sentence("{errors} corrected, {uncorrected} not, since boot",
                           {{"uncorrected", std::to_string(*uncorrected)}})
                      .with("errors", several(*corrected, sentence("1 error"), sentence("{count} errors"))),
                  "memory:" + slot);
    result.facts = {{"errors", *corrected}, {"uncorrected", *uncorrected}, {"slot", slot}};
  }
}

}  // namespace

void read_hardware(Findings& found) {
  raid(found);
  smart(found);
  sensors(found);
  kernel(found);
  modules(found);
}

}  // namespace jaga::round
