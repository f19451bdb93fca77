#include "pager.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>

#include "base/text.hpp"
#include "process/environment.hpp"
#include "process/foreground.hpp"
#include "process/run.hpp"

namespace jaga::cmd {
namespace {

// Removes the escape sequences of colours, which have no width.
std::string without_colour(std::string_view line) {
  std::string plain;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '\033')
      at = std::min(line.find('m', at), line.size() - 1);
    else
      plain += line[at];
  }
  return plain;
}

bool fits(std::string_view text) {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0) size.ws_row = 24;
  const std::size_t columns = size.ws_col == 0 ? 80 : size.ws_col;
  std::size_t rows = 1;  // reserved for the shell prompt
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    rows += 1 + (std::max<std::size_t>(text_width(without_colour(line)), 1) - 1) / columns;
    if (rows > size.ws_row) return false;
  }
  return true;
}

bool is_set(const Surroundings& surroundings, std::string_view name) {
  return std::any_of(
      surroundings.environment.begin(), surroundings.environment.end(), [&](const std::string& variable) {
        return variable.size() > name.size() && variable[name.size()] == '=' && variable.starts_with(name);
      });
}

// The pager's command line; empty: no pager. The first variable that is set decides, even if it is empty.
std::string pager_of(const Surroundings& surroundings) {
  for (const std::string_view name : {"JAGA_PAGER=", "PAGER="})
    for (const std::string& variable : surroundings.environment) {
      if (!variable.starts_with(name)) continue;
      const std::string pager(trim(std::string_view(variable).substr(name.size())));
      return pager == "cat" ? "" : pager;
    }
  return process::find_program("less", surroundings.variable("PATH")) ? "less" : "";
}

}  // namespace

void show_held(Session& session) {
  Output& out = session.ui().out();
  const std::string pager = pager_of(session.surroundings());
  if (!pager.empty() && !fits(out.kept())) {
    std::vector<process::Change> changes;
    if (!is_set(session.surroundings(), "LESS")) changes.push_back({"LESS", "FRX"});
    if (!is_set(session.surroundings(), "LV")) changes.push_back({"LV", "-c"});
    process::Foreground command;
    command.argv = {"/bin/sh", "-c", pager};  // like git: the variable may contain arguments
    command.environment = process::environment_with(session.surroundings().environment, changes);
    command.input = out.kept();
    const process::Outcome ended = process::run_in_foreground(command);
    constexpr int kNotExecutable = 126;  // 127: not found (sh(1))
    if (ended.end != process::Outcome::End::not_started && ended.shell_code() != kNotExecutable &&
        ended.shell_code() != kNotExecutable + 1)
      out.drop();
  }
  out.release();
  out.flush();
}

}  // namespace jaga::cmd
