#include "inventory/vendors.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {
namespace {

Vendor vendor_of(const yaml::Node& node, const yaml::Source& source) {
  yaml::Fields fields(node, source);
  Vendor out;
  out.name = fields.text("name");
  out.address = fields.text_or("address", "");
  out.contract = fields.text_or("contract", "");
  out.warranty = fields.text_or("warranty", "");
  out.telephone = fields.text_or("telephone", "");
  for (const auto& [key, text] : {std::pair<const char*, const std::string&>{"name", out.name},
                                  {"address", out.address},
                                  {"contract", out.contract},
                                  {"warranty", out.warranty},
                                  {"telephone", out.telephone}})
    if (!is_line(text)) throw fields.error(key, msg("this must be a single line of plain text"));
  fields.finish();
  return out;
}

}  // namespace

std::vector<Vendor> parse_vendors(std::string_view bytes, std::string_view file) {
  const yaml::Node top = yaml::read_hand_edited(bytes, file);
  const yaml::Source source{std::string(file), ExitCode::config};
  yaml::Fields fields(top, source);
  if (fields.text("format") != "jaga/vendors@1")
    throw fields.error("format", msg("unknown format of vendors.yaml"),
                       msg("this version of jaga reads jaga/vendors@1"));
  std::vector<Vendor> out;
  for (const yaml::Node& node : fields.list("vendors")) {
    Vendor vendor = vendor_of(node, source);
    if (std::any_of(out.begin(), out.end(), [&](const Vendor& other) { return other.name == vendor.name; }))
      throw yaml::error_at(source.code, source.file, node.mark(),
                           msg("duplicate vendor '{name}'", {{"name", vendor.name}}));
    out.push_back(std::move(vendor));
  }
  fields.finish();
  return out;
}

}  // namespace jaga::inventory
