// jaga sign DIR
#include "workflow/sign.hpp"

#include <memory>

#include "base/text.hpp"
#include "document/json.hpp"
#include "document/request_view.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

struct SignArguments {
  std::string folder;
  std::optional<std::string> expect;
  bool yes = false;
};

ExitCode sign(Session& session, const SignArguments& options) {
  Ui& ui = session.ui();
  const std::string folder = session.absolute(options.folder);
  const workflow::Unsigned request = workflow::read_request(folder);
  if (options.expect && *options.expect != request.digest.text())
    throw Error{ExitCode::not_permitted,
                msg("the decision has the digest {digest}, not the expected one",
                    {{"digest", request.digest.text()}}),
                msg("review it again without --expect")};
  if (!session.prints_values())
    for (const std::string& line : document::request_lines(request, session.locale(), session.now()))
      ui.words(line);
  if (request.is_signed) {
    ui.say(msg("already signed"));
    return ExitCode::ok;
  }
  if (!session.confirm(msg("Sign this decision exactly as shown?"), options.yes)) {
    ui.say(msg("nothing was signed"));
    return ExitCode::warning;
  }
  const std::string path =
      workflow::sign_request(folder, request, session.key_places(), session.surroundings().stop);
  session.recorded(path);
  if (session.prints_values()) {
    Json unchecked = Json::array();
    for (const Message& what : request.unchecked) unchecked.push_back(what.render(Language::english));
    ui.json(Json{
        {"incident", request.record.envelope.chain.id},
        {"kind", request.record.envelope.kind},
        {"decided", request.digest.text()},
        {"signature", path},
        {"unchecked", std::move(unchecked)},
    });
  } else {
    ui.print(path);
  }
  ui.hint(msg("send the folder back; then, on the computer it came from: jaga import DIR"));
  return ExitCode::ok;
}

}  // namespace

void setup_sign(Setup& setup) {
  auto options = std::make_shared<SignArguments>();
  setup.argument("DIR", options->folder, msg("the folder of a request"))
      .flag("--yes", options->yes, msg("do not ask for confirmation"))
      .option("--expect", "DIGEST", options->expect, msg("refuse unless the decision has this digest"));
  setup.run([options](Session& session) { return sign(session, *options); });
}

}  // namespace jaga::cmd
