#include "workflow/init.hpp"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstddef>

#include "base/error.hpp"
#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kHosts =
    R"(# The hosts, what reaches them and what is measured on them: see jaga-hosts(5), or 'jaga host add'.
#
# defaults:
#   checks: [icmp, ssh]
# hosts:
#   - name: sw-core
#     address: 192.0.2.2
#     kind: switch
#     checks: [icmp]
#   - name: web01
#     address: 192.0.2.11
#     parents: {any: [sw-core]}            # what it is reached through
#     checks: [icmp, ssh, tcp: {port: 443, unit: nginx.service}]
hosts: []
)";
constexpr std::string_view kGitAttributes = "* -text\n";
constexpr std::string_view kGitIgnore = "/rounds/\n/archive/\n/reports/\n/incidents/*/*/evidence/private/\n";

std::string new_repo(const RandomBytes& random) {
  std::array<std::byte, 16> bytes{};
  random(bytes);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::byte byte : bytes) {
    text += kDigits[std::to_integer<std::size_t>(byte >> 4)];
    text += kDigits[std::to_integer<std::size_t>(byte & std::byte{15})];
  }
  return text;
}

}  // namespace

Initialised init(const InitWish& wish, const RandomBytes& random) {
  const std::string sop_bytes = wish.sop_bytes ? *wish.sop_bytes : std::string(sop::builtin(wish.sop));
  sop::parse(sop_bytes, "sop.yaml");
  if (mkdir(wish.path.c_str(), 0777) != 0 && errno != EEXIST)
    throw Error(ExitCode::cant_create, msg("cannot make '{path}': {reason}",
                                           {{"path", printable(wish.path)},
                                            {"reason", system_error(errno, msg("{reason}")).what()}}));
  if (wish.shared) {
    if (chown(wish.path.c_str(), static_cast<uid_t>(-1), *wish.shared) != 0 ||
        chmod(wish.path.c_str(), 03770) != 0)
      throw Error(
          ExitCode::cant_create,
          msg("cannot share '{path}': {reason}",
              {{"path", printable(wish.path)}, {"reason", system_error(errno, msg("{reason}")).what()}}),
          msg("name a group that you are in"));
  }
  const store::Folder folder(wish.path);
  if (folder.exists(store::kMarkFile))
    throw Error(ExitCode::cant_create,
                msg("'{path}' is a working directory already", {{"path", printable(wish.path)}}),
                msg("see 'jaga status'"));
  Initialised result;
  result.path = wish.path;
  result.repo = new_repo(random);
  inventory::Settings settings;
  settings.repo = result.repo;
  settings.organisation = wish.organisation;
  settings.language = wish.language;
  const auto put = [&](std::string_view name, std::string_view bytes) {
    if (folder.exists(name)) return;  // a person's own, prepared before
    folder.create(name, bytes);
    result.files.emplace_back(name);
  };
  put("sop.yaml", sop_bytes);
  put("hosts.yaml", kHosts);
  put(".gitattributes", kGitAttributes);
  put(".gitignore", kGitIgnore);
  // Last: it makes the directory one, so that an interrupted init can simply be run again.
  put(store::kMarkFile, inventory::settings_yaml(settings));
  return result;
}

}  // namespace jaga::workflow
