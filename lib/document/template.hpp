// An office's own paper: templates/KIND.yaml names the blocks in their order, with tags in {{braces}} over
// the values of the paper (jaga-template(5)). Strict: a tag that no paper of that kind has a value for, a
// section that is not closed and an unknown part are errors with file, line and column, found before anything
// is printed. The text goes to blocks, which the writers escape.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "document/document.hpp"
#include "yaml/fields.hpp"
#include "yaml/node.hpp"

namespace jaga::document {

inline constexpr int kMostSections = 8;  // within one another

// A text with tags: {{a.b}}, {{#x}}...{{/x}} for each of a list or where there is something, {{^x}}...{{/x}}
// where there is nothing, {{! remark}}, {{.}} for the item of a list of texts.
class Tagged {
 public:
  // `mark` is where the text stands. Throws Error{source.code} at the tag that is wrong.
  Tagged(std::string_view text, yaml::Mark mark, const yaml::Source& source);
  // Throws Error{source.code} for a tag that has no value in `specimen`, whatever branch it is in. Every list
  // of a specimen has an item.
  void check(const yaml::Node& specimen) const;
  // Precondition: check() passed with a specimen of these values.
  std::string fill(const yaml::Node& values) const;

  struct Piece;

 private:
  std::shared_ptr<const std::vector<Piece>> pieces_;
  yaml::Source source_;
};

struct TemplateBlock {
  enum class Kind { part, title, heading, paragraph, list, pairs, page_break };
  Kind kind = Kind::part;
  std::string part{};                                  // of kind part: its name
  std::vector<Tagged> texts{};                         // title, list: each; heading, paragraph: one
  std::vector<std::pair<std::string, Tagged>> rows{};  // pairs
};
struct Template {
  std::vector<TemplateBlock> blocks;
};

// `parts`: those that a paper of that kind may have. Throws Error{config}.
Template parse_template(std::string_view bytes, std::string_view file,
                        const std::vector<std::string_view>& parts, const yaml::Node& specimen);
// The paper as the template has it: parts are taken over from `builtin`. The part "binding", which binds
// paper and record, is always the last one.
Document with_template(const Template& layout, const Document& builtin, const yaml::Node& values);

// Throws Error{config} for a style that refers to anything outside, or leaves its element.
void check_style(std::string_view css, std::string_view file);

// The parts of each kind of paper, in their order, and values of one with an item in every list. `kind` is
// one of those of jaga-report(1).
const std::vector<std::string_view>& part_names(std::string_view kind);
yaml::Node specimen(std::string_view kind);

}  // namespace jaga::document
