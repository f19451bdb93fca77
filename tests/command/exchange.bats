#!/usr/bin/env bats
# One exchange and one refusal; sync.bats and hostile_clone.bats, which are long, go through the rest.
load helpers
load flow
load clones

setup() { setup_folder; }

@test "what one clone opens another decides, and both have the same" {
  office_with_clones head
  analysed >/dev/null
  status 0 as staff sync
  says 'sent to origin: '
  status 0 in_clone head as section-head sync
  says 'received from origin: '
  in_clone head as section-head approve web01 -q --yes >/dev/null
  synced head
  synced work
  same_everywhere work head
  output=$(jaga status --json -a)
  says '"due": "repair"'
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
  good=$(tip)
  with_hook
  status 1 git -C "$BATS_TEST_TMPDIR/evil" push -q
  says "'$record'"
  says 'it was changed'
  [ "$(tip)" = "$good" ]
  without_hook
  git -C "$BATS_TEST_TMPDIR/evil" push -q
  status 65 in_clone head as section-head sync
  says "'$record'"
  says 'it was changed'
  status 0 in_clone head as section-head sync --restore
  synced work
  same_everywhere work head
}
