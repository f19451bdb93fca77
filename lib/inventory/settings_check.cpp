// The settings of checks. A check is known by its kind and object: layers merge what they say of the same
// one.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "inventory/settings_leaf.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {
namespace {

using yaml::Node;

// `kind` is one of check_kinds().
template <std::size_t... kIndex>
Check make_check(std::string_view kind, std::index_sequence<kIndex...>) {
  Check made;
  const auto make = [&]<std::size_t kAt>(std::in_place_index_t<kAt> at) {
    if (std::variant_alternative_t<kAt, Check>::kKind == kind) made = Check(at);
  };
  (make(std::in_place_index<kIndex>), ...);
  return made;
}

Named named_by(const Body& body, const Check& of_kind) {
  return std::visit(
      [&]<typename One>(const One&) -> Named {
        if constexpr (requires { One::named(body); }) return One::named(body);
        return {};
      },
      of_kind);
}

}  // namespace

void flatten_check(const Node& item, const yaml::Source& source, Layer& layer) {
  const bool bare = item.is_scalar();
  if (!bare && (item.kind() != Node::Kind::map || item.entries().size() != 1))
    throw yaml::error_at(source.code, source.file, item.mark(), msg("invalid check"),
                         msg("write a check as 'ssh' or as {{tcp: {{port: 443}}}}"));
  const std::string kind = bare ? item.value() : item.entries().front().key;
  const Leaf here{Node::plain("on"), item.mark(), &source};
  const auto& kinds = check_kinds();
  if (std::find(kinds.begin(), kinds.end(), kind) == kinds.end())
    fail(here, msg("unknown kind of check '{kind}'", {{"kind", printable(kind)}}),
         msg("known names: {names}", {{"names", join(kinds, ", ")}}));
  const Node* body = bare ? nullptr : &item.entries().front().value;
  Leaf own = here;
  Layer fields;
  std::string path = "checks/" + kind;
  std::string shown = kind;
  // What names the check stands among its settings, also where another layer only adds to them.
  const Named named = named_by({body, here, source}, make_check(kind));
  if (!named.object.empty()) {
    path += ":" + percent_encode(named.object);
    shown += ":" + printable(named.object);
  }
  for (const auto& [key, value] : named.settings)
    fields[path + "/" + key] = Leaf{Node::text(value), item.mark(), &source};
  if (body != nullptr && body->kind() == Node::Kind::map) {
    flatten(*body, source, path + "/", fields);
    if (const auto off = fields.find(path + "/off"); off != fields.end()) {
      if (text(off->second) != "true") fail(off->second, msg("'off' can only be true"));
      own.value = Node::plain("off");
      fields.erase(off);
    }
  } else if (body != nullptr) {
    if (!body->is_scalar() || body->value() != "off")
      fail(here, msg("the settings of a check must be a map or 'off'"));
    own.value = Node::plain("off");
  }
  if (!layer.emplace(path, own).second) fail(here, msg("duplicate check '{check}'", {{"check", shown}}));
  layer.merge(fields);
}

Check make_check(std::string_view kind) {
  return make_check(kind, std::make_index_sequence<std::variant_size_v<Check>>());
}

void set_check(Check& check, const std::string& path, const Leaf& leaf) {
  std::visit([&](auto& one) { one.set(path, leaf); }, check);
}

void check_limits(const Check& check, const Leaf& leaf) {
  std::visit(
      [&](const auto& one) {
        if constexpr (requires { one.check_limits(leaf); }) one.check_limits(leaf);
      },
      check);
}

bool comes_before(const Check& check, const Check& other) {
  if (check.index() != other.index()) return check.index() < other.index();
  return std::visit(
      [&]<typename One>(const One& one) {
        if constexpr (requires { one.before(one); }) return one.before(std::get<One>(other));
        return object(check) < object(other);
      },
      check);
}

}  // namespace jaga::inventory
