#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; as staff open web01 -q -m slow >id; }

@test "one line a record, narrowed by filters" {
  status 0 jaga log
  says monitor
  [[ $output != *genesis* ]]
  status 0 jaga log --register
  says genesis
  status 0 jaga log --step analyze
  [ -z "$output" ]
  status 0 jaga log web01 --person staff --json
  says '"kind": "monitor"'
  status 0 jaga log --since 2100-01-01
  [ -z "$output" ]
  status 64 jaga log --since tomorrow
  status 66 jaga log web09
}
