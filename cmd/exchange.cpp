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

std::string absolute_address(const Session& session, const std::string& address) {
  const auto colon = address.find(':');
  const auto slash = address.find('/');
  // HOST:PATH and URLs have a colon before the first slash (git-clone(1)).
  const bool is_path = slash != std::string::npos && (colon == std::string::npos || slash < colon);
  return is_path || address == "." || address == ".." ? session.absolute(address) : address;
}

}  // namespace jaga::cmd
