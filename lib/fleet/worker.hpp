// What a worker is told and what it believes: its folder, and which orders it carries out. What moves the
// messages is in cmd/fleet/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"
#include "fleet/batch.hpp"
#include "fleet/order.hpp"
#include "fleet/signed_text.hpp"
#include "probe/monitor.hpp"
#include "round/round.hpp"
#include "sign/key.hpp"
#include "store/folder.hpp"

namespace jaga::fleet {

// worker.yaml of a worker's folder (jaga-fleet(7)).
struct WorkerConfig {
  std::string name;  // in the office's register
  std::string site;
  std::string office;                        // id of the office's working directory
  std::vector<sign::PublicKey> office_keys;  // whose orders count
  std::vector<std::string> servers;          // of NATS
  std::string ca, certificate, key;          // for TLS, files of the folder; empty: none
  std::vector<std::string> ssh_keys;         // files of the folder to log in with; empty: none
};
inline constexpr std::string_view kWorkerConfigFile = "worker.yaml";
inline constexpr std::string_view kWorkerKey = "key";         // signs batches; "key.pub" beside it
inline constexpr std::string_view kWorkerSeed = "nats.seed";  // its key for NATS

// Throws Error{config}.
WorkerConfig parse_worker_config(std::string_view bytes, std::string_view file);
std::string worker_config_yaml(const WorkerConfig& config);

// What the configuration of the site's NATS server has in `users` for this worker, whose public nkey is `nkey`:
// that it may do what jaga-worker does, and nothing else. In the format of nats-server, with LF; depends on
// `name` and `site` alone.
std::string nats_user(const WorkerConfig& config, std::string_view nkey);

// An order to carry out.
struct Accepted {
  SignedText text;
  OrderHead head;
  probe::Request request;  // without what belongs to this machine
};
// Throws Error{data} for a message that is damaged, Error{not_permitted} for one that this worker does not
// carry out: signed by none of the office's keys, of another office, for another site or with a host of
// another site, or too late. `slot`: for which a standing order is to be carried out; it must be one of it,
// and not be over. Without it a standing order is accepted to look at, not to be carried out.
Accepted accept_order(std::string_view bytes, const WorkerConfig& config, Instant now,
                      std::optional<Instant> slot = {});

// Orders that wait at the same time are measured as one request, as a round from here measures all hosts: one
// after the other, each would take its own time for hosts that do not answer.
//
// Whether `more` can be measured with `all`: asked for in the same way, and no host is in both.
bool goes_with(const probe::Request& all, const probe::Request& more);
void add_to(probe::Request& all, probe::Request more);
// What was measured of these hosts, sorted by name.
round::Round part_of(const round::Round& all, const std::vector<std::string>& hosts);

// The running number of a worker's batches, which it never uses twice: on disk before it is used.
class Numbers {
 public:
  // `folder` is the worker's; its file is "number". Throws Error{data} for one that is damaged.
  explicit Numbers(const store::Folder& folder);
  std::int64_t take(std::int64_t count);  // the first of so many

 private:
  const store::Folder& folder_;
  std::int64_t next_ = 1;
};

}  // namespace jaga::fleet
