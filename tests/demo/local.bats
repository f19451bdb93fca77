#!/usr/bin/env bats
bats_require_minimum_version 1.5.0
load ended

@test "without the right to make namespaces: on this machine alone, and it says so" {
  # As a user who may not, where this is root: the demo itself has to find out.
  without=()
  if [ "$(id -u)" = 0 ]; then
    without=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)
    chmod o+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_TEST_TMPDIR/.." 2>/dev/null || true
  fi
  home=$(mktemp -d /tmp/jaga-demo-test.XXXXXX)
  chmod 777 "$home"
  status=0
  HOME=$home "${without[@]}" "$JAGA_SOURCE/script/demo" --jaga "$JAGA" "$home/demo" \
    >"$BATS_TEST_TMPDIR/out" 2>&1 </dev/null 3>&- || status=$?
  cat "$BATS_TEST_TMPDIR/out"
  [ "$status" = 0 ]
  grep -q 'on this machine alone' "$BATS_TEST_TMPDIR/out"
  grep -q 'web tcp:[0-9]*: ok' "$BATS_TEST_TMPDIR/out"
  cd "$home/demo/office"
  HOME=$home "${without[@]}" "$JAGA" audit | grep -x sound
  chmod -R a+rwX "$home"
  rm -rf "$home"
}
