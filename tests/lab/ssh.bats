#!/usr/bin/env bats
# SSH over the lab: peers that misbehave in each phase, ways that are not straight, and many hosts at one sshd.
# Each peer has its own result within its deadline, and the others beside it are not slowed. What a session does
# with each byte of a peer is in tests/unit/ssh. Run by with-lab; JAGA names the program.
# shellcheck disable=SC2154  # what work.bash sets

bats_require_minimum_version 1.5.0
load work

setup_file() {
  work_folder
  work_keys
  cd "$WORK/office" || return 1
  jaga init -q --org Lab --person staff --role staff >/dev/null
  hosts
  jaga host trust --yes web01 web02 db01 gw01 >/dev/null
}

teardown_file() { remove_work; }

teardown() {
  "$LAB" mend all
  local pid
  for pid in "${PEERS[@]}"; do kill "$pid" 2>/dev/null && kill -CONT "$pid" || true; done
  rm -f "$HOME/.ssh/config"
  cd "$WORK/office" && hosts
}
PEERS=()

hosts() { # hosts [LINE]...: hosts.yaml of the lab, and these
  {
    printf 'defaults: {checks: [ssh: {timeout: "20s"}]}\nhosts:\n'
    printf '  - {name: "gw01", address: "10.77.0.1"}\n  - {name: "web01", address: "10.77.0.11"}\n'
    printf '  - {name: "web02", address: "10.77.0.12"}\n  - {name: "db01", address: "10.77.0.13"}\n'
    if [ $# -gt 0 ]; then printf '  - %s\n' "$@"; fi
  } >hosts.yaml
}

peer() { # peer PORT SHELL-TEXT: on the gateway, for each connection, with it as standard input and output
  "$LAB" exec gw01 busybox nc -ll -p "$1" -e /bin/sh -c "$2" >/dev/null 2>&1 3>&- &
  PEERS+=($!)
  local i
  for ((i = 0; i < 100; i++)); do
    if "$LAB" exec gw01 ss -Hltn "sport = :$1" | grep -q .; then return; fi
    sleep 0.05
  done
  echo "no peer on port $1" >&2
  return 1
}

pin() { # pin NAME: the gateway's own key, for a peer that never gets so far
  "$LAB" exec gw01 cat /etc/ssh/ssh_host_ed25519_key.pub
}

@test "peers that misbehave have each their own result, within their deadlines, and nobody waits for them" {
  peer 2301 'exec sleep 100'                                          # accepts and says nothing
  peer 2302 'while echo xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx; do :; done' # an endless banner
  peer 2303 'exit 0'                                                  # closes before its name
  peer 2304 'printf "SSH-2.0-Peer\r\n"; exec sleep 100'               # no key exchange
  peer 2305 'printf "SSH-2.0-Peer\r\n"; head -c 20 >/dev/null'        # closes in the key exchange
  peer 2306 'printf "HTTP/1.1 400 \033[2J\r\n\r\n"; exec cat >/dev/null' # something else, with an escape
  hosts '{name: "silent", address: "10.77.0.1", login: {port: 2301}}' \
    '{name: "endless", address: "10.77.0.1", login: {port: 2302}}' \
    '{name: "closing", address: "10.77.0.1", login: {port: 2303}}' \
    '{name: "halfway", address: "10.77.0.1", login: {port: 2304}}' \
    '{name: "leaving", address: "10.77.0.1", login: {port: 2305}}' \
    '{name: "other", address: "10.77.0.1", login: {port: 2306}}'
  monitor
  has silent '"reason": "timed_out"' 'the server sent nothing'
  has endless '"reason": "not_ssh"'
  has closing '"state": "critical"' '"reason": "' '"attempts": 3'
  has halfway '"reason": "timed_out"' 'key exchange'
  has leaving '"state": "critical"'
  has other '"reason": "not_ssh"'
  has web01 '"state": "ok"'
  has web02 '"state": "ok"'
  [[ $out != *$'\e'* ]]
  # Three attempts of at most 10 s each, all peers at once, and the pauses between.
  [ "$took" -lt 45 ]
}

@test "a login that kills its command, floods or hangs is distinguished" {
  # What the account's shell does in place of the collector.
  local name
  for name in web01 web02 db01; do "$LAB" exec "$name" cp /etc/passwd /run/passwd.kept; done
  shell() { # shell MACHINE TEXT
    "$LAB" exec "$1" sh -c "printf '%s\n' '#!/bin/dash' \"\$1\" >/run/shell; chmod 755 /run/shell
      sed 's|^\\(jaga:.*:\\).*|\\1/run/shell|' /run/passwd.kept >/etc/passwd" - "$2"
  }
  shell web01 'kill -9 $$'
  shell web02 'while :; do echo flooding-flooding-flooding-flooding >&2; done'
  shell db01 'exec sleep 1000'
  hosts
  sed -i 's/"20s"/"8s"/' hosts.yaml
  monitor web01 web02 db01 gw01
  for name in web01 web02 db01; do "$LAB" exec "$name" cp /run/passwd.kept /etc/passwd; done
  has web01 '"state": "unknown"' '"reason": "killed"' 'KILL'
  has web02 '"reason": "timed_out"' 'the command did not end'
  has db01 '"reason": "timed_out"' 'the command did not end'
  has gw01 '"state": "ok"'
  # Three attempts of at most 8 s each, and the pauses between.
  [ "$took" -lt 60 ]
}

@test "an agent that hangs is given up, and key files still log in" {
  # Stopped, it still has connections taken by the kernel, and answers none.
  ssh-agent -D -a "$WORK/agent" >/dev/null 2>&1 3>&- &
  PEERS+=($!)
  timeout 30 sh -c "until [ -S '$WORK/agent' ]; do sleep 0.05; done"
  kill -STOP "${PEERS[-1]}"
  export SSH_AUTH_SOCK=$WORK/agent
  monitor web01 web02
  unset SSH_AUTH_SOCK
  has web01 '"state": "ok"'
  has web02 '"state": "ok"'
  [ "$took" -lt 40 ]
}

# web01's sshd restarts with its sshd_config; its pid is written when it listens again, and a client that comes before
# that is sent away.
reread() {
  # shellcheck disable=SC2016  # of that shell
  "$LAB" exec web01 sh -c 'pid=$(cat /run/sshd.pid); rm /run/sshd.pid; kill -HUP "$pid"
    until [ -s /run/sshd.pid ]; do sleep 0.05; done'
}

@test "many hosts at one sshd with the default MaxStartups, and a table of descriptors that is nearly full" {
  "$LAB" exec web01 sed -i 's/^MaxStartups .*/MaxStartups 10:30:100/' /etc/ssh/sshd_config
  reread
  local lines=() key i
  for ((i = 0; i < 30; i++)); do lines+=("{name: \"n$i\", address: \"10.77.0.11\"}"); done
  hosts "${lines[@]}"
  jaga host trust --yes >/dev/null
  out=$(ulimit -n 76; jaga monitor --json --no-record --only ssh 2>"$WORK/err") || true
  for ((i = 0; i < 30; i++)); do has "n$i" '"state": "ok"'; done
  has web02 '"state": "ok"'
}

# harden SETTING...: in web01's sshd_config; none: as it was
harden() {
  # shellcheck disable=SC2016  # of that shell
  "$LAB" exec web01 sh -c 'sed -i "/^Ciphers/d; /^MACs/d; /^KexAlgorithms/d" /etc/ssh/sshd_config
    for setting; do echo "$setting" >>/etc/ssh/sshd_config; done
    /usr/sbin/sshd -t' - "$@"
  reread
}

@test "servers that are hardened so that libssh2 1.10 finds nothing in common are measured all the same" {
  harden 'MACs hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com' 'Ciphers aes256-ctr'
  monitor web01
  has web01 '"state": "ok"' '"hostname": "web01"'
  harden 'Ciphers aes256-gcm@openssh.com,chacha20-poly1305@openssh.com'
  monitor web01
  has web01 '"state": "ok"' '"hostname": "web01"'
  harden 'KexAlgorithms sntrup761x25519-sha512@openssh.com'
  monitor web01
  has web01 '"state": "ok"' '"hostname": "web01"'
  harden
}

@test "a server that libssh2 has nothing in common with is measured by ssh, by the pinned key alone" {
  harden 'Ciphers chacha20-poly1305@openssh.com'
  monitor web01 web02
  has web01 '"state": "ok"' '"hostname": "web01"'
  has web02 '"state": "ok"'
  "$LAB" break change-host-key web01
  monitor web01
  "$LAB" exec web01 sh -c 'sed -i "/^Ciphers/d" /etc/ssh/sshd_config'
  has web01 '"state": "critical"' '"reason": "host_key_changed"'
}

@test "behind a jump host: of hosts.yaml and of ssh's configuration" {
  # From the monitor web02 and db01 answer on no SSH port; from the gateway they do.
  local name
  for name in web02 db01; do
    "$LAB" exec "$name" nft 'add table inet far; add chain inet far in { type filter hook input priority 0; };
      add rule inet far in ip saddr 10.77.0.5 tcp dport 22 drop'
  done
  "$LAB" exec gw01 sed -i 's/^AllowTcpForwarding.*//' /etc/ssh/sshd_config
  hosts
  sed -i 's/{name: "web02", /&jump: "gw01", /' hosts.yaml
  printf 'Host db01\n  ProxyJump gw01\n' >"$HOME/.ssh/config"
  # ssh looks into the account's home, not into HOME: one of the account's own says the same.
  mkdir -p "$WORK/bin"
  printf '#!/bin/sh\n[ "$1" != -G ] || set -- -F "%s" "$@"\nexec /usr/bin/ssh "$@"\n' "$HOME/.ssh/config" >"$WORK/bin/ssh"
  chmod 755 "$WORK/bin/ssh"
  PATH=$WORK/bin:$PATH monitor web02 db01
  has web02 '"state": "ok"' '"hostname": "web02"'
  has db01 '"state": "ok"' '"hostname": "db01"'
  # A jump host that is not there says nothing about those behind it.
  "$LAB" break stop-sshd gw01
  PATH=$WORK/bin:$PATH monitor web02
  has web02 '"state": "unknown"' "the jump host 'gw01' cannot be used"
  for name in web02 db01; do "$LAB" exec "$name" nft delete table inet far; done
}

@test "behind a jump host the dead do not hold up the living" {
  local lines=() i
  # Addresses of the network that nobody has: the gateway waits for them for seconds.
  for ((i = 0; i < 12; i++)); do lines+=("{name: \"dead$i\", address: \"10.77.0.$((200 + i))\", jump: \"gw01\"}"); done
  hosts "${lines[@]}"
  sed -i 's/{name: "\(web0.\|db01\)", /&jump: "gw01", /' hosts.yaml
  monitor
  has web01 '"state": "ok"'
  has web02 '"state": "ok"'
  has db01 '"state": "ok"'
  for ((i = 0; i < 12; i++)); do has "dead$i" '"state": "critical"'; done
  [ "$took" -lt 90 ]
}
