# Several clones of one office and a server between them. Load after helpers and flow.

# office_with_clones NAME...: the office in $BATS_TEST_TMPDIR/work, a bare repository $SERVER that it has sent to, and
# a clone of it in $BATS_TEST_TMPDIR/NAME for each.
office_with_clones() {
  local name
  need git
  office
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: web02, address: 127.0.0.2}\n' >hosts.yaml
  SERVER=$BATS_TEST_TMPDIR/server.git
  git init -q --bare -b main "$SERVER"
  GENESIS=sha256:$(sha256sum register/0001-*.yaml | cut -c1-64)
  git -C "$SERVER" config jaga.genesis "$GENESIS"
  as staff sync -q "$SERVER" >/dev/null
  for name; do clone_of_office "$name"; done
}
clone_of_office() { in_state "$1" "$JAGA" clone -q "$SERVER" "$BATS_TEST_TMPDIR/$1" --genesis "$GENESIS" >/dev/null; }

# Each clone is on a machine of its own, as far as the account's state goes.
in_state() { # in_state NAME COMMAND...
  local name=$1
  shift
  XDG_STATE_HOME="$BATS_TEST_TMPDIR/state-of-$name" "$@"
}
in_clone() { # in_clone NAME COMMAND...
  local name=$1
  shift
  (cd "$BATS_TEST_TMPDIR/$name" && if [ "$name" = work ]; then "$@"; else in_state "$name" "$@"; fi)
}
# synced NAME [OPTION]...: the clone exchanges; its person is section-head in head*, division-head in division*.
key_of() { case $1 in head*) echo section-head ;; division*) echo division-head ;; *) echo staff ;; esac; }
synced() {
  local name=$1
  shift
  in_clone "$name" as "$(key_of "$name")" sync -q "$@" >/dev/null
}

# The server asks jaga, or the script for servers without it.
with_hook() {
  mkdir -p "$SERVER/hooks"
  printf '#!/bin/sh\nexec "%s" sync --hook\n' "$JAGA" >"$SERVER/hooks/pre-receive"
  chmod +x "$SERVER/hooks/pre-receive"
}
with_plain_hook() {
  mkdir -p "$SERVER/hooks"
  cp "$BATS_TEST_DIRNAME/../../script/pre-receive" "$SERVER/hooks/pre-receive"
  chmod +x "$SERVER/hooks/pre-receive"
}
without_hook() { rm -f "$SERVER/hooks/pre-receive"; }

tip() { git -C "$SERVER" rev-parse main; }
# Every record and its like in a clone, with its digest.
records_of() {
  (cd "$BATS_TEST_TMPDIR/$1" && find register incidents seals papers summaries -type f 2>/dev/null | sort | xargs sha256sum)
}
same_everywhere() { # same_everywhere NAME...
  local name
  records_of "$1" >"$BATS_TEST_TMPDIR/expected"
  for name; do
    records_of "$name" | diff "$BATS_TEST_TMPDIR/expected" - >&2
    in_clone "$name" status 0 "$JAGA" audit
  done
}

# verified_in_two_clones: an incident is analysed and repaired in work, approved and verified in head, which has not
# sent that yet.
verified_in_two_clones() {
  analysed >/dev/null
  status 0 as staff sync
  says 'sent to origin: '
  status 0 in_clone head as section-head sync
  says 'received from origin: '
  in_clone head as section-head approve web01 -q --yes >/dev/null
  synced head
  synced work
  as staff repair web01 -q --by-hand -m 'cable replaced' >/dev/null
  synced work
  synced head
  in_clone head as section-head verify web01 -q --yes --override 'nothing measures it' >/dev/null
}
# finished_everywhere NAME...: they hold the same, and say the same of the incident, which has ended.
finished_everywhere() {
  local name
  same_everywhere "$@"
  for name; do
    in_clone "$name" jaga status --json -a >"$BATS_TEST_TMPDIR/status-of-$name"
    diff "$BATS_TEST_TMPDIR/status-of-$1" "$BATS_TEST_TMPDIR/status-of-$name" >&2
  done
  grep -q '"finished": true' "$BATS_TEST_TMPDIR/status-of-$1"
}

# git, which counts how often it is run and kills jaga before or after the K-th.
killing_git() {
  mkdir -p "$BATS_TEST_TMPDIR/bin"
  cat >"$BATS_TEST_TMPDIR/bin/git" <<G
#!/bin/sh
count=\$((\$(cat "$BATS_TEST_TMPDIR/count") + 1))
echo "\$count" >"$BATS_TEST_TMPDIR/count"
if [ "\$count" = "\$KILL_AT" ] && [ "\$KILL" = before ]; then kill -9 "\$PPID"; exit 1; fi
$(command -v git) "\$@"
code=\$?
if [ "\$count" = "\$KILL_AT" ] && [ "\$KILL" = after ]; then kill -9 "\$PPID"; fi
exit "\$code"
G
  chmod +x "$BATS_TEST_TMPDIR/bin/git"
}
counted() { # counted KILL AT COMMAND...
  echo 0 >"$BATS_TEST_TMPDIR/count"
  KILL=$1 KILL_AT=$2 PATH="$BATS_TEST_TMPDIR/bin:$PATH" "${@:3}" >/dev/null 2>&1
}

# both_write TEXT: something new of each kind in work, which sends it, and a note in head.
both_write() {
  as staff note web01 -q -m "$1" >/dev/null
  in_clone head as section-head note web01 -q -m "$1" >/dev/null
  printf '# %s\n' "$1" >>hosts.yaml
  synced work
}
# runs_of_git NAME: how many gits an exchange of that clone starts.
runs_of_git() {
  counted never 0 in_clone "$1" as "$(key_of "$1")" sync || return
  [ "$(cat "$BATS_TEST_TMPDIR/count")" -gt 10 ] || return
  cat "$BATS_TEST_TMPDIR/count"
}
# goes_on: after a death in head both exchange, and neither misses anything.
goes_on() {
  rm -f "$BATS_TEST_TMPDIR/head/.git/index.lock" # of a git that jaga's end took with it
  status 0 in_clone head as section-head sync
  synced work
  diff hosts.yaml "$BATS_TEST_TMPDIR/head/hosts.yaml"
}
