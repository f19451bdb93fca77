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
  run ! grep -lsF "$1" /proc/[0-9]*/cmdline
}

# plain: what differs from demo to demo (ids, keys, digests, times, paths) is taken out.
plain() {
  sed -E 's,/[^ ]*/(office|to-sign|people)\b,BASE/\1,g; s/sha256:[0-9a-f]{64}/DIGEST/g; s/SHA256:[A-Za-z0-9+/]{43}/KEY/g
    s/[0-9]{8}-web01-[0-9a-z]{6}(-[0-9a-z]{4})?/INCIDENT/g; s,incidents/[0-9]{4}-[0-9]{2}/,incidents/MONTH/,
    s/(-[a-z-]+)\.[0-9a-z]{6}\.yaml/\1.ID.yaml/; s,rounds/.*,ROUND,; s/[0-9]+ checks/N checks/; s/machine-id [0-9a-f]{32}/machine-id ID/
    s/[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}/TIME/g; s/[0-9]+m?s ago/AGE ago/; s/[0-9]+ KiB/SIZE/g; s/[ ]+$//'
}

# tour_of FILE: every line that the README's tour shows, but its '...', is in the demo's output, in that order.
tour_of() {
  sed -n '/^## A tour/,/^## Sharing/s/^    //p' "$JAGA_SOURCE/README.md" | grep -vE '^ *(\| )?\.\.\.$' | plain >"$BATS_TEST_TMPDIR/tour"
  [ "$(wc -l <"$BATS_TEST_TMPDIR/tour")" -gt 50 ]
  plain <"$1" | awk -v tour="$BATS_TEST_TMPDIR/tour" '
    BEGIN { while ((getline line < tour) > 0) lines[++count] = line; at = 1 }
    at <= count && $0 == lines[at] { at++ }
    END { if (at <= count) { print "the demo does not print this line of the tour (any more): " lines[at]; exit 1 } }'
}
