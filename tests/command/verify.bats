#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; repaired; }

@test "before and after are shown; a failing or missing probe needs --override" {
  status 0 as section-head verify web01 --yes --override 'nothing measures it'
  says 'decision: confirm the repair as successful'
  says 'repair'
  ls incidents/*/*/*-verify.*.yaml
}

@test "not by who repaired, not by staff" {
  status 77 as staff verify web01 --yes
  status 77 as division-head verify web01 --yes
}

@test "the hosts are not read for a decision" {
  mkdir -p hosts.d && echo 'hosts: [' >hosts.d/broken.yaml
  status 0 as section-head verify web01 --yes --override 'nothing measures it'
  says_not broken.yaml
  status 78 as staff host list
  says 'hosts.d/broken.yaml:2:1'
}
