#include "workflow/pdf.hpp"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <embedded/paper_py.hpp>

#include "base/error.hpp"
#include "base/text.hpp"
#include "process/run.hpp"

namespace jaga::workflow {
namespace {

constexpr std::size_t kMostPdf = std::size_t{256} << 20U;
constexpr int kMissing = static_cast<int>(ExitCode::unavailable);

process::Outcome python(const char* what, const std::string& input, std::chrono::seconds timeout,
                        std::stop_token stop) {
  process::Command command;
  // Debian's packages are those of its own Python, which another one in PATH does not see.
  const bool debian = ::access("/usr/bin/python3", X_OK) == 0;
  command.argv = {debian ? "/usr/bin/python3" : "python3", "-I", "-c", std::string(embedded::paper_py), what};
  command.input = input;
  command.timeout = timeout;
  command.most_output = kMostPdf;
  process::Outcome outcome = process::run(command, std::move(stop));
  if (outcome.end == process::Outcome::End::cancelled) throw Error{ExitCode::interrupted, msg("interrupted")};
  return outcome;
}

bool is_missing(const process::Outcome& outcome) {
  return outcome.end == process::Outcome::End::not_started ||
         (outcome.end == process::Outcome::End::exited && outcome.code == kMissing);
}

Error not_installed() {
  return Error{
      ExitCode::unavailable, msg("cannot create PDF: WeasyPrint is not installed"),
      msg("install it: sudo apt install weasyprint fonts-liberation hyphen-id; or print the HTML from a "
          "browser")};
}

}  // namespace

std::string to_pdf(const std::string& html, std::stop_token stop) {
  process::Outcome outcome = python("pdf", html, std::chrono::seconds{600}, std::move(stop));
  if (is_missing(outcome)) throw not_installed();
  if (!outcome.ok() || outcome.out_cut || !outcome.out.starts_with("%PDF-"))
    throw Error{ExitCode::data,
                msg("WeasyPrint could not print the document: {reason}",
                    {{"reason", printable(trim(outcome.err.empty() ? outcome.reason : outcome.err))}}),
                msg("write it as HTML and print it from a browser")};
  return std::move(outcome.out);
}

std::vector<std::string> to_pdfs(const std::vector<std::string>& htmls, std::stop_token stop) {
  std::string input;
  for (const std::string& html : htmls) {
    input += std::to_string(html.size()) + "\n";
    input += html;
  }
  const process::Outcome outcome = python("pdfs", input, std::chrono::seconds{300}, std::move(stop));
  if (is_missing(outcome)) throw not_installed();
  std::vector<std::string> out(htmls.size());
  std::string_view rest = outcome.ok() && !outcome.out_cut ? outcome.out : std::string_view{};
  for (std::string& pdf : out) {
    const std::size_t end = rest.find('\n');
    std::size_t size = 0;
    const auto [stopped, error] =
        std::from_chars(rest.data(), rest.data() + std::min(end, rest.size()), size);
    if (end == std::string_view::npos || error != std::errc{} || size > rest.size() - end - 1) break;
    pdf = rest.substr(end + 1, size);
    rest.remove_prefix(end + 1 + size);
  }
  return out;
}

std::optional<std::string> scaled_photo(const std::string& bytes, std::stop_token stop) {
  process::Outcome outcome = python("photo", bytes, std::chrono::seconds{60}, std::move(stop));
  if (!outcome.ok() || outcome.out_cut || outcome.out.empty()) return std::nullopt;
  return std::move(outcome.out);
}

}  // namespace jaga::workflow
