#!/usr/bin/env bats
# Never a half record, never a lock to clear: a command is killed at every k-th call of its own trace.
load ../command/helpers
load ../command/flow
load faults

# killed COMMAND...: after each kill the record is there whole or not there at all, the same command then
# works at once (or is refused because its record is there), and the audit is sound.
killed() {
  local call first last k before after code
  # JAGA_FAULT_ALL=1: the calls that only look too, which shows the same at five times the cost.
  walk "$(changing) $([ "${JAGA_FAULT_ALL-}" != 1 ] || looking)" "$@"
  while read -r call first last; do
    for ((k = first; k <= last; ++k)); do
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

setup() { traceable_office; }

@test "note" {
  incident
  killed "$JAGA" --key "$KEYS/staff" note web01 -m 'the cable was loose'
}

@test "open, whose first records are one" {
  killed "$JAGA" --key "$KEYS/staff" open web01 -m slow
}

@test "approve" {
  analysed
  killed "$JAGA" --key "$KEYS/section-head" approve web01 --yes
}

@test "person change, in the register" {
  killed "$JAGA" --key "$KEYS/staff" person change section-head --name 'Section head'
}
