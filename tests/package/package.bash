# Loaded by the tests of the package, after helpers.bash.

# need_builder: a clone, a build to pack, and what packs it.
need_builder() {
  need dpkg-buildpackage dh git cmake
  [ "$(git -C "$JAGA_SOURCE" rev-parse --show-toplevel 2>/dev/null)" = "$(readlink -f "$JAGA_SOURCE")" ] ||
    skip 'the sources are not a clone of git'
  build=${JAGA%/cmd/jaga}
  [ -e "$build/cmake_install.cmake" ] || skip 'the program under test is in no build folder'
  [ -x "$build/cmd/fleet/jaga-worker" ] || skip 'the programs under test are built without libnats'
  grep -qx 'CMAKE_BUILD_TYPE:[A-Z]*=Release' "$build/CMakeCache.txt" ||
    skip 'the program under test is not built as it is installed (CMAKE_BUILD_TYPE=Release)'
}

# pack SOURCE FOLDER: makes the packages of the clone SOURCE from the build that is tested, and prints the path of jaga's.
pack() {
  "$1/script/package" --build "$build" --out "$2" >"$BATS_TEST_TMPDIR/packages" 2>"$BATS_TEST_TMPDIR/pack.log" ||
    { cat "$BATS_TEST_TMPDIR/pack.log" >&2; return 1; }
  [ "$(wc -l <"$BATS_TEST_TMPDIR/packages")" = 2 ] || return 1
  head -n 1 "$BATS_TEST_TMPDIR/packages"
}

# fleet_of DEB: the path of jaga-fleet beside the package of jaga
fleet_of() { printf '%s/jaga-fleet%s\n' "$(dirname "$1")" "$(basename "$1" | sed 's/^jaga//')"; }

# clone_source FOLDER: a clone of the sources with what is not committed yet, as one more commit.
clone_source() {
  git clone -q --no-local --depth 1 "file://$JAGA_SOURCE" "$1"
  git -C "$JAGA_SOURCE" ls-files -z --cached --others --exclude-standard |
    (cd "$JAGA_SOURCE" && while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done | tar -c --null -T -) |
    tar -x -C "$1"
  git -C "$1" add -A
  commit_at "$1" 2026-11-30T10:00:00Z
}

# commit_at CLONE TIME: an empty commit, or one of what is added.
commit_at() {
  GIT_COMMITTER_DATE=$2 GIT_AUTHOR_DATE=$2 git -C "$1" commit -q --allow-empty -m "at $2"
}
