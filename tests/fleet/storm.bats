#!/usr/bin/env bats
# Kill -9 of whatever the fleet is made of, at moments that a seed chooses, and a link that is cut for many rounds: nothing
# is lost, doubled or invented. In a network namespace (alone).
# JAGA_STORM: rounds of the storm, 5 without it; JAGA_CUT: rounds of the cut, 3 without it; JAGA_SEED: that of a run which
# is to be repeated, as its output named it.
# shellcheck disable=SC2154  # status and output are bats'

bats_require_minimum_version 1.5.0
load ../command/helpers.bash
load helpers.bash

liar() { "${JAGA_LIAR:-$JAGA_FLEET/../../tests/fleet/jaga-fleet-liar}" "$@"; }
declare -gA PID STARTS
moment() { read -r -t 0.05 <> <(:) || :; }

# up WHAT: a node of the hub (hub1), the leaf of a site (leaf-a) or a worker (worker-a1), also again.
up() {
  local log site=kecamatan-${1:5:1}
  case $1 in worker-*) site=kecamatan-${1:7:1} ;; esac
  STARTS[$1]=$((${STARTS[$1]-0} + 1))
  log=$BATS_TEST_TMPDIR/$1.${STARTS[$1]}.log
  case $1 in
    worker-*) $IN_SITE jaga-worker --site "$site" --folder "$BATS_TEST_TMPDIR/$1" >"$log" 2>&1 3>&- & ;;
    leaf-*) $IN_SITE nats-server -c "$1.conf" >"$log" 2>&1 3>&- & ;;
    *) nats-server -c "$1.conf" >"$log" 2>&1 3>&- & ;;
  esac
  PID[$1]=$!
  within 30 grep -Eq 'waits for orders|Server is ready' "$log" || { cat "$log"; return 1; }
}
IN_SITE=
teardown() {
  local each
  for each in "${PID[@]}"; do end "$each" KILL; done
}

leaf_conf() { # leaf_conf SITE PORT URLS
  cat >"leaf-$1.conf" <<-END
	server_name: leaf-$1
	listen: "127.0.0.1:$2"
	ping_interval: "3s"
	ping_max: 2
	jetstream { domain: "kecamatan-$1", store_dir: "$BATS_TEST_TMPDIR/leaf-$1" }
	leafnodes { reconnect: 1, remotes: [ { urls: [ $3 ] } ] }
	END
}
# worker SITE NUMBER PORT: its folder, and the office knows it.
worker() {
  jaga-worker init --site "kecamatan-$1" --name "worker-$1$2" --folder "$BATS_TEST_TMPDIR/worker-$1$2" --office "$REPO" \
    --office-key "$(machine)" --server "nats://127.0.0.1:$3"
  as staff person add "worker-$1$2" --machine --site "kecamatan-$1" --key "$BATS_TEST_TMPDIR/worker-$1$2/key.pub"
}
# Each measurement says what no other one says, after it has written that down.
measuring() {
  cat >"$BATS_TEST_TMPDIR/measure" <<-END
	#!/bin/sh
	token=m\$(date +%s%N)-\$\$
	echo "\$1 \$token" >>"$BATS_TEST_TMPDIR/measured"
	echo "OK \$token"
	END
  chmod +x "$BATS_TEST_TMPDIR/measure"
  touch "$BATS_TEST_TMPDIR/measured"
}
host() { # host SITE NAME: with such a check
  printf '  - {name: "%s", address: "127.0.0.2", place: {site: "kecamatan-%s"}, checks: [{plugin: {command: ["%s", "%s"], via: "local"}}]}\n' \
    "$2" "$1" "$BATS_TEST_TMPDIR/measure" "$2" >>hosts.yaml
}

# What the stream of a site holds: HOST TOKEN WORKER ORDER@SLOT.
stream_of() { # stream_of SITE PORT
  rm -rf "$PWD/got"
  mkdir got
  $IN_SITE "$PWD/liar" take "nats://127.0.0.1:$2" "kecamatan-$1" "$PWD/got"
  find got -type f -print0 | xargs -0 "$PWD/liar" list |
    awk -F '\t' '{sub(/^.*OK /, "", $9); print $6, $9, $2, $4 "@" $5}'
}
# What the rounds hold: HOST TOKEN WORKER.
in_rounds() {
  find rounds -name '*.yaml' -print0 | xargs -0 grep -h 'host: ".*measured_by: "' |
    sed -n 's/.*{host: "\([^"]*\)".*OK \(m[0-9]*-[0-9]*\).*measured_by: "\([^"]*\)".*/\1 \2 \3/p'
}
# Of what the sites have stored nothing is missing in the rounds, nothing is there twice, and nothing else is there.
all_is_there() {
  in_rounds | sort >held
  [ -s held ]
  # Not invented: measured, stored by that worker, once in all rounds.
  [ -z "$(cut -d' ' -f2 held | sort | uniq -d)" ]
  cut -d' ' -f1-3 stored | sort >by_worker
  [ -z "$(comm -23 held by_worker)" ] || { comm -23 held by_worker; return 1; }
  [ -z "$(comm -23 <(cut -d' ' -f1,2 held) <(sort "$BATS_TEST_TMPDIR/measured"))" ]
  # Not lost: of each host and order, or time of a standing order, one measurement is there. A worker that was killed before
  # it could say that it had stored its own may have left it to another one.
  awk 'NR == FNR {held[$2]; next} {sub(/.*@/, /@-$/ ? "&" : "@", $4); key = $1 " " $4; keys[key]; if ($2 in held) there[key]}
    END {for (key in keys) if (!(key in there)) {print "lost: " key; bad = 1} exit bad}' held stored
  # Each host at most once a round.
  local round
  while read -r round; do
    [ -z "$(grep -o '{host: "[^"]*", check: "plugin"' "$round" | sort | uniq -d)" ] || { echo "$round"; return 1; }
  done < <(find rounds -name '*.yaml')
  [ -z "$(grep 'reason:' "$(state)/fleet/received.yaml" | grep -v 'reason: "repeated"')" ]
  [ -z "$(find "$(state)/fleet/spool" -type f)" ]
  "$JAGA" audit
}
# A round in which every host was measured, after which no site has anything that waits.
caught_up() {
  "$JAGA" monitor --fleet --json 2>/dev/null 3>&- >round.json || [ $? -le 3 ] || return 1
  [ -z "$(jq -r 'select(.check == "plugin" and .measured_by == null) | .host' round.json)" ] || return 1
  "$JAGA" doctor --fleet --json 2>/dev/null 3>&- >doctor.json
  jq -se 'all(.[] | select(.stream == "RESULTS"); .waiting == 0) and all(.[] | select(.about == "worker"); .number == .received or .number == null)' \
    doctor.json >/dev/null
}

# Where a round is, as the kill waits for it.
is_at() { # is_at MOMENT
  case $1 in
    0) return 0 ;;
    1) [ -n "$(find "$(state)/fleet/orders" -newer begun -type f 2>/dev/null)" ] ;;
    2) [ "$(wc -l <"$BATS_TEST_TMPDIR/measured")" -gt "$BEFORE" ] ;;
    3) [ "$(wc -l <"$BATS_TEST_TMPDIR/measured")" -ge $((BEFORE + 4)) ] ;;
    4) [ -n "$(find "$(state)/fleet/spool" -newer begun -type f 2>/dev/null)" ] ;;
    5) [ -n "$(find rounds -newer begun -name '*.yaml' 2>/dev/null)" ] ;;
  esac
}
DEADLINE=6
storm_round() { # storm_round NUMBER
  local victims=(worker-a1 worker-a2 worker-b1 worker-b2 leaf-a leaf-b hub1 hub2 hub3 monitor monitor monitor)
  local victim=${victims[RANDOM % ${#victims[@]}]} at=$((RANDOM % 6)) late=$((RANDOM % 2)) status=0 monitor program
  BEFORE=$(wc -l <"$BATS_TEST_TMPDIR/measured")
  touch begun
  "$JAGA" monitor --fleet --json >round.json 2>>"$BATS_TEST_TMPDIR/monitor.err" 3>&- &
  monitor=$!
  until is_at "$at" || ! kill -0 "$monitor" 2>/dev/null; do moment; done
  echo "round $1: $victim is killed at moment $at, late: $late"
  if [ "$victim" = monitor ]; then
    program=$(pgrep -P "$monitor") || :
    # The machine of the office, or this program of it alone.
    # shellcheck disable=SC2086  # one id or none
    [ "$late" = 0 ] || kill -KILL $program 2>/dev/null || :
    end "$monitor" KILL
    return 0
  fi
  end "${PID[$victim]}" KILL
  [ "$late" = 1 ] || up "$victim"
  wait "$monitor" || status=$?
  [ "$late" = 0 ] || up "$victim"
  [ "$status" -le 3 ] || { tail -5 "$BATS_TEST_TMPDIR/monitor.err"; return 1; }
  # It ended at its deadline (and writes this at its end), if not to the second on a busy machine.
  [ $(($(stat -c %Y round.json) - $(stat -c %Y begun))) -le $((DEADLINE + 30)) ]
  [ "$(jq -r 'select(.check == "plugin") | .host' round.json | sort | tr '\n' ' ')" = 'a1 a2 b1 b2 ' ]
}

@test "whatever is killed at whatever moment, nothing is lost, doubled or invented" {
  need jq pgrep
  local seed=${JAGA_SEED:-$RANDOM} n routes='' leaves=''
  echo "# seed $seed" >&3
  measuring
  ln -s "$(readlink -f "${JAGA_LIAR:-$JAGA_FLEET/../../tests/fleet/jaga-fleet-liar}")" liar
  for n in 1 2 3; do
    routes+="${routes:+, }\"nats-route://127.0.0.1:622$n\""
    leaves+="${leaves:+, }\"nats-leaf://127.0.0.1:742$n\""
  done
  for n in 1 2 3; do
    cat >"hub$n.conf" <<-END
	server_name: hub$n
	listen: "127.0.0.1:422$n"
	cluster { name: hub, listen: "127.0.0.1:622$n", routes: [ $routes ] }
	leafnodes { listen: "127.0.0.1:742$n" }
	END
  done
  leaf_conf a 4322 "$leaves"
  leaf_conf b 4422 "$leaves"
  sed -i 's/servers: .*/servers: ["nats:\/\/127.0.0.1:4221", "nats:\/\/127.0.0.1:4222", "nats:\/\/127.0.0.1:4223"]/
    s/sites: .*/sites: ["kecamatan-a", "kecamatan-b"]/; s/deadline: .*/deadline: "'$DEADLINE's"\n  standing: "5s"/' jaga.yaml
  echo 'hosts:' >hosts.yaml
  for n in a1 a2 b1 b2; do host "${n:0:1}" "$n"; done
  for n in 1 2; do
    worker a $n 4322
    worker b $n 4422
  done
  for n in hub1 hub2 hub3 leaf-a leaf-b worker-a1 worker-a2 worker-b1 worker-b2; do up $n; done
  within 60 caught_up
  RANDOM=$seed
  for ((n = 1; n <= ${JAGA_STORM:-5}; ++n)); do storm_round "$n"; done
  within 120 caught_up
  # No more is measured meanwhile.
  for n in worker-a1 worker-a2 worker-b1 worker-b2; do end "${PID[$n]}"; done
  "$JAGA" monitor --fleet --json >round.json 2>&1 || [ $? -le 3 ]
  { stream_of a 4322; stream_of b 4422; } >stored
  all_is_there
  echo "# $(wc -l <stored) results at the sites, $(wc -l <held) in rounds" >&3
}

# The site in a network namespace of its own, behind a link that can be cut.
site_apart() {
  unshare --net sh -c 'ip link set lo up && touch apart && exec sleep infinity' 3>&- &
  PID[apart]=$!
  within 10 test -e apart
  ip link add to-site type veth peer name to-hub
  ip link set to-hub netns "${PID[apart]}"
  IN_SITE="nsenter --net=/proc/${PID[apart]}/ns/net"
  ip addr add 10.99.0.1/24 dev to-site
  ip link set to-site up
  $IN_SITE ip addr add 10.99.0.2/24 dev to-hub
  $IN_SITE ip link set to-hub up
}
linked() { ss -tnH state established "sport = :7422" | grep -q .; }
slots_since() { # slots_since COUNT: so many times were measured by the standing order
  [ "$(cat "$BATS_TEST_TMPDIR"/worker-a1.*.log | grep -c 'standing order .*, due at')" -ge "$1" ]
}

@test "a link that is cut for many rounds is one fault meanwhile, and afterwards everything is there in order" {
  need jq nsenter
  measuring
  ln -s "$(readlink -f "${JAGA_LIAR:-$JAGA_FLEET/../../tests/fleet/jaga-fleet-liar}")" liar
  site_apart
  cat >hub.conf <<-'END'
	server_name: hub
	listen: "127.0.0.1:4222"
	ping_interval: "3s"
	ping_max: 2
	leafnodes { listen: "10.99.0.1:7422" }
	END
  leaf_conf a 4322 '"nats-leaf://10.99.0.1:7422"'
  sed -i 's/deadline: .*/deadline: "2s"\n  standing: "2s"/' jaga.yaml
  printf 'hosts:\n  - {name: "here", address: "127.0.0.1", checks: [{tcp: {port: 4222}}]}\n' >hosts.yaml
  host a a1
  host a a2
  worker a 1 4322
  up hub
  up leaf-a
  up worker-a1
  within 30 caught_up
  touch cut
  ip link set to-site down
  local n rounds=${JAGA_CUT:-3}
  for ((n = 1; n <= rounds; ++n)); do
    run --separate-stderr jaga monitor --fleet --json
    [ "$(result a1 .reason)" = site_silent ]
    [ "$(result here .state)" = ok ]
    run --separate-stderr jaga analyze -n --json
    [ "$(jq -s length <<<"$output")" -eq 1 ]
    [[ $output == *site-silent* ]]
    within 30 slots_since "$n"
  done
  [ -z "$(find rounds -path '*/site.*' -name '*.yaml' -newer cut)" ]
  ip link set to-site up
  within 60 linked
  within 60 caught_up
  run --separate-stderr jaga analyze -n --json
  [ -z "$output" ] || { echo "$output"; return 1; }
  end "${PID[worker-a1]}"
  run jaga monitor --fleet
  stream_of a 4322 >stored
  all_is_there
  # The rounds of the site are in the order in which they were measured, and there are at least as many as were cut off.
  find rounds -path '*/site.kecamatan-a/*.yaml' | sort >files.list
  xargs sed -n 's/^at: "\(.*\)"/\1/p' <files.list >measured.list
  diff <(sort -u measured.list) measured.list
  [ "$(wc -l <measured.list)" -ge "$rounds" ]
}
