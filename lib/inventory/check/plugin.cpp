#include "inventory/check/plugin.hpp"

#include "base/id.hpp"
#include "base/text.hpp"
#include "inventory/settings_leaf.hpp"
#include "inventory/write_parts.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {

// Its name, or that of its program.
Named PluginCheck::named(const Body& body) {
  using yaml::Node;
  std::string given;
  if (const auto own = body.text("name")) {
    given = *own;
  } else if (const Node* words = body.node == nullptr ? nullptr : body.node->find("command");
             words != nullptr && words->kind() == Node::Kind::list && !words->items().empty()) {
    const std::string program = yaml::text_of(words->items().front(), body.source);
    given = program.substr(program.rfind('/') + 1);
  } else {
    fail(body.here, msg("a plugin check requires a command"),
         msg("write it as {{plugin: {{command: [\"/usr/lib/nagios/plugins/check_load\"]}}}}"));
  }
  if (!is_name(given))
    fail(body.here, msg("a plugin check requires a valid name: '{text}'", {{"text", printable(given)}}),
         msg("use lower-case letters, digits, '.', '_' and '-'"));
  return {given, {{"name", given}}};
}

void PluginCheck::set(const std::string& path, const Leaf& leaf) {
  if (path == "name") {
    name = text(leaf);
  } else if (path == "command") {
    command = texts(leaf);
    if (!command.front().starts_with('/'))
      fail(leaf,
           msg("the program of a plugin must be an absolute path: '{program}'",
               {{"program", printable(command.front())}}),
           msg("for example [\"/usr/lib/nagios/plugins/check_disk\", \"-w\", \"20%\"]"));
  } else if (path == "via") {
    const std::string word = text(leaf);
    if (word != "local" && word != "ssh") fail(leaf, msg("'via' must be local or ssh"));
    via = word == "ssh" ? Via::ssh : Via::local;
  } else if (path == "timeout") {
    timeout = span(leaf);
  } else {
    unknown(leaf, path, {"name", "command", "via", "timeout"});
  }
}

void PluginCheck::fill(const Words& words) {
  for (std::string& word : command) words.fill(word);
  if (command.empty())
    words.refuse(msg("the plugin check '{check}' of '{host}' has no command",
                     {{"check", name}, {"host", std::string(words.name)}}));
}

void PluginCheck::write(yaml::Node& body) const {
  const std::string program = command.empty() ? std::string() : command.front();
  set_text(body, "name", name, program.substr(program.rfind('/') + 1));
  body.set("command", yaml::Node::texts(command));
  if (via == Via::ssh) body.set("via", "ssh");
  set_span(body, "timeout", timeout, PluginCheck{}.timeout);
}

}  // namespace jaga::inventory
