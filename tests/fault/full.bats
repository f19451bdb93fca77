#!/usr/bin/env bats
# A file system without room: the command says so, and nothing of it is half there.
load ../command/helpers
load ../command/flow
load faults

setup() {
  setup_folder
  [ "$(id -u)" = 0 ] || cannot 'only root can mount a small file system'
  mkdir "$BATS_TEST_TMPDIR/small"
  mount -t tmpfs -o size=2M,mode=755 small "$BATS_TEST_TMPDIR/small" 2>/dev/null || cannot 'no tmpfs can be mounted'
  mkdir "$BATS_TEST_TMPDIR/small/work"
  cd "$BATS_TEST_TMPDIR/small/work" || return 1
}
teardown() {
  cd /
  umount "$BATS_TEST_TMPDIR/small" 2>/dev/null || true
}

@test "a full tmpfs, and one with room for a part" {
  office
  analysed
  before=$(records | wc -l)
  # From no room at all upwards, page by page, until all of it fits.
  for pages in 0 1 2 3; do
    rm -f ../filler
    dd if=/dev/zero of=../filler bs=4096 count=4096 2>/dev/null || true
    truncate -s "-$((pages * 4096))" ../filler
    for command in 'staff note web01 -m slow' 'section-head approve web01 --yes' 'staff seal'; do
      code=0
      # shellcheck disable=SC2086  # words
      as $command >/dev/null 2>"$BATS_TEST_TMPDIR/err" || code=$?
      all_whole
      if [ "$code" = 0 ]; then
        [ "$(records | wc -l)" -gt "$before" ]
        before=$(records | wc -l)
        continue
      fi
      # 77: approved already, with a few pages more
      case $code in 73 | 74) grep -q 'No space left' "$BATS_TEST_TMPDIR/err" ;; 77) [ "$pages" -gt 0 ] ;; *) cat "$BATS_TEST_TMPDIR/err" >&2; false ;; esac
      [ "$(records | wc -l)" = "$before" ]
    done
    [ "$pages" != 0 ] || [ "$code" = 74 ]
  done
  rm ../filler
  as staff note web01 -q -m 'room again' >/dev/null
  audited
}
