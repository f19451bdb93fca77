#!/usr/bin/env bats
# Keys over the years, as jaga-trust(7) says: each step at its own time.
load helpers

setup() {
  setup_folder
  need_moved_clock
  on 2026-03-02T02:00:00Z
}

# on TIME: what follows happens then, each command a minute after the one before it.
on() { date -d "$1" +%s >"$BATS_TEST_TMPDIR/now"; }
# by KEY COMMAND...: jaga with that key, then.
by() {
  local key=$1 now
  shift
  own_words "$@"
  now=$(<"$BATS_TEST_TMPDIR/now")
  echo $((now + 60)) >"$BATS_TEST_TMPDIR/now"
  at "@$now" "$JAGA" --key "$KEYS/$key" "$@"
}
fingerprint() { ssh-keygen -lf "$KEYS/$1.pub" | cut -d ' ' -f 2; }

# begun: an office in which everybody works at all hours.
begun() {
  local name
  for name in staff head division; do make_key $name; done
  by head init -q --org Office --person head --role section_head >/dev/null
  at_all_hours
  by head adopt -q --yes >/dev/null
  by head person add staff -q --role staff --key "$KEYS/staff.pub" >/dev/null
  by head person add division -q --role division_head --key "$KEYS/division.pub" >/dev/null
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
}
# archived STAFF HEAD DIVISION OBJECT: an incident from beginning to end, with these keys; prints its id.
archived() {
  local id
  id=$(by "$1" open web01 -q --fault unknown --object "$4" -m slow)
  by "$1" analyze "$id" -q --plan manual -p task=x -m x >/dev/null
  by "$2" approve "$id" -q --yes >/dev/null
  by "$1" repair "$id" -q --by-hand -m 'done' >/dev/null
  by "$2" verify "$id" -q --yes --override 'nothing measures it' >/dev/null
  by "$3" accept "$id" -q --yes >/dev/null
  by "$1" archive "$id" -q --no-part --no-pdf --yes >/dev/null
  echo "$id"
}
# sound: with jaga and without.
sound() {
  status 0 by "${1-staff}" audit
  says 'sound'
  "$JAGA" audit --script >../check.sh
  status 0 sh ../check.sh .
}

# bats test_tags=long
@test "ten years: keys are replaced, one is lost, an algorithm ends, people leave; what they signed stays valid" {
  begun
  first=$(archived staff head division a)
  sound

  # Two years later the staff has another computer.
  on 2028-03-06T02:00:00Z
  make_key staff2
  status 0 by head person change staff -q --key "$KEYS/staff2.pub"
  by staff note "$first" -q -m 'still with the old key' >/dev/null
  status 0 by head person change staff -q --retire "$(fingerprint staff)"
  status 77 by staff open web01 -q -m 'with the retired key'
  archived staff2 head division b >/dev/null
  sound staff2

  # The division head's security key is lost.
  on 2030-05-06T02:00:00Z
  make_key division2
  by head person change division -q --key "$KEYS/division2.pub" >/dev/null
  by head person change division -q --retire "$(fingerprint division)" >/dev/null
  archived staff2 head division2 c >/dev/null
  sound staff2

  # Somebody leaves, somebody comes.
  on 2032-07-05T02:00:00Z
  make_key staff3
  by head person add second -q --role staff --key "$KEYS/staff3.pub" >/dev/null
  by head person leave staff -q --yes >/dev/null
  status 77 by staff2 note "$first" -q -m 'after leaving'
  archived staff3 head division2 d >/dev/null
  sound staff3

  # Ed25519 ends: everybody gets a key of another type, all is sealed with one, the old ones are retired.
  on 2034-09-04T02:00:00Z
  local name
  for name in head staff3 division2; do ssh-keygen -q -t ecdsa -b 384 -N '' -C new -f "$KEYS/$name-ecdsa"; done
  by head person change second -q --key "$KEYS/staff3-ecdsa.pub" >/dev/null
  by head person change division -q --key "$KEYS/division2-ecdsa.pub" >/dev/null
  by head person change head -q --key "$KEYS/head-ecdsa.pub" >/dev/null
  chains=$(ls seals | wc -l)
  status 0 by head-ecdsa seal -q
  [ "$(ls seals | wc -l)" = $((chains + 1)) ]
  by head-ecdsa person change second -q --retire "$(fingerprint staff3)" >/dev/null
  by head-ecdsa person change division -q --retire "$(fingerprint division2)" >/dev/null
  by head-ecdsa person change head -q --retire "$(fingerprint head)" >/dev/null
  archived staff3-ecdsa head-ecdsa division2-ecdsa e >/dev/null
  sound staff3-ecdsa

  # All five are archived, and status reads none as open.
  on 2036-03-03T02:00:00Z
  status 0 by staff3-ecdsa status
  says 'no open incidents'
  [ "$(by staff3-ecdsa status --all --json 2>/dev/null | wc -l)" = 5 ]
  status 0 by staff3-ecdsa show "$first"
  says 'with the old key'
  status 0 by staff3-ecdsa audit --since last
  says 'sound'
}

@test "who kept an old key cannot sign into the past" {
  begun
  archived staff head division a >/dev/null
  cp -a . ../kept
  on 2028-03-06T02:00:00Z
  make_key staff2
  by head person change staff -q --key "$KEYS/staff2.pub" >/dev/null
  by head person change staff -q --retire "$(fingerprint staff)" >/dev/null
  # In a copy of before, on the clock of then.
  on 2027-01-04T02:00:00Z
  (cd ../kept && XDG_STATE_HOME=$BATS_TEST_TMPDIR/thief by staff open web01 -q -m forged >../id)
  mkdir -p incidents/2027-01
  cp -a ../kept/incidents/*/"$(cat ../id)" incidents/2027-01/
  on 2028-03-07T02:00:00Z
  status 1 by staff2 audit
  says 'was retired later, and the seal of that time does not list this record'
}

@test "a stolen key: what it signed since then is reported, and is open again" {
  begun
  archived staff head division a >/dev/null
  on 2029-03-05T02:00:00Z
  later=$(archived staff head division b)
  on 2029-03-06T02:00:00Z
  make_key staff2
  by head person change staff -q --key "$KEYS/staff2.pub" >/dev/null
  status 0 by head person change staff -q --compromised "$(fingerprint staff)" --since 2029-03-04T00:00:00Z
  status 1 by staff2 audit
  says 'was compromised at that time'
  status 0 by staff2 status
  says "$later"
  [ "$(by staff2 status --json 2>/dev/null | wc -l)" = 1 ]
}

@test "audit --since a seal that this account verified; others are refused" {
  begun
  archived staff head division a >/dev/null
  status 77 by staff audit --since last
  says 'this account has not verified any seal'
  by staff seal -q >/dev/null || true
  seal=$(ls seals/*/*.yaml | tail -1)
  digest=sha256:$(sha256sum "$seal" | cut -c1-64)
  status 77 by staff audit --since "$digest"
  says 'this account has not verified the seal'
  status 0 by staff audit
  on 2026-06-01T02:00:00Z
  second=$(by staff open web01 -q --fault unknown --object b -m slow)
  for since in last "$digest" "${digest:7:12}" "$seal"; do
    status 0 by staff audit --since "$since"
    says 'sound'
    says '1 chain has nothing new and was not read'
    says 'not checked: what this account verified before; it read all of it last on 2026-03-02'
  done
  [ "$(by staff audit --since last --json 2>/dev/null | tail -1 | jq .untouched)" = 1 ]
  status 66 by staff audit --since sha256:0000
  status 64 by staff audit --since x
  status 64 by staff audit --since last "$second"
  # What is new is read; of the rest the names.
  sed -i 's/slow/fast/' "incidents/2026-06/$second"/0001-*.yaml
  status 1 by staff audit --since last
  says "$second/0001-monitor"
  sed -i 's/fast/slow/' "incidents/2026-06/$second"/0001-*.yaml
  status 0 by staff audit --since last
  rm incidents/2026-03/*/0003-approve*.yaml
  status 1 by staff audit --since last
  says 'it was sealed but is missing'
}
