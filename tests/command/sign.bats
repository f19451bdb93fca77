#!/usr/bin/env bats
load helpers
load flow
setup() {
  setup_folder
  office
  printf 'hosts:\n  - {name: web01, address: 192.0.2.11}\n  - {name: web02, address: 192.0.2.12}\n' >hosts.yaml
  analysed
}

# other: beside ../request, for web01, there is ../other, for web02, whose plan is another.
other() {
  as staff open web02 -q -m slow >/dev/null
  as staff analyze web02 -q --plan manual -p task='dust the fan' --fault unknown -m 'by hand' >/dev/null
  request section-head ../other approve web02
}
# request SIGNER DIR COMMAND...
request() {
  local signer=$1 folder=$2
  shift 2
  as staff --as "$signer" "$@" --request "$folder" -q >/dev/null
}
# elsewhere COMMAND...: jaga where no working directory is, on the section head's machine.
elsewhere() {
  mkdir -p ../elsewhere
  (cd ../elsewhere && HOME=$PWD XDG_STATE_HOME=$PWD/state "$JAGA" --key "$KEYS/section-head" "$@")
}
# files DIR: all of a request, but for record.yaml.
files() { (cd "$1" && find . -type f ! -name 'record.yaml*' | cut -c3- | sort); }
# fresh: ../try is a copy of ../request.
fresh() {
  rm -rf ../try
  cp -r ../request ../try
}
approvals() { find incidents -name '*-approve.*.yaml' | wc -l; }

@test "shows what is signed, signs it without a working directory, and it is imported" {
  request section-head ../request approve web01 -m 'go on'
  status 0 elsewhere sign ../request --yes
  says 'decision: approve the plan'
  says "task = 'change the cable'"
  says 'hosts: web01 (192.0.2.11)'
  says '0002 analyze staff'
  says 'reason: go on'
  says 'approved until'
  says "signed as section-head, role section_head, with the key $(ssh-keygen -lf "$KEYS/section-head.pub" | cut -d' ' -f2)"
  says 'not checked: the owners of these keys'
  says "not checked: whether sha256:$(sha256sum register/0003-*.yaml | cut -d' ' -f1) is the newest record of the register"
  says 'request/record.yaml.sig'
  ssh-keygen -Y check-novalidate -n jaga-record -s ../request/record.yaml.sig <../request/record.yaml
  status 0 elsewhere sign ../request
  says 'already signed'
  status 0 as staff import ../request
  [ "$(approvals)" = 1 ]
  status 0 jaga audit
}

@test "asks, takes --expect, and wants the key that the record names" {
  request section-head ../request approve web01
  status 64 elsewhere sign ../request </dev/null
  says '--yes'
  status 77 elsewhere sign ../request --yes --expect sha256:0000
  digest=$(elsewhere sign ../request 2>&1 </dev/null | sed -n 's/^digest //p')
  status 77 jaga --key "$KEYS/division-head" sign ../request --yes
  says "the required key of 'section-head' is not available"
  [ ! -e ../request/record.yaml.sig ]
  if command -v script >/dev/null; then
    run in_terminal n "$JAGA" --key "$KEYS/section-head" sign ../request
    [ ! -e ../request/record.yaml.sig ]
  fi
  status 0 elsewhere sign ../request --yes --expect "$digest" --json
  says '"kind": "approve"'
  says "\"decided\": \"$digest\""
}

@test "what is signed elsewhere is what the deciding command would have written" {
  request section-head ../request approve web01
  digest=$(sed -n 's/^digest //p' ../request/preview.txt)
  status 0 elsewhere sign ../request --yes --expect "$digest"
}

@test "a file of another request is named by sign and by import, whichever it is" {
  request section-head ../request approve web01
  other
  # Each file in the place of its namesake, records of the incident by their step.
  for file in $(files ../request); do
    fresh
    step=${file%%.*}
    if [ -e "../other/$file" ]; then from=../other/$file; else from=$(ls "../other/$step".*"${file##*.}" | head -1); fi
    cmp -s "$from" "../try/$file" && continue # README.txt and the like are the same
    cp -f "$from" "../try/$file"
    case $file in
    preview.txt)
      status 0 elsewhere sign ../try --yes
      says "task = 'change the cable'"
      ;;
    *)
      status 65 elsewhere sign ../try --yes
      says 'do not sign'
      [ ! -e ../try/record.yaml.sig ]
      ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
      ;;
    esac
    status 65 as staff import ../try
    says "'$file' does not belong to this request"
  done
  # All that a person reads at once: the plan of the other incident.
  fresh
  cp -f ../other/preview.txt ../other/decided-on.yaml ../try/
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
  status 65 as staff import ../try
  # Other words in README.txt.
  fresh
  sed -i 's/^1\. .*/1. Trust the preview./' ../try/README.txt
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
  status 65 as staff import ../try
  says "'README.txt' does not belong"
  # A preview of another version is compared with nothing: the importing person answers for it.
  fresh
  for file in preview.txt README.txt; do
    [ "$(tail -n 1 ../try/$file)" = "Written by jaga $(jaga --version | cut -d' ' -f2)." ]
    sed -i 's/^Written by jaga .*/Written by jaga 0.0.1./' ../try/$file
  done
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
  status 77 as staff import ../try
  says "'README.txt' was not written by jaga"
  # What this version wrote is compared all the same.
  fresh
  sed -i 's/^1\. .*/1. Trust the preview./' ../try/README.txt
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
  status 65 as staff import ../try --yes
  # A record that is not of this incident, beside those that are.
  fresh
  cp ../other/incident/0002-* ../try/incident/
  status 65 elsewhere sign ../try --yes
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
  status 65 as staff import ../try
  [ "$(approvals)" = 0 ]
  status 0 elsewhere sign ../request --yes
  status 0 as staff import ../request
}

@test "a file that is missing, cut or edited: sign refuses what it needs" {
  request section-head ../request approve web01
  for file in $(files ../request); do
    case $file in preview.txt | README.txt) continue ;; esac
    for change in remove cut edit; do
      fresh
      case $change in
      remove) rm -f "../try/$file" ;;
      cut) truncate -s -1 "../try/$file" ;;
      edit) sed -i '1s/^/ /' "../try/$file" ;;
      esac
      # The copy of what is decided on lies in incident/ too.
      if [ "$file $change" = 'decided-on.yaml remove' ]; then
        status 0 elsewhere sign ../try --yes
        continue
      fi
      local got=0
      elsewhere sign ../try --yes >out 2>&1 || got=$?
      [ "$got" = 65 ] || [ "$got" = 66 ] || { echo "$change $file: $got" >&2; cat out >&2; return 1; }
      [ ! -e ../try/record.yaml.sig ]
    done
  done
}

@test "a summary that says something else is neither signed nor imported" {
  request section-head ../request approve web01
  for change in 's/change the cable/dust the fan/' 's/address: "192.0.2.11"/address: "192.0.2.12"/' \
    's/^    until: "20/    until: "21/' 's#fault: "web01/#fault: "web02/#' 's/      origin: "builtin"/      origin: "office"/'; do
    fresh
    sed -i "$change" ../try/record.yaml
    cmp -s ../request/record.yaml ../try/record.yaml && return 1
    status 65 elsewhere sign ../try --yes
    says 'the summary of the decision does not match the records'
    ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
    status 77 as staff import ../try
    says 'the summary of the decision does not match the records'
  done
  # Without one.
  fresh
  sed -i '/^  summary:/,/^    until:/d' ../try/record.yaml
  status 65 elsewhere sign ../try --yes
  says 'it has no summary'
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
  status 77 as staff import ../try
  says 'it has no summary'
  [ "$(approvals)" = 0 ]
}

@test "a symbolic link, a FIFO, a directory and a huge file in the folder are refused by name" {
  request section-head ../request approve web01
  for file in record.yaml decided-on.yaml $(cd ../request && ls incident/0001-*) record.yaml.sig; do
    for kind in link fifo directory huge; do
      fresh
      [ "$file" != record.yaml.sig ] || touch ../try/record.yaml.sig
      mv "../try/$file" ../moved
      case $kind in
      link) ln -s "$PWD/../moved" "../try/$file" ;;
      fifo) mkfifo "../try/$file" ;;
      directory) mkdir "../try/$file" ;;
      huge) truncate -s 1T "../try/$file" 2>/dev/null || truncate -s 5M "../try/$file" ;;
      esac
      status 65 timeout 20 "$JAGA" --key "$KEYS/section-head" sign ../try --yes
      says "${file##*/}"
    done
  done
  fresh
  rm -r ../try/incident
  ln -s "$PWD/incidents" ../try/incident
  status 65 elsewhere sign ../try --yes
  # The same files as import meets them.
  for file in preview.txt decided-on.yaml README.txt; do
    for kind in link fifo; do
      fresh
      ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml
      mv "../try/$file" ../moved
      if [ $kind = link ]; then ln -s "$PWD/../moved" "../try/$file"; else mkfifo "../try/$file"; fi
      status 65 timeout 20 "$JAGA" --key "$KEYS/staff" import ../try
    done
  done
  [ "$(approvals)" = 0 ]
}

@test "verify and accept show how the repair ended and each probe, with what was measured last" {
  as section-head approve web01 -q --yes >/dev/null
  as staff repair web01 -q --by-hand -m 'cable replaced' >/dev/null
  as staff monitor --incident web01 -q >/dev/null || true
  request section-head ../request verify web01 --override 'nothing measures it'
  ls ../request/incident/notes/*.yaml
  status 0 elsewhere sign ../request --yes
  says 'decision: verify that the repair worked'
  says 'repair (manual): done'
  says 'before:'
  says 'although a check still failed: nothing measures it'
  status 0 as staff import ../request
  rm -rf ../request
  request division-head ../request accept web01
  fresh
  rm ../try/incident/notes/*
  status 65 jaga --key "$KEYS/division-head" sign ../try --yes
  says 'the measurement for this decision is missing'
  status 0 jaga --key "$KEYS/division-head" sign ../request --yes
  status 0 as staff import ../request
  rm -rf ../request
  status 0 jaga audit
}

@test "a rejection and a withdrawal can be signed in this way, too" {
  request section-head ../request reject web01 -m 'not by hand'
  status 0 elsewhere sign ../request --yes
  says 'the plan is rejected; back to analyze'
  says 'reason: not by hand'
  status 0 as staff import ../request
  rm -rf ../request
  request section-head ../request withdraw web01 --outcome recovered -m 'works again'
  status 0 elsewhere sign ../request --yes
  says 'closed without repair: recovered'
  says 'this is the first signature'
  status 0 as staff import ../request
}

@test "what an earlier version requested is not signed" {
  status 65 elsewhere sign "$BATS_TEST_DIRNAME/../data/directory-0.1.0/request" --yes
  says 'it has no summary'
}

@test "what is typed into a plan drives no terminal" {
  as section-head reject web01 -q --yes -m no >/dev/null
  as staff analyze web01 -q --plan manual -p task=$'a\tb \xc2\xa0 c' --fault unknown -m 'x' >/dev/null || true
  request section-head ../request approve web01
  elsewhere sign ../request --yes 2>&1 | LC_ALL=C grep -q $'[\x01-\x08\x0b-\x1f\x7f]' && return 1
  [ -e ../request/record.yaml.sig ]
}

# edited SED-EXPRESSION...: ../try is the request with another record.yaml.
edited() {
  local expression
  fresh
  for expression in "$@"; do sed -i "$expression" ../try/record.yaml; done
  ! cmp -s ../request/record.yaml ../try/record.yaml
}
signed_all_the_same() { ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" ../try/record.yaml; }

@test "all that the record says is shown: when, notes, what it ratifies or seconds" {
  request section-head ../request approve web01
  digest=sha256:$(printf 'a%.0s' {1..64})
  fresh
  status 0 elsewhere sign ../try --yes
  says "recorded $(sed -n 's/^at: "\(.*\)"/\1/p' ../request/record.yaml)"
  says_not 'decided 20'
  says_not 'note of the incident'
  edited '/^at: /a occurred: "2026-11-24T03:15:22.123Z"'
  status 0 elsewhere sign ../try --yes
  says 'decided 2026-11-24T03:15:22.123Z'
  edited 's/^at: .*/at: "2025-11-24T03:15:22.123Z"/'
  status 0 elsewhere sign ../try --yes
  says 'recorded 2025-11-24T03:15:22.123Z'
  says 'the time of its record 3, 2025-11-24T03:15:22.123Z, is before that of record 2'
  edited "s/^notes: .*/notes: [\"$digest\"]/"
  status 0 elsewhere sign ../try --yes
  says 'it also refers to 1 note of the incident'
  says 'not checked: the content of the notes to which it refers'
  edited "s/^  runs: 1/  runs: 1\n  seconds: \"$digest\"/"
  status 0 elsewhere sign ../try --yes
  says "this is the second of two signatures; the first is $digest"
}

@test "a decision on paper cannot be a request: neither signed nor imported" {
  request section-head ../request approve web01
  edited '/^  until: /i \  paper:\n    decided_by: "section-head"\n    role: "section_head"\n    scan: "sha256:'"$(printf 'a%.0s' {1..64})"'"'
  status 65 elsewhere sign ../try --yes
  says "it enters a paper decision of 'section-head', which is not allowed in a request"
  signed_all_the_same
  rm ../try/preview.txt
  status 77 as staff import ../try
  says "it enters a paper decision of 'section-head', which is not allowed in a request"
  [ "$(approvals)" = 0 ]
}

@test "a note that is not here, or a time to come, is not imported" {
  request section-head ../request approve web01
  digest=sha256:$(printf 'a%.0s' {1..64})
  edited "s/^notes: .*/notes: [\"$digest\"]/"
  signed_all_the_same
  rm ../try/preview.txt
  status 65 as staff import ../try
  says "the request refers to a note that is missing here: '$digest'"
  edited '/^at: /a occurred: "2126-11-24T03:15:22.123Z"'
  signed_all_the_same
  rm ../try/preview.txt
  status 64 as staff import ../try
  says 'is in the future'
  [ "$(approvals)" = 0 ]
  status 0 jaga audit
}
