#!/usr/bin/env bats
# A request goes to its signer and back on a memory stick, whose file system knows no hard links, no symbolic
# links, no owners and no modes.
load ../command/helpers
load ../command/flow
load faults

setup() { setup_folder; office; analysed; }

teardown() {
  cd /
  umount "$BATS_TEST_TMPDIR/stick" 2>/dev/null || true
}

# signs DIR: the section head reads the request in DIR and signs it, on another machine.
signs() {
  mkdir -p ../elsewhere
  (cd ../elsewhere && HOME=$PWD XDG_STATE_HOME=$PWD/state "${without[@]}" "$JAGA" --key "$KEYS/section-head" \
    sign "$1" --yes)
}

# carried DIR: written there, signed there, imported from there.
carried() {
  status 0 "${without[@]}" "$JAGA" --key "$KEYS/staff" --as section-head approve web01 --request "$1"
  [ -f "$1/record.yaml" ]
  [ -f "$1/incident/$(cd incidents/*/*/ && echo 0002-analyze.*.yaml)" ]
  status 0 signs "$1"
  [ -f "$1/record.yaml.sig" ]
  status 0 signs "$1"
  says 'already signed'
  status 0 as staff import "$1"
  ls incidents/*/*/0003-approve.*.yaml
  status 0 jaga audit
  [ -z "$(find "$1" -name '.jaga-*')" ]
}

@test "on a FAT file system" {
  [ "$(id -u)" = 0 ] || cannot 'only root can mount an image'
  command -v mkfs.vfat >/dev/null || skip 'no mkfs.vfat (dosfstools)'
  truncate -s 16M "$BATS_TEST_TMPDIR/image"
  mkfs.vfat "$BATS_TEST_TMPDIR/image" >/dev/null
  mkdir "$BATS_TEST_TMPDIR/stick"
  mount -o loop "$BATS_TEST_TMPDIR/image" "$BATS_TEST_TMPDIR/stick" 2>/dev/null || no_loop=1
  [ -z "${no_loop-}" ] || skip 'no FAT image can be mounted here'
  without=(env)
  carried "$BATS_TEST_TMPDIR/stick/request"
}

@test "where links and modes are refused, as FAT does" {
  tracing
  without=(strace -f -o /dev/null -e 'trace=link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,fchownat'
    -e 'inject=link,linkat,symlink,symlinkat,chmod,fchmod,fchmodat,chown,fchown,fchownat:error=EPERM')
  carried "$BATS_TEST_TMPDIR/request"
}
