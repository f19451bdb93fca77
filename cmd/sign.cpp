// jaga sign DIR
#include "workflow/sign.hpp"

#include <memory>

#include "base/text.hpp"
#include "plan_view.hpp"
#include "session.hpp"
#include "setups.hpp"

namespace jaga::cmd {
namespace {

struct Options {
  std::string folder;
  std::optional<std::string> expect;
  bool yes = false;
};

using Lines = std::vector<std::string>;

void add(Lines& out, const Lines& lines, const std::string& indent = "") {
  for (const std::string& line : lines) out.push_back(indent + line);
}

// What came before: who did which step, and what they said.
Lines course(const record::Chain& chain) {
  Lines out;
  for (const record::Record& record : chain.records) {
    const record::Envelope& e = record.envelope;
    if (e.kind == "command-start" || e.kind == "command-end") continue;
    std::string seq = std::to_string(e.seq);
    seq.insert(0, seq.size() < 4 ? 4 - seq.size() : 0, '0');
    const std::string said = gist(record);
    out.push_back("  " + seq + " " + e.kind + " " + e.by.person + " " + format_instant(e.at) +
                  (said.empty() ? "" : ": " + said));
  }
  return out;
}

// The decision's own terms.
void terms(Session& session, const incident::Body& body, Lines& out) {
  Ui& ui = session.ui();
  const auto reason = [&](const std::optional<std::string>& text) {
    if (text) out.push_back(ui.text(msg("reason: {reason}", {{"reason", *text}})));
  };
  if (const auto* approve = std::get_if<incident::Approve>(&body)) {
    out.push_back(
        ui.text(msg("approved until {until}, runs: {runs}",
                    {{"until", format_instant(approve->until)}, {"runs", std::to_string(approve->runs)}})));
    reason(approve->reason);
    if (approve->ratifies)
      out.push_back(ui.text(msg("this ratifies what record {digest} did or decided before",
                                {{"digest", approve->ratifies->text()}})));
  } else if (const auto* verify = std::get_if<incident::Verify>(&body)) {
    if (verify->override_why)
      out.push_back(
          ui.text(msg("although a probe still failed: {reason}", {{"reason", *verify->override_why}})));
    reason(verify->reason);
  } else if (const auto* accept = std::get_if<incident::Accept>(&body)) {
    reason(accept->reason);
  } else if (const auto* reject = std::get_if<incident::Reject>(&body)) {
    out.push_back(
        ui.text(msg("no to {step}; {back} is due again", {{"step", reject->step}, {"back", reject->back}})));
    reason(reject->reason);
    if (reject->correction)
      out.push_back(ui.text(msg("correction: {text}", {{"text", *reject->correction}})));
  } else if (const auto* withdraw = std::get_if<incident::Withdraw>(&body)) {
    out.push_back(
        ui.text(msg("closed without repair: {outcome}", {{"outcome", end_text(session, *withdraw)}})));
    reason(withdraw->reason);
    out.push_back(ui.text(withdraw->seconds
                              ? msg("this is the second signature and ends the incident")
                              : msg("this is the first signature; another person's ends the incident")));
  }
}

Lines shown(Session& session, const workflow::Unsigned& request) {
  Ui& ui = session.ui();
  const record::Envelope& envelope = request.record.envelope;
  const incident::Summary& summary = *incident::summary_in(request.body);
  Lines out{envelope.chain.id, summary.fault, ui.text(msg("decision: {kind}", {{"kind", envelope.kind}}))};
  if (request.analysis) add(out, cause_lines(ui, *request.analysis));
  if (request.plan) add(out, plan_lines(ui, *request.plan));
  if (summary.plan) {
    Lines hosts;
    for (const incident::Summary::Host& host : summary.plan->hosts)
      hosts.push_back(host.host + (host.address.empty() ? "" : " (" + host.address + ")"));
    if (!hosts.empty()) out.push_back(ui.text(msg("hosts: {hosts}", {{"hosts", join(hosts, ", ")}})));
  }
  out.push_back(ui.text(msg("so far:")));
  add(out, course(request.chain));
  if (summary.repair) {
    out.push_back(ui.text(msg("repair ({mode}): {outcome}",
                              {{"mode", summary.repair->mode}, {"outcome", summary.repair->outcome}})));
    out.push_back(ui.text(msg("before:")));
    add(out, result_lines(ui, request.before), "  ");
    out.push_back(ui.text(msg("after:")));
    add(out, result_lines(ui, request.after), "  ");
  }
  terms(session, request.body, out);
  out.push_back(
      ui.text(msg("as {person}, role {role}, with the key {key}",
                  {{"person", envelope.by.person}, {"role", envelope.by.role}, {"key", envelope.key}})));
  out.push_back(ui.text(msg("digest {digest}", {{"digest", request.digest.text()}})));
  for (const Message& what : request.unchecked)
    out.push_back(ui.text(msg("not checked: {what}").with("what", what)));
  return out;
}

ExitCode sign(Session& session, const Options& options) {
  Ui& ui = session.ui();
  const std::string folder = session.absolute(options.folder);
  const workflow::Unsigned request = workflow::read_request(folder);
  if (options.expect && *options.expect != request.digest.text())
    throw Error{ExitCode::not_permitted,
                msg("what would be decided has the digest {digest}, not the expected one",
                    {{"digest", request.digest.text()}}),
                msg("look at it again without --expect")};
  if (!session.json())
    for (const std::string& line : shown(session, request)) ui.words(line);
  if (request.is_signed) {
    ui.say(msg("it is signed already"));
    return ExitCode::ok;
  }
  if (!session.confirm(msg("sign exactly this?"), options.yes)) {
    ui.say(msg("nothing was signed"));
    return ExitCode::warning;
  }
  const std::string path =
      workflow::sign_request(folder, request, session.key_places(), session.surroundings().stop);
  session.recorded(path);
  if (session.json()) {
    yaml::Node unchecked = yaml::Node::list();
    for (const Message& what : request.unchecked)
      unchecked.add(yaml::Node::text(what.render(Language::english)));
    ui.json(yaml::Node::map()
                .set("incident", request.record.envelope.chain.id)
                .set("kind", request.record.envelope.kind)
                .set("decided", request.digest.text())
                .set("signature", path)
                .set("unchecked", std::move(unchecked)));
  } else {
    ui.print(path);
  }
  ui.hint(msg("send the folder back; there: jaga import DIR"));
  return ExitCode::ok;
}

}  // namespace

void setup_sign(Setup& setup) {
  auto options = std::make_shared<Options>();
  setup.argument("DIR", options->folder, msg("the folder of a request"))
      .flag("--yes", options->yes, msg("do not ask"))
      .option("--expect", "DIGEST", options->expect,
              msg("refuse if this is not the digest of what would be decided"));
  setup.run([options](Session& session) { return sign(session, *options); });
}

}  // namespace jaga::cmd
