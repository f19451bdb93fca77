#!/usr/bin/env bats
# jaga-tutorial(7), in English and in Indonesian: every command of the page is typed at a terminal, in order, with the
# answers that the page gives; each ends and prints as the page shows. JAGA and JAGA_SOURCE are given.
bats_require_minimum_version 1.5.0
load ended

setup() {
  unset SSH_AUTH_SOCK JAGA_KEY JAGA_PERSON JAGA_DIR XDG_CONFIG_HOME XDG_STATE_HOME BASH_ENV
  JAGA_LAB=$(mktemp -d /tmp/jaga-lab.XXXXXX)
  export JAGA_LAB HOME=$BATS_TEST_TMPDIR/home LC_ALL=C.UTF-8 NO_COLOR=1
  mkdir -p "$HOME" "$BATS_TEST_TMPDIR/clone/build/release/cmd"
  # A clone in which the program under test is the one that was built.
  ln -s "$JAGA" "$BATS_TEST_TMPDIR/clone/build/release/cmd/jaga"
  ln -s "$JAGA_SOURCE/tests" "$BATS_TEST_TMPDIR/clone/tests"
  cd "$BATS_TEST_TMPDIR/clone" || return 1
}
teardown() {
  [ ! -e "$JAGA_LAB/lock" ] || "$JAGA_SOURCE/tests/lab/lab" down </dev/null
  [ ! -d "$JAGA_LAB" ] || rmdir "$JAGA_LAB"
}

# masked: what differs from run to run (ids, keys, digests, times, sizes) is taken out, of the page and of the terminal.
masked() {
  sed -E 's/sha256:(\.\.\.|[0-9a-f]{64})/DIGEST/g; s/SHA256:(\.\.\.|[A-Za-z0-9+/]{43})/KEY/g; s/[0-9]{8}-web01-[0-9a-z]{6}/INCIDENT/g
    s,incidents/[0-9]{4}-[0-9]{2}/,incidents/MONTH/,; s/monthly-[0-9]{4}-[0-9]{2}/monthly-MONTH/; s/(-[a-z-]+)\.[0-9a-z]{6}\.yaml/\1.ID.yaml/
    s,rounds/.*,ROUND,; s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}/TIME/g; s/[0-9]+ (checks|pemeriksaan)/N \1/; s/[ ]+$//'
}

# compared SHOWN TYPED: what the page shows is what was typed and printed.
compared() { awk -v page="$1" -f "$BATS_TEST_DIRNAME/transcript.awk" "$2"; }

no_right() {
  [ "${CI-}" != true ] || { echo "no right to make namespaces" >&2; return 1; }
  skip "no right to make namespaces"
}

# follow PAGE
follow() {
  local shown=$BATS_TEST_TMPDIR/shown typed=$BATS_TEST_TMPDIR/typed status=0
  if [ "$(id -u)" != 0 ] && ! sudo -n true </dev/null 2>/dev/null; then no_right; fi # sudo would ask for a password
  awk -f "$BATS_TEST_DIRNAME/transcript.awk" "$1" >"$shown"
  # Each of the page's lines that look like a command is one of them.
  [ "$(grep -cE '^(\.Dl )?\$ ' "$1")" = "$(grep -c '^\$ ' "$shown")" ]
  [ "$(grep -c '^\$ ' "$shown")" -gt 30 ]
  sed -nE 's/^> .*\[y\/[NT]\] (.*)/\1/p' "$shown" >"$shown.answers"
  grep '^[$=] ' "$shown" >"$shown.commands"
  # One shell for all of them. It stops where a command ends with another status than on the page.
  cat >"$BATS_TEST_TMPDIR/session" <<'SESSION'
exec 8<"$1"
while IFS= read -r line <&8 && IFS= read -r wanted <&8; do
  printf '\1%s\n' "$line"
  eval "${line#??}" 8<&-
  status=$?
  printf '\1= %s\n' "$status"
  [ "= $status" = "$wanted" ] || exit "$status"
done
SESSION
  "$BATS_TEST_DIRNAME/answering" "$shown.answers" bash "$BATS_TEST_TMPDIR/session" "$shown.commands" \
    >"$typed.raw" </dev/null 3>&- || status=$?
  # Progress is rewritten in its line.
  sed -E 's/\r$//; s/.*(\r|\x1b\[K)//; /^\x01/!s/^/> /; s/^\x01//' "$typed.raw" | masked >"$typed"
  # The second command is `lab up`.
  if [ "$status" = 77 ] && [ "$(grep -c '^\$ ' "$typed")" = 2 ]; then no_right; fi
  masked <"$shown" >"$shown.masked"
  [ "$(wc -l <"$shown.masked")" = "$(wc -l <"$shown")" ]
  [ "$(wc -l <"$typed")" -gt 100 ]
  compared "$shown.masked" "$typed"
  [ "$status" = 0 ]
  # A page that shows something else is noticed.
  sed 's/99%/98%/' "$shown.masked" >"$shown.wrong"
  run ! cmp -s "$shown.masked" "$shown.wrong"
  run ! compared "$shown.wrong" "$typed"
  # Nothing is left of what the page makes.
  [ ! -e "$HOME/jaga-tutorial" ]
  [ ! -e "$JAGA_LAB" ]
}

# bats test_tags=long
@test "every command of jaga-tutorial(7) does what the page shows" {
  follow "$JAGA_SOURCE/man/jaga-tutorial.7"
}

@test "every command of the Indonesian jaga-tutorial(7) does what the page shows" {
  command -v po4a >/dev/null || skip "no po4a here"
  "$JAGA_SOURCE/man/translate" "$BATS_TEST_TMPDIR/manual"
  follow "$BATS_TEST_TMPDIR/manual/id/jaga-tutorial.7"
}
