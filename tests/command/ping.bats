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
  says '127.0.0.1 is alive ('
  says '::1 is alive ('
  says '2 targets: 2 alive, 0 unreachable, 0 unknown'
}

@test "a name that stands for no address is an answer, and 1" {
  status 1 jaga ping -q 127.0.0.1 nosuch.invalid
  [ -z "$output" ]
  status 1 jaga ping 127.0.0.1 nosuch.invalid
  says 'nosuch.invalid is unknown ('
  says '1 alive, 0 unreachable, 1 unknown'
}

@test "networks, ranges and brackets are written out" {
  output=$(jaga ping -a --rate 0 127.0.0.0/29 127.0.1.1-127.0.1.2 127.0.2.1-2 2>/dev/null)
  [ "$output" = "$(printf '127.0.0.%s\n' 1 2 3 4 5 6
    printf '%s\n' 127.0.1.1 127.0.1.2 127.0.2.1 127.0.2.2)" ]
}

@test "a count is sent to each, and every reply is measured" {
  output=$(jaga ping -c 3 -i 5ms 127.0.0.1 2>/dev/null)
  [[ $output =~ ^127\.0\.0\.1\ :\ xmt/rcv/%loss\ =\ 3/3/0%,\ min/avg/max\ =\ [0-9.]+/[0-9.]+/[0-9.]+,\ median/p95/jitter\ =\ [0-9.]+/[0-9.]+/[0-9.]+$ ]]
}

@test "a bare number of -i and -t is of milliseconds" {
  output=$(jaga ping --json -c 5 -i 1 -t 900 127.0.0.1 2>/dev/null)
  says '"sent": 5, "received": 5'
  status 64 jaga ping -t 1x 127.0.0.1
  says "'1x' is no DUR for -t"
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
  says 'hint: name a host, 10.1.0.0/24'
  status 64 jaga ping 10.0.0.0/8
  says "'10.0.0.0/8' stands for more than 1048576 hosts"
  status 64 jaga ping -a -u 127.0.0.1
  status 64 jaga ping -c 0 127.0.0.1
  status 66 jaga ping -f missing
  status 64 jaga ping -4 localhost
  says "unknown option '-4'"
}

@test "a hostile name drives no terminal" {
  status 1 jaga ping $'bad\e]0;name'
  case $output in *$'\e'*) false ;; esac
  says 'bad\x1b]0;name is unknown'
}

@test "output that is lost is 74" {
  status 74 sh -c '"$JAGA" ping 127.0.0.1 >/dev/full'
}
