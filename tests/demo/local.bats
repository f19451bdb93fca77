#!/usr/bin/env bats
# On this machine alone, as a user who may not make namespaces: where this is root, as one without any right. The
# program and the scripts are copied to where that user can read them: a clone of root's may be closed to others.
bats_require_minimum_version 1.5.0
load ended

setup() {
  place=$(mktemp -d /tmp/jaga-demo-test.XXXXXX)
  mkdir -p "$place/clone/tests" "$place/home"
  cp -r "$JAGA_SOURCE/script" "$place/clone/"
  cp -r "$JAGA_SOURCE/tests/lab" "$place/clone/tests/"
  cp "$JAGA" "$place/clone/jaga"
  chmod -R u+rwX,go+rX "$place"
  chmod 777 "$place/home"
  without=()
  if [ "$(id -u)" = 0 ]; then
    without=(setpriv --reuid 65534 --regid 65534 --clear-groups --bounding-set -all --inh-caps -all)
  fi
}
teardown() { rm -rf "$place"; }

# demo ARGUMENT...: its status in $status, what it says in $said.
demo() {
  said=$BATS_TEST_TMPDIR/said
  status=0
  (cd "$place" && env -u CI HOME="$place/home" TMPDIR="$place/home" "${without[@]}" \
    ./clone/script/demo --jaga ./clone/jaga "$@") >"$said" 2>&1 </dev/null 3>&- || status=$?
  cat "$said"
}

@test "without the right to make namespaces: on this machine alone, and it says so" {
  demo "$place/home/demo"
  [ "$status" = 0 ]
  grep -q 'on this machine alone' "$said"
  run ! grep -q $'\e' "$said" # colour only on a terminal
  grep -q 'web tcp:[0-9]*: ok' "$said"
  cd "$place/home/demo/office"
  HOME=$place/home "${without[@]}" "$place/clone/jaga" audit | grep -x sound
}

@test "over the lab or not at all: refused without the right to, and it leaves no folder behind" {
  if [ "$(id -u)" != 0 ] && sudo -n true 2>/dev/null; then skip "this user may become root, and so make them"; fi
  demo --lab "$place/home/demo"
  [ "$status" = 77 ]
  [ ! -e "$place/home/demo" ]
}
