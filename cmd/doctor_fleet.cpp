// jaga doctor --fleet: NATS, the sites and their workers, as the office sees them (jaga-fleet(7)).
#include "doctor_fleet.hpp"

#include <algorithm>

#include "base/duration.hpp"
#include "base/format.hpp"
#include "base/text.hpp"
#include "document/json.hpp"
#include "findings.hpp"
#include "fleet/subjects.hpp"
#include "fleet_program.hpp"
#include "session.hpp"
#include "workflow/site_access.hpp"
#include "workflow/sites_report.hpp"

namespace jaga::cmd {
namespace {

using workflow::SitesReport;
using Stream = SitesReport::Stream;
using Worker = SitesReport::Worker;

// Clocks that differ by less are not worth a word.
constexpr std::chrono::seconds kClock{1};

// Nobody listens on the way to this machine itself.
bool is_here(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme != std::string_view::npos) address.remove_prefix(scheme + 3);
  return address.starts_with("127.") || address.starts_with("localhost:") || address.starts_with("[::1]");
}

Finding hub(const SitesReport::Hub& hub) {
  Finding out{"hub", Verdict::good, {}, {}};
  out.label = msg("hub");
  const std::string servers = join(hub.servers, ", ");
  out.more["servers"] = hub.servers;
  if (hub.wrong) {
    out.verdict = Verdict::bad;
    const std::string why = hub.wrong->message().render(Language::english);
    // What NATS itself says has the addresses.
    out.what =
        contains(why, servers)
            ? hub.wrong->message()
            : msg("{servers}: {why}", {{"servers", printable(servers)}}).with("why", hub.wrong->message());
    out.mend = hub.wrong->hint();
    return out;
  }
  out.what = msg("{address}: {server}, round trip {time} ms, {tls}",
                 {{"address", hub.address},
                  {"server", hub.version.empty() ? "NATS" : "NATS " + hub.version},
                  {"time", formatted("{:.1f}", static_cast<double>(hub.round_trip.count()) / 1000)}})
                 .with("tls", hub.encrypted ? msg("encrypted with TLS") : msg("not encrypted"));
  out.more["address"] = hub.address;
  out.more["version"] = hub.version;
  out.more["round_trip_us"] = hub.round_trip.count();
  out.more["tls"] = hub.encrypted;
  if (!hub.encrypted && !is_here(hub.address)) {
    out.verdict = Verdict::remark;
    out.mend = msg("set up TLS as jaga-fleet(7) describes, and write the address as tls://HOST:PORT");
  }
  return out;
}

Message label_of(const std::string& site, const std::string& name) {
  return msg("{site} {name}", {{"site", site}, {"name", name}});
}

Finding jetstream(const SitesReport::Site& site) {
  Finding out{"site", Verdict::good, msg("JetStream answers"), {}};
  out.label = msg("{site}", {{"site", site.name}});
  out.more["site"] = site.name;
  if (site.silent.empty()) return out;
  out.verdict = Verdict::bad;
  out.what = msg("JetStream does not answer: {reason}", {{"reason", site.silent}});
  out.mend =
      msg("check the link of the site, its NATS server and the domain of its JetStream (jaga-fleet(7))");
  return out;
}

Message waiting(const Stream& stream) {
  const auto count = static_cast<std::size_t>(stream.waiting.value_or(0));
  if (stream.name == fleet::kResults)
    return counted(count, msg("1 batch that the office has not received"),
                   msg("{count} batches that the office has not received"));
  Message out = counted(count, msg("1 order waits"), msg("{count} orders wait"));
  if (stream.taken == 0) return out;
  return msg("{orders}, {taken} of them with a worker", {{"taken", std::to_string(stream.taken)}})
      .with("orders", std::move(out));
}

Finding stream(const std::string& site, const Stream& stream) {
  Finding out{"stream", Verdict::good, {}, {}};
  out.label = label_of(site, stream.name);
  out.more["site"] = site;
  out.more["stream"] = stream.name;
  switch (stream.state) {
    case Stream::State::good:
    case Stream::State::different:
      out.more["messages"] = stream.messages;
      if (stream.waiting) out.more["waiting"] = *stream.waiting;
      break;
    case Stream::State::missing:
      out.verdict = Verdict::bad;
      out.what = msg("missing");
      out.mend = msg("start a worker there: it creates the stream");
      return out;
    case Stream::State::unread:
      out.verdict = Verdict::bad;
      out.what = msg("cannot be examined: {reason}", {{"reason", stream.why}});
      out.mend = msg("see what the office may do at the site in jaga-fleet(7)");
      return out;
  }
  if (stream.state == Stream::State::different) {
    out.verdict = Verdict::bad;
    out.what = msg("configured otherwise than jaga does: {settings}", {{"settings", stream.why}});
    out.mend =
        msg("at the site, once nothing waits: nats stream rm {stream}; a worker creates it when it starts",
            {{"stream", stream.name}});
    return out;
  }
  out.what = counted(static_cast<std::size_t>(stream.messages), msg("1 message"), msg("{count} messages"));
  if (stream.waiting) {
    out.what = waiting(stream);
    if (*stream.waiting > 0) out.verdict = Verdict::remark;
  } else if (!stream.why.empty()) {
    out.verdict = Verdict::bad;
    out.what = msg("how many wait cannot be examined: {reason}", {{"reason", stream.why}});
    out.mend = msg("see what the office may do at the site in jaga-fleet(7)");
  }
  if (out.verdict == Verdict::remark)
    out.mend = stream.name == fleet::kResults ? msg("receive them: jaga monitor --fleet")
                                              : msg("see whether a worker runs there");
  return out;
}

Finding worker(const Session& session, const SitesReport::Site& site, const Worker& worker) {
  Finding out{"worker", Verdict::good, {}, {}};
  out.label = label_of(site.name, worker.name);
  out.more["site"] = site.name;
  out.more["worker"] = worker.name;
  out.more["received"] = worker.received;
  switch (worker.state) {
    case Worker::State::sent:
      break;
    case Worker::State::none:
      out.verdict = Verdict::remark;
      out.what = worker.received == 0
                     ? msg("no batch of it at the site, and none received before")
                     : msg("no batch of it at the site; the last one received is number {number}",
                           {{"number", std::to_string(worker.received)}});
      out.mend = msg("see whether it runs: jaga-worker --site {site}", {{"site", site.name}});
      return out;
    case Worker::State::unread:
      out.verdict = Verdict::remark;
      out.what = worker.why.empty() ? msg("not known")
                                    : msg("cannot be examined: {reason}", {{"reason", worker.why}});
      return out;
    case Worker::State::wrong:
      out.verdict = Verdict::bad;
      out.what =
          msg("the newest batch at the site is not by this worker: {reason}", {{"reason", worker.why}});
      out.mend = msg("see who may publish results in the NATS server of the site");
      return out;
  }
  out.more["number"] = worker.number;
  out.more["measured"] = format_instant(worker.measured);
  const auto age = std::max(session.now() - worker.measured, Instant::duration{0});
  out.what = msg("newest batch number {number}, measured {span} ago ({time})",
                 {{"number", std::to_string(worker.number)},
                  {"span", span_text(age)},
                  {"time", session.local(worker.measured)}});
  if (std::chrono::abs(worker.clock) < kClock) return out;
  out.verdict = Verdict::remark;
  out.more["clock_ms"] = worker.clock.count();
  const Message::Arguments span{{"span", span_text(std::chrono::abs(worker.clock))}};
  out.what = msg("{batch}; {clock}")
                 .with("batch", std::move(out.what))
                 .with("clock", worker.clock.count() > 0 ? msg("its clock is at least {span} fast", span)
                                                         : msg("its clock is at least {span} slow", span));
  out.mend = msg("synchronise the clocks of the worker's machine and of this one");
  return out;
}

Message why_refused(const std::string& reason) {
  if (reason == "damaged") return msg("damaged, or with a wrong signature");
  if (reason == "repeated") return msg("received before");
  if (reason == "worker") return msg("not signed by a registered worker of the site");
  if (reason == "order") return msg("no answer to an order of this office");
  if (reason == "time") return msg("measured at an impossible time");
  if (reason == "host") return msg("about a host that was not ordered there");
  if (reason == "result") return msg("a result that its worker did not measure");
  return msg("{reason}", {{"reason", reason}});
}

Finding refused(const Session& session, const std::string& site, const SitesReport::Refused& refused) {
  Finding out{"refused", refused.reason == "repeated" ? Verdict::good : Verdict::remark, {}, {}};
  out.label = msg("{site} refused", {{"site", site}});
  out.what = msg("{messages}, {reason}; last {time}", {{"time", session.local(refused.count.last)}})
                 .with("messages", counted(static_cast<std::size_t>(refused.count.count), msg("1 message"),
                                           msg("{count} messages")))
                 .with("reason", why_refused(refused.reason));
  out.more["site"] = site;
  out.more["reason"] = refused.reason;
  out.more["count"] = refused.count.count;
  out.more["last"] = format_instant(refused.count.last);
  return out;
}

}  // namespace

ExitCode doctor_fleet(Session& session) {
  session.open(Needs::directory);
  (void)workflow::fleet_settings(session.context());  // before the program is looked for
  const SitesReport report = workflow::examine_sites(session.context(), fleet_program(session));
  std::vector<Finding> findings{hub(report.hub)};
  for (const SitesReport::Site& site : report.sites) {
    if (!report.hub.wrong) findings.push_back(jetstream(site));
    for (const Stream& each : site.streams) findings.push_back(stream(site.name, each));
    for (const Worker& each : site.workers)
      if (!report.hub.wrong && site.silent.empty()) findings.push_back(worker(session, site, each));
    if (site.workers.empty()) {
      Finding none{"site", Verdict::bad, msg("no worker of this site is registered"),
                   msg("register it: jaga person add NAME --machine --site {site} --key FILE.pub",
                       {{"site", site.name}})};
      none.label = msg("{site}", {{"site", site.name}});
      none.more["site"] = site.name;
      findings.push_back(std::move(none));
    }
    for (const SitesReport::Refused& each : site.refused)
      findings.push_back(refused(session, site.name, each));
  }
  return print_findings(session, findings) ? ExitCode::ok : ExitCode::warning;
}

}  // namespace jaga::cmd
