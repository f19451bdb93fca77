#!/usr/bin/env bats
# What somebody meets who begins with a register of their own and with hosts that `jaga host add` wrote. Run by
# with-lab; JAGA names the program under test.
# shellcheck disable=SC2154  # output is bats'

bats_require_minimum_version 1.5.0

load office
setup_file() { people staff section-head division-head; }
setup() {
  new_office
  rm hosts.yaml
  printf 'hosts: []\n' >hosts.yaml
}
teardown() { "$LAB" mend all; }

incidents() { find incidents -mindepth 2 -maxdepth 2 2>/dev/null | wc -l; }

@test "a failed unit and the port that it serves are one incident, though host add named no unit" {
  as staff host add web01 10.77.0.11 --check icmp --check ssh --check tcp:80
  as staff host add web02 10.77.0.12 --check icmp --check ssh --check tcp:80/web.service
  local host
  for host in web01 web02; do "$LAB" break fail-unit $host web; done
  run -2 as staff monitor
  [[ $output == *"tcp:80: connection refused"* ]]
  run -0 as staff analyze
  [[ $output == *"web01: Unit failed web.service"*"web01 tcp:80: connection refused"*"plan: restart-unit"* ]]
  [[ $output == *"no check names the unit that serves 80"* ]]
  [[ $output == *"web02: Unit failed web.service"*"web02 tcp:80: connection refused"*"plan: restart-unit"* ]]
  [ "$(incidents)" = 2 ]
  run -0 as section-head approve web01 --yes
  run -0 as staff repair web01
  [[ $output == *"web01 tcp:80: ok"*done* ]]
}

@test "a login that is refused: what is pinned stays, and a plan waits for a machine-id that was never read" {
  as staff host add web01 10.77.0.11 --check icmp --check ssh
  as staff host add db01 10.77.0.13 --check icmp --check ssh
  "$LAB" break deny-login db01
  run -69 as staff host trust db01 --verified console --yes
  [[ $output == *"the keys match the pinned ones, but the login failed"*"jaga host trust db01"* ]]
  run -0 as staff host show db01
  [[ $output == *machine-id* ]]
  "$LAB" mend all
  run -0 as staff host trust db01
  [[ $output == *"no changes"* ]]

  # Another machine in web01's place, on which nobody can log in yet.
  "$LAB" break change-host-key web01
  "$LAB" break deny-login web01
  run -0 as staff host trust web01 --verified console --yes
  [[ $output == *"but these keys are pinned:"*"machine-id not read"* ]]
  "$LAB" mend deny-login web01
  "$LAB" break fill-disk web01
  run -2 as staff monitor
  run -0 as staff analyze
  [[ $output == *"plan: manual"*"no machine-id is known for 'web01'"* ]]
  [[ $output == *"hint: pin it with: jaga host trust web01"* ]]
  local next
  next=$(grep -o "jaga analyze .* --plan clean-disk .*" <<<"$output")
  run -0 as staff host trust web01 --yes
  eval "run -0 as staff ${next#jaga }"
  run -0 as section-head approve web01 --yes
  run -0 as staff repair web01
}
