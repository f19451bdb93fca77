#!/usr/bin/env bats
bats_require_minimum_version 1.5.0
load ended

@test "over the lab: a full disk, cleaned over SSH, to the archive; the lab is gone afterwards" {
  base=$BATS_TEST_TMPDIR/demo
  status=0
  HOME=$BATS_TEST_TMPDIR "$JAGA_SOURCE/script/demo" --lab --jaga "$JAGA" "$base" \
    >"$BATS_TEST_TMPDIR/out" 2>&1 </dev/null 3>&- || status=$?
  [ "$status" != 77 ] || skip "no right to make namespaces"
  cat "$BATS_TEST_TMPDIR/out"
  [ "$status" = 0 ]
  grep -q '^section-head\$ jaga approve web01 --yes' "$BATS_TEST_TMPDIR/out"
  grep -q 'web01 disk:/var/log: ok' "$BATS_TEST_TMPDIR/out"
  run ! grep -q $'\e' "$BATS_TEST_TMPDIR/out" # colour only on a terminal
  state=$(sed -n 's/^lab: up: .*(state in \(.*\))$/\1/p' "$BATS_TEST_TMPDIR/out")
  [ -n "$state" ] && [ ! -e "$state" ]
  HOME=$BATS_TEST_TMPDIR ended_well "$base"
  tour_of "$BATS_TEST_TMPDIR/out"
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
