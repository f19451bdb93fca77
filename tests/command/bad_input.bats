#!/usr/bin/env bats
# What is promised of bad input: the exit code, what is said, and what to do next. One test a promise.
load helpers
load flow
setup() { setup_folder; office; }

# A host whose plan runs on this machine; its plan makes the file $PWD/made.
local_host() {
  here_with touch <<P
commands:
  - title: {id: "Buat", en: "Make"}
    script: |
      touch "$PWD/made"
P
}

@test "an unknown host is 66, with the nearest name" {
  status 66 as staff open web1 -m slow
  says "unknown host 'web1'"
  says "hint: did you mean 'web01'?"
  status 66 jaga monitor web1
  says "hint: did you mean 'web01'?"
  status 66 jaga host show web1
  says "hint: did you mean 'web01'?"
  status 66 jaga show web01 # no incident is about it
  says "no open incident of 'web01'"
}

@test "an unknown incident is 66, with the nearest id or host" {
  incident
  status 66 jaga show web1
  says "unknown incident 'web1'"
  says "hint: did you mean 'web01'?"
  id=$(cat id)
  status 66 as staff note "${id%?}_" -m x
  says "hint: did you mean '$id'?"
}

@test "a host whose incidents are all finished is 66 and names them" {
  incident
  as section-head withdraw web01 -q --yes -m x --outcome recovered >/dev/null
  as division-head withdraw web01 -q --yes -m x --outcome recovered >/dev/null
  status 66 jaga show web01
  says "no open incident of 'web01'"
  says "$(cat id)"
  status 0 jaga show "$(cat id)"
  # To a step no finished one is any use: it is told how an open one comes to be.
  for step in 'approve --yes' 'repair --yes' 'verify --yes' 'accept --yes' 'archive --no-part' 'reject --yes -m x' \
    'withdraw --yes -m x --outcome recovered' 'analyze -m x'; do
    # shellcheck disable=SC2086  # words
    status 66 as staff ${step%% *} web01 ${step#* }
    says "no open incident of 'web01'"
    says "'jaga analyze' opens an incident"
    says_not "$(cat id)"
  done
}

@test "a host with several incidents is 64, and each is told by its fault and by what is due" {
  as staff open web01 -q --fault disk-full --object /var -m full >id
  as staff open web01 -q --fault failed-unit --object web.service -m down >id2
  as staff analyze "$(cat id)" -q --plan manual -p task=x -m x >/dev/null
  status 64 jaga show web01
  says "'web01' matches several incidents:"
  says "$(cat id) (disk-full /var, approve)"
  says "$(cat id2) (failed-unit web.service, analyze)"
}

@test "a working directory that may not be entered is not reported as missing" {
  [ "$(id -u)" = 0 ] || skip 'needs root, to become another user'
  command -v setpriv >/dev/null || skip 'no setpriv here'
  other() { setpriv --reuid 65534 --regid 65534 --clear-groups "$JAGA" ${JAGA_TEST_LANGUAGE:+--lang "$JAGA_TEST_LANGUAGE"} "$@"; }
  top=$(mktemp -d /tmp/jaga-shut.XXXXXX)
  mkdir -p "$top/netops/office" && cp "$JAGA" "$top/jaga" && chmod 755 "$top" "$top/jaga"
  JAGA=$top/jaga
  jaga init -q "$top/netops/office"
  chmod 700 "$top/netops/office" && chmod 755 "$top/netops"
  status 74 other -C "$top/netops/office" status
  says "cannot access '$top/netops/office': Permission denied"
  chmod 700 "$top/netops"
  status 74 other -C "$top/netops/office" status
  says 'Permission denied'
  status 66 jaga -C "$top/none" status
  says "cannot access '$top/none': No such file or directory"
  echo text >"$top/file"
  status 74 jaga -C "$top/file" status
  says 'Not a directory'
  mkdir "$top/empty"
  status 66 jaga -C "$top/empty" status
  says 'no jaga.yaml in this directory or its parents'
  rm -rf "$top"
}

@test "broken YAML of a hand-edited file is 78, with line and column" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, colour: red}\n' >hosts.yaml
  status 78 jaga host list
  says 'hosts.yaml:2:47: '
  printf 'hosts:\n  - name: web01\n   address: x\n' >hosts.yaml
  status 78 jaga host list
  says 'hosts.yaml:'
  printf 'hosts: []\n' >hosts.yaml
  sed -i '/step: "monitor"/,/standard/s/standard: "30m"/standard: "30x"/' sop.yaml
  status 78 jaga status
  [[ $output =~ sop.yaml:[0-9]+:15:\ \'standard\' ]]
}

@test "a broken record is 65, with line and column; the audit names it" {
  analysed
  record=$(ls incidents/*/*/0002-analyze.*.yaml)
  chmod u+w "$record"
  sed -i 's/^seq: 2/seq:  2/' "$record"
  status 65 jaga show web01
  says "${record##*/}:4:6: "
  says 'jaga audit'
  status 65 as section-head approve web01 --yes
  status 77 as staff repair web01 # nothing is run on the ground of a damaged chain
  status 1 jaga audit
  says "$record"
}

@test "two incidents match: they are listed, 64" {
  incident
  as staff open web01 -q --fault disk-full -m full >id2
  status 64 jaga show web01
  says "$(cat id)"
  says "$(cat id2)"
  status 64 as section-head approve "$(cut -c1-14 id)" --yes
}

@test "a step out of order is 77, naming what is due and who may do it" {
  incident
  status 77 as section-head approve web01 --yes
  says "the next step is 'analyze'"
  says 'permitted roles: Staff'
  # Somebody without the role for it is told the same.
  status 77 as staff approve web01 --yes
  says "the next step is 'analyze'"
  status 77 as section-head verify web01 --yes
  says "the next step is 'analyze'"
  status 77 as division-head accept web01 --yes
  says "the next step is 'analyze'"
  status 77 as staff repair web01
  says "the next step is 'analyze'"
  status 77 as staff archive web01 --no-part
  says "the next step is 'analyze'"
  status 77 as section-head reject web01 --yes -m no
  says "the next step is 'analyze'"
}

@test "own work is 77 at each decision" {
  as staff person change section-head -q --role staff >/dev/null
  as staff person change division-head -q --role section_head >/dev/null
  incident
  as section-head analyze web01 -q --plan manual -p task=x --fault unknown -m mine >/dev/null
  status 77 as section-head approve web01 --yes
  says "own work: they did 'analyze'"
  status 77 as section-head reject web01 --yes -m no
  says 'own work'
  as division-head approve web01 -q --yes >/dev/null
  as section-head repair web01 -q --by-hand -m x >/dev/null
  status 77 as section-head verify web01 --yes --override x
  says "own work: they did 'repair'"
  as division-head verify web01 -q --yes --override x >/dev/null
  status 77 as division-head accept web01 --yes
  says "own work: they did 'verify'"
}

@test "the machine-id has changed since the approval: 77, and nothing is run" {
  unshare -m true 2>/dev/null || skip 'may not make a mount namespace here'
  local_host
  as section-head approve here -q --yes >/dev/null
  echo 0123456789abcdef0123456789abcdef >../machine-id
  status 77 unshare -m sh -c 'mount --bind ../machine-id /etc/machine-id; "$@"' - \
    "$JAGA" --key "$KEYS/staff" repair here
  says 'its machine-id is not the approved one'
  [ ! -e made ]
  status 0 as staff repair here
  [ -e made ]
}

@test "the host key has changed since the approval: 77, and nothing is run" {
  need_machine_id
  sshd=$(command -v sshd || echo /usr/sbin/sshd)
  [ -x "$sshd" ] || skip 'no sshd here'
  [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f ../host-1
  ssh-keygen -q -t ed25519 -N '' -f ../host-2
  cp "$KEYS/staff.pub" ../authorized
  port=$((20000 + RANDOM % 10000))
  serve() { # serve KEY: an sshd of our own on loopback
    "$sshd" -D -e -f /dev/null -p "$port" -h "$BATS_TEST_TMPDIR/$1" -o ListenAddress=127.0.0.1 -o UsePAM=no \
      -o StrictModes=no -o PermitRootLogin=yes -o PidFile=none -o "AuthorizedKeysFile=$BATS_TEST_TMPDIR/authorized" \
      2>"$BATS_TEST_TMPDIR/sshd.log" 3>&- &
    sshd_pid=$!
    until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
      kill -0 "$sshd_pid" || skip "sshd does not start: $(cat "$BATS_TEST_TMPDIR/sshd.log")"
    done
  }
  serve host-1
  me=$(id -un)
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, login: {measure: "%s", repair: "%s", port: %s}, checks: [ssh]}\n' \
    "$me" "$me" "$port" >hosts.yaml
  status 0 as staff host trust web01 --yes
  mkdir plans
  sed "s#@@#$PWD#" >plans/touch.yaml <<'P'
format: "jaga/plan@1"
title: {id: "Buat berkas", en: "Make a file"}
run: "ssh"
commands:
  - title: {id: "Buat", en: "Make"}
    script: |
      touch "@@/made"
P
  incident
  status 0 as staff analyze web01 --plan touch --fault unknown -m x
  status 0 as section-head approve web01 --yes
  kill "$sshd_pid"
  wait "$sshd_pid" || true
  serve host-2
  status 77 as staff repair web01
  says 'its host key is not the approved one'
  [ ! -e made ]
  kill "$sshd_pid"
  wait "$sshd_pid" || true
  serve host-1
  status 0 as staff repair web01
  [ -e made ]
  kill "$sshd_pid"
}

@test "a later analysis: 77" {
  local_host
  as section-head approve here -q --yes >/dev/null
  as staff analyze here -q -m 'looked again' >/dev/null
  status 77 as staff repair here
  says 'newer analysis'
  [ ! -e made ]
}

@test "a used approval: 77" {
  local_host
  as section-head approve here -q --yes >/dev/null
  as staff repair here -q >/dev/null
  as section-head reject here -q --yes -m again --back repair >/dev/null
  as staff repair here -q >/dev/null # a rejection by verify permits one more run
  status 77 as staff repair here
  says 'the approval has already been used'
  says "the next step is 'verify'"
  as staff analyze here -q -m again >/dev/null
  sed -i 's/touch .*/false/' plans/touch.yaml
  as staff analyze here -q --plan touch -m 'now it fails' >/dev/null
  as section-head approve here -q --yes >/dev/null
  status 1 as staff repair here
  status 77 as staff repair here
  says 'the approval has already been used'
}

@test "an expired approval: 77" {
  local_host
  until=$(($(date +%s) + 2))
  as section-head approve here -q --yes --until "$(date -u -d "@$until" +%Y-%m-%dT%H:%M:%SZ)" >/dev/null
  while [ "$(date +%s)" -le "$until" ]; do :; done
  status 77 as staff repair here
  says 'the approval expired at'
  [ ! -e made ]
  status 0 jaga status --step approve --exit-code || [ "$?" = 1 ]
  status 0 as section-head approve here --yes
  status 0 as staff repair here
}

@test "a revoked approval: 77" {
  local_host
  as section-head approve here -q --yes >/dev/null
  as section-head reject here -q --yes -m 'not today' --back approve >/dev/null
  status 77 as staff repair here
  says "the approval was revoked by 'section-head'"
  says "the next step is 'approve'"
  [ ! -e made ]
}

@test "no key: 77 with the command that makes one" {
  analysed
  status 77 jaga approve web01 --yes
  says 'no signing key found'
  says 'ssh-keygen -t ed25519'
  says 'jaga person add ID --role ROLE --key FILE.pub'
}

@test "a key that nobody registered: 77 with the command that registers it, which works" {
  analysed
  make_key other
  status 77 as other approve web01 --yes
  says "no available key is registered: $KEYS/other"
  says 'jaga person change ID --key FILE.pub'
  status 0 as staff person change section-head --key "$KEYS/other.pub"
  status 0 as other approve web01 --yes
}

@test "--as a person whose key is not there: 77, but for --request" {
  analysed
  status 77 as staff --as section-head approve web01 --yes
  says "no key of 'section-head' is available"
  status 77 as staff --as section-haed approve web01 --yes
  says "did you mean 'section-head'?"
  status 0 as staff --as section-head approve web01 --request ../request
  [ -s ../request/record.yaml ]
}

@test "keys of two people and no --as: 64 with both" {
  analysed
  eval "$(ssh-agent -s)" >/dev/null
  ssh-add -q "$KEYS/staff" "$KEYS/section-head"
  status 64 jaga approve web01 --yes
  says 'staff, section-head'
  says '--as PERSON'
  status 0 jaga --as section-head approve web01 --yes
  ssh-agent -k >/dev/null
}

@test "sop.yaml edited and not adopted: 77 for decisions, which name jaga adopt" {
  analysed
  sed -i '/step: "monitor"/,/standard/s/standard: "30m"/standard: "31m"/' sop.yaml
  for decision in 'section-head approve web01 --yes' 'section-head reject web01 --yes -m no' \
    'section-head withdraw web01 --yes -m x --outcome recovered' \
    'section-head verify web01 --yes' 'division-head accept web01 --yes'; do
    # shellcheck disable=SC2086  # a list of words
    status 77 as $decision
    says "'sop.yaml' was edited but not adopted"
    says "'jaga adopt'"
  done
  status 0 jaga status
  says 'jaga adopt'
  status 0 as staff adopt --yes
  status 0 as section-head approve web01 --yes
}

@test "a fork: 77 naming jaga merge" {
  incident
  cp -r . ../clone
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m here >/dev/null
  (cd ../clone && as staff analyze web01 -q --plan manual -p task=y --fault unknown -m there >/dev/null)
  cp -n ../clone/incidents/*/*/0002-* incidents/*/*/
  status 77 as section-head approve web01 --yes
  says "hint: close the fork with 'jaga merge $(cat id) -m REASON'"
  status 77 as staff analyze web01 -m again
  says 'jaga merge'
  status 0 as staff merge web01 -m 'two shifts'
  status 0 as staff analyze web01 --plan manual -p task=z --fault unknown -m again
}

@test "a fork of the register: 77 naming jaga merge register" {
  analysed
  cp -r . ../clone
  as staff person change staff -q --name One >/dev/null
  (cd ../clone && as staff person change staff -q --name Two >/dev/null)
  cp -n ../clone/register/0004-* register/
  status 77 as section-head approve web01 --yes
  says "hint: close the fork with 'jaga merge register -m REASON'"
}

@test "standard output is full: 74, naming the record that was written" {
  analysed
  run bash -c '"$JAGA" --key "$KEYS/section-head" approve web01 --yes >/dev/full'
  [ "$status" = 74 ]
  says 'recorded, but cannot write to standard output'
  record=$(ls incidents/*/*/0003-approve.*.yaml)
  [[ $output == *"$record"* ]]
  run bash -c '"$JAGA" --key "$KEYS/staff" note web01 -m x >/dev/full'
  [ "$status" = 74 ]
  [[ $output == *"$(ls incidents/*/*/notes/*.yaml)"* ]]
  run bash -c '"$JAGA" status >/dev/full'
  [ "$status" = 74 ]
}

@test "standard output is closed: 74, naming the record that was written" {
  need_closed_output
  approved
  run bash -c '"$JAGA" --key "$KEYS/staff" repair web01 --by-hand -m x >&-'
  [ "$status" = 74 ]
  [[ $output == *"$(ls incidents/*/*/0005-repair-end.*.yaml)"* ]]
}

@test "no terminal and no --yes: 64, and nothing is recorded" {
  analysed
  for decision in 'section-head approve web01' 'section-head reject web01 -m no' \
    'section-head withdraw web01 -m x --outcome recovered' 'staff person leave division-head'; do
    # shellcheck disable=SC2086  # a list of words
    status 64 as $decision </dev/null
    says '--yes'
  done
  [ "$(ls incidents/*/*/*.yaml | wc -l)" = 2 ]
}

@test "jaga.yaml of another working directory: 78 with the line to put back" {
  analysed
  repo=$(sed -n 's/^repo: "\(.*\)"/\1/p' jaga.yaml)
  [ -n "$repo" ]
  sed -i 's/^repo: .*/repo: "00000000000000000000000000000000"/' jaga.yaml
  status 78 jaga status
  says "restore the line: repo: \"$repo\""
}

@test "an interrupted question leaves nothing behind" {
  command -v script >/dev/null || skip 'no script(1)'
  analysed
  before=$(find . -type f | sort)
  mkfifo ../typed
  script -qec "$(printf '%q ' "$JAGA" --key "$KEYS/section-head" approve web01)" /dev/null <../typed >../shown 2>&1 3>&- &
  terminal=$!
  exec 9>../typed
  until grep -q -e 'exactly as shown?' -e 'tanpa perubahan?' ../shown; do kill -0 "$terminal"; done
  printf '\003' >&9
  code=0
  wait "$terminal" || code=$?
  exec 9>&-
  [ "$code" = 130 ] || { cat ../shown >&2; false; }
  [ "$(find . -type f | sort)" = "$before" ]
  status 0 as section-head approve web01 --yes
}
