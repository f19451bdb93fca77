#include "store/signed.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "store/chain.hpp"

namespace jaga::store {

record::Record publish_signed(const WorkingDirectory& dir, std::string_view repo, std::string_view bytes,
                              std::string_view signature,
                              const std::function<void(const record::Chain&, const record::Record&)>& allow) {
  record::Record record = record::parse_record(bytes, "record.yaml");
  const record::ChainName& name = record.envelope.chain;
  if (record.envelope.repo != repo)
    throw Error(ExitCode::data, msg("the record belongs to another working directory"));
  const std::string directory = name.directory();
  // To lock it would make it.
  if (dir.list(directory).empty())
    throw Error(ExitCode::no_input,
                msg("no chain '{chain}' in this working directory", {{"chain", name.text()}}),
                msg("the request was made in another clone: first copy its records here"));
  const Lock lock = dir.lock(directory);
  const record::Chain chain = read_chain(dir, name, repo);
  const auto known = std::find_if(chain.records.begin(), chain.records.end(),
                                  [&](const record::Record& other) { return other.digest == record.digest; });
  if (known != chain.records.end())
    throw Error(ExitCode::not_permitted, msg("this decision was already imported"),
                name.kind == record::ChainName::Kind::incident
                    ? msg("nothing left to do; see 'jaga show {id}'", {{"id", name.id}})
                    : msg("nothing left to do; see 'jaga log --register'"));
  if (!chain.breaks.empty()) throw damaged(chain);
  if (chain.forked()) throw forked(name);
  const record::Record* head = chain.head();
  const bool follows = head != nullptr && record.envelope.prev.size() == 1 &&
                       record.envelope.prev.front() == head->digest &&
                       record.envelope.seq == head->envelope.seq + 1;
  if (!follows)
    throw Error(ExitCode::not_permitted,
                msg("'{chain}' has changed since the request was made", {{"chain", name.text()}}),
                msg("make a new request; nothing of this one was stored"));
  allow(chain, record);
  const std::string file = directory + "/" + record::file_name(record.envelope);
  // A signature without its record is what a crash of an earlier import left: the same one is ours.
  const auto left = read_signature(dir, file);
  if (left && *left != signature)
    throw Error(ExitCode::cant_create, msg("'{path}' exists without its record", {{"path", file + ".sig"}}),
                msg("remove it and import again: an earlier import was interrupted"));
  if (left)
    dir.publish(file, bytes);
  else
    dir.publish_with_signature(file, bytes, signature);
  dir.sync_directory(directory);
  return record;
}

}  // namespace jaga::store
