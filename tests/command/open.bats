#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "a report opens an incident, and the same one no second" {
  status 0 as staff open web01 -m 'slow, by telephone'
  [[ ${lines[0]-$output} =~ 20[0-9]{6}-web01-[0-9a-z]{6} ]]
  status 0 as staff open web01 -m 'still slow'
  says 'noted there'
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

@test "planned work, a security incident, one thing of a host; what is said twice is kept" {
  status 0 as staff open web01 --planned -m 'memory is put in on Sunday'
  status 0 as staff open web01 --object /var -m 'files vanish'
  status 0 as staff open web01 --security -m 'somebody logs in at night'
  [ "$(ls -d incidents/*/* | wc -l)" = 3 ]
  status 64 as staff open web01 --planned --security -m x
  status 64 as staff open web01 -m x --occurred '2099-01-01 10:00'
  says 'in the future'
  status 0 as staff open web01 --planned -m 'on Monday instead'
  says 'noted there'
  status 0 jaga status --json
  says 'web01/maintenance'
  says 'web01/unknown/%2Fvar'
  id=$(as staff open web01 --planned -q -m 'at night')
  status 0 jaga show "$id"
  says 'on Monday instead'
}
