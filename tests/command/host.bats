#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "list and show" {
  status 0 jaga host list
  says '127.0.0.1'
  status 0 jaga host show web01
  says 'hosts.yaml'
  status 0 jaga host list --json
  says '"host": "web01"'
}

@test "an unknown host is 66 with the nearest" {
  status 66 jaga host show wbe01
  says "web01"
  status 66 jaga host list @wbe
}

@test "add writes a file that is read" {
  status 0 jaga host add sw-core 192.0.2.2 --kind switch
  status 0 jaga host add web02 192.0.2.12 --check icmp --check tcp:443 --parent sw-core
  [ -f hosts.d/web02.yaml ]
  status 0 jaga host list web02
  says 'tcp:443'
  says 'sw-core'
  status 73 jaga host add web02 192.0.2.13
  status 64 jaga host add web03 'a b'
  status 64 jaga host add Web03 192.0.2.13
  status 64 jaga host add web03 192.0.2.13 --check udp
}

@test "add writes the unit of a port, the logins, the port of SSH and the jump host" {
  printf 'defaults: {login: {measure: "watch", port: 2222}}\nhosts:\n  - {name: gate, address: 192.0.2.1}\n' >hosts.yaml
  status 0 jaga host add web02 192.0.2.12 --check ssh --check tcp:80/web.service --login monitor --repair-login fix \
    --port 2022 --jump gate
  grep -q 'unit: "web.service"' hosts.d/web02.yaml
  status 0 jaga host show web02 --json
  says '"checks": ["tcp:80", "ssh"]'
  says '"login_measure": "monitor"'
  says '"login_repair": "fix"'
  says '"port": 2022'
  status 0 jaga host show web02
  says '2022'
  says 'gate'
  # What is given holds also where it is the usual, over another default of hosts.yaml.
  status 0 jaga host add web03 192.0.2.13 --check ssh --login jaga --port 22
  status 0 jaga host show web03 --json
  says '"login_measure": "jaga"'
  says '"port": 22}'
  # What is not given comes from there.
  status 0 jaga host add web04 192.0.2.14 --check ssh
  status 0 jaga host show web04 --json
  says '"login_measure": "watch"'
  says '"port": 2222'
}

@test "add refuses an invalid unit, login, port or jump host, and writes nothing" {
  status 64 jaga host add web02 192.0.2.12 --check tcp:80/web
  says "invalid unit name: 'web'"
  says 'tcp:80/nginx.service'
  status 64 jaga host add web02 192.0.2.12 --check tcp:80/
  status 64 jaga host add web02 192.0.2.12 --check 'tcp:80/a b.service'
  status 64 jaga host add web02 192.0.2.12 --check ssh --login 'a b'
  says "'a b'"
  status 64 jaga host add web02 192.0.2.12 --check ssh --repair-login=-x
  status 64 jaga host add web02 192.0.2.12 --check ssh --port 0
  status 64 jaga host add web02 192.0.2.12 --check ssh --port 65536
  says "'65536'"
  status 66 jaga host add web02 192.0.2.12 --check ssh --jump nowhere
  [ ! -e hosts.d/web02.yaml ]
}

@test "add writes no file that the next command would refuse" {
  find . -type f | LC_ALL=C sort >../before
  status 64 jaga host add web02 192.0.2.12 --check icmp --check icmp
  says 'hosts.d/web02.yaml'
  find . -type f | LC_ALL=C sort | diff ../before -
  status 0 jaga host list
}

@test "an address with zeros in front is refused with the one that is meant" {
  status 64 as staff host add web02 010.0.0.1
  says 'leading zeros as octal; write 10.0.0.1'
  status 64 as staff host add web02 10.0.0
  says 'give an IPv4 or IPv6 address, or a host name'
  printf 'hosts:\n  - {name: web02, address: 10.0.0.010}\n' >hosts.yaml
  status 78 jaga host list
  says 'hosts.yaml:2:28'
  says 'write 10.0.0.10'
}

@test "broken YAML is 78 with line and column" {
  printf 'hosts:\n  - {name: a, address: x, pace: y}\n' >hosts.yaml
  status 78 jaga host list
  says 'hosts.yaml:2:'
  printf 'hosts: [\n' >hosts.yaml
  status 78 jaga host list
}

@test "trust pins this machine by its machine-id" {
  need_machine_id
  printf 'hosts:\n  - {name: here, address: localhost, checks: [local]}\n' >hosts.yaml
  status 64 as staff host trust here </dev/null
  says '--yes'
  status 0 as staff host trust here --yes --verified console
  says "$(cat /etc/machine-id)"
  status 0 jaga host show here
  says 'machine-id only, compared at the console'
  status 0 jaga host list
  says 'machine-id only, compared at the console'
  status 0 as staff host trust here --yes
  says 'no changes'
}

@test "trust of a host that is not there is 69" {
  printf 'hosts:\n  - {name: away, address: 127.0.0.1, login: {port: 1}, checks: [ssh]}\n' >hosts.yaml
  status 69 as staff host trust away --yes
  says 'cannot connect to 127.0.0.1 port 1: Connection refused'
  status 69 as staff --lang id host trust away --yes
  says_not 'Connection refused'
  status 69 as staff host trust away --yes
  says "start its sshd, or if it is not on port 1, set the port in 'hosts.yaml' (login: {port: NUMBER})"
  says 'then: jaga host trust away'
}

@test "trust of a host without SSH says how it gets an identity" {
  printf 'hosts:\n  - {name: gw, address: 127.0.0.1, checks: [icmp]}\n' >hosts.yaml
  status 69 as staff host trust gw --yes
  says "'gw': it has no ssh check and therefore no identity to pin"
  says "hint: if it has SSH, add 'ssh' to its checks in 'hosts.yaml', then: jaga host trust gw"
  status 0 jaga host add web01 127.0.0.1 --check icmp
  status 69 as staff host trust web01 --yes
  says "add 'ssh' to its checks in 'hosts.d/web01.yaml'"
}

@test "trust says what mends a host on whose port something else answers" {
  need busybox
  port=$(free_port)
  mkdir ../web
  busybox httpd -f -p "127.0.0.1:$port" -h ../web 3>&- &
  httpd=$!
  until (exec 4<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do kill -0 "$httpd"; done
  printf 'hosts:\n  - {name: odd, address: 127.0.0.1, login: {port: %s}, checks: [ssh]}\n' "$port" >hosts.yaml
  status 69 as staff host trust odd --yes
  says 'does not speak SSH'
  says "if it is not on port $port, set the port in 'hosts.yaml'"
}

# sshd_with KEY [AUTHORIZED]: on $port with the host key $KEYS/KEY, lets staff in as this user, or the owner of AUTHORIZED
# holds; says in $BATS_TEST_TMPDIR/sshd.log who logged in. It ends with the test.
sshd_with() {
  [ -z "${sshd-}" ] || { kill "$sshd"; wait "$sshd" || true; }
  [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
  : >"$BATS_TEST_TMPDIR/sshd.log"
  /usr/sbin/sshd -D -f /dev/null -h "$KEYS/$1" -p "$port" -E "$BATS_TEST_TMPDIR/sshd.log" \
    -o ListenAddress=127.0.0.1 -o StrictModes=no -o UsePAM=no -o PidFile=none -o LogLevel=VERBOSE \
    -o AuthorizedKeysFile="${2-$KEYS/staff.pub}" -o PermitRootLogin=yes 3>&- &
  sshd=$!
  until grep -q 'listening on' "$BATS_TEST_TMPDIR/sshd.log"; do kill -0 "$sshd" || return 1; done
}

teardown() {
  local server
  for server in ${sshd-} ${httpd-}; do kill "$server" 2>/dev/null || true; done
}

@test "nobody logs in on a host before its keys are the pinned ones or confirmed" {
  [ -x /usr/sbin/sshd ] || skip 'no sshd here'
  make_key first
  make_key second
  port=$((20000 + RANDOM % 10000))
  printf 'hosts:\n  - {name: away, address: 127.0.0.1, login: {port: %s, measure: "%s"}, checks: [ssh]}\n' \
    "$port" "$(id -un)" >hosts.yaml
  log=$BATS_TEST_TMPDIR/sshd.log
  sshd_with first
  status 64 as staff host trust away </dev/null
  says "$(ssh-keygen -lf "$KEYS/first.pub" | cut -d' ' -f2)"
  if grep -q 'Accepted publickey' "$log"; then false; fi
  status 0 as staff host trust away --yes
  grep -q 'Accepted publickey' "$log"
  status 0 as staff host trust away </dev/null
  says 'no changes'

  sshd_with second
  status 64 as staff host trust away --yes
  says 'differ from the pinned ones'
  says 'but these keys are pinned:'
  says "$(ssh-keygen -lf "$KEYS/first.pub" | cut -d' ' -f2)"
  says 'jaga host trust away --verified console'
  status 64 as staff host trust away --yes --verified first-use
  says 'replacing pinned keys requires comparing the new ones first: away'
  status 64 as staff host trust away </dev/null
  says 'jaga host trust away --verified console --yes'
  if grep -q 'Accepted publickey' "$log"; then false; fi
  status 0 as staff host trust away --yes --verified console
  grep -q 'Accepted publickey' "$log"
  status 0 jaga host show away
  says "$(ssh-keygen -lf "$KEYS/second.pub" | cut -d' ' -f2)"
}

# away: this machine, by an sshd of our own
away() {
  [ -x /usr/sbin/sshd ] || skip 'no sshd here'
  make_key first
  port=$((20000 + RANDOM % 10000))
  printf 'hosts:\n  - {name: away, address: 127.0.0.1, login: {port: %s, measure: "%s"}, checks: [ssh]}\n' \
    "$port" "$(id -un)" >hosts.yaml
}

pins() { find register -name '*-host.*.yaml' | wc -l; }

@test "a login that is refused takes nothing of what is pinned away" {
  need_machine_id
  away
  sshd_with first
  status 0 as staff host trust away --yes --verified console
  sshd_with first none
  for how in '' '--yes' '--yes --verified console'; do
    # shellcheck disable=SC2086  # several words
    status 69 as staff host trust away $how </dev/null
    says "'away': the keys match the pinned ones, but the login failed"
    says 'jaga host trust away'
    says_not 'differ from the pinned ones'
  done
  [ "$(pins)" = 1 ]
  status 0 jaga host show away
  says "$(cat /etc/machine-id)"
  sshd_with first
  status 0 as staff host trust away </dev/null
  says 'no changes'
}

@test "a host that could not be logged in on is pinned without its machine-id, which is added later" {
  need_machine_id
  away
  sshd_with first none
  status 0 as staff host trust away --yes --verified console
  says 'away: machine-id not read'
  says 'jaga host trust away'
  status 0 jaga host show away --json
  says '"machine_id": ""'
  sshd_with first
  status 64 as staff host trust away </dev/null
  says_not 'differ from the pinned ones'
  says "machine-id $(cat /etc/machine-id)"
  status 0 as staff host trust away --yes
  says_not 'differ from the pinned ones'
  status 0 jaga host show away --json
  says "\"machine_id\": \"$(cat /etc/machine-id)\""
  says '"verified": "console"'
}

@test "the question says how the keys were compared, and a first use is compared later" {
  away
  sshd_with first
  status 1 in_terminal n "$JAGA" --key "$KEYS/staff" host trust away
  says 'These keys have not been compared'
  [ "$(pins)" = 0 ]
  status 0 in_terminal y "$JAGA" --key "$KEYS/staff" host trust away
  status 0 jaga host show away --json
  says '"verified": "first-use"'
  status 0 as staff host trust away --yes --verified first-use
  says 'no changes'
  status 0 as staff host trust away --yes --verified console
  status 0 jaga host show away --json
  says '"verified": "console"'
  status 0 as staff host trust away --yes
  says 'no changes'
  make_key second
  sshd_with second
  status 1 in_terminal n "$JAGA" --key "$KEYS/staff" host trust away --verified console
  says 'Do the consoles of these hosts show the same keys'
  status 1 in_terminal n "$JAGA" --key "$KEYS/staff" host trust away --verified vendor
  says "Does the vendor's document show the same keys"
}

@test "hosts come out of other tools' inventories" {
  printf 'groups: {web: {}}\nhosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
  cat >inventory.json <<'END'
{"_meta": {"hostvars": {"web02": {"ansible_host": "10.0.0.2"}, "web01": {}}},
 "web": {"hosts": ["web01", "web02"]}, "odd": {"hosts": ["web02"]}}
END
  status 0 jaga host import -n ansible inventory.json
  says 'name: "web02"'
  [ ! -e hosts.d/ansible.yaml ]
  status 0 jaga host import ansible - <inventory.json
  says 'hosts.d/ansible.yaml'
  says "skipped, unknown groups in hosts.yaml: odd"
  says 'web01: already in hosts.yaml'
  status 0 jaga host list --json @web
  says '"host": "web02", "address": "10.0.0.2"'
  status 73 jaga host import ansible inventory.json
  says 'is not overwritten'
  status 66 jaga host import ansible inventory.json --name again
  printf 'Host jump\n  HostName 10.0.0.9\nHost db1\n  ProxyJump jump\n  Port 2222\n' >config
  status 0 jaga host import ssh-config config --check tcp:22 --check icmp
  status 0 jaga host show db1 --json
  says '"parents": ["jump"]'
  says '"port": 2222'
  printf '127.1 localhost\n10.0.0.4 files\n10.0.0.6\n' >hosts
  status 0 jaga host import hosts hosts
  says 'hosts:1: skipped: not a valid line of hosts(5), which has an address and names'
  says 'hosts:3: skipped: not a valid line of hosts(5)'
  jaga host show files >/dev/null
  printf 'name;address;parents\ncam1;10.0.0.5;nowhere\n' >cams.csv
  status 0 jaga host import csv cams.csv --name cams
  says "unknown parent 'nowhere'"
  status 0 jaga host show cam1
  # A file that is not such a list is not printed to the terminal.
  head -c 1000000 /dev/zero | tr '\0' x >long.csv
  status 65 jaga host import csv long.csv --name long
  says "long.csv:1: unknown column 'xxx"
  [ ${#output} -lt 3000 ]
  printf 'name,address\n' >empty.csv
  status 66 jaga host import csv empty.csv --name empty
  printf 'name,address,colour\n' >bad.csv
  status 65 jaga host import csv bad.csv --name bad
  says 'bad.csv:1'
  status 64 jaga host import yaml cams.csv
  status 64 jaga host import csv cams.csv --name ../x
  status 66 jaga host import csv nowhere.csv --name other
  status 65 jaga host import ansible cams.csv --name other
}

@test "list --tree: each under what it is reached through; a circle is named with its place" {
  cat >hosts.yaml <<'END'
hosts:
  - {name: sw1, address: 10.0.0.1}
  - {name: sw2, address: 10.0.0.2}
  - {name: edge, address: 10.0.0.3, parents: {all: [sw1]}}
  - {name: web01, address: 10.0.0.4, parents: {any: [edge, sw2]}}
  - {name: db01, address: 10.0.0.5, parents: {any: [web01]}}
END
  status 0 jaga host list --tree
  [ "$output" = 'sw1  10.0.0.1
  edge  10.0.0.3
    web01  10.0.0.4  (through any of edge, sw2)
      db01  10.0.0.5
sw2  10.0.0.2
  web01  10.0.0.4  (through any of edge, sw2)' ]
  sed -i 's/name: sw1, address: 10.0.0.1/name: sw1, address: 10.0.0.1, parents: {any: [db01]}/; s/any: \[edge, sw2\]/any: [edge]/' hosts.yaml
  status 78 jaga host list --tree
  says 'hosts.yaml:6:5: '
  says 'db01 -> web01 -> edge -> sw1 -> db01'
}
