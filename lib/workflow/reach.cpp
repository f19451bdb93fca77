#include "workflow/reach.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.hpp"
#include "process/environment.hpp"
#include "register/register.hpp"
#include "ssh/config.hpp"
#include "ssh/known_hosts.hpp"

namespace jaga::workflow {
namespace {

constexpr std::chrono::seconds kDeadline{5};
constexpr std::size_t kAtOnce = 16;
constexpr std::size_t kMostHops = 8;

class Builder {
 public:
  Builder(const Context& context, const ssh::Options& logins) : context_(context), logins_(logins) {
    if (!context.registered) known_ = ssh::read_known_hosts(logins.known_hosts);
    if (logins.program) {
      home_ = process::variable(logins.program->environment, "HOME").value_or("");
      for (const char* name : {"USER", "LOGNAME"})
        if (local_user_.empty())
          local_user_ = process::variable(logins.program->environment, name).value_or("");
    }
  }

  // Of these names and all that they go through.
  void ask(std::vector<std::string> names) {
    if (!logins_.program || !logins_.program->has_config) return;
    for (std::size_t hops = 0; hops < kMostHops && !names.empty() && !context_.stop.stop_requested();
         ++hops) {
      const auto answers = ssh::ask_config(names, *logins_.program, kDeadline, kAtOnce, context_.stop);
      std::vector<std::string> more;
      for (std::size_t i = 0; i < names.size(); ++i) {
        // One mistake in it is a mistake for every host.
        if (!answers[i].problem.empty() && !said_ && context_.notice && !context_.stop.stop_requested()) {
          context_.notice(answers[i].problem);
          said_ = true;
        }
        configs_[names[i]] = answers[i].config;
        for (const ssh::JumpName& jump : jumps_of(names[i])) more.push_back(name_of(jump));
        const inventory::Host* host = context_.inventory->find(names[i]);
        if (host != nullptr && !host->jump.empty()) more.push_back(host->jump);
      }
      std::sort(more.begin(), more.end());
      more.erase(std::unique(more.begin(), more.end()), more.end());
      std::erase_if(more, [this](const std::string& name) { return configs_.contains(name); });
      names = std::move(more);
    }
  }

  ssh::Target target(const inventory::Host& host, std::size_t depth = 0) const {
    ssh::Target target;
    target.name = host.name;
    target.address = host.address;
    target.port = host.login.port;
    target.user = host.login.measure;
    const ssh::HostConfig* config = config_of(host.name);
    if (config != nullptr) {
      const inventory::Login usual;
      if (host.address == host.name) target.address = config->host_name;
      if (host.login.port == usual.port) target.port = config->port;
      // ssh -G names the local user where the configuration names nobody.
      if (host.login.measure == usual.measure && !config->user.empty() && config->user != local_user_)
        target.user = config->user;
      take_keys(*config, target);
    }
    pin(host.name, target, config);
    if (depth >= kMostHops) return target;
    if (!host.jump.empty()) {
      target.jump = std::make_shared<ssh::Target>(this->target(context_.inventory->at(host.jump), depth + 1));
    } else if (config != nullptr) {
      target.proxy_command = config->proxy_command;
      target.jump = chain(jumps_of(host.name), depth);
    }
    return target;
  }

 private:
  const ssh::HostConfig* config_of(const std::string& name) const {
    const auto found = configs_.find(name);
    return found == configs_.end() || !found->second ? nullptr : &*found->second;
  }

  // Of ssh's configuration, the nearest to us first.
  std::vector<ssh::JumpName> jumps_of(const std::string& name) const {
    std::vector<ssh::JumpName> jumps;
    const ssh::HostConfig* config = config_of(name);
    if (config == nullptr || config->proxy_jump.empty()) return jumps;
    for (const std::string& text : split(config->proxy_jump, ','))
      if (const auto jump = ssh::parse_jump_name(trim(text))) jumps.push_back(*jump);
    return jumps;
  }

  const inventory::Host* known_host(const ssh::JumpName& jump) const {
    if (const inventory::Host* host = context_.inventory->find(jump.host)) return host;
    for (const inventory::Host& host : context_.inventory->hosts)
      if (host.address == jump.host && (!jump.port || *jump.port == host.login.port)) return &host;
    return nullptr;
  }
  std::string name_of(const ssh::JumpName& jump) const {
    const inventory::Host* host = known_host(jump);
    return host == nullptr ? jump.host : host->name;
  }

  std::shared_ptr<const ssh::Target> chain(const std::vector<ssh::JumpName>& jumps, std::size_t depth) const {
    std::shared_ptr<const ssh::Target> before;
    for (const ssh::JumpName& jump : jumps) {
      ssh::Target hop;
      if (const inventory::Host* host = known_host(jump)) {
        hop = target(*host, depth + 1);
      } else {
        hop.name = hop.address = jump.host;
        hop.user = local_user_;
        if (const ssh::HostConfig* config = config_of(jump.host)) {
          hop.address = config->host_name;
          hop.port = config->port;
          hop.user = config->user;
          take_keys(*config, hop);
          pin({}, hop, config);
        } else {
          pin({}, hop, nullptr);
        }
      }
      if (!jump.user.empty()) hop.user = jump.user;
      if (jump.port) hop.port = *jump.port;
      if (before) hop.jump = before;
      before = std::make_shared<ssh::Target>(std::move(hop));
    }
    return before;
  }

  std::string expanded(const std::string& path) const {
    return path.starts_with("~/") ? home_ + path.substr(1) : path;
  }

  void take_keys(const ssh::HostConfig& config, ssh::Target& target) const {
    for (const std::string& file : config.identity_files) target.key_files.push_back(expanded(file));
    target.only_these_keys = config.identities_only;
    target.config = config.lines;
    target.needs_program = config.needs_program;
  }

  void pin(const std::string& host, ssh::Target& target, const ssh::HostConfig* config) const {
    if (context_.registered) {
      const auto found = context_.registered->pins.find(host);
      if (found == context_.registered->pins.end()) return;
      for (const std::string& line : found->second.host_keys)
        if (auto key = sshkey::parse_public_key(line)) target.known.push_back(std::move(*key));
      return;
    }
    std::vector<ssh::KnownHosts> own;
    if (config != nullptr) {
      std::vector<std::string> paths;
      for (const std::string& file : config->user_known_hosts) paths.push_back(expanded(file));
      if (paths != logins_.known_hosts) own = ssh::read_known_hosts(paths);
    }
    const std::vector<ssh::KnownHosts>& files = own.empty() ? known_ : own;
    // Under its alias a host has one name, whatever its address and port, as for ssh.
    const bool alias = config != nullptr && !config->host_key_alias.empty();
    constexpr std::uint16_t kNoPort = 22;
    auto answer = alias ? ssh::look_up(files, config->host_key_alias, kNoPort)
                        : ssh::look_up(files, target.address, target.port);
    const bool silent = answer.keys.empty() && answer.revoked.empty() && answer.authorities.empty();
    if (silent && !alias && target.name != target.address)
      answer = ssh::look_up(files, target.name, target.port);
    std::string places;
    for (const ssh::KnownKey& key : answer.keys) {
      target.known.push_back(key.key);
      places += (places.empty() ? "" : ", ") + key.file + ":" + std::to_string(key.line);
    }
    for (const ssh::KnownKey& key : answer.revoked) {
      target.revoked.push_back(key.key);
      places += (places.empty() ? "" : ", ") + key.file + ":" + std::to_string(key.line);
    }
    target.known_from = places;
    if (answer.keys.empty() && !answer.authorities.empty()) {
      target.known_from = answer.authorities.front().file + ":" +
                          std::to_string(answer.authorities.front().line) + ": @cert-authority";
    }
  }

  const Context& context_;
  const ssh::Options& logins_;
  std::string home_, local_user_;
  std::vector<ssh::KnownHosts> known_;
  std::map<std::string, std::optional<ssh::HostConfig>> configs_;
  bool said_ = false;
};

}  // namespace

Reach::Reach(const Context& context, const std::vector<const inventory::Host*>& hosts,
             const ssh::Options& logins) {
  Builder builder(context, logins);
  // As Inventory::has_ssh(), which looks at all hosts for each.
  std::set<std::string_view> jumps;
  for (const inventory::Host& host : context.inventory->hosts)
    if (!host.jump.empty()) jumps.insert(host.jump);
  std::vector<const inventory::Host*> reached;
  std::vector<std::string> names;
  for (const inventory::Host* host : hosts) {
    if (!host->over_ssh() && !jumps.contains(host->name)) continue;
    reached.push_back(host);
    names.push_back(host->name);
  }
  builder.ask(std::move(names));
  for (const inventory::Host* host : reached) targets_.emplace(host->name, builder.target(*host));
}

const ssh::Target& Reach::target(const std::string& host) const {
  return targets_.at(host);
}

void Reach::add_way(const std::string& host, ssh::Target& target) const {
  const auto found = targets_.find(host);
  if (found == targets_.end()) return;
  const ssh::Target& way = found->second;
  target.jump = way.jump;
  target.proxy_command = way.proxy_command;
  target.key_files = way.key_files;
  target.only_these_keys = way.only_these_keys;
  target.config = way.config;
  target.needs_program = way.needs_program;
}

}  // namespace jaga::workflow
