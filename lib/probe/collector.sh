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
  for file in /run/reboot-required /var/run/reboot-required; do
    [ -e "$file" ] && { echo required; exit 0; }
  done
  [ -e /etc/debian_version ] || exit 127
  echo no'
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
