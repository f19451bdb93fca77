#!/usr/bin/env bats
# Who may when a step has waited, and where two sign: sop.yaml's `escalate` and `countersign`.
load helpers
load flow
setup() { setup_folder; office; }

# of_approve LINE: in the row of approve, in place of its roles.
of_approve() { sed -i "/step: \"approve\"/{n;s/.*/    roles: [\"section_head\"]\n    $1/}" sop.yaml; }

@test "a step that has waited may be done by whom it escalates to" {
  at_all_hours
  of_approve 'escalate: [{after: "1ms", roles: ["division_head"]}, {after: "9h", roles: ["staff"]}]'
  adopted
  analysed
  status 0 jaga status
  says 'waiting so long that these roles may act, too: Head of the Infrastructure Division'
  says ', also: Staff'
  status 0 jaga status --json
  says '"escalated": ["division_head"]'
  says '"escalates_to": ["staff"]'
  says '"escalates_at": "20'
  status 0 jaga show web01
  says 'waiting so long'
  status 1 as division-head status --mine --exit-code
  # Not who analysed, for all that, and nobody else before their time.
  status 77 as staff approve web01 --yes
  status 0 as division-head approve web01 --yes
  says 'as division-head'
  status 0 jaga audit
  jaga audit --script >check.sh
  status 0 sh check.sh .
}

@test "before the waiting time it is 77" {
  at_all_hours
  of_approve 'escalate: [{after: "1h", roles: ["division_head"]}]'
  adopted
  analysed
  status 77 as division-head approve web01 --yes
  says "has no role for step 'approve'"
  status 0 as division-head status --mine --exit-code
  status 0 jaga status
  says ', also: Head of the Infrastructure Division'
}


@test "where two sign, the first signature opens no repair" {
  of_approve 'countersign: ["division_head"]'
  adopted
  analysed
  status 0 as section-head approve web01 --yes
  says 'the first of two signatures'
  status 0 jaga status
  says "give the second signature or reject: 'section-head' has signed"
  status 77 as staff repair web01 --by-hand -m x
  says 'the next step is '
  status 77 as section-head approve web01 --yes
  says 'requires the signatures of two people'
  status 0 as section-head status --mine --exit-code
  status 1 as division-head status --mine --exit-code
  status 77 as staff approve web01 --yes
  # Another validity is another decision: it is a first signature again.
  status 0 as division-head approve web01 --yes --until 2099-01-01
  says 'section-head signed different terms; that signature no longer counts'
  says 'the first of two signatures'
  status 0 as section-head approve web01 --yes
  says 'the second of two signatures; the first is that of division-head'
  status 0 as staff repair web01 --by-hand -m 'cable replaced'
  status 0 jaga audit
  jaga audit --script >check.sh
  status 0 sh check.sh .
}

@test "the rejection by either of two is enough, and paper is not possible" {
  of_approve 'countersign: ["division_head"]'
  adopted 's/^  paper_decisions: .*/  paper_decisions: "all"/'
  analysed
  as section-head approve web01 -q --yes >/dev/null
  status 0 as division-head reject web01 --yes -m 'not today'
  status 0 jaga status
  says 'the plan was rejected by division-head: not today'
  as staff analyze web01 -q -m 'then tomorrow' >/dev/null
  echo scan >scan.pdf
  status 77 as staff --as section-head approve web01 --paper scan.pdf --yes
  says 'cannot be decided on paper'
}

@test "two sign on their own machines" {
  of_approve 'countersign: ["division_head"]'
  adopted
  analysed
  for who in section-head division-head; do
    status 0 jaga --as $who approve web01 --request ../$who
    (cd ../$who && ssh-keygen -q -Y sign -f "$KEYS/$who" -n jaga-record ./*.yaml 2>/dev/null)
    status 0 as staff import ../$who
  done
  status 0 jaga status
  says repair
  status 0 jaga audit
}

@test "what is wrong in sop.yaml is 78 with line and column" {
  cp sop.yaml ../sop.yaml
  for line in 'countersign: ["boss"]' 'escalate: [{after: "0s", roles: ["staff"]}]' 'escalate: [{after: "1h", roles: []}]' \
    'escalate: [{after: "1h", role: ["staff"]}]'; do
    cp ../sop.yaml .
    of_approve "$line"
    status 78 jaga status
    [[ $output =~ sop.yaml:[0-9]+:[0-9]+: ]]
  done
}
