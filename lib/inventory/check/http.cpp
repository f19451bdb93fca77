#include "inventory/check/http.hpp"

#include "base/duration.hpp"
#include "base/text.hpp"
#include "inventory/settings_leaf.hpp"
#include "inventory/url.hpp"
#include "inventory/write_parts.hpp"
#include "yaml/read.hpp"

namespace jaga::inventory {

namespace {

std::vector<int> statuses(const Leaf& leaf) {
  std::vector<int> out;
  if (leaf.value.is_scalar()) return {static_cast<int>(integer(leaf, 200, 599))};
  for (const yaml::Node& item : leaf.value.items())
    out.push_back(static_cast<int>(yaml::integer_of(item, *leaf.source, 200, 599)));
  if (out.empty()) fail(leaf, msg("expected a list of HTTP statuses"), msg("write it as [200, 401]"));
  return out;
}

}  // namespace

Named HttpCheck::named(const Body& body) {
  auto given = body.text("url");
  if (!given)
    fail(body.here, msg("an http check requires a url"),
         msg("write it as {{http: {{url: \"https://www.example.org/\"}}}}"));
  return {std::move(*given)};
}

void HttpCheck::set(const std::string& path, const Leaf& leaf) {
  if (path == "url")
    url = text(leaf);
  else if (path == "status")
    status = statuses(leaf);
  else if (path == "body")
    body = text(leaf);
  else if (path == "redirects")
    redirects = static_cast<int>(integer(leaf, 0, 20));
  else if (path == "timeout")
    timeout = span(leaf);
  else if (path == "expires/warn")
    expires_warn = span_or_off(leaf);
  else if (path == "expires/crit")
    expires_crit = span_or_off(leaf);
  else if (path == "verify")
    verify = truth(leaf);
  else if (path == "ca") {
    ca = text(leaf);
    if (!ca.starts_with('/')) fail(leaf, msg("the certificate file must be an absolute path"));
  } else {
    unknown(leaf, path,
            {"url", "status", "body", "redirects", "timeout", "expires", "warn", "crit", "verify", "ca"});
  }
}

void HttpCheck::check_limits(const Leaf& leaf) const {
  if (expires_warn && expires_crit && *expires_warn < *expires_crit)
    fail(leaf, msg("the warning limit of the certificate is below the critical limit"));
}

void HttpCheck::fill(const Words& words) {
  words.fill_url(url);
  words.fill(body);
  if (!parse_url(url)) words.refuse(msg("invalid http or https URL: '{text}'", {{"text", printable(url)}}));
}

void HttpCheck::write(yaml::Node& into) const {
  const HttpCheck usual;
  into.set("url", url);
  if (status != usual.status) {
    yaml::Node list = yaml::Node::list();
    for (const int each : status) list.add(yaml::Node::integer(each));
    into.set("status", std::move(list));
  }
  set_text(into, "body", body);
  if (redirects != usual.redirects) into.set("redirects", redirects);
  set_span(into, "timeout", timeout, usual.timeout);
  yaml::Node expires = yaml::Node::map();
  const auto side = [&expires](const char* key, const std::optional<milliseconds>& now,
                               const std::optional<milliseconds>& was) {
    if (now != was) expires.set(key, now ? format_duration(*now) : std::string("off"));
  };
  side("warn", expires_warn, usual.expires_warn);
  side("crit", expires_crit, usual.expires_crit);
  set_map(into, "expires", std::move(expires));
  if (!verify) into.set("verify", false);
  set_text(into, "ca", ca);
}

std::optional<HttpCheck> HttpCheck::typed(std::string_view text) {
  if (!parse_url(text)) return std::nullopt;
  HttpCheck check;
  check.url = std::string(text);
  return check;
}

}  // namespace jaga::inventory
