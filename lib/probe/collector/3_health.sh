# absent NAME [STATUS]: nothing of the kind is here.
absent() {
  wanted "$1" || return 0
  begin "$1"
  end "$1" "${2-127}"
}
if [ "$here" = - ]; then
  absent disk
  absent inode
else
  eval "section disk 3 df -Pk $here"
  eval "section inode 3 df -Pi $here"
fi
# Lines "blocks" and "inodes" of df, "hangs DEVICE MOUNT", "fails DEVICE MOUNT: WHY". All are asked at once. A df that
# cannot even be killed holds no stream of ours, and at the next look no second one joins it.
far_df() {
  told=$(df -Pk "$1" 2>&1) || {
    case $told in
    *"ermission denied"*) ;;
    *) printf 'fails %s %s: %s\n' "$2" "$1" "${told##*: }" ;;
    esac
    exit 0
  }
  inodes=$(df -Pi "$1" 2>/dev/null)
  printf 'blocks %s\ninodes %s\n' "${told##*"$nl"}" "${inodes##*"$nl"}"
}
if wanted remote; then
  begin remote
  eval "set -- $far"
  children=
  while [ $# -gt 0 ]; do
    if hangs df -Pk "$1" || hangs df -Pi "$1"; then
      children="$children -"
    else
      far_df "$1" "$2" </dev/null &
      children="$children $!"
    fi
    shift 2
  done
  eval "set -- $far"
  for child in $children; do
    # shellcheck disable=SC2015 # either says so
    [ "$child" != - ] && finished 2 "$child" || printf 'hangs %s %s\n' "$2" "$1"
    shift 2
  done
  [ -n "$children" ]
  end remote $((127 * $?))
fi

has() {
  command -v "$1" >/dev/null
}
is_systemd() {
  has systemctl && [ -d /run/systemd/system ]
}
if is_systemd; then
  section unit 3 systemctl list-units --state=failed --no-legend --plain --no-pager
else
  absent unit
fi
if wanted reboot; then
  begin reboot
  read -r kernel </proc/sys/kernel/osrelease || kernel=$(uname -r)
  status=0
  if [ -e /run/reboot-required ] || [ -e /var/run/reboot-required ]; then
    echo required
  elif [ -e /etc/debian_version ] || [ -e "/boot/vmlinuz-$kernel" ]; then
    echo no
  else
    status=127
  fi
  if [ $status = 0 ]; then
    echo running "$kernel"
    for file in /boot/vmlinuz-*; do
      [ -e "$file" ] && printf 'installed %s\n' "${file#/boot/vmlinuz-}"
    done
  fi
  end reboot $status
fi


# What a driver has to be asked for, which may take long: sensors, memory modules, power supplies. The first line tells
# which program hangs.
driver_files='
  function first(file, line) {
    if ((getline line < file) <= 0) line = ""
    close(file)
    return line
  }
  function value(file, text) {
    text = first(file)
    return text == "" ? "-" : text
  }
  function last(path) {
    sub(/^.*\//, "", path)
    return path
  }
  function sensor(input, of, label) {
    sub(/_input$/, "", of)
    label = value(of "_label")
    if (label == "-") label = last(of)
    if (last(of) ~ /^temp/) print "temp", chip, input, value(of "_max"), value(of "_crit"), label
    else print "fan", chip, input, value(of "_min"), value(of "_alarm"), label
  }
  function module(corrected, of, uncorrected, label, bank) {
    sub(/\/dimm_ce_count$/, "", of)
    uncorrected = first(of "/dimm_ue_count")
    label = first(of "/dimm_label")
    gsub(/[^A-Za-z0-9_#.-]/, "", label)
    bank = of
    sub(/\/[^\/]*$/, "", bank)
    print last(bank) "/" last(of), corrected, (uncorrected == "" ? 0 : uncorrected), (label == "" ? "-" : label)
  }
  BEGIN {
    for (i = 1; i < ARGC; i++) {
      if (ARGV[i] ~ /^@/) {
        chip = value(ARGV[i + 1] "/name") ARGV[i]
        i++
        continue
      }
      text = first(ARGV[i])
      if (text == "") continue
      found = 1
      if (ARGV[i] ~ /_input$/) sensor(text, ARGV[i])
      else if (ARGV[i] ~ /_ce_count$/) module(text, ARGV[i])
      else print "supply", last(substr(ARGV[i], 1, length(ARGV[i]) - 7)), text
    }
    exit found ? 0 : 127
  }'
# drivers NAME FILE...: the section NAME of those of the files that are there.
drivers() {
  name=$1
  shift
  if [ $# -gt 0 ]; then section "$name" 3 awk "# $name$nl$driver_files" "$@"; else absent "$name"; fi
}
if wanted sensor; then
  set --
  for chip in /sys/class/hwmon/hwmon*; do
    [ -e "$chip" ] || continue
    # Several chips may have one name; what they sit on tells them apart: a disk, a socket, a place on a bus.
    device=$chip
    cd -P "$chip/device" 2>/dev/null && device=$PWD
    for disk in "$chip"/device/block/*; do [ -e "$disk" ] && device=$disk; done
    set -- "$@" "@${device##*/}" "$chip"
    for input in "$chip"/temp*_input "$chip"/fan*_input; do
      [ -r "$input" ] && set -- "$@" "$input"
    done
  done
  cd /
  drivers sensor "$@"
fi
set --
for file in /sys/devices/system/edac/mc/mc*/dimm*/dimm_ce_count /sys/devices/system/edac/mc/mc*/rank*/dimm_ce_count; do
  [ -r "$file" ] && set -- "$@" "$file"
done
drivers edac "$@"
set --
for file in /sys/class/power_supply/*/online; do
  type=
  [ -r "$file" ] && read -r type 2>/dev/null <"${file%online}type"
  [ "$type" = Mains ] && set -- "$@" "$file"
done
drivers power "$@"

# $journal: 0 where there is one that may be read, 77 where only root may read it.
journal=127
for file in /var/log/journal/*/system.journal /run/log/journal/*/system.journal; do
  [ -e "$file" ] || continue
  journal=77
  [ -r "$file" ] && journal=0 && break
done
has journalctl || journal=127
# complaints COMMAND...: what the kernel complained of. An output that ends in "failed" is not one without complaints.
complaints() {
  { "$@" 2>/dev/null || echo journalctl failed; } | awk '
    /^journalctl failed$/ { failed = 1 }
    # Kernels up to 5.2 announce it in a line of its own: what counts is the one that was killed.
    /Killed process [0-9]+/ {
      oom++
      killed = $0
      sub(/^.*Killed process [^(]*\(/, "", killed)
      sub(/\),? ?(total-vm|anon-rss|vsz|UID).*$/, "", killed)
      sub(/\)$/, "", killed)
    }
    # A drive without a medium is not a failing disk.
    / dev (fd|sr)[0-9]/ { next }
    /I\/O error, dev|critical medium error|Medium Error/ { io++ }
    /EXT[234]-fs error|XFS .*([Cc]orruption|CRC error|[Ii]nternal error|I\/O [Ee]rror|[Ss]hutting down filesystem)/ { filesystem++; next }
    /XFS .*(has been shut down|force_shutdown)|BTRFS:? (error|critical)|BTRFS.* (csum failed|checksum error)/ { filesystem++; next }
    /BTRFS.*(forced readonly|ransaction aborted)|[Rr]emounting filesystem read-only|Aborting journal on device/ { filesystem++; next }
    /F2FS-fs .*(nconsistent|orrupt)|FAT-fs .*: error|Filesystem has been set read-only/ { filesystem++; next }
    /EDAC .*( CE | UE )|\[Hardware Error\]: .*(Corrected|Uncorrected|Machine Check)/ { memory++ }
    /blocked for more than [0-9]+ seconds/ { hung++ }
    END {
      if (failed) exit 1
      printf "oom %d %s\nio %d\nfilesystem %d\nmemory %d\nhung %d\n", oom, killed, io, filesystem, memory, hung
    }'
}
kernel() {
  set -- journalctl -q -k -o cat --no-pager --since -1h -n 20000
  hangs "$@" && exit 75
  complaints "$@"
}
if [ $journal = 0 ]; then section kernel 3 kernel; else absent kernel $journal; fi

ups() {
  if has upsc; then
    names=$(upsc -l 2>/dev/null) || exit 1
    for name in $names; do
      echo ups "$name"
      hangs upsc "$name" && continue
      upsc "$name" 2>&1 | awk '/^(ups.status|ups.alarm|battery.charge|battery.runtime|Error):/ { print }'
    done
    exit 0
  fi
  told=$(apcaccess status 2>/dev/null) || exit 1
  echo ups apcupsd
  printf '%s\n' "$told" | awk '/^(STATUS|BCHARGE|TIMELEFT) *:/ { print }'
}
if has upsc || has apcaccess; then section ups 3 ups; else absent ups; fi
