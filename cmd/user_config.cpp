#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "document/log_view.hpp"
#include "inventory/settings.hpp"
#include "session.hpp"
#include "store/directory.hpp"
#include "store/folder.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::cmd {
namespace {

constexpr std::size_t kMostName = 40;

std::optional<std::string> one_of(yaml::Fields& fields, std::string_view key,
                                  const std::vector<std::string_view>& values) {
  if (!fields.has(key)) return std::nullopt;
  return std::string(values[fields.choice(key, values)]);
}

void require_own(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0)
    throw system_error(errno, msg("cannot read '{path}': {reason}", {{"path", printable(path)}}));
  const bool own = status.st_uid == ::geteuid() || status.st_uid == 0;
  if (own && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
  throw Error{
      ExitCode::not_permitted,
      msg("'{path}' names programs to run, but other users can write to it", {{"path", printable(path)}}),
      msg("make it yours alone: chmod go-w {path}", {{"path", shell_word(path)}})};
}

std::vector<Notification> read_notifications(yaml::Fields& fields, const yaml::Source& source,
                                             const std::string& home) {
  std::vector<Notification> out;
  for (const yaml::Node& node : fields.list_or_none("notify")) {
    yaml::Fields one(node, source);
    Notification to;
    to.name = one.name("name", kMostName);
    const auto same = [&](const Notification& other) { return other.name == to.name; };
    if (std::ranges::any_of(out, same))
      throw one.error("name", msg("the name '{name}' is used twice", {{"name", to.name}}));
    to.run = one.texts("run");
    if (to.run.empty() || to.run.front().empty())
      throw one.error("run", msg("expected a program and its arguments"));
    if (to.run.front().starts_with("~/")) to.run.front() = home + to.run.front().substr(1);
    to.kinds = one.texts_or_none("kinds");
    try {
      for (const std::string& kind : to.kinds) document::require_step(kind, document::kKindsOfIncidents);
    } catch (const Error& error) {
      throw one.error("kinds", error.message(), error.hint());
    }
    to.mine = one.boolean_or("mine", false);
    to.timeout = one.optional_duration("timeout").value_or(to.timeout);
    if (to.timeout < std::chrono::seconds{1} || to.timeout > std::chrono::minutes{10})
      throw one.error("timeout", msg("expected 1s to 10m"));
    one.finish();
    out.push_back(std::move(to));
  }
  return out;
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
  try {
    config.notify = read_notifications(fields, source, surroundings.variable("HOME"));
  } catch (const Error& error) {
    config.wrong_notify = error;
  }
  config.file = file;
  fields.finish();
  if (config.key && config.key->starts_with("~/")) {
    config.key = surroundings.variable("HOME") + config.key->substr(1);
  }
  return config;
}

void require_own_config(const UserConfig& config) {
  for (const std::string& path : {config.file.substr(0, config.file.rfind('/')), config.file})
    require_own(path);
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
