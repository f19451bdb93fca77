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

TEST_CASE("an invalid URL of HTTP is rejected") {
  for (const char* text :
       {"", "a", "ftp://a/", "http:/a", "http://", "http:///x", "http://a b/", "http://a/\r\nX: y",
        "http://user@a/", "http://a:0/", "http://a:65536/", "http://a:x/", "http://[::1/",
        "http://[fe80::1%eth0]/", "http://[a]/", "http://-a/", "http://a:1:2/", "http://\xc3\xa4/"})
    CHECK_MESSAGE(!parse_url(text), text);
  CHECK_FALSE(parse_url("http://a/" + std::string(2'000, 'x')));
  // What RFC 3986 does not have in a path or a query, and people write there.
  CHECK(parse_url("http://a/b|c?d[]=e^f")->path == "/b%7Cc?d%5B%5D=e%5Ef");
  CHECK(parse_url("http://a/100%?b=%zz%41")->path == "/100%25?b=%25zz%41");
  CHECK(parse_url("http://[2001:db8::1]/[b]")->text() == "http://[2001:db8::1]/%5Bb%5D");
  CHECK(parse_url("http://192.0.2.1.example.org/")->host == "192.0.2.1.example.org");
  CHECK(parse_url("http://192.0.2.1.example.org/")->path == "/");
  CHECK(parse_url("http://192.0.2.1:8080/b")->authority() == "192.0.2.1:8080");
  CHECK(parse_url("http://1and1.example:8080?b")->text() == "http://1and1.example:8080/?b");
  CHECK(parse_url("http://a/b/../c")->path == "/b/../c");  // as it is written
  for (const char* bad :
       {"http://256.0.0.1/", "http://1.2.3/", "http://010.0.0.1/", "http://a:0/", "http://a:65536/",
        "http://[fe80::1%25eth0]/", "http://[v1.a]/", "http:///a", "http://a%62/", "http://%31a/", "http:a"})
    CHECK_MESSAGE(!parse_url(bad), bad);
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

// RFC 3986, 5.4: what each of its references means to http://a/b/c/d;p?q; the fragments are not asked for.
TEST_CASE("a relative reference is resolved as RFC 3986 does") {
  const Url base = *parse_url("http://a/b/c/d;p?q");
  const std::pair<const char*, const char*> meant[] = {
      {"g", "http://a/b/c/g"},
      {"./g", "http://a/b/c/g"},
      {"g/", "http://a/b/c/g/"},
      {"/g", "http://a/g"},
      {"//g", "http://g/"},
      {"?y", "http://a/b/c/d;p?y"},
      {"g?y", "http://a/b/c/g?y"},
      {"#s", "http://a/b/c/d;p?q"},
      {"g#s", "http://a/b/c/g"},
      {"g?y#s", "http://a/b/c/g?y"},
      {";x", "http://a/b/c/;x"},
      {"g;x", "http://a/b/c/g;x"},
      {"g;x?y#s", "http://a/b/c/g;x?y"},
      {"", "http://a/b/c/d;p?q"},
      {".", "http://a/b/c/"},
      {"./", "http://a/b/c/"},
      {"..", "http://a/b/"},
      {"../", "http://a/b/"},
      {"../g", "http://a/b/g"},
      {"../..", "http://a/"},
      {"../../", "http://a/"},
      {"../../g", "http://a/g"},
      // Abnormal ones.
      {"../../../g", "http://a/g"},
      {"../../../../g", "http://a/g"},
      {"../../../..", "http://a/"},
      {"../../../..?y", "http://a/?y"},
      {"/./g", "http://a/g"},
      {"/../g", "http://a/g"},
      {"g.", "http://a/b/c/g."},
      {".g", "http://a/b/c/.g"},
      {"g..", "http://a/b/c/g.."},
      {"..g", "http://a/b/c/..g"},
      {"./../g", "http://a/b/g"},
      {"./g/.", "http://a/b/c/g/"},
      {"g/./h", "http://a/b/c/g/h"},
      {"g/../h", "http://a/b/c/h"},
      {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
      {"g;x=1/../y", "http://a/b/c/y"},
      {"g?y/./x", "http://a/b/c/g?y/./x"},
      {"g?y/../x", "http://a/b/c/g?y/../x"},
      {"g#s/./x", "http://a/b/c/g"},
      {"g#s/../x", "http://a/b/c/g"},
      // As servers write them.
      {"?u=http://v/[w]", "http://a/b/c/d;p?u=http://v/%5Bw%5D"},
      {"g|h", "http://a/b/c/g%7Ch"},
      {"//192.0.2.1.example.org/g", "http://192.0.2.1.example.org/g"},
      {"http://192.0.2.1.example.org:8080", "http://192.0.2.1.example.org:8080/"},
      {"//[2001:db8::1]:8080/[g]", "http://[2001:db8::1]:8080/%5Bg%5D"},
  };
  for (const auto& one : meant) {
    const std::string reference = one.first;
    CAPTURE(reference);
    const auto url = resolve_url(base, reference);
    REQUIRE(url.has_value());
    CHECK(url->text() == one.second);
  }
  for (const char* other : {"g:h", "http:g", ":g", "mailto:a@b", "//b:x/", "//256.0.0.1/"})
    CHECK_MESSAGE(!resolve_url(base, other), other);
}
