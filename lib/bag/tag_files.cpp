#include "bag/tag_files.hpp"

#include <algorithm>
#include <charconv>

#include "base/text.hpp"

namespace jaga::bag {
namespace {

constexpr std::size_t kShown = 200;

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

Message bad_line(std::string_view line) {
  return msg("invalid line: '{line}'", {{"line", printable(shortened(line, kShown))}});
}

void put_utf8(std::string& out, char32_t c) {
  const auto byte = [&](char32_t value) { out += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0U | c >> 6U);
    byte(0x80U | (c & 0x3FU));
  } else if (c < 0x10000) {
    byte(0xE0U | c >> 12U);
    byte(0x80U | (c >> 6U & 0x3FU));
    byte(0x80U | (c & 0x3FU));
  } else {
    byte(0xF0U | c >> 18U);
    byte(0x80U | (c >> 12U & 0x3FU));
    byte(0x80U | (c >> 6U & 0x3FU));
    byte(0x80U | (c & 0x3FU));
  }
}

std::optional<std::string> from_utf16(std::string_view bytes, bool little) {
  if (bytes.size() % 2 != 0) return std::nullopt;
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<char32_t>(little ? second << 8U | first : first << 8U | second);
  };
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 2) {
    const char32_t c = unit(at);
    if (c < 0xD800 || c > 0xDFFF) {
      put_utf8(out, c);
      continue;
    }
    if (c > 0xDBFF || at + 4 > bytes.size()) return std::nullopt;
    const char32_t low = unit(at += 2);
    if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
    put_utf8(out, 0x10000 + ((c - 0xD800) << 10U) + (low - 0xDC00));
  }
  return out;
}

// "%0A", "%0D" and, in 1.0, "%25" stand for what cannot be in a line.
std::string unescaped(std::string_view path, bool is_1_0) {
  std::string out;
  for (std::size_t at = 0; at < path.size(); ++at) {
    const std::string code = path[at] == '%' ? lower(path.substr(at, 3)) : std::string();
    const char c = code == "%0a" ? '\n' : code == "%0d" ? '\r' : code == "%25" && is_1_0 ? '%' : '\0';
    out += c == '\0' ? path[at] : c;
    if (c != '\0') at += 2;
  }
  return out;
}

// As the file is found; empty: it may lie outside the bag.
std::string path_of(std::string_view written, bool is_1_0) {
  while (written.starts_with("./")) written.remove_prefix(2);
  std::string path = unescaped(written, is_1_0);
  if (find_invalid_utf8(path) || path.find('\0') != std::string::npos) return {};
  for (const std::string& part : split(path, '/'))
    if (part.empty() || part == "." || part == "..") return {};
  return path;
}

Message outside(std::string_view path) {
  return msg("it lists '{path}', which may lie outside the bag",
             {{"path", printable(shortened(path, kShown))}});
}

}  // namespace

std::vector<std::string> tag_lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of("\r\n"), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::optional<Declaration> parse_declaration(std::string_view bytes, Message& problem) {
  constexpr std::string_view kVersion = "BagIt-Version: ";
  constexpr std::string_view kEncoding = "Tag-File-Character-Encoding: ";
  const std::vector<std::string> lines = tag_lines(bytes);
  if (lines.size() != 2 || !lines[0].starts_with(kVersion) || !lines[1].starts_with(kEncoding)) {
    problem = msg("it does not consist of the lines BagIt-Version and Tag-File-Character-Encoding");
    return std::nullopt;
  }
  Declaration out{lines[0].substr(kVersion.size()), lower(lines[1].substr(kEncoding.size()))};
  const auto known = {"0.93", "0.94", "0.95", "0.96", "0.97", "1.0"};
  if (std::find(known.begin(), known.end(), out.version) == known.end()) {
    problem = msg("unknown version of BagIt: '{version}' (expected 0.93 to 0.97, or 1.0)",
                  {{"version", printable(shortened(out.version, kShown))}});
    return std::nullopt;
  }
  if (!decoded("", out.encoding)) {
    problem = msg("unknown character encoding '{encoding}'",
                  {{"encoding", printable(shortened(out.encoding, kShown))}});
    return std::nullopt;
  }
  return out;
}

std::optional<std::string> decoded(std::string_view bytes, std::string_view encoding) {
  if (encoding == "utf-8") {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (find_invalid_utf8(bytes)) return std::nullopt;
    return std::string(bytes);
  }
  if (encoding == "us-ascii" || encoding == "ascii") {
    for (const char c : bytes)
      if (static_cast<unsigned char>(c) > 0x7F) return std::nullopt;
    return std::string(bytes);
  }
  if (encoding == "iso-8859-1") {
    std::string out;
    for (const char c : bytes) put_utf8(out, static_cast<unsigned char>(c));
    return out;
  }
  if (encoding == "utf-16be") return from_utf16(bytes, false);
  if (encoding == "utf-16le") return from_utf16(bytes, true);
  if (encoding != "utf-16") return std::nullopt;
  // Without a mark it is big-endian (RFC 2781, 4.3).
  const bool little = bytes.starts_with("\xFF\xFE");
  if (little || bytes.starts_with("\xFE\xFF")) bytes.remove_prefix(2);
  return from_utf16(bytes, little);
}

std::optional<Listing> parse_listing(std::string_view text, std::size_t digits, bool is_1_0,
                                     Message& problem) {
  Listing out;
  bool starred = false;
  for (const std::string& each : tag_lines(text)) {
    std::string_view line = each;
    const std::string hex = lower(line.substr(0, digits));
    line.remove_prefix(std::min(digits, line.size()));
    const std::size_t blanks =
        static_cast<std::size_t>(std::find_if_not(line.begin(), line.end(), is_blank) - line.begin());
    if (hex.size() != digits || hex.find_first_not_of("0123456789abcdef") != std::string::npos ||
        blanks == 0 || blanks == line.size()) {
      problem = bad_line(each);
      return std::nullopt;
    }
    line.remove_prefix(blanks);
    if (line.size() > 1 && line.front() == '*') {  // as md5sum writes it
      line.remove_prefix(1);
      starred = true;
    }
    const std::string path = path_of(line, is_1_0);
    if (path.empty()) {
      problem = outside(line);
      return std::nullopt;
    }
    const auto [known, is_new] = out.files.emplace(path, hex);
    if (is_new) continue;
    if (is_1_0 || known->second != hex) {
      problem = msg("it lists '{path}' twice", {{"path", printable(path)}});
      return std::nullopt;
    }
    out.remarks.push_back(msg("it lists '{path}' twice", {{"path", printable(path)}}));
  }
  if (starred) out.remarks.push_back(msg("its paths begin with '*', as the program md5sum writes them"));
  return out;
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_info(std::string_view text,
                                                                           Message& problem) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const std::string& line : tag_lines(text)) {
    if (is_blank(line.front()) && !out.empty()) {
      out.back().second += " " + std::string(trim(line));
      continue;
    }
    const std::size_t colon = line.find(':');
    const std::string label(trim(std::string_view(line).substr(0, std::min(colon, line.size()))));
    if (colon == std::string::npos || label.empty()) {
      problem = bad_line(line);
      return std::nullopt;
    }
    out.emplace_back(label, trim(std::string_view(line).substr(colon + 1)));
  }
  return out;
}

std::optional<Oxum> parse_oxum(std::string_view text) {
  const std::size_t dot = text.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const auto number = [](std::string_view digits, std::uint64_t& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  Oxum out;
  if (!number(text.substr(0, dot), out.octets) || !number(text.substr(dot + 1), out.files))
    return std::nullopt;
  return out;
}

std::optional<std::vector<std::string>> parse_fetch(std::string_view text, bool is_1_0, Message& problem) {
  std::vector<std::string> out;
  for (const std::string& each : tag_lines(text)) {
    std::string_view rest = each;
    const auto word = [&] {
      const std::string_view got = rest.substr(0, std::min(rest.find_first_of(" \t"), rest.size()));
      rest.remove_prefix(got.size());
      rest.remove_prefix(
          static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_blank) - rest.begin()));
      return got;
    };
    const std::string_view url = word();
    const std::string_view length = word();
    const bool is_length = length == "-" || (!length.empty() && length.find_first_not_of("0123456789") ==
                                                                    std::string_view::npos);
    if (url.empty() || !is_length || rest.empty()) {
      problem = bad_line(each);
      return std::nullopt;
    }
    std::string path = path_of(rest, is_1_0);
    if (!path.starts_with("data/")) {
      problem = outside(rest);
      return std::nullopt;
    }
    out.push_back(std::move(path));
  }
  return out;
}

}  // namespace jaga::bag
