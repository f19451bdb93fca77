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
  says 'already imported'
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

@test "a rejection and both records of a withdrawal, signed elsewhere" {
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
  says 'signed with a key other than the one it names'
  says "remove record.yaml.sig and sign with the named key: $(ssh-keygen -lf "$KEYS/section-head.pub" | cut -d' ' -f2)"
  rm ../request/record.yaml.sig
  as section-head reject web01 -q --yes -m no >/dev/null
  status 77 as staff import ../request
}

@test "a request for an incident that is not here is 66, and makes nothing" {
  signed_request section-head approve web01
  rm -rf incidents
  status 66 as staff import ../request
  says "chain 'incident/"
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

@test "what came after the request, and another language, change nothing about what was shown" {
  as staff --as section-head approve web01 --request ../request --lang id -q >/dev/null
  ssh-keygen -Y sign -q -n jaga-record -f "$KEYS/section-head" ../request/record.yaml
  as staff note web01 -q -m 'came later' >/dev/null
  as staff monitor --incident web01 -q >/dev/null || true
  status 0 as staff import ../request --lang en
  status 0 jaga audit
}

@test "what a plan did elsewhere since the request does not make it another one" {
  need_machine_id
  plan='commands: [{title: {id: "Buat", en: "Make"}, script: "true", timeout: "10s"}]'
  here_with make <<<"$plan"
  first=$(cat id)
  as section-head approve here -q --yes >/dev/null
  as staff repair "$first" -q >/dev/null
  as staff open here -q -m slow --fault disk-full --object /srv >id
  as staff analyze "$(cat id)" -q --plan make --fault disk-full -m x >/dev/null
  as staff --as section-head approve "$(cat id)" --request ../request -q >/dev/null
  grep -q "$first: done, not verified yet" ../request/preview.txt
  ssh-keygen -Y sign -q -n jaga-record -f "$KEYS/section-head" ../request/record.yaml
  as section-head verify "$first" -q --yes --override 'nothing measures it' >/dev/null
  status 0 as staff import ../request
}

@test "the record and its signature alone are enough; what did come back must belong to them" {
  as staff --as section-head approve web01 --request ../request -q >/dev/null
  ssh-keygen -Y sign -q -n jaga-record -f "$KEYS/section-head" ../request/record.yaml
  mkdir ../back
  cp ../request/record.yaml ../request/record.yaml.sig ../back
  cp ../request/record.yaml ../back/decided-on.yaml
  status 65 as staff import ../back
  says "'decided-on.yaml' does not belong to this request: the signer was shown something else"
  [ -z "$(ls incidents/*/*/ | grep approve)" ]
  rm ../back/decided-on.yaml
  status 0 as staff import ../back
}

@test "a file that no request holds, such as a file manager leaves, is let be" {
  as staff --as section-head approve web01 --request ../request -q >/dev/null
  ssh-keygen -Y sign -q -n jaga-record -f "$KEYS/section-head" ../request/record.yaml
  touch ../request/Thumbs.db ../request/incident/.DS_Store
  status 0 as staff import ../request
}
