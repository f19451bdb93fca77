#include "record/chain.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "record/assembler.hpp"

namespace jaga::record {

Message Break::text() const {
  if (what.location && what.location->line > 0) return what;
  return msg("{file}: {what}", {{"file", file}}).with("what", what);
}

const Record* Chain::find(const Digest& digest) const {
  const auto found = std::ranges::find(records, digest, &Record::digest);
  return found == records.end() ? nullptr : &*found;
}

const Record* Chain::head() const {
  return heads.size() == 1 ? find(heads.front()) : nullptr;
}

const Record* common(const Chain& chain, const std::vector<Digest>& heads) {
  if (heads.size() == 1) return chain.find(heads.front());
  std::map<Digest, std::size_t> seen;
  for (const Digest& head : heads) {
    std::set<Digest> mine;
    std::vector<Digest> todo{head};
    while (!todo.empty()) {
      const Digest at = todo.back();
      todo.pop_back();
      if (!mine.insert(at).second) continue;
      if (const Record* record = chain.find(at))
        for (const Digest& prev : record->envelope.prev) todo.push_back(prev);
    }
    for (const Digest& digest : mine) ++seen[digest];
  }
  const Record* best = nullptr;
  for (const Record& record : chain.records)
    if (const auto found = seen.find(record.digest); found != seen.end() && found->second == heads.size())
      if (best == nullptr || record.envelope.seq > best->envelope.seq) best = &record;
  return best;
}

Chain assemble(const ChainName& name, std::string_view repo, std::vector<File> files) {
  std::ranges::sort(files, {}, &File::name);
  Assembler assembler(name, repo);
  for (const File& file : files)
    if (std::optional<Record> record = assembler.parse(file)) assembler.add(file.name, std::move(*record));
  return assembler.finish();
}

Assembler::Assembler(const ChainName& name, std::string_view repo) : repo_(repo) {
  chain_.name = name;
}

std::optional<Record> Assembler::parse(const File& file) {
  try {
    return parse_record(file.bytes, file.name);
  } catch (const Error& error) {
    chain_.breaks.push_back({file.name, error.message()});
    return std::nullopt;
  }
}

void Assembler::add(const std::string& file, Record record) {
  const Envelope& e = record.envelope;
  if (file_name(e) != file) chain_.breaks.push_back({file, msg("the file name does not match the record")});
  if (e.repo != repo_)
    chain_.breaks.push_back({file, msg("the record belongs to another working directory")});
  if (e.chain != chain_.name) chain_.breaks.push_back({file, msg("the record belongs to another chain")});
  chain_.records.push_back(std::move(record));
}

Chain Assembler::finish() {
  Chain chain = std::move(chain_);
  std::ranges::stable_sort(chain.records, {}, [](const Record& r) { return r.envelope.seq; });

  const Digest root = chain_root(repo_, chain.name);
  std::map<Digest, std::uint32_t> known;
  std::set<Digest> named;
  std::set<std::string> ids;
  for (const Record& record : chain.records) {
    const Envelope& e = record.envelope;
    const std::string file = file_name(e);
    if (!ids.insert(e.id).second) chain.breaks.push_back({file, msg("another record has the same id")});
    if (e.seq == 1) {
      if (e.prev.size() != 1 || e.prev.front() != root) {
        chain.breaks.push_back({file, msg("the first record does not belong to this directory and chain")});
      }
    } else {
      std::uint32_t highest = 0;
      bool missing = false;
      for (const Digest& prev : e.prev) {
        const auto found = known.find(prev);
        if (found == known.end()) {
          missing = true;
        } else {
          highest = std::max(highest, found->second);
        }
        named.insert(prev);
      }
      if (missing) {
        chain.breaks.push_back({file, msg("the record before it is missing or was changed")});
      } else if (e.seq != highest + 1) {
        chain.breaks.push_back({file, msg("its number does not follow the record before it")});
      }
    }
    known.emplace(record.digest, e.seq);
  }
  for (const Record& record : chain.records) {
    if (!named.contains(record.digest)) chain.heads.push_back(record.digest);
  }
  std::ranges::stable_sort(chain.breaks, {}, &Break::file);
  return chain;
}

std::vector<Message> clock_remarks(const Chain& chain, Instant now) {
  std::vector<Message> remarks;
  const auto time = [](const Record& record) { return format_instant(record.envelope.at); };
  const auto number = [](const Record& record) { return std::to_string(record.envelope.seq); };
  const auto ahead = std::ranges::find_if(
      chain.records, [&](const Record& record) { return record.envelope.at > now + kClockSlack; });
  if (ahead != chain.records.end())
    remarks.push_back(msg("the time of its record {seq}, {time}, is in the future",
                          {{"seq", number(*ahead)}, {"time", time(*ahead)}}));
  for (const Record& record : chain.records) {
    for (const Digest& prev : record.envelope.prev) {
      const Record* before = chain.find(prev);
      if (before == nullptr || record.envelope.at + kClockSlack >= before->envelope.at) continue;
      remarks.push_back(msg("the time of its record {seq}, {time}, is before that of record {before}, {then}",
                            {{"seq", number(record)},
                             {"time", time(record)},
                             {"before", number(*before)},
                             {"then", time(*before)}}));
      return remarks;
    }
  }
  return remarks;
}

}  // namespace jaga::record
