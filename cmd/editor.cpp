#include "editor.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "base/text.hpp"
#include "os/file.hpp"
#include "os/terminal.hpp"
#include "process/run.hpp"

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
    throw Error{ExitCode::no_input, msg("there is no editor"), msg("name one in EDITOR")};
  }
  std::string& program = words.front();
  if (program.find('/') != std::string::npos) {
    if (program.front() != '/')
      throw Error{ExitCode::usage,
                  msg("{variable} names an editor of the current directory: '{program}'",
                      {{"variable", std::string(from)}, {"program", printable(program)}}),
                  msg("name it by its absolute path")};
    return words;
  }
  const std::optional<std::string> found = process::find_program(program, path);
  if (!found)
    throw Error{ExitCode::no_input, msg("there is no program '{program}'", {{"program", printable(program)}}),
                msg("name an editor in EDITOR")};
  program = *found;
  return words;
}

class Draft {
 public:
  Draft(const Surroundings& surroundings, const std::string& name, const std::string& text) {
    const std::string above = surroundings.variable("TMPDIR");
    folder_ = (above.starts_with('/') ? above : "/tmp") + "/jaga-XXXXXX";
    if (::mkdtemp(folder_.data()) == nullptr)
      throw system_error(errno, msg("cannot make '{path}': {reason}", {{"path", printable(folder_)}}));
    path_ = folder_ + "/" + name;
    const os::Descriptor file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    const int error = file ? os::write_all(file.get(), text) : errno;
    if (error != 0)
      throw system_error(error, msg("cannot write '{path}': {reason}", {{"path", printable(path_)}}));
  }
  ~Draft() {
    if (kept_) return;
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());  // stays where the editor left something there
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

// In the child: only calls that are safe after a fork.
[[noreturn]] void become(const std::vector<char*>& arguments, const std::vector<char*>& environment,
                         const Draft& draft, const os::Terminal& terminal) {
  ::setpgid(0, 0);
  terminal.give_to(::getpid());
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::dup2(terminal.descriptor(), stream);
  ::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (::chdir(draft.folder().c_str()) == 0) ::execve(arguments.front(), arguments.data(), environment.data());
  ::_exit(127);
}

int run_in_front(const std::vector<std::string>& words, std::vector<std::string> environment,
                 const Draft& draft, const os::Terminal& terminal) {
  std::vector<std::string> texts = words;
  texts.push_back(draft.path());
  const auto pointers = [](std::vector<std::string>& from) {
    std::vector<char*> out;
    for (std::string& text : from) out.push_back(text.data());
    out.push_back(nullptr);
    return out;
  };
  const std::vector<char*> arguments = pointers(texts);
  const std::vector<char*> variables = pointers(environment);
  const pid_t child = ::fork();
  if (child < 0) throw system_error(errno, msg("cannot run the editor: {reason}"));
  if (child == 0) become(arguments, variables, draft, terminal);
  ::setpgid(child, child);
  terminal.give_to(child);
  int status = 0;
  for (;;) {
    const pid_t changed = ::waitpid(child, &status, WUNTRACED);
    if (changed < 0 && errno == EINTR) continue;
    if (changed < 0 || !WIFSTOPPED(status)) break;
    // Ctrl-Z: so that the shell takes over, this process stops as well, and goes on with it.
    terminal.give_to(::getpgrp());
    ::raise(SIGSTOP);
    terminal.give_to(child);
    ::kill(-child, SIGCONT);
  }
  terminal.give_to(::getpgrp());
  return status;
}

}  // namespace

void edit(Session& session, const std::string& name, const std::string& text,
          const std::function<void(const std::string&)>& use) {
  const os::Terminal terminal;
  if (!os::streams_are_terminals() || !terminal)
    throw Error{ExitCode::usage, msg("an editor needs a terminal"),
                msg("say it in the command line, without --edit")};
  const std::vector<std::string> words = editor_of(session.surroundings());
  session.ui().out().flush();
  Draft draft(session.surroundings(), name, text);
  const int status = run_in_front(words, session.surroundings().environment, draft, terminal);
  session.stop_here();
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw Error{WIFEXITED(status) && WEXITSTATUS(status) == 127 ? ExitCode::no_input : ExitCode::usage,
                msg("the editor '{program}' did not end well; nothing was recorded",
                    {{"program", printable(words.front())}})};
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
