#!/usr/bin/env bats
# The built-in plans over the lab: each mends its fault, and the probes afterwards see it. What namespaces cannot have
# (a restart of the kernel, a clock of one's own) is played by stand-ins that the test puts on the machine.

bats_require_minimum_version 1.5.0

# shellcheck disable=SC2154,SC2016  # output is bats'; scripts are expanded on the machine

load office
setup_file() { people staff section-head; }
setup() { new_office; }

analysed() { # analysed HOST PLAN: the rounds say so, and the plan is the rule's
  run as staff monitor
  [ "$status" -gt 0 ]
  run -0 as staff analyze
  [[ $output == *"plan: $2"* ]]
}

mended() { # mended WHERE CHECK: approved, run, and seen to be well
  run -0 as section-head approve "$1" --yes
  run -0 as staff repair "$1"
  [[ $output == *"$2: ok"*done* ]]
  run -0 as section-head verify "$1" --yes
  run -0 as staff audit
}

@test "remount: a file system that became read-only is written to again" {
  inside web01 'mkdir -p /srv/data; mount -t ramfs /dev/lab-data /srv/data; mount -o remount,ro /srv/data'
  analysed web01 remount
  mended web01 mount:/srv/data
  inside web01 'touch /srv/data/written; umount /srv/data'
}

@test "security-updates: a real apt installs what is for security, and nothing else" {
  inside web01 '
    mkdir -p /srv/repo
    cp /var/lib/dpkg/status /srv/status.kept
    for package in lab-lib lab-other; do
      for version in 1 2; do
        mkdir -p "/tmp/$package/DEBIAN"
        printf "Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: Lab <lab@localhost>\nDescription: lab\n" \
          "$package" "$version" >"/tmp/$package/DEBIAN/control"
        dpkg-deb --root-owner-group -Zgzip -b "/tmp/$package" "/srv/$package-$version.deb" >/dev/null
      done
      dpkg --force-depends -i "/srv/$package-1.deb" >/dev/null
    done
    rm -f /etc/apt/sources.list
    rm -rf /etc/apt/sources.list.d
    entry() { # NAME SUITE PACKAGE
      mkdir -p "/srv/repo/$1"
      cp "/srv/$3-2.deb" "/srv/repo/$1/"
      (cd "/srv/repo/$1"
       { dpkg-deb -f "$3-2.deb"
         printf "Filename: ./%s-2.deb\nSize: %s\nSHA256: %s\n" "$3" "$(stat -c %s "$3-2.deb")" \
           "$(sha256sum "$3-2.deb" | cut -d" " -f1)"; } >Packages
       printf "Origin: Lab\nLabel: %s\nSuite: %s\nDate: Tue, 24 Nov 2026 00:00:00 UTC\nSHA256:\n %s %s Packages\n" \
         "$2" "$2" "$(sha256sum Packages | cut -d" " -f1)" "$(stat -c %s Packages)" >Release)
      echo "deb [trusted=yes] file:/srv/repo/$1 ./" >>/etc/apt/sources.list
    }
    entry security Debian-Security lab-lib
    entry other stable lab-other
    apt-get -qq update'
  analysed web01 security-updates
  mended "$(upkeep security-updates-pending)" updates
  [ "$("$LAB" exec web01 dpkg-query -W -f '${Version}' lab-lib)" = 2 ]
  [ "$("$LAB" exec web01 dpkg-query -W -f '${Version}' lab-other)" = 1 ]
  inside web01 'dpkg --purge lab-lib lab-other >/dev/null; rm /etc/apt/sources.list; mv /srv/status.kept /var/lib/dpkg/status'
}

# A boot id that a restart changes, and a systemctl that restarts: all units and logins end, then it starts again.
restartable() {
  inside "$1" '
    cat /proc/sys/kernel/random/uuid >/run/lab/boot_id
    mount --bind /run/lab/boot_id /proc/sys/kernel/random/boot_id
    mv /usr/local/bin/systemctl /usr/local/bin/systemctl.lab
    cat >/usr/local/bin/systemctl <<"END"
#!/bin/sh
[ "$1" = reboot ] || exec /usr/local/bin/systemctl.lab "$@"
[ "$(id -u)" = 0 ] || exit 1
setsid sh -c "
  systemctl.lab stop ssh
  pkill -x sshd; pkill -x sshd-session
  cat /proc/sys/kernel/random/uuid >/run/lab/boot_id
  rm -f /run/reboot-required
  systemctl.lab start ssh
" </dev/null >/dev/null 2>&1 &
exit 0
END
    chmod +x /usr/local/bin/systemctl
    touch /run/reboot-required'
}
as_before() {
  inside "$1" 'mv /usr/local/bin/systemctl.lab /usr/local/bin/systemctl; umount /proc/sys/kernel/random/boot_id; rm -f /run/reboot-required'
}

@test "reboot: in a window only; goes on once the host is back with another boot id" {
  restartable web01
  before=$("$LAB" exec web01 cat /proc/sys/kernel/random/boot_id)
  analysed web01 reboot
  id=$(upkeep reboot-required)
  run -0 as section-head approve "$id" --yes
  run -77 as staff repair "$id"
  [[ $output == *"runs only in a maintenance window, and 'web01' is not in one now"* ]]
  as staff host maintain web01 --until "$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)" -m 'restart' >/dev/null
  run -0 as staff repair "$id"
  [[ $output == *"the host is back after the restart, boot id "*running*"web01 reboot: ok"*done* ]]
  after=$("$LAB" exec web01 cat /proc/sys/kernel/random/boot_id)
  [ "$before" != "$after" ]
  grep -q "boot: \"$before\"" incidents/*/*/*-command-start.*.yaml
  grep -q "boot: \"$after\"" incidents/*/*/*-command-end.*.yaml
  run -0 as section-head verify "$id" --yes
  run -0 as staff audit
  as_before web01
}

# A machine without a clock of its own: timedatectl says that it is synchronised once its clock was set and a service runs.
clock() { # clock UNIT DESCRIPTION: which is stopped
  inside web01 '
    rm -f /run/lab/clock-set
    printf "description=\"%s\"\n" "$2" >"/usr/local/lib/lab/units/$1"
    cat >/usr/local/bin/timedatectl <<"END"
#!/bin/sh
is() { systemctl is-active --quiet "$1"; }
synchronised=no
if [ -e /run/lab/clock-set ] && { is systemd-timesyncd || is chrony || is ntpsec; }; then synchronised=yes; fi
case "$*" in
  "set-ntp true") [ "$(id -u)" = 0 ] && touch /run/lab/clock-set ;;
  "show -p NTPSynchronized") echo "NTPSynchronized=$synchronised" ;;
  "show -p NTPSynchronized --value") echo "$synchronised" ;;
  *) exit 1 ;;
esac
END
    chmod +x /usr/local/bin/timedatectl' "$1" "$2"
}
clock_set() { # clock_set UNIT SERVICE
  analysed web01 set-clock
  id=$(upkeep clock-unsynchronized)
  mended "$id" clock
  run -0 as staff show "$id"
  grep -rqx "by $2" incidents/*/*/evidence
  [ "$("$LAB" exec web01 systemctl is-active "$1")" = active ]
  inside web01 'systemctl stop "$1"; rm -f "/usr/local/lib/lab/units/$1" /usr/local/bin/timedatectl /usr/local/bin/chronyc /usr/local/bin/ntpd' "$1"
}

@test "set-clock: timesyncd is switched on, and the clock is synchronised" {
  clock systemd-timesyncd.service 'Network Time Synchronization'
  clock_set systemd-timesyncd.service timesyncd
}

@test "set-clock: chrony is started and steps the clock" {
  clock chrony.service 'chrony, an NTP client/server'
  inside web01 'cat >/usr/local/bin/chronyc <<"END"
#!/bin/sh
# chronyc: root may say something to a chronyd that runs; it steps to what its sources have told after a burst.
systemctl is-active --quiet chrony || { echo "506 Cannot talk to daemon"; exit 1; }
[ "$(id -u)" = 0 ] || { echo "501 Not authorised"; exit 1; }
case "$1" in
  burst) touch /run/lab/burst; echo "200 OK" ;;
  waitsync) [ -e /run/lab/burst ] && echo "try: 1, refid: 0A4D0001, correction: 0.000000001, skew: 0.012" ;;
  makestep) [ -e /run/lab/burst ] || { echo "500 Failure"; exit 1; }; touch /run/lab/clock-set; echo "200 OK" ;;
  *) echo "Unrecognized command"; exit 1 ;;
esac
END
    chmod +x /usr/local/bin/chronyc'
  clock_set chrony.service chrony
}

@test "set-clock: ntpd sets the clock once, and then keeps it" {
  clock ntpsec.service 'Network Time Service'
  inside web01 'systemctl start ntpsec; cat >/usr/local/bin/ntpd <<"END"
#!/bin/sh
# ntpd -gq: sets the clock and ends; not beside one that has the port already.
[ "$*" = -gq ] && [ "$(id -u)" = 0 ] || exit 1
if systemctl is-active --quiet ntpsec; then echo "unable to bind to wildcard address 0.0.0.0 - another process may be running - EXITING" >&2; exit 1; fi
touch /run/lab/clock-set
END
    chmod +x /usr/local/bin/ntpd'
  clock_set ntpsec.service ntp
}

@test "renew-certificate: an expiring certificate is renewed, and the server presents it" {
  # An authority and a server of openssl, and a certbot that asks the one for what the other shows.
  inside web01 '
    mkdir -p /etc/lab-ca
    cd /etc/lab-ca
    openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=Lab authority" -keyout ca.key -out ca.pem 2>/dev/null
    cat >issue <<"END"
#!/bin/sh
cd /etc/lab-ca || exit
echo "subjectAltName=DNS:web01" >names
openssl req -new -newkey rsa:2048 -nodes -subj /CN=web01 -keyout key.pem 2>/dev/null |
  openssl x509 -req -days "$1" -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out cert.pem 2>/dev/null
END
    cat >/usr/local/bin/certbot <<"END"
#!/bin/sh
[ "$1" = renew ] || { echo "certbot: error: unrecognized arguments: $1" >&2; exit 2; }
shift
for option; do
  case $option in
    --non-interactive | --no-random-sleep-on-renew) ;;
    *) echo "certbot: error: unrecognized arguments: $option" >&2; exit 2 ;;
  esac
done
[ "$(id -u)" = 0 ] || { echo "The following error was encountered: [Errno 13] Permission denied: /var/log/letsencrypt" >&2; exit 1; }
if openssl x509 -checkend 2592000 -noout -in /etc/lab-ca/cert.pem >/dev/null; then
  echo "The following certificates are not due for renewal yet"
  exit 0
fi
/etc/lab-ca/issue 90 && echo "Congratulations, all renewals succeeded"
END
    chmod +x issue /usr/local/bin/certbot
    ./issue 20
    printf "description=%s\nexec=\"%s\"\nready=\"%s\"\n" nginx \
      "openssl s_server -quiet -www -accept 443 -cert /etc/lab-ca/cert.pem -key /etc/lab-ca/key.pem" \
      "ss -Hltn sport = :443 | grep -q ." >/usr/local/lib/lab/units/nginx.service
    systemctl start nginx'
  "$LAB" exec web01 cat /etc/lab-ca/ca.pem >"$OFFICE/ca.pem"
  cat >hosts.yaml <<END
hosts:
  - name: web01
    address: $("$LAB" env | sed -n 's/^JAGA_LAB_WEB01=//p')
    login: {measure: jaga, repair: jaga-repair}
    checks: [http: {url: "https://web01/", ca: "$OFFICE/ca.pem", expires: {warn: "30d", crit: "7d"}}]
END
  analysed web01 renew-certificate
  id=$(upkeep certificate-expiring)
  mended "$id" http:https://web01/
  run -0 as staff show "$id"
  [[ $output == *"web01 http:https://web01/: warning"*"web01 http:https://web01/: ok"* ]]
  grep -rq 'all renewals succeeded' incidents/*/*/evidence
  grep -rqx 'reload nginx' incidents/*/*/evidence
  inside web01 'systemctl stop nginx; rm -rf /etc/lab-ca /usr/local/bin/certbot /usr/local/lib/lab/units/nginx.service'
}

# Kernels without md have no /proc/mdstat, and in /proc no file can be made: a folder of links to all that is there
# stands over it.
array() { # array MACHINE MDSTAT
  inside "$1" '
    mkdir /run/lab/proc
    mount --rbind /proc /run/lab/proc
    mount -t tmpfs proc /proc
    cd /run/lab/proc
    for entry in *; do ln -s "/run/lab/proc/$entry" "/proc/$entry"; done
    rm -f /proc/mdstat
    printf "%s\n" "$1" >/proc/mdstat' "$2"
}

@test "replace-md-disk: a failed member goes out, the new one comes in, and the array restores itself" {
  [ -e /dev/loop-control ] || skip 'no loop devices here'
  new=$(mktemp "$BATS_TEST_TMPDIR/disk.XXXXXX")
  truncate -s 1M "$new"
  loop=$(losetup --find --show "$new" 2>/dev/null) || skip 'no loop device can be had here'
  echo "$loop" >"$BATS_TEST_TMPDIR/loop"
  inside web01 'mknod "$1" b "$2" "$3"; touch /dev/md0' "$loop" "$(stat -c %Hr "$loop")" "$(stat -c %Lr "$loop")"
  array web01 'Personalities : [raid1]
md0 : active raid1 sdb1[1](F) sda1[0]
      1046528 blocks super 1.2 [2/1] [U_]

unused devices: <none>'
  inside web01 'cat >/usr/local/bin/mdadm <<"END"
#!/bin/sh
# mdadm over /proc/mdstat: --detail, --manage --remove, --manage --add; a member that is added is restored at once.
[ "$(id -u)" = 0 ] || { echo "mdadm: must be super-user to perform this action" >&2; exit 1; }
mode=$1
shift
[ "$1" != -- ] || shift
[ "$1" = /dev/md0 ] || { echo "mdadm: cannot open $1: No such file or directory" >&2; exit 1; }
stat=/proc/mdstat
case $mode in
  --detail)
    echo "/dev/md0:"
    for member in $(sed -n "s/^md0 : active raid1 //p" $stat); do
      case $member in
        *"(F)") echo "       1       8       17        -      faulty   /dev/${member%%\[*}" ;;
        *) echo "       0       8        1        0      active sync   /dev/${member%%\[*}" ;;
      esac
    done ;;
  --manage)
    case $2 in
      --remove)
        case $3 in
          failed) sed "s/ [a-z0-9]*\[[0-9]*\](F)//" $stat >/run/lab/mdstat; cat /run/lab/mdstat >$stat; echo "mdadm: hot removed 8:17 from /dev/md0" ;;
          detached) ;;
          *) exit 2 ;;
        esac ;;
      --add)
        [ -b "$3" ] || { echo "mdadm: Cannot open $3: No such file or directory" >&2; exit 1; }
        sed "s/^md0 : active raid1/& ${3#/dev/}[2]/; s/\[2\/1\] \[U_\]/[2\/2] [UU]/" $stat >/run/lab/mdstat
        cat /run/lab/mdstat >$stat
        echo "mdadm: added $3" ;;
      *) exit 2 ;;
    esac ;;
  *) exit 2 ;;
esac
END
    chmod +x /usr/local/bin/mdadm'
  run -2 as staff monitor web01
  [[ $output == *"raid:md0"* ]]
  run -0 as staff analyze
  [[ $output == *"RAID is degraded md0"* ]]
  # A disk that is not there, and an array that the machine does not have.
  run -64 as staff analyze web01 --plan replace-md-disk -p array=md1 -p new="$loop" -m x
  [[ $output == *"'web01' has no raid 'md1'"*"known names: md0"* ]]
  run -0 as staff analyze web01 --plan replace-md-disk -p array=md0 -p new=/dev/none -m 'new disk'
  run -0 as section-head approve web01 --yes
  run -1 as staff repair web01
  [[ $output == *"no such device: /dev/none"* ]]
  grep -q '(F)' <("$LAB" exec web01 cat /proc/mdstat)
  run -0 as staff repair web01 --give-up -m 'another name'
  run -0 as staff analyze web01 -p new="$loop" -m 'that is its name'
  mended web01 raid:md0
  [[ $("$LAB" exec web01 cat /proc/mdstat) == *"raid1 ${loop#/dev/}[2] sda1[0]"*"[UU]"* ]]
}

teardown() {
  if [ -e "$BATS_TEST_TMPDIR/loop" ]; then
    losetup -d "$(cat "$BATS_TEST_TMPDIR/loop")"
    inside web01 'rm -f "$1" /dev/md0 /usr/local/bin/mdadm; umount /proc; umount -R /run/lab/proc; rmdir /run/lab/proc' \
      "$(cat "$BATS_TEST_TMPDIR/loop")"
  fi
}
