#!/usr/bin/env bats
# The procedure is data: the built-in one for two people goes the same way, and nobody decides on their own work.
load helpers

setup() {
  setup_folder
  make_key operator
  make_key lead
  as lead init -q --org 'Two people' --sop small-team --person lead --role lead >/dev/null
  as lead person add operator -q --role operator --key "$KEYS/operator.pub" >/dev/null
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
}

@test "all seven steps, each decision by the person who did not do the work, and a rejection at each" {
  status 0 as operator open web01 -m slow
  analyse() { status 0 as operator analyze web01 --plan manual -p task='change the cable' --fault unknown -m x; }
  analyse
  status 77 as operator approve web01 --yes
  says 'own work'
  status 0 as lead reject web01 --yes -m no
  analyse
  status 0 as lead approve web01 --yes
  status 0 as operator repair web01 --by-hand -m x
  status 77 as operator verify web01 --yes --override x
  says 'own work'
  status 0 as lead reject web01 --yes -m no
  status 0 as operator repair web01 --by-hand -m again
  status 0 as lead verify web01 --yes --override 'nothing measures it'
  status 77 as lead accept web01 --yes
  says 'own work'
  status 0 as operator reject web01 --yes -m no
  status 0 as lead verify web01 --yes --override 'nothing measures it'
  status 0 as operator accept web01 --yes
  status 0 as operator archive web01 --no-part
  status 0 jaga audit
  status 0 jaga status --all
  says archived
}

@test "where one of the two leaves, the decisions that nobody is left for are named" {
  run jaga doctor
  [[ $output != *'nobody may decide on their own work'* ]]
  status 0 as lead person leave operator --yes
  says "only 'lead' may do 'analyze' and 'approve', and nobody may decide on their own work"
  says "only 'lead' may do 'repair' and 'verify'"
  says "only 'lead' may do 'verify' and 'accept'"
  says 'person change ID --role operator'
  run jaga doctor
  says "only 'lead' may do 'analyze' and 'approve', and nobody may decide on their own work"
  make_key next
  status 0 as lead person add next --role operator --key "$KEYS/next.pub"
  run jaga doctor
  [[ $output != *'nobody may decide on their own work'* ]]
}

@test "a withdrawal takes both" {
  as operator open web01 -q -m slow >/dev/null
  status 0 as operator withdraw web01 --yes -m x --outcome false-alarm
  status 77 as operator withdraw web01 --yes -m x --outcome false-alarm
  says 'two people'
  status 0 as lead withdraw web01 --yes -m x --outcome false-alarm
}

@test "no decisions on paper, as its policy says" {
  as operator open web01 -q -m slow >/dev/null
  as operator analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  echo scan >scan.pdf
  status 77 as operator --as lead approve web01 --yes --paper scan.pdf
  says 'paper'
}
