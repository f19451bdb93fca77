#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; }

@test "not before it is approved" {
  analysed
  status 77 as staff repair web01
  says approve
}

@test "by hand, with parts" {
  approved
  status 64 as staff repair web01 --by-hand --part S1
  status 0 as staff repair web01 --by-hand --part S1=S2 -m 'fan replaced'
  status 0 jaga show web01
  says 'next step: verify'
}

@test "by hand before it was approved: told late, and approved after the fact" {
  analysed --occurred 3h
  status 77 as staff repair web01 --by-hand -m 'cable replaced'
  status 0 as staff repair web01 --by-hand --emergency --occurred "$(date -u -d '-2 hours' +%Y-%m-%dT%H:%M:%SZ)" \
    --part 'S 1=S "2"' -m 'at night, cable replaced'
  grep -q '^occurred: ' incidents/*/*/*-repair-start.*.yaml
  status 0 jaga show web01
  says 'manually, by staff (an emergency, not ratified): done'
  says 'part S 1 replaced with S "2"'
  status 77 as section-head verify web01 --yes --override x
  says 'ratify or reject the emergency repair'
  status 77 as staff approve web01 --yes
  status 0 as section-head approve web01 --yes
  says 'manually'
  status 0 as section-head verify web01 --yes --override 'nothing measures it'
  status 0 jaga audit
}

@test "photos and serials of a manual repair are in the report" {
  approved
  printf 'photo' >fan.jpg
  as staff evidence add web01 fan.jpg -q -m 'the old fan' >/dev/null
  status 0 as staff repair web01 --by-hand --part S1=S2 --part =S3 -m 'fan replaced'
  status 0 jaga show web01
  says 'part S1 replaced with S2'
  says 'part - replaced with S3'
  as section-head verify web01 -q --yes --override x >/dev/null
  as division-head accept web01 -q --yes >/dev/null
  status 64 as staff archive web01
  status 0 as staff archive web01 --part-stored 'cupboard 3'
  status 0 jaga audit
}

@test "the vendor: request, then reply" {
  analysed
  status 0 as section-head approve web01 --yes
  status 0 as staff repair web01 --vendor 'Some vendor' -m 'please come'
  status 0 jaga status --json
  says '"due": "repair"'
  printf 'scan' >order.pdf
  status 64 as staff repair web01 --vendor-reply --arrived 2026-11-24T02:00:00Z --left 2026-11-24T01:00:00Z
  says 'departure at 2026-11-24 09:00 WITA is before arrival at 2026-11-24 10:00 WITA'
  status 64 as staff repair web01 --vendor-reply --part =
  says "invalid part '=' (expected OLD=NEW)"
  # What is typed to see what it wants records nothing: a reply cannot be completed later.
  records() { find incidents -type f | wc -l; }
  before=$(records)
  status 64 as staff repair web01 --vendor-reply
  says "missing in the vendor's reply: --technician, --arrived, --left, --letter, --part"
  says '--unknown technician'
  status 64 as staff repair web01 --vendor-reply --yes -m x
  status 64 as staff repair web01 --vendor-reply --technician 'theirs' --arrived 2026-11-24T01:00:00Z \
    --left 2026-11-24T02:00:00Z --letter order.pdf -m 'board replaced' --part A=B
  says '--arrived 2026-11-24 09:00 WITA is before the call to the vendor'
  when=$(just_now)
  status 64 as staff repair web01 --vendor-reply --technician 'theirs' --arrived "$when" \
    --left "$when" --letter order.pdf -m 'board replaced'
  says "missing in the vendor's reply: --part"
  status 64 as staff repair web01 --vendor-reply --unknown serial
  says 'technician, arrived, left, letter, part'
  status 64 as staff repair web01 --vendor-reply --technician x --unknown technician
  says '--technician is given but also declared unknown'
  status 64 as staff repair web01 --by-hand --unknown part
  says '--unknown requires --vendor-reply'
  [ "$(records)" = "$before" ]
  status 0 as staff repair web01 --vendor-reply --technician 'theirs' --arrived "$when" \
    --left "$when" --letter order.pdf --unknown part -m 'board replaced'
  says "missing in the vendor's reply: --part; the wait for the vendor counts as working time"
  status 0 jaga status --json
  says '"due": "verify"'
  status 0 as section-head verify web01 --yes --override 'nothing measures it'
  says 'technician: theirs'
  says "on site from $(local_minute "$when") WITA to $(local_minute "$when") WITA"
  says "work order: sha256:$(sha256sum order.pdf | cut -d' ' -f1)"
}

@test "on a terminal what is recorded is shown and asked for, and no answer records nothing" {
  records() { find incidents -type f | wc -l; }
  by_staff() { in_terminal "$1" "$JAGA" --key "$KEYS/staff" repair web01 "${@:2}"; }
  approved
  before=$(records)
  status 1 by_staff n --vendor 'Some vendor' -m 'please come'
  says 'the vendor Some vendor is called in'
  says 'remark: please come'
  says 'Record this? It cannot be changed later.'
  status 1 by_staff '' --by-hand --part S1=S2 -m 'fan replaced'
  says 'repaired manually'
  says 'part S1 was replaced with S2'
  [ "$(records)" = "$before" ]
  status 0 by_staff y --vendor 'Some vendor'
  # Who may not, or cannot now, is refused before anything is asked.
  status 77 in_terminal y "$JAGA" --key "$KEYS/section-head" repair web01 --vendor-reply
  says_not 'technician (empty'
  # What is missing is asked for, what is mistyped again; what nobody can tell is left empty.
  printf scan >order.pdf
  before=$(records)
  status 1 by_staff $'the technician\nyesterdayish\n3h\n5h\n2h\nnone.pdf\norder.pdf\nS1\nS1=S2\nn' --vendor-reply -m 'board replaced'
  says "invalid time 'yesterdayish'"
  says 'is before arrival'
  says "cannot read 'none.pdf'"
  says "invalid part 'S1' (expected OLD=NEW)"
  says 'technician: the technician'
  says "sha256:$(sha256sum order.pdf | cut -d' ' -f1)"
  says 'part S1 was replaced with S2'
  says_not 'counts as working time'
  says 'nothing was recorded'
  [ "$(records)" = "$before" ]
  when=$(just_now)
  status 0 by_staff "$when"$'\n'"$when"$'\n\n\ny' --vendor-reply --technician 'the technician'
  says 'work order: none'
  says 'part: unknown'
  says 'counts as working time, and nothing can be added'
  status 0 jaga status --json
  says '"due": "verify"'
  status 0 jaga audit
}

@test "an emergency is shown to the person who is about to run it" {
  here_with touch <<'P'
emergency: true
commands:
  - title: {id: "Buat", en: "Make"}
    script: |
      touch made
P
  status 1 in_terminal n "$JAGA" --key "$KEYS/staff" repair here --emergency -m 'the shop is open'
  says 'touch made'
  says 'as an emergency: the shop is open'
  says 'This plan is not approved. Run it?'
  says 'nothing was run'
  status 0 jaga status --json
  says '"due": "approve"'
}

@test "given up: analyze is due again" {
  here_with fail <<'P'
commands:
  - title: {id: "Gagal", en: "Fail"}
    script: |
      exit 3
P
  as section-head approve here -q --yes >/dev/null
  status 77 as staff repair here --give-up -m 'it is something else'
  says 'no repair to end'
  status 1 as staff repair here
  status 0 as staff repair here --give-up -m 'it is something else'
  status 0 jaga status --json
  says '"due": "analyze"'
  status 77 as staff repair here
  status 0 jaga audit
}

@test "a local plan runs exactly what was approved" {
  here_makes "$PWD/made"
  # Changed afterwards: what was approved is run.
  sed -i 's/echo made/echo other/' plans/touch.yaml
  status 0 as section-head approve here --yes
  says 'echo made'
  status 0 as staff repair here --dry-run
  says 'echo made'
  [ ! -e made ]
  status 0 as staff repair here
  [ "$(cat made)" = made ]
  status 77 as staff repair here
  status 0 jaga audit
}

@test "a failed run: resumed, rolled back, completed manually" {
  here_with two <<P
commands:
  - title: {id: "Satu", en: "One"}
    script: |
      echo one >>"$PWD/lines"
  - title: {id: "Dua", en: "Two"}
    script: |
      [ -e "$PWD/ready" ]
rollback:
  - title: {id: "Kembali", en: "Back"}
    script: |
      echo back >>"$PWD/lines"
P
  as section-head approve here -q --yes >/dev/null
  status 1 as staff repair here
  says '--resume'
  says 'roll back with --rollback'
  status 77 as staff repair here
  status 64 as staff repair here --resume --from 3
  says 'the plan has no command 3'
  says 'number of commands: 2'
  status 1 as staff repair here --resume # resumes with the second
  [ "$(cat lines)" = one ]
  status 0 as staff repair here --rollback
  says 'next: Staff: jaga analyze'
  [ "$(cat lines)" = "$(printf 'one\nback')" ]
  status 0 jaga status --json
  says '"due": "analyze"'
  as staff analyze here -q -m again >/dev/null
  as section-head approve here -q --yes >/dev/null
  status 1 as staff repair here
  : >ready
  status 0 as staff repair here --resume
  [ "$(cat lines)" = "$(printf 'one\nback\none')" ]
  status 0 jaga audit
}

@test "the hint after a failure names only what is permitted" {
  here_with once <<P
commands:
  - title: {id: "Satu", en: "One"}
    timeout: "1s"
    script: |
      [ ! -e "$PWD/slow" ] || exec sleep 9
      exit 1
P
  as section-head approve here -q --yes >/dev/null
  status 1 as staff repair here
  says "--resume', or give up with --give-up"
  status 77 as staff repair here --rollback
  : >slow
  status 1 as staff repair here --resume
  says "runs it again, and --from 2 treats it as done"
  status 77 as staff repair here --resume
  status 0 as staff repair here --resume --from 2
  status 0 jaga audit
}

@test "an emergency that fails, and whose way back fails, is settled once, with the last of it" {
  here_with fails <<'P'
emergency: true
commands:
  - {title: {id: "Satu", en: "One"}, script: "exit 3"}
rollback:
  - {title: {id: "Kembali", en: "Back"}, script: "exit 4"}
P
  status 1 as staff repair here --emergency -m 'it burns'
  says 'roll back with --rollback'
  status 1 as staff repair here --rollback
  says "--resume', or give up with --give-up"
  [[ $output != *'roll back with'* ]]
  as staff repair here -q --give-up >/dev/null
  status 0 jaga show here
  says 'run, by staff (an emergency, decided together with its continuation): failed'
  says 'the rollback, by staff (an emergency, not ratified): given-up'
  as section-head approve here -q --yes >/dev/null
  status 0 jaga show here
  says 'the rollback, by staff (an emergency, ratified by section-head): given-up'
  [[ $output != *'not ratified'* ]]
}

@test "truncated output is reported as such" {
  here_with flood <<'P'
commands:
  - title: {id: "Banjir", en: "Flood"}
    script: |
      head -c 5000000 /dev/zero | tr '\0' x
P
  as section-head approve here -q --yes >/dev/null
  as staff repair here >out
  tail -n 3 out | grep -q 'exit 0; its output was truncated'
  as staff show here | grep -q 'exit 0; its output was truncated'
  as staff show here --json | grep -q '"cut": true'
}

@test "options that would be dropped are 64" {
  approved
  status 64 as staff repair web01 --by-hand --vendor x
  says 'cannot be combined'
  status 64 as staff repair web01 --part a=b
  says '--by-hand'
  status 64 as staff repair web01 --technician x
  status 64 as staff repair web01 --by-hand -n
  status 64 as staff repair web01 --from 2
}

@test "a vendor who never came does not stop the clock forever" {
  approved
  as staff repair web01 -q --vendor 'Some vendor' >/dev/null
  status 0 as staff repair web01 --by-hand -m 'done by ourselves'
  status 0 as section-head verify web01 --yes --override x
  says 'resumed below'
}

@test "revoked while a command runs: it ends, and no other is sent" {
  here_with two <<P
commands:
  - title: {id: "Satu", en: "One"}
    script: |
      "$JAGA" -C "$PWD" --key "$KEYS/section-head" reject here --yes -m 'stop it' && echo one >"$PWD/lines"
  - title: {id: "Dua", en: "Two"}
    script: |
      echo two >>"$PWD/lines"
P
  as section-head approve here -q --yes >/dev/null
  status 1 as staff repair here
  says "the approval was revoked by 'section-head'"
  says 'next: Staff: jaga analyze'
  [[ $output != *--resume* ]]
  [ "$(cat lines)" = one ]
  status 77 as staff repair here --resume
  says "the approval was revoked by 'section-head'"
  status 0 jaga show here
  says 'here 1. exit 0'
  status 0 jaga status --json
  says '"due": "analyze"'
  status 0 jaga audit
  jaga audit --script >../check.sh
  status 0 sh ../check.sh .
}

@test "while a repair runs, another is told so, and the incident is shown as it stands" {
  here_with asks <<P
commands:
  - title: {id: "Tanya", en: "Ask"}
    script: |
      "$JAGA" -C "$PWD" --key "$KEYS/staff" repair here --by-hand >"$PWD/second" 2>&1
      echo "\$?" >>"$PWD/second"
      "$JAGA" -C "$PWD" show here >"$PWD/shown"
P
  as section-head approve here -q --yes >/dev/null
  status 0 as staff repair here
  grep -q "'$(basename incidents/*/*)' is being repaired from this directory" second
  [ "$(tail -n 1 second)" = 75 ]
  grep -q 'run, by staff: running or interrupted' shown
  # Nothing had failed here, so nothing speaks for it.
  status 3 as staff monitor --incident here
  says 'nothing can be measured again'
}

@test "Ctrl-C in the middle: the command is ended, and what is known of it is in the records" {
  here_with slow <<P
commands:
  - title: {id: "Lama", en: "Slow"}
    script: |
      echo \$\$ >"$PWD/began"
      exec sleep 600
rollback:
  - title: {id: "Kembali", en: "Back"}
    script: |
      echo back >"$PWD/undone"
P
  as section-head approve here -q --yes >/dev/null
  "$JAGA" --key "$KEYS/staff" repair here >out 2>&1 3>&- &
  until [ -s began ]; do kill -0 $!; done
  kill -INT $!
  code=0
  wait $! || code=$?
  [ "$code" != 0 ]
  grep -q 'it was interrupted and killed' out
  until ! kill -0 "$(cat began)" 2>/dev/null; do :; done
  status 0 jaga show here
  says 'here 1. unknown: it was interrupted and killed'
  status 77 as staff repair here --resume
  says "the outcome of command 1 on 'here' is unknown"
  status 0 as staff repair here --rollback
  [ "$(cat undone)" = back ]
  status 0 jaga audit
}

@test "a value that the target does not have is refused before anything is run" {
  here_with clean -p mount=/nowhere <<'P'
parameters:
  - {name: "mount", type: "path", title: {id: "Mount", en: "Mount point"}}
before:
  - {check: "disk", object: {parameter: "mount"}, known: true}
commands:
  - title: {id: "Buat", en: "Make"}
    arguments: [{parameter: "mount"}]
    script: |
      mkdir -p "$1" && touch "$1/made"
P
  # Nobody had measured it when that was frozen.
  as section-head approve here -q --yes >/dev/null
  status 77 as staff repair here
  says "'here' has no disk '/nowhere'"
  [ -z "$(find incidents -name '*-repair-start.*')" ]
  jaga monitor -q >/dev/null 2>&1 || true
  status 64 as staff analyze here -p mount=/nowhere -m again
  says "'here' has no disk '/nowhere'"
  says 'known names: '
  status 0 jaga audit
}

@test "by hand before its approval it is an emergency, and nothing came before the incident" {
  analysed --occurred 3h
  as section-head approve web01 -q --yes >/dev/null
  status 77 as staff repair web01 --by-hand --occurred 2h -m 'disk swapped'
  says 'was before its approval'
  says '--by-hand --emergency --occurred TIME'
  status 64 as staff repair web01 --by-hand --emergency --occurred 5h -m 'at night'
  says 'is before the start of the incident'
  status 0 as staff repair web01 --by-hand --emergency --occurred 2h -m 'at night'
  status 77 as section-head verify web01 --yes --override x
  says 'ratify or reject the emergency repair'
  status 0 as section-head approve web01 --yes
  status 0 as section-head verify web01 --yes --override x
  status 0 jaga audit
}

@test "under a second approval nothing that may not be repeated runs again in silence" {
  here_with pay <<'P'
commands:
  - {title: {id: "Satu", en: "One"}, script: "echo one >>\"$PWD/lines\""}
  - {title: {id: "Dua", en: "Two"}, script: "[ -e \"$PWD/ready\" ]"}
P
  as section-head approve here -q --yes >/dev/null
  status 1 as staff repair here
  status 77 as section-head approve here --yes
  says "the next step is 'repair'"
  as section-head reject here -q --yes -m 'once more' --back approve >/dev/null
  status 0 as section-head approve here --yes
  says 'repair:'
  says 'exit 1'
  status 77 as staff repair here
  says "command 1 was already run on 'here'"
  : >ready
  status 0 as staff repair here --resume
  [ "$(cat lines)" = one ]
  status 0 jaga audit
}

@test "before the approval every way of repair names the step that is due" {
  analysed
  local how
  for how in '' --resume --rollback --give-up '--by-hand' '--by-hand -m x' '--vendor x' --vendor-reply; do
    # shellcheck disable=SC2086  # words
    status 77 as staff repair web01 --yes $how
    says 'the next step is'
    says 'approve'
    says_not 'start one with'
    says_not 'call one in'
  done
  as section-head approve web01 -q --yes >/dev/null
  status 77 as staff repair web01 --yes --vendor-reply
  says "call one in with 'jaga repair "
}

@test "a run that is not there is neither resumed nor rolled back" {
  here_makes "$PWD/made"
  as section-head approve here -q --yes >/dev/null
  for how in '' -n; do
    # shellcheck disable=SC2086  # no word, or one
    status 77 as staff repair here --resume $how
    says 'no run to resume'
    # shellcheck disable=SC2086
    status 77 as staff repair here --rollback $how
    says 'no run to roll back'
    says "start one with 'jaga repair "
  done
}

@test "a manual repair is recorded with what was done, or not at all" {
  approved
  local how
  for how in '' --yes '--part A=B'; do
    # shellcheck disable=SC2086  # words
    status 64 as staff repair web01 --by-hand $how </dev/null
    says 'missing option: -m TEXT, what was done'
  done
  by_hand() { in_terminal "$1" "$JAGA" --key "$KEYS/staff" repair web01 --by-hand; }
  status 1 by_hand ''
  says 'what was done:'
  says 'nothing was recorded'
  [ -z "$(find incidents -name '*-repair-start.*')" ]
  status 0 by_hand $'cable replaced\ny'
  says 'cable replaced'
  status 0 jaga show web01
  says 'cable replaced'
}
