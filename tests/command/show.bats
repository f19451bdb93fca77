#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; as staff open web01 -q -m 'slow since noon' >id; }

@test "an incident" {
  status 0 jaga show web01
  says 'due: analyze'
  says 'slow since noon'
  status 0 jaga show "$(cat id)" --json
  says '"due": "analyze"'
}

@test "a record is printed byte for byte" {
  jaga show web01:1 >one
  cmp one incidents/*/*/0001-monitor.*.yaml
  status 66 jaga show web01:7
  status 64 jaga show web01:x
}

@test "a damaged record is 65 with line and column" {
  file=$(ls incidents/*/*/0001-monitor.*.yaml)
  chmod u+w "$file" && sed -i 's/^seq: 1/seq:  1/' "$file"
  status 65 jaga show web01
}
