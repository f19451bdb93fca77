// jaga clone URL DIR
#include "workflow/clone.hpp"

#include <unistd.h>

#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "exchange.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/directory.hpp"
#include "workflow/remote.hpp"

namespace jaga::cmd {
namespace {

struct CloneArguments {
  std::string address;
  std::string directory;
  std::optional<std::string> genesis;
};

std::optional<Digest> digest_of(const std::string& text) {
  const std::string plain(trim(text));
  return parse_digest(plain.starts_with("sha256:") ? plain : "sha256:" + plain);
}

// The digest on paper, given or typed, against the one that came.
void require_genesis(Session& session, const CloneArguments& options, const std::optional<Digest>& found) {
  session.ui().done();
  if (!found)
    throw Error{ExitCode::data,
                msg("'{address}' holds no register with one beginning",
                    {{"address", workflow::shown_address(options.address)}}),
                msg("start the register in the first clone: jaga person add ID --role ROLE; then send it "
                    "with 'jaga sync'")};
  if (!options.genesis && !session.can_ask())
    throw Error{ExitCode::usage, msg("missing option: --genesis"),
                msg("give the digest on paper that 'jaga init' printed; nothing else shows that this is your "
                    "office's directory")};
  const std::string text = options.genesis
                               ? *options.genesis
                               : session.ask(msg("digest of the first record, as written on paper:"));
  const std::optional<Digest> expected = digest_of(text);
  if (!expected)
    throw Error{
        ExitCode::usage,
        msg("invalid value for {option}: '{value}'", {{"value", printable(text)}, {"option", "--genesis"}}),
        msg("give the digest as 'jaga init' printed it: sha256:...")};
  if (*expected != *found)
    throw Error{ExitCode::not_permitted,
                msg("the first record in '{address}' has the digest {found}, not {expected}",
                    {{"address", workflow::shown_address(options.address)},
                     {"found", found->text()},
                     {"expected", expected->text()}}),
                msg("this is another office's directory, or somebody has replaced it")};
}

ExitCode clone(Session& session, const CloneArguments& options) {
  workflow::CloneOptions wish;
  wish.address = absolute_address(session, options.address);
  if (::access(options.address.c_str(), F_OK) == 0) wish.address = session.absolute(options.address);
  wish.path = session.absolute(options.directory);
  while (wish.path.size() > 1 && wish.path.ends_with('/')) wish.path.pop_back();
  if (store::WorkingDirectory::find(wish.path))
    throw Error{ExitCode::cant_create,
                msg("'{path}' is inside another working directory", {{"path", printable(wish.path)}}),
                msg("choose a folder outside it")};
  wish.git = git_surroundings(session);
  wish.require_genesis = [&](const std::optional<Digest>& found) {
    require_genesis(session, options, found);
  };
  const workflow::Cloned done = workflow::clone(wish, session.random());
  Ui& ui = session.ui();
  ui.done();
  require_accepted(session, done.refused, workflow::shown_address(options.address),
                   msg("nothing was created; who has a good clone corrects it with 'jaga sync --restore'"));
  session.recorded(done.path);
  session.enter(done.path);
  if (session.prints_values())
    ui.json(Json{{"path", done.path}, {"genesis", done.genesis->text()}, {"files", done.files}});
  else
    ui.print(done.path);
  ui.hint(msg("next: 'jaga status' there; exchange with the others by 'jaga sync'"));
  return ExitCode::ok;
}

}  // namespace

void setup_clone(Setup& setup) {
  auto options = std::make_shared<CloneArguments>();
  setup
      .argument("URL", options->address,
                msg("a repository by ssh, https or path, or a file of sync --bundle"))
      .argument("DIR", options->directory, msg("the folder to create"))
      .option("--genesis", "DIGEST", options->genesis,
              msg("the digest on paper with which the register begins; asked for if not given"));
  setup.run([options](Session& session) { return clone(session, *options); });
}

}  // namespace jaga::cmd
