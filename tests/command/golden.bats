#!/usr/bin/env bats
# A working directory as the release 0.1.0 wrote it (tests/data/golden-0.1.0, made by tests/data/make-golden) is read,
# shown, audited and carried on.
load helpers

setup() {
  setup_folder
  local data=$BATS_TEST_DIRNAME/../data/golden-0.1.0
  cp -r "$data/office/." .
  cp -r "$data/request" ../request
  cp "$data/keys/"* "$KEYS"
  chmod 600 "$KEYS/staff" "$KEYS/section-head" "$KEYS/division-head"
}

incidents() { ls incidents/*/; }

@test "its records, bag and seals are sound, with jaga and without" {
  status 0 jaga audit
  says 'sound'
  says '45 records, 4 notes, 49 signatures, 4 attachments'
  says 'verified up to seal 3; all records are sealed'
  status 0 jaga audit archive/*-web01-*[^t]
  says 'sound'
  jaga audit --script >../check.sh
  status 0 sh ../check.sh .
  (cd archive/*-web01-*[^t] && sha256sum --quiet -c manifest-sha256.txt)
}

@test "status, show, log and report read it, in both languages and as JSON" {
  local id language
  status 0 jaga status --all
  [ "$(jaga status --all --json 2>/dev/null | wc -l)" = 8 ]
  for language in en id; do
    for id in $(incidents); do
      status 0 jaga --lang $language show "$id"
      says "$id"
      status 0 jaga --lang $language log "$id"
    done
    status 0 jaga --lang $language status --all
    status 0 jaga --lang $language log --register
    status 0 jaga --lang $language report round
    status 0 jaga --lang $language person list
    status 0 jaga --lang $language host list
  done
  [ "$(jaga log --register --json 2>/dev/null | jq -s length)" = 42 ]
  for id in $(incidents); do jaga show "$id" --json 2>/dev/null | jq -e '.incident' >/dev/null; done
}

@test "what it recorded is shown as it was" {
  status 0 jaga show "$(incidents | grep web01)"
  says 'the cable is loose'
  says 'A1'
  status 0 jaga show "$(incidents | grep web03)"
  says 'not in the morning'
  status 0 jaga show "$(incidents | grep web03)" --json
  [ "$(jq -r '.decisions[] | select(.answer == "no") | .correction // .reason' <<<"$(jaga show "$(incidents | grep web03)" --json 2>/dev/null)")" != '' ]
  status 0 jaga evidence list "$(incidents | grep web03)"
  says 'redacted'
  status 0 jaga show "$(incidents | grep -- -here-)"
  says 'two'
  [ "$(jaga show "$(incidents | grep -- -here-)" --json 2>/dev/null | jq -r '.runs[0].outcome')" = 'done' ]
  status 0 jaga log --register
  says 'ST 1/2026'
}

@test "each incident is carried on from where it was" {
  as staff repair web02 -q --by-hand -m cleaned
  as section-head verify web02 -q --yes --override 'nothing measures it'
  as division-head accept web02 -q --yes
  as staff archive web02 -q --no-part --no-pdf --yes
  as division-head accept web03 -q --yes
  as staff archive web03 -q --no-part --no-pdf --yes
  as division-head withdraw web04 -q --yes -m agreed --outcome recovered
  status 77 as staff import ../request
  says "'README.txt' was not written by jaga"
  as staff import ../request --yes
  as staff repair web05 -q --by-hand -m listened
  as staff repair web06 -q --by-hand -m 'lamp changed'
  as section-head verify web06 -q --yes --override 'it shines'
  status 77 as division-head accept web06 -q --yes
  as section-head approve web06 -q --yes
  as division-head accept web06 -q --yes
  as staff analyze web07 -q --plan manual -p task='put the memory in' --fault maintenance -m planned
  as section-head verify "$(incidents | grep -- -here-)" -q --yes --override 'it said it'
  as division-head accept "$(incidents | grep -- -here-)" -q --yes
  as staff open web01 -q -m 'again' --reopens "$(incidents | grep web01)"
  status 0 jaga audit
  says 'sound'
  as staff seal -q
  jaga audit --script >../check.sh
  status 0 sh ../check.sh .
}

@test "a changed byte of it is found" {
  local file
  file=$(ls incidents/*/*web02*/0003-approve.*.yaml)
  sed -i 's/section-head/section_head/' "$file"
  status 1 jaga audit
  says "${file##*/}"
}
