#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; }

@test "rejecting the analysis leads back to analyze" {
  analysed
  status 64 as section-head reject web01 --yes
  says 'missing option: -m'
  status 0 as section-head reject web01 --yes -m 'another plan' --correction 'look at the cable'
  status 0 jaga status --json
  says '"due": "analyze"'
}

@test "rejecting the repair leads back to repair, under the same approval" {
  repaired
  status 0 as section-head reject web01 --yes -m 'still slow'
  status 0 jaga status --json
  says '"due": "repair"'
  status 0 as staff repair web01 --by-hand -m 'again'
}

@test "rejecting the report leads back to verify" {
  verified
  status 0 as division-head reject web01 --yes -m 'which cable?'
  status 0 jaga status --json
  says '"due": "verify"'
}

@test "after the yes it revokes" {
  approved
  status 0 as section-head reject web01 --yes -m 'not today'
  status 77 as staff repair web01 --by-hand -m x
}

@test "who revokes is told whose approval, and the log says where it goes back to" {
  analysed
  as section-head approve web01 -q --yes >/dev/null
  status 0 as section-head reject web01 --yes -m 'not today'
  says 'this revokes the approval of section-head'
  status 0 jaga log web01 --step reject
  says 'approve -> analyze not today'
}

@test "who rejects an emergency repair is told so, and nobody does it on paper" {
  analysed
  as staff repair web01 -q --by-hand --emergency -m 'it could not wait' >/dev/null
  echo scan >../scan.pdf
  status 77 as staff --as section-head reject web01 --yes -m no --paper ../scan.pdf
  says 'an emergency repair cannot be ratified or rejected on paper'
  status 77 as staff --as section-head approve web01 --yes --paper ../scan.pdf
  status 0 as section-head reject web01 --yes -m 'it could have waited'
  says 'this rejects an emergency repair that was carried out before'
  says 'manually, by staff (an emergency, not ratified): done'
}

@test "not where sop.yaml does not allow it" {
  analysed
  status 64 as section-head reject web01 --yes -m x --back archive
}
