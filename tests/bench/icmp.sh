# ICMP sweeps against fping and the floor, in a network namespace of their own with nothing but loopback.
# shellcheck shell=bash disable=SC2154

need_namespace() {
  if [ "${in_namespace-}" = yes ]; then
    ip link set lo up
    sysctl -qw net.ipv4.ping_group_range='0 2147483647'
    return
  fi
  if [ "$(id -u)" != 0 ] || ! unshare --net true; then
    say "$1 needs root and a network namespace: not run"
    exit 77
  fi
  in_namespace=yes exec unshare --net -- "$self" --one "$1"
}

addresses() { # addresses COUNT: that many of 127.0.0.0/8, without .0 and .255
  awk -v count="$1" 'BEGIN {
    for (a = 0; n < count; a++) for (b = 0; b < 256 && n < count; b++) for (c = 1; c < 255 && n < count; c++) {
      print "127." a "." b "." c; n++ } }'
}

bench_icmp_alive() { # every one of 65,024 answers
  local list=$bench_dir/65024 i alive sweep
  need_namespace icmp_alive
  addresses 65024 >"$list"
  for ((i = 0; i < runs; i++)); do
    timed alive.fping fping -i 0 -r 0 -q -f "$list"
    timed alive.jaga "$JAGA" ping -r 0 --rate 0 -q -f "$list"
    [ "$(last_status alive.jaga)" = 0 ] || wrong icmp_alive "jaga says that some are dead"
    timed alive.floor "$bench_dir/icmp_floor" "$list"
    read -r alive _ sweep <"$bench_dir/alive.floor.out"
    [ "$alive" = 65024 ] || wrong icmp_alive "the floor found $alive"
    echo "$sweep" >>"$bench_dir/alive.sweep"
    # What both say of the sweep itself, without start and list.
    timed alive.told "$JAGA" ping -c 1 --rate 0 -u -f "$list"
    sed -n 's/.*, in \([0-9.]*\) s$/\1/p' "$bench_dir/alive.told.err" >>"$bench_dir/alive.engine"
  done
  timed alive.names "$JAGA" ping -c 1 --rate 0 -a -f "$list"
  cmp -s "$list" "$bench_dir/alive.names.out" || wrong icmp_alive "not every target is in jaga's list"
  row "sweep of 65,024, wall" "$(ms "$(median alive.jaga 1)")" "$(ms "$(median alive.fping 1)")" fping \
    "$(ratio "$(median alive.jaga 1)" "$(median alive.fping 1)")" \
    "$(reachable 0.35 1.3 "$(median alive.floor 1)" "$(median alive.fping 1)")"
  row "sweep of 65,024, CPU" "$(ms "$(median alive.jaga 2)")" "$(ms "$(median alive.fping 2)")" fping \
    "$(ratio "$(median alive.jaga 2)" "$(median alive.fping 2)")" \
    "$(reachable 0.35 1.3 "$(median alive.floor 2)" "$(median alive.fping 2)")"
  row "sweep of 65,024, the floor's share of fping's CPU" "$(ms "$(median alive.floor 2)")" \
    "$(ms "$(median alive.fping 2)")" fping "$(ratio "$(median alive.floor 2)" "$(median alive.fping 2)")" -
  row "sweep of 65,024, engine alone" "$(ms "$(middle alive.engine)")" "$(ms "$(middle alive.sweep)")" floor \
    "$(ratio "$(middle alive.engine)" "$(middle alive.sweep)")" "<= 1.5"
  row "sweep of 65,024, memory" "$(mib "$(median alive.jaga 3)")" "64 MiB" limit \
    "$(ratio "$(median alive.jaga 3)" 65536)" "<= 1"
}

bench_icmp_dead() { # a fifth never answers
  local list=$bench_dir/65024 i dead sweep beyond_jaga beyond_fping
  need_namespace icmp_dead
  addresses 65024 >"$list"
  # Every fifth of the networks, dropped where they come in.
  {
    printf 'table inet bench {\nchain in {\ntype filter hook input priority 0\nip daddr { '
    awk 'BEGIN {for (b = 0; b < 256; b += 5) printf "%s127.0.%d.0/24", b ? ", " : "", b}'
    printf ' } icmp type echo-request drop\n}\n}\n'
  } | nft -f -
  awk -F . '$3 % 5 == 0' "$list" >"$bench_dir/dead.want"
  dead=$(wc -l <"$bench_dir/dead.want")
  for ((i = 0; i < runs; i++)); do
    timed dead.fping fping -i 0 -r 0 -t 500 -q -f "$list"
    timed dead.jaga "$JAGA" ping -c 1 -t 500ms --rate 0 -u -f "$list"
    [ "$(last_status dead.jaga)" = 1 ] || wrong icmp_dead "exit $(last_status dead.jaga)"
    cmp -s "$bench_dir/dead.want" "$bench_dir/dead.jaga.out" || wrong icmp_dead "not the $dead that are dead"
    # It waits a second for those that are dead, and tells how long it took until the last reply.
    timed dead.floor "$bench_dir/icmp_floor" "$list"
    read -r _ _ sweep <"$bench_dir/dead.floor.out"
    echo "$sweep" >>"$bench_dir/dead.sweep"
  done
  beyond_jaga=$(awk -v w="$(median dead.jaga 1)" 'BEGIN {print w - 0.5}')
  beyond_fping=$(awk -v w="$(median dead.fping 1)" 'BEGIN {print w - 0.5}')
  row "sweep with 20 % dead, wall beyond the timeout" "$(ms "$beyond_jaga")" "$(ms "$beyond_fping")" fping \
    "$(ratio "$beyond_jaga" "$beyond_fping")" "$(reachable 0.5 1.5 "$(middle dead.sweep)" "$beyond_fping")"
}

bench_icmp_200k() { # the cost of a target does not grow
  local small=$bench_dir/50000 large=$bench_dir/200000 i
  need_namespace icmp_200k
  addresses 50000 >"$small"
  addresses 200000 >"$large"
  for ((i = 0; i < runs; i++)); do
    timed many.small "$JAGA" ping -r 0 --rate 0 -q -f "$small"
    timed many.large "$JAGA" ping -r 0 --rate 0 -q -f "$large"
    [ "$(last_status many.large)" = 0 ] || wrong icmp_200k "jaga says that some are dead"
  done
  row "200,000 targets, CPU a target to that of 50,000" "$(ms "$(median many.large 2)")" \
    "$(ms "$(median many.small 2)")" "50,000:" \
    "$(awk -v a="$(median many.large 2)" -v b="$(median many.small 2)" 'BEGIN {printf "%.2f", a / b / 4}')" "<= 1.2"
}

bench_icmp_sixteen() { # sixteen sweeps at once, some targets dead: nobody takes another's replies
  local i list=$bench_dir/sixteen wrong_ones fping_wrong answer jobs=()
  need_namespace icmp_sixteen
  addresses 2032 >"$list"
  nft -f - <<'NFT'
table inet bench {
  chain in {
    type filter hook input priority 0
    ip daddr { 127.0.1.0/24, 127.0.4.0/24 } icmp type echo-request drop
  }
}
NFT
  awk -F . '$3 != 1 && $3 != 4' "$list" | sort >"$bench_dir/sixteen.want"
  # Every other the other way round, and each with the number that the others have, too: what answers one of them may
  # look as if it answered another.
  sort -R --random-source="$list" "$list" >"$list.other"
  sweeps() { # sweeps NAME COMMAND...
    local name=$1 of
    shift
    jobs=()
    for ((i = 0; i < 16; i++)); do
      of=$list
      [ $((i % 2)) = 0 ] || of=$list.other
      unshare --pid --fork -- "$@" -f "$of" >"$bench_dir/$name.$i" 2>/dev/null &
      jobs+=($!)
    done
    for i in "${jobs[@]}"; do wait "$i" || true; done
    answer=0
    for ((i = 0; i < 16; i++)); do
      sort "$bench_dir/$name.$i" | cmp -s "$bench_dir/sixteen.want" - || answer=$((answer + 1))
    done
  }
  sweeps sixteen.jaga "$JAGA" ping -c 3 -i 20ms -t 500ms --rate 0 -a
  wrong_ones=$answer
  sweeps sixteen.fping fping -i 0 -r 2 -t 500 -a
  fping_wrong=$answer
  row "16 sweeps at once, sweeps with a wrong answer" "$wrong_ones" "$fping_wrong" fping "$wrong_ones" "<= 0"
}
