#!/usr/bin/env bats
# `jaga rules`: the types of fault that jaga knows.
load helpers
setup() { setup_folder; }

@test "rules lists every type, built in or the office's, and shows one" {
  status 0 jaga --lang en rules
  [[ ${output%%$'\n'*} =~ ^type\ +severity\ +plan\ +title$ ]]
  [ "$(($(wc -l <<<"$output") - 1))" = "$(find "$JAGA_SOURCE/lib/fault/rules" -name '*.yaml' | wc -l)" ]
  says 'disk-full '
  status 0 jaga --lang en rules disk-full
  says 'what to do          Clean the journal'
  says 'plan                clean-disk mount={object}'
  says 'to confirm it       df -h {object}'
  says 'defined in          built in'
  status 0 jaga --lang id rules disk-full
  says 'disk-full: Disk penuh'
  says 'Kosongkan jurnal'
  status 66 jaga rules disk-ful
  says "did you mean 'disk-full'?"
  status 66 jaga rules xyzzy
  says "'jaga rules' lists all types"
  status 64 jaga rules disk-full x
  status 66 jaga -C none rules
  status 66 jaga -C none plans
}

@test "an own type replaces a built-in one of its name, and an invalid file is named" {
  office
  mkdir rules
  sed 's/"Disk is full"/"The disk of the office is full"/' "$JAGA_SOURCE/lib/fault/rules/disk-full.yaml" >rules/disk-full.yaml
  sed 's/"Disk is full"/"Tape is full"/' rules/disk-full.yaml >rules/tape-full.yaml
  status 0 jaga --lang en rules disk-full
  says 'The disk of the office is full'
  says 'rules/disk-full.yaml'
  status 0 jaga rules tape-full
  echo 'format: nonsense' >rules/broken.yaml
  status 78 jaga rules
  says 'rules/broken.yaml:1'
  says 'tape-full'
  status 0 jaga rules tape-full
}

@test "as JSON rules prints what the table lists" {
  need jq
  [ "$(jaga rules --json | jq -r .type)" = "$(jaga --lang en rules | awk 'NR > 1 { print $1 }')" ]
  [ "$(jaga rules disk-full --json | jq -c '[.title, .severity, .class, .plans, .file]')" = \
    '["Disk is full","critical","resources",["clean-disk mount={object}"],""]' ]
}
