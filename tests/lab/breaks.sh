# What can be broken on a machine of the lab. Sourced by lab.
#
# A break NAME is three functions: break_NAME and mend_NAME, and broken_NAME, which looks at the machine
# whether it still is broken (a repair may have mended it); each is given MACHINE [WHAT].
# shellcheck shell=bash
# shellcheck disable=SC2154  # state, here, kind, cable: of lab
# shellcheck disable=SC2016  # scripts for inside_sh are expanded inside

breaks_help() {
  cat <<'END'
lab break NAME MACHINE [WHAT]; lab mend NAME MACHINE [WHAT]; lab mend all
  stop-sshd MACHINE             nobody listens: connections are refused
  silent-banner MACHINE         sshd hangs: connections are taken and nothing is said
  reset-tcp MACHINE [PORT]      connections are reset (22)
  filter-tcp MACHINE [PORT]     packets to the port vanish (22)
  filter-udp MACHINE [PORT]     datagrams to the port vanish (53)
  filter-icmp MACHINE           echo requests vanish, all else works
  filter-large MACHINE          packets over 900 bytes vanish, both ways, and nobody says so
  drop MACHINE PERCENT          so many of all packets to it vanish, at random
  down MACHINE                  its cable is out
  cut-switch                    the cable of sw-core is out, and with it all that is behind
  fill-disk MACHINE [stuck]     /var/log is full, of old journals (stuck: of something else)
  fail-unit MACHINE UNIT        the unit has failed; a restart helps
  broken-unit MACHINE UNIT      the unit has failed; a restart fails too
  change-host-key MACHINE       sshd shows other host keys
  change-machine-id MACHINE     as if it were another machine
  deny-login MACHINE            no key is authorized any more
  clock MACHINE SECONDS         its clock is so far ahead
  overload MACHINE              the load is 64
  low-memory MACHINE            1 % of the memory is available
END
}

inside_sh() { # inside_sh MACHINE SCRIPT [ARGUMENT...]
  on "$1" /bin/sh -euc "$2" sh "${@:3}"
}

unit_state() { # unit_state MACHINE UNIT
  on "$1" systemctl is-active "$2" || true
}

break_stop_sshd() { on "$1" systemctl stop ssh; }
mend_stop_sshd() { on "$1" systemctl start ssh; }
broken_stop_sshd() { [ "$(unit_state "$1" ssh)" != active ]; }

break_silent_banner() { inside_sh "$1" 'kill -STOP "$(cat /run/lab-units/ssh.service.pid)"'; }
mend_silent_banner() { inside_sh "$1" 'kill -CONT "$(cat /run/lab-units/ssh.service.pid)"'; }
broken_silent_banner() {
  inside_sh "$1" 'grep -q "^State:.T" "/proc/$(cat /run/lab-units/ssh.service.pid)/status"' 2>/dev/null
}

filter() { # filter MACHINE TABLE RULE...: what comes in
  in_net "$1" nft "add table inet $2; add chain inet $2 in { type filter hook input priority -10; };
    add rule inet $2 in iifname lo accept; add rule inet $2 in ${*:3}"
}
unfilter() { in_net "$1" nft delete table inet "$2"; }
filtered() { in_net "$1" nft list table inet "$2" >/dev/null 2>&1; }

port() { # port TEXT: a port, or say so
  case $1 in '' | *[!0-9]*) fail 64 "'$1' is not a port" ;; esac
}

break_reset_tcp() {
  port "${2:-22}"
  filter "$1" "lab_reset_${2:-22}" "tcp dport ${2:-22} reject with tcp reset"
}
mend_reset_tcp() { unfilter "$1" "lab_reset_${2:-22}"; }
broken_reset_tcp() { filtered "$1" "lab_reset_${2:-22}"; }

break_filter_tcp() {
  port "${2:-22}"
  filter "$1" "lab_filter_${2:-22}" "tcp dport ${2:-22} drop"
}
mend_filter_tcp() { unfilter "$1" "lab_filter_${2:-22}"; }
broken_filter_tcp() { filtered "$1" "lab_filter_${2:-22}"; }

break_filter_udp() {
  port "${2:-53}"
  filter "$1" "lab_udp_${2:-53}" "udp dport ${2:-53} drop"
}
mend_filter_udp() { unfilter "$1" "lab_udp_${2:-53}"; }
broken_filter_udp() { filtered "$1" "lab_udp_${2:-53}"; }

break_filter_large() {
  filter "$1" lab_large "meta length > 900 drop; add chain inet lab_large out { type filter hook output priority -10; };
    add rule inet lab_large out oifname != lo meta length > 900 drop"
}
mend_filter_large() { unfilter "$1" lab_large; }
broken_filter_large() { filtered "$1" lab_large; }

break_filter_icmp() {
  filter "$1" lab_icmp "icmp type echo-request drop; add rule inet lab_icmp in icmpv6 type echo-request drop"
}
mend_filter_icmp() { unfilter "$1" lab_icmp; }
broken_filter_icmp() { filtered "$1" lab_icmp; }

break_drop() {
  local percent=${2-}
  percent=${percent%\%}
  case $percent in '' | *[!0-9]*) fail 64 "lab break drop MACHINE PERCENT" ;; esac
  if [ "$percent" -ge 100 ]; then
    filter "$1" lab_drop drop
  else
    filter "$1" lab_drop "numgen random mod 100 < $percent drop"
  fi
}
mend_drop() { unfilter "$1" lab_drop; }
broken_drop() { filtered "$1" lab_drop; }

plug() { # plug MACHINE up|down
  in_net "${cable[$1]}" ip link set "$1" "$2"
}
unplugged() { ! in_net "${cable[$1]}" ip -o link show "$1" | grep -q '[<,]UP[,>]'; }

break_down() { plug "$1" down; }
mend_down() { plug "$1" up; }
broken_down() { unplugged "$1"; }

break_cut_switch() { plug sw-core down; }
mend_cut_switch() { plug sw-core up; }
broken_cut_switch() { unplugged sw-core; }

break_fill_disk() {
  # Sparse files would not do: tmpfs counts what was written.
  inside_sh "$1" '
    free() { df -Pk /var/log | { read -r _ && read -r _ _ _ available _ && echo "$available"; }; }
    if [ "${1-}" = stuck ]; then
      head -c "$(($(free) * 1024 - 300000))" /dev/zero >/var/log/core.dump
      exit
    fi
    cd "/var/log/journal/$(cat /etc/machine-id)"
    head -c 500000 /dev/zero >system.journal
    number=1000
    while [ "$(free)" -gt 1400 ]; do
      head -c 1048576 /dev/zero >"system@$number.journal"
      number=$((number + 1))
    done
    head -c "$(($(free) * 1024 - 300000))" /dev/zero >"system@$number.journal"' "${2-}"
}
mend_fill_disk() { inside_sh "$1" 'rm -f /var/log/journal/*/*.journal /var/log/core.dump'; }
broken_fill_disk() {
  inside_sh "$1" 'df -Pk /var/log | { read -r _ && read -r _ _ _ _ used _ && [ "${used%\%}" -ge 90 ]; }'
}

unit_name() { # unit_name MACHINE UNIT: with its ending, or say that there is none
  local unit=${2-}
  [ -n "$unit" ] || fail 64 "which unit?"
  unit=${unit%.service}.service
  on "$1" test -e "/usr/local/lib/lab/units/$unit" || fail 66 "$1 has no unit '$unit'"
  echo "$unit"
}

break_fail_unit() {
  local unit
  unit=$(unit_name "$@")
  on "$1" systemctl stop "$unit"
  on "$1" touch "/run/lab-units/$unit.failed"
}
mend_fail_unit() {
  local unit
  unit=$(unit_name "$@")
  on "$1" systemctl restart "$unit"
}
broken_fail_unit() { [ "$(unit_state "$1" "$2")" != active ]; }

break_broken_unit() {
  break_fail_unit "$@"
  on "$1" touch "/run/lab-units/$(unit_name "$@").broken"
}
mend_broken_unit() {
  on "$1" rm -f "/run/lab-units/$(unit_name "$@").broken"
  mend_fail_unit "$@"
}
broken_broken_unit() { broken_fail_unit "$@"; }

break_change_host_key() {
  inside_sh "$1" '
    for type in ed25519 ecdsa; do
      rm -f "/etc/ssh/ssh_host_${type}_key" "/etc/ssh/ssh_host_${type}_key.pub"
      ssh-keygen -q -t "$type" -N "" -C "root@$(hostname)" -f "/etc/ssh/ssh_host_${type}_key"
    done
    systemctl restart ssh'
}
mend_change_host_key() {
  local file
  for file in "$state/hosts/$1/"ssh_host_*; do
    # shellcheck disable=SC2016
    on "$1" /bin/sh -c 'cat >"/etc/ssh/$1"' sh "${file##*/}" <"$file"
  done
  on "$1" systemctl restart ssh
}
broken_change_host_key() {
  ! on "$1" cat /etc/ssh/ssh_host_ed25519_key.pub | cmp -s - "$state/hosts/$1/ssh_host_ed25519_key.pub"
}

break_change_machine_id() { inside_sh "$1" 'tr 0-9a-f 1-9a-f0 </etc/machine-id >/run/id; cat /run/id >/etc/machine-id'; }
mend_change_machine_id() { on "$1" tee /etc/machine-id <"$state/hosts/$1/machine-id" >/dev/null; }
broken_change_machine_id() { ! on "$1" cat /etc/machine-id | cmp -s - "$state/hosts/$1/machine-id"; }

break_deny_login() { on "$1" mv /etc/ssh/authorized_keys /etc/ssh/authorized_keys.away; }
mend_deny_login() { on "$1" mv /etc/ssh/authorized_keys.away /etc/ssh/authorized_keys; }
broken_deny_login() { ! on "$1" test -d /etc/ssh/authorized_keys; }

break_clock() {
  case ${2-} in '' | *[!0-9]*) fail 64 "lab break clock MACHINE SECONDS" ;; esac
  # What a collector asks; the kernel's clock is that of all.
  inside_sh "$1" '
    printf "#!/bin/sh\n[ \"\$*\" = +%%s ] || exec /usr/bin/date \"\$@\"\necho \$((\$(/usr/bin/date +%%s) + %s))\n" "$1" \
      >/usr/local/bin/date
    chmod 755 /usr/local/bin/date' "$2"
}
mend_clock() { on "$1" rm -f /usr/local/bin/date; }
broken_clock() { on "$1" test -e /usr/local/bin/date; }

# /proc/loadavg and others are files of the host (host.sh), written in place to stay what they are.
pressure() { # pressure MACHINE cpu|memory PERCENT
  inside_sh "$1" 'printf "%s avg10=$2 avg60=$2 avg300=$2 total=9000000\n" some full >"/run/lab/pressure.$1"' "$2" "$3"
}
break_overload() {
  inside_sh "$1" 'echo "64.10 60.05 48.00 66/97 1234" >/run/lab/loadavg'
  pressure "$1" cpu 85.00
}
mend_overload() {
  inside_sh "$1" 'echo "0.04 0.03 0.00 1/97 1234" >/run/lab/loadavg'
  pressure "$1" cpu 0.00
}
broken_overload() { on "$1" grep -q '^64' /proc/loadavg; }

break_low_memory() {
  on "$1" tee /run/lab/meminfo < <("$here/meminfo" 40000) >/dev/null
  pressure "$1" memory 60.00
}
mend_low_memory() {
  on "$1" tee /run/lab/meminfo < <("$here/meminfo" 3200000) >/dev/null
  pressure "$1" memory 0.00
}
broken_low_memory() { on "$1" grep -q '^MemAvailable: *40000 ' /proc/meminfo; }

# ---- the commands

breakable() { # breakable NAME MACHINE WHAT: or say why not
  declare -F "broken_${1//-/_}" >/dev/null || fail 64 "nothing is called '$1'; lab list names what can be broken"
  machine "$2"
  case $1:${kind[$2]} in
  down:monitor) ;;
  *:monitor) fail 64 "the monitor is not broken" ;;
  cut-switch:* | down:* | drop:* | filter-icmp:* | filter-udp:* | filter-large:*) ;;
  *:switch) fail 64 "$2 is a switch: it has a network and no programs" ;;
  esac
}

noted() { # noted NAME MACHINE [WHAT]: the line of state/broken
  local line="$*"
  echo "${line% }"
}

forget() { # forget LINE
  grep -vxF -- "$1" "$state/broken" >"$state/broken.new" || true
  mv "$state/broken.new" "$state/broken"
}

serve_again() { # serve_again MACHINE: its sshd answers, unless another break keeps it from that
  has_ssh "$1" || return 0
  grep -qE "^(stop-sshd|silent-banner|reset-tcp|filter-tcp|filter-large|drop|down|cut-switch|fail-unit|broken-unit) " \
    "$state/broken" || wait_for 20 greets "$1" || fail 1 "sshd of $1 does not answer"
}

break_it() {
  local line
  [ $# -ge 1 ] || {
    breaks_help >&2
    exit 64
  }
  [ "$1" != cut-switch ] || set -- cut-switch sw-core
  [ $# -ge 2 ] || fail 64 "lab break NAME MACHINE: on which machine?"
  breakable "$1" "${2-}"
  become_root "$@"
  need_up
  exec 9>"$state/lock"
  flock 9
  line=$(noted "$@")
  if grep -qxF -- "$line" "$state/broken"; then
    "broken_${1//-/_}" "${@:2}" && return 0 # still is
    forget "$line"
  fi
  "break_${1//-/_}" "${@:2}"
  echo "$line" >>"$state/broken"
}

mend_it() {
  local line words
  [ $# -ge 1 ] || fail 64 "lab mend NAME MACHINE, or lab mend all"
  [ "$1" != cut-switch ] || set -- cut-switch sw-core
  [ "$1" = all ] || [ $# -ge 2 ] || fail 64 "lab mend NAME MACHINE: on which machine?"
  [ "$1" = all ] || breakable "$1" "${2-}"
  become_root "$@"
  need_up
  exec 9>"$state/lock"
  flock 9
  # The last that was broken first.
  while read -r -u 8 line; do
    case "$line " in
    "$* "*) ;;
    *) [ "$1" = all ] || continue ;;
    esac
    read -r -a words <<<"$line"
    if "broken_${words[0]//-/_}" "${words[@]:1}"; then "mend_${words[0]//-/_}" "${words[@]:1}"; fi
    forget "$line"
    serve_again "${words[1]}"
  done 8< <(tac "$state/broken")
}
