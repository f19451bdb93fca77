#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "nothing waits" {
  status 0 jaga status --exit-code
  says 'nothing waits'
}

@test "about a host; one that nobody knows is 66" {
  as staff open web01 -q -m slow >id
  status 66 jaga status --host web1
  says "did you mean 'web01'?"
  status 66 jaga log --host web1
  status 1 jaga status --host web01 --exit-code
  printf 'hosts: []\n' >hosts.yaml
  status 1 jaga status --host web01 --exit-code
  status 0 jaga log --host web01
}

@test "the last no is told as long as something is due because of it" {
  as staff open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  as section-head reject web01 -q --yes -m 'another plan' >/dev/null
  status 0 jaga status
  says 'no to approve: another plan'
  as staff analyze web01 -q --plan manual -p task=y >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  status 0 jaga status
  says repair
  [[ $output != *'another plan'* ]]
  as staff repair web01 -q --by-hand -m x >/dev/null
  as section-head reject web01 -q --yes -m 'look again' >/dev/null
  status 0 jaga status
  says 'no to verify: look again'
}

@test "what waits, for whom" {
  as staff open web01 -q -m slow >id
  status 0 jaga status
  says "$(cat id)"
  says analyze
  [[ $output =~ since\ +elapsed\ +worked\ +standard ]]
  status 1 jaga status --exit-code
  status 0 as staff status --mine --exit-code || status 1 as staff status --mine --exit-code
  status 0 as division-head status --mine --exit-code
  status 0 jaga status --step approve --exit-code
  status 64 jaga status --step aprove
  [[ ! $(jaga status) =~ ' 0ms ' ]]
  status 0 jaga status --json
  says '"due": "analyze"'
}

@test "the deadline is that of the calendar that was adopted when the incident opened" {
  as staff open web01 -q -m slow >id
  deadline() { jaga status --json | grep "$1" | sed -n 's/.*"deadline": "\([^"]*\)".*/\1/p'; }
  before=$(deadline "$(cat id)")
  [ -n "$before" ]
  sed -i 's/^  utc_offset: .*/  utc_offset: "-11:00"/; s/^  hours: .*/  hours: {sun: "03:00-03:01"}/' sop.yaml
  [ "$(deadline "$(cat id)")" = "$before" ]
  as staff adopt --yes >/dev/null
  [ "$(deadline "$(cat id)")" = "$before" ]
  as staff open web01 -q --fault disk-full -m full >id2
  [ -n "$(deadline "$(cat id2)")" ]
  [ "$(deadline "$(cat id2)")" != "$before" ]
}
