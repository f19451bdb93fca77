#include "workflow/plan_files.hpp"

#include "base/secrets.hpp"
#include "base/text.hpp"
#include "store/chain.hpp"
#include "store/directory.hpp"
#include "workflow/marks.hpp"
#include "yaml/read.hpp"

namespace jaga::workflow {
namespace {

std::string folder_of(const std::string& plan) {
  return "plans/" + plan + ".files";
}

// $1 place, $2 run, $3 its repair-start, then name, size and SHA-256 of each file, one after another on
// standard input.
constexpr std::string_view kPut = R"sh(
umask 077
export LC_ALL=C
mine() { [ -d "$1" ] && [ ! -h "$1" ] && [ -O "$1" ]; }
case $1 in
  0) base=$HOME ;;
  1) base=/run/user/$(id -u) ;;
  *) base=/dev/shm ;;
esac
dir=$base/.jaga-runs
[ -d "$dir" ] || mkdir "$dir" 2>/dev/null || exit 42
mine "$dir" || exit 42
for part in "$2" "$3" files; do
  dir=$dir/$part
  [ -d "$dir" ] || mkdir "$dir" 2>/dev/null || exit 42
  mine "$dir" || exit 42
done
shift 3
no_room() { rm -rf -- "$dir"; exit 42; }
base64 -d >"$dir/.all" || no_room
at=1
while [ $# -ge 3 ]; do
  tail -c "+$at" "$dir/.all" | head -c "$2" >"$dir/$1" || no_room
  sum=$(sha256sum <"$dir/$1") || no_room
  [ "${sum%% *}" = "$3" ] || no_room
  chmod 400 "$dir/$1"
  at=$((at + $2))
  shift 3
done
rm -f -- "$dir/.all"
printf '%s\n' "$dir"
)sh";

constexpr std::string_view kTakeAway = R"sh(
case $1 in
  */.jaga-runs/*/files) rm -rf -- "$1" ;;
esac
)sh";

}  // namespace

std::vector<plan::FrozenFile> office_files(const Office& office, const plan::Template& chosen) {
  std::vector<plan::FrozenFile> out;
  std::int64_t all = 0;
  for (const plan::File& file : chosen.files) {
    const auto wrong = [&](Message what) {
      return yaml::error_at(ExitCode::config, "plans/" + chosen.name + ".yaml", file.mark, std::move(what));
    };
    const std::string path = folder_of(chosen.name) + "/" + file.name;
    std::optional<std::string> bytes;
    try {
      bytes = office.directory->read(path, plan::kMostFiles);
    } catch (const Error& error) {
      if (error.code() != ExitCode::data) throw;
      throw wrong(error.message());  // too large, or no file
    }
    if (!bytes) throw wrong(msg("'{path}' is missing", {{"path", path}}));
    all += static_cast<std::int64_t>(bytes->size());
    if (all > static_cast<std::int64_t>(plan::kMostFiles))
      throw wrong(msg("the files are together larger than {most} bytes",
                      {{"most", std::to_string(plan::kMostFiles)}}));
    // It would be in the records forever.
    if (mask_secrets(*bytes) != *bytes)
      throw wrong(
          msg("'{path}' seems to contain a secret, which must not be stored in a record", {{"path", path}}));
    out.push_back({file.name, static_cast<std::int64_t>(bytes->size()), sha256(*bytes)});
  }
  return out;
}

std::vector<std::string> file_contents(const Office& office, const record::ChainName* chain,
                                       const plan::Frozen& plan) {
  std::vector<std::string> out;
  for (const plan::FrozenFile& file : plan.files) {
    std::optional<std::string> bytes;
    try {
      if (chain != nullptr) bytes = store::read_evidence(*office.directory, *chain, file.digest);
    } catch (const Error& error) {
      if (error.code() != ExitCode::data) throw;
      throw Error(ExitCode::not_permitted,
                  msg("the file '{name}' of the plan differs from the one stored with the analysis",
                      {{"name", file.name}}),
                  error.message());
    }
    const std::string path = folder_of(plan.name) + "/" + file.name;
    if (!bytes) bytes = office.directory->read(path, plan::kMostFiles + 1);
    if (!bytes || sha256(*bytes) != file.digest)
      throw Error(ExitCode::not_permitted,
                  msg("the file '{name}' of the plan is missing: {digest}",
                      {{"name", file.name}, {"digest", file.digest.text()}}),
                  msg("fetch the evidence of this incident, or analyze it again"));
    out.push_back(std::move(*bytes));
  }
  return out;
}

std::vector<store::Attached> files_of(const Office& office, const record::ChainName* chain,
                                      const plan::Frozen& plan) {
  std::vector<store::Attached> out;
  for (std::string& bytes : file_contents(office, chain, plan)) out.push_back({std::move(bytes)});
  return out;
}

Order put_order(const plan::Frozen& plan, const std::vector<std::string>& contents, int place,
                const Digest& basis, std::int64_t run, const Digest& start) {
  Order order;
  order.script = kPut;
  order.arguments = {std::to_string(place), run_name(basis, run), start.hex()};
  std::string all;
  for (std::size_t i = 0; i < contents.size(); ++i) {
    for (const std::string& word :
         {plan.files[i].name, std::to_string(plan.files[i].size), plan.files[i].digest.hex()})
      order.arguments.push_back(word);
    all += contents[i];
  }
  order.input = base64_encode(all);
  return order;
}

Order take_away_order(const std::string& folder) {
  Order order;
  order.script = kTakeAway;
  order.arguments = {folder};
  return order;
}

}  // namespace jaga::workflow
