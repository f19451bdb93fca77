#!/usr/bin/env bats
# Whether the tests of the alert rules (alerts.bats) notice a wrong time.
load helpers

setup() {
  setup_folder
  rules=$(readlink -f "$BATS_TEST_DIRNAME/../../share/jaga/prometheus")/jaga-alerts.yaml
  tests=$(readlink -f "$BATS_TEST_DIRNAME/../data/alerts")
}

@test "an alert that fires a minute earlier or later fails the tests" {
  need promtool
  local line alert minutes other file changed=0
  cp "$rules" rules.yaml
  for file in "$tests"/*.yaml; do sed 's|^rule_files: .*|rule_files: [rules.yaml]|' "$file" >"${file##*/}"; done
  status 0 promtool test rules hosts.yaml checks.yaml rounds.yaml
  while IFS=: read -r line alert minutes; do
    file=$(grep -l "^      - alertname: $alert$" hosts.yaml checks.yaml rounds.yaml)
    for other in $((minutes - 1)) $((minutes + 1)); do
      sed "${line}s/for: .*/for: ${other}m/" "$rules" >rules.yaml
      if promtool test rules "$file" >/dev/null 2>&1; then
        echo "$alert 'for: ${other}m' is not noticed" >&2
        return 1
      fi
      changed=$((changed + 1))
    done
  done < <(awk '$2 == "alert:" { alert = $3 }
    $1 == "for:" { minutes = $2; if (sub(/h$/, "", minutes)) minutes *= 60; sub(/m$/, "", minutes); print NR ":" alert ":" minutes }' "$rules")
  [ "$changed" -ge 16 ]
}
