#!/usr/bin/env bats
# Nobody's record is overwritten: many processes write at once, some are killed on the way.
load ../command/helpers
load ../command/flow
load faults

setup() {
  setup_folder
  office
  {
    echo 'hosts:'
    for n in 01 02 03 04 05 06 07 08 09 10; do echo "  - {name: web$n, address: 127.0.0.1}"; done
  } >hosts.yaml
}

# start NAME COMMAND...: in the background, its output and exit code kept under a number.
count=0
pids=
start() {
  local n=$((++count))
  (
    code=0
    as "$@" >../done.$n.out 2>../done.$n.err || code=$?
    echo "$code" >../done.$n.code
  ) &
  pids="$pids $!"
}
finish() {
  for pid in $pids; do wait "$pid" || true; done
  pids=
}
# What each said it wrote is there; how they ended is one of the codes given.
acknowledged() {
  local n code path good=0
  for ((n = 1; n <= count; ++n)); do
    code=$(cat ../done.$n.code)
    case " $* " in *" $code "*) ;; *) echo "exit $code:" >&2; cat ../done.$n.err >&2; return 1 ;; esac
    [ "$code" = 0 ] || continue
    path=$(head -n 1 ../done.$n.out)
    if [ -z "$path" ] && grep -q 'nothing new since the last seal' ../done.$n.err; then continue; fi
    [ -s "$path" ] || compgen -G "incidents/*/$path/0001-*.yaml" >/dev/null || { echo "acknowledged, not there: $path" >&2; return 1; }
    good=$((good + 1))
  done
  printf '%s of %s acknowledged\n' "$good" "$count" >&3
  [ "$good" -gt 0 ]
}

@test "notes, incidents, the register and an incident's steps, all at once" {
  as staff open web01 -q -m slow >id
  for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14; do start staff note web01 -m "note $n"; done
  for n in 02 03 04 05 06 07 08; do start staff open "web$n" -m slow; done
  for n in 1 2 3 4 5 6; do start staff open web09 -m "the same, by telephone $n"; done
  for n in 1 2 3 4 5; do start staff analyze web01 --plan manual -p task="task $n" --fault unknown -m "$n"; done
  for n in 1 2 3 4; do start staff person change section-head --name "Name $n"; done
  for n in 1 2 3 4; do start division-head seal; done
  finish
  acknowledged 0 75 77
  all_whole
  audited
  [ "$(find incidents -mindepth 2 -maxdepth 2 -name '*-web09-*' | wc -l)" = 1 ]
  # Of six reports of one fault the first opens, and each other that was acknowledged is a note of that.
  [ "$(find incidents -path '*web01*/notes/*' -name '*.yaml' | wc -l)" = 14 ]
  [ "$(find incidents -path '*web09*/notes/*' -name '*.yaml' | wc -l)" = \
    "$(($(cat ../done.*.out | grep -c -e '-web09-') - 1))" ]
  # No number twice, none left out.
  for chain in register incidents/*/* seals/*; do
    find "$chain" -maxdepth 1 -name '[0-9]*-*.yaml' -printf '%f\n' | cut -c1-4 | sort >../numbers
    [ "$(sort -u ../numbers | wc -l)" = "$(wc -l <../numbers)" ]
    [ "$((10#$(tail -n 1 ../numbers)))" = "$(wc -l <../numbers)" ]
  done
}

@test "a third of them killed" {
  as staff open web01 -q -m slow >id
  for n in 1 2 3 4 5 6 7 8 9 10 11 12; do
    start staff note web01 -m "note $n"
    start staff analyze web01 --plan manual -p task="task $n" --fault unknown -m "$n"
    # Killed wherever it is by then; which call that is, kill.bats walks one by one.
    (
      "$JAGA" --key "$KEYS/staff" note web01 -m killed >/dev/null 2>&1 &
      victim=$!
      for ((turn = 0; turn < n * 40; ++turn)); do :; done
      kill -KILL "$victim" || true
      wait "$victim" || true
    ) 2>/dev/null &
    pids="$pids $!"
  done
  finish
  acknowledged 0 75
  all_whole
  audited
}

# accepted_since COUNT: how many of what was started since `count` was this ended well; the others were refused, or
# waited too long.
accepted_since() {
  local n good=0
  for ((n = $1 + 1; n <= count; ++n)); do
    case $(cat ../done.$n.code) in
      0) good=$((good + 1)) ;;
      75 | 77) ;;
      *) cat ../done.$n.err >&2; return 1 ;;
    esac
  done
  echo "$good"
}

@test "twenty notes at once: each that was acknowledged is there, once" {
  as staff open web01 -q -m slow >id
  for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do start staff note web01 -m "note number $n."; done
  finish
  acknowledged 0 75
  all_whole
  audited
  for ((n = 1; n <= count; ++n)); do
    case $(cat ../done.$n.code) in 0) want=1 ;; *) want=0 ;; esac
    [ "$(grep -l "note number $n\\." incidents/*/*/notes/*.yaml | wc -l)" = $want ]
  done
}

@test "ten approvals at once, six repairs, six verifications: one of each is accepted" {
  here_makes "$PWD/made"
  for n in 1 2 3 4 5 6 7 8 9 10; do start section-head approve here --yes; done
  finish
  [ "$(accepted_since 0)" = 1 ]
  [ "$(find incidents -name '*-approve.*.yaml' | wc -l)" = 1 ]
  local before=$count
  for n in 1 2 3 4 5 6; do start staff repair here; done
  finish
  [ "$(accepted_since "$before")" = 1 ]
  [ "$(wc -l <made)" = 1 ]
  [ "$(find incidents -name '*-repair-start.*.yaml' | wc -l)" = 1 ]
  before=$count
  for n in 1 2 3 4 5 6; do start section-head verify here --yes --override 'nothing measures it'; done
  finish
  [ "$(accepted_since "$before")" = 1 ]
  [ "$(find incidents -name '*-verify.*.yaml' | wc -l)" = 1 ]
  all_whole
  audited
}
