#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; as staff open web01 -q -m slow >id; }

@test "a note by option and by standard input" {
  status 0 as staff note web01 -m 'the cable was loose'
  echo 'and so was the other' | as section-head note "$(cat id)"
  status 0 jaga show web01
  says 'the cable was loose'
  says 'and so was the other'
  status 0 jaga audit
}

@test "an unknown incident is 66, several are 64" {
  status 66 as staff note web02 -m x
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: web02, address: 127.0.0.2}\n' >hosts.yaml
  as staff open web02 -q -m slow >id2
  status 64 as staff note "$(cut -c1-9 id)" -m x
  says "$(cat id)"
  says "$(cat id2)"
}

@test "an empty note is 64" {
  status 64 as staff note web01 -m ' '
}

@test "what a terminal would obey is escaped" {
  printf 'red \033[31m' | as staff note web01
  status 0 jaga show web01
  [[ $output != *$'\033'* ]]
}

@test "Ctrl-C while it waits is 130 and leaves nothing" {
  mkfifo pipe
  exec 9<>pipe # keeps the other end open
  "$JAGA" --key "$KEYS/staff" note web01 <pipe >out 2>&1 9>&- &
  pid=$!
  # Until its handler is there (SigBlk holds SIGINT), the signal would end it in another way.
  until grep -qE '^SigBlk:.*[2367abef]$' "/proc/$pid/status"; do kill -0 "$pid"; done
  kill -INT "$pid"
  code=0
  wait "$pid" || code=$?
  exec 9>&-
  [ "$code" = 130 ] || { cat out >&2; false; }
  [ -z "$(find incidents -name notes)" ]
}

@test "a note is made as what one works as, not as admin" {
  status 0 as staff note web01 -m x # staff is the admin too
  grep -q 'by: {person: "staff", role: "staff"}' incidents/*/*/notes/*.yaml
  status 0 as division-head note web01 -m y
  grep -q 'by: {person: "division-head", role: "division_head"}' incidents/*/*/notes/*.yaml
}
