// Judging what is new alone: the rest counts as judged before.
#include <doctest/doctest.h>

#include <algorithm>

#include "place.hpp"
#include "store/folder.hpp"

using namespace jaga;
using namespace jaga::audit;
using namespace jaga::audit::test;

namespace {

Report judged(const Copy& copy, const std::set<std::string>& fresh) {
  Options options;
  options.fresh = &fresh;
  return audit_directory(store::Folder(copy.path().string()), original().repo, options);
}

std::set<std::string> all_of(const Copy& copy) {
  std::set<std::string> out;
  for (const char* const top : {"register/", "incidents/", "seals/", "papers/", "summaries/"})
    for (const std::string& file : copy.files(top)) out.insert(file);
  return out;
}

}  // namespace

TEST_CASE("if everything is new, as much is found as in the whole") {
  const Copy copy;
  const auto all = all_of(copy);
  const Report whole = copy.audit();
  Report report = judged(copy, all);
  CHECK(text(report) == text(whole));
  CHECK(report.signatures == whole.signatures);
  const auto approve = copy.file("-approve.");
  copy.write(approve, with(copy.read(approve), "person: \"", "person: \"a"));
  CHECK(names(judged(copy, all), approve));
}

TEST_CASE("a signature is verified where it is new, and not again where it is not") {
  const Copy copy;
  const auto accept = copy.file("-accept.");
  copy.write(accept + ".sig", "junk");
  CHECK(names(judged(copy, {accept}), accept, "signature"));
  CHECK(names(judged(copy, {accept + ".sig"}), accept, "signature"));
  const auto monitor = copy.file(second().directory() + "/0001");
  const Report other = judged(copy, {monitor});
  CHECK(other.sound());
  CHECK(other.signatures == 1);
}

TEST_CASE("a new record is judged with its whole chain and the register") {
  const Copy copy;
  Forgery how;
  how.person = "staff";
  how.role = "division_head";
  const auto forged = copy.forge(second(), "note", yaml::Node::map(), how);
  Report report = judged(copy, {forged, forged + ".sig"});
  REQUIRE(names(report, forged, "did not hold the role"));
  const auto found = std::find_if(report.findings.begin(), report.findings.end(), [&](const Finding& one) {
    return one.file == forged && one.cause == Finding::Cause::writer;
  });
  CHECK(found != report.findings.end());
  // What goes missing of it is found too.
  const auto first_record = copy.file(second().directory() + "/0001");
  copy.remove(first_record);
  CHECK_FALSE(judged(copy, {forged}).sound());
}

TEST_CASE("a fork is what two clones may each have done rightly") {
  const Copy copy;
  Forgery how;
  const auto chain = second();
  how.prev = {copy.record(copy.file(chain.directory() + "/0001")).digest};
  how.seq = 2;
  const auto one = copy.forge(chain, "analyze", yaml::Node::map(), how);
  const auto two = copy.forge(chain, "analyze", yaml::Node::map(), how);
  const Report report = judged(copy, {one, two});
  CHECK(std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
    return finding.cause == Finding::Cause::meeting && finding.file.empty();
  }));
}

TEST_CASE("a new seal must name what is there; those before it are not compared again") {
  const Copy copy;
  const auto seals = copy.files("seals/");
  REQUIRE(seals.size() >= 2);
  const auto note = copy.file(first().directory() + "/notes/");
  copy.write(note, copy.read(note) + "\n");
  bool sealed = false;
  for (const std::string& seal : seals) {
    if (!seal.ends_with(".yaml") || copy.read(seal).find(note) == std::string::npos) continue;
    sealed = true;
    CHECK(names(judged(copy, {seal}), note, "differs from what was sealed"));
  }
  CHECK(sealed);
  const auto monitor = copy.file(second().directory() + "/0001");
  CHECK(judged(copy, {monitor}).sound());
}
