// What was taken away cannot sign into the past.
#include <doctest/doctest.h>

#include <algorithm>

#include "place.hpp"
#include "register/register.hpp"
#include "store/chain.hpp"
#include "workflow/registering.hpp"

using namespace jaga;
using namespace jaga::audit;
using namespace jaga::audit::test;
namespace fs = std::filesystem;

namespace {

yaml::Node said(const std::string& what) {
  auto body = yaml::Node::map();
  body.set("text", what);
  return body;
}

// The original in which an admin changed an entry since, copied; the original itself stays as it was.
struct Changed {
  explicit Changed(const std::function<void(registry::Person&)>& change) {
    Original& place = original();
    const auto kept = place.office.path.parent_path() / "kept";
    fs::copy(place.office.path, kept, fs::copy_options::recursive);
    before = place.as("section-head").registered->head;
    auto entry = *place.as("section-head").registered->find_person("staff");
    change(entry);
    workflow::write_person(place.as("section-head", "two"), entry);
    copy = std::make_unique<Copy>();
    fs::remove_all(place.office.path);
    fs::rename(kept, place.office.path);
  }
  Digest before;  // head of the register
  std::unique_ptr<Copy> copy;
};

}  // namespace

TEST_CASE("a retired key: what it wrote stays good where a seal names it, and nothing else does") {
  const Changed changed([](registry::Person& staff) { staff.keys[0].retired = original().office.now; });
  const Copy& copy = *changed.copy;
  CHECK(copy.files("seals/two").size() == 2);  // sealed first
  const auto record = copy.record(copy.files("-person.").back());
  CHECK(record.body.find("seal")->value() == copy.record(copy.file("seals/two/0002")).digest.text());
  auto report = copy.audit(true);
  INFO(text(report));
  CHECK(report.sound());
  check_agreement(copy);

  Forgery into_the_past;
  into_the_past.register_head = changed.before;
  into_the_past.at = original().office.now - std::chrono::hours{1};
  std::string file;
  SUBCASE("a note") {
    file = copy.forge_note(original().second, "note", said("x"), into_the_past);
  }
  SUBCASE("a record") {
    file = copy.forge(record::ChainName::incident(original().second), "note", said("x"), into_the_past);
  }
  SUBCASE("a seal") {
    const auto body = yaml::Node::map().set("files", yaml::Node::list()).set("seen", yaml::Node::list());
    file = copy.forge(record::ChainName::seal("one"), "seal", body, into_the_past);
  }
  CHECK(names(copy.audit(), file, "was retired later, and the seal of that time does not list this record"));
  check_agreement(copy);
}

TEST_CASE("a retired key cannot sign under the register that retired it") {
  const Changed changed([](registry::Person& staff) { staff.keys[0].retired = original().office.now; });
  const auto file = changed.copy->forge_note(original().second, "note", said("x"));
  CHECK(names(changed.copy->audit(), file, "was not a current key of 'staff'"));
  check_agreement(*changed.copy);
}

TEST_CASE("the seal that a taking rests on is missing") {
  const Changed changed([](registry::Person& staff) { staff.keys[0].retired = original().office.now; });
  const Copy& copy = *changed.copy;
  copy.remove(copy.file("seals/two/0002"));
  CHECK(names(copy.audit(), copy.files("-person.").back(), "to which it refers is missing"));
  check_agreement(copy);
}

TEST_CASE("a key compromised since a time: nothing from then on counts, sealed or not") {
  const Copy whole;
  const auto since = whole.record(whole.file(original().second + "/0001")).envelope.at;
  const Changed changed([&](registry::Person& staff) { staff.keys[0].compromised_since = since; });
  const auto report = changed.copy->audit();
  CHECK_FALSE(report.sound());
  for (const auto& finding : report.findings)
    CHECK(finding.what.render(Language::english).find("compromised at that time") != std::string::npos);
}

TEST_CASE("a role that was taken cannot be used in the past") {
  const Changed changed([](registry::Person& staff) { staff.roles = {"section_head"}; });
  const Copy& copy = *changed.copy;
  CHECK(copy.audit(true).sound());
  Forgery into_the_past;
  into_the_past.register_head = changed.before;
  const auto file = copy.forge_note(original().second, "note", said("x"), into_the_past);
  CHECK(names(copy.audit(), file, "the role 'staff' of 'staff' was removed later"));
  into_the_past.role = "section_head";
  into_the_past.register_head.reset();
  const Changed other([](registry::Person& staff) { staff.roles = {"section_head"}; });
  other.copy->forge_note(original().second, "note", said("x"), into_the_past);
  CHECK(other.copy->audit().sound());
}

TEST_CASE("what was written under a void branch of the register does not count") {
  Original& place = original();
  const Copy copy;
  const auto head = copy.record(copy.files("-host.").back()).digest;
  const auto state = *place.as("section-head").registered;
  // division-head becomes a second admin, its key is retired by section-head; the key goes on in a branch.
  const store::Folder folder(copy.path().string());
  const auto sops = [&](const Digest& digest) -> const std::string* {
    static std::map<Digest, std::string> kept;
    kept[digest] = *store::read_evidence(folder, record::ChainName::registry(), digest);
    return &kept[digest];
  };
  const auto registers = [&] { return store::read_chain(folder, record::ChainName::registry(), place.repo); };
  const Forgery admin{.person = "section-head", .role = "admin"};
  auto entry = *state.find_person("division-head");
  entry.roles.push_back("admin");
  const auto procedure = sop::parse(*sops(state.sop), "sop.yaml");
  const auto give =
      registry::person_body(state, {"section-head", "admin"}, entry, place.office.now, procedure, {});
  const auto given = copy.record(copy.forge(record::ChainName::registry(), "person", give, admin));
  auto now = registry::replay(registers(), std::nullopt, sops);
  auto fork = admin;
  fork.prev = {given.digest};
  fork.seq = given.envelope.seq + 1;
  entry.keys[0].retired = place.office.now;
  const auto seal = copy.record(copy.file("seals/two/0001")).digest;
  const auto take =
      registry::person_body(now, {"section-head", "admin"}, entry, place.office.now, procedure, seal);
  copy.forge(record::ChainName::registry(), "person", take, fork);
  fork.person = "division-head";
  auto friendly = *state.find_person("staff");
  friendly.roles.push_back("section_head");
  const auto promote =
      registry::person_body(now, {"division-head", "admin"}, friendly, place.office.now, procedure, {});
  const auto theirs = copy.record(copy.forge(record::ChainName::registry(), "person", promote, fork));
  Forgery under;
  under.role = "section_head";
  under.register_head = theirs.digest;
  const auto file = copy.forge_note(original().second, "note", said("x"), under);
  CHECK(names(copy.audit(), "register", "fork at"));
  const auto chain = registers();
  const auto merge =
      registry::merge_body(chain, {"section-head", "admin"}, sops, place.office.now, "the key was stolen");
  auto merging = admin;
  merging.prev = chain.heads;
  std::sort(merging.prev.begin(), merging.prev.end());
  merging.seq = given.envelope.seq + 2;
  copy.forge(record::ChainName::registry(), "merge", merge, merging);
  const auto report = copy.audit();
  CHECK(names(report, file, "it was written with a branch of the register that a merge made void"));
  // What division-head's key wrote after that seal is not covered: the fault of this test's old seal.
  for (const auto& finding : report.findings) CHECK(finding.file == file);
  static_cast<void>(head);
}
