#!/usr/bin/env bats
# TLS and permissions (tls.bash): with the examples all works, and no more is permitted than they say. That each permission
# is needed: permissions.bats. In a network namespace (alone).
# shellcheck disable=SC2154  # status and output are bats'

bats_require_minimum_version 1.5.0
load ../command/helpers.bash
load helpers.bash
load tls.bash

@test "with the examples and what init prints, a round and doctor work, over TLS" {
  all_up
  run --separate-stderr jaga monitor --fleet --json
  [ "$status" -eq 2 ]
  [ "$(result web01 .measured_by)" = worker-1 ]
  run --separate-stderr jaga doctor --fleet --json
  [ "$status" -eq 0 ]
  jq -se 'any(.[]; .about == "hub" and .state == "ok" and .tls)' <<<"$output"
  run grep -i violation "$BATS_TEST_TMPDIR/hub.log" "$BATS_TEST_TMPDIR/leaf.log" "$BATS_TEST_TMPDIR/worker-1.log"
  [ "$output" = '' ]
}

# What nobody may, each line: who, and what.
# bats test_tags=long
@test "nobody can do more than that" {
  all_up
  run jaga monitor --fleet
  local who what subject
  while read -r who what subject; do
    [ -n "$who" ] || continue
    run "$who" "$what" "$subject" forged
    [ "$what" = pub ] || run "$who" "$what" "$subject"
    case $what in pub) what=Publish ;; *) what=Subscription ;; esac
    [[ $output == *"-ERR '$(violation $what "$subject")\""* ]] || { echo "$who $what $subject: $output"; return 1; }
  done <<'END'
worker sub jaga.order.kecamatan-b.*
worker sub jaga.order.>
worker sub jaga.>
worker sub >
worker sub jaga.result.kecamatan-a.>
worker sub _INBOX_office.>
worker sub _INBOX_office.kecamatan-a.>
worker sub _INBOX_worker.worker-2.>
worker sub _INBOX.>
worker sub $JS.API.>
worker sub $JS.ACK.>
worker sub $JS.EVENT.>
worker sub $SYS.>
worker pub jaga.order.kecamatan-a.forged
worker pub jaga.order.kecamatan-b.forged
worker pub jaga.order.kecamatan-b.forged.1.1
worker pub jaga.result.kecamatan-b.worker-1
worker pub jaga.result.kecamatan-a.worker-2
worker pub jaga.standing.kecamatan-a.1
worker pub jaga.standing.kecamatan-b.1
worker pub _INBOX_office.kecamatan-a.x
worker pub $JS.API.INFO
worker pub $JS.API.STREAM.NAMES
worker pub $JS.API.STREAM.CREATE.OTHER
worker pub $JS.API.STREAM.UPDATE.ORDERS
worker pub $JS.API.STREAM.UPDATE.RESULTS
worker pub $JS.API.STREAM.DELETE.ORDERS
worker pub $JS.API.STREAM.DELETE.RESULTS
worker pub $JS.API.STREAM.DELETE.STANDING
worker pub $JS.API.STREAM.PURGE.ORDERS
worker pub $JS.API.STREAM.PURGE.RESULTS
worker pub $JS.API.STREAM.PURGE.STANDING
worker pub $JS.API.STREAM.MSG.DELETE.RESULTS
worker pub $JS.API.STREAM.MSG.GET.RESULTS
worker pub $JS.API.STREAM.SNAPSHOT.RESULTS
worker pub $JS.API.STREAM.RESTORE.RESULTS
worker pub $JS.API.DIRECT.GET.RESULTS
worker pub $JS.API.CONSUMER.DELETE.ORDERS.worker_kecamatan-a
worker pub $JS.API.CONSUMER.CREATE.RESULTS
worker pub $JS.API.CONSUMER.CREATE.ORDERS
worker pub $JS.API.CONSUMER.DURABLE.CREATE.RESULTS.office_kecamatan-a
worker pub $JS.API.CONSUMER.DURABLE.CREATE.ORDERS.other
worker pub $JS.API.CONSUMER.MSG.NEXT.RESULTS.office_kecamatan-a
worker pub $JS.API.CONSUMER.DELETE.RESULTS.office_kecamatan-a
worker pub $JS.ACK.RESULTS.office_kecamatan-a.1.1.1.1.0
worker pub $JS.kecamatan-b.API.STREAM.DELETE.RESULTS
worker pub $SYS.REQ.SERVER.PING
office sub jaga.>
office sub jaga.order.kecamatan-a.*
office sub jaga.result.kecamatan-a.>
office sub _INBOX.>
office sub >
office sub $SYS.>
office pub jaga.order.kecamatan-a.order.1.1
office pub jaga.order.kecamatan-c.order
office pub jaga.result.kecamatan-a.worker-1
office pub jaga.standing.kecamatan-a.1.1
office pub $JS.API.STREAM.INFO.ORDERS
office pub $JS.kecamatan-a.API.INFO
office pub $JS.kecamatan-a.API.STREAM.NAMES
office pub $JS.kecamatan-a.API.STREAM.CREATE.ORDERS
office pub $JS.kecamatan-a.API.STREAM.UPDATE.RESULTS
office pub $JS.kecamatan-a.API.STREAM.DELETE.RESULTS
office pub $JS.kecamatan-a.API.STREAM.PURGE.RESULTS
office pub $JS.kecamatan-a.API.STREAM.MSG.DELETE.RESULTS
office pub $JS.kecamatan-a.API.STREAM.MSG.GET.ORDERS
office pub $JS.kecamatan-a.API.DIRECT.GET.STANDING
office pub $JS.kecamatan-a.API.CONSUMER.CREATE.RESULTS
office pub $JS.kecamatan-a.API.CONSUMER.DURABLE.CREATE.ORDERS.worker_kecamatan-a
office pub $JS.kecamatan-a.API.CONSUMER.DELETE.RESULTS.office_kecamatan-a
office pub $JS.kecamatan-a.API.CONSUMER.MSG.NEXT.ORDERS.worker_kecamatan-a
office pub $JS.ACK.ORDERS.worker_kecamatan-a.1.1.1.1.0
office pub _INBOX_office.kecamatan-a.x
office pub $SYS.REQ.SERVER.PING
END
}

is_ready() { grep -q '^ready' "$1"; }

# The hub says nothing to a server that asks for what is not its own, and the server may be any program: an account of its
# own is what holds it.
@test "the server of a site hears nothing of another site, and can neither order, ask nor answer there" {
  everything_set_up
  hub_up
  mkfifo go-a go-b go-office
  local subject subjects=() orders=()
  for subject in '>' 'jaga.>' 'jaga.order.>' 'jaga.order.kecamatan-b.*' 'jaga.order.kecamatan-b.>' 'jaga.standing.kecamatan-b.>' \
    '$JS.kecamatan-b.API.STREAM.>' '$JS.ACK.RESULTS.office_kecamatan-b.>' '_INBOX_office.>' \
    '_INBOX_office.kecamatan-b.>' '_R_.>' \
    'jaga.order.kecamatan-a.>'; do
    subjects+=(sub "$subject")
  done
  site kecamatan-a "${subjects[@]}" line <>go-a >heard-a 2>&1 3>&- &
  local spy_a=$!
  site kecamatan-b sub 'jaga.order.kecamatan-b.>' sub 'jaga.standing.kecamatan-b.>' sub '$JS.kecamatan-b.API.STREAM.>' \
    sub '$JS.kecamatan-b.API.CONSUMER.>' sub '$JS.ACK.RESULTS.office_kecamatan-b.>' line <>go-b >heard-b 2>&1 3>&- &
  local spy_b=$!
  office sub '_INBOX_office.>' line <>go-office >heard-office 2>&1 3>&- &
  local spy_office=$!
  within 10 is_ready heard-a
  within 10 is_ready heard-b
  within 10 is_ready heard-office
  for subject in jaga.order.kecamatan-b.x jaga.standing.kecamatan-b.1 '$JS.kecamatan-b.API.STREAM.INFO.ORDERS' \
    '$JS.ACK.RESULTS.office_kecamatan-b.x' jaga.order.kecamatan-a.x; do
    orders+=(pub "$subject" told)
  done
  office "${orders[@]}"
  for subject in _INBOX_office.x _INBOX_office.kecamatan-a.x _INBOX_office.kecamatan-b.x _R_.x jaga.order.kecamatan-b.x \
    jaga.standing.kecamatan-b.1 '$JS.kecamatan-b.API.STREAM.DELETE.RESULTS' '$JS.kecamatan-b.API.STREAM.INFO.ORDERS' \
    '$JS.ACK.RESULTS.office_kecamatan-b.x' jaga.result.kecamatan-b.worker; do
    site kecamatan-a pub "$subject" forged || :
  done
  echo >go-a
  echo >go-b
  echo >go-office
  wait $spy_a
  wait $spy_b
  wait $spy_office
  diff <(echo ready; echo 'got jaga.order.kecamatan-a.x told') heard-a
  diff - heard-b <<-'END'
	ready
	got jaga.order.kecamatan-b.x told
	got jaga.standing.kecamatan-b.1 told
	got $JS.kecamatan-b.API.STREAM.INFO.ORDERS told
	got $JS.ACK.RESULTS.office_kecamatan-b.x told
	END
  diff <(echo ready) heard-office
}

@test "without the right key or certificate nobody is let in" {
  all_up
  local anybody="$BATS_TEST_DIRNAME/nats-client"
  # The name of a site lets no client in, and a certificate of a site that the hub does not know no server.
  run "$anybody" --ca "$NATS/ca.pem" --login '{"user": "CN=leaf-kecamatan-a", "pass": ""}' "$HUB_URL" sub '>'
  [[ $output == *'Authorization Violation'* ]]
  run "$anybody" --ca "$NATS/ca.pem" "$HUB_URL" sub '>'
  [[ $output == *'Authorization Violation'* ]]
  run "$anybody" "$LEAF_URL" sub '>'
  [[ $output == *'Authorization Violation'* ]]
  run "$anybody" --seed "$(state)/fleet/nats.seed" "$LEAF_URL" sub '>'
  [[ $output == *'Authorization Violation'* ]]
  run "$anybody" --ca "$NATS/ca.pem" --seed "$BATS_TEST_TMPDIR/worker-1/nats.seed" "$HUB_URL" sub '>'
  [[ $output == *'Authorization Violation'* ]]
  run site kecamatan-c sub 'jaga.order.kecamatan-a.*'
  [[ $output == *'Authorization Violation'* || $output == *closed* ]]
  run "$anybody" --leaf --ca "$NATS/ca.pem" "$LEAVES_URL" sub '>'
  [ "$status" -ne 0 ]
  # The office does not speak to a hub whose certificate is not of its authority.
  openssl req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=other -keyout other.key -out ca.pem 2>/dev/null
  run jaga monitor --fleet
  [ "$status" -eq 69 ]
  [[ $output == *"$HUB_URL"* ]]
  [ ! -e rounds ]
}

@test "a worker on another machine reaches its leaf with TLS, and a leaf without workers lets nobody in" {
  everything_set_up
  sed -i "s|^jetstream {|tls { cert_file: \"$NATS/hub.pem\", key_file: \"$NATS/hub.key\" }\n&|" "$NATS/leaf.conf"
  cp "$NATS/ca.pem" "$BATS_TEST_TMPDIR/worker-1"
  sed -i 's|^servers: .*|servers: ["tls://localhost:4322"]\nca: "ca.pem"|' "$BATS_TEST_TMPDIR/worker-1/worker.yaml"
  hub_up
  leaf_up
  worker_up worker-1
  run --separate-stderr jaga monitor --fleet --json
  [ "$(result web01 .measured_by)" = worker-1 ]
  # The examples do not start before the keys are filled in.
  sed "s|/etc/nats/|$NATS/|" "$JAGA_SOURCE/share/jaga/nats/hub-tls.conf" >"$NATS/hub.conf"
  run ! nats-server -t -c "$NATS/hub.conf"
  [[ $output == *nkey* ]]
  sed "s|/etc/nats/|$NATS/|" "$JAGA_SOURCE/share/jaga/nats/leaf-tls.conf" >"$NATS/leaf.conf"
  JAGA_NATS_STORE=$BATS_TEST_TMPDIR/leaf run ! nats-server -t -c "$NATS/leaf.conf"
  [[ $output == *nkey* ]]
}

# As a server that gives each connection the next of these texts to sign, and lets nobody in.
asking() { # asking TEXT...
  python3 - "$@" <<'END'
import json, socket, sys
server = socket.create_server(("127.0.0.1", 4322))
print("ready", flush=True)
for nonce in sys.argv[1:]:
    client, _ = server.accept()
    info = {"proto": 1, "auth_required": True, "headers": True, "nonce": nonce, "max_payload": 1048576}
    client.sendall(f"INFO {json.dumps(info)}\r\n".encode())
    lines = client.makefile("rb")
    said = lines.readline().decode()
    lines.readline()  # PING
    print(nonce, "sig" in json.loads(said.removeprefix("CONNECT ")), flush=True)
    client.sendall(b"-ERR 'Authorization Violation'\r\n")
    client.close()
END
}

@test "a login whose signature libnats does not send is tried again" {
  new_worker worker-1 2>/dev/null
  # The signature of the first text by this key begins with 0.
  echo SUAJ6OQQ5OZ4FS5Y4IL4HEWUOSQFG22W6N2YEE4NDOC347CBAF4OUE7SWE >"$BATS_TEST_TMPDIR/worker-1/nats.seed"
  asking g-L9IX0YG9kuZKY another >asked 2>&1 3>&- &
  local server=$!
  within 10 is_ready asked
  run jaga-worker --site kecamatan-a --folder "$BATS_TEST_TMPDIR/worker-1"
  echo "$output"
  [ "$status" -eq 77 ]
  wait $server
  diff <(printf 'ready\ng-L9IX0YG9kuZKY False\nanother True\n') asked
}
