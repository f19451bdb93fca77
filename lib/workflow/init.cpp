#include "workflow/init.hpp"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/error.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

// hosts.yaml without hosts, with an example in comments.
std::string hosts_yaml(Language language) {
  const bool indonesian = language == Language::indonesian;
  std::string out(indonesian
                      ? "# Host, apa yang menghubungkannya, dan apa yang diukur: lihat jaga-hosts(5), atau "
                        "gunakan 'jaga host add'."
                      : "# The hosts, what reaches them and what is measured on them: see jaga-hosts(5), or "
                        "'jaga host add'.");
  out += R"(
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
#     parents: {any: [sw-core]}            # )";
  out += indonesian ? "dicapai melalui ini" : "what it is reached through";
  return out += R"(
#     checks: [icmp, ssh, tcp: {port: 443, unit: nginx.service}]
hosts: []
)";
}

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

// `message` names the path, and {reason}.
[[noreturn]] void refuse(int error, Message message, Message hint = {}) {
  throw Error(ExitCode::cant_create, system_error(error, std::move(message)).message(), std::move(hint));
}

Message share_hint() {
  return msg("give a group of which you are a member");
}

// The new folder, or the folder that will contain it, is writable and belongs to this user.
void check_place(const InitOptions& options) {
  const std::string& path = options.path;
  const Message::Arguments place = {{"path", printable(path)}};
  struct stat status {};
  if (stat(path.c_str(), &status) == 0) {
    if (!S_ISDIR(status.st_mode)) refuse(ENOTDIR, msg("cannot create '{path}': {reason}", place));
    if (access(path.c_str(), W_OK | X_OK) != 0)
      refuse(errno, msg("cannot write in '{path}': {reason}", place));
    store::require_own(path, status.st_uid, options.opener);
    return;
  }
  if (errno != ENOENT) refuse(errno, msg("cannot create '{path}': {reason}", place));
  const std::size_t slash = path.find_last_of('/');
  const std::string parent = slash == 0 || slash == std::string::npos ? "/" : path.substr(0, slash);
  if (access(parent.c_str(), W_OK | X_OK) != 0) refuse(errno, msg("cannot create '{path}': {reason}", place));
}

void check_group(const std::string& path, gid_t group) {
  if (geteuid() == 0 || getegid() == group) return;
  std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, getgroups(0, nullptr))));
  groups.resize(
      static_cast<std::size_t>(std::max(0, getgroups(static_cast<int>(groups.size()), groups.data()))));
  if (std::find(groups.begin(), groups.end(), group) == groups.end())
    refuse(EPERM, msg("cannot share '{path}': {reason}", {{"path", printable(path)}}), share_hint());
}

// The procedure that will hold: a person's own, prepared before, is not written over.
std::string procedure_of(const InitOptions& options) {
  std::string bytes = options.sop ? *options.sop : std::string(sop::builtin("form"));
  struct stat status {};
  if (stat(options.path.c_str(), &status) != 0) return bytes;
  const auto there = store::Folder(options.path).read("sop.yaml");
  if (!there) return bytes;
  if (options.sop && *there != bytes)
    throw Error(ExitCode::cant_create,
                msg("'{path}' already contains another '{file}'",
                    {{"file", "sop.yaml"}, {"path", printable(options.path)}}),
                msg("leave out --sop to start with that one, or remove it"));
  return *there;
}

void require_line(const char* option, const std::string& text) {
  require_recordable(option, text);
  if (!is_line(text))
    throw Error(ExitCode::usage, msg("{option} must be a single line: '{text}'",
                                     {{"option", option}, {"text", printable(text)}}));
}

}  // namespace

sop::Sop check_init(const InitOptions& options) {
  require_recordable("--org", options.organisation);
  require_line("--city", options.city);
  for (const std::string& line : options.letterhead) require_line("--letterhead", line);
  if (trim(options.organisation).empty() || options.organisation.find('\n') != std::string::npos)
    throw Error(ExitCode::usage, msg("--org requires a name on a single line"));
  check_place(options);
  sop::Sop procedure = sop::parse(procedure_of(options), "sop.yaml");
  if (options.shared) check_group(options.path, *options.shared);
  return procedure;
}

Initialised init(const InitOptions& options, const RandomBytes& random) {
  (void)check_init(options);
  const std::string sop_bytes = procedure_of(options);
  const bool made_folder = mkdir(options.path.c_str(), 0777) == 0;
  if (!made_folder && errno != EEXIST)
    refuse(errno, msg("cannot create '{path}': {reason}", {{"path", printable(options.path)}}));
  if (options.shared && (chown(options.path.c_str(), static_cast<uid_t>(-1), *options.shared) != 0 ||
                         chmod(options.path.c_str(), 03770) != 0))
    refuse(errno, msg("cannot share '{path}': {reason}", {{"path", printable(options.path)}}), share_hint());
  const store::Folder folder(options.path);
  if (folder.exists(store::kMarkFile))
    throw Error(ExitCode::cant_create,
                msg("'{path}' is already a working directory", {{"path", printable(options.path)}}),
                msg("see 'jaga status'"));
  Initialised result;
  result.path = options.path;
  result.made_folder = made_folder;
  result.repo = new_repo(random);
  inventory::Settings settings;
  settings.repo = result.repo;
  settings.organisation = options.organisation;
  settings.language = options.language;
  settings.city = options.city;
  settings.letterhead = options.letterhead;
  const auto put = [&](std::string_view name, std::string_view bytes) {
    if (folder.exists(name)) return;  // a person's own, prepared before
    folder.create(name, bytes);
    result.files.emplace_back(name);
  };
  put("sop.yaml", sop_bytes);
  put("hosts.yaml", hosts_yaml(options.language));
  put(".gitattributes", kGitAttributes);
  put(".gitignore", kGitIgnore);
  // Last: it makes the directory one, so that an interrupted init can simply be run again.
  put(store::kMarkFile, inventory::settings_yaml(settings));
  return result;
}

bool undo_init(const Initialised& made) {
  const store::Folder folder(made.path);
  for (const store::Item& item : folder.list("register"))
    if (item.name.ends_with(".yaml")) return false;
  // jaga.yaml first: an interruption must not leave a working directory behind.
  for (auto file = made.files.rbegin(); file != made.files.rend(); ++file) (void)folder.remove(*file);
  for (const char* below : {"register/evidence", "register"}) (void)folder.remove_directory(below);
  if (made.made_folder) rmdir(made.path.c_str());
  return true;
}

}  // namespace jaga::workflow
