#include "workflow/memory.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "inventory/settings.hpp"
#include "record/glance.hpp"
#include "record/seal.hpp"
#include "register/register.hpp"
#include "sign/key.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"

namespace jaga::workflow {
namespace {

using store::Remembered;
using store::RememberedHead;

std::size_t resolves_of(const Office& office, const record::ChainName& chain) {
  if (!office.registered) return 0;
  const auto& resolved = office.registered->resolved;
  return static_cast<std::size_t>(
      std::count_if(resolved.begin(), resolved.end(),
                    [text = chain.text()](const registry::Resolved& one) { return one.what == text; }));
}

void drop_resolved(const Office& office, std::vector<RememberedHead>& heads) {
  std::erase_if(heads, [&](const RememberedHead& head) { return is_resolved(office, head); });
}

Message named(const std::vector<RememberedHead>& missing) {
  if (missing.empty()) return {};
  return msg("its record {seq}, seen here before, is missing or was changed",
             {{"seq", std::to_string(missing.front().seq)}});
}

std::string name_of(const record::ChainName& chain) {
  return chain.kind == record::ChainName::Kind::incident ? chain.id : chain.text();
}

Error refused(const record::ChainName& chain, Message what) {
  const bool incident = chain.kind == record::ChainName::Kind::incident;
  return Error(ExitCode::data,
               msg("'{chain}': {what}", {{"chain", name_of(chain)}}).with("what", std::move(what)),
               incident ? msg("see all findings with 'jaga audit {id}'", {{"id", chain.id}})
                        : msg("see all findings with 'jaga audit'"));
}

void tell_damaged(const Runtime& runtime, const Remembered& before) {
  if (before.damaged && runtime.notice)
    runtime.notice(msg("the state that this account stored about '{chain}' is damaged and is not compared",
                       {{"chain", name_of(before.chain)}}));
}

// A seal counts if somebody whom the register knows signed it.
bool is_signed(const Office& office, const std::string& file, const record::Record& record) {
  const auto signature = store::read_signature(*office.directory, file);
  if (!signature) return false;
  const auto signer = sign::verify(record.bytes, *signature, sign::kRecordNamespace);
  return signer && signer->fingerprint() == record.envelope.key && office.registered &&
         office.registered->owner(record.envelope.key) != nullptr;
}

bool is_record_or_note(std::string_view path, std::string_view directory) {
  if (path.size() <= directory.size() + 1 || !path.starts_with(directory) || path[directory.size()] != '/')
    return false;
  std::string_view rest = path.substr(directory.size() + 1);
  if (!rest.ends_with(".yaml")) return false;
  if (rest.starts_with("notes/")) rest.remove_prefix(6);
  return rest.find('/') == std::string_view::npos;
}

// What a seal names of the chain that is not so; empty: all is.
Message broken_seal(const Office& office, const record::Chain& chain, const std::string& file,
                    const std::optional<std::string>& bytes) {
  const std::string directory = chain.name.directory();
  try {
    // Most name nothing of this chain.
    if (!bytes || bytes->find("\"" + directory + "/") == std::string::npos) return {};
    const record::Record seal = record::parse_record(*bytes, file);
    std::map<std::string, Digest> here;
    for (const record::Record& record : chain.records)
      here.emplace(directory + "/" + record::file_name(record.envelope), record.digest);
    for (const record::SealedFile& sealed : record::parse_seal(seal.body, file).files) {
      if (!is_record_or_note(sealed.path, directory)) continue;
      const auto known = here.find(sealed.path);
      if (known != here.end() && known->second == sealed.digest) continue;
      // Written since the chain was read?
      const auto now = office.directory->read(sealed.path);
      if ((now && sha256(*now) == sealed.digest) || is_resolved(office, sealed.path, sealed.digest) ||
          !is_signed(office, file, seal))
        continue;
      const std::string below = sealed.path.substr(directory.size() + 1);
      return now ? msg("'{file}' differs from what was sealed", {{"file", below}})
                 : msg("'{file}' was sealed but is missing", {{"file", below}});
    }
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;  // a file that is not a seal covers nothing; audit reports it
  }
  return {};
}

// A file that is not a seal covers nothing; audit reports it.
std::optional<std::string> read_seal(const Office& office, const std::string& file) {
  try {
    return office.directory->read(file);
  } catch (const Error& error) {
    if (error.code() != ExitCode::data) throw;
    return std::nullopt;
  }
}

// A seal of long before the incident was opened, and so are those before it: none of them names anything of
// it.
bool is_older(const std::optional<std::string>& seal, const record::ChainName& chain) {
  constexpr std::chrono::days kClocksDiffer{31};
  if (!seal || chain.kind != record::ChainName::Kind::incident) return false;
  const auto made = record::glance(*seal);
  const std::string& id = chain.id;
  const auto opened =
      parse_instant(id.substr(0, 4) + "-" + id.substr(4, 2) + "-" + id.substr(6, 2) + "T00:00:00.000Z");
  return made && opened && made->at + kClocksDiffer < *opened;
}

}  // namespace

bool is_resolved(const Office& office, const std::string& what, const Digest& digest) {
  if (!office.registered) return false;
  const auto& resolved = office.registered->resolved;
  return std::find(resolved.begin(), resolved.end(), registry::Resolved{what, digest}) != resolved.end();
}

bool is_resolved(const Office& office, const RememberedHead& head) {
  return is_resolved(office, head.chain.text(), head.head) || resolves_of(office, head.chain) > head.resolves;
}

Message loss(const Context& context, const record::Chain& chain) {
  if (!context.memory) return {};
  const Remembered before = context.memory->of(chain.name);
  tell_damaged(context, before);
  auto missing = before.missing_from(chain);
  drop_resolved(context, missing);
  if (missing.empty()) return {};
  missing = before.missing_from(store::read_chain(*context.directory, chain.name, context.settings->repo));
  drop_resolved(context, missing);
  return named(missing);
}

Message loss(const Context& context, const store::IncidentListing& listing) {
  if (!context.memory) return {};
  const Remembered before = context.memory->of(record::ChainName::incident(listing.id));
  auto missing = before.missing_from(listing.steps);
  drop_resolved(context, missing);
  if (missing.empty()) return {};
  const auto now = store::find_incident(*context.directory, listing.id);
  missing = before.missing_from(now ? now->steps : std::vector<record::FileName>());
  drop_resolved(context, missing);
  return named(missing);
}

std::optional<Message> gone(const Office& office, const record::ChainName& chain) {
  if (!office.memory) return std::nullopt;
  Remembered before = office.memory->of(chain);
  drop_resolved(office, before.heads);
  if (before.heads.empty()) return std::nullopt;
  return msg("it was here before, up to record {seq}, and is now missing",
             {{"seq", std::to_string(before.heads.front().seq)}});
}

void require_seen(const Context& context, const record::Chain& chain) {
  if (!context.register_loss.empty()) throw refused(record::ChainName::registry(), context.register_loss);
  Message lost = loss(context, chain);
  if (!lost.empty()) throw refused(chain.name, std::move(lost));
}

std::map<std::string, store::SealMark> require_sealed(const Office& office, const record::Chain& chain) {
  std::map<std::string, store::SealMark> looked;
  if (chain.records.empty() || chain.name.kind == record::ChainName::Kind::seal) return looked;
  const store::Folder& folder = *office.directory;
  const Remembered before = office.memory ? office.memory->of(chain.name) : Remembered{};
  for (const std::string& id : store::list_seal_chains(folder)) {
    const std::string directory = record::ChainName::seal(id).directory();
    std::vector<record::FileName> files;
    for (const store::Item& item : folder.list(directory))
      if (const auto file = record::parse_file_name(item.name); file && item.kind == store::Item::Kind::file)
        files.push_back(*file);
    std::ranges::stable_sort(files, {}, &record::FileName::seq);
    // By its id too: a file that somebody put there and took away again must not hide the seal that came in
    // its place.
    const auto known = before.seals.find(id);
    const bool stands =
        known != before.seals.end() && std::ranges::any_of(files, [&](const record::FileName& file) {
          return file.seq == known->second.seq && file.short_id == known->second.short_id;
        });
    for (const record::FileName& file : files)
      // Only numbers without a gap: a name may contain any number.
      if (store::SealMark& mark = looked[id]; file.seq <= mark.seq + 1) mark = {file.seq, file.short_id};
    for (auto at = files.rbegin(); at != files.rend(); ++at) {
      const record::FileName& file = *at;
      if (stands && file.seq <= known->second.seq) continue;
      const std::string path = directory + "/" + record::file_name(file);
      const std::optional<std::string> bytes = read_seal(office, path);
      if (is_older(bytes, chain.name)) break;
      Message wrong = broken_seal(office, chain, path, bytes);
      if (!wrong.empty()) throw refused(chain.name, std::move(wrong));
    }
    if (looked[id].seq == 0) looked.erase(id);
  }
  return looked;
}

Message look_at(const Context& context, const record::Chain& chain) {
  if (!context.memory || chain.records.empty()) return {};
  const auto heads = store::heads_of(chain, resolves_of(context, chain.name));
  if (const Remembered before = context.memory->of(chain.name); !before.damaged && before.heads == heads)
    return {};
  Message lost = loss(context, chain);
  if (!lost.empty() || !chain.breaks.empty()) return lost;
  // Only what somebody whom the register knows has signed: nothing else may be missed later.
  for (const Digest& digest : chain.heads) {
    const record::Record& head = *chain.find(digest);
    const std::string file = chain.name.directory() + "/" + record::file_name(head.envelope);
    if (!is_signed(context, file, head)) return {};
  }
  remember(context, chain);
  return {};
}

namespace {

void remember_heads(const Context& context, const record::ChainName& chain, std::vector<RememberedHead> heads,
                    const std::function<bool(const Digest&)>& holds,
                    const std::map<std::string, store::SealMark>& seals) {
  if (!context.memory) return;
  try {
    context.memory->remember(
        chain, std::move(heads),
        [&](const RememberedHead& head) { return holds(head.head) || is_resolved(context, head); }, seals);
  } catch (const Error& error) {
    if (context.notice)
      context.notice(msg("this account cannot store what it has seen of '{chain}': {reason}",
                         {{"chain", name_of(chain)}})
                         .with("reason", error.message()));
  }
}

}  // namespace

void remember(const Context& context, const record::Chain& chain) {
  remember_heads(context, chain.name, store::heads_of(chain, resolves_of(context, chain.name)),
                 [&](const Digest& digest) { return chain.find(digest) != nullptr; }, {});
}

void remember(const Context& context, const record::Chain& before, const record::Record& written,
              const std::map<std::string, store::SealMark>& seals) {
  remember_heads(
      context, before.name,
      {{before.name, written.envelope.seq, written.digest, written.envelope.id.substr(0, 6),
        resolves_of(context, before.name)}},
      [&](const Digest& digest) { return digest == written.digest || before.find(digest) != nullptr; },
      seals);
}

}  // namespace jaga::workflow
