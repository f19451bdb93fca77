#!/usr/bin/env bats
# What a hostile worker and a hostile broker can do to a round, and to a worker: nothing, and it is counted. jaga-fleet-liar
# makes the messages. In a network namespace (alone).
# shellcheck disable=SC2154  # status and output are bats'

bats_require_minimum_version 1.5.0
load ../command/helpers.bash
load helpers.bash

LEAF_URL=nats://127.0.0.1:4322
liar() { "${JAGA_LIAR:-$JAGA_FLEET/../../tests/fleet/jaga-fleet-liar}" "$@"; }
# put SUBJECT FILE: as anybody can who may publish at the site; as a message that is not there yet.
put() { liar put "$LEAF_URL" "$1" "$2" "liar-$((PUT += 1))-$BATS_TEST_NUMBER"; }
PUT=0
# forged NAME [WHAT=VALUE...]: a batch of the worker, changed, among the results of its site.
forged() {
  local name=$1 key=${KEY:-$BATS_TEST_TMPDIR/worker-1/key}
  shift
  liar batch "$key" "$GOOD" "$PWD/forged/$name" "$@"
  put jaga.result.kecamatan-a.worker-1 "forged/$name"
}
# refused REASON COUNT [SITE]: as the office has it, and as it is shown.
refused() {
  run --separate-stderr jaga doctor --fleet --json
  jq -se --arg reason "$1" --argjson count "$2" --arg site "${3-kecamatan-a}" \
    'any(.[]; .about == "refused" and .site == $site and .reason == $reason and .count == $count)' <<<"$output" >/dev/null ||
    { jq -c 'select(.about == "refused")' <<<"$output"; return 1; }
}
nothing_forged() { if grep -r forged rounds; then return 1; fi; }
# The order of the last round, or of the one that runs.
order_file() { find "$(state)/fleet/orders" -type f ! -name '*.*' | grep .; }
is_new_order() { [ "$(order_file)" != "$OLD" ]; }
# Of the instant that `seconds` before or after now is.
in_seconds() { date -u -d "$1 seconds" +%Y-%m-%dT%H:%M:%S.000Z; }

# A round as it should be, and the batch that answered it as GOOD; then the worker is gone and others speak for it.
answered_once() {
  cat >>hosts.yaml <<-'END'
	  - {name: "db01", address: "127.0.0.4", place: {site: "kecamatan-b"}, checks: [{tcp: {port: 99}}]}
	  - {name: "self", address: "127.0.0.1", place: {site: "kecamatan-a"}, checks: [local]}
	END
  all_up
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .measured_by)" = worker-1 ]
  end "$WORKER"
  mkdir got forged
  liar take "$LEAF_URL" kecamatan-a "$PWD/got"
  GOOD=$PWD/got/1
  OLD=$(order_file)
  cp "$OLD" order
  sed -i 's/deadline: .*/deadline: "3s"/' jaga.yaml
}

@test "what a worker of the site sends beside its answers is refused, each with its reason" {
  answered_once
  make_key nobody
  # Of hosts of another site, and of this very machine.
  forged host number=101 host=web01:db01 host=web02:self summary=forged
  forged skipped number=102 skipped=db01
  # For orders that the office did not give: of another one, and signed by itself.
  make_key other
  liar order "$KEYS/other" order "$PWD/forged/other-office" office=other
  forged other-office number=103 order=forged/other-office summary=forged
  liar order "$BATS_TEST_TMPDIR/worker-1/key" order "$PWD/forged/own-order" id=0123456789abcdefghjkmnpqrs
  forged own-order number=104 order=forged/own-order summary=forged
  liar order "$XDG_STATE_HOME"/jaga/*/*/machine-key order "$PWD/forged/of-b" site=kecamatan-b
  forged of-b number=105 order=forged/of-b summary=forged
  # Again: the same message, and the same number with something else.
  put jaga.result.kecamatan-a.worker-1 "$GOOD"
  forged doubled number=1 summary=forged
  # Altered after it was signed: in the text, and in the head.
  head -c -9 "$GOOD" >forged/cut
  { head -c 60 "$GOOD"; printf X; tail -c +62 "$GOOD"; } >forged/head
  liar bomb "$BATS_TEST_TMPDIR/worker-1/key" "$GOOD" "$PWD/forged/bomb"
  head -c 1030000 /dev/zero >forged/large
  local each
  for each in cut head bomb large; do put jaga.result.kecamatan-a.worker-1 forged/$each; done
  # What it did not measure, or not then.
  forged other-monitor number=106 source=nagios summary=forged
  forged schedule number=107 schedule=60s summary=forged
  forged carried number=108 measured="$(in_seconds -3600)" summary=forged
  forged by number=109 measured_by=worker-2 summary=forged
  forged early number=110 at="$(in_seconds -3600)" summary=forged
  forged future number=111 at="$(in_seconds 3600)" summary=forged
  liar order "$XDG_STATE_HOME"/jaga/*/*/machine-key order "$PWD/forged/past" \
    at="$(in_seconds -90000)" until="$(in_seconds -86400)"
  forged long-after number=112 order=forged/past summary=forged # the order was over a day ago
  # By a key that is nobody's here, and as a worker that it is not.
  KEY="$KEYS/nobody" forged nobody number=113 summary=forged
  forged as-another number=114 worker=worker-2 summary=forged
  # Not in their order: it counts as what it is, an answer that came late.
  forged later number=202
  forged earlier number=201
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .reason)" = site_silent ]
  nothing_forged
  refused host 1
  refused order 3
  refused repeated 2
  refused damaged 4
  refused result 4
  refused time 3
  refused worker 2
  # Of all of them only this is kept, and nothing of what another site has.
  local kept
  kept=$(find rounds -path '*/site.kecamatan-a/*.yaml')
  [ "$(wc -l <<<"$kept")" -eq 1 ]
  run -1 grep -E '"(db01|self)"' "$kept"
  [ "$(grep -o 'host: "web01"' "$kept" | wc -l)" -eq 1 ]
  # A number that was passed over is not taken later.
  forged between number=150 summary=forged
  forged last number=9223372036854775807
  run jaga monitor --fleet
  run jaga monitor --fleet
  nothing_forged
  refused repeated 3
  # Whose key has left says nothing any more.
  as staff person leave worker-1 --yes
  forged left number=204 summary=forged
  run jaga monitor --fleet
  nothing_forged
  refused worker 3
  [ -z "$(find "$(state)/fleet/spool" -type f)" ]
  jaga audit
}

# lied NUMBER WHAT=VALUE...: the answer to a round that runs.
lied() {
  OLD=$(order_file)
  "$JAGA" monitor --fleet --json >round.json 2>monitor.err 3>&- &
  local monitor=$! number=$1
  shift
  within 20 is_new_order
  forged live number="$number" order="$(order_file)" "$@"
  wait "$monitor" || :
  output=$(cat round.json)
}

@test "a worker that answers with hosts of another site is not believed at all" {
  answered_once
  lied 2 host=web02:db01 summary=forged
  [ "$(result web01 .reason)" = site_silent ]
  [ "$(result db01 .measured_by)" = '' ]
  nothing_forged
  refused host 1
}

@test "hosts that an answer leaves out do not vanish from the round" {
  answered_once
  lied 2 none=1
  [ "$(result web01 .state)" = unknown ]
  [ "$(result web01 .reason)" = site_silent ]
  [[ $(result web02 .summary) == *'nothing of this host'* ]]
}

waits_nothing() {
  run --separate-stderr jaga doctor --fleet --json
  jq -se 'any(.[]; .stream == "ORDERS" and .waiting == 0)' <<<"$output" >/dev/null
}
logged() { # logged TEXT: in the log of the worker
  within 30 grep -q "$1" "$BATS_TEST_TMPDIR/worker-1.log" || { cat "$BATS_TEST_TMPDIR/worker-1.log"; return 1; }
}
# ordered NAME [WHAT=VALUE...]: an order like the last one, changed and signed by the office, brought to the workers.
ordered() {
  local name=$1
  shift
  liar order "${KEY:-$OFFICE}" order "$PWD/forged/$name" "$@"
  put "${SUBJECT:-jaga.order.kecamatan-a.0123456789abcdefghjkmnpqrs}" "forged/$name"
}

@test "a worker carries out no order that a broker altered, repeated or kept for later" {
  all_up
  run jaga monitor --fleet
  OFFICE=$(printf '%s\n' "$XDG_STATE_HOME"/jaga/*/*/machine-key)
  cp "$(order_file)" order
  mkdir forged
  # Again, while it could still be carried out.
  put "jaga.order.kecamatan-a.$(basename "$(order_file)")" order
  within 30 waits_nothing
  { head -c 60 order; printf X; tail -c +62 order; } >forged/head
  put jaga.order.kecamatan-a.0123456789abcdefghjkmnpqrs forged/head
  logged 'signature .* is invalid'
  head -c -9 order >forged/cut
  put jaga.order.kecamatan-a.0123456789abcdefghjkmnpqrs forged/cut
  logged 'is not the one that was signed'
  KEY="$KEYS/staff" ordered by-staff id=0123456789abcdefghjkmnpqrs
  logged 'not with a key of this office'
  ordered other-office office=other
  logged "of the office 'other'"
  ordered other-site site=kecamatan-b
  logged "for the site 'kecamatan-b'"
  ordered other-host place=kecamatan-b
  logged 'is a host of another site'
  ordered past at="$(in_seconds -7200)" until="$(in_seconds -1)"
  logged 'it had to be done until'
  ordered standing-now every=1h
  logged 'put among those to be done now'
  SUBJECT=jaga.order.kecamatan-a.0123456789abcdefghjkmnpqrs.1.1796126400123 ordered no-slot every=1h
  logged 'is not one of its times'
  within 30 waits_nothing
  # It measured the first order alone, and goes on.
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .measured_by)" = worker-1 ]
  [ "$(grep -c 'results in' "$BATS_TEST_TMPDIR/worker-1.log")" -eq 2 ]
  mkdir got
  liar take "$LEAF_URL" kecamatan-a "$PWD/got"
  [ "$(find got -type f | wc -l)" -eq 2 ]
  [ -z "$(find rounds -path '*/site.*')" ]
}

standing_in() { sed -n "s/.*standing order $1, due at.*/x/p" "$BATS_TEST_TMPDIR/worker-1.log" | wc -l; }
measured_by_it() { [ "$(standing_in "$1")" -ge 1 ]; }

# bats test_tags=long
@test "a standing order that was replaced does not come back" {
  sed -i 's/deadline: .*/deadline: "30s"\n  standing: "2s"/' jaga.yaml
  all_up
  run jaga monitor --fleet
  local old new
  old=$(find "$(state)/fleet/orders" -name '*.1')
  cp "$old" old
  old=$(basename "$old" .1)
  within 30 measured_by_it "$old"
  sed -i '/web02/d' hosts.yaml
  run jaga monitor --fleet
  new=$(basename "$(find "$(state)/fleet/orders" -name '*.1')" .1)
  [ "$new" != "$old" ]
  within 30 measured_by_it "$new"
  put jaga.standing.kecamatan-a.1 old
  logged "standing order '$old' was replaced"
  # Also after the worker begins again, and as an order that somebody else put there.
  end "$WORKER" KILL
  local now
  now=$(date +%s000)
  mv "$BATS_TEST_TMPDIR/worker-1.log" "$BATS_TEST_TMPDIR/before.log"
  put "jaga.order.kecamatan-a.$old.1.$((now - now % 2000))" old
  worker_up worker-1
  within 30 waits_nothing
  logged "standing order '$old' was replaced"
  [ "$(standing_in "$old")" -eq 0 ]
}

# A second site, with a host, its own NATS server and worker.
leaf_b_up() {
  sed -i 's/sites: .*/sites: ["kecamatan-a", "kecamatan-b"]/' jaga.yaml
  cat >>hosts.yaml <<-'END'
	  - {name: "db01", address: "127.0.0.4", place: {site: "kecamatan-b"}, checks: [{tcp: {port: 99}}]}
	END
  cat >leaf-b.conf <<-END
	server_name: leaf-kecamatan-b
	listen: "127.0.0.1:4422"
	jetstream { domain: "kecamatan-b", store_dir: "$BATS_TEST_TMPDIR/leaf-b" }
	leafnodes { remotes: [ { url: "nats-leaf://127.0.0.1:7422" } ] }
	END
  nats-server -c leaf-b.conf >"$BATS_TEST_TMPDIR/leaf-b.log" 2>&1 3>&- &
  others+=("$!")
  within 20 grep -q 'Adding JetStream Domain Mapping' "$BATS_TEST_TMPDIR/leaf-b.log"
  jaga-worker init --site kecamatan-b --name worker-b --folder "$BATS_TEST_TMPDIR/worker-b" --office "$REPO" \
    --office-key "$(machine)" --server nats://127.0.0.1:4422
  as staff person add worker-b --machine --site kecamatan-b --key "$BATS_TEST_TMPDIR/worker-b/key.pub"
  jaga-worker --site kecamatan-b --folder "$BATS_TEST_TMPDIR/worker-b" >"$BATS_TEST_TMPDIR/worker-b.log" 2>&1 3>&- &
  THERE=$!
  others+=("$THERE")
  within 20 grep -q 'waits for orders' "$BATS_TEST_TMPDIR/worker-b.log"
}

@test "what one site says is not taken for what another one does" {
  all_up
  leaf_b_up
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .measured_by)" = worker-1 ]
  [ "$(result db01 .measured_by)" = worker-b ]
  mkdir got got-b forged
  liar take "$LEAF_URL" kecamatan-a "$PWD/got"
  liar take nats://127.0.0.1:4422 kecamatan-b "$PWD/got-b"
  # A broker brings the results of A as those of B; a worker of B answers an order to A, and one of its own with hosts of A.
  liar batch "$BATS_TEST_TMPDIR/worker-b/key" "$PWD/got/1" "$PWD/forged/order-of-a" worker=worker-b number=10 summary=forged
  liar batch "$BATS_TEST_TMPDIR/worker-b/key" "$PWD/got-b/1" "$PWD/forged/host-of-a" number=11 host=db01:web01 summary=forged
  liar batch "$BATS_TEST_TMPDIR/worker-1/key" "$PWD/got-b/1" "$PWD/forged/order-of-b" worker=worker-1 number=10 summary=forged
  local each
  for each in got/1 forged/order-of-a forged/host-of-a forged/order-of-b; do
    LEAF_URL=nats://127.0.0.1:4422 put jaga.result.kecamatan-b.worker-b "$each"
  done
  put jaga.result.kecamatan-a.worker-1 forged/order-of-b
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .measured_by)" = worker-1 ]
  [ "$(result db01 .measured_by)" = worker-b ]
  nothing_forged
  [ -z "$(find rounds -path '*/site.*')" ]
  refused worker 2 kecamatan-b
  refused order 1 kecamatan-b
  refused host 1 kecamatan-b
  refused order 1 kecamatan-a
}

@test "the orders of a site are not settled by what another one has done" {
  all_up
  leaf_b_up
  end "$THERE"
  # Each is the first order of its site.
  "$JAGA" monitor --fleet --json >round.json 2>monitor.err 3>&- &
  local monitor=$!
  logged 'results in'
  jaga-worker --site kecamatan-b --folder "$BATS_TEST_TMPDIR/worker-b" >"$BATS_TEST_TMPDIR/worker-b.log" 2>&1 3>&- &
  others+=("$!")
  within 30 grep -q '1 result in' "$BATS_TEST_TMPDIR/worker-b.log"
  wait $monitor || :
  output=$(cat round.json)
  [ "$(result web01 .measured_by)" = worker-1 ]
  [ "$(result db01 .measured_by)" = worker-b ]
}
