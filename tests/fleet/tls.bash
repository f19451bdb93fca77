# A hub, a leaf and a worker with TLS and permissions: the examples for machines (share/jaga/nats/*-tls.conf) as they are.
# Only files, addresses and keys are filled in, as jaga-fleet(7) says, and what jaga worker init prints is pasted.
# shellcheck shell=bash disable=SC2034,SC2154  # what is set here is used there, and the other way round


HUB_URL=tls://localhost:4222 LEAVES_URL=tls://localhost:7422 LEAF_URL=nats://127.0.0.1:4322

# certificate NAME ENDING...: signed by the authority of this test.
certificate() {
  openssl req -newkey ed25519 -nodes -subj "/CN=$1" -keyout "$1.key" -out "$1.csr"
  printf '%s\n' "${@:2}" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile "$1.ext" -out "$1.pem"
}
certificates() {
  mkdir "$NATS"
  cd "$NATS" || return 1
  openssl req -x509 -newkey ed25519 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem
  certificate hub subjectAltName=DNS:localhost extendedKeyUsage=serverAuth
  certificate leaf-kecamatan-a extendedKeyUsage=clientAuth
  certificate leaf-kecamatan-b extendedKeyUsage=clientAuth
  certificate leaf-kecamatan-c extendedKeyUsage=clientAuth
  cp ca.pem "$OLDPWD"
  cd "$OLDPWD" || return 1
}
# Files, addresses and keys of the examples.
fill_in() {
  sed -e "s|/etc/nats/|$NATS/|; s|OFFICE-NKEY|$OFFICE|; s|0\.0\.0\.0|127.0.0.1|" \
    "$JAGA_SOURCE/share/jaga/nats/hub-tls.conf" >"$NATS/hub.conf"
  sed -e "s|/etc/nats/|$NATS/|; s|127.0.0.1:4222|127.0.0.1:4322|; s|nats.example.go.id|localhost|" \
    -e "/nkey: .WORKER-NKEY/ {r $NATS/users" -e 'd}' "$JAGA_SOURCE/share/jaga/nats/leaf-tls.conf" >"$NATS/leaf.conf"
  cp "$NATS/hub.conf" "$NATS/hub.whole"
  cp "$NATS/leaf.conf" "$NATS/leaf.whole"
}
hub_up() {
  : >"$BATS_TEST_TMPDIR/hub.log"
  nats-server -c "$NATS/hub.conf" >>"$BATS_TEST_TMPDIR/hub.log" 2>&1 3>&- &
  HUB=$!
  within 10 listens 7422
}
leaf_starts() {
  JAGA_NATS_STORE="$BATS_TEST_TMPDIR/leaf" nats-server -c "$NATS/leaf.conf" >>"$BATS_TEST_TMPDIR/leaf.log" 2>&1 3>&- &
  LEAF=$!
}
leaf_up() {
  : >"$BATS_TEST_TMPDIR/leaf.log"
  leaf_starts
  within 20 leaf_is_linked
}
# What init prints for the leaf, without the words before it.
pasted() { sed -n '/^    {$/,/^    }$/p' "$1"; }
worker_made() { # worker_made NAME
  new_worker "$1" 2>"$BATS_TEST_TMPDIR/$1.init"
  pasted "$BATS_TEST_TMPDIR/$1.init" >>"$NATS/users"
  as staff person add "$1" --machine --site kecamatan-a --key "$BATS_TEST_TMPDIR/$1/key.pub"
}
# The hub is set up with the key that the office shows.
office_key() { jaga doctor --fleet --json | jq -r 'select(.about == "hub").mend' | grep -o 'U[A-Z2-7]\{55\}'; }
everything_set_up() {
  NATS="$BATS_TEST_TMPDIR/nats"
  need openssl python3
  certificates 2>/dev/null
  sed -i "s|servers: .*|servers: [\"$HUB_URL\"]\n  ca: \"ca.pem\"|; s|deadline: .*|deadline: \"8s\"|" jaga.yaml
  OFFICE=$(office_key)
  : >"$NATS/users"
  worker_made worker-1
  fill_in
}
all_up() {
  everything_set_up
  hub_up
  leaf_up
  worker_up worker-1
}
# Whose connection it is: the office's, a worker's, or that of the server of a site, which is not ours.
office() { "$BATS_TEST_DIRNAME/nats-client" --ca "$NATS/ca.pem" --seed "$(state)/fleet/nats.seed" "$HUB_URL" "$@"; }
worker() { "$BATS_TEST_DIRNAME/nats-client" --seed "$BATS_TEST_TMPDIR/worker-1/nats.seed" "$LEAF_URL" "$@"; }
site() { # site NAME ACTION...
  "$BATS_TEST_DIRNAME/nats-client" --leaf --ca "$NATS/ca.pem" --certificate "$NATS/leaf-$1.pem" --key "$NATS/leaf-$1.key" \
    "$LEAVES_URL" "${@:2}"
}

violation() { printf 'Permissions Violation for %s to "%s' "$1" "$2"; }
