// PDF of HTML by the program WeasyPrint (Debian's package weasyprint), and photos scaled for it by Pillow,
// which that needs: a few lines of Python (workflow/paper.py) in a process of their own, which fetches
// nothing, with a limit of time and memory.
#pragma once

#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace jaga::workflow {

// The same HTML and SOURCE_DATE_EPOCH give the same bytes with the same version of WeasyPrint; nothing should
// rest on them. Throws Error{unavailable}, naming the packages, where python3 or WeasyPrint is missing;
// Error{data} where it could not be printed or refers to anything outside itself; Error{interrupted}.
std::string to_pdf(const std::string& html, std::stop_token stop = {});

// The same of several documents, which costs the start of Python once. Throws as to_pdf() where it is
// missing or interrupted; what could not be printed is empty.
std::vector<std::string> to_pdfs(const std::vector<std::string>& htmls, std::stop_token stop = {});

// At most 1600 pixels wide and high, upright, as JPEG without any metadata; nullopt: Pillow is missing, or it
// it is not an image that can be shown. Throws Error{interrupted}.
std::optional<std::string> scaled_photo(const std::string& bytes, std::stop_token stop = {});

}  // namespace jaga::workflow
