#include "workflow/analysis_text.hpp"

#include <doctest/doctest.h>

#include "base/text.hpp"

using namespace jaga;
using namespace jaga::workflow;

namespace {

AnalysisText about() {
  AnalysisText out;
  out.incident = "20261124-web01-k7f3q2";
  out.by = "timer (system)";
  out.last.fault = "disk-full";
  out.last.root = "web01";
  out.last.object = "/var";
  out.last.evidence = {"web01 disk:/var: 97 % used\nvim: set exrc:"};
  out.last.part = "disk";
  out.types = {"disk-full", "unknown"};
  out.plans = {"manual"};
  const plan::Template manual = plan::find("manual", {});
  plan::Target target;
  target.host = "web01";
  out.last.plan = plan::to_node(plan::freeze(manual, {{"task", "look again"}}, {target}));
  return out;
}

Message wrong(std::string_view text) {
  try {
    (void)parse_analysis_text(text, "a");
  } catch (const Error& error) {
    return error.message();
  }
  return msg("nothing");
}

}  // namespace

TEST_CASE("an unchanged text contains nothing, whatever follows '#'") {
  const AnalysisText of = about();
  for (const Language language : {Language::english, Language::indonesian}) {
    const std::string text = analysis_text(of, {}, language);
    const OwnAnalysis read = parse_analysis_text(text, "a");
    CHECK(read.fault == "disk-full");
    CHECK(read.plan == "manual");
    CHECK(read.part == "disk");
    CHECK(read.reason.empty());
    CHECK_FALSE(says_anything(read, of.last));
    // What a host says is not among the lines in which an editor looks for settings of its own.
    const auto lines = split(text, '\n');
    for (std::size_t i = 0; i < lines.size(); ++i)
      if (lines[i].find("exrc") != std::string::npos) CHECK((i >= 5 && i + 6 < lines.size()));
  }
}

TEST_CASE("what is changed, and why") {
  const AnalysisText of = about();
  const OwnAnalysis read = parse_analysis_text(
      "# x\n\nfault: unknown\npart:\nparameter: a=b=c\n\n# why\n\nfault: in prose\n# left out\n\n  more\n\n",
      "a");
  CHECK(read.fault == "unknown");
  CHECK_FALSE(read.plan);
  CHECK(read.part == "");
  CHECK(read.parameters == std::vector<std::pair<std::string, std::string>>{{"a", "b=c"}});
  CHECK(read.reason == "fault: in prose\n\n  more");
  CHECK(says_anything(read, of.last));
  CHECK(says_anything(parse_analysis_text("part:\n", "a"), of.last));
  CHECK(says_anything(parse_analysis_text("only prose", "a"), of.last));
  CHECK_FALSE(says_anything(parse_analysis_text("", "a"), of.last));
  CHECK_FALSE(says_anything(parse_analysis_text("#\n\n", "a"), of.last));
}

TEST_CASE("what is not understood, with its line") {
  CHECK(wrong("fault: a\nwhat: b\n").location == Location{"a", 2, 1});
  CHECK(wrong("fault: a\nfault: b\n").location == Location{"a", 2, 1});
  CHECK(wrong("\nplan:\n").location == Location{"a", 2, 1});
  CHECK(wrong("parameter: b\n").location == Location{"a", 1, 1});
  CHECK(wrong("why not\nfault: b\n").location == std::nullopt);
}
