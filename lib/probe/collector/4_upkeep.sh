# What changes slowly, each asked for by its own period: more programs, which are looked for first.
# as_root COMMAND...: with the right to that; 77 without it. Each command line is one of root_commands.txt.
as_root() {
  hangs "$@" && exit 75
  if [ "$user" = 0 ]; then
    "$@"
  else
    # By its path, which the rules have: sudo itself may look for it elsewhere.
    program=$(command -v "$1")
    shift
    # Distinguishes a missing permission from the answer of the program.
    sudo -n -l "$program" "$@" >/dev/null 2>&1 || exit 77
    sudo -n "$program" "$@"
  fi
}
# newest FILE...: when one of them was last changed.
newest() {
  at=0
  for time in $(stat -c %Y "$@" 2>/dev/null); do [ "$time" -gt "$at" ] && at=$time; done
  printf 'lists %s now %s\n' "$at" "$started"
}
# Lines "Inst" of apt-get, or "pending COUNT" and "security COUNT" ("-" where the distribution does not tell); before
# them "lists TIME now TIME". Nothing is fetched, and what is behind is told by the age of the lists.
updates() {
  if has apt-get; then
    newest /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists/partial /var/lib/apt/lists
    # Ubuntu's update-notifier has counted already, in English or in another language.
    file=/var/lib/update-notifier/updates-available
    # shellcheck disable=SC3013 # dash, busybox and bash have -nt, and POSIX since 2024
    if [ -r "$file" ] && [ "$file" -nt /var/lib/apt/lists ] && [ "$file" -nt /var/lib/dpkg/status ] && awk '
      /^[0-9]+ (updates?|packages?) can be (applied|installed|updated)/ { pending = $1; told = 1 }
      /^[0-9]+ (of these )?updates? (is|are) (a )?(standard )?security updates?/ { security = $1 }
      END { if (!told) exit 1; printf "pending %d\nsecurity %d\n", pending, security }' "$file"; then exit 0; fi
    set -- apt-get -s -o Debug::NoLocking=true upgrade
    hangs "$@" && exit 75
    # A failure of apt-get does not mean that there are no updates.
    { nice -n 19 "$@" || echo "apt-get failed"; } | awk '
      /^apt-get failed$/ { failed = 1 }
      /^Inst / { print }
      /^[EW]: / { print }
      END { exit failed }'
  elif has dnf; then
    newest /var/cache/dnf/last_makecache /var/cache/dnf/*/repodata /var/cache/libdnf5/*/repodata
    # Without root it would make a cache of its own.
    counted "" as_root dnf -q -C check-update
    counted security as_root dnf -q -C --security check-update
  elif has zypper; then
    newest /var/cache/zypp/raw/* /var/cache/zypp/raw/*/cookie
    export ZYPP_LOGFILE=/dev/null
    set -- zypper --non-interactive --no-refresh -q
    hangs "$@" list-updates && exit 75
    told=$(nice -n 19 "$@" list-updates 2>/dev/null) || exit 1
    printf '%s\n' "$told" | awk -F '|' '$1 ~ /^ *v *$/ { count++ } END { print "pending", count + 0 }'
    told=$(nice -n 19 "$@" list-patches --category security 2>/dev/null) || exit 1
    printf '%s\n' "$told" | awk -F '|' '/\| *needed *\|/ { count++ } END { print "security", count + 0 }'
  elif has apk; then
    newest /var/cache/apk/APKINDEX.*.tar.gz /etc/apk/cache/APKINDEX.*.tar.gz
    hangs apk --no-network version -l "<" && exit 75
    told=$(apk --no-network version -l "<" 2>/dev/null) || exit 1
    printf '%s\n' "$told" | awk '$2 == "<" { count++ } END { print "pending", count + 0; print "security -" }'
  else
    exit 127
  fi
}
# counted KIND COMMAND...: of dnf's list of packages; 100 means that there are some.
counted() {
  kind=${1:-pending}
  shift
  told=$("$@" 2>/dev/null)
  status=$?
  case $status in
  0 | 100) ;;
  75 | 77) exit $status ;;
  *) exit 1 ;;
  esac
  printf '%s\n' "$told" | awk -v kind="$kind" '
    /^Obsoleting/ { exit }
    /^[^ ]/ && $1 ~ /\.(noarch|i[3-6]86|x86_64|aarch64|armv7hl|ppc64le|s390x|riscv64)$/ { count++ }
    END { print kind, count + 0 }'
}
section updates 40 updates

smart() {
  found=127
  for disk in /sys/block/sd* /sys/block/nvme*n*; do
    [ -e "$disk/device" ] || continue
    removable=
    read -r removable 2>/dev/null <"$disk/removable"
    [ "$removable" = 1 ] && continue
    found=0
    name=${disk##*/}
    told=$(as_root smartctl -n standby -i -H -A -l error -l selftest "/dev/$name" 2>/dev/null)
    status=$?
    case $status in
    75) printf 'disk %s hangs\n' "$name" ;;
    77) exit 77 ;;
    *)
      printf 'disk %s status %s\n' "$name" $status
      printf '%s\n' "$told" | awk '
        /^(Device Model|Model Number|Product|Serial [Nn]umber|SMART overall-health|SMART Health Status).*:/ ||
        /^(Media and Data Integrity Errors|Elements in grown defect list).*:/ ||
        /^Device is in / || /^ *(5|187|197|198) [A-Z]/ { print }'
      ;;
    esac
  done
  exit $found
}
if has smartctl; then section smart 20 smart; else absent smart; fi

# One that is enabled and was never started is not among those in memory.
timers() {
  echo now "$started"
  set --
  for link in /etc/systemd/system/*.wants/*.timer; do
    case $link in *[*] | *@.timer) ;; *) set -- "$@" "${link##*/}" ;; esac
  done
  TZ=UTC exec systemctl show --no-pager -p Id -p UnitFileState -p ActiveState -p SubState -p Result -p LastTriggerUSec \
    -p NextElapseUSecRealtime -p NextElapseUSecMonotonic "*.timer" "$@"
}
if is_systemd; then section timer 3 timers; else absent timer; fi

if has ipmitool && { [ -e /dev/ipmi0 ] || [ -e /dev/ipmi/0 ]; }; then
  section ipmi 10 as_root ipmitool sdr type "Power Supply"
else
  absent ipmi
fi

battery() {
  found=127
  for tool in storcli64 storcli perccli64 perccli; do
    has $tool || continue
    found=0
    echo tool storcli
    told=$(as_root $tool /call/bbu show nolog; as_root $tool /call/cv show nolog) || stop $?
    printf '%s\n' "$told" | awk '/^(Controller = |BBU |CVPM|CacheVault)/ { print }'
    break
  done
  for tool in MegaCli64 megacli MegaCli; do
    { [ $found = 127 ] && has $tool; } || continue
    found=0
    echo tool megacli
    told=$(as_root $tool -AdpBbuCmd -GetBbuStatus -aALL -NoLog) || stop $?
    printf '%s\n' "$told" | awk '
      /^ *(BBU status for Adapter|Battery State|Battery Replacement required|Battery Pack Missing|Pack is about to fail)/ { print }'
  done
  for tool in ssacli hpssacli; do
    has $tool || continue
    found=0
    echo tool ssacli
    told=$(as_root $tool ctrl all show status) || stop $?
    printf '%s\n' "$told" | awk '/Slot [0-9]|Battery\/Capacitor Status/ { print }'
    break
  done
  exit $found
}
# Other failures are told by what the tool says.
stop() {
  case $1 in 75 | 77) exit "$1" ;; esac
}
if has storcli64 || has storcli || has perccli64 || has perccli || has MegaCli64 || has megacli || has MegaCli ||
  has ssacli || has hpssacli; then section battery 10 battery; else absent battery; fi

# Who runs a program or a library that an update has taken away.
restart() {
  if has needrestart; then
    told=$(as_root needrestart -b -l) || { stop $?; exit 1; }
    echo tool needrestart
    printf '%s\n' "$told" | sed -n 's/^NEEDRESTART-SVC: */service /p'
    exit 0
  fi
  # The maps of others are for root, and no right short of that would open them.
  echo tool maps
  grep -lE '^[^ ]+ r.x.* /(usr/)?(local/)?(lib|lib32|lib64|bin|sbin)/[^ ]* \(deleted\)$' /proc/[0-9]*/maps 2>/dev/null |
    while read -r maps; do
      from=${maps%/maps}
      unit=$(sed -n 's|.*/\([^/]*\.service\)$|\1|p; s|.*/\([^/]*\.service\)/.*|\1|p' "$from/cgroup" 2>/dev/null | head -n 1)
      [ -n "$unit" ] && echo service "$unit" || echo process "$(cat "$from/comm" 2>/dev/null)"
    done | sort -u
}
if has needrestart || { [ "$user" = 0 ] && [ -r /proc/1/maps ]; }; then section restart 10 restart; else absent restart; fi
