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
