#include "store/summaries.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace jaga::store {
namespace {

// Names of the directories; the paths of what is neither directory nor file go into `irregular`.
std::vector<std::string> directories(const Tree& dir, const std::string& directory,
                                     std::vector<std::string>& irregular) {
  std::vector<std::string> out;
  for (const Item& item : dir.list(directory)) {
    if (item.kind == Item::Kind::directory) out.push_back(item.name);
    if (item.kind == Item::Kind::other) irregular.push_back(directory + "/" + item.name);
  }
  return out;
}

}  // namespace

SummaryListing list_summaries(const Tree& dir, std::string_view from) {
  SummaryListing out;
  std::vector<record::SummaryName>& names = out.names;
  for (const std::string& installation : directories(dir, "summaries", out.irregular)) {
    const std::string root = "summaries/" + installation;
    for (const std::string& year : directories(dir, root, out.irregular)) {
      if (std::string_view(year) < from.substr(0, 4)) continue;
      for (const std::string& month : directories(dir, root + "/" + year, out.irregular)) {
        if (year + "-" + month < std::string(from.substr(0, 7))) continue;
        const std::string directory = root + "/" + year + "/" + month;
        for (const Item& item : dir.list(directory)) {
          auto name = record::parse_summary_path(directory + "/" + item.name);
          if (!name || name->date < from) continue;
          if (item.kind == Item::Kind::file)
            names.push_back(std::move(*name));
          else
            out.irregular.push_back(std::move(name->path));
        }
      }
    }
  }
  std::sort(names.begin(), names.end(), [](const record::SummaryName& a, const record::SummaryName& b) {
    return a.date != b.date ? a.date < b.date : a.installation < b.installation;
  });
  return out;
}

record::DaySummary read_summary(const Tree& dir, const record::SummaryName& name, std::string_view repo) {
  record::DaySummary summary =
      record::parse_day_summary(dir.require(name.path, record::kMostSummaryBytes), name.path);
  if (summary.date != name.date || summary.installation != name.installation || summary.repo != repo)
    throw Error{ExitCode::data,
                msg("'{file}' belongs to another day, installation or repo", {{"file", name.path}})};
  return summary;
}

std::string publish_summary(const Folder& dir, const record::DaySummary& summary,
                            std::string_view signature) {
  std::string path = record::summary_path(summary.installation, summary.date);
  dir.publish_with_signature(path, summary.bytes, signature);
  dir.sync_directory(path.substr(0, path.rfind('/')));
  return path;
}

}  // namespace jaga::store
