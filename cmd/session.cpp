#include "session.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.hpp"
#include "base/text.hpp"
#include "os/file.hpp"
#include "os/terminal.hpp"
#include "process/environment.hpp"
#include "store/directory.hpp"

extern char** environ;

namespace jaga::cmd {

Surroundings Surroundings::read() {
  Surroundings out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    out.environment.emplace_back(*entry);
  char* current = ::getcwd(nullptr, 0);
  if (current != nullptr) {
    out.directory = current;
    std::free(current);
  }
  struct stat here {};
  struct stat typed {};
  out.typed_directory = out.variable("PWD");
  if (!out.typed_directory.starts_with('/') || ::stat(".", &here) != 0 ||
      ::stat(out.typed_directory.c_str(), &typed) != 0 || here.st_dev != typed.st_dev ||
      here.st_ino != typed.st_ino)
    out.typed_directory = out.directory;
  return out;
}

std::string Surroundings::variable(std::string_view name) const {
  return process::variable(environment, name).value_or("");
}

Language Surroundings::language() const {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const std::string value = variable(name);
    if (value.empty()) continue;
    return value.starts_with("id_") || value == "id" ? Language::indonesian : Language::english;
  }
  return Language::english;
}

namespace {

std::string starting_at(const Globals& globals, const std::string& at) {
  if (!globals.directory) return at;
  return globals.directory->starts_with('/') ? *globals.directory : at + "/" + *globals.directory;
}

}  // namespace

std::string start_of_search(const Globals& globals, const Surroundings& surroundings) {
  return starting_at(globals, surroundings.directory);
}

std::optional<std::string> find_working_directory(const Globals& globals, const Surroundings& surroundings) {
  return store::WorkingDirectory::find(start_of_search(globals, surroundings));
}

std::optional<std::string> find_as_typed(const Globals& globals, const Surroundings& surroundings) {
  return store::WorkingDirectory::find(starting_at(globals, surroundings.typed_directory));
}

Session::Session(Globals globals, Surroundings surroundings, UserConfig config, Ui& ui)
    : globals_(std::move(globals)),
      surroundings_(std::move(surroundings)),
      config_(std::move(config)),
      ui_(ui) {}
Session::~Session() = default;

Instant Session::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

RandomBytes Session::random() const {
  return [](std::span<std::byte> bytes) {
    while (!bytes.empty()) {
      const ssize_t got = ::getrandom(bytes.data(), bytes.size(), 0);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) throw system_error(errno, msg("cannot get random bytes: {reason}"));
      bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
  };
}

std::string Session::absolute(const std::string& path) const {
  if (path.starts_with('/')) return path;
  // The current directory has no links in it, so that a step up is a name less. After another name it may not
  // be.
  std::string_view rest = path;
  std::string base = surroundings_.directory;
  while (rest == "." || rest == ".." || rest.starts_with("./") || rest.starts_with("../")) {
    if (rest.starts_with("..") && !base.empty()) base.resize(std::max<std::size_t>(base.rfind('/'), 1));
    rest.remove_prefix(std::min(rest.find('/'), rest.size()));
    rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
  }
  if (rest.empty()) return base;
  return (base == "/" ? "" : base) + "/" + std::string(rest);
}

bool Session::wait_for_input(int file) const {
  pollfd wanted[2] = {{file, POLLIN, 0}, {surroundings_.stop_descriptor, POLLIN, 0}};
  while (::poll(wanted, 2, -1) < 0) {
    if (errno != EINTR) return true;
  }
  return wanted[1].revents == 0;
}

void Session::stop_here() const {
  if (surroundings_.stop.stop_requested()) throw Error{ExitCode::interrupted, msg("interrupted")};
}

std::string Session::read_input(const std::string& path, std::size_t most) const {
  const bool standard = path == "-";
  const std::string name = standard ? "standard input" : path;
  // open() of a named pipe without a writer would block forever; so it is waited for like other input.
  const os::Descriptor opened = standard ? os::Descriptor() : os::open_to_read(path);
  if (!standard && !opened)
    throw system_error(errno, msg("cannot read '{path}': {reason}", {{"path", printable(name)}}));
  const int file = standard ? STDIN_FILENO : opened.get();
  struct stat about {};
  const bool waits = standard || (::fstat(file, &about) == 0 && !S_ISREG(about.st_mode));
  std::string bytes;
  const int reason = os::read_all(file, most, bytes, [&] {
    return (!waits || wait_for_input(file)) && !surroundings_.stop.stop_requested();
  });
  if (reason == ECANCELED) throw Error{ExitCode::interrupted, msg("interrupted")};
  if (reason == EFBIG) {
    throw Error{ExitCode::data, msg("'{path}' is larger than {most} bytes",
                                    {{"path", printable(name)}, {"most", std::to_string(most)}})};
  }
  if (reason != 0)
    throw system_error(reason, msg("cannot read '{path}': {reason}", {{"path", printable(name)}}));
  return bytes;
}

std::string Session::read_document(const std::string& path, std::size_t most) const {
  struct stat status {};
  if (path != "-" && ::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
    throw Error{ExitCode::usage, msg("'{path}' is not a regular file", {{"path", printable(path)}}),
                msg("write '-' to read the output of a program: PROGRAM | jaga ... -")};
  return read_input(path, most);
}

bool Session::can_ask() const {
  return os::streams_are_terminals();
}

std::optional<std::string> Session::read_answer(const Message& question) {
  ui_.out().release();
  ui_.out().flush();
  ui_.question(question);
  if (!wait_for_input(STDIN_FILENO)) throw Error{ExitCode::interrupted, msg("interrupted")};
  std::string answer(4096, '\0');  // as much as a terminal gives as one line
  const ssize_t got = ::read(STDIN_FILENO, answer.data(), answer.size());
  if (got <= 0) return std::nullopt;
  answer.resize(static_cast<std::size_t>(got));
  return std::string(trim(answer));
}

bool Session::is_yes(std::string_view answer) {
  const std::string word = lower(answer);
  return word == "y" || word == "yes" || word == "ya" || word == "iya";
}

bool Session::confirm(const Message& question, bool yes) {
  if (yes) return true;
  if (!can_ask()) {
    throw Error{ExitCode::usage, msg("cannot ask for confirmation: not a terminal"), msg("use --yes")};
  }
  return is_yes(ask(msg("{question} [y/N]", {{"question", ui_.text(question)}})));
}

}  // namespace jaga::cmd
