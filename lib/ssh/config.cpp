#include "ssh/config.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "base/duration.hpp"
#include "base/text.hpp"
#include "process/run.hpp"

namespace jaga::ssh {
namespace {

// Values are one path; a quote would have to be written in a way that ssh -G does not.
bool is_path_keyword(std::string_view key) {
  return key == "certificatefile" || key == "pkcs11provider" || key == "securitykeyprovider";
}

bool is_kept(std::string_view key) {
  constexpr std::string_view kKept[] = {
      "kexalgorithms", "ciphers",     "macs",          "pubkeyacceptedalgorithms",
      "addressfamily", "bindaddress", "bindinterface", "requiredrsasize"};
  return is_path_keyword(key) || std::ranges::find(kKept, key) != std::end(kKept);
}

bool is_plain(std::string_view value) {
  return std::ranges::none_of(
      value, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\x7f'; });
}

}  // namespace

std::optional<HostConfig> parse_config(std::string_view output) {
  constexpr std::size_t kMost = 256 * 1024;
  if (output.size() > kMost) return std::nullopt;
  HostConfig config;
  bool has_port = false;
  for (const std::string& line : split(output, '\n')) {
    const std::size_t space = line.find(' ');
    if (space == std::string::npos || space == 0) continue;
    const std::string key = line.substr(0, space);
    const std::string value(trim(std::string_view(line).substr(space + 1)));
    if (value.empty() || value.find('\0') != std::string::npos) continue;
    if (key == "hostname") {
      config.host_name = value;
    } else if (key == "user") {
      config.user = value;
    } else if (key == "port") {
      const auto port = parse_port(value);
      if (!port) return std::nullopt;
      config.port = *port;
      has_port = true;
    } else if (key == "identityfile") {
      if (value != "none") config.identity_files.push_back(value);
    } else if (key == "userknownhostsfile") {
      for (const std::string& file : split(value, ' '))
        if (!file.empty() && file != "none") config.user_known_hosts.push_back(file);
    } else if (key == "hostkeyalias") {
      if (value != "none" && is_plain(value)) config.host_key_alias = value;
    } else if (key == "identitiesonly") {
      config.identities_only = value == "yes" || value == "true";
    } else if (key == "proxyjump") {
      if (value != "none") config.proxy_jump = value;
    } else if (key == "proxycommand") {
      if (value != "none" && is_plain(value)) config.proxy_command = value;
      if (value != "none" && config.proxy_command.empty()) config.proxy_command = line.substr(space + 1);
    } else if (is_kept(key) && is_plain(value) && value != "none") {
      if (is_path_keyword(key)) {
        // "internal" is the one that is built in.
        if (key == "securitykeyprovider" && (value == "internal" || value == "$SSH_SK_PROVIDER")) continue;
        config.lines.push_back(key + " \"" + value + "\"");
        config.needs_program = config.needs_program || key != "securitykeyprovider";
      } else {
        config.lines.push_back(key + " " + value);
      }
    }
  }
  if (config.host_name.empty() || !has_port) return std::nullopt;
  return config;
}

std::optional<JumpName> parse_jump_name(std::string_view text) {
  JumpName name;
  if (text.starts_with("ssh://")) text.remove_prefix(6);
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos) {
    name.user = text.substr(0, at);
    text.remove_prefix(at + 1);
    if (name.user.empty()) return std::nullopt;
  }
  std::string_view port;
  bool has_port = false;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    name.host = text.substr(1, close - 1);
    text.remove_prefix(close + 1);
    if (!text.empty() && text.front() != ':') return std::nullopt;
    has_port = !text.empty();
    if (has_port) port = text.substr(1);
  } else {
    const std::size_t colon = text.find(':');
    // Two colons: an IPv6 address without a port.
    has_port = colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
    name.host = has_port ? text.substr(0, colon) : text;
    if (has_port) port = text.substr(colon + 1);
  }
  if (has_port) {
    name.port = parse_port(port);
    if (!name.port) return std::nullopt;
  }
  if (name.host.empty() || name.host.front() == '-' || !is_plain(name.host) || !is_plain(name.user))
    return std::nullopt;
  return name;
}

std::vector<KnownHosts> read_known_hosts(const std::vector<std::string>& paths) {
  constexpr std::streamsize kMost = std::streamsize{16} << 20U;
  std::vector<KnownHosts> files;
  for (const std::string& path : paths) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) continue;
    std::ifstream in(path, std::ios::binary);
    std::string text;
    std::string part(std::size_t{1} << 16U, '\0');
    while (in && static_cast<std::streamsize>(text.size()) < kMost) {
      in.read(part.data(), static_cast<std::streamsize>(part.size()));
      text.append(part, 0, static_cast<std::size_t>(in.gcount()));
    }
    if (!text.empty()) files.push_back(parse_known_hosts(text, path));
  }
  return files;
}

std::vector<ConfigAnswer> ask_config(const std::vector<std::string>& names, const Program& program,
                                     std::chrono::milliseconds deadline, std::size_t at_once,
                                     std::stop_token stop) {
  std::vector<process::Command> commands;
  for (const std::string& name : names) {
    process::Command command;
    command.argv = {"ssh", "-G", "--", name};
    command.environment = program.environment;
    command.timeout = deadline;
    command.grace = std::chrono::milliseconds{500};
    commands.push_back(std::move(command));
  }
  std::vector<ConfigAnswer> answers(names.size());
  const std::vector<process::Outcome> outcomes = process::run_all(commands, at_once, std::move(stop));
  for (std::size_t i = 0; i < names.size(); ++i) {
    const process::Outcome& outcome = outcomes[i];
    if (outcome.ok()) answers[i].config = parse_config(outcome.out);
    if (answers[i].config) continue;
    const std::string_view said = trim(std::string_view(outcome.err));
    const Message::Arguments of{{"name", printable(names[i])},
                                {"time", format_duration(deadline)},
                                {"reason", printable(said.empty() ? std::string_view(outcome.reason)
                                                                  : said.substr(0, said.find('\n')))}};
    answers[i].problem = outcome.end == process::Outcome::End::timed_out
                             ? msg("'ssh -G {name}' did not end within {time}", of)
                             : msg("'ssh -G {name}' failed: {reason}", of);
  }
  return answers;
}

}  // namespace jaga::ssh
