// Text that is no longer in memory once it is gone.
#pragma once

#include <cstring>
#include <string>
#include <utility>

namespace jaga::sshkey {

// Reserve before appending to it: what a string leaves behind when it grows is not wiped.
class Wiped {
 public:
  Wiped() = default;
  explicit Wiped(std::string text) : text_(std::move(text)) {}
  Wiped(const Wiped&) = delete;
  Wiped& operator=(const Wiped&) = delete;
  ~Wiped() { ::explicit_bzero(text_.data(), text_.size()); }

  std::string& get() { return text_; }
  const std::string& get() const { return text_; }

 private:
  std::string text_;
};

}  // namespace jaga::sshkey
