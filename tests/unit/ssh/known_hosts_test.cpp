#include "ssh/known_hosts.hpp"

#include <doctest/doctest.h>

#include "process/run.hpp"
#include "server.hpp"

using namespace jaga::ssh;

namespace {

const std::string kA = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEtc5WUPqNYe/GjS2Sy5kMNVQbeBqHcZbIFYVHAlDqZr";
const std::string kB = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

std::vector<std::size_t> lines_for(const std::string& text, std::string_view host, std::uint16_t port) {
  const std::vector<KnownHosts> files{parse_known_hosts(text, "file")};
  std::vector<std::size_t> out;
  for (const KnownKey& known : look_up(files, host, port).keys) out.push_back(known.line);
  return out;
}

using Lines = std::vector<std::size_t>;

}  // namespace

TEST_CASE("names, addresses, lists and negation") {
  const std::string text =
      "# comment\n\nweb01,10.0.0.1 " + kA + " who\nWEB*,!web02 " + kB + "\r\n2001:db8::1 " + kA + "\n";
  CHECK(lines_for(text, "web01", 22) == Lines{3, 4});
  CHECK(lines_for(text, "Web03", 22) == Lines{4});
  CHECK(lines_for(text, "web02", 22).empty());
  CHECK(lines_for(text, "10.0.0.1", 22) == Lines{3});
  CHECK(lines_for(text, "2001:db8::1", 22) == Lines{5});
  CHECK(lines_for(text, "db01", 22).empty());
}

TEST_CASE("a key of the plain name says nothing about another port") {
  const std::string text = "web01 " + kA + "\n[web01]:2222 " + kB + "\n";
  CHECK(lines_for(text, "web01", 22) == Lines{1});
  CHECK(lines_for(text, "web01", 2222) == Lines{2});
  CHECK(lines_for(text, "web01", 2223).empty());
}

TEST_CASE("revoked keys count against all lines; authorities are not keys of the host") {
  const std::string text =
      "web01 " + kA + "\nweb01 " + kB + "\n@revoked * " + kA + "\n@cert-authority *.example " + kB + "\n";
  const std::vector<KnownHosts> files{parse_known_hosts(text, "f")};
  const KnownHostsAnswer web = look_up(files, "web01", 22);
  REQUIRE(web.keys.size() == 1);
  CHECK(web.keys[0].line == 2);
  CHECK(web.revoked.size() == 1);
  CHECK(web.authorities.empty());
  const KnownHostsAnswer other = look_up(files, "db.example", 22);
  CHECK(other.keys.empty());
  REQUIRE(other.authorities.size() == 1);
  CHECK(other.authorities[0].line == 4);
}

TEST_CASE("lines that are not understood are named, the others count") {
  const std::string text = "web01\n@other web01 " + kA + "\nweb01 ssh-ed25519 AAAA\n|1|x|y " + kA +
                           "\n|2|a|b " + kA + "\nweb01 " + kA;
  const KnownHosts known = parse_known_hosts(text, "f");
  CHECK(known.unreadable == Lines{1, 2, 3, 4, 5});
  CHECK(lines_for(text, "web01", 22) == Lines{6});
}

TEST_CASE("names hashed by ssh-keygen are found, as ssh-keygen finds them") {
  const jaga::test::Folder folder;
  const std::string path = folder / "known_hosts";
  jaga::test::write_file(path, "web01,10.0.0.1 " + kA + "\n[web01]:2222 " + kB + "\n");
  REQUIRE(jaga::process::run({.argv = {"ssh-keygen", "-q", "-H", "-f", path}, .timeout = std::chrono::minutes(10)}).ok());
  const std::string hashed = jaga::test::read_file(path);
  REQUIRE(hashed.find("web01") == std::string::npos);
  const struct {
    const char* host;
    std::uint16_t port;
  } asked[] = {{"web01", 22},   {"10.0.0.1", 22}, {"web01", 2222},
               {"web01", 2223}, {"web02", 22},    {"web0?", 22}};
  for (const auto& each : asked) {
    const std::string name =
        each.port == 22 ? each.host : "[" + std::string(each.host) + "]:" + std::to_string(each.port);
    CAPTURE(name);
    const bool there = jaga::process::run({.argv = {"ssh-keygen", "-F", name, "-f", path}, .timeout = std::chrono::minutes(10)}).ok();
    CHECK(lines_for(hashed, each.host, each.port).size() == (there ? 1 : 0));
  }
}
