#!/usr/bin/env bats
# One incident, one refusal and one death; sync.bats, hostile_clone.bats and fault/sync.bats, which are long, go through
# the rest.
load helpers
load flow
load clones

setup() { setup_folder; }

@test "an incident goes through three clones and a bare repository, each step on another machine" {
  office_with_clones head division
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
  synced head
  synced division
  in_clone division as division-head accept web01 -q --yes >/dev/null
  synced division
  synced work
  as staff archive web01 -q --no-part >/dev/null
  for name in work head division head; do synced "$name"; done
  same_everywhere work head division
  for name in work head division; do
    in_clone "$name" jaga status --json -a >"$BATS_TEST_TMPDIR/status-of-$name"
    diff "$BATS_TEST_TMPDIR/status-of-work" "$BATS_TEST_TMPDIR/status-of-$name" >&2
  done
  output=$(jaga status --json -a)
  says '"finished": true'
}

@test "a record that was rewritten is refused by the hook and by a clone, which restores it" {
  office_with_clones head
  incident
  synced work
  synced head
  git clone -q "$SERVER" "$BATS_TEST_TMPDIR/evil"
  record=$(find incidents -name '0001-*.yaml')
  sed -i 's/slow/fast/' "$BATS_TEST_TMPDIR/evil/$record"
  git -C "$BATS_TEST_TMPDIR/evil" -c user.name=x -c user.email=x@y commit -qam evil
  bad=$(git -C "$BATS_TEST_TMPDIR/evil" rev-parse --short=12 HEAD)
  good=$(tip)
  with_hook
  status 1 git -C "$BATS_TEST_TMPDIR/evil" push -q
  says "'$record'"
  says 'it was changed'
  [ "$(tip)" = "$good" ]
  without_hook
  git -C "$BATS_TEST_TMPDIR/evil" push -q
  status 65 in_clone head as section-head sync
  says "'$record': it was changed (commit $bad, whose author field says t <t@localhost>)"
  records_of work >"$BATS_TEST_TMPDIR/expected"
  records_of head | diff "$BATS_TEST_TMPDIR/expected" - >&2
  status 0 in_clone head as section-head sync --restore
  says "restored $record"
  synced work
  same_everywhere work head
}

@test "an exchange that is killed leaves a clone that works" {
  office_with_clones head
  incident
  synced work
  synced head
  killing_git
  as staff note web01 -q -m 'before all' >/dev/null
  synced work
  counted never 0 in_clone head as section-head sync
  total=$(cat "$BATS_TEST_TMPDIR/count")
  [ "$total" -gt 10 ]
  for at in $((total / 4)) $((total / 2)) $((total * 3 / 4)) "$total"; do
    as staff note web01 -q -m "at $at" >/dev/null
    in_clone head as section-head note web01 -q -m "at $at" >/dev/null
    printf '# %s\n' "$at" >>hosts.yaml
    synced work
    counted before "$at" in_clone head as section-head sync || true
    in_clone head status 0 jaga audit
    rm -f "$BATS_TEST_TMPDIR/head/.git/index.lock" # of a git that jaga's end took with it
    status 0 in_clone head as section-head sync
    synced work
    diff hosts.yaml "$BATS_TEST_TMPDIR/head/hosts.yaml"
  done
  same_everywhere work head
}
