#!/usr/bin/env bats
# A record that was written and whose name could not be printed: exit 74, and the message names it. Every
# command that writes one, over a whole procedure.
load ../command/helpers
load ../command/flow
load faults

made() { find . -path ./.git -prune -o -type f ! -name '*.sig' -print | sed 's|^\./||' | sort; }

# lost NAME COMMAND...: as `as`, with an output that takes nothing ($lose: full or closed).
lost() {
  local code=0 file named=
  made >../before
  if [ "$lose" = full ]; then
    as "$@" >/dev/full 2>../err || code=$?
  else
    as "$@" >&- 2>../err || code=$?
  fi
  made | comm -13 ../before - >../new
  [ "$code" = 74 ] || { echo "exit $code instead of 74: $*" >&2; cat ../err >&2; return 1; }
  [ -s ../new ] || { echo "nothing was written: $*" >&2; cat ../err >&2; return 1; }
  grep -q 'recorded, but cannot write to standard output' ../err || { echo "not said: $*" >&2; cat ../err >&2; return 1; }
  while read -r file; do
    # A record by its path; an incident by its id, which is the name of its folder.
    if grep -qF -e "$file" -e "$(basename "$(dirname "$file")")" ../err; then named=1; fi
  done <../new
  [ "$named" ] || { echo "not named: $*" >&2; cat ../err ../new >&2; return 1; }
}

setup() { setup_folder; }

@test "/dev/full" {
  lose=full
  whole_procedure lost
  audited
}

# bats test_tags=long
@test "closed" {
  lose=closed
  whole_procedure lost
  audited
}
