#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; }

@test "not before it is approved" {
  analysed
  status 77 as staff repair web01
  says approve
}

@test "by hand, with parts" {
  approved
  status 64 as staff repair web01 --by-hand --part S1
  status 0 as staff repair web01 --by-hand --part S1=S2 -m 'fan replaced'
  status 0 jaga show web01
  says 'due: verify'
}

@test "the vendor: request, then reply" {
  analysed
  status 0 as section-head approve web01 --yes
  status 0 as staff repair web01 --vendor 'Some vendor' -m 'please come'
  status 0 jaga status --json
  says '"due": "repair"'
  printf 'scan' >order.pdf
  status 0 as staff repair web01 --vendor-reply --technician 'theirs' --arrived 2026-11-24T01:00:00Z \
    --left 2026-11-24T02:00:00Z --letter order.pdf -m 'board replaced'
  status 0 jaga status --json
  says '"due": "verify"'
}

@test "given up: analyze is due again" {
  approved
  status 0 as staff repair web01 --give-up -m 'it is something else' || status 77 as staff repair web01 --give-up -m x
}

@test "a local plan runs exactly what was approved" {
  grep -qE '^[0-9a-f]{32}$' /etc/machine-id 2>/dev/null || skip 'no /etc/machine-id here'
  printf 'hosts:\n  - {name: here, address: localhost, checks: [local]}\n' >hosts.yaml
  as staff host trust here --yes -q >/dev/null
  mkdir -p plans
  cat >plans/touch.yaml <<'P'
format: "jaga/plan@1"
title: {id: "Buat berkas", en: "Make a file"}
run: "local"
parameters:
  - {name: "path", type: "path", title: {id: "Berkas", en: "File"}}
commands:
  - title: {id: "Buat", en: "Make"}
    arguments: [{parameter: "path"}]
    script: |
      echo made >"$1" && echo done
P
  as staff open here -q -m 'a file is missing' >id
  as staff analyze here -q --plan touch --fault unknown -p path="$PWD/made" -m x
  # Changed afterwards: what was approved is run.
  sed -i 's/echo made/echo other/' plans/touch.yaml
  status 0 as section-head approve here --yes
  says 'echo made'
  status 0 as staff repair here --dry-run
  says 'echo made'
  [ ! -e made ]
  status 0 as staff repair here
  [ "$(cat made)" = made ]
  status 77 as staff repair here
  status 0 jaga audit
}
