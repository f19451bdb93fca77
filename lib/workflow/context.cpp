#include "workflow/context.hpp"

#include <atomic>
#include <mutex>

#include "inventory/inventory.hpp"

namespace jaga::workflow {

struct DeferredInventory::Reading {
  explicit Reading(Read from) : read(std::move(from)) {}
  Read read;
  // Not std::call_once: an exception may not leave that where libstdc++ is linked statically.
  std::mutex mutex{};
  std::atomic<bool> asked = false;
  std::shared_ptr<const inventory::Inventory> good{};
  std::shared_ptr<const Error> wrong{};
};

DeferredInventory::DeferredInventory(std::shared_ptr<const inventory::Inventory> good)
    : DeferredInventory([good = std::move(good)] { return good; }) {}
DeferredInventory::DeferredInventory(std::shared_ptr<inventory::Inventory> good)
    : DeferredInventory(std::shared_ptr<const inventory::Inventory>(std::move(good))) {}
DeferredInventory::DeferredInventory(Read read) : reading_(std::make_shared<Reading>(std::move(read))) {}

const DeferredInventory::Reading* DeferredInventory::ask() const {
  if (!reading_) return nullptr;
  const std::lock_guard lock(reading_->mutex);
  if (reading_->asked) return reading_.get();
  try {
    reading_->good = reading_->read();
  } catch (const Error& error) {
    if (error.code() != ExitCode::config) throw;
    reading_->wrong = std::make_shared<Error>(error);
  }
  reading_->asked = true;
  return reading_.get();
}

const inventory::Inventory& DeferredInventory::operator*() const {
  const Reading* reading = ask();
  if (reading == nullptr || (!reading->good && !reading->wrong))
    throw Error(ExitCode::software, msg("no inventory here"));
  if (reading->wrong) throw Error(*reading->wrong);
  return *reading->good;
}

DeferredInventory::operator bool() const {
  const Reading* reading = ask();
  return reading != nullptr && reading->good != nullptr;
}

const Error* DeferredInventory::wrong() const {
  return reading_ && reading_->asked ? reading_->wrong.get() : nullptr;
}

}  // namespace jaga::workflow
