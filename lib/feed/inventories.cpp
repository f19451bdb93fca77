#include "feed/inventories.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "feed/ssh_words.hpp"
#include "inventory/address.hpp"
#include "inventory/targets.hpp"
#include "inventory/url.hpp"

namespace jaga::feed {
namespace {

using inventory::Host;

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : text) {
    if (c != ' ' && c != '\t') {
      word += c;
    } else if (!word.empty()) {
      out.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

std::vector<std::string> lines_of(std::string_view bytes) {
  std::vector<std::string> out = split(bytes, '\n');
  for (std::string& line : out)
    if (!line.empty() && line.back() == '\r') line.pop_back();
  return out;
}

Error error_at(std::string_view file, std::size_t line, Message message, Message hint = {}) {
  message.location = Location{std::string(file), static_cast<int>(line), 0};
  return Error{ExitCode::data, std::move(message), std::move(hint)};
}

// Lower case, without the trailing dot of a fully qualified name.
std::string host_name(std::string_view given) {
  if (given.size() > 1 && given.ends_with('.')) given.remove_suffix(1);
  return lower(given);
}

class Import {
 public:
  Import(std::string_view file, std::span<const std::string> groups,
         const std::vector<inventory::Check>& checks)
      : file_(file), groups_(groups.begin(), groups.end()), checks_(checks) {}

  void ansible(std::string_view bytes) {
    const nlohmann::json top = nlohmann::json::parse(bytes, nullptr, false);
    if (!top.is_object())
      throw Error{ExitCode::data,
                  msg("'{file}' is not the JSON output of ansible-inventory", {{"file", printable(file_)}}),
                  msg("create it with: ansible-inventory --list")};
    std::map<std::string, std::set<std::string>> members;
    for (const auto& entry : top.items())
      if (entry.key() != "_meta" && entry.value().is_object())
        for (const std::string& host : texts(entry.value(), "hosts")) members[entry.key()].insert(host);
    const nlohmann::json none = nlohmann::json::object();
    const auto meta = top.find("_meta");
    const nlohmann::json& variables =
        meta != top.end() && meta->is_object() && meta->contains("hostvars") ? meta->at("hostvars") : none;
    std::set<std::string> names;
    for (const auto& [group, hosts] : members) names.insert(hosts.begin(), hosts.end());
    if (variables.is_object())
      for (const auto& entry : variables.items()) names.insert(entry.key());
    for (const std::string& name : names) {
      Host host;
      host.address = name;
      if (variables.is_object() && variables.contains(name)) {
        const nlohmann::json& own = variables.at(name);
        // Fall back to the variable names of Ansible before 2.0, which Ansible still accepts.
        const auto of_ssh = [&own](const char* key, const char* older, const std::string& otherwise) {
          return text_of(own, key, text_of(own, older, otherwise));
        };
        host.address = of_ssh("ansible_host", "ansible_ssh_host", name);
        if (const auto port = parse_port(of_ssh("ansible_port", "ansible_ssh_port", "")))
          host.login.port = *port;
        if (const std::string user = of_ssh("ansible_user", "ansible_ssh_user", "");
            inventory::is_login_name(user))
          host.login.measure = user;
      }
      for (const std::string& group : groups_of(top, members, name)) host.groups.push_back(group);
      add(name, std::move(host));
    }
  }

  void ssh_config(std::string_view bytes) {
    struct Block {
      std::vector<std::string> patterns;
      std::map<std::string, std::string> values;  // the first value of a keyword wins
      bool any = false;
      std::size_t line = 0;
    };
    std::vector<Block> blocks(1);
    blocks[0].any = true;
    bool passing = false;
    std::size_t number = 0;
    for (const std::string& line : lines_of(bytes)) {
      ++number;
      const std::string_view text = trim(line);
      if (text.empty() || text.front() == '#') continue;
      std::vector<std::string> word = ssh_words(text);
      const std::string key = lower(word[0]);
      if (key == "match" || key == "include") {
        remark(number, msg("'{word}' is ignored", {{"word", word[0]}}));
        passing = passing || key == "match";
        continue;
      }
      word.erase(word.begin());
      if (key == "host") {
        passing = false;
        blocks.push_back({std::move(word), {}, false, number});
      } else if (!passing && !word.empty()) {
        // ProxyCommand takes the rest of the line; other keywords take one argument.
        blocks.back().values.emplace(key, key == "proxycommand" ? join(word, " ") : word[0]);
      }
    }
    const auto covers = [](const Block& block, const std::string& name) {
      bool yes = block.any;
      for (const std::string& pattern : block.patterns) {
        if (pattern.front() == '!' && matches_glob(std::string_view(pattern).substr(1), name)) return false;
        if (pattern.front() != '!' && matches_glob(pattern, name)) yes = true;
      }
      return yes;
    };
    // In file order, so that a host gets the first name of its machine.
    std::vector<std::pair<std::string, std::size_t>> names;
    std::set<std::string> known;
    for (const Block& block : blocks)
      for (const std::string& pattern : block.patterns)
        if (pattern.find_first_of("*?!") == std::string::npos && known.insert(pattern).second)
          names.emplace_back(pattern, block.line);
    struct Found {
      Host host;
      std::string jump;
      std::size_t line;
    };
    std::vector<Found> found;
    std::map<std::tuple<std::string, std::uint16_t, std::string>, std::string> machines;
    std::map<std::string, std::string> other_names;
    for (const auto& [name, line] : names) {
      std::map<std::string, std::string> values;
      for (const Block& block : blocks)
        if (covers(block, name)) values.insert(block.values.begin(), block.values.end());
      Host host;
      host.name = name;
      host.address = values.count("hostname") == 1 ? values["hostname"] : name;
      for (std::size_t at = host.address.find("%h"); at != std::string::npos;
           at = host.address.find("%h", at + name.size()))
        host.address.replace(at, 2, name);
      if (const auto port = parse_port(values["port"])) host.login.port = *port;
      if (inventory::is_login_name(values["user"])) host.login.measure = values["user"];
      // The same address behind another proxy is another machine.
      const std::string way = values["proxyjump"] + "\n" + values["proxycommand"];
      if (is_name(lower(name), inventory::kMostHostName)) {
        const auto first =
            machines.emplace(std::tuple(lower(host.address), host.login.port, way), name).first->second;
        if (lower(first) != lower(name)) {
          other_names.emplace(name, first);
          remark(line, msg("'{name}' has the same address, port and route as '{host}': imported as one host",
                           {{"name", printable(name)}, {"host", lower(first)}}));
          continue;
        }
      }
      std::string jump = values["proxyjump"];
      jump = jump.substr(jump.find_last_of(",@") + 1);
      jump = jump.substr(0, jump.find(':'));
      found.push_back({std::move(host), std::move(jump), line});
    }
    for (Found& one : found) {
      const auto other = other_names.find(one.jump);
      const std::string& jump = other == other_names.end() ? one.jump : other->second;
      if (jump != one.host.name && known.count(jump) == 1) one.host.parents.any.push_back(lower(jump));
      const std::string name = one.host.name;
      add(name, std::move(one.host), one.line);
    }
  }

  void hosts(std::string_view bytes) {
    std::map<std::string, std::string> names;  // first usable name by address
    std::size_t number = 0;
    std::size_t understood = 0;
    std::vector<std::size_t> others;
    for (const std::string& line : lines_of(bytes)) {
      ++number;
      const std::vector<std::string> word = words(std::string_view(line).substr(0, line.find('#')));
      if (word.empty()) continue;
      const std::string& address = word[0];
      const bool numeric = address.find(':') != std::string::npos || inventory::is_numeric_name(address);
      if (word.size() < 2 || !numeric || !inventory::is_address(address)) {
        others.push_back(number);
        continue;
      }
      ++understood;
      if (lower(word[1]) == "localhost" || address.starts_with("127.") || address == "::1" ||
          address == "0.0.0.0" || address == "255.255.255.255" || lower(address).starts_with("ff") ||
          lower(address).starts_with("fe00:"))
        continue;
      // The first name that is valid as a host name of jaga.
      const auto usable = std::find_if(word.begin() + 1, word.end(), [](const std::string& name) {
        return is_name(host_name(name), inventory::kMostHostName);
      });
      const std::string& given = usable == word.end() ? word[1] : *usable;
      if (usable != word.end()) {
        const std::string& first =
            names.emplace(inventory::plain_address(address), host_name(given)).first->second;
        if (first != host_name(given)) {
          remark(number, msg("'{name}' has the same address as '{host}': imported as one host",
                             {{"name", given}, {"host", first}}));
          continue;
        }
      }
      Host host;
      host.address = address;
      add(given, std::move(host), number);
    }
    // Like glibc, skip invalid lines; but a file without any valid line is not a hosts file.
    if (understood == 0 && !others.empty())
      throw error_at(file_, others.front(),
                     msg("not a valid line of hosts(5): expected an address and names"));
    for (const std::size_t line : others)
      remark(line, msg("skipped: not a valid line of hosts(5), which has an address and names"));
  }

  void csv(std::string_view bytes) {
    std::size_t number = 1;
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.remove_prefix(3);
    const std::string_view first = bytes.substr(0, bytes.find('\n'));
    const char comma =
        std::count(first.begin(), first.end(), ';') > std::count(first.begin(), first.end(), ',') ? ';' : ',';
    std::vector<std::string> head;
    while (!bytes.empty()) {
      const std::size_t at = number;
      std::vector<std::string> cells = take_row(bytes, comma, number);
      if (cells.size() == 1 && trim(cells[0]).empty()) continue;
      if (head.empty()) {
        for (const std::string& cell : cells) head.push_back(lower(trim(cell)));
        check_head(head, at);
        continue;
      }
      if (const Message::Arguments wanted{{"wanted", std::to_string(head.size())}};
          cells.size() != head.size())
        throw error_at(file_, at,
                       counted(cells.size(), msg("expected {wanted} cells as in the header, found 1", wanted),
                               msg("expected {wanted} cells as in the header, found {count}", wanted)));
      Host host;
      std::string name;
      for (std::size_t i = 0; i < cells.size(); ++i) {
        const std::string cell(trim(cells[i]));
        if (head[i] == "name")
          name = cell;
        else if (!cell.empty())
          put(host, head[i], cell, at);
      }
      add(name, std::move(host), at);
    }
    if (head.empty())
      throw error_at(file_, 1, msg("the header line with the column names is missing"), columns());
  }

  Imported take() {
    for (auto& entry : hosts_) out_.hosts.push_back(std::move(entry.second));
    if (!unknown_groups_.empty())
      out_.remarks.push_back(msg(
          "skipped, unknown groups in hosts.yaml: {names}",
          {{"names", join(std::vector<std::string>(unknown_groups_.begin(), unknown_groups_.end()), ", ")}}));
    return std::move(out_);
  }

 private:
  static std::vector<std::string> texts(const nlohmann::json& map, const char* key) {
    std::vector<std::string> out;
    const auto at = map.find(key);
    if (at == map.end() || !at->is_array()) return out;
    for (const auto& item : *at)
      if (item.is_string()) out.push_back(item.get<std::string>());
    return out;
  }

  static std::string text_of(const nlohmann::json& map, const char* key, const std::string& otherwise) {
    if (!map.is_object()) return otherwise;
    const auto at = map.find(key);
    if (at == map.end()) return otherwise;
    if (at->is_string()) return at->get<std::string>();
    if (at->is_number_integer()) return std::to_string(at->get<std::int64_t>());
    return otherwise;
  }

  // The host's groups, including all ancestors of those groups.
  static std::set<std::string> groups_of(const nlohmann::json& top,
                                         const std::map<std::string, std::set<std::string>>& members,
                                         const std::string& host) {
    std::set<std::string> out;
    for (const auto& [group, hosts] : members)
      if (hosts.count(host) == 1) out.insert(group);
    for (bool more = true; more;) {
      more = false;
      for (const auto& entry : top.items()) {
        if (!entry.value().is_object() || out.count(entry.key()) == 1) continue;
        for (const std::string& child : texts(entry.value(), "children"))
          if (out.count(child) == 1) more = out.insert(entry.key()).second;
      }
    }
    out.erase("all");
    out.erase("ungrouped");
    return out;
  }

  // Reads one record of RFC 4180; quoted fields may contain line breaks.
  std::vector<std::string> take_row(std::string_view& bytes, char comma, std::size_t& number) {
    const std::size_t began = number;
    std::vector<std::string> cells(1);
    bool quoted = false;
    while (!bytes.empty()) {
      const char c = bytes.front();
      bytes.remove_prefix(1);
      if (c == '\n') ++number;
      if (quoted) {
        if (c == '"' && bytes.starts_with('"')) {
          cells.back() += '"';
          bytes.remove_prefix(1);
        } else if (c == '"') {
          quoted = false;
        } else {
          cells.back() += c;
        }
      } else if (c == '"' && trim(cells.back()).empty()) {
        quoted = true;
        cells.back().clear();
      } else if (c == comma) {
        cells.emplace_back();
      } else if (c == '\n') {
        return cells;
      } else if (c != '\r') {
        cells.back() += c;
      }
    }
    if (quoted) throw error_at(file_, began, msg("unclosed quote"));
    return cells;
  }

  static Message columns() {
    return msg(
        "known columns: name, address, kind, groups, parents, checks, port, login, site, rack, power, "
        "hypervisor, model, serial, vendor, until");
  }

  void check_head(const std::vector<std::string>& head, std::size_t line) {
    static const std::set<std::string> kColumns = {
        "name", "address", "kind",  "groups",     "parents", "checks", "port",   "login",
        "site", "rack",    "power", "hypervisor", "model",   "serial", "vendor", "until"};
    std::set<std::string> seen;
    for (const std::string& column : head) {
      if (kColumns.count(column) == 0)
        throw error_at(file_, line, msg("unknown column '{name}'", {{"name", printable(column)}}), columns());
      if (!seen.insert(column).second)
        throw error_at(file_, line, msg("duplicate column '{name}'", {{"name", column}}));
    }
    for (const char* needed : {"name", "address"})
      if (seen.count(needed) == 0)
        throw error_at(file_, line, msg("missing column '{name}'", {{"name", needed}}), columns());
  }

  void put(Host& host, const std::string& column, const std::string& cell, std::size_t line) {
    if (column == "address")
      host.address = cell;
    else if (column == "kind")
      host.kind = is_name(lower(cell)) ? lower(cell) : host.kind;
    else if (column == "groups")
      host.groups = words(cell);
    else if (column == "parents")
      for (const std::string& parent : words(cell)) host.parents.any.push_back(lower(parent));
    else if (column == "checks")
      for (const std::string& check : words(cell)) {
        try {
          host.checks.push_back(parse_check(check));
        } catch (const Error& error) {
          throw error_at(file_, line, error.message(), error.hint());
        }
      }
    else if (column == "port") {
      const auto port = parse_port(cell);
      if (!port) throw error_at(file_, line, msg("invalid port '{text}'", {{"text", printable(cell)}}));
      host.login.port = *port;
    } else if (column == "login") {
      if (!inventory::is_login_name(cell))
        throw error_at(file_, line, msg("invalid login name '{text}'", {{"text", printable(cell)}}));
      host.login.measure = cell;
    } else if (column == "site")
      host.place.site = cell;
    else if (column == "rack")
      host.place.rack = cell;
    else if (column == "power")
      host.place.power = cell;
    else if (column == "hypervisor")
      host.place.hypervisor = cell;
    else if (column == "model")
      host.hardware.model = cell;
    else if (column == "serial")
      host.hardware.serial = cell;
    else if (column == "vendor")
      host.hardware.warranty_vendor = cell;
    else
      host.hardware.warranty_until = cell;
  }

  void remark(std::size_t line, Message message) {
    message.location = Location{std::string(file_), static_cast<int>(line), 0};
    out_.remarks.push_back(std::move(message));
  }

  void add(const std::string& given, Host host, std::size_t line = 0) {
    host.name = host_name(given);
    if (host.name.size() > inventory::kMostHostName && is_name(host.name, host.name.size()))
      return remark(line,
                    msg("skipped: the name '{name}' is longer than {most} characters",
                        {{"name", printable(given)}, {"most", std::to_string(inventory::kMostHostName)}}));
    if (!is_name(host.name, inventory::kMostHostName))
      return remark(line, msg("skipped: invalid host name '{name}'", {{"name", printable(given)}}));
    if (!inventory::is_address(host.address))
      return remark(line, msg("skipped: '{host}' has no usable address: '{address}'",
                              {{"host", host.name}, {"address", printable(host.address)}}));
    std::vector<std::string> known;
    for (const std::string& group : host.groups) {
      if (groups_.count(lower(group)) == 1)
        known.push_back(lower(group));
      else
        unknown_groups_.insert(printable(group));
    }
    std::sort(known.begin(), known.end());
    known.erase(std::unique(known.begin(), known.end()), known.end());
    host.groups = std::move(known);
    if (host.checks.empty()) host.checks = checks_;
    const std::string name = host.name;
    if (!hosts_.emplace(name, std::move(host)).second)
      remark(line, msg("duplicate host '{host}': the first entry is used", {{"host", name}}));
  }

  std::string_view file_;
  std::set<std::string> groups_;
  const std::vector<inventory::Check>& checks_;
  std::map<std::string, Host> hosts_;
  std::set<std::string> unknown_groups_;
  Imported out_;
};

}  // namespace

Imported parse_inventory(Source source, std::string_view bytes, std::string_view file,
                         std::span<const std::string> groups, const std::vector<inventory::Check>& checks) {
  Import import(file, groups, checks);
  switch (source) {
    case Source::ansible:
      import.ansible(bytes);
      break;
    case Source::ssh_config:
      import.ssh_config(bytes);
      break;
    case Source::hosts:
      import.hosts(bytes);
      break;
    case Source::csv:
      import.csv(bytes);
      break;
  }
  return import.take();
}

inventory::Check parse_check(std::string_view text) {
  if (auto check = inventory::typed_check(text)) return std::move(*check);
  throw Error{ExitCode::usage, msg("unknown check '{check}'", {{"check", printable(text)}}),
              msg("known names: {names}", {{"names", join(inventory::check_words(), ", ")}})};
}

std::vector<inventory::Host> parse_plain_list(std::string_view bytes, std::string_view file,
                                              const std::vector<inventory::Check>& checks) {
  std::vector<Host> out;
  std::set<std::string> names;
  std::size_t number = 0;
  const auto add = [&](std::string name, const std::string& address) {
    if (name.size() > inventory::kMostHostName && is_name(name, name.size()))
      throw error_at(file, number,
                     msg("the name '{name}' is longer than {most} characters",
                         {{"name", name}, {"most", std::to_string(inventory::kMostHostName)}}),
                     msg("write a shorter name before the address: NAME ADDRESS"));
    if (!is_name(name, inventory::kMostHostName))
      throw error_at(file, number, msg("invalid host name '{name}'", {{"name", printable(name)}}));
    if (!inventory::is_address(address))
      throw error_at(file, number, msg("invalid address: '{text}'", {{"text", printable(address)}}));
    if (!names.insert(name).second) return;
    Host host;
    host.name = std::move(name);
    host.address = address;
    host.checks = checks;
    out.push_back(std::move(host));
  };
  for (const std::string& line : lines_of(bytes)) {
    ++number;
    const std::vector<std::string> word = words(std::string_view(line).substr(0, line.find('#')));
    if (word.empty()) continue;
    if (word.size() > 2)
      throw error_at(file, number, msg("a line must contain an address, or a name and an address"));
    if (word.size() == 2) {
      add(host_name(word[0]), word[1]);
      continue;
    }
    std::vector<std::string> targets;
    try {
      inventory::expand_targets(word[0], targets);
    } catch (const Error& error) {
      throw error_at(file, number, error.message(), error.hint());
    }
    for (const std::string& target : targets) {
      std::string name = host_name(target);
      std::replace(name.begin(), name.end(), ':', '-');
      std::replace(name.begin(), name.end(), '%', '-');
      if (name.front() == '-') name.insert(name.begin(), '0');
      add(std::move(name), target);
    }
  }
  return out;
}

}  // namespace jaga::feed
