// Reads the body of Alertmanager's webhook: template.Data of Alertmanager plus version and groupKey.
#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "base/text.hpp"
#include "feed/report.hpp"
#include "feed/reports.hpp"

namespace jaga::feed {
namespace {

using nlohmann::json;
using round::Reason;
using round::State;

constexpr std::size_t kMostLabel = 200;
constexpr std::array<const char*, 5> kHost = {"host", "hostname", "nodename", "node", "instance"};
// Labels that name a part of the host; they distinguish alerts of the same name.
constexpr std::array<const char*, 15> kObject = {
    "mountpoint", "device", "interface", "unit",      "service",
    "name",       "queue",  "database",  "volume",    "sensor",
    "chip",       "target", "pod",       "container", "persistentvolumeclaim"};
// Labels of snmp_exporter for a switch port, in order of preference; only the first one present is used.
constexpr std::array<const char*, 4> kPort = {"ifName", "ifDescr", "ifAlias", "ifIndex"};
constexpr std::array<const char*, 4> kText = {"summary", "description", "message", "title"};

State state_of(std::string_view severity) {
  constexpr std::array<std::string_view, 8> kCritical = {"critical", "crit",  "page",     "emergency",
                                                         "emerg",    "fatal", "disaster", "high"};
  constexpr std::array<std::string_view, 5> kGood = {"info", "informational", "information", "none", "debug"};
  const std::string word = lower(trim(severity));
  if (std::find(kCritical.begin(), kCritical.end(), word) != kCritical.end()) return State::critical;
  if (std::find(kGood.begin(), kGood.end(), word) != kGood.end()) return State::ok;
  return State::warning;
}

// Rejects duplicate keys and deep nesting, which nlohmann::json accepts and Alertmanager never sends.
class Strict : public nlohmann::json_sax<json> {
 public:
  bool sound = true;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override { return begin(); }
  bool end_object() override { return end(); }
  bool start_array(std::size_t) override { return begin(); }
  bool end_array() override { return end(); }
  bool key(string_t& key) override {
    std::vector<std::string>& keys = open_.back();
    if (std::find(keys.begin(), keys.end(), key) != keys.end() || keys.size() == 1'000) return sound = false;
    keys.push_back(key);
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return sound = false;
  }

 private:
  bool begin() {
    if (open_.size() == 16) return sound = false;
    open_.emplace_back();
    return true;
  }
  bool end() {
    open_.pop_back();
    return true;
  }
  std::vector<std::vector<std::string>> open_;
};

class Reading {
 public:
  Reading(std::string_view file, Instant now) : file_(file), now_(now) {}

  Reports read(std::string_view bytes) {
    const std::string text(bytes);
    std::istringstream checked(text);
    std::istringstream in(text);
    bool any = false;
    while (!(in >> std::ws).eof()) {
      any = true;
      Strict strict;
      json top;
      try {
        if (!json::sax_parse(checked, &strict, json::input_format_t::json, false) || !strict.sound)
          throw wrong();
        in >> top;
      } catch (const json::exception&) {
        throw wrong();
      }
      body(top);
    }
    if (!any) throw Error{ExitCode::no_input, msg("'{file}' is empty", {{"file", printable(file_)}})};
    finish();
    return std::move(out_);
  }

 private:
  struct Alert {
    Report report;
    bool firing = false;
  };

  Error wrong() const {
    return Error{ExitCode::data,
                 msg("'{file}' is not a webhook body of Alertmanager", {{"file", printable(file_)}}),
                 msg("expected: what Alertmanager sends to a receiver of webhook_configs, version 4")};
  }
  Error wrong(const std::string& key) const {
    return Error{ExitCode::data,
                 msg("'{file}': an alert has no valid '{key}'", {{"file", printable(file_)}, {"key", key}})};
  }

  std::string text(const json& map, const char* key) const {
    const auto at = map.find(key);
    if (at == map.end() || !at->is_string()) throw wrong(key);
    return at->get<std::string>();
  }
  static std::string label(const json& labels, const char* key) {
    const auto at = labels.find(key);
    return at == labels.end() ? std::string() : at->get<std::string>();
  }
  const json& texts(const json& map, const char* key) const {
    const auto at = map.find(key);
    if (at == map.end() || !at->is_object()) throw wrong(key);
    for (const auto& entry : at->items())
      if (!entry.value().is_string()) throw wrong(key);
    return *at;
  }

  void body(const json& top) {
    if (!top.is_object() || !top.contains("alerts") || !top.at("alerts").is_array()) throw wrong();
    const auto version = top.find("version");
    if (version == top.end() || !version->is_string() || *version != "4") throw wrong();
    if (const auto cut = top.find("truncatedAlerts");
        cut != top.end() && cut->is_number_unsigned() && *cut > 0U)
      out_.remarks.push_back(counted(cut->get<std::uint64_t>(),
                                     msg("Alertmanager omitted 1 alert (max_alerts)"),
                                     msg("Alertmanager omitted {count} alerts (max_alerts)")));
    for (const json& alert : top.at("alerts")) take(alert);
  }

  void take(const json& alert) {
    if (!alert.is_object()) throw wrong("labels");
    const json& labels = texts(alert, "labels");
    const json& annotations = texts(alert, "annotations");
    const std::string status = text(alert, "status");
    if (status != "firing" && status != "resolved") throw wrong("status");
    const std::string fingerprint = text(alert, "fingerprint");
    if (fingerprint.empty() || fingerprint.size() > 64 ||
        fingerprint.find_first_not_of("0123456789abcdef") != std::string::npos)
      throw wrong("fingerprint");
    const std::string started = text(alert, "startsAt");
    const auto begun = parse_time(started, std::chrono::minutes{0});
    if (!begun) throw wrong("startsAt");

    Alert one;
    one.firing = status == "firing";
    round::Result& result = one.report.result;
    result.check = "alert";
    const std::string name = label(labels, "alertname");
    if (name.empty()) throw wrong("alertname");
    result.object = one_line(name, kMostLabel);
    for (const char* key : kObject)
      if (const std::string value = label(labels, key); !value.empty())
        result.object += ":" + one_line(value, kMostLabel);
    for (const char* key : kPort)
      if (const std::string value = label(labels, key); !value.empty()) {
        result.object += ":" + one_line(value, kMostLabel);
        break;
      }
    for (const auto& entry : labels.items())
      if (entry.key() != "severity")
        one.report.labels.emplace(one_line(entry.key(), kMostLabel),
                                  one_line(entry.value().get<std::string>(), kMostLabel));
    const std::string severity = label(labels, "severity");
    result.state = one.firing ? state_of(severity) : State::ok;
    result.reason = result.state == State::ok ? Reason::none : Reason::reported;
    for (const char* key : kText)
      if (result.summary.empty()) result.summary = one_line(label(annotations, key));
    if (result.summary.empty()) result.summary = result.object;
    if (!one.firing) result.summary = sentence("resolved: {alert}", {{"alert", result.summary.text()}});
    result.facts["fingerprint"] = fingerprint;
    if (!severity.empty()) result.facts["severity"] = one_line(severity, kMostLabel);
    result.attempts = round::kConfirmed;  // the alerting rule's `for` has already confirmed it
    std::optional<Instant> since = begun;
    if (!one.firing) {
      since = parse_time(text(alert, "endsAt"), std::chrono::minutes{0});
      if (!since) throw wrong("endsAt");
    }
    if (*since > Instant{} && *since <= now_) result.since = *since;

    for (const char* key : kHost)
      if (one.report.host.empty()) one.report.host = label(labels, key);
    if (one.report.host.empty()) {
      ++without_host_;
      return;
    }
    if (alerts_.size() >= kMostReports) throw wrong("fingerprint");
    const auto key = std::pair(fingerprint, *begun);
    const auto known = alerts_.find(key);
    if (known == alerts_.end())
      alerts_.emplace(key, std::move(one));
    else if (known->second.firing)
      known->second = std::move(one);
  }

  // Keeps only the latest occurrence of each fingerprint: an alert that fired again supersedes the earlier
  // one.
  void finish() {
    std::map<std::string, Alert*> newest;
    for (auto& entry : alerts_) newest[entry.first.first] = &entry.second;
    for (auto& entry : newest) out_.all.push_back(std::move(entry.second->report));
    if (without_host_ > 0)
      out_.remarks.push_back(counted(without_host_,
                                     msg("skipped, without a label that names a host: 1 alert"),
                                     msg("skipped, without a label that names a host: {count} alerts")));
  }

  std::string_view file_;
  Instant now_;
  std::map<std::pair<std::string, Instant>, Alert> alerts_;
  std::size_t without_host_ = 0;
  Reports out_;
};

}  // namespace

Reports alert_reports(std::string_view bytes, std::string_view file, Instant now) {
  return Reading(file, now).read(bytes);
}

}  // namespace jaga::feed
