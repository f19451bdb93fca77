#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "nothing waits" {
  status 0 jaga status --exit-code
  says 'nothing waits'
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
  status 0 jaga status --json
  says '"due": "analyze"'
}
