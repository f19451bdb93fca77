#include "git/config.hpp"

#include <algorithm>
#include <array>

#include "base/error.hpp"
#include "base/text.hpp"
#include "git/git.hpp"

namespace jaga::git {
namespace {

// Of git-config(1), what names a program and is not overridden by the arguments of git.cpp; and what leads to
// another file or another address. Sections and keys in lower case, as git prints them.
bool may_start_program(std::string_view key) {
  constexpr std::array<std::string_view, 6> kKeys = {"core.sshcommand",    "core.askpass",
                                                     "core.gitproxy",      "core.editor",
                                                     "core.fsmonitorhook", "http.proxyauthmethod"};
  constexpr std::array<std::string_view, 6> kSections = {"credential.", "filter.", "include.",
                                                         "includeif.",  "url.",    "protocol."};
  constexpr std::array<std::string_view, 8> kEndings = {".uploadpack", ".receivepack", ".vcs",     ".driver",
                                                        ".textconv",   ".command",     ".program", ".proxy"};
  return std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end() ||
         std::any_of(kSections.begin(), kSections.end(), [&](auto one) { return key.starts_with(one); }) ||
         std::any_of(kEndings.begin(), kEndings.end(), [&](auto one) { return key.ends_with(one); });
}

}  // namespace

Config parse_config(std::string_view listing) {
  Config out;
  while (!listing.empty()) {
    const auto scope_end = listing.find('\0');
    const auto end = scope_end == std::string_view::npos ? scope_end : listing.find('\0', scope_end + 1);
    if (end == std::string_view::npos)
      throw Error{ExitCode::data, msg("unexpected output of git {command}", {{"command", "config"}})};
    const std::string_view scope = listing.substr(0, scope_end);
    const std::string_view entry = listing.substr(scope_end + 1, end - scope_end - 1);
    listing.remove_prefix(end + 1);
    const auto line_feed = entry.find('\n');
    const std::string_view key = entry.substr(0, line_feed);
    const std::string value(line_feed == std::string_view::npos ? std::string_view{}
                                                                : entry.substr(line_feed + 1));
    const bool own = scope == "local" || scope == "worktree";
    if (own && may_start_program(lower(key))) out.programs.emplace_back(key);
    if (own && key.starts_with("remote.") && key.ends_with(".url")) {
      const std::string name(key.substr(7, key.size() - 11));
      out.remotes.emplace(name, value);  // the first, as fetch takes it
    } else if (key == "user.name" && !value.empty()) {
      out.name = value;
    } else if (key == "user.email" && !value.empty()) {
      out.email = value;
    } else if (key == "core.sshcommand" && !own && scope != "command") {
      out.ssh_command = value;
    } else if (key == "jaga.genesis" && scope != "command") {
      out.genesis = value;
    }
  }
  return out;
}

Config read_config(const Git& git) {
  return parse_config(git.run({"config", "--list", "-z", "--show-scope"}));
}

}  // namespace jaga::git
