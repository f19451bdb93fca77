#!/usr/bin/env bats
# Walks that nobody planned through one incident: commands, people, procedures, paper, delegations, people who leave
# and time that goes by, drawn at random. Wherever one ends, somebody can continue until it is finished, and audit finds
# nothing. tests/unit/incident/walk_test.cpp is the same over the rules alone, and many times as often.
load helpers
setup() {
  setup_folder
  need jq
  need_moved_clock
  # Every command is run at the time of the walk, which is kept in a file.
  clock=$BATS_TEST_TMPDIR/clock
  cat >"$BATS_TEST_TMPDIR/moved" <<M
#!/bin/sh
exec "$BATS_TEST_DIRNAME/../clock/at" "@\$(cat "$clock")" "$JAGA" "\$@"
M
  chmod +x "$BATS_TEST_TMPDIR/moved"
  JAGA=$BATS_TEST_TMPDIR/moved
}

staff=(staff staff2 deputy)
heads=(section-head head2)
divisions=(division-head division2)

# later SECONDS: time goes by.
later() { echo $(($(cat "$clock") + $1)) >"$clock"; }
one_of() { echo "${@:$((RANDOM % $# + 1)):1}"; }

# step WHO ARGUMENT...: a command at the time of this walk, which then goes on. Its exit status, where that is an
# answer or a refusal; any other ends the walk.
step() {
  local code=0
  later 1
  as "$@" >said 2>&1 || code=$?
  echo "$code $*" >>walked
  case $code in 0 | 1 | 64 | 66 | 77) return "$code" ;; esac
  echo "exit $code:" >&2
  cat said >&2
  stuck "$*"
}
stuck() {
  echo "seed $seed: $1" >&2
  jaga status >&2 || true
  grep '^0 ' walked >&2
  false
  exit 1
}
due() { jaga status --json | jq -r 'select(.finished | not) | .due' | head -n 1; }

# begin SEED: an office, its procedure and an incident.
begin() {
  local who
  seed=$1
  RANDOM=$seed
  date -d 2026-12-21T00:00:00Z +%s >"$clock" # 08:00 at the office, a Monday
  rm -rf office
  mkdir office
  cd office || return
  rm -f "$KEYS"/*
  office
  for who in staff2 deputy; do joins "$who" staff; done
  joins head2 section_head
  joins division2 division_head
  case $((seed % 3)) in
  1) adopted 's/^    # countersign: .*/    countersign: ["division_head"]/' ;;
  2) adopted 's/^    # escalate: .*/    escalate: [{after: "2h", roles: ["division_head"]}]/' \
    's/paper_decisions: "routine plans"/paper_decisions: "all"/' ;;
  esac
  echo scan >scan.pdf
  : >walked
  step staff open web01 -q -m 'it is slow'
  id=$(jaga status --json | jq -r .incident)
}
joins() {
  make_key "$1"
  as staff person add "$1" -q --role "$2" --key "$KEYS/$1.pub" >/dev/null
}

# Anything that somebody might type; most of it is refused.
anything() {
  local s h d
  s=$(one_of "${staff[@]}") h=$(one_of "${heads[@]}") d=$(one_of "${divisions[@]}")
  later $((RANDOM % 20000))
  case $((RANDOM % 24)) in
  0 | 1 | 2) step "$s" analyze "$id" --plan "$(one_of manual vendor)" -p task=t --fault unknown -m r ;;
  3 | 4) step "$h" approve "$id" --yes --until "$(one_of 1h 3d)" ;;
  5) step "$d" approve "$id" --yes ;;
  6) step "$h" reject "$id" --yes -m n ;;
  7) step "$d" reject "$id" --yes -m n --back "$(one_of verify repair analyze)" ;;
  8 | 9) step "$s" repair "$id" --by-hand -m r ;;
  10) step "$s" repair "$id" --vendor V ;;
  11) step "$s" repair "$id" --give-up ;;
  12) step "$s" repair "$id" --by-hand --emergency --occurred 1h -m em ;;
  13) step "$h" verify "$id" --yes --override x ;;
  14) step "$d" accept "$id" --yes ;;
  15) step "$s" approve "$id" --as "$(one_of "${heads[@]}" "$d")" --paper scan.pdf --yes ;;
  16) step "$s" verify "$id" --as "$(one_of "${heads[@]}" "$d")" --paper scan.pdf --override x --yes ;;
  17) step "$s" accept "$id" --as "$d" --paper scan.pdf --yes ;;
  18) step "$h" withdraw "$id" --outcome recovered --yes -m w ;;
  19) step "$s" withdraw "$id" --as "$d" --paper scan.pdf --outcome recovered --yes -m w ;;
  20) step staff person leave "$(one_of head2 division2 staff2)" --yes ;;
  21) step "$d" person change deputy --delegate section_head --until 1d --letter 'ST 77/2026' ;;
  22) step staff person change "$(one_of head2 division2)" --drop-role section_head --role staff ;;
  23) step "$s" note "$id" -m n ;;
  esac || true
}

# A person who may takes the next step.
forward() {
  local who
  for who in "${staff[@]}" "${heads[@]}" "${divisions[@]}"; do
    case $1 in
    analyze) step "$who" analyze "$id" --plan manual -p task=e --fault unknown -m e && return ;;
    approve) { step "$who" approve "$id" --yes || step "$who" withdraw "$id" --outcome recovered --yes -m w; } && return ;;
    repair) { step "$who" repair "$id" --by-hand -m e || step "$who" repair "$id" --give-up; } && return ;;
    verify) step "$who" verify "$id" --yes --override x && return ;;
    accept) { step "$who" accept "$id" --yes || step "$who" withdraw "$id" --outcome recovered --yes -m w; } && return ;;
    archive) step "$who" archive "$id" --no-part && return ;;
    esac
  done
  return 1
}

walk() {
  local n what
  begin "$1"
  for n in $(seq $((6 + $1 % 12))); do anything; done
  for n in $(seq 20); do
    later 60
    what=$(due)
    [ -n "$what" ] || break
    forward "$what" || stuck "nobody can do what is due: $what"
  done
  [ -z "$(due)" ] || stuck 'it does not end'
  step staff audit || stuck "audit: $(cat said)"
  step staff show "$id" --json
  jq -e '[.clocks[] | select(.net_ms + .paused_ms > .gross_ms)] == []' said >/dev/null || stuck 'the clocks'
  cd ..
}

@test "walks of the form's procedure" { for n in 3 6 9 12 15; do walk "$n"; done; }
@test "walks with two signatures" { for n in 1 4 7 10 13; do walk "$n"; done; }
@test "walks with escalation, all of it on paper too" { for n in 2 5 8 11 14; do walk "$n"; done; }
