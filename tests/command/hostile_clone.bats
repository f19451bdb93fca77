#!/usr/bin/env bats
# A clone whose owner is hostile pushes with git by hand. What it tries is refused by the server's hook, by the hook
# for servers without jaga where that can see it, and by every other clone where the server has none; and all go on.
load helpers
load flow
load clones

setup() {
  setup_folder
  office_with_clones head
  incident
  as staff note web01 -q -m 'a remark' >/dev/null
  synced work
  synced head
  git clone -q "$SERVER" "$BATS_TEST_TMPDIR/evil"
  GOOD=$(tip)
  HEAD=$(git -C "$BATS_TEST_TMPDIR/head" rev-parse HEAD)
  RECORD=$(find incidents -name '0001-*.yaml')
  INCIDENT=${RECORD%/*}
  records_of head >"$BATS_TEST_TMPDIR/before"
}

# In the name of somebody else.
evil() { (cd "$BATS_TEST_TMPDIR/evil" && GIT_AUTHOR_NAME='Head of Section' GIT_AUTHOR_EMAIL=head@office "$@"); }
# pushed COMMIT: by force, past every check of git's.
pushed() { git -C "$BATS_TEST_TMPDIR/evil" -c transfer.fsckObjects=false push -q --force origin "$1:refs/heads/main"; }
fresh() { evil git reset -q --hard "$GOOD" && evil git clean -qfdx; }
committed() { evil git add -A -f && evil git commit -qm evil && evil git rev-parse HEAD; }

# written_by NAME PERSON COMMAND...: jaga in the hostile clone, in the state NAME.
written_by() { (cd "$BATS_TEST_TMPDIR/evil" && in_state "$1" "$JAGA" --key "$KEYS/$2" "${@:3}" -q >/dev/null); }
# new_record FOLDER: the one that git does not know yet.
new_record() { evil git status --porcelain -uall | sed -n "s,^?? \\($1.*yaml\\)\$,\\1,p"; }
# resigned FILE KEY: what was changed in it is signed again.
resigned() {
  evil rm -f "$1.sig"
  evil ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/$2" "$1"
}

# attacked PATH WHY [plain]: the last commit of the hostile clone is refused, with this path and reason. `plain`: by the
# hook without jaga too.
attacked() {
  local path=$1 why=$2 plain=${3-} bad
  bad=$(evil git rev-parse HEAD)
  with_hook
  status 1 pushed "$bad"
  says "$path"
  says "$why"
  [ "$(tip)" = "$GOOD" ]
  if [ "$plain" = plain ]; then
    with_plain_hook
    status 1 pushed "$bad"
    says "$path"
    [ "$(tip)" = "$GOOD" ]
  fi
  without_hook
  pushed "$bad"
  status 65 in_clone head as section-head sync
  says "$path"
  says "$why"
  says "(commit ${bad:0:12}, whose author field says Head of Section <head@office>)"
  says 'jaga sync --restore'
  # Nothing came, and who steps in restores it for all.
  records_of head | diff "$BATS_TEST_TMPDIR/before" - >&2
  [ "$(git -C "$BATS_TEST_TMPDIR/head" rev-parse HEAD)" = "$HEAD" ]
  status 0 in_clone head as section-head sync --restore
  [ "$(tip)" != "$bad" ]
  with_hook
  status 0 as staff sync
  same_everywhere work head
  # The next attack begins from here.
  without_hook
  GOOD=$(tip)
  HEAD=$(git -C "$BATS_TEST_TMPDIR/head" rev-parse HEAD)
  records_of head >"$BATS_TEST_TMPDIR/before"
  evil git fetch -q
  fresh
}

@test "rewritten, deleted, cut, renamed by case, other modes, links and submodules" {
  evil chmod u+w "$RECORD" && evil sed -i 's/slow/fast/' "$RECORD"
  committed
  attacked "'$RECORD'" 'it was changed' plain

  evil git rm -q "$RECORD"
  evil git commit -qm evil
  attacked "'$RECORD'" 'it was deleted' plain

  last=$(evil ls register | grep '^0003-.*yaml$')
  evil git rm -q "register/$last" "register/$last.sig"
  evil git commit -qm evil
  attacked "'register/$last'" 'it was deleted' plain

  evil git mv "$RECORD" "${RECORD%.yaml}.YAML"
  evil git commit -qm evil
  attacked "'$RECORD'" 'it was deleted' plain

  evil git update-index --chmod=+x "$RECORD"
  evil git commit -qm evil
  attacked "'$RECORD'" 'its mode was changed' plain

  evil ln -s /etc "hosts.d"
  committed
  attacked "'hosts.d'" 'symbolic link' plain

  evil git update-index --add --cacheinfo "160000,$GOOD,rules"
  evil git commit -qm evil
  attacked "'rules'" 'submodule' plain

  evil mkdir Register
  evil cp register/0001-genesis*.yaml Register/
  committed
  attacked "'Register/" 'upper and lower case' plain

  evil rm .gitattributes
  committed
  attacked "'.gitattributes'" 'it was deleted' plain

  evil rm jaga.yaml
  committed
  attacked "'jaga.yaml'" 'it is missing'

  evil sed -i 's/^repo: .*/repo: "00000000000000000000000000000000"/' jaga.yaml
  committed
  attacked "'jaga.yaml'" 'names another working directory'

  evil mkdir -p rounds/x
  evil touch rounds/x/y
  committed
  attacked "'rounds/x/y'" 'never shared' plain
}

@test "another's key, forged seals, records without a signature, and a second beginning" {
  # A record in the section head's name, signed with a key of nobody.
  make_key intruder
  forged="$INCIDENT/notes/$(printf 'a%.0s' {1..26}).yaml"
  note=$(find incidents -path '*notes*' -name '*.yaml')
  evil sh -c "sed 's/^id: .*/id: \"$(printf 'a%.0s' {1..26})\"/' '$note' >'$forged'"
  resigned "$forged" intruder
  committed
  attacked "'$forged'" 'signed with a key other than'

  evil sh -c "sed 's/^id: .*/id: \"$(printf 'b%.0s' {1..26})\"/' '$note' >'$INCIDENT/notes/$(printf 'b%.0s' {1..26}).yaml'"
  committed
  attacked "$(printf 'b%.0s' {1..26})" 'signature is missing'

  # A person of the office who has no such role.
  written_by evil section-head note web01 -m x
  file=$(new_record incidents)
  evil sed -i 's/^by: .*/by: {person: "section-head", role: "division_head"}/' "$file"
  resigned "$file" section-head
  committed
  attacked "'$file'" "did not hold the role"

  # A seal that names what there is not.
  written_by evil staff note web01 -m x
  written_by evil staff seal
  seal=$(new_record seals)
  evil sed -i "s/sha256:[0-9a-f]*\(\", path: \"[^\"]*notes\)/sha256:$(printf '%064d' 0)\1/" "$seal"
  resigned "$seal" staff
  committed
  attacked 'notes/' 'differs from what was sealed'

  # A seal that contradicts a record of long ago.
  written_by again staff note web01 -m y
  written_by again staff seal
  seal=$(new_record seals)
  note='{sha256: "[^"]*", path: "[^"]*notes[^"]*\.yaml"'
  evil sed -i "0,/$note/s#$note#{sha256: \"sha256:$(printf '%064d' 0)\", path: \"$RECORD\"#" "$seal"
  resigned "$seal" staff
  evil grep -q "$RECORD" "$seal"
  committed
  attacked "'$RECORD'" 'differs from what was sealed'

  evil cp "register/$(evil ls register | grep '^0002-.*yaml$')" register/0001-genesis.aaaaaa.yaml
  committed
  attacked 'register' 'second beginning'
}

@test "an older state, an unrelated history, a deleted branch and another branch" {
  evil git reset -q --hard HEAD~1
  evil git commit -q --allow-empty -m evil
  with_hook
  status 1 pushed "$(evil git rev-parse HEAD)"
  says 'does not continue the history'
  with_plain_hook
  status 1 pushed "$(evil git rev-parse HEAD)"
  without_hook
  pushed "$(evil git rev-parse HEAD)"
  status 65 in_clone head as section-head sync
  says 'it was deleted'
  status 0 in_clone head as section-head sync --restore
  status 0 as staff sync
  same_everywhere work head

  evil git fetch -q
  evil git checkout -q --orphan other "$(tip)"
  evil git commit -qm evil
  with_hook
  status 1 pushed other
  says 'does not continue the history'
  without_hook
  pushed other
  status 65 in_clone head as section-head sync
  says 'no history in common'
  status 0 in_clone head as section-head sync --restore
  status 0 as staff sync
  same_everywhere work head

  with_hook
  status 1 git -C "$BATS_TEST_TMPDIR/evil" push -q origin :refs/heads/main
  status 1 git -C "$BATS_TEST_TMPDIR/evil" push -q origin other:refs/heads/other
  says "is not the branch of this repository"
  with_plain_hook
  status 1 git -C "$BATS_TEST_TMPDIR/evil" push -q origin :refs/heads/main
  status 1 git -C "$BATS_TEST_TMPDIR/evil" push -q origin other:refs/heads/other
  without_hook
  git -C "$SERVER" update-ref -d refs/heads/main
  status 65 in_clone head as section-head sync
  says 'its branch was deleted'
  status 0 in_clone head as section-head sync --restore
  status 0 as staff sync
  same_everywhere work head
}

@test "huge files, many files, and trees that git itself refuses" {
  evil sh -c "head -c 17000000 /dev/zero >docs.bin"
  committed
  attacked "'docs.bin'" 'bytes; at most'

  evil sh -c "head -c 5000000 /dev/zero >'$INCIDENT/0002-analyze.aaaaaa.yaml'"
  committed
  attacked "'$INCIDENT/0002-analyze.aaaaaa.yaml'" 'bytes; at most'

  long=$(printf 'd%.0s' {1..200})
  evil mkdir -p "docs/$long/$long/$long/$long/$long/$long"
  evil touch "docs/$long/$long/$long/$long/$long/$long/x"
  committed
  attacked "'docs/$long/" "ddd...': its name is too long"

  # 100,000 names of one blob, without writing so many files.
  blob=$(printf x | evil git hash-object -w --stdin)
  seq 100000 | awk -v blob="$blob" '{printf "100644 %s\tjunk/%s\n", blob, $1}' | evil git update-index --index-info
  evil git commit -qm evil
  attacked '' '100000 new or changed files'

  # A tree with '..': git refuses it on each way, and the last accepted state is put in its place.
  tree=$(printf '100644 blob %s\t..\n' "$blob" | evil git mktree)
  { evil git ls-tree HEAD; printf '040000 tree %s\tx\n' "$tree"; } | evil git mktree >"$BATS_TEST_TMPDIR/tree"
  bad=$(evil git commit-tree -p HEAD -m evil "$(cat "$BATS_TEST_TMPDIR/tree")")
  with_hook
  status 1 pushed "$bad"
  without_hook
  pushed "$bad"
  status 65 in_clone head as section-head sync
  records_of head | diff "$BATS_TEST_TMPDIR/before" - >&2
  status 0 in_clone head as section-head sync --restore
  status 0 as staff sync
  same_everywhere work head
}

@test "a few trees that name a directory ten billion times" {
  local entry name
  blob=$(printf x | evil git hash-object -w --stdin)
  entry="100644 blob $blob"
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    entry="040000 tree $(for name in 0 1 2 3 4 5 6 7 8 9; do printf '%s\t%s\n' "$entry" "$name"; done | evil git mktree)"
  done
  bomb=$({ evil git ls-tree HEAD; printf '%s\tbomb\n' "$entry"; } | evil git mktree)
  evil git update-ref HEAD "$(evil git commit-tree -p HEAD -m evil "$bomb")"
  attacked '' 'more files than can be compared' plain
}

@test "what another remote has is not lost by the first one" {
  other=$BATS_TEST_TMPDIR/other.git
  git init -q --bare -b main "$other"
  as staff note web01 -q -m 'sent to the other one' >/dev/null
  note=$(git status --porcelain -uall | sed -n 's/^?? \(.*yaml\)$/\1/p')
  printf 'a photo\n' >../photo
  as staff evidence add web01 ../photo -q -m x >/dev/null
  synced work --no-seal "$other"
  synced head --no-seal "$other"
  records_of head >"$BATS_TEST_TMPDIR/before"
  HEAD=$(git -C "$BATS_TEST_TMPDIR/head" rev-parse HEAD)
  # To the server each of these is nothing but new.
  for gone in "$note" "$(find incidents -name "sha256-$(sha256sum ../photo | cut -c1-64)")"; do
    evil git fetch -q "$other" main
    evil git reset -q --hard FETCH_HEAD
    evil git rm -q "$gone"
    [ ! -e "$BATS_TEST_TMPDIR/evil/$gone.sig" ] || evil git rm -q "$gone.sig"
    evil git commit -qm evil
    pushed HEAD
    status 65 in_clone head as section-head sync
    says "'$gone': it was deleted"
    records_of head | diff "$BATS_TEST_TMPDIR/before" - >&2
    [ "$(git -C "$BATS_TEST_TMPDIR/head" rev-parse HEAD)" = "$HEAD" ]
    git -C "$SERVER" update-ref refs/heads/main "$GOOD"
  done
  pushed HEAD
  status 0 in_clone head as section-head sync --no-seal --restore
  status 0 as staff sync --no-seal
  same_everywhere work head
}

@test "the first push to a server begins with the right register, or is refused" {
  other=$BATS_TEST_TMPDIR/other.git
  git init -q --bare -b main "$other"
  SERVER=$other with_hook
  status 77 as staff sync "$other"
  says 'jaga.genesis is not set'
  git -C "$other" config jaga.genesis "sha256:$(printf '%064d' 1)"
  status 77 as staff sync "$other"
  says 'first record does not have the digest'
  git -C "$other" config jaga.genesis "$GENESIS"
  status 0 as staff sync "$other"
}
