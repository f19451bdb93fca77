# A hub, a leaf and workers, and an office that asks them; for the files of this folder.
# shellcheck shell=bash disable=SC2015,SC2034,SC2154  # what is set here is used there, and the other way round

# within SECONDS COMMAND...: it succeeds by then.
within() {
  local tries=$(($1 * 20))
  shift
  until "$@"; do
    [ $((tries -= 1)) -gt 0 ] || { echo "not in time: $*" >&2; return 1; }
    read -r -t 0.05 <> <(:) || :
  done
}

listens() { ss -ltnH "sport = :$1" | grep -q .; }
leaf_is_linked() { grep -q 'Adding JetStream Domain Mapping' "$BATS_TEST_TMPDIR/leaf.log"; }

hub_up() {
  nats-server -c "$JAGA_SOURCE/share/jaga/nats/hub.conf" >>"$BATS_TEST_TMPDIR/hub.log" 2>&1 3>&- &
  HUB=$!
  within 10 listens 7422
}
leaf_up() {
  JAGA_NATS_STORE="$BATS_TEST_TMPDIR/leaf" nats-server -c "$JAGA_SOURCE/share/jaga/nats/leaf.conf" \
    >>"$BATS_TEST_TMPDIR/leaf.log" 2>&1 3>&- &
  LEAF=$!
  within 20 leaf_is_linked
}
worker_up() { # worker_up NAME
  jaga-worker --site kecamatan-a --folder "$BATS_TEST_TMPDIR/$1" >>"$BATS_TEST_TMPDIR/$1.log" 2>&1 3>&- &
  WORKER=$!
  within 20 grep -q 'waits for orders' "$BATS_TEST_TMPDIR/$1.log"
}
started_twice() { [ "$(wc -l <"$BATS_TEST_TMPDIR/started")" -ge 2 ]; }
end() { # end PID [SIGNAL]
  kill "-${2-TERM}" "$1" && wait "$1" 2>/dev/null || :
}

machine() { printf '%s\n' "$XDG_STATE_HOME"/jaga/*/*/machine-key.pub; }
state() { dirname "$(machine)"; }
new_worker() { # new_worker NAME
  jaga-worker init --site kecamatan-a --name "$1" --folder "$BATS_TEST_TMPDIR/$1" --office "$REPO" --office-key "$(machine)" \
    --server nats://127.0.0.1:4322
}

setup() {
  need nats-server
  setup_folder
  PATH="$JAGA_FLEET:$PATH"
  HUB='' LEAF='' WORKER=''
  others=() # further processes to end
  make_key staff
  export JAGA_KEY="$KEYS/staff"
  jaga init office --org Lab --person staff --role staff
  cd office || return 1
  sed -i '/^\.\.\.$/d' jaga.yaml
  REPO=$(sed -n 's/^repo: "\(.*\)"/\1/p' jaga.yaml)
  JAGA_KEY='' jaga --as timer person keys --make
  jaga person add timer --machine --key "$(machine)"
  cat >>jaga.yaml <<-END
	fleet:
	  servers: ["nats://127.0.0.1:4222"]
	  sites: ["kecamatan-a"]
	  deadline: "60s"
	END
  cat >hosts.yaml <<-'END'
	hosts:
	  - {name: "here", address: "127.0.0.1", checks: [{tcp: {port: 4222}}]}
	  - {name: "web01", address: "127.0.0.2", place: {site: "kecamatan-a"}, checks: [{tcp: {port: 8081}}]}
	  - {name: "web02", address: "127.0.0.3", place: {site: "kecamatan-a"}, checks: [{tcp: {port: 99}}]}
	END
  unset JAGA_KEY
}

teardown() {
  local each
  if [ "${BATS_TEST_COMPLETED-}" != 1 ]; then # what the last command and the programs said
    printf '%s\n' "${output-}" "${stderr-}"
    tail -n 20 "$BATS_TEST_TMPDIR"/*.log || : # there may be none
  fi
  for each in "${others[@]}" $WORKER $LEAF $HUB; do end "$each" KILL; done
}

registered_worker() {
  new_worker "$1"
  as staff person add "$1" --machine --site kecamatan-a --key "$BATS_TEST_TMPDIR/$1/key.pub"
}
all_up() {
  hub_up
  leaf_up
  registered_worker worker-1
  worker_up worker-1
}
result() { # result HOST FILTER: of the last monitor, whose output is in $output
  jq -r "select(.host == \"$1\") | $2" <<<"$output"
}
