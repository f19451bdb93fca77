#include <unistd.h>

#include "inventory/settings.hpp"
#include "session.hpp"
#include "store/directory.hpp"
#include "store/folder.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::cmd {
namespace {

std::optional<std::string> one_of(yaml::Fields& fields, std::string_view key,
                                  const std::vector<std::string_view>& values) {
  if (!fields.has(key)) return std::nullopt;
  return std::string(values[fields.choice(key, values)]);
}

}  // namespace

UserConfig read_user_config(const Surroundings& surroundings) {
  UserConfig config;
  std::string home = surroundings.variable("XDG_CONFIG_HOME");
  if (home.empty() || home[0] != '/') {
    const std::string own = surroundings.variable("HOME");
    if (own.empty()) return config;
    home = own + "/.config";
  }
  const std::string folder = home + "/jaga";
  if (::access((folder + "/config.yaml").c_str(), F_OK) != 0) return config;
  const std::string file = folder + "/config.yaml";
  const std::string bytes = store::Folder(folder).require("config.yaml");
  const yaml::Node node = yaml::read_hand_edited(bytes, file);
  const yaml::Source source{file};
  yaml::Fields fields(node, source);
  config.key = fields.optional_text("key");
  config.person = fields.optional_text("person");
  config.language = one_of(fields, "language", {"id", "en"});
  config.color = one_of(fields, "color", {"auto", "always", "never"});
  config.trusted = fields.texts_or_none("trusted");
  fields.finish();
  if (config.key && config.key->starts_with("~/")) {
    config.key = surroundings.variable("HOME") + config.key->substr(1);
  }
  return config;
}

Language language_outside(const Globals& globals, const Surroundings& surroundings) {
  Language language = surroundings.language();
  if (parse_language(globals.language, language)) return language;
  try {
    const UserConfig config = read_user_config(surroundings);
    if (config.language && parse_language(*config.language, language)) return language;
    if (const auto path = find_working_directory(globals, surroundings)) {
      const std::string mark(store::kMarkFile);
      return inventory::parse_settings(store::Folder(*path).require(mark), mark).language;
    }
  } catch (const Error&) {
    // The command that opens it says what is wrong with it.
  }
  return language;
}

}  // namespace jaga::cmd
