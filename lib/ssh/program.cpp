#include "ssh/program.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "base/text.hpp"
#include "ssh/explain.hpp"

namespace jaga::ssh {
namespace {

// One word of ssh_config(5): in quotes, `%` and `${` being no places where something is put in.
bool add(std::string& out, std::string_view keyword, std::string_view value) {
  if (value.empty() || contains(value, "${") || std::ranges::any_of(value, [](char c) {
        return static_cast<unsigned char>(c) < ' ' || c == '"' || c == '\\' || c == '\x7f';
      })) {
    return false;
  }
  out.append("  ").append(keyword).append(" \"");
  for (const char c : value) out.append(c == '%' ? 2 : 1, c);
  out += "\"\n";
  return true;
}

// These take no places to be filled in.
bool add_plain(std::string& out, std::string_view keyword, std::string_view value) {
  std::string ignored;
  if (!add(ignored, keyword, value)) return false;
  out.append("  ").append(keyword).append(" \"").append(value).append("\"\n");
  return true;
}

std::string alias_of(std::size_t hop) {
  return hop == 0 ? std::string(kProgramTarget) : "jaga-jump-" + std::to_string(hop);
}

std::vector<const Target*> hops_of(const Target& target) {
  std::vector<const Target*> hops;
  for (const Target* hop = &target; hop != nullptr; hop = hop->jump.get()) hops.push_back(hop);
  return hops;
}

std::string algorithms(const Target& target) {
  std::string all = host_key_algorithms(target.known);
  // SHA-1 proves nothing any more; libssh2 1.10 is asked for it since it has nothing else for RSA.
  const std::size_t sha1 = all.find(",ssh-rsa");
  if (sha1 != std::string::npos) all.erase(sha1, std::string_view(",ssh-rsa").size());
  return all;
}

// `line` of ssh_config(5) without the algorithms of FIDO keys.
std::string without_tokens(const std::string& line) {
  const std::size_t space = line.find(' ');
  std::vector<std::string> names = split(line.substr(space + 1), ',');
  std::erase_if(names, [](const std::string& name) { return contains(name, "sk-"); });
  return line.substr(0, space + 1) + join(names, ",");
}

constexpr std::string_view kAlways = R"(  GlobalKnownHostsFile none
  KnownHostsCommand none
  UpdateHostKeys no
  VerifyHostKeyDNS no
  CheckHostIP no
  HashKnownHosts no
  BatchMode yes
  PasswordAuthentication no
  KbdInteractiveAuthentication no
  HostbasedAuthentication no
  GSSAPIAuthentication no
  ForwardAgent no
  ForwardX11 no
  PermitLocalCommand no
  ControlMaster no
  ControlPath none
  RequestTTY no
  ServerAliveInterval 15
  ServerAliveCountMax 4
)";

}  // namespace

ProgramFolder::ProgramFolder(const std::string& parent) {
  std::string name = parent + "/jaga-ssh-XXXXXX";
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
}

ProgramFolder::~ProgramFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::optional<std::string> program_config(const ProgramOptions& wish) {
  std::string out;
  const std::vector<const Target*> hops = hops_of(*wish.target);
  for (std::size_t i = 0; i < hops.size(); ++i) {
    const Target& hop = *hops[i];
    const bool scan = i == 0 && !wish.scan.empty();
    bool good = true;
    out += "Host " + alias_of(i) + "\n";
    good = add(out, "HostName", hop.address) && good;
    out += "  Port " + std::to_string(hop.port) + "\n";
    good = add_plain(out, "User", hop.user) && good;
    out += "  HostKeyAlias " + alias_of(i) + "\n";
    good = add(out, "UserKnownHostsFile", wish.known_hosts) && good;
    out += scan ? "  StrictHostKeyChecking accept-new\n" : "  StrictHostKeyChecking yes\n";
    const std::string names = scan ? wish.scan : algorithms(hop);
    if (!names.empty()) good = add_plain(out, "HostKeyAlgorithms", names) && good;
    // The jump host's ssh writes to where the target's standard error goes.
    out += i == 0 ? "  LogLevel DEBUG1\n" : "  LogLevel ERROR\n";
    out += "  ConnectTimeout " + std::to_string(std::max<std::int64_t>(1, wish.connect.count())) + "\n";
    out += kAlways;
    if (scan) {
      out += "  PreferredAuthentications none\n  PubkeyAuthentication no\n  IdentityAgent none\n";
    } else {
      out += "  PreferredAuthentications publickey\n";
      if (wish.agent_socket.empty())
        out += "  IdentityAgent none\n";
      else
        good = add(out, "IdentityAgent", wish.agent_socket) && good;
      const bool only = wish.only_these_keys[i];
      out += only ? "  IdentitiesOnly yes\n" : "  IdentitiesOnly no\n";
      for (const std::string& file : wish.key_files[i]) good = add(out, "IdentityFile", file) && good;
      if (wish.key_files[i].empty()) out += "  IdentityFile none\n";
    }
    bool names_algorithms = false;
    bool names_provider = false;
    for (const std::string& line : hop.config) {
      good = good && line.find('\n') == std::string::npos;
      const bool algorithms_here = line.starts_with("pubkeyacceptedalgorithms ");
      names_algorithms = names_algorithms || algorithms_here;
      names_provider = names_provider || line.starts_with("securitykeyprovider ");
      out += "  " + (algorithms_here && wish.without_tokens ? without_tokens(line) : line) + "\n";
    }
    if (wish.without_tokens && !names_algorithms) out += "  PubkeyAcceptedAlgorithms -*sk-*\n";
    if (wish.own_provider && !names_provider) out += "  SecurityKeyProvider $SSH_SK_PROVIDER\n";
    if (!hop.proxy_command.empty()) {
      good = good && hop.proxy_command.find('\n') == std::string::npos;
      out += "  ProxyCommand " + hop.proxy_command + "\n";
    } else if (hop.jump) {
      out += "  ProxyJump " + alias_of(i + 1) + "\n";
    } else {
      out += "  ProxyCommand none\n";
    }
    if (!good) return std::nullopt;
  }
  return out;
}

std::string known_hosts_text(const Target& target) {
  std::string out;
  const std::vector<const Target*> hops = hops_of(target);
  for (std::size_t i = 0; i < hops.size(); ++i) {
    for (const sshkey::PublicKey& key : hops[i]->known) out += alias_of(i) + " " + key.line() + "\n";
    for (const sshkey::PublicKey& key : hops[i]->revoked)
      out += "@revoked " + alias_of(i) + " " + key.line() + "\n";
  }
  return out;
}

namespace {

struct Saying {
  std::string_view part;
  Failure failure;
};
// What ssh says before it gives up; the first that is in a line counts, and of the lines the first.
constexpr Saying kSayings[] = {
    {"REMOTE HOST IDENTIFICATION HAS CHANGED", Failure::host_key_changed},
    {"revoked", Failure::host_key_changed},
    {"no matching host key type found", Failure::host_key_changed},
    {"Host key verification failed", Failure::host_key_changed},
    {"Unable to negotiate", Failure::handshake_failed},
    {"Permission denied", Failure::auth_failed},
    {"Too many authentication failures", Failure::auth_failed},
    {"Could not resolve hostname", Failure::resolve_failed},
    {"timed out", Failure::timed_out},
    {"onnection refused", Failure::refused},
    {"No route to host", Failure::unreachable},
    {"Network is unreachable", Failure::no_route},
    {"onnection reset", Failure::reset},
    {"onnection closed", Failure::closed},
    {"losed by remote host", Failure::closed},
    {"invalid characters", Failure::not_ssh},
    {"rotocol mismatch", Failure::not_ssh},
    {"no SSH identification string", Failure::not_ssh},
    {"no identification string", Failure::not_ssh},
    {"incorrect signature", Failure::handshake_failed},
    {"Bad configuration option", Failure::local_error},
    {"Bad key types", Failure::local_error},
    {"keyword", Failure::local_error},
    {"Too many open files", Failure::local_error},
};

std::string after(std::string_view line, std::string_view mark) {
  const std::size_t at = line.find(mark);
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + mark.size());
  return printable(line.substr(0, line.find(' ')).substr(0, 64));
}

// What did not sign, where it says that.
Failure signing_failure(std::string_view line) {
  if (!contains(line, "signing failed for ")) return Failure::none;
  if (contains(line, "-SK \"")) return Failure::token_failed;
  return contains(line, "from agent") ? Failure::agent_failed : Failure::none;
}

// Said by what asks for a touch or a PIN, or beside what counts.
bool is_aside(std::string_view line) {
  return line.starts_with("notify_start: ") || line.starts_with("ssh_askpass: ") ||
         line.starts_with("client_converse: ") || line.starts_with("reap_helper: ");
}

std::string fingerprint_in(std::string_view line) {
  const std::string rest = after(line, "SHA256:");
  return rest.empty() ? std::string() : "SHA256:" + rest;
}

}  // namespace

ProgramLog read_program_log(std::string_view text) {
  constexpr std::string_view kDebug = "debug1: ";
  ProgramLog log;
  bool partial = false;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = trim(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.starts_with(kDebug)) {
      line.remove_prefix(kDebug.size());
      if (line.starts_with("Connection established") || line.starts_with("Local version string"))
        log.phase = std::max(log.phase, Phase::handshake);
      constexpr std::string_view kVersion = "Remote protocol version 2.0, remote software version ";
      if (line.starts_with(kVersion))
        log.banner = "SSH-2.0-" + printable(line.substr(kVersion.size()).substr(0, 240));
      if (line.starts_with("Server host key: ")) log.fingerprint = fingerprint_in(line);
      if (line.starts_with("SSH2_MSG_NEWKEYS received")) log.phase = std::max(log.phase, Phase::authenticate);
      if (line.starts_with("Sending command: ")) log.phase = Phase::run;
      if (line.starts_with("Offering public key: ")) log.tried.push_back(fingerprint_in(line));
      if (line.starts_with("Server accepts key: "))
        log.token = contains(line, "-SK SHA256:") ? fingerprint_in(line) : std::string();
      continue;
    }
    if (contains(line, "with partial success")) {
      partial = true;
      continue;
    }
    if (line.empty() || line.starts_with("debug") || line.starts_with("Authenticated to ") ||
        line.starts_with("Transferred: ") || line.starts_with("Bytes per second: ") ||
        line.starts_with("Warning: Permanently added") || line.starts_with("OpenSSH_") || is_aside(line) ||
        line.front() == '@') {
      if (!contains(line, "IDENTIFICATION HAS CHANGED")) continue;
    }
    if (log.failure == Failure::none && signing_failure(line) != Failure::none) {
      log.failure = signing_failure(line);
      log.reason = printable(line.substr(0, 300));
    } else if (log.failure == Failure::none) {
      const auto saying =
          std::ranges::find_if(kSayings, [line](const Saying& each) { return contains(line, each.part); });
      if (saying != std::end(kSayings)) log.failure = saying->failure;
      if (log.failure == Failure::auth_failed && partial) log.failure = Failure::auth_partial;
      if (saying != std::end(kSayings) || log.reason.empty()) log.reason = printable(line.substr(0, 300));
    }
  }
  return log;
}

Message token_problem(const ProgramLog& log) {
  const Message::Arguments key{{"key", log.token}};
  if (contains(log.reason, "from agent"))
    return msg("the agent got no signature from the security key '{key}'", key);
  if (contains(log.reason, "device not found")) return msg("the security key '{key}' is not plugged in", key);
  if (contains(log.reason, "incorrect passphrase")) {
    return msg(
        "the security key '{key}' requires its PIN, and the program in SSH_ASKPASS did not give the correct "
        "one",
        key);
  }
  return msg("the security key '{key}' was not touched, or refuses to sign", key);
}

}  // namespace jaga::ssh
