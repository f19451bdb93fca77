#!/usr/bin/env bats
# Lists as rows: --format tsv, --columns and -0.
bats_require_minimum_version 1.5.0
load helpers
load flow
setup() { setup_folder; }

# with_lists: an office in which every list has an entry; `list` is each list's command.
with_lists() {
  need jq
  office
  printf 'groups: {web: {}, dmz: {}}\nhosts:\n  - {name: web01, address: 127.0.0.1, groups: [web, dmz], checks: [icmp, tcp: {port: 1}]}\n' >hosts.yaml
  approved
  echo content >file
  as staff evidence add web01 file -m 'as it was' >/dev/null
  as staff monitor -q >../monitor.out || [ $? -le 3 ]
}
each_list() {
  printf '%s\n' 'status --all' log 'log --register' 'host list' 'person list' rules plans 'rules disk-full' \
    "evidence list $(cat id)" 'report list' "report list $(cat id)" 'report issued' 'monitor --no-record' 'ping -c 1 127.0.0.1'
}
# values FORMAT...: what a list prints, whatever it answers with.
values() {
  # shellcheck disable=SC2086  # a list of words
  as staff "$@" $list 2>../err || [ $? -le 3 ] || { cat ../err >&2; false; }
}

@test "every key of a list is one of its columns, and rows have what JSON has" {
  with_lists
  as staff report incident "$(cat id)" --issue --number 1/2026 -o ../paper.html >/dev/null
  while read -r list; do
    # The file of a round, and a signed copy of any document, are not entries.
    values --json | jq -c 'select((has("round") or .kind == "") | not)' >../objects
    [ -s ../objects ] || { echo "$list: no entry" >&2; false; }
    values -q --columns "$(jq -r 'keys_unsorted[]' ../objects | sort -u | paste -sd ,)" >../rows
    [ "$(wc -l <../rows)" = "$(wc -l <../objects)" ] || { echo "$list: $(wc -l <../rows) rows" >&2; false; }
    # What is another value in each run is not compared.
    columns=$(jq -r 'keys_unsorted[]' ../objects | sort -u | grep -vE '_(m|u)?s$|^(measured|since|facts|summary|clocks)$' | paste -sd ,)
    values -q --columns "$columns" | tr -d ' ' >../rows
    # JSON within a cell has blanks behind its commas, jq writes it without: compared without any.
    jq -r --arg columns "$columns" '
      def cell: if . == null then "" elif type == "array" and
        all(.[]; type != "object" and type != "array" and (tostring | contains(",") | not)) then map(tostring) | join(",") else tostring end;
      . as $row | [$columns | split(",")[] | . as $column | $row[$column] | cell | gsub(" "; "")] | @tsv' ../objects >../want
    diff ../want ../rows || { echo "$list" >&2; false; }
  done < <(each_list)
}

@test "the first line has the names of the columns; -q and -0 have none" {
  with_lists
  status 0 as staff status --columns incident,host
  [ "$output" = "$(printf 'incident\thost\n%s\tweb01' "$(cat id)")" ]
  status 0 as staff status -q --columns incident,host
  [ "$output" = "$(printf '%s\tweb01' "$(cat id)")" ]
  [ "$(as division-head status --columns host --mine)" = host ]
  as staff status --columns host,incident -0 >../raw
  printf 'web01\0%s\0' "$(cat id)" | cmp - ../raw
  as division-head status --mine -0 >../raw
  [ ! -s ../raw ]
}

@test "a value is one cell, whatever people typed, and -0 gives it unchanged" {
  office
  need jq
  as staff open web01 -q -m $'a\ttab, a \\ and\na line' >id
  as staff log web01 --json | jq -r 'select(.kind == "analyze" or .kind == "monitor") | .body | .. | strings' | grep -F 'a line' >/dev/null
  as staff log web01 -q --columns seq,body >../rows
  [ "$(wc -l <../rows)" = 1 ]
  [ "$(awk -F '\t' '{ print NF }' ../rows)" = 2 ]
  column=$(as staff log web01 --json | jq -r 'paths(strings) as $path | select(getpath($path) | contains("a line")) | $path | join(".")' | head -n 1)
  [ "$(as staff log web01 -q --columns "$column")" = 'a\ttab, a \\ and\na line' ]
  as staff log web01 -0 --columns "$column,seq" >../raw
  printf 'a\ttab, a \\ and\na line\0001\0' | cmp - ../raw
}

@test "rows go through xargs -0 and read -d to other commands" {
  with_lists
  as staff status -0 --columns incident | HOME="$BATS_TEST_TMPDIR/home" xargs -0 -r -n 1 "$JAGA" --key "$KEYS/staff" show >../shown
  grep -q "$(cat id)" ../shown
  as staff host list -0 --columns host,address | while IFS= read -r -d '' host && IFS= read -r -d '' address; do
    echo "$host is $address"
  done >../read
  [ "$(cat ../read)" = 'web01 is 127.0.0.1' ]
}

@test "what lists of names give to xargs are names alone" {
  with_lists
  as staff report list -0 --columns kind "$(cat id)" >../raw
  run ! grep -qxz '' ../raw
  as staff report list --json "$(cat id)" | jq -e 'select(.kind == "")' >/dev/null # JSON has what has no kind
  jaga ping -c 1 -a -0 127.0.0.1 >../raw
  printf '127.0.0.1\0' | cmp - ../raw
  [ "$(jaga ping -c 1 -a --format tsv 127.0.0.1)" = $'target\n127.0.0.1' ]
  [ "$(jaga ping -c 1 -a --columns target,alive 127.0.0.1)" = $'target\talive\n127.0.0.1\ttrue' ]
}

@test "a chain that is damaged is told beside the rows, with -q too" {
  with_lists
  echo >>"$(find incidents -name '0001-*.yaml' | head -n 1)"
  as staff log -q --columns seq >../rows 2>../err || [ $? -le 3 ]
  grep -q "1 chain is damaged; see 'jaga audit'" ../err
}

@test "a step prints no rows, and unknown columns and combinations that cannot be are refused" {
  office
  status 64 jaga --lang en status --columns incident,colour
  says "the list of 'jaga status' has no column 'colour'"
  says 'hint: available columns: incident, host,'
  status 64 jaga --lang en status --columns ''
  status 64 jaga --lang en status --columns host,
  status 64 jaga --lang en status --columns host.
  status 64 jaga --lang en status --columns $'host.a\tb'
  status 64 jaga --lang en -0 adopt
  says "'jaga adopt' cannot write tsv"
  says 'available formats: text, json'
  status 64 jaga --lang en analyze --format tsv
  status 64 jaga --lang en status --json -0
  says '--null and --json cannot be combined'
  status 64 jaga --lang en monitor --format yaml --columns host
  status 64 jaga --lang en status --mail -0
  says '--mail and --null cannot be combined'
  [ ! -e rounds ]
  # The step is not done either.
  status 64 jaga --lang en open web01 -m slow --columns incident
  [ ! -e incidents ]
  status 0 jaga --lang en adopt -h
  says_not --columns
  status 0 jaga --lang en status -h
  says '--columns COLUMN,...'
  says 'text|json|tsv'
}

@test "the pipelines of jaga-workflow(7) run as they stand" {
  with_lists
  page=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}/man/jaga-workflow.7
  awk '/^\.Ss Lists for scripts/ { on = 1; next } /^\.S[sh]/ { on = 0 } on && sub(/^\$ /, "") { gsub(/\\e/, "\\"); print }' "$page" >../lines
  [ "$(wc -l <../lines)" -ge 6 ]
  mkdir ../bin
  ln -s "$JAGA" ../bin/jaga
  mkdir -p "$HOME/.ssh"
  cp "$KEYS/staff" "$HOME/.ssh/id_ed25519"
  cp "$KEYS/staff.pub" "$HOME/.ssh/id_ed25519.pub"
  while IFS= read -r line; do
    PATH=$BATS_TEST_TMPDIR/bin:$PATH bash -o pipefail -c "$line" >../out 2>../err || {
      # A round that found something bad says so; xargs passes on what show says.
      got=$?
      case $line in *'jaga monitor'*) [ "$got" -le 2 ] ;; *) false ;; esac || { echo "$line: $got" >&2; cat ../err >&2; false; }
    }
    [ -s ../out ] || case $line in *--late*) ;; *) echo "$line printed nothing" >&2; false ;; esac
  done <../lines
}
