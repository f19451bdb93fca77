#include "store/told.hpp"

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/text.hpp"

namespace jaga::store {
namespace {

constexpr std::string_view kAll = "all";
constexpr std::string_view kNew = "new";
constexpr std::string_view kEnd = "end\n";
constexpr std::size_t kMost = std::size_t{64} << 20U;  // some 700,000 incidents
constexpr Modes kModes{0600, 0600, 0700, true};

Folder folder_of(const std::string& state_folder, std::string_view name) {
  const std::string path = "told/" + std::string(name);
  Folder state(state_folder, kModes);
  state.make_directory(path);
  return Folder(state.absolute(path), kModes);
}

std::string mark_of(const record::FileName& file) {
  return std::to_string(file.seq) + "." + file.short_id;
}

}  // namespace

Told::Told(const std::string& state_folder, std::string_view name)
    : folder_(folder_of(state_folder, name)), lock_(folder_.lock("", {})) {
  if (const auto saved = folder_.read(kAll, kMost)) {
    if (!take(*saved))
      throw Error{ExitCode::data, msg("'{path}' is damaged", {{"path", folder_.absolute(kAll)}}),
                  msg("remove it; then only records that are written from now on are told")};
    began_ = true;
  }
  // A torn one says nothing, and what it said is told again.
  if (const auto since = folder_.read(kNew, kMost); since && !since->empty()) changed_ = take(*since);
}

bool Told::take(std::string_view text) {
  if (!text.ends_with(kEnd)) return false;
  text.remove_suffix(kEnd.size());
  Marks read;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end + 1);
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos || !is_incident_id(line.substr(0, space))) return false;
    std::string& marks = read[std::string(line.substr(0, space))];
    marks.append(line.substr(space)).append(" ");
  }
  for (auto& [incident, marks] : read) {
    const auto [known, is_new] = all_.try_emplace(incident, std::move(marks));
    if (is_new) continue;
    for (const std::string& mark : split(trim(marks), ' '))
      if (known->second.find(" " + mark + " ") == std::string::npos) known->second.append(mark).append(" ");
  }
  return true;
}

void Told::put(Marks& marks, std::string_view incident, std::string_view mark) {
  auto at = marks.find(incident);
  if (at == marks.end()) at = marks.emplace(std::string(incident), " ").first;
  at->second.append(mark).append(" ");
}

std::string Told::text(const Marks& marks) {
  std::string out;
  for (const auto& [incident, list] : marks)
    out.append(incident).append(list, 0, list.size() - 1).append("\n");
  return out.append(kEnd);
}

bool Told::has(std::string_view incident, const record::FileName& file) const {
  const auto at = all_.find(incident);
  return at != all_.end() && at->second.find(" " + mark_of(file) + " ") != std::string::npos;
}

void Told::add(std::string_view incident, const record::FileName& file) {
  if (has(incident, file)) return;
  put(all_, incident, mark_of(file));
  changed_ = true;
}

void Told::add_now(std::string_view incident, const record::FileName& file) {
  if (has(incident, file)) return;
  add(incident, file);
  put(new_, incident, mark_of(file));
  folder_.replace_unsynced(kNew, text(new_));
}

void Told::save() {
  if (began_ && !changed_) return;
  folder_.replace(kAll, text(all_));
  folder_.replace_unsynced(kNew, "");
  new_.clear();
  began_ = true;
  changed_ = false;
}

}  // namespace jaga::store
