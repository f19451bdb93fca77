// How hosts are reached: hosts.yaml, pins, known_hosts and ssh's configuration together.
#include "workflow/reach.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "register/register.hpp"

using namespace jaga;
using workflow::Reach;

namespace {

const std::string kA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEtc5WUPqNYe/GjS2Sy5kMNVQbeBqHcZbIFYVHAlDqZr";
const std::string kB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

struct Home {
  std::string path;
  workflow::Context context;
  ssh::Options logins;
  std::vector<std::string> said;

  explicit Home(const std::string& hosts) {
    char name[] = "/tmp/jaga-reach-XXXXXX";
    path = ::mkdtemp(name);
    context.inventory = std::make_shared<inventory::Inventory>(inventory::load({"hosts.yaml", hosts}, {}));
    context.notice = [this](const Message& message) { said.push_back(message.render(Language::english)); };
    logins.program =
        ssh::Program{{"PATH=" + path + ":/usr/bin:/bin", "HOME=/home/staff", "USER=staff"}, path};
  }
  ~Home() { std::filesystem::remove_all(path); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(path + "/" + name) << text;
    std::filesystem::permissions(path + "/" + name, std::filesystem::perms(0755));
  }
  // In place of ssh -G: `cases` of a shell's case over the name.
  void configure(const std::string& cases) {
    write("ssh", "#!/bin/sh\nprintf '%s\\n' \"$3\" >>" + path + "/asked\ncase $3 in\n" + cases +
                     "*) printf 'hostname %s\\nuser staff\\nport 22\\n' \"$3\" ;;\nesac\n");
    logins.program->has_config = true;
  }
  void pin(const std::string& host, const std::string& key) {
    auto state =
        std::make_shared<registry::Register>(context.registered ? *context.registered : registry::Register());
    registry::Pin pin;
    pin.host = host;
    pin.host_keys = {key};
    state->pins[host] = pin;
    context.registered = state;
  }
  ssh::Target target(const std::string& host) const {
    return Reach(context, {&context.inventory->at(host)}, logins).target(host);
  }
  // Each name once for each time that ssh was asked, sorted: those of one hop are asked side by side.
  std::vector<std::string> asked() const {
    std::ifstream in(path + "/asked");
    std::vector<std::string> names;
    for (std::string name; std::getline(in, name);) names.push_back(name);
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace

TEST_CASE("without a configuration hosts.yaml and the pins say all, and ssh is not asked") {
  Home home(
      "defaults: {checks: [ssh], jump: gate}\nhosts:\n  - {name: gate, address: 192.0.2.1, login: {port: "
      "2222}}\n"
      "  - {name: web01, address: 192.0.2.2, login: {measure: watch}}\n");
  home.write("ssh", "#!/bin/sh\ntouch " + home.path + "/asked\n");
  home.pin("gate", kA);
  home.pin("web01", kB);
  const ssh::Target web = home.target("web01");
  CHECK(web.user == "watch");
  CHECK(web.port == 22);
  REQUIRE(web.known.size() == 1);
  CHECK(web.known[0].line() == kB);
  REQUIRE(web.jump);
  CHECK(web.jump->address == "192.0.2.1");
  CHECK(web.jump->port == 2222);
  CHECK(web.jump->user == "jaga");
  CHECK(web.jump->known[0].line() == kA);
  CHECK_FALSE(web.jump->jump);
  CHECK_FALSE(std::filesystem::exists(home.path + "/asked"));
}

TEST_CASE("what hosts.yaml does not say is ssh's to say") {
  Home home(
      "defaults: {checks: [ssh]}\nhosts:\n  - {name: alias, address: alias}\n"
      "  - {name: web01, address: 192.0.2.2, login: {measure: watch, port: 2200}}\n"
      "  - {name: gate, address: 192.0.2.1}\n  - {name: usual, address: 192.0.2.9}\n");
  home.pin("gate", kA);
  home.configure(
      "alias | web01) printf 'hostname 198.51.100.7\\nuser ops\\nport 2022\\nidentityfile "
      "~/.ssh/k\\nidentitiesonly yes\\n"
      "proxyjump 192.0.2.1,ops@outer.example:77\\n' ;;\n");
  const ssh::Target alias = home.target("alias");
  CHECK(alias.address == "198.51.100.7");
  CHECK(alias.user == "ops");
  CHECK(alias.port == 2022);
  CHECK(alias.key_files == std::vector<std::string>{"/home/staff/.ssh/k"});
  CHECK(alias.only_these_keys);
  // The nearest first: outer is reached through gate, and nobody has pinned it.
  REQUIRE(alias.jump);
  CHECK(alias.jump->address == "outer.example");
  CHECK(alias.jump->port == 77);
  CHECK(alias.jump->user == "ops");
  CHECK(alias.jump->known.empty());
  REQUIRE(alias.jump->jump);
  CHECK(alias.jump->jump->name == "gate");
  CHECK(alias.jump->jump->known[0].line() == kA);
  CHECK(home.asked() == std::vector<std::string>{"alias", "gate", "outer.example"});

  const ssh::Target web = home.target("web01");
  CHECK(web.address == "192.0.2.2");
  CHECK(web.user == "watch");
  CHECK(web.port == 2200);
  CHECK(home.target("usual").user == "jaga");

  // A plan decides all but the way.
  ssh::Target planned{.name = "web01", .address = "192.0.2.2", .port = 2200, .user = "jaga-repair"};
  Reach(home.context, {&home.context.inventory->at("web01")}, home.logins).add_way("web01", planned);
  CHECK(planned.user == "jaga-repair");
  CHECK(planned.port == 2200);
  CHECK(planned.jump);
}

TEST_CASE("an unreadable configuration is reported once") {
  Home home(
      "defaults: {checks: [ssh]}\nhosts:\n  - {name: a, address: 192.0.2.1}\n  - {name: b, address: "
      "192.0.2.2}\n");
  home.configure("a | b) echo 'config line 3: Bad option' >&2; exit 255 ;;\n");
  const Reach reach(home.context, home.context.inventory->select({}), home.logins);
  CHECK(reach.target("a").address == "192.0.2.1");
  CHECK(reach.target("b").address == "192.0.2.2");
  REQUIRE(home.said.size() == 1);
  CHECK(home.said[0].find("line 3: Bad option") != std::string::npos);
}

TEST_CASE("known_hosts counts only where there is no register, and never for another port") {
  Home home(
      "defaults: {checks: [ssh]}\nhosts:\n  - {name: web01, address: 192.0.2.1}\n"
      "  - {name: other, address: 192.0.2.1, login: {port: 2222}}\n  - {name: old, address: 192.0.2.3}\n"
      "  - {name: certified, address: 192.0.2.4}\n");
  home.write("known_hosts",
             "192.0.2.1 " + kA + "\n@revoked 192.0.2.3 " + kB + "\n@cert-authority 192.0.2.4 " + kA + "\n");
  home.logins.known_hosts = {home.path + "/known_hosts", home.path + "/missing"};
  REQUIRE(home.target("web01").known.size() == 1);
  CHECK(home.target("web01").known_from == home.path + "/known_hosts:1");
  CHECK(home.target("other").known.empty());
  CHECK(home.target("old").known.empty());
  REQUIRE(home.target("old").revoked.size() == 1);
  CHECK(home.target("old").revoked[0].line() == kB);
  CHECK(home.target("certified").known.empty());
  CHECK(home.target("certified").known_from.find("@cert-authority") != std::string::npos);
  home.pin("else", kB);
  CHECK(home.target("web01").known.empty());
}
