# The collector: what a host says about itself. POSIX sh (dash, busybox), without root; it changes nothing.
# $1 is a nonce; each section is a line "NONCE begin NAME", what it prints (capped), and "NONCE end NAME STATUS".
# STATUS 127: the program or file that tells is not there; 124: it took too long (timeout(1)); 77: this login may
# not look, which root could.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
nonce=$1
limit=10
[ -n "$nonce" ] || exit 64
started=$(date +%s)
export started

# GNU and busybox agree on "timeout SECONDS PROGRAM"; older busybox wants -t and is treated as having none.
if timeout 5 true 2>/dev/null; then bounded="timeout $limit"; else bounded=; fi

# bounded SCRIPT: its output, then its status; what it complains about tells a missing right from other failures.
bounded() {
  complaint=$({ $bounded sh -c "$1" 3>&- </dev/null; } 2>&1 >&3)
  status=$?
  case $status:$complaint in
  0:* | 124:* | 127:*) ;;
  *"not been booted with systemd"*) status=127 ;;
  *[Pp]"ermission denied"* | *"peration not permitted"* | *[Aa]"ccess denied"* | *"authentication required"*) status=77 ;;
  esac
  printf '\n%s status %s\n' "$nonce" "$status"
}

# section NAME MOST-BYTES SCRIPT: the status stands outside of the pipe, so it is printed by the inner side.
section() {
  printf '%s begin %s\n' "$nonce" "$1"
  { bounded "$3" 3>&1; } | {
    # The body is cut by bytes, but the line of the status comes through.
    awk -v most="$2" -v mark="$nonce status " '
      index($0, mark) == 1 { status = substr($0, length(mark) + 1); next }
      { size += length($0) + 1; if (size <= most) print; else cut = 1 }
      END { if (cut) print mark "cut"; print mark (status == "" ? "126" : status) }'
  }
  printf '%s end %s\n' "$nonce" "$1"
}

section identity 4096 '
  for file in /etc/machine-id /var/lib/dbus/machine-id; do
    [ -r "$file" ] && { printf "machine-id "; head -n 1 "$file"; break; }
  done
  printf "hostname "; uname -n
  printf "kernel "; uname -r
  for item in product_serial board_serial product_uuid; do
    [ -r /sys/class/dmi/id/$item ] && { printf "%s " "$item"; head -n 1 /sys/class/dmi/id/$item; }
  done
  exit 0'
section load 4096 '
  [ -e /proc/loadavg ] || exit 127
  printf "loadavg "; cat /proc/loadavg || exit 1
  printf "cpus "; grep -c "^processor" /proc/cpuinfo
  for what in cpu memory io; do
    [ -r /proc/pressure/$what ] && sed "s/^/pressure-$what /" /proc/pressure/$what
  done
  exit 0'
section memory 4096 '
  [ -e /proc/meminfo ] || exit 127
  grep -E "^(MemTotal|MemAvailable|SwapTotal|SwapFree):" /proc/meminfo'
# $here: the mounts that this machine serves itself, for one df; $far: those that wait for another one or for a
# program, each for a df of its own, with its device as mountinfo spells it. Both as words of sh, one mount a file
# system; without mountinfo df takes all.
mounts=$(awk '
  function word(text, code) {
    while (match(text, /\\[0-7][0-7][0-7]/)) {
      code = substr(text, RSTART + 1, 1) * 64 + substr(text, RSTART + 2, 1) * 8 + substr(text, RSTART + 3, 1)
      text = substr(text, 1, RSTART - 1) (code == 92 ? "\001" : sprintf("%c", code)) substr(text, RSTART + 4)
    }
    gsub(/\001/, "\\", text)
    return quoted(text)
  }
  function quoted(text) {
    gsub(/\047/, "\047\\\047\047", text)
    return "\047" text "\047"
  }
  {
    for (i = 7; i < NF && $i != "-"; i++) ;
    type = $(i + 1)
    if (i >= NF || $5 ~ /\\012/) next
    if (type ~ /^(proc|sysfs|devpts|cgroup2?|mqueue|debugfs|tracefs|securityfs|pstore|bpf|configfs|fusectl|autofs)$/) next
    if (type ~ /^(hugetlbfs|binfmt_misc|nsfs|rpc_pipefs|nfsd|efivarfs|selinuxfs|ramfs|rootfs)$/) next
    if (type ~ /^(squashfs|iso9660|udf|erofs|cramfs|fuse\.(lxcfs|gvfsd-fuse|portal|snapfuse|squashfuse.*))$/) next
    if (type == "overlay" && $5 != "/") next
    # Of a file system that is mounted more than once the whole before a part, then the shortest name.
    rank = ($4 == "/" ? 0 : 100000) + length($5)
    if ($3 in best && best[$3] <= rank) next
    if (!($3 in best)) order[++count] = $3
    best[$3] = rank
    point[$3] = $5
    device[$3] = $(i + 2)
    away[$3] = type ~ /^(nfs4?|cifs|smb3|smbfs|ncpfs|afs|ceph|9p|virtiofs|lustre|gpfs|ocfs2|gfs2|coda)$/ ||
      type ~ /^(orangefs|beegfs|panfs|vboxsf|prl_fs|fuse|fuseblk|fuse\..*)$/
  }
  END {
    for (i = 1; i <= count && i <= 512; i++)
      if (away[order[i]]) {
        if (++asked <= 32) far = far " " word(point[order[i]]) " " quoted(device[order[i]])
      } else here = here " " word(point[order[i]])
    printf "%s\n%s\n.", here, far
  }' /proc/self/mountinfo 2>/dev/null)
here=${mounts%%
*}
far=${mounts#*
}
far=${far%
.}
[ -n "$bounded" ] && brief="timeout 3" || brief=
export here far brief
section disk 65536 'eval "df -Pk $here"'
section inode 65536 'eval "df -Pi $here"'
# Lines "blocks" and "inodes" of df, "hangs DEVICE MOUNT", "fails DEVICE MOUNT: WHY". Nobody waits for a df that cannot
# even be killed: it holds no stream of ours, and at the next look no second one joins it.
section remote 65536 '
  [ -n "$far" ] || exit 127
  running="
$(ps -A -o args= 2>/dev/null || ps -o args)
"
  ask() {
    told=$($brief df -Pk "$1" 2>&1) || {
      [ $? = 124 ] && exit 124
      case $told in
      *"ermission denied"*) ;;
      *) printf "fails %s %s: %s\n" "$2" "$1" "${told##*: }" ;;
      esac
      exit 0
    }
    inodes=$($brief df -Pi "$1" 2>/dev/null)
    printf "blocks %s\ninodes %s\n" "${told##*
}" "${inodes##*
}"
  }
  eval "set -- $far"
  asked= children=
  while [ $# -gt 0 ]; do
    case $running in
    *"
df -Pk $1
"*) asked="$asked -" ;;
    *)
      (ask "$1" "$2") &
      asked="$asked $!" children="$children $!"
      ;;
    esac
    shift 2
  done
  (sleep 5; kill $children) >/dev/null 2>&1 &
  eval "set -- $far"
  for one in $asked; do
    [ "$one" != - ] && wait "$one" || printf "hangs %s %s\n" "$2" "$1"
    shift 2
  done
  kill $! 2>/dev/null
  exit 0'
# "fstab MOUNT" of what is meant to be read-only, then "ro MOUNT TYPE DEVICE" of each file system that is. One that is only
# seen read-only here, and written elsewhere, is not.
section mount 131072 '
  if [ -r /etc/fstab ]; then
    while read -r device mount type options rest || [ -n "$device" ]; do
      case $device,$options, in
      "#"*) ;;
      *,ro,*) printf "fstab %s\n" "$mount" ;;
      esac
    done </etc/fstab
  fi
  [ -r /proc/self/mountinfo ] || exec cat /proc/self/mounts
  echo source mountinfo
  awk "{
    for (i = 7; i < NF && \$i != \"-\"; i++) ;
    if (\$(i + 3) ~ /(^|,)(ro|emergency_ro|shutdown)(,|\$)/ && !seen[\$3]++) print \"ro\", \$5, \$(i + 1), \$(i + 2)
  }" /proc/self/mountinfo'
section unit 32768 '
  command -v systemctl >/dev/null || exit 127
  systemctl list-units --state=failed --no-legend --plain --no-pager'
section uptime 256 '[ -e /proc/uptime ] || exit 127; cat /proc/uptime'
section reboot 4096 '
  kernels() {
    printf "running "; uname -r
    for file in /boot/vmlinuz-*; do
      [ -e "$file" ] && printf "installed %s\n" "${file#/boot/vmlinuz-}"
    done
    true
  }
  for file in /run/reboot-required /var/run/reboot-required; do
    [ -e "$file" ] && { echo required; kernels; exit 0; }
  done
  [ -e /etc/debian_version ] || exit 127
  echo no
  kernels'
section updates 65536 '
  command -v apt-get >/dev/null || exit 127
  newest=0
  for file in /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists/partial /var/lib/apt/lists; do
    [ -e "$file" ] || continue
    age=$(stat -c %Y "$file" 2>/dev/null) || continue
    [ "$age" -gt "$newest" ] && newest=$age
  done
  printf "lists %s now %s\n" "$newest" "$(date +%s)"
  # A failure of apt-get does not mean that there are no updates.
  pending=$(apt-get -s -o Debug::NoLocking=true upgrade) || exit 1
  printf "%s\n" "$pending" | grep "^Inst "
  exit 0'

# What only some hosts have: 127 where there is nothing of the kind.
section process 256 '
  { ps -A -o stat= 2>/dev/null || ps -o stat; } | awk "
    { total++; state = substr(\$1, 1, 1) }
    state == \"Z\" { zombies++ }
    state == \"D\" { blocked++ }
    END { if (!total) exit 127; printf \"total %d zombies %d blocked %d\\n\", total, zombies, blocked }"'
section handles 256 '[ -r /proc/sys/fs/file-nr ] || exit 127; cat /proc/sys/fs/file-nr'
section conntrack 256 '
  cd /proc/sys/net/netfilter 2>/dev/null && [ -e nf_conntrack_max ] || exit 127
  echo $(cat nf_conntrack_count nf_conntrack_max)'
section interface 16384 '
  found=127
  for link in /sys/class/net/*; do
    # Those that stand for a device, not bridges and tunnels.
    [ -e "$link/device" ] || continue
    found=0
    printf "%s %s" "${link##*/}" "$(cat "$link/operstate" 2>/dev/null || echo unknown)"
    for counter in rx_errors tx_errors rx_dropped tx_dropped; do
      printf " %s %s" "$counter" "$(cat "$link/statistics/$counter" 2>/dev/null || echo -)"
    done
    printf " carrier_changes %s\n" "$(cat "$link/carrier_changes" 2>/dev/null || echo 0)"
  done
  exit $found'
section raid 16384 '[ -r /proc/mdstat ] && grep -q "^md" /proc/mdstat || exit 127; cat /proc/mdstat'
section smart 65536 '
  command -v smartctl >/dev/null || exit 127
  found=127
  for disk in /sys/block/sd* /sys/block/nvme*n*; do
    [ -e "$disk/device" ] || continue
    [ "$(cat "$disk/removable" 2>/dev/null)" = 1 ] && continue
    found=0
    name=${disk##*/}
    if [ "$(id -u)" = 0 ]; then
      told=$(smartctl -n standby -i -H -A -l error -l selftest "/dev/$name" 2>/dev/null)
      status=$?
    else
      # Distinguishes a missing permission from the answer of the disk.
      sudo -n -l smartctl >/dev/null 2>&1 || exit 77
      told=$(sudo -n smartctl -n standby -i -H -A -l error -l selftest "/dev/$name" 2>/dev/null)
      status=$?
    fi
    printf "disk %s status %s\n" "$name" "$status"
    printf "%s\n" "$told" | grep -E "^(Device Model|Model Number|Product|Serial [Nn]umber|SMART overall-health|SMART Health Status|Media and Data Integrity Errors|Elements in grown defect list).*:|^Device is in |^ *(5|187|197|198) [A-Z]"
  done
  exit $found'
section sensor 65536 '
  value() { cat "$1" 2>/dev/null || echo -; }
  found=127
  for chip in /sys/class/hwmon/hwmon*; do
    # Several chips may have one name; what they sit on tells them apart: a disk, a socket, a place on a bus.
    device=$(cd -P "$chip/device" 2>/dev/null && pwd) || device=$chip
    for disk in "$chip"/device/block/*; do [ -e "$disk" ] && device=$disk; done
    name=$(value "$chip/name")@${device##*/}
    for input in "$chip"/temp*_input "$chip"/fan*_input; do
      [ -r "$input" ] || continue
      found=0
      of=${input%_input}
      label=$(value "${of}_label")
      [ "$label" = - ] && label=${of##*/}
      case ${of##*/} in
      temp*) echo temp "$name" "$(value "$input")" "$(value "${of}_max")" "$(value "${of}_crit")" "$label" ;;
      fan*) echo fan "$name" "$(value "$input")" "$(value "${of}_min")" "$(value "${of}_alarm")" "$label" ;;
      esac
    done
  done
  exit $found'
section edac 16384 '
  found=127
  for module in /sys/devices/system/edac/mc/mc*/dimm* /sys/devices/system/edac/mc/mc*/rank*; do
    [ -r "$module/dimm_ce_count" ] || continue
    found=0
    bank=${module%/*}
    label=$(cat "$module/dimm_label" 2>/dev/null | tr -cd "[:alnum:]_#.-")
    printf "%s %s %s %s\n" "${bank##*/}/${module##*/}" "$(cat "$module/dimm_ce_count")" \
      "$(cat "$module/dimm_ue_count" 2>/dev/null || echo 0)" "${label:--}"
  done
  exit $found'
section kernel 4096 '
  command -v journalctl >/dev/null || exit 127
  readable=127
  for journal in /var/log/journal/*/system.journal /run/log/journal/*/system.journal; do
    [ -e "$journal" ] || continue
    [ -r "$journal" ] && { readable=0; break; }
    readable=77
  done
  [ $readable = 0 ] || exit $readable
  # Distinguishes a journal that cannot be read to its end from one without messages.
  { journalctl -q -k -o cat --no-pager --since -1h -n 20000 || echo journalctl failed; } | awk "
    /^journalctl failed$/ { failed = 1 }
    # Kernels up to 5.2 announce it in a line of its own: what counts is the one that was killed.
    /Killed process [0-9]+/ {
      oom++
      killed = \$0
      sub(/^.*Killed process [^(]*\\(/, \"\", killed)
      sub(/\\),? ?(total-vm|anon-rss|vsz|UID).*\$/, \"\", killed)
      sub(/\\)\$/, \"\", killed)
    }
    # A drive without a medium is not a failing disk.
    / dev (fd|sr)[0-9]/ { next }
    /I\\/O error, dev|critical medium error|Medium Error/ { io++ }
    /EXT[234]-fs error|XFS .*([Cc]orruption|CRC error|[Ii]nternal error|I\\/O [Ee]rror|[Ss]hutting down filesystem)/ { filesystem++; next }
    /XFS .*(has been shut down|force_shutdown)|BTRFS:? (error|critical)|BTRFS.* (csum failed|checksum error)/ { filesystem++; next }
    /BTRFS.*(forced readonly|ransaction aborted)|[Rr]emounting filesystem read-only|Aborting journal on device/ { filesystem++; next }
    /F2FS-fs .*(nconsistent|orrupt)|FAT-fs .*: error|Filesystem has been set read-only/ { filesystem++; next }
    /EDAC .*( CE | UE )|\\[Hardware Error\\]: .*(Corrected|Uncorrected|Machine Check)/ { memory++ }
    /blocked for more than [0-9]+ seconds/ { hung++ }
    END {
      if (failed) exit 1
      printf \"oom %d %s\\nio %d\\nfilesystem %d\\nmemory %d\\nhung %d\\n\", oom, killed, io, filesystem, memory, hung
    }"'
section account 4096 '
  [ -r /etc/passwd ] || exit 127
  awk -F: "\$3 == 0 { print \$1 }" /etc/passwd'

# What bears on security and upkeep.
section release 4096 '
  [ -r /etc/os-release ] || exit 127
  echo now "$(date +%s)"
  grep -E "^(ID|VERSION_ID|SUPPORT_END)=" /etc/os-release
  exit 0'
section sysctl 4096 '
  cd /proc/sys 2>/dev/null || exit 127
  for key in fs/protected_hardlinks fs/protected_symlinks fs/suid_dumpable kernel/dmesg_restrict kernel/kptr_restrict \
    kernel/randomize_va_space kernel/unprivileged_bpf_disabled kernel/yama/ptrace_scope \
    net/ipv4/conf/all/accept_redirects net/ipv4/conf/all/accept_source_route net/ipv4/icmp_echo_ignore_broadcasts \
    net/ipv4/tcp_syncookies net/ipv6/conf/all/accept_redirects net/ipv6/conf/all/accept_source_route; do
    [ -r "$key" ] && echo "$key" "$(cat "$key")"
  done
  exit 0'
section sshd 65536 '
  cd /etc/ssh 2>/dev/null && [ -e sshd_config ] && command -v sshd >/dev/null || exit 127
  told=
  if [ "$(id -u)" = 0 ]; then
    told=$(sshd -T 2>/dev/null)
  elif sudo -n -l sshd -T >/dev/null 2>&1; then
    told=$(sudo -n sshd -T 2>/dev/null)
  fi
  [ -n "$told" ] && { echo source effective; printf "%s\n" "$told"; exit 0; }
  echo source file
  # The first value of a key counts; what stands under Match holds only for some.
  from_file() {
    [ -r "$1" ] || exit 77
    while read -r key rest || [ -n "$key" ]; do
      case $key in
      "" | "#"*) ;;
      [Mm][Aa][Tt][Cc][Hh]) break ;;
      [Ii][Nn][Cc][Ll][Uu][Dd][Ee])
        [ "$2" -lt 4 ] || continue
        for each in $rest; do
          [ -e "$each" ] && (from_file "$each" $(($2 + 1))) || { [ $? != 77 ] || exit 77; }
        done
        ;;
      *) printf "%s %s\n" "$key" "$rest" ;;
      esac
    done <"$1"
    return 0
  }
  from_file sshd_config 0'
section listen 65536 '
  if told=$(ss -H -tuln 2>/dev/null); then
    printf "%s\n" "$told" | awk "NF >= 5 { print \$1, \$5 }"
  else
    [ -r /proc/net/tcp ] || exit 127
    for table in tcp tcp6 udp udp6; do
      [ -r /proc/net/$table ] || continue
      awk -v table=$table "
        (table ~ /^tcp/ && \$4 == \"0A\") || (table ~ /^udp/ && \$4 == \"07\") { print table, \"hex\", \$2 }" /proc/net/$table
    done
  fi
  [ -r /proc/sys/net/ipv4/ip_local_port_range ] && echo range $(cat /proc/sys/net/ipv4/ip_local_port_range)
  exit 0'
section login 16384 '
  # Lines of syslog, with a time as 2026-11-27T06:10:01 or as "Nov 27 06:10:01": attempts by address, denials by user.
  count() {
    awk "
      { at = \$1 ~ /^[0-9]/ ? 3 : 5; program = \$at; word = \$(at + 1) }
      program ~ /^sudo(\\[|:)/ && / : (user NOT in sudoers|command not allowed) ;/ && !/COMMAND=list/ { denied[word]++ }
      program ~ /^sshd(-session)?(\\[|:)/ {
        address = \"-\"
        for (i = NF; i > at; i--) if (\$i == \"port\") { address = \$(i - 1); break }
        if (word == \"Failed\" && \$(at + 2) ~ /^(password|keyboard-interactive)/) { failed[address]++; seen[address] = 1 }
        if (word ~ /^(Connection|Disconnected|Disconnecting)\$/ && / (invalid|authenticating) user / && /\\[preauth\\]\$/) {
          closed[address]++; seen[address] = 1
        }
      }
      END {
        for (address in seen) {
          number = failed[address] > closed[address] ? failed[address] : closed[address]
          print \"source\", address, number
        }
        for (user in denied) print \"denied\", user, denied[user]
      }" | sort -k 3,3nr | awk "
      \$1 == \"source\" { failed += \$3; sources++; if (sources > 8) next }
      { print }
      END { printf \"failed %d sources %d\\n\", failed, sources }"
  }
  there=127
  for journal in /var/log/journal/*/system.journal /run/log/journal/*/system.journal; do
    [ -e "$journal" ] || continue
    there=77
    [ -r "$journal" ] || continue
    told=$(journalctl -q -t sshd -t sshd-session -t sudo -o short-iso --no-pager --since -1h -n 20000) || exit 1
    printf "%s\n" "$told" | count
    exit 0
  done
  for log in /var/log/auth.log /var/log/secure; do
    [ -e "$log" ] || continue
    there=77
    [ -r "$log" ] || continue
    now=$(date +%s)
    then=$((now - 3600))
    tail -n 20000 "$log" | awk -v iso="$(date -d "@$then" +%Y-%m-%dT%H:%M)" -v minute="$(date -d "@$then" +%M)" \
      -v before="$(date -d "@$then" "+%b %e %H:")" -v this="$(date -d "@$now" "+%b %e %H:")" "
      \$1 ~ /^[0-9]/ { if (substr(\$1, 1, 16) >= iso) print; next }
      index(\$0, this) == 1 { print; next }
      index(\$0, before) == 1 && substr(\$0, length(before) + 1, 2) >= minute { print }" | count
    exit 0
  done
  if [ -e /var/log/btmp ] && command -v lastb >/dev/null; then
    [ -r /var/log/btmp ] || exit 77
    told=$(lastb -w -s -60min) || exit 1
    printf "%s\n" "$told" | awk "
      NF >= 8 && \$1 != \"btmp\" { seen[\$3]++; failed++ }
      END {
        for (address in seen) { sources++; if (sources <= 8) print \"source\", address, seen[address] }
        printf \"failed %d sources %d\\n\", failed, sources
      }"
    exit 0
  fi
  exit $there'
section expiry 16384 '
  [ -e /etc/shadow ] || exit 127
  echo today $(($(date +%s) / 86400))
  # Days since 1970 on which the account and its password expire. Nothing else of the file is printed.
  if [ -r /etc/shadow ]; then
    awk -F: "
      FNR == NR { login[\$1] = \$7 !~ /(nologin|false|sync)\$/; next }
      login[\$1] {
        password = \$2 !~ /^[!*]/ && \$3 > 0 && \$5 != \"\" && \$5 < 99999 ? \$3 + \$5 : \"-\"
        if (\$8 != \"\" || password != \"-\") print \"account\", \$1, (\$8 == \"\" ? \"-\" : \$8), password
      }" /etc/passwd /etc/shadow
    exit 0
  fi
  # A login may ask about itself.
  day() { case $1 in [0-9]*) echo $(($(date -u -d "$1" +%s) / 86400)) ;; *) echo - ;; esac }
  if own=$(chage -l -i "$(id -un)" 2>/dev/null); then
    account=$(printf "%s\n" "$own" | sed -n "s/^Account expires[^:]*: *//p")
    password=$(printf "%s\n" "$own" | sed -n "s/^Password expires[^:]*: *//p")
    echo own
    echo account "$(id -un)" "$(day "$account")" "$(day "$password")"
    exit 0
  fi
  exit 77'
section timer 131072 '
  command -v systemctl >/dev/null || exit 127
  echo now "$(date +%s)"
  # One that is enabled and was never started is not among those in memory.
  enabled=$(systemctl list-unit-files --type=timer --state=enabled --no-legend --no-pager) || {
    systemctl list-timers >/dev/null
    exit
  }
  enabled=$(printf "%s\n" "$enabled" | awk "\$1 !~ /@[.]/ { print \$1 }")
  TZ=UTC systemctl show --no-pager -p Id -p UnitFileState -p ActiveState -p SubState -p Result -p LastTriggerUSec \
    -p NextElapseUSecRealtime -p NextElapseUSecMonotonic "*.timer" $enabled'
section power 8192 '
  found=127
  for supply in /sys/class/power_supply/*; do
    [ "$(cat "$supply/type" 2>/dev/null)" = Mains ] && [ -r "$supply/online" ] || continue
    found=0
    echo supply "${supply##*/}" "$(cat "$supply/online")"
  done
  exit $found'
section ipmi 8192 '
  command -v ipmitool >/dev/null && { [ -e /dev/ipmi0 ] || [ -e /dev/ipmi/0 ]; } || exit 127
  if [ "$(id -u)" = 0 ]; then
    ipmitool sdr type "Power Supply"
  else
    sudo -n -l ipmitool >/dev/null 2>&1 || exit 77
    sudo -n ipmitool sdr type "Power Supply"
  fi'
section ups 8192 '
  if command -v upsc >/dev/null; then
    names=$(upsc -l 2>/dev/null) || exit 1
    for name in $names; do
      echo ups "$name"
      upsc "$name" 2>&1 | grep -E "^(ups.status|ups.alarm|battery.charge|battery.runtime|Error):"
    done
    exit 0
  fi
  command -v apcaccess >/dev/null || exit 127
  told=$(apcaccess status 2>/dev/null) || exit 1
  echo ups apcupsd
  printf "%s\n" "$told" | grep -E "^(STATUS|BCHARGE|TIMELEFT) *:"
  exit 0'
section battery 16384 '
  root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else
      sudo -n -l "$1" >/dev/null 2>&1 || exit 77
      sudo -n "$@"
    fi
  }
  found=127
  for tool in storcli64 storcli perccli64 perccli; do
    command -v $tool >/dev/null || continue
    found=0
    echo tool storcli
    told=$(root $tool /call/bbu show nolog; root $tool /call/cv show nolog) || [ $? != 77 ] || exit 77
    printf "%s\n" "$told" | grep -E "^(Controller = |BBU |CVPM|CacheVault)"
    break
  done
  for tool in MegaCli64 megacli MegaCli; do
    [ $found = 127 ] && command -v $tool >/dev/null || continue
    found=0
    echo tool megacli
    told=$(root $tool -AdpBbuCmd -GetBbuStatus -aALL -NoLog) || [ $? != 77 ] || exit 77
    printf "%s\n" "$told" | grep -E "^ *(BBU status for Adapter|Battery State|Battery Replacement required|Battery Pack Missing|Pack is about to fail)"
  done
  for tool in ssacli hpssacli; do
    command -v $tool >/dev/null || continue
    found=0
    echo tool ssacli
    told=$(root $tool ctrl all show status) || [ $? != 77 ] || exit 77
    printf "%s\n" "$told" | grep -E "Slot [0-9]|Battery/Capacitor Status"
    break
  done
  exit $found'
section writable 16384 '
  # What anybody may write to among what root runs or obeys; a directory with the sticky bit is meant so.
  there=
  for place in /etc /usr/local/bin /usr/local/sbin /usr/local/lib /usr/bin /usr/sbin /usr/lib/systemd /opt /var/spool/cron; do
    [ -d "$place" ] && there="$there $place"
  done
  [ -n "$there" ] || exit 127
  find $there -xdev -maxdepth 4 \( -type f -o -type d ! -perm -1000 \) -perm -0002 2>/dev/null | head -n 64
  exit 0'
section restart 32768 '
  # Who runs a program or a library that an update has taken away.
  if command -v needrestart >/dev/null; then
    if [ "$(id -u)" = 0 ]; then
      told=$(needrestart -b -l) || exit 1
    else
      sudo -n -l needrestart -b -l >/dev/null 2>&1 || exit 77
      told=$(sudo -n needrestart -b -l) || exit 1
    fi
    echo tool needrestart
    printf "%s\n" "$told" | sed -n "s/^NEEDRESTART-SVC: */service /p"
    exit 0
  fi
  # The maps of others are for root, and no right short of that would open them.
  [ -r /proc/1/maps ] && [ "$(id -u)" = 0 ] || exit 127
  echo tool maps
  grep -lE "^[^ ]+ r.x.* /(usr/)?(local/)?(lib|lib32|lib64|bin|sbin)/[^ ]* \(deleted\)\$" /proc/[0-9]*/maps 2>/dev/null |
    while read -r maps; do
      from=${maps%/maps}
      unit=$(sed -n "s|.*/\([^/]*\.service\)\$|\1|p; s|.*/\([^/]*\.service\)/.*|\1|p" "$from/cgroup" 2>/dev/null | head -n 1)
      [ -n "$unit" ] && echo service "$unit" || echo process "$(cat "$from/comm" 2>/dev/null)"
    done | sort -u
  exit 0'

# Last: the time between start and end of the script is not part of the round trip.
section clock 256 '
  echo started "$started"
  echo epoch "$(date +%s)"
  if command -v timedatectl >/dev/null; then
    case $(timedatectl show -p NTPSynchronized 2>/dev/null) in
    *=yes) echo ntp yes ;;
    *=no) echo ntp no ;;
    esac
  fi
  exit 0'
