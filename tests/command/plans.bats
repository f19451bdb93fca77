#!/usr/bin/env bats
# `jaga plans`: the plans that jaga can propose.
load helpers
setup() { setup_folder; }

@test "plans lists every plan with its parameters, and shows every command that one runs" {
  status 0 jaga --lang en plans
  [ "$(($(wc -l <<<"$output") - 1))" = "$(find "$JAGA_SOURCE/lib/plan" -name '*.yaml' | wc -l)" ]
  [[ $output =~ clean-disk\ +on\ the\ hosts,\ over\ SSH\ +mount\ \[days\]\ \[journal\] ]]
  status 0 jaga --lang en plans restart-unit
  says 'unit (unit): Unit'
  says 'may run with --emergency'
  says 'must be OK afterwards  unit:{unit}'
  says '2. Restart'
  says '   | exec $root systemctl restart -- "$1"'
  says 'arguments: {unit}'
  # Every line of every script, in its order.
  sed -n '/^ *script: |$/,/^  *- title\|^after/{/script: |\|- title\|^after/!s/^ *//p}' "$JAGA_SOURCE/lib/plan/restart_unit.yaml" | grep . >script
  sed -n 's/^ *| *//p' <<<"$output" | diff script -
  status 0 jaga --lang id plans reboot
  says 'hanya dalam jadwal pemeliharaan'
  status 66 jaga plans clean-disc
  says "did you mean 'clean-disk'?"
}

@test "an own plan is among them, and an invalid one is named" {
  office
  mkdir -p plans
  sed 's/"Restart a unit"/"Restart as we do"/' "$JAGA_SOURCE/lib/plan/restart_unit.yaml" >plans/restart-unit.yaml
  status 0 jaga --lang en plans restart-unit
  says 'Restart as we do'
  says 'plans/restart-unit.yaml'
  echo 'format: nonsense' >plans/broken.yaml
  status 78 jaga plans
  says 'plans/broken.yaml:1'
  says 'Restart as we do'
  status 78 jaga plans broken
}

@test "as JSON plans prints what the table lists" {
  need jq
  [ "$(jaga plans --json | jq -r .plan)" = "$(jaga --lang en plans | awk 'NR > 1 { print $1 }')" ]
  jaga plans clean-disk --json | jq -e '[.parameters[] | [.name, .type, .default, .choices]] == [["mount","path",null,null],["days","integer","14",null],["journal","choice","64M",["16M","64M","200M","500M"]]]' >/dev/null
  jaga plans clean-disk --json | jq -e '.run == "ssh" and .steps == 1 and (.rollback | not) and (.digest | startswith("sha256:"))' >/dev/null
}
