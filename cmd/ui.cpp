#include "ui.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"

namespace jaga::cmd {
namespace {

// What is quoted in it may be a whole file.
constexpr std::size_t kMostComplaint = 2'000;

std::string_view code(Colour colour) {
  switch (colour) {
    case Colour::none:
      return "";
    case Colour::red:
      return "\033[31m";
    case Colour::yellow:
      return "\033[33m";
    case Colour::green:
      return "\033[32m";
    case Colour::dim:
      return "\033[2m";
    case Colour::bold:
      return "\033[1m";
  }
  return "";
}

void write_err(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written <= 0) return;  // nowhere left to say it
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

void quote(std::string& out, std::string_view text) {
  out += '"';
  for (const char byte : text) {
    switch (byte) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(byte) < 0x20U || byte == 0x7F) {
          char escaped[8];
          std::snprintf(escaped, sizeof escaped, "\\u%04x",
                        static_cast<unsigned>(static_cast<unsigned char>(byte)));
          out += escaped;
        } else {
          out += byte;
        }
    }
  }
  out += '"';
}

void append_json(std::string& out, const yaml::Node& node) {
  switch (node.kind()) {
    case yaml::Node::Kind::text:
      quote(out, find_invalid_utf8(node.value()) ? sanitized(node.value()) : node.value());
      break;
    case yaml::Node::Kind::plain: {
      const std::string& value = node.value();
      const bool number = !value.empty() &&
                          value.find_first_not_of("0123456789", value[0] == '-' ? 1 : 0) == std::string::npos;
      if (number || value == "true" || value == "false" || value == "null")
        out += value;
      else
        quote(out, value);
      break;
    }
    case yaml::Node::Kind::list: {
      out += '[';
      bool first = true;
      for (const yaml::Node& item : node.items()) {
        if (!first) out += ", ";
        first = false;
        append_json(out, item);
      }
      out += ']';
      break;
    }
    case yaml::Node::Kind::map: {
      out += '{';
      bool first = true;
      for (const yaml::Node::Entry& entry : node.entries()) {
        if (!first) out += ", ";
        first = false;
        quote(out, entry.key);
        out += ": ";
        append_json(out, entry.value);
      }
      out += '}';
      break;
    }
  }
}

}  // namespace

std::string span_text(std::chrono::milliseconds span) {
  return span < std::chrono::seconds{1} ? "0s"
                                        : brief_duration(std::chrono::floor<std::chrono::seconds>(span));
}

std::string work_text(std::chrono::milliseconds span) {
  if (span < std::chrono::days{1}) return span_text(span);
  const auto hours = std::chrono::floor<std::chrono::hours>(span);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(span - hours);
  return formatted("{}h", hours.count()) + (minutes.count() > 0 ? formatted(" {}m", minutes.count()) : "");
}

std::string to_json(const yaml::Node& node) {
  std::string out;
  append_json(out, node);
  return out;
}

std::string Ui::coloured(std::string_view text, Colour colour) const {
  if (!settings_.out_colour || colour == Colour::none) return std::string(text);
  return std::string(code(colour)) + std::string(text) + "\033[0m";
}

void Ui::print(std::string_view text, Colour colour) {
  done();
  out_.line(coloured(printable_once(text), colour));
}

void Ui::words(std::string_view text, Colour colour) {
  const std::size_t indent = std::min(text.find_first_not_of(' '), text.size());
  const std::size_t most = settings_.columns;
  if (text_width(text) <= most || most < 2 * (indent + 4) || text.substr(indent).starts_with("| "))
    return print(text, colour);
  std::string before(indent, ' ');
  for (const std::string& line : wrapped(text.substr(indent), most - indent - 4)) {
    print(before + line, colour);
    before = std::string(indent + 4, ' ');
  }
}

void Ui::json(const yaml::Node& node) {
  done();
  out_.line(to_json(node));
}

void Ui::err(std::string_view label, std::string_view text, Colour colour) {
  done();
  out_.flush();  // what was printed before stands before it on a terminal
  std::string line(label);
  if (settings_.err_colour && colour != Colour::none) line = std::string(code(colour)) + line + "\033[0m";
  write_err(line + printable_once(text) + "\n");
}

void Ui::say(const Message& message) {
  if (!settings_.quiet) err("", text(message), Colour::none);
}

void Ui::question(const Message& message) {
  done();
  out_.flush();
  write_err(printable_once(text(message)) + " ");
}

void Ui::hint(const Message& message) {
  if (!settings_.quiet)
    err(translate("hint: ", settings_.language), shortened(text(message), kMostComplaint), Colour::yellow);
}

void Ui::complain(const Message& message) {
  err("jaga: ", shortened(text(message), kMostComplaint), Colour::red);
}

void Ui::progress(const Message& message) {
  if (!settings_.progress || settings_.quiet) return;
  write_err("\r\033[K" + printable_once(text(message)));
  progress_shown_ = true;
}

void Ui::done() {
  if (!progress_shown_) return;
  write_err("\r\033[K");
  progress_shown_ = false;
}

}  // namespace jaga::cmd
