#!/usr/bin/env bats
# Acknowledged means that it survives a power cut. The working directory lies on an ext4 image; what the image
# holds the moment a command has ended is what a machine finds after the cut: it is copied, and the copy is
# mounted, which replays the journal.
load ../command/helpers
load ../command/flow
load faults

setup() {
  setup_folder
  [ "$(id -u)" = 0 ] || cannot 'only root can mount an image'
  command -v mkfs.ext4 >/dev/null || cannot 'no mkfs.ext4'
  image=$BATS_TEST_TMPDIR/image
  truncate -s 24M "$image"
  mkfs.ext4 -q -F "$image"
  mkdir "$BATS_TEST_TMPDIR/disk" "$BATS_TEST_TMPDIR/after"
  # commit=300: the file system must not save us by itself.
  mount -o loop,commit=300 "$image" "$BATS_TEST_TMPDIR/disk" 2>/dev/null || no_loop=1
  # A container without loop devices, or not allowed to use them, cannot; that is not a failure of jaga.
  [ -z "${no_loop-}" ] || skip 'no loop device can be mounted here'
  mkdir "$BATS_TEST_TMPDIR/disk/work"
  cd "$BATS_TEST_TMPDIR/disk/work" || return 1
}

teardown() {
  cd /
  umount "$BATS_TEST_TMPDIR/after" 2>/dev/null || true
  umount "$BATS_TEST_TMPDIR/disk" 2>/dev/null || true
}

# survives: what is recorded now is there, byte for byte, after a cut now.
survives() {
  local file lost=0
  cp --sparse=always "$image" "$image.cut"
  mount -o loop "$image.cut" "$BATS_TEST_TMPDIR/after"
  while read -r file; do
    cmp -s "$file" "$BATS_TEST_TMPDIR/after/work/$file" || { echo "lost: $file" >&2; lost=1; }
    cmp -s "$file.sig" "$BATS_TEST_TMPDIR/after/work/$file.sig" || { echo "lost: $file.sig" >&2; lost=1; }
  done < <(records)
  while read -r file; do
    cmp -s "$file" "$BATS_TEST_TMPDIR/after/work/$file" || { echo "lost: $file" >&2; lost=1; }
  done < <(find incidents register -path '*evidence/*' -type f)
  if [ "$lost" = 0 ]; then
    (cd "$BATS_TEST_TMPDIR/after/work" && XDG_STATE_HOME=$BATS_TEST_TMPDIR/fresh jaga audit >&2) || lost=1
  fi
  umount "$BATS_TEST_TMPDIR/after"
  rm "$image.cut"
  return "$lost"
}

@test "after each acknowledged record of a procedure" {
  office
  survives
  as staff open web01 -q -m slow >id
  survives
  as staff note web01 -q -m 'by telephone' >/dev/null
  survives
  echo photo >photo
  as staff evidence add web01 photo -q
  survives
  as staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m 'by hand' >/dev/null
  survives
  as section-head approve web01 -q --yes >/dev/null
  survives
  as staff repair web01 -q --by-hand -m 'cable replaced' >/dev/null
  survives
  as staff seal -q
  survives
  as staff person change section-head -q --name 'Section head'
  survives
  # The proof can fail: the same without fsync loses what it acknowledged.
  if command -v strace >/dev/null; then
    strace -f -o /dev/null -e trace=fsync -e inject=fsync:retval=0 "$JAGA" --key "$KEYS/staff" note web01 -q -m lost
    if survives 2>/dev/null; then
      echo 'nothing was lost without fsync: this test proves nothing' >&2
      return 1
    fi
  fi
}
