#!/usr/bin/env bats
# The ICMP engine against a peer that answers as configured: over datagram and raw sockets, IPv4 and IPv6.
# Run by with-lab. JAGA_LAB_PEER and JAGA_LAB_DRIVER name the programs (jaga-icmp-peer, jaga-icmp-driver).

bats_require_minimum_version 1.5.0
load work

NETS=(10.79.0. fd77:6a61:6761:79::)

setup_file() {
  in_lab
  export JAGA_LAB_DRIVER=${JAGA_LAB_DRIVER:-${JAGA%/cmd/jaga}/tests/lab/jaga-icmp-driver}
  local net
  for net in "${NETS[@]}"; do
    cat <<END
${net}1 echo
${net}2 delay:80
${net}3 echo lose lose echo
${net}4 echo,twice
${net}5 delay:450
${net}6 id
${net}7 cookie
${net}8 sequence
${net}9 from:${net}99
${net}10 short
${net}11 error:net,from:${net}254
${net}12 error:host,from:${net}254
${net}13 error:port
${net}14 error:prohibited,from:${net}254
${net}15 error:expired,from:${net}254
${net}16 error:host,quote:8,from:${net}254
${net}17 echo error:host,from:${net}254 echo
${net}18 lose echo
${net}20 delay:300 echo
END
  done >"$BATS_FILE_TMPDIR/script"
  {
    echo '10.79.8.0/24 gather:200 echo'
    echo '10.79.9.0/24 gather:200'
    echo '10.79.10.0/24 lose'
    echo '10.79.11.0/24 echo'
    echo '10.79.12.200 delay:4000,say' # after all others, and after their time
    echo '10.79.12.0/24 delay:2000,say'
  } >>"$BATS_FILE_TMPDIR/script"
  "$LAB" peer "$BATS_FILE_TMPDIR/script"
}

teardown_file() { "$LAB" peer stop; }

setup() { sockets datagram; }

sockets() { # sockets datagram|raw: which of them a process beside the monitor may open
  local range='0 2147483647'
  [ "$1" = datagram ] || range='1 0'
  "$LAB" exec monitor sysctl -qw net.ipv4.ping_group_range="$range"
}

ping() { # ping KEY=VALUE... NUMBER...: those numbers of the current net; the lines are in $out
  local word words=()
  for word in "$@"; do
    case $word in *=* | *.*.* | *::*) words+=("$word") ;; *) words+=("$net$word") ;; esac
  done
  out=$("$LAB" run "$JAGA_LAB_DRIVER" "${words[@]}")
}

value() { # value NUMBER|run KEY
  local line
  if [ "$1" = run ]; then line=$(tail -n 1 <<<"$out"); else line=$(grep -F "\"$net$1\"" <<<"$out"); fi
  sed -n "s/.*\"$2\": \"\{0,1\}\([^\",}]*\).*/\1/p" <<<"$line"
}

is() { # is NUMBER|run KEY VALUE
  local got
  got=$(value "$1" "$2")
  [ "$got" = "$3" ] || {
    echo "$socket, $net$1: $2 is '$got', not '$3'" >&2
    echo "$out" >&2
    return 1
  }
}
at_least() { # at_least NUMBER|run KEY LEAST [MOST]
  local got
  got=$(value "$1" "$2")
  if ! { [ "$got" -ge "$3" ] && [ "$got" -le "${4-2000000000}" ]; }; then
    echo "$socket, $net$1: $2 is '$got', not $3 to ${4-any}" >&2
    echo "$out" >&2
    return 1
  fi
}

each() { # each FUNCTION: with both kinds of socket, in both families
  for socket in datagram raw; do
    sockets $socket
    for net in "${NETS[@]}"; do
      "$1" || return 1
    done
  done
}

answers() {
  ping count=5 interval=20 1 2
  is 1 end measured
  is 1 sent 5
  is 1 received 5
  is 1 duplicates 0
  is 2 received 5
  at_least 2 min_ms 80 200
  if [ "$net" = "${NETS[0]}" ]; then is run v4 "$socket"; else is run v6 "$socket"; fi
}
@test "replies are received, with the delay that the peer gave them" { each answers; }

loses() {
  ping count=4 interval=20 timeout=300 3 18
  is 3 end measured
  is 3 received 2
  is 18 received 2
}
@test "loss is what was lost" { each loses; }

doubles() {
  ping count=4 interval=50 4
  is 4 received 4
  at_least 4 duplicates 3
}
@test "a double reply is counted as such and as no second success" { each doubles; }

late() {
  ping count=3 interval=300 timeout=200 5
  is 5 end measured
  is 5 sent 3
  is 5 received 0
  at_least 5 late 1 2
  # One late reply, one in time: half is lost.
  ping count=4 interval=150 timeout=100 20
  is 20 received 2
  at_least 20 late 1
}
@test "a late reply stays a loss" { each late; }

wrong() {
  ping count=2 interval=20 timeout=300 6 7 8 9 10 1
  for number in 6 7 8 9 10; do
    is $number end measured
    is $number received 0
    is $number late 0
    is $number duplicates 0
  done
  is 1 received 2
  # Of a datagram socket the kernel itself keeps away what has another id.
  at_least run foreign 8
}
@test "a reply with another id, cookie, sequence or source is nobody's" { each wrong; }

errors() {
  local type=(3 3 3 3 11) code=(0 1 3 13 0) i number
  [ "$net" = "${NETS[0]}" ] || { type=(1 1 1 1 3) code=(0 3 4 1 0); }
  ping count=3 interval=500 timeout=3000 11 12 13 14 15
  for i in 0 1 2 3 4; do
    number=$((11 + i))
    is $number end unreachable
    is $number sent 1
    is $number type "${type[i]}"
    is $number code "${code[i]}"
    if [ $number = 13 ]; then is $number from "${net}13"; else is $number from "${net}254"; fi
  done
  at_least run took_ms 0 400 # one round trip, not the timeout
}
@test "an ICMP error ends the wait at once, and says who sent it" { each errors; }

short_quote() {
  ping count=2 interval=500 timeout=3000 16 1
  is 16 end unreachable
  is 16 from "${net}254"
  is 1 received 2
}
@test "an error that quotes only 8 bytes is matched by address and sequence" { each short_quote; }

half() {
  ping count=3 interval=50 timeout=500 17
  is 17 end measured
  is 17 sent 3
  is 17 received 2
  is 17 from "${net}254"
}
@test "an error for one request of a host that answers is one lost request" { each half; }

@test "many errors at once keep no other host from being measured" {
  socket=datagram net=10.79.0.
  local i words=()
  for i in {1..40}; do words+=(11 12 14 15 1); done
  ping count=3 interval=20 timeout=1000 "${words[@]}"
  [ "$(grep -c '"end": "unreachable"' <<<"$out")" = 160 ]
  [ "$(grep -c '"address": "10.79.0.1", "end": "measured", "sent": 3, "received": 3' <<<"$out")" = 40 ]
}

# drops BYTES TEXT: 250 targets with a receive buffer of that size, until what is said holds TEXT. A busy machine
# may let us read so often that nothing is dropped.
drops() {
  for _ in {1..20}; do
    # shellcheck disable=SC2046
    ping count=1 timeout=2000 buffer="$1" $(seq 1 250)
    ! grep -Eq "$2" <<<"$out" || return 0
  done
  echo "$out" >&2
  return 1
}

@test "replies that this machine dropped are asked for again" {
  socket=datagram net=10.79.8.
  drops 30000 '"own_drops": [1-9]'
  [ "$(grep -c '"end": "measured", "sent": 1, "received": 0' <<<"$out")" = 0 ]
  # All of them where this machine has time for us.
  [ "$(grep -c '"sent": 1, "received": 1' <<<"$out")" -ge 240 ]
}

# bats test_tags=long
@test "replies that are dropped repeatedly are not a loss" {
  socket=datagram net=10.79.9.
  drops 1 '"end": "local_error"'
  at_least run own_drops 1
  # Nobody is called dead.
  [ "$(grep -c '"end": "measured", "sent": 1, "received": 0' <<<"$out")" = 0 ]
}

# bats test_tags=long
@test "sleeping over the timeout makes no loss of replies that were there" {
  local pid driver='' words=(count=1 timeout=3500)
  # shellcheck disable=SC2207
  words+=($(seq -f 10.79.12.%g 1 50) 10.79.12.200)
  "$LAB" run "$JAGA_LAB_DRIVER" "${words[@]}" >"$BATS_TEST_TMPDIR/out" &
  pid=$!
  until driver=$(pgrep -x -f "$JAGA_LAB_DRIVER ${words[*]}"); do kill -0 "$pid" ; done
  # All requests are out, and none is answered yet.
  until [ "$(grep -c '^asked 10\.79\.12\.' "$JAGA_LAB/peer.out")" = 51 ]; do kill -0 "$pid"; done
  kill -STOP "$driver"
  until grep -q '^answered 10\.79\.12\.200$' "$JAGA_LAB/peer.out"; do kill -0 "$pid"; done
  kill -CONT "$driver"
  wait "$pid"
  [ "$(grep -vF '"10.79.12.200"' "$BATS_TEST_TMPDIR/out" | grep -c '"sent": 1, "received": 1')" = 50 ]
}

# bats test_tags=long
@test "16 sweeps at once: nobody dead is alive, nobody alive is dead" {
  local i pids=() words=()
  # shellcheck disable=SC2207
  words=($(seq -f 10.79.10.%g 1 100) $(seq -f 10.79.11.%g 1 200))
  for i in {1..16}; do
    "$LAB" run "$JAGA_LAB_DRIVER" count=2 interval=50 timeout=4000 "${words[@]}" >"$BATS_TEST_TMPDIR/$i" &
    pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i"; done
  for i in {1..16}; do
    [ "$(grep -c '"address": "10.79.10.[0-9]*", "end": "measured", "sent": 2, "received": 0' "$BATS_TEST_TMPDIR/$i")" = 100 ]
    [ "$(grep -c '"address": "10.79.11.[0-9]*", "end": "measured", "sent": 2, "received": 2' "$BATS_TEST_TMPDIR/$i")" = 200 ]
  done
}
