#!/usr/bin/env bats
# Each permission of the examples (tls.bash) is needed: without it something fails and says so. In a network namespace
# (alone).
# shellcheck disable=SC2154  # status and output are bats'

bats_require_minimum_version 1.5.0
load ../command/helpers.bash
load helpers.bash
load tls.bash

# without hub|leaf SUBJECT [USER]: the example but for this line; with USER only among what belongs to it. Another subject is
# there instead: an empty list would permit all.
without() {
  awk -v line="\"$2\"" -v user="${3-}" '
    user != "" && /(nkey|user): / { inside = index($0, user) }
    { text = $0; gsub(/^ +/, "", text) }
    text == line && (user == "" || inside) && !gone { gone = 1; print "\"nothing\""; next }
    { print }
    END { exit !gone }' "$NATS/$1.whole" >"$NATS/$1.conf"
}
# What a table says was left out of: every permission is in a table.
permissions_of() { # permissions_of USER FILE: those of site kecamatan-a, and of no site
  awk -v user="$1" '/(nkey|user): / { inside = index($0, user) } inside && /^ *"/ { gsub(/[" ]/, ""); print }' "$2" |
    grep -v kecamatan-b
}
# again hub|leaf: with the configuration as it is now.
again() {
  case $1 in
  hub)
    end "$HUB"
    : >"$BATS_TEST_TMPDIR/leaf.log"
    hub_up
    within 30 leaf_is_linked
    ;;
  leaf)
    end "$LEAF"
    leaf_starts
    within 10 listens 4322
    ;;
  esac
}

# What the office needs at the hub: what shows that it is missing, and the subject.
OFFICE_NEEDS='
monitor Publish jaga.order.kecamatan-a.*
monitor Publish jaga.standing.kecamatan-a.*
monitor Publish $JS.kecamatan-a.API.CONSUMER.DURABLE.CREATE.RESULTS.office_kecamatan-a
doctor Publish $JS.kecamatan-a.API.CONSUMER.INFO.RESULTS.office_kecamatan-a
monitor Publish $JS.kecamatan-a.API.CONSUMER.MSG.NEXT.RESULTS.office_kecamatan-a
monitor Publish $JS.ACK.RESULTS.office_kecamatan-a.>
doctor Publish $JS.kecamatan-a.API.STREAM.INFO.ORDERS
doctor Publish $JS.kecamatan-a.API.STREAM.INFO.RESULTS
doctor Publish $JS.kecamatan-a.API.STREAM.INFO.STANDING
doctor Publish $JS.kecamatan-a.API.CONSUMER.INFO.ORDERS.worker_kecamatan-a
doctor Publish $JS.kecamatan-a.API.STREAM.MSG.GET.RESULTS
monitor Subscription _INBOX_office.>'

@test "the office needs each of its permissions, and the message names the one that is missing" {
  all_up
  diff <(awk 'NF {print $3}' <<<"$OFFICE_NEEDS" | sort) <(permissions_of "$OFFICE" "$NATS/hub.whole" | sort)
  local what how subject
  while read -r what how subject; do
    [ -n "$what" ] || continue
    without hub "$subject" "$OFFICE"
    again hub
    run jaga "$what" --fleet
    [[ $output == *"$(violation "$how" "${subject%[*>]}")"* ]] || { echo "$what $subject: $output"; return 1; }
  done <<<"$OFFICE_NEEDS"
  # In both languages.
  run jaga --lang id monitor --fleet
  [[ $output == *"lokasi 'kecamatan-a' tidak dapat dihubungi: "*"$(violation Subscription _INBOX_office.)"* ]]
  # With all of them nothing is refused.
  cp "$NATS/hub.whole" "$NATS/hub.conf"
  again hub
  run jaga monitor --fleet
  [[ $output != *Violation* ]]
  run jaga doctor --fleet
  [[ $output != *Violation* ]]
}

# What a worker needs at the leaf.
WORKER_NEEDS='
Publish $JS.API.STREAM.CREATE.ORDERS
Publish $JS.API.STREAM.CREATE.RESULTS
Publish $JS.API.STREAM.CREATE.STANDING
Publish $JS.API.CONSUMER.DURABLE.CREATE.ORDERS.worker_kecamatan-a
Publish $JS.API.CONSUMER.INFO.ORDERS.worker_kecamatan-a
Publish $JS.API.CONSUMER.MSG.NEXT.ORDERS.worker_kecamatan-a
Publish $JS.ACK.ORDERS.worker_kecamatan-a.>
Publish $JS.API.DIRECT.GET.STANDING.jaga.standing.kecamatan-a.*
Publish jaga.order.kecamatan-a.*.*.*
Publish jaga.result.kecamatan-a.worker-1
Subscription jaga.order.kecamatan-a.*
Subscription _INBOX_worker.worker-1.>'

@test "a worker needs each of its permissions, and says which one is missing" {
  everything_set_up
  sed -i 's/deadline: .*/deadline: "30s"\n  standing: "2s"/' jaga.yaml
  hub_up
  leaf_up
  worker_up worker-1
  diff <(awk 'NF {print $2}' <<<"$WORKER_NEEDS" | sort) <(permissions_of nkey "$NATS/leaf.whole" | sort)
  # The standing order is there from now on; without the hub no order of the office comes.
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .measured_by)" = worker-1 ]
  end "$HUB"
  local how subject
  while read -r how subject; do
    [ -n "$how" ] || continue
    end "$WORKER"
    without leaf "$subject"
    again leaf
    : >"$BATS_TEST_TMPDIR/worker-1.log"
    jaga-worker --site kecamatan-a --folder "$BATS_TEST_TMPDIR/worker-1" >>"$BATS_TEST_TMPDIR/worker-1.log" 2>&1 3>&- &
    WORKER=$!
    within 30 grep -qF "$(violation "$how" "${subject%%[*>]*}")" "$BATS_TEST_TMPDIR/worker-1.log" ||
      { echo "$subject"; return 1; }
  done <<<"$WORKER_NEEDS"
  # With all of them it measures by the standing order.
  end "$WORKER"
  cp "$NATS/leaf.whole" "$NATS/leaf.conf"
  again leaf
  : >"$BATS_TEST_TMPDIR/worker-1.log"
  worker_up worker-1
  within 30 grep -q '^standing order .*results in' "$BATS_TEST_TMPDIR/worker-1.log"
  run ! grep Violation "$BATS_TEST_TMPDIR/worker-1.log"
  # Where it cannot start it says so itself.
  end "$WORKER"
  without leaf '$JS.API.STREAM.CREATE.RESULTS'
  again leaf
  run jaga-worker --site kecamatan-a --folder "$BATS_TEST_TMPDIR/worker-1"
  [ "$status" -eq 69 ]
  [[ $output == *"JetStream does not answer: Timeout ($(violation Publish '$JS.API.STREAM.CREATE.RESULTS')"* ]]
  run env LC_ALL=id_ID.UTF-8 jaga-worker --site kecamatan-a --folder "$BATS_TEST_TMPDIR/worker-1"
  [[ $output == *"JetStream tidak menjawab: Timeout ($(violation Publish '$JS.API.STREAM.CREATE.RESULTS')"* ]]
}

# What the server of a site needs at the hub: the subject, what shows that it is missing, and what that says. The hub does
# not forward what a site may not receive; that nobody answers is all that the office sees.
SITE_NEEDS='
jaga.order.kecamatan-a.> monitor jaga.order.kecamatan-a.
jaga.standing.kecamatan-a.> monitor jaga.standing.kecamatan-a.1: Timeout
$JS.kecamatan-a.API.STREAM.> doctor JetStream does not answer: Timeout
$JS.kecamatan-a.API.CONSUMER.> monitor the stream '"'RESULTS'"' of NATS cannot be read: Timeout
$JS.ACK.RESULTS.office_kecamatan-a.> monitor $JS.ACK.RESULTS: Timeout
_R_.> doctor JetStream does not answer: Timeout'

@test "the server of a site needs each of its permissions" {
  all_up
  diff <(awk 'NF {print $1}' <<<"$SITE_NEEDS" | sort) <(permissions_of CN=leaf-kecamatan-a "$NATS/hub.whole" | sort)
  local what subject says
  while read -r subject what says; do
    [ -n "$what" ] || continue
    without hub "$subject" CN=leaf-kecamatan-a
    again hub
    run jaga "$what" --fleet
    [[ $output == *"$says"* ]] || { echo "$what $subject: $output"; return 1; }
    [[ $subject == *CONSUMER* ]] || continue
    run jaga --lang id monitor --fleet
    [[ $output == *"lokasi 'kecamatan-a' tidak dapat dihubungi: stream 'RESULTS' di NATS tidak dapat dibaca: Timeout"* ]]
  done <<<"$SITE_NEEDS"
}
