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
section disk 65536 'df -Pk'
section inode 65536 'df -Pi'
section mount 131072 'cat /proc/self/mounts'
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
  # A failure of apt-get is no absence of updates.
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
      # That the right is missing is told apart from what the disk says.
      sudo -n -l smartctl >/dev/null 2>&1 || exit 77
      told=$(sudo -n smartctl -n standby -i -H -A -l error -l selftest "/dev/$name" 2>/dev/null)
      status=$?
    fi
    printf "disk %s status %s\n" "$name" "$status"
    printf "%s\n" "$told" | grep -E "^(Device Model|Model Number|Product|Serial [Nn]umber):"
  done
  exit $found'
section sensor 65536 '
  value() { cat "$1" 2>/dev/null || echo -; }
  found=127
  for chip in /sys/class/hwmon/hwmon*; do
    name=$(value "$chip/name")
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
section kernel 4096 '
  command -v journalctl >/dev/null || exit 127
  readable=127
  for journal in /var/log/journal/*/system.journal /run/log/journal/*/system.journal; do
    [ -e "$journal" ] || continue
    [ -r "$journal" ] && { readable=0; break; }
    readable=77
  done
  [ $readable = 0 ] || exit $readable
  # That the journal could not be read to its end is told apart from silence.
  { journalctl -q -k -o cat --no-pager --since -1h -n 20000 || echo journalctl failed; } | awk "
    /^journalctl failed$/ { failed = 1 }
    /[Oo]ut of memory: Killed process/ {
      oom++
      for (i = 1; i < NF; i++) if (\$i == \"process\") killed = \$(i + 2)
    }
    /I\\/O error, dev|critical medium error|Medium Error/ { io++ }
    /EXT[234]-fs error|XFS .*(Corruption|metadata I\\/O error)|BTRFS( error|: error)|[Rr]emounting filesystem read-only/ {
      filesystem++
    }
    /EDAC .*( CE | UE )|\\[Hardware Error\\]: .*(Corrected|Uncorrected|Machine Check)/ { memory++ }
    /blocked for more than [0-9]+ seconds/ { hung++ }
    END {
      if (failed) exit 1
      gsub(/[()]/, \"\", killed)
      printf \"oom %d %s\\nio %d\\nfilesystem %d\\nmemory %d\\nhung %d\\n\", oom, killed, io, filesystem, memory, hung
    }"'
section clock 256 '
  echo epoch "$(date +%s)"
  if command -v timedatectl >/dev/null; then
    case $(timedatectl show -p NTPSynchronized 2>/dev/null) in
    *=yes) echo ntp yes ;;
    *=no) echo ntp no ;;
    esac
  fi
  exit 0'
section account 4096 '
  [ -r /etc/passwd ] || exit 127
  awk -F: "\$3 == 0 { print \$1 }" /etc/passwd'
