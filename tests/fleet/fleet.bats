#!/usr/bin/env bats
# jaga monitor --fleet with a hub, a leaf and workers as they are installed, in a network namespace (alone).
# shellcheck disable=SC2154  # status and output are bats'

bats_require_minimum_version 1.5.0
load ../command/helpers.bash
load helpers.bash

@test "hosts of a site are measured by its worker, the others here, in one round" {
  all_up
  run --separate-stderr jaga monitor --fleet --json
  [ "$status" -eq 2 ]
  [ "$(result here .state)" = ok ]
  [ "$(result here .measured_by)" = '' ]
  [ "$(result web01 .measured_by)" = worker-1 ]
  [ "$(result web01 .reason)" = refused ]
  [ "$(result web02 .measured_by)" = worker-1 ]
  [ "$(find rounds -name '*.yaml' | wc -l)" -eq 1 ]
  grep -q 'host: "web01".*measured_by: "worker-1"' rounds/*/*/*/*/*.yaml
  # The next round follows it.
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .attempts)" -gt 3 ]
  [ -z "$(find rounds -path '*/site.*')" ]
  jaga analyze -n | grep -q web01
}

@test "the SYNOPSIS of each page is the usage of its program" {
  need mandoc
  local program
  for program in worker fleet; do
    "jaga-$program" -h | sed -n 's/^usage: //; /^$/q; s/^  *//; p' >usage
    mandoc -T utf8 -O width=500 "$JAGA_SOURCE/man/jaga-$program.1" | col -bx |
      awk '/^SYNOPSIS/ {on = 1; next} /^[A-Z]/ {on = 0} on && NF {$1 = $1; print}' | diff usage -
  done
  [ "$(grep -c '^jaga worker' <(jaga worker -h | sed 's/^usage: //; s/^  *//'))" = 2 ]
}

@test "jaga itself does not need libnats" {
  run ldd "$JAGA"
  [[ $output != *nats* ]]
  run ldd "$(command -v jaga-worker)"
  [[ $output == *nats* ]]
}

@test "without NATS there is no round, but with prefer all hosts are measured from here" {
  run --separate-stderr jaga monitor --fleet
  [ "$status" -eq 69 ]
  [[ $stderr == *'nats://127.0.0.1:4222'* ]]
  [ ! -e rounds ]
  run --separate-stderr jaga monitor --fleet=prefer --json
  [ "$status" -eq 2 ]
  [[ $stderr == *'measured from here'* ]]
  [ "$(result web01 .reason)" = refused ]
  [ "$(result web01 .measured_by)" = '' ]
  run jaga monitor --fleet=always
  [ "$status" -eq 64 ]
}

@test "a site that does not answer is unknown, never critical" {
  sed -i 's/deadline: .*/deadline: "2s"/' jaga.yaml
  hub_up
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result here .state)" = ok ]
  [ "$(result web01 .state)" = unknown ]
  [ "$(result web01 .reason)" = site_silent ]
  [[ $(result web01 .summary) == *kecamatan-a* ]]
  [ "$status" -eq 3 ]
  # One fault, of the site, with what is behind it.
  run --separate-stderr jaga analyze -n --json
  [ "$(jq -s 'length' <<<"$output")" -eq 1 ]
  [[ $output == *'site-silent'* ]]
  [[ $output == *'web02'* ]]
}

@test "results that come too late become a round of the site, once" {
  all_up
  # They arrived, but no round was written.
  run jaga monitor --fleet --no-record
  [ "$status" -eq 2 ]
  [ ! -e rounds ]
  run --separate-stderr jaga monitor --fleet --json
  [ "$status" -eq 2 ]
  [ "$(find rounds -path '*/site.kecamatan-a/*.yaml' | wc -l)" -eq 1 ]
  grep -q 'host: "web02".*measured_by: "worker-1"' rounds/site.kecamatan-a/*/*/*/*.yaml
  run jaga monitor --fleet
  [ "$(find rounds -path '*/site.kecamatan-a/*.yaml' | wc -l)" -eq 1 ]
  [ -z "$(find "$(state)/fleet/spool" -type f)" ]
}

@test "what jaga-fleet is still writing, or left half written, is not taken for a message" {
  all_up
  mkdir -p "$(state)/fleet/spool/kecamatan-a"
  echo half >"$(state)/fleet/spool/kecamatan-a/.jaga-1-1.tmp"
  # Another one appears while the answer is awaited.
  jaga monitor --fleet --json >round.json 2>monitor.err 3>&- &
  local monitor=$!
  within 30 test ! -e "$(state)/fleet/spool/kecamatan-a/.jaga-1-1.tmp"
  echo half >"$(state)/fleet/spool/kecamatan-a/.jaga-1-2.tmp"
  wait $monitor || [ $? -eq 2 ]
  [ "$(jq -r 'select(.host == "web01").measured_by' round.json)" = worker-1 ]
  [ "$(grep -c 'reason:' "$(state)/fleet/received.yaml")" = 0 ]
  [ -e "$(state)/fleet/spool/kecamatan-a/.jaga-1-2.tmp" ]
}

@test "a round that was announced and not written is not lost, and one that was written is not taken twice" {
  all_up
  jaga monitor --fleet --no-record || [ $? -eq 2 ]
  local file announced
  file="$(state)/fleet/received.yaml"
  announced=rounds/here/2026/11/30/T080000.000Z.yaml
  sed -i "s|^workers: .*|&\nannounced: \"$announced\"\nannounced_workers:\n  - {worker: \"worker-1\", number: 1}|" "$file"
  cp -r "$(state)/fleet" before
  # The crash came before the round was there.
  run jaga monitor --fleet
  [ "$(find rounds -path '*/site.kecamatan-a/*.yaml' | wc -l)" -eq 1 ]
  # And after it.
  rm -r "$(state)/fleet" rounds
  mv before "$(state)/fleet"
  mkdir -p "${announced%/*}"
  touch "$announced"
  run jaga monitor --fleet
  [ "$(find rounds -path '*/site.kecamatan-a/*.yaml' | wc -l)" -eq 0 ]
  grep -q 'reason: "repeated", count: 1' "$file"
}

@test "nothing of a worker that is not registered, or has left, is used" {
  sed -i 's/deadline: .*/deadline: "4s"/' jaga.yaml
  hub_up
  leaf_up
  new_worker worker-1
  worker_up worker-1
  local tries=0
  until [[ ${stderr-} == *'refused'* ]]; do
    [ $((tries += 1)) -le 20 ]
    run --separate-stderr jaga monitor --fleet --json
    [ "$(result web01 .reason)" = site_silent ]
  done
  sed -i 's/deadline: .*/deadline: "60s"/' jaga.yaml
  as staff person add worker-1 --machine --site kecamatan-a --key "$BATS_TEST_TMPDIR/worker-1/key.pub"
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .measured_by)" = worker-1 ]
  as staff person leave worker-1 --yes
  sed -i 's/deadline: .*/deadline: "3s"/' jaga.yaml
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .reason)" = site_silent ]
}

@test "a worker of another site, or of no site, cannot answer" {
  sed -i 's/deadline: .*/deadline: "3s"/' jaga.yaml
  hub_up
  leaf_up
  new_worker worker-1
  as staff person add worker-1 --machine --site kecamatan-b --key "$BATS_TEST_TMPDIR/worker-1/key.pub"
  worker_up worker-1
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .reason)" = site_silent ]
  [ -z "$(find rounds -path '*/site.*')" ]
}

@test "a worker carries out no order that its office did not sign" {
  sed -i 's/deadline: .*/deadline: "3s"/' jaga.yaml
  hub_up
  leaf_up
  registered_worker worker-1
  sed -i 's|ssh-ed25519 [A-Za-z0-9+/]*|'"$(cut -d' ' -f1,2 "$KEYS/staff.pub")"'|' "$BATS_TEST_TMPDIR/worker-1/worker.yaml"
  worker_up worker-1
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .reason)" = site_silent ]
  within 30 grep -q 'not with a key of this office' "$BATS_TEST_TMPDIR/worker-1.log"
  # One for another office.
  end "$WORKER"
  rm -r "$BATS_TEST_TMPDIR/worker-1.log"
  sed -i 's|ssh-ed25519 [A-Za-z0-9+/]*|'"$(cut -d' ' -f1,2 "$(machine)")"'|; s/^office: .*/office: "other"/' \
    "$BATS_TEST_TMPDIR/worker-1/worker.yaml"
  worker_up worker-1
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .reason)" = site_silent ]
  within 30 grep -q "of the office '$REPO'" "$BATS_TEST_TMPDIR/worker-1.log"
}

# bats test_tags=long
@test "the order of a worker that was killed is carried out by another one" {
  sed -i 's/deadline: .*/deadline: "120s"/' jaga.yaml
  sed -i 's|{tcp: {port: 99}}|{plugin: {command: ["'"$BATS_TEST_TMPDIR"'/slow"], via: "local", timeout: "100s"}}|' hosts.yaml
  mkfifo "$BATS_TEST_TMPDIR/gate"
  printf '#!/bin/sh\necho started >>%s/started\nread -r line <%s/gate\necho OK\n' "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR" \
    >"$BATS_TEST_TMPDIR/slow"
  chmod +x "$BATS_TEST_TMPDIR/slow"
  all_up
  registered_worker worker-2
  jaga monitor --fleet --json >round.json 2>monitor.err 3>&- &
  local monitor=$!
  within 30 test -s "$BATS_TEST_TMPDIR/started"
  end "$WORKER" KILL
  worker_up worker-2
  within 100 started_twice
  echo go >"$BATS_TEST_TMPDIR/gate" &
  wait $monitor || :
  output=$(cat round.json)
  [ "$(result web02 .measured_by)" = worker-2 ]
  [ "$(result web02 .state)" = ok ]
}

slots() { # slots FILE...: the times at which the standing order was carried out, in order
  sed -n 's/.*standing order .*, due at \([0-9TZ:.-]*\): .*/\1/p' "$@" | sort -u
}
has_slots() { # has_slots COUNT FILE...
  local count=$1
  shift
  [ "$(slots "$@" | wc -l)" -ge "$count" ]
}
site_rounds() { find rounds -path '*/site.kecamatan-a/*.yaml' | sort; }
# When what was measured by the standing order was measured, in the order of the files.
kept_times() {
  local file
  for file in $(site_rounds); do
    if grep -q 'schedule: "2s"' "$file" && grep -q 'host: "web01"' "$file"; then sed -n 's/^at: "\(.*\)"/\1/p' "$file"; fi
  done
}

@test "while the link is cut the site measures by its standing order, and nothing is lost or counted twice" {
  sed -i 's/deadline: .*/deadline: "30s"\n  standing: "2s"/' jaga.yaml
  all_up
  jaga monitor --fleet || [ $? -eq 2 ]
  [ -f "$(state)/fleet/standing/kecamatan-a" ]
  end "$HUB" KILL
  within 60 has_slots 4 "$BATS_TEST_TMPDIR/worker-1.log"
  # A worker and the site's NATS server end in the middle of it.
  end "$WORKER" KILL
  end "$LEAF" KILL
  JAGA_NATS_STORE="$BATS_TEST_TMPDIR/leaf" nats-server -c "$JAGA_SOURCE/share/jaga/nats/leaf.conf" \
    >>"$BATS_TEST_TMPDIR/leaf.log" 2>&1 3>&- &
  LEAF=$!
  within 20 listens 4322
  mv "$BATS_TEST_TMPDIR/worker-1.log" "$BATS_TEST_TMPDIR/before.log"
  worker_up worker-1
  within 90 has_slots 7 "$BATS_TEST_TMPDIR/worker-1.log"
  : >"$BATS_TEST_TMPDIR/leaf.log"
  hub_up
  within 30 leaf_is_linked
  slots "$BATS_TEST_TMPDIR/before.log" "$BATS_TEST_TMPDIR/worker-1.log" >measured
  [ "$(wc -l <measured)" -ge 10 ]
  # All of that lies at the site before the answer to this round.
  run --separate-stderr jaga monitor --fleet --json
  [ "$status" -eq 2 ]
  [ "$(result web01 .measured_by)" = worker-1 ]
  kept_times >kept
  diff <(sort -u kept) kept
  [ "$(wc -l <kept)" -ge "$(wc -l <measured)" ]
  # One more may have been stored by the worker that was killed before it could say so.
  slots "$BATS_TEST_TMPDIR/before.log" "$BATS_TEST_TMPDIR/worker-1.log" >measured
  [ "$(wc -l <kept)" -le $(($(wc -l <measured) + 1)) ]
  # Nothing is refused, and nothing waits.
  ! grep -q 'reason:' "$(state)/fleet/received.yaml" || grep -q 'reason: "repeated"' "$(state)/fleet/received.yaml"
  [ -z "$(find "$(state)/fleet/spool" -type f)" ]
}

# bats test_tags=long
@test "several workers of a site measure each slot once" {
  sed -i 's/deadline: .*/deadline: "30s"\n  standing: "2s"/' jaga.yaml
  all_up
  local first=$WORKER
  registered_worker worker-2
  worker_up worker-2
  jaga monitor --fleet || [ $? -eq 2 ]
  end "$HUB" KILL
  within 60 has_slots 6 "$BATS_TEST_TMPDIR/worker-1.log" "$BATS_TEST_TMPDIR/worker-2.log"
  end "$first"
  end "$WORKER"
  sed -n 's/.*standing order .*, due at \([0-9TZ:.-]*\): .*/\1/p' "$BATS_TEST_TMPDIR"/worker-[12].log | sort >measured
  diff <(sort -u measured) measured
}

@test "a worker measures by no standing order that its office did not sign" {
  sed -i 's/deadline: .*/deadline: "2s"\n  standing: "2s"/' jaga.yaml
  hub_up
  leaf_up
  registered_worker worker-1
  sed -i 's|ssh-ed25519 [A-Za-z0-9+/]*|'"$(cut -d' ' -f1,2 "$KEYS/staff.pub")"'|' "$BATS_TEST_TMPDIR/worker-1/worker.yaml"
  worker_up worker-1
  jaga monitor --fleet || [ $? -eq 3 ]
  [ -f "$(state)/fleet/standing/kecamatan-a" ]
  # The order itself is refused once, the standing order again.
  refused_twice() { [ "$(grep -c 'not with a key of this office' "$BATS_TEST_TMPDIR/worker-1.log")" -ge 2 ]; }
  within 30 refused_twice
  run slots "$BATS_TEST_TMPDIR/worker-1.log"
  [ -z "$output" ]
}

@test "jaga worker init refuses what is wrong before it makes anything" {
  run jaga-worker init --site 'Kecamatan A' --office lab --office-key "$(machine)" --folder "$BATS_TEST_TMPDIR/w"
  [ "$status" -eq 64 ]
  run jaga-worker init --site kecamatan-a --folder "$BATS_TEST_TMPDIR/w"
  [ "$status" -eq 64 ]
  run jaga-worker init --site kecamatan-a --office lab --office-key nonsense --folder "$BATS_TEST_TMPDIR/w"
  [ "$status" -eq 66 ]
  [ ! -e "$BATS_TEST_TMPDIR/w" ]
  new_worker w
  run new_worker w
  [ "$status" -eq 73 ]
  [ "$(stat -c %a "$BATS_TEST_TMPDIR/w/key")" = 600 ]
  [ "$(stat -c %a "$BATS_TEST_TMPDIR/w/nats.seed")" = 600 ]
  run jaga-worker --site kecamatan-b --folder "$BATS_TEST_TMPDIR/w"
  [ "$status" -eq 78 ]
  run jaga-worker --site kecamatan-a --folder "$BATS_TEST_TMPDIR/w"
  [ "$status" -eq 69 ]
  [[ $output == *'nats://127.0.0.1:4322'* ]]
}

@test "monitor --fleet says what is missing" {
  sed -i '/^fleet:/,$d' jaga.yaml
  run jaga monitor --fleet
  [ "$status" -eq 78 ]
  [[ $output == *'jaga-fleet(7)'* ]]
  printf 'fleet: {servers: ["http://x"], sites: ["a"]}\n' >>jaga.yaml
  run jaga monitor --fleet
  [ "$status" -eq 78 ]
  [[ $output == *'servers'* || $output == *'NATS'* ]]
}

@test "monitor --every says that the sites measure more often than the office" {
  local monitor
  "$JAGA" monitor --fleet --every 10m 2>said 3>&- >/dev/null &
  monitor=$!
  within 20 grep -q "'standing' in jaga.yaml (5m) is shorter than --every 10m" said
  within 20 grep -q 'nats://127.0.0.1:4222' said
  end $monitor
  "$JAGA" monitor --fleet --every 5m 2>said 3>&- >/dev/null &
  monitor=$!
  within 20 grep -q 'nats://127.0.0.1:4222' said
  end $monitor
  run -1 grep standing said
}

@test "without a register nobody can sign an order" {
  rm -r register
  XDG_STATE_HOME="$BATS_TEST_TMPDIR/other" run jaga monitor --fleet
  [ "$status" -eq 77 ]
  [[ $output == *'nobody is registered yet'* ]]
}

@test "the site of a worker is for machines alone, and stays" {
  run as staff person add somebody --role staff --site kecamatan-a --key "$(machine)"
  [ "$status" -eq 64 ]
  make_key m
  as staff person add m --machine --site kecamatan-a --key "$KEYS/m.pub"
  [ "$(jaga person list --json | jq -r 'select(.person == "m").site')" = kecamatan-a ]
}
