# What every run of the demo has to leave, looked at from outside. JAGA and JAGA_SOURCE are given.
: "${JAGA:?the program under test, as JAGA=build/dev/cmd/jaga}" "${JAGA_SOURCE:?the folder of the sources}"
JAGA=$(realpath "$JAGA")

# ended_well DIRECTORY: one incident, archived; sound, with jaga and without; nothing left running.
ended_well() {
  local bag check=$BATS_TEST_TMPDIR/check.sh
  cd "$1/office" || return 1
  [ "$(find incidents -mindepth 2 -maxdepth 2 | wc -l)" = 1 ]
  "$JAGA" status --all --json | grep -q '"finished": *true'
  [ "$(find incidents -name '*-archive.*.yaml' | wc -l)" = 1 ]
  find incidents -name '*-accept.*.yaml' -exec grep -q 'person: "division-head"' {} +
  find incidents -name '*-approve.*.yaml' -exec grep -q 'person: "section-head"' {} +
  "$JAGA" audit | grep -x sound
  "$JAGA" audit --script >"$check"
  sh "$check" .
  for bag in archive/*/; do
    "$JAGA" audit "$bag" | grep -x sound
    (cd "$bag" && sha256sum --quiet -c manifest-sha256.txt)
  done
  grep -lsF "$1" /proc/[0-9]*/cmdline >"$BATS_TEST_TMPDIR/running" || true # a process may end meanwhile
  [ ! -s "$BATS_TEST_TMPDIR/running" ]
}
