#!/usr/bin/env bats
# What the lab promises. Run by with-lab, which has it up and names it in JAGA_LAB.

bats_require_minimum_version 1.5.0
load work

setup_file() { in_lab; }

setup() { eval "$("$LAB" env)"; }

teardown() { "$LAB" mend all; }

in_monitor() { "$LAB" run "$@"; }

login() { # login ACCOUNT KEY MACHINE COMMAND...: real ssh, host keys pinned
  local account=$1 key=$2
  shift 2
  in_monitor ssh -F "$JAGA_LAB_SSH_CONFIG" -i "$key" -l "$account" -o ConnectTimeout=5 "$@" </dev/null
}
measure() { login jaga "$JAGA_LAB_MEASURE_KEY" "$@"; }
repair() { login jaga-repair "$JAGA_LAB_REPAIR_KEY" "$@"; }

pings() { in_monitor ping -n -q -c 3 -i 0.2 -W 1 "$1"; }

broken() { "$LAB" list | sed -n '/^broken:/,/^$/p'; }

@test "every machine answers to ping over IPv4 and IPv6, unprivileged" {
  for machine in $JAGA_LAB_HOSTS; do
    name=JAGA_LAB_$(tr 'a-z-' 'A-Z_' <<<"$machine")
    in_monitor setpriv --reuid 65534 --clear-groups ping -n -q -c 1 -W 2 "${!name}"
    name6=${name}_6
    in_monitor ping -n -q -c 1 -W 2 "${!name6}"
  done
}

@test "names of machines are known to the monitor" {
  run -0 in_monitor getent hosts web01
  in_monitor hostname | grep -x monitor
}

@test "both accounts log in with the real ssh, to a machine that has its own name and machine-id" {
  ids=
  for machine in gw01 web01 web02 db01; do
    [ "$(measure "$machine" hostname)" = "$machine" ]
    [ "$(repair "$machine" cat /etc/hostname)" = "$machine" ]
    [ "$(measure "$machine" id -un)" = jaga ]
    ids+="$(measure "$machine" cat /etc/machine-id)"$'\n'
  done
  [ "$(sort -u <<<"$ids" | grep -cE '^[0-9a-f]{32}$')" = 4 ]
  run ! grep -qxF "$(cat /etc/machine-id 2>/dev/null || echo none)" <<<"$ids"
}

@test "the ecdsa key logs in as well, a key that nobody authorized does not" {
  [ "$(login jaga "$JAGA_LAB_MEASURE_KEY_ECDSA" web01 hostname)" = web01 ]
  run -255 login jaga-repair "$JAGA_LAB_MEASURE_KEY" web01 true
  [[ $output == *"Permission denied"* ]]
}

# bats test_tags=long
@test "a new key is authorized by lab authorize, on one machine only" {
  ssh-keygen -q -t ed25519 -N '' -f "$BATS_TEST_TMPDIR/key"
  "$LAB" authorize jaga-repair "$BATS_TEST_TMPDIR/key.pub" db01
  [ "$(login jaga-repair "$BATS_TEST_TMPDIR/key" db01 hostname)" = db01 ]
  run -255 login jaga-repair "$BATS_TEST_TMPDIR/key" web01 hostname
}

@test "jaga-repair is root by sudo -n, jaga is not" {
  [ "$(repair web01 sudo -n id -u)" = 0 ]
  run ! measure web01 sudo -n id -u
}

# bats test_tags=long
@test "a machine sees only itself: processes, files, disks" {
  run -0 repair web01 ps -e -o comm=
  [[ $output == *sshd* ]] && [[ $output != *bats* ]]
  # shellcheck disable=SC2016
  run -0 repair web01 'df -Pk | tail -n +2 | while read -r _ _ _ _ _ where; do echo "$where"; done'
  [ "$output" = $'/\n/run\n/var/log' ]
  run -0 repair web01 'sudo -n find /home /root /srv /tmp /etc/ssh -type f'
  [[ $output != *"$BATS_TEST_DIRNAME"* ]]
  repair web01 sudo -n touch /usr/bin/written-inside
  [ ! -e /usr/bin/written-inside ]
  run ! repair web02 test -e /usr/bin/written-inside
}

@test "all is well at first" {
  for machine in gw01 web01 web02 db01; do
    [ "$(measure "$machine" systemctl is-system-running)" = running ]
    [ -z "$(measure "$machine" systemctl --failed --no-legend --plain)" ]
  done
  [[ $("$LAB" list) == *"nothing is broken"* ]]
  in_monitor bash -c 'exec 3<>/dev/tcp/10.77.0.11/80 && exec 3<>/dev/tcp/10.77.0.13/5432'
}

# bats test_tags=long
@test "an address that is not here is told to be unreachable by the gateway, the fleet answers" {
  run -1 in_monitor ping -n -c 1 -W 2 10.99.1.1
  [[ $output == *"10.77.0.1"*"Net Unreachable"* ]]
  pings 10.78.200.17
  in_monitor ping -n -q -c 1 -W 2 fd77:6a61:6761:78::abcd
}

# bats test_tags=long
@test "stop-sshd: refused; mend" {
  "$LAB" break stop-sshd web01
  run -255 measure web01 true
  [[ $output == *refused* ]]
  [[ $(broken) == *"stop-sshd web01"* ]]
  pings "$JAGA_LAB_WEB01"
  "$LAB" mend stop-sshd web01
  measure web01 true
  [ -z "$(broken)" ]
}

# bats test_tags=long
@test "silent-banner: connected, nothing said; mend" {
  "$LAB" break silent-banner web01
  run -124 in_monitor timeout 1 bash -c 'exec 3<>/dev/tcp/10.77.0.11/22 && echo connected && read -r line <&3'
  [ "$output" = connected ]
  "$LAB" mend silent-banner web01
  measure web01 true
}

# bats test_tags=long
@test "reset-tcp, filter-tcp, filter-icmp; mend" {
  "$LAB" break reset-tcp web01
  run -255 measure web01 true
  [[ $output == *refused* || $output == *reset* ]]
  "$LAB" mend reset-tcp web01
  "$LAB" break filter-tcp web01 80
  run -124 in_monitor timeout 1 bash -c 'exec 3<>/dev/tcp/10.77.0.11/80'
  measure web01 true
  "$LAB" break filter-icmp web01
  run -1 pings "$JAGA_LAB_WEB01"
  run -1 pings "$JAGA_LAB_WEB01_6"
  measure web01 true
  "$LAB" mend all
  pings "$JAGA_LAB_WEB01"
  in_monitor bash -c 'exec 3<>/dev/tcp/10.77.0.11/80'
}

# bats test_tags=long
@test "drop: some packets, or all; mend" {
  "$LAB" break drop web02 100%
  run -1 pings "$JAGA_LAB_WEB02"
  pings "$JAGA_LAB_WEB01"
  "$LAB" mend drop web02
  "$LAB" break drop web02 40
  run in_monitor ping -n -q -c 200 -i 0.002 -W 1 "$JAGA_LAB_WEB02"
  got=$(sed -n 's/.* \([0-9]*\) received.*/\1/p' <<<"$output")
  [ "$got" -gt 60 ] && [ "$got" -lt 180 ] # 120 are to be expected; 7 standard deviations either side
  "$LAB" mend drop web02
  pings "$JAGA_LAB_WEB02"
}

# bats test_tags=long
@test "down takes one machine away, cut-switch all behind the switch; mend" {
  "$LAB" break down db01
  run -1 pings "$JAGA_LAB_DB01"
  pings "$JAGA_LAB_WEB01"
  "$LAB" mend down db01
  pings "$JAGA_LAB_DB01"
  "$LAB" break cut-switch
  for address in "$JAGA_LAB_SW_CORE" "$JAGA_LAB_WEB01" "$JAGA_LAB_WEB02" "$JAGA_LAB_DB01" "$JAGA_LAB_DB01_6"; do
    run -1 pings "$address"
  done
  pings "$JAGA_LAB_GW01"
  [[ $(broken) == *"cut-switch sw-core"* ]]
  "$LAB" mend cut-switch
  for address in "$JAGA_LAB_SW_CORE" "$JAGA_LAB_WEB01" "$JAGA_LAB_DB01_6"; do pings "$address"; done
}

used() { measure "$1" df -Pk /var/log | sed -n 's/.* \([0-9]*\)% .*/\1/p'; }

# bats test_tags=long
@test "fill-disk: over 95 %, freed by the repair that a team would do, and seen to be repaired" {
  "$LAB" break fill-disk web01
  [ "$(used web01)" -ge 95 ]
  run -0 repair web01 sudo -n journalctl --vacuum-size=2M
  [[ $output == *"freed"* ]]
  [ "$(used web01)" -lt 20 ]
  [[ $(broken) == *"fill-disk web01   (repaired)"* ]]
  "$LAB" mend all
  "$LAB" break fill-disk web01 stuck
  [ "$(used web01)" -ge 95 ]
  repair web01 sudo -n journalctl --vacuum-size=2M
  [ "$(used web01)" -ge 95 ]
  "$LAB" mend fill-disk web01
  [ "$(used web01)" -lt 10 ]
}

# bats test_tags=long
@test "fail-unit: seen as systemd shows it, mended by a restart over SSH" {
  "$LAB" break fail-unit web01 web
  [ "$(measure web01 systemctl is-active web)" = failed ]
  [ "$(measure web01 systemctl --failed --no-legend --plain)" = "web.service loaded failed failed Web server" ]
  [ "$(measure web01 systemctl is-system-running)" = degraded ]
  run -1 in_monitor bash -c 'exec 3<>/dev/tcp/10.77.0.11/80'
  run -1 measure web01 systemctl restart web
  [[ $output == *"authentication required"* ]]
  repair web01 sudo -n systemctl restart web.service
  [ "$(measure web01 systemctl is-active web.service)" = active ]
  in_monitor bash -c 'exec 3<>/dev/tcp/10.77.0.11/80'
  [[ $(broken) == *"(repaired)"* ]]
  [ "$(measure web01 systemctl show -p ActiveState --value web)" = active ]
}

# bats test_tags=long
@test "a unit whose program was killed has failed; broken-unit does not start again" {
  "$LAB" exec web01 sh -c 'kill -KILL $(cat /run/lab-units/web.service.pid)'
  [ "$(measure web01 systemctl is-active web)" = failed ]
  "$LAB" exec web01 systemctl reset-failed web
  [ "$(measure web01 systemctl is-active web)" = inactive ]
  "$LAB" exec web01 systemctl start web
  "$LAB" break broken-unit db01 db
  run -1 repair db01 sudo -n systemctl restart db
  [[ $output == *"Job for db.service failed"* ]]
  "$LAB" mend broken-unit db01 db
  [ "$(measure db01 systemctl is-active db)" = active ]
}

# bats test_tags=long
@test "change-host-key: ssh refuses; mend brings the old keys back" {
  "$LAB" break change-host-key web01
  run -255 measure web01 true
  [[ $output == *"REMOTE HOST IDENTIFICATION HAS CHANGED"* ]]
  [[ $(broken) == *change-host-key* ]]
  "$LAB" mend change-host-key web01
  measure web01 true
}

# bats test_tags=long
@test "change-machine-id, deny-login; mend" {
  before=$(measure web01 cat /etc/machine-id)
  "$LAB" break change-machine-id web01
  after=$(measure web01 cat /etc/machine-id)
  [[ $after =~ ^[0-9a-f]{32}$ ]] && [ "$before" != "$after" ]
  "$LAB" mend change-machine-id web01
  [ "$(measure web01 cat /etc/machine-id)" = "$before" ]
  "$LAB" break deny-login web01
  run -255 measure web01 true
  [[ $output == *"Permission denied"* ]]
  "$LAB" mend deny-login web01
  measure web01 true
}

# bats test_tags=long
@test "overload and low-memory are seen where a collector looks; mend" {
  "$LAB" break overload db01
  [[ $(measure db01 uptime) == *"64.10"* ]]
  "$LAB" break low-memory db01
  [ "$(measure db01 awk '/^MemAvailable/{print\ \$2}' /proc/meminfo)" = 40000 ]
  "$LAB" mend all
  [[ $(measure db01 uptime) == *" 0.04"* ]]
}

# bats test_tags=long
@test "what cannot be broken is reported as such" {
  run -64 "$LAB" break nonsense web01
  run -66 "$LAB" break stop-sshd web99
  [[ $output == *"there are"*web01* ]]
  run -64 "$LAB" break stop-sshd sw-core
  run -66 "$LAB" break fail-unit web01 db
  run -64 "$LAB" break drop web01 many
  [ -z "$(broken)" ]
}

@test "the inventory names machines, parents and logins" {
  run -0 "$LAB" inventory
  [[ $output == *'- name: "web01"'*'parents: {any: ["sw-core"]}'* ]]
  [ "$(grep -c 'name:' <<<"$output")" = 5 ]
}

# bats test_tags=long
@test "two labs at once do not meet, and down leaves nothing" {
  other=$BATS_TEST_TMPDIR/other
  links=$(ip -br link | sort)
  mounts=$(sort /proc/self/mountinfo)
  "$LAB" --state "$other" up
  "$LAB" --state "$other" up # is up already
  "$LAB" --state "$other" break stop-sshd web01
  measure web01 true
  pids=$(cat "$other"/hosts/*/pid)
  namespaces=$(for pid in $pids; do readlink "/proc/$pid/ns/net"; done)
  [ "$(wc -l <<<"$namespaces")" = 6 ]
  [ "$(ip -br link | sort)" = "$links" ]
  [ "$(sort /proc/self/mountinfo)" = "$mounts" ]
  "$LAB" --state "$other" down
  [ ! -e "$other" ]
  for namespace in $namespaces; do
    [ -z "$(find /proc -mindepth 3 -maxdepth 3 -path '/proc/[0-9]*/ns/net' -lname "$namespace" 2>/dev/null)" ]
  done
  [ "$(ip -br link | sort)" = "$links" ]
  "$LAB" --state "$other" down
  measure web01 true
}

ended() { # ended PID: gone, or only to be reaped
  [ ! -e "/proc/$1/stat" ] || grep -q '^State:.Z' "/proc/$1/status"
}

# bats test_tags=long
@test "a lab whose up is killed ends by itself; the next down clears its files away" {
  other=$BATS_TEST_TMPDIR/killed
  "$LAB" --state "$other" up 3>&- &
  up=$!
  until [ -s "$other/hosts/web01/pid" ]; do kill -0 "$up"; done
  read -r first _ <"$other/parent.pid"
  kill -KILL "$up"
  wait "$up" || true
  run -66 "$LAB" --state "$other" list
  until ended "$first"; do :; done
  "$LAB" --state "$other" down
  [ ! -e "$other" ]
}

@test "a lab without the right to make namespaces says so: 77, in CI 1" {
  run -77 env -u CI setpriv --bounding-set -all --inh-caps -all "$LAB" --state "$BATS_TEST_TMPDIR/no" up
  [[ $output == *"no right to make namespaces"* ]]
  run -1 env CI=true setpriv --bounding-set -all --inh-caps -all "$LAB" --state "$BATS_TEST_TMPDIR/no" up
}

@test "an unknown break or machine, or none: 64 and 66, and nothing is broken" {
  refused() { # refused STATUS ARGUMENT...
    local status=0
    "$LAB" "${@:2}" 2>"$BATS_TEST_TMPDIR/err" || status=$?
    [ "$status" = "$1" ] || { echo "exit $status instead of $1: ${*:2}"; cat "$BATS_TEST_TMPDIR/err"; return 1; }
  }
  refused 64 break nosuch web01
  refused 64 break fill-disk
  refused 64 mend fill-disk
  refused 66 break fill-disk nosuch
  "$LAB" list | grep -q '^nothing is broken'
}
