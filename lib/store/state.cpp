#include "store/state.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <memory>

#include "base/error.hpp"
#include "base/text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::store {
namespace {

constexpr std::string_view kPlaceFormat = "jaga/place@1";
constexpr std::string_view kNamesFormat = "jaga/names@1";
constexpr std::string_view kNamesFile = "/names.yaml";
constexpr Modes kModes{0600, 0600, 0700, true};

void make(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      const int reason = errno;
      throw Error{
          ExitCode::cant_create,
          msg("cannot create '{path}': {reason}",
              {{"path", printable(part)}, {"reason", system_error(reason, msg("{reason}")).what()}}),
          msg("jaga stores there what this account has seen; set XDG_STATE_HOME to use another folder")};
    }
    if (slash == std::string::npos) return;
  }
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), std::free);
  return real ? std::string(real.get()) : path;
}

std::string write_place(const Place& place) {
  yaml::Node node = yaml::Node::map();
  node.set("format", kPlaceFormat).set("machine_id", place.machine_id).set("path", sanitized(place.path));
  node.set("device", static_cast<std::int64_t>(place.device))
      .set("inode", static_cast<std::int64_t>(place.inode));
  return yaml::write_canonical(node);
}

void check_format(yaml::Fields& fields, std::string_view format) {
  if (fields.text("format") != format)
    throw fields.error("format", msg("expected the format '{format}'", {{"format", std::string(format)}}));
}

Place read_place(std::string_view bytes, const std::string& file) {
  const yaml::Node node = yaml::read_canonical(bytes, file);
  const yaml::Source source{file, ExitCode::data};
  yaml::Fields fields(node, source);
  check_format(fields, kPlaceFormat);
  Place place;
  place.machine_id = fields.possibly_empty("machine_id");
  place.path = fields.text("path");
  place.device = static_cast<std::uint64_t>(fields.integer("device", INT64_MIN, INT64_MAX));
  place.inode = static_cast<std::uint64_t>(fields.integer("inode", INT64_MIN, INT64_MAX));
  fields.finish();
  return place;
}

// Paths by which the installation was reached, beside that of its place. One that cannot be read (it is not
// synced) is written again when needed.
std::vector<std::string> read_names(const Folder& folder, const std::string& installation) {
  const std::string file = installation + std::string(kNamesFile);
  try {
    const std::optional<std::string> bytes = folder.read(file);
    if (!bytes) return {};
    const yaml::Node node = yaml::read_canonical(*bytes, file);
    const yaml::Source source{file, ExitCode::data};
    yaml::Fields fields(node, source);
    check_format(fields, kNamesFormat);
    return fields.texts("names");
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    return {};
  }
}

std::string write_names(const std::vector<std::string>& names) {
  yaml::Node node = yaml::Node::map();
  node.set("format", kNamesFormat).set("names", yaml::Node::texts(names));
  return yaml::write_canonical(node);
}

// "/a/b" of "/a/./b/"; empty where only the file system knows where it leads.
std::string plain(std::string_view path) {
  std::string out;
  if (!path.starts_with('/')) return out;
  for (const std::string& part : split(path, '/')) {
    if (part == "..") return {};
    if (!part.empty() && part != ".") out += "/" + part;
  }
  return out.empty() ? "/" : out;
}

}  // namespace

Installation Installation::open(const std::string& state_home, std::string_view repo, const Folder& dir,
                                std::string_view machine_id, const RandomBytes& random,
                                std::string_view typed) {
  const std::string root = state_home + "/jaga/" + std::string(repo);
  make(root);
  struct stat status {};
  if (::stat(root.c_str(), &status) != 0)
    throw system_error(errno, msg("cannot examine '{path}': {reason}", {{"path", printable(root)}}));
  if (status.st_uid != ::geteuid() || (status.st_mode & 077) != 0) {
    throw Error{ExitCode::not_permitted, msg("other users can access '{path}'", {{"path", printable(root)}}),
                msg("it must be accessible only to you: chmod 700 '{path}'", {{"path", printable(root)}})};
  }
  const Folder folder(root, kModes);
  const auto [device, inode] = dir.identity();
  const Place here{std::string(machine_id), sanitized(real_path(dir.path())), device, inode};
  std::vector<std::string> reached{here.path};
  if (const std::string as_typed = sanitized(plain(typed)); !as_typed.empty() && as_typed != here.path)
    reached.push_back(as_typed);

  const Lock lock = folder.lock("");
  std::string own;
  std::vector<std::string> own_names;
  std::vector<Folder> earlier;
  std::vector<Other> others;
  std::vector<Message> remarks;
  for (const Item& item : folder.list("")) {
    if (item.kind != Item::Kind::directory || !is_random_id(item.name)) continue;
    const std::optional<std::string> bytes = folder.read(item.name + "/place.yaml");
    if (!bytes) continue;  // a beginning that was interrupted
    Place place;
    try {
      place = read_place(*bytes, root + "/" + item.name + "/place.yaml");
    } catch (const Error& error) {
      if (error.code() != ExitCode::data) throw;
      // Where it lies nobody knows any more; what it saw still counts, as seen elsewhere.
      remarks.push_back(error.message());
      others.push_back({root + "/" + item.name, item.name});
      continue;
    }
    std::vector<std::string> names = read_names(folder, item.name);
    if (place == here) {
      own = item.name;
      own_names = std::move(names);
      continue;
    }
    names.push_back(place.path);
    const bool same_path = place.machine_id == here.machine_id &&
                           std::any_of(names.begin(), names.end(),
                                       [&](const std::string& name) { return contains(reached, name); });
    if (same_path)
      earlier.emplace_back(root + "/" + item.name, kModes);
    else
      others.push_back({root + "/" + item.name, place.path});
  }
  if (own.empty()) {
    own = random_id(random);
    folder.make_directory(own);
    folder.create(own + "/place.yaml", write_place(here));
  }
  if (reached.size() > 1 && !contains(own_names, reached.back())) {
    own_names.push_back(reached.back());
    folder.replace_unsynced(own + std::string(kNamesFile), write_names(own_names));
  }
  const std::string path = root + "/" + own;
  return {path, own, Memory(Folder(path, kModes), std::move(earlier)), std::move(others), std::move(remarks)};
}

std::vector<Installation::Elsewhere> Installation::elsewhere() const {
  std::vector<Elsewhere> out;
  for (const Other& other : others_) out.push_back({other.path, Memory(Folder(other.folder, kModes), {})});
  return out;
}

}  // namespace jaga::store
