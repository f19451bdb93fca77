#!/usr/bin/env bats
# What happens between the approval and the repair, and the refusal that names it. The host's key and machine-id are
# changed over the lab (tests/lab/procedure.bats).
load helpers
load flow

setup() {
  setup_folder
  office
  make_key other
  as staff person add other -q --role staff --key "$KEYS/other.pub" >/dev/null
  here_makes "$PWD/made"
  as section-head approve here -q --yes >/dev/null
}

# refused PERSON TEXT: with this message, and nothing was run
refused() {
  status 77 as "$1" repair here
  says "$2"
  [ ! -e made ]
}

@test "a later analysis" {
  as staff analyze here -q -m later >/dev/null
  refused staff 'a newer analysis has replaced the approved one'
}

@test "one byte of the analyse record" {
  file=$(echo incidents/*/*/0002-analyze.*.yaml)
  chmod u+w "$file"
  sed -i 's/echo made/echo Made/' "$file"
  refused staff "is damaged: 0003-approve"
  says 'the record before it is missing or was changed'
}

@test "one byte of its signature" {
  file=$(echo incidents/*/*/0002-analyze.*.yaml.sig)
  chmod u+w "$file"
  # In the middle of the armor: its last line may hold nothing but padding.
  sed -i '3s/./-/10' "$file"
  refused staff signature
}

@test "the register takes the role away" {
  as staff person change other -q --drop-role staff >/dev/null
  refused other "'other' has no role for step 'repair'"
}

@test "the key is retired" {
  as staff person leave other -q --yes >/dev/null
  status 77 as other repair here
  [ ! -e made ]
}

@test "a revocation" {
  as section-head reject here -q --yes -m 'not now' >/dev/null
  refused staff "the approval was revoked by 'section-head'"
}

@test "the approval's end" {
  as section-head reject here -q --yes -m 'too long' --back approve >/dev/null
  as section-head approve here -q --yes --until "$(date -u -d '+2 seconds' +%Y-%m-%dT%H:%M:%SZ)" >/dev/null
  until jaga status --json | grep -q '"due": "approve"'; do :; done
  refused staff 'the approval expired at '
  status 0 as section-head approve here --yes
  status 0 as staff repair here
}

@test "the order of refusals: a damaged chain before a role, a role before the state of the approval" {
  as section-head reject here -q --yes -m 'not now' >/dev/null
  as staff person change other -q --drop-role staff >/dev/null
  refused other "'other' has no role for step 'repair'"
  refused staff "the approval was revoked by 'section-head'"
  file=$(echo incidents/*/*/0002-analyze.*.yaml)
  chmod u+w "$file"
  sed -i 's/echo made/echo Made/' "$file"
  refused other 'is damaged'
}

@test "a second run" {
  status 0 as staff repair here
  status 77 as staff repair here
  says "the next step is 'verify'"
  [ "$(wc -l <made)" = 1 ]
}

@test "the same approval in a second clone" {
  cp -a . ../clone
  status 0 as staff repair here
  cd ../clone
  status 77 as other repair here
  says "this run was already executed on 'here'"
  [ "$(wc -l <../work/made)" = 1 ]
  status 0 jaga audit
}

@test "a plan without leave for it in an emergency; with it, archive stays shut until it is settled" {
  as staff analyze here -q -m again >/dev/null
  status 77 as staff repair here --emergency -m 'now'
  says "the plan 'touch' may not be run before it is approved"
  [ ! -e made ]
  echo 'emergency: true' >>plans/touch.yaml
  as staff analyze here -q -m 'it burns' >/dev/null
  status 64 as staff repair here --emergency
  status 0 as staff repair here --emergency -m 'it burns'
  says 'next: Head of the Network and Data Centre Section: jaga approve'
  [ "$(wc -l <made)" = 1 ]
  status 77 as section-head verify here --yes --override x
  says 'ratify or reject the emergency repair'
  status 77 as division-head accept here --yes
  says 'ratify or reject the emergency repair'
  status 77 as other archive here --no-part
  says 'ratify or reject the emergency repair'
  status 77 as section-head withdraw here --yes -m well --outcome recovered
  says 'an emergency repair is neither ratified nor rejected'
  status 77 as staff approve here --yes
  status 0 as section-head approve here --yes
  says 'this ratifies an emergency repair that was carried out before'
  says 'reason: it burns'
  says 'here 1. exit 0'
  [[ $output != *'if it is not done'* ]]
  status 0 jaga show here
  says '(an emergency, ratified by section-head)'
  status 0 as section-head verify here --yes --override x
  status 0 jaga audit
}

@test "an emergency that is rejected: the next pass is an ordinary one, and what ran stays told" {
  echo 'emergency: true' >>plans/touch.yaml
  as staff analyze here -q -m 'it burns' >/dev/null
  as staff repair here -q --emergency -m 'it burns' >/dev/null
  status 77 as staff reject here --yes -m mine
  status 0 as section-head reject here --yes -m 'it could have waited'
  status 0 jaga show here
  says '(an emergency, rejected by section-head)'
  says 'next step: analyze'
  status 77 as section-head verify here --yes --override x
  says "the next step is 'analyze'"
  as other analyze here -q -m 'once more' >/dev/null
  status 77 as other repair here
  as section-head approve here -q --yes >/dev/null
  as other repair here -q >/dev/null
  [ "$(wc -l <made)" = 2 ]
  as section-head verify here -q --yes --override x >/dev/null
  as division-head accept here -q --yes >/dev/null
  status 0 as staff archive here --no-part
  status 0 jaga audit
}
