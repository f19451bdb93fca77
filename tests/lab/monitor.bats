#!/usr/bin/env bats
# `jaga monitor` over machines that are broken in each way: every check has its result, with its own reason, and
# `jaga analyze` the fault. Run by with-lab; JAGA names the program.

bats_require_minimum_version 1.5.0
load work

setup_file() {
  work_folder
  work_keys
  cd "$WORK/office" || return 1
  jaga init -q --org Lab --person staff --role staff >/dev/null
  cat >hosts.yaml <<'END'
hosts:
  - {name: "sw-core", address: "10.77.0.2", kind: "switch", checks: [icmp: {count: 2, timeout: "500ms"}]}
  - {name: "web01", address: "10.77.0.11", parents: {any: ["sw-core"]}, checks: [icmp: {count: 2, timeout: "500ms"}, tcp: {port: 80, timeout: "1s"}, ssh]}
  - {name: "db01", address: "10.77.0.13", parents: {any: ["sw-core"]}, checks: [tcp: {port: 5432, timeout: "1s"}]}
  - {name: "named", address: "web02", checks: [icmp: {count: 2}, tcp: {port: 80}]}
  - {name: "nowhere", address: "no-such-host.example", checks: [icmp, tcp: {port: 80}]}
  - {name: "here", address: "10.77.0.5", checks: [local]}
END
  jaga host trust --yes web01 >/dev/null
}

teardown_file() { remove_work; }

setup() {
  cd "$WORK/office" || return 1
  rm -rf rounds
}
teardown() {
  "$LAB" mend all
  "$LAB" exec monitor sysctl -qw net.ipv4.ping_group_range='0 2147483647'
}


monitor() { # monitor HOST...: a round; a result a line is in $out
  out=$(jaga monitor --json "$@" 2>"$WORK/err") || true
}

result() { grep -F "\"host\": \"$1\", \"check\": \"$2\", \"object\": \"${3-}\"" <<<"$out"; }

has() { # has HOST CHECK OBJECT TEXT...: the result holds each TEXT
  local line text
  line=$(result "$1" "$2" "$3") || { echo "no result $1 $2 $3 in: $out" >&2; return 1; }
  for text in "${@:4}"; do
    case $line in *"$text"*) ;; *)
      echo "not in it: $text" >&2
      echo "$line" >&2
      return 1
      ;;
    esac
  done
}

faults() { # faults KEY...: those of the round, and no other. What this machine itself has is not ours
  local keys
  keys=$(jaga analyze --dry-run --json | sed -n 's/.*"key": "\([^"]*\)".*/\1/p' | sed '/^here\//d' | sort | paste -s -d ' ')
  [ "$keys" = "$*" ] || { echo "faults: '$keys', not '$*'" >&2; return 1; }
}

@test "all is well, and a name without an address is a result of its own" {
  monitor
  has web01 icmp '' '"state": "ok"' '"rtt_us": '
  has web01 tcp 80 '"state": "ok"' '"connect_us": '
  has web01 ssh '' '"state": "ok"' '"hostname": "web01"'
  has web01 memory '' '"state": "ok"' '"available_percent": 80'
  has named icmp '' '"state": "ok"'
  has nowhere icmp '' '"state": "unknown"' '"reason": "resolve_failed"' '"hard": true'
  has nowhere tcp 80 '"state": "unknown"' '"reason": "resolve_failed"'
  has here local '' '"state": "ok"'
  faults nowhere/dns-failure
}

@test "a closed port: refused, thrice, and all else is measured" {
  "$LAB" break stop-sshd web01
  monitor web01
  has web01 ssh '' '"state": "critical"' '"reason": "refused"' '"hard": true' '"attempts": 3'
  has web01 icmp '' '"state": "ok"'
  has web01 tcp 80 '"state": "ok"'
  faults web01/service-down/22
}

@test "a silent banner: one time limit and not confirmed; progress is shown on a terminal meanwhile" {
  "$LAB" break silent-banner web01
  local began=$SECONDS
  script -qec "$(printf '%q ' "$LAB" run "$WORK/jaga" --key "$HOME/staff" monitor --json web01 db01)" "$WORK/typed" >/dev/null || true
  grep -q 'of 4 checks.*waiting for web01 ssh' "$WORK/typed"
  out=$(tr -d '\r' <"$WORK/typed")
  has web01 ssh '' '"state": "critical"' '"reason": "timed_out"' 'the server sent nothing' '"hard": false' '"attempts": 1'
  [ $((SECONDS - began)) -lt 20 ] # of 10 seconds for the handshake
  has web01 icmp '' '"state": "ok"'
  has db01 tcp 5432 '"state": "ok"'
  # The rounds after it confirm it.
  monitor web01
  monitor web01
  has web01 ssh '' '"reason": "timed_out"' '"hard": true' '"attempts": 3'
}

@test "filtered echo requests: a port answers, so the host is not down" {
  "$LAB" break filter-icmp web01
  monitor web01
  has web01 icmp '' '"state": "critical"' '"reason": "timed_out"' '"loss_percent": 100' '"tcp_port": '
  has web01 ssh '' '"state": "ok"'
  faults web01/packet-loss
}

@test "a filtered port: echo requests are answered, so the host is not down" {
  "$LAB" break filter-tcp db01 5432
  monitor db01
  has db01 tcp 5432 '"state": "critical"' '"reason": "timed_out"' '"echo_us": ' '"attempts": 3'
  faults db01/filtered/5432
}

@test "a host that refuses echo requests itself is up" {
  "$LAB" exec web01 nft 'add table inet refuse; add chain inet refuse in { type filter hook input priority 0; };
    add rule inet refuse in icmp type echo-request reject with icmp admin-prohibited'
  monitor web01
  "$LAB" exec web01 nft delete table inet refuse
  has web01 icmp '' '"state": "critical"' '"reason": "unreachable"' '"from_host": 1' '"icmp_code": 13' '"router": "10.77.0.11"'
  faults web01/echo-refused
}

@test "name servers that never answer hold nobody up" {
  [ -e /etc/resolv.conf ] || skip "there is no /etc/resolv.conf to lay another one over"
  echo 'nameserver 10.77.0.13' >"$WORK/resolv.conf"
  "$LAB" exec db01 nft 'add table inet deaf; add chain inet deaf in { type filter hook input priority 0; };
    add rule inet deaf in udp dport 53 drop'
  "$LAB" exec monitor mount --bind "$WORK/resolv.conf" /etc/resolv.conf
  script -qec "$(printf '%q ' "$LAB" run "$WORK/jaga" --key "$HOME/staff" monitor --json sw-core nowhere db01)" "$WORK/typed" >/dev/null || true
  "$LAB" exec monitor umount /etc/resolv.conf
  "$LAB" exec db01 nft delete table inet deaf
  # All others were done while it waited for the name.
  grep -q '2 of 4 checks.*waiting for nowhere' "$WORK/typed"
  out=$(tr -d '\r' <"$WORK/typed")
  has nowhere icmp '' '"state": "unknown"' '"reason": "resolve_failed"'
  has nowhere tcp 80 '"reason": "resolve_failed"'
  has sw-core icmp '' '"state": "ok"'
  has db01 tcp 5432 '"state": "ok"'
}

as_nobody() { # as_nobody HOST...: monitor, by a user with no right at all
  mkdir -p "$WORK/config/jaga" "$WORK/nobody"
  chown 65534:65534 "$WORK/nobody"
  echo 'trusted: ["*"]' >"$WORK/config/jaga/config.yaml" # the directory is root's
  out=$(XDG_CONFIG_HOME=$WORK/config XDG_STATE_HOME=$WORK/nobody "$LAB" run setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set=-all --no-new-privs \
    "$WORK/jaga" monitor --json --no-record "$@" 2>"$WORK/err") || true
}

@test "without any right, ping sockets are enough where they are allowed" {
  as_nobody sw-core db01
  has sw-core icmp '' '"state": "ok"' '"rtt_us": '
  run ! grep -q ping_group_range "$WORK/err"
}

@test "without any right and without ping sockets a port is used instead, and both remedies are named" {
  "$LAB" exec monitor sysctl -qw net.ipv4.ping_group_range='1 0'
  as_nobody sw-core named
  has named icmp '' '"state": "ok"' '"tcp_port": 80' 'not permitted'
  has sw-core icmp '' '"state": "unknown"' '"reason": "not_permitted"'
  grep -q 'ping_group_range' "$WORK/err"
  grep -q 'setcap cap_net_raw' "$WORK/err"
}

@test "raw sockets do as well" {
  "$LAB" exec monitor sysctl -qw net.ipv4.ping_group_range='1 0'
  monitor sw-core
  has sw-core icmp '' '"state": "ok"' '"rtt_us": '
}

@test "a login that is refused leaves the other results" {
  "$LAB" break deny-login web01
  monitor web01
  has web01 ssh '' '"state": "critical"' '"reason": "auth_failed"' '"hard": true'
  has web01 icmp '' '"state": "ok"'
  has web01 tcp 80 '"state": "ok"'
  faults web01/auth-failure
}

@test "what only root may see is unknown, and says so" {
  "$LAB" exec web01 chmod 600 /run/lab/meminfo
  monitor web01
  "$LAB" exec web01 chmod 644 /run/lab/meminfo
  has web01 memory '' '"state": "unknown"' '"reason": "needs_root"'
  has web01 load '' '"state": "ok"'
}

@test "each fault of a machine is found by what was measured" {
  "$LAB" break change-host-key web01
  monitor web01
  has web01 ssh '' '"reason": "host_key_changed"' '"seen_fingerprint": "SHA256:' '"pinned_fingerprint": "SHA256:'
  faults web01/host-key-changed
  "$LAB" mend all
  for break in 'fill-disk:disk-full/%2Fvar%2Flog' 'low-memory:memory-pressure' 'overload:overload'; do
    "$LAB" break "${break%%:*}" web01
    rm -rf rounds
    monitor web01
    faults "web01/${break#*:}"
    "$LAB" mend all
  done
  "$LAB" break fail-unit web01 cron
  rm -rf rounds
  monitor web01
  faults web01/failed-unit/cron.service
}

@test "a switch that is cut: it is the root, and all behind it is confirmed but the logins" {
  "$LAB" break cut-switch
  monitor sw-core web01 db01
  has sw-core icmp '' '"state": "critical"' '"attempts": 3'
  has web01 icmp '' '"state": "critical"' '"hard": true'
  has web01 ssh '' '"reason": "timed_out"' '"hard": false'
  has db01 tcp 5432 '"hard": true'
  faults sw-core/host-down
}

@test "a plugin runs on the host itself, every word as it was written" {
  mkdir -p hosts.d
  cat >hosts.d/plugins.yaml <<'END'
hosts:
  - name: "web01-plugins"
    address: "10.77.0.11"
    checks:
      - plugin: {name: words, via: ssh, command: [/bin/sh, -c, 'printf "%s;" "$(uname -n)" "$@"; echo "|a=5ms"; exit 1', x, "it's", "$HOME", "a  b", ""]}
      - plugin: {name: slow, via: ssh, timeout: 1s, command: [/bin/sleep, "50"]}
      - plugin: {name: absent, via: ssh, command: [/nowhere/check_x]}
      - plugin: {name: killed, via: ssh, command: [/bin/sh, -c, "kill -KILL $$"]}
      - plugin: {name: odd, via: ssh, command: [/bin/sh, -c, "echo usage; exit 64"]}
END
  jaga host trust --yes web01-plugins >/dev/null
  monitor web01-plugins
  rm hosts.d/plugins.yaml
  has web01-plugins plugin words '"state": "warning"' '"reason": "reported"' "web01;it's;\$HOME;a  b;;" '"a_us": 5000'
  has web01-plugins plugin slow '"state": "unknown"' '"reason": "timed_out"'
  has web01-plugins plugin absent '"state": "unknown"' '"reason": "absent"'
  has web01-plugins plugin killed '"state": "unknown"' '"reason": "killed"'
  has web01-plugins plugin odd '"state": "unknown"' '"reason": "bad_exit"'
}

@test "a clock a day off" {
  "$LAB" break clock web01 86400
  monitor web01
  has web01 clock '' '"state": "critical"' '"offset_s": 86'
  faults web01/clock-skew
}

@test "a resolver that is dead: it alone is accused, and it is not down" {
  mkdir -p hosts.d
  cat >hosts.d/ns.yaml <<'END'
hosts:
  - {name: "ns", address: "10.77.0.12", checks: [icmp: {count: 2}, dns: {name: "web01.example", type: "A", server: "10.77.0.12", timeout: "500ms"}]}
END
  "$LAB" break filter-udp web02 53
  monitor ns
  rm hosts.d/ns.yaml
  has ns icmp '' '"state": "ok"'
  has ns dns web01.example/A '"state": "critical"' '"reason": "timed_out"'
  cat >hosts.d/ns.yaml <<'END'
hosts:
  - {name: "ns", address: "10.77.0.12"}
END
  faults ns/dns-server-down/web01.example%2FA
  rm hosts.d/ns.yaml
}

# bats test_tags=long
@test "large packets vanish: the login hangs, small ones come through, distinguished from a server that hangs" {
  "$LAB" break filter-large web01
  monitor web01
  has web01 icmp '' '"state": "ok"' '"large_lost": 3'
  has web01 ssh '' '"reason": "timed_out"'
  faults web01/mtu-blackhole
  "$LAB" mend all
  rm -rf rounds
  "$LAB" break silent-banner web01
  for _ in 1 2 3; do monitor web01; done # a login that hangs is confirmed by the next rounds
  has web01 icmp '' '"large_lost": 0'
  faults web01/service-hung/22
}

@test "packets are lost" {
  "$LAB" break drop web01 60
  mkdir -p hosts.d
  printf 'hosts:\n  - {name: "lossy", address: "10.77.0.11", checks: [icmp: {count: 60, interval: "5ms", timeout: "500ms", warn: {loss: "5%%"}, crit: {loss: "25%%"}}]}\n' >hosts.d/lossy.yaml
  monitor lossy
  has lossy icmp '' '"state": "critical"' '"reason": "limit_reached"'
  faults lossy/packet-loss
  rm hosts.d/lossy.yaml
}

@test "round trips are far over what is usual for this host, within its fixed limits" {
  mkdir -p hosts.d
  printf 'hosts:\n  - {name: "far", address: "10.79.1.1", checks: [icmp: {count: 3, interval: "5ms", timeout: "1s"}]}\n' >hosts.d/far.yaml
  printf '10.79.1.1 echo\n' >"$WORK/script"
  "$LAB" peer "$WORK/script"
  for _ in 1 2 3 4 5 6 7 8 9 10 11; do monitor far; done
  has far icmp '' '"state": "ok"'
  "$LAB" peer stop
  printf '10.79.1.1 delay:190\n' >"$WORK/script"
  "$LAB" peer "$WORK/script"
  for _ in 1 2 3; do monitor far; done
  has far icmp '' '"state": "warning"' '"loss_percent": 0' '"rtt_percent": '
  faults far/high-latency
  "$LAB" peer stop
  rm hosts.d/far.yaml
}

answers() { # answers MACHINE OTHER: to who asks for the address of both
  "$LAB" exec "$1" sysctl -qw net.ipv4.conf.all.arp_ignore=0
  "$LAB" exec "$2" sysctl -qw net.ipv4.conf.all.arp_ignore=8
  "$LAB" exec monitor ip neigh flush 10.77.0.50
}

@test "two machines have one address: each answers in turn, and an address that moves once is not a fault" {
  for machine in web01 web02; do "$LAB" exec "$machine" ip address add 10.77.0.50/32 dev eth0; done
  mkdir -p hosts.d
  printf 'hosts:\n  - {name: "twice", address: "10.77.0.50", checks: [icmp: {count: 2, timeout: "500ms"}]}\n' >hosts.d/twice.yaml
  answers web01 web02
  monitor twice
  answers web02 web01
  monitor twice
  has twice icmp '' '"state": "ok"' '"mac_flips": 0'
  faults
  for turn in "web01 web02" "web02 web01"; do
    # shellcheck disable=SC2086  # two words
    answers $turn
    monitor twice
  done
  for machine in web01 web02; do
    "$LAB" exec "$machine" ip address del 10.77.0.50/32 dev eth0
    "$LAB" exec "$machine" sysctl -qw net.ipv4.conf.all.arp_ignore=0
  done
  has twice icmp '' '"state": "ok"' '"mac_flips": 2' "\"other_mac\": \"$("$LAB" exec web01 cat /sys/class/net/eth0/address)\""
  faults twice/duplicate-ip
  rm hosts.d/twice.yaml
}

@test "a memory module whose counters of EDAC rise" {
  # As the kernel's EDAC shows it; this machine may have none.
  "$LAB" exec web01 mount -t tmpfs none /sys/devices/system
  # shellcheck disable=SC2016  # for the shell there
  counted() {
    "$LAB" exec web01 sh -c 'cd /sys/devices/system && mkdir -p edac/mc/mc0/dimm0 edac/mc/mc0/dimm3 && cd edac/mc/mc0 &&
      for at in 0 3; do echo "CPU_SrcID#0_MC#0_Chan#${at}_DIMM#0" >dimm$at/dimm_label; echo 0 >dimm$at/dimm_ue_count; done
      echo 2 >dimm0/dimm_ce_count; echo "$1" >dimm3/dimm_ce_count' sh "$1"
  }
  counted 5
  monitor web01
  has web01 kernel 'memory:CPU_SrcID#0_MC#0_Chan#3_DIMM#0' '"state": "ok"' '"errors": 5'
  faults
  for errors in 29 31 33; do # what rises is confirmed by rounds, not by asking again at once
    counted $errors
    monitor web01
  done
  "$LAB" exec web01 umount /sys/devices/system
  has web01 kernel 'memory:CPU_SrcID#0_MC#0_Chan#0_DIMM#0' '"state": "ok"'
  has web01 kernel 'memory:CPU_SrcID#0_MC#0_Chan#3_DIMM#0' '"new_errors": 28' '"slot": "CPU_SrcID#0_MC#0_Chan#3_DIMM#0"'
  faults web01/memory-ecc
}

# bats test_tags=long
@test "the monitor's own link is down: nobody is accused" {
  "$LAB" break down monitor
  monitor
  faults /monitor-isolated
  "$LAB" mend all
  rm -rf rounds
  monitor web01
  faults
}
