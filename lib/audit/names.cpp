// What lies where records lie: nothing but regular files in directories of the names that jaga gives.
#include <algorithm>

#include "audit/auditor.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "record/day_summary.hpp"

namespace jaga::audit {
namespace {

bool is_month(std::string_view text) {
  return text.size() == 7 && text[4] == '-' &&
         text.find_first_not_of("0123456789-") == std::string_view::npos;
}

bool is_digits(std::string_view text, std::size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// Whether jaga makes such a directory.
bool is_ours(const std::vector<std::string>& parts) {
  const auto& top = parts.front();
  const auto size = parts.size();
  if (top == "register") return size == 1 || (size == 2 && parts[1] == "evidence");
  if (top == "summaries")
    return size == 1 ||
           (is_name(parts[1]) &&
            (size == 2 || (is_digits(parts[2], 4) && (size == 3 || (size == 4 && is_digits(parts[3], 2))))));
  if (top == "seals" || top == "papers") return size == 1 || (size == 2 && is_name(parts[1]));
  if (size >= 2 && !is_month(parts[1])) return false;
  if (size >= 3 && (!is_incident_id(parts[2]) || incident_month(parts[2]) != parts[1])) return false;
  if (size >= 4 && parts[3] != "notes" && parts[3] != "evidence") return false;
  return size <= 4 || (size == 5 && parts[3] == "evidence" && parts[4] == "private");
}

bool is_ours(std::string_view directory, const std::string& file) {
  const auto parts = split(directory, '/');
  const std::string_view name =
      file.ends_with(".sig") ? std::string_view(file).substr(0, file.size() - 4) : file;
  if (parts.front() == "summaries")
    return record::parse_summary_path(std::string(directory) + "/" + std::string(name)).has_value();
  if (parts.back() == "notes")
    return name.ends_with(".yaml") && is_random_id(name.substr(0, name.size() - 5));
  if (parts.back() == "evidence" || parts.back() == "private")
    return file.starts_with("sha256-") && parse_digest("sha256:" + file.substr(7));
  const bool of_chain = parts.front() == "incidents"  ? parts.size() == 3
                        : parts.front() == "register" ? parts.size() == 1
                                                      : parts.size() == 2;
  return of_chain && record::parse_file_name(name);
}

}  // namespace

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
      const auto below = split(path, '/');
      if (below.size() == 3 && below.front() == "incidents" && is_ours(below))
        incident_directories_.push_back(path);
      else if (is_ours(below))
        judge_directory(path);
      else
        say({}, path, msg("jaga does not create directories here; its content is not part of the records"));
    } else if (!item.name.starts_with('.') && !is_ours(directory, item.name)) {
      not_checked(msg("'{file}' is not a file of jaga", {{"file", printable(path)}}));
    }
  }
}

void Auditor::judge_names() {
  for (const auto& item : guarded({}, {}, [&] { return dir_.list(""); })) {
    if (item.name != "register" && item.name != "incidents" && item.name != "seals" &&
        item.name != "papers" && item.name != "summaries")
      continue;
    if (item.kind == store::Item::Kind::directory)
      judge_directory(item.name);
    else
      say({}, item.name, msg("it is not a directory"));
  }
}

}  // namespace jaga::audit
