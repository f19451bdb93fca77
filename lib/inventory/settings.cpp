#include "inventory/settings.hpp"

#include <algorithm>
#include <array>

#include "base/id.hpp"
#include "base/text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {
namespace {

// What stands on papers is one line of plain text.
std::string line_of(yaml::Fields& fields, std::string_view key) {
  std::string text = fields.text_or(key, "");
  if (!is_line(text)) throw fields.error(key, msg("this must be a single line of plain text"));
  return text;
}

// A file below the working directory; empty where the key is missing.
std::string file_of(yaml::Fields& fields, std::string_view key, Message example) {
  std::string file = line_of(fields, key);
  const auto parts = split(file, '/');
  if (!file.empty() && std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
        return part.empty() || part == "." || part == "..";
      }))
    throw fields.error(key, msg("not a file below the working directory"), std::move(example));
  return file;
}

void read_paper(yaml::Fields& fields, Settings& out) {
  for (const std::string& line : out.letterhead)
    if (!is_line(line)) throw fields.error("letterhead", msg("this must be a single line of plain text"));
  out.city = line_of(fields, "city");
  out.address = line_of(fields, "address");
  out.contact = fields.texts_or_none("contact");
  for (const std::string& line : out.contact)
    if (!is_line(line)) throw fields.error("contact", msg("this must be a single line of plain text"));
  out.emblem = file_of(fields, "emblem", msg("write it like emblem.png"));
  out.classification = line_of(fields, "classification");
  if (fields.has("paper")) {
    constexpr std::array<std::string_view, 2> kPaper = {"A4", "F4"};
    out.paper = static_cast<Settings::PaperSize>(fields.choice("paper", kPaper));
  }
}

// A path would be another place on every machine, and other protocols of git start programs.
void read_remotes(yaml::Fields& fields, const yaml::Source& source, Settings& out) {
  const yaml::Node* remotes = fields.optional_map("remotes");
  if (remotes == nullptr) return;
  yaml::Fields each(*remotes, source);
  for (const auto& entry : remotes->entries()) {
    const std::string address = each.text(entry.key);
    const bool has_scheme = address.starts_with("ssh://") || address.starts_with("https://");
    const auto colon = address.find(':');
    const bool is_scp = address.find("::") == std::string::npos && address.find("://") == std::string::npos &&
                        colon != std::string::npos && colon > 0 && colon < address.find('/') &&
                        address.front() != '-';
    if (!is_name(entry.key) || !is_line(address) || (!has_scheme && !is_scp))
      throw each.error(entry.key, msg("not the name and address of a repository"),
                       msg("write it like 'office: ssh://srv-jaga/srv/git/jaga.git'"));
    out.remotes.emplace_back(entry.key, address);
  }
  each.finish();
}

void read_fleet(yaml::Fields& fields, const yaml::Source& source, Settings& out) {
  const yaml::Node* node = fields.optional_map("fleet");
  if (node == nullptr) return;
  yaml::Fields each(*node, source);
  Settings::Fleet fleet;
  fleet.servers = each.texts("servers");
  const auto is_server = [](const std::string& text) {
    return is_line(text) && (text.starts_with("nats://") || text.starts_with("tls://"));
  };
  if (fleet.servers.empty() || !std::all_of(fleet.servers.begin(), fleet.servers.end(), is_server))
    throw each.error("servers", msg("not the addresses of NATS servers"),
                     msg("write them like [\"tls://nats.example.go.id:4222\"]"));
  fleet.ca = file_of(each, "ca", msg("write it like fleet/ca.pem"));
  fleet.sites = each.texts("sites");
  for (const std::string& site : fleet.sites)
    if (!is_name(site)) throw each.error("sites", msg("invalid name '{text}'", {{"text", printable(site)}}));
  if (fleet.sites.empty())
    throw each.error("sites", msg("no site"),
                     msg("write the sites of hosts.yaml here, as in place: {{site: ...}}"));
  fleet.deadline = each.optional_duration("deadline").value_or(fleet.deadline);
  if (fleet.deadline < std::chrono::seconds{1} || fleet.deadline > std::chrono::hours{1})
    throw each.error("deadline", msg("the deadline must be from 1s to 1h"));
  fleet.standing = each.optional_duration("standing").value_or(fleet.standing);
  if (fleet.standing < std::chrono::seconds{1} || fleet.standing > std::chrono::minutes{20})
    throw each.error("standing", msg("the interval must be from 1s to 20m"));
  each.finish();
  out.fleet = std::move(fleet);
}

}  // namespace

Settings parse_settings(std::string_view bytes, std::string_view file) {
  const yaml::Node top = yaml::read_hand_edited(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::config};
  yaml::Fields fields(top, source);
  if (fields.text("format") != "jaga/settings@1")
    throw fields.error("format", msg("unknown format of jaga.yaml"),
                       msg("this version of jaga reads jaga/settings@1"));
  Settings out;
  out.repo = fields.name("repo");
  out.organisation = fields.text("organisation");
  if (const auto language = fields.optional_text("language");
      language && !parse_language(*language, out.language))
    throw fields.error("language", msg("unknown language"), msg("write id or en"));
  out.letterhead = fields.texts_or_none("letterhead");
  read_paper(fields, out);
  out.board = file_of(fields, "board", msg("write it like reports/board.html"));
  if (!out.board.empty() && !out.board.ends_with(".html"))
    throw fields.error("board", msg("the board is an HTML file"), msg("write it like reports/board.html"));
  for (const std::string_view own :
       {"register/", "incidents/", "seals/", "papers/", "summaries/", "rounds/", "archive/"})
    if (out.board.starts_with(own))
      throw fields.error("board", msg("jaga keeps its own files there"),
                         msg("write it like reports/board.html"));
  if (const yaml::Node* keeping = fields.optional_map("keeping")) {
    yaml::Fields times(*keeping, source);
    out.keep_rounds = times.optional_duration("rounds").value_or(out.keep_rounds);
    if (out.keep_rounds < kLeastKeeping)
      throw times.error("rounds", msg("rounds must be kept for at least one day"),
                        msg("write it as 90d or 1d"));
    times.finish();
  }
  if (fields.has("record")) {
    constexpr std::array<std::string_view, 2> kRecord = {"full", "changes"};
    out.record = static_cast<Settings::Rounds>(fields.choice("record", kRecord));
  }
  read_remotes(fields, source, out);
  read_fleet(fields, source, out);
  fields.finish();
  return out;
}

}  // namespace jaga::inventory
