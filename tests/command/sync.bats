#!/usr/bin/env bats
# Clones of one office that exchange through a bare repository or a file.
load helpers
load flow
load clones

setup() { setup_folder; }

@test "an incident goes through three clones, each step on another machine, one of them by a bundle" {
  office_with_clones head division
  verified_in_two_clones
  # The division head is not connected: a stick carries it there and back.
  stick=$BATS_TEST_TMPDIR/stick.bundle
  synced head --bundle "$stick"
  synced division --bundle "$stick"
  in_clone division as division-head accept web01 -q --yes >/dev/null
  synced division --bundle "$stick"
  synced head --bundle "$stick"
  synced head
  synced work
  as staff archive web01 -q --no-part >/dev/null
  synced work
  synced head
  synced division --bundle "$stick"
  synced head --bundle "$stick"
  synced division --bundle "$stick"
  finished_everywhere work head division
}

@test "two decide at once: both stay, the fork is named, and merge closes it everywhere" {
  office_with_clones head
  analysed >/dev/null
  synced work
  synced head
  as staff analyze web01 -q --plan manual -p task='change the switch' --fault unknown -m 'second look' >/dev/null
  in_clone head as section-head approve web01 -q --yes >/dev/null
  synced work
  status 0 in_clone head as section-head sync
  says "jaga merge $(cat id) -m REASON"
  status 0 as staff sync
  says "jaga merge $(cat id) -m REASON"
  status 0 as staff merge web01 -m 'two at once'
  synced work
  synced head
  same_everywhere work head
}

@test "nothing new, and who is faster does not matter" {
  office_with_clones head
  status 0 as staff sync
  says "nothing new here or in 'origin'"
  tip=$(tip)
  as staff sync -q
  [ "$(tip)" = "$tip" ]
  as staff open web01 -q -m one >/dev/null
  in_clone head as staff open web02 -q -m two >/dev/null
  synced work &
  synced head
  wait
  synced work
  synced head
  same_everywhere work head
}

@test "files that people edit are merged; where both changed the same line, their names stop it" {
  office_with_clones head
  printf '  - {name: web03, address: 127.0.0.3}\n' >>hosts.yaml
  sed -i 's/^organisation:.*/organisation: "Another office"/' "$BATS_TEST_TMPDIR/head/jaga.yaml"
  synced work
  synced head
  synced work
  grep -q web03 "$BATS_TEST_TMPDIR/head/hosts.yaml"
  grep -q 'Another office' jaga.yaml
  sed -i 's/127.0.0.3/127.0.0.4/' hosts.yaml
  sed -i 's/127.0.0.3/127.0.0.5/' "$BATS_TEST_TMPDIR/head/hosts.yaml"
  as staff open web01 -q -m here >/dev/null
  synced work
  status 77 in_clone head as section-head sync
  says "edited here and in 'origin': hosts.yaml"
  says 'git merge jaga/accepted/origin'
  grep -q 127.0.0.5 "$BATS_TEST_TMPDIR/head/hosts.yaml"
  [ ! -e "$BATS_TEST_TMPDIR/head/incidents" ]
  # As the hint says.
  in_clone head git merge -q jaga/accepted/origin || true
  status 77 in_clone head as section-head sync
  says 'a merge of git is not finished'
  cp hosts.yaml "$BATS_TEST_TMPDIR/head/hosts.yaml"
  in_clone head git add hosts.yaml
  in_clone head git commit -qm resolved
  synced head
  synced work
  same_everywhere work head
}

@test "a directory gives way to a file and a file to a directory, unless somebody's own is in the way" {
  office_with_clones head
  mkdir -p docs/old
  echo a >docs/old/a
  echo b >plain
  synced work
  synced head
  mkdir ../head/docs/empty
  rm -r docs plain
  mkdir plain
  echo c >docs
  echo d >plain/d
  synced work
  synced head
  [ "$(cat ../head/docs ../head/plain/d)" = "$(printf 'c\nd')" ]
  # The clone holds what git does not know.
  mkdir ../head/mine
  echo mine >../head/mine/x
  echo mine >../head/own
  printf '/mine/\n/own\n' >>../head/.git/info/exclude
  echo e >mine
  as staff open web01 -q -m slow >/dev/null
  synced work
  status 77 in_clone head as section-head sync
  says "'mine' was received, but 'mine/x' is in its way"
  [ ! -e ../head/incidents ]
  mv ../head/mine ../head-mine
  rm mine
  mkdir own
  echo f >own/f
  synced work
  status 77 in_clone head as section-head sync
  says "'own/f' was received, but 'own' is in its way"
  rm ../head/own
  synced head
  synced work
  [ "$(cat ../head/own/f)" = f ] && [ ! -e ../head/mine ]
  same_everywhere work head
}

@test "a clone whose branch has another name exchanges by a bundle all the same" {
  office_with_clones
  git branch -q -m office
  git remote remove origin
  as staff open web01 -q -m slow >/dev/null
  synced work --bundle "$BATS_TEST_TMPDIR/stick"
  jaga clone -q "$BATS_TEST_TMPDIR/stick" ../head --genesis "$GENESIS" >/dev/null
  clone_of_office division
  synced division --bundle "$BATS_TEST_TMPDIR/stick"
  synced work --bundle "$BATS_TEST_TMPDIR/stick"
  synced head --bundle "$BATS_TEST_TMPDIR/stick"
  synced division --bundle "$BATS_TEST_TMPDIR/stick"
  synced work --bundle "$BATS_TEST_TMPDIR/stick"
  same_everywhere work head division
}

@test "what stays here stays here, and what is not of jaga is not sent" {
  office_with_clones head
  incident
  printf 'secret\n' >../secret
  as staff evidence add web01 ../secret --class personal -q -m x >/dev/null
  mkdir -p rounds/x reports archive
  touch rounds/x/y reports/z "incidents/2020-01" register/.jaga-1-2.tmp
  printf 'mine\n' >register/notes.txt
  # An edited .gitignore neither hides records nor lets anything out.
  printf '*.yaml\n*.sig\n!/rounds/\n' >.gitignore
  status 0 as staff sync
  says "not shared: 'register/notes.txt'"
  synced head
  cd ../head
  [ "$(find incidents -name '0001-*.yaml' | wc -l)" = 1 ]
  [ ! -e rounds ] && [ ! -e reports ] && [ ! -e archive ] && [ ! -e register/notes.txt ]
  [ -z "$(find . -path '*private*' -not -path './.git/*')" ]
  git -C "$SERVER" ls-tree -r --name-only main | grep -E 'private|rounds|reports|notes.txt|tmp$' && return 1
  status 0 jaga audit
}

@test "what was deleted or changed here is not sent" {
  office_with_clones head
  incident
  synced work
  file=$(find incidents -name '0001-*.yaml')
  rm -f "$file"
  status 65 as staff sync
  says "'$file': it was deleted"
  says "git checkout HEAD -- $file"
  git checkout -q HEAD -- "$file"
  status 0 as staff sync
  chmod u+w "$file"
  echo x >>"$file"
  status 65 as staff sync
  says "'$file': it was changed"
  git checkout -q HEAD -- "$file"
  rm -f .gitattributes
  status 65 as staff sync
  says "'.gitattributes': it was deleted"
  git checkout -q HEAD -- .gitattributes
  # A record that nobody would believe.
  head=$(find incidents -name '0001-*.yaml')
  echo junk >"${head%/*}/0002-analyze.aaaaaa.yaml"
  tip=$(tip)
  status 65 as staff sync
  says 'every other clone would refuse it'
  [ "$(tip)" = "$tip" ]
}

@test "redacted evidence goes from every clone" {
  office_with_clones head
  incident
  printf 'a photo\n' >../photo
  as staff evidence add web01 ../photo -q -m x >/dev/null
  synced work
  synced head
  digest=$(sha256sum ../photo | cut -c1-64)
  [ -n "$(find "$BATS_TEST_TMPDIR/head/incidents" -name "sha256-$digest")" ]
  with_hook
  in_clone head as division-head evidence redact web01 "sha256:$digest" -q --yes -m 'shows a face' >/dev/null
  synced head
  synced work
  [ -z "$(find . -name "sha256-$digest" -not -path './.git/*')" ]
  same_everywhere work head
}

@test "a seal is sent together with its files; without a key the exchange works all the same" {
  office_with_clones head
  incident
  status 0 as staff sync --json
  says '"seal": "seals/'
  git -C "$SERVER" ls-tree -r --name-only main | grep -q '^seals/'
  make_key nobody
  status 0 in_clone head as nobody sync
  says 'not sealed: '
  status 0 as staff sync --no-seal
  same_everywhere work head
}

@test "status says when it met whom, and a name of jaga.yaml leads there" {
  office_with_clones
  status 0 jaga status
  says_not 'last exchanged'
  need_moved_clock
  status 0 at +259200 "$JAGA" status
  says 'last exchanged with origin 3 days ago'
  git remote remove origin
  status 64 as staff sync
  says 'missing argument: REMOTE'
  sed -i 's|^\.\.\.$|remotes: {office: "file:///srv/x"}\n...|' jaga.yaml
  status 78 as staff sync
  says "write it like 'office: ssh://"
  sed -i 's|^remotes: .*|remotes: {office: "ssh://127.0.0.1:1/x"}|' jaga.yaml
  status 69 as staff sync
  says "cannot exchange with 'office'"
  status 64 as staff sync ofice
  says "did you mean 'office'?"
  status 64 as staff sync 'ext::sh -c touch% x'
  says 'invalid address of a repository'
}

@test "no attribute, hook, filter or configuration of the clone changes bytes or starts a program" {
  office_with_clones head
  mkdir -p docs "$BATS_TEST_TMPDIR/head/.git/hooks"
  printf '* text eol=crlf ident filter=evil working-tree-encoding=UTF-16\n' >docs/.gitattributes
  printf '$Id$\r\nx\n' >docs/a.txt
  synced work
  printf '#!/bin/sh\ntouch "%s/started"\n' "$BATS_TEST_TMPDIR" >"$BATS_TEST_TMPDIR/evil"
  chmod +x "$BATS_TEST_TMPDIR/evil"
  for hook in pre-commit post-checkout post-merge pre-push reference-transaction; do
    cp "$BATS_TEST_TMPDIR/evil" "$BATS_TEST_TMPDIR/head/.git/hooks/$hook"
  done
  in_clone head git config core.autocrlf true
  in_clone head git config commit.gpgsign true
  in_clone head git config core.fsmonitor "$BATS_TEST_TMPDIR/evil"
  synced head
  cmp docs/a.txt "$BATS_TEST_TMPDIR/head/docs/a.txt"
  [ ! -e "$BATS_TEST_TMPDIR/started" ]
  in_clone head git config core.sshCommand "$BATS_TEST_TMPDIR/evil"
  status 78 in_clone head as section-head sync
  says "'core.sshcommand'"
  [ ! -e "$BATS_TEST_TMPDIR/started" ]
}

@test "backup and restore: what a clone does not hold comes back, and what was never sent too" {
  need zstd
  office_with_clones
  incident
  printf 'secret\n' >../secret
  as staff evidence add web01 ../secret --class personal -q -m x >/dev/null
  mkdir -p archive/bag rounds/x reports
  echo bag >archive/bag/file
  echo round >rounds/x/round
  synced work
  as staff note web01 -q -m 'never sent' >/dev/null
  # As jaga-trust(7) says.
  tar -C "$BATS_TEST_TMPDIR" -cf - work | zstd -q -o "$BATS_TEST_TMPDIR/backup.tar.zst"
  private=$(find incidents -path '*/evidence/private/*' -type f)
  [ -n "$private" ]
  records_of work >"$BATS_TEST_TMPDIR/expected"
  cd ..
  mv work lost
  jaga clone -q "$SERVER" work --genesis "$GENESIS" >/dev/null
  [ ! -e "work/$private" ]
  mkdir old
  zstd -dc backup.tar.zst | tar -C old -xf -
  cp -rn old/work/archive old/work/rounds old/work/reports work/
  (cd old/work && find incidents -path '*/evidence/private/*' -type f -print0 | xargs -0r cp -n -p --parents -t "$BATS_TEST_TMPDIR/work")
  (cd work && status 0 jaga audit)
  cmp "lost/$private" "work/$private"
  cmp lost/archive/bag/file work/archive/bag/file
  cp -rn old/work/register old/work/incidents old/work/seals work/
  (cd work && status 0 jaga audit && status 0 as staff sync --no-seal)
  records_of work | diff "$BATS_TEST_TMPDIR/expected" -
}
