// Parses what the collector reports about security: settings, sockets, logins, files, accounts.

#include <algorithm>
#include <array>
#include <set>

#include "base/format.hpp"
#include "base/quantity.hpp"
#include "base/text.hpp"
#include "round/hardening.hpp"
#include "round/sections.hpp"

namespace jaga::round {
namespace {

using Values = std::map<std::string, std::string, std::less<>>;

// One result for all, and one for each that is weak.
void judge(Findings& found, const std::string& check, const Ladders& ladders, const Values& values,
           const inventory::Limit& limit) {
  std::int64_t weak = 0;
  std::int64_t medium = 0;
  std::vector<std::pair<std::string, std::string>> worst;
  for (const auto& [key, ladder] : ladders) {
    const auto at = values.find(key);
    const std::string& value = at == values.end() ? ladder.usual : at->second;
    if (value.empty()) continue;
    const Worth worth = ladder.of(value);
    if (worth == Worth::medium) ++medium;
    if (worth != Worth::weak) continue;
    ++weak;
    worst.emplace_back(key, said(value, 64));
  }
  const State state = over(weak, limit);
  Result& all =
      found.add(check, state,
                sentence("{weak}, {medium} could be stronger", {{"medium", std::to_string(medium)}})
                    .with("weak", weak == 0 ? sentence("no weak setting")
                                            : several(weak, sentence("1 weak setting"),
                                                      sentence("{count} weak settings"))));
  all.facts = {{"weak", weak}, {"medium", medium}};
  for (const auto& [key, value] : worst)
    found.add(check, state, sentence("set to {value}", {{"value", value}}), key).facts = {{"value", value}};
}

// "source effective" (sshd -T) or "source file" (sshd_config), then "KEY VALUE"; the first of a key counts.
void sshd(Findings& found) {
  const Section* section = found.section_if_there("sshd");
  if (section == nullptr) return;
  const std::string_view first = section->lines.empty() ? std::string_view{} : section->lines.front();
  if (first != "source effective" && first != "source file")
    return found.unknown("sshd", Reason::bad_output, not_understood());
  Values values;
  for (std::size_t i = 1; i < section->lines.size(); ++i) {
    std::string line(section->lines[i]);
    // "Key=value" is allowed, too.
    if (const std::size_t at = line.find_first_of(" \t="); at != std::string::npos && line[at] == '=')
      line[at] = ' ';
    const auto word = words(line);
    if (word.size() < 2) continue;
    std::string_view value = word[1];
    if (value.size() > 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (value == "=" && word.size() > 2) value = word[2];
    if (sshd_ladders().count(lower(word[0])) == 1) values.emplace(lower(word[0]), std::string(value));
  }
  judge(found, "sshd", sshd_ladders(), values, found.limits().ssh_weak_settings);
}

// "kernel/randomize_va_space 2".
void sysctls(Findings& found) {
  const Section* section = found.section_if_there("sysctl");
  if (section == nullptr) return;
  Values values;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() != 2) continue;
    std::string key(word[0]);
    std::replace(key.begin(), key.end(), '/', '.');
    values.emplace(std::move(key), std::string(word[1]));
  }
  judge(found, "sysctl", sysctl_ladders(), values, found.limits().sysctl_weak);
}

struct Socket {
  std::string protocol;
  std::string address;
  std::int64_t port = 0;
};

// ss: "tcp 0.0.0.0:22", "udp [::]:123", "udp 127.0.0.53%lo:53"; /proc/net/tcp6: "tcp6 hex ADDRESS:PORT", each
// word of the address in the byte order of the host.
std::optional<Socket> socket_of(const std::vector<std::string_view>& word) {
  Socket out;
  if (word.size() < 2) return std::nullopt;
  out.protocol = std::string(word[0].substr(0, 3));
  if (out.protocol != "tcp" && out.protocol != "udp") return std::nullopt;
  const std::string_view text = word.back();
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::string_view port = text.substr(colon + 1);
  std::string_view address = text.substr(0, colon);
  if (word.size() == 3 && word[1] == "hex") {
    if (port.size() != 4 || (address.size() != 8 && address.size() != 32)) return std::nullopt;
    if (text.find_first_not_of("0123456789ABCDEFabcdef:") != std::string_view::npos) return std::nullopt;
    out.port = std::stoi(std::string(port), nullptr, 16);
    const std::string low = lower(address);
    constexpr std::string_view kMapped = "0000000000000000ffff0000";
    constexpr std::string_view kMappedBig = "00000000000000000000ffff";
    const auto is_127 = [](std::string_view four) {
      return four.substr(6) == "7f" || four.substr(0, 2) == "7f";
    };
    if (low.find_first_not_of('0') == std::string::npos) {
      out.address = "*";
    } else if (low.size() == 8 || low.starts_with(kMapped) || low.starts_with(kMappedBig)) {
      out.address = is_127(std::string_view(low).substr(low.size() - 8)) ? "127.0.0.1" : low;
    } else if (low == "00000000000000000000000001000000" || low == "00000000000000000000000000000001") {
      out.address = "::1";
    } else {
      out.address = low;
    }
    return out;
  }
  const auto value = number_of(port);
  if (!value || *value == 0 || *value > 65'535) return std::nullopt;
  out.port = *value;
  address = address.substr(0, address.find('%'));
  if (address.size() > 2 && address.front() == '[') {
    address.remove_prefix(1);
    if (address.back() == ']') address.remove_suffix(1);
  }
  out.address = said(address, 64);
  return out;
}

bool is_own_only(const Socket& socket) {
  return socket.address.starts_with("127.") || socket.address == "::1" ||
         socket.address.starts_with("::ffff:127.");
}

void sockets(Findings& found) {
  const Section* section = found.section_if_there("listen");
  if (section == nullptr) return;
  std::int64_t first = 0;
  std::int64_t last = -1;
  std::map<std::pair<std::string, std::int64_t>, std::string> open;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() == 3 && word[0] == "range") {
      first = number_of(word[1]).value_or(0);
      last = number_of(word[2]).value_or(-1);
    } else if (const auto socket = socket_of(word); socket && !is_own_only(*socket)) {
      open.emplace(std::pair(socket->protocol, socket->port), socket->address);
    }
  }
  const inventory::Host& host = found.host();
  std::vector<std::pair<std::string, std::string>> unexpected;  // object, address
  for (const auto& [key, address] : open) {
    const std::string& protocol = key.first;
    const std::int64_t port = key.second;
    // A client's socket of UDP looks as one that listens.
    if (protocol == "udp" && port >= first && port <= last) continue;
    const auto allowed = [&protocol, port](const inventory::Sockets& each) {
      return each.protocol == protocol && port >= each.first && port <= each.last;
    };
    const auto checked = [port](const inventory::Check& check) {
      const auto* tcp = std::get_if<inventory::TcpCheck>(&check);
      return tcp != nullptr && tcp->port == port;
    };
    if (std::any_of(host.listen.begin(), host.listen.end(), allowed)) continue;
    if (protocol == "tcp" &&
        (port == host.login.port || std::any_of(host.checks.begin(), host.checks.end(), checked)))
      continue;
    unexpected.emplace_back(formatted("{}:{}", protocol, port), address);
  }
  const bool judged = !host.listen.empty();
  const auto number = static_cast<std::int64_t>(open.size());
  Message ports = several(number, sentence("1 open port"), sentence("{count} open ports"));
  if (judged)
    ports = sentence("{ports}, {count} of them unexpected", {{"count", std::to_string(unexpected.size())}})
                .with("ports", std::move(ports));
  Result& all = found.add("listen", judged && !unexpected.empty() ? State::warning : State::ok, ports);
  all.facts = {{"sockets", number}};
  if (!judged) return;
  for (std::size_t i = 0; i < unexpected.size() && i < kMostObjects; ++i)
    found
        .add("listen", State::warning, sentence("unexpected open port on {address}", {{"address", unexpected[i].second}}),
             unexpected[i].first)
        .facts = {{"address", unexpected[i].second}};
}

Message failed_logins(std::int64_t count) {
  return several(count, sentence("1 failed login"), sentence("{count} failed logins"));
}

// "source ADDRESS 12" with the most first, "denied USER 3", "failed 40 sources 2".
void logins(Findings& found) {
  const Section* section = found.section_if_there("login");
  if (section == nullptr) return;
  std::optional<std::int64_t> failed;
  std::int64_t sources = 0;
  std::int64_t most = 0;
  std::string source;
  std::map<std::string, std::int64_t> denied;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (word.size() == 4 && word[0] == "failed" && word[2] == "sources") {
      failed = number_of(word[1]);
      sources = number_of(word[3]).value_or(0);
    } else if (word.size() == 3 && word[0] == "source") {
      const std::int64_t count = number_of(word[2]).value_or(0);
      if (count <= most) continue;
      most = count;
      source = said(word[1], 64);
    } else if (word.size() == 3 && word[0] == "denied" && denied.size() < kMostObjects) {
      denied[said(word[1], 64)] = number_of(word[2]).value_or(1);
    }
  }
  if (!failed) return found.unknown("login", Reason::bad_output, not_understood());
  Result& all = found.add("login", over(*failed, found.limits().failed_logins),
                          *failed == 0 ? sentence("no failed login within the hour")
                          : source.empty()
                              ? sentence("{logins} within the hour").with("logins", failed_logins(*failed))
                              : sentence("{logins} within the hour, {most} of them from {source}",
                                         {{"most", std::to_string(most)}, {"source", source}})
                                    .with("logins", failed_logins(*failed)));
  all.facts = {{"failed", *failed}, {"sources", sources}, {"most", most}};
  if (!source.empty()) all.facts.emplace("source", source);
  for (const auto& [user, count] : denied)
    found
        .add("sudo", over(count, found.limits().sudo_denied),
             several(count, sentence("sudo refused 1 command within the hour"),
                     sentence("sudo refused {count} commands within the hour")),
             user)
        .facts = {{"denied", count}};
}

void writable(Findings& found) {
  const Section* section = found.section_if_there("writable");
  if (section == nullptr) return;
  std::set<std::string> paths;
  for (const std::string_view line : section->lines)
    if (line.starts_with('/')) paths.insert(said(line, 200));
  const auto number = static_cast<std::int64_t>(paths.size());
  const State state = over(number, found.limits().world_writable);
  found
      .add("writable", state,
           number == 0 ? sentence("no file that root runs or reads is world-writable")
                       : several(number, sentence("1 file that root runs or reads is world-writable"),
                                 sentence("{count} files that root runs or reads are world-writable")))
      .facts = {{"files", number}};
  for (const std::string& path : paths) found.add("writable", state, sentence("world-writable"), path);
}

// "today 20784", "account NAME DAY DAY": when the account and when its password expires, "-" never. With
// status 77 only of the login itself.
void expiry(Findings& found) {
  constexpr std::int64_t kMostDays = 1'000'000;
  // Who left is expired on purpose: after this it is nobody's news.
  constexpr std::int64_t kMeantSo = 30;
  const Section* section = found.section_if_there("expiry");
  if (section == nullptr) return;
  std::optional<std::int64_t> today;
  std::size_t count = 0;
  bool expires = false;
  bool own = false;
  for (const std::string_view line : section->lines) {
    const auto word = words(line);
    if (line == "own") own = true;
    if (word.size() == 2 && word[0] == "today") today = number_of(word[1]);
    if (word.size() != 4 || word[0] != "account" || !today || *today > kMostDays) continue;
    const auto account = number_of(word[2]);
    const auto password = number_of(word[3]);
    if ((!account && !password) || ++count > kMostObjects) continue;
    const std::int64_t day = std::min({account.value_or(kMostDays), password.value_or(kMostDays), kMostDays});
    const std::int64_t left = day - *today;
    if (left < -kMeantSo) continue;
    const bool is_account = account && *account <= day;
    const State state = under(left, found.limits().account_left);
    expires = expires || state != State::ok;
    found
        .add("expiry", state,
             left <= 0    ? is_account ? sentence("the account has expired") : sentence("the password has expired")
             : is_account ? sentence("the account expires in {days}").with("days", days(left))
                          : sentence("the password expires in {days}").with("days", days(left)),
             said(word[1], 64))
        .facts = {{"days", left}};
  }
  if (!today) return found.unknown("expiry", Reason::bad_output, not_understood());
  if (expires) return;
  found.add("expiry", State::ok,
            own ? sentence("this login does not expire soon; other accounts need root")
                : sentence("no account expires soon"));
}

}  // namespace

void read_security(Findings& found) {
  sshd(found);
  sysctls(found);
  sockets(found);
  logins(found);
  writable(found);
  expiry(found);
}

}  // namespace jaga::round
