#include "completion_values.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <vector>

#include "base/text.hpp"
#include "catalogues.hpp"
#include "document/log_view.hpp"
#include "inventory/inventory.hpp"
#include "register/register.hpp"
#include "sop/sop.hpp"
#include "store/directory.hpp"
#include "workflow/completion.hpp"
#include "workflow/office_rules.hpp"
#include "workflow/plans.hpp"

namespace jaga::cmd {
namespace {

class Values {
 public:
  Values(Session& session, const std::string& word, const std::optional<std::string>& plan)
      : session_(session), word_(word), plan_(plan) {}

  void incidents() {
    const workflow::Office office = nearby_office(session_);
    if (!office.directory) return;
    for (const workflow::CompletedIncident& one : workflow::completed_incidents(*office.directory, word_)) {
      add(one.id, one.fault.empty() ? one.host : one.host + ", " + one.fault);
      add(one.host, one.fault.empty() ? one.id : one.fault);
    }
  }
  void hosts() {
    const workflow::Office office = nearby_office(session_);
    if (!office.directory) return;
    const inventory::Inventory inventory = load_inventory(*office.directory, {});
    for (const inventory::Host& host : inventory.hosts) add(host.name, host.address);
    for (const auto& [name, members] : inventory.groups) add("@" + name, join(members, " "));
  }
  void people() {
    if (!opened() || !session_.office().registered) return;
    for (const auto& [id, person] : session_.office().registered->people)
      if (!person.left) add(id, person.name);
  }
  void roles() {
    if (!opened()) return;
    for (const auto& [id, role] : session_.office().sop->roles) add(id, role.title.in(language()));
    add(std::string(sop::kAdmin), "");
  }
  void plans() {
    each_plan([this](const plan::Template& plan) { add(plan.name, plan.title.in(language())); });
  }
  void parameters() {
    each_plan([this](const plan::Template& plan) {
      if (plan_ && plan.name != *plan_) return;
      for (const plan::Parameter& one : plan.parameters)
        add(one.name + "=", plan_ ? one.title.in(language()) : plan.name + ": " + one.title.in(language()));
    });
  }
  void faults() {
    for (const auto& [type, rule] : workflow::office_rules(nearby_office(session_)).catalogue.rules)
      add(type, rule.title.in(language()));
  }
  void steps() {
    for (const sop::Step step : sop::kSteps)
      add(std::string(sop::name(step)), session_.ui().text(sop::word(step)));
  }
  void kinds() {
    for (const std::string_view kind : document::kLoggedKinds) add(std::string(kind), "");
  }
  void checks() {
    for (const char* check : {"icmp", "ssh", "local", "tcp:", "http:", "dns:"}) add(check, "");
  }
  void months() { add_months(7); }
  void years() { add_months(4); }

 private:
  Language language() { return session_.ui().language(); }

  // Prints a value that begins with what was typed, each only once.
  void add(const std::string& value, const std::string& what) {
    if (!value.starts_with(word_) || printable(value) != value || !printed_.insert(value).second) return;
    session_.ui().raw(what.empty() || what == value ? value + "\n"
                                                    : value + "\t" + printable_once(what) + "\n");
  }
  bool opened() {
    if (!find_working_directory(session_.globals(), session_.surroundings())) return false;
    session_.open(Needs::directory);
    return true;
  }
  void each_plan(const std::function<void(const plan::Template&)>& visit) {
    const workflow::Office office = nearby_office(session_);
    for (const std::string& name : workflow::plan_names(office)) {
      try {
        visit(workflow::find_plan(office, name));
      } catch (const Error& error) {
        if (error.code() != ExitCode::config) throw;  // doctor names it
      }
    }
  }
  // The first `size` characters of each month of which there are incidents, the newest first.
  void add_months(std::size_t size) {
    const workflow::Office office = nearby_office(session_);
    if (!office.directory) return;
    std::vector<store::Item> months = office.directory->list("incidents");
    std::ranges::reverse(months);
    for (const store::Item& month : months)
      if (month.kind == store::Item::Kind::directory) add(month.name.substr(0, size), "");
  }

  Session& session_;
  const std::string& word_;
  const std::optional<std::string>& plan_;
  std::set<std::string> printed_;
};

struct List {
  std::string_view name;
  void (Values::*print)();
};
constexpr std::array kLists = {
    List{"incidents", &Values::incidents}, List{"hosts", &Values::hosts},
    List{"people", &Values::people},       List{"roles", &Values::roles},
    List{"plans", &Values::plans},         List{"parameters", &Values::parameters},
    List{"faults", &Values::faults},       List{"steps", &Values::steps},
    List{"kinds", &Values::kinds},         List{"checks", &Values::checks},
    List{"months", &Values::months},       List{"years", &Values::years},
};

}  // namespace

std::string_view list_of(const Parameter& parameter, std::string_view path) {
  const std::string& value = parameter.value;
  const auto is_option = [&](std::string_view name) {
    const std::vector<std::string> names = parameter.spellings();
    return std::ranges::find(names, name) != names.end();
  };
  if (value == "TARGET" || value.starts_with("HOST")) return "hosts";
  if (value.starts_with("INCIDENT") || value == "ROUND|-|INCIDENT" ||
      (value == "ID" && path.starts_with("report")))
    return "incidents";
  if (value == "PERSON" || (value == "ID" && (path == "person change" || path == "person leave")))
    return "people";
  if (value == "ROLE") return "roles";
  if (value == "PLAN" || is_option("--plan")) return "plans";
  if (value == "KEY=VALUE") return "parameters";
  if (value == "TYPE") return "faults";
  if (value == "STEP") return "steps";
  if (value == "KIND" && is_option("--step")) return "kinds";
  if (value == "CHECK") return "checks";
  if (value == "MONTH") return "months";
  if (value == "YEAR") return "years";
  return {};
}

bool is_list(std::string_view name) {
  return std::ranges::find(kLists, name, &List::name) != kLists.end();
}

void print_values(Session& session, std::string_view list, const std::string& word,
                  const std::optional<std::string>& plan) {
  Values values(session, word, plan);
  const auto found = std::ranges::find(kLists, list, &List::name);
  if (found != kLists.end()) (values.*(found->print))();
}

}  // namespace jaga::cmd
