#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; }

measured() {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n  - {name: db01, address: 127.0.0.1}\n' >hosts.yaml
  jaga monitor web01 --only tcp -q >/dev/null || true
}

@test "round: the newest, or one from a file or standard input" {
  status 66 jaga report round
  says 'no round to analyze'
  measured
  status 0 jaga report round
  says '1. web01: Service is down (1)'
  says 'Restart the service that listens on the port.'
  says 'db01  not measured in this round'
  [ ! -d incidents ]
  local file
  file=$(ls -d rounds/*/*/*/*/*)
  status 0 jaga report round "$file"
  says '1. web01: Service is down (1)'
  output=$(jaga report round - <"$file")
  says '1. web01: Service is down (1)'
  status 0 jaga --lang id report round
  says 'Laporan'
  status 66 jaga report round nowhere.yaml
}

@test "round: on a terminal no line is wider than it" {
  measured
  local shown
  shown=$(script -qec "stty cols 50; $(printf '%q ' "$JAGA") --lang en report round" /dev/null | tr -d '\r')
  grep -q '^remedy      Restart the service that listens on$' <<<"$shown"
  grep -q '^            the port\.$' <<<"$shown"
  [ "$(sed '/^web01  tcp/d; /^host /d; /^round /d; /^  *rounds/d' <<<"$shown" | awk 'length($0) > 50' | wc -l)" = 0 ]
  # What a script reads is broken nowhere.
  jaga report round | grep -q '^remedy      Restart the service that listens on the port\.$'
}

@test "round: into a file, by its ending; a name of another ending is refused before anything is read" {
  measured
  status 0 jaga report round -o round.md
  grep -q '^### 1. web01: Service is down (1)$' round.md
  status 0 jaga report round -o round.txt
  jaga report round | cmp - round.txt
  run bash -c '"$JAGA" report round -o lost.md >/dev/full'
  [ "$status" = 74 ]
  says 'nevertheless written: lost.md'
  cmp round.md lost.md
  status 64 jaga report round -o round.docx
  says 'one of the extensions .txt, .md'
  [ ! -e round.docx ]
  status 66 jaga report round -o nowhere/round.md
}

@test "round: opens none, whatever was found, and says what is open" {
  measured
  as staff analyze >/dev/null
  jaga report round >one
  jaga report round | cmp - one
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
}

# documents: an incident that went to the acceptance, and an office with a letterhead.
documents() {
  accepted
  sed -i '/^\.\.\.$/d' jaga.yaml
  printf 'city: Singaraja\naddress: Jalan Pahlawan 1\n' >>jaga.yaml
}

@test "documents: each in each format, in the office's language unless told otherwise" {
  documents
  local kind
  status 77 jaga report handover web01
  says 'missing a replaced part'
  for kind in approval repair verification incident damage; do
    status 0 jaga report $kind web01 -o "$kind.html" --document-lang id
    grep -q '<html lang="id">' "$kind.html"
  done
  status 0 jaga report sop -o sop.html
  status 0 jaga report damage -o blank.md
  status 0 jaga report approval web01 --document-lang id
  says 'LEMBAR PERSETUJUAN'
  says 'Singaraja, '
  status 0 jaga report approval web01 --document-lang en --number 800/1
  says 'APPROVAL SHEET'
  says 'Number: 800/1'
  jaga report incident web01 --json | jq -e '.device.host == "web01"' >/dev/null
  jaga report incident web01 --format csv | head -1 | grep -q ,
  jaga report round --format html >round.html || [ $? = 66 ]
  status 64 jaga report incident web01 -o x.docx
  status 64 jaga report incident
  status 66 jaga report incident nobody
  status 64 jaga report approval web01 --number $'1\n2'
}

@test "documents: the same time gives the same bytes" {
  documents
  jaga monitor -q --only tcp >/dev/null || true
  # After every record: what is printed is as of that time.
  SOURCE_DATE_EPOCH=$(date -d '+1 hour' +%s)
  export SOURCE_DATE_EPOCH
  local kind
  for kind in round approval repair verification incident sop damage; do
    id=web01
    case $kind in round | sop) id= ;; esac
    jaga report $kind $id -o one.html --document-lang id >/dev/null
    TZ=Asia/Tokyo LC_ALL=C jaga --lang en report $kind $id -o two.html --document-lang id >/dev/null
    cmp one.html two.html
  done
  # So are the looks, which name days before it.
  SOURCE_DATE_EPOCH=$(date -d '+40 days' +%s)
  local day
  day=$(date -u -d "@$((SOURCE_DATE_EPOCH + 8 * 3600))" +%F)
  [ "$(jaga report availability --json | jq -r .until)" = "$day" ]
  [ "$(jaga report availability --since 3d --json | jq -r .from)" = "$(date -u -d "$day -3 days" +%F)" ]
  [ "$(jaga report board --json | jq -r .printed)" = "$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%T.000Z)" ]
}

@test "documents: another office has its own letterhead, wording and paper" {
  documents
  mkdir templates
  cat >>jaga.yaml <<'Y'
letterhead: ["YAYASAN CONTOH", "BAGIAN TEKNOLOGI INFORMASI"]
contact: ["Telepon 555"]
paper: F4
Y
  sed -i '0,/^letterhead: \[\]$/{/^letterhead: \[\]$/d}' jaga.yaml
  cat >templates/repair.yaml <<'Y'
format: jaga/template@1
blocks:
  - part: letterhead
  - title: ["CATATAN PERBAIKAN", "{{device.host}}"]
  - list: ["{{#repairs}}{{what}}; {{/repairs}}"]
  - part: signature
Y
  echo 'h1{letter-spacing:1pt}' >templates/style.css
  status 0 jaga report repair web01 --document-lang id -o repair.html
  grep -q '<p class="large">YAYASAN CONTOH</p><p class="large">BAGIAN TEKNOLOGI INFORMASI</p>' repair.html
  grep -q 'Telepon 555' repair.html
  grep -q 'size:215mm 330mm' repair.html
  grep -q '<h1>CATATAN PERBAIKAN</h1><h1>web01</h1>' repair.html
  grep -q 'h1{letter-spacing:1pt}' repair.html
  [[ $(<repair.html) != *'BERITA ACARA'* ]]
  local code=0
  need pdfinfo
  jaga report repair web01 --document-lang id -o repair.pdf >/dev/null 2>&1 || code=$?
  [ "$code" != 69 ] || skip 'WeasyPrint is not installed'
  [ "$code" = 0 ]
  pdfinfo repair.pdf | grep -q '^Page size: *609\.[0-9]* x 935\.[0-9]* pts'
}

@test "documents: without WeasyPrint 69 names its package, and the HTML is written" {
  documents
  local module hide
  module=$(/usr/bin/python3 -c 'import os, weasyprint; print(os.path.dirname(weasyprint.__file__))' 2>/dev/null) ||
    module=
  # shellcheck disable=SC2016  # for the shell inside
  hide='[ -z "$1" ] || mount -t tmpfs none "$1" || exit 99; shift; exec "$@"'
  run unshare --mount sh -c "$hide" sh "$module" "$JAGA" --lang en report repair web01 -o repair.pdf
  case $output in *'unshare failed'* | *'permission denied'*) skip 'no right to mount' ;; esac
  [ "$status" = 69 ]
  says 'WeasyPrint is not installed'
  says 'sudo apt install weasyprint fonts-liberation hyphen-id'
  [ ! -e repair.pdf ]
  grep -q '</html>' repair.html
  run unshare --mount sh -c "$hide" sh "$module" "$JAGA" report repair web01 --format pdf
  [ "$status" = 69 ]
}

@test "documents: what an incident does not have yet is refused and listed" {
  analysed
  status 77 jaga report repair web01
  says 'jaga report list'
  status 0 jaga report list web01
  says 'missing: a repair'
  says 'no signed copy'
  jaga report list web01 --json | jq -es 'map(select(.kind == "approval"))[0].printable' >/dev/null
  status 0 jaga report list
  says "jaga.yaml has no 'city'"
}

@test "documents: the sheet of a decision that two sign names both" {
  adopted 's/^    # countersign: .*/    countersign: ["division_head"]/'
  as staff person change section-head -q --name 'Kepala Seksi Baru'
  as staff person change division-head -q --name 'Kepala Bidang'
  analysed
  as section-head approve web01 -q --yes >/dev/null
  status 0 jaga report approval web01 --document-lang id --format html
  says '<span class="box">&#160;</span>Disetujui'
  as division-head approve web01 -q --yes >/dev/null
  status 0 jaga report approval web01 --document-lang id --format html
  says '<span class="box">&#215;</span>Disetujui'
  says '<p class="name">Kepala Seksi Baru</p>'
  says '<p class="name">Kepala Bidang</p>'
}

@test "documents: list says which signed copies are there and which a step waits for" {
  adopted 's/^  signed_paper: .*/  signed_paper: [{step: "repair", paper: "approval", need: "required"}, {step: "archive", paper: "repair", need: "wanted"}, {step: "archive", paper: "handover", need: "required"}]/'
  approved
  status 0 jaga report list web01
  grep -q "^approval .*signed copy missing, required before 'repair'$" <<<"$output"
  grep -q "^repair .*missing: a repair .*signed copy missing, wanted before 'archive'$" <<<"$output"
  # No part was replaced, so nobody waits for its handover.
  grep -q "^handover .*no signed copy$" <<<"$output"
  jaga report list web01 --json | jq -es 'map(select(.kind == "approval"))[0]
    | .signed_copy == false and .signed_copy_missing == [{"step": "repair", "required": true}]' >/dev/null
  echo scan >../scan.pdf
  as staff evidence add web01 -q --signed-copy approval ../scan.pdf
  status 0 jaga report list web01
  grep -q "^approval .*signed copy attached$" <<<"$output"
  jaga report list web01 --json | jq -es 'map(select(.kind == "approval"))[0]
    | .signed_copy and .signed_copy_missing == []' >/dev/null
  status 0 jaga report list
  [[ $output != *'signed copy'* ]]
}

@test "documents: a signed copy of any document that archive waits for is listed" {
  analysed
  status 0 jaga report list web01
  grep -q "any of these documents *signed copy missing, wanted before 'archive'$" <<<"$output"
  echo scan >../scan.pdf
  as staff evidence add web01 -q --signed-copy approval ../scan.pdf
  status 0 jaga report list web01
  [[ $output != *'any of these'* ]]
}

@test "documents: PDF, or the HTML beside it where WeasyPrint is missing" {
  documents
  local code=0
  jaga report incident web01 -o file.pdf >out 2>err || code=$?
  if [ "$code" = 69 ]; then
    grep -q weasyprint err
    [ -s file.html ]
    [ ! -e file.pdf ]
    need pdftotext
    return
  fi
  [ "$code" = 0 ]
  head -c 5 file.pdf | grep -q '%PDF-'
  need pdftotext
  pdftotext file.pdf - | grep -q 'page 1 of\|halaman 1 dari'
}

@test "documents: the office's templates and style, strict, with line and column" {
  documents
  mkdir templates
  printf 'format: jaga/template@1\nblocks:\n  - part: letterhead\n  - paragraph: "Perihal {{incident.id}} <b>"\n' >templates/approval.yaml
  printf 'p{color:#111}\n' >templates/style.css
  status 0 jaga report approval web01 --format html
  says 'Perihal 20'
  says '&lt;b&gt;'
  says 'p{color:#111}'
  says '<section id="binding">'
  status 0 jaga report approval web01 --format html --builtin
  [[ $output != *'Perihal 20'* ]]
  printf 'format: jaga/template@1\nblocks:\n  - paragraph: "Perihal {{incident.nr}}"\n' >templates/approval.yaml
  status 78 jaga report approval web01
  says 'templates/approval.yaml:3:25'
  status 78 jaga report approval web01 -o approval.html
  [ ! -e approval.html ]
  printf 'format: jaga/template@1\nblocks:\n  - blink: "x"\n' >templates/approval.yaml
  status 78 jaga report approval web01
  says "templates/approval.yaml:3:5: unknown block 'blink'"
  status 0 jaga report approval web01 --builtin
  printf 'format: jaga/template@1\nblocks:\n  - paragraph: "{{#cause}}{{.}}"\n' >templates/approval.yaml
  status 78 jaga report approval web01
  says "templates/approval.yaml:3:17: the section 'cause' is not closed"
  status 0 jaga report approval web01 --builtin
  printf 'format: jaga/template@1\nblocks:\n  - paragraph: "Perihal {{incident.nr}}"\n' >templates/approval.yaml
  status 0 jaga report list
  says 'templates/approval.yaml:3:25'
  status 0 jaga report approval web01 --builtin
  rm templates/approval.yaml
  printf 'p{}\n@import "x";\n' >templates/style.css
  status 78 jaga report approval web01
  says 'templates/style.css:2:1'
}

@test "documents: issued with a number, once; the note is signed and audited" {
  documents
  status 77 jaga report approval web01 --number 800/1 --issue -o a.html
  status 0 as section-head report approval web01 --number 800/1 --issue -o a.html
  says 'issued: incidents/'
  grep -qh "digest: \"sha256:$(sha256sum a.html | cut -d ' ' -f 1)\"" incidents/*/*/notes/*.yaml
  status 77 as section-head report repair web01 --number 800/1 --issue -o b.html
  says "the number '800/1' was already given to 'approval'"
  [ ! -e b.html ]
  status 0 jaga report repair web01 --number 800/1 -o b.html
  status 0 as section-head report repair web01 --issue -o b.html
  status 0 jaga audit
  status 0 jaga report list
  [[ $output != *'duplicate number'* ]]
}

@test "documents: those of no incident are issued into the office's chain of papers" {
  measured
  local digest file
  file=$(ls -d rounds/*/*/*/*/*)
  status 77 jaga report round --issue -o r.html
  [ ! -e r.html ]
  status 0 as section-head report round --number 800/1 --issue -o r.html
  says 'issued: papers/'
  digest=$(sha256sum r.html | cut -d ' ' -f 1)
  grep -q "digest: \"sha256:$digest\"" papers/*/0001-paper.*.yaml
  grep -q "round: \"sha256:$(sha256sum "$file" | cut -d ' ' -f 1)\"" papers/*/0001-paper.*.yaml
  status 77 as staff report sop --number 800/1 --issue -o sop.html
  says "the number '800/1' was already given to 'round'"
  [ ! -e sop.html ]
  status 0 as staff report sop --number 800/2 --issue -o sop.html
  status 0 as staff report damage --issue -o damage.html
  status 0 jaga report issued
  says "800/1"
  says "${digest:0:12}"
  jaga report issued --json | jq -es 'map(.kind) == ["round", "sop", "damage"]' >/dev/null
  as staff seal -q
  grep -q 'path: "papers/' seals/*/*.yaml
  status 0 jaga audit
  jaga audit --script >../check.sh
  status 0 sh ../check.sh .
}

@test "documents: an issued paper that is gone, changed or of another kind is named" {
  as staff report sop --number 1 --issue -o one.html
  as staff report sop --number 2 --issue -o two.html
  as staff report sop --number 3 --issue -o three.html
  jaga audit --script >../check.sh
  cp -r papers ../papers
  rm -f papers/*/0003-*
  status 1 jaga audit
  says 'its record 3, seen here before, is missing or was changed'
  rm -f papers/*/0002-*
  cp ../papers/*/0003-* papers/*/
  status 1 jaga audit
  says 'papers/'
  status 1 sh ../check.sh .
  says 'the record before it is missing or was changed'
  rm -rf papers
  cp -r ../papers papers
  chmod u+w papers/*/0002-*.yaml
  sed -i 's/number: "2"/number: "1"/' papers/*/0002-*.yaml
  status 1 jaga audit
  says 'its signature is invalid'
  status 1 sh ../check.sh .
  rm -rf papers
  cp -r ../papers papers
  status 0 jaga audit
  touch papers/note.txt
  status 0 jaga audit
  says "'papers/note.txt'"
}

# printed KIND: that paper of web01 as PDF in $kind.pdf; skips the test where nothing can print it.
printed() {
  local code=0
  need pdftotext
  jaga report "$1" web01 -o "$1.pdf" --document-lang id >/dev/null 2>err || code=$?
  [ "$code" != 69 ] || skip 'WeasyPrint is not installed'
  [ "$code" = 0 ]
}

@test "documents: in PDF nothing is cut, and what no font has is shown by its number" {
  accepted
  printf x >file
  as staff evidence add web01 -q -m "$(printf 'x%.0s' {1..10000})" file >/dev/null
  printf y >file
  as staff evidence add web01 -q -m "$(printf 'cafe\xcc\x81 \xef\xa3\x93.')" file >/dev/null
  printed incident
  [ "$(pdftotext incident.pdf - | tr -cd x | wc -c)" -ge 10000 ]
  pdftotext -raw incident.pdf text
  grep -q "$(printf 'caf\xc3\xa9')" text
  grep -qF 'U+F8D3' text
  grep -q 'halaman 1 dari ' text
}

@test "documents: a signature and the binding share a page with what is signed" {
  accepted
  sed -i '/^\.\.\.$/d' jaga.yaml
  printf 'city: Singaraja\n' >>jaga.yaml
  local kind page pages
  for kind in approval repair verification; do
    printed $kind
    pages=$(pdftotext $kind.pdf - | grep -c '^halaman')
    for ((page = 1; page <= pages; page++)); do
      pdftotext -f $page -l $page $kind.pdf page
      [[ $(head -1 page) != Singaraja,* ]]
      [[ $(head -1 page) != 'Insiden 2'* ]]
      ! grep -q '^Insiden 2' page || grep -q 'tersertifikasi' page
    done
  done
}

@test "routine report: a month and a year, in each format, and archive brings the month up to date" {
  status 0 jaga report monthly --document-lang en
  says 'No fault began or was repaired in this period.'
  documents
  as staff archive web01 -q --no-part --no-pdf >out
  local month
  grep -qx "reports/monthly-[0-9-]*.html" out
  grep -q '<svg' reports/monthly-*.html
  grep -q '^summary,[0-9-]*,archived,1' reports/monthly-*.csv
  month=$(basename reports/monthly-*.csv .csv)
  month=${month#monthly-}
  status 0 jaga report monthly "$month" --document-lang en
  says 'TYPES OF DAMAGE'
  says 'K. Definitions'
  status 0 jaga report monthly "$month" --document-lang id -o month.html
  grep -q 'JENIS KERUSAKAN' month.html
  jaga report monthly "$month" --json | jq -e '.summary.archived == 1 and .summary.faults == 1' >/dev/null
  jaga report yearly "${month%-*}" --json | jq -e '[.months[] | .archived] | add == 1' >/dev/null
  status 0 jaga report yearly "${month%-*}" --document-lang en --format md
  says 'By month'
  status 64 jaga report monthly 2026-13
  says "invalid month: '2026-13'"
  status 64 jaga report yearly 2026-11
  status 64 jaga report monthly 9998-01
  says "'9998-01' has not begun yet"
  says "hint: the current one is $(date -u -d '+8 hours' +%Y-%m)"
  status 0 as section-head report monthly "$month" --number 800/9 --issue -o issued.html
  jaga report issued --json | jq -es 'map(.kind) == ["monthly"]' >/dev/null
}

@test "routine report: an office's own wording, and a damaged incident that is named" {
  documents
  mkdir templates
  printf 'format: jaga/template@1\nblocks:\n  - title: "{{period_text}}: {{summary.faults}}"\n  - list: ["{{#types}}{{title}} {{faults}} {{/types}}"]\n  - part: types\n' >templates/monthly.yaml
  status 0 jaga report monthly --document-lang en
  says ': 1'
  printf 'format: jaga/template@1\nblocks:\n  - title: "{{no.such}}"\n' >templates/monthly.yaml
  status 78 jaga report monthly
  rm templates/monthly.yaml
  local file
  file=$(ls incidents/*/*/0002-analyze.*.yaml)
  chmod u+w "$file"
  echo x >>"$file"
  status 0 jaga report monthly --document-lang en
  says 'cannot be judged and are not counted'
  jaga report monthly --json | jq -e '.summary.faults == 0 and (.not_counted | length) == 1' >/dev/null
}

# day_before_yesterday: a machine measures, and its round becomes one of two days ago.
day_before_yesterday() {
  make_key timer
  as staff person add timer -q --machine --key "$KEYS/timer.pub" >/dev/null
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n  - {name: db01, address: 127.0.0.1}\n' >hosts.yaml
  as timer monitor web01 --only tcp -q >/dev/null || true
  local file day
  file=$(ls rounds/*/*/*/*/*.yaml)
  day=$(date -u -d '2 days ago' +%Y-%m-%dT%H)
  local folder
  folder=$(dirname "$(dirname "$(dirname "$(dirname "$file")")")")/$(date -u -d "${day}:00:00Z" +%Y/%m/%d)
  mkdir -p "$folder"
  sed -E "s/(at|since): \"[^\"]*Z\"/\1: \"${day}:00:00.000Z\"/g; s/hard: false/hard: true/" "$file" >"$folder/T${day#*T}0000.000Z.yaml"
  rm "$file"
}

@test "availability: the first round after a day writes its summary, which is sealed, audited and counted" {
  day_before_yesterday
  [ ! -e summaries ]
  # Staff's key writes none; the machine's does, once.
  as staff monitor web01 --only tcp -q >/dev/null || true
  [ ! -e summaries ]
  as timer monitor web01 --only tcp -q >/dev/null || true
  as timer monitor web01 --only tcp -q >/dev/null || true
  [ "$(find summaries -name '*.yaml' | wc -l)" = 1 ]
  local file
  file=$(ls summaries/*/*/*/*.yaml)
  grep -q '    - {host: "web01", critical: 60, failed: \["tcp:1"\]}' "$file"
  ssh-keygen -Y check-novalidate -n jaga-record -s "$file.sig" <"$file" >/dev/null
  status 0 jaga report availability web01 --since 5d
  says 'web01'
  says '0.00 %'
  says 'in confirmed critical state'
  jaga report availability --json | jq -e '.hosts[0].host == "web01" and .hosts[0].critical >= 60 and (.hosts | length) == 2' >/dev/null
  jaga report availability --format csv | grep -q ',0,0,60,0,0,tcp:1'
  jaga report availability -o days.html && grep -q '<svg' days.html
  jaga --lang id report availability | grep -q 'Tersedia'
  status 66 jaga report availability nobody
  status 66 jaga report availability @nobody
  says "unknown group 'nobody'"
  status 64 jaga report availability --since 20000d
  says 'hint: write it like 30d'
  status 66 jaga report availability -o nowhere/days.html
  says "mkdir -p '$PWD/nowhere'"
  status 64 jaga report availability -o ''
  says "invalid value for -o: ''"
  as staff seal -q >/dev/null
  grep -q 'path: "summaries/' seals/*/*.yaml
  status 0 jaga audit
  jaga audit --json | jq -es 'last | .summaries == 1' >/dev/null
  jaga audit --script >../check.sh
  status 0 sh ../check.sh .
  # An edited one is named by both, and is not believed.
  chmod u+w "$file"
  sed -i 's/critical: 60/ok: 60/' "$file"
  status 1 jaga audit
  says "$file: its signature is invalid"
  status 1 sh ../check.sh .
  says "$file: its signature is invalid"
  says "$file: it differs from what was sealed"
  jaga report availability >out
  grep -q 'is not counted' out
}

@test "availability: a summary that is damaged, or no file at all, is named by each report, with its place" {
  day_before_yesterday
  as timer monitor web01 --only tcp -q >/dev/null || true
  local file month
  file=$(ls summaries/*/*/*/*.yaml)
  month=$(basename "$(dirname "$(dirname "$file")")")-$(basename "$(dirname "$file")")
  # shellcheck disable=SC2086  # words
  named() {
    local report
    for report in 'availability --since 5d' board "monthly $month"; do
      status 0 jaga report $report
      says "'$file' is not counted: "
      says "$1"
      jaga report $report --json | jq -e '.remarks | length == 1' >/dev/null
    done
  }
  chmod u+w "$file"
  cp "$file" ../kept
  sed -i 's/^date: .*/date: "2026-02-30"/' "$file"
  named "$file:4:"
  ln -sf "$PWD/../kept" "$file"
  named 'it is a symbolic link or not a regular file'
  rm "$file" && mkfifo "$file"
  named 'it is a symbolic link or not a regular file'
  # What lies there keeps no other day from its summary, and no round from being measured.
  as timer monitor web01 --only tcp -q >/dev/null 2>err || true
  [ ! -s err ]
}

# with_parents: a switch with two hosts behind it, all of which fail.
with_parents() {
  cat >hosts.yaml <<'Y'
hosts:
  - {name: sw01, address: 127.0.0.1, place: {site: "Pusat <1>"}, checks: [tcp: {port: 1}]}
  - {name: web01, address: 127.0.0.1, place: {site: "Pusat <1>"}, parents: {any: [sw01]}, checks: [tcp: {port: 1}]}
  - {name: db01, address: 127.0.0.1, checks: [tcp: {port: 2}]}
Y
}

@test "board: one file that refers to nothing, with what fails, waits and was available" {
  status 0 jaga report board --document-lang en --format html
  says 'Nothing was measured yet'
  says 'No incident is open.'
  with_parents
  as staff monitor -q >/dev/null || true
  as staff open web01 -q -m 'a <b>slow</b> disk' >id
  status 0 jaga report board -o board.html --document-lang en
  local part
  for part in now waiting availability topology month; do grep -q "<section[^>]* id=\"$part\"" board.html; done
  grep -q 'a &lt;b&gt;slow&lt;/b&gt; disk' board.html
  grep -q 'Pusat &lt;1&gt;' board.html
  grep -q 'step 2 of 7, analysis' board.html
  grep -q 'data-measured="[0-9]' board.html
  grep -q 'http-equiv="refresh"' board.html
  [ "$(grep -Eo '(href|src|url)[=(][^#)> ]*' board.html | wc -l)" = 0 ]
  [ "$(grep -o '<script' board.html | wc -l)" = 1 ]
  # The policy names the one script by its digest.
  local digest
  digest=$(sed -n '/^<script>/,/<\/script>$/p' board.html | sed 's/^<script>//; s/<\/script>$//' | head -c -1 | openssl dgst -sha256 -binary | base64)
  grep -qF "script-src 'sha256-$digest'" board.html
  status 0 jaga report board --document-lang id
  says 'Ketersediaan'
  jaga report board --json | jq -e '(.devices | length) == 3 and (.waiting | length) == 1 and .waiting[0].step == "analyze"' >/dev/null
  jaga report board --format md --document-lang en | grep -q '^## Availability'
  status 64 jaga report board -o board.pdf
  status 64 jaga report board -o board.csv
  export SOURCE_DATE_EPOCH=$(($(date +%s) + 60))
  jaga report board -o one.html >/dev/null
  jaga report board -o two.html >/dev/null
  cmp one.html two.html
}

@test "board: each round refreshes it where jaga.yaml says so" {
  with_parents
  sed -i '/^\.\.\.$/d' jaga.yaml
  echo 'board: reports/board.html' >>jaga.yaml
  as staff monitor -q >/dev/null || true
  grep -q '<section id="availability">' reports/board.html
  local before
  before=$(grep -o 'data-measured="[0-9]*"' reports/board.html)
  as staff monitor -q >/dev/null || true
  [ "$before" != "$(grep -o 'data-measured="[0-9]*"' reports/board.html)" ]
  cp reports/board.html ../as-it-was
  as staff monitor -q --no-record >/dev/null || true
  cmp reports/board.html ../as-it-was
  sed -i 's/^board: .*/board: rounds\/board.html/' jaga.yaml
  status 78 jaga report board
  says 'jaga keeps its own files there'
  sed -i 's/^board: .*/board: ..\/board.html/' jaga.yaml
  status 78 jaga report board
  sed -i 's/^board: .*/board: board.txt/' jaga.yaml
  status 78 jaga report board
  says 'the board is an HTML file'
}
