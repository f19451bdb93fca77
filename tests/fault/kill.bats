#!/usr/bin/env bats
# Never a half record, never a lock to clear: a command is killed at every k-th call of its own trace.
load ../command/helpers
load ../command/flow
load faults

# killed COMMAND...: after each kill the record is there whole or not there at all, the same command then
# works at once (or is refused because its record is there), and the audit is sound.
killed() {
  local call first last k step before after code
  # In a long run the calls that only look too, which shows the same at five times the cost.
  walk "$(changing) $([ "${JAGA_TEST_ALL-}" != 1 ] || looking)" "$@"
  while read -r call first last; do
    step=1
    [ "${JAGA_TEST_ALL-}" = 1 ] || step=$(((last - first) / most + 1))
    for ((k = first; k <= last; k += step)); do
      code=0
      strace -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$k" "$@" >../out 2>&1 || code=$?
      [ "$code" = 137 ] || { echo "not killed at $call $k: $code" >&2; cat ../out >&2; return 1; }
      all_whole || { echo "after $call $k" >&2; return 1; }
      after=$(records | wc -l)
      code=0
      timeout -s KILL 9 "$@" >../out 2>&1 || code=$?
      if [ "$after" = "$before" ] && [ "$code" != 0 ]; then
        echo "exit $code after $call $k:" >&2
        cat ../out >&2
        return 1
      fi
      case $code in 0 | 77) ;; *) echo "exit $code after $call $k" >&2; cat ../out >&2; return 1 ;; esac
      [ "$(records | wc -l)" -gt "$before" ] || { echo "nothing recorded after $call $k" >&2; return 1; }
      audited || { echo "after $call $k" >&2; return 1; }
      restore
    done
  done <../calls
}

setup() {
  traceable_office
  most=2 # so many of the calls of one name are killed, evenly among all; in a long run every one
}

@test "note" {
  incident
  killed "$JAGA" --key "$KEYS/staff" note web01 -m 'the cable was loose'
}

# bats test_tags=long
@test "open, whose first records are one" {
  killed "$JAGA" --key "$KEYS/staff" open web01 -m slow
}

@test "approve" {
  analysed
  killed "$JAGA" --key "$KEYS/section-head" approve web01 --yes
}

@test "approve, killed after its record is published and before this account remembers it" {
  analysed
  head=$(find "$XDG_STATE_HOME" -name "incident.$(cat id).head")
  grep -q '^2 ' "$head"
  walk 'linkat renameat' "$JAGA" --key "$KEYS/section-head" approve web01 --yes
  read -r _ _ last < <(grep '^renameat ' ../calls)
  code=0
  strace -o /dev/null -e trace=renameat -e "inject=renameat:signal=KILL:when=$last" \
    "$JAGA" --key "$KEYS/section-head" approve web01 --yes >../out 2>&1 || code=$?
  [ "$code" = 137 ]
  # The record stands; the older head is what is remembered, and no finding.
  [ "$(records | wc -l)" = $((before + 1)) ]
  all_whole
  grep -q '^2 ' "$head"
  status 0 jaga audit --json
  says '"sound": true'
  grep -q '^3 ' "$head"
  # The next step needs no audit before it, and what the killed one left is not a chain and harmless.
  restore
  strace -o /dev/null -e trace=renameat -e "inject=renameat:signal=KILL:when=$last" \
    "$JAGA" --key "$KEYS/section-head" approve web01 --yes >../out 2>&1 || true
  [ -e "$(dirname "$head")/.jaga-new.tmp" ]
  status 0 as staff repair web01 --by-hand -m 'cable replaced'
  grep -q '^5 ' "$head"
  [ ! -e "$(dirname "$head")/.jaga-new.tmp" ]
  # From now on the record that the dead one wrote is missed.
  rm incidents/*/"$(cat id)"/000[345]-*
  status 1 jaga audit
  says 'its record 5, seen here before, is missing or was changed'
}

# bats test_tags=long
@test "person change, in the register" {
  killed "$JAGA" --key "$KEYS/staff" person change section-head --name 'Section head'
}

# bats test_tags=long
@test "evidence, its bytes and its note" {
  incident
  echo photo >../photo
  killed "$JAGA" --key "$KEYS/staff" evidence add web01 ../photo -m 'the cable'
}

# bats test_tags=long
@test "a manual repair" {
  approved
  killed "$JAGA" --key "$KEYS/staff" repair web01 --by-hand -m 'cable replaced'
}

@test "archive: the bag, the record and the seal" {
  accepted
  killed "$JAGA" --key "$KEYS/staff" archive "$(cat id)" --no-part --no-pdf
  # The bag of a dead run is a folder like any other; that of the record is whole.
  as staff archive "$(cat id)" --no-part --no-pdf -q >../bag
  (cd "$(head -n 1 ../bag)" && sha256sum --quiet -c manifest-sha256.txt)
}

@test "monitor: no half round" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1, timeout: 1s}]}\n' >hosts.yaml
  strace -o ../trace "$JAGA" monitor --only tcp >/dev/null || true
  calls ../trace "$(changing)" >../calls
  grep -q '^linkat ' ../calls
  local call first last k turn=0 points
  while read -r call first last; do
    points=("$first" $(((first + last) / 2)) "$last")
    [ "${JAGA_TEST_ALL-}" = 1 ] || points=("${points[turn++ % 3]}")
    for k in "${points[@]}"; do
      rm -rf rounds
      strace -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$k" \
        "$JAGA" monitor --only tcp >/dev/null 2>&1 || true
      status 2 timeout -s KILL 20 "$JAGA" monitor --only tcp
      [ "$(find rounds -type f | wc -l)" -ge 1 ]
      find rounds -type f | while read -r file; do [ "$(tail -n 1 "$file")" = ... ]; done
      status 0 jaga analyze -n
    done
  done <../calls
}

@test "a repair that runs: what ran and what is unknown is recorded, and the next command goes on" {
  here_with touch <<P
commands:
  - {title: {id: "Satu", en: "One"}, script: "touch $BATS_TEST_TMPDIR/one", repeatable: true}
P
  as section-head approve here -q --yes >/dev/null
  keep
  strace -o ../trace "$JAGA" --key "$KEYS/staff" repair here >/dev/null
  restore
  rm -rf "$HOME/.jaga-runs" # the mark of what restore() takes back
  calls ../trace 'linkat fsync' >../calls
  grep -q '^linkat ' ../calls
  local call first last k code
  while read -r call first last; do
    for ((k = first; k <= last; ++k)); do
      strace -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$k" \
        "$JAGA" --key "$KEYS/staff" repair here >../out 2>&1 || true
      all_whole
      audited || { echo "after $call $k" >&2; return 1; }
      status 0 jaga status
      code=0
      as staff repair here -q >../out 2>&1 || code=$?
      if [ "$code" != 0 ]; then
        code=0
        as staff repair here -q --resume >../out 2>&1 || code=$?
      fi
      if [ "$code" != 0 ] && ! jaga status --json | grep -q '"due": "verify"'; then
        cat ../out >&2
        echo "exit $code after $call $k" >&2
        return 1
      fi
      audited || { echo "after $call $k and going on" >&2; return 1; }
      restore
      rm -rf "$HOME/.jaga-runs"
    done
  done <../calls
}
