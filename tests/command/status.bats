#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; }

@test "nothing waits" {
  status 0 jaga status --exit-code
  says 'no open incidents'
}

@test "--as with a name that nobody has is refused, although nobody acts" {
  status 66 jaga status --as section-heat
  says "unknown person 'section-heat'"
  status 77 as staff status --mine --as section-heat
  status 0 jaga status --as section-head
  JAGA_PERSON=section-heat status 0 jaga status
}

@test "about a host; one that nobody knows is 66" {
  as staff open web01 -q -m slow >id
  status 66 jaga status --host web1
  says "did you mean 'web01'?"
  status 66 jaga log --host web1
  status 1 jaga status --host web01 --exit-code
  printf 'hosts: []\n' >hosts.yaml
  status 1 jaga status --host web01 --exit-code
  status 0 jaga log --host web01
}

@test "the last rejection is shown until its step is approved" {
  as staff open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  as section-head reject web01 -q --yes -m 'another plan' >/dev/null
  status 0 jaga status
  says 'the plan was rejected by section-head: another plan'
  as staff analyze web01 -q --plan manual -p task=y >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  status 0 jaga status
  says repair
  [[ $output != *'another plan'* ]]
  as staff repair web01 -q --by-hand -m x >/dev/null
  as section-head reject web01 -q --yes -m 'look again' >/dev/null
  status 0 jaga status
  says 'the repair was rejected by section-head: look again'
}

@test "as JSON: what a chart of one's own needs, of finished incidents too" {
  accepted
  jaga status --json | jq -e '.opened != null and .closed == null and (.clocks | length) == 7' >/dev/null
  jaga status --json | jq -e '[.clocks[] | .step] == ["monitor","analyze","approve","repair","verify","accept","archive"]' >/dev/null
  jaga status --json | jq -e '.net_ms == .clocks[-1].net_ms and .clocks[2].standard_ms == 900000 and .clocks[0].pass == 1' >/dev/null
  local times='[.clocks[:-1][] | [.step, .pass, .began, .ended, .net_ms]]'
  [ "$(jaga status --json | jq -c "$times")" = "$(jaga show web01 --json | jq -c "$times")" ]
  as staff archive web01 -q --no-part --no-pdf >/dev/null
  jaga status --all --json | jq -e '.closed != null and (.clocks | length) == 7 and .clocks[-1].ended == .closed' >/dev/null
  status 0 bash -c '"$JAGA" status --all --json | jq -r "[.incident, .opened, .closed, (.clocks[] | .net_ms)] | @csv"'
}

@test "open incidents and who must act" {
  as staff open web01 -q -m slow >id
  status 0 jaga status
  says "$(cat id)"
  says analyze
  [[ $output =~ 'since (WITA)'\ +elapsed\ +worked\ +standard ]]
  status 1 jaga status --exit-code
  status 0 as staff status --mine --exit-code || status 1 as staff status --mine --exit-code
  status 0 as division-head status --mine --exit-code
  status 0 jaga status --step approve --exit-code
  status 64 jaga status --step aprove
  [[ ! $(jaga status) =~ ' 0ms ' ]]
  status 0 jaga status --json
  says '"due": "analyze"'
}

@test "the deadline is that of the calendar that was adopted when the incident opened" {
  as staff open web01 -q -m slow >id
  deadline() { jaga status --json | grep "$1" | sed -n 's/.*"deadline": "\([^"]*\)".*/\1/p'; }
  before=$(deadline "$(cat id)")
  [ -n "$before" ]
  sed -i 's/^  utc_offset: .*/  utc_offset: "-11:00"/; s/^  hours: .*/  hours: {sun: "03:00-03:01"}/' sop.yaml
  [ "$(deadline "$(cat id)")" = "$before" ]
  as staff adopt --yes >/dev/null
  [ "$(deadline "$(cat id)")" = "$before" ]
  as staff open web01 -q --fault disk-full -m full >id2
  [ -n "$(deadline "$(cat id2)")" ]
  [ "$(deadline "$(cat id2)")" != "$before" ]
}

@test "working time is told in hours, as a day of it is none of the calendar, and whose clock runs" {
  sed -i '/step: "analyze"/,/step: "approve"/s/standard: "1h"/standard: "26h"/' sop.yaml
  adopted
  as staff open web01 -q -m slow >id
  status 0 jaga status
  says '  26h  '
  status 0 jaga show web01
  says '  26h  '
  as section-head withdraw web01 -q --yes -m x --outcome recovered >/dev/null
  status 0 jaga status
  says '  26h (analyze)  '
  status 0 jaga status --json
  says '"due": "accept"'
  says '"clock_of": "analyze"'
}

@test "--mine leaves out what is this person's own work" {
  as staff person change section-head -q --role staff >/dev/null
  as staff open web01 -q -m slow >id
  status 1 as section-head status --mine --exit-code
  as section-head analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 as section-head status --mine --exit-code
  as section-head withdraw web01 -q --yes -m gone --outcome recovered >/dev/null
  status 0 as section-head status --mine --exit-code
  status 1 as division-head status --mine --exit-code
}

@test "the table shows the deadline and what does not count" {
  as staff open web01 -q -m slow >id
  status 0 jaga status
  [[ $output =~ standard\ +'deadline (WITA)'\ +what ]]
  [[ $output =~ 1h\ .*20[0-9][0-9]-[0-9][0-9]-[0-9][0-9].*20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]\  ]] ||
    [[ $output =~ 20[0-9][0-9]-[0-9][0-9]-[0-9][0-9].*1h.*20[0-9][0-9]-[0-9][0-9]-[0-9][0-9] ]]
  status 0 jaga status --json
  says '"paused_ms": 0'
  status 0 jaga show web01
  [[ $output =~ elapsed\ +paused\ +worked\ +standard\ +deadline ]]
  status 0 jaga show web01 --json
  says '"standard_ms": 3600000'
  says '"deadline": "20'
}

@test "what is critical waits around the clock where sop.yaml says so" {
  adopted 's/^  hours: .*/  hours: {sun: "03:00-03:01"}\n  around_the_clock: ["critical"]/'
  id=$(as staff open web01 -q --severity critical -m 'all is down')
  id2=$(as staff open web01 -q --fault high-latency --severity warning -m slow)
  gap() { # gap ID: seconds from its opening to its deadline
    local line since deadline
    line=$(jaga status --json | grep "$1")
    since=$(sed -n 's/.*"since": "\([^"]*\)".*/\1/p' <<<"$line")
    deadline=$(sed -n 's/.*"deadline": "\([^"]*\)".*/\1/p' <<<"$line")
    echo $(($(date -ud "$deadline" +%s) - $(date -ud "$since" +%s)))
  }
  [ "$(gap "$id")" = 3600 ]
  [ "$(gap "$id2")" -gt 86400 ]
  status 0 jaga show "$id" --json
  says '"severity": "critical"'
  status 64 as staff open web01 --severity high -m x
}

@test "a half day on a date counts as it says" {
  # Only one date is worked at all: an hour of work is there, or not before the one minute of next Sunday week.
  day=$(date -ud '+2 days' +%F)
  adopted "s/^  hours: .*/  hours: {sun: \"03:00-03:01\"}\n  dates: {\"$day\": \"05:00-11:00\"}/"
  as staff open web01 -q -m slow >id
  status 0 jaga status --json
  # 05:00 at +08:00 is 21:00 of the day before, UTC; an hour, or a minute less where that Sunday came first.
  says "\"deadline\": \"$(date -ud "$day -1 day" +%F)T2"
}

# narrow COLUMNS COMMAND...: what jaga prints on a terminal of that width; fails where a line is wider.
narrow() {
  local columns=$1
  shift
  output=$(NO_COLOR=1 script -qec "stty cols $columns; $(printf '%q ' "$JAGA" --lang en "$@")" /dev/null </dev/null | tr -d '\r')
  awk -v columns="$columns" 'length($0) > columns { print "too wide: " $0; bad = 1 } END { exit bad }' <<<"$output"
}

@test "on a narrow terminal no line of a table is wider than it, and nothing of it is lost" {
  need script
  as staff open web01 -q -m 'the page opens only after half a minute, since the switch was replaced' >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  for columns in 80 60; do
    narrow $columns status
    says "$(cat id)  next step: approve"
    says 'who: Head of the Network and Data Centre Section'
    says 'standard: 15m'
    [[ $(tr -s '\n ' ' ' <<<"$output") == *'what: the page opens only after half a minute, since the switch was replaced: approve or reject the plan'* ]]
    narrow $columns log
    says 'since the switch'
    narrow $columns log --register
    says 'division-head: registered as division_head'
    narrow $columns show web01
    says 'half a minute'
    narrow $columns person list
    says "$(ssh-keygen -lf "$KEYS/division-head.pub" | cut -d' ' -f2)"
  done
  # A wide one, and none, have columns.
  narrow 250 status
  says 'standard  deadline '
  status 0 jaga status --lang en
  says 'standard  deadline '
}

@test "a damaged incident that is finished is told of: what file names show, and what is in the newest" {
  accepted
  as staff archive web01 -q --no-part --no-pdf >/dev/null
  status 0 jaga status
  says 'no open incidents'
  file=$(ls incidents/*/*/0002-analyze.*.yaml)
  cp "$file" kept
  chmod u+w "$file"
  sed -i 's/cable/cabel/' "$file"
  status 0 jaga status
  says "$(cat id)"
  says "1 chain is damaged; see 'jaga audit'"
  status 0 jaga status --late
  says "1 chain is damaged; see 'jaga audit'"
  status 0 jaga status --json
  says '"damaged": true'
  cat kept >"$file"
  status 0 jaga status
  says 'no open incidents'
  rm "$file"
  status 0 jaga status
  says 'record 2 is missing'
  says "1 chain is damaged; see 'jaga audit'"
}

@test "times name their zone: in a sentence behind each, in a table in the head of its column" {
  as staff open web01 -q -m slow >id
  status 0 jaga --lang en status
  says 'since (WITA)'
  says 'deadline (WITA)'
  status 0 jaga --lang id status
  says 'sejak (WITA)'
  status 0 jaga --lang en log
  [[ $output =~ [0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}\ WITA ]]
  status 0 jaga --lang id log
  [[ $output =~ [0-9]{4}-[0-9]{2}-[0-9]{2}\ [0-9]{2}:[0-9]{2}\ WITA ]]
  status 0 jaga --lang id show web01
  [[ $output =~ :[0-9]{2}\ WITA ]]
  says 'mulai (WITA)'
  for command in status log 'show web01'; do
    # shellcheck disable=SC2086  # a list of words
    status 0 jaga --json $command
    [[ $output != *WITA* && $output != *+08:00* ]]
  done
  status 64 as staff note web01 -m x --occurred 2099-01-01
  [[ $output =~ 'it is now '[0-9-]{10}' '[0-9:]{5}' WITA' ]]
  sed -i 's/utc_offset: .*/utc_offset: "+05:30"/' sop.yaml
  as staff adopt -q --yes >/dev/null
  status 0 jaga log
  says ' UTC+05:30'
}

@test "what an incident is about: the title of its fault, or the words of the person who reported it" {
  as staff open web01 -q -m 'pages come slowly' >/dev/null
  status 0 jaga --lang en status
  says 'pages come slowly'
  as staff open web01 -q -m 'no space' --fault disk-full --object /var >id
  status 0 jaga --lang en show "$(cat id)"
  says 'web01 disk-full /var: no space'
  status 0 jaga --lang en log
  says 'web01 disk-full /var'
  [[ $output != *%2F* ]]
}

@test "a slip in hosts.yaml stops what needs a host, and nothing else" {
  verified
  echo '  - {name: "x", adress: "192.0.2.1"}' >>hosts.yaml
  status 0 as staff status
  says 'commands that need no host still work, although'
  says 'adress'
  # These do not even read it.
  for step in "staff show web01" "staff log" "staff person list" "staff note web01 -m x" \
    "division-head accept web01 --yes" "staff seal"; do
    # shellcheck disable=SC2086  # words
    status 0 as $step
    says_not 'adress'
  done
  # The papers in its bag name the host.
  status 0 as staff archive web01 --no-part --no-pdf
  says 'commands that need no host still work, although'
  status 78 as staff host list
  says 'adress'
  [[ $output != *'goes on'* ]]
  status 78 as staff open web01 -m x
}

@test "status and refusals name a role that nobody holds, with the command" {
  rm -rf ../alone && as staff init -q ../alone --person staff --role staff >/dev/null
  cd ../alone
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
  as staff open web01 -q -m slow >/dev/null
  status 0 jaga status
  says_not nobody
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 jaga status
  says 'nobody has the role Head of the Network and Data Centre Section'
  says 'jaga person add ID --role section_head --key FILE.pub'
  status 0 jaga status --json
  says '"nobody": true'
  status 77 as staff approve web01 --yes
  says "'staff' has no role for step 'approve'"
  says 'nobody holds the role Head of the Network and Data Centre Section; an admin registers somebody: jaga person add ID --role section_head --key FILE.pub'
  as staff person add section-head -q --role section_head --key "$KEYS/section-head.pub" >/dev/null
  status 0 jaga status
  says_not nobody
  status 77 as staff approve web01 --yes
  says 'permitted roles: Head of the Network and Data Centre Section'
  status 77 as staff --lang id approve web01 --yes
  says 'peran yang berwenang: Kepala Seksi Jaringan & Data Center'
  # A key that is not used any more signs nothing.
  as staff person leave section-head -q --yes >/dev/null
  status 0 jaga status
  says 'nobody has the role '
}
