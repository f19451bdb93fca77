// jaga audit [INCIDENT|BAG]
#include "audit/audit.hpp"

#include <algorithm>
#include <embedded/check_script.hpp>
#include <memory>

#include "bag/any_bag.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "inventory/settings.hpp"
#include "parse.hpp"
#include "session.hpp"
#include "setups.hpp"
#include "store/directory.hpp"
#include "store/state.hpp"
#include "store/verified.hpp"
#include "workflow/incidents.hpp"
#include "workflow/lookup.hpp"
#include "workflow/registering.hpp"
#include "yaml/read.hpp"

namespace jaga::cmd {
namespace {

struct AuditArguments {
  std::optional<std::string> what;
  std::optional<std::string> resolve;
  std::optional<std::string> expect;
  std::optional<std::string> since;
  bool script = false;
};

void print_findings(Session& session, const std::vector<audit::Finding>& findings) {
  Ui& ui = session.ui();
  for (const audit::Finding& finding : findings) {
    if (session.prints_values()) {
      ui.json(Json{
          {"chain", finding.chain},
          {"file", finding.file},
          {"what", finding.what.render(Language::english)},
      });
      continue;
    }
    const std::string where = finding.file.empty() ? finding.chain : finding.file;
    Message what = finding.what;
    // The whole path, once, followed by line and column.
    if (what.location && where.ends_with(what.location->file)) what.location->file = where;
    ui.print((where.empty() || what.location ? "" : where + ": ") + ui.text(what), Colour::red);
  }
}

Json english(const std::vector<Message>& messages) {
  Json out = Json::array();
  for (const Message& one : messages) out.push_back(one.render(Language::english));
  return out;
}

ExitCode print(Session& session, const audit::Report& report, const std::vector<Message>& extent) {
  Ui& ui = session.ui();
  print_findings(session, report.findings);
  const Message checked =
      msg("{records}, {notes}, {signatures}, {attachments}")
          .with("records", counted(report.records, msg("1 record"), msg("{count} records")))
          .with("notes", counted(report.notes, msg("1 note"), msg("{count} notes")))
          .with("signatures", counted(report.signatures, msg("1 signature"), msg("{count} signatures")))
          .with("attachments", counted(report.attachments, msg("1 attachment"), msg("{count} attachments")));
  if (session.prints_values()) {
    Json witnesses = Json::array();
    for (const audit::Report::Witness& one : report.witnesses)
      witnesses.push_back(Json{{"person", one.person}, {"records", one.records}});
    ui.json(Json{
        {"sound", report.sound()},
        {"records", report.records},
        {"notes", report.notes},
        {"summaries", report.summaries},
        {"signatures", report.signatures},
        {"attachments", report.attachments},
        {"seal", report.seal},
        {"newer", report.newer},
        {"manifest", report.manifest ? report.manifest->text() : std::string()},
        {"witnesses", std::move(witnesses)},
        {"chains", report.chains},
        {"seen", report.seen},
        {"remarks", english(report.remarks)},
        {"untouched", report.untouched.value_or(0)},
        {"unchecked", english(report.unchecked)},
    });
  } else {
    ui.print(report.sound() ? msg("sound")
                            : counted(report.findings.size(), msg("not sound: 1 finding"),
                                      msg("not sound: {count} findings")),
             report.sound() ? Colour::green : Colour::red);
    ui.print(checked);
    for (const Message& line : extent) ui.print(line);
    for (const Message& what : report.remarks) ui.print(msg("remark: {what}", {{"what", ui.text(what)}}));
    for (const Message& what : report.unchecked)
      ui.print(msg("not checked: {what}", {{"what", ui.text(what)}}));
  }
  return report.sound() ? ExitCode::ok : ExitCode::warning;
}

ExitCode print_bag(Session& session, audit::Report report, const std::optional<std::string>& expect) {
  const std::string manifest = report.manifest.value_or(Digest{}).text();
  if (expect && *expect != manifest)
    report.findings.insert(
        report.findings.begin(),
        {{}, {}, msg("its manifest has the digest {digest}, not the expected one", {{"digest", manifest}})});
  std::vector<Message> more;
  if (!report.bag.empty()) more = report.extent();
  more.push_back(msg("manifest {digest}", {{"digest", manifest}}));
  more.push_back(
      expect && *expect == manifest
          ? msg("the manifest is the expected one; only the working directory shows later changes of the "
                "register")
          : msg("a bag alone shows neither later changes of the register nor whether it was repacked: "
                "compare the manifest with the archive record, on paper or with --expect DIGEST"));
  return print(session, report, more);
}

// A bag of another maker: nobody whom jaga knows has signed it.
ExitCode print_any_bag(Session& session, const bag::AnyBag& checked,
                       const std::optional<std::string>& expect) {
  Ui& ui = session.ui();
  const std::string manifest = checked.manifest ? checked.manifest->text() : std::string();
  std::vector<audit::Finding> findings;
  if (expect && *expect != manifest)
    findings.push_back(
        {{}, {}, msg("its manifest has the digest {digest}, not the expected one", {{"digest", manifest}})});
  for (const Message& problem : checked.problems) findings.push_back({{}, {}, problem});
  print_findings(session, findings);
  const bool valid = findings.empty();
  if (session.prints_values()) {
    ui.json(Json{
        {"sound", valid},
        {"bagit", checked.version},
        {"algorithms", checked.algorithms},
        {"files", checked.files},
        {"bytes", checked.octets},
        {"manifest", manifest},
        {"remarks", english(checked.remarks)},
    });
  } else {
    ui.print(valid
                 ? msg("valid, signed by nobody")
                 : counted(findings.size(), msg("not valid: 1 finding"), msg("not valid: {count} findings")),
             valid ? Colour::green : Colour::red);
    if (!checked.version.empty())
      ui.print(msg("BagIt {version}, {files}, {bytes}, {algorithms}",
                   {{"version", checked.version}, {"algorithms", join(checked.algorithms, ", ")}})
                   .with("files", counted(checked.files, msg("1 file"), msg("{count} files")))
                   .with("bytes", counted(checked.octets, msg("1 byte"), msg("{count} bytes"))));
    if (!manifest.empty()) ui.print(msg("manifest {digest}", {{"digest", manifest}}));
    for (const Message& what : checked.remarks) ui.print(msg("remark: {what}", {{"what", ui.text(what)}}));
  }
  return valid ? ExitCode::ok : ExitCode::warning;
}

// What --since names, as beginnings of digests.
std::vector<std::string> seals_of(Session& session, const std::string& since,
                                  const std::optional<store::VerifiedSeals>& verified) {
  std::vector<std::string> out;
  if (since == "last") {
    if (!verified || verified->seals.empty())
      throw Error{ExitCode::not_permitted, msg("this account has not verified any seal"),
                  msg("check everything once: jaga audit")};
    for (const Digest& seal : verified->seals) out.push_back(seal.text());
    return out;
  }
  if (since.ends_with(".yaml"))
    return {sha256(session.read_document(session.absolute(since), yaml::kMostBytes)).text()};
  constexpr std::string_view kPrefix = "sha256:";
  constexpr std::size_t kFewest = 4;  // digits
  out.push_back(since.starts_with(kPrefix) ? since : std::string(kPrefix) + since);
  if (out.front().size() < kPrefix.size() + kFewest)
    throw Error{
        ExitCode::usage,
        msg("invalid value for {option}: '{value}'", {{"option", "--since"}, {"value", printable(since)}}),
        msg("give the digest that 'jaga seal' printed, the file of the seal, or 'last'")};
  return out;
}

void flatten(const store::Memory& memory, std::vector<store::RememberedHead>& heads,
             std::vector<record::ChainName>& damaged) {
  for (store::Remembered& one : memory.all()) {
    if (one.damaged) damaged.push_back(one.chain);
    for (store::RememberedHead& head : one.heads) heads.push_back(std::move(head));
  }
}

audit::Report look(Session& session, const std::optional<std::string>& incident,
                   const std::optional<std::string>& since) {
  const store::Installation& state = session.state();
  audit::Options wish;
  wish.incident = incident;
  wish.installation = state.installation();
  wish.now = session.now();
  const std::optional<store::VerifiedSeals> verified = store::read_verified(state.folder());
  if (verified) wish.verified = verified->seals;
  if (since) wish.since = seals_of(session, *since, verified);
  flatten(state.memory(), wish.remembered, wish.forgotten);
  for (const store::Installation::Elsewhere& other : state.elsewhere()) {
    audit::Options::Elsewhere& one = wish.elsewhere.emplace_back();
    one.path = other.path;
    std::vector<record::ChainName> damaged;
    flatten(other.memory, one.heads, damaged);
  }
  audit::Report report =
      audit::audit_directory(*session.office().directory, session.office().settings->repo, wish);
  if (state.memory().damaged())
    report.unchecked.push_back(
        msg("what an earlier version stored for this account, because the file is damaged"));
  if (since && verified)
    report.unchecked.push_back(msg("what this account verified before; it read all of it last on {time}",
                                   {{"time", format_seconds(verified->whole)}}));
  if (report.sound() && !incident && !report.seals.empty())
    store::write_verified(state.folder(),
                          {report.seals, *wish.now, since && verified ? verified->whole : *wish.now});
  if (!since && report.seen < report.chains)
    report.unchecked.push_back(report.seen == 0
                                   ? msg("whether the newest records were removed together with their seals: "
                                         "this account has not seen this directory before")
                                   : msg("whether the newest records were removed together with their seals, "
                                         "for chains that this account has not seen before"));
  // A chain without findings is remembered, regardless of the others.
  for (const store::RememberedHead& head : report.heads) {
    const auto compared = [&](const store::RememberedHead& known) {
      return known.head == head.head ||
             std::find(wish.remembered.begin(), wish.remembered.end(), known) != wish.remembered.end();
    };
    state.memory().remember(head.chain, {head}, compared);
  }
  return report;
}

// One register record for everything missing or replaced; other findings have to be fixed first.
void resolve(Session& session, const audit::Report& report, const std::string& reason) {
  if (report.sound()) throw Error{ExitCode::not_permitted, msg("nothing is missing or replaced")};
  std::vector<registry::Resolved> expected;
  bool rollback = false;
  for (const audit::Finding& finding : report.findings) {
    if (!finding.expected) {
      throw Error{
          ExitCode::not_permitted,
          msg("'{where}' cannot be accepted with --resolve: only missing or replaced files can ({what})",
              {{"where", finding.file.empty() ? finding.chain : finding.file},
               {"what", finding.what.render(session.ui().language())}}),
          msg("see all findings with 'jaga audit'")};
    }
    if (std::find(expected.begin(), expected.end(), *finding.expected) == expected.end())
      expected.push_back(*finding.expected);
    rollback = rollback || record::parse_chain_name(finding.expected->what);
  }
  const record::Record written =
      workflow::resolve(session.acting(), rollback ? "rollback" : "loss", expected, reason);
  session.recorded("register/" + record::file_name(written.envelope));
}

ExitCode audit(Session& session, const AuditArguments& options) {
  if (options.script) {
    session.ui().raw(embedded::check_script);
    return ExitCode::ok;
  }
  if (const std::string path = options.what ? session.absolute(*options.what) : ""; bag::is_bag(path)) {
    if (options.since) throw not_together("--since", "BAG");
    return bag::claims_to_be_ours(path) ? print_bag(session, audit::audit_bag(path), options.expect)
                                        : print_any_bag(session, bag::check_any(path), options.expect);
  }
  if (options.expect) throw requires_option("--expect", "BAG", msg("give the folder of a bag"));
  if (options.since && options.what) throw not_together("--since", "INCIDENT");
  session.open(Needs::records);
  const workflow::Context& context = session.context();
  std::optional<std::string> incident;
  if (options.what) incident = workflow::find_incident(context, *options.what);
  audit::Report report = look(session, incident, options.since);
  if (options.resolve) {
    resolve(session, report, *options.resolve);
    report = look(session, incident, options.since);
  }
  return print(session, report, report.extent());
}

}  // namespace

void setup_audit(Setup& setup) {
  auto options = std::make_shared<AuditArguments>();
  setup
      .argument("INCIDENT|BAG", options->what,
                msg("an incident, or the folder of a bag; default: everything"))
      .option("--resolve", "REASON", options->resolve,
              msg("as an admin, accept that the reported files are missing or changed"))
      .option("--expect", "DIGEST", options->expect,
              msg("with a bag: report a finding unless its manifest has this digest"))
      .option(
          "--since", "SEAL", options->since,
          msg("read only what is new since a seal that this account has verified; 'last': the newest one"))
      .flag("--script", options->script, msg("print a program that checks without jaga"));
  setup.paged();
  setup.run([options](Session& session) { return audit(session, *options); });
}

}  // namespace jaga::cmd
