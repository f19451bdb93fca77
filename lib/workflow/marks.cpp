#include "workflow/marks.hpp"

#include "base/text.hpp"
#include "record/chain.hpp"

namespace jaga::workflow {
namespace {

constexpr std::string_view kLook = R"sh(
id=
for file in /etc/machine-id /var/lib/dbus/machine-id; do
  if [ -z "$id" ] && [ -r "$file" ]; then read -r id < "$file" || :; fi
done
printf 'machine-id %s\n' "$id"
boot=
if [ -r /proc/sys/kernel/random/boot_id ]; then read -r boot < /proc/sys/kernel/random/boot_id || :; fi
printf 'boot-id %s\n' "$boot"
mine() { [ -d "$1" ] && [ ! -h "$1" ] && [ -O "$1" ]; }
for base in "$HOME" "/run/user/$(id -u)" /dev/shm; do
  mark=$base/.jaga-runs/$1
  mine "$base/.jaga-runs" && mine "$mark" || continue
  printf 'mark \n'
  for one in "$mark"/*; do
    [ -d "$one" ] && printf 'mark %s\n' "${one##*/}"
  done
done
exit 0
)sh";

// mkdir without -p fails where the folder is there: of two that try at once one wins. What others made
// (/dev/shm is everybody's) or a symbolic link is not a place for marks and holds none.
constexpr std::string_view kMark = R"sh(
umask 077
mine() { [ -d "$1" ] && [ ! -h "$1" ] && [ -O "$1" ]; }
if [ "$3" != on ]; then
  for base in "$HOME" "/run/user/$(id -u)" /dev/shm; do
    if mine "$base/.jaga-runs" && [ -e "$base/.jaga-runs/$1" ]; then exit 40; fi
  done
fi
for base in "$HOME" "/run/user/$(id -u)" /dev/shm; do
  runs=$base/.jaga-runs
  [ -d "$runs" ] || mkdir "$runs" 2>/dev/null || continue
  mine "$runs" || continue
  if [ "$3" = on ]; then
    mine "$runs/$1" || mkdir "$runs/$1" 2>/dev/null || continue
  elif ! mkdir "$runs/$1" 2>/dev/null; then
    if [ -e "$runs/$1" ]; then exit 40; fi
    continue
  fi
  mkdir "$runs/$1/$2" 2>/dev/null || continue
  printf '%s\n' "$runs"
  exit 0
done
echo 'no place takes it' >&2
exit 41
)sh";

}  // namespace

store::Lock lock_run(const Office& office, const std::string& incident) {
  try {
    return office.directory->lock(record::ChainName::incident(incident).directory() + "/evidence",
                                  std::chrono::milliseconds{0});
  } catch (const Error& error) {
    if (error.code() != ExitCode::busy) throw;
    throw Error(ExitCode::busy, msg("'{id}' is being repaired from this directory", {{"id", incident}}),
                msg("wait until it ends; 'jaga reject {id} -m REASON' prevents further commands",
                    {{"id", incident}}));
  }
}

std::string run_name(const Digest& basis, std::int64_t run) {
  return basis.hex() + "-" + std::to_string(run);
}

Order identity_order(const Digest& basis, std::int64_t run) {
  Order order;
  order.script = kLook;
  order.arguments = {run_name(basis, run)};
  return order;
}

TargetIdentity parse_identity(std::string_view out) {
  TargetIdentity looked;
  for (const std::string& line : split(out, '\n')) {
    if (line.starts_with("machine-id ")) looked.machine_id = trim(std::string_view(line).substr(11));
    if (line.starts_with("boot-id ")) looked.boot_id = trim(std::string_view(line).substr(8));
    if (line.starts_with("mark ")) looked.marks.push_back(line.substr(5));
  }
  return looked;
}

Order mark_order(const Digest& basis, std::int64_t run, const Digest& start, bool goes_on) {
  Order order;
  order.script = kMark;
  order.arguments = {run_name(basis, run), start.hex(), goes_on ? "on" : "new"};
  return order;
}

std::optional<std::string> parse_place(std::string_view out, std::string_view ending) {
  constexpr std::size_t kLongest = 4096;  // a path on Linux
  const std::string place(trim(out));
  const bool good = place.size() <= kLongest && place.starts_with('/') && place.ends_with(ending) &&
                    place.find('\n') == std::string::npos && sanitized(place) == place;
  return good ? std::optional(place) : std::nullopt;
}

}  // namespace jaga::workflow
