#include "workflow/sites.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <span>
#include <thread>
#include <utility>

#include "base/debug.hpp"
#include "base/duration.hpp"
#include "base/id.hpp"
#include "base/text.hpp"
#include "fleet/batch.hpp"
#include "fleet/exchange.hpp"
#include "fleet/order.hpp"
#include "fleet/received.hpp"
#include "fleet/standing.hpp"
#include "inventory/inventory.hpp"
#include "process/run.hpp"
#include "register/register.hpp"
#include "round/look.hpp"
#include "round/order.hpp"
#include "store/directory.hpp"
#include "store/rounds.hpp"
#include "workflow/acting_person.hpp"
#include "workflow/reach.hpp"
#include "workflow/site_access.hpp"
#include "workflow/site_standing.hpp"
#include "workflow/site_trust.hpp"

namespace jaga::workflow {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

static_assert(kOrderHosts <= fleet::kMostOrderHosts);

// By jaga-fleet, which gives a message its name when it is whole.
bool is_being_written(const store::Item& item) {
  return item.name.starts_with('.');
}

store::Lock lock_of(const store::Folder& folder) {
  try {
    return folder.lock("", std::chrono::seconds{1});
  } catch (const Error& error) {
    if (error.code() != ExitCode::busy) throw;
    throw Error{ExitCode::busy, msg("another round is asking the sites now")};
  }
}

}  // namespace

class Sites::State {
 public:
  State(const ActingContext& context, const SitesOptions& options, probe::Request& request,
        const std::vector<const inventory::Host*>& asked)
      : context_(context),
        options_(options),
        settings_(fleet_settings(context)),
        folder_(fleet_folder(context)),
        lock_(lock_of(folder_)),
        received_(folder_, [&](const std::string& path) { return context.directory->exists(path); }) {
    for (const inventory::Host* host : asked)
      if (is_of_site(*host)) hosts_.push_back(host);
    kinds_ = request.kinds;
    try {
      begin(request);
    } catch (const Error& error) {
      if (options.use != SitesOptions::Use::prefer || error.code() != ExitCode::unavailable) {
        stop();
        throw;
      }
      remarks_.push_back(msg("all hosts are measured from here: {why}").with("why", error.message()));
      hosts_.clear();
      orders_.clear();
    }
    for (const inventory::Host* host : hosts_)
      if (const auto look = request.looks.find(host->name); look != request.looks.end())
        looks_.insert(request.looks.extract(look));
    request.hosts.reserve(asked.size() - hosts_.size());
    for (const inventory::Host* host : asked)
      if (hosts_.empty() || !is_of_site(*host)) request.hosts.push_back(*host);
  }
  ~State() { stop(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  void finish(round::Round& round, const std::function<void(const probe::Progress&)>& progress) {
    while (!context_.stop.stop_requested() && steady_clock::now() < deadline_ && !is_answered()) {
      take_events(std::chrono::milliseconds{100});
      if (progress) progress(progress_now());
    }
    stop();
    take_events(milliseconds{0});
    take_spool();
    for (const auto& [site, why] : silent_)
      remarks_.push_back(
          msg("the site '{site}' cannot be reached: {why}", {{"site", site}, {"why", printable(why)}}));
    add_results(round);
    received_.save();
  }

  std::vector<std::string> keep_late() {
    std::vector<std::vector<Taken*>> groups;
    std::map<std::pair<std::string, std::optional<Instant>>, std::size_t> places;  // of an order and a slot
    for (Taken& each : taken_) {
      if (each.live || each.kept) continue;
      const auto [at, is_new] = places.try_emplace({each.batch.order.id, each.batch.slot}, groups.size());
      if (is_new) groups.emplace_back();
      groups[at->second].push_back(&each);
    }
    std::stable_sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
      return time_of(a.front()->batch) < time_of(b.front()->batch);
    });
    std::vector<std::string> paths;
    for (const std::vector<Taken*>& group : groups)
      if (std::string path = keep(group); !path.empty()) paths.push_back(std::move(path));
    return paths;
  }

  void announce(const std::string& path) {
    std::vector<const Taken*> group;
    for (const Taken& each : taken_)
      if (each.live) group.push_back(&each);
    announce(path, group);
  }

  void written() {
    received_.confirm();
    for (Taken& each : taken_)
      if (each.live) forget(each);
  }

  const std::vector<Message>& remarks() const { return remarks_; }

 private:
  struct Ordered {
    std::string site;
    std::set<std::string> hosts;
    std::map<std::string, std::set<int>> parts;  // by worker
    bool answered = false;
  };
  struct Taken {
    std::string file;  // below the spool
    fleet::Batch batch;
    bool live = false;  // it answers an order of this round
    bool kept = false;
  };

  // What a slot measured belongs into it, whatever the clocks of the workers say.
  static Instant time_of(const fleet::Batch& batch) {
    if (!batch.slot) return batch.round.at;
    return std::clamp(batch.round.at, *batch.slot, *batch.slot + batch.order.every - milliseconds{1});
  }

  void announce(const std::string& path, const std::vector<const Taken*>& group) {
    fleet::Received::Numbers held;
    for (const Taken* each : group) held[each->batch.worker].insert(each->batch.number);
    fleet::Received::Numbers waiting;
    for (const auto& [worker, numbers] : held)
      std::set_difference(open_[worker].begin(), open_[worker].end(), numbers.begin(), numbers.end(),
                          std::inserter(waiting[worker], waiting[worker].end()));
    received_.announce(path, held, waiting);
  }

  // A check of this very machine is none of the site's.
  bool is_of_site(const inventory::Host& host) const {
    const auto& sites = settings_.sites;
    return std::find(sites.begin(), sites.end(), host.place.site) != sites.end() && !host.has_check("local");
  }

  void begin(const probe::Request& request) {
    require_register(context_);
    const std::optional<Actor> machine = acting_machine(context_);
    if (!machine)
      throw Error{ExitCode::not_permitted, msg("no key of this machine is here to sign orders with"),
                  msg("create it with: jaga person keys --make")};
    deadline_ = steady_clock::now() + settings_.deadline;
    fleet::Exchange exchange;
    exchange.hub = hub_of(context_, folder_);
    folder_.make_directory("spool");
    exchange.spool = folder_.absolute("spool");
    for (const store::Item& old : folder_.list("orders")) folder_.remove("orders/" + old.name);
    machine_ = machine->signer;
    standing_.emplace(context_, folder_, *machine_);
    for (const std::string& site : settings_.sites) {
      for (const store::Item& item : folder_.list("spool/" + site))
        if (is_being_written(item)) folder_.remove("spool/" + site + "/" + item.name);  // it ended meanwhile
      std::vector<const inventory::Host*> hosts;
      for (const inventory::Host* host : hosts_)
        if (host->place.site == site) hosts.push_back(host);
      fleet::Exchange::Site& of_site = exchange.sites.emplace_back(fleet::Exchange::Site{site, {}, {}});
      const Reach reach(context_, hosts, {});
      for (std::size_t at = 0; at < hosts.size(); at += kOrderHosts)
        of_site.orders.push_back(
            write_order(request, site, reach, *machine->signer,
                        std::span(hosts).subspan(at, std::min(kOrderHosts, hosts.size() - at))));
      of_site.standing = standing_->write(site, request.pins);
    }
    folder_.replace("exchange.yaml", fleet::write_exchange(exchange));
    start();
  }

  // Gives the file.
  std::string write_order(const probe::Request& request, const std::string& site, const Reach& reach,
                          const sign::Signer& signer, std::span<const inventory::Host* const> hosts) {
    fleet::OrderHead head;
    head.office = context_.settings->repo;
    head.installation = context_.installation;
    head.site = site;
    head.id = random_id(context_.random);
    head.at = context_.now();
    head.until = head.at + settings_.deadline;
    probe::Request asked;
    asked.inventory = request.inventory;
    asked.kinds = request.kinds;
    asked.count = request.count;
    asked.timeout = request.timeout;
    asked.rate = request.rate;
    Ordered ordered{site, {}, {}, false};
    for (const inventory::Host* host : hosts) {
      asked.hosts.push_back(*host);
      ordered.hosts.insert(host->name);
      if (const auto way = reach.targets().find(host->name); way != reach.targets().end())
        asked.ways.emplace(host->name, way->second);
      if (const auto pin = request.pins.find(host->name); pin != request.pins.end())
        asked.pins.emplace(host->name, pin->second);
      if (const auto look = request.looks.find(host->name); look != request.looks.end())
        asked.looks[host->name].sections = look->second.sections;
    }
    const std::string file = "orders/" + head.id;  // needed as long as this process lives
    folder_.replace_unsynced(
        file, fleet::write_signed(fleet::to_node(head), fleet::write_asked(asked), signer, context_.stop));
    orders_.emplace(head.id, std::move(ordered));
    return folder_.absolute(file);
  }

  // Returns when NATS is reached.
  void start() {
    process::Command command = fleet_command(context_, options_.program, options_.environment,
                                             {"exchange", folder_.absolute("exchange.yaml")});
    command.timeout = settings_.deadline + std::chrono::hours{1};
    command.sink = [this](bool is_error, std::string_view bytes) { hear(is_error, bytes); };
    thread_ = std::jthread([this, command](const std::stop_token& stopped) {
      const process::Outcome outcome = process::run(command, stopped);
      const std::lock_guard lock(mutex_);
      outcome_ = outcome;
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    while (!connected_ && !outcome_ && !context_.stop.stop_requested())
      changed_.wait_for(lock, milliseconds{100});
    if (context_.stop.stop_requested()) throw Error{ExitCode::interrupted, msg("interrupted")};
    if (connected_) return;
    if (outcome_->end == process::Outcome::End::not_started)
      throw Error{ExitCode::unavailable,
                  msg("cannot run '{program}': {reason}",
                      {{"program", printable(options_.program)}, {"reason", outcome_->reason}}),
                  msg("jaga-fleet is installed beside jaga")};
    ExitCode code = ExitCode::unavailable;
    for (const ExitCode known : {ExitCode::not_permitted, ExitCode::config})
      if (outcome_->shell_code() == static_cast<int>(known)) code = known;
    throw Error{code, msg("the sites cannot be asked: {why}", {{"why", printable(fleet_complaint(err_))}})};
  }

  // In the thread of the process.
  void hear(bool is_error, std::string_view bytes) {
    constexpr std::size_t kMostErr = 4'096;
    const std::lock_guard lock(mutex_);
    if (is_error) {
      if (err_.size() < kMostErr) err_ += bytes.substr(0, kMostErr - err_.size());
      return;
    }
    out_ += bytes;
    for (std::size_t end = out_.find('\n'); end != std::string::npos; end = out_.find('\n')) {
      if (const auto event = fleet::parse_event(std::string_view(out_).substr(0, end))) {
        if (event->kind == fleet::Event::Kind::connected) connected_ = true;
        events_.push_back(*event);
      }
      out_.erase(0, end + 1);
    }
    changed_.notify_all();
  }

  void stop() {
    if (!thread_.joinable()) return;
    thread_.request_stop();
    thread_.join();
    if (!err_.empty()) debug("fleet", "{}", printable(err_));
  }

  void take_events(milliseconds wait) {
    std::deque<fleet::Event> events;
    {
      std::unique_lock lock(mutex_);
      if (events_.empty()) changed_.wait_for(lock, wait, [&] { return !events_.empty(); });
      events.swap(events_);
    }
    for (const fleet::Event& event : events) {
      debug("fleet", "{}", trim(fleet::line_of(event)));
      if (event.kind == fleet::Event::Kind::silent)
        silent_[event.site] = event.text;
      else
        silent_.erase(event.site);
      if (event.kind == fleet::Event::Kind::stored) take_spool(event.site);
      if (event.kind == fleet::Event::Kind::standing && standing_)
        standing_->published(event.site, event.text);
    }
  }

  void take_spool() {
    for (const std::string& site : settings_.sites) take_spool(site);
  }

  // What is not taken yet, in the order in which the site's stream has it.
  void take_spool(const std::string& site) {
    for (const store::Item& item : folder_.list("spool/" + site)) {
      if (is_being_written(item)) continue;
      std::string file = "spool/";
      file += site + "/" + item.name;
      if (!seen_.insert(file).second) continue;
      try {
        take(site, file);
      } catch (const Error& error) {
        if (error.code() != ExitCode::data) throw;
        refuse(site, file, "damaged", error.message());
      }
    }
  }

  void refuse(const std::string& site, const std::string& file, const std::string& reason,
              const Message& why) {
    received_.refuse(site, reason, context_.now());
    remarks_.push_back(
        msg("a message of the site '{site}' is refused: {why}", {{"site", site}}).with("why", why));
    folder_.remove(file);
  }

  void take(const std::string& site, const std::string& file) {
    const auto bytes = folder_.read(file, fleet::kMostMessage);
    if (!bytes) return;
    fleet::ReceivedBatch received = fleet::read_batch(*bytes, file);
    fleet::Batch& batch = received.batch;
    // It may come again where the site did not hear that it came: no reason to say anything.
    if (is_of_worker(context_, received, site) &&
        (received_.has(batch.worker, batch.number) || numbers_[batch.worker].contains(batch.number))) {
      received_.refuse(site, "repeated", context_.now());
      folder_.remove(file);
      return;
    }
    const auto order = orders_.find(batch.order.id);
    if (const auto wrong = why_not_believed(context_, received, site,
                                            order == orders_.end() ? nullptr : &order->second.hosts)) {
      refuse(site, file, wrong->kind, wrong->why);
      return;
    }
    numbers_[batch.worker].insert(batch.number);
    open_[batch.worker].insert(batch.number);
    const bool live = order != orders_.end() && !batch.slot;
    // Of hosts that have left the site since they were measured nothing is kept.
    if (!live && std::erase_if(batch.round.results, [&](const round::Result& result) {
                   return !is_measured_at(context_, result.host, site);
                 }) > 0)
      received_.refuse(site, "host", context_.now());
    std::erase_if(batch.round.skipped, [&](const round::Skipped& skipped) {
      return !is_measured_at(context_, skipped.host, site);
    });
    if (live) {
      std::set<int>& parts = order->second.parts[batch.worker];
      parts.insert(batch.part);
      if (parts.size() == static_cast<std::size_t>(batch.parts)) order->second.answered = true;
    }
    round::mask_secrets(batch.round);
    for (round::Result& result : batch.round.results) result.measured_by = batch.worker;
    if (live) add_live(batch);
    taken_.push_back({file, std::move(batch), live, false});
  }

  bool is_answered() const {
    return std::all_of(orders_.begin(), orders_.end(),
                       [](const auto& order) { return order.second.answered; });
  }

  probe::Progress progress_now() const {
    probe::Progress now;
    for (const auto& [id, order] : orders_) {
      now.total += order.hosts.size();
      if (order.answered)
        now.done += order.hosts.size();
      else if (now.slowest.empty())
        now.slowest = order.site;
    }
    return now;
  }

  // Of two workers that answered the same order the first one counts, host by host. The round takes this list
  // over: for 100,000 hosts a second one would be large.
  void add_live(fleet::Batch& batch) {
    if (results_.empty()) results_.reserve(ordered_checks());
    std::set<std::string> hosts;
    for (round::Result& result : batch.round.results) {
      if (measured_.insert(result.host).second) hosts.insert(result.host);
      if (hosts.contains(result.host)) results_.push_back(std::move(result));
    }
    batch.round.results = std::vector<round::Result>();
  }

  // Each gives one result at least; a login gives more.
  std::size_t ordered_checks() const {
    std::size_t count = 0;
    for (const inventory::Host* host : hosts_)
      count += static_cast<std::size_t>(
          std::count_if(host->checks.begin(), host->checks.end(),
                        [&](const inventory::Check& check) { return is_wanted(inventory::kind(check)); }));
    return count;
  }
  bool is_wanted(std::string_view kind) const {
    return kinds_.empty() || std::find(kinds_.begin(), kinds_.end(), kind) != kinds_.end();
  }

  void add_results(round::Round& round) {
    if (!results_.empty()) {
      results_.insert(results_.end(), std::move_iterator(round.results.begin()),
                      std::move_iterator(round.results.end()));
      round.results = std::exchange(results_, {});
    }
    std::set<std::string> answered;  // needed where some host has no result
    if (measured_.size() < hosts_.size())
      for (const auto& [id, order] : orders_)
        if (order.answered) answered.insert(order.hosts.begin(), order.hosts.end());
    std::set<std::string> looked;
    for (const inventory::Host* host : hosts_) {
      if (host->logs_in()) looked.insert(host->name);
      if (!measured_.contains(host->name)) add_silent(round, *host, answered.contains(host->name));
    }
    round::add_carried(round, looked, looks_);
    round::put_in_order(round.results);
    looks_.clear();
    orders_.clear();
    measured_.clear();
  }

  // `answered`: its order was, without it.
  void add_silent(round::Round& round, const inventory::Host& host, bool answered) const {
    bool any = false;
    for (const inventory::Check& check : host.checks) {
      const std::string_view kind = inventory::kind(check);
      if (!is_wanted(kind)) continue;
      any = true;
      round::Result result;
      result.host = host.name;
      result.check = std::string(kind);
      result.object = inventory::object(check);
      result.state = round::State::unknown;
      if (context_.stop.stop_requested()) {
        result.reason = round::Reason::cancelled;
        result.summary = sentence("interrupted");
      } else {
        result.reason = round::Reason::site_silent;
        result.summary =
            answered ? sentence("the answer of the site '{site}' has nothing of this host",
                                {{"site", host.place.site}})
                     : sentence("the site '{site}' did not answer within {time}",
                                {{"site", host.place.site}, {"time", format_duration(settings_.deadline)}});
        result.attempts = round::kConfirmed;
      }
      round.results.push_back(std::move(result));
    }
    if (!any) round.skipped.push_back({host.name, "no check of the kinds asked for"});
  }

  // An empty path: all of it was there already.
  std::string keep(const std::vector<Taken*>& group) {
    const fleet::Batch& first = group.front()->batch;
    round::Round round = first.round;
    round.results.clear();
    round.at = time_of(first);
    round.installation = store::site_installation(first.order.site);
    std::set<std::string> hosts;
    if (first.slot) {
      round.schedule = format_duration(first.order.every);
      hosts = measured_in(*context_.directory, round.installation, *first.slot, first.order.every);
    }
    for (Taken* each : group) {
      std::set<std::string> own;
      for (round::Result& result : each->batch.round.results) {
        if (hosts.insert(result.host).second) own.insert(result.host);
        if (own.contains(result.host)) round.results.push_back(std::move(result));
      }
    }
    const std::vector<const Taken*> held(group.begin(), group.end());
    std::string path;
    if (round.results.empty()) {
      announce({}, held);
    } else {
      round::put_in_order(round.results);
      while (context_.directory->exists(store::round_path(round.installation, round.at)))
        round.at += milliseconds{1};
      path = store::round_path(round.installation, round.at);
      const std::string bytes = round::write(round);
      announce(path, held);
      store::write_round(*context_.directory, round.installation, round.at, bytes);
    }
    received_.confirm();
    for (Taken* each : group) forget(*each);
    return path;
  }

  void forget(Taken& taken) {
    folder_.remove(taken.file);
    taken.kept = true;
    open_[taken.batch.worker].erase(taken.batch.number);
  }

  const ActingContext& context_;
  const SitesOptions options_;
  const inventory::Settings::Fleet& settings_;
  store::Folder folder_;
  store::Lock lock_;
  fleet::Received received_;
  std::vector<const inventory::Host*> hosts_;  // of the sites
  std::map<std::string, round::Look> looks_;
  std::vector<std::string> kinds_;
  std::map<std::string, Ordered> orders_;  // by id
  steady_clock::time_point deadline_{};
  std::set<std::string> seen_;  // files of the spool
  std::vector<Taken> taken_;
  std::vector<round::Result> results_;  // of the orders of this round, so far
  std::set<std::string> measured_;      // hosts that these are of
  fleet::Received::Numbers numbers_;    // of those taken
  fleet::Received::Numbers open_;       // and of those that are part of no round yet
  std::shared_ptr<const sign::Signer> machine_;
  std::optional<StandingOrders> standing_;
  std::map<std::string, std::string> silent_;  // sites that cannot be reached now: why
  std::vector<Message> remarks_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<fleet::Event> events_;
  std::string out_, err_;
  bool connected_ = false;
  std::optional<process::Outcome> outcome_;
  std::jthread thread_;
};

Sites::Sites(const ActingContext& context, const SitesOptions& options, probe::Request& request,
             const std::vector<const inventory::Host*>& asked)
    : state_(std::make_unique<State>(context, options, request, asked)) {}
Sites::~Sites() = default;

void Sites::finish(round::Round& round, const std::function<void(const probe::Progress&)>& progress) {
  state_->finish(round, progress);
}
std::vector<std::string> Sites::keep_late() {
  return state_->keep_late();
}
void Sites::announce(const std::string& path) {
  state_->announce(path);
}
void Sites::written() {
  state_->written();
}
const std::vector<Message>& Sites::remarks() const {
  return state_->remarks();
}

}  // namespace jaga::workflow
