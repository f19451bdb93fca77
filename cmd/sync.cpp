// jaga sync [REMOTE]
#include "workflow/sync.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "exchange.hpp"
#include "parse.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "workflow/hook.hpp"

namespace jaga::cmd {
namespace {

struct SyncArguments {
  std::optional<std::string> remote;
  std::optional<std::string> bundle;
  bool restore = false;
  bool no_seal = false;
  bool hook = false;
};

Message files(std::size_t records, std::size_t others) {
  return msg("{records}, {others}")
      .with("records", counted(records, msg("1 file of records"), msg("{count} files of records")))
      .with("others", counted(others, msg("1 other file"), msg("{count} other files")));
}

ExitCode hook(Session& session) {
  constexpr std::size_t kMostInput = std::size_t{1} << 20U;
  const auto refused =
      workflow::check_push(git::Git::of_hook(git_surroundings(session)), session.read_input("-", kMostInput));
  if (refused.empty()) return ExitCode::ok;
  tell_refused(session, refused);
  return ExitCode::data;
}

void print(Session& session, const workflow::Synced& done) {
  Ui& ui = session.ui();
  if (session.prints_values()) {
    ui.json(Json{{"remote", done.remote},
                 {"commit", done.commit},
                 {"received", Json{{"records", done.received.records}, {"others", done.received.others}}},
                 {"sent", Json{{"records", done.sent.records}, {"others", done.sent.others}}},
                 {"restored", done.restored},
                 {"forked", done.forked},
                 {"seal", done.seal}});
    return;
  }
  const auto nothing = [](const workflow::Counts& one) { return one.records + one.others == 0; };
  constexpr std::size_t kMost = 20;
  const std::size_t restored = done.restored.size();
  for (std::size_t n = 0; n < std::min(kMost, restored); ++n)
    ui.print(msg("restored {path}", {{"path", printable(done.restored[n])}}));
  if (restored > kMost)
    ui.print(counted(restored - kMost, msg("restored 1 more file"), msg("restored {count} more files")));
  if (done.corrected && restored == 0)
    ui.print(msg("restored the last accepted state of '{remote}'", {{"remote", done.remote}}));
  if (!nothing(done.received))
    ui.print(msg("received from {remote}: {files}", {{"remote", done.remote}})
                 .with("files", files(done.received.records, done.received.others)));
  if (!nothing(done.sent))
    ui.print(msg("sent to {remote}: {files}", {{"remote", done.remote}})
                 .with("files", files(done.sent.records, done.sent.others)));
  if (nothing(done.received) && nothing(done.sent))
    ui.say(msg("nothing new here or in '{remote}'", {{"remote", done.remote}}));
}

ExitCode sync(Session& session, const SyncArguments& options) {
  if (options.hook) {
    if (options.remote || options.bundle || options.restore || options.no_seal)
      throw Error{ExitCode::usage, msg("--hook cannot be combined with other options")};
    return hook(session);
  }
  if (options.remote && options.bundle)
    throw Error{ExitCode::usage, msg("--bundle cannot be combined with REMOTE")};
  session.open(Needs::directory);
  workflow::SyncOptions wish;
  wish.remote = options.remote;
  if (wish.remote) wish.remote = absolute_address(session, *wish.remote);
  if (options.bundle) wish.bundle = session.absolute(*options.bundle);
  wish.restore = options.restore;
  wish.seal = !options.no_seal;
  wish.git = git_surroundings(session);
  const workflow::Synced done = workflow::sync(session.acting(), wish);
  Ui& ui = session.ui();
  ui.done();
  require_accepted(
      session, done.refused, done.remote,
      msg("nothing was changed here; 'jaga sync --restore' sends a correction that every clone accepts"));
  if (!done.seal.empty()) session.recorded(done.seal);
  print(session, done);
  for (const std::string& chain : done.forked)
    ui.hint(msg("'{chain}' was continued on both sides; close the fork with 'jaga merge {chain} -m REASON'",
                {{"chain", chain}}));
  return ExitCode::ok;
}

}  // namespace

void setup_sync(Setup& setup) {
  auto options = std::make_shared<SyncArguments>();
  setup
      .argument("REMOTE", options->remote,
                msg("a name in jaga.yaml or git, a path or an address; default: origin"))
      .option("--bundle", "FILE", options->bundle,
              msg("exchange through this file, such as one on a USB stick"))
      .flag("--restore", options->restore,
            msg("correct a refused remote: bring its records back as last accepted"))
      .flag("--no-seal", options->no_seal, msg("do not sign a seal of what is new"))
      .flag("--hook", options->hook, msg("check a push, as the pre-receive hook of a server"));
  setup.run([options](Session& session) { return sync(session, *options); });
}

}  // namespace jaga::cmd
