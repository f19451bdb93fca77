#!/usr/bin/env bats
# The units of systemd, the account and the sysctl, as files; package.machine boots a system with them.
bats_require_minimum_version 1.5.0
load ../command/helpers

setup() {
  setup_folder
  build=${JAGA%/cmd/jaga}
  [ -e "$build/cmake_install.cmake" ] || skip "the program under test is in no build folder"
  need cmake
  DESTDIR=$PWD/out cmake --install "$build" --prefix /usr >/dev/null
  units=$PWD/out/usr/lib/systemd/system
  lib=$PWD/out/usr/lib
}

# services UNIT...: these, and the worker's where it is built.
services() { printf '%s\n' "$@"; if [ -e "$units/jaga-worker@.service" ]; then echo worker; fi; }

# settings UNIT: its lines, without comments.
settings() { grep '^[^#].*=' "$units/jaga-$1@.service"; }

@test "systemd reads every unit without a warning" {
  need systemd-analyze
  mkdir -p root/usr/bin root/etc
  local unit
  for unit in monitor seal sync mail notify; do
    # An instance, with the program where the unit expects it.
    sed "s|^ExecStart=/usr/bin/jaga|ExecStart=$JAGA|; s|^ExecStart=/usr/share/jaga|ExecStart=$PWD/out/usr/share/jaga|" "$units/jaga-$unit@.service" >"jaga-$unit@srv-office.service"
    cp "$units/jaga-$unit@.timer" "jaga-$unit@srv-office.timer"
    status 0 systemd-analyze verify --man=no "$PWD/jaga-$unit@srv-office.service" "$PWD/jaga-$unit@srv-office.timer"
    says_not "jaga-$unit"
  done
  [ -e "$units/jaga-worker@.service" ] || return 0
  sed "s|^ExecStart=/usr/bin/jaga-worker|ExecStart=$build/cmd/fleet/jaga-worker|" "$units/jaga-worker@.service" >jaga-worker@kecamatan-a.service
  status 0 systemd-analyze verify --man=no "$PWD/jaga-worker@kecamatan-a.service"
  says_not jaga-worker
}

@test "systemd-analyze security gives all but the rounds 4.0 at most" {
  need systemd-analyze
  systemd-analyze security --help | grep -q -e --offline || skip 'this systemd-analyze needs a running systemd (no --offline)'
  local unit
  for unit in $(services seal sync mail notify); do
    cp "$units/jaga-$unit@.service" .
    run -0 systemd-analyze security --offline=yes --no-pager --threshold=40 "$PWD/jaga-$unit@.service"
  done
}

# What a round of a service measures must be what a shell of its account measures. A setting that gives the service
# mounts of its own, or stops sudo, changes that; many do by what they imply. So only those are allowed of which it is
# known that they do not; package.machine compares the results.
@test "the service of the rounds has no setting that changes mounts or stops sudo" {
  local allowed='Type User ExecStart SuccessExitStatus TimeoutStartSec AmbientCapabilities UMask' key
  while IFS='=' read -r key _; do
    [[ " $allowed " == *" $key "* ]] || { echo "not known to leave mounts and sudo as they are: $key" >&2; return 1; }
  done < <(sed -n '/^\[Service\]/,$p' "$units/jaga-monitor@.service" | grep '^[^#].*=')
  settings monitor | grep -x AmbientCapabilities=CAP_NET_RAW
}

@test "every service runs as the account, which has no shell, and all but the rounds write nothing but the directory and its home" {
  local unit
  for unit in monitor seal sync mail notify; do settings $unit | grep -x User=jaga; done
  for unit in seal sync mail notify; do
    settings $unit | grep -x 'ReadWritePaths=%f -/var/lib/jaga'
    settings $unit | grep -x ProtectSystem=strict
    settings $unit | grep -x NoNewPrivileges=yes
  done
  settings seal | grep -x PrivateNetwork=yes
  grep -x 'd /var/lib/jaga :0750 :jaga :jaga -' "$lib/tmpfiles.d/jaga.conf"
}

@test "the service of a worker runs as an account of its own and writes nothing but the folder of its site" {
  [ -e "$units/jaga-worker@.service" ] || skip 'built without libnats'
  settings worker | grep -x User=jaga-worker
  settings worker | grep -x StateDirectory=jaga-worker/%i
  settings worker | grep -x ProtectSystem=strict
  settings worker | grep -x NoNewPrivileges=yes
  settings worker | grep -x CapabilityBoundingSet=CAP_NET_RAW
  run ! grep ReadWritePaths "$units/jaga-worker@.service"
  grep -x 'd /var/lib/jaga-worker :0750 :jaga-worker :jaga-worker -' "$lib/tmpfiles.d/jaga-fleet.conf"
  grep '^u jaga-worker - .* /var/lib/jaga-worker /usr/sbin/nologin$' "$lib/sysusers.d/jaga-fleet.conf"
}

@test "the mail of the inbox names programs under any prefix, also one with a blank" {
  need systemd-analyze
  DESTDIR=$PWD/other cmake --install "$build" --prefix '/opt/servers of us' >/dev/null
  unit=$(echo other/opt/*/lib/systemd/system/jaga-mail@.service)
  grep -qx 'Environment="JAGA=/opt/servers of us/bin/jaga"' "$unit"
  grep -qx 'ExecStart="/opt/servers of us/share/jaga/notify/inbox" %f --smtp smtp://localhost $JAGA_MAIL_TO' "$unit"
  [ -x "other/opt/servers of us/share/jaga/notify/inbox" ]
}

@test "systemd-sysusers makes the account" {
  need systemd-sysusers
  [ "$(id -u)" = 0 ] || skip 'systemd-sysusers writes accounts as root alone'
  mkdir -p root/etc
  status 0 systemd-sysusers --root="$PWD/root" "$lib/sysusers.d/jaga.conf"
  grep -E '^jaga:[^:]*:[0-9]+:[0-9]+:[^:]*:/var/lib/jaga:/usr/sbin/nologin$' root/etc/passwd
  local id
  id=$(awk -F: '$1 == "jaga" { print $3 }' root/etc/passwd)
  [ "$id" -lt 1000 ]
}

@test "ping sockets are opened to every group, where the administrator does not say otherwise" {
  run -0 grep -v '^#' "$lib/sysctl.d/30-jaga.conf"
  [ "$output" = '-net.ipv4.ping_group_range = 0 2147483647' ]
}
