#include "feed/inventories.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "base/error.hpp"

using namespace jaga;
using namespace jaga::feed;
using inventory::Host;

namespace {

const std::vector<inventory::Check> kIcmp = {inventory::IcmpCheck{}};

Imported read(Source source, const std::string& bytes) {
  const std::vector<std::string> groups = {"web", "dc1"};
  return parse_inventory(source, bytes, "file", groups, kIcmp);
}

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("ansible-inventory --list") {
  const Imported got = read(Source::ansible, R"({
    "_meta": {"hostvars": {
      "Web01": {"ansible_host": "10.0.0.1", "ansible_port": 2222, "ansible_user": "watch"},
      "db01.example.org": {"ansible_port": "x", "ansible_user": "-oops"},
      "bad name": {}}},
    "all": {"children": ["ungrouped", "dc1"]},
    "dc1": {"children": ["web"]},
    "web": {"hosts": ["Web01", "web02"]},
    "odd": {"hosts": ["web02"]}, "ungrouped": {"hosts": []}})");
  REQUIRE(got.hosts.size() == 3);
  const Host& db = got.hosts[0];
  CHECK(db.name == "db01.example.org");
  CHECK(db.address == "db01.example.org");
  CHECK(db.login == inventory::Login{});
  const Host& web = got.hosts[1];
  CHECK(web.name == "web01");
  CHECK(web.address == "10.0.0.1");
  CHECK(web.login.port == 2222);
  CHECK(web.login.measure == "watch");
  CHECK(web.groups == std::vector<std::string>{"dc1", "web"});
  CHECK(web.checks == kIcmp);
  CHECK(got.hosts[2].address == "web02");
  REQUIRE(got.remarks.size() == 2);
  CHECK(says(got.remarks[0].render(Language::english), "'bad name'"));
  CHECK(says(got.remarks[1].render(Language::english), "skipped, unknown groups in hosts.yaml: odd"));
  CHECK(says(refusal([] { read(Source::ansible, "[web]\nweb01\n"); }),
             "is not the JSON output of ansible-inventory"));
  CHECK(read(Source::ansible, R"({"_meta": 5, "web": {"hosts": [1, {}]}, "x": []})").hosts.empty());
}

TEST_CASE("ssh_config") {
  const Imported got = read(Source::ssh_config, R"(
# comment
User everyone
Host web1 web2 *.internal
  HostName = %h.example.org
Host web1
  Port 2201
  Port 9
Host jump
  HostName "192.0.2.9"
Match host x
  Port 1
Host !web2 web*
  ProxyJump watch@jump:22
Host bad
  HostName "a b;c"
Include other
)");
  REQUIRE(got.hosts.size() == 3);
  CHECK(got.hosts[0].name == "jump");
  CHECK(got.hosts[0].address == "192.0.2.9");
  const Host& web1 = got.hosts[1];
  CHECK(web1.address == "web1.example.org");
  CHECK(web1.login.port == 2201);
  CHECK(web1.login.measure == "everyone");
  CHECK(web1.parents.any == std::vector<std::string>{"jump"});
  CHECK(got.hosts[2].parents.empty());
  REQUIRE(got.remarks.size() == 3);  // Match, Include and a name with a space
  CHECK(says(got.remarks.back().render(Language::english), "'a b;c'"));
}

TEST_CASE("comments, quotes and equals signs in ssh_config are parsed as ssh does") {
  const Imported got = read(Source::ssh_config, R"(
Host web1   # old box
  HostName=192.0.2.1 # where it is
  User "jaga"#no-comment
Host "db1" 'db2'
  HostName db_two.example.org.
  Port	=	2201
Host far1
  HostName 10.0.0.1
  ProxyCommand ssh -W %h:%p gate1
Host far2
  HostName 10.0.0.1
  ProxyCommand ssh -W %h:%p gate2
)");
  std::vector<std::string> names;
  for (const Host& host : got.hosts) names.push_back(host.name);
  CHECK(names == std::vector<std::string>{"db1", "far1", "far2", "web1"});  // db2 is the same host as db1
  CHECK(got.hosts[0].address == "db_two.example.org.");
  CHECK(got.hosts[0].login.port == 2201);
  CHECK(got.hosts[3].address == "192.0.2.1");
  CHECK(got.hosts[3].login.measure == "jaga");  // jaga#no-comment is not a login
}

TEST_CASE("names and variables of Ansible inventories") {
  const Imported got = read(Source::ansible, R"({"_meta": {"hostvars": {
    "web1": {"ansible_ssh_host": "192.0.2.7", "ansible_ssh_port": 2222, "ansible_ssh_user": "vagrant"},
    "web2": {"ansible_ssh_host": "192.0.2.8", "ansible_host": "192.0.2.9", "ansible_ssh_port": "22x"}}},
    "all": {"hosts": ["web1", "web2", "DB4.example.org.", "ip-172-31-34-231.us-east-2.compute.internal"]}})");
  REQUIRE(got.hosts.size() == 3);
  CHECK(got.hosts[0].name == "db4.example.org");
  CHECK(got.hosts[1].address == "192.0.2.7");
  CHECK(got.hosts[1].login.port == 2222);
  CHECK(got.hosts[1].login.measure == "vagrant");
  CHECK(got.hosts[2].address == "192.0.2.9");
  REQUIRE(got.remarks.size() == 1);
  CHECK(says(got.remarks[0].render(Language::english), "longer than 40 characters"));
}

TEST_CASE("hosts(5): invalid lines are skipped, and the first valid name counts") {
  const Imported got =
      read(Source::hosts,
           "127.1\tlocalhost\n192.0.2.1\tweb01\n192.0.2.2\nname 192.0.2.9\n192.0.2.3\tweb03. alias\n"
           "fe80::1%lo0 localhost\n2001:db8:0::5 six\n2001:db8::5 six2\n"
           "10.0.0.5 ip-172-31-34-231.us-east-2.compute.internal web05 # comment\n");
  std::vector<std::string> names;
  for (const Host& host : got.hosts) names.push_back(host.name);
  CHECK(names == std::vector<std::string>{"six", "web01", "web03", "web05"});
  std::vector<std::string> places;
  for (const Message& remark : got.remarks) places.push_back(std::to_string(remark.location->line));
  CHECK(places == std::vector<std::string>{"8", "1", "3", "4"});
}

TEST_CASE("names in ssh_config that lead to the same machine are one host, others are separate hosts") {
  const Imported got = read(Source::ssh_config, R"(
Host web web01.example.org WEB
  HostName 192.0.2.1
Host db01 db02
  User root
Host web-root
  User root
  HostName 192.0.2.1
Host nat-a
  HostName 192.0.2.1
  Port 2201
Host nat-b
  HostName 192.0.2.1
  Port 2202
Host inside-a
  HostName 10.0.0.1
  ProxyJump gate
Host inside-b
  HostName 10.0.0.1
  ProxyCommand nc -X 5 %h %p
Host gw gate
  HostName gw.example.org
)");
  std::vector<std::string> names;
  for (const Host& host : got.hosts) names.push_back(host.name + "=" + host.address);
  CHECK(names == std::vector<std::string>{"db01=db01", "db02=db02", "gw=gw.example.org", "inside-a=10.0.0.1",
                                          "inside-b=10.0.0.1", "nat-a=192.0.2.1", "nat-b=192.0.2.1",
                                          "web=192.0.2.1"});
  CHECK(got.hosts[3].parents.any == std::vector<std::string>{"gw"});  // under its other name
  std::vector<std::string> remarks;
  for (const Message& remark : got.remarks) remarks.push_back(remark.render(Language::english));
  CHECK(remarks ==
        std::vector<std::string>{
            "file:2: 'web01.example.org' has the same address, port and route as 'web': imported as one host",
            "file:6: 'web-root' has the same address, port and route as 'web': imported as one host",
            "file:21: 'gate' has the same address, port and route as 'gw': imported as one host",
            "file:2: duplicate host 'web': the first entry is used"});
}

TEST_CASE("hosts(5): a duplicate address is one host") {
  const Imported got = read(Source::hosts,
                            "10.0.0.1 web01\n10.0.0.1 www\n10.0.0.1 web01\n2001:DB8::1 web02\n"
                            "2001:db8::1 -bad\n2001:db8::1 v6\n");
  REQUIRE(got.hosts.size() == 2);
  CHECK(got.hosts[1].name == "web02");
  REQUIRE(got.remarks.size() == 4);
  CHECK(got.remarks[0].render(Language::english) ==
        "file:2: 'www' has the same address as 'web01': imported as one host");
  CHECK(says(got.remarks[1].render(Language::english), "duplicate host 'web01'"));
  CHECK(says(got.remarks[2].render(Language::english), "invalid host name '-bad'"));
  CHECK(says(got.remarks[3].render(Language::english), "'v6' has the same address as 'web02'"));
}

TEST_CASE("hosts(5)") {
  const Imported got =
      read(Source::hosts,
           "127.0.0.1 localhost\n::1 ip6-localhost\nff02::1 ip6-allnodes\n\n"
           "10.0.0.1\tWeb01.example.org web01 # the first\r\n10.0.0.2 web02\n10.0.0.3 web02\n");
  REQUIRE(got.hosts.size() == 2);
  CHECK(got.hosts[0].name == "web01.example.org");
  CHECK(got.hosts[1].address == "10.0.0.2");
  REQUIRE(got.remarks.size() == 1);
  CHECK(got.remarks[0].render(Language::english) ==
        "file:7: duplicate host 'web02': the first entry is used");
  CHECK(says(refusal([] { read(Source::hosts, "10.0.0.1\n"); }), "not a valid line of hosts(5)"));
}

TEST_CASE("CSV with a header") {
  const Imported got =
      read(Source::csv,
           "\xef\xbb\xbfName;Address;Groups;Checks;Site;Model;Parents\r\n"
           "web01;10.0.0.1;web other;icmp tcp:443;dc1;\"R740; \"\"x\"\"\nline\";sw1 sw2\r\n\r\n"
           "sw1;10.0.0.2;;;;;\r\n");
  REQUIRE(got.hosts.size() == 2);
  CHECK(got.hosts[0].name == "sw1");
  CHECK(got.hosts[0].checks == kIcmp);
  const Host& web = got.hosts[1];
  CHECK(web.groups == std::vector<std::string>{"web"});
  CHECK(web.checks.size() == 2);
  CHECK(web.place.site == "dc1");
  CHECK(web.hardware.model == "R740; \"x\"\nline");
  CHECK(web.parents.any == std::vector<std::string>{"sw1", "sw2"});
  const auto refused = [](const std::string& bytes) { return refusal([&] { read(Source::csv, bytes); }); };
  CHECK(says(refused(""), "the header line with the column names is missing"));
  CHECK(says(refused("name,addr\n"), "unknown column 'addr'"));
  CHECK(says(refused("name,kind\n"), "missing column 'address'"));
  CHECK(says(refused("name,name,address\n"), "duplicate column"));
  CHECK(says(refused("name,address\na\n"), "expected 2 cells as in the header, found 1"));
  CHECK(says(refused("name,address\n\"a,b\n"), "unclosed quote"));
  CHECK(says(refused("name,address,port\na,b,x\n"), "invalid port"));
  CHECK(says(refused("name,address,checks\na,b,snmp\n"), "unknown check 'snmp'"));
}

TEST_CASE("checks given as a word") {
  CHECK(inventory::object(parse_check("tcp:443")) == "443");
  CHECK(std::get<inventory::TcpCheck>(parse_check("tcp:443/a@b.service")).unit == "a@b.service");
  CHECK(inventory::object(parse_check("http:https://a/")) == "https://a/");
  CHECK(inventory::object(parse_check("dns:a.example")) == "a.example/A");
  CHECK(inventory::object(parse_check("dns:a.example/MX")) == "a.example/MX");
  for (const char* text :
       {"", "tcp", "tcp:", "tcp:0", "tcp:65536", "tcp:80/", "tcp:80/web", "tcp:80/.service", "tcp:/a.service",
        "tcp:80/a/b.service", "http:x", "dns:", "plugin", "icmp:1"})
    CHECK_THROWS_AS(parse_check(text), Error);
}

TEST_CASE("a plain list") {
  const auto hosts = parse_plain_list(
      "# all\nweb01 10.0.0.1\n10.0.0.8/30\nfd00::1\nWeb[1-2].example\n\n10.0.0.9\n", "list", kIcmp);
  REQUIRE(hosts.size() == 6);
  CHECK(hosts[0].name == "web01");
  CHECK(hosts[0].address == "10.0.0.1");
  CHECK(hosts[1].name == "10.0.0.9");
  CHECK(hosts[3].name == "fd00--1");
  CHECK(hosts[3].address == "fd00::1");
  CHECK(hosts[5].name == "web2.example");
  CHECK(hosts[5].checks == kIcmp);
  CHECK(
      says(refusal([] { parse_plain_list("\na b c\n", "list", kIcmp); }), "a line must contain an address"));
  CHECK(says(refusal([] { parse_plain_list("x a+b\n", "list", kIcmp); }), "invalid address: 'a+b'"));
  CHECK(says(refusal([] { parse_plain_list(std::string(41, 'a') + "\n", "list", kIcmp); }),
             "longer than 40 characters"));
  CHECK(parse_plain_list("db_1.example.org.\n", "list", kIcmp).at(0).name == "db_1.example.org");
  CHECK(says(refusal([] { parse_plain_list("10.0.0.0/8\n", "list", kIcmp); }), "10.0.0.0/8"));
}
