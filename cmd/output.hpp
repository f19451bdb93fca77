// Standard output, checked: what could not be written is an error at the end, never silence.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace jaga::cmd {

class Output {
 public:
  explicit Output(int descriptor) : descriptor_(descriptor) {}
  void write(std::string_view text);
  void line(std::string_view text);
  // Writes what was kept, unless it is held.
  void flush();
  // Nothing is written until release(): a pager has to know the amount of output.
  void hold() { held_ = true; }
  bool held() const { return held_; }
  const std::string& kept() const { return buffer_; }
  void release() { held_ = false; }
  // What was kept has been shown.
  void drop() { buffer_.clear(); }
  // Names something that was written to the directory, for the message in check().
  void recorded(std::string what) { recorded_.push_back(std::move(what)); }
  const std::vector<std::string>& recorded() const { return recorded_; }
  // Flushes; throws Error{io} if anything was lost, naming what was recorded nevertheless.
  void check();
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::string buffer_;
  bool held_ = false;
  int error_ = 0;  // errno of the first write that failed; nothing is written after it
  std::vector<std::string> recorded_;
};

}  // namespace jaga::cmd
