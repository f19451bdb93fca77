sshd_settings() {
  told=$(as_root sshd -T 2>/dev/null) && [ -n "$told" ] && {
    echo source effective
    printf '%s\n' "$told"
    exit 0
  }
  echo source file
  from_file sshd_config 0
}
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
        [ -e "$each" ] || continue
        (from_file "$each" $(($2 + 1))) || exit
      done
      ;;
    *) printf '%s %s\n' "$key" "$rest" ;;
    esac
  done <"$1"
  return 0
}
if cd /etc/ssh 2>/dev/null && [ -e sshd_config ] && has sshd; then
  section sshd 3 sshd_settings
else
  absent sshd
fi
cd /

listen() {
  [ -r /proc/sys/net/ipv4/ip_local_port_range ] && awk '{ print "range", $1, $2 }' /proc/sys/net/ipv4/ip_local_port_range
  if told=$(ss -H -tuln 2>/dev/null); then
    printf '%s\n' "$told" | awk 'NF >= 5 { print $1, $5 }'
    exit 0
  fi
  [ -r /proc/net/tcp ] || exit 127
  awk 'BEGIN {
    for (i = 1; i < ARGC; i++) {
      file = "/proc/net/" ARGV[i]
      while ((getline line < file) > 0) {
        split(line, field, " ")
        if (field[4] == (ARGV[i] ~ /^tcp/ ? "0A" : "07")) print ARGV[i], "hex", field[2]
      }
      close(file)
    }
  }' tcp tcp6 udp udp6
}
section listen 3 listen

# logins COMMAND...: of lines of syslog with a time as 2026-11-27T06:10:01 or as "Nov 27 06:10:01": attempts by
# address, those of the eight most busy ones, and denials by user.
logins() {
  { "$@" || echo log failed; } | awk '
    /^log failed$/ { broken = 1 }
    { at = $1 ~ /^[0-9]/ ? 3 : 5; program = $at; word = $(at + 1) }
    program ~ /^sudo(\[|:)/ && / : (user NOT in sudoers|command not allowed) ;/ && !/COMMAND=list/ { denied[word]++ }
    program ~ /^sshd(-session)?(\[|:)/ {
      address = "-"
      for (i = NF; i > at; i--) if ($i == "port") { address = $(i - 1); break }
      if (word == "Failed" && $(at + 2) ~ /^(password|keyboard-interactive)/) { failed[address]++; seen[address] = 1 }
      if (word ~ /^(Connection|Disconnected|Disconnecting)$/ && / (invalid|authenticating) user / && /\[preauth\]$/) {
        closed[address]++
        seen[address] = 1
      }
    }
    END {
      if (broken) exit 1
      for (address in seen) {
        number[address] = failed[address] > closed[address] ? failed[address] : closed[address]
        total += number[address]
        sources++
      }
      for (i = 1; i <= 8 && i <= sources; i++) {
        most = 0
        for (address in number) if (number[address] > most) { most = number[address]; busiest = address }
        print "source", busiest, most
        delete number[busiest]
      }
      for (user in denied) print "denied", user, denied[user]
      printf "failed %d sources %d\n", total, sources
    }'
}
# recent LOG: its lines of the last hour.
recent() {
  then=$(date -d "@$((started - 3600))" "+%Y-%m-%dT%H:%M %M %b %e %H:") && this=$(date -d "@$started" "+%b %e %H:") || return
  iso=${then%% *}
  then=${then#* }
  tail -n 20000 "$1" | awk -v iso="$iso" -v minute="${then%% *}" -v before="${then#* }" -v this="$this" '
    $1 ~ /^[0-9]/ { if (substr($1, 1, 16) >= iso) print; next }
    index($0, this) == 1 { print; next }
    index($0, before) == 1 && substr($0, length(before) + 1, 2) >= minute { print }'
}
last_bad() {
  hangs lastb -w -s -60min && exit 75
  { lastb -w -s -60min || echo lastb failed; } | awk '
    /^lastb failed$/ { broken = 1 }
    NF >= 8 && $1 != "btmp" { seen[$3]++; failed++ }
    END {
      if (broken) exit 1
      for (address in seen) { sources++; if (sources <= 8) print "source", address, seen[address] }
      printf "failed %d sources %d\n", failed, sources
    }'
}
login() {
  if [ $journal = 0 ]; then
    set -- journalctl -q -t sshd -t sshd-session -t sudo -o short-iso --no-pager --since -1h -n 20000
    hangs "$@" && exit 75
    logins "$@"
    exit
  fi
  there=$journal
  for log in /var/log/auth.log /var/log/secure; do
    [ -e "$log" ] || continue
    there=77
    [ -r "$log" ] || continue
    logins recent "$log"
    exit
  done
  if [ -e /var/log/btmp ] && has lastb; then
    [ -r /var/log/btmp ] || exit 77
    last_bad
    exit
  fi
  exit "$there"
}
section login 3 login

expiry() {
  echo today $((started / 86400))
  # Days since 1970 on which the account and its password expire. Nothing else of the file is printed.
  if [ -r /etc/shadow ]; then
    exec awk -F: '
      FNR == NR { login[$1] = $7 !~ /(nologin|false|sync)$/; next }
      login[$1] {
        password = $2 !~ /^[!*]/ && $3 > 0 && $5 != "" && $5 < 99999 ? $3 + $5 : "-"
        if ($8 != "" || password != "-") print "account", $1, ($8 == "" ? "-" : $8), password
      }' /etc/passwd /etc/shadow
  fi
  # A login may ask about itself.
  day() { case $1 in [0-9]*) echo $(($(date -u -d "$1" +%s) / 86400)) ;; *) echo - ;; esac }
  self=$(id -un)
  own=$(chage -l -i "$self" 2>/dev/null) || exit 77
  account=$(printf '%s\n' "$own" | sed -n "s/^Account expires[^:]*: *//p")
  password=$(printf '%s\n' "$own" | sed -n "s/^Password expires[^:]*: *//p")
  echo own
  echo account "$self" "$(day "$account")" "$(day "$password")"
}
if [ -e /etc/shadow ]; then section expiry 3 expiry; else absent expiry; fi

# What anybody may write to among what root runs or obeys; a directory with the sticky bit is meant so.
writable() {
  set --
  for place in /etc /usr/local/bin /usr/local/sbin /usr/local/lib /usr/bin /usr/sbin /usr/lib/systemd /opt /var/spool/cron; do
    [ -d "$place" ] && set -- "$@" "$place"
  done
  [ $# -gt 0 ] || exit 127
  set -- "$@" -xdev -maxdepth 4 \( -type f -o -type d ! -perm -1000 \) -perm -0002
  hangs find "$@" && exit 75
  nice -n 19 find "$@" 2>/dev/null | head -n 64
}
section writable 10 writable
