#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

@test "list names people, roles and keys" {
  status 0 jaga person list
  says 'section_head'
  says "$(ssh-keygen -lf "$KEYS/section-head.pub" | cut -d' ' -f2)"
  status 0 jaga person list --json
  says '"person": "division-head"'
}

@test "only an admin adds people" {
  make_key timer
  status 77 as section-head person add timer --machine --key "$KEYS/timer.pub"
  status 0 as staff person add timer --machine --key "$KEYS/timer.pub"
  status 0 jaga person list
  says 'system'
}

@test "of a private key the public half is registered, and that is said" {
  make_key other
  make_key more
  status 0 as staff person add other --role staff --key "$KEYS/other"
  says "'$KEYS/other' is a private key"
  says "$(ssh-keygen -lf "$KEYS/other.pub" | cut -d' ' -f2)"
  rm "$KEYS/more.pub"
  status 0 as staff person change other --key "$KEYS/more"
  says 'is a private key'
  status 0 jaga person list
  says "$(ssh-keygen -yf "$KEYS/more" | ssh-keygen -lf - | cut -d' ' -f2)"
  # A public key is taken as it is, whatever its name.
  make_key third
  mv "$KEYS/third.pub" "$KEYS/third-public"
  status 0 as staff person add third --role staff --key "$KEYS/third-public"
  says_not 'private key'
  echo nonsense >"$KEYS/nonsense"
  status 65 as staff person add fourth --role staff --key "$KEYS/nonsense"
  says "' is not a public key"
}

@test "a key permanently belongs to one person" {
  status 77 as staff person add other --role staff --key "$KEYS/section-head.pub"
}

@test "nobody without a registered key acts" {
  make_key stranger
  status 77 as stranger person add x --role staff --key "$KEYS/stranger.pub"
  status 77 jaga person add x --role staff --key "$KEYS/stranger.pub"
}

@test "what is wrong with an entry is 64" {
  make_key new
  status 64 as staff person add New --role staff --key "$KEYS/new.pub"
  status 64 as staff person add new --role boss --key "$KEYS/new.pub"
  says 'section_head'
  status 64 as staff person add new --key "$KEYS/new.pub"
  status 64 as staff person add new --role staff
  status 65 as staff person add new --role staff --key sop.yaml
  status 66 as staff person change section-haed --role staff
  says "did you mean 'section-head'?"
}

@test "a role is given and taken; the last admin stays" {
  status 0 as staff person change section-head --role admin
  status 0 as section-head person change staff --drop-role admin
  status 77 as section-head person leave section-head --yes
  status 0 jaga audit
}

@test "the last admin's key was stolen: another one first" {
  make_key new
  status 77 as staff person change staff --compromised "$(fingerprint staff)" --since 2026-01-01
  says 'at least one admin with a valid key must remain'
  status 0 as staff person change staff --key "$KEYS/new.pub"
  status 0 as new person change staff --compromised "$(fingerprint staff)" --since 2026-01-01
  status 77 as staff open web01 -m x
}

@test "who has left acts no more" {
  status 0 as staff person leave section-head --yes
  make_key new
  status 77 as section-head person change staff --drop-role admin
}

@test "keys prints allowed_signers that ssh-keygen understands" {
  jaga person keys >allowed
  record=$(ls register/0001-*.yaml)
  ssh-keygen -Y verify -f allowed -I staff -n jaga-record -s "$record.sig" <"$record"
}

@test "keys --make makes a machine's key once" {
  status 0 jaga person keys --make
  says 'person add timer --machine'
  status 73 jaga person keys --make
}

fingerprint() { ssh-keygen -lf "$KEYS/$1.pub" | cut -d' ' -f2; }
seals() { ls seals/*/*.yaml 2>/dev/null | wc -l; }
seal_named() { # seal_named FILE: the seal that a record of the register names is one that is here
  local digest
  digest=$(sed -n 's/^  seal: "sha256:\(.*\)"/\1/p' "$1")
  [ -n "$digest" ] && sha256sum seals/*/*.yaml | grep -q "^$digest "
}

@test "what takes a key or a role away is sealed first, and names the seal" {
  as staff open web01 -q -m slow >id
  [ "$(seals)" = 0 ]
  make_key second
  status 0 as staff person change section-head --key "$KEYS/second.pub"
  [ "$(seals)" = 0 ]  # nothing is taken
  status 0 as staff person change section-head --retire "$(fingerprint section-head)"
  [ "$(seals)" = 1 ]
  seal_named "$(ls register/*-person.*.yaml | tail -1)"
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 77 as section-head approve web01 --yes
  says 'no available key is registered'
  status 0 as second approve web01 --yes
  status 0 as staff person change section-head --drop-role section_head --role staff
  [ "$(seals)" = 2 ]
  seal_named "$(ls register/*-person.*.yaml | tail -1)"
  status 0 jaga audit
  jaga audit --script >check.sh
  status 0 sh check.sh .
}

@test "a retired key does not come back, and one that nobody has is not retired" {
  status 66 as staff person change section-head --retire SHA256:nobody
  as staff person change section-head -q --retire "$(fingerprint section-head)" >/dev/null
  status 77 as staff person change section-head --key "$KEYS/section-head.pub"
  status 64 as staff person change section-head --compromised "$(fingerprint section-head)"
  says 'missing option: --since'
}

@test "who has left acts no more, what they wrote stays good, and they are named" {
  approved_by_head() {
    as staff open web01 -q -m slow >id
    as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
    as section-head approve web01 -q --yes >/dev/null
  }
  approved_by_head
  status 0 as staff person leave section-head --yes
  seal_named "$(ls register/*-person.*.yaml | tail -1)"
  status 64 as staff person leave section-head --yes
  status 0 jaga person list
  says left
  status 0 jaga person keys
  [[ $output != *section-head* ]]
  # The approval was given while it could be given.
  status 0 as staff repair web01 --by-hand -m 'cable replaced'
  status 77 as section-head verify web01 --yes --override x
  status 0 jaga audit
}

@test "a compromised key: nothing that it signed from then on counts" {
  as staff open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  before=$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ)
  as section-head approve web01 -q --yes >/dev/null  # by the thief
  make_key new
  as staff person change section-head -q --key "$KEYS/new.pub" >/dev/null
  status 0 as staff person change section-head --compromised "$(fingerprint section-head)" --since "$before"
  # The approval is none any more: nothing is repaired under it, and the true head is asked.
  status 77 as staff repair web01 --by-hand -m x
  status 0 jaga status
  says 'approve or reject the plan'
  status 0 jaga show web01
  says 'was compromised at that time'
  status 1 jaga audit
  says 'was compromised at that time'
  status 77 as section-head approve web01 --yes
  status 0 as new approve web01 --yes
  status 0 as staff repair web01 --by-hand -m x
  # The decisions that were repeated because of it are valid.
  status 1 jaga audit
  [ "$(grep -c '^incidents/' <<<"$output")" = 1 ]
  says '0003-approve'
}

@test "each record signed with a compromised key is named, and what others did in good faith is not" {
  as staff open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  before=$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ)
  as section-head approve web01 -q --yes >/dev/null
  as staff repair web01 -q --by-hand -m x >/dev/null
  as section-head verify web01 -q --yes --override x >/dev/null
  status 0 as staff person change section-head --compromised "$(fingerprint section-head)" --since "$before"
  status 1 jaga audit
  [ "$(grep -c 'was compromised at that time' <<<"$output")" = 2 ]
  says '0003-approve'
  says '-verify.'
  [ "$(grep -c '^incidents/' <<<"$output")" = 2 ]
}

@test "what was signed before the key was compromised stays valid" {
  as staff open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  status 0 as staff person change section-head --compromised "$(fingerprint section-head)" --since "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)"
  status 0 as staff repair web01 --by-hand -m x
  status 0 jaga audit
}

@test "a role is delegated by its superior, with letter and dates" {
  make_key deputy
  as staff person add deputy -q --role staff --key "$KEYS/deputy.pub" >/dev/null
  as deputy open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 77 as deputy approve web01 --yes
  status 64 as division-head person change deputy --delegate section_head --until 2099-01-01
  says '--until and --letter'
  status 77 as section-head person change deputy --delegate section_head --until 2099-01-01 --letter 'ST 1'
  status 77 as deputy person change section-head --delegate staff --until 2099-01-01 --letter 'ST 1'
  status 77 as division-head person change division-head --delegate section_head --until 2099-01-01 --letter 'ST 1'
  says 'a role cannot be delegated to oneself'
  # One that begins tomorrow, and one that has ended, give nothing today.
  status 0 as division-head person change deputy --delegate section_head --from 2098-01-01 --until 2099-01-01 --letter 'ST 2'
  status 0 as division-head person change deputy --delegate section_head --from 2020-01-01 --until 2021-01-01 --letter 'ST 3'
  status 77 as deputy approve web01 --yes
  status 0 as division-head person change deputy --delegate section_head --until 2099-01-01 --letter 'ST 4'
  status 0 jaga person list
  says section_head
  status 0 as deputy approve web01 --yes
  says 'as deputy'
  grep -q 'role: "section_head"' incidents/*/*/0003-approve.*.yaml
  status 0 jaga audit
  jaga audit --script >check.sh
  status 0 sh check.sh .
}

@test "a delegation changes nothing else" {
  make_key deputy
  as staff person add deputy -q --role staff --key "$KEYS/deputy.pub" >/dev/null
  status 77 as division-head person change deputy --role section_head
  status 77 as division-head person change deputy --name Other --delegate section_head --until 2099-01-01 --letter 'ST 1'
  status 77 as division-head person change deputy --delegate admin --until 2099-01-01 --letter 'ST 1'
  status 0 jaga audit
}

@test "a delegation: its dates are told, it is not given twice, and it can be taken back" {
  make_key deputy
  as staff person add deputy -q --role staff --key "$KEYS/deputy.pub" >/dev/null
  delegate() { as division-head person change deputy --delegate section_head --letter 'ST 1' "$@"; }
  status 64 delegate --until 2x
  says "invalid time '2x'"
  says "write it like '2026-11-24 11:15', "
  status 64 delegate --from 2d --until 1970-01-01
  says 'ends before it begins'
  status 64 as division-head person change deputy --delegate section_head --until 3d --letter ' '
  says '--until and --letter'
  status 64 as division-head person change deputy --until 3d --letter 'ST 1'
  says '--until requires --delegate'
  status 64 as section-head person change deputy --delegate staff --until 3d --letter 'ST 1'
  says "'deputy' already has the role 'staff'"
  # Until a date is to the end of that day.
  status 0 delegate --until 2098-12-31
  status 64 delegate --until 2098-12-31
  says "already delegated to 'deputy' until 2099-01-01 00:00 WITA (ST 1)"
  status 0 delegate --until 2099-06-30
  status 0 jaga person list
  says 'staff, section_head (until 2099-01-01 00:00 WITA), section_head (until 2099-07-01 00:00 WITA)'
  [ "$(jaga person list --json | jq -r 'select(.person == "deputy").delegations[0] | .role + " " + .letter')" = 'section_head ST 1' ]
  status 0 jaga log --register
  says 'deputy: section_head delegated from'
  # Who may not give it may not take it.
  status 77 as section-head person change deputy --take-back section_head
  status 64 as staff person change deputy --drop-role section_head
  says '--take-back'
  status 0 as division-head person change deputy --take-back section_head
  seal_named "$(ls register/*-person.*.yaml | tail -1)"
  status 64 as division-head person change deputy --take-back section_head
  says 'is not delegated'
  as staff open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 77 as deputy approve web01 --yes
  status 0 jaga audit
}

@test "a delegation that begins later gives its role then, and not before" {
  make_key deputy
  as staff person add deputy -q --role staff --key "$KEYS/deputy.pub" >/dev/null
  as staff open web01 -q -m slow >id
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 as division-head person change deputy --delegate section_head --from 1d --until 2d --letter 'ST 1'
  status 0 jaga person list
  says 'section_head (from '
  status 77 as deputy approve web01 --yes
  status 0 as deputy status --mine
  says 'no incidents are waiting for you'
}

@test "what changes nothing writes nothing" {
  before=$(ls register)
  status 64 as staff person change section-head
  says 'no changes given'
  status 64 as staff person change section-head --since 2026-01-01
  status 0 as staff person change section-head --role section_head
  says 'everything is already so'
  status 0 as staff person change section-head --key "$KEYS/section-head.pub"
  status 64 as staff person change section-head --drop-role staff
  says "does not have the role 'staff'"
  [ "$(ls register)" = "$before" ]
}

@test "the last holder of a role: the steps that nobody can do are named, and doctor names them too" {
  status 0 as staff doctor
  [[ $output != *'nobody has a role for'* ]]
  status 0 as staff person leave division-head --yes
  says "nobody has a role for step 'accept' any more: Head of the Infrastructure Division"
  says 'person change ID --role division_head'
  status 64 as staff person change division-head --role division_head
  says 'has already left'
  run jaga doctor
  says 'nobody has a role for accept'
  make_key next
  status 0 as staff person add next --role division_head --key "$KEYS/next.pub"
  run jaga doctor
  [[ $output != *'nobody has a role for'* ]]
}

@test "the log shows what the register's records changed" {
  make_key second
  as staff person change section-head -q --key "$KEYS/second.pub" --name Head >/dev/null
  as staff person change section-head -q --retire "$(fingerprint section-head)" >/dev/null
  as staff person leave division-head --yes -q >/dev/null
  status 0 jaga log --register
  says 'division-head: registered as division_head'
  says "section-head: new key $(fingerprint second); section-head: name or NIP changed"
  says "section-head: key $(fingerprint section-head) retired"
  says 'division-head: left'
}

@test "each refusal of the register says what to do" {
  status 77 as staff person add other --role staff --key "$KEYS/section-head.pub"
  says "permanently belongs to 'section-head'"
  says 'hint: they create another one: ssh-keygen -t ed25519 -C other'
  status 77 as staff person leave staff --yes
  says 'at least one admin with a valid key must remain'
  says 'hint: first make another person an admin: jaga person change ID --role admin'
  make_key other
  status 77 as section-head person add other --role staff --key "$KEYS/other.pub"
  says 'only an admin may change people'
  says 'hint: list the admins with: jaga person list'
  status 77 as staff person change section-head --delegate nobody --until 2099-01-01 --letter x
  says "the procedure has no role 'nobody'"
  says 'hint: known roles: division_head, section_head, staff'
}

@test "a key file that is not there: whose are registered; only who begins may make it" {
  status 66 jaga --key nosuch open web01 -m x
  says 'hint: give the file of a registered key'
  [[ $output != *ssh-keygen* ]]
  cd ..
  status 66 jaga --key 'my key' init other --person me
  says "hint: create one: ssh-keygen -t ed25519 -C me -f '"
  says "my key'"
}

@test "a time that no reader understands is never signed: 64, and the register is read on" {
  key=$(ssh-keygen -lf "$KEYS/section-head.pub" | cut -d' ' -f2)
  for since in 0000-01-01 1969-12-31 9999-12-31; do
    status 64 as staff person change section-head --compromised "$key" --since "$since"
    says "'$since' is outside the years 1970 to 2100"
  done
  status 64 as staff person change section-head --compromised "$key" --since 2099-01-01
  says '--since is in the future'
  status 64 as division-head person change staff --delegate section_head --from 0000-01-01 --until 1d --letter x
  status 64 as division-head person change staff --delegate section_head --until 9999-12-31 --letter x
  status 64 as division-head person change staff --delegate section_head --until 100y --letter x
  adopted 's/utc_offset: .*/utc_offset: "-05:00"/'
  status 64 as division-head person change staff --delegate section_head --until 2101-01-01 --letter x
  status 0 as division-head person change staff --delegate section_head --until 2100-12-31 --letter x
  status 0 jaga person list
  status 0 jaga audit
}

@test "names, numbers and letters are one line of plain text" {
  status 64 as staff person change section-head --name $'Kepala Seksi\nKepala Dinas'
  says "'name' must be a single line of plain text"
  status 64 as staff person change section-head --nip $'1\n2'
  says "'nip' must be a single line"
  status 64 as division-head person change section-head --delegate staff --until 1d --letter $'ST 1\nST 2'
  says "'letter' must be a single line"
  make_key new
  status 64 as staff person add new --role staff --key "$KEYS/new.pub" --name $'a\nb'
  status 0 as staff person change section-head --name 'Kepala Seksi'
}
