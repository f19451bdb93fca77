#!/usr/bin/env bats
# `jaga status` as the inbox of one reader, on a terminal and as a letter.
bats_require_minimum_version 1.5.0
load helpers
load flow
setup() { setup_folder; office; }

# screen COLUMNS ARGUMENT...: what jaga shows on a terminal of that width, in $output; no line is wider.
screen() {
  local columns=$1
  shift
  output=$(NO_COLOR=1 in_terminal '' sh -c 'stty cols "$1" && shift && exec "$@"' sh "$columns" "$JAGA" "$@" | tr -d '\r')
  awk -v columns="$columns" 'length($0) > columns { print "too wide: " $0; bad = 1 } END { exit bad }' <<<"$output" >&2
}
# in_order TEXT...: $output has them in this order.
in_order() {
  local rest=$output text
  for text in "$@"; do
    case $rest in *"$text"*) rest=${rest#*"$text"} ;; *) printf 'not in order: %s\nin: %s\n' "$text" "$output" >&2; return 1 ;; esac
  done
}
# Three incidents: a step of staff that is late, one of the section head, one of staff.
three() {
  adopted 's/standard: "1h"/standard: "1ms"/'
  at_all_hours
  as staff adopt -q --yes >/dev/null
  late=$(as staff open web01 -q -m 'pages come slowly')
  sed -i 's/standard: "1ms"/standard: "1h"/' sop.yaml
  as staff adopt -q --yes >/dev/null
  plan=$(as staff open web01 -q --fault disk-full --object /var -m 'no space')
  as staff analyze "$plan" -q --plan manual -p task=x --fault unknown -m x >/dev/null
  other=$(as staff open web01 -q --fault high-latency -m 'very busy')
}

@test "on a terminal the reader's steps come first, with their commands, then what is late, then the rest" {
  three
  screen 80 --lang en --key "$KEYS/section-head" status
  in_order 'waiting for you' "$plan" "jaga approve $plan" 'late' "$late" 'with others' "$other"
  [[ $output != *"jaga analyze"* ]]
  screen 80 --lang en --key "$KEYS/staff" status
  in_order 'waiting for you' "$late" "jaga analyze $late" "$other" "jaga analyze $other" 'with others' "$plan"
  screen 250 --lang en --key "$KEYS/staff" status
  in_order 'waiting for you' 'command' "jaga analyze $late" 'with others' "$plan"
  # Nobody's key: what is late, and what is in time.
  screen 80 --lang en status
  in_order 'late' "$late" 'in time' "$plan" "$other"
  [[ $output != *'waiting for you'* ]]
  screen 80 --lang id --key "$KEYS/section-head" status
  in_order 'menunggu Anda' "$plan" 'terlambat' "$late" 'menunggu pihak lain' "$other"
}

@test "--as shows the inbox of somebody whose key is not here; --mine still needs it" {
  three
  screen 80 --lang en --as section-head status
  in_order 'waiting for you' "$plan" "jaga approve $plan" 'late' "$late"
  JAGA_PERSON=section-head screen 80 --lang en status
  in_order 'waiting for you' "$plan"
  status 77 jaga --as section-head status --mine
  status 1 jaga --as section-head status --step approve --exit-code
}

@test "elsewhere than on a terminal it is one table, a line an incident, for every reader" {
  three
  jaga --lang en status 2>/dev/null >nobody
  as section-head --lang en status 2>/dev/null >of-head
  diff <(cut -d' ' -f1 nobody) <(cut -d' ' -f1 of-head)
  diff <(head -n 1 nobody | tr -s ' ') <(head -n 1 of-head | tr -s ' ')
  [ "$(wc -l <of-head)" = 4 ]
  run ! grep -q 'waiting for you' of-head
  need jq
  as section-head status --json | jq -se --arg plan "$plan" '[.[] | select(.mine)] | length == 1 and .[0].incident == $plan and .[0].command == "jaga approve \($plan)"' >/dev/null
  jaga status --json | jq -se 'all(has("mine") | not) and all(.command | startswith("jaga "))' >/dev/null
}

@test "--mail is a letter for cron: plain, 72 columns, a summary first, nothing where nothing waits" {
  status 0 as section-head status --mail
  [ -z "$output" ]
  three
  as section-head --lang en --color always status --mail >letter
  [ "$(head -n 1 letter)" = 'jaga: waiting for you: 1; late: 1; with others: 1' ]
  [ "$(awk 'length($0) > 72' letter | wc -l)" = 0 ]
  run ! grep -q $'\e' letter
  output=$(cat letter)
  in_order 'Test office' "$PWD" 'for section-head' 'waiting for you' "jaga approve $plan" 'late' "$late" 'with others' "$other"
  # A division head has nothing to do, but something is late.
  status 0 as division-head --lang en status --mail
  says 'late: 1; with others: 2'
  as section-head status --mail --late --step approve >letter
  [ ! -s letter ]
  # cron has nobody's key.
  status 0 jaga --lang en --as section-head status --mail
  in_order 'waiting for you: 1' "$plan"
  status 0 jaga --lang id --as section-head status --mail
  in_order 'menunggu Anda: 1; terlambat: 1' "$plan"
  status 64 jaga --lang en status --mail --json
  says '--mail and --json cannot be combined'
  withdrawn "$late"
  withdrawn "$plan"
  status 0 as section-head status --mail # one incident of staff, in time
  [ -z "$output" ]
  status 1 as staff status --mail --exit-code
}

@test "the age of the last round, and a warning where rounds have stopped" {
  need_moved_clock
  status 0 jaga --lang en status
  says_not 'round'
  for after in 0 300 600; do at "+$after" "$JAGA" monitor -q >/dev/null || [ $? -le 3 ]; done
  status 0 at +660 "$JAGA" --lang en status
  [[ $output =~ 'last round: '[0-9]+[ms]\ ?[0-9]*s?\ ago\ \(20 ]]
  status 0 at +8000 "$JAGA" --lang en status
  says 'no round for 2h 3m, since 20'
  says "they usually come every 5m: is 'jaga monitor' still run?"
  status 0 at +8000 "$JAGA" --lang en --key "$KEYS/staff" status --mail
  says 'jaga: no round for 2h 3m'
  status 0 at +660 "$JAGA" --lang en --key "$KEYS/staff" status --mail
  [ -z "$output" ]
  status 0 at +8000 "$JAGA" -q status
  [ -z "$output" ]
}

@test "the steps that no registered person may do" {
  status 0 jaga --lang en status
  says_not 'no registered person'
  as staff person leave section-head -q --yes >/dev/null
  status 0 jaga --lang en status
  says 'no registered person may do these steps: approve; verify'
}
