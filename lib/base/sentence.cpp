#include "base/sentence.hpp"

#include "base/text.hpp"

namespace jaga {

Sentence::Sentence(const Message& message) : text_(printable_once(message.render(Language::english))) {
  // Words of others have no translation.
  if (message.id != literal({}).id && !message.empty()) message_ = std::make_shared<Message>(message);
}

Sentence::Sentence(std::string text, Message message) : text_(std::move(text)) {
  if (!message.empty()) message_ = std::make_shared<Message>(std::move(message));
}

Message Sentence::part() const {
  return message_ == nullptr ? literal(text_) : *message_;
}

std::string Sentence::in(Language language) const {
  if (language == Language::english || message_ == nullptr ||
      printable_once(message_->render(Language::english)) != text_)
    return text_;
  return printable_once(message_->render(language));
}

bool Sentence::operator==(const Sentence& other) const {
  if (text_ != other.text_ || (message_ == nullptr) != (other.message_ == nullptr)) return false;
  return message_ == other.message_ || *message_ == *other.message_;
}

std::vector<std::string> texts_in(const std::vector<Sentence>& sentences, Language language) {
  std::vector<std::string> out;
  for (const Sentence& sentence : sentences) out.push_back(sentence.in(language));
  return out;
}

}  // namespace jaga
