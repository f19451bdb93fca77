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
  [[ $output == *"maintenance window only, and 'web01' is in none now"* ]]
  as staff host maintain web01 --until "$(date -u -d '+1 hour' +%Y-%m-%dT%H:%M:%SZ)" -m 'restart' >/dev/null
  run -0 as staff repair "$id"
  [[ $output == *"back, boot "*running*"web01 reboot: ok"*done* ]]
  after=$("$LAB" exec web01 cat /proc/sys/kernel/random/boot_id)
  [ "$before" != "$after" ]
  grep -q "boot: \"$before\"" incidents/*/*/*-command-start.*.yaml
  grep -q "boot: \"$after\"" incidents/*/*/*-command-end.*.yaml
  run -0 as section-head verify "$id" --yes
  run -0 as staff audit
  as_before web01
}

@test "set-clock: timesyncd is switched on, and the clock is synchronised" {
  inside web01 '
    echo no >/run/lab/ntp
    printf "description=%s\n" "Network Time Synchronization" >/usr/local/lib/lab/units/systemd-timesyncd.service
    cat >/usr/local/bin/timedatectl <<"END"
#!/bin/sh
case "$*" in
  "set-ntp true") [ "$(id -u)" = 0 ] && echo yes >/run/lab/ntp ;;
  "show -p NTPSynchronized") echo "NTPSynchronized=$(cat /run/lab/ntp)" ;;
  "show -p NTPSynchronized --value") cat /run/lab/ntp ;;
  *) exit 1 ;;
esac
END
    chmod +x /usr/local/bin/timedatectl; cp /usr/local/bin/timedatectl /usr/bin/timedatectl.lab'
  analysed web01 set-clock
  mended "$(upkeep clock-unsynchronized)" clock
  inside web01 'rm /usr/local/bin/timedatectl /usr/local/lib/lab/units/systemd-timesyncd.service'
}
