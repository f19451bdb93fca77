#!/usr/bin/env bats
# The script that `jaga host prepare` prints; tests/lab/prepare.bats runs it on hosts.
load helpers
setup() { setup_folder; office; }

# script ARGUMENT...: the script on ../script, the messages in $output.
script() {
  local got=0
  output=$(jaga --lang en host prepare "$@" 2>&1 >../script) || got=$?
  [ "$got" = 0 ] || { echo "exit $got: $output" >&2; return 1; }
}
# value NAME: of a setting of the script.
value() { (eval "$(sed -n '/^# Made by/,/^\[ /p' ../script | sed '$d')" && printf '%s\n' "${!1}"); }
key_of() { cut -d ' ' -f 1,2 "$KEYS/$1.pub"; }

@test "prints one function that the last line calls, and names whose keys get in and what they may do" {
  script web01
  [ "$(head -n 1 ../script)" = '#!/bin/sh' ]
  [ "$(tail -n 1 ../script)" = 'jaga_prepare whole </dev/null' ]
  [ "$(value measure) $(value repair)" = 'jaga jaga-repair' ]
  [ "$(value measure_keys)" = "restrict $(key_of staff) jaga:staff" ]
  [ "$(value repair_keys)" = "restrict $(key_of staff) jaga:staff" ]
  [ "$(value repair_sudo)" = yes ]
  [ "$(value trust)" = 'jaga host trust --verified console web01' ]
  says "jaga, jaga-repair: key of staff, SHA256:"
  says 'jaga-repair may run everything as root without a password (sudo, NOPASSWD: ALL)'
  says 'account jaga may run as root only the command lines in root_commands of the script'
  says 'jaga host prepare web01 | ssh root@web01 sh'
  for shell in dash 'busybox sh' bash; do
    if command -v "${shell%% *}" >/dev/null; then $shell -n ../script; fi
  done
  # The same register and inventory give the same bytes.
  mv ../script ../first
  script web01
  cmp ../first ../script
}

@test "-q says nothing, --no-sudo gives no right of root, --undo has no keys" {
  script -q web01
  [ -z "$output" ]
  script --no-sudo web01
  says 'jaga-repair gets no rights of root: plans that need sudo will fail'
  says 'jaga host prepare --no-sudo web01 | ssh root@web01 sh' # who follows the hint grants no more
  says_not 'NOPASSWD: ALL'
  [ "$(value repair_sudo)" = no ]
  script --undo web01
  says 'removes the keys of jaga'
  says 'jaga host prepare --undo web01 | ssh root@web01 sh'
  [ "$(value undo)" = yes ]
  [ -z "$(value measure_keys)$(value repair_keys)" ]
}

@test "machines measure and do not repair; who left or whose key was retired is not in it; a delegation has its end" {
  make_key machine
  make_key second
  make_key deputy
  as staff person add srv-jaga -q --machine --key "$KEYS/machine.pub" >/dev/null
  as staff person add deputy -q --role section_head --key "$KEYS/deputy.pub" >/dev/null
  script web01
  [ "$(value measure_keys | wc -l)" = 2 ]
  value measure_keys | grep -qx "restrict $(key_of machine) jaga:srv-jaga"
  [ "$(value repair_keys)" = "restrict $(key_of staff) jaga:staff" ]
  says 'jaga: key of srv-jaga, SHA256:'

  as staff person change deputy -q --delegate staff --until 30d --letter 'ST 1' >/dev/null
  as staff person change staff -q --key "$KEYS/second.pub" >/dev/null
  as staff person change staff -q --retire "$(ssh-keygen -lf "$KEYS/staff.pub" | cut -d ' ' -f 2)" >/dev/null
  script web01
  says 'deputy may do this by delegation until '
  value repair_keys | grep -qx "restrict $(key_of deputy) jaga:deputy"
  value repair_keys | grep -qx "restrict $(key_of second) jaga:staff"
  [ "$(grep -c "$(key_of staff)" ../script)" = 0 ]

  as second person leave deputy -q --yes >/dev/null
  script web01
  [ "$(grep -c "$(key_of deputy)" ../script)" = 0 ]
}

@test "a comment of a key does not get into the script" {
  ssh-keygen -q -t ed25519 -N '' -C "x'; touch /tmp/hostile; '\$(id)" -f "$KEYS/odd"
  as staff person add odd -q --role staff --key "$KEYS/odd.pub" >/dev/null
  script web01
  [ "$(grep -c hostile ../script)" = 0 ]
  value measure_keys | grep -qx "restrict $(key_of odd) jaga:odd"
}

@test "--from is part of every key, and what sshd would not take is refused" {
  script --from '192.0.2.0/24,2001:db8::/32,*.office.example,!192.0.2.9' web01
  [ "$(value measure_keys)" = "restrict,from=\"192.0.2.0/24,2001:db8::/32,*.office.example,!192.0.2.9\" $(key_of staff) jaga:staff" ]
  [ "$(value repair_keys)" = "$(value measure_keys)" ]
  for bad in 'a"b' "a'b" 'a b' '' ',' '192.0.2.1,' '192.0.2.0/33' '192.0.2.0/' '2001:db8::/129' 'web/24' '!192.0.2.1' 'a\b' $'a\nb' '$(id)'; do
    status 64 jaga --lang en host prepare --from "$bad" web01
    says 'invalid pattern for --from'
  done
  status 64 jaga --lang en host prepare --from 192.0.2.7/24 web01
  says 'the network is 192.0.2.0/24'
  status 64 jaga --lang en host prepare --from 2001:db8::1/32 web01
  says 'the network is 2001:db8::/32'
}

@test "a jump host forwards to the hosts behind it, for measuring keys only" {
  cat >hosts.yaml <<'H'
hosts:
  - {name: gate, address: 192.0.2.1}
  - {name: web01, address: 10.0.0.11, jump: gate}
  - {name: web02, address: "fd00::12", jump: gate, login: {port: 2222}}
H
  script gate
  [ "$(value measure_keys)" = "restrict,port-forwarding,permitopen=\"10.0.0.11:22\",permitopen=\"[fd00::12]:2222\" $(key_of staff) jaga:staff" ]
  [ "$(value repair_keys)" = "restrict $(key_of staff) jaga:staff" ]
  says 'jaga may forward connections to 10.0.0.11:22, [fd00::12]:2222, the hosts behind this one'
  script web01 web02
  [ "$(value trust)" = 'jaga host trust --verified console web01 web02' ]
  says_not 'connections come from'
  script --from 192.0.2.1 web01
  says 'connections come from gate, the jump host: its address must be among those of --from'
  status 64 jaga --lang en host prepare gate web01
  says "'gate' and 'web01' need different scripts: jump differs"
}

@test "several hosts have one script, or are told what differs" {
  cat >hosts.yaml <<'H'
groups: {web: {}}
hosts:
  - {name: web01, address: 10.0.0.11, groups: [web]}
  - {name: web02, address: 10.0.0.12, groups: [web]}
  - {name: db01, address: 10.0.0.13, login: {repair: fixer}}
  - {name: db02, address: 10.0.0.14, login: {measure: watcher}}
H
  script @web
  grep -q '^# Made by jaga [0-9.]* for: web01 web02$' ../script
  status 64 jaga --lang en host prepare web01 db01
  says "need different scripts: login.repair differs"
  status 64 jaga --lang en host prepare web01 db02
  says "need different scripts: login.measure differs"
  status 64 jaga --lang en host prepare
  status 66 jaga --lang en host prepare web09
  status 64 jaga --lang en --json host prepare web01
  says 'cannot write json'
}

@test "one account for both logins has all keys that measure, and then no rights of root unless all may repair" {
  printf 'hosts:\n  - {name: web01, address: 10.0.0.11, login: {measure: jaga, repair: jaga}}\n' >hosts.yaml
  script web01
  [ "$(value repair_keys)" = "$(value measure_keys)" ]
  make_key machine
  as staff person add srv-jaga -q --machine --key "$KEYS/machine.pub" >/dev/null
  status 78 jaga --lang en host prepare web01
  says 'keys that may only measure would get all rights of root'
  says 'name two logins in hosts.yaml, or use --no-sudo'
  script --no-sudo web01
  [ "$(value measure_keys | wc -l)" = 2 ]
  [ "$(value repair_keys)" = "$(value measure_keys)" ]
}

@test "root, ALL and what useradd does not take are not prepared" {
  for login in root ALL Jaga 0day a.b 1000; do
    printf 'hosts:\n  - {name: web01, address: 10.0.0.11, login: {measure: "%s"}}\n' "$login" >hosts.yaml
    status 78 jaga --lang en host prepare web01
    says "'web01': login.measure"
    says 'hosts.yaml'
    printf 'hosts:\n  - {name: web01, address: 10.0.0.11, login: {repair: "%s"}}\n' "$login" >hosts.yaml
    status 78 jaga --lang en host prepare web01
    says "'web01': login.repair"
  done
}

@test "without a register, or with a procedure that is not adopted, no script is printed" {
  echo '# edited' >>sop.yaml
  status 77 jaga --lang en host prepare web01
  says 'not adopted'
  rm -r register
  status 77 jaga --lang en host prepare web01
}

@test "run by somebody who is not root it says so and ends with 77" {
  script web01
  if [ "$(id -u)" = 0 ]; then
    chmod 755 "$BATS_TEST_TMPDIR"
    as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"; }
  else
    as_nobody() { "$@"; }
  fi
  status 77 as_nobody sh <../script
  says 'only root can prepare this machine'
  says 'ssh ADMIN@HOST sudo sh'
}

@test "a part of the script does nothing" {
  script web01
  size=$(wc -c <../script)
  mkdir ../bin
  printf '#!/bin/sh\n: >"%s"\nexit 1\n' "$BATS_TEST_TMPDIR/ran" >../bin/id
  chmod 755 ../bin/id
  # Its own PATH is replaced: whatever it would call first notices.
  sed "s|^PATH=.*|PATH=$BATS_TEST_TMPDIR/bin|" ../script >../changed
  size=$(wc -c <../changed)
  sh ../changed >/dev/null 2>&1 || true
  [ -e ../ran ]
  rm ../ran
  # Up to the last word of the call, with which everything is there.
  for cut in $(seq 0 97 $((size - 61))) $(seq $((size - 60)) $((size - 13))); do
    head -c "$cut" ../changed | sh >/dev/null 2>&1 || true
    [ ! -e ../ran ] || { echo "the first $cut of $size bytes ran" >&2; return 1; }
  done
}
