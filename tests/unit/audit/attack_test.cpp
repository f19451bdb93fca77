// The attacks that the design names, each on a copy of a real directory; the printed program has to say the
// same wherever the files alone can show it.
#include <doctest/doctest.h>

#include <algorithm>

#include "incident/body.hpp"
#include "place.hpp"
#include "store/chain.hpp"
#include "workflow/archive.hpp"
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

}  // namespace

TEST_CASE("a sound directory is sound; how far it was checked is said") {
  const Copy copy;
  const auto report = copy.audit(true);
  INFO(text(report));
  CHECK(report.sound());
  CHECK(report.records == copy.files("/00").size());
  CHECK(report.notes == copy.files("/notes/").size());
  CHECK(report.signatures == report.records + report.notes);
  CHECK(report.attachments == copy.files("/sha256-").size());
  CHECK(report.seal == 1);
  CHECK(report.newer == 2);
  CHECK(report.unchecked.empty());
  // The register, two incidents; section-head sealed as another installation, over what lay there then.
  CHECK(report.chains == 3);
  CHECK(report.seen == 3);
  REQUIRE(report.witnesses.size() == 1);
  CHECK(report.witnesses[0].person == "section-head");
  CHECK(report.witnesses[0].records == report.sealable - 1);
  const auto extent = report.extent();
  CHECK(extent[0].render(Language::english) ==
        "verified up to seal 1; 2 newer records are not sealed yet (jaga seal)");
  CHECK(extent[1].render(Language::english).find("section-head") != std::string::npos);
  CHECK(extent[2].render(Language::english) ==
        "compared with what this account saw before: 3 of 3 chains (incidents, register)");
  CHECK(copy.audit(true).heads == original().remembered);
  for (const std::string shell : {"dash", "busybox"}) {
    const auto outcome = copy.script(shell);
    CAPTURE(outcome.out);
    CAPTURE(outcome.err);
    CHECK(outcome.ok());
    CHECK(outcome.err.empty());
    CHECK(
        outcome.out.starts_with("sound: chains, signatures, notes, evidence and seals\nnot checked: roles"));
    CHECK(outcome.out.find("deleted together with their seals") != std::string::npos);
  }
}

TEST_CASE("1, 2: a record edited, in the middle and at the end") {
  for (const std::string part : {"-approve.", "-accept.", "-monitor."}) {
    const Copy copy;
    const auto file = copy.file(part);
    copy.write(file, with(copy.read(file), "person: \"", "person: \"a"));
    const auto report = copy.audit();
    CHECK(names(report, file, "its signature is invalid"));
    CHECK(names(report, file, "it differs from what was sealed"));
    check_agreement(copy);
  }
}

TEST_CASE("3: a record deleted from the middle") {
  const Copy copy;
  const auto file = copy.file("-approve.");
  const auto next = copy.file("-repair-start.");
  copy.remove(file);
  const auto report = copy.audit();
  CHECK(names(report, next, "the record before it is missing or was changed"));
  CHECK(names(report, file, "it was sealed but is missing"));
  CHECK(std::any_of(report.unchecked.begin(), report.unchecked.end(), [](const Message& message) {
    return message.render(Language::english).find("the order of the procedure in 'incident/") == 0;
  }));
  check_agreement(copy);
}

TEST_CASE("4: the tail cut off, sealed or only remembered") {
  const Copy copy;
  SUBCASE("sealed") {
    const auto file = copy.file("-accept.");
    copy.remove(file);
    CHECK(names(copy.audit(), file, "it was sealed but is missing"));
    CHECK(names(copy.audit(true), first().text(), "seen here before, is missing or was changed"));
    check_agreement(copy);
  }
  SUBCASE("remembered") {
    copy.remove(copy.files("-host.").back());
    CHECK(copy.audit().sound());  // what SECURITY says: nothing in the directory shows it
    CHECK(names(copy.audit(true), "register", "seen here before, is missing or was changed"));
    CHECK(copy.script().ok());
  }
}

TEST_CASE("5, 6: records put in another order, and one put in between") {
  const Copy copy;
  const auto dir = first().directory() + "/";
  const auto two = copy.file("0002-analyze.");
  const auto three = copy.file("0003-approve.");
  SUBCASE("swapped numbers") {
    copy.rename(two, dir + "0003" + two.substr(dir.size() + 4));
    copy.rename(three, dir + "0002" + three.substr(dir.size() + 4));
    CHECK(names(copy.audit(), dir + "0002" + three.substr(dir.size() + 4),
                "the file name does not match the record"));
  }
  SUBCASE("swapped bytes") {
    const auto bytes = copy.read(two);
    copy.write(two, copy.read(three));
    copy.write(three, bytes);
    CHECK(names(copy.audit(), two, "the file name does not match the record"));
  }
  SUBCASE("in between, unsigned by anybody registered") {
    copy.forge(first(), "approve", copy.record(three).body,
               {.person = "section-head",
                .role = "section_head",
                .key = "stranger",
                .seq = 3,
                .prev = {copy.record(two).digest}});
    CHECK(names(copy.audit(), first().text(), "fork at 0003"));
  }
  SUBCASE("the same record under another number") {
    copy.write(dir + "0004" + three.substr(dir.size() + 4), copy.read(three));
    copy.write(dir + "0004" + three.substr(dir.size() + 4) + ".sig", copy.read(three + ".sig"));
    CHECK(names(copy.audit(), dir + "0004" + three.substr(dir.size() + 4),
                "the file name does not match the record"));
  }
  check_agreement(copy);
}

TEST_CASE("7: an incident copied under another id") {
  const Copy copy;
  const auto other = record::ChainName::incident("20261124-web02-k7f3q2");
  fs::copy(copy.at(second().directory()), copy.at(other.directory()), fs::copy_options::recursive);
  CHECK(names(copy.audit(), copy.file("web02-k7f3q2/0001"), "the record belongs to another chain"));
  check_agreement(copy);
  SUBCASE("into another month") {
    fs::remove_all(copy.at(other.directory()));
    fs::create_directories(copy.at("incidents/2026-12"));
    fs::copy(copy.at(second().directory()), copy.at("incidents/2026-12/" + original().second),
             fs::copy_options::recursive);
    CHECK(names(copy.audit(), "incidents/2026-12/" + original().second,
                "jaga does not create directories here"));
    check_agreement(copy);
  }
}

TEST_CASE("8: a whole chain built anew by who holds the key") {
  const Copy copy;
  const auto old = copy.file(original().second + "/0001");
  const auto was = copy.record(old);
  copy.remove(old);
  fs::remove_all(copy.at(second().directory() + "/notes"));
  const auto body = yaml::Node::map()
                        .set("source", "report")
                        .set("fault_key", "web01/slow")
                        .set("host", "web01")
                        .set("summary", "nothing of that kind")
                        .set("results", yaml::Node::list());
  copy.forge(second(), "monitor", body, {.register_head = was.envelope.register_head, .at = was.envelope.at});
  const auto report = copy.audit();
  CHECK(names(report, old, "it was sealed but is missing"));
  CHECK(report.findings.size() == 2);  // it and its signature; the new chain is sound in itself
  CHECK(names(copy.audit(true), second().text(), "seen here before, is missing or was changed"));
  check_agreement(copy);
}

TEST_CASE("9: an incident deleted") {
  const Copy copy;
  const auto file = copy.file(original().second + "/0001");
  SUBCASE("whole") {
    fs::remove_all(copy.at(second().directory()));
    CHECK(names(copy.audit(true), second().text(), "it was here before, up to record 1, and is now missing"));
  }
  SUBCASE("but its notes") {
    copy.remove(file);
    CHECK(names(copy.audit(), second().directory(), "it has notes but no records"));
  }
  CHECK(names(copy.audit(), file, "it was sealed but is missing"));
  check_agreement(copy);
}

TEST_CASE("10: a record forged at the end, in the name of another") {
  const auto body = yaml::Node::map().set("part", "none").set("bag", "x").set("manifest", sha256("x").text());
  const Copy copy;
  std::string file;
  SUBCASE("by a stranger's key that it names") {
    file = copy.forge(first(), "archive", body, {.key = "stranger"});
    CHECK(names(copy.audit(), file, "was not a current key of 'staff'"));
  }
  SUBCASE("by a stranger who names the key of another") {
    Forgery how{.key = "stranger"};
    how.signed_as = copy.record(copy.file("-analyze.")).envelope.key;
    file = copy.forge(first(), "archive", body, how);
    CHECK(names(copy.audit(), file, "signed with a key other than the one it names"));
  }
  SUBCASE("by a colleague") {
    file = copy.forge(first(), "archive", body,
                      {.person = "division-head", .role = "division_head", .key = "staff"});
    CHECK(names(copy.audit(), file, "was not a current key of 'division-head'"));
    return;  // whose key it is in which role is not the program's to judge
  }
  SUBCASE("with the signature of another record") {
    file = copy.forge(first(), "archive", body);
    copy.write(file + ".sig", copy.read(copy.file("-accept.") + ".sig"));
    CHECK(names(copy.audit(), file, "its signature is invalid"));
  }
  SUBCASE("without one") {
    file = copy.forge(first(), "archive", body);
    fs::remove(copy.at(file + ".sig"));
    CHECK(names(copy.audit(), file, "its signature is missing"));
  }
  SUBCASE("under a register that is not there") {
    Forgery how;
    how.register_head = sha256("no head");
    file = copy.forge(first(), "archive", body, how);
    CHECK(names(copy.audit(), file, "a register that does not exist"));
  }
  SUBCASE("under an older register than the record before it") {
    Forgery how;
    how.register_head = copy.record(copy.files("register/0002").front()).digest;
    file = copy.forge(first(), "archive", body, how);
    CHECK(names(copy.audit(), file, "an older state of the register than the record before it"));
  }
  check_agreement(copy);
}

TEST_CASE("11: the directory rolled back to an earlier state of itself") {
  const Copy copy(original().earlier);
  CHECK(copy.audit().sound());
  const auto report = copy.audit(true);
  CHECK(names(report, first().text(), "seen here before, is missing or was changed"));
  CHECK(names(report, second().text(), "and is now missing"));
  CHECK(names(report, "seal/two", "and is now missing"));
  CHECK(names(report, "register", "seen here before"));
  CHECK(copy.script().ok());  // outside of what files alone can show
}

TEST_CASE("12: a fork signed by who holds the key") {
  const Copy copy;
  const auto two = copy.record(copy.file("0002-analyze."));
  copy.forge(first(), "note", said("x"), {.seq = 3, .prev = {two.digest}});
  CHECK(names(copy.audit(), first().text(), "fork at 0003"));
  check_agreement(copy);
  const Copy other;
  const auto one = other.record(other.file("register/0001"));
  other.forge(record::ChainName::registry(), "host", other.record(other.files("-host.").front()).body,
              {.person = "section-head", .role = "admin", .seq = 2, .prev = {one.digest}});
  CHECK(names(other.audit(), "register", "fork at 0002"));
  check_agreement(other);
}

TEST_CASE("it goes on after a break and names those of every chain") {
  const Copy copy;
  const std::vector<std::string> files{copy.file(original().first + "/0002"),
                                       copy.file(original().second + "/0001"), copy.file("register/0003"),
                                       copy.file("seals/one/0001"), copy.file("/notes/")};
  for (const auto& file : files) copy.write(file, copy.read(file).substr(0, 100));
  const auto report = copy.audit();
  for (const auto& file : files) CHECK(names(report, file));
  CHECK(std::is_sorted(report.findings.begin(), report.findings.end(),
                       [](const Finding& a, const Finding& b) { return a.chain < b.chain; }));
  check_agreement(copy);
}

TEST_CASE("notes and evidence: changed, taken, exchanged, redacted") {
  const Copy copy;
  const auto photo = store::evidence_path(first(), sha256("a photo"), false);
  const auto letter = store::evidence_path(first(), sha256("a letter with a name"), true);
  std::string note;
  for (const auto& file : copy.files("/notes/")) {
    if (copy.read(file).find(sha256("a photo").text()) != std::string::npos) note = file;
  }
  const auto redaction =
      yaml::Node::map().set("digest", sha256("a photo").text()).set("reason", "a name on it");
  bool sound = false;
  SUBCASE("a note changed") {
    copy.write(note, with(copy.read(note), "photo.jpg", "photo.png"));
    CHECK(names(copy.audit(), note, "its signature is invalid"));
  }
  SUBCASE("a note taken") {
    copy.remove(note);
    CHECK(names(copy.audit(), copy.file("-approve."), "to which it refers is missing"));
    CHECK(names(copy.audit(), note, "it was sealed but is missing"));
  }
  SUBCASE("a note put under another incident") {
    copy.rename(note, second().directory() + "/notes/" + fs::path(note).filename().string());
    CHECK(names(copy.audit(), second().directory() + "/notes/" + fs::path(note).filename().string(),
                "it belongs to"));
  }
  SUBCASE("a note under another name") {
    copy.rename(note, first().directory() + "/notes/00000000000000000000000000.yaml");
    CHECK(names(copy.audit(), first().directory() + "/notes/00000000000000000000000000.yaml",
                "its file name does not match"));
  }
  SUBCASE("a note that cites what is not there") {
    record::Note forged = record::parse_note(copy.read(note), note);
    const auto file = copy.forge_note(original().first, "note", said("x"));
    CHECK(copy.audit().sound());
    sound = true;
  }
  SUBCASE("evidence changed") {
    copy.write(photo, "another photo");
    CHECK(names(copy.audit(), photo, "its content does not match its name"));
  }
  SUBCASE("evidence taken") {
    copy.remove(photo);
    CHECK(names(copy.audit(), note, "to which it refers is missing"));
    CHECK(names(copy.audit(), photo, "it was sealed but is missing"));
  }
  SUBCASE("a run's output taken") {
    const auto end = copy.file("-command-end.");
    const auto out = sha256("done\n");
    copy.remove(store::evidence_path(first(), out, false));
    CHECK(names(copy.audit(), end, "to which it refers is missing"));
  }
  SUBCASE("private evidence is not in this copy") {
    copy.remove(letter);
    const auto report = copy.audit();
    CHECK(report.sound());
    REQUIRE(report.unchecked.size() == 1);
    CHECK(report.unchecked[0].render(Language::english).find("is not in this copy") != std::string::npos);
    sound = true;
  }
  SUBCASE("private evidence changed") {
    copy.write(letter, "another letter");
    CHECK(names(copy.audit(), letter, "its content does not match its name"));
  }
  SUBCASE("redacted by who may accept and did not add it") {
    copy.forge_note(original().first, "redact", redaction,
                    {.person = "division-head", .role = "division_head"});
    copy.remove(photo);
    CHECK(copy.audit().sound());
    sound = true;
  }
  SUBCASE("redacted by who may not") {
    const auto file = copy.forge_note(original().first, "redact", redaction);
    CHECK(names(copy.audit(), file, "'staff' has no role for step 'accept'"));
    return;  // roles
  }
  SUBCASE("the register's own: an adopted procedure") {
    copy.remove(copy.file("register/evidence/"));
    const auto report = copy.audit();
    CHECK(names(report, copy.file("register/0002"), "is missing"));
  }
  CHECK(copy.audit().sound() == sound);
  check_agreement(copy);
}

TEST_CASE("signatures and seals taken") {
  const Copy copy;
  SUBCASE("a signature") {
    const auto file = copy.file("-monitor.");
    fs::remove(copy.at(file + ".sig"));
    CHECK(names(copy.audit(), file, "its signature is missing"));
  }
  SUBCASE("a seal that another has seen") {
    fs::remove_all(copy.at("seals/one"));
    CHECK(names(copy.audit(), "seal/two", "the seal of 'one' to which it refers is missing"));
  }
  SUBCASE("the newest seal is only remembered") {
    fs::remove_all(copy.at("seals/two"));
    CHECK(copy.audit().sound());
    CHECK(names(copy.audit(true), "seal/two", "and is now missing"));
    CHECK(copy.audit().witnesses.empty());
  }
  SUBCASE("a seal that names what lies elsewhere") {
    auto files = yaml::Node::list();
    files.add(yaml::Node::map().set("sha256", sha256("x").text()).set("path", "../../etc/passwd"));
    files.add(yaml::Node::map().set("sha256", sha256("x").text()).set("path", "incidents/../jaga.yaml"));
    const auto body = yaml::Node::map().set("files", std::move(files)).set("seen", yaml::Node::list());
    copy.forge(record::ChainName::seal("one"), "seal", body);
    CHECK(names(copy.audit(), "../../etc/passwd", "files of this kind are never sealed"));
    CHECK(names(copy.audit(), "incidents/../jaga.yaml", "files of this kind are never sealed"));
  }
  SUBCASE("a chain that goes on under another key, as earlier versions did") {
    const auto body = yaml::Node::map().set("files", yaml::Node::list()).set("seen", yaml::Node::list());
    copy.forge(record::ChainName::seal("one"), "seal", body,
               {.person = "section-head", .role = "section_head"});
    const auto report = copy.audit();
    INFO(text(report));
    CHECK(report.sound());
    REQUIRE(report.remarks.size() == 1);
    CHECK(report.remarks[0].render(Language::english).find("'seal/one' is continued from record 2") == 0);
  }
  SUBCASE("a made-up installation: whose key it was is said, and no time") {
    const auto body = yaml::Node::map().set("files", yaml::Node::list()).set("seen", yaml::Node::list());
    Forgery how{.person = "division-head", .role = "division_head"};
    how.at = *parse_instant("2096-01-01T00:00:00.000Z");
    copy.forge(record::ChainName::seal("zz"), "seal", body, how);
    Options options;
    options.installation = "one";
    options.now = *parse_instant("2026-11-24T12:00:00.000Z");
    const auto report = audit_directory(store::Folder(copy.path().string()), original().repo, options);
    CHECK(report.sound());
    // It names nothing that is here, and so covers nothing.
    REQUIRE(report.witnesses.size() == 1);
    CHECK(report.witnesses[0].person == "section-head");
    REQUIRE(report.remarks.size() == 1);
    CHECK(
        report.remarks[0].render(Language::english).find("'seal/zz': the time of its record 1, 2096-01-01") ==
        0);
  }
  SUBCASE("two seals that differ") {
    const auto file = copy.file("-monitor.");
    auto files = yaml::Node::list();
    files.add(yaml::Node::map().set("sha256", sha256("x").text()).set("path", file));
    const auto body = yaml::Node::map().set("files", std::move(files)).set("seen", yaml::Node::list());
    copy.forge(record::ChainName::seal("one"), "seal", body);
    CHECK(names(copy.audit(), file, "two seals contradict each other about it"));
  }
  check_agreement(copy);
}

TEST_CASE("a loss that the register resolved is listed as not checked") {
  const Copy copy;
  const auto file = copy.file(original().second + "/0001");
  fs::remove_all(copy.at(second().directory()));
  std::vector<registry::Resolved> expected;
  for (const auto& finding : copy.audit(true).findings) {
    REQUIRE(finding.expected);
    expected.push_back(*finding.expected);
  }
  CHECK(expected.size() == 3);  // record, signature, remembered head
  auto list = yaml::Node::list();
  for (const auto& one : expected)
    list.add(yaml::Node::map().set("what", one.what).set("digest", one.expected.text()));
  const auto body =
      yaml::Node::map().set("found", "loss").set("expected", std::move(list)).set("reason", "a disk died");
  copy.forge(record::ChainName::registry(), "resolve", body, {.person = "section-head", .role = "admin"});
  const auto report = copy.audit(true);
  INFO(text(report));
  CHECK(report.sound());
  CHECK(report.unchecked.size() == 3);
  check_agreement(copy);
}

TEST_CASE("own work and a step out of order, correctly signed, are violations") {
  const Copy copy;
  const auto body = incident::to_node(incident::Accept{.on = copy.record(copy.file("-verify.")).digest});
  SUBCASE("a step that is not due") {
    const auto file =
        copy.forge(first(), "accept", body, {.person = "division-head", .role = "division_head"});
    CHECK(names(copy.audit(), file, "is not the next step"));
  }
  SUBCASE("a role that may not") {
    copy.remove(copy.file("-accept."));
    const auto file = copy.forge(first(), "accept", body);
    CHECK(names(copy.audit(), file, "has no role for step 'accept'"));
  }
  SUBCASE("a role that was never held") {
    copy.remove(copy.file("-accept."));
    const auto file = copy.forge(first(), "accept", body, {.person = "staff", .role = "division_head"});
    CHECK(names(copy.audit(), file, "did not hold the role 'division_head'"));
  }
}

TEST_CASE("a bag is checked where it lies, with and without jaga") {
  Original& place = original();
  const auto parent = place.office.path.parent_path() / "bags";
  fs::create_directories(parent);
  // In a copy of the directory, so that the original stays as it is.
  const auto kept = place.office.path.parent_path() / "kept";
  fs::copy(place.office.path, kept, fs::copy_options::recursive);
  workflow::ArchiveOptions wish;
  wish.part = incident::PartDisposition::none;
  wish.out = parent.string();
  const auto archived = workflow::archive(place.as("staff"), place.first, wish);
  fs::remove_all(place.office.path);
  fs::rename(kept, place.office.path);

  auto report = audit_bag(archived.bag);
  INFO(text(report));
  CHECK(report.sound());
  CHECK(report.records > 10);
  process::Command command;
  command.timeout = std::chrono::minutes(10);  // on a busy machine
  command.argv = {"dash", "../check.sh", "part"};
  command.directory = archived.bag + "/data";
  auto outcome = process::run(command);
  CAPTURE(outcome.out);
  CAPTURE(outcome.err);
  CHECK(outcome.ok());

  const auto data = fs::path(archived.bag) / "data";
  fs::path file;
  for (const auto& entry : fs::recursive_directory_iterator(data)) {
    if (entry.path().filename().string().find("-approve.") != std::string::npos &&
        entry.path().extension() == ".yaml")
      file = entry.path();
  }
  fs::permissions(file, fs::perms::owner_write, fs::perm_options::add);
  fs::resize_file(file, fs::file_size(file) - 1);
  CHECK_FALSE(audit_bag(archived.bag).sound());
  CHECK(process::run(command).code == 1);
}
