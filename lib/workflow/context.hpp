// What every command that works on a directory is given. cmd/ fills it (it alone knows environment, clock and
// current directory); tests fill it with a temporary directory, a counted clock and a Transport of their own.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/id.hpp"
#include "base/instant.hpp"
#include "base/message.hpp"
#include "record/chain.hpp"
#include "sign/keyring.hpp"

namespace jaga::store {
class Memory;
class WorkingDirectory;
}  // namespace jaga::store
namespace jaga::sop {
struct Sop;
}
namespace jaga::registry {
struct State;
struct Person;
}  // namespace jaga::registry
namespace jaga::inventory {
struct Inventory;
struct Settings;
}  // namespace jaga::inventory

namespace jaga::workflow {

class Seals;      // workflow/doubt.hpp
class Transport;  // workflow/transport.hpp: probing and running commands on targets

// The inventory, which is read when somebody asks for it, or what is wrong with its files: who needs a host
// is told that, who needs none goes on. Copies share what was read. Safe from several threads.
class InventoryRead {
 public:
  using Read = std::function<std::shared_ptr<const inventory::Inventory>()>;

  InventoryRead() = default;
  InventoryRead(std::shared_ptr<const inventory::Inventory> good);  // NOLINT: it is one
  InventoryRead(std::shared_ptr<inventory::Inventory> good);        // NOLINT: it is one
  // `read` throws Error{config} where the files are wrong.
  explicit InventoryRead(Read read);
  // Throws what is wrong with the files.
  const inventory::Inventory& operator*() const;
  const inventory::Inventory* operator->() const { return &**this; }
  explicit operator bool() const;
  // Null too as long as nobody has asked for the inventory.
  const Error* wrong() const;

 private:
  struct Reading;
  const Reading* ask() const;

  std::shared_ptr<Reading> reading_;
};

struct Context {
  std::shared_ptr<store::WorkingDirectory> directory;
  std::shared_ptr<const inventory::Settings> settings;  // jaga.yaml
  // sop.yaml as it lies in the directory. In force is what the register adopted: require_adopted() says
  // whether they agree.
  std::shared_ptr<const sop::Sop> sop;
  Digest sop_digest;  // of sop.yaml's bytes
  InventoryRead inventory;

  // Null until the first `person add` has begun the register.
  std::shared_ptr<const record::Chain> register_chain;
  std::shared_ptr<const std::vector<registry::State>> register_states;  // after each record
  std::shared_ptr<const registry::State> registered;                    // the newest
  std::shared_ptr<Seals> seals;                                         // read when doubt() asks for them
  // What this account saw of the chains; may be null (workflow/memory.hpp).
  std::shared_ptr<const store::Memory> memory;
  Message register_loss{};  // not empty: what was seen of the register before and is not there

  std::function<Instant()> now;
  RandomBytes random;
  std::string installation;  // this installation's id
  std::string state_folder;  // its folder outside the directory
  sign::Places keys;
  std::optional<std::string> wanted_person;  // --as, JAGA_PERSON
  std::stop_token stop;
  Language language = Language::english;
  std::string version;  // of jaga, for bags
  // Said to a person while something goes on (standard error); may be empty.
  std::function<void(const Message&)> notice;
  std::shared_ptr<Transport> transport;
};

// The same without its stop: for what belongs to a record that is written.
Context to_the_end(const Context& context);

// Who acts: the registered person whose current key is among the keys at hand (jaga-workflow(7)).
struct Actor {
  std::string person;
  std::vector<std::string> roles;  // held now, delegated ones included
  bool machine = false;
  std::string key;                             // fingerprint
  std::shared_ptr<const sign::Signer> signer;  // not set for a request to somebody on another machine
};

// Throws Error: several people's keys are at hand and no --as: usage, with the list; none: not_permitted with
// the command that makes or registers one; --as a person whose key is not there: not_permitted; no register
// yet, or a forked one: not_permitted. Who acts is about to write, so what a killed `archive` left is
// removed.
Actor who_acts(const Context& context);
// The same person with the same key, and the roles that `context`'s register gives them by now. Throws
// Error{not_permitted} where that key is no current one of theirs any more.
Actor still_acts(const Context& context, const Actor& actor);
// For approve --request: the person of --as, with the key that --key names if it is a current one of theirs,
// else the newest current one; no private key is needed. Throws Error{not_permitted} where --key names a
// FILE.pub that is none of theirs.
Actor who_will_sign(const Context& context);

// Refuses (not_permitted, naming `jaga adopt`) where sop.yaml is not what the register adopted.
void require_adopted(const Context& context);

// "web01" of "20261124-web01-k7f3q2". Precondition: is_incident_id.
std::string host_of(const std::string& incident);
// The incident that a person means: an id, a unique prefix of one, or the host of the only open incident.
// Throws Error{no_input} with the nearest name, Error{usage} that tells several apart.
std::string find_incident(const Context& context, const std::string& text);
// The same for a step: where no incident of a host is open the hint is how one comes to be.
std::string find_open_incident(const Context& context, const std::string& text);

}  // namespace jaga::workflow
