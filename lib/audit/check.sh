#!/bin/sh
# Checks a working directory of jaga, or the data/ of one of its bags, without jaga: form, chains, signatures,
# notes, evidence and seals. Needs sha256sum, awk and ssh-keygen. Run it inside: sh check.sh
# Prints what is broken; ends with 0 (sound) or 1 (not). It does not judge roles or the order of the procedure.
# A directory whose seals name files that are not there is not sound; in a bag (sh check.sh part) it may be.
set -u
LC_ALL=C
export LC_ALL
part=${1-}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
: >"$work/broken"
: >"$work/signers"
: >"$work/seals"
: >"$work/register"

broken() { echo "$1: $2" | tee -a "$work/broken"; }
sum() { sha256sum <"$1" | awk '{print "sha256:" $1}'; }
field() { awk -v f="$2: " 'index($0, f) == 1 {v = substr($0, length(f) + 1); gsub(/^"|"$/, "", v); print v; exit}' "$1"; }
# The digests of a flow list of the envelope, one a line.
digests() { field "$1" "$2" | tr -d '[] "' | tr ',' '\n' | awk 'NF'; }
is_file() { [ -f "$1" ] && [ ! -L "$1" ]; }

# A record has one form; here as much of it as a pattern can say.
form() {
  awk -v want="$2" '
    BEGIN {n = split(want, keys, " "); at = 1}
    ended {bad = 1}
    /[\001-\010\013-\037\177]/ {bad = 1}
    $0 == "..." {ended = 1; next}
    /^ / {if (at <= n) bad = 1; next}
    {
      if (at <= n && keys[at] == "occurred:" && $1 != "occurred:") at++
      if (at > n || $1 != keys[at]) bad = 1
      at++
    }
    END {exit bad || !ended || at <= n}' "$1" && [ "$(tail -c 4 "$1" | od -An -c | tr -d ' ')" = '...\n' ]
}

armor() {
  awk '
    NR == 1 {if ($0 != "-----BEGIN SSH SIGNATURE-----") bad = 1; next}
    ended {bad = 1}
    $0 == "-----END SSH SIGNATURE-----" {ended = 1; next}
    short || !/^[A-Za-z0-9+\/]+=?=?$/ || length($0) > 70 {bad = 1}
    NR == 2 && index($0, "U1NIU0lHAAAAAQAAA") != 1 {bad = 1}
    length($0) < 70 {short = 1}
    END {exit bad || !ended}' "$1" && [ "$(tail -c 1 "$1" | od -An -c | tr -d ' ')" = '\n' ]
}

signature() {
  if ! is_file "$1.sig"; then broken "$1" "its signature is missing"; return; fi
  key=$(field "$1" key)
  awk -v k="$key" '$1 == k {print "signer namespaces=\"jaga-record\" " $2 " " $3}' "$work/signers" >"$work/allowed"
  if [ ! -s "$work/allowed" ]; then broken "$1" "the register does not know its key '$key'"; return; fi
  if ! armor "$1.sig" || ! ssh-keygen -Y verify -f "$work/allowed" -I signer -n jaga-record -s "$1.sig" <"$1" \
    >/dev/null 2>&1; then broken "$1" "its signature is bad"; fi
}

# One chain: every record names earlier ones that are there, and is one higher than the highest of them.
chain() {
  directory=$1 name=$2
  : >"$work/seen"
  : >"$work/named"
  for file in "$directory"/[0-9]*.yaml; do
    [ -e "$file" ] || continue
    if ! is_file "$file"; then broken "$file" "it is no regular file"; continue; fi
    form "$file" "format: repo: chain: seq: id: prev: notes: register: kind: at: occurred: by: key: body:" ||
      broken "$file" "it has not the form of a record"
    seq=$(field "$file" seq) id=$(field "$file" id)
    short=$(printf %.6s "$id")
    [ "$file" = "$directory/$(printf %04d "$seq" 2>/dev/null)-$(field "$file" kind).$short.yaml" ] ||
      broken "$file" "its name does not fit what it holds"
    [ "$(field "$file" format) $(field "$file" repo) $(field "$file" chain)" = "jaga/record@1 $repo $name" ] ||
      broken "$file" "it belongs elsewhere"
    most=0
    for prev in $(digests "$file" prev); do
      echo "$prev" >>"$work/named"
      if [ "$seq" = 1 ]; then
        [ "$prev" = "$(printf 'jaga/record@1\n%s\n%s\n' "$repo" "$name" | sha256sum | awk '{print "sha256:" $1}')" ] ||
          broken "$file" "it does not begin this chain"
        continue
      fi
      before=$(awk -v d="$prev" '$1 == d {print $2; exit}' "$work/seen")
      if [ -z "$before" ]; then broken "$file" "the record before it is missing or changed"; before=$((${seq:-1} - 1)); fi
      if [ "$before" -gt "$most" ]; then most=$before; fi
    done
    [ "$seq" = $((most + 1)) ] || broken "$file" "its number does not follow"
    echo "$(sum "$file") $seq" >>"$work/seen"
    for note in $(digests "$file" notes); do
      grep -qx "$note" "$work/notes" || broken "$file" "the note $note that it names is missing"
    done
    if [ "$name" != register ]; then
      grep -q "^$(field "$file" register) " "$work/register" || broken "$file" "the register that it names is not there"
    fi
    signature "$file"
  done
  if [ "$name" = register ]; then cp "$work/seen" "$work/register"; fi
  heads=$(awk 'NR == FNR {named[$1]; next} !($1 in named)' "$work/named" "$work/seen" | awk 'END {print NR}')
  if [ "$heads" -gt 1 ]; then broken "$directory" "it is forked, $heads heads"; fi
}

[ -d register ] || { echo "no register here" >&2; exit 2; }
for file in register/0001-genesis.*.yaml; do repo=$(field "$file" repo); done
cat register/[0-9]*.yaml | awk '
  {while (match($0, /\{key: "[^"]*", fingerprint: "[^"]*"/)) {
    split(substr($0, RSTART, RLENGTH), q, "\""); print q[4], q[2]; $0 = substr($0, RSTART + RLENGTH)}}' >"$work/signers"
: >"$work/notes"
chain register register

for directory in incidents/*/*/; do
  [ -d "$directory" ] || continue
  directory=${directory%/}
  cp "$work/signers" "$work/people"
  cat "$directory"/*-repair-start.*.yaml 2>/dev/null | awk -F'"' '/^  run_key: "/ {print $2}' |
    while read -r type key; do
      echo "$type $key" >"$work/run.pub"
      echo "$(ssh-keygen -lf "$work/run.pub" | awk '{print $2}') $type $key"
    done >>"$work/signers"
  : >"$work/notes"
  for note in "$directory"/notes/*.yaml; do
    [ -e "$note" ] || continue
    form "$note" "format: repo: chain: id: register: kind: at: occurred: by: key: cites: body:" ||
      broken "$note" "it has not the form of a note"
    [ "$(field "$note" repo) $(field "$note" chain)" = "$repo incident/${directory##*/}" ] ||
      broken "$note" "it belongs elsewhere"
    sum "$note" >>"$work/notes"
    signature "$note"
  done
  chain "$directory" "incident/${directory##*/}"
  cp "$work/people" "$work/signers"
done

for file in register/evidence/sha256-* incidents/*/*/evidence/sha256-* incidents/*/*/evidence/private/sha256-*; do
  [ -e "$file" ] || continue
  [ "$(sum "$file")" = "sha256:${file##*/sha256-}" ] || broken "$file" "its bytes are not what its name says"
done

: >"$work/notes"
for directory in seals/*/; do
  [ -d "$directory" ] || continue
  directory=${directory%/}
  chain "$directory" "seal/${directory##*/}"
  cat "$directory"/[0-9]*.yaml >>"$work/seals"
done
awk '/^ / && match($0, /path: "[^"]*"/) {
  path = substr($0, RSTART + 7, RLENGTH - 8)
  if (match($0, /sha256:[0-9a-f]+/)) print substr($0, RSTART, RLENGTH), path}' "$work/seals" |
  while read -r digest path; do
    case $path in /* | ../* | */../*) broken "$path" "a seal names it"; continue ;; esac
    if [ ! -e "$path" ]; then
      case $path in */evidence/*) continue ;; esac
      [ "$part" = part ] || broken "$path" "it was sealed and is missing"
    elif [ "$(sum "$path")" != "$digest" ]; then
      broken "$path" "it is not what was sealed"
    fi
  done

if [ -s "$work/broken" ]; then exit 1; fi
echo "sound: chains, signatures, notes, evidence and seals"
