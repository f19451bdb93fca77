// What only somebody who saw it can tell, and what the printed program says everywhere.
#include <doctest/doctest.h>

#include <algorithm>

#include "place.hpp"

using namespace jaga;
using namespace jaga::audit;
using namespace jaga::audit::test;
namespace fs = std::filesystem;

TEST_CASE("the printed program says the same under every awk" * doctest::test_suite("long")) {
  // The system's is one of them; busybox's own is tried with its shell.
  for (const std::string awk : {"/usr/bin/mawk", "/usr/bin/gawk", "/usr/bin/original-awk"}) {
    if (!fs::exists(awk)) continue;
    CAPTURE(awk);
    const Copy copy;
    const auto says = [&](const std::string& what, int code) {
      const auto outcome = copy.script("dash", false, awk);
      CAPTURE(outcome.out);
      CHECK(outcome.err.empty());
      CHECK(outcome.code == code);
      CHECK(outcome.out.find(what) != std::string::npos);
    };
    says("sound: chains", 0);
    const auto accept = copy.file("-accept.");
    const auto bytes = copy.read(accept);
    copy.write(accept, with(bytes, "person: \"", "person: \"a"));
    says(accept + ": its signature is invalid", 1);
    copy.remove(accept);
    says(accept + ": it was sealed but is missing", 1);
    fs::remove_all(copy.at("seals/one"));
    says("the seal to which it refers is missing", 1);
    copy.write("register/0099-person.aaaaaa.yaml", std::string(std::size_t{5} << 20U, 'x'));
    says("register/0099-person.aaaaaa.yaml: it is larger than any file that jaga writes", 1);
  }
}

TEST_CASE("the printed program reads nothing that is larger than jaga writes" * doctest::test_suite("long")) {
  const Copy copy;
  std::string file;
  SUBCASE("a record") {
    file = "register/0099-person.aaaaaa.yaml";
  }
  SUBCASE("a note") {
    file = first().directory() + "/notes/00000000000000000000000000.yaml";
  }
  SUBCASE("a signature") {
    file = copy.file("-approve.") + ".sig";
  }
  copy.write(file, std::string(std::size_t{20} << 20U, 'x'));
  for (const std::string shell : {"dash", "busybox"}) {
    const auto outcome = copy.script(shell);
    CAPTURE(outcome.out);
    CHECK(outcome.code == 1);
    CHECK(outcome.out.find(file + ": it is larger than any file that jaga writes") != std::string::npos);
  }
  check_agreement(copy);
}

TEST_CASE("chains without a finding are remembered whatever is wrong with the others") {
  const Copy copy;
  const auto whole = copy.audit(true).heads;
  copy.remove(copy.file("-accept."));
  const auto left = copy.audit(true).heads;
  const auto of = [](const std::vector<store::RememberedHead>& heads, const record::ChainName& chain) {
    return std::count_if(heads.begin(), heads.end(),
                         [&](const store::RememberedHead& head) { return head.chain == chain; });
  };
  CHECK(of(whole, first()) == 1);
  CHECK(of(left, first()) == 0);
  // The seal names what is missing, so it is reported for its chain.
  for (const auto& chain : {second(), record::ChainName::registry(), record::ChainName::seal("one")})
    CHECK(of(left, chain) == 1);
}

TEST_CASE("records of each kind removed at the end, whole chains, and what covers them, by who saw them") {
  // With their seals, so that nothing in the directory shows them.
  const Copy copy;
  fs::remove_all(copy.at("seals"));
  std::string chain = first().text();
  SUBCASE("a decision") {
    copy.remove(copy.file("-accept."));
  }
  SUBCASE("several records") {
    for (const std::string part : {"-accept.", "-verify.", "-repair-end."}) copy.remove(copy.file(part));
  }
  SUBCASE("all but the first") {
    for (const auto& file : copy.files(original().first + "/00"))
      if (file.find("0001-") == std::string::npos) copy.remove(file);
    fs::remove_all(copy.at(first().directory() + "/notes"));
  }
  SUBCASE("an incident") {
    fs::remove_all(copy.at(first().directory()));
  }
  SUBCASE("one that has just begun") {
    fs::remove_all(copy.at(second().directory()));
    chain = second().text();
  }
  SUBCASE("a record of the register") {
    copy.remove(copy.files("register/00").back());
    chain = "register";
  }
  auto report = copy.audit();
  INFO(text(report));
  CHECK(report.sound());  // nothing in the directory tells, which SECURITY.md says
  CHECK(copy.script().ok());
  CHECK(report.seen == 0);
  report = copy.audit(true);
  CHECK(names(report, chain, "before"));
  CHECK(report.seen >= 2);
}

TEST_CASE("what this account saw at another path is a remark, with path and count") {
  const Copy copy;
  copy.remove(copy.file("-accept."));
  copy.remove(copy.file("-verify."));
  fs::remove_all(copy.at("seals"));
  fs::remove_all(copy.at(second().directory()));
  Options options;
  options.elsewhere.push_back({"/srv/other", original().remembered});
  auto report = audit_directory(store::Folder(copy.path().string()), original().repo, options);
  INFO(text(report));
  CHECK(report.sound());
  REQUIRE(report.remarks.size() == 1);
  // Two of the first incident, the second one's, and a seal of each installation.
  CHECK(report.remarks[0].render(Language::english) ==
        "this account has seen 5 records in '/srv/other' that are missing here");
  options.elsewhere[0].heads = {copy.audit().heads};
  CHECK(audit_directory(store::Folder(copy.path().string()), original().repo, options).remarks.empty());
  // As many records as here, but others.
  options.elsewhere[0].heads[0].head = sha256("another");
  report = audit_directory(store::Folder(copy.path().string()), original().repo, options);
  REQUIRE(report.remarks.size() == 1);
  CHECK(report.remarks[0].render(Language::english) ==
        "this account has seen 1 record in '/srv/other' that is missing here");
}

TEST_CASE("memory that is damaged is listed as not checked") {
  const Copy copy;
  Options options;
  options.forgotten = {first()};
  const auto report = audit_directory(store::Folder(copy.path().string()), original().repo, options);
  CHECK(report.sound());
  REQUIRE(report.unchecked.size() == 1);
  CHECK(report.unchecked[0].render(Language::english).find(first().text()) != std::string::npos);
}
