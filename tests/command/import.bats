#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; analysed; }

@test "a decision signed elsewhere is published" {
  status 0 as staff --as section-head approve web01 --request ../request --json
  line=$(grep -o '"command": "[^"]*' <<<"$output" | cut -d'"' -f4)
  [ -n "$line" ]
  (cd ../request && mkdir -p "$HOME/.ssh" && cp "$KEYS/section-head" "$KEYS/section-head.pub" "$HOME/.ssh/" &&
    sh -c "$(sed "s#-f [^ ]*#-f $KEYS/section-head#" <<<"$line")")
  rm -rf "$HOME/.ssh"
  status 0 as staff import ../request
  ls incidents/*/*/0003-approve.*.yaml
  status 0 jaga audit
  status 77 as staff import ../request
  says 'published already'
}

# request CLUE COMMAND...: somebody's decision, signed elsewhere with their key
signed_request() {
  local who=$1
  shift
  as staff --as "$who" "$@" --request ../request -q >/dev/null
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/$who" ../request/record.yaml
}

@test "the step ends with the import, which takes the importer's key" {
  signed_request section-head approve web01
  status 77 jaga import ../request
  status 0 as staff import ../request
  note=$(grep -l 'kind: "import"' incidents/*/*/notes/*.yaml)
  imported=$(sed -n 's/^at: "\(.*\)"/\1/p' "$note")
  status 0 jaga show web01 --json
  says "\"step\": \"repair\", \"pass\": 1, \"began\": \"$imported\""
  # Lost between the record and the note: importing again writes it.
  rm -f "$note" "$note.sig"
  status 0 as staff import ../request
  grep -q 'kind: "import"' incidents/*/*/notes/*.yaml
  status 0 jaga audit
}

@test "a no and both records of a withdrawal, signed elsewhere" {
  signed_request section-head reject web01 -m no
  status 0 as staff import ../request
  rm -r ../request
  signed_request section-head withdraw web01 -m 'works again' --outcome recovered
  status 0 as staff import ../request
  rm -r ../request
  signed_request division-head withdraw web01 -m agreed --outcome recovered
  status 0 as staff import ../request
  status 0 jaga show "$(cat id)"
  says 'finished: withdrawn, recovered: agreed'
  status 0 jaga audit
}

@test "unsigned, wrongly signed or moved on: 77" {
  as staff --as section-head approve web01 --request ../request -q >/dev/null
  status 77 as staff import ../request
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/division-head" ../request/record.yaml
  status 77 as staff import ../request
  says 'signed with another key than it names'
  says "remove record.yaml.sig and sign with the key that it names: $(ssh-keygen -lf "$KEYS/section-head.pub" | cut -d' ' -f2)"
  rm ../request/record.yaml.sig
  as section-head reject web01 -q --yes -m no >/dev/null
  status 77 as staff import ../request
}

@test "a request for an incident that is not here is 66, and makes nothing" {
  signed_request section-head approve web01
  rm -rf incidents
  status 66 as staff import ../request
  says 'is not here'
  [ ! -e incidents ]
  mkdir -p incidents
  status 66 as staff import ../request
  [ -z "$(ls -A incidents)" ]
}

@test "an import that was cut off before the record can be done again" {
  as staff --as section-head approve web01 --request ../request -q >/dev/null
  ssh-keygen -Y sign -q -n jaga-record -f "$KEYS/section-head" ../request/record.yaml
  id=$(sed -n 's/^id: "\(......\).*/\1/p' ../request/record.yaml)
  place=$(dirname incidents/*/*/0001-*.yaml)
  cp ../request/record.yaml.sig "$place/0003-approve.$id.yaml.sig"
  status 0 as staff import ../request
  ls "$place/0003-approve.$id.yaml"
  status 0 jaga audit
}
