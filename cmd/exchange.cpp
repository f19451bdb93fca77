#include "exchange.hpp"

#include <algorithm>

#include "session.hpp"

namespace jaga::cmd {

git::Surroundings git_surroundings(Session& session) {
  git::Surroundings out;
  out.environment = session.surroundings().environment;
  out.stop = session.surroundings().stop;
  out.progress = [&ui = session.ui()](const std::string& line) { ui.progress(literal(line)); };
  return out;
}

void tell_refused(Session& session, const std::vector<workflow::RefusedPath>& refused) {
  constexpr std::size_t kMost = 20;
  Ui& ui = session.ui();
  for (std::size_t n = 0; n < std::min(kMost, refused.size()); ++n)
    ui.complain(msg("refused: {what}").with("what", workflow::describe(refused[n])));
  if (refused.size() > kMost)
    ui.complain(counted(refused.size() - kMost, msg("refused: 1 more"), msg("refused: {count} more")));
}

void require_accepted(Session& session, const std::vector<workflow::RefusedPath>& refused,
                      const std::string& remote, Message hint) {
  if (refused.empty()) return;
  tell_refused(session, refused);
  const Message::Arguments name{{"remote", remote}};
  throw Error{ExitCode::data,
              counted(refused.size(), msg("'{remote}' was refused because of 1 finding", name),
                      msg("'{remote}' was refused because of {count} findings", name)),
              std::move(hint)};
}

std::string absolute_address(const Session& session, const std::string& address) {
  const auto colon = address.find(':');
  const auto slash = address.find('/');
  // HOST:PATH and URLs have a colon before the first slash (git-clone(1)).
  const bool is_path = slash != std::string::npos && (colon == std::string::npos || slash < colon);
  return is_path || address == "." || address == ".." ? session.absolute(address) : address;
}

}  // namespace jaga::cmd
