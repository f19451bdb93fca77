#!/usr/bin/env bats
# The collector script itself, with dash and busybox, over files and programs that replace a host's: a mount
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

@test "needrestart names the services, and a failure of it is not an absence" {
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

@test "what the kernel says of memory, disks and file systems, in the words of old and new kernels" {
  mkdir -p "$root/journal/0" "$root/none"
  : >"$root/journal/0/system.journal"
  fake journalctl <<END
case " \$* " in *" -k "*) cat "$root/log" ;; esac
END
  cat >"$root/log" <<'END'
Out of memory: Kill process 4711 (mysqld) score 951 or sacrifice child
Killed process 4711 (mysqld) total-vm:9kB, anon-rss:9kB
Memory cgroup out of memory: Killed process 12 (java) total-vm:1kB, anon-rss:1kB, UID:0
Killed process 13, UID 48, (Web Content) total-vm:16416388kB
XFS (dm-0): Metadata corruption detected at xfs_agf_verify+0x70/0x120 [xfs], xfs_agf block 0x1
XFS (sdb1): Metadata CRC error detected at xfs_agi_read_verify
XFS (dm-0): log I/O error -5
XFS (sda1): Mounting V5 Filesystem
XFS (sda1): Ending clean mount
EXT4-fs error (device sda1): ext4_lookup:1855: inode #2: comm ls: deleted inode referenced: 12
EXT4-fs (sda1): Remounting filesystem read-only
EXT4-fs (sda1): mounted filesystem with ordered data mode
BTRFS critical (device dm-0): corrupt leaf, root=5 block=1
BTRFS warning (device sda): csum failed root 5 ino 257 off 0
BTRFS info (device sda): bdev /dev/sda errs: wr 0, rd 0, flush 0, corrupt 0, gen 0
blk_update_request: I/O error, dev fd0, sector 0
blk_update_request: I/O error, dev sr0, sector 0 op 0x0:(READ)
blk_update_request: I/O error, dev sdc, sector 8 op 0x0:(READ)
INFO: task jbd2/sda1-8:263 blocked for more than 120 seconds.
END
  for shell in "${shells[@]}"; do
    mkdir -p "$root/logs"
    cp -r "$root/journal" "$root/logs/"
    got=$(collect "$shell" kernel "$root/logs" /var/log)
    [ "$got" = $'oom 3 Web Content\nio 1\nfilesystem 7\nmemory 0\nhung 1\nMARK status 0' ]
  done
}

@test "a mount that never answers is named, and the other file systems are told" {
  [ -c /dev/fuse ] || skip "no /dev/fuse"
  mkdir -p "$root/it's full" "$root/na s" "$root/it is seen here as well"
  # A file system whose program never answers: the descriptor is open, and nobody reads from it.
  cat >"$root/dead" <<END
exec 9<>/dev/fuse || exit 77
mount -t tmpfs -o size=1m none "$root/it's full" || exit 77
mount --bind "$root/it's full" "$root/it is seen here as well" && mount -o remount,bind,ro "$root/it is seen here as well" || exit 77
mount -i -t fuse.nfs -o fd=9,rootmode=40000,user_id=0,group_id=0 'nas:/a b' "$root/na s" || exit 77
END
  for shell in "${shells[@]}"; do
    # shellcheck disable=SC2086 # "busybox sh" is two words
    "${apart[@]}" bash -c ". '$root/dead'; exec $shell -s MARK" >"$root/out" 9>&- < <(
      awk '/^section / { inside = 1; keep = $2 ~ /^(disk|inode|remote|mount)$/ } /^(#|$)/ { inside = 0 } !inside || keep' "$collector"
    ) || { [ $? != 77 ] || skip "no such mount can be made here"; }
    grep -qx "hangs nas:/a\\\\040b $root/na s" "$root/out"
    grep -q "^none .* $root/it's full\$" "$root/out"
    # Neither seen twice nor taken for read-only.
    [ "$(grep -c "$root/it is seen here as well" "$root/out")" = 0 ]
    [ "$(grep -c '^MARK status 0$' "$root/out")" = 4 ]
  done
}
