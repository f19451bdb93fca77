// PDF through WeasyPrint: nothing but the HTML itself gets into it.
#include "workflow/pdf.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"

using namespace jaga;

namespace {

// False where this machine cannot print; the reason is told.
bool prints() {
  try {
    (void)workflow::to_pdf("<!DOCTYPE html><html><body><p>x</p></body></html>");
    return true;
  } catch (const Error& error) {
    if (error.code() != ExitCode::unavailable) throw;
    MESSAGE("not tested: WeasyPrint is not installed");
    return false;
  }
}

}  // namespace

TEST_CASE("HTML becomes PDF, and what refers to anything else does not") {
  if (!prints()) return;
  CHECK(workflow::to_pdf("<!DOCTYPE html><html><body><img src=\"data:image/png;base64,"
                         "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+"
                         "kcQAAAABJRU5ErkJggg==\"></body></html>")
            .starts_with("%PDF-"));
  const std::vector<std::string> hostile = {
      "<img src=\"file:///etc/passwd\">", "<img src=\"/etc/passwd\">", "<img src=\"http://127.0.0.1:9/x\">",
      "<style>@import url(file:///etc/passwd);</style>",
      "<style>p{background:url(file:///etc/passwd)}</style>",
      "<style>@font-face{font-family:x;src:url(file:///etc/passwd)}p{font-family:x}</style>",
      "<link rel=\"stylesheet\" href=\"file:///etc/passwd\">",
      "<link rel=\"attachment\" href=\"file:///etc/passwd\">",
      "<a rel=\"attachment\" href=\"file:///etc/passwd\">x</a>",
      "<base href=\"file:///etc/\"><img src=\"passwd\">",
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><image "
      "href=\"file:///etc/passwd\" "
      "width=\"9\" height=\"9\"/></svg>",
      // A picture may be SVG, and a style may import another one.
      "<img src=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='9' "
      "height='9'%3E%3Cimage "
      "href='file:///etc/passwd' width='9' height='9'/%3E%3C/svg%3E\">",
      "<style>@import \"data:text/css,@import%20url(file:///etc/passwd);\";</style>",
      "<style>p::before{content:url(file:///etc/passwd)}</style>",
      "<ul style=\"list-style-image:url(file:///etc/passwd)\"><li>x</ul>",
      "<object data=\"file:///etc/passwd\"></object>", "<embed src=\"file:///etc/passwd\">"};
  std::vector<std::string> documents;
  for (const std::string& one : hostile)
    documents.push_back("<!DOCTYPE html><html><head></head><body>" + one + "<p>x</p></body></html>");
  // All by one process: it takes a second or more to start.
  const std::vector<std::string> pdfs = workflow::to_pdfs(documents);
  REQUIRE(pdfs.size() == hostile.size());
  for (std::size_t i = 0; i < pdfs.size(); ++i) {
    CAPTURE(hostile[i]);
    // Where the renderer knows no such reference it prints the rest.
    CHECK((pdfs[i].empty() || pdfs[i].starts_with("%PDF-")));
    CHECK(pdfs[i].find("/EmbeddedFile") == std::string::npos);
    CHECK(pdfs[i].find("/Image") == std::string::npos);
  }
  CHECK(pdfs.front().empty());
  try {
    (void)workflow::to_pdf(documents.front());
    FAIL("it was printed");
  } catch (const Error& error) {
    CHECK(error.code() == ExitCode::data);
  }
}

// A picture with the maker of its camera and a turn by a quarter in its EXIF block.
constexpr std::string_view kPhoto =
    "/9j/4AAQSkZJRgABAQAAAQABAAD/4QA4RXhpZgAATU0AKgAAAAgAAgEPAAIAAAAKAAAAJgESAAMAAAABAAYAAAAAAABTZWNy"
    "ZXRDYW0A/9sAQwAoHB4jHhkoIyEjLSsoMDxkQTw3Nzx7WF1JZJGAmZaPgIyKoLTmw6Cq2q2KjMj/y9ru9f///5vB////+v/m"
    "/f/4/8AACwgAAQACAQERAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQEC"
    "AwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpj"
    "ZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk"
    "5ebn6Onq8fLz9PX29/j5+v/aAAgBAQAAPwAr/9k=";

TEST_CASE("a photo is shown upright and without what its camera wrote into it") {
  const std::string photo = base64_decode(kPhoto).value();
  REQUIRE(photo.find("SecretCam") != std::string::npos);
  const auto shown = workflow::scaled_photo(photo);
  if (!shown) {
    MESSAGE("not tested: Pillow is not installed");
    return;
  }
  CHECK(shown->starts_with("\xff\xd8\xff"));
  CHECK(shown->find("SecretCam") == std::string::npos);
  CHECK(shown->find("Exif") == std::string::npos);
}

TEST_CASE("several documents at once, each as it would be alone") {
  if (!prints()) return;
  const auto pdfs =
      workflow::to_pdfs({"<!DOCTYPE html><html><body><p>a</p></body></html>",
                         "<!DOCTYPE html><html><body><img src=\"file:///etc/passwd\"></body></html>",
                         "<!DOCTYPE html><html><body><p>b</p></body></html>"});
  REQUIRE(pdfs.size() == 3);
  CHECK(pdfs[0].starts_with("%PDF-"));
  CHECK(pdfs[1].empty());
  CHECK(pdfs[2].starts_with("%PDF-"));
}

TEST_CASE("a file that is not a picture is not shown") {
  CHECK_FALSE(workflow::scaled_photo("no picture"));
  CHECK_FALSE(workflow::scaled_photo(""));
}
