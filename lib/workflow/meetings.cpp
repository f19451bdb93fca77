#include "workflow/meetings.hpp"

#include <algorithm>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "store/folder.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kFormat = "jaga/met@1";
constexpr std::string_view kFolder = "met";
constexpr store::Modes kModes{0600, 0600, 0700, true};

}  // namespace

void remember_meeting(const Context& context, const std::string& remote, Instant at) {
  if (context.state_folder.empty()) return;
  yaml::Node node = yaml::Node::map();
  node.set("format", kFormat).set("remote", sanitized(remote)).set("at", format_instant(at));
  try {
    store::Folder(context.state_folder, kModes)
        .replace_unsynced(std::string(kFolder) + "/" + sha256(remote).hex().substr(0, 16) + ".yaml",
                          yaml::write_canonical(node));
  } catch (const Error& error) {
    if (context.notice)
      context.notice(msg("this account cannot store when it met '{remote}': {reason}", {{"remote", remote}})
                         .with("reason", error.message()));
  }
}

std::vector<Meeting> meetings(const Office& office) {
  std::vector<Meeting> out;
  if (office.state_folder.empty()) return out;
  const store::Folder folder(office.state_folder, kModes);
  for (const store::Item& item : folder.list(kFolder)) {
    if (item.kind != store::Item::Kind::file || !item.name.ends_with(".yaml")) continue;
    try {
      const std::string file = std::string(kFolder) + "/" + item.name;
      const yaml::Node node = yaml::read_canonical(folder.require(file), file);
      const yaml::Source source{file, ExitCode::data};
      yaml::Fields fields(node, source);
      if (fields.text("format") != kFormat) continue;
      Meeting one{fields.text("remote"), fields.instant("at")};
      out.push_back(std::move(one));
    } catch (const Error& error) {
      if (must_end(error)) throw;
    }
  }
  std::sort(out.begin(), out.end(), [](const Meeting& a, const Meeting& b) { return a.at > b.at; });
  return out;
}

}  // namespace jaga::workflow
