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

# keep, then restore as often as wanted: the incidents and the register as they were. What audit remembers
# outside goes too, or it would tell of the rollback.
keep() {
  rm -rf ../kept
  mkdir ../kept
  for part in incidents register seals; do if [ -e "$part" ]; then cp -a "$part" ../kept/; fi; done
}
restore() {
  rm -rf incidents register seals
  cp -a ../kept/. .
  find "$XDG_STATE_HOME" -name heads.yaml -delete
}
