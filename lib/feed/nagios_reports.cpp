// Reads status.dat (xdata/xsddefault.c of Nagios Core), passive check results (send_nsca) and external
// commands.
#include <charconv>
#include <map>
#include <utility>

#include "base/text.hpp"
#include "feed/nagios.hpp"
#include "feed/report.hpp"
#include "feed/reports.hpp"

namespace jaga::feed {
namespace {

using round::Reason;
using round::State;

constexpr std::size_t kMostObject = 200;

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

class Reading {
 public:
  Reading(std::string_view file, Instant now) : file_(file), now_(now) {}

  Reports read(std::string_view bytes) {
    bool any = false;
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      std::string_view line = trim(bytes.substr(0, end));
      std::string_view raw = bytes.substr(0, end);
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
      ++line_;
      if (line.empty() || line.front() == '#') continue;
      any = true;
      if (block_)
        field(line);
      else if (line.back() == '{')
        begin(line);
      else if (line.front() == '[')
        command(line);
      else
        passive(raw);
    }
    if (block_) throw wrong(msg("the file ends inside a block"));
    if (!any) throw Error{ExitCode::no_input, msg("'{file}' is empty", {{"file", printable(file_)}})};
    for (auto& entry : reports_) out_.all.push_back(std::move(entry.second));
    remark(in_downtime_, msg("skipped, in downtime: 1 check"), msg("skipped, in downtime: {count} checks"));
    remark(pending_, msg("skipped, not checked yet: 1 check"),
           msg("skipped, not checked yet: {count} checks"));
    remark(other_commands_, msg("ignored: 1 command that is not a check result"),
           msg("ignored: {count} commands that are not check results"));
    return std::move(out_);
  }

 private:
  Error wrong(Message message) const {
    message.location = Location{std::string(file_), line_, 0};
    return Error{ExitCode::data, std::move(message),
                 msg("expected: status.dat, lines of send_nsca (HOST<TAB>SERVICE<TAB>STATUS<TAB>OUTPUT) or "
                     "external commands")};
  }

  void remark(std::size_t count, Message one, Message several) {
    if (count > 0) out_.remarks.push_back(counted(count, std::move(one), std::move(several)));
  }

  void begin(std::string_view line) {
    const std::string_view kind = trim(line.substr(0, line.size() - 1));
    if (kind.empty() || kind.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") != std::string_view::npos)
      throw wrong(msg("not the beginning of a block of status.dat"));
    block_ = true;
    of_host_ = kind == "hoststatus";
    wanted_ = of_host_ || kind == "servicestatus";
    fields_.clear();
  }

  void field(std::string_view line) {
    if (line == "}") {
      block_ = false;
      if (wanted_) status();
      return;
    }
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || equals == 0) throw wrong(msg("expected KEY=VALUE"));
    if (wanted_) fields_[std::string(line.substr(0, equals))] = line.substr(equals + 1);
  }

  std::string_view text(const char* key) const {
    const auto at = fields_.find(key);
    return at == fields_.end() ? std::string_view{} : std::string_view(at->second);
  }
  std::int64_t number_of(const char* key, std::int64_t otherwise) const {
    const std::string_view value = text(key);
    if (value.empty()) return otherwise;
    const auto read = number(value);
    if (!read) throw wrong(msg("'{key}' is not a number", {{"key", key}}));
    return *read;
  }

  void status() {
    const std::string host(text("host_name"));
    const std::string service(text("service_description"));
    if (host.empty() || (!of_host_ && service.empty())) throw wrong(msg("a block has no name"));
    if (fields_.count("current_state") == 0) throw wrong(msg("a block has no state"));
    if (number_of("has_been_checked", 1) == 0) {
      ++pending_;
      return;
    }
    if (number_of("scheduled_downtime_depth", 0) > 0) {
      ++in_downtime_;
      return;
    }
    Report report = make(host, of_host_ ? "" : service, number_of("current_state", 0));
    fill(report.result, text("plugin_output"), parse_perf(text("performance_data")));
    if (!text("long_plugin_output").empty())
      report.result.facts["long_output"] = one_line(text("long_plugin_output"));
    const bool confirmed = number_of("state_type", 1) == 1;
    report.result.attempts = confirmed ? round::kConfirmed : 1;
    if (const std::int64_t since = number_of("last_state_change", 0); since > 0) {
      const Instant then = at(since);
      if (then <= now_) report.result.since = then;
    }
    put(std::move(report));
  }

  // Times in the file are untrusted: clamp to the year 2100 to avoid overflow.
  Instant at(std::int64_t seconds) const {
    constexpr std::int64_t kLatest = 4'102'444'800;  // 2100
    return Instant{std::chrono::seconds{seconds > kLatest ? kLatest : seconds}};
  }

  // `status`: of a service 0 to 3; of a host 0 up, 1 down, 2 unreachable.
  Report make(const std::string& host, const std::string& service, std::int64_t status) const {
    Report report;
    report.host = host;
    report.result.check = "nagios";
    report.result.object = one_line(service, kMostObject);
    report.result.facts["exit_status"] = status;
    report.result.reason = Reason::reported;
    if (service.empty()) {
      report.result.state = status == 0 ? State::ok : status == 1 ? State::critical : State::unknown;
      if (status == 1 || status == 2) report.result.reason = Reason::unreachable;
    } else {
      report.result.state =
          status >= 0 && status <= 3 ? state_of_exit(static_cast<int>(status)) : State::unknown;
    }
    if (status < 0 || status > (service.empty() ? 2 : 3)) report.result.reason = Reason::bad_exit;
    if (report.result.state == State::ok) report.result.reason = Reason::none;
    return report;
  }

  void fill(round::Result& result, std::string_view text, const std::vector<Perf>& perf) const {
    result.summary = one_line(text);
    if (result.summary.empty()) result.summary = sentence("no output");
    for (auto& fact : facts_of(perf)) result.facts.insert(fact);
  }

  void put(Report report) {
    if (reports_.size() >= kMostReports) throw wrong(msg("more results than a round can contain"));
    std::string key = report.host + '\n' + report.result.object;
    reports_.insert_or_assign(std::move(key), std::move(report));
  }

  // Passive results have no attempt count; the sender is assumed to have confirmed them.
  void result_line(const std::string& host, const std::string& service, std::string_view status,
                   std::string_view output, std::optional<Instant> when) {
    const auto code = number(trim(status));
    if (!code) throw wrong(msg("invalid status '{status}'", {{"status", one_line(status, 40)}}));
    if (host.empty()) throw wrong(msg("no host in this line"));
    std::string unescaped;
    for (std::size_t i = 0; i < output.size(); ++i) {
      const char next = output[i] == '\\' && i + 1 < output.size() ? output[i + 1] : '\0';
      const bool escape = next == 'n' || next == '\\';  // same escapes as unescape_newlines() of Nagios
      unescaped += next == 'n' ? '\n' : output[i];
      if (escape) ++i;
    }
    const PluginOutput said = parse_plugin_output(unescaped);
    Report report = make(host, service, *code);
    fill(report.result, said.text, said.perf);
    if (!said.long_text.empty()) report.result.facts["long_output"] = one_line(said.long_text);
    report.result.attempts = round::kConfirmed;
    if (when && *when <= now_) report.result.since = *when;
    put(std::move(report));
  }

  void passive(std::string_view line) {
    std::vector<std::string> parts = split(line, '\t');
    if (parts.size() < 3) throw wrong(msg("expected a check result"));
    const bool of_host = parts.size() == 3 || (number(trim(parts[1])) && !number(trim(parts[2])));
    std::string rest;
    for (std::size_t i = of_host ? 2 : 3; i < parts.size(); ++i) rest += (rest.empty() ? "" : " ") + parts[i];
    const std::string host(trim(parts[0]));
    const std::string service(of_host ? std::string_view{} : trim(parts[1]));
    if (!of_host && service.empty()) throw wrong(msg("no service in this line"));
    result_line(host, service, of_host ? parts[1] : parts[2], rest, std::nullopt);
  }

  void command(std::string_view line) {
    const std::size_t end = line.find(']');
    const auto when = end == std::string_view::npos ? std::nullopt : number(trim(line.substr(1, end - 1)));
    if (!when || *when < 0) throw wrong(msg("not the beginning of an external command"));
    const std::vector<std::string> parts = split(trim(line.substr(end + 1)), ';');
    const bool of_host = parts[0] == "PROCESS_HOST_CHECK_RESULT";
    if (!of_host && parts[0] != "PROCESS_SERVICE_CHECK_RESULT") {
      ++other_commands_;
      return;
    }
    const std::size_t status = of_host ? 2 : 3;
    if (parts.size() <= status + 1) throw wrong(msg("expected a check result"));
    if (!of_host && parts[2].empty()) throw wrong(msg("no service in this line"));
    std::string rest = parts[status + 1];
    for (std::size_t i = status + 2; i < parts.size(); ++i) rest += ";" + parts[i];
    result_line(parts[1], of_host ? std::string() : parts[2], parts[status], rest, at(*when));
  }

  std::string_view file_;
  Instant now_;
  int line_ = 0;
  bool block_ = false, wanted_ = false, of_host_ = false;
  std::map<std::string, std::string> fields_;
  std::map<std::string, Report> reports_;
  std::size_t in_downtime_ = 0, pending_ = 0, other_commands_ = 0;
  Reports out_;
};

}  // namespace

Reports nagios_reports(std::string_view bytes, std::string_view file, Instant now) {
  return Reading(file, now).read(bytes);
}

}  // namespace jaga::feed
