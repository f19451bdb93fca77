#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "a report opens an incident, and the same one no second" {
  status 0 as staff open web01 -m 'slow, by telephone'
  [[ ${lines[0]-$output} =~ 20[0-9]{6}-web01-[0-9a-z]{6} ]]
  status 0 as staff open web01 -m 'still slow'
  says 'as a note'
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
}

@test "what is wrong" {
  status 66 as staff open web02 -m slow
  says 'web01'
  status 64 as staff open web01
  says 'missing option: -m'
  status 64 as staff open web01 -m x --occurred someday
  status 66 as staff open web01 -m x --fault disk-ful
  says "did you mean 'disk-full'?"
  [ ! -d incidents ]
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
  says 'as a note'
  status 0 jaga status --json
  says 'web01/maintenance'
  says 'web01/unknown/%2Fvar'
  id=$(as staff open web01 --planned -q -m 'at night')
  status 0 jaga show "$id"
  says 'on Monday instead'
}

@test "a type of the office's own is one as any other" {
  mkdir rules
  cat >rules/printer-out-of-paper.yaml <<'END'
format: "jaga/rule@1"
title: {id: "Kertas habis", en: "Out of paper"}
class: "service"
severity: "warning"
priority: 10
required:
  - {checks: ["plugin"], states: ["critical"]}
remedy: {id: "Isi kertas.", en: "Put in paper."}
cases:
  - {title: "none left", fault: true, object: "p", results: [{check: "plugin", object: "p", state: "critical"}]}
  - {title: "some left", fault: false, results: [{check: "plugin", object: "p", state: "ok"}]}
END
  status 0 as staff open web01 --fault printer-out-of-paper -m 'by telephone'
  status 0 jaga status --json
  says 'web01/printer-out-of-paper'
}

@test "a fault that comes back names the incident that was about it" {
  first=$(as staff open web01 -q --fault disk-full --object /var -m full)
  withdrawn web01
  # Another fault, another object, a report that names no type: these are not the same.
  for more in '--fault high-latency' '--fault disk-full --object /srv' ''; do
    # shellcheck disable=SC2086
    as staff open web01 -q $more -m other >/dev/null
    status 0 jaga show web01 --json
    [[ $output != *reopens* ]]
    withdrawn web01
  done
  status 0 as staff open web01 --fault disk-full --object /var -m 'full again'
  says "it refers to $first, whose fault has returned"
  second=$(jaga status --json | sed -n 's/.*"incident": "\([^"]*\)".*/\1/p')
  status 0 jaga show "$second"
  says "reopens $first, which had the same fault"
  status 0 jaga show "$first"
  says "same fault again: $second"
  status 0 jaga status
  says "reopens $first"
  # The same once more reaches the open one and names nothing new.
  status 0 as staff open web01 --fault disk-full --object /var -m 'still full' --json
  says '"reopens": ""'
  third=$(as staff open web01 -q -m 'something else')
  withdrawn "$second" duplicate "$third"
  # A duplicate was about nothing itself.
  status 0 as staff open web01 --fault disk-full --object /var -m 'and again' --json
  says "\"reopens\": \"$first\""
  status 0 jaga audit
}

@test "--reopens names it, and takes its fault over" {
  first=$(as staff open web01 -q --fault disk-full --object /var -m full)
  status 64 as staff open web01 --reopens "$first" -m back
  says 'is not finished'
  withdrawn web01
  printf '  - {name: db01, address: 127.0.0.2}\n' >>hosts.yaml
  status 64 as staff open db01 --reopens "$first" -m back
  says "is about 'web01'"
  status 66 as staff open web01 --reopens 20200101-web01-aaaaaa -m back
  second=$(as staff open web01 -q --reopens "$first" -m back)
  status 0 jaga show "$second" --json
  says '"fault_key": "web01/disk-full/%2Fvar"'
  says "\"reopens\": \"$first\""
}
