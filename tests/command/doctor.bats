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
