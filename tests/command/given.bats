#!/usr/bin/env bats
# What is given along with a step: the digest that is expected, when it was, where the part and the bag went.
load helpers
load flow
setup() { setup_folder; office; }

zero=sha256:0000000000000000000000000000000000000000000000000000000000000000

# expected WHO COMMAND...: with another digest it is refused and names the right one, with that it is recorded.
expected() {
  status 77 as "$@" --yes -q --expect "$zero"
  says 'not the expected one'
  digest=$(grep -o 'sha256:[0-9a-f]\{64\}' <<<"$output" | head -n 1)
  [ "$digest" != "$zero" ]
  status 0 as "$@" --yes -q --expect "$digest"
}

earlier() { date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ; }

@test "--expect and --occurred: of every decision" {
  analysed --occurred 3h
  when=$(earlier)
  expected section-head reject web01 -m no --occurred "$when"
  as staff analyze web01 -q -m again -p task='once more' >/dev/null
  expected section-head approve web01 -m yes --occurred "$when" --runs 2
  status 0 as staff repair web01 --by-hand -q -m 'done' --occurred "$when"
  expected section-head verify web01 --override 'nothing measures it' --occurred "$when"
  expected division-head accept web01 --occurred "$when"
  [ "$(grep -lF "occurred: \"${when%Z}" incidents/*/*/*.yaml | wc -l)" = 6 ] # repair is two records
  status 0 jaga audit
}

@test "--expect and --occurred: of both signatures of a withdrawal" {
  incident --occurred 3h
  when=$(earlier)
  expected section-head withdraw web01 --outcome risk-accepted --until 2099-01-01 -m x --occurred "$when"
  expected division-head withdraw web01 --outcome risk-accepted --until 2099-01-01 -m x --occurred "$when"
  status 0 jaga status --all
  says risk-accepted
}

@test "what is still to come has not occurred: 64, and nothing is recorded" {
  approved
  records() { find incidents -name '*.yaml' | wc -l; }
  before=$(records)
  when='2099-01-01 10:00'
  for step in "section-head reject web01 --yes -m x" "staff repair web01 --by-hand -m x" "staff note web01 -m x"; do
    # shellcheck disable=SC2086  # words
    status 64 as $step --occurred "$when"
    says '--occurred is in the future'
    says 'it is now '
  done
  status 0 as staff repair web01 -q --vendor 'The vendor'
  status 64 as staff repair web01 --vendor-reply --technician T --arrived "$when" --left "$when"
  says '--arrived is in the future'
  [ "$(records)" = $((before + 1)) ]
}

@test "the vendor's reply: letter, technician, times and part; the part's way and the bag's place" {
  approved
  echo 'work order' >letter.pdf
  status 0 as staff repair web01 -q --vendor 'The vendor'
  status 0 as staff repair web01 -q --vendor-reply --technician 'T. Technician' --arrived "$(just_now)" --left "$(just_now)" \
    --letter letter.pdf --part S123=S987 -m 'fan replaced'
  find incidents -path '*evidence/sha256-*' -exec cmp -s letter.pdf {} \; -print | grep -q .
  status 0 jaga show web01
  says 'T. Technician'
  says S987
  as section-head verify web01 -q --yes --override x >/dev/null
  as division-head accept web01 -q --yes >/dev/null
  status 64 as staff archive web01 --no-part
  says S987
  mkdir ../bags
  status 0 as staff archive web01 -q --part-returned 'The vendor' --received-by 'the courier' --sanitised 'nothing on it' --out ../bags
  grep -q 'the courier' incidents/*/*/*-archive.*.yaml
  grep -q 'nothing on it' incidents/*/*/*-archive.*.yaml
  [ ! -e archive ]
  status 0 jaga audit ../bags/*/
}

@test "a rejection that is signed elsewhere" {
  analysed
  status 0 as staff reject web01 -q -m 'not now' --as section-head --request ../no
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../no/record.yaml
  status 0 as staff import -q ../no
  status 0 jaga status
  says 'not now'
}

@test "status --late: what is over the standard of its step, and nothing else" {
  at_all_hours
  adopted 's/standard: "1h"/standard: "1ms"/' # of analyze and repair
  incident
  status 0 jaga status --late --json
  says "$(cat id)"
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 0 jaga status --json
  says "$(cat id)"
  status 0 jaga status --late --json
  [ -z "$output" ]
}
