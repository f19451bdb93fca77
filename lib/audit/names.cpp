// What lies where records lie: nothing but regular files in directories of the names that jaga gives.
#include <algorithm>

#include "audit/auditor.hpp"
#include "base/text.hpp"
#include "record/path.hpp"

namespace jaga::audit {

void Auditor::judge_directory(const std::string& directory) {
  const auto items = guarded({}, directory, [&] { return dir_.list(directory); });
  // list_incidents() knows an incident by its records: without one, its notes would be judged by nobody.
  const auto parts = split(directory, '/');
  const bool of_incident = parts.front() == "incidents" && parts.size() == 3;
  const auto is_record = [](const store::Item& item) {
    return item.kind == store::Item::Kind::file && record::parse_file_name(item.name);
  };
  if (of_incident && std::none_of(items.begin(), items.end(), is_record) &&
      !guarded({}, directory, [&] { return dir_.list(directory + "/notes"); }).empty())
    say(record::ChainName::incident(parts[2]).text(), directory, msg("it has notes but no records"));
  for (const auto& item : items) {
    const auto path = directory + "/" + item.name;
    if (item.kind == store::Item::Kind::other) {
      say({}, path, msg("it is a symbolic link or not a regular file, which jaga never writes"));
    } else if (item.kind == store::Item::Kind::directory) {
      const bool ours = record::is_record_directory(path);
      if (ours && parts.front() == "incidents" && parts.size() == 2)
        incident_directories_.push_back(path);
      else if (ours)
        judge_directory(path);
      else
        say({}, path, msg("jaga does not create directories here; its content is not part of the records"));
    } else if (!item.name.starts_with('.') && !record::is_record_file(path)) {
      not_checked(msg("'{file}' is not a file of jaga", {{"file", printable(path)}}));
    }
  }
}

void Auditor::judge_names() {
  if (options_.fresh != nullptr) {
    for (const auto& file : *options_.fresh) {
      const auto chain = record::chain_of(file);
      if (!chain || chain->kind != record::ChainName::Kind::incident) continue;
      auto directory = chain->directory();
      if (incident_directories_.empty() || incident_directories_.back() != directory)
        incident_directories_.push_back(std::move(directory));
    }
    return;
  }
  for (const auto& item : guarded({}, {}, [&] { return dir_.list(""); })) {
    if (!record::is_record_top(item.name)) continue;
    if (item.kind == store::Item::Kind::directory)
      judge_directory(item.name);
    else
      say({}, item.name, msg("it is not a directory"));
  }
}

}  // namespace jaga::audit
