#!/usr/bin/env bats
# The collector script itself, with dash and busybox, over files and programs that replace a host's: a mount
# namespace of its own puts them in the place of the real ones.

setup() {
  if [ "$(id -u)" = 0 ]; then apart=(unshare -m); else apart=(unshare -rm); fi
  "${apart[@]}" true 2>/dev/null || skip "no mount namespace can be made here"
  root=$BATS_TEST_TMPDIR
  mkdir -p "$root/bin" "$root/ssh" "$root/etc" "$root/run/systemd/system"
  # What other tests have running here is not of an earlier look.
  sed 's/^patience=20$/patience=100000/' "$JAGA_SOURCE"/lib/probe/collector/*.sh >"$root/collector"
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

# collect SHELL NAME [FILE PLACE]...: what the section NAME printed and its status; no other one is asked for, but for
# "all".
collect() {
  local shell=$1 name=$2 binds="mount --bind '$root/bin' /usr/local/sbin"
  shift 2
  while [ $# -gt 0 ]; do
    binds="$binds && mount --bind '$1' '$2'"
    shift 2
  done
  # shellcheck disable=SC2086 # "busybox sh" is two words
  "${apart[@]}" sh -c "$binds && exec $shell -s MARK ${name#all}" <"$root/collector" >"$root/out"
  sed -n "/^MARK begin $name\$/,/^MARK end $name\$/p" "$root/out" | sed '1d;$d;/^$/d'
}

# change FROM TO: in the script, which has it.
change() {
  grep -qF -- "$1" "$root/collector"
  FROM=$1 TO=$2 awk '{ while (at = index($0, ENVIRON["FROM"])) {
    printf "%s%s", substr($0, 1, at - 1), ENVIRON["TO"]; $0 = substr($0, at + length(ENVIRON["FROM"])) } print }' \
    "$root/collector" >"$root/changed"
  mv "$root/changed" "$root/collector"
}

# left_running ARGUMENT...: a program of an earlier look that waits permanently; the script takes it for old.
left_running() {
  change 'patience=100000' 'patience=-1'
  mkdir -p "$root/earlier"
  mkfifo "$root/earlier/never" 2>/dev/null || true
  printf '#!/bin/sh\nread -r _ <"%s"\n' "$root/earlier/never" >"$root/earlier/$1"
  chmod 755 "$root/earlier/$1"
  "$root/earlier/$1" "${@:2}" 3>&- &
  earlier=$!
  until tr '\0' ' ' <"/proc/$earlier/cmdline" | grep -q "earlier/$1 "; do :; done
}

teardown() {
  [ -z "${earlier-}" ] || kill "$earlier"
}

@test "every section has its end and its status" {
  for shell in "${shells[@]}"; do
    collect "$shell" all >/dev/null
    begun=$(grep -c '^MARK begin ' "$root/out")
    [ "$begun" -ge 30 ]
    [ "$(grep -c '^MARK end ' "$root/out")" = "$begun" ]
    [ "$(grep -cE '^MARK status [0-9]+$' "$root/out")" = "$begun" ]
    [ "$(grep '^MARK begin ' "$root/out" | sort | uniq -d)" = "" ]
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
    if grep -q secret "$root/out"; then return 1; fi
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
[ "$1" = show ] && for last; do :; done && echo "Id=$last" && echo "ActiveState=inactive"
END
  mkdir -p "$root/units/timers.target.wants"
  ln -s /nowhere "$root/units/timers.target.wants/at@.timer"
  ln -s /nowhere "$root/units/timers.target.wants/backup.timer"
  touch "$root/etc/job"
  chmod 666 "$root/etc/job"
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" timer "$root/run" /run "$root/units" /etc/systemd/system | grep -v '^now ')" = $'Id=backup.timer\nActiveState=inactive\nMARK status 0' ]
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
  change 'sleep 3' 'sleep 0.2'
  for shell in "${shells[@]}"; do
    # shellcheck disable=SC2086 # "busybox sh" is two words
    "${apart[@]}" bash -c ". '$root/dead'; exec $shell -s MARK disk inode remote mount" >"$root/out" 9>&- <"$root/collector" ||
      { [ $? != 77 ] || skip "no such mount can be made here"; }
    grep -qx "hangs nas:/a\\\\040b $root/na s" "$root/out"
    grep -q "^none .* $root/it's full\$" "$root/out"
    # Neither seen twice nor taken for read-only.
    [ "$(grep -c "$root/it is seen here as well" "$root/out")" = 0 ]
    [ "$(grep -c '^MARK status 0$' "$root/out")" = 4 ]
    # What was asked has been ended.
    while pgrep -f "^df -P[ki] $root/na s" >/dev/null; do :; done
  done

  # What an earlier look still asks is not asked again.
  left_running df -Pk "$root/na s"
  echo 'touch "'"$root/started"'"' | fake df
  for shell in "${shells[@]}"; do
    "${apart[@]}" bash -c ". '$root/dead'; mount --bind '$root/bin' /usr/local/sbin; exec $shell -s MARK remote" \
      >"$root/out" 9>&- <"$root/collector"
    grep -qx "hangs nas:/a\\\\040b $root/na s" "$root/out"
    [ ! -e "$root/started" ]
  done
}

# a_journal: one that can be read, in $root/logs.
a_journal() {
  mkdir -p "$root/logs/journal/0"
  : >"$root/logs/journal/0/system.journal"
}

# a_journal_that_hangs: its program waits permanently, for one that it has started; the script's patience ends soon.
a_journal_that_hangs() {
  a_journal
  mkfifo "$root/never"
  fake journalctl <<END
/bin/sh -c 'read -r _ <"$root/never"; true'
END
  change 'sleep 3' 'sleep 0.05'
}

@test "only what was asked for is measured" {
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" memory | sed -n '1s/:.*//p;$p')" = $'MemTotal\nMARK status 0' ]
    [ "$(grep -c '^MARK begin ' "$root/out")" = 1 ]
    # The same in one word, as from a list.
    # shellcheck disable=SC2086 # "busybox sh" is two words
    $shell -s MARK 'uptime edac' <"$root/collector" >"$root/out"
    [ "$(sed -n 's/^MARK begin //p' "$root/out")" = $'uptime\nedac' ]
  done
}

@test "a program that takes too long is ended, and the rest is measured" {
  a_journal_that_hangs
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" all "$root/logs" /var/log >/dev/null; sed -n '/begin kernel/,/status/p' "$root/out" | tail -n 1)" = "MARK status 124" ]
    [ "$(tail -n 1 "$root/out")" = "MARK end clock" ]
    # With all that it has started, and so is what counts the time.
    while pgrep -f "$root/never" >/dev/null; do :; done
  done
}

@test "a program of an earlier look that still runs is not started again" {
  a_journal
  left_running journalctl -q -k -o cat --no-pager --since -1h -n 20000
  echo 'touch "'"$root/started"'"' | fake journalctl
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" kernel "$root/logs" /var/log)" = "MARK status 75" ]
    [ ! -e "$root/started" ]
    collect "$shell" login "$root/logs" /var/log
    [ -e "$root/started" ]
    rm "$root/started"
  done
}

@test "processes that end while their files are read cost no look, and no kill" {
  # As mawk ends, whose read failed: at the first two of each three calls with files of processes.
  fake awk <<END
case "\$*" in *" < file"*)
  tries=\$((\$(cat "$root/tries" 2>/dev/null || echo 0) + 1))
  echo \$tries >"$root/tries"
  [ \$((tries % 3)) = 0 ] || { echo "awk: read error (No such process)" >&2; exit 2; } ;;
esac
exec $(command -v awk) "\$@"
END
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" identity | tail -n 1)" = "MARK status 0" ]
    [ "$(cat "$root/tries")" = 3 ]
    rm "$root/tries"
  done
  a_journal_that_hangs
  for shell in "${shells[@]}"; do
    collect "$shell" kernel "$root/logs" /var/log >/dev/null
    [ "$(cat "$root/tries")" = 6 ]
    rm "$root/tries"
    while pgrep -f "$root/never" >/dev/null; do :; done
  done
}

@test "every awk reads the same of /proc and /sys, and busybox has all programs that it takes" {
  whole='^(machine-id|hostname|kernel|cpus|MemTotal:|SwapTotal:|total|[0-9]+\t[0-9]+\t[0-9]+|[a-z0-9]+ (up|down|unknown) rx|source|ro|root|ID=|MARK|[a-z]+/[a-z_/0-9]+ [0-9])'
  expected=
  for awk in mawk gawk original-awk "busybox awk"; do
    command -v "${awk%% *}" >/dev/null || continue
    printf 'exec %s "$@"\n' "$awk" | fake awk
    for shell in "${shells[@]}"; do
      collect "$shell" all >/dev/null
      got=$(sed '/^MARK begin disk/,$d' "$root/out" | grep -E "$whole" | sed -E 's/^(total|[0-9]+\t|.* rx_errors).*/\1/')
      [ -n "$expected" ] || expected=$got
      [ "$got" = "$expected" ]
      [ "$(grep -c '^MARK end ' "$root/out")" -ge 30 ]
    done
  done
  for tool in awk cat date df find head sleep sed sort stat tail; do
    rm -f "$root/bin/$tool"
    ln -s "$(command -v busybox)" "$root/bin/$tool"
  done
  collect "busybox sh" all >/dev/null
  [ "$(sed '/^MARK begin disk/,$d' "$root/out" | grep -E "$whole" | sed -E 's/^(total|[0-9]+\t|.* rx_errors).*/\1/')" = "$expected" ]
  [ "$(sed -n '/^MARK begin disk$/,/^MARK end disk$/p' "$root/out" | grep -c '%')" -ge 1 ]
}

@test "pending updates, from what the distribution knows already" {
  mkdir -p "$root/notifier" "$root/lists" "$root/cache"
  fake apt-get <<'END'
case $* in *upgrade) printf 'Inst a [1] (2 Debian-Security:12/stable-security [amd64])\nConf a\n' ;; *) exit 1 ;; esac
END
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" updates | grep -v '^lists [0-9]* now [0-9]*$')" = $'Inst a [1] (2 Debian-Security:12/stable-security [amd64])\nMARK status 0' ]
  done
  # A failure does not mean that there is nothing to update.
  echo 'echo "E: broken" >&2; exit 100' | fake apt-get
  [ "$(collect "${shells[0]}" updates | tail -n 1)" = "MARK status 1" ]
  # Ubuntu has counted already; what is older than the last update of the lists is not believed.
  printf '\nExpanded Security Maintenance for Applications is not enabled.\n\n12 updates can be applied immediately.\n3 of these updates are standard security updates.\nTo see these additional updates run: apt list --upgradable\n\n5 additional security updates can be applied with ESM Apps.\n' >"$root/notifier/updates-available"
  change /var/lib/update-notifier "$root/notifier"
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" updates | grep -v '^lists ')" = $'pending 12\nsecurity 3\nMARK status 0' ]
  done
  touch -d 2020-01-01 "$root/notifier/updates-available"
  [ "$(collect "${shells[0]}" updates | tail -n 1)" = "MARK status 1" ]

  change 'has apt-get' 'has no-apt-get'
  fake dnf <<'END'
case "$*" in
"-q -C check-update") printf '\nbash.x86_64  5.2-2  updates\nkernel.x86_64  6.1  updates\nObsoleting Packages\nx.noarch  1  updates\n'; exit 100 ;;
"-q -C --security check-update") printf '\nkernel.x86_64  6.1  updates\n'; exit 100 ;;
esac
exit 1
END
  [ "$(id -u)" != 0 ] || for shell in "${shells[@]}"; do
    [ "$(collect "$shell" updates | grep -v '^lists ')" = $'pending 2\nsecurity 1\nMARK status 0' ]
  done
  rm "$root/bin/dnf"
  fake zypper <<'END'
case "$*" in
*list-updates) printf 'S | Repository | Name | Current | Available | Arch\n--+---\nv | updates | bash | 5.1 | 5.2 | x86_64\nv | updates | vim | 1 | 2 | x86_64\n' ;;
*"list-patches --category security") printf 'Repository | Name | Category | Severity | Interactive | Status | Summary\nupdates | S-1 | security | important | --- | needed | bash\n' ;;
esac
END
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" updates | grep -v '^lists ')" = $'pending 2\nsecurity 1\nMARK status 0' ]
  done
  rm "$root/bin/zypper"
  fake apk <<'END'
printf 'Installed:    Available:\nbusybox-1.36-r1    < 1.36-r2\n'
END
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" updates | grep -v '^lists ')" = $'pending 1\nsecurity -\nMARK status 0' ]
  done
}

@test "sensors, memory modules and power supplies are read by one program each" {
  sys=$root/sys
  mkdir -p "$sys"/class/hwmon/hwmon{0,1} "$sys/devices/nvme0/block/nvme0n1" "$sys/class/power_supply/AC0" "$sys/class/power_supply/BAT0" \
    "$sys/devices/system/edac/mc/mc0/dimm3"
  ln -s ../../../devices/nvme0 "$sys/class/hwmon/hwmon0/device"
  echo nvme >"$sys/class/hwmon/hwmon0/name"
  echo 41850 >"$sys/class/hwmon/hwmon0/temp1_input"
  echo 84850 >"$sys/class/hwmon/hwmon0/temp1_crit"
  echo Composite >"$sys/class/hwmon/hwmon0/temp1_label"
  echo nct6775 >"$sys/class/hwmon/hwmon1/name"
  echo 1200 >"$sys/class/hwmon/hwmon1/fan2_input"
  echo 0 >"$sys/class/hwmon/hwmon1/fan2_alarm"
  echo Mains >"$sys/class/power_supply/AC0/type"
  echo 1 >"$sys/class/power_supply/AC0/online"
  echo Battery >"$sys/class/power_supply/BAT0/type"
  echo 1 >"$sys/class/power_supply/BAT0/online"
  echo 7 >"$sys/devices/system/edac/mc/mc0/dimm3/dimm_ce_count"
  echo 0 >"$sys/devices/system/edac/mc/mc0/dimm3/dimm_ue_count"
  echo 'DIMM A1' >"$sys/devices/system/edac/mc/mc0/dimm3/dimm_label"
  change /sys/class "$sys/class"
  change /sys/devices "$sys/devices"
  for shell in "${shells[@]}"; do
    [ "$(collect "$shell" sensor)" = $'temp nvme@nvme0n1 41850 - 84850 Composite\nfan nct6775@hwmon1 1200 - 0 fan2\nMARK status 0' ]
    [ "$(collect "$shell" power)" = $'supply AC0 1\nMARK status 0' ]
    [ "$(collect "$shell" edac)" = $'mc0/dimm3 7 0 DIMMA1\nMARK status 0' ]
  done
}

@test "a look at the health of a quiet host starts few programs" {
  strace -f -o "$root/trace" true 2>/dev/null || skip "no program can be traced here"
  health="identity load memory uptime process handles conntrack interface raid mount account disk inode unit reboot sensor edac power kernel ups clock"
  for shell in "${shells[@]}"; do
    # shellcheck disable=SC2086 # words
    strace -f -qq -e trace=execve -o "$root/trace" $shell -s MARK $health <"$root/collector" >"$root/out"
    [ "$(tail -n 1 "$root/out")" = "MARK end clock" ]
    started=$(grep -c 'execve.*= 0$' "$root/trace")
    echo "$shell: $started"
    [ "$started" -le 20 ]
  done
}
