#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; incident; }

@test "two signatures of two people end it" {
  status 64 as section-head withdraw web01 --yes -m x --outcome solved
  status 0 as section-head withdraw web01 --yes -m 'works again' --outcome recovered
  status 77 as section-head withdraw web01 --yes -m 'works again' --outcome recovered
  status 0 as division-head withdraw web01 --yes -m 'agreed' --outcome recovered
  status 0 jaga status --exit-code
  status 0 jaga audit
}

@test "another outcome is no second, a step between ends the first, and a no rejects it" {
  as section-head withdraw web01 -q --yes -m x --outcome recovered >/dev/null
  status 77 as division-head withdraw web01 --yes -m agreed --outcome false-alarm
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 77 as division-head withdraw web01 --yes -m agreed --outcome recovered
  as section-head withdraw web01 -q --yes -m x --outcome recovered >/dev/null
  status 0 as division-head reject web01 --yes -m 'it is still slow'
  status 0 jaga status
  says approve
}

@test "it says how it ended" {
  as section-head withdraw web01 -q --yes -m x --outcome handed-over --to 'the other office' >/dev/null
  as division-head withdraw web01 -q --yes -m agreed --outcome handed-over >/dev/null
  status 0 jaga status --all
  says handed-over
  status 64 as section-head withdraw web01 --paper scan --yes -m x --outcome recovered
}
