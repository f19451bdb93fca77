#!/usr/bin/env bats
load helpers
setup() {
  setup_folder
  office
  as staff open web01 -m slow >id
  git init -q . && git add . && git commit -qm begin
  git clone -q . ../clone
}

@test "two clones continue one incident: both stay, audit names the fork, merge closes it" {
  id=$(cat id)
  as staff note "$id" -q -m here
  as staff analyze "$id" -q --plan manual -p task='change the cable' --fault unknown -m here
  (cd ../clone && as staff analyze "$id" -q --plan manual -p task='change the cable' --fault unknown -m there)
  git add . && git commit -qm here
  (cd ../clone && git add . && git commit -qm there)
  git pull -q --no-rebase --no-edit ../clone 2>/dev/null || git pull -q --no-rebase --no-edit ../clone master
  [ "$(ls incidents/*/"$id"/0002-analyze.*.yaml | wc -l)" = 2 ]
  status 77 as section-head approve "$id" --yes
  says 'jaga merge'
  status 1 jaga audit
  says 'fork'
  status 0 as staff merge "$id" -m 'two shifts'
  status 0 jaga audit
  status 0 jaga status
  says analyze
}

@test "a forked register is reported as such everywhere, and its merge states what holds" {
  make_key one
  make_key two
  as staff person add deputy -q --role staff --key "$KEYS/one.pub" >/dev/null
  (cd ../clone && as staff person add deputy -q --role section_head --key "$KEYS/two.pub" >/dev/null)
  git add . && git commit -qm here
  (cd ../clone && git add . && git commit -qm there)
  git pull -q --no-rebase --no-edit ../clone 2>/dev/null || git pull -q --no-rebase --no-edit ../clone master
  status 0 jaga status
  says 'the register is forked: two clones have continued it'
  says "close the fork with 'jaga merge register -m REASON'"
  status 77 jaga show "$(cat id)"
  says 'the register is forked'
  status 0 jaga log --register
  says 'deputy: registered as staff'
  says 'deputy: registered as section_head'
  before=$(ls register)
  status 64 as staff merge register -m ' '
  says reason
  [ "$(ls register)" = "$before" ]
  status 0 as staff merge register -m 'both added somebody'
  says 'deputy: now has no roles'
  status 0 jaga log --register
  says 'deputy: now has no roles; merged (both added somebody)'
  [[ $output != *'nothing changed'* ]]
  status 0 jaga status
  says analyze
}

@test "a register that was edited, cut or lacks a record is called damaged, never forked" {
  make_key one
  as staff person add deputy -q --role staff --key "$KEYS/one.pub" >/dev/null
  cp -r . ../sound
  try() {
    status 65 as staff note web01 -m x
    says "the register is damaged"
    [[ $output != *forked* ]]
    status 65 as staff merge register -m x
    says "damaged"
    status 0 jaga status
    [[ $output != *forked* ]]
    status 1 jaga audit
    [[ $output != *'fork at'* ]]
    cd .. && rm -rf work && cp -r sound work && cd work
  }
  chmod u+w register/*
  sed -i 's/division-head/division-haed/' register/0003-person.*.yaml; try
  chmod u+w register/*
  truncate -s -1 register/0002-person.*.yaml; try
  rm register/0003-person.*; try
}

@test "without a fork there is nothing to merge" {
  status 77 as staff merge "$(cat id)" -m why
  status 77 as staff merge register -m why
}

@test "after a merge the decider sees the rejection of one clone and the repair of the other" {
  id=$(cat id)
  as staff analyze "$id" -q --plan manual -p task='change the cable' --fault unknown -m x >/dev/null
  as section-head approve "$id" -q --yes >/dev/null
  cp -a . ../other
  as staff repair "$id" -q --by-hand -m 'DISK SWAPPED' >/dev/null
  (cd ../other && as section-head reject "$id" -q --yes -m 'STOP, WRONG DISK' >/dev/null)
  cp -an ../other/incidents/. incidents/
  as section-head merge "$id" -q -m clones >/dev/null
  status 0 jaga status
  says 'STOP, WRONG DISK'
  says 'already carried out in a merged clone, by staff: done: DISK SWAPPED'
  status 0 jaga show "$id"
  says 'STOP, WRONG DISK'
  says 'already carried out in a merged clone, by staff: done: DISK SWAPPED'
  status 0 as section-head approve "$id" --yes
  says 'STOP, WRONG DISK'
  says 'already carried out in a merged clone'
  status 0 jaga show "$id" --json
  says '"left_behind": true'
  status 0 jaga audit
}

@test "staff cannot fork and merge a revoked approval back to life" {
  id=$(cat id)
  as staff analyze "$id" -q --plan manual -p task='change the cable' --fault unknown -m x >/dev/null
  as section-head approve "$id" -q --yes >/dev/null
  cp -a . ../other
  as section-head reject "$id" -q --yes -m stop >/dev/null
  # The older copy does not contain the rejection; any step in it makes the fork.
  (cd ../other && as staff analyze "$id" -q --plan manual -p task=another --fault unknown -m x >/dev/null)
  cp -an ../other/incidents/. incidents/
  status 0 as staff merge "$id" -m 'two shifts'
  says 'next: '
  says_not 'jaga repair'
  status 77 as staff repair "$id" --by-hand -m x
  says "the approval was revoked by 'section-head'"
  status 0 jaga status
  says approve
  status 0 jaga audit
}
