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
  says 'its signature is missing or invalid'
  status 65 as staff open web01 -m again
}

@test "a record of the register without a signature makes nobody an admin" {
  make_key mallory
  cp -r . ../copy
  as staff -C ../copy person add mallory -q --role section_head --key "$KEYS/mallory.pub" >/dev/null
  cp ../copy/register/0004-person.*.yaml register/
  status 65 as staff open web01 -m slow
  says 'its signature is missing or invalid'
  cp ../copy/register/0004-person.*.yaml.sig register/
  status 0 as staff open web01 -m slow
}

@test "an incident's record with another's signature is decided on by nobody" {
  repaired
  swap "$(file '*-repair-end.*.yaml')" "$(file '*-repair-start.*.yaml')"
  status 65 as section-head verify web01 --yes --override 'looks good'
  says 'is invalid'
  says "hint: see all findings with 'jaga audit"
}

@test "nothing is run over a record that nobody signed" {
  approved
  rm -f "$(file '*-approve.*.yaml').sig"
  status 77 as staff repair web01 --by-hand -m 'cable replaced'
  says 'is invalid'
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


# forged FILE KEY SED...: a record or note from the copy beside, changed so and signed with KEY, lies here now.
forged() {
  local from=$1 key=$2 to expression
  shift 2
  to=${from#../copy/}
  mkdir -p "$(dirname "$to")"
  cp "$from" "$to.new"
  chmod u+w "$to.new"
  for expression in "$@"; do sed -i "$expression" "$to.new"; done
  ssh-keygen -q -Y sign -f "$KEYS/$key" -n jaga-record <"$to.new" >"$to.sig" 2>/dev/null
  mv "$to.new" "$to"
}
fingerprint() { ssh-keygen -lf "$KEYS/$1.pub" | cut -d' ' -f2; }
signed_by() { echo "s|^key: .*|key: \"$(fingerprint "$1")\"|"; }
# named TEXT: audit finds it and says so.
named() {
  status 1 jaga audit
  says "$1"
}
# unsound: the printed program, which knows keys and chains but no procedure, reports findings, too.
unsound() {
  jaga audit --script >check.sh
  status 1 sh check.sh .
}
copied() { # copied COMMAND...: done in a copy beside, whose installation is another
  rm -rf ../copy "$BATS_TEST_TMPDIR/state2"
  cp -r . ../copy
  (cd ../copy && XDG_STATE_HOME=$BATS_TEST_TMPDIR/state2 "$@" >/dev/null)
}

@test "a head who signs the staff's step moves nothing, and audit names it" {
  incident
  copied as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x
  forged ../copy/incidents/*/*/0002-analyze.*.yaml section-head \
    's/^by: .*/by: {person: "section-head", role: "section_head"}/' "$(signed_by section-head)"
  named "'section-head' has no role for step 'analyze'"
  status 77 as section-head approve web01 --yes
  says "the next step is 'analyze'"
  status 77 as section-head analyze web01 --plan manual -p task=x --fault unknown -m x
  says "has no role for step 'analyze'"
  # A role that is not theirs does not help either.
  rm incidents/*/*/0002-*
  forged ../copy/incidents/*/*/0002-analyze.*.yaml section-head \
    's/^by: .*/by: {person: "section-head", role: "staff"}/' "$(signed_by section-head)"
  named "'section-head' did not hold the role 'staff'"
}

@test "staff who name themselves section head are refused, and named where they forge it" {
  analysed
  status 77 as staff --as section-head approve web01 --yes
  says "no key of 'section-head' is available"
  copied as section-head approve web01 -q --yes
  # The head's name, the staff's key.
  forged ../copy/incidents/*/*/0003-approve.*.yaml staff "$(signed_by staff)"
  named "'$(fingerprint staff)' was not a current key of 'section-head' at that time"
  unsound
  status 77 as staff repair web01 --by-hand -m x
  # The head's name and key, as the record says; but it is the staff's signature.
  rm incidents/*/*/0003-*
  forged ../copy/incidents/*/*/0003-approve.*.yaml staff
  named 'signature'
  unsound
  status 77 as staff repair web01 --by-hand -m x
}

@test "a record whose body is none of its kind is named with its path, line and column" {
  analysed
  copied as section-head approve web01 -q --yes
  forged ../copy/incidents/*/*/0003-approve.*.yaml section-head 's/^  runs: 1/  runs: "x"/'
  status 1 jaga audit
  grep -qE '^incidents/[^ :]*/0003-approve\.[a-z0-9]*\.yaml:[0-9]+:[0-9]+: ' <<<"$output"
  status 0 jaga show web01
  says '0003-approve.'
  status 77 as staff repair web01 --by-hand -m x
}

@test "a signature that is dated back under the register of then is not believed" {
  analysed
  cp -r . ../copy
  make_key new
  as staff person change section-head -q --key "$KEYS/new.pub" >/dev/null
  as staff person change section-head -q --retire "$(fingerprint section-head)" >/dev/null
  # Who kept the old key approves as if it were yesterday.
  (cd ../copy && XDG_STATE_HOME=$BATS_TEST_TMPDIR/state2 as section-head approve web01 -q --yes >/dev/null)
  forged ../copy/incidents/*/*/0003-approve.*.yaml section-head \
    "s/^at: .*/at: \"$(date -ud '-1 day' +%Y-%m-%dT%H:%M:%S.000Z)\"/"
  named 'was retired later, and the seal of that time does not list this record'
  unsound
  status 77 as staff repair web01 --by-hand -m x
  says 'the next step is '
  status 0 jaga show web01
  says 'was retired later'
  # What was due is still due, and the new key does it.
  status 0 as new approve web01 --yes
  status 0 as staff repair web01 --by-hand -m x
}

@test "a stolen key: refused when it was retired, disbelieved from when it was stolen" {
  analysed
  cp "$KEYS/section-head" "$KEYS/thief" && cp "$KEYS/section-head.pub" "$KEYS/thief.pub"
  since=$(date -ud '-1 minute' +%Y-%m-%dT%H:%M:%SZ)
  as thief approve web01 -q --yes >/dev/null
  as staff person change section-head -q --compromised "$(fingerprint section-head)" --since "$since" >/dev/null
  named 'was compromised at that time'
  status 77 as staff repair web01 --by-hand -m x
  status 77 as thief approve web01 --yes
  says 'no available key is registered'
}

@test "a run's key signs nothing outside its run" {
  # Staff who make the key of a run themselves have its private half.
  make_key run
  here_with make <<<'commands: [{title: {id: "Buat", en: "Make"}, script: "true", timeout: "10s"}]'
  as section-head approve here -q --yes >/dev/null
  copied as staff repair here -q
  run_key="s|^  run_key: .*|  run_key: \"$(cut -d' ' -f1,2 "$KEYS/run.pub")\"|"
  forged ../copy/incidents/*/*/0004-repair-start.*.yaml staff "$run_key"
  start=$(sha256sum incidents/*/*/0004-*.yaml | cut -d' ' -f1)
  status 0 jaga audit
  # In its run, with what belongs to it, it is believed ...
  forged ../copy/incidents/*/*/0005-command-start.*.yaml run "$(signed_by run)" \
    "s/^prev: .*/prev: [\"sha256:$start\"]/" "s/^  run: .*/  run: \"sha256:$start\"/"
  status 0 jaga audit
  # ... and neither as a decision nor in a note.
  cp -r incidents ../kept
  copied as section-head reject here -q --yes -m no
  forged ../copy/incidents/*/*/0006-reject.*.yaml run "$(signed_by run)"
  named "was not a current key of 'section-head'"
  unsound
  rm -rf incidents && cp -r ../kept incidents
  copied as staff note here -q -m x
  forged ../copy/incidents/*/*/notes/*.yaml run "$(signed_by run)"
  named "was not a current key of 'staff'"
  unsound
}

@test "a signature that is stripped or swapped is named by audit and by the printed program" {
  approved
  file=$(file '*-approve.*.yaml')
  cp "$file.sig" ../sig
  rm -f "$file.sig"
  named "$(basename "$file")"
  unsound
  cp "$(file '*-analyze.*.yaml').sig" "$file.sig"
  named "$(basename "$file")"
  unsound
  cp -f ../sig "$file.sig"
  status 0 jaga audit
  jaga audit --script >check.sh
  status 0 sh check.sh .
}

@test "a record of the register by who may not write it is damage: nobody decides, and audit judges the rest" {
  analysed
  make_key mallory
  as staff person add mallory -q --role staff --key "$KEYS/mallory.pub"
  # What an admin's jaga would write, by another who is admin in a copy alone.
  cp -r . ../copy
  (cd ../copy && XDG_STATE_HOME=$PWD/state as staff person change mallory -q --role section_head)
  record=$(cd ../copy && ls register/0005-person.*.yaml)
  sed -e 's/person: "staff", role: "admin"/person: "mallory", role: "staff"/' \
    -e "s#^key: .*#key: \"$(ssh-keygen -lf "$KEYS/mallory" | cut -d' ' -f2)\"#" "../copy/$record" >"$record"
  if cmp -s "$record" "../copy/$record"; then return 1; fi
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/mallory" "$record"
  status 65 as section-head approve web01 --yes
  says 'the register is damaged'
  says 'only an admin may change people'
  echo more >>"$(file 0002-analyze.*.yaml)"
  status 1 jaga audit
  says 'only an admin may change people'
  says '0002-analyze'
  says 'not sound: '
}

# begun HOST [OPTION]...: an approval and a repair in the copy, and in `from` the record that begins it, numbered as
# if there were no approval; `head` is the analysis.
begun() {
  head=sha256:$(sha256sum "$(file '0002-*.yaml')" | cut -d' ' -f1)
  copied eval "as section-head approve $1 -q --yes && as staff repair $* -q"
  approval=sha256:$(sha256sum ../copy/incidents/*/*/0003-approve.*.yaml | cut -d' ' -f1)
  from=$(ls ../copy/incidents/*/*/0004-repair-start.*.yaml)
  mv "$from" "${from/0004-/0003-}"
  from=${from/0004-/0003-}
}
# begins BASIS [SED]...: it lies here, on this basis.
begins() {
  forged "$from" staff 's/^seq: 4/seq: 3/' "s/^prev: .*/prev: [\"$head\"]/" "s/^  basis: .*/  basis: \"$1\"/" "${@:2}"
  grep -q "^  basis: \"$1\"" "$(file '0003-*.yaml')"
}

@test "a repair that begins without an approval moves nothing, and audit and show name it" {
  analysed
  begun web01 --by-hand -m x
  cp -a . ../kept
  # What staff's jaga would write after an approval, which is not here; and on the analysis alone.
  for basis in "$approval" "$head"; do
    begins "$basis"
    named "'repair' is not the next step"
    status 0 jaga show web01
    says "record 3 (repair-start) breaks a rule: 'repair' is not the next step"
    status 77 as staff repair web01 --by-hand -m x
    status 77 as section-head verify web01 --yes --override x
    says "the next step is 'approve'"
    status 77 as division-head accept web01 --yes
    [ -z "$(find incidents -name '000[4-9]-*.yaml')" ]
    # The repair is approved and begins after it.
    status 0 as section-head approve web01 --yes
    status 0 as staff repair web01 --by-hand -m 'cable replaced'
    rm -rf incidents "$XDG_STATE_HOME"
    cp -a ../kept/incidents .
  done
}

@test "an emergency for which the plan gives no leave moves nothing, and audit names it" {
  here_makes "$PWD/made"
  begun here
  rm made
  begins "$head" 's/^  rollback: .*/  emergency: "now"\n&/'
  grep -q '^  emergency: ' "$(file '0003-*.yaml')"
  named "the plan 'touch' may not be run before it is approved"
  status 77 as section-head verify here --yes --override x
  says "the next step is 'approve'"
  status 77 as staff repair here --resume
  [ ! -e made ]
  status 0 as section-head approve here --yes
  status 0 as staff repair here
  [ "$(wc -l <made)" = 1 ]
}

@test "a note that a record names and that is gone stops a decision" {
  analysed
  as staff note web01 -q -m 'it broke twice before' >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  gone=$(file 'notes/*.yaml')
  digest=$(sha256sum "$gone" | cut -d' ' -f1)
  rm -f "$gone" "$gone.sig"
  status 77 as staff repair web01 --by-hand -m x
  says "0003-approve."
  says "the note 'sha256:$digest' to which it refers is missing"
  status 65 as section-head reject web01 -m no --yes
  status 65 jaga show web01
  # An admin may accept it, as any loss.
  status 0 as staff audit --resolve 'the disk lost it'
  status 0 as staff repair web01 --by-hand -m x
}

@test "a measurement with a time in the future does not take precedence over those made now" {
  here_with probed <<'P'
commands:
  - title: {id: "Buat", en: "Make"}
    script: |
      true
after:
  - {check: "tcp", object: "1"}
P
  sed -i 's/checks: \[local\]/checks: [local, {tcp: {port: 1}}]/' hosts.yaml
  as section-head approve here -q --yes >/dev/null
  as staff repair here -q >/dev/null
  copied as staff monitor --incident here || true
  forged "$(ls ../copy/incidents/*/*/notes/*.yaml)" staff 's/^at: .*/at: "2099-01-01T00:00:00.000Z"/' \
    's/state: "[a-z]*", text: "[^"]*"/state: "ok", text: "all is well"/'
  grep -q 'state: "ok"' incidents/*/*/notes/*.yaml
  status 77 as section-head verify here --yes
  says 'still failing or was not measured again'
  status 0 jaga audit
  says "its time, 2099-01-01T00:00:00.000Z, is in the future"
  # Once its time has come it is a measurement as any other, and where it was decided on it stays.
  status 0 at 2099-01-02T00:00:00Z "$JAGA" --key "$KEYS/section-head" verify here --yes
  status 0 jaga audit
}
