#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; as staff open web01 -q -m slow >id; }

@test "one line a record, narrowed by filters" {
  status 0 jaga log
  says monitor
  [[ $output != *genesis* ]]
  status 0 jaga log --register
  says genesis
  status 0 jaga log --step analyze
  [ -z "$output" ]
  status 0 jaga log web01 --person staff --json
  says '"kind": "monitor"'
  status 0 jaga log --since 2100-01-01
  [ -z "$output" ]
  status 64 jaga log --since someday
  status 66 jaga log web09
}

@test "narrowed by fault, as it opened or as analyze found it" {
  as staff open web01 -q --fault disk-full -m full >/dev/null
  status 0 jaga log --fault disk-full
  says 'disk-full'
  [ "$(jaga log --fault disk-full | wc -l)" -lt "$(jaga log | wc -l)" ]
  before=$(jaga log --fault service-down | wc -l)
  [ "$before" = 0 ]
  as staff analyze "$(cat id)" -q --plan manual -p task=x --fault service-down -m x >/dev/null
  [ "$(jaga log --fault service-down | wc -l)" = 2 ]
}

# comes FILE TEXT: FILE holds it, in the end.
comes() {
  local tries=0
  until grep -q -- "$2" "$1" 2>/dev/null; do
    [ $((tries += 1)) -le 600 ] || { printf '%s: no %s in\n' "$1" "$2" >&2; cat "$1" >&2; return 1; }
    kill -0 "$following"
    sleep 0.1
  done
}

# follow OPTION...: in the background, once it has seen what is there.
follow() {
  "$JAGA" log --follow "$@" >../followed 2>../follow.err 3>&- &
  following=$!
  local tries=0
  until [ -s ../followed ]; do
    [ $((tries += 1)) -le 300 ] || { cat ../follow.err >&2; return 1; }
    as staff analyze "$(cat id)" -q --plan manual -p task="$tries" --fault unknown -m x >/dev/null
    sleep 0.2
  done
}

@test "a kind or a person that there cannot be is told, and repair is all of a repair" {
  as staff open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  as staff repair web01 -q --by-hand -m x >/dev/null
  [ "$(jaga log --step repair | wc -l)" = 2 ]
  [ "$(jaga log --step repair-end | wc -l)" = 1 ]
  status 64 jaga log --step aprove
  says "unknown record kind 'aprove'"
  says "repair-end, verify"
  says "'repair' means all records of a repair"
  says 'repair-start, command-start'
  status 66 jaga log --person section-haed
  says "did you mean 'section-head'?"
  status 0 jaga log --person division-head
  [ -z "$output" ]
}

@test "times may be spans: so long ago; until a date is to its end" {
  as staff open web01 -q -m slow >id
  [ "$(jaga log --since 1h | wc -l)" = 1 ]
  [ "$(jaga log --until 1h | wc -l)" = 0 ]
  [ "$(jaga log --since 1h --until 0s | wc -l)" = 1 ]
  today=$(TZ=UTC-8 date +%F)
  tomorrow=$(TZ=UTC-8 date -d '+1 day' +%F)
  [ "$(jaga log --since "$(TZ=UTC-8 date -d '-1 day' +%F)" --until "$tomorrow" | wc -l)" = 1 ]
  # Whichever of the two the record is of, if midnight was in between.
  [ "$(jaga log --until "$today" | wc -l)" = 1 ] || [ "$(jaga log --until "$tomorrow" | wc -l)" = 1 ]
  status 64 jaga log --since 2x
  says "invalid time '2x'"
  says "write it like '2026-11-24 11:15', '24 nov', 'yesterday 11:15', '11:15' for today or '2026-11-24T03:15:00Z', or as a duration"
}

@test "times may be words, in both languages, and what is shown can be typed again" {
  today_is() { TZ=UTC-8 LC_ALL=C date "+$1"; }
  lines() { jaga log "$@" | wc -l; }
  local began day
  began=$(today_is %F)
  as staff open web01 -q -m slow >/dev/null
  for day in today 'hari ini' "$(today_is '%-d %B %Y')" "$(today_is '%A, %-d %b at 00:00')"; do
    lines --since "$day"
  done >../counts
  # Past midnight in Makassar the words mean the next day, in which there is no record.
  [ "$began" != "$(today_is %F)" ] || [ "$(sort -u ../counts)" = 1 ]
  [ "$(lines --since kemarin --until today)" = 1 ]
  [ "$(lines --until yesterday)" = 0 ]
  shown=$(jaga --lang id log --since yesterday | grep -oE '[0-9-]{10} [0-9:]{5} WITA')
  [ "$(lines --since "$shown")" = 1 ]
  [ "$(lines --until "$shown")" = 0 ]
  status 64 jaga log --since 'Minggu, 30 November 2026'
  says "invalid time 'Minggu, 30 November 2026'"
}

@test "followed: each new record as it comes, and who is to act on it" {
  follow --json
  [ "$(grep -c '"kind": "monitor"' ../followed)" = 0 ] # what was there before
  grep "$(cat id)" ../followed | grep -q '"kind": "analyze".*"due": "approve", "roles": \["section_head"\], "body"'
  # The register grows meanwhile: who is new decides, and that is believed.
  make_key other-head
  as staff person add other-head -q --role section_head --key "$KEYS/other-head.pub" >/dev/null
  as other-head approve "$(cat id)" -q --yes >/dev/null
  comes ../followed '"kind": "approve"'
  grep '"kind": "approve"' ../followed | grep -q '"due": "repair", "roles": \["staff"\]'
  kill -INT "$following"
  code=0
  wait "$following" || code=$?
  [ "$code" = 130 ]
  [ "$(grep -c '"kind": "analyze"' ../followed)" = "$(grep '"kind": "analyze"' ../followed | sort -u | wc -l)" ]
  status 64 jaga log --follow --until 2027-01-01
}

@test "followed: one incident, with what was there since" {
  "$JAGA" log --follow --since 2020-01-01 "$(cat id)" >../followed 2>&1 3>&- &
  following=$!
  comes ../followed monitor
  as staff open web01 -q --fault disk-full -m full >/dev/null
  as staff analyze "$(cat id)" -q --plan manual -p task=x --fault unknown -m x >/dev/null
  comes ../followed 'analyze'
  kill -INT "$following"
  wait "$following" || true
  [ "$(grep -c disk-full ../followed)" = 0 ]
  [ "$(wc -l <../followed)" = 3 ] # with jaga's last word, that it was interrupted
}

@test "an unknown fault type is an error, with the nearest one" {
  as staff open web01 -q --fault disk-full -m full >/dev/null
  status 66 jaga log --fault disk-ful
  says "unknown fault type 'disk-ful'"
  says "did you mean 'disk-full'?"
  status 66 jaga log --follow --fault nonsense
  says "hint: 'jaga rules' lists all types"
  status 0 jaga log --fault service-down # none yet, but there may be
  # An office's own type that has gone since is in the records all the same.
  mkdir rules
  cat >rules/own-type.yaml <<'R'
format: "jaga/rule@1"
title: {id: "Jenis", en: "Type"}
class: "service"
severity: "warning"
required:
  - {checks: ["tcp"], facts: [{fact: "connect_us", at_least: 100000}]}
remedy: {id: "Lihat.", en: "Look."}
cases:
  - {title: "slow", fault: true, object: "80", results: [{check: "tcp", object: "80", state: "ok", facts: {connect_us: 500000}}]}
  - {title: "fast", fault: false, results: [{check: "tcp", object: "80", state: "ok", facts: {connect_us: 5}}]}
R
  as staff open web01 -q --fault own-type -m own >/dev/null
  rm -r rules
  status 0 jaga log --fault own-type
  says own-type
}

@test "--since reads no incident whose last record is older, and still says what is lost" {
  need_moved_clock
  local older newer since
  older=$(at +$((86400 * 5)) "$JAGA" --key "$KEYS/staff" open web01 -q --fault unknown --object a -m old)
  at +$((86400 * 6)) "$JAGA" --key "$KEYS/staff" analyze "$older" -q --plan manual -p task=x -m x
  newer=$(at +$((86400 * 40)) "$JAGA" --key "$KEYS/staff" open web01 -q --fault unknown --object b -m new)
  since=$(at +$((86400 * 20)) date +%Y-%m-%d) # from the same clock as these
  status 0 jaga log --since "$since"
  says "$newer"
  says_not "$older"
  status 0 jaga log --since 2026-01-01
  says "$older"
  # By its name alone.
  rm incidents/*/"$older"/0002-*
  status 0 jaga log --since "$since"
  says "'$older': its record 2, seen here before, is missing or was changed"
}
