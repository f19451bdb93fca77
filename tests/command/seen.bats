#!/usr/bin/env bats
# What deciders and readers must see: who acted for whom, remarks, and what was refused or revoked.
load helpers
setup() { setup_folder; office; }

@test "a person acting by delegation is shown with the letter everywhere" {
  make_key deputy
  as staff person add deputy -q --role staff --key "$KEYS/deputy.pub" >/dev/null
  as division-head person change deputy -q --delegate section_head --until 2d --letter 'ST 77/2026' >/dev/null
  as staff open web01 -q -m slow >/dev/null
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 as deputy approve web01 --yes
  says 'delegated by ST 77/2026'
  as staff repair web01 -q --by-hand -m x >/dev/null
  as deputy verify web01 -q --yes --override x >/dev/null
  status 0 as division-head accept web01 --yes
  says 'approved by deputy (delegated: ST 77/2026)'
  says 'verified by deputy (delegated: ST 77/2026)'
  status 0 jaga show web01
  says 'deputy (ST 77/2026)'
  status 0 jaga log web01
  says 'deputy (ST 77/2026)'
  status 0 jaga log web01 --json
  says '"delegated_by": "ST 77/2026"'
  status 0 jaga show web01 --json
  says '"delegated_by": "ST 77/2026"'
  status 0 jaga show web01 --lang id
  says 'ST 77/2026'
}

@test "a remark and an override are shown before they are signed" {
  as staff open web01 -q -m slow >/dev/null
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 as section-head approve web01 --yes -m 'only the cable'
  says 'remark: only the cable'
  as staff repair web01 -q --by-hand -m x >/dev/null
  status 0 as section-head verify web01 --yes -m 'seen with my own eyes' --override 'the probe is wrong'
  says 'remark: seen with my own eyes'
  says 'verified with --override, although nothing fails: the probe is wrong'
  status 0 as division-head accept web01 --yes -m 'well done'
  says 'remark: well done'
}

@test "status and show print a rejection until its step is approved" {
  as staff open web01 -q -m slow >/dev/null
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  as section-head reject web01 -q --yes -m 'NOT THAT WAY' >/dev/null
  as staff analyze web01 -q -p task=z -m zz >/dev/null
  for look in "status" "show web01" "status --json" "show web01 --json"; do
    # shellcheck disable=SC2086  # words
    status 0 jaga $look
    says 'NOT THAT WAY'
  done
  as section-head approve web01 -q --yes >/dev/null
  status 0 jaga status
  [[ $output != *'NOT THAT WAY'* ]]
  status 0 jaga show web01
  [[ $output != *'the plan was rejected by'* ]]
  as staff repair web01 -q --by-hand -m d >/dev/null
  as section-head verify web01 -q --yes >/dev/null
  as division-head reject web01 -q --yes -m 'THE LETTER IS NOT SIGNED' >/dev/null
  status 0 jaga status
  says 'the report was rejected by division-head: THE LETTER IS NOT SIGNED'
  status 0 jaga show web01
  says 'the report was rejected by division-head: THE LETTER IS NOT SIGNED'
}

@test "revoked while the vendor is waited for: the inbox says so, and why" {
  as staff open web01 -q -m slow >/dev/null
  as staff analyze web01 -q --plan vendor -p task=x --fault unknown -m x >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  as staff repair web01 -q --vendor V >/dev/null
  as section-head reject web01 -q --yes -m 'TOO DEAR, SEND THEM AWAY' >/dev/null
  status 0 jaga status
  says "the approval was revoked by 'section-head': cancel the vendor's visit"
  says 'TOO DEAR, SEND THEM AWAY'
  status 0 jaga show web01
  says 'TOO DEAR, SEND THEM AWAY'
  status 0 as staff repair web01 --give-up -m 'called off'
  status 0 jaga status
  says analyze
}
