#!/usr/bin/env bats
bats_require_minimum_version 1.5.0
load ended

@test "over the lab: a full disk, cleaned over SSH, to the archive; the lab is gone afterwards" {
  base=$BATS_TEST_TMPDIR/demo
  before=$(ls -d /tmp/jaga-lab.* 2>/dev/null || true)
  status=0
  HOME=$BATS_TEST_TMPDIR "$JAGA_SOURCE/script/demo" --lab --jaga "$JAGA" "$base" \
    >"$BATS_TEST_TMPDIR/out" 2>&1 </dev/null 3>&- || status=$?
  [ "$status" != 77 ] || skip "no right to make namespaces"
  cat "$BATS_TEST_TMPDIR/out"
  [ "$status" = 0 ]
  grep -q '^section-head\$ jaga approve web01 --yes' "$BATS_TEST_TMPDIR/out"
  grep -q 'web01 disk:/var/log: ok' "$BATS_TEST_TMPDIR/out"
  run ! grep -q $'\e' "$BATS_TEST_TMPDIR/out" # colour only on a terminal
  [ "$(ls -d /tmp/jaga-lab.* 2>/dev/null || true)" = "$before" ]
  HOME=$BATS_TEST_TMPDIR ended_well "$base"
}
