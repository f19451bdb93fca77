#!/usr/bin/env bats
# No delete, no rewrite: in the system calls of every command of a whole procedure, nothing removes, renames,
# cuts or opens for writing what is recorded.
load ../command/helpers
load ../command/flow
load faults

traced() {
  local name=$1
  shift
  strace -f -y -s 300 -o ../trace -e trace=unlink,unlinkat,rename,renameat,renameat2,truncate,ftruncate,open,openat,openat2,creat \
    "$JAGA" --key "$KEYS/$name" "$@" >/dev/null
  cat ../trace >>../all
}

@test "a whole procedure" {
  setup_folder
  tracing
  for name in staff section-head division-head; do make_key "$name"; done
  traced staff init --org 'Test office' --person staff --role staff
  traced staff person add section-head --role section_head --key "$KEYS/section-head.pub"
  traced staff person add division-head --role division_head --key "$KEYS/division-head.pub"
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
  sed -i '$a # edited' sop.yaml
  traced staff adopt --yes
  traced staff open web01 -m slow
  traced staff note web01 -m 'by telephone'
  echo photo >photo
  traced staff evidence add web01 photo
  traced staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  traced section-head reject web01 --yes -m 'another plan'
  traced staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  traced section-head approve web01 --yes
  traced staff repair web01 --by-hand -m 'cable replaced'
  traced section-head verify web01 --yes --override 'nothing measures it'
  traced division-head accept web01 --yes
  traced staff archive web01 --no-part
  traced staff seal
  traced staff status
  traced staff log
  traced staff audit
  # The work is in the trace at all.
  grep -q 'O_TMPFILE' ../all
  # Of a record, note, signature or evidence; a temporary name is none.
  kept='(incidents|register|seals)(/|>|")'
  removing='(unlink|unlinkat|rename|renameat|renameat2|truncate|ftruncate|creat)\('
  grep -E "$removing" ../all | grep -E "$kept" | grep -v '\.jaga-[0-9-]*\.tmp' >../wrong || true
  grep -E 'open(at|at2)?\(' ../all | grep -E 'O_WRONLY|O_RDWR|O_TRUNC' | grep -E "$kept" |
    grep -v -e O_TMPFILE -e O_EXCL >>../wrong || true
  cat ../wrong >&2
  [ ! -s ../wrong ]
}
