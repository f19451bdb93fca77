#!/usr/bin/env bats
# What somebody with an editor, but without the key, writes into the directory moves nothing.
load helpers
load flow

setup() {
  setup_folder
  office
}

# shellcheck disable=SC2086  # a pattern
file() { ls incidents/*/*/$1; } # file GLOB

# swap FILE OTHER: FILE gets the signature that belongs to OTHER.
swap() {
  rm -f "$1.sig"
  cp "$2.sig" "$1.sig"
}

@test "a record of the register with another's signature lets nobody decide" {
  analysed
  swap "$(ls register/0003-*.yaml)" "$(ls register/0002-*.yaml)"
  status 65 as section-head approve web01 --yes
  says 'the register is damaged'
  says 'its signature is missing or not good'
  status 65 as staff open web01 -m again
}

@test "a record of the register without a signature makes nobody an admin" {
  make_key mallory
  cp -r . ../copy
  as staff -C ../copy person add mallory -q --role section_head --key "$KEYS/mallory.pub" >/dev/null
  cp ../copy/register/0004-person.*.yaml register/
  status 65 as staff open web01 -m slow
  says 'its signature is missing or not good'
  cp ../copy/register/0004-person.*.yaml.sig register/
  status 0 as staff open web01 -m slow
}

@test "an incident's record with another's signature is decided on by nobody" {
  repaired
  swap "$(file '*-repair-end.*.yaml')" "$(file '*-repair-start.*.yaml')"
  status 65 as section-head verify web01 --yes --override 'looks good'
  says 'is not good'
  says "hint: look at all of it with 'jaga audit"
}

@test "nothing is run over a record that nobody signed" {
  approved
  rm -f "$(file '*-approve.*.yaml').sig"
  status 77 as staff repair web01 --by-hand -m 'cable replaced'
  says 'is not good'
}

@test "a note with another's signature stops a decision" {
  repaired
  as staff note web01 -q -m first >/dev/null
  as staff note web01 -q -m second >/dev/null
  notes=("$(dirname "$(file '0001-*.yaml')")"/notes/*.yaml)
  swap "${notes[0]}" "${notes[1]}"
  status 65 as section-head verify web01 --yes --override 'looks good'
  says "signature of 'notes/"
}

