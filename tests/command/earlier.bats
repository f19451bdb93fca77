#!/usr/bin/env bats
# A working directory that an earlier version wrote (tests/data/directory-0.1.0) is read, audited and carried on.
load helpers

setup() {
  setup_folder
  local data=$BATS_TEST_DIRNAME/../data/directory-0.1.0
  cp -r "$data/office/." .
  cp -r "$data/request" ../request
  cp "$data/keys/"* "$KEYS"
  chmod 600 "$KEYS/staff" "$KEYS/section-head" "$KEYS/division-head"
}

# summaries: how many decisions carry one.
summaries() { grep -l '^  summary:$' incidents/*/*/*.yaml | wc -l; }

@test "it is sound, and audit counts the decisions that do not say what they are about" {
  status 0 jaga audit
  says 'sound'
  says 'remark: 8 decisions do not state what was decided: an earlier version wrote them'
  status 0 jaga audit --json
  says '8 decisions do not state'
  status 0 jaga audit web02
  says 'remark: 1 decision does not state what was decided: an earlier version wrote it'
  status 0 jaga status
  jaga audit --script >../check.sh
  status 0 sh ../check.sh .
}

@test "each incident goes on from where it was, and what is decided from now on says what it is about" {
  as staff repair web02 -q --by-hand -m replaced
  as section-head verify web02 -q --yes --override 'nothing measures it'
  as division-head withdraw web03 -q --yes -m agreed --outcome recovered
  as division-head accept web04 -q --yes
  as staff archive web04 -q --no-part --no-pdf
  as section-head approve web05 -q --yes
  [ "$(summaries)" = 4 ]
  status 0 jaga audit
  says 'remark: 8 decisions do not state'
  jaga audit --script >../check.sh
  status 0 sh ../check.sh .
}

@test "a request of the earlier version is refused: it does not say what was signed" {
  status 77 as staff import ../request
  says 'does not state what is decided'
  says 'make a new request'
  [ -z "$(ls incidents/*/*web05*/ | grep approve)" ]
}
