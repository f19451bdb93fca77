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
