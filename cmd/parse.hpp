// The command line against the declarations of a command; the only place that knows CLI11.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "command.hpp"

namespace jaga::cmd {

// Whether an option of the command has the same name as a global one, which then must precede the command
// word.
bool hides_global(const Setup& command, const Setup& globals);

// Where the command word stands among the arguments (without argv[0]), passing over global options and their
// values; arguments.size() where there is none.
std::size_t find_word(std::span<const std::string> arguments, const Setup& globals);

struct Parsed {
  const Setup* chosen = nullptr;       // the command, or the one of its commands that was named
  bool help = false;                   // -h: nothing else was checked
  bool version = false;                // --version: nothing else was checked
  // The incident that was not named, or the first argument that the command can ask for; all else is filled in.
  const Parameter* missing = nullptr;
};
// The error for a parameter that was not given.
Error missing_argument(const Parameter& parameter, const Setup& command);
// The error for an option that means something only beside another: "--from requires --resume". `with` is as
// it is typed, of several "-c or -C".
Error requires_option(std::string_view option, std::string_view with, Message hint = {});
// The error for two options of which only one can hold.
Error not_together(std::string_view first, std::string_view second);

// Fills in what the parameters of `command` and of `globals` are bound to. `arguments` are without the
// command's own word. Throws Error{usage} with the nearest option as a hint.
Parsed parse(const Setup& command, const Setup& globals, std::span<const std::string> arguments);

}  // namespace jaga::cmd
