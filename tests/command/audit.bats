#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; as staff open web01 -q -m slow >id; }

@test "sound" {
  status 0 jaga audit
  says 'sound'
  says 'signatures'
  status 0 jaga audit web01
  status 0 jaga audit --json
  says '"sound": true'
}

@test "an edited record is named" {
  file=$(ls incidents/*/*/0001-monitor.*.yaml)
  chmod u+w "$file" && sed -i 's/slow/fast/' "$file"
  status 1 jaga audit
  says "$(basename "$file")"
}

@test "a missing signature is named" {
  rm incidents/*/*/0001-monitor.*.sig
  status 1 jaga audit
  says '0001-monitor'
}

@test "a cut tail is found by what was seen before" {
  as staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m x
  jaga audit
  rm incidents/*/*/0002-analyze.*
  status 1 jaga audit
  says "$(cat id)"
}

@test "it says how far it checked, whose keys sealed it, and what this account saw before" {
  export XDG_STATE_HOME="$BATS_TEST_TMPDIR/other" # another account
  status 0 jaga audit
  says 'no seal yet, 4 records'
  says 'no witness: no other account has sealed any of these records'
  says 'not compared with earlier: this account sees these records for the first time'
  says 'not checked: whether the newest records were removed together with their seals'
  status 0 jaga audit
  says 'compared with what this account saw before: 2 of 2 chains'
  case $output in *'not checked'*) return 1 ;; esac
  as staff seal -q
  status 0 jaga audit
  says 'verified up to seal 1; all records are sealed'
  says 'no witness' # its own
  export XDG_STATE_HOME="$BATS_TEST_TMPDIR/state"
  status 0 jaga audit
  says 'witnesses, with the records that their seals cover: staff 4/4'
  status 0 jaga audit --json
  says '"witnesses": [{"person": "staff", "records": 4}]'
  says '"chains": 2, "seen": 2'
}

@test "the printed program reaches the same verdict" {
  jaga audit --script >../check.sh
  for shell in dash 'busybox sh'; do
    # shellcheck disable=SC2086  # two words
    status 0 $shell ../check.sh .
    # shellcheck disable=SC2086
    (cd / && status 0 $shell "$BATS_TEST_TMPDIR/check.sh" "$BATS_TEST_TMPDIR/work")
  done
  file=$(ls incidents/*/*/0001-monitor.*.yaml)
  chmod u+w "$file" && sed -i 's/slow/fast/' "$file"
  for shell in dash 'busybox sh'; do
    # shellcheck disable=SC2086
    status 1 $shell ../check.sh .
    says "$file: its signature is invalid"
  done
  status 2 sh ../check.sh /
}

@test "what a key wrote that was taken since counts only where the seal of then names it" {
  make_key staff-2
  as staff person change staff -q --key "$KEYS/staff-2.pub"
  as staff person change section-head -q --role admin
  as section-head person change staff -q --retire "$(ssh-keygen -lf "$KEYS/staff.pub" | cut -d' ' -f2)"
  grep -q '^  seal: "sha256:' register/*-person.*.yaml
  ls seals/*/0001-seal.*.yaml
  status 0 jaga audit
  status 77 as staff note "$(cat id)" -m late
  # A copy in which the key goes on as if nothing had happened: a note made before, brought in later.
  cp -R . ../other && cd ../other
  rm -rf seals register/0006*
  as staff note "$(cat id)" -q -m past
  notes=$(dirname "$(ls incidents/*/*/0001-monitor.*.yaml)")/notes
  mkdir -p "../work/$notes" && cp "$notes"/* "../work/$notes/"
  cd ../work
  status 1 jaga audit
  says 'was retired later, and the seal of that time does not list this record'
  jaga audit --script >../check.sh
  status 1 sh ../check.sh .
  says 'was retired later, and the seal of that time does not list this record'
}

@test "a loss is accepted with open eyes, by an admin, and by name" {
  as staff seal -q
  status 77 as staff audit --resolve 'nothing is lost'
  rm -rf incidents/*
  status 1 jaga audit
  status 77 as section-head audit --resolve 'the disk died'
  status 0 as staff audit --resolve 'the disk died'
  says 'not checked: '
  status 0 jaga audit
  status 0 jaga audit
  says '0001-monitor'
  # Only a loss can be resolved.
  file=$(ls register/0002-*.yaml)
  chmod u+w "$file" && printf x >>"$file"
  status 77 as staff audit --resolve 'never mind'
}

@test "hostile names and things neither hang it nor reach the terminal" {
  cd incidents/*/*/
  mkfifo 0009-note.aaaaaa.yaml notes 2>/dev/null || true
  ln -s /dev/zero 0010-note.bbbbbb.yaml
  touch "$(printf '0011-\033]0;x\007.yaml')"
  cd "$BATS_TEST_TMPDIR/work"
  status 1 timeout 20 "$JAGA" audit
  says '0009-note'
  says '0010-note'
  case $output in *$'\033'* | *$'\007'*) return 1 ;; esac
  status 1 timeout 20 "$JAGA" audit --json
  case $output in *$'\033'* | *$'\007'*) return 1 ;; esac
  jaga audit --script >../check.sh
  status 1 timeout 20 sh ../check.sh .
  case $output in *$'\033'* | *$'\007'*) return 1 ;; esac
}

@test "of a bag audit says who signed all of it, not how many records no seal names" {
  load flow
  accepted
  bag=$(as staff archive web01 -q --no-part --no-pdf | head -n 1)
  status 0 jaga audit "$bag"
  says "signed as a whole by 'staff'"
  [[ $output != *'no seal yet'* ]]
}

# foreign_bag VERSION ALGORITHM: the folder bag, as another program makes it.
foreign_bag() {
  rm -rf bag
  mkdir -p bag/data/sub
  echo one >bag/data/one.txt
  echo two >'bag/data/sub/two words.txt'
  (
    cd bag || exit
    printf 'BagIt-Version: %s\nTag-File-Character-Encoding: UTF-8\n' "$1" >bagit.txt
    printf 'Bag-Software-Agent: other\nPayload-Oxum: 8.2\n' >bag-info.txt
    find data -type f -print0 | xargs -0 "$2sum" >"manifest-$2.txt"
    "$2sum" bagit.txt bag-info.txt "manifest-$2.txt" >"tagmanifest-$2.txt"
  )
}

@test "a bag of another maker is valid or not, and signed by nobody" {
  foreign_bag 0.97 md5
  status 0 jaga audit bag
  says 'valid, signed by nobody'
  says 'BagIt 0.97, 2 files, 8 bytes, md5'
  says "manifest sha256:$(sha256sum bag/tagmanifest-md5.txt | cut -c1-64)"
  says 'remark: its manifests do not protect against deliberate changes (md5)'
  foreign_bag 1.0 sha512
  status 0 jaga audit bag --json
  jq -e '.sound and .bagit == "1.0" and .algorithms == ["sha512"] and .files == 2 and .bytes == 8 and .remarks == []' <<<"$output"
  status 0 jaga audit bag --expect "sha256:$(sha256sum bag/tagmanifest-sha512.txt | cut -c1-64)"
  status 1 jaga audit bag --expect "sha256:$(printf '%064d' 0)"
  echo three >bag/data/one.txt
  status 1 jaga audit bag
  says 'not valid: 1 finding'
  says "'data/one.txt' does not match its manifest (sha512)"
  status 1 jaga audit bag --lang id
  says 'TIDAK VALID: 1 temuan'
  rm bag/bagit.txt
  status 1 jaga audit bag
  says "'bagit.txt' is missing"
  status 64 jaga audit bag --since last
}

@test "a bag of jaga without its signature does not pass for a bag of another maker" {
  local bag
  load flow
  accepted
  bag=$(as staff archive web01 -q --no-part --no-pdf | head -n 1)
  chmod -R u+w "$bag"
  rm "$bag/tagmanifest-sha256.txt.sig"
  status 1 jaga audit "$bag"
  says 'tagmanifest-sha256.txt.sig'
}
