#include "store/state.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
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
constexpr std::string_view kHeadsFormat = "jaga/heads@1";
constexpr Modes kModes{0600, 0600, 0700, true};

void make(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string part = path.substr(0, slash);
    if (::mkdir(part.c_str(), 0700) != 0 && errno != EEXIST) {
      const int reason = errno;
      throw Error{ExitCode::cant_create,
                  msg("cannot make '{path}': {reason}",
                      {{"path", printable(part)}, {"reason", system_error(reason, msg("{reason}")).what()}}),
                  msg("jaga remembers what it has seen there; XDG_STATE_HOME can name another place")};
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
    throw fields.error("format", msg("the format is not '{format}'", {{"format", std::string(format)}}));
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

}  // namespace

State State::open(const std::string& state_home, std::string_view repo, const Folder& dir,
                  std::string_view machine_id, const RandomBytes& random) {
  const std::string root = state_home + "/jaga/" + std::string(repo);
  make(root);
  struct stat status {};
  if (::stat(root.c_str(), &status) != 0)
    throw system_error(errno, msg("cannot look at '{path}': {reason}", {{"path", printable(root)}}));
  if (status.st_uid != ::geteuid() || (status.st_mode & 077) != 0) {
    throw Error{ExitCode::not_permitted, msg("'{path}' is open to other users", {{"path", printable(root)}}),
                msg("it must belong to you alone: chmod 700 '{path}'", {{"path", printable(root)}})};
  }
  const Folder folder(root, kModes);
  const auto [device, inode] = dir.identity();
  const Place here{std::string(machine_id), sanitized(real_path(dir.path())), device, inode};

  const Lock lock = folder.lock("");
  std::optional<std::string> replaced;
  std::optional<std::string> own;
  for (const Item& item : folder.list("")) {
    if (item.kind != Item::Kind::directory || !is_random_id(item.name)) continue;
    const std::optional<std::string> bytes = folder.read(item.name + "/place.yaml");
    if (!bytes) continue;  // a beginning that was interrupted
    const Place place = read_place(*bytes, root + "/" + item.name + "/place.yaml");
    if (place == here)
      own = item.name;
    else if (place.machine_id == here.machine_id && place.path == here.path &&
             !folder.exists(item.name + "/replaced"))
      replaced = item.name;
  }
  if (own) return State(Folder(root + "/" + *own, kModes), *own, std::nullopt);

  const std::string id = random_id(random);
  folder.make_directory(id);
  if (replaced) {
    if (const auto heads = folder.read(*replaced + "/heads.yaml")) folder.create(id + "/heads.yaml", *heads);
  }
  folder.create(id + "/place.yaml", write_place(here));
  if (replaced) folder.create(*replaced + "/replaced", id + "\n");
  return State(Folder(root + "/" + id, kModes), id, replaced);
}

std::vector<RememberedHead> State::heads() const {
  std::vector<RememberedHead> out;
  const std::optional<std::string> bytes = folder_.read("heads.yaml");
  if (!bytes) return out;
  const std::string file = folder_.path() + "/heads.yaml";
  const yaml::Node node = yaml::read_canonical(*bytes, file);
  const yaml::Source source{file, ExitCode::data};
  yaml::Fields fields(node, source);
  check_format(fields, kHeadsFormat);
  for (const yaml::Node& item : fields.list("heads")) {
    yaml::Fields one(item, source);
    const std::optional<record::ChainName> chain = record::parse_chain_name(one.text("chain"));
    if (!chain) throw one.error("chain", msg("not the name of a chain"));
    RememberedHead head;
    head.chain = *chain;
    head.seq = static_cast<std::uint32_t>(one.integer("seq", 1, UINT32_MAX));
    head.head = one.digest("head");
    one.finish();
    out.push_back(std::move(head));
  }
  fields.finish();
  return out;
}

std::optional<Instant> State::remembered_at() const {
  struct stat status {};
  if (::stat(folder_.absolute("heads.yaml").c_str(), &status) != 0) return std::nullopt;
  const auto since =
      std::chrono::seconds{status.st_mtim.tv_sec} + std::chrono::nanoseconds{status.st_mtim.tv_nsec};
  return Instant{std::chrono::floor<std::chrono::milliseconds>(since)};
}

void State::remember(std::vector<RememberedHead> heads) const {
  std::sort(heads.begin(), heads.end(),
            [](const RememberedHead& a, const RememberedHead& b) { return a.chain.text() < b.chain.text(); });
  yaml::Node list = yaml::Node::list();
  for (const RememberedHead& head : heads) {
    yaml::Node one = yaml::Node::map();
    one.set("chain", head.chain.text())
        .set("seq", static_cast<std::int64_t>(head.seq))
        .set("head", head.head.text());
    list.add(std::move(one));
  }
  yaml::Node node = yaml::Node::map();
  node.set("format", kHeadsFormat).set("heads", std::move(list));
  folder_.replace("heads.yaml", yaml::write_canonical(node));
}

std::string State::machine_key_file() const {
  return folder_.absolute("machine-key");
}

}  // namespace jaga::store
