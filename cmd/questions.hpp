// What a command asks on the terminal where its options do not say it. Questions go to standard error.
// Nothing here writes: who asks collects the answers, shows what would be written and then asks once more.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/message.hpp"
#include "base/secrets.hpp"
#include "session.hpp"

namespace jaga::cmd {

// Somebody sits at a terminal, and did not say --quiet.
bool may_ask(Session& session);

// Asks until `take` accepts the answer: the Error that it throws is shown, and the question asked again. An
// empty answer stands for `usual`, which is shown in brackets, and is given to `take` as it is; where `usual`
// is empty, `take` has to refuse it. Throws Error{interrupted} on Ctrl-C, Error{usage} where the input ends.
void ask_until(Session& session, const Message& question, const std::string& usual,
               const std::function<void(const std::string&)>& take);
// A line that a record may hold, as it would be taken from `option`. nullopt: an empty answer.
std::optional<std::string> ask_line(Session& session, const Message& question, const std::string& usual,
                                    const char* option, Typed typed = Typed::name);
// Yes or no, by default no. Ends as ask_until() does.
bool ask_yes(Session& session, const Message& question);
// A list as people type it: with commas, blanks or both.
std::vector<std::string> words_of(std::string text);
// "none" in the person's language, for the brackets.
std::string none_text(Session& session);
// On standard error, also with --quiet; broken between words where the terminal is too narrow.
void tell_words(Session& session, const Message& message);
// The same, each line behind two blanks.
void tell_table(Session& session, const document::Table& table);
// For take(): there is no default.
[[noreturn]] void refuse_empty();
// After a refusal: says that nothing was written.
ExitCode nothing_written(Session& session);

}  // namespace jaga::cmd
