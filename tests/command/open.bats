#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "a report opens an incident, and the same one no second" {
  status 0 as staff open web01 -m 'slow, by telephone'
  [[ ${lines[0]-$output} =~ 20[0-9]{6}-web01-[0-9a-z]{6} ]]
  status 0 as staff open web01 -m 'still slow'
  says 'nothing was opened'
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
}

@test "what is wrong" {
  status 66 as staff open web02 -m slow
  says 'web01'
  status 64 as staff open web01
  says '-m is missing'
  status 64 as staff open web01 -m x --occurred yesterday
  status 77 jaga open web01 -m slow
}

@test "the output is lost, the incident is not" {
  run bash -c '"$JAGA" --key "$KEYS/staff" open web01 -m slow >/dev/full'
  [ "$status" = 74 ]
  [[ $output == *recorded* ]]
  [[ $output == *"$(ls incidents/*)"* ]]
}
