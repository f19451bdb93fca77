#include "workflow/remote.hpp"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include <algorithm>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "os/descriptor.hpp"

namespace jaga::workflow {
namespace {

std::string offered_ref(const Remote& remote) {
  return "refs/jaga/offered/" + remote.name;
}

std::optional<std::string> commit_of(const git::Git& git, const std::string& ref) {
  const auto outcome = git.ask({"rev-parse", "-q", "--verify", ref + "^{commit}"});
  return outcome.ok() ? std::optional(std::string(trim(outcome.out))) : std::nullopt;
}

Error unreachable(const Remote& remote, const process::Outcome& outcome) {
  const std::string why = git::last_words(outcome.err);
  return Error{
      ExitCode::unavailable,
      msg("cannot exchange with '{remote}': {reason}",
          {{"remote", remote.shown}, {"reason", why.empty() ? std::to_string(outcome.shell_code()) : why}}),
      msg("nothing is lost; check the address and the connection, and run the same command again")};
}

// Whether it is the objects that git does not take, or falls over, and not the connection.
bool is_of_objects(const std::string& err) {
  const auto says = [&](std::string_view words) { return contains(err, words); };
  if (says("fsck error") || says("died of signal")) return true;
  if (says("early EOF") || says("hung up") || says("disconnect")) return false;
  return says("fsck") || says("unpack-objects") || says("index-pack");
}

// The lines of a hook: "remote: ...".
std::string words_of_server(const std::string& err) {
  std::vector<std::string> lines;
  constexpr std::string_view kRemote = "remote: ";
  for (const std::string& line : split(err, '\n'))
    if (line.starts_with(kRemote) && !trim(line.substr(kRemote.size())).empty())
      lines.push_back(printable_once(trim(line.substr(kRemote.size()))));
  return lines.empty() ? git::last_words(err) : join(lines, "; ");
}

}  // namespace

std::string shown_address(const std::string& address) {
  const auto scheme = address.find("://");
  if (scheme == std::string::npos) return printable(address);
  const auto end = address.find('/', scheme + 3);
  const auto at = address.rfind('@', end);
  const auto colon = address.find(':', scheme + 3);
  if (at == std::string::npos || at < scheme || colon > at) return printable(address);
  return printable(address.substr(0, colon) + address.substr(at));
}

void require_address(const std::string& address) {
  const auto colon = address.find("::");  // ext::COMMAND and other helpers of git
  const auto scheme = address.find("://");
  const std::string protocol = scheme == std::string::npos ? std::string() : address.substr(0, scheme);
  if (!address.empty() && address.front() != '-' && colon == std::string::npos && !find_forbidden(address) &&
      (protocol.empty() || protocol == "ssh" || protocol == "https" || protocol == "file"))
    return;
  throw Error{ExitCode::usage,
              msg("invalid address of a repository: '{address}'", {{"address", printable(address)}}),
              msg("give a path, HOST:PATH, ssh://HOST/PATH or https://HOST/PATH")};
}

Remote bundle_remote(const std::string& file) {
  return {"bundle", file, printable(file), true};
}

Remote find_remote(const git::Config& config, const inventory::Settings& settings,
                   const std::optional<std::string>& wanted) {
  std::vector<std::pair<std::string, std::string>> known(config.remotes.begin(), config.remotes.end());
  for (const auto& remote : settings.remotes)
    if (!config.remotes.contains(remote.first)) known.push_back(remote);
  const auto named = [&](const std::pair<std::string, std::string>& one) {
    require_address(one.second);
    return Remote{one.first, one.second, one.first};
  };
  if (!wanted) {
    const auto origin =
        std::find_if(known.begin(), known.end(), [](const auto& one) { return one.first == "origin"; });
    if (origin != known.end()) return named(*origin);
    if (!settings.remotes.empty())
      return named(*std::find_if(known.begin(), known.end(), [&](const auto& one) {
        return one.first == settings.remotes.front().first;
      }));
    if (known.size() == 1) return named(known.front());
    throw Error{
        ExitCode::usage, msg("missing argument: REMOTE"),
        msg("give the path or address of a repository that all clones reach: jaga sync ssh://HOST/PATH")};
  }
  for (const auto& one : known)
    if (one.first == *wanted || one.second == *wanted) return named(one);
  if (wanted->find('/') == std::string::npos && wanted->find(':') == std::string::npos) {
    std::vector<std::string> names;
    for (const auto& one : known) names.push_back(one.first);
    const std::string near = nearest(*wanted, names);
    throw Error{ExitCode::usage, msg("unknown remote '{name}'", {{"name", printable(*wanted)}}),
                near.empty() ? msg("give its path or address, or name it in jaga.yaml under 'remotes'")
                             : msg("did you mean '{near}'?", {{"near", near}})};
  }
  require_address(*wanted);
  if (config.remotes.empty())
    return {.name = "origin", .address = *wanted, .shown = shown_address(*wanted), .is_new = true};
  return {"at-" + sha256(*wanted).hex().substr(0, 12), *wanted, shown_address(*wanted)};
}

std::string branch_of(const git::Git& git, const Remote& remote, const std::string& wanted) {
  constexpr std::string_view kRef = "ref: ";
  constexpr std::string_view kBranches = "refs/heads/";
  const auto outcome =
      git.transfer({"ls-remote", "--symref", "--upload-pack=git-upload-pack", "--", remote.address});
  std::string head = wanted;
  std::vector<std::string> branches;
  for (const std::string& line : split(outcome.out, '\n')) {
    const auto tab = line.find('\t');
    if (tab == std::string::npos) continue;
    const std::string name = line.substr(tab + 1);
    if (name.starts_with(kBranches))
      branches.push_back(name);
    else if (name == "HEAD" && line.starts_with(kRef) && wanted.empty())
      head = line.substr(kRef.size(), tab - kRef.size());
  }
  if (!contains(branches, head) && branches.size() == 1) return branches.front();
  return head.starts_with(kBranches) ? head : std::string(kBranches) + "main";
}

std::string accepted_ref(const Remote& remote) {
  return "refs/jaga/accepted/" + remote.name;
}

void set_accepted(const git::Git& git, const Remote& remote, const std::string& commit) {
  (void)git.run({"update-ref", accepted_ref(remote), commit});
}

std::string fetch(const git::Git& git, const Remote& remote, const std::string& branch) {
  if (remote.is_bundle && ::access(remote.address.c_str(), F_OK) != 0) {
    if (errno == ENOENT) return {};
    throw system_error(errno, msg("cannot read '{path}': {reason}", {{"path", remote.shown}}));
  }
  // Whose repository was not made by jaga may have another branch than this one.
  const std::string theirs = remote.is_bundle ? branch_of(git, remote, branch) : branch;
  const auto outcome =
      git.transfer({"fetch", "--progress", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance",
                    "--no-recurse-submodules", "--no-show-forced-updates", "--upload-pack=git-upload-pack",
                    "--", remote.address, "+" + theirs + ":" + offered_ref(remote)});
  if (outcome.ok()) return commit_of(git, offered_ref(remote)).value_or("");
  if (contains(outcome.err, "couldn't find remote ref")) return {};
  if (is_of_objects(outcome.err))
    throw Error{
        ExitCode::data,
        msg("git refuses the objects of '{remote}': {reason}",
            {{"remote", remote.shown}, {"reason", git::last_words(outcome.err)}}),
        msg("nothing was changed here; 'jaga sync --restore' puts the last accepted state in their place")};
  throw unreachable(remote, outcome);
}

std::string remote_tip(const git::Git& git, const Remote& remote, const std::string& branch) {
  const auto outcome =
      git.transfer({"ls-remote", "--upload-pack=git-upload-pack", "--", remote.address, branch});
  if (!outcome.ok()) throw unreachable(remote, outcome);
  return outcome.out.substr(0, outcome.out.find('\t'));
}

Push push(const git::Git& git, const Remote& remote, const Head& head, const std::string& expected) {
  const auto outcome =
      git.transfer({"push", "--porcelain", "--progress", "--no-verify", "--no-follow-tags", "--no-signed",
                    "--recurse-submodules=no", "--receive-pack=git-receive-pack",
                    "--force-with-lease=" + head.branch + ":" + expected, "--", remote.address,
                    head.commit + ":" + head.branch});
  if (outcome.ok()) return Push::done;
  const std::string all = outcome.out + outcome.err;
  for (const std::string_view faster :
       {"(fetch first)", "(non-fast-forward)", "(stale info)", "cannot lock ref", "failed to update ref",
        "reference already exists", "failed to lock"})
    if (contains(all, faster)) return Push::behind;
  if (contains(outcome.out, "[remote rejected]"))
    throw Error{ExitCode::not_permitted,
                msg("'{remote}' refuses what this clone sent: {reason}",
                    {{"remote", remote.shown}, {"reason", words_of_server(outcome.err)}})};
  throw unreachable(remote, outcome);
}

void write_bundle(const git::Git& git, const Remote& remote, const std::string& branch) {
  const std::string fresh = remote.address + ".jaga-new";
  const auto failed = [&](int reason) {
    (void)::unlink(fresh.c_str());
    throw Error{
        ExitCode::io,
        system_error(reason, msg("cannot write '{path}': {reason}", {{"path", remote.shown}})).message()};
  };
  const auto outcome = git.ask({"bundle", "create", "-q", fresh, branch});
  if (!outcome.ok()) {
    (void)::unlink(fresh.c_str());
    throw Error{ExitCode::cant_create,
                msg("cannot write '{path}': {reason}",
                    {{"path", remote.shown}, {"reason", git::last_words(outcome.err)}})};
  }
  {
    const os::Descriptor file(::open(fresh.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file || ::fsync(file.get()) != 0) failed(errno);
  }
  if (::rename(fresh.c_str(), remote.address.c_str()) != 0) failed(errno);
  const auto slash = remote.address.rfind('/');
  const std::string folder = slash == 0 ? "/" : remote.address.substr(0, slash);
  const os::Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) (void)::fsync(directory.get());  // FAT and some others cannot
}

}  // namespace jaga::workflow
