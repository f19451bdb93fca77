#!/usr/bin/env bats
# jaga doctor --fleet with a hub, a leaf and workers, in a network namespace (alone).
# shellcheck disable=SC2154  # status and output are bats'

bats_require_minimum_version 1.5.0
load ../command/helpers.bash
load helpers.bash

# request SUBJECT JSON: to the leaf, as any client of NATS sends it.
request() {
  local line
  exec 4<>/dev/tcp/127.0.0.1/4322
  printf 'CONNECT {"verbose":false}\r\nPUB %s _INBOX.x %d\r\n%s\r\nPING\r\n' "$1" "${#2}" "$2" >&4
  until [[ ${line-} == PONG* ]]; do read -r -t 10 line <&4; done
  exec 4>&-
}

found() { # found FILTER: of the findings in $output
  jq -se "any(.[]; $1)" <<<"$output" >/dev/null || { echo "$output"; return 1; }
}

@test "doctor --fleet shows the hub, the streams and the workers of a site" {
  all_up
  run jaga monitor --fleet
  run --separate-stderr jaga doctor --fleet --json
  [ "$status" -eq 0 ]
  found '.about == "hub" and .state == "ok" and .address == "nats://127.0.0.1:4222" and .tls == false and .round_trip_us > 0'
  found ".about == \"hub\" and .version == \"$(nats-server --version | sed 's/.*v//')\""
  found '.about == "site" and .site == "kecamatan-a" and .state == "ok"'
  found '.stream == "ORDERS" and .state == "ok" and .waiting == 0'
  found '.stream == "RESULTS" and .state == "ok" and .waiting == 0 and .messages == 1'
  found '.stream == "STANDING" and .state == "ok"'
  found '.worker == "worker-1" and .state == "ok" and .number == 1 and .received == 1'
  run jaga --lang id doctor --fleet
  [ "$status" -eq 0 ]
  [[ $output == *'kecamatan-a worker-1'*'kelompok hasil terbaru nomor 1'* ]]
}

@test "doctor --fleet: NATS away, a silent site, and a worker that sent nothing" {
  run --separate-stderr jaga doctor --fleet --json
  [ "$status" -eq 1 ]
  found '.about == "hub" and .state == "bad" and (.what | contains("nats://127.0.0.1:4222"))'
  found '.about == "site" and .state == "bad" and (.mend | contains("jaga person add NAME --machine --site kecamatan-a"))'
  hub_up
  run --separate-stderr jaga doctor --fleet --json
  [ "$status" -eq 1 ]
  found '.about == "hub" and .state == "ok"'
  found '.about == "site" and .state == "bad" and (.what | startswith("JetStream does not answer"))'
  leaf_up
  registered_worker worker-1
  run --separate-stderr jaga doctor --fleet --json
  [ "$status" -eq 1 ]
  found '.stream == "ORDERS" and .state == "bad" and .what == "missing"'
  worker_up worker-1
  run --separate-stderr jaga doctor --fleet --json
  [ "$status" -eq 0 ]
  found '.worker == "worker-1" and .state == "-" and .received == 0'
}

@test "doctor --fleet several times at once in a new office: each of them reaches the hub" {
  hub_up
  local each jobs=()
  for each in 1 2 3 4 5 6 7 8; do
    jaga doctor --fleet --json >"$BATS_TEST_TMPDIR/out.$each" 2>&1 3>&- &
    jobs+=($!)
  done
  for each in "${jobs[@]}"; do wait "$each" || [ $? -eq 1 ]; done # JetStream does not answer
  for each in 1 2 3 4 5 6 7 8; do
    output=$(<"$BATS_TEST_TMPDIR/out.$each")
    found '.about == "hub" and .state == "ok"'
  done
}

worker_is_refused() {
  run jaga monitor --fleet
  run --separate-stderr jaga doctor --fleet --json
  found '.about == "refused" and .site == "kecamatan-a" and .reason == "worker" and .count >= 1' >/dev/null
}
order_waits() {
  run --separate-stderr jaga doctor --fleet --json
  found '.stream == "ORDERS" and .state == "-" and .waiting == 1' >/dev/null
}

@test "doctor --fleet: messages that wait or were refused, and a stream that is configured otherwise" {
  all_up
  end "$WORKER"
  "$JAGA" monitor --fleet >"$BATS_TEST_TMPDIR/monitor.log" 2>&1 3>&- &
  local monitor=$!
  within 30 order_waits
  end $monitor
  worker_up worker-1
  within 30 grep -q 'results in' "$BATS_TEST_TMPDIR/worker-1.log"
  run --separate-stderr jaga doctor --fleet --json
  found '.stream == "RESULTS" and .state == "-" and .waiting == 1'
  as staff person leave worker-1 --yes
  sed -i 's/deadline: .*/deadline: "2s"/' jaga.yaml
  within 60 worker_is_refused
  [ "$status" -eq 1 ]
  found '.about == "site" and .state == "bad"'
  run jaga doctor --fleet
  [[ $output == *'not signed by a registered worker of the site'* ]]
  # Somebody else made ORDERS.
  end "$WORKER"
  end "$LEAF"
  rm -r "$BATS_TEST_TMPDIR/leaf" "$BATS_TEST_TMPDIR/leaf.log"
  leaf_up
  request '$JS.API.STREAM.CREATE.ORDERS' '{"name":"ORDERS","subjects":["jaga.order.kecamatan-a.>"],"max_age":1000000000,"storage":"file"}'
  run --separate-stderr jaga doctor --fleet --json
  [ "$status" -eq 1 ]
  found '.stream == "ORDERS" and .state == "bad" and (.what | contains("retention") and contains("max_age"))'
}

@test "without fleet: in jaga.yaml there is nothing to check" {
  sed -i '/^fleet:/,$d' jaga.yaml
  run jaga doctor --fleet
  [ "$status" -eq 78 ]
  [[ $output == *'jaga-fleet(7)'* ]]
  run jaga doctor
  [ "$status" -ne 78 ]
}
