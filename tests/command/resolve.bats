#!/usr/bin/env bats
# `jaga audit --resolve`: a loss, or a directory that was rolled back, accepted by an admin with open eyes. It covers
# what was found, byte for byte, and nothing that is lost or changed afterwards.
load helpers
load flow

setup() {
  setup_folder
  office
  analysed
  place=$(dirname "$(ls incidents/*/*/0001-*.yaml)")
}

# lost TEXT: audit names it, only an admin resolves it, and then it is told as not checked.
lost() {
  local before
  before=$(ls register/*.yaml | wc -l)
  status 1 jaga audit
  says "$1"
  status 64 as staff audit --resolve ' '
  says 'accepting missing or replaced files requires a reason'
  says 'give a reason: --resolve REASON'
  status 77 as section-head audit --resolve 'the disk died'
  says 'only an admin'
  [ "$(ls register/*.yaml | wc -l)" = "$before" ]
  status 0 as staff audit --resolve 'the disk died'
  status 0 jaga audit
  says 'not checked: '
  [ -z "$(grep '^not checked: ' <<<"$output" | sort | uniq -d)" ]
  [ "$(ls register/*-resolve.*.yaml | wc -l)" -ge 1 ]
  status 0 jaga log --register --step resolve
  says 'the disk died'
}

@test "what was sealed and is missing; what is lost later is not covered by that" {
  echo photo >photo
  echo other >other
  as staff evidence add web01 photo other -q -m x >/dev/null
  as staff seal -q
  rm "$place/evidence/sha256-$(sha256sum photo | cut -d' ' -f1)"
  lost 'it was sealed but is missing'
  grep -q '^  found: "loss"' register/*-resolve.*.yaml
  rm "$place/evidence/sha256-$(sha256sum other | cut -d' ' -f1)"
  status 1 jaga audit
  says 'it was sealed but is missing'
  status 0 as staff audit --resolve 'another disk died'
  status 0 jaga audit
}

@test "what was resolved as missing does not come back as something else" {
  echo photo >photo
  as staff evidence add web01 photo -q -m x >/dev/null
  as staff seal -q
  file=$place/evidence/sha256-$(sha256sum photo | cut -d' ' -f1)
  rm "$file"
  lost 'it was sealed but is missing'
  echo forged >"$file"
  status 1 jaga audit
  says 'its content does not match its name'
  status 77 as staff audit --resolve 'never mind'
  says 'cannot be accepted with --resolve'
  rm -f "$file"
  # The bytes themselves, from a backup, are welcome.
  cp photo "$file"
  status 0 jaga audit
}

@test "a note that a record names, and evidence that one names, without a seal" {
  as staff note web01 -q -m 'seen by two' >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  rm "$place"/notes/*
  lost 'to which it refers is missing'
  printf scan >order.pdf
  as staff repair web01 -q --vendor 'A vendor' >/dev/null
  as staff repair web01 -q --vendor-reply --technician t --arrived "$(just_now)" --left "$(just_now)" \
    --letter order.pdf --part a=b -m "board replaced" >/dev/null
  rm "$place/evidence/sha256-$(sha256sum order.pdf | cut -d' ' -f1)"
  lost 'to which it refers is missing'
  # Work goes on.
  status 0 as section-head verify web01 --yes --override x
  status 0 jaga audit
}

@test "a directory that was rolled back, as its own memory has it" {
  cp -a . ../before
  as section-head approve web01 -q --yes >/dev/null
  status 0 jaga audit
  # The same folder, with what lay in it yesterday.
  rm -rf incidents && cp -a ../before/incidents .
  lost 'seen here before, is missing or was changed'
  grep -q '^  found: "rollback"' register/*-resolve.*.yaml
  status 0 env XDG_STATE_HOME="$BATS_TEST_TMPDIR/state2" "$JAGA" audit # by one who never saw it
  says "an admin accepted this with 'jaga audit --resolve'"
  status 0 as section-head approve web01 --yes
  status 0 jaga audit
}

@test "the seal of another installation is missing" {
  as staff seal -q
  mine=$(ls seals)
  cp -a . ../other
  (cd ../other && XDG_STATE_HOME=$BATS_TEST_TMPDIR/state2 as staff note web01 -q -m there >/dev/null &&
    XDG_STATE_HOME=$BATS_TEST_TMPDIR/state2 as staff seal -q)
  cp -an ../other/seals ../other/incidents .
  as staff note web01 -q -m here >/dev/null
  as staff seal -q
  [ "$(ls seals | wc -l)" = 2 ]
  status 0 jaga audit
  for folder in seals/*; do [ "$folder" = "seals/$mine" ] || rm -rf "$folder"; done
  lost 'to which it refers is missing'
}

@test "nothing to resolve, no reason, damage beside a loss" {
  status 77 as staff audit --resolve 'nothing'
  says 'nothing is missing or replaced'
  as staff seal -q
  rm "$place"/0002-analyze.*.yaml*
  status 64 as staff audit --resolve ''
  file=$(ls "$place"/0001-monitor.*.yaml)
  chmod u+w "$file"
  sed -i 's/slow/fast/' "$file"
  status 77 as staff audit --resolve 'the disk died'
  [ "$(ls register/*-resolve.* 2>/dev/null | wc -l)" = 0 ]
}
