#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; as staff open web01 -q -m slow >id; }

@test "sound" {
  status 0 jaga audit
  says 'sound'
  says 'signatures'
  status 0 jaga audit web01
  status 0 jaga audit --json
  says '"sound": true'
}

@test "an edited record is named" {
  file=$(ls incidents/*/*/0001-monitor.*.yaml)
  chmod u+w "$file" && sed -i 's/slow/fast/' "$file"
  status 1 jaga audit
  says "$(basename "$file")"
}

@test "a missing signature is named" {
  rm incidents/*/*/0001-monitor.*.sig
  status 1 jaga audit
  says '0001-monitor'
}

@test "a cut tail is found by what was seen before" {
  as staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m x
  jaga audit
  rm incidents/*/*/0002-analyze.*
  status 1 jaga audit
  says "$(cat id)"
}

@test "the printed program reaches the same verdict" {
  jaga audit --script >check.sh
  status 0 sh check.sh .
  file=$(ls incidents/*/*/0001-monitor.*.yaml)
  chmod u+w "$file" && sed -i 's/slow/fast/' "$file"
  run sh check.sh .
  [ "$status" != 0 ]
}
