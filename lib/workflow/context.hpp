// What every command that works on a directory is given, in three parts. cmd/ fills it (it alone knows
// environment, clock and current directory); tests fill it with a temporary directory, a counted clock and a
// Transport of their own. A function takes no more than it needs: one part, a Context, or an ActingContext,
// which converts to each of them.
//
// Plain values: to copy one costs little, what it holds is shared. One thread at a time may use an Office.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
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
struct Register;
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
class DeferredInventory {
 public:
  using Read = std::function<std::shared_ptr<const inventory::Inventory>()>;

  DeferredInventory() = default;
  DeferredInventory(std::shared_ptr<const inventory::Inventory> good);  // NOLINT: it is one
  DeferredInventory(std::shared_ptr<inventory::Inventory> good);        // NOLINT: it is one
  // `read` throws Error{config} where the files are wrong.
  explicit DeferredInventory(Read read);
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

// The working directory: what lies in it and what its register says.
struct Office {
  std::shared_ptr<store::WorkingDirectory> directory;
  std::shared_ptr<const inventory::Settings> settings;  // jaga.yaml
  // sop.yaml as it lies in the directory. In force is what the register adopted: require_adopted() says
  // whether they agree.
  std::shared_ptr<const sop::Sop> sop;
  Digest sop_digest;  // of sop.yaml's bytes
  DeferredInventory inventory;

  // Null until the first `person add` has begun the register.
  std::shared_ptr<const record::Chain> register_chain;
  std::shared_ptr<const std::vector<registry::Register>> register_states;  // after each record
  std::shared_ptr<const registry::Register> registered;                    // the newest
  std::shared_ptr<Seals> seals;                                            // read when doubt() asks for them
  // What this account saw of the chains; may be null (workflow/memory.hpp).
  std::shared_ptr<const store::Memory> memory;
  Message register_loss{};  // not empty: what was seen of the register before and is not there

  std::string installation;  // this installation's id
  std::string state_folder;  // its folder outside the directory
};

// The owners of the available keys, and the one that was named.
struct KeyHolder {
  sign::Places keys;
  std::optional<std::string> wanted_person;  // --as, JAGA_PERSON
};

// What surrounds one run of a command.
struct Runtime {
  std::function<Instant()> now;
  RandomBytes random;
  std::stop_token stop;
  Language language = Language::english;
  std::string version;  // of jaga, for bags
  // Said to a person while something goes on (standard error); may be empty.
  std::function<void(const Message&)> notice;
  std::shared_ptr<Transport> transport;
};

// Enough to read, and to write for a given Actor.
struct Context : Office, Runtime {};

// Contains what is needed to find the acting person.
struct ActingContext : Context, KeyHolder {};

// The same without its stop: for what belongs to a record that is written.
template <typename C>
C to_the_end(C context) {
  context.stop = {};
  return context;
}

}  // namespace jaga::workflow
