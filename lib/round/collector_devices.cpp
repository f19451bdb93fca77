// Parses what the collector reports about power: supplies, the UPS, the batteries of RAID controllers.

#include "base/text.hpp"
#include "round/sections.hpp"

namespace jaga::round {
namespace {

// /sys/class/power_supply: "supply AC0 1". One that is off counts where another one is on, or is alone.
void supplies(Findings& found) {
  const Section* section = found.section_if_there("power");
  if (section == nullptr) return;
  std::map<std::string, bool> online;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() == 3 && word[0] == "supply" && online.size() < kMostObjects)
      online[said(word[1], 64)] = word[2] == "1";
  }
  for (const auto& [name, on] : online)
    found
        .add("power", on ? State::ok : State::critical,
             on ? sentence("gives power") : sentence("gives no power"), name)
        .facts = {{"state", std::string(on ? "on" : "off")}};
}

// ipmitool sdr type "Power Supply": "PS1 Status | C8h | ok | 10.1 | Presence detected, Power Supply AC lost".
// Some boards call all of them "Status": then the number of the record (C8h) tells them apart.
void supplies_of_ipmi(Findings& found) {
  const Section* section = found.section_if_there("ipmi");
  if (section == nullptr) return;
  const auto name_in = [](const std::vector<std::string>& part) { return said(trim(part[0]), 64); };
  Names names;
  for (const std::string_view line : section->lines)
    if (const auto part = split(line, '|'); part.size() >= 5) names.count(name_in(part));
  std::size_t count = 0;
  for (const std::string_view line : section->lines) {
    const auto part = split(line, '|');
    if (part.size() < 5 || count >= kMostObjects) continue;
    const std::string name = name_in(part);
    const std::string text = said(trim(part[4]), 100);
    // A bay without a supply, and sensors that tell watts or amperes.
    if (name.empty() || !contains(text, "Presence detected")) continue;
    ++count;
    const bool bad =
        contains(text, "Failure detected") || contains(text, "AC lost") || contains(text, "out-of-range");
    const bool soon = contains(text, "Predictive failure") || contains(text, "Config Error");
    found
        .add("power",
             bad    ? State::critical
             : soon ? State::warning
                    : State::ok,
             text, names.of(name, said(trim(part[1]), 16)))
        .facts = {{"state", text}, {"record", said(trim(part[1]), 16)}};
  }
}

// Of a controller's battery: well, or busy with what it does now and then.
bool is_good(std::string_view state) {
  return state == "Optimal" || state == "OK" || state == "Optl" || state == "Operational" ||
         state == "Learning" || state == "Charging" || state == "Recharging";
}

// "ups NAME", then NUT's "ups.status: OB DISCHRG" and "battery.charge: 80", or apcupsd's "STATUS : ONBATT".
void ups(Findings& found) {
  const Section* section = found.section_if_there("ups");
  if (section == nullptr) return;
  struct Ups {
    std::string status;
    std::string alarm;
    std::optional<std::int64_t> charge, runtime;
  };
  std::map<std::string, Ups> all;
  Ups* open = nullptr;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() == 2 && word[0] == "ups") {
      open = all.size() < kMostObjects ? &all[said(word[1], 64)] : nullptr;
      continue;
    }
    const std::size_t colon = line.find(':');
    if (open == nullptr || colon == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, colon));
    const std::string_view value = trim(line.substr(colon + 1));
    const auto hundred = hundredths(value.substr(0, value.find(' ')));
    const auto number = hundred ? std::optional(*hundred / 100) : std::nullopt;
    if (key == "ups.status" || key == "STATUS") open->status = said(value, 64);
    if (key == "ups.alarm") open->alarm = said(value, 200);
    if (key == "battery.charge" || key == "BCHARGE") open->charge = number;
    if (key == "battery.runtime") open->runtime = number;
    if (key == "TIMELEFT" && hundred) open->runtime = *hundred * 60 / 100;  // minutes
  }
  for (const auto& [name, one] : all) {
    bool battery = false, low = false, replace = false, off = false, unprotected = false, known = false;
    bool alarm = !one.alarm.empty();
    // Then apcupsd says nothing else.
    if (one.status == "SHUTTING DOWN") battery = low = true;
    for (const std::string_view flag : words(one.status)) {
      battery = battery || flag == "OB" || flag == "ONBATT";
      low = low || flag == "LB" || flag == "LOWBATT";
      replace = replace || flag == "RB" || flag == "REPLACEBATT" || flag == "NOBATT";
      off = off || flag == "OFF" || flag == "FSD";
      unprotected = unprotected || flag == "OVER" || flag == "OVERLOAD" || flag == "BYPASS";
      // Its own "see to me"; ups.alarm says why, where the driver tells.
      alarm = alarm || flag == "ALARM" || flag == "OVERHEAT";
      known = known || alarm || flag == "OL" || flag == "ONLINE" || battery || low || replace || off ||
              unprotected;
    }
    if (!known) {
      found.add("ups", State::unknown, sentence("its state is unknown"), name).reason = Reason::stale;
      continue;
    }
    Message summary = battery       ? low ? sentence("on battery, battery low") : sentence("on battery")
                            : off ? sentence("gives no power")
                      : replace     ? sentence("its battery needs replacement")
                      : low         ? sentence("its battery is low")
                      : unprotected ? sentence("overloaded or bypassed")
                      : alarm       ? sentence("reports an alarm")
                                    : sentence("on line power");
    if (!one.alarm.empty())
      summary = sentence("{state} ({alarm})", {{"alarm", one.alarm}}).with("state", std::move(summary));
    if (one.charge)
      summary = sentence("{state}, {percent}% charged", {{"percent", std::to_string(*one.charge)}})
                    .with("state", std::move(summary));
    Result& result = found.add("ups",
                               battery || off                           ? State::critical
                               : replace || low || unprotected || alarm ? State::warning
                                                                        : State::ok,
                               summary, name);
    result.facts = {{"status", one.status}};
    if (!one.alarm.empty()) result.facts.emplace("alarm", one.alarm);
    if (one.charge) result.facts.emplace("charge_percent", *one.charge);
    if (one.runtime) result.facts.emplace("runtime_s", *one.runtime);
  }
}

// "tool storcli": "Controller = 0", "BBU Optimal 0 hour(s) ..."; "tool megacli": "BBU status for Adapter: 0",
// "Battery State: Optimal", "Battery Replacement required : No", "Battery Pack Missing : No", "Pack is about
// to fail & should be replaced : No"; "tool ssacli": "Smart Array P420i in Slot 0", "Battery/Capacitor
// Status: OK".
void batteries(Findings& found) {
  const Section* section = found.section_if_there("battery");
  if (section == nullptr) return;
  std::string tool, controller;
  std::map<std::string, std::string> states;
  const auto say = [&](std::string_view state) {
    if (states.size() >= kMostObjects || controller.empty()) return;
    // A controller's second line says more only where the first is good.
    std::string& now = states[tool + "/" + controller];
    if (now.empty() || is_good(now)) now = said(trim(state), 64);
  };
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.empty()) continue;
    const std::size_t colon = line.find(':');
    const std::string_view value =
        colon == std::string_view::npos ? std::string_view{} : trim(line.substr(colon + 1));
    if (word[0] == "tool" && word.size() == 2) {
      tool = said(word[1], 32);
      controller.clear();
    } else if (word.size() == 3 && word[0] == "Controller" && word[1] == "=") {
      controller = said(word[2], 16);
    } else if (contains(line, "BBU status for Adapter") || contains(line, " in Slot ")) {
      controller = contains(line, " in Slot ") ? said(words(line.substr(line.find(" in Slot ") + 9)).empty()
                                                          ? std::string_view{}
                                                          : words(line.substr(line.find(" in Slot ") + 9))[0],
                                                      16)
                                               : said(value, 16);
    } else if (contains(line, "Replacement required")) {
      if (value == "Yes") say("Replacement required");
    } else if (contains(line, "Battery Pack Missing")) {
      if (value == "Yes") say("Missing");
    } else if (contains(line, "Pack is about to fail")) {
      if (value == "Yes") say("About to fail");
    } else if (word[0] == "Battery" && contains(line, "Battery State")) {
      say(value);
    } else if (word[0] == "Battery/Capacitor") {
      say(value);
    } else if (word.size() >= 2 && tool == "storcli") {
      say(word[1]);
    }
  }
  for (const auto& [name, state] : states) {
    found.add("battery", is_good(state) ? State::ok : State::critical, state, name).facts = {
        {"state", state}};
  }
}

}  // namespace

void read_devices(Findings& found) {
  supplies(found);
  supplies_of_ipmi(found);
  ups(found);
  batteries(found);
}

}  // namespace jaga::round
