#!/usr/bin/env bats
# Ctrl-C right before a record is published: exit 130, and nothing is recorded; right after it: the record stands,
# and its path is printed. Every command that writes one, over a whole procedure.
load ../command/helpers
load ../command/flow
load faults

# Keys of a form that jaga leaves to ssh-keygen.
make_key() { ssh-keygen -q -t ecdsa -m PEM -N '' -C "$1" -f "$KEYS/$1"; }

# An ssh-keygen that sends SIGINT to jaga before it makes the signature of a command that ../at numbers, and waits until that
# was taken: then it is pending no more, and all of jaga's threads wait again.
interrupting() {
  real=$(command -v ssh-keygen)
  mkdir "$BATS_TEST_TMPDIR/bin"
  echo none >"$BATS_TEST_TMPDIR/at"
  cat >"$BATS_TEST_TMPDIR/bin/ssh-keygen" <<END
#!/bin/sh
case " \$* " in *' -Y sign '*)
  echo >>"$BATS_TEST_TMPDIR/signed"
  if [ "\$(wc -l <"$BATS_TEST_TMPDIR/signed")" = "\$(cat "$BATS_TEST_TMPDIR/at")" ]; then
    kill -INT \$PPID
    until grep -q '^ShdPnd:.*[014589cd]\$' /proc/\$PPID/status && ! grep -q '^State:.[^S]' /proc/\$PPID/task/*/status; do :; done
  fi ;;
esac
exec "$real" "\$@"
END
  chmod +x "$BATS_TEST_TMPDIR/bin/ssh-keygen"
  PATH=$BATS_TEST_TMPDIR/bin:$PATH
}

# at N NAME COMMAND...: as `as`, interrupted at its N-th signature; what it says is in ../err, its code in $code.
at() {
  code=0
  rm -f "$BATS_TEST_TMPDIR/signed"
  echo "$1" >../at
  as "${@:2}" >../out 2>../err || code=$?
  echo none >../at
}

# Interrupted, each command has recorded nothing, and then works.
interrupted() {
  records >../before
  at 1 "$@"
  if [ ! -e ../signed ]; then # a file that is edited by hand
    [ "$code" = 0 ]
    return
  fi
  echo "$2" >>../stopped
  [ "$code" = 130 ] || { echo "exit $code instead of 130: $*" >&2; cat ../err >&2; return 1; }
  grep -q interrupted ../err || { echo "not said: $*" >&2; cat ../err >&2; return 1; }
  [ ! -s ../out ] || grep -qv 'incidents/.*\.yaml' ../out || { echo "a record is named: $*" >&2; cat ../out >&2; return 1; }
  records | cmp - ../before || { echo "recorded: $*" >&2; return 1; }
  all_whole
  [ "$2" != init ] || [ -e jaga.yaml ] # the directory is made, and the same command completes it
  as "$@" >../out 2>../err || { echo "not again: $*" >&2; cat ../err >&2; return 1; }
}

setup() {
  setup_folder
  interrupting
}

@test "right before: nothing is recorded" {
  whole_procedure interrupted
  audited
  for command in init open analyze approve repair verify accept archive note; do grep -qx $command ../stopped; done
}

@test "between the two records of one command: how far it got is recorded" {
  office
  approved
  at 2 staff repair web01 --by-hand -m x
  [ "$code" = 0 ]
  grep -q '0005-repair-end\.' ../out
  audited
}

@test "an import and its note are one" {
  office
  analysed
  as staff --as section-head approve web01 -q --request ../request >/dev/null
  (cd ../request && "$real" -q -Y sign -n jaga-record -f "$KEYS/section-head" record.yaml 2>/dev/null)
  at 1 staff import ../request
  [ "$code" = 0 ]
  grep -q '0003-approve\.' ../out
  [ "$(ls incidents/*/*/notes/*.yaml | wc -l)" = 1 ]
  audited
}

@test "an archived incident is sealed" {
  office
  accepted
  at 3 staff archive web01 --no-part --no-pdf # the bag's, the record's, the seal's
  [ "$code" = 0 ]
  ls seals/*/0001-seal.*.yaml
  audited
}

@test "several incidents: those that were opened before are named" {
  office
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n  - {name: web02, address: 127.0.0.2, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  status 2 jaga monitor
  at 3 staff analyze # each takes two
  [ "$code" = 130 ]
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
  grep -qF "$(basename "$(ls -d incidents/*/*)")" ../err
  audited
}

@test "right after: the record stands, its path is printed, and the command has succeeded" {
  office
  analysed
  mkfifo ../pipe ../gate
  (read -r _ <../gate && cat >../got) <../pipe 3>&- &
  reader=$!
  exec 8>../pipe
  head -c 65536 /dev/zero >&8 # as much as a pipe holds: it has to wait where it prints
  "$JAGA" --key "$KEYS/section-head" approve web01 --yes >&8 2>../err 8>&- 3>&- &
  pid=$!
  until compgen -G 'incidents/*/*/0003-approve.*.yaml' >/dev/null; do kill -0 "$pid"; done
  kill -INT "$pid"
  until grep -q '^ShdPnd:.*[014589cd]$' "/proc/$pid/status"; do kill -0 "$pid"; done
  exec 8>&-
  echo >../gate
  wait "$pid"
  wait "$reader"
  grep -aq 'incidents/.*/0003-approve\..*\.yaml' ../got
  audited
}
