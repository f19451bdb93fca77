#include "plan/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "base/error.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

using namespace jaga;
using namespace jaga::plan;

namespace {

Target web() {
  return {"web01", "10.0.0.1", 22, "jaga-repair", {"ssh-rsa BBBB", "ssh-ed25519 AAAA"}, "abc", {}};
}

ExitCode refusal(const Template& plan, const Values& values, Target target) {
  try {
    freeze(plan, values, {std::move(target)});
  } catch (const Error& error) {
    return error.code();
  }
  return ExitCode::ok;
}

}  // namespace

TEST_CASE("every built-in plan is sound, and freezes to what it is read back as") {
  for (const auto& name : builtin_names()) {
    const Template plan = find(name, {});
    CHECK(plan.origin == Origin::builtin);
    CHECK(plan.digest == sha256(*builtin(name)));
    Values values;
    for (const auto& parameter : plan.parameters) {
      if (parameter.fallback) continue;
      values[parameter.name] = parameter.type == Type::path ? "/var" : "nginx.service";
      CHECK(why_not(parameter, values[parameter.name]).empty());
    }
    const Frozen frozen = freeze(plan, values, {web()});
    yaml::Node top = yaml::Node::map();
    top.set("plan", to_node(frozen));
    const std::string bytes = yaml::write_canonical(top);
    const yaml::Source source{"record", ExitCode::data};
    const Frozen back = of_node(*yaml::read_canonical(bytes, "record").find("plan"), source);
    CHECK(back == frozen);
    CHECK(std::is_sorted(frozen.targets[0].host_keys.begin(), frozen.targets[0].host_keys.end()));
  }
}

TEST_CASE("parameters reach a script as arguments, its text stays") {
  const Template plan = find("clean-disk", {});
  const Frozen frozen = freeze(plan, {{"mount", "/srv/a b'$(id)"}, {"days", "3"}}, {web()});
  REQUIRE(frozen.commands.size() == 1);
  CHECK(frozen.commands[0].script == plan.commands[0].script);
  CHECK(frozen.commands[0].arguments == std::vector<std::string>{"/srv/a b'$(id)", "3", "64M"});
  CHECK(frozen.after == std::vector<FrozenProbe>{{"disk", "/srv/a b'$(id)"}});
  CHECK(frozen.commands[0].expects(0));
  CHECK_FALSE(frozen.commands[0].expects(1));
}

TEST_CASE("a parameter that is missing, unknown or of the wrong type is refused") {
  const Template clean = find("clean-disk", {});
  CHECK(refusal(clean, {}, web()) == ExitCode::usage);
  CHECK(refusal(clean, {{"mount", "/var"}, {"day", "1"}}, web()) == ExitCode::usage);
  for (const char* bad : {"var", "", "/var/../etc", "/a\nb", "/\x1b[2J"})
    CHECK(refusal(clean, {{"mount", bad}}, web()) == ExitCode::usage);
  for (const char* bad : {"0", "3651", "1.5", "", "x", "-1", "01"})
    CHECK(refusal(clean, {{"mount", "/var"}, {"days", bad}}, web()) == ExitCode::usage);
  CHECK(refusal(clean, {{"mount", "/var"}, {"journal", "1M"}}, web()) == ExitCode::usage);
  const Template restart = find("restart-unit", {});
  CHECK(refusal(restart, {{"unit", "getty@tty1.service"}}, web()) == ExitCode::ok);
  for (const char* bad : {"nginx", "-h.service", "a b.service", "a;b.service", "/x.service"})
    CHECK(refusal(restart, {{"unit", bad}}, web()) == ExitCode::usage);
}

TEST_CASE("a plan that runs is bound to an identity") {
  Target unpinned = web();
  unpinned.host_keys.clear();
  Target nameless = web();
  nameless.machine_id.clear();
  CHECK(refusal(find("restart-unit", {}), {{"unit", "a.service"}}, unpinned) == ExitCode::not_permitted);
  CHECK(refusal(find("restart-unit", {}), {{"unit", "a.service"}}, nameless) == ExitCode::not_permitted);
  CHECK(refusal(find("vendor", {}), {{"task", "replace the disk"}}, unpinned) == ExitCode::ok);
}

TEST_CASE("the office's plan stands over the built-in one, and its mistakes are named") {
  const std::string bytes =
      "format: jaga/plan@1\ntitle: {id: a, en: b}\nrun: local\ncommands:\n  - {title: {id: a, en: b}, "
      "script: \"true\"}\n";
  const std::vector<OfficePlan> office = {{"clean-disk", bytes}};
  CHECK(find("clean-disk", office).origin == Origin::office);
  CHECK(find("clean-disk", office).run == Run::local);
  CHECK_THROWS_AS(find("clean-dsk", office), Error);
  for (const std::string& bad :
       {std::string("format: jaga/plan@1\ntitle: {id: a, en: b}\nrun: ssh\n"),
        std::string("format: jaga/plan@1\ntitle: {id: a, en: b}\nrun: manual\ncommands: [{title: {id: a, en: "
                    "b}, script: x}]\n"),
        bytes + "parameters: [{name: Bad, type: text}]\n",
        bytes + "parameters: [{name: n, type: choice, choices: [a], default: b}]\n",
        bytes + "after: [{check: disk, object: {parameter: x}}]\n", bytes + "colour: red\n"})
    CHECK_THROWS_AS(parse(bad, "plans/x.yaml", "x", Origin::office), Error);
}

TEST_CASE("what no host can be given is refused before it is recorded, and when it is read back") {
  const Template clean = find("clean-disk", {});
  Template plan = clean;
  plan.commands[0].script = std::string(kMostScript, '#');
  CHECK(refusal(plan, {{"mount", "/var"}}, web()) == ExitCode::ok);
  plan.commands[0].script += '#';
  CHECK(refusal(plan, {{"mount", "/var"}}, web()) == ExitCode::usage);
  plan = clean;
  plan.commands[0].arguments.push_back({false, std::string(kMostWords, 'x')});
  CHECK(refusal(plan, {{"mount", "/var"}}, web()) == ExitCode::usage);
  plan = clean;
  plan.rollback = clean.commands;
  plan.rollback[0].environment = {{"A-B", {false, "x"}}};
  CHECK(refusal(plan, {{"mount", "/var"}}, web()) == ExitCode::usage);

  const yaml::Source source{"record", ExitCode::data};
  Frozen frozen = freeze(clean, {{"mount", "/var"}}, {web()});
  frozen.commands[0].environment = {{"_A1", "x"}};
  CHECK(of_node(to_node(frozen), source) == frozen);
  for (const char* name : {"1A", "A=B", "A;id", "\xc3\xa9"}) {
    CAPTURE(name);
    frozen.commands[0].environment = {{name, "x"}};
    try {
      of_node(to_node(frozen), source);
      CHECK_MESSAGE(false, "read");
    } catch (const Error& error) {
      CHECK(error.code() == ExitCode::data);
    }
  }
}

TEST_CASE("a command that restarts its target and a plan that waits for a window stay what they are") {
  const Frozen frozen = freeze(find("reboot", {}), {}, {web()});
  CHECK(frozen.window);
  CHECK(std::count_if(frozen.commands.begin(), frozen.commands.end(),
                      [](const FrozenCommand& one) { return one.reboot; }) == 1);
  // A record from before there was such a thing has no word of it.
  CHECK(to_node(frozen).find("window") != nullptr);
  CHECK(to_node(freeze(find("set-clock", {}), {}, {web()})).find("window") == nullptr);
  const std::string head = "format: jaga/plan@1\ntitle: {id: a, en: b}\n";
  const std::string restarts = "commands:\n  - {title: {id: a, en: b}, script: x, reboot: true}\n";
  CHECK_THROWS_AS(parse(head + "run: local\n" + restarts, "plans/x.yaml", "x", Origin::office), Error);
  CHECK_THROWS_AS(parse(head + "run: manual\nwindow: true\n", "plans/x.yaml", "x", Origin::office), Error);
  CHECK(parse(head + "run: ssh\n" + restarts, "plans/x.yaml", "x", Origin::office).commands[0].reboot);
}

TEST_CASE("files are frozen by digest, and no plan names one that is not given") {
  const std::string bytes =
      "format: jaga/plan@1\ntitle: {id: a, en: b}\nrun: local\nfiles: [a.conf, b.conf]\nbefore: [{check: "
      "disk, object: "
      "/var, known: true}]\ncommands:\n  - {title: {id: a, en: b}, script: \"true\"}\n";
  const Template plan = parse(bytes, "plans/x.yaml", "x", Origin::office);
  REQUIRE(plan.files.size() == 2);
  CHECK(plan.files[1].name == "b.conf");
  CHECK(plan.files[1].mark.line == 4);
  const std::vector<FrozenFile> files = {{"a.conf", 3, sha256("abc")}, {"b.conf", 0, sha256("")}};
  const Frozen frozen = freeze(plan, {}, {web()}, files);
  CHECK(frozen.files == files);
  CHECK(frozen.before == std::vector<FrozenProbe>{{"disk", "/var", true}});
  const yaml::Source source{"record", ExitCode::data};
  CHECK(of_node(to_node(frozen), source) == frozen);
  CHECK(comes_from(frozen, plan, files));
  std::vector<FrozenFile> others = files;
  others[0].digest = sha256("abd");
  CHECK_FALSE(comes_from(frozen, plan, others));
  CHECK_FALSE(comes_from(frozen, plan));
  others.pop_back();
  CHECK_THROWS_AS(freeze(plan, {}, {web()}, others), Error);
  for (const char* wrong : {"files: [../a]\n", "files: [a, a]\n", "files: [\"\"]\n", "files: a\n"})
    CHECK_THROWS_AS(parse(bytes.substr(0, bytes.find("files")) + wrong + bytes.substr(bytes.find("before")),
                          "plans/x.yaml", "x", Origin::office),
                    Error);
}
