#!/usr/bin/env bats
# An exchange that is killed before and after each git, at each file of jaga's own, on a full disk and without a
# connection: every clone goes on, and nothing is lost or half there.
load ../command/helpers
load ../command/flow
load ../command/clones
load faults

setup() { setup_folder; }
teardown() { [ ! -d "$BATS_TEST_TMPDIR/small" ] || umount "$BATS_TEST_TMPDIR/small" 2>/dev/null || true; }

@test "killed before and after each git: the next exchange goes on" {
  office_with_clones head
  as staff open web01 -q -m slow >/dev/null
  synced work
  synced head
  killing_git
  both_write one
  total=$(runs_of_git head)
  for ((at = 1; at <= total; ++at)); do
    for when in before after; do
      both_write "at $at $when"
      counted "$when" "$at" in_clone head as section-head sync || true
      (cd "$BATS_TEST_TMPDIR/head" && all_whole && audited)
      goes_on
    done
  done
  same_everywhere work head
}

@test "killed at each file that it writes: the next exchange goes on" {
  tracing
  office_with_clones head
  as staff open web01 -q -m slow >/dev/null
  synced work
  synced head
  for call in linkat renameat; do
    for at in 1 2 3 4 5 6; do
      both_write "$call $at"
      in_clone head strace -o /dev/null -e "inject=$call:signal=KILL:when=$at" \
        "$JAGA" --key "$KEYS/section-head" sync >/dev/null 2>&1 || true
      (cd "$BATS_TEST_TMPDIR/head" && audited)
      goes_on
    done
  done
  same_everywhere work head
}

@test "on a full disk nothing is half there, and with room again it goes on" {
  [ "$(id -u)" = 0 ] || cannot 'only root can mount a small file system'
  office_with_clones
  mkdir "$BATS_TEST_TMPDIR/small"
  mount -t tmpfs -o size=4M,mode=755 small "$BATS_TEST_TMPDIR/small" 2>/dev/null || cannot 'no tmpfs can be mounted'
  jaga clone -q "$SERVER" "$BATS_TEST_TMPDIR/small/head" --genesis "$GENESIS" >/dev/null
  ln -s small/head "$BATS_TEST_TMPDIR/head"
  as staff open web01 -q -m slow >/dev/null
  synced work
  for pages in 0 4 8 16 32 64 128; do
    as staff note web01 -q -m "$pages" >/dev/null
    synced work
    rm -f "$BATS_TEST_TMPDIR/small/filler"
    dd if=/dev/zero of="$BATS_TEST_TMPDIR/small/filler" bs=4096 count=4096 2>/dev/null || true
    truncate -s "-$((pages * 4096))" "$BATS_TEST_TMPDIR/small/filler"
    (cd "$BATS_TEST_TMPDIR/small/head" && as section-head sync >/dev/null 2>&1 || true; all_whole; audited)
    rm -f "$BATS_TEST_TMPDIR/small/filler"
    (cd "$BATS_TEST_TMPDIR/small/head" && status 0 as section-head sync)
    synced work
  done
  (cd "$BATS_TEST_TMPDIR/small/head" && audited && records | xargs sha256sum) >"$BATS_TEST_TMPDIR/there"
  records | xargs sha256sum | diff - "$BATS_TEST_TMPDIR/there"
}

@test "without a connection what is new is kept, and is sent when there is one" {
  office_with_clones head
  as staff open web01 -q -m slow >/dev/null
  mv "$SERVER" "$SERVER.away"
  status 69 as staff sync
  says "run the same command again"
  status 69 as staff sync
  mv "$SERVER.away" "$SERVER"
  synced work
  synced head
  same_everywhere work head
}
