#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; }

@test "a round from a file: root causes, no incident in a dry run" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  jaga monitor --only tcp -q >/dev/null || true
  status 0 jaga analyze -n
  says web01
  [ ! -d incidents ]
  status 1 jaga analyze -n --exit-code
  status 0 as staff analyze
  says 'incident 20'
  status 0 as staff analyze
  says 'open already'
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
  status 0 jaga analyze -n --json "$(ls -d rounds/*/*/*/*/* | head -1)"
  says '"host": "web01"'
}

@test "a person's own analysis" {
  incident
  status 0 as staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  status 66 as staff analyze web01 --plan manaul --fault unknown -m x
  says manual
  status 64 as staff analyze web01 --plan manual -p nonsense
}

@test "after an approval it voids it" {
  approved
  status 0 as staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'wrong diagnosis'
  status 77 as staff repair web01 --by-hand -m x
}

@test "not by a role that may not" {
  incident
  status 77 as division-head analyze web01 --plan manual -p task='change the cable' --fault unknown -m x
}
