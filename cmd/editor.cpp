#include "editor.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"
#include "os/file.hpp"
#include "os/terminal.hpp"
#include "process/foreground.hpp"

namespace jaga::cmd {
namespace {

constexpr std::size_t kMostText = std::size_t{1} << 20U;

// The words of the variable, the first one an absolute path.
std::vector<std::string> editor_of(const Surroundings& surroundings) {
  std::string_view from = "VISUAL";
  std::string value = surroundings.variable(from);
  if (value.empty()) value = surroundings.variable(from = "EDITOR");
  std::vector<std::string> words;
  for (const std::string& word : split(value, ' '))
    if (!word.empty()) words.push_back(word);
  const std::string path = surroundings.variable("PATH");
  if (words.empty()) {
    for (const char* usual : {"editor", "vi"})
      if (const auto program = process::find_program(usual, path)) return {*program};
    throw Error{ExitCode::no_input, msg("no editor found"), msg("set EDITOR to an editor")};
  }
  std::string& program = words.front();
  if (program.find('/') != std::string::npos) {
    if (program.front() != '/')
      throw Error{ExitCode::usage,
                  msg("{variable} refers to a program in the current directory: '{program}'",
                      {{"variable", std::string(from)}, {"program", printable(program)}}),
                  msg("use its absolute path")};
    return words;
  }
  const std::optional<std::string> found = process::find_program(program, path);
  if (!found)
    throw Error{ExitCode::no_input, msg("program not found: '{program}'", {{"program", printable(program)}}),
                msg("set EDITOR to an editor")};
  program = *found;
  return words;
}

class Draft {
 public:
  Draft(const Surroundings& surroundings, const std::string& name, const std::string& text) {
    const std::string above = surroundings.variable("TMPDIR");
    folder_ = (above.starts_with('/') ? above : "/tmp") + "/jaga-XXXXXX";
    if (::mkdtemp(folder_.data()) == nullptr)
      throw system_error(errno, msg("cannot create '{path}': {reason}", {{"path", printable(folder_)}}));
    path_ = folder_ + "/" + name;
    const os::Descriptor file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    const int error = file ? os::write_all(file.get(), text) : errno;
    if (error != 0)
      throw system_error(error, msg("cannot write '{path}': {reason}", {{"path", printable(path_)}}));
  }
  ~Draft() {
    if (kept_) return;
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());  // fails, and keeps the folder, if the editor left files there
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  const std::string& folder() const { return folder_; }
  const std::string& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  std::string folder_;
  std::string path_;
  bool kept_ = false;
};

}  // namespace

void edit(Session& session, const std::string& name, const std::string& text,
          const std::function<void(const std::string&)>& use) {
  if (!os::streams_are_terminals() || !os::Terminal())
    throw Error{ExitCode::usage, msg("an editor needs a terminal"),
                msg("give the values on the command line, without --edit")};
  const std::vector<std::string> words = editor_of(session.surroundings());
  session.ui().out().flush();
  Draft draft(session.surroundings(), name, text);
  process::Foreground command;
  command.argv = words;
  command.argv.push_back(draft.path());
  command.environment = session.surroundings().environment;
  command.directory = draft.folder();
  command.on_terminal = true;
  const process::Outcome ended = process::run_in_foreground(command);
  session.stop_here();
  constexpr int kNoProgram = 127;  // exit status of a shell
  if (!ended.ok())
    throw Error{
        ended.end == process::Outcome::End::not_started || ended.code == kNoProgram ? ExitCode::no_input
                                                                                    : ExitCode::usage,
        msg("the editor '{program}' failed; nothing was recorded", {{"program", printable(words.front())}})};
  try {
    use(session.read_input(draft.path(), kMostText));
  } catch (const Error& error) {
    draft.keep();
    const std::string kept =
        session.ui().text(msg("what you wrote is kept in '{path}'", {{"path", printable(draft.path())}}));
    throw Error{error.code(), error.message(),
                literal(error.hint().empty() ? kept : session.ui().text(error.hint()) + "; " + kept)};
  }
}

}  // namespace jaga::cmd
