#!/usr/bin/env bats
# The documents of incidents as an office has them (make), as PDF, looked at by where their words are (looks).
load ../command/helpers

setup_file() {
  local program
  for program in pdftotext pdfinfo pdffonts qpdf; do
    command -v "$program" >/dev/null || [ "${CI:-}" = true ] || skip "$program is not here"
  done
  /usr/bin/python3 -c 'import weasyprint' 2>/dev/null || [ "${CI:-}" = true ] || skip 'WeasyPrint is not installed'
  export OFFICE=$BATS_FILE_TMPDIR
  "$BATS_TEST_DIRNAME/make" "$OFFICE"
  export HOME=$OFFICE/home XDG_STATE_HOME=$OFFICE/state LC_ALL=C.UTF-8
  unset SSH_AUTH_SOCK JAGA_KEY JAGA_PERSON JAGA_DIR XDG_CONFIG_HOME
}
setup() {
  cd "$BATS_TEST_TMPDIR" || return 1
  need_moved_clock
}

# report LANGUAGE KIND ARGUMENT...: at the time of the incidents.
report() {
  local language=$1 kind=$2
  shift 2
  "$BATS_TEST_DIRNAME/../clock/at" 2026-12-30T10:00:00+08:00 "$JAGA" -C "$OFFICE/office" report "$kind" \
    --document-lang "$language" "$@"
}

# printed LANGUAGE KIND INCIDENT-OR-NOTHING: as KIND.pdf, and its pages are as they should be.
printed() {
  local numbers='halaman {} dari {}'
  [ "$1" = id ] || numbers='page {} of {}'
  report "$1" "$2" ${3:+"$3"} -o "$2.pdf" >/dev/null
  qpdf --check "$2.pdf" >/dev/null
  pdffonts "$2.pdf" | awk 'NR > 2 && $(NF - 4) != "yes" { print "not embedded: " $0; bad = 1 } END { exit bad }'
  "$BATS_TEST_DIRNAME/looks" "$2.pdf" "$numbers"
}

# kinds PART: the documents that there are of it.
kinds() {
  case $1 in
  vendor) echo approval vendor repair verification handover incident damage ;;
  *) echo approval repair verification incident damage ;;
  esac
}

# each LANGUAGE PART
each() {
  local kind
  for kind in $(kinds "$2"); do printed "$1" "$kind" "$(cat "$OFFICE/$2")"; done
}

@test "plain: each document" { each id plain && each en plain; }
@test "vendor: each document, and the letter is one page" {
  each en vendor
  each id vendor
  pdfinfo vendor.pdf | grep -q '^Pages: *1$'
}
@test "emergency: each document" { each id emergency && each en emergency; }

@test "large: each document; heads of tables are on each page that has rows of them" {
  each id large
  local page pages text
  pages=$(pdfinfo incident.pdf | sed -n 's/^Pages: *//p')
  [ "$pages" -gt 100 ]
  for ((page = 1; page <= pages; page++)); do
    text=$(pdftotext -f $page -l $page incident.pdf -)
    if grep -q 'alinea yang' <<<"$text"; then grep -q 'Alasan atau' <<<"$text" && grep -q '^Keputusan' <<<"$text"; fi
    if grep -q 'log-aplikasi-' <<<"$text"; then grep -q '^Digest' <<<"$text"; fi
  done
  pdftotext -raw incident.pdf text
  [ "$(grep -c 'indeks disusun ulang, 0 baris hilang' text)" = 10000 ]
  [ "$(grep -o 'log-aplikasi-[0-9]*\.txt' text | sort -u | wc -l)" = 299 ]
  [ "$(grep -c 'Percobaan ke-' text)" = 11 ]
}

@test "the documents of no incident" {
  local language kind
  for language in id en; do
    for kind in round sop damage; do printed $language $kind ''; done
    printed $language monthly 2026-12
    printed $language yearly 2026
  done
  report id round --format text >round.txt
  grep -q 'tidak diukur sejak [A-Z][a-z]*, 2[0-9] Desember 2026 pukul [0-9.]* WITA' round.txt
}

@test "a signature has its position, name and number on one page" {
  each id vendor
  local kind page pages text
  local -A signed=()
  for kind in approval vendor repair verification handover; do
    pages=$(pdfinfo $kind.pdf | sed -n 's/^Pages: *//p')
    for ((page = 1; page <= pages; page++)); do
      text=$(pdftotext -f $page -l $page $kind.pdf -)
      [ "$(grep -c '^Pejabat Kepala Seksi' <<<"$text")" = "$(grep -c '^NIP 19790803' <<<"$text")" ]
      if grep -q '^NIP 19790803' <<<"$text"; then
        grep -q '^Kepala Seksi' <<<"$text"
        signed[$kind section]=1
      fi
      if grep -q '^NIP 19691117' <<<"$text"; then
        grep -q '^Kepala Bidang Infrastruktur,' <<<"$text"
        signed[$kind division]=1
      fi
      if grep -q 'Pembina' <<<"$text"; then grep -q 'Diterima dan diperiksa' <<<"$text"; fi
    done
  done
  # The signatures were there to be looked at.
  for kind in approval vendor repair verification handover; do
    echo "$kind"
    [ "${signed[$kind section]-}" = 1 ]
  done
  [ "${signed[verification division]-}" = 1 ]
}

@test "what looks for faults finds them" {
  mkdir "$OFFICE/office/templates"
  echo 'h1{margin-bottom:-12pt}' >"$OFFICE/office/templates/style.css"
  report id sop -o sop.pdf >/dev/null
  run "$BATS_TEST_DIRNAME/looks" sop.pdf
  [ "$status" = 1 ]
  says 'are upon each other'
  echo '.title{margin-left:-14cm}' >"$OFFICE/office/templates/style.css"
  report id sop -o sop.pdf >/dev/null
  run "$BATS_TEST_DIRNAME/looks" sop.pdf
  [ "$status" = 1 ]
  says 'is outside of the margins'
  rm -r "$OFFICE/office/templates"
  report id sop -o sop.pdf >/dev/null
  run "$BATS_TEST_DIRNAME/looks" sop.pdf 'page {} of {}'
  [ "$status" = 1 ]
  says "its number is 'halaman 1 dari"
}
