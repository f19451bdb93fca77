#!/usr/bin/env bats
# A run that breaks off on one of two machines: jaga killed before and after each of its records and in the middle of a
# command, the connection cut, the machine out of reach. The records say what ran and what is unknown; a resumed run
# runs nothing twice that the plan does not call repeatable.

bats_require_minimum_version 1.5.0

# shellcheck disable=SC2154,SC2016  # output is bats'; scripts are expanded on the machines

load office
setup_file() {
  people staff section-head
  command -v strace >/dev/null || { echo 'strace is needed: script/bootstrap installs it' >&2; return 1; }
}

# Each command says on the machine that it has begun and that it has ended; between the two it does what the test put
# into the file `hook` there.
plan() { # plan NAME [LINE]: LINE to each of its commands
  local n
  printf 'format: "jaga/plan@1"\ntitle: {id: "Dua langkah", en: "Two steps"}\nrun: "ssh"\ncommands:\n'
  for n in 1 2; do
    printf '  - title: {id: "Langkah", en: "Step"}\n    timeout: "%s"\n    arguments: ["%s"]\n' "${timeout:-5m}" "$n"
    [ -z "${2-}" ] || printf '    %s\n' "$2"
    cat <<'P'
    script: |
      echo "$1 begun" >>ran
      [ ! -e hook ] || . ./hook
      echo "$1 ended" >>ran
P
  done
  printf 'rollback:\n  - title: {id: "Kembali", en: "Back"}\n    script: |\n      echo undone >>ran\n'
}

setup() {
  new_office
  mkdir plans
  plan steps >plans/steps.yaml
  plan again 'repeatable: true' >plans/again.yaml
  timeout=10s plan hurried >plans/hurried.yaml
  for machine in web01 web02; do inside "$machine" 'touch /run/reboot-required'; done
  printf 'hosts:\n' >hosts.yaml
  for machine in web01 web02; do
    printf '  - {name: %s, address: %s, login: {measure: jaga, repair: jaga-repair}, checks: [ssh]}\n' "$machine" \
      "$("$LAB" env | sed -n "s/^JAGA_LAB_${machine^^}=//p")" >>hosts.yaml
  done
  run -1 as staff monitor
  as staff analyze >/dev/null
  id=$(upkeep reboot-required)
}
teardown() {
  "$LAB" mend all
  for machine in web01 web02; do
    inside "$machine" 'rm -f /run/reboot-required; nft delete table inet cut 2>/dev/null || :'
    clean "$machine"
  done
}

clean() { # nothing of the runs before
  inside "$1" 'cd /home/jaga-repair; rm -rf ran hook go waits .jaga-runs'
}
hook() { # hook MACHINE SCRIPT: runs in each command there; $1 is its number
  inside "$1" 'printf "%s\n" "$1" >/home/jaga-repair/hook' "$2"
}
approved() { # approved PLAN
  as staff analyze "$id" -q --plan "$1" -m 'both machines' >/dev/null
  as section-head approve "$id" -q --yes >/dev/null
}
ran() { # what the machines themselves say: "web01 1 begun"
  for machine in web01 web02; do
    inside "$machine" 'cat /home/jaga-repair/ran 2>/dev/null || :' | sed "s/^/$machine /"
  done
}
told() { # what the records say: "web01 1. exit 0"
  as staff show "$id" | sed -n 's/^    \(web0[12] [0-9]\.\)/\1/p'
}

due() { as staff status --json | sed -n 's/.*"due": "\([a-z]*\)".*/\1/p'; }

# agreed: what the records say is what the machines say: nothing ran that was not recorded before, nothing is called
# done that did not end, and of one command at the most nobody knows.
agreed() {
  ran >"$BATS_TEST_TMPDIR/ran"
  told >"$BATS_TEST_TMPDIR/told"
  local machine n what last
  last=$(tail -n 1 "$BATS_TEST_TMPDIR/told")
  while read -r machine n what; do
    grep -q "^$machine $n\." "$BATS_TEST_TMPDIR/told" || { echo "not recorded: $machine $n $what" >&2; return 1; }
  done <"$BATS_TEST_TMPDIR/ran"
  while read -r machine n what; do
    case $what in
    'exit 0') grep -qx "$machine ${n%.} ended" "$BATS_TEST_TMPDIR/ran" || { echo "not done: $machine $n" >&2; return 1; } ;;
    unknown:*) [ "$last" = "$machine $n $what" ] || { echo "unknown: $machine $n" >&2; return 1; } ;;
    'not sent:'*) ! grep -q "^$machine ${n%.} " "$BATS_TEST_TMPDIR/ran" || { echo "sent: $machine $n" >&2; return 1; } ;;
    *) return 1 ;;
    esac
  done <"$BATS_TEST_TMPDIR/told"
}

# Goes on as a person does who looks at the machine where nobody knows; each command was run once in the end.
gone_on() {
  local machine n before
  agreed
  before=$(ran)
  if [ "$(due)" = verify ]; then
    run -77 as staff repair "$id" --resume
  elif ! ls incidents/*/*/*-repair-start.*.yaml >/dev/null 2>&1; then
    run -77 as staff repair "$id" --resume
    run -0 as staff repair "$id"
  elif read -r machine n _ < <(grep ' unknown: ' "$BATS_TEST_TMPDIR/told"); then
    run -77 as staff repair "$id" --resume
    [[ $output == *"the outcome of command ${n%.} on '$machine' is unknown"* ]]
    [ "$(ran)" = "$before" ]
    if grep -qx "$machine ${n%.} ended" <<<"$before"; then n=$((${n%.} + 1)); fi
    run -0 as staff repair "$id" --resume --from "${n%.}"
  else
    run -0 as staff repair "$id" --resume
  fi
  once
}
once() {
  diff <(ran) <(for machine in web01 web02; do printf "$machine %s\n" '1 begun' '1 ended' '2 begun' '2 ended'; done)
  [ "$(due)" = verify ]
  run -0 as staff audit
}

# in_the_middle SIGNAL: jaga gets it while web02 runs its first command, which then ends.
in_the_middle() {
  hook web02 'echo >waits; until [ -e go ]; do sleep 0.1; done'
  HOME=$PEOPLE/staff "$LAB" run /bin/sh -c 'echo $$ >"$1"; shift; exec "$@"' sh "$BATS_TEST_TMPDIR/pid" \
    "$JAGA" repair "$id" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
  local job=$!
  until inside web02 '[ -e /home/jaga-repair/waits ]' 2>/dev/null; do kill -0 "$job"; done
  kill -s "$1" "$(cat "$BATS_TEST_TMPDIR/pid")"
  code=0
  wait "$job" || code=$?
  agreed
  grep -q '^web02 1. unknown' "$BATS_TEST_TMPDIR/told"
  inside web02 'cd /home/jaga-repair; rm hook; touch go; until grep -qx "1 ended" ran; do sleep 0.1; done'
}

@test "killed before and after each record: resuming runs nothing twice" {
  approved steps
  cp -a incidents "$BATS_TEST_TMPDIR/kept"
  # The k-th link of a signature: nothing of that record is there. The flush behind the k-th link of a record: it is
  # there, and nothing has been done about it.
  HOME=$PEOPLE/staff "$LAB" run strace -o "$BATS_TEST_TMPDIR/trace" "$JAGA" repair "$id" >/dev/null 2>&1
  agreed
  once
  awk '{ call = $0; sub(/\(.*/, "", call) }
    call == "linkat" { ++links }
    call == "fsync" { ++flushes }
    call == "linkat" && /\.yaml\.sig"/ { print "linkat", links }
    call == "linkat" && /\.yaml"/ { behind = 1 }
    call == "fsync" && behind { print "fsync", flushes; behind = 0 }' "$BATS_TEST_TMPDIR/trace" >"$BATS_TEST_TMPDIR/points"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/points")" = 20 ] # start, end, and two a command
  # Before and after in turn; all of them in a long run.
  [ "${JAGA_TEST_ALL-}" = 1 ] || sed -i -n '1~7p' "$BATS_TEST_TMPDIR/points"
  while read -r call k <&4; do
    rm -rf incidents
    cp -a "$BATS_TEST_TMPDIR/kept" incidents
    find "$PEOPLE" -name "*.head" -delete # what audit remembers is another history
    clean web01
    clean web02
    code=0
    HOME=$PEOPLE/staff "$LAB" run strace -o /dev/null -e trace="$call" -e inject="$call:signal=KILL:when=$k" \
      "$JAGA" repair "$id" >/dev/null 2>&1 || code=$?
    [ "$code" = 137 ]
    gone_on || { echo "after $call $k" >&2; return 1; }
  done 4<"$BATS_TEST_TMPDIR/points"
}

@test "killed in the middle of a command: it is unknown, and a person says where to go on" {
  approved steps
  in_the_middle KILL
  [ "$code" = 137 ]
  gone_on
}

# bats test_tags=long
@test "interrupted in the middle of a command: the run is ended, and a person says where to go on" {
  approved steps
  in_the_middle INT
  [ "$code" != 0 ]
  grep -q 'repair-end' "$BATS_TEST_TMPDIR/said"
  grep -q 'check on .web02. whether the command is still running' "$BATS_TEST_TMPDIR/said"
  gone_on
}

# bats test_tags=long
@test "what the plan calls repeatable is run again by itself, and nothing else" {
  approved again
  in_the_middle KILL
  run -0 as staff repair "$id" --resume
  [ "$(ran | sort | uniq -c | awk '$1 == 2 { print $2, $3, $4 }')" = $'web02 1 begun\nweb02 1 ended' ]
  [ "$(ran | sort -u | wc -l)" = 8 ]
  run -0 as staff audit
}

@test "the connection is lost in the middle of a command" {
  approved steps
  # The command ends the login that it runs in, and goes on.
  hook web02 'p=$$; until read -r name </proc/$p/comm; case $name in sshd*) true ;; *) false ;; esac; do
      read -r _ _ _ p _ </proc/$p/stat; done; kill -s KILL $p'
  run -1 as staff repair "$id"
  [[ $output == *"the outcome of command 1 on 'web02' is unknown"* ]]
  inside web02 'cd /home/jaga-repair; rm hook; until grep -qx "1 ended" ran; do sleep 0.1; done'
  gone_on
}

# bats test_tags=long
@test "every packet is dropped from the middle of a command on" {
  approved hurried
  hook web02 'sudo nft "table inet cut { chain in { type filter hook input priority -10; drop; };
      chain out { type filter hook output priority -10; drop; }; }"'
  run -1 as staff repair "$id"
  [[ $output == *"the outcome of command 1 on 'web02' is unknown"* ]]
  inside web02 'cd /home/jaga-repair; rm hook; nft delete table inet cut; until grep -qx "1 ended" ran; do sleep 0.1; done'
  gone_on
}

# bats test_tags=long
@test "out of reach between two commands: the second was never sent" {
  approved steps
  hook web02 '[ "$1" = 2 ] || sudo systemctl stop ssh'
  run -1 as staff repair "$id"
  [[ $output == *"command 2 was not sent to 'web02'"* ]]
  inside web02 'rm /home/jaga-repair/hook; systemctl start ssh'
  gone_on
}

# bats test_tags=long
@test "out of reach before its first command: the other machine is done, and stays so" {
  approved steps
  hook web01 '[ "$1" = 1 ] || { echo >waits; until [ -e go ]; do sleep 0.1; done; }'
  as staff repair "$id" >"$BATS_TEST_TMPDIR/said" 2>&1 3>&- &
  until inside web01 '[ -e /home/jaga-repair/waits ]' 2>/dev/null; do kill -0 "$!"; done
  "$LAB" break stop-sshd web02
  inside web01 'touch /home/jaga-repair/go'
  code=0
  wait "$!" || code=$?
  [ "$code" = 1 ]
  grep -q "cannot create the marker file of the run on 'web02'" "$BATS_TEST_TMPDIR/said"
  agreed
  cp -a "$OFFICE" "$BATS_TEST_TMPDIR/other"
  "$LAB" mend stop-sshd web02
  gone_on
  # The way back undoes where something was run, and nowhere else.
  cd "$BATS_TEST_TMPDIR/other"
  inside web01 'rm /home/jaga-repair/ran'
  inside web02 'rm -r /home/jaga-repair/ran /home/jaga-repair/.jaga-runs'
  run -0 as staff repair "$id" --rollback
  [ "$(ran)" = 'web01 undone' ]
  cd "$OFFICE"
}
