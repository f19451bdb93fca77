#!/usr/bin/env bats
# What was removed is named by every account that saw it, before anything is decided or done.
load helpers
load flow
setup() { setup_folder; office; }

# account NAME COMMAND...: with the key of NAME, in an OS account (a state folder) of theirs.
account() { XDG_STATE_HOME="$BATS_TEST_TMPDIR/state-$1" as "$@"; }
# cut PATTERN...: records of the incident, with their signatures, are taken away.
cut_off() {
  local part
  # shellcheck disable=SC2086  # patterns
  for part in "$@"; do rm incidents/*/"$(cat id)"/$part*; done
}
seen_before() { says "$(cat id)': its record $1, seen here before, is missing or was changed"; }
memory() { find "$BATS_TEST_TMPDIR"/state* -name '*.head'; }

approved_by_two() {
  incident
  account staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m x >/dev/null
  account section-head approve web01 -q --yes >/dev/null
}

@test "a revocation that was removed is named by who revoked and by who saw it, before a repair" {
  approved_by_two
  account section-head reject web01 -q --yes -m 'wrong host'
  account division-head show web01 >/dev/null
  status 77 account staff repair web01 --by-hand -m x # it is revoked: seen by staff too
  cut_off 0004-reject
  for who in section-head staff division-head; do
    for what in "repair web01 --by-hand -m x" "approve web01 --yes" "verify web01 --yes" "accept web01 --yes" \
      "show web01" "reject web01 --yes -m x"; do
      # shellcheck disable=SC2086  # words
      output=$(account $who $what 2>&1) && return 1
      seen_before 4
    done
    status 0 account $who status
    says 'its record 4, seen here before, is missing or was changed'
    status 0 account $who status --json
    says '"damaged": true'
    status 1 account $who audit
    says 'its record 4, seen here before, is missing or was changed'
  done
  [ "$(ls incidents/*/"$(cat id)" | grep -c repair-start)" = 0 ]
  # An account that never saw it cannot know, and says so.
  status 0 env XDG_STATE_HOME="$BATS_TEST_TMPDIR/newcomer" "$JAGA" audit
  says 'not compared with earlier: this account sees these records for the first time'
  says 'not checked: whether the newest records were removed together with their seals'
}

@test "records of other kinds, several, or all of an incident" {
  approved_by_two
  account staff repair web01 --by-hand -q -m 'cable replaced'
  account section-head verify web01 -q --yes --override 'nothing measures it'
  cp -a incidents ../kept
  for cut in 0006-verify '000[56]' '000[3-6]' '000[2-6]'; do
    cut_off "$cut"
    output=$(account section-head verify web01 --yes --override x 2>&1) && return 1
    seen_before 6
    rm -rf incidents && cp -a ../kept incidents
  done
  rm -rf incidents/*/"$(cat id)"
  status 65 account section-head verify web01 --yes
  says "incident '$(cat id)': it was here before, up to record 6, and is now missing"
  status 65 account section-head show "$(cat id)"
  status 0 account section-head status
  says "it was here before, up to record 6, and is now missing"
  status 0 account section-head status -a --json
  says '"damaged": true'
}

@test "a finished incident is looked at by its names" {
  accepted
  as staff archive web01 -q --no-part --no-pdf >/dev/null
  status 0 jaga status
  says 'no open incidents'
  cp -a incidents ../kept
  cut_off 0008-archive
  status 0 jaga status
  says 'its record 8, seen here before, is missing or was changed'
  rm -rf incidents && cp -a ../kept incidents
  # Another record of that number and kind.
  file=$(ls incidents/*/*/0008-archive.*.yaml)
  mv "$file" "${file%.*.yaml}.000000.yaml"
  status 0 jaga status
  says 'its record 8, seen here before, is missing or was changed'
  status 1 jaga audit
  rm -rf incidents && cp -a ../kept incidents
  rm -rf incidents/*/"$(cat id)"
  status 0 jaga status
  says 'it was here before, up to record 8, and is now missing'
}

@test "a removed record of the register stops an account that has seen it" {
  analysed
  make_key section-head-2
  as staff person change section-head -q --key "$KEYS/section-head-2.pub"
  as section-head-2 show web01 >/dev/null
  rm register/0004-person.*
  for command in "approve web01 --yes" "repair web01 --by-hand -m x" "show web01"; do
    # shellcheck disable=SC2086
    output=$(as section-head $command 2>&1) && return 1
    says "'register': its record 4, seen here before, is missing or was changed"
  done
  status 65 as staff person change section-head -q --name x
  says "'register': its record 4"
  status 65 as staff seal
  status 65 as staff open web01 -m another
  status 0 jaga status
  says "'register': its record 4"
  status 1 jaga audit
  # An admin accepts the loss, and work goes on.
  status 0 as staff audit --resolve 'a disk died'
  status 0 as section-head approve web01 --yes
  status 0 jaga audit
  says 'not checked: '
}

@test "a register that was started again" {
  rm -rf register incidents seals
  status 65 as staff person add staff --role staff
  says "'register': its record 3, seen here before"
}

@test "an accepted loss of an incident lets it go on" {
  approved_by_two
  cut_off 0003-approve
  status 65 account section-head approve web01 --yes
  status 1 account section-head audit
  as staff person change section-head -q --role admin
  status 0 account section-head audit --resolve 'the record was lost'
  status 0 account section-head approve web01 --yes
  status 0 account section-head audit
}

@test "an accepted loss counts for accounts that had seen more or less of it, and for what they saw until then" {
  approved_by_two
  account section-head reject web01 -q --yes -m 'wrong host'
  account staff show web01 >/dev/null
  as staff person change section-head -q --role admin
  cut_off 0004-reject
  account division-head show web01 >/dev/null # has seen the approval, and no more
  cut_off 0003-approve
  for who in staff division-head; do status 65 account $who show web01; done
  status 0 account section-head audit --resolve 'the records were lost'
  for who in staff division-head section-head; do
    status 0 account $who show web01
    status 0 account $who audit
  done
  status 0 account section-head approve web01 --yes
  account staff show web01 >/dev/null
  cut_off 0003-approve
  for who in staff section-head; do
    output=$(account $who repair web01 --by-hand -m x 2>&1) && return 1
    seen_before 3
    status 1 account $who audit
  done
}

@test "the older directory at the same path: another inode, an earlier inode, a link" {
  incident
  cd "$BATS_TEST_TMPDIR"
  mv work work.old
  cp -a work.old work
  cd "$BATS_TEST_TMPDIR/work"
  status 0 jaga audit
  as staff open web01 -q --fault unknown --object 2 -m second >id
  cd "$BATS_TEST_TMPDIR"
  mv work work.now
  mv work.old work
  cd "$BATS_TEST_TMPDIR/work"
  status 1 jaga audit
  says 'it was here before, up to record 1, and is now missing'
  status 0 jaga status
  says 'it was here before, up to record 1, and is now missing'
  # By the path that was typed, whatever it leads to.
  cd "$BATS_TEST_TMPDIR"
  ln -s work.now link
  (cd link && jaga status && as staff open web01 -q --fault unknown --object 3 -m third >../id)
  rm link
  ln -s work link
  status 1 jaga -C "$PWD/link" audit
  says "$(cat id): it was here before, up to record 1, and is now missing"
  status 1 env -C link "$JAGA" audit # without PWD it is the other path
  (cd link && status 1 jaga audit && says "$(cat ../id): it was here before, up to record 1, and is now missing")
  rm link
  mkdir link
  cp -a work/. link/
  status 1 jaga -C link audit
  says "$(cat id): it was here before, up to record 1, and is now missing"
}

@test "another path that knows newer records is a remark" {
  incident
  cp -a . ../copy
  as staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m x
  status 0 jaga -C ../copy audit
  says 'sound'
  says "remark: this account has seen 1 record in '$(pwd -P)' that is missing here"
  status 0 jaga -C ../copy audit --json
  says '"remarks": ["this account has seen 1 record in'
  status 0 jaga audit
  case $output in *remark*) return 1 ;; esac
}

@test "what is remembered is empty, torn, missing or of an earlier version" {
  analysed
  status 0 jaga audit
  for bytes in '' 'jaga/head@1 inci' "$(printf '\001')"; do
    memory | while read -r file; do printf %s "$bytes" >"$file"; done
    status 0 jaga audit
    says "not checked: what this account has seen of 'incident/$(cat id)', because the file is damaged"
    says "not checked: what this account has seen of 'register', because the file is damaged"
    status 0 jaga audit # which wrote it anew
    case $output in *damaged*) return 1 ;; esac
    memory | while read -r file; do printf %s "$bytes" >"$file"; done
    status 0 jaga show web01
    says "the state that this account stored about '$(cat id)' is damaged"
    status 0 jaga show web01
    case $output in *damaged*) return 1 ;; esac
  done
  memory | xargs rm
  status 0 jaga audit
  says 'not compared with earlier: this account sees these records for the first time'
  # As earlier versions kept it: all in one file.
  head=$(sha256sum incidents/*/*/0002-analyze.*.yaml | cut -c1-64)
  memory | xargs rm
  printf 'format: "jaga/heads@1"\nheads:\n  - {chain: "incident/%s", seq: 2, head: "sha256:%s"}\n...\n' "$(cat id)" "$head" \
    >"$(echo "$XDG_STATE_HOME"/jaga/*/*/)heads.yaml"
  cp -a . ../kept
  cut_off 0002-analyze
  status 65 as staff analyze web01 --plan manual -p task=x --fault unknown -m x
  seen_before 2
  [ -z "$(find "$XDG_STATE_HOME" -name heads.yaml)" ]
  status 1 jaga audit
}

@test "what cannot be remembered is said, and the record stands" {
  incident
  mkdir "$(echo "$XDG_STATE_HOME"/jaga/*/*/)heads/.jaga-new.tmp"
  status 0 as staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m x
  says "this account cannot store what it has seen of '$(cat id)'"
  ls incidents/*/*/0002-analyze.*.yaml
}

@test "a step does not write over what was sealed and is missing" {
  analysed
  account section-head seal -q # staff's account has not seen the next two records
  XDG_STATE_HOME=$BATS_TEST_TMPDIR/none
  account section-head approve web01 -q --yes
  XDG_STATE_HOME=$BATS_TEST_TMPDIR/noted as staff note web01 -q -m 'a remark'
  account section-head seal -q
  cp -a incidents ../kept
  cut_off 0003-approve
  status 65 as section-head approve web01 --yes
  says "0003-approve."
  says "was sealed but is missing"
  says "hint: see all findings with 'jaga audit $(cat id)'"
  status 65 as staff analyze web01 --plan manual -p task=x --fault unknown -m x
  [ "$(ls incidents/*/*/0003-* 2>/dev/null | wc -l)" = 0 ]
  rm -rf incidents && cp -a ../kept incidents
  rm incidents/*/*/notes/*
  status 65 as staff repair web01 --by-hand -m x
  says "was sealed but is missing"
  rm -rf incidents && cp -a ../kept incidents
  rm register/0003-*
  status 65 env XDG_STATE_HOME="$BATS_TEST_TMPDIR/newcomer" "$JAGA" --key "$KEYS/staff" person change section-head --name x
  says "'register': '0003-person."
}

@test "a seal that nobody registered has signed stops no step" {
  analysed
  account section-head seal -q
  seal=$(ls seals/*/0001-seal.*.yaml)
  XDG_STATE_HOME=$BATS_TEST_TMPDIR/none
  chmod u+w "$seal" "$seal.sig"
  sed -i 's#0002-analyze\.[a-z0-9]*#0009-approve.aaaaaa#' "$seal"
  make_key outsider
  rm "$seal.sig" && ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/outsider" "$seal" 2>/dev/null
  status 0 as section-head approve web01 --yes
  status 1 jaga audit
}

@test "status looks at the signature of the newest record, and the chain below it" {
  approved
  file=$(ls incidents/*/*/0003-approve.*.yaml)
  cp "$file" ../kept
  chmod u+w "$file" "$file.sig"
  sed -i 's/runs: 1/runs: 3/' "$file"
  status 0 jaga status
  says "the signature of '$(basename "$file")' is invalid"
  status 0 jaga status --json
  says '"damaged": true'
  cp ../kept "$file"
  status 0 jaga status --json
  says '"damaged": false'
  cp "$(ls incidents/*/*/0002-analyze.*.sig)" "$file.sig"
  status 0 jaga status
  says "the signature of '$(basename "$file")' is invalid"
  rm -f "$file.sig"
  status 0 jaga status
  says "the signature of '$(basename "$file")' is invalid"
  # Below the newest the chain of digests tells.
  as staff status >/dev/null
  file=$(ls incidents/*/*/0002-analyze.*.yaml)
  chmod u+w "$file" && sed -i 's/by hand/by foot/' "$file"
  status 0 jaga status
  says 'is damaged'
}

@test "a time that lies ahead or goes back is a remark of audit, show and status" {
  analysed
  again() { # again FILE TIME: the record with another time, signed again
    chmod u+w "$1" "$1.sig"
    sed -i "s/^at: .*/at: \"$2\"/" "$1"
    rm "$1.sig" && ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/staff" "$1" 2>/dev/null
    rm -rf "$XDG_STATE_HOME"
  }
  file=$(ls incidents/*/*/0002-analyze.*.yaml)
  again "$file" 2999-01-01T00:00:00.000Z
  status 0 jaga audit
  says "remark: 'incident/$(cat id)': the time of its record 2, 2999-01-01T00:00:00.000Z, is in the future"
  status 0 jaga show web01
  says 'the time of its record 2, 2999-01-01T00:00:00.000Z, is in the future'
  status 0 jaga show web01 --json
  says '"remarks": ["the time of its record 2'
  status 0 jaga status
  says 'the time of its record 2, 2999-01-01T00:00:00.000Z, is in the future'
  again "$file" 2001-01-01T00:00:00.000Z
  status 0 jaga show web01
  says 'the time of its record 2, 2001-01-01T00:00:00.000Z, is before that of record 1'
  status 0 jaga status --json
  says '"remarks": ["the time of its record 2, 2001'
  says '"damaged": false'
}

@test "log and note remember what they read, and name what is gone" {
  approved_by_two
  account division-head log >/dev/null
  head=$(find "$BATS_TEST_TMPDIR/state-division-head" -name "incident.$(cat id).head")
  grep -q '^3 ' "$head"
  [ -n "$(find "$BATS_TEST_TMPDIR/state-division-head" -name register.head)" ]
  # Already stored: nothing is written again.
  inode=$(stat -c %i "$head")
  account division-head log >/dev/null
  [ "$(stat -c %i "$head")" = "$inode" ]
  make_key other
  as staff person add other -q --role staff --key "$KEYS/other.pub"
  account other note web01 -q -m 'seen'
  grep -q '^3 ' "$(find "$BATS_TEST_TMPDIR/state-other" -name "incident.$(cat id).head")"
  cut_off 0003-approve
  for what in log "log $(cat id)" 'note web01 -m x'; do
    for who in division-head other; do
      # shellcheck disable=SC2086  # words
      status 0 account $who $what
      seen_before 3
    done
  done
  account other log >/dev/null 2>&1
  rm register/0004-*
  status 0 account other log
  says "'register': its record 4, seen here before, is missing or was changed"
}

@test "log remembers nothing that nobody registered has signed" {
  incident
  file=$(ls incidents/*/*/0001-monitor.*.yaml)
  rm "$file.sig"
  make_key stranger
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/stranger" "$file"
  rm -rf "$XDG_STATE_HOME"
  jaga log >/dev/null
  [ -z "$(memory | grep incident)" ]
}

@test "a seal that was put there and taken away hides no later one" {
  incident
  as staff seal -q
  chain=$(dirname seals/*/0001-*.yaml)
  kept=$XDG_STATE_HOME
  # Somebody's file in the place of the next seal, while another account makes a step.
  echo junk >"$chain/0002-seal.zzzzzz.yaml"
  account section-head analyze web01 -q --plan manual -p task=x --fault unknown -m x 2>/dev/null || true
  account staff analyze web01 -q --plan manual -p task=x --fault unknown -m x
  rm "$chain/0002-seal.zzzzzz.yaml"
  XDG_STATE_HOME=$kept
  jaga --key "$KEYS/staff" note web01 -q -m 'sealed, then gone'
  as staff seal -q
  ls "$chain"/0002-seal.*.yaml
  rm incidents/*/*/notes/*
  status 65 account section-head approve web01 --yes
  says 'was sealed but is missing'
  [ "$(find incidents -name '0003-*.yaml' | wc -l)" = 0 ]
}
