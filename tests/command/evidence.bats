#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; as staff open web01 -q -m slow >id; }

@test "add keeps the bytes by their digest, list names them" {
  printf 'photo' >photo.jpg
  status 0 as staff evidence add web01 photo.jpg -m 'the broken fan'
  digest=$(sha256sum photo.jpg | cut -d' ' -f1)
  cmp photo.jpg incidents/*/*/evidence/sha256-"$digest"
  status 0 jaga evidence list web01
  says 'photo.jpg'
  says 'the broken fan'
  status 0 jaga audit
}

@test "personal evidence stays outside git" {
  printf 'x' | as staff evidence add web01 - --class personal
  ls incidents/*/*/evidence/private/sha256-*
  git init -q . && git add .
  [ -z "$(git ls-files | grep private)" ]
}

@test "an empty standard input is not attached, an empty file is" {
  status 64 as staff evidence add web01 - </dev/null
  says 'standard input is empty: nothing was attached'
  [ ! -e "$(echo incidents/*/*/evidence)" ]
  : >empty
  status 0 as staff evidence add web01 empty
}

@test "a changed attachment is found" {
  printf 'photo' >photo.jpg
  as staff evidence add web01 photo.jpg -q
  file=$(ls incidents/*/*/evidence/sha256-*)
  chmod u+w "$file" && printf x >>"$file"
  status 1 jaga audit
  says 'sha256-'
}

@test "a missing file is 66" {
  status 66 as staff evidence add web01 nothing.jpg
}

@test "what is not a regular file is refused at once, and nothing is recorded" {
  mkfifo pipe
  status 64 timeout 10 "$JAGA" --key "$KEYS/staff" evidence add web01 pipe
  says "'pipe' is not a regular file"
  mkdir -p folder
  status 64 as staff evidence add web01 folder
  status 64 as staff evidence add web01 /dev/zero
  status 64 timeout 10 "$JAGA" --key "$KEYS/staff" repair web01 --vendor-reply --letter pipe
  [ "$(find incidents -path '*/notes/*' -o -path '*/evidence/*' | wc -l)" = 0 ]
  echo bytes >document
  ln -s document link
  status 0 as staff evidence add web01 link
  echo bytes more | as staff evidence add web01 -
}

# archived: web01's incident goes through all steps, and its evidence is in a bag.
archived() {
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  as staff repair web01 -q --by-hand -m x >/dev/null
  as section-head verify web01 -q --yes --override x >/dev/null
  as division-head accept web01 -q --yes >/dev/null
  as staff archive web01 -q --no-part --no-pdf >/dev/null
}

@test "redact names the bags that hold the bytes, and takes them out of those, too" {
  id=$(basename incidents/*/*)
  echo 'restricted bytes' >photo.jpg
  as staff evidence add web01 -q --class restricted photo.jpg >/dev/null
  digest=$(sha256sum photo.jpg | cut -d' ' -f1)
  rm photo.jpg
  echo 'an ordinary document' | as staff evidence add web01 -q - >/dev/null
  archived
  make_key late
  as staff person add late -q --role staff --key "$KEYS/late.pub" >/dev/null
  bag=$(find archive -mindepth 1 -maxdepth 1 -type d)
  status 0 as division-head evidence redact "$id" "$digest" --yes -m 'personal data'
  says "this bag still contains it: $bag"
  says "jaga evidence redact --bags $id ${digest:0:12}"
  grep -rq 'restricted bytes' "$bag"
  status 0 jaga audit "$bag"
  status 0 as division-head evidence redact --bags --yes "$id" "$digest"
  says "removed from $bag"
  status 1 grep -rq 'restricted bytes' .
  status 1 sh -c "tar --zstd -xOf $bag.tar.zst | grep -q 'restricted bytes'"
  status 0 jaga audit "$bag"
  status 0 jaga audit
  (cd "$bag/data" && sh ../check.sh part)
  status 77 as division-head evidence redact --bags --yes "$id" "$digest"

  # A bag that lacks evidence without such a note, or has another note, is not sound.
  cp -r "$bag" ../other
  rm ../other/data/incidents/*/*/notes/*
  status 1 jaga audit ../other
  rm -rf ../other && cp -r "$bag" ../other
  rm "$(find ../other/data/incidents -name 'sha256-*' | head -1)"
  status 1 jaga audit ../other
  rm -rf ../other && cp -r "$bag" ../other
  echo junk >../other/data/register/0002-junk.aaaaaa.yaml
  status 1 jaga audit ../other
  rm -rf ../other && cp -r "$bag" ../other
  as staff note "$id" -q -m 'a later remark' >/dev/null
  cp "$(grep -l 'a later remark' incidents/*/*/notes/*.yaml)"* ../other/data/incidents/*/*/notes/
  status 1 jaga audit ../other
}

@test "redact: accept's role, never who added it; the digest stays" {
  printf 'a secret' >photo.jpg
  as staff person change staff -q --role division_head >/dev/null
  as staff evidence add web01 photo.jpg -q >/dev/null
  digest=$(sha256sum photo.jpg | cut -d' ' -f1)
  status 64 as division-head evidence redact web01 "${digest:0:8}" -m 'a password' </dev/null
  status 77 as section-head evidence redact web01 "${digest:0:8}" --yes -m 'a password'
  says 'another person with one of these roles must do it: Head of the Infrastructure Division'
  status 77 as staff evidence redact web01 "${digest:0:8}" --yes -m 'a password'
  says 'attached it'
  status 66 as division-head evidence redact web01 ffffffffff --yes -m x
  ls incidents/*/*/evidence/sha256-"$digest"
  status 0 as division-head evidence redact web01 "${digest:0:8}" --yes -m 'a password'
  [ "$(find incidents -name "sha256-$digest" | wc -l)" = 0 ]
  grep -q "sha256:$digest" incidents/*/*/notes/*.yaml
  status 0 jaga evidence list web01
  says redacted
  says 'a password'
  status 77 as division-head evidence redact web01 "${digest:0:8}" --yes -m 'a password'
  status 0 jaga audit
}

@test "the same bytes under two names are listed under both, with who attached each" {
  echo same >before.jpg
  cp before.jpg after.jpg
  as staff evidence add web01 -q before.jpg >/dev/null
  as section-head evidence add web01 -q after.jpg >/dev/null
  status 0 jaga evidence list web01
  says 'before.jpg'
  says 'after.jpg'
  says 'section-head'
  [ "$(jaga evidence list web01 --json | wc -l)" = 2 ]
  status 0 jaga show web01
  says 'before.jpg'
  says 'after.jpg'
}

@test "a signed copy names its document, and the step waits for the one that sop.yaml names" {
  adopted 's/^  signed_paper: .*/  signed_paper: [{step: "repair", paper: "approval", need: "required"}, {step: "verify", paper: "repair", need: "wanted"}]/'
  printf scan >scan.pdf
  status 64 as staff evidence add web01 --signed-copy nothing scan.pdf
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: db01, address: 127.0.0.1}\n' >hosts.yaml
  as staff open db01 -q -m slow >/dev/null
  as staff analyze db01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 as section-head approve db01 --yes
  says 'the signed document is required'
  says '--signed-copy approval SCAN'
  status 77 as staff repair db01 --by-hand -m x
  says "the procedure requires the signed copy of 'approval' before 'repair'"
  as staff evidence add db01 -q --signed-copy repair scan.pdf >/dev/null
  status 77 as staff repair db01 --by-hand -m x
  as staff evidence add db01 -q --signed-copy approval scan.pdf >/dev/null
  status 0 jaga evidence list db01
  says "signed copy of 'approval'"
  jaga evidence list db01 --json | jq -es 'map(.signed_copy) | index("approval") != null' >/dev/null
  status 0 as staff repair db01 --by-hand -m x
  says_not 'signed document'
  status 0 jaga audit
}

@test "the name of a file is recorded in one line, without what looks like a secret" {
  echo x >"$(printf 'one\ntwo password=hunter2')"
  status 0 as staff evidence add web01 "$(printf 'one\ntwo password=hunter2')"
  grep -qF '  name: "one two password=[masked]"' incidents/*/*/notes/*.yaml
}
