#!/usr/bin/env bats
# A record that was written and whose name could not be printed: exit 74, and the message names it. Every
# command that writes one, over a whole procedure.
load ../command/helpers
load ../command/flow
load faults

made() { find . -path ./.git -prune -o -type f ! -name '*.sig' -print | sed 's|^\./||' | sort; }

# lost NAME COMMAND...: as `as`, with an output that takes nothing ($lose: full or closed).
lost() {
  local code=0 file named=
  made >../before
  if [ "$lose" = full ]; then
    as "$@" >/dev/full 2>../err || code=$?
  else
    as "$@" >&- 2>../err || code=$?
  fi
  made | comm -13 ../before - >../new
  [ "$code" = 74 ] || { echo "exit $code instead of 74: $*" >&2; cat ../err >&2; return 1; }
  [ -s ../new ] || { echo "nothing was written: $*" >&2; cat ../err >&2; return 1; }
  grep -q 'recorded, but standard output was lost' ../err || { echo "not said: $*" >&2; cat ../err >&2; return 1; }
  while read -r file; do
    # A record by its path; an incident by its id, which is the name of its folder.
    if grep -qF -e "$file" -e "$(basename "$(dirname "$file")")" ../err; then named=1; fi
  done <../new
  [ "$named" ] || { echo "not named: $*" >&2; cat ../err ../new >&2; return 1; }
}

procedure() {
  make_key staff && make_key section-head && make_key division-head
  lost staff init --org 'Test office' --person staff --role staff
  lost staff person add section-head --role section_head --key "$KEYS/section-head.pub"
  lost staff person add division-head --role division_head --key "$KEYS/division-head.pub"
  lost staff person change section-head --name 'Section head'
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: web02, address: 127.0.0.2}\n' >hosts.yaml
  lost staff host add web03 127.0.0.3
  sed -i '$a # edited' sop.yaml
  lost staff adopt --yes
  lost staff open web01 -m slow
  lost staff note web01 -m 'by telephone'
  echo photo >photo
  lost staff evidence add web01 photo -m 'the cable'
  lost staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  lost section-head reject web01 --yes -m 'another plan'
  lost staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  lost section-head approve web01 --yes
  lost staff repair web01 --by-hand -m 'cable replaced'
  lost section-head verify web01 --yes --override 'nothing measures it'
  lost division-head accept web01 --yes
  lost staff archive web01 --no-part
  lost staff open web02 -m slow
  lost section-head withdraw web02 --yes -m 'works again' --outcome recovered
  lost staff seal
  audited
}

setup() { setup_folder; }

@test "/dev/full" {
  lose=full
  procedure
}

@test "closed" {
  lose=closed
  procedure
}
