#include "record/path.hpp"

#include <algorithm>
#include <vector>

#include "base/digest.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "record/day_summary.hpp"

namespace jaga::record {
namespace {

constexpr std::string_view kSignature = ".sig";

bool is_month(std::string_view text) {
  return text.size() == 7 && text[4] == '-' &&
         text.find_first_not_of("0123456789-") == std::string_view::npos;
}

bool is_digits(std::string_view text, std::size_t size) {
  return text.size() == size && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool is_directory(const std::vector<std::string>& parts) {
  const auto& top = parts.front();
  const auto size = parts.size();
  if (!is_record_top(top)) return false;
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

std::string_view directory_of(std::string_view path) {
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view{} : path.substr(0, slash);
}

}  // namespace

bool is_record_top(std::string_view name) {
  return std::find(kTops.begin(), kTops.end(), name) != kTops.end();
}

bool is_record_directory(std::string_view path) {
  return is_directory(split(path, '/'));
}

bool is_record_file(std::string_view path) {
  const auto directory = directory_of(path);
  if (directory.empty()) return false;
  const auto parts = split(directory, '/');
  if (!is_directory(parts)) return false;
  const auto file = path.substr(directory.size() + 1);
  const auto name = file.ends_with(kSignature) ? file.substr(0, file.size() - kSignature.size()) : file;
  if (parts.front() == "summaries")
    return parse_summary_path(std::string(directory) + "/" + std::string(name)).has_value();
  if (parts.back() == "notes" && parts.size() == 4)
    return name.ends_with(".yaml") && is_random_id(name.substr(0, name.size() - 5));
  if (is_evidence(path))
    return file.starts_with("sha256-") && parse_digest("sha256:" + std::string(file.substr(7)));
  const bool of_chain = parts.front() == "incidents"  ? parts.size() == 3
                        : parts.front() == "register" ? parts.size() == 1
                                                      : parts.size() == 2;
  return of_chain && parse_file_name(name);
}

bool is_evidence(std::string_view path) {
  const auto directory = directory_of(path);
  if (path.starts_with("register/")) return directory == "register/evidence";
  return path.starts_with("incidents/") &&
         (directory.ends_with("/evidence") || directory.ends_with("/evidence/private"));
}

bool is_private_evidence(std::string_view path) {
  return path.starts_with("incidents/") && directory_of(path).ends_with("/evidence/private");
}

std::optional<ChainName> chain_of(std::string_view path) {
  const auto parts = split(path, '/');
  if (parts.size() < 2) return std::nullopt;
  if (parts[0] == "register") return ChainName::registry();
  if (parts[0] == "incidents" && parts.size() >= 4 && is_incident_id(parts[2]))
    return ChainName::incident(parts[2]);
  if (parts.size() == 3 && is_name(parts[1])) {
    if (parts[0] == "seals") return ChainName::seal(parts[1]);
    if (parts[0] == "papers") return ChainName::papers(parts[1]);
  }
  return std::nullopt;
}

}  // namespace jaga::record
