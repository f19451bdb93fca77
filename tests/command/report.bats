#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

measured() {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n  - {name: db01, address: 127.0.0.1}\n' >hosts.yaml
  jaga monitor web01 --only tcp -q >/dev/null || true
}

@test "round: the newest, or one from a file or standard input" {
  status 66 jaga report round
  says 'there is no round'
  measured
  status 0 jaga report round
  says '1. web01: Service is down 1'
  says 'Start the service that serves the port again.'
  says 'db01  not asked for in this round'
  [ ! -d incidents ]
  local file
  file=$(ls -d rounds/*/*/*/*/*)
  status 0 jaga report round "$file"
  says '1. web01: Service is down 1'
  output=$(jaga report round - <"$file")
  says '1. web01: Service is down 1'
  status 0 jaga --lang id report round
  says 'Laporan'
  status 66 jaga report round nowhere.yaml
}

@test "round: on a terminal no line is wider than it" {
  measured
  local shown
  shown=$(script -qec "stty cols 50; $(printf '%q ' "$JAGA") --lang en report round" /dev/null | tr -d '\r')
  grep -q '^remedy      Start the service that serves the port$' <<<"$shown"
  grep -q '^            again\.$' <<<"$shown"
  [ "$(sed '/^web01  tcp/d; /^host /d; /^round /d; /^  *rounds/d' <<<"$shown" | awk 'length($0) > 50' | wc -l)" = 0 ]
  # What a script reads is broken nowhere.
  jaga report round | grep -q '^remedy      Start the service that serves the port again\.$'
}

@test "round: into a file, by its ending; a name of another ending is refused before anything is read" {
  measured
  status 0 jaga report round -o round.md
  grep -q '^### 1. web01: Service is down 1$' round.md
  status 0 jaga report round -o round.txt
  jaga report round | cmp - round.txt
  run bash -c '"$JAGA" report round -o lost.md >/dev/full'
  [ "$status" = 74 ]
  says 'written in spite of that: lost.md'
  cmp round.md lost.md
  status 64 jaga report round -o round.docx
  says '.txt or .md'
  [ ! -e round.docx ]
  status 66 jaga report round -o nowhere/round.md
}

@test "round: opens none, whatever was found, and says what is open" {
  measured
  as staff analyze >/dev/null
  jaga report round >one
  jaga report round | cmp - one
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
}
