#include "world.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "base/id.hpp"
#include "register/body.hpp"

namespace jaga::registry::test {
namespace {

const std::string kRepo = "0123456789abcdef0123456789abcdef";

RandomBytes bytes_of(unsigned seed) {
  return [seed](std::span<std::byte> out) mutable {
    for (std::byte& byte : out) byte = static_cast<std::byte>((++seed * 0x9E3779B9U) >> 24U);
  };
}

}  // namespace

World::World() : now(*parse_instant("2026-11-24T01:00:00.000Z")) {
  const std::string form(sop::builtin("form"));
  sop_ = sop::parse(form, "sop.yaml");
  const auto digest = add_sop(form);
  chain.name = record::ChainName::registry();
  const auto first = person("section-head", {"section_head", "admin"});
  forge("section-head", "admin", "section-head", "genesis", genesis_body("office", first, digest));
  write("section-head", "admin", person("staff", {"staff"}));
  write("section-head", "admin", person("division-head", {"division_head"}));
  auto timer = person("timer", {"system"});
  timer.machine = true;
  write("section-head", "admin", timer);
}

Key World::key(const std::string& name) const {
  const auto seed = std::accumulate(name.begin(), name.end(), 7U, [](unsigned sum, char c) {
    return sum * 31U + static_cast<unsigned>(c);
  });
  const auto pair = sign::make_run_key(bytes_of(seed));
  Key out;
  out.line = pair->public_key().line();
  out.fingerprint = pair->public_key().fingerprint();
  return out;
}

Person World::person(const std::string& id, std::vector<std::string> roles) const {
  Person out;
  out.id = id;
  out.roles = std::move(roles);
  out.keys = {key(id)};
  return out;
}

const Person& World::entry(const std::string& id) const {
  static std::map<std::string, Person> kept;
  return kept[id] = *state().find_person(id);
}

SopBytes World::bytes() const {
  return [this](const Digest& digest) -> const std::string* {
    const auto found = sops_.find(digest);
    return found == sops_.end() ? nullptr : &found->second;
  };
}

Digest World::add_sop(const std::string& text) {
  const auto digest = sha256(text);
  sops_.emplace(digest, text);
  return digest;
}

Register World::state() const {
  return replay(chain, std::nullopt, bytes());
}
Register World::at(const Digest& head) const {
  return replay(chain, head, bytes());
}
std::vector<Register> World::all() const {
  return replay_all(chain, bytes());
}

void World::write(const std::string& by, const std::string& role, const Person& entry) {
  const auto body = person_body(state(), {by, role}, entry, now, sop_, seal);
  forge(by, role, by, "person", body);
}

void World::pin(const std::string& by, const std::string& role, const std::string& host,
                const std::string& host_key) {
  const auto body = host_body(state(), {by, role}, {{host, {host_key}, {}, {}, "console"}}, now, sop_);
  forge(by, role, by, "host", body);
}

Digest World::forge(const std::string& by, const std::string& role, const std::string& signer,
                    const std::string& kind, yaml::Node body, std::vector<Digest> prev) {
  record::Envelope envelope;
  envelope.repo = kRepo;
  envelope.chain = chain.name;
  envelope.id = random_id(bytes_of(1000 + 40 * ids_++));
  if (prev.empty() && chain.records.empty()) prev = {record::chain_root(kRepo, chain.name)};
  if (prev.empty()) prev = {chain.records.back().digest};
  std::sort(prev.begin(), prev.end());
  envelope.seq = 1;
  for (const auto& digest : prev) {
    if (const auto* before = chain.find(digest))
      envelope.seq = std::max(envelope.seq, before->envelope.seq + 1);
  }
  envelope.prev = prev;
  envelope.register_head = prev.front();
  envelope.kind = kind;
  envelope.at = now += std::chrono::minutes{1};
  envelope.by = {by, role};
  envelope.key = key(signer).fingerprint;
  const auto record = record::make_record(std::move(envelope), std::move(body));
  std::vector<record::File> files;
  for (const auto& one : chain.records) files.push_back({record::file_name(one.envelope), one.bytes});
  files.push_back({record::file_name(record.envelope), record.bytes});
  chain = record::assemble(chain.name, kRepo, std::move(files));
  REQUIRE(chain.breaks.empty());
  return record.digest;
}

std::string World::refusal(const std::string& by, const std::string& role, const Person& entry) const {
  return thrown([&] { (void)person_body(state(), {by, role}, entry, now, sop_, seal); });
}

std::string World::verdict() const {
  return thrown([&] { (void)all(); });
}

bool says(const std::string& text, const std::string& part) {
  if (text.find(part) != std::string::npos) return true;
  MESSAGE("'" << part << "' is not in: " << text);
  return false;
}

std::string thrown(const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

yaml::Node body_of(const Person& entry, const std::optional<Digest>& seal) {
  return to_node(PersonBody{entry, seal});
}

}  // namespace jaga::registry::test
