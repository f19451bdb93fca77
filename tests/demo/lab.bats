#!/usr/bin/env bats
# Over the lab. One demo serves all tests but the last: what it prints is also what the tour of README.md shows.
bats_require_minimum_version 1.5.0
load ended

setup_file() {
  local status=0
  HOME=$BATS_FILE_TMPDIR "$JAGA_SOURCE/script/demo" --lab --color --jaga "$JAGA" "$BATS_FILE_TMPDIR/demo" \
    >"$BATS_FILE_TMPDIR/transcript" 2>&1 </dev/null 3>&- || status=$?
  echo "$status" >"$BATS_FILE_TMPDIR/status"
}

# demonstrated: the demo has succeeded. $transcript is what it printed.
demonstrated() {
  transcript=$BATS_FILE_TMPDIR/transcript
  read -r status <"$BATS_FILE_TMPDIR/status"
  [ "$status" != 77 ] || [ "${CI-}" = true ] || skip "no right to make namespaces"
  [ "$status" = 0 ] || cat "$transcript"
  [ "$status" = 0 ]
}

# copied: a README.md, its template and the script, to be changed. tour ARGUMENT...: that script.
copied() {
  demonstrated
  copy=$BATS_TEST_TMPDIR/clone
  mkdir -p "$copy/script"
  cp "$JAGA_SOURCE"/script/tour* "$copy/script/"
  cp "$JAGA_SOURCE/README.md" "$copy/"
}
tour() { "$copy/script/tour" --transcript "$transcript" "$@"; }

@test "a full disk, cleaned over SSH, to the archive; the lab is gone afterwards" {
  demonstrated
  out=$BATS_TEST_TMPDIR/out
  sed $'s/\e\\[[0-9]*m//g' "$transcript" >"$out"
  grep -q '^section-head\$ jaga approve web01 --yes' "$out"
  grep -q 'web01 disk:/var/log: ok' "$out"
  state=$(sed -n 's/^lab: up: .*(state in \(.*\))$/\1/p' "$out")
  [ -n "$state" ] && [ ! -e "$state" ]
  HOME=$BATS_FILE_TMPDIR ended_well "$BATS_FILE_TMPDIR/demo"
}

@test "the tour of README.md is what the demo prints" {
  demonstrated
  "$JAGA_SOURCE/script/tour" --check --transcript "$transcript"
}

@test "README.md stays as it is where only times, ids, digests, keys and folders differ" {
  copied
  tour
  cmp "$copy/README.md" "$JAGA_SOURCE/README.md"
}

@test "a changed line of the tour is shown, and written as the demo prints it" {
  copied
  sed -i 's/^    web02    ok /    web02    warning /' "$copy/README.md"
  run -1 tour --check
  [[ $output == *$'\n-    web02    warning '*$'\n+    web02    ok '* ]]
  tour
  tour --check
  # Now it is of this run, all of it, and what is around it is the same.
  office=$(sed -n "s/^digest of the first record: //p" "$transcript")
  grep -qxF "    digest of the first record: $office" "$copy/README.md"
  outside='/^<!-- From here/,/^<!-- End/d'
  cmp <(sed "$outside" "$copy/README.md") <(sed "$outside" "$JAGA_SOURCE/README.md")
  cp "$copy/README.md" "$copy/once"
  tour
  cmp "$copy/README.md" "$copy/once"
}

@test "a line of the template that does not match what the demo prints is named, and nothing is written" {
  copied
  template=$copy/script/tour.template
  cp "$template" "$template.before"
  while IFS='|' read -r change named why; do
    sed "$change" "$template.before" >"$template"
    run ! cmp -s "$template" "$template.before"
    for check in '' --check; do
      run -65 tour $check
      line=$(grep -nxF -- "$named" "$template" | head -n 1)
      [[ $output == *"script/tour.template:${line%%:*}: $why"* ]] || { printf '%s\n' "$change" "$output" && return 1; }
    done
  done <<'END'
s/jaga repair web01/jaga repair web09/|    staff$ jaga repair web09|the demo has no such command after: section-head$ jaga approve web01 --yes
s/^    as section-head, .*/    as staff, */|    as staff, *|the demo prints no such line for: section-head$ jaga verify web01 --yes
s/^    cause: .*/    reason: */|    reason: *|the demo prints another line here: cause: disk-full
/^      machine-id/{n;d}|      machine-id *|the demo prints a line after this one: 
s/^    cause: .*/&\n       ***/|       ***|there is no line here that it stands for
s/^never show:.*/&\nnever show: note: */|never show: note: *|no line of the commands that are shown is left out by it
END
  # An empty transcript has no command at all.
  cp "$template.before" "$template"
  : >"$BATS_TEST_TMPDIR/empty"
  run -65 "$copy/script/tour" --transcript "$BATS_TEST_TMPDIR/empty"
  run -64 "$copy/script/tour" --transcript "$transcript" --jaga "$JAGA"
  cmp "$copy/README.md" "$JAGA_SOURCE/README.md"
}

@test "interrupted, it takes the lab down" {
  out=$BATS_TEST_TMPDIR/out
  # In a session of its own, as a terminal would have it: Ctrl-C is for all of the group.
  HOME=$BATS_TEST_TMPDIR setsid "$JAGA_SOURCE/script/demo" --lab --jaga "$JAGA" "$BATS_TEST_TMPDIR/demo" \
    >"$out" 2>&1 </dev/null 3>&- &
  demo=$!
  until grep -q 'jaga host trust' "$out" 2>/dev/null; do
    if ! kill -0 "$demo" 2>/dev/null; then
      wait "$demo" && return 1 || [ $? = 77 ] && skip "no right to make namespaces"
      return 1
    fi
    sleep 0.1
  done
  kill -TERM -- "-$demo"
  status=0
  wait "$demo" || status=$?
  [ "$status" = 143 ]
  state=$(sed -n 's/^lab: up: .*(state in \(.*\))$/\1/p' "$out")
  [ -n "$state" ] && [ ! -e "$state" ]
}
