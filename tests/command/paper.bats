#!/usr/bin/env bats
# Decisions on paper: who decided counts, who enters it signs, and the decider's own record ratifies it.
load helpers
load flow
setup() { setup_folder; office; analysed; echo scan >../scan.pdf; }

@test "approved on paper: entered by staff, ratified before accept" {
  status 64 as staff approve web01 --yes --paper ../scan.pdf
  says '--as PERSON'
  status 77 as staff --as staff approve web01 --yes --paper ../scan.pdf
  says "'staff', who decided on paper, does not hold the role 'section_head'"
  status 66 as staff --as section-head approve web01 --yes --paper ../none.pdf
  status 64 as staff --as section-head approve web01 --paper ../scan.pdf --request ../request
  says 'cannot be combined'
  status 0 as staff --as section-head approve web01 --yes --paper ../scan.pdf
  says 'decided on paper by section-head, '
  ls incidents/*/*/evidence/private/sha256-"$(sha256sum ../scan.pdf | cut -d' ' -f1)"
  status 0 as staff repair web01 --by-hand -m x
  status 0 as section-head verify web01 --yes --override x
  status 77 as division-head accept web01 --yes
  says "the next step is 'approve': ratify what was decided on paper; only 'section-head' may do it"
  status 77 as division-head approve web01 --yes
  status 0 as section-head approve web01 --yes
  says 'this ratifies what was decided on paper'
  status 0 as division-head accept web01 --yes
  says 'approved by section-head (on paper, entered by staff)'
  says 'verified by section-head'
  status 0 jaga log web01 --step approve
  says 'staff         (paper: section-head)'
  says 'section-head  (ratifies)'
  status 0 jaga audit
}

@test "accepted on paper: ratified before archive" {
  as section-head approve web01 -q --yes >/dev/null
  as staff repair web01 -q --by-hand -m x >/dev/null
  as section-head verify web01 -q --yes --override x >/dev/null
  status 0 as staff --as division-head accept web01 --yes --paper ../scan.pdf
  status 77 as staff archive web01 --no-part
  says 'ratify'
  status 0 as division-head accept web01 --yes
  says 'this ratifies what was decided on paper'
  status 0 as staff archive web01 --no-part
  status 0 jaga audit
}

@test "own work counts for the decider" {
  as staff person change section-head -q --role staff >/dev/null
  as section-head analyze web01 -q --plan manual -p task=x --fault unknown -m mine >/dev/null
  status 77 as staff --as section-head approve web01 --yes --paper ../scan.pdf
  says "'section-head' may not do step 'approve' on their own work"
}

@test "a decider on paper who leaves: said at once, and another one of the role ratifies it" {
  as staff approve web01 -q --as section-head --paper ../scan.pdf --yes >/dev/null
  as staff repair web01 -q --by-hand -m x >/dev/null
  make_key head2
  as staff person add head2 -q --role section_head --key "$KEYS/head2.pub" >/dev/null
  as head2 verify web01 -q --yes --override x >/dev/null
  status 0 as staff person leave section-head --yes
  says "was waiting for 'section-head'; now it is waiting for: Head of the Network and Data Centre Section"
  status 0 jaga status
  says "the paper decision of 'section-head', who no longer has a role or a key"
  status 0 jaga status --json
  says '"in_place_of": "section-head"'
  status 0 as head2 status --mine
  says approve
  status 0 as head2 approve web01 --yes
  status 0 as division-head accept web01 --yes
  status 0 as staff archive web01 --no-part
  status 0 jaga audit
}
