#!/usr/bin/env bats
# `jaga ping` over a network that loses, is deaf and is shared. Run by with-lab; JAGA names the program.

bats_require_minimum_version 1.5.0
load work

setup_file() {
  work_folder
  printf '%s\n' '10.79.10.0/24 lose' '10.79.11.0/24 echo' >"$WORK/script"
  "$LAB" peer "$WORK/script"
}

teardown_file() {
  "$LAB" peer stop
  remove_work
}

setup() {
  cd "$WORK" || return 1
  sockets datagram
}
teardown() {
  local table
  for table in lossy deaf; do "$LAB" exec monitor nft delete table inet $table 2>/dev/null || :; done
  "$LAB" exec monitor umount /etc/resolv.conf 2>/dev/null || :
}

sockets() { # sockets datagram|raw: which of them a process beside the monitor may open
  local range='0 2147483647'
  [ "$1" = datagram ] || range='1 0'
  "$LAB" exec monitor sysctl -qw net.ipv4.ping_group_range="$range"
}

jaga() { "$LAB" run "$WORK/jaga" "$@"; }

lossy() { # lossy NETWORK PERCENT: so many of the requests to it are lost, and counted
  "$LAB" exec monitor nft -f - <<END
table inet lossy {
  counter lost { }
  chain in {
    type filter hook input priority 0
    ip daddr $1 icmp type echo-request numgen random mod 100 < $2 counter name lost drop
  }
}
END
}
lost() { "$LAB" exec monitor nft list counter inet lossy lost | sed -n 's/.*packets \([0-9]*\).*/\1/p'; }

sum() { sed -n "s/.*\"$1\": \([0-9]*\).*/\1/p" out | awk '{ n += $1 } END { print n + 0 }'; }

@test "what the network loses is what is reported" {
  for socket in datagram raw; do
    sockets $socket
    lossy 127.7.0.0/24 30
    jaga ping --json -c 100 -p 10 -t 5000 --rate 0 127.7.0.1-25 >out 2>err || [ $? = 1 ]
    dropped=$(lost)
    "$LAB" exec monitor nft delete table inet lossy
    [ "$(sum sent)" = 2500 ]
    # Each that was lost, and no other.
    [ $((2500 - $(sum received))) = "$dropped" ]
    [ "$(sum late)" = 0 ]
    [ "$(sum loss_percent)" = "$(awk -v lost="$dropped" 'BEGIN { print lost }')" ]
    # 750 are expected with a standard deviation of 22.9: outside of 5.5 of them is one run of 25 millions.
    [ "$dropped" -ge 624 ]
    [ "$dropped" -le 876 ]
  done
}

@test "a round reports it too" {
  mkdir -p office
  cd office || return 1
  [ -e jaga.yaml ] || "$WORK/jaga" init -q --org Lab >/dev/null
  cat >hosts.yaml <<'END'
hosts:
  - {name: "far", address: "127.7.0.1", checks: [icmp: {count: 100, interval: "10ms", timeout: "5s", warn: {loss: "100%"}, crit: {loss: "100%"}}]}
END
  lossy 127.7.0.0/24 30
  jaga monitor --no-record --json far >out
  dropped=$(lost)
  # 100 of them, at 30 %: 2 to 67 but for one run of millions.
  [ "$dropped" -ge 2 ]
  [ "$dropped" -le 67 ]
  grep -q "\"sent\": 100, .*\"received\": $((100 - dropped))\|\"received\": $((100 - dropped)), .*\"sent\": 100" out
  grep -Eq "\"loss_percent\": ${dropped}(,|})" out
}

@test "addresses are answered while name servers say nothing" {
  [ -e /etc/resolv.conf ] || skip "there is no /etc/resolv.conf to lay another one over"
  echo 'nameserver 127.0.0.53' >resolv.conf
  printf 'table inet deaf {\n chain input {\n type filter hook input priority 0\n udp dport 53 drop\n tcp dport 53 drop\n }\n}\n' |
    "$LAB" exec monitor nft -f -
  "$LAB" exec monitor mount --bind "$WORK/resolv.conf" /etc/resolv.conf
  # More names than are looked up at a time, each for seconds.
  {
    printf '127.0.0.%s\n' 1 2 3
    printf 'nobody%s.example\n' {1..100}
    echo 127.0.0.4
  } >list
  # A program of its own: it is asked whether it still runs.
  "$LAB" run "$WORK/jaga" ping -e -f "$WORK/list" >out 2>err 3>&- &
  pid=$!
  until grep -qx '127\.0\.0\.3 is alive ([0-9.]* ms)' out; do kill -0 $pid; done
  run ! grep -q nobody out
  code=0
  wait $pid || code=$?
  [ "$code" = 1 ]
  [ "$(grep -c '^nobody[0-9]*\.example is unknown (' out)" = 100 ]
  [ "$(tail -n 1 out | cut -d' ' -f1-3)" = '127.0.0.4 is alive' ]
  # The wait for a name can be interrupted.
  # shellcheck disable=SC2016  # of that shell
  "$LAB" run sh -c 'echo $$ >"$0"; exec "$@"' "$WORK/pid" "$WORK/jaga" ping -f "$WORK/list" >out 2>err 3>&- &
  pid=$!
  until grep -q '^127\.0\.0\.3 is alive' out; do kill -0 $pid; done
  kill -TERM "$(cat pid)"
  code=0
  wait $pid || code=$?
  [ "$code" = 130 ]
  grep -q '^nobody1\.example is unknown (interrupted)' out
}

@test "a device that takes no packet delays neither its own targets forever nor those of others" {
  # Room for a packet of one byte: sending fails with ENOBUFS, again and again.
  "$LAB" exec monitor tc qdisc add dev lo root bfifo limit 1
  code=0
  timeout 60 "$LAB" run "$WORK/jaga" ping -t 300 --rate 0 127.0.0.1-200 10.79.11.1 10.77.0.11 >out 2>err || code=$?
  "$LAB" exec monitor tc qdisc del dev lo root
  [ "$code" = 1 ]
  [ "$(grep -c '^127\.0\.0\.[0-9]* is unreachable (not sent: No buffer space available)' out)" = 200 ]
  grep -qx '10\.79\.11\.1 is alive' out
  grep -qx '10\.77\.0\.11 is alive' out
}

# sweeps NAME COMMAND...: 16 at once, every other with the dead first, each in a namespace of processes of its own:
# all have the same number. What they print of the alive is in NAME.1 to NAME.16.
sweeps() {
  local name=$1 i pids=()
  shift
  for i in {1..16}; do
    list=alive-first
    [ $((i % 2)) = 0 ] || list=dead-first
    "$LAB" run unshare --pid --fork -- "$@" -f "$WORK/$list" >"$name.$i" 2>/dev/null 3>&- &
    pids+=($!)
  done
  for i in "${pids[@]}"; do wait "$i" || [ $? = 1 ]; done
}
wrong() { # wrong NAME: how many sweeps are wrong, and of how many hosts
  local i count=0 hosts=0 of
  for i in {1..16}; do
    of=$(sort "$1.$i" | comm -3 - alive | wc -l)
    [ "$of" = 0 ] || count=$((count + 1))
    hosts=$((hosts + of))
  done
  echo "$count $hosts"
}

# bats test_tags=long
@test "16 sweeps at once: nobody dead is alive, nobody alive is dead; fping's replies go astray" {
  printf '10.79.11.%s\n' {1..200} | sort >alive
  printf '10.79.10.%s\n' {1..200} >dead
  cat alive dead >alive-first
  cat dead alive >dead-first
  for socket in datagram raw; do
    sockets $socket
    sweeps jaga "$WORK/jaga" ping -a -c 2 -p 50 -t 4000 --rate 0
    [ "$(wrong jaga)" = '0 0' ]
  done
  if ! command -v fping >/dev/null; then
    [ "${CI-}" != true ]
    echo '# fping is not here: not shown that it fails' >&3
    return
  fi
  for try in {1..5}; do
    sweeps fping fping -a -i 0 -r 0 -t 1000
    read -r count hosts < <(wrong fping)
    [ "$count" = 0 ] || break
  done
  if [ "$count" = 0 ]; then
    echo '# fping could not be made to fail in five times 16 sweeps' >&3
  else
    echo "# fping: $count of 16 sweeps wrong, about $hosts hosts" >&3
  fi
}
