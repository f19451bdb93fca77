#!/usr/bin/env bats
# script/demo --fleet: an office and two sites, a fault, a cut link.
bats_require_minimum_version 1.5.0

setup() {
  command -v nats-server >/dev/null || { [ "${CI-}" != true ] && skip "nats-server is not here"; }
  place=$(mktemp -d /tmp/jaga-demo-test.XXXXXX)
}
teardown() { rm -rf "$place"; }

@test "two sites, a fault at one and a cut link to the other, whose results are there afterwards" {
  run "$JAGA_SOURCE/script/demo" --fleet --jaga "$JAGA" "$place/demo" 3>&-
  echo "$output"
  [ "$status" -eq 77 ] && [ "${CI-}" != true ] && skip "no right to make network namespaces"
  [ "$status" -eq 0 ]
  [[ $output == *'Service is down 80'* ]]
  [[ $output == *"the site 'kecamatan-b' did not answer"* ]]
  [[ $output == *'Site does not answer site:kecamatan-b'* ]]
  [[ $output != *$'\e'* ]]
  cd "$place/demo/office"
  [ "$(find rounds/site.kecamatan-b -name '*.yaml' | wc -l)" -ge 3 ]
  run grep -lsF "$place/demo" /proc/[0-9]*/cmdline
  [ "$output" = '' ] || [ "$output" = "/proc/$$/cmdline" ]
}
