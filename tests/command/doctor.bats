#!/usr/bin/env bats
load helpers

@test "doctor says what is here and how to mend what is not" {
  run "$JAGA" doctor
  [ "$status" = 1 ] # no key
  [[ $output == *libssh2* ]]
  [[ $output == *'ssh-keygen -t ed25519'* ]]
  make_key staff
  run "$JAGA" --key "$KEYS/staff" doctor --json
  [[ $output == *'"about": "keys", "state": "ok"'* ]]
}

@test "a broken file of the directory is a finding" {
  jaga init -q .
  printf 'hosts: [\n' >hosts.yaml
  status 1 jaga doctor
  says 'hosts.yaml'
}

@test "what is wrong with a plan of the office is named with its line and column" {
  office
  mkdir plans
  printf 'format: jaga/plan@1\ntitle: {id: a, en: b}\nrun: ssh\ncommands:\n  - {title: {id: a, en: b}, script: x, colour: red}\n' >plans/bad.yaml
  printf 'format: jaga/plan@1\ntitle: {id: a, en: b}\nrun: local\ncommands:\n  - {title: {id: a, en: b}, script: x, reboot: true}\n' >plans/restart.yaml
  status 1 as staff doctor
  says "plans/bad.yaml:5:40: unknown key 'colour'"
  says 'plans/restart.yaml:5:'
  says 'only a plan that runs by ssh can restart its target'
}

@test "what is wrong with a rule of the office's own, with line and column" {
  jaga init -q .
  mkdir rules
  cat >rules/slow-port.yaml <<'END'
format: "jaga/rule@1"
title: {id: "Lambat", en: "Slow"}
class: "service"
severity: "warning"
required:
  - {checks: ["tcp"], facts: [{fact: "connect_ms", at_least: 100}]}
remedy: {id: "Lihat.", en: "Look."}
cases:
  - {title: "slow", fault: true, object: "80", results: [{check: "tcp", object: "80", state: "ok", facts: {connect_us: 500000}}]}
END
  status 1 jaga --lang en doctor
  says "rules/slow-port.yaml:6:31: 'slow-port' asks for 'connect_ms'"
  says "rules/slow-port.yaml:9:5: the case 'slow' of 'slow-port' ends otherwise"
  says "has no case in which it does not hold"
  sed -i 's/connect_ms/connect_us/; s/at_least: 100/at_least: 100000/' rules/slow-port.yaml
  echo '  - {title: "fast", fault: false, results: [{check: "tcp", object: "80", state: "ok", facts: {connect_us: 5}}]}' >>rules/slow-port.yaml
  run "$JAGA" --lang en doctor
  says "1 of the office's own"
}
