#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; as staff open web01 -q -m 'slow since noon' >id; }

@test "an incident" {
  status 0 jaga show web01
  says 'next step: analyze'
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

@test "the last rejection with its correction, and the outcome" {
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  as section-head reject web01 -q --yes -m 'another plan' --correction 'look at the cable' >/dev/null
  status 0 jaga show web01
  says "the plan was rejected by section-head: another plan"
  says 'correction: look at the cable'
  as staff analyze web01 -q -m 'it is the cable' >/dev/null
  # Who decides sees what was asked for.
  status 64 as section-head approve web01 </dev/null
  says 'correction: look at the cable'
  as section-head withdraw web01 -q --yes -m 'works again' --outcome recovered >/dev/null
  as division-head withdraw web01 -q --yes -m agreed --outcome recovered >/dev/null
  status 0 jaga show "$(cat id)"
  says 'finished: withdrawn, recovered: agreed'
}

@test "another calendar changes nothing of an incident that is closed" {
  withdrawn web01
  clocks() { jaga show "$(cat id)" --json | sed -n 's/.*"clocks": \(\[[^]]*\]\).*/\1/p'; }
  before=$(clocks)
  [[ $before == *'"standard_ms"'* ]]
  adopted 's/^  utc_offset: .*/  utc_offset: "-11:00"/' 's/^  hours: .*/  hours: {sun: "03:00-03:01"}/'
  [ "$(clocks)" = "$before" ]
  status 0 jaga audit
}

@test "of a host with two incidents the id of one is asked for, of a short id more digits" {
  as staff open web01 -q --fault fan -m 'loud fan' >second
  status 64 jaga show web01
  says 'hint: give the id of one of them'
  status 64 jaga show "$(cut -c1-9 id)"
  says 'hint: give more digits of the id'
}
