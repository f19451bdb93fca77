#!/usr/bin/env bats
# What is typed may end up in a record that can never be changed.
load helpers
load flow
setup() { setup_folder; office; incident; }

@test "characters that a terminal would obey are 64, in every text" {
  red=$'red \033[31m'
  status 64 as staff note web01 -m "$red"
  says 'contains characters that are not allowed in a record'
  status 64 as staff analyze web01 --plan manual -p "task=$red" --fault unknown -m x
  status 64 as staff analyze web01 --plan manual -p task=x --fault unknown -m "$red"
  status 64 as staff open web01 --fault unknown -m "$red"
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 64 as section-head approve web01 --yes -m "$red"
  status 64 as section-head reject web01 --yes -m "$red"
  status 64 as section-head withdraw web01 --yes --outcome handed-over --to "$red" -m x
  as section-head approve web01 -q --yes >/dev/null
  status 64 as staff repair web01 --vendor "$red"
  status 64 as staff repair web01 --by-hand -m $'a\rb'
  status 0 jaga audit
}

@test "invisible characters are 64 in what is typed, but joiners between letters of prose" {
  zwsp=$'\xe2\x80\x8b' zwnj=$'\xe2\x80\x8c'
  status 64 as staff note web01 -m "plan${zwsp}ned"
  says 'invisible character'
  status 64 as staff person add sec2 --role staff --name "A${zwnj}B" --key "$KEYS/staff.pub"
  status 64 as staff open web01 --fault unknown --object "a${zwnj}b" -m x
  status 64 as staff person add "sec${zwsp}2" --role staff --key "$KEYS/staff.pub"
  status 0 as staff note web01 -m $'\xe1\xac\x93\xe1\xad\x84\xe2\x80\x8c\xe1\xac\x93'
  status 0 jaga show web01
  status 0 jaga audit
}

@test "what looks like a secret is 64" {
  status 64 as staff note web01 -m 'password=hunter2'
  says 'seems to contain a password'
  [[ $output != *hunter2* ]]
  status 64 as staff analyze web01 --plan manual -p task='use token=abc' --fault unknown -m x
  echo 'secret: abc' >note
  # shellcheck disable=SC2094  # the command is not a file
  status 64 as staff note web01 <note
  status 0 as staff note web01 -m 'the password was changed'
  status 0 as staff note web01 -m 'password: user called'
}

@test "what another monitor said goes into no record with its password" {
  printf '%s' '{"version":"4","groupKey":"g","truncatedAlerts":0,"status":"firing","receiver":"r","groupLabels":{},' \
    '"commonLabels":{},"commonAnnotations":{},"externalURL":"http://x","alerts":[{"status":"firing","labels":{' \
    '"alertname":"BackupFailed","instance":"web01","severity":"critical"},"annotations":{"summary":' \
    '"mysqldump failed: password=x1y2z3, https://app:x1y2z3@db01/ and Bearer x1y2z3"},' \
    "\"startsAt\":\"$(date -u +%FT%TZ)\",\"endsAt\":\"0001-01-01T00:00:00Z\",\"generatorURL\":\"http://x/\"," \
    '"fingerprint":"0123456789abcdef"}]}' >../body
  status 2 jaga monitor --import alertmanager ../body
  says 'password=[masked]'
  status 0 as staff analyze
  status 1 grep -r x1y2z3 incidents rounds
  grep -q 'app:\[masked\]@db01' incidents/*/*/0001-monitor*.yaml
}

@test "what a command of a plan prints is kept without its passwords" {
  need_machine_id
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [local]}\n' >hosts.yaml
  as staff host trust web01 -q --yes >/dev/null
  mkdir -p plans
  cat >plans/clone.yaml <<'PLAN'
format: "jaga/plan@1"
title: {id: "Salin", en: "Clone"}
run: "local"
commands:
  - title: {id: "Salin", en: "Clone"}
    script: |
      x=$(printf '%s%s' GEHEIM 42)
      echo "cloning https://git:$x@repo.example/x.git"
      echo "Authorization: Bearer $x"
      echo "mysql -u root -p$x"
      echo "DB_PASS=$x"
PLAN
  as staff analyze web01 -q --plan clone --fault unknown -m x >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  status 0 as staff repair web01
  says 'cloning https://git:[masked]@repo.example/x.git'
  status 1 grep -r GEHEIM42 incidents
  [ "$(grep -rhF '[masked]' incidents/*/*/evidence | wc -l)" = 4 ]
}

@test "a body that could not be read again is never signed" {
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  status 64 as section-head approve web01 --yes --runs 0
  says '--runs must be from 1 to 100'
  status 64 as section-head approve web01 --yes --runs 200
  status 64 as section-head reject web01 --yes -m ' '
  status 64 as section-head withdraw web01 --yes --outcome handed-over --to '' -m x
  status 0 as section-head approve web01 --yes -m ' today '
  status 64 as staff repair web01 --vendor ''
  status 0 as staff repair web01 --by-hand -m x
  status 64 as section-head verify web01 --yes --override ''
  status 0 as section-head verify web01 --yes --override x
  status 0 as division-head accept web01 --yes
  status 64 as staff archive web01 --part-stored ''
  status 0 as staff archive web01 --no-part
  status 0 jaga audit
}

@test "archive packs the bag and seals" {
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  as staff repair web01 -q --by-hand -m x >/dev/null
  as section-head verify web01 -q --yes --override x >/dev/null
  as division-head accept web01 -q --yes >/dev/null
  echo scan >scan.pdf
  status 0 as staff evidence add web01 scan.pdf --signed-copy handover
  grep -q 'signed_copy: "handover"' incidents/*/*/notes/*.yaml
  status 0 as staff archive web01 --no-part
  says 'seal sha256:'
  ls seals/*/0001-seal.*.yaml
  packed=$(ls archive/*.tar.zst)
  tar --zstd -tf "$packed" | grep -q '/manifest-sha256.txt$'
  status 0 as staff seal
  says 'nothing new'
  status 0 jaga audit
}

@test "a request names the one key that can sign it" {
  as staff analyze web01 -q --plan manual -p task=x --fault unknown -m x >/dev/null
  make_key other
  as staff person change section-head -q --key "$KEYS/other.pub" >/dev/null
  status 0 jaga --key "$KEYS/section-head.pub" --as section-head approve web01 --request out
  grep -qF "$(ssh-keygen -lf "$KEYS/section-head.pub" | cut -d' ' -f2)" out/README.txt
  status 0 as staff --as section-head approve web01 --request newest
  grep -qF "$(ssh-keygen -lf "$KEYS/other.pub" | cut -d' ' -f2)" newest/README.txt
  status 77 jaga --key "$KEYS/division-head.pub" --as section-head approve web01 --request none
  says 'not a current key'
  (cd out && ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/section-head" record.yaml 2>/dev/null)
  status 0 as staff import out
  status 0 jaga audit
}
