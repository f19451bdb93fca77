#include "workflow/repository.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "exchange/rule.hpp"
#include "git/objects.hpp"
#include "record/path.hpp"
#include "workflow/init.hpp"
#include "workflow/tip.hpp"

namespace jaga::workflow {
namespace {

// Later lines win over earlier ones, and this file over every .gitattributes (gitattributes(5)).
constexpr std::string_view kAttributes =
    "* -text -ident -filter !eol !working-tree-encoding !merge !diff !conflict-marker-size\n";
constexpr std::size_t kMostNamed = 5;
constexpr std::size_t kLargest = std::size_t{256} << 20U;

// Puts `lines` at the end of a file of .git, where they are not there yet.
void keep_at_end(const store::Folder& folder, const std::string& path, std::string_view lines) {
  std::string text = folder.read(path).value_or("");
  if (text.ends_with(lines)) return;
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  folder.replace(path, text + std::string(lines));
}

std::vector<exchange::Change> staged(const git::Git& git, const std::string& head) {
  return exchange::parse_changes(git.run({"diff-index", "--cached", "-z", "--raw", "--no-renames",
                                          "--no-abbrev", "--no-ext-diff", "--ignore-submodules=none", head}));
}

// Records are added whatever a .gitignore says, which anybody may edit; other files as it says.
void add_all(const git::Git& git, const store::Folder& folder) {
  // With a letter in brackets: git refuses to leave out by its plain name what a .gitignore leaves out too.
  const std::vector<std::string> never{
      ":(exclude,top,glob)[r]ounds/**", ":(exclude,top,glob)[a]rchive/**", ":(exclude,top,glob)[r]eports/**",
      ":(exclude,top,glob)[i]ncidents/*/*/evidence/private/**", ":(exclude,top,glob)**/.jaga-*.tmp"};
  std::vector<std::string> all{"add", "-A", "--", ":(top)"};
  all.insert(all.end(), never.begin(), never.end());
  (void)git.run(std::move(all));
  if (folder.read(".gitignore").value_or("") == kGitIgnore) return;
  std::vector<std::string> records{"add", "-A", "-f", "--"};
  for (const std::string_view top : record::kTops)
    if (!folder.list(top).empty()) records.push_back(":(top)" + std::string(top));
  if (records.size() == 4) return;
  records.insert(records.end(), never.begin(), never.end());
  (void)git.run(std::move(records));
}

// Records of the register first, then what they are needed for; in a chain in order, and what a record names
// before it. So another command that reads in between finds chains that are whole.
std::string place_of(const std::string& path) {
  const auto slash = path.rfind('/');
  const std::string directory = path.substr(0, slash);
  const std::string name = path.substr(slash + 1);
  const std::string_view top = std::string_view(path).substr(0, path.find('/'));
  const char rank = top == "register" ? '0' : top == "incidents" ? '1' : top == "seals" ? '3' : '2';
  const bool beside = directory.ends_with("/evidence");
  const bool note = directory.ends_with("/notes");
  const std::string chain = beside || note ? directory.substr(0, directory.rfind('/')) : directory;
  // "NAME.yaml.sig" goes before "NAME.yaml".
  const bool signature = name.ends_with(".sig");
  return std::string{rank} + chain + '\0' +
         (beside ? '0'
          : note ? '1'
                 : '2') +
         (signature ? name.substr(0, name.size() - 4) : name) + (signature ? '\0' : '\1');
}

bool is_directory(const store::Folder& folder, const std::string& path) {
  struct stat status {};
  return ::fstatat(folder.descriptor(), path.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISDIR(status.st_mode);
}

// A directory in which there are only directories.
void remove_empty(const store::Folder& folder, const std::string& path) {
  for (const store::Item& item : folder.list(path))
    if (item.kind == store::Item::Kind::directory) remove_empty(folder, path + "/" + item.name);
  folder.remove_directory(path);
}

void remove_empty_above(const store::Folder& folder, std::string path) {
  for (auto slash = path.rfind('/'); slash != std::string::npos; slash = path.rfind('/')) {
    path.resize(slash);
    if (!folder.remove_directory(path)) return;
  }
}

// Whether each new file has a place: a file of that name that git does not know may lie in the way of its
// directory, or others in a directory of its name.
class Places {
 public:
  Places(const store::Folder& folder, const std::vector<exchange::Change>& changes) : folder_(folder) {
    for (const auto& change : changes)
      if (change.deleted()) going_.insert(change.path);
  }

  // Whether there may be a file under its name. Throws (not_permitted) where something is in its way.
  bool is_free(const exchange::Change& change) const {
    if (change.deleted()) return true;
    for (auto slash = change.path.find('/'); slash != std::string::npos;
         slash = change.path.find('/', slash + 1)) {
      const std::string above = change.path.substr(0, slash);
      if (!seen_.insert(above).second || is_directory(folder_, above)) continue;
      if (!going_.contains(above) && folder_.exists(above)) refuse(change.path, above);
      return false;
    }
    if (!change.added() || !is_directory(folder_, change.path)) return true;
    require_going(change.path, change.path);
    return false;
  }

 private:
  void require_going(const std::string& directory, const std::string& path) const {
    for (const store::Item& item : folder_.list(directory)) {
      const std::string inside = directory + "/" + item.name;
      if (item.kind == store::Item::Kind::directory)
        require_going(inside, path);
      else if (!going_.contains(inside))
        refuse(path, inside);
    }
  }
  [[noreturn]] static void refuse(const std::string& path, const std::string& way) {
    throw Error{ExitCode::not_permitted,
                msg("'{path}' was received, but '{file}' is in its way",
                    {{"path", printable(path)}, {"file", printable(way)}}),
                msg("nothing was changed here; move it elsewhere and run 'jaga sync' again")};
  }

  const store::Folder& folder_;
  std::set<std::string> going_;
  mutable std::set<std::string> seen_;
};

// So many bytes at a time, and at least one file.
void publish_records(const git::Git& git, const store::Folder& folder,
                     const std::vector<exchange::Change>& changes) {
  constexpr std::uint64_t kAtOnce = std::uint64_t{64} << 20U;
  std::vector<const exchange::Change*> records;
  for (const auto& change : changes)
    if (exchange::is_protected(change.path) && !change.deleted()) records.push_back(&change);
  std::sort(records.begin(), records.end(),
            [](const auto* a, const auto* b) { return place_of(a->path) < place_of(b->path); });
  std::vector<std::string> ids;
  for (const auto* change : records) ids.push_back(change->new_id);
  const auto sizes = git::sizes(git, ids);
  for (std::size_t begin = 0, end = 0; begin < records.size(); begin = end) {
    std::uint64_t bytes = 0;
    for (; end < records.size() && (end == begin || bytes + sizes[end] <= kAtOnce); ++end)
      bytes += sizes[end];
    const std::vector<std::string> some(ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                        ids.begin() + static_cast<std::ptrdiff_t>(end));
    std::vector<std::string> contents(some.size());
    git::read_blobs(git, some, [&](std::size_t n, std::string blob) { contents[n] = std::move(blob); });
    std::vector<store::Folder::NewFile> files;
    for (std::size_t n = 0; n < some.size(); ++n) files.push_back({records[begin + n]->path, contents[n]});
    folder.publish_all(files);
  }
}

// Throws where the file is not as `head` has it: somebody has edited it since.
void require_unchanged(const store::Folder& folder, const exchange::Change& change, const std::string& before,
                       const std::string& after) {
  const auto there = folder.read(change.path, kLargest);
  if (!there && (change.added() || change.deleted())) return;
  if (there && !change.added() && *there == before) return;
  if (there && !change.deleted() && *there == after) return;
  throw Error{ExitCode::busy, msg("'{path}' was edited in the meantime", {{"path", printable(change.path)}}),
              msg("run 'jaga sync' again")};
}

}  // namespace

void prepare_repository(const git::Git& git, const store::Folder& folder) {
  const auto items = folder.list("");
  const auto found =
      std::find_if(items.begin(), items.end(), [](const auto& item) { return item.name == kGitFolder; });
  if (found != items.end() && found->kind != store::Item::Kind::directory)
    throw Error{ExitCode::data, msg("'{path}' is not a directory", {{"path", kGitFolder}}),
                msg("jaga sync needs a repository of its own; see jaga-sync(1)")};
  if (found == items.end() || !folder.exists(".git/HEAD"))
    (void)git.run({"init", "-q", "--template=", "--initial-branch=main"});
  keep_at_end(folder, ".git/info/attributes", kAttributes);
  std::string never(kGitIgnore);
  never += ".jaga-*.tmp\n";
  keep_at_end(folder, ".git/info/exclude", never);
}

void require_harmless(const git::Config& config) {
  if (config.programs.empty()) return;
  throw Error{
      ExitCode::config,
      msg("the configuration in '{path}' sets '{key}', which can start a program",
          {{"path", ".git/config"}, {"key", printable(config.programs.front())}}),
      msg("if you set it yourself, move it to your own configuration with 'git config --global'; else remove "
          "it with 'git config --unset-all {key}'",
          {{"key", printable(config.programs.front())}})};
}

void require_idle(const store::Folder& folder) {
  for (const char* const mark : {"MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD"})
    if (folder.exists(std::string(".git/") + mark))
      throw Error{
          ExitCode::not_permitted, msg("a merge of git is not finished in this directory"),
          msg("edit the files in conflict and run 'git add' and 'git commit', or 'git merge --abort'")};
  for (const char* const mark : {".git/rebase-merge", ".git/rebase-apply"})
    if (!folder.list(mark).empty())
      throw Error{ExitCode::not_permitted, msg("a rebase of git is not finished in this directory"),
                  msg("finish it with 'git rebase --continue', or 'git rebase --abort'")};
}

Head head_of(const git::Git& git) {
  Head head;
  // "* COMMIT REF", "  COMMIT REF"
  const std::string listed =
      git.run({"for-each-ref", "--format=%(HEAD) %(objectname) %(refname)", "refs/heads/", "refs/jaga/"});
  for (const std::string& line : split(listed, '\n')) {
    const auto blank = line.find(' ', 2);
    if (blank == std::string::npos) continue;
    const std::string commit = line.substr(2, blank - 2);
    const std::string ref = line.substr(blank + 1);
    if (line.front() == '*') {
      head.branch = ref;
      head.commit = commit;
    } else if (ref.starts_with("refs/jaga/")) {
      head.refs.emplace(ref, commit);
    }
  }
  if (!head.commit.empty()) return head;
  const auto outcome = git.ask({"symbolic-ref", "-q", "HEAD"});
  head.branch = std::string(trim(outcome.out));
  if (!outcome.ok() || !head.branch.starts_with("refs/heads/"))
    throw Error{ExitCode::not_permitted, msg("git has no branch checked out in this directory"),
                msg("check one out: git checkout main")};
  return head;
}

std::string commit_tree(const git::Git& git, const std::string& tree, const std::vector<std::string>& parents,
                        const std::string& message) {
  std::vector<std::string> arguments{"commit-tree", tree};
  for (const std::string& parent : parents) {
    arguments.emplace_back("-p");
    arguments.push_back(parent);
  }
  return git.line(std::move(arguments), message + "\n");
}

Committed commit_new(const git::Git& git, const store::Folder& folder, const Head& head,
                     const std::function<void(const Message&)>& notice) {
  add_all(git, folder);
  const std::string before = head.commit.empty() ? empty_tree(git) : head.commit;
  auto changes = staged(git, before);
  Committed out{head.commit};
  if (changes.empty()) return out;
  exchange::Limits limits;
  limits.first = true;
  limits.others = SIZE_MAX;
  const auto judgement = exchange::judge(changes, limits);
  std::string left_out;
  std::vector<std::string> named;
  for (const auto& refusal : judgement.refusals) {
    const auto change = std::find_if(changes.begin(), changes.end(),
                                     [&](const auto& one) { return one.path == refusal.path; });
    if (exchange::is_protected(refusal.path) && !change->added())
      throw Error{ExitCode::data,
                  msg("'{path}': {what}", {{"path", printable(refusal.path)}}).with("what", refusal.what),
                  msg("nothing was sent; bring it back with 'git checkout HEAD -- {path}'",
                      {{"path", shell_word(printable(refusal.path))}})};
    left_out += refusal.path + '\0';
    if (notice && named.size() < kMostNamed)
      notice(msg("not shared: '{path}': {what}", {{"path", printable(refusal.path)}})
                 .with("what", refusal.what));
    named.push_back(refusal.path);
  }
  if (named.size() > kMostNamed && notice)
    notice(counted(named.size() - kMostNamed, msg("not shared: 1 more"), msg("not shared: {count} more")));
  if (!left_out.empty()) {
    (void)git.run({"update-index", "--force-remove", "-z", "--stdin"}, left_out);
    changes = staged(git, before);
    if (changes.empty()) return out;
  }
  for (const auto& change : changes) (exchange::is_protected(change.path) ? out.records : out.others) += 1;
  std::vector<std::string> parents;
  if (!head.commit.empty()) parents.push_back(head.commit);
  out.commit = commit_tree(git, git.line({"write-tree"}), parents,
                           "jaga: " + std::to_string(out.records) + " new files of records, " +
                               std::to_string(out.others) + " other files");
  (void)git.run({"update-ref", "-m", "jaga sync", head.branch, out.commit, head.commit});
  return out;
}

void apply(const git::Git& git, const store::Folder& folder, const Head& head, const std::string& to) {
  const std::string from = head.commit.empty() ? empty_tree(git) : head.commit;
  const auto changes = changes_between(git, from, to);
  std::vector<std::string> ids;
  std::map<std::string, std::string> blobs;
  for (const auto& change : changes) {
    if (exchange::is_protected(change.path)) continue;
    if (!change.deleted()) blobs.emplace(change.new_id, "");
    if (!change.added()) blobs.emplace(change.old_id, "");
  }
  for (const auto& blob : blobs) ids.push_back(blob.first);
  git::read_blobs(git, ids, [&](std::size_t n, std::string bytes) { blobs[ids[n]] = std::move(bytes); });

  // Nothing is written before all of it is known to be possible.
  const Places places(folder, changes);
  for (const auto& change : changes)
    if (!exchange::is_protected(change.path) && places.is_free(change))
      require_unchanged(folder, change, change.added() ? std::string() : blobs[change.old_id],
                        change.deleted() ? std::string() : blobs[change.new_id]);
  publish_records(git, folder, changes);
  // Removals first: a file may have to give way to a directory, and a directory to a file.
  for (const auto& change : changes) {
    if (!change.deleted()) continue;
    folder.remove(change.path);  // a record is none: evidence whose redaction is believed
    if (!exchange::is_protected(change.path)) remove_empty_above(folder, change.path);
  }
  for (const auto& change : changes) {
    if (exchange::is_protected(change.path) || change.deleted()) continue;
    if (is_directory(folder, change.path)) remove_empty(folder, change.path);
    if (folder.read(change.path, kLargest) != blobs[change.new_id])
      folder.replace(change.path, blobs[change.new_id]);
  }
  (void)git.run({"read-tree", "-m", "-i", to});
  (void)git.run({"update-ref", "-m", "jaga sync", head.branch, to, head.commit});
}

}  // namespace jaga::workflow
