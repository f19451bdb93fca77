#!/usr/bin/env bats
# What script/test runs and says: run-bats over a file, and results.awk over logs as ctest writes them.
setup() {
  cd "$BATS_TEST_TMPDIR" || return 1
  : >log
}

# summary: lines of ctest's summary, with the labels that newer ones add.
summary() { printf '\t %s\n' "$@" >summary; }
# logged NAME: standard input is what the test NAME has printed.
logged() { { printf '1/9 Testing: %s\n1/9 Test: %s\nOutput:\n---\n' "$1" "$1"; cat; printf '<end of output>\nTest time = 1 sec\n'; } >>log; }
told() { awk -f "$JAGA_SOURCE/tests/results.awk" summary log; }

@test "of bats: each test that failed, with its lines" {
  summary '3 - command.note (Failed)    command'
  logged command.note <<'L'
1..3
ok 1 a note
not ok 2 a note without text
# (in test file note.bats, line 7)
#   `says missing' failed
ok 3 a long note
# 0m1.000s user, 0m1.000s system
L
  diff <(told) - <<'L'
Failed, and where:
  command.note: 2 a note without text
      # (in test file note.bats, line 7)
      #   `says missing' failed
L
}

@test "of doctest: each check that failed, with its values" {
  summary '8 - unit.ssh (Failed)'
  logged unit.ssh <<'L'
0.1 s: another one
===
x_test.cpp:5:
TEST CASE:  a script

x_test.cpp:9: ERROR: CHECK( a == b ) is NOT correct!
  values: CHECK( 1 == 2 )

x_test.cpp:11: FATAL ERROR: test case CRASHED: SIGSEGV

0.2 s: a script
L
  diff <(told) - <<'L'
Failed, and where:
  unit.ssh: a script
      x_test.cpp:9: ERROR: CHECK( a == b ) is NOT correct!
        values: CHECK( 1 == 2 )
  unit.ssh: a script
      x_test.cpp:11: FATAL ERROR: test case CRASHED: SIGSEGV
L
}

@test "of any other program, or one that ended silently: its last lines" {
  summary '1 - lint.man (Failed)' '2 - unit.late (Timeout)'
  seq 30 | logged lint.man
  logged unit.late <<<'0.1 s: the one before the one that hangs'
  diff <(told) <(printf 'Failed, and where:\n  lint.man\n'; seq 11 30 | sed 's/^/      /'
    printf '  unit.late\n      0.1 s: the one before the one that hangs\n')
}

@test "what was skipped, in a test of which the rest ran and as a whole; nothing of what passed" {
  summary '4 - lab.ping (Skipped)    lab'
  logged command.init <<'L'
ok 1 a folder
ok 2 a folder that cannot be written # skip root writes everywhere
L
  logged unit.probe <<'L'
x_test.cpp:5:
TEST CASE:  raw sockets

x_test.cpp:9: MESSAGE: not tested: no right
L
  logged lab.ping <<<'no right to make namespaces'
  diff <(told) - <<'L'
Skipped, and why:
  command.init: a folder that cannot be written: root writes everywhere
  unit.probe: raw sockets: no right
  lab.ping: no right to make namespaces
L
  : >log
  : >summary
  [ -z "$(told)" ]
}

@test "a test that is tagged long runs where JAGA_TEST_ALL is 1, and only there" {
  printf '%s\n' '@test "short" { true; }' '# bats test_tags=long' '@test "tagged" { false; }' >some.bats
  run env -u JAGA_TEST_ALL "$JAGA_SOURCE/tests/run-bats" some.bats
  [ "$status" = 0 ]
  [[ $output == *'ok 1 short'* ]] && [[ $output != *tagged* ]]
  run env JAGA_TEST_ALL=1 "$JAGA_SOURCE/tests/run-bats" some.bats
  [ "$status" = 1 ]
  [[ $output == *'not ok 2 tagged'* ]]
}
