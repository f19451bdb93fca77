#!/usr/bin/env bats
# The collector script itself, with dash and busybox, over files and programs that stand in for a host's: a mount
# namespace of its own puts them in the place of the real ones.

setup() {
  collector=$JAGA_SOURCE/lib/probe/collector.sh
  if [ "$(id -u)" = 0 ]; then apart=(unshare -m); else apart=(unshare -rm); fi
  "${apart[@]}" true 2>/dev/null || skip "no mount namespace can be made here"
  root=$BATS_TEST_TMPDIR
  mkdir -p "$root/bin" "$root/ssh" "$root/etc"
  shells=()
  for shell in dash "busybox sh"; do
    command -v "${shell%% *}" >/dev/null && shells+=("$shell")
  done
  [ ${#shells[@]} -gt 0 ]
}

# fake NAME: a program of that name, from standard input.
fake() {
  { echo '#!/bin/sh'; cat; } >"$root/bin/$1"
  chmod 755 "$root/bin/$1"
}

# collect SHELL NAME [FILE PLACE]...: what the section NAME printed and its status; no other one is run, but for "all".
collect() {
  local shell=$1 name=$2 binds="mount --bind '$root/bin' /usr/local/sbin"
  shift 2
  while [ $# -gt 0 ]; do
    binds="$binds && mount --bind '$1' '$2'"
    shift 2
  done
  # shellcheck disable=SC2086 # "busybox sh" is two words
  "${apart[@]}" sh -c "$binds && exec $shell -s MARK" >"$root/out" < <(
    awk -v name="$name" '/^section / { inside = 1; keep = name == "all" || $2 == name } /^(#|$)/ { inside = 0 } !inside || keep' "$collector"
  )
  sed -n "/^MARK begin $name\$/,/^MARK end $name\$/p" "$root/out" | sed '1d;$d;/^$/d'
}

@test "every section has its end and its status" {
  for shell in "${shells[@]}"; do
    collect "$shell" all >/dev/null
    begun=$(grep -c '^MARK begin ' "$root/out")
    [ "$begun" -ge 30 ]
    [ "$(grep -c '^MARK end ' "$root/out")" = "$begun" ]
    [ "$(grep -cE '^MARK status [0-9]+$' "$root/out")" = "$begun" ]
    # The clock is the last one, and knows when the first began.
    [ "$(tail -n 1 "$root/out")" = "MARK end clock" ]
    grep -qE '^started [0-9]+$' "$root/out"
  done
}

@test "sshd_config is read with what it includes, up to Match, where sshd itself does not tell" {
  mkdir -p "$root/ssh/sshd_config.d"
  printf '# comment\nInclude /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\nMatch User git\nPermitRootLogin yes\n' >"$root/ssh/sshd_config"
  printf 'PermitRootLogin yes\nMatch all\nStrictModes no' >"$root/ssh/sshd_config.d/10.conf"
  echo 'exit 1' | fake sshd
  echo 'exit 1' | fake sudo
  for shell in "${shells[@]}"; do
    got=$(collect "$shell" sshd "$root/ssh" /etc/ssh)
    [ "$got" = $'source file\nPermitRootLogin yes\nPermitRootLogin no\nMARK status 0' ]
  done
}

@test "sshd tells what is in force" {
  echo 'Port 22' >"$root/ssh/sshd_config"
  echo '[ "$1" = -T ] && echo permitrootlogin no' | fake sshd
  for shell in "${shells[@]}"; do
    got=$(collect "$shell" sshd "$root/ssh" /etc/ssh)
    [ "$got" = $'source effective\npermitrootlogin no\nMARK status 0' ]
  done
}

@test "sockets by the kernel's table, where ss does not tell" {
  echo 'exit 1' | fake ss
  for shell in "${shells[@]}"; do
    got=$(collect "$shell" listen)
    [[ $got == *"MARK status 0" ]]
    [ -z "$(grep -vE '^(tcp6?|udp6?) hex [0-9A-F]+:[0-9A-F]{4}$|^range [0-9]+ [0-9]+$|^MARK status 0$' <<<"$got")" ]
  done
  printf 'echo "tcp LISTEN 0 128 0.0.0.0:4444 0.0.0.0:*"\n' | fake ss
  for shell in "${shells[@]}"; do
    collect "$shell" listen | grep -qx 'tcp 0.0.0.0:4444'
  done
}

@test "failed logins and refused commands of the last hour, from the log" {
  mkdir -p "$root/log"
  now=$(date +%s)
  for minutes in 5 30 200; do
    at=$(date -d "@$((now - minutes * 60))" +%Y-%m-%dT%H:%M:%S.000000+00:00)
    old=$(date -d "@$((now - minutes * 60))" '+%b %e %H:%M:%S')
    echo "$at web01 sshd[1]: Failed password for invalid user from 1.2.3.4 from 203.0.113.9 port 5 ssh2"
    echo "$old web01 sshd[1]: Failed password for root from 203.0.113.9 port 5 ssh2"
    echo "$at web01 sshd[1]: Connection closed by invalid user x 198.51.100.7 port 9 [preauth]"
    echo "$at web01 sshd[1]: Accepted publickey for staff from 10.0.0.1 port 9 ssh2"
    echo "$at web01 sudo: bob : user NOT in sudoers ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh"
    echo "$at web01 sudo: jaga : command not allowed ; PWD=/ ; USER=root ; COMMAND=list"
    echo "$at web01 sshd[1]: Invalid user eve : user NOT in sudoers ; from 1.2.3.4 port 1"
  done >"$root/log/auth.log"
  for shell in "${shells[@]}"; do
    got=$(collect "$shell" login "$root/log" /var/log)
    [ "$(sort <<<"$got")" = "$(printf '%s\n' 'source 203.0.113.9 4' 'source 198.51.100.7 2' 'denied bob 2' 'failed 6 sources 2' 'MARK status 0' | sort)" ]
  done
}

@test "accounts that expire, and nothing else of the file of passwords" {
  printf 'root:x:0:0::/root:/bin/sh\nbob:x:1:1::/:/bin/sh\nann:x:2:2::/:/bin/bash\ndaemon:x:3:3::/:/usr/sbin/nologin\n' >"$root/passwd"
  printf 'root:*:19000:0:99999:7:::\nbob:$6$secret:19000:0:90:7:::\nann:!:19000:0:90:7::20784:\ndaemon:*:1:0:9:7::5:\n' >"$root/shadow"
  for shell in "${shells[@]}"; do
    got=$(collect "$shell" expiry "$root/passwd" /etc/passwd "$root/shadow" /etc/shadow)
    [ "$(grep -v '^today [0-9]*$' <<<"$got")" = $'account bob - 19090\naccount ann 20784 -\nMARK status 0' ]
    ! grep -q secret "$root/out"
  done
}

@test "what tools of power say, through their own words" {
  fake upsc <<'END'
[ "$1" = -l ] && { echo rack1; exit 0; }
printf 'battery.charge: 71\ndevice.mfr: X\nups.status: OB DISCHRG\n'
END
  fake storcli64 <<'END'
[ "$1" = /call/bbu ] && printf 'Controller = 0\nModel State\nBBU Failed 0 hour(s)\n'
exit 0
END
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" ups)" = $'ups rack1\nbattery.charge: 71\nups.status: OB DISCHRG\nMARK status 0' ]
    if [ "$(id -u)" = 0 ]; then
      [ "$(collect "$shell" battery)" = $'tool storcli\nController = 0\nBBU Failed 0 hour(s)\nMARK status 0' ]
    fi
  done
}

@test "needrestart names the services, and a failure of it is no absence" {
  printf 'printf "NEEDRESTART-VER: 3.6\\nNEEDRESTART-SVC: ssh.service\\n"\n' | fake needrestart
  [ "$(id -u)" = 0 ] || skip "only root may ask it"
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" restart)" = $'tool needrestart\nservice ssh.service\nMARK status 0' ]
  done
  echo 'exit 3' | fake needrestart
  [ "$(collect "${shells[0]}" restart)" = "MARK status 1" ]
}

@test "timers, and what anybody may write to" {
  fake systemctl <<'END'
case $1 in
list-unit-files) echo 'backup.timer enabled enabled' ; echo 'at@.timer enabled enabled' ;;
show) shift; for last; do :; done; echo "Id=$last"; echo "ActiveState=inactive" ;;
esac
END
  touch "$root/etc/job"
  chmod 666 "$root/etc/job"
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" timer | grep -v '^now ')" = $'Id=backup.timer\nActiveState=inactive\nMARK status 0' ]
    [ "$(collect "$shell" writable "$root/etc" /usr/local/lib | grep '^/usr/local/lib')" = /usr/local/lib/job ]
  done
}
