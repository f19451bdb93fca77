# Loaded by every file here, beside the helpers of the command tests.

# The system calls that change what is on disk (or say that something was written): between two of them a
# kill leaves the same directory behind, wherever it comes.
changing() { echo openat mkdir mkdirat write fsync fchmod linkat renameat unlinkat flock exit_group; }
# Those that look, and may be told lies.
looking() { echo openat2 newfstatat getdents64 read; }

tracing() {
  command -v strace >/dev/null || cannot 'no strace'
  strace -o /dev/null true 2>/dev/null || cannot 'strace may not trace here'
}
# A machine of CI must be able to; another one may leave the test out.
cannot() {
  if [ "${CI-}" = true ]; then
    printf 'needed here: %s\n' "$1" >&2
    exit 1
  fi
  skip "$1"
}

# calls TRACE NAME...: "NAME FIRST LAST" of each call in a trace: the count of the first one after the
# working directory was opened (what is before it is the loading of the program), and of the last.
calls() {
  local trace=$1
  shift
  awk -v names="$*" '
    BEGIN {n = split(names, order, " "); for (i = 1; i <= n; ++i) wanted[order[i]] = 1}
    {call = $0; sub(/\(.*/, "", call)}
    call == "openat2" {begun = 1}
    !(call in wanted) {next}
    {++count[call]}
    begun && !(call in first) {first[call] = count[call]}
    END {for (i = 1; i <= n; ++i) if (order[i] in first) print order[i], first[order[i]], count[order[i]]}
  ' "$trace"
}

# walk "NAME..." COMMAND...: runs it whole once, puts everything back, and leaves in ../calls where each of these
# system calls is to be hit; how many records there are without it is in $before.
walk() {
  keep
  strace -o ../trace "${@:2}" >/dev/null
  restore
  # shellcheck disable=SC2034  # for the caller
  before=$(records | wc -l)
  # shellcheck disable=SC2086  # a list of names
  calls ../trace $1 >../calls
  grep -q '^linkat ' ../calls
}

# Every record and note below, without the signatures.
records() { find incidents register seals -name '*.yaml' 2>/dev/null | sort; }

# Each record and note is whole (one form ends with its mark) and has a signature, and nothing else lies
# about. A signature alone is harmless: the record's link is what counts.
all_whole() {
  local file
  while read -r file; do
    case $file in
      *.yaml)
        [ "$(tail -n 1 "$file")" = ... ] || { echo "not whole: $file" >&2; return 1; }
        [ -s "$file.sig" ] || { echo "no signature: $file" >&2; return 1; }
        ;;
      *) echo "left behind: $file" >&2; return 1 ;;
    esac
  done < <(find incidents register seals -name '*.yaml' -o -name '.jaga-*' -o -name '*.tmp' 2>/dev/null)
}

audited() {
  output=$(jaga audit 2>&1) || { printf 'audit: %s\n' "$output" >&2; return 1; }
}

# keep, then restore as often as wanted: the incidents and the register as they were, and what this account
# stores about them, which would report the rollback.
keep() {
  rm -rf ../kept ../kept-state
  mkdir ../kept
  for part in incidents register seals; do if [ -e "$part" ]; then cp -a "$part" ../kept/; fi; done
  cp -a "$XDG_STATE_HOME" ../kept-state
}
restore() {
  rm -rf incidents register seals "$XDG_STATE_HOME"
  cp -a ../kept/. .
  cp -a ../kept-state "$XDG_STATE_HOME"
}

# An office that can be traced: the set-up of what walks.
traceable_office() {
  setup_folder
  tracing
  office
}

# whole_procedure RUN: every command that writes, in the order of two incidents' lives, in an empty folder; each
# as `RUN PERSON COMMAND...`.
whole_procedure() {
  local name
  for name in staff section-head division-head; do make_key "$name"; done
  "$1" staff init --org 'Test office' --person staff --role staff
  "$1" staff person add section-head --role section_head --key "$KEYS/section-head.pub"
  "$1" staff person add division-head --role division_head --key "$KEYS/division-head.pub"
  "$1" staff person change section-head --name 'Section head'
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: web02, address: 127.0.0.2}\n' >hosts.yaml
  "$1" staff host add web03 127.0.0.3
  sed -i '$a # edited' sop.yaml
  "$1" staff adopt --yes
  "$1" staff open web01 -m slow
  "$1" staff note web01 -m 'by telephone'
  echo photo >photo
  "$1" staff evidence add web01 photo -m 'the cable'
  "$1" staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  "$1" section-head reject web01 --yes -m 'another plan'
  "$1" staff analyze web01 --plan manual -p task='change the cable' --fault unknown -m 'by hand'
  "$1" section-head approve web01 --yes
  "$1" staff repair web01 --by-hand -m 'cable replaced'
  "$1" section-head verify web01 --yes --override 'nothing measures it'
  "$1" division-head accept web01 --yes
  "$1" staff archive web01 --no-part --no-pdf
  "$1" staff open web02 -m slow
  "$1" section-head withdraw web02 --yes -m 'works again' --outcome recovered
  "$1" staff seal
}
