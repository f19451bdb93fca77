// Ids, times, lengths of time and all that makes foreign text safe to show: parsing never crashes, what is
// accepted has one form, and nothing that is escaped drives a terminal, a page or a shell.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/date.hpp"
#include "base/digest.hpp"
#include "base/duration.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/secrets.hpp"
#include "base/text.hpp"
#include "base/typed_time.hpp"
#include "document/document.hpp"
#include "store/memory.hpp"
#include "store/verified.hpp"

using namespace jaga;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void ids_and_times(std::string_view text) {
  if (is_incident_id(text)) {
    require(incident_month(std::string(text)).size() == 7);
    require(is_name(text));
  }
  if (is_random_id(text)) require(is_name(text));
  if (const auto digest = parse_digest(text)) require(digest->text() == text);
  if (const auto at = parse_instant(text)) require(format_instant(*at) == text);
  if (const auto span = parse_duration(text)) require(parse_duration(format_duration(*span)) == span);
  const Instant now{std::chrono::milliseconds{1'790'000'000'123}};
  static_cast<void>(parse_time(text, std::chrono::minutes{480}));
  static_cast<void>(parse_typed_time(text, std::chrono::minutes{480}, now));
  if (const auto bytes = base64_decode(text)) require(base64_encode(*bytes) == text);
  if (const auto verified = store::parse_verified(text)) require(store::verified_text(*verified) == text);
  static_cast<void>(store::parse_remembered(text, record::ChainName::registry()));
}

bool is_safe_to_print(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }) &&
         !find_invalid_utf8(text);
}

void escapers(const std::string& text) {
  require(is_safe_to_print(printable(text)));
  require(is_safe_to_print(printable_once(text)));
  const std::string clean = sanitized(text);
  require(!find_invalid_utf8(clean) && !find_forbidden(clean) && sanitized(clean) == clean);
  require(shortened(text, 20).size() <= 23);
  for (const std::string& line : wrapped(clean, 20)) static_cast<void>(text_width(line));
  static_cast<void>(mask_secrets(text));
  // Of a text in quotes the shell sees one word: quotes are the only thing that ends it, and each is put
  // outside.
  const std::string quoted = shell_quoted(text);
  std::string back;
  bool inside = false;
  for (std::size_t at = 0; at < quoted.size(); ++at) {
    if (quoted[at] == '\'') {
      inside = !inside;
    } else if (!inside && quoted[at] == '\\') {
      back += quoted[++at];
    } else {
      require(inside);
      back += quoted[at];
    }
  }
  require(!inside && back == text);
}

void documents(const std::string& text) {
  const auto with = [](const std::string& words) {
    document::Document page;
    page.title = words;
    page.add(document::Heading{words});
    page.add(document::Paragraph{words});
    document::Table table;
    table.heads = {"a", "b"};
    table.rows = {{words, "x"}};
    page.add(table);
    return page;
  };
  const document::Document page = with(text);
  const auto count = [](const std::string& in, char c) { return std::count(in.begin(), in.end(), c); };
  const std::string html = document::to_html(page);
  const std::string plain = document::to_html(with("x"));
  // No markup comes out of the text, but line breaks.
  std::string without = html;
  for (std::size_t at = without.find("<br>"); at != std::string::npos; at = without.find("<br>"))
    without.erase(at, 4);
  require(count(without, '<') == count(plain, '<') && !find_invalid_utf8(html));
  require(html.find('\x1b') == std::string::npos);
  const std::string screen = document::to_text(page, 80);
  require(screen.find('\x1b') == std::string::npos && !find_invalid_utf8(screen));
  const std::string markdown = document::to_markdown(page);
  require(markdown.find('\x1b') == std::string::npos && !find_invalid_utf8(markdown));
  require(document::to_csv(page).find('\x1b') == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0] % 3) {
    case 0:
      ids_and_times(text);
      break;
    case 1:
      escapers(std::string(text));
      break;
    default:
      documents(std::string(text));
      break;
  }
  return 0;
}
