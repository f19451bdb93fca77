# A round over the fleet: hub, leaves, workers and office on the loopback of a network namespace of their own.
# shellcheck shell=bash disable=SC2154,SC2153

FLEET_HOSTS=${FLEET_HOSTS:-100000} FLEET_SITES=${FLEET_SITES:-10}
fleet_source=${self%/script/bench}
fleet_pids=()

# fleet_within SECONDS COMMAND...: it succeeds by then.
fleet_within() {
  local tries=$(($1 * 20))
  shift
  until "$@"; do
    [ $((tries -= 1)) -gt 0 ] || wrong fleet "not in time: $*"
    read -r -t 0.05 <> <(:) || :
  done
}
fleet_down() {
  local each
  [ ${#fleet_pids[@]} = 0 ] || kill "${fleet_pids[@]}" 2>/dev/null || :
  for each in "${fleet_pids[@]}"; do wait "$each" 2>/dev/null || :; done
  fleet_pids=()
}

# fleet_office NAME SITES HOSTS CHECKS: $bench_dir/NAME with an office, a worker's folder for each of the sites s01, s02 ...,
# and configurations of NATS; the shell is in the office then.
fleet_office() {
  local i site dir=$bench_dir/$1
  mkdir -p "$dir/home" "$dir/sites"
  export HOME=$dir/home XDG_STATE_HOME=$dir/state PATH="$JAGA_FLEET:$PATH"
  unset SSH_AUTH_SOCK JAGA_KEY
  ssh-keygen -q -t ed25519 -N '' -C staff -f "$dir/staff"
  fleet_staff=("$JAGA" --key "$dir/staff" --lang en)
  "${fleet_staff[@]}" -C / init -q "$dir/office" --org Bench --person staff --role staff >/dev/null
  cd "$dir/office" || exit
  "$JAGA" --as timer person keys --make >/dev/null 2>&1
  "${fleet_staff[@]}" person add timer -q --machine --key "$dir"/state/jaga/*/*/machine-key.pub >/dev/null
  sed -i '/^\.\.\.$/d' jaga.yaml
  printf 'fleet:\n  servers: ["nats://127.0.0.1:4222"]\n  deadline: "10m"\n  sites: [%s]\n' \
    "$(seq -f '"s%02g"' -s ', ' "$2")" >>jaga.yaml
  mkdir hosts.d
  printf 'hosts: []\n' >hosts.yaml
  for ((i = 1; i <= $2; i++)); do
    awk -v sites="$2" -v hosts="$3" -v checks="$4" -v site="$i" 'BEGIN {
      print "hosts:"
      for (i = site - 1; i < hosts; i += sites)
        printf "  - {name: \"h%06d\", address: \"127.%d.%d.%d\", place: {site: \"s%02d\"}, checks: [%s]}\n", \
          i, 1 + i / 62500, i / 250 % 250, 1 + i % 250, site, checks
    }' >"hosts.d/$(printf 's%02d' "$i").yaml"
  done
  for ((i = 1; i <= $2; i++)); do
    site=$(printf 's%02d' "$i")
    jaga-worker init --site "$site" --name "worker-$site" --folder "$dir/sites/$site" \
      --office "$(sed -n 's/^repo: "\(.*\)"/\1/p' jaga.yaml)" --office-key "$(echo "$dir"/state/jaga/*/*/machine-key.pub)" \
      --server "nats://127.0.0.1:$((4300 + i))" >/dev/null 2>&1
    "${fleet_staff[@]}" person add "worker-$site" -q --machine --site "$site" --key "$dir/sites/$site/key.pub" >/dev/null
    sed "s/kecamatan-a/$site/; s/4322/$((4300 + i))/; s|\\\$JAGA_NATS_STORE|\"$dir/sites/$site/nats\"|" \
      "$fleet_source/share/jaga/nats/leaf.conf" >"$dir/sites/$site.conf"
  done
}

# fleet_up NAME SITES WORKER...: NATS and a worker for each site; the worker is the words, %S the site and %F its folder.
fleet_up() {
  local i site dir=$bench_dir/$1 count=$2 words
  shift 2
  rm -f "$dir/hub.log"
  nats-server -c "$fleet_source/share/jaga/nats/hub.conf" >"$dir/hub.log" 2>&1 3>&- &
  fleet_pids+=($!)
  fleet_within 20 grep -qs 'Server is ready' "$dir/hub.log"
  fleet_workers=()
  for ((i = 1; i <= count; i++)); do
    site=$(printf 's%02d' "$i")
    rm -f "$dir/sites/$site.log" "$dir/sites/$site.worker"
    nats-server -c "$dir/sites/$site.conf" >"$dir/sites/$site.log" 2>&1 3>&- &
    fleet_pids+=($!)
    fleet_within 30 grep -qs 'Adding JetStream Domain Mapping' "$dir/sites/$site.log"
    words=("${@//%S/$site}")
    "${words[@]//%F/$dir/sites/$site}" >"$dir/sites/$site.worker" 2>&1 3>&- &
    fleet_pids+=($!)
    fleet_workers+=($!)
    fleet_within 30 grep -qs 'waits for orders' "$dir/sites/$site.worker"
  done
}

# The largest resident set that the processes PID... had, in KiB.
fleet_peak() {
  local each
  for each in "$@"; do sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$each/status"; done | sort -n | tail -n 1
}
# fleet_carrier FILE: the same of jaga-fleet while a round lasts, until FILE.end is there.
fleet_carrier() {
  local pid
  : >"$1"
  until [ -e "$1.end" ]; do
    for pid in $(pgrep -f "jaga-fleet exchange $bench_dir/"); do fleet_peak "$pid" >>"$1" 2>/dev/null || :; done
    read -r -t 0.05 <> <(:) || :
  done
  sort -n "$1" | tail -n 1
}

# fleet_stored PORT STREAM: messages and bytes that a stream has, as NATS counts them.
fleet_stored() {
  local line subject="\$JS.API.STREAM.INFO.$2"
  exec 9<>"/dev/tcp/127.0.0.1/$1"
  printf 'CONNECT {"verbose":false}\r\nSUB bench 1\r\nPUB %s bench 0\r\n\r\n' "$subject" >&9
  while read -r line <&9; do
    case $line in
    *'"state"'*) break ;;
    PING*) printf 'PONG\r\n' >&9 ;;
    esac
  done
  exec 9>&-
  sed -n 's/.*"state":{"messages":\([0-9]*\),"bytes":\([0-9]*\),.*/\1 \2/p' <<<"$line"
}

# A worker that measures nothing and answers at once; the rest is real. The limits of memory are 500 and 100 MB (10^6 bytes).
bench_fleet_many() {
  local i each carrier messages=0 bytes=0 count wide peak worker
  [ -n "${JAGA_BENCH_FLEET-}" ] || { say 'fleet_many needs libnats: not run'; exit 77; }
  need_namespace fleet_many
  trap fleet_down EXIT
  fleet_office many "$FLEET_SITES" "$FLEET_HOSTS" icmp
  fleet_up many "$FLEET_SITES" "$JAGA_BENCH_FLEET" %F
  for ((i = 0; i < runs; i++)); do
    rm -f "$bench_dir/carrier" "$bench_dir/carrier.end"
    fleet_carrier "$bench_dir/carrier" >>"$bench_dir/many.carrier" &
    carrier=$!
    timed many.jaga "$JAGA" --lang en -q monitor --fleet
    touch "$bench_dir/carrier.end"
    wait "$carrier"
    [ "$(last_status many.jaga)" = 0 ] || wrong fleet_many "$(head -n 3 "$bench_dir/many.jaga.err")"
    [ "$(grep -c 'measured_by: "worker-s[0-9]*"' "$(tail -n 1 "$bench_dir/many.jaga.out")")" = "$FLEET_HOSTS" ] ||
      wrong fleet_many 'not every host is in the round, measured by its worker'
  done
  for ((i = 1; i <= FLEET_SITES; i++)); do
    read -r count wide < <(fleet_stored $((4300 + i)) RESULTS)
    messages=$((messages + count)) bytes=$((bytes + wide))
  done
  peak=$(of "$(median many.jaga 3) + $(middle many.carrier)")
  worker=$(fleet_peak "${fleet_workers[@]}")
  say "$messages batches of $bytes bytes"
  row "round of $FLEET_HOSTS hosts in $FLEET_SITES sites, wall" "$(ms "$(median many.jaga 1)")" "30000 ms" limit \
    "$(ratio "$(median many.jaga 1)" 30)" "<= 1"
  row "the same, CPU of the office" "$(ms "$(median many.jaga 2)")" "30000 ms" limit "$(ratio "$(median many.jaga 2)" 30)" -
  row "the same, memory of jaga and jaga-fleet" "$(mib "$peak")" "$(mib 488281)" limit "$(ratio "$peak" 488281)" "<= 1"
  row "the same, memory of the largest worker" "$(mib "$worker")" "$(mib 97656)" limit "$(ratio "$worker" 97656)" "<= 1"
  row "the same, bytes of a result in JetStream" "$(awk -v b="$bytes" -v n=$((runs * FLEET_HOSTS)) 'BEGIN {printf "%.1f", b / n}')" 100 limit \
    "$(ratio "$bytes" $((runs * FLEET_HOSTS * 100)))" "<= 1"
}

# The same hosts measured by a worker and from here, all alive, and with one of 250 that does not answer, so that each order has one.
bench_fleet_near() {
  local i hosts=2000 what
  [ -x "${JAGA_FLEET-}/jaga-worker" ] || { say 'fleet_near needs libnats: not run'; exit 77; }
  need_namespace fleet_near
  trap fleet_down EXIT
  fleet_office near 1 $hosts icmp
  fleet_up near 1 jaga-worker --site %S --folder %F
  for what in alive dead; do
    [ $what = alive ] || fleet_drop
    for ((i = 0; i < runs; i++)); do
      timed near.$what.fleet "$JAGA" --lang en -q monitor --fleet
      fleet_states near.$what.fleet
      [ "$(grep -c 'measured_by: "worker-s01"' "$(tail -n 1 "$bench_dir/near.$what.fleet.out")")" = $hosts ] ||
        wrong fleet_near 'not every host is in the round, measured by the worker'
      timed near.$what.here "$JAGA" --lang en -q monitor
      fleet_states near.$what.here
    done
  done
  for what in alive dead; do
    row "round of $hosts hosts by a worker, $(fleet_word $what), wall" "$(ms "$(median near.$what.fleet 1)")" \
      "$(ms "$(median near.$what.here 1)")" 'from here' \
      "$(ratio "$(median near.$what.fleet 1)" "$(median near.$what.here 1)")" "<= 1.3"
  done
}
fleet_word() { if [ "$1" = alive ]; then echo 'all alive'; else echo 'one of 250 dead'; fi; }
# Those whose address ends in 100 answer no more.
fleet_drop() {
  nft -f - <<-'END'
	table inet bench {
	  chain in {
	    type filter hook input priority 0
	    ip daddr & 0.0.0.255 == 0.0.0.100 icmp type echo-request drop
	  }
	}
	END
}
fleet_states() { # fleet_states NAME: of the last round
  local dead=0
  case $1 in *.dead.*) dead=8 ;; esac
  [ "$(grep -c 'state: "critical"' "$(tail -n 1 "$bench_dir/$1.out")")" = $dead ] ||
    wrong fleet_near "not $dead hosts are dead in the round of $1: $(head -n 3 "$bench_dir/$1.err")"
}
