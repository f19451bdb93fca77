#!/usr/bin/env bats
# One incident, one refusal and one death; sync.bats, hostile_clone.bats and fault/sync.bats, which are long, go through
# the rest.
load helpers
load flow
load clones

setup() { setup_folder; }

@test "an incident goes through three clones and a bare repository, each step on another machine" {
  office_with_clones head division
  verified_in_two_clones
  synced head
  synced division
  in_clone division as division-head accept web01 -q --yes >/dev/null
  synced division
  synced work
  as staff archive web01 -q --no-part >/dev/null
  for name in work head division head; do synced "$name"; done
  finished_everywhere work head division
}

@test "the first address is origin once an exchange with it succeeded, and its password is not shown" {
  need git
  office
  for address in ../absent.git https://bob:secret@127.0.0.1:1/jaga.git; do
    status 69 as staff sync "$address"
    [[ $output != *secret* ]]
    status 1 git config remote.origin.url
    status 69 jaga clone "$address" ../new --genesis "$(printf '%064d' 1)"
    [[ $output != *secret* ]]
  done
  git init -q --bare -b main ../server.git
  status 0 as staff sync ../server.git
  [ "$(git config remote.origin.url)" = "$BATS_TEST_TMPDIR/server.git" ]
  status 0 as staff sync
  says "nothing new here or in 'origin'"
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

# bats test_tags=long
@test "an exchange that is killed leaves a clone that works" {
  office_with_clones head
  incident
  synced work
  synced head
  killing_git
  as staff note web01 -q -m 'before all' >/dev/null
  synced work
  total=$(runs_of_git head)
  for at in $((total / 4)) $((total / 2)) $((total * 3 / 4)) "$total"; do
    both_write "at $at"
    counted before "$at" in_clone head as section-head sync || true
    in_clone head status 0 jaga audit
    goes_on
  done
  same_everywhere work head
}
