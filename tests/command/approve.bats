#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; analysed; }

@test "shows the plan and records" {
  status 0 as section-head approve web01 --yes
  says 'plan manual'
  says 'digest sha256:'
  ls incidents/*/*/0003-approve.*.yaml
}

@test "without a terminal and --yes it is 64, and nothing is recorded" {
  status 64 as section-head approve web01 </dev/null
  says '--yes'
  [ -z "$(ls incidents/*/*/ | grep approve)" ]
}

@test "--expect" {
  status 77 as section-head approve web01 --yes --expect sha256:0000
  digest=$(as section-head approve web01 --yes --expect x 2>&1 | grep -o 'sha256:[0-9a-f]*' | head -1)
  status 0 as section-head approve web01 --yes --expect "$digest"
}

@test "not by staff, not on own work, not twice" {
  status 77 as staff approve web01 --yes
  status 0 as staff person change section-head --role staff
  as section-head analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m mine
  status 77 as section-head approve web01 --yes
}

@test "an order that is not due is 77 and names what is" {
  status 77 as section-head verify web01 --yes
  says approve
}

@test "--as a person whose key is not here is 77" {
  status 77 as staff --as section-head approve web01 --yes
}

@test "a question on a terminal: no records nothing" {
  command -v script >/dev/null || skip 'no script(1)'
  run in_terminal n "$JAGA" --key "$KEYS/section-head" approve web01
  [ -z "$(ls incidents/*/*/ | grep approve)" ]
  run in_terminal y "$JAGA" --key "$KEYS/section-head" approve web01
  ls incidents/*/*/0003-approve.*.yaml
}

@test "a question is answered in either language" {
  for no in tidak t n no '' x; do
    run in_terminal "$no" "$JAGA" --lang id --key "$KEYS/section-head" approve web01
    says '[y/T]'
    [ -z "$(ls incidents/*/*/ | grep approve)" ]
  done
  run in_terminal Ya "$JAGA" --lang id --key "$KEYS/section-head" approve web01
  ls incidents/*/*/0003-approve.*.yaml
}

@test "what is shown wraps to the width of the terminal, the script apart, and nothing is lost" {
  why='the page opens only after half a minute, since the switch was replaced on Tuesday, and nobody knows why'
  as staff analyze web01 -q --plan manual -p task="$why" --fault unknown -m "$why" >/dev/null
  screen() {
    NO_COLOR=1 in_terminal n sh -c 'stty cols "$1" && shift && exec "$@"' sh "$1" \
      "$JAGA" --lang en --key "$KEYS/section-head" approve web01 | tr -d '\r' | sed '/\[y\/N\]/,$d'
  }
  for columns in 80 60; do
    screen $columns >shown
    awk -v columns=$columns 'length($0) > columns && !/^ *\|/ && NF > 1 { print "too wide: " $0; bad = 1 } END { exit bad }' shown
    tr -s '\n ' ' ' <shown | grep -qF "$why"
    tr -s '\n ' ' ' <shown | grep -q 'digest sha256:'
  done
}

@test "says what the same plan did before, and what happens if it is not done" {
  need_machine_id
  as section-head reject web01 -q --yes -m 'not by hand' >/dev/null
  withdrawn web01
  ran() { # ran: the plan `make` is run in an incident of its own, up to its repair
    here_with make <<<'commands: [{title: {id: "Buat", en: "Make"}, script: "true", timeout: "10s"}]'
  }
  ran
  status 64 as section-head approve here </dev/null
  says 'last results: not run in any other incident yet'
  says 'if it is not done: the fault remains'
  as section-head approve here -q --yes >/dev/null
  as staff repair here -q >/dev/null
  status 64 as section-head verify here </dev/null
  as section-head verify here -q --yes --override 'nothing measures it' >/dev/null
  first=$(cat id)
  as division-head accept here -q --yes >/dev/null
  as staff archive here -q --no-part --no-pdf >/dev/null
  ran
  status 64 as section-head approve here </dev/null
  says 'last results:'
  says "$first: done, verified"
  # Edited, it is another plan, and has no results.
  sed -i 's/"true"/"true; true"/' plans/make.yaml
  as staff analyze here -q --plan make --fault disk-full -m x >/dev/null
  status 64 as section-head approve here </dev/null
  says 'not run in any other incident yet'
  says 'if it is not done: Services cannot write'
  says 'changes since the previous attempt:'
}

@test "the decision, its cause, hosts and risk and the steps come first, the scripts below" {
  here_makes "$PWD/made"
  status 0 as section-head --lang en approve here --yes
  line() { grep -nF -m1 -- "$1" <<<"$output" | cut -d: -f1; }
  before=0
  for words in 'decision: approve' 'cause: ' 'hosts: here' 'if it is not done: ' "plan touch: " '  1. Make' \
    'the plan has no rollback' 'approved until ' 'as section-head' 'the plan in full' '| echo made >>"$1"' 'digest sha256:'; do
    [ "$(line "$words")" -gt "$before" ] || { echo "not in order: $words" >&2; return 1; }
    before=$(line "$words")
  done
  [ "$(grep -c '1. Make' <<<"$output")" = 2 ]
}
