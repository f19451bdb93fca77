#!/usr/bin/env bats
# script/package makes the same bytes of the same files: as a person runs it, which compiles, and of one build.
bats_require_minimum_version 1.5.0
load ../command/helpers
load package

setup() {
  setup_folder
  need_builder
}

# A compiler's cache may serve the first build; the second one compiles everything.
@test "compiled in two folders with another number of jobs: the same bytes" {
  clone_source "$PWD/source"
  git clone -q source another-folder
  local first second
  first=$(source/script/package | head -n 1)
  second=$(CCACHE_DISABLE=1 taskset -c 0 another-folder/script/package --out "$PWD/out" | head -n 1)
  cmp "$first" "$second"
  cmp "$(fleet_of "$first")" "$(fleet_of "$second")"
  dpkg-deb -x "$second" x
  run -0 x/usr/bin/jaga --version
  run ! grep -aF "$BATS_TEST_TMPDIR" x/usr/bin/jaga
}

@test "packed in another folder, by another umask, time zone and language: the same bytes" {
  clone_source "$PWD/source"
  git clone -q source elsewhere
  local first second
  first=$(pack "$PWD/source" "$PWD/out")
  second=$(umask 077 && TZ=Asia/Makassar LC_ALL=C pack "$PWD/elsewhere" "$PWD/another/much/longer/name")
  cmp "$first" "$second"
  cmp "$(fleet_of "$first")" "$(fleet_of "$second")"
}
