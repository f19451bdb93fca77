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

@test "another parameter of the same plan: what is not said again stays" {
  incident
  mkdir plans
  cat >plans/two.yaml <<'END'
format: "jaga/plan@1"
title: {id: "Dua", en: "Two"}
run: "manual"
parameters:
  - {name: "part", type: "text", title: {id: "Bagian", en: "Part"}}
  - {name: "times", type: "integer", least: 1, most: 9, title: {id: "Kali", en: "Times"}, default: "1"}
END
  status 64 as staff analyze web01 --plan two -p times=2 --fault unknown
  says '-p part=VALUE'
  status 0 as staff analyze web01 --plan two -p part=fan --fault unknown
  status 0 as staff analyze web01 -p times=2
  status 0 jaga show web01
  says "part = 'fan'"
  says "times = '2'"
  status 0 as staff analyze web01 --plan two -p part=cable
  status 0 jaga show web01
  says "part = 'cable'"
  says "times = '2'"
  status 64 as staff analyze web01 -p part=a -p part=b
  says 'given twice'
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
