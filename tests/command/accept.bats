#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; verified; }

@test "the report is shown and received" {
  as staff --as division-head accept web01 --request ../request -q >/dev/null
  grep -q '^decision: accept the report of the repair$' ../request/preview.txt
  status 0 as division-head accept web01 --yes
  says 'decision: accept the report of the repair'
  says 'approved by section-head'
  says 'verified by section-head'
  says 'with --override, although nothing failed: nothing measures it'
  says 'hint: next: Staff: jaga archive'
}

@test "the answer to the last rejection and the remarks of the deciders are shown" {
  as division-head reject web01 -q --yes -m 'say what was measured' >/dev/null
  as section-head verify web01 -q --yes -m 'the light is on' --override 'nothing measures it' >/dev/null
  status 64 as division-head accept web01 </dev/null
  says 'the report was rejected by division-head: say what was measured'
  says 'verified by section-head: the light is on'
  status 0 jaga show web01
  says 'section-head   override: nothing measures it the light is on'
}

@test "not by the section head" {
  status 77 as section-head accept web01 --yes
}
