// append_driver DIR N: what jaga's store does for N durable records, in one process and without ssh-keygen
// (the signature is a text): twelve a chain. DIR holds jaga.yaml. Prints how many it wrote.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>

#include "base/error.hpp"
#include "store/append.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"

namespace {

using namespace jaga;

constexpr int kOfAChain = 12;

void random_bytes(std::span<std::byte> bytes) {
  static std::mt19937 engine{7};  // NOLINT: the same ids in each run
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(engine() & 0xFFU);
}

int run(const std::string& path, int count) {
  const auto dir = store::WorkingDirectory::open(path, {::geteuid(), {}});
  const std::string signature(300, 's');
  const store::Writing writing{"0123456789abcdef0123456789abcdef",
                               [&](std::string_view) { return signature; }, random_bytes};
  store::RecordDraft draft;
  draft.kind = "genesis";
  draft.at = Instant{std::chrono::milliseconds{1'790'000'000'000}};
  draft.by = {"staff", "staff"};
  draft.key = "SHA256:abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq";
  draft.body = yaml::Node::map().set("text", std::string(600, 'x'));
  const auto genesis = store::append(
      dir, record::ChainName::registry(), [&](const record::Chain&) { return draft; }, writing);
  draft.kind = "monitor";
  draft.register_head = genesis.digest;
  draft.registered = std::make_shared<record::Chain>(
      store::read_chain(dir, record::ChainName::registry(), writing.repo));  // as commands do
  int done = 0;
  std::string id;
  for (int i = 0; i < count; ++i) {
    if (i % kOfAChain == 0) id = "20261124-web01-" + random_suffix(random_bytes, 6);
    store::append(
        dir, record::ChainName::incident(id), [&](const record::Chain&) { return draft; }, writing);
    ++done;
  }
  std::printf("%d\n", done);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 64;
  try {
    return run(argv[1], std::atoi(argv[2]));
  } catch (const Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 70;
  }
}
