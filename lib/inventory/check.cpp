#include "inventory/check.hpp"

#include <algorithm>
#include <embedded/inventory_thresholds.hpp>

#include "inventory/settings_tree.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {

namespace {

// One without settings of every kind.
template <std::size_t... kIndex>
const std::vector<Check>& one_of_each(std::index_sequence<kIndex...>) {
  static const std::vector<Check> kAll{Check(std::in_place_index<kIndex>)...};
  return kAll;
}
const std::vector<Check>& one_of_each() {
  return one_of_each(std::make_index_sequence<std::variant_size_v<Check>>());
}

}  // namespace

const std::vector<std::string>& check_kinds() {
  static const std::vector<std::string> kKinds = [] {
    std::vector<std::string> kinds;
    for (const Check& check : one_of_each()) kinds.emplace_back(kind(check));
    return kinds;
  }();
  return kKinds;
}

std::string_view kind(const Check& check) {
  return std::visit([](const auto& one) { return one.kKind; }, check);
}

std::string object(const Check& check) {
  return std::visit(
      [](const auto& one) -> std::string {
        if constexpr (requires { one.object(); }) return one.object();
        return {};
      },
      check);
}

std::string name_of(const Check& check) {
  const std::string about = object(check);
  return std::string(kind(check)) + (about.empty() ? "" : ":" + about);
}

bool needs_address(const Check& check) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.needs_address(); }) return one.needs_address();
        return true;
      },
      check);
}

bool over_ssh(const Check& check) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.over_ssh(); }) return one.over_ssh();
        return false;
      },
      check);
}

bool logs_in(const Check& check) {
  return std::visit(
      [](const auto& one) {
        if constexpr (requires { one.logs_in(); }) return one.logs_in();
        return false;
      },
      check);
}

std::optional<Check> typed_check(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const std::string_view rest = text.substr(std::min(colon + 1, text.size()));
  if (colon != text.size() && rest.empty()) return std::nullopt;
  for (const Check& check : one_of_each()) {
    if (kind(check) != text.substr(0, colon)) continue;
    return std::visit(
        [rest]<typename One>(const One&) -> std::optional<Check> {
          if constexpr (requires { One::typed(rest); }) return One::typed(rest);
          return std::nullopt;
        },
        check);
  }
  return std::nullopt;
}

const std::vector<std::string>& check_words() {
  static const std::vector<std::string> kWords = [] {
    std::vector<std::string> words;
    for (const Check& check : one_of_each())
      std::visit(
          [&words]<typename One>(const One&) {
            if constexpr (requires { One::kTyped; }) words.emplace_back(One::kTyped);
          },
          check);
    return words;
  }();
  return kWords;
}

bool is_unit_name(std::string_view text) {
  if (text.empty() || text.size() > 255 || text.front() == '-' || text.front() == '.') return false;
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || dot + 1 == text.size()) return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == ':' ||
           c == '-' || c == '_' || c == '.' || c == '\\' || c == '@';
  });
}

const std::vector<std::string>& slow_sections() {
  static const std::vector<std::string> kSlow = {"account", "battery", "expiry",  "ipmi",    "listen",
                                                 "login",   "release", "restart", "smart",   "sshd",
                                                 "sysctl",  "timer",   "updates", "writable"};
  return kSlow;
}

const Thresholds& default_thresholds() {
  static const Thresholds kDefaults = [] {
    const yaml::Source source{"thresholds.yaml", ExitCode::software};
    return read_thresholds(yaml::parse_canonical(embedded::inventory_thresholds.canonical, source.file),
                           source);
  }();
  return kDefaults;
}

}  // namespace jaga::inventory
