#!/usr/bin/env bats
# Many hosts and few means: whatever runs out, every check that was asked for has a result. Run by with-lab; JAGA
# names the program.
#
# All hosts are addresses of the monitor's own loopback. Of the 5,000 as many are asked over SSH as JAGA_SSH_HOSTS
# says: each costs this machine a process and a key exchange of sshd's, so that all 5,000 take minutes.

bats_require_minimum_version 1.5.0
load work

setup_file() {
  work_folder
  cd "$WORK/office" || return 1
  "$WORK/jaga" init -q --org Lab >/dev/null
}
teardown_file() { remove_work; }

setup() { cd "$WORK/office" || return 1; }
teardown() {
  [ -z "${sshd-}" ] || "$LAB" exec monitor kill "$sshd" 2>/dev/null || : # it is numbered in that namespace
  "$LAB" exec monitor nft delete table inet deaf 2>/dev/null || :
}

address() { echo "127.1.$(($1 / 250)).$(($1 % 250 + 1))"; }

# tally: how many results are so, "COUNT CHECK STATE REASON".
tally() {
  sed -n 's/.*"check": "\([a-z]*\)".*"state": "\([a-z]*\)", "reason": "\([a-z_]*\)".*/\1 \2 \3/p' "$WORK/out" |
    LC_ALL=C sort | uniq -c | sed 's/^ *//'
}

@test "5,000 hosts, an sshd at its MaxStartups, name servers that never answer" {
  asked=${JAGA_SSH_HOSTS:-250}
  # Nothing comes in for the resolver, not even an error.
  printf 'table inet deaf {\n chain input {\n type filter hook input priority 0\n udp dport 53 drop\n tcp dport 53 drop\n }\n}\n' |
    "$LAB" exec monitor nft -f -
  ssh-keygen -q -t ed25519 -N '' -f "$WORK/host"
  options=(-f /dev/null -h "$WORK/host" -o Port=2022 -o ListenAddress=0.0.0.0 -o UsePAM=no -o PidFile=none
    -o StrictModes=no)
  # All come from one address here: that is not to be held against it (OpenSSH 9.8 and later).
  server=$(command -v sshd || echo /usr/sbin/sshd)
  "$LAB" exec monitor mkdir -p /run/sshd # where sshd never ran there is none
  if "$LAB" exec monitor "$server" -t "${options[@]}" -o PerSourcePenalties=no 2>/dev/null; then
    options+=(-o PerSourcePenalties=no)
  fi
  "$LAB" exec monitor "$server" -T "${options[@]}" | grep -qix 'maxstartups 10:30:100'
  # shellcheck disable=SC2016  # $$ is that shell's
  "$LAB" exec monitor sh -c 'echo $$ >"$0/pid"; exec "$@"' "$WORK" "$server" -D -e "${options[@]}" 2>"$WORK/sshd.log" 3>&- &
  tries=0
  until grep -q 'Server listening' "$WORK/sshd.log" || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
  sshd=$(cat "$WORK/pid")
  {
    echo hosts:
    for ((i = 0; i < 5000; ++i)); do
      at=$(address "$i")
      [ "$i" -lt 4700 ] || at=h$i.example
      ssh=
      [ "$i" -ge "$asked" ] || ssh=', ssh'
      echo "  - {name: h$i, address: $at, login: {port: 2022}, checks: [icmp: {count: 1}, tcp: {port: 1}$ssh]}"
    done
  } >hosts.yaml
  code=0
  "$LAB" run "$WORK/jaga" monitor --no-record --json >"$WORK/out" 2>"$WORK/err" || code=$?
  [ "$code" = 2 ] || { cat "$WORK/err" >&2; false; }
  by_ssh=$((asked < 4700 ? asked : 4700))
  nameless=$((asked - by_ssh))
  {
    echo '4700 icmp ok none'
    echo '300 icmp unknown resolve_failed'
    # Nobody has pinned it: the key exchange went through, past all that sshd dropped.
    echo "$by_ssh ssh unknown host_key_unknown"
    [ "$nameless" = 0 ] || echo "$nameless ssh unknown resolve_failed"
    echo '4700 tcp critical refused'
    echo '300 tcp unknown resolve_failed'
  } | diff - <(tally)
  # It did have to drop some.
  grep -Eiq 'drop connection .*maxstartups|maxstartups throttling' "$WORK/sshd.log"
}

@test "a full descriptor table" {
  {
    echo hosts:
    for ((i = 0; i < 60; ++i)); do
      at=$(address "$i")
      echo "  - {name: h$i, address: $at, login: {port: 1}, checks: [icmp: {count: 1}, tcp: {port: 1}, ssh, http: {url: \"http://$at:1/\"}, dns: {name: a.example, type: A, server: 127.0.0.9, timeout: 1s}, plugin: {name: p, command: [/bin/echo, x]}]}"
    done
  } >hosts.yaml
  full=0
  # Of 32 descriptors so many are taken before jaga begins.
  for taken in 4 20 23 25; do
    code=0
    # shellcheck disable=SC2016  # of that shell
    "$LAB" run bash -c 'ulimit -n 32
      for ((fd = 3; fd < 3 + $0; ++fd)); do eval "exec $fd</dev/null"; done
      exec "$1" monitor --no-record --json' "$taken" "$WORK/jaga" >"$WORK/out" 2>"$WORK/err" || code=$?
    if [ "$code" = 74 ]; then # not even the inventory could be read
      [ ! -s "$WORK/out" ]
      grep -q 'Too many open files' "$WORK/err"
      continue
    fi
    [ "$code" -le 3 ] || { echo "taken $taken: exit $code" >&2; cat "$WORK/err" >&2; false; }
    for check in dns http icmp plugin ssh tcp; do
      [ "$(grep -c "\"check\": \"$check\"" "$WORK/out")" = 60 ] || { echo "taken $taken: $check" >&2; tally >&2; false; }
    done
    # What this machine could not do is never a fault of a host.
    [ "$(grep '"reason": "local_error"' "$WORK/out" | grep -vc '"state": "unknown"')" = 0 ]
    if grep -q '"reason": "local_error"' "$WORK/out"; then full=1; fi
  done
  [ "$full" = 1 ]
}
