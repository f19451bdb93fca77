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
  whole_procedure traced
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
