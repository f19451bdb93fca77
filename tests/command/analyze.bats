#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; }

@test "a round from a file: root causes, no incident in a dry run" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  jaga monitor --only tcp -q >/dev/null || true
  status 0 jaga analyze -n
  says web01
  [ ! -d incidents ]
  status 1 jaga analyze -n --exit-code
  status 0 as staff analyze
  says 'incident 20'
  status 0 as staff analyze
  says 'already open'
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
  status 0 jaga analyze -n --json "$(ls -d rounds/*/*/*/*/* | head -1)"
  says '"host": "web01"'
}

@test "who may open no incidents sees the diagnosis all the same, and which incident is open" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  jaga monitor --only tcp -q >/dev/null || true
  status 77 as section-head analyze
  says 'web01: Service is down 1'
  says 'remedy:'
  says 'no incident opened: you may not open incidents'
  says "'section-head' may not open incidents"
  says 'permitted roles: Staff'
  [ ! -d incidents ]
  make_key stranger
  status 77 as stranger analyze
  says 'web01: Service is down 1'
  status 0 as staff analyze
  status 0 as section-head analyze
  says 'already open'
  says_not 'no incident opened:'
}

@test "a person's own analysis" {
  incident
  status 0 as staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  status 66 as staff analyze web01 --plan manaul --fault unknown -m x
  says manual
  status 64 as staff analyze web01 --plan manual -p nonsense
}

@test "a person's judgement over the machine's: both are kept and shown" {
  make_key timer
  as staff person add timer -q --machine --key "$KEYS/timer.pub" >/dev/null
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  for _ in 1 2 3; do as timer monitor -q >/dev/null || true; done
  status 0 as timer analyze
  status 64 as staff analyze web01 --confirm --fault service-hung
  says 'unchanged'
  status 66 as staff analyze web01 --fault service-dwon
  says "did you mean 'service-down'"
  status 0 as staff analyze web01 --fault nic-failing --part 'network card, serial 4711' -m 'seen at the console'
  status 0 jaga show web01
  says 'nic-failing web01'
  says 'spare part: network card, serial 4711'
  says 'analyzed by staff (Staff)'
  says 'reason: seen at the console'
  says 'timer (Machine): service-down web01 1'
  status 0 jaga show web01 --json
  says '"part": "network card, serial 4711"'
  says '"person": "timer"'
  status 0 as staff analyze web01 -m 'looked again'
  status 0 jaga show web01
  says 'spare part: network card, serial 4711'
  says ': seen at the console'
  status 0 as staff analyze web01 --part '' -m 'none is needed'
  status 0 jaga show web01 --json
  says '"part": "", "reason": "none is needed"'
}

# editor SCRIPT: EDITOR is a program that does SCRIPT with the file $1.
editor() {
  printf '#!/bin/sh\n%s\n' "$1" >"$BATS_TEST_TMPDIR/ed"
  chmod +x "$BATS_TEST_TMPDIR/ed"
  export EDITOR="$BATS_TEST_TMPDIR/ed -x"
  unset VISUAL
}

@test "--edit: in an editor, as the message of a commit" {
  export TMPDIR="$BATS_TEST_TMPDIR/tmp"
  mkdir "$TMPDIR"
  analysed
  before=$(ls incidents/*/*/*-analyze.*.yaml | wc -l)
  # Given its words, in a folder of its own with nothing else in it.
  editor 'test "$1" = -x && test "$(pwd)/analysis.txt" = "$2" && test "$(ls -A)" = analysis.txt || exit 9
    cp "$2" '"$BATS_TEST_TMPDIR"'/seen
    sed -i "s/^fault: .*/fault: nic-failing/; s/^part:.*/part: cable/; /^# The reason/a because\n\nof this: it blinks" "$2"'
  status 0 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit
  grep -q '^fault: unknown$' "$BATS_TEST_TMPDIR/seen"
  grep -q '^plan: manual$' "$BATS_TEST_TMPDIR/seen"
  grep -q '^parameter: task=change the cable$' "$BATS_TEST_TMPDIR/seen"
  grep -q '^# fault types: .*nic-failing' "$BATS_TEST_TMPDIR/seen"
  [ "$(ls incidents/*/*/*-analyze.*.yaml | wc -l)" = $((before + 1)) ]
  status 0 jaga show web01
  says 'nic-failing web01'
  says 'spare part: cable'
  says 'of this: it blinks'
  says "task = 'change the cable'"
  says 'staff (Staff): unknown web01'
  # Unchanged, empty, or an editor that fails: nothing is recorded.
  editor 'exit 0'
  status 1 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit
  says 'nothing was recorded'
  editor 'sed -i "/^[^#]/d" "$2"'
  status 1 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit
  editor ': >"$2"'
  status 1 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit
  editor 'exit 3'
  status 64 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit
  says 'failed'
  [ -z "$(ls "$TMPDIR")" ]
  # What does not go through is kept, with its line.
  editor 'sed -i "s/^plan: .*/paln: manual/" "$2"'
  status 64 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit
  says 'analysis.txt:6:1'
  says 'is kept in'
  says "kept in '$(echo "$TMPDIR"/jaga-*/analysis.txt)'"
  [ "$(ls incidents/*/*/*-analyze.*.yaml | wc -l)" = $((before + 1)) ]
  # Options are in the text already.
  editor 'cp "$2" '"$BATS_TEST_TMPDIR"'/seen'
  status 0 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit --part card -m 'another thought'
  grep -q '^part: card$' "$BATS_TEST_TMPDIR/seen"
  status 0 jaga show web01
  says 'spare part: card'
  says 'reason: another thought'
}

@test "--edit: no terminal, no editor of the working directory" {
  analysed
  export EDITOR=true
  status 64 as staff analyze web01 --edit </dev/null
  says 'needs a terminal'
  printf '#!/bin/sh\n' >here
  chmod +x here
  EDITOR=./here status 64 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit
  says 'refers to a program in the current directory'
  PATH=".:$PATH" EDITOR=here status 66 in_terminal '' "$JAGA" --key "$KEYS/staff" analyze web01 --edit
  says "program not found: 'here'"
}

@test "another parameter of the same plan: what is not said again stays" {
  incident
  mkdir plans
  cat >plans/two.yaml <<'END'
format: "jaga/plan@1"
title: {id: "Dua", en: "Two"}
run: "manual"
parameters:
  - {name: "part", type: "text", title: {id: "Bagian", en: "Part"}}
  - {name: "times", type: "integer", least: 1, most: 9, title: {id: "Kali", en: "Times"}, default: "1"}
END
  status 64 as staff analyze web01 --plan two -p times=2 --fault unknown
  says '-p part=VALUE'
  status 0 as staff analyze web01 --plan two -p part=fan --fault unknown
  status 0 as staff analyze web01 -p times=2
  status 0 jaga show web01
  says "part = 'fan'"
  says "times = '2'"
  status 0 as staff analyze web01 --plan two -p part=cable
  status 0 jaga show web01
  says "part = 'cable'"
  says "times = '2'"
  status 64 as staff analyze web01 -p part=a -p part=b
  says 'given twice'
}

@test "after an approval it voids it" {
  approved
  status 0 as staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'wrong diagnosis'
  status 77 as staff repair web01 --by-hand -m x
}

@test "not by a role that may not" {
  incident
  status 77 as division-head analyze web01 --plan manual -p task='change the cable' --fault unknown -m x
}

# A round of one closed port of web01, and of a host that the inventory does not have; at $1.
a_round() {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  cat <<END
format: "jaga/round@1"
installation: "test"
at: "$1"
inventory: "sha256:0000000000000000000000000000000000000000000000000000000000000000"
self:
  route: true
  own_drops: 0
skipped: []
results:
  - {host: "gone", check: "icmp", state: "ok", since: "$1", hard: true, attempts: 1, history: "o"}
  - {host: "web01", check: "tcp", object: "1", state: "critical", reason: "refused", summary: "refused", since: "$1", hard: true, attempts: 3, history: "c", facts: {connect_ms: 3}}
...
END
}

@test "a rule that is wrong is named by line and column, and the rest is diagnosed" {
  a_round 2026-11-24T02:00:00.000Z >round
  mkdir rules
  printf 'format: "jaga/rule@1"\ncolour: red\n' >rules/own.yaml
  printf 'format: "jaga/rule@1"\ntitle: [\n' >rules/service-down.yaml
  status 78 jaga analyze -n - <round
  says 'web01: '
  says 'refused'
  says 'rules/own.yaml:'
  says 'rules/service-down.yaml:'
  grep -qE 'rules/(own|service-down)\.yaml:[0-9]+:[0-9]+' <<<"$output"
  status 78 as staff analyze --json round
  says '"key": "web01/service-down/1"'
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
}

@test "a round that does not fit: ahead of the clock, hosts that are gone, facts of another unit" {
  a_round 2099-01-01T00:00:00.000Z >round
  status 0 jaga --lang en analyze -n - <round
  says 'web01: '
  says 'the round of 2099-01-01T00:00:00.000Z is ahead of this clock'
  says 'measured but not in the inventory: gone (1)'
  says 'tcp connect_ms'
}

@test "all of a verdict is printed: remedy, alternatives, and why each rule holds or not" {
  a_round 2026-11-24T02:00:00.000Z >round
  status 0 jaga --lang en analyze -n - <round
  says '  remedy: '
  says '  to confirm: '
  status 0 jaga analyze -n --json --explain - <round
  says '"remedy": "'
  says '"evidence": [{"host": "web01", "check": "tcp", "object": "1", "state": "critical", "reason": "refused"'
  says '"explains": "service-down", "host": "web01", "object": "1", "fired": true'
  says '"explains": "disk-full", "host": "web01", "object": "", "fired": false'
  jaga analyze -n --json --explain - <round >one 2>/dev/null
  jaga analyze -n --json --explain - <round >two 2>/dev/null
  cmp one two
}

@test "a dry run of one's own analysis shows it, is refused as it would be, and records nothing" {
  incident
  ls -R incidents >before
  status 0 as staff analyze web01 -n --plan manual -p task='change the cable' -m 'by hand'
  says 'nothing is recorded'
  says 'reason: by hand'
  says "task = 'change the cable'"
  status 0 as staff analyze web01 -n --json --plan manual -p task='change the cable'
  says '"body": {"fault": "unknown"'
  status 77 as division-head analyze web01 -n --plan manual -p task=x
  status 77 as staff analyze web01 -n --confirm
  ls -R incidents | diff before -
}

@test "after a rejection, analyze says that the incident waits for a person's analysis" {
  a_round 2026-11-24T02:00:00.000Z >round
  as staff analyze -q round >/dev/null
  status 0 as staff analyze round
  [[ $output != *'hint: next: jaga analyze'* ]]
  as section-head reject web01 -q --yes -m 'look again' >/dev/null
  status 0 as staff analyze round
  says 'already open'
  says "hint: next: jaga analyze $(ls incidents/*)"
}

@test "a round of the directory that is ahead of the clock is named, and the others are judged" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  as staff monitor -q >/dev/null || true
  round=$(ls -d rounds/*/*/*/*/*)
  later="$(dirname "$(dirname "$(dirname "$(dirname "$round")")")")/2199/01/01/T000000.000Z.yaml"
  mkdir -p "$(dirname "$later")"
  sed 's/^at: .*/at: "2199-01-01T00:00:00.000Z"/' "$round" >"$later"
  status 0 jaga analyze -n
  says "'$later' is ahead of this clock"
  says 'web01:'
  rm "$round"
  status 66 jaga analyze -n
  says 'is ahead of this clock'
}

@test "what is old is told to be so, and judges nothing" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n  - {name: db01, address: 127.0.0.2, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  a_round 2026-11-24T02:00:00.000Z >round
  folder=rounds/gallery0000000000000000000/2026/11
  mkdir -p "$folder/24" "$folder/26"
  sed 's/"test"/"gallery0000000000000000000"/; /"gone"/d' round >"$folder/24/T020000.000Z.yaml"
  sed 's/-24T/-26T/; s/web01/db01/; s/^at: .*/&\npartial: true/' "$folder/24/T020000.000Z.yaml" >"$folder/26/T020000.000Z.yaml"
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n  - {name: db01, address: 127.0.0.2, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  status 0 jaga analyze -n
  says 'db01: '
  says 'web01: Data is stale'
  says 'not measured since 2026-11-24T02:00:00.000Z'
  [[ $output != *'web01 tcp'* ]]
}

@test "a round from elsewhere that is old is told to be so, and a new one is not" {
  local at
  at=$(date -u -d '2 days ago' +%Y-%m-%dT%H:%M:%S.000Z)
  a_round "$at" >round
  status 0 jaga analyze -n - <round
  says "jaga: the round is from $at and may be outdated; measure again"
  status 0 jaga analyze -n ./round
  says "the round is from $at"
  a_round "$(date -u +%Y-%m-%dT%H:%M:%S.000Z)" >round
  status 0 jaga analyze -n - <round
  [[ $output != *'may be outdated'* ]]
}

@test "--confirm without a proposal says what is due" {
  as staff open web01 -q -m slow >id
  status 77 as staff analyze web01 --confirm
  says "analyze it with 'jaga analyze "
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 77 as staff analyze web01 --confirm
  says "see the next step with 'jaga show "
  says_not 'analyze it with'
}

@test "a plan over SSH for a host that has no ssh check is refused with that reason" {
  need_machine_id
  printf 'hosts:\n  - {name: here, address: localhost, checks: [local]}\n  - {name: away, address: 192.0.2.1}\n' >hosts.yaml
  as staff host trust here --yes -q >/dev/null
  local host
  for host in here away; do
    as staff open $host -q -m slow >id
    status 77 as staff analyze $host --plan security-updates --fault unknown -m x
    says "'$host' has no ssh check, and the plan runs over SSH"
    says "add 'ssh' to its checks in 'hosts.yaml', then: jaga host trust $host"
  done
}
