#include <algorithm>
#include <embedded/sop_form.hpp>
#include <embedded/sop_small_team.hpp>
#include <map>
#include <mutex>
#include <span>

#include "base/date.hpp"
#include "base/duration.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "sop/sop.hpp"
#include "yaml/fields.hpp"
#include "yaml/read.hpp"
#include "yaml/title.hpp"

namespace jaga::sop {
namespace {

using std::chrono::minutes;
using yaml::Fields;
using yaml::Node;
using yaml::Source;

constexpr std::array<std::string_view, 7> kDays = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<std::string_view, 6> kPolicies = {"confirm_system",  "approval",     "open_from",
                                                       "paper_decisions", "signed_paper", "countersign"};
constexpr std::array<std::string_view, 2> kSeverities = {"warning", "critical"};
constexpr std::string_view kNextDay = "end of next working day";

std::optional<minutes> clock(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U})
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  const int h = (text[0] - '0') * 10 + (text[1] - '0');
  const int m = (text[3] - '0') * 10 + (text[4] - '0');
  if (m > 59 || h > 24 || (h == 24 && m > 0)) return std::nullopt;
  return minutes{h * 60 + m};
}

std::optional<std::chrono::sys_days> date(std::string_view text) {
  if (!is_iso_date(text)) return std::nullopt;
  return std::chrono::floor<std::chrono::days>(midnight_of(text, minutes{0}));
}

std::string date_text(Fields& fields, std::string_view key) {
  std::string text = fields.possibly_empty(key);
  if (!text.empty() && !date(text))
    throw fields.error(key, msg("invalid date '{text}'", {{"text", printable(text)}}),
                       msg("write it as 2020-01-10"));
  return text;
}

Header header(const Node& node, const Source& source) {
  Fields fields(node, source);
  Header out;
  out.government = fields.possibly_empty("government");
  out.agency = fields.possibly_empty("agency");
  out.section = fields.possibly_empty("section");
  out.number = fields.text("number");
  out.title = fields.text("title");
  out.made = date_text(fields, "made");
  out.revised = date_text(fields, "revised");
  out.effective = date_text(fields, "effective");
  out.approved_by_office = fields.possibly_empty("approved_by_office");
  out.approved_by_name = fields.possibly_empty("approved_by_name");
  out.approved_by_nip = fields.possibly_empty("approved_by_nip");
  fields.finish();
  return out;
}

void check_role(const Sop& sop, const std::string& role, Fields& fields, std::string_view key) {
  if (sop.roles.contains(role)) return;
  std::vector<std::string> known;
  for (const auto& [id, unused] : sop.roles) known.push_back(id);
  throw fields.error(key, msg("unknown role '{role}'", {{"role", printable(role)}}),
                     msg("known roles: {roles}", {{"roles", join(known, ", ")}}));
}

void roles(const Node& node, const Source& source, Sop& sop) {
  for (const auto& entry : node.entries()) {
    if (!is_name(entry.key) || entry.key == kAdmin || entry.key == kSystem)
      throw yaml::error_at(source.code, source.file, entry.mark,
                           msg("invalid role name '{name}'", {{"name", printable(entry.key)}}),
                           msg("use lower-case letters, digits, '_' and '-'; admin and system always exist"));
    Fields fields(entry.value, source);
    Role role;
    role.id = entry.key;
    role.title = yaml::title_of(fields.node("title"), source);
    role.pins_hosts = fields.boolean_or("pins_hosts", false);
    role.superior_of = fields.texts_or_none("superior_of");
    fields.finish();
    sop.roles.emplace(entry.key, std::move(role));
  }
  for (const auto& entry : node.entries()) {
    Fields fields(entry.value, source);
    for (const auto& below : sop.roles.at(entry.key).superior_of)
      check_role(sop, below, fields, "superior_of");
  }
  // A chain longer than there are roles comes round: check before anything recurses over it.
  for (const auto& entry : node.entries()) {
    std::vector<std::string> level = sop.roles.at(entry.key).superior_of;
    for (std::size_t depth = 0; !level.empty(); ++depth) {
      if (depth > sop.roles.size())
        throw yaml::error_at(source.code, source.file, entry.mark,
                             msg("the role '{role}' is superior to itself, directly or through other roles",
                                 {{"role", entry.key}}));
      std::vector<std::string> next;
      for (const auto& role : level)
        for (const auto& below : sop.roles.at(role).superior_of)
          if (std::find(next.begin(), next.end(), below) == next.end()) next.push_back(below);
      level = std::move(next);
    }
  }
}

Step earlier_step(const std::string& text, Step than, Fields& fields, std::string_view key) {
  const auto step = parse_step(text);
  if (!step || *step >= than)
    throw fields.error(key, msg("'{text}' is not a step before '{step}'",
                                {{"text", printable(text)}, {"step", std::string(name(than))}}));
  return *step;
}

NoGoes no_goes(const Node& node, Step of, const Source& source) {
  Fields fields(node, source);
  NoGoes out;
  out.by_default = earlier_step(fields.text("default"), of, fields, "default");
  for (const auto& text : fields.texts("may")) out.may.push_back(earlier_step(text, of, fields, "may"));
  if (std::find(out.may.begin(), out.may.end(), out.by_default) == out.may.end())
    throw fields.error("may",
                       msg("the default '{step}' is not among the steps to which a rejection may go back",
                           {{"step", std::string(name(out.by_default))}}));
  fields.finish();
  return out;
}

Row row(const Node& node, std::size_t index, const Sop& sop, const Source& source) {
  Fields fields(node, source);
  Row out;
  out.step = kSteps.at(index);
  out.no = static_cast<int>(fields.integer("no", 1, 7));
  if (out.no != static_cast<int>(index) + 1)
    throw fields.error("no", msg("found step {no} instead of {want}",
                                 {{"no", std::to_string(out.no)}, {"want", std::to_string(index + 1)}}));
  if (fields.text("step") != name(out.step))
    throw fields.error("step",
                       msg("step {no} must be '{step}'",
                           {{"no", std::to_string(out.no)}, {"step", std::string(name(out.step))}}),
                       msg("the order must be monitor, analyze, approve, repair, verify, accept, archive"));
  out.roles = fields.texts("roles");
  if (out.roles.empty()) throw fields.error("roles", msg("no role may do this step"));
  for (const auto& role : out.roles) check_role(sop, role, fields, "roles");
  out.countersign = fields.texts_or_none("countersign");
  for (const auto& role : out.countersign) check_role(sop, role, fields, "countersign");
  if (!out.countersign.empty() && !is_decision(out.step))
    throw fields.error("countersign", msg("only approve, verify and accept can require two signatures"));
  out.standard = fields.optional_duration("standard");
  for (const auto& text : fields.texts_or_none("not_by"))
    out.not_by.push_back(earlier_step(text, out.step, fields, "not_by"));
  const Node* no = fields.optional_map("no_goes");
  if ((no != nullptr) != is_decision(out.step))
    throw fields.error("no_goes", no == nullptr
                                      ? msg("a decision must state the step to which a rejection goes back")
                                      : msg("only approve, verify and accept can be rejected"));
  if (no != nullptr) out.no_goes = no_goes(*no, out.step, source);
  out.source = fields.possibly_empty("source");
  out.reading = fields.possibly_empty("reading");
  out.at_hand = fields.possibly_empty("at_hand");
  out.output = fields.possibly_empty("output");
  for (const auto& item : fields.list_or_none("escalate")) {
    Fields one(item, source);
    Escalation escalation{one.duration("after"), one.texts("roles")};
    for (const auto& role : escalation.roles) check_role(sop, role, one, "roles");
    if (out.step == Step::monitor)
      throw one.error("after", msg("the first step cannot escalate: it is never waiting"));
    if (escalation.after.count() == 0) throw one.error("after", msg("invalid waiting time of a step"));
    if (escalation.roles.empty()) throw one.error("roles", msg("the list of roles is empty"));
    one.finish();
    out.escalate.push_back(std::move(escalation));
  }
  fields.finish();
  return out;
}

minutes offset(Fields& fields) {
  const std::string text = fields.text("utc_offset");
  const auto time = text.empty() ? std::nullopt : clock(std::string_view(text).substr(1));
  if (!time || *time > minutes{14 * 60} || (text[0] != '+' && text[0] != '-'))
    throw fields.error("utc_offset", msg("invalid offset from UTC: '{text}'", {{"text", printable(text)}}),
                       msg("write it as +08:00"));
  return text[0] == '-' ? -*time : *time;
}

std::vector<Calendar::Span> spans(Fields& fields, std::string_view day, const std::string& text) {
  std::vector<Calendar::Span> out;
  for (const auto& part : split(text, ',')) {
    const std::string_view piece = trim(part);
    const auto from = piece.size() == 11 && piece[5] == '-' ? clock(piece.substr(0, 5)) : std::nullopt;
    const auto to = from ? clock(piece.substr(6)) : std::nullopt;
    if (!to || *to <= *from || (!out.empty() && *from < out.back().to))
      throw fields.error(day, msg("invalid working hours: '{text}'", {{"text", printable(text)}}),
                         msg("write them as 07:30-15:30, or 07:30-12:00, 13:00-15:30 in order"));
    out.push_back({*from, *to});
  }
  return out;
}

std::chrono::sys_days required_date(Fields& fields, std::string_view key, const std::string& text) {
  const auto day = date(text);
  if (!day)
    throw fields.error(key, msg("invalid date '{text}'", {{"text", printable(text)}}),
                       msg("write it as 2020-01-10"));
  return *day;
}

Calendar calendar(const Node& node, const Source& source, std::vector<std::string>& around_the_clock) {
  Fields fields(node, source);
  Calendar out;
  out.utc_offset = offset(fields);
  Fields hours(fields.map("hours"), source);
  bool any = false;
  for (std::size_t day = 0; day < kDays.size(); ++day) {
    if (const auto text = hours.optional_text(kDays.at(day))) {
      out.hours.at(day) = spans(hours, kDays.at(day), *text);
      any = true;
    }
  }
  hours.finish();
  if (!any) throw fields.error("hours", msg("no day of the week has working hours"));
  for (const auto& text : fields.texts_or_none("holidays"))
    out.holidays.insert(required_date(fields, "holidays", text));
  if (const Node* own = fields.optional_map("dates")) {
    Fields dates(*own, source);
    for (const auto& entry : own->entries()) {
      const auto day = required_date(fields, "dates", entry.key);
      out.dates.emplace(day, spans(dates, entry.key, dates.text(entry.key)));
      if (out.holidays.contains(day))
        throw dates.error(entry.key, msg("'{date}' is also a holiday", {{"date", entry.key}}),
                          msg("remove it from 'holidays' or from 'dates'"));
    }
  }
  around_the_clock = fields.texts_or_none("around_the_clock");
  for (const auto& severity : around_the_clock)
    if (std::find(kSeverities.begin(), kSeverities.end(), severity) == kSeverities.end())
      throw fields.error("around_the_clock",
                         msg("invalid value for '{key}': '{value}'",
                             {{"value", printable(severity)}, {"key", "around_the_clock"}}),
                         msg("known values: {names}", {{"names", "warning, critical"}}));
  fields.finish();
  return out;
}

// A word, or a list of {step, paper, need}.
std::vector<SignedCopy> signed_paper(Fields& fields) {
  constexpr std::array<std::string_view, 3> words = {"no", "wanted", "required"};
  constexpr const char* kKey = "signed_paper";
  if (fields.node(kKey).is_scalar()) {
    const std::size_t word = fields.choice(kKey, words);
    if (word == 0) return {};
    return {SignedCopy{Step::archive, "", word == 2}};
  }
  std::vector<SignedCopy> out;
  for (const Node& item : fields.list(kKey)) {
    Fields one(item, fields.source());
    SignedCopy copy;
    const std::string step = one.text("step");
    const auto parsed = parse_step(step);
    if (!parsed) throw one.error("step", msg("unknown step '{step}'", {{"step", printable(step)}}));
    copy.step = *parsed;
    copy.paper = one.text("paper");
    const auto* const known = std::find_if(kCopies.begin(), kCopies.end(),
                                           [&](const CopyKind& kind) { return kind.paper == copy.paper; });
    if (known == kCopies.end()) {
      std::vector<std::string> names;
      for (const CopyKind& kind : kCopies) names.emplace_back(kind.paper);
      throw one.error("paper", msg("unknown document '{paper}'", {{"paper", printable(copy.paper)}}),
                      msg("known values: {names}", {{"names", join(names, ", ")}}));
    }
    if (copy.step < known->earliest)
      throw one.error(
          "step", msg("'{paper}' cannot be signed before '{step}'", {{"paper", copy.paper}, {"step", step}}),
          msg("the first step that can wait for it is '{step}'",
              {{"step", std::string(name(known->earliest))}}));
    constexpr std::array<std::string_view, 2> needs = {"wanted", "required"};
    copy.required = one.choice("need", needs) == 1;
    one.finish();
    out.push_back(std::move(copy));
  }
  return out;
}

Policies policies(const Node& node, const Source& source) {
  Fields fields(node, source);
  Policies out;
  out.confirm_system = fields.boolean("confirm_system");
  Fields approval(fields.map("approval"), source);
  if (approval.text("until") != kNextDay) {
    out.approval_span = parse_duration(approval.text("until"));
    if (!out.approval_span || out.approval_span->count() == 0)
      throw approval.error("until", msg("invalid validity of an approval"),
                           msg("write a time as 3d, or '{next}'", {{"next", std::string(kNextDay)}}));
  }
  out.approval_runs = approval.integer("runs", 1, 10);
  approval.finish();
  constexpr std::array<std::string_view, 2> open = {"warning", "critical"};
  constexpr std::array<std::string_view, 3> paper = {"none", "routine plans", "all"};
  out.open_from = static_cast<Policies::OpenFrom>(fields.choice("open_from", open));
  out.paper_decisions = static_cast<Policies::Paper>(fields.choice("paper_decisions", paper));
  out.signed_paper = signed_paper(fields);
  out.fixed = fields.texts_or_none("fixed");
  for (const auto& policy : out.fixed)
    if (std::find(kPolicies.begin(), kPolicies.end(), policy) == kPolicies.end())
      throw fields.error("fixed", msg("unknown policy '{policy}'", {{"policy", printable(policy)}}));
  fields.finish();
  return out;
}

Node read(std::string_view bytes, std::string_view file) {
  for (const embedded::Named* one : {&embedded::sop_form, &embedded::sop_small_team})
    if (one->bytes == bytes) return yaml::parse_canonical(one->canonical, file);
  return yaml::read_hand_edited(bytes, file);
}

}  // namespace

Sop parse(std::string_view bytes, std::string_view file) {
  const Node top = read(bytes, file);
  const Source source{std::string(file), ExitCode::config};
  Fields fields(top, source);
  if (fields.text("format") != "jaga/sop@1")
    throw fields.error("format", msg("unknown format of a procedure"),
                       msg("this version of jaga reads jaga/sop@1"));
  Sop out;
  out.header = header(fields.map("header"), source);
  for (const auto& item : fields.list_or_none("legal_basis")) {
    Fields one(item, source);
    out.legal_basis.push_back({one.text("text"), one.text_or("reading", ""), one.text_or("replaced_by", ""),
                               one.texts_or_none("amended_by")});
    one.finish();
  }
  out.related = fields.texts_or_none("related");
  out.warning = fields.possibly_empty("warning");
  out.qualifications = fields.texts_or_none("qualifications");
  out.equipment = fields.texts_or_none("equipment");
  out.recording = fields.possibly_empty("recording");
  roles(fields.map("roles"), source, out);
  const auto& steps = fields.list("steps");
  if (steps.size() != kSteps.size())
    throw fields.error(
        "steps", msg("the procedure must have seven steps, not {n}", {{"n", std::to_string(steps.size())}}));
  for (std::size_t i = 0; i < steps.size(); ++i) out.steps.push_back(row(steps[i], i, out, source));
  out.calendar = calendar(fields.map("calendar"), source, out.around_the_clock);
  out.policies = policies(fields.map("policies"), source);
  fields.finish();
  return out;
}

std::shared_ptr<const Sop> parse_once(std::string_view bytes, const Digest& digest, std::string_view file) {
  static std::mutex mutex;
  static std::map<Digest, std::shared_ptr<const Sop>> parsed;
  const std::scoped_lock lock(mutex);
  std::shared_ptr<const Sop>& known = parsed[digest];
  if (!known) known = std::make_shared<const Sop>(parse(bytes, file));
  return known;
}

}  // namespace jaga::sop
