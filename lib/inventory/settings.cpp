#include "inventory/settings.hpp"

#include <array>

#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {

Settings parse_settings(std::string_view bytes, std::string_view file) {
  const yaml::Node top = yaml::read_hand_edited(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::config};
  yaml::Fields fields(top, source);
  if (fields.text("format") != "jaga/settings@1")
    throw fields.error("format", msg("unknown format of jaga.yaml"), msg("this jaga reads jaga/settings@1"));
  Settings out;
  out.repo = fields.name("repo");
  out.organisation = fields.text("organisation");
  if (const auto language = fields.optional_text("language");
      language && !parse_language(*language, out.language))
    throw fields.error("language", msg("not a language of jaga"), msg("write id or en"));
  out.letterhead = fields.texts_or_none("letterhead");
  if (const yaml::Node* keeping = fields.optional_map("keeping")) {
    yaml::Fields times(*keeping, source);
    out.keep_rounds = times.optional_duration("rounds").value_or(out.keep_rounds);
    if (out.keep_rounds < kLeastKeeping)
      throw times.error("rounds", msg("rounds are kept for a day at least"), msg("write 90d, or 1d"));
    times.finish();
  }
  if (fields.has("record")) {
    constexpr std::array<std::string_view, 2> kRecord = {"full", "changes"};
    out.record = static_cast<Settings::Rounds>(fields.choice("record", kRecord));
  }
  fields.finish();
  return out;
}

}  // namespace jaga::inventory
