// A sentence that files keep for years: its English text, for who reads the file without jaga, and beside it
// the message that it was made of, so that each reader sees it in their own language.
#pragma once

#include <concepts>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/message.hpp"

namespace jaga {

// A value; copies share the message, which never changes. Safe to read from several threads.
class Sentence {
 public:
  Sentence() = default;
  // Words of others, or of a version that kept no message: the same in every language.
  Sentence(std::string text) : text_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Sentence(std::string_view text) : text_(text) {}        // NOLINT(google-explicit-constructor)
  Sentence(const char* text) : text_(text) {}             // NOLINT(google-explicit-constructor)
  // A sentence of ours: made with sentence(), so that its id stays known. The text is safe to print.
  Sentence(const Message& message);  // NOLINT(google-explicit-constructor)
  // As a file has both. Nobody vouches for the file: in() shows a message only where it says the same as the text.
  Sentence(std::string text, Message message);

  const std::string& text() const { return text_; }             // English
  operator const std::string&() const { return text_; }         // NOLINT(google-explicit-constructor)
  const Message* message() const { return message_.get(); }     // nullptr: there is none
  bool empty() const { return text_.empty(); }
  // To be a part of another sentence.
  Message part() const;

  // In `language`. The text, where the message is not known to this version, or rendered in English is not that
  // text: then the translation would say something else than what was signed.
  std::string in(Language language) const;

  bool operator==(const Sentence& other) const;
  template <std::convertible_to<std::string_view> Text>
  bool operator==(const Text& text) const {
    return text_ == std::string_view(text);
  }

 private:
  std::string text_;
  std::shared_ptr<const Message> message_;
};


std::vector<std::string> texts_in(const std::vector<Sentence>& sentences, Language language);

}  // namespace jaga
