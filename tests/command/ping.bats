#!/usr/bin/env bats
load helpers

setup() {
  setup_folder
  if ! "$JAGA" ping -q 127.0.0.1; then
    [ "${CI-}" != true ] || return 1
    skip "this user may not ping: $("$JAGA" ping 127.0.0.1 2>&1)"
  fi
}

lines() { printf '%s\n' "$output" | grep -c .; }

@test "alive is 0, and works in an empty folder" {
  status 0 jaga ping 127.0.0.1 ::1
  says $'127.0.0.1 is alive\n'
  says $'::1 is alive\n'
  says '2 targets: 2 alive, 0 unreachable, 0 unknown'
}

@test "a name that stands for no address is an answer, and 1" {
  status 1 jaga ping -q 127.0.0.1 nosuch.invalid
  [ -z "$output" ]
  status 1 jaga ping 127.0.0.1 nosuch.invalid
  says 'nosuch.invalid is unknown ('
  says '1 alive, 0 unreachable, 1 unknown'
}

@test "a name that ends in a number and is not an address is not looked up" {
  # getaddrinfo(3) takes these for 8.0.0.1, 127.0.0.1 and 127.0.0.1.
  for odd in 010.0.0.1 127.1 0x7f000001; do
    status 1 jaga ping -c 1 "$odd"
    says "$odd is unknown (not an address: IPv4 is four decimal numbers without leading zeros)"
  done
}

@test "networks, ranges and brackets are written out" {
  output=$(jaga ping -a --rate 0 127.0.0.0/29 127.0.1.1-127.0.1.2 127.0.2.1-2 2>/dev/null)
  [ "$output" = "$(printf '127.0.0.%s\n' 1 2 3 4 5 6
    printf '%s\n' 127.0.1.1 127.0.1.2 127.0.2.1 127.0.2.2)" ]
}

figures='[0-9.]+/[0-9.]+/[0-9.]+'

@test "a count is sent to each, and every reply is told and measured" {
  jaga ping -c 2 -i 5ms 127.0.0.1 127.0.0.22 >out 2>err
  [ "$(wc -l <out)" = 6 ]
  [[ $(sed -n 1p out) =~ ^127\.0\.0\.[12]+\ *\ :\ \[0\],\ 64\ bytes,\ [0-9.]+\ ms\ \([0-9.]+\ avg,\ 0%\ loss\)$ ]]
  [ "$(grep -c ' : \[[01]\], 64 bytes, ' out)" = 4 ]
  # In columns, in the order of the targets, behind all replies.
  [[ $(sed -n 5p out) =~ ^127\.0\.0\.1\ \ :\ xmt/rcv/%loss\ =\ 2/2/0%,\ min/avg/max\ =\ $figures,\ median/p95/jitter\ =\ $figures$ ]]
  [[ $(sed -n 6p out) =~ ^127\.0\.0\.22\ :\ xmt/rcv/%loss\ =\ 2/2/0%,\ min/avg/max\ =\ $figures,\ median/p95/jitter\ =\ $figures$ ]]
  grep -q '^2 targets: 2 alive' err
}

@test "-q with a count prints the figures of each target and nothing else" {
  jaga ping -q -c 3 -p 1 127.0.0.1 nosuch.invalid >out 2>err || [ $? = 1 ]
  [ ! -s err ]
  [ "$(wc -l <out)" = 2 ]
  [[ $(sed -n 1p out) =~ ^127\.0\.0\.1\ *\ :\ xmt/rcv/%loss\ =\ 3/3/0%,\ min/avg/max\ =\ $figures,\ median ]]
  [[ $(sed -n 2p out) = 'nosuch.invalid is unknown ('* ]]
  # Without a count the exit status is the answer.
  output=$(jaga ping -q 127.0.0.1 2>&1)
  [ -z "$output" ]
}

@test "-C prints the time of each reply" {
  output=$(jaga ping -q -C3 -p 1 127.0.0.1 2>&1)
  [[ $output =~ ^127\.0\.0\.1\ :\ [0-9.]+\ [0-9.]+\ [0-9.]+$ ]]
  output=$(jaga ping --json -C 2 -p 1 127.0.0.1 2>/dev/null)
  [[ $output =~ \"times_us\":\ \[[0-9]+,\ [0-9]+\] ]]
  # Before the word it is the folder, as everywhere.
  status 0 jaga -q -C / ping -C 1 127.0.0.1
  says '127.0.0.1 : '
  status 0 jaga -h ping
  says 'usage: jaga ping'
  status 64 jaga ping -C 0 127.0.0.1
  says '-C must be from 1 to 100'
}

@test "-D prints the time of day before each reply, and before nothing else" {
  before=$(date +%s)
  output=$(jaga ping -D -c 2 -p 1 127.0.0.1 2>/dev/null)
  after=$(date +%s)
  mapfile -t lines <<<"$output"
  [ "${#lines[@]}" = 3 ]
  for line in "${lines[@]:0:2}"; do
    [[ $line =~ ^\[([0-9]+)\.[0-9]{3}\]\ 127\.0\.0\.1\ :\ \[[01]\],\ 64\ bytes ]]
    [ "${BASH_REMATCH[1]}" -ge "$before" ] && [ "${BASH_REMATCH[1]}" -le "$after" ]
  done
  [[ ${lines[2]} == '127.0.0.1 : xmt/rcv'* ]]
  status 64 jaga ping -D 127.0.0.1
  says '-D requires -c or -C'
}

@test "what does not answer is lost, and asked again as often as -r says" {
  # A network of its own, in which nobody answers for that address.
  need nft
  unshare --net true 2>/dev/null || skip "no right to make a network namespace"
  cat >alone <<'END'
ip link set lo up
nft 'add table ip t; add chain ip t in { type filter hook input priority 0; }; add rule ip t in ip daddr 127.9.9.9 drop'
END
  alone() { unshare --net sh -c '. ./alone; exec "$@"' alone "$JAGA" ping "$@"; }
  for retries in 0 2; do
    status 1 alone --json -r $retries -t 20 127.9.9.9
    says "\"sent\": $((retries + 1)), \"received\": 0"
  done
  status 1 alone -C 2 -q -t 20 -p 20 127.9.9.9
  [ "$output" = '127.9.9.9 : - -' ]
  status 1 alone -c 2 -t 20 -p 20 127.9.9.9
  says '127.9.9.9 : [1], timed out (NaN avg, 100% loss)'
  says '127.9.9.9 : xmt/rcv/%loss = 2/0/100%'
  status 1 alone -t 20 127.9.9.9
  says '127.9.9.9 is unreachable'
  status 1 alone --json -C 1 -t 20 127.9.9.9
  says '"times_us": [null]'
}

@test "-e tells the time, -A the address, -s the sums, -g what lies between" {
  output=$(jaga ping -e 127.0.0.1 2>/dev/null)
  [[ $output =~ ^127\.0\.0\.1\ is\ alive\ \([0-9.]+\ ms\)$ ]]
  output=$(jaga ping -a -e 127.0.0.1 2>/dev/null)
  [[ $output =~ ^127\.0\.0\.1\ \([0-9.]+\ ms\)$ ]]
  output=$(jaga ping -4 -A localhost 2>/dev/null)
  [ "$output" = '127.0.0.1 is alive' ]
  jaga ping -q -s -c 2 -p 1 127.0.0.1 127.0.0.2 nosuch.invalid >out 2>err || [ $? = 1 ]
  [ "$(wc -l <out)" = 3 ]
  grep -qx ' *3 targets' err
  grep -qx ' *2 alive' err
  grep -qx ' *0 unreachable' err
  grep -qx ' *1 unknown addresses' err
  grep -qx ' *4 ICMP Echos sent' err
  grep -qx ' *4 ICMP Echo Replies received' err
  grep -qx ' *[0-9.]* sec (elapsed real time)' err
  output=$(jaga ping -a -g 127.0.0.8 127.0.0.11 2>/dev/null)
  [ "$output" = "$(printf '127.0.0.%s\n' 8 9 10 11)" ]
  output=$(jaga ping -a -g 127.0.0.0/30 2>/dev/null)
  [ "$output" = "$(printf '127.0.0.%s\n' 1 2)" ]
  status 64 jaga ping -g 127.0.0.1
  says 'hint: for example -g 10.1.0.0/24 or -g 10.1.0.5 10.1.0.20'
  status 64 jaga ping -g 127.0.0.9 127.0.0.1
}

@test "-4 and -6 ask for addresses of that family alone" {
  status 1 jaga ping -4 127.0.0.1 ::1
  says $'127.0.0.1 is alive\n'
  says '::1 is unknown ('
  status 1 jaga ping -6 127.0.0.1
  says '127.0.0.1 is unknown ('
  status 64 jaga ping -4 -6 localhost
  says '-4 and -6 cannot be combined'
}

@test "a bare number of -i and -t is of milliseconds" {
  output=$(jaga ping --json -c 5 -i 1 -t 900 127.0.0.1 2>/dev/null)
  says '"sent": 5, "received": 5'
  status 64 jaga ping -t 1x 127.0.0.1
  says "invalid value for -t: '1x'"
  says 'hint: give milliseconds'
}

@test "targets come from a file and from standard input, without its remarks" {
  printf '# all\n127.0.0.1  the first\n\n127.0.0.2 # the second\n' >list
  output=$(jaga ping -a -f list 2>/dev/null)
  [ "$output" = $'127.0.0.1\n127.0.0.2' ]
  output=$(jaga ping -a -f - <list 2>/dev/null)
  [ "$output" = $'127.0.0.1\n127.0.0.2' ]
  output=$(jaga ping -a <list 2>/dev/null)
  [ "$output" = $'127.0.0.1\n127.0.0.2' ]
}

@test "-u prints those that are not alive, and only them" {
  output=$(jaga ping -u 127.0.0.1 nosuch.invalid 2>/dev/null) || [ $? = 1 ]
  [ "$output" = nosuch.invalid ]
}

@test "json is one object a target" {
  jaga ping --json -c 2 -i 1ms 127.0.0.1 nosuch.invalid >out 2>/dev/null || [ $? = 1 ]
  [ "$(wc -l <out)" = 2 ]
  grep -q '"target": "127.0.0.1", "address": "127.0.0.1", "alive": true, "sent": 2, "received": 2, "loss_percent": 0' out
  grep -qE '"median_us": [0-9]+' out
  grep -q '"target": "nosuch.invalid", "address": "", "alive": false.*"reason": "' out
}

@test "more than 65,535 targets at once, each with its own answer" {
  jaga ping -a --rate 0 127.0.0.0/16 127.1.0.0/20 >out 2>err
  [ "$(sort -u out | wc -l)" = 69628 ]
}

@test "what is wrong is 64 and says how to say it" {
  status 64 jaga ping </dev/null
  says 'hint: give a host, 10.1.0.0/24'
  status 64 jaga ping 10.0.0.0/8
  says "'10.0.0.0/8' covers more than 1048576 hosts"
  status 64 jaga ping -a -u 127.0.0.1
  status 64 jaga ping -c 0 127.0.0.1
  status 66 jaga ping -f missing
  status 64 jaga ping -l localhost
  says "unknown option '-l'"
  status 64 jaga ping -i 10 -p 20 localhost
  says "hint: fping's -i is --rate here"
}

@test "a hostile name drives no terminal" {
  status 1 jaga ping $'bad\e]0;name'
  case $output in *$'\e'*) false ;; esac
  says 'bad\x1b]0;name is unknown'
}

@test "output that is lost is 74" {
  status 74 sh -c '"$JAGA" ping 127.0.0.1 >/dev/full'
}

@test "numbers in sentences are those of the language, the figures are not" {
  status 0 jaga --lang en ping -c 1 127.0.0.1
  [[ $output =~ in\ [0-9]+\.[0-9]{3}\ s ]]
  status 0 jaga --lang id ping -c 1 127.0.0.1
  [[ $output =~ dalam\ [0-9]+,[0-9]{3}\ detik ]]
  [[ $output =~ min/avg/max.*[0-9]\.[0-9] ]]
}
