#include "fleet/standing.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "fleet/signed_text.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/write.hpp"

namespace jaga::fleet {
namespace {

constexpr std::string_view kHeardFile = "heard";

}  // namespace

Instant slot_at(Instant now, std::chrono::milliseconds every) {
  return now - now.time_since_epoch() % every;
}

bool is_due(Instant slot, std::chrono::milliseconds every, Instant heard) {
  return heard + every + every / 2 < slot;
}

bool is_slot_of(const OrderHead& order, Instant slot, Instant now, std::chrono::milliseconds tolerance) {
  return order.kind == OrderHead::Kind::standing && slot_at(slot, order.every) == slot && slot >= order.at &&
         slot < order.until && slot <= now + tolerance;
}

bool hears_office(std::string_view message, const WorkerConfig& config, Instant now) {
  try {
    return accept_order(message, config, now).head.kind == OrderHead::Kind::once;
  } catch (const Error&) {
    return false;
  }
}

Heard::Heard(const store::Folder& folder, Instant now) : folder_(folder), last_(now) {
  try {
    const auto text = folder.read(kHeardFile, 256);
    if (!text) return;
    const yaml::Node top = yaml::read_canonical(*text, kHeardFile);
    const yaml::Source source{std::string(kHeardFile), ExitCode::data};
    yaml::Fields fields(top, source);
    last_ = std::min(now, fields.instant("at"));  // a clock may have been set back
    standing_ = fields.optional_instant("standing").value_or(Instant{});
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
  }
}

void Heard::set(Instant at) {
  last_ = at;
  save();
}

void Heard::saw(const OrderHead& standing, Instant now) {
  if (standing.at <= standing_ || standing.at > now) return;
  standing_ = standing.at;
  save();
}

bool Heard::is_replaced(const OrderHead& standing, Instant slot) const {
  return standing.at < standing_ && standing_ <= slot;
}

void Heard::save() const {
  yaml::Node top = yaml::Node::map();
  top.set("at", std::string_view(format_instant(last_)));
  if (standing_ != Instant{}) top.set("standing", std::string_view(format_instant(standing_)));
  folder_.replace_unsynced(kHeardFile, yaml::write_canonical(top));
}

}  // namespace jaga::fleet
