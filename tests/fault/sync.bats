#!/usr/bin/env bats
# An exchange that is killed before and after each git, at each file of jaga's own, on a full disk and without a
# connection: every clone goes on, and nothing is lost or half there.
load ../command/helpers
load ../command/flow
load faults

setup() {
  setup_folder
  # The helper looks for its hook from the folder of the commands' tests.
  source "$BATS_TEST_DIRNAME/../command/clones.bash"
}

note() { in_clone "$1" as "$2" note web01 -q -m "$3" >/dev/null; }

@test "killed before and after each git: the next exchange goes on" {
  office_with_clones head
  as staff open web01 -q -m slow >/dev/null
  synced work
  synced head
  killing_git
  note work staff one
  note head section-head one
  synced work
  counted never 0 in_clone head as section-head sync
  total=$(cat "$BATS_TEST_TMPDIR/count")
  [ "$total" -gt 10 ]
  for ((at = 1; at <= total; ++at)); do
    for when in before after; do
      note work staff "at $at $when"
      note head section-head "at $at $when"
      printf '# %s %s\n' "$at" "$when" >>hosts.yaml
      synced work
      counted "$when" "$at" in_clone head as section-head sync || true
      (cd "$BATS_TEST_TMPDIR/head" && all_whole && audited)
      rm -f "$BATS_TEST_TMPDIR/head/.git/index.lock" # of a git that jaga's end took with it
      status 0 in_clone head as section-head sync
      synced work
      diff hosts.yaml "$BATS_TEST_TMPDIR/head/hosts.yaml"
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
      note work staff "$call $at"
      note head section-head "$call $at"
      printf '# %s %s\n' "$call" "$at" >>hosts.yaml
      synced work
      in_clone head strace -o /dev/null -e "inject=$call:signal=KILL:when=$at" \
        "$JAGA" --key "$KEYS/section-head" sync >/dev/null 2>&1 || true
      (cd "$BATS_TEST_TMPDIR/head" && audited)
      status 0 in_clone head as section-head sync
      synced work
      diff hosts.yaml "$BATS_TEST_TMPDIR/head/hosts.yaml"
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
  umount "$BATS_TEST_TMPDIR/small"
}

@test "without a connection what is new is kept, and is sent when there is one" {
  office_with_clones head
  as staff open web01 -q -m slow >/dev/null
  mv "$SERVER" "$SERVER.away"
  status 69 as staff sync
  says "run 'jaga sync' again"
  status 69 as staff sync
  mv "$SERVER.away" "$SERVER"
  synced work
  synced head
  same_everywhere work head
}
