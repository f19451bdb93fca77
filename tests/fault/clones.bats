#!/usr/bin/env bats
# Two clones of one working directory go on apart and are brought together with git: nothing is overwritten.
load ../command/helpers
load ../command/flow
load faults

setup() {
  setup_folder
  office
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: web02, address: 127.0.0.2}\n  - {name: web03, address: 127.0.0.3}\n' >hosts.yaml
  as staff open web01 -q -m slow >id
  git init -q -b main .
  git add .
  git commit -qm begin
  git clone -q . ../clone
}

here() { (cd "$BATS_TEST_TMPDIR/work" && "$@"); }
there() { (cd "$BATS_TEST_TMPDIR/clone" && "$@"); }
commit() { git add . && git commit -qm "$1"; }
together() {
  here commit here
  there commit there
  there git pull -q --no-rebase --no-edit origin main
  here git pull -q --no-rebase --no-edit ../clone main
}
all_of_it() { (cd "$1" && records | xargs sha256sum); }

@test "different incidents, notes and seals: both are there and sound" {
  here as staff open web02 -q -m 'seen here' >/dev/null
  here as staff note web01 -q -m here >/dev/null
  here as staff seal -q
  there as staff open web03 -q -m 'seen there' >/dev/null
  there as section-head note web01 -q -m there >/dev/null
  there as section-head seal -q
  { here all_of_it .; there all_of_it .; } | sort -u >"$BATS_TEST_TMPDIR/written"
  together
  here all_of_it . | sort | cmp - "$BATS_TEST_TMPDIR/written"
  there all_of_it . | sort | cmp - "$BATS_TEST_TMPDIR/written"
  here audited
  there audited
}

@test "the same incident: both stay, audit names the fork, merge closes it in both" {
  id=$(cat id)
  here as staff analyze "$id" -q --plan manual -p task='change the cable' --fault unknown -m here >/dev/null
  here as section-head approve "$id" -q --yes >/dev/null
  there as staff analyze "$id" -q --plan manual -p task='change the switch' --fault unknown -m there >/dev/null
  there as staff note "$id" -q -m there >/dev/null
  { here all_of_it .; there all_of_it .; } | sort -u >"$BATS_TEST_TMPDIR/written"
  together
  here all_of_it . | sort | cmp - "$BATS_TEST_TMPDIR/written"
  for side in here there; do
    $side status 1 jaga audit
    output=$($side jaga audit 2>&1 || true)
    says fork
    says 0002
    $side status 77 as staff repair "$id" --by-hand -m x
  done
  here status 0 as staff merge "$id" -m 'two shifts'
  here audited
  # What was approved was the other plan as much as this one: both steps are due again.
  output=$(here jaga status --json)
  says '"due": "analyze"'
  here commit merged
  there git pull -q --no-rebase --no-edit origin main
  there audited
  there as staff analyze "$id" -q --plan manual -p task='change both' --fault unknown -m both >/dev/null
  there as section-head approve "$id" -q --yes >/dev/null
  there audited
}

@test "the register: an admin merges it, and the entries say what holds" {
  here as staff person change section-head -q --name 'Changed here'
  there as staff person change section-head -q --name 'Changed there'
  { here all_of_it .; there all_of_it .; } | sort -u >"$BATS_TEST_TMPDIR/written"
  together
  here all_of_it . | sort | cmp - "$BATS_TEST_TMPDIR/written"
  here status 1 jaga audit
  here status 77 as staff note web01 -m x
  here status 77 as section-head merge register -m x
  here status 0 as staff merge register -m 'the same change twice'
  here audited
  here status 0 as staff note web01 -m x
}

@test "the same number for two papers: both stay, and are named" {
  here as staff report sop --number 800/1 --issue -o sop.html
  there as section-head report damage --number 800/1 --issue -o damage.html
  there as section-head report damage web01 --number 800/1 --issue -o ../web01.html && return 1
  there as section-head report damage web01 --number 800/2 --issue -o "$BATS_TEST_TMPDIR/$RANDOM.html"
  here as staff report damage web01 --number 800/2 --issue -o "$BATS_TEST_TMPDIR/$RANDOM.html"
  together
  for side in here there; do
    $side status 0 jaga audit
    output=$($side jaga audit 2>&1)
    says "duplicate number '800/1': "
    says "duplicate number '800/2': "
    output=$($side jaga report list 2>&1)
    says "duplicate number '800/1': 'sop', papers/"
    says "duplicate number '800/1': 'damage', papers/"
    says "duplicate number '800/2': 'damage', incidents/"
    output=$($side as staff report sop --number 800/1 --issue 2>&1) && return 1
    $side as staff report sop --number 800/3 --issue -q -o sop.html
    $side audited
  done
}
