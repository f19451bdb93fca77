#include "store/summaries.hpp"

#include <algorithm>

#include "base/error.hpp"

namespace jaga::store {
namespace {

std::vector<std::string> directories(const Folder& dir, const std::string& directory) {
  std::vector<std::string> out;
  for (const Item& item : dir.list(directory))
    if (item.kind == Item::Kind::directory) out.push_back(item.name);
  return out;
}

}  // namespace

std::vector<record::SummaryName> list_summaries(const Folder& dir, std::string_view from) {
  std::vector<record::SummaryName> out;
  for (const std::string& installation : directories(dir, "summaries")) {
    const std::string root = "summaries/" + installation;
    for (const std::string& year : directories(dir, root)) {
      if (std::string_view(year) < from.substr(0, 4)) continue;
      for (const std::string& month : directories(dir, root + "/" + year)) {
        if (year + "-" + month < std::string(from.substr(0, 7))) continue;
        const std::string directory = root + "/" + year + "/" + month;
        for (const Item& item : dir.list(directory)) {
          auto name = record::parse_summary_path(directory + "/" + item.name);
          if (name && item.kind == Item::Kind::file && name->date >= from) out.push_back(std::move(*name));
        }
      }
    }
  }
  std::sort(out.begin(), out.end(), [](const record::SummaryName& a, const record::SummaryName& b) {
    return a.date != b.date ? a.date < b.date : a.installation < b.installation;
  });
  return out;
}

record::DaySummary read_summary(const Folder& dir, const record::SummaryName& name, std::string_view repo) {
  record::DaySummary summary = record::parse_day_summary(dir.require(name.path, kMostSummary), name.path);
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
