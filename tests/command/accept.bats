#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; verified; }

@test "the report is shown and received" {
  status 0 as division-head accept web01 --yes
  says 'approved by section-head'
  says 'verified by section-head'
}

@test "not by the section head" {
  status 77 as section-head accept web01 --yes
}
