#!/usr/bin/env bats
# The package on a minimal system of the Debian that runs here: installed, run, booted, upgraded, purged. The system comes
# from JAGA_MINIMAL_ROOT, a folder that debootstrap made, or is made by debootstrap.
bats_require_minimum_version 1.5.0
load ../command/helpers
load package

# What all tests begin with, in $BATS_FILE_TMPDIR: minimal/ and the packages of two builds, one.deb and one-fleet.deb,
# two.deb and two-fleet.deb.
setup() {
  setup_folder
  need_builder
  [ "$(id -u)" = 0 ] || skip 'needs root'
  minimal=$BATS_FILE_TMPDIR/minimal
  if [ ! -e "$BATS_FILE_TMPDIR/two.deb" ]; then
    make_minimal
    clone_source source
    keep_packages one
    commit_at source 2026-11-30T11:00:00Z
    keep_packages two
  fi
  root=$BATS_TEST_TMPDIR/root
  cp -a "$minimal" "$root"
  cp "$BATS_FILE_TMPDIR/"*.deb "$root/root/"
  cat >"$root/root/common" <<'END'
set -eu
as_jaga() { runuser -u jaga -- env HOME=/var/lib/jaga "$@"; }
# An office of the account jaga in /srv/office, and the key of its first person.
make_office() {
  command install -d -o jaga -g jaga /srv/office
  as_jaga ssh-keygen -q -t ed25519 -N '' -f /var/lib/jaga/staff
  as_jaga jaga -q --key /var/lib/jaga/staff init /srv/office --org Office --person staff --role staff --shared jaga
}
# Registers this machine for the timers. $key: its public key
register_machine() {
  as_jaga jaga -C /srv/office person keys --make
  key=$(find /var/lib/jaga/.local/state/jaga -name machine-key.pub)
  as_jaga jaga -C /srv/office --key /var/lib/jaga/staff person add timer --machine --key "$key"
}
# within SECONDS COMMAND...: it succeeds by then.
within() {
  tries=$(($1 * 10))
  shift
  until "$@"; do
    tries=$((tries - 1))
    [ "$tries" -gt 0 ] || { echo "not in time: $*"; journalctl -n 30 --no-pager; exit 1; }
    sleep 0.1
  done
}
END
}

keep_packages() { # keep_packages NAME
  local made
  made=$(pack source out)
  cp "$(fleet_of "$made")" "$BATS_FILE_TMPDIR/$1-fleet.deb"
  cp "$made" "$BATS_FILE_TMPDIR/$1.deb"
}

# BATS_FILE_TMPDIR/why: why there is none
make_minimal() {
  if [ -e "$BATS_FILE_TMPDIR/why" ]; then skip "$(cat "$BATS_FILE_TMPDIR/why")"; fi
  [ ! -e "$minimal" ] || return 0
  if [ -n "${JAGA_MINIMAL_ROOT-}" ]; then
    cp -a "$JAGA_MINIMAL_ROOT" "$minimal"
  else
    need debootstrap
    local suite
    suite=$(. /etc/os-release && echo "${VERSION_CODENAME-}")
    if ! debootstrap --variant=minbase "$suite" "$minimal" >debootstrap.log 2>&1; then
      rm -rf "$minimal"
      echo "debootstrap cannot make a minimal $suite: $(tail -n 1 debootstrap.log)" >"$BATS_FILE_TMPDIR/why"
      skip "$(cat "$BATS_FILE_TMPDIR/why")"
    fi
  fi
  if ! machine 'apt-get -qq update' >"$BATS_FILE_TMPDIR/update.log" 2>&1 </dev/null; then
    echo "apt cannot read its lists in the minimal system: $(tail -n 1 "$BATS_FILE_TMPDIR/update.log")" >"$BATS_FILE_TMPDIR/why"
    rm -rf "$minimal"
    skip "$(cat "$BATS_FILE_TMPDIR/why")"
  fi
}

# machine COMMAND, booted COMMAND: in the system of the test
machine() { "$BATS_TEST_DIRNAME/machine" "${root-$minimal}" "$1"; }
booted() { "$BATS_TEST_DIRNAME/machine" --boot "$root" "$1"; }
install() { machine "apt-get -qq -y --no-install-recommends install $* >/tmp/apt.log 2>&1 || { cat /tmp/apt.log; exit 1; }"; }

@test "it installs and runs without recommended packages, and shows its manual with man-db" {
  install /root/one.deb
  [[ $(machine 'jaga --version') == jaga\ * ]]
  machine 'jaga help monitor' | grep 'jaga monitor'
  machine 'getent passwd jaga' | grep -E ':/var/lib/jaga:/usr/sbin/nologin$'
  [ "$(machine 'stat -c "%A %U %G" /var/lib/jaga')" = 'drwxr-x--- jaga jaga' ]
  [ -z "$(machine 'dpkg -V jaga')" ]
  [ -z "$(machine 'ls /etc/systemd/system/*/ | grep jaga')" ]
  install man-db
  machine 'MANWIDTH=80 man jaga-trust' | grep -F 'JAGA-TRUST(7)'
  machine 'man -w jaga' | grep -x '/usr/share/man/man1/jaga.1.gz'
  # What apt would add by default.
  machine 'apt-get -s install --reinstall --install-recommends /root/one.deb; apt-cache show /root/one.deb' >apt
  grep -E '^Recommends: .*git.*weasyprint' apt
}

@test "an upgrade keeps what is there, and a purge leaves working directories, keys and the account" {
  install /root/one.deb /root/one-fleet.deb git
  [ "$(machine 'stat -c "%A %U %G" /var/lib/jaga-worker')" = 'drwxr-x--- jaga-worker jaga-worker' ]
  machine 'set -e
    ssh-keygen -q -t ed25519 -N "" -f /root/.ssh/id_ed25519
    jaga -q init /srv/office --org Office --person staff --role staff >/dev/null
    mkdir -p -m 700 /var/lib/jaga/.ssh
    ssh-keygen -q -t ed25519 -N "" -f /var/lib/jaga/.ssh/id_ed25519
    chown -R jaga: /var/lib/jaga
    chmod 711 /var/lib/jaga
    jaga-worker init --site a --name worker-1 --folder /var/lib/jaga-worker/a --server nats://127.0.0.1:4222 \
      --office "$(sed -n "s/^repo: \"\(.*\)\"/\1/p" /srv/office/jaga.yaml)" --office-key /root/.ssh/id_ed25519.pub >/dev/null
    systemctl enable jaga-seal@srv-office.timer jaga-worker@a.service'
  kept() {
    machine 'stat -c "%A %U %n" /var/lib/jaga /var/lib/jaga/.ssh /var/lib/jaga-worker /var/lib/jaga-worker/a
      find /srv/office /root/.ssh /var/lib/jaga /var/lib/jaga-worker /root/.local -type f -exec sha256sum {} + | sort'
  }
  link=$root/etc/systemd/system/timers.target.wants/jaga-seal@srv-office.timer
  worker=$root/etc/systemd/system/multi-user.target.wants/jaga-worker@a.service
  kept >before
  [ "$(wc -l <before)" -gt 8 ]
  install /root/two.deb /root/two-fleet.deb
  [ "$(machine 'dpkg-query -W -f "\${Version}" jaga')" = "$(dpkg-deb -f "$BATS_FILE_TMPDIR/two.deb" Version)" ]
  kept | diff before -
  [ -L "$link" ] && [ -L "$worker" ]
  machine 'jaga -C /srv/office audit' | grep -x sound
  # And back: an older build is a downgrade.
  run ! install /root/one.deb
  # This removes jaga-fleet, too.
  machine 'apt-get -qq -y remove jaga' >log 2>&1
  [ -L "$link" ] && [ -L "$worker" ]
  machine 'apt-get -qq -y purge jaga jaga-fleet' >log 2>&1
  [ ! -L "$link" ] && [ ! -L "$worker" ]
  run ! machine 'dpkg -s jaga'
  run ! machine 'dpkg -s jaga-fleet'
  kept | diff before -
  machine 'getent passwd jaga jaga-worker'
}

# systemd boots with the package in it; the services run as they would at an office.
@test "booted: seal, sync and a round work as services, and what the round measures here is what a shell measures" {
  install /root/one.deb git openssh-server sudo iproute2
  local status=0
  cat >"$root/root/office" <<'END'
. /root/common
ping_range=$(cat /proc/sys/net/ipv4/ping_group_range)
[ "$ping_range" = "0	2147483647" ] || { echo "ping sockets are closed: $ping_range"; exit 1; }
make_office
register_machine
rm /var/lib/jaga/staff

echo '== seal'
systemctl start jaga-seal@srv-office.service
find /srv/office/seals -name '0001-*.sig' | grep .

echo '== sync'
useradd -m git
runuser -u git -- git init -q --bare -b main /home/git/jaga.git
as_jaga mkdir -p -m 700 /var/lib/jaga/.ssh
as_jaga ssh-keygen -q -t ed25519 -N '' -f /var/lib/jaga/.ssh/id_ed25519
command install -d -m 700 -o git -g git /home/git/.ssh
command install -m 600 -o git -g git /var/lib/jaga/.ssh/id_ed25519.pub /home/git/.ssh/authorized_keys
systemctl start ssh
ssh-keyscan 127.0.0.1 2>/dev/null >/var/lib/jaga/.ssh/known_hosts
chown jaga: /var/lib/jaga/.ssh/known_hosts
as_jaga jaga -C /srv/office sync ssh://git@127.0.0.1/home/git/jaga.git
echo '# edited' >>/srv/office/hosts.yaml
systemctl start jaga-sync@srv-office.service
runuser -u git -- git --git-dir /home/git/jaga.git show main:hosts.yaml | grep -x '# edited'

echo '== round'
# A plugin tells what the service sees: its mounts, its groups, and whether sudo works.
echo 'jaga ALL=(root) NOPASSWD: /usr/bin/id' >/etc/sudoers.d/jaga
cat >/usr/local/bin/look <<'E'
#!/bin/sh
echo "OK: root $(sudo -n id -u 2>/dev/null), mounts $(cut -d' ' -f2- /proc/self/mounts | cksum), df $(df -P | awk '{ print $1, $2, $6 }' | cksum), \
groups $(id -G), /tmp $(stat -c %i /tmp), /dev $(ls /dev | cksum), home $(stat -c %i /home)"
E
chmod 755 /usr/local/bin/look
cat >/srv/office/hosts.yaml <<'E'
hosts:
  - name: here
    address: 127.0.0.1
    checks: [icmp, local, {plugin: {name: look, command: [/usr/local/bin/look]}}]
E
# the check and its object; of the plugin all that it says. Numbers of this moment are left out.
results() {
  sed -n 's/^ *- {host: "here", check: "\([a-z]*\)", \(object: "[^"]*", \)\{0,1\}state: "\([a-z]*\)".*/\1 \2\3/p' "$1"
  grep -o 'summary: "OK: root[^"]*"\|long_output: "[^"]*"\|machine_id: "[^"]*"' "$1"
}
newest() { find /srv/office/rounds -name '*Z.yaml' | sort | tail -n 1; }
as_jaga jaga -C /srv/office monitor --fresh -q || [ $? -lt 4 ]
shell=$(newest)
mkdir /etc/systemd/system/jaga-monitor@.service.d
printf '[Service]\nExecStart=\nExecStart=/usr/bin/jaga -C %%f monitor -q --fresh\n' >/etc/systemd/system/jaga-monitor@.service.d/fresh.conf
systemctl daemon-reload
systemctl start jaga-monitor@srv-office.service
service=$(newest)
[ "$shell" != "$service" ]
results "$shell" >/tmp/shell
results "$service" >/tmp/service
grep 'OK: root 0, mounts' /tmp/shell
grep -c '^disk ' /tmp/shell
diff /tmp/shell /tmp/service

echo '== the test sees a difference'
printf '[Service]\nProtectSystem=strict\nReadWritePaths=%%f -/var/lib/jaga\nPrivateTmp=yes\n' >/etc/systemd/system/jaga-monitor@.service.d/harder.conf
systemctl daemon-reload
systemctl start jaga-monitor@srv-office.service
results "$(newest)" >/tmp/harder
! diff /tmp/shell /tmp/harder >/dev/null
END
  booted 'sh /root/office' >log 2>&1 || status=$?
  cat log
  [ "$status" != 77 ] || skip "$(tail -n 1 log)"
  [ "$status" = 0 ]
}

@test "booted: the inbox and new records arrive in a mailbox through Postfix, from services" {
  machine "printf '%s\n' 'postfix postfix/main_mailer_type select Local only' 'postfix postfix/mailname string office.example' | debconf-set-selections"
  install /root/one.deb curl postfix
  local status=0
  cat >"$root/root/office" <<'END'
. /root/common
make_office
for host in web01 db01; do as_jaga jaga -C /srv/office host add $host 127.0.0.1 --check icmp -q; done
as_jaga jaga -C /srv/office --key /var/lib/jaga/staff open web01 -q -m 'web01 is slow' >/root/id
useradd -m section-head
systemctl start postfix
messages() { cat /var/mail/* 2>/dev/null | grep -c '^Subject: '; }
# bodies FILE: of all its messages
bodies() { awk '/^From / { close("base64 -d"); on = 0 } !NF { on = 1 } on && NF { print | "base64 -d" }' "$1"; }
# arrived NUMBER: so many messages have come, and the mail system has nothing left to deliver.
have_come() { [ "$(messages)" -ge "$1" ] && mailq | grep -q 'is empty'; }
arrived() {
  within 60 have_come "$1"
  [ "$(messages)" = "$1" ]
}

echo '== inbox'
systemctl start jaga-mail@srv-office.service
arrived 1
# What is for root goes to nobody where no alias says otherwise.
for box in /var/mail/*; do bodies "$box"; done | tee /root/inbox
grep -F "$(cat /root/id)" /root/inbox

echo '== notify'
command install -d -o root -g jaga -m 750 /var/lib/jaga/.config /var/lib/jaga/.config/jaga
cat >/var/lib/jaga/.config/jaga/config.yaml <<'E'
notify:
  - name: "mail"
    run: ["/usr/share/jaga/notify/mail", "--smtp", "smtp://localhost", "section-head"]
E
systemctl start jaga-notify@srv-office.service # from now on
as_jaga jaga -C /srv/office --key /var/lib/jaga/staff analyze web01 -q --plan manual -p task=look --fault unknown -m why >/dev/null
systemctl start jaga-notify@srv-office.service
arrived 2
bodies /var/mail/section-head | tee /root/told
grep -F "jaga approve $(cat /root/id)" /root/told

echo '== a mail server that is away: told by the next run'
systemctl stop postfix
as_jaga jaga -C /srv/office --key /var/lib/jaga/staff open db01 -q -m 'db01 is slow' >/root/id2
if systemctl start jaga-notify@srv-office.service; then exit 1; fi
systemctl start postfix
systemctl start jaga-notify@srv-office.service
arrived 3
bodies /var/mail/section-head | grep -F "$(cat /root/id2)"
END
  booted 'sh /root/office' >log 2>&1 || status=$?
  cat log
  [ "$status" != 77 ] || skip "$(tail -n 1 log)"
  [ "$status" = 0 ]
}

@test "booted: the worker of a site measures as a service, and goes on after it was killed and after an upgrade" {
  install /root/one.deb /root/one-fleet.deb nats-server openssh-client iproute2
  local status=0
  cat >"$root/root/office" <<'END'
. /root/common
make_office
register_machine
sed -i '/^\.\.\.$/d' /srv/office/jaga.yaml
cat >>/srv/office/jaga.yaml <<'E'
fleet:
  servers: ["nats://127.0.0.1:4222"]
  sites: ["kecamatan-a"]
  deadline: "60s"
E
cat >/srv/office/hosts.yaml <<'E'
hosts:
  - {name: "web01", address: "127.0.0.2", place: {site: "kecamatan-a"}, checks: [icmp]}
E

echo '== NATS, by the examples of the package'
systemctl stop nats-server 2>/dev/null || true
systemd-run -q --unit hub nats-server -c /usr/share/jaga/nats/hub.conf
systemd-run -q --unit leaf --setenv=JAGA_NATS_STORE=/var/lib/leaf nats-server -c /usr/share/jaga/nats/leaf.conf

echo '== the worker'
jaga-worker init --site kecamatan-a --name worker-1 --folder /var/lib/jaga-worker/kecamatan-a --server nats://127.0.0.1:4322 \
  --office "$(sed -n 's/^repo: "\(.*\)"/\1/p' /srv/office/jaga.yaml)" --office-key "$key" >/root/init
command install -m 644 /var/lib/jaga-worker/kecamatan-a/key.pub /tmp/worker-1.pub
as_jaga jaga -C /srv/office --key /var/lib/jaga/staff person add worker-1 --machine --site kecamatan-a --key /tmp/worker-1.pub
systemctl start jaga-worker@kecamatan-a
pid() { systemctl show -P MainPID jaga-worker@kecamatan-a; }
waits() { journalctl "_PID=$(pid)" -o cat | grep -q 'waits for orders'; }
within 60 waits
[ "$(stat -c %U "/proc/$(pid)")" = jaga-worker ]
[ "$(stat -c '%A %U' /var/lib/jaga-worker/kecamatan-a)" = 'drwx------ jaga-worker' ]
[ "$(stat -c %U /var/lib/jaga-worker/kecamatan-a/key)" = jaga-worker ]
measured() {
  as_jaga jaga -C /srv/office monitor --fleet -q
  newest=$(find /srv/office/rounds -name '*Z.yaml' | sort | tail -n 1)
  [ "$newest" != "${before-}" ]
  before=$newest
  grep 'host: "web01", check: "icmp", state: "ok".*measured_by: "worker-1"' "$newest"
}
measured

echo '== killed'
killed=$(pid)
systemctl kill -s KILL jaga-worker@kecamatan-a
is_another() { [ "$(pid)" != "$killed" ] && [ "$(pid)" != 0 ] && waits; }
within 60 is_another
measured

echo '== upgraded'
killed=$(pid)
dpkg -i /root/two.deb /root/two-fleet.deb >/dev/null
within 60 is_another
measured
END
  booted 'sh /root/office' >log 2>&1 || status=$?
  cat log
  [ "$status" != 77 ] || skip "$(tail -n 1 log)"
  [ "$status" = 0 ]
}
