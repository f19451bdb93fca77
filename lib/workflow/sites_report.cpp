#include "workflow/sites_report.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "fleet/batch.hpp"
#include "fleet/examination.hpp"
#include "fleet/signed_text.hpp"
#include "process/run.hpp"
#include "register/register.hpp"
#include "workflow/site_access.hpp"

namespace jaga::workflow {
namespace {

using fleet::Sight;
using Stream = SitesReport::Stream;
using Worker = SitesReport::Worker;

constexpr std::string_view kNewest = "newest";

SitesReport::Site site_of(const Context& context, const fleet::Received& received, const std::string& name) {
  SitesReport::Site out;
  out.name = name;
  if (context.registered)
    for (const auto& [id, person] : context.registered->people)
      if (person.machine && !person.left && person.site == name) {
        Worker& worker = out.workers.emplace_back();
        worker.name = id;
        worker.received = received.last(id);
      }
  for (const auto& [key, refused] : received.refused())
    if (key.first == name) out.refused.push_back({key.second, refused});
  return out;
}

Stream& stream_of(SitesReport::Site& site, const std::string& name) {
  for (Stream& stream : site.streams)
    if (stream.name == name) return stream;
  Stream& stream = site.streams.emplace_back();
  stream.name = name;
  return stream;
}

// Its newest batch, as jaga-fleet stored it.
void read_newest(const Context& context, const store::Folder& folder, const std::string& site,
                 Worker& worker) {
  std::string file(kNewest);
  file += '/';
  file += fleet::batch_file(site, worker.name);
  const auto bytes = folder.read(file, fleet::kMostMessage);
  if (!bytes) return;
  worker.state = Worker::State::wrong;
  try {
    const fleet::ReceivedBatch received = fleet::read_batch(*bytes, file);
    const registry::Person* person = context.registered->find_person(worker.name);
    if (received.batch.worker != worker.name || received.batch.order.site != site || person == nullptr ||
        !person->holds(received.worker.fingerprint())) {
      worker.why = "it is signed with " + received.worker.fingerprint();
      return;
    }
    worker.state = Worker::State::sent;
    worker.number = received.batch.number;
    worker.measured = received.batch.round.at;
    const registry::Person* office = context.registered->owner(received.office.fingerprint());
    if (worker.measured > context.now())
      worker.clock = worker.measured - context.now();
    else if (office != nullptr && office->machine && office->site.empty() &&
             worker.measured < received.batch.order.at)
      worker.clock = worker.measured - received.batch.order.at;
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    worker.why = error.message().render(Language::english);
  }
}

class Examined {
 public:
  Examined(const Context& context, const store::Folder& folder, SitesReport& report)
      : context_(context), folder_(folder), report_(report) {}

  void take(const Sight& sight) {
    if (sight.kind == Sight::Kind::hub) {
      report_.hub.address = sight.text;
      report_.hub.encrypted = sight.name == "tls";
      report_.hub.round_trip = std::chrono::microseconds{sight.number};
      return;
    }
    if (sight.kind == Sight::Kind::version) {
      report_.hub.version = sight.text;
      return;
    }
    for (SitesReport::Site& site : report_.sites)
      if (site.name == sight.site) take(site, sight);
  }

 private:
  void take(SitesReport::Site& site, const Sight& sight) {
    const auto set = [&](Stream::State state) {
      Stream& stream = stream_of(site, sight.name);
      stream.state = state;
      stream.why = sight.text;
      stream.messages = sight.number;
    };
    const auto worker = std::find_if(site.workers.begin(), site.workers.end(),
                                     [&](const Worker& each) { return each.name == sight.name; });
    switch (sight.kind) {
      case Sight::Kind::hub:
      case Sight::Kind::version:
        return;
      case Sight::Kind::silent:
        site.silent = sight.text;
        return;
      case Sight::Kind::stream:
        return set(Stream::State::good);
      case Sight::Kind::different:
        return set(Stream::State::different);
      case Sight::Kind::missing:
        return set(Stream::State::missing);
      case Sight::Kind::waiting:
        stream_of(site, sight.name).waiting = sight.number;
        return;
      case Sight::Kind::taken:
        stream_of(site, sight.name).taken = sight.number;
        return;
      case Sight::Kind::unread:
        if (worker != site.workers.end())
          worker->why = sight.text;
        else
          stream_of(site, sight.name).why = sight.text;
        return;
      case Sight::Kind::batch:
        if (worker != site.workers.end()) read_newest(context_, folder_, site.name, *worker);
        return;
      case Sight::Kind::none:
        if (worker != site.workers.end()) worker->state = Worker::State::none;
        return;
    }
  }

  const Context& context_;
  const store::Folder& folder_;
  SitesReport& report_;
};

// Why jaga-fleet saw less than all.
Error failure(const process::Outcome& outcome, const SitesOptions& options) {
  if (outcome.end == process::Outcome::End::not_started)
    return {ExitCode::unavailable,
            msg("cannot run '{program}': {reason}",
                {{"program", printable(options.program)}, {"reason", outcome.reason}}),
            msg("jaga-fleet is installed beside jaga")};
  std::string complaint, hint;
  for (const std::string& line : split(outcome.err, '\n')) {
    bool is_hint = false;
    for (const Language language : {Language::english, Language::indonesian})
      if (const std::string_view head = translate("hint: ", language); line.starts_with(head)) {
        hint = line.substr(head.size());
        is_hint = true;
        break;
      }
    if (!is_hint) complaint += line + "\n";
  }
  const std::string why = fleet_complaint(complaint);
  return {ExitCode::unavailable,
          why.empty() ? msg("jaga-fleet does not answer") : literal(printable_once(why)),
          hint.empty() ? Message{} : literal(printable_once(hint))};
}

}  // namespace

SitesReport examine_sites(const Context& context, const SitesOptions& options) {
  const inventory::Settings::Fleet& settings = fleet_settings(context);
  const store::Folder folder = fleet_folder(context);
  // Without the lock of a round: a round that was announced may be written just now, so nothing is confirmed.
  const fleet::Received received(folder, [](const std::string&) { return false; });
  SitesReport report;
  report.hub.servers = settings.servers;
  fleet::Examination asked;
  asked.hub = hub_of(context, folder);
  folder.make_directory(kNewest);
  asked.folder = folder.absolute(kNewest);
  for (const std::string& site : settings.sites) {
    folder.make_directory(std::string(kNewest) + "/" + site);
    report.sites.push_back(site_of(context, received, site));
    fleet::Examination::Site& of_site = asked.sites.emplace_back(fleet::Examination::Site{site, {}});
    for (const Worker& worker : report.sites.back().workers) of_site.workers.push_back(worker.name);
  }
  folder.replace("examine.yaml", fleet::write_examination(asked));

  process::Command command = fleet_command(context, options.program, options.environment,
                                           {"examine", folder.absolute("examine.yaml")});
  command.timeout = std::chrono::minutes{5};
  const process::Outcome outcome = process::run(command, context.stop);
  if (context.stop.stop_requested()) throw Error{ExitCode::interrupted, msg("interrupted")};
  if (!outcome.ok()) report.hub.wrong = failure(outcome, options);
  Examined examined(context, folder, report);
  for (const std::string& line : split(outcome.out, '\n'))
    if (const auto sight = fleet::parse_sight(line)) examined.take(*sight);
  return report;
}

}  // namespace jaga::workflow
