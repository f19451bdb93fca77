#include "inventory/url.hpp"

#include <doctest/doctest.h>

using namespace jaga::inventory;

TEST_CASE("URLs are taken apart") {
  CHECK(parse_url("http://Example.ORG") == Url{false, "example.org", 80, "/"});
  CHECK(parse_url("HTTPS://a:8443/x?y=1#z") == Url{true, "a", 8443, "/x?y=1"});
  CHECK(parse_url("https://[2001:db8::1]:8443?q") == Url{true, "2001:db8::1", 8443, "/?q"});
  CHECK(parse_url("http://192.0.2.1:/") == Url{false, "192.0.2.1", 80, "/"});
  CHECK(parse_url("https://[::1]:444/a")->authority() == "[::1]:444");
  CHECK(parse_url("https://a:443/")->authority() == "a");
  CHECK(parse_url("http://a:443/")->text() == "http://a:443/");
}

TEST_CASE("what is no URL of HTTP is none") {
  for (const char* text :
       {"", "a", "ftp://a/", "http:/a", "http://", "http:///x", "http://a b/", "http://a/\r\nX: y",
        "http://user@a/", "http://a:0/", "http://a:65536/", "http://a:x/", "http://[::1/",
        "http://[fe80::1%eth0]/", "http://[a]/", "http://-a/", "http://a:1:2/", "http://\xc3\xa4/"})
    CHECK_MESSAGE(!parse_url(text), text);
  CHECK_FALSE(parse_url("http://a/" + std::string(2'000, 'x')));
}

TEST_CASE("a Location is relative to where it came from") {
  const Url base = *parse_url("https://a.example:8443/x/y?z=1");
  CHECK(resolve_url(base, "/q")->text() == "https://a.example:8443/q");
  CHECK(resolve_url(base, "q?r")->text() == "https://a.example:8443/x/q?r");
  CHECK(resolve_url(base, "?r")->text() == "https://a.example:8443/x/y?r");
  CHECK(resolve_url(base, "//b/")->text() == "https://b/");
  CHECK(resolve_url(base, "http://b")->text() == "http://b/");
  CHECK(resolve_url(base, "#top")->text() == base.text());
  CHECK_FALSE(resolve_url(base, "javascript:alert(1)"));
  CHECK(resolve_url(base, "/a b")->text() == "https://a.example:8443/a%20b");
  CHECK(resolve_url(base, "/caf\xc3\xa9?q=\xe9#\xc3\xa9")->text() ==
        "https://a.example:8443/caf%C3%A9?q=%E9");
  CHECK(resolve_url(base, "https://b_c.example./x y")->text() == "https://b_c.example./x%20y");
  CHECK(resolve_url(base, "/" + std::string(4'000, 'x')));
  CHECK_FALSE(resolve_url(base, "/" + std::string(16'000, 'x')));
  CHECK_FALSE(resolve_url(base, "https://\xc3\xa4/"));
  CHECK_FALSE(resolve_url(base, "https://a b/"));
  CHECK_FALSE(resolve_url(base, "http://010.0.0.1/"));
  CHECK_FALSE(resolve_url(base, "/a\tb"));
}
