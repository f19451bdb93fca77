#!/bin/sh
# Checks a working directory of jaga, or the data/ of one of its bags, without jaga: form, chains, signatures,
# notes, evidence and seals. Needs coreutils, awk and ssh-keygen.   sh check.sh [part] [DIRECTORY]
# Prints what is broken; ends with 0 (sound), 1 (not) or 2 (cannot check). What it does not judge it says at the
# end. part: what a seal names may be missing, as it is in a bag.
set -u
LC_ALL=C
export LC_ALL
part=
if [ "${1-}" = part ]; then part=part && shift; fi
cd "${1:-.}" || exit 2
if [ ! -d register ] || [ -L register ]; then echo "no register here" >&2 && exit 2; fi
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
odd='*[!A-Za-z0-9._@+=,-]*'
safe() { tr -c 'A-Za-z0-9._@+=,/\n-' '?'; }
set -- register
for top in incidents seals papers summaries; do
  if [ -e "$top" ] || [ -L "$top" ]; then set -- "$@" "$top"; fi
done

# Only regular files, in directories of jaga's own making; other names would be judged by nobody.
{
  find "$@" ! -type f ! -type d | safe | sed 's/$/: it is not a regular file/'
  find "$@" -type d -name "$odd" | safe | sed 's/$/: jaga does not create a directory here/'
  find "$@" -type f -name "$odd" -name '*.yaml' | safe | sed 's/$/: its name does not match its content/'
  find "$@" -type d | awk '
    /^(register|register\/evidence|incidents|incidents\/[0-9]+-[0-9]+|(seals|papers)(\/[a-z0-9][^\/]*)?|summaries(\/[a-z0-9][^\/]*(\/[0-9][0-9][0-9][0-9](\/[0-9][0-9])?)?)?)$/ {next}
    {split($0, p, "/"); m = substr(p[3], 1, 4) "-" substr(p[3], 5, 2)}
    p[1] == "incidents" && p[2] == m && /^[^\/]*\/[^\/]*\/[0-9]+-[a-z0-9][^\/]*-[a-z0-9]+(\/(notes|evidence(\/private)?))?$/ {next}
    {gsub(/[^A-Za-z0-9._@+=,\/-]/, "?"); print $0 ": jaga does not create a directory here"}'
} >"$work/broken"
if find "$@" -type d -name "$odd" | grep -q .; then sort -u "$work/broken" && exit 1; fi
# What is larger than jaga writes is not read: awk takes minutes for a line of some megabytes.
large() { find "$@" -type f ! -name "$odd" \( -name '*.yaml' -size +8192 -o -name '*.sig' -size +128 -o -size +524288 \); }
large "$@" | safe | sed 's/$/: it is larger than any file that jaga writes/' >>"$work/broken"
find "$@" -type f ! -name "$odd" ! \( -name '*.yaml' -size +8192 -o -name '*.sig' -size +128 -o -size +524288 \) \
  -exec sha256sum {} + >"$work/sums" || exit 2
find "$@" -type f ! -name "$odd" ! -size +524288 -exec wc -c {} + >"$work/sizes" || exit 2

# Every public key of the register and of the runs with the fingerprint that it really has.
find "$@" -type f ! -name "$odd" \( -path 'register/*' -o -name '*-repair-start.*' \) -name '*.yaml' \
  ! -size +8192 -exec cat {} + | awk '
  {while (match($0, /"[a-z0-9@.-]+ AAAA[A-Za-z0-9+\/]+=*"/)) {
    split(substr($0, RSTART + 1, RLENGTH - 2), k, " "); print k[1], k[2], k[2]; $0 = substr($0, RSTART + RLENGTH)}}' |
  sort -u >"$work/lines"
ssh-keygen -lf "$work/lines" >"$work/keys" 2>/dev/null

awk -v work="$work" -v part="$part" '
function broken(f, why) {print f ": " why >(work "/broken.2")}
function plain(v) {return v ~ /^"[^"\\]*"$/ ? substr(v, 2, length(v) - 2) : ""}
function items(v, out) {gsub(/[]["]/, "", v); return split(v, out, ", ")}
function quoted(s, out) {gsub(/\n/, " ", s); return split(s, out, "\"")}  # some awks split at newlines too
function inside(f, key) {  # a digest in the first level of the body
  if (!match(body[f], "\n  " key ": \"sha256:[0-9a-f]+\"\n")) return ""
  return substr(body[f], RSTART + length(key) + 6, RLENGTH - length(key) - 8)
}
# A record or note has one form; here as much of it as patterns can say.
function load(f, want,   line, n, at, key, total, bad, ended) {
  n = split(want, keys, " "); at = 1; body[f] = "\n"
  while ((getline line <f) > 0) {
    total += length(line) + 1
    if (ended || line ~ /[\001-\037\177]/ || line ~ / $/) bad = 1
    if (line == "...") {ended = 1; continue}
    if (line ~ /^ /) {if (at <= n) bad = 1; body[f] = body[f] line "\n"; continue}
    key = line; sub(/:.*/, "", key)
    if (keys[at] == "occurred" && key != "occurred") at++
    if (at > n || key != keys[at++]) bad = 1
    value[f, key] = substr(line, length(key) + 3)
  }
  close(f)
  if (value[f, "id"] !~ /^"[0-9a-hjkmnp-tv-z]+"$/ || length(value[f, "id"]) != 28 || value[f, "key"] !~ /^"SHA256:/ ||
    value[f, "by"] !~ /^\{person: "[a-z0-9][a-z0-9._-]*", role: "[a-z0-9][a-z0-9._-]*"\}$/ ||
    value[f, "at"] !~ /^"[0-9]+-[0-9][0-9]-[0-9][0-9]T[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9][0-9][0-9]Z"$/) bad = 1
  if (bad || !ended || at <= n || total != size[f] || total > 4194304) {broken(f, "it does not have the form of a record"); return 0}
  return 1
}
function armored(f,   line, n, total, bad, short, ended) {
  while ((getline line <f) > 0) {
    total += length(line) + 1
    if (++n == 1) {if (line != "-----BEGIN SSH SIGNATURE-----") bad = 1; continue}
    if (ended) bad = 1
    if (line == "-----END SSH SIGNATURE-----") {ended = 1; continue}
    if (short || line !~ /^[A-Za-z0-9+\/]+=?=?$/ || length(line) > 70) bad = 1
    if (n == 2 && index(line, "U1NIU0lHAAAAAQAAA") != 1) bad = 1
    if (length(line) < 70) short = 1
  }
  close(f)
  return !bad && ended && total == size[f]
}
# The key that signed: one that the register holds current at the head named, or that of the run going on.
function signature(f,   k, h, b, g, p) {
  k = plain(value[f, "key"]); h = plain(value[f, "register"])
  if (chain[f] == "register" && value[f, "seq"] == 1) h = sum[f]
  if (chain[f] != "register" && !(h in reg)) {broken(f, "it refers to a register that does not exist"); return}
  if (now[h, k]) b = known[k]
  if (b == "" && value[f, "kind"] ~ /^"(command-start|command-end|repair-end)"$/)
    for (g = f; (items(value[g, "prev"], p)) && (dir[f], p[1]) in file;) {
      g = file[dir[f], p[1]]
      if (value[g, "kind"] !~ /^"repair-(start|end)"$/) continue
      if (value[g, "kind"] == "\"repair-start\"" && match(body[g], /\n  run_key: "[^"]*"\n/))
        b = substr(body[g], RSTART + 13, RLENGTH - 15)
      break
    }
  split(b, p, " ")
  if (b == "" || real[p[2]] != k) {broken(f, "it does not name a current key of the register"); return}
  if (now[h, k] && owner[k] != "" && index(value[f, "by"], "{person: \"" owner[k] "\",") != 1) broken(f, "its key does not belong to the person that it names")
  for (g = 1; g <= taken[k]; g++)
    if (chain[f] != "register" && now[h, k] && !covers(takes[k, g], f))
      broken(f, "its key was retired later, and the seal of that time does not list this record")
  if (!((f ".sig") in sum)) broken(f, "its signature is missing")
  else if (!armored(f ".sig")) broken(f, "its signature is invalid")
  else print f, b >(work "/verify")
}
# Whether a seal, or one that it rests on, names a file as it is.
function covers(seal, f,   open, n, d, g, i, k, p) {
  n = 1; open[1] = seal
  while (n > 0) {
    d = open[n--]; g = sealed_in[d]
    if (g == "" || (seal, d) in been) continue
    been[seal, d] = 1
    covered[seal, g, d] = 1
    for (i = 1; i <= names[g]; i++) covered[seal, name[g, i], hash[g, i]] = 1
    for (i = 1; i <= others[g]; i++) open[++n] = other[g, i]
    k = items(value[g, "prev"], p)
    for (i = 1; i <= k; i++) open[++n] = p[i]
  }
  return (seal, f, sum[f]) in covered
}
function link(f,   k, p, i, most, g) {
  k = items(value[f, "prev"], p)
  if (f != sprintf("%s/%04d-%s.%s.yaml", dir[f], value[f, "seq"], plain(value[f, "kind"]), substr(plain(value[f, "id"]), 1, 6)))
    broken(f, "its name does not match its content")
  if (value[f, "format"] != "\"jaga/record@1\"" || value[f, "repo"] != repo || plain(value[f, "chain"]) != chain[f])
    broken(f, "it belongs elsewhere")
  if (ids[dir[f], value[f, "id"]]++) broken(f, "another record has the same id")
  for (i = 1; i <= k; i++) {
    named[dir[f], p[i]] = 1
    if (i > 1 && p[i - 1] >= p[i]) broken(f, "it does not have the form of a record")
    if (value[f, "seq"] == 1) {if (k > 1 || p[i] != root(chain[f])) broken(f, "it does not begin this chain"); continue}
    if (!((dir[f], p[i]) in file)) {broken(f, "the record before it is missing or was changed"); gap[dir[f]] = 1; most = -1; continue}
    g = file[dir[f], p[i]]
    if (most >= 0 && value[g, "seq"] > most) most = value[g, "seq"] + 0
    if (chain[f] != "register" && seq[plain(value[f, "register"])] < seq[plain(value[g, "register"])])
      broken(f, "it refers to an older state of the register than the record before it")
  }
  if (k < 1 || value[f, "seq"] !~ /^[1-9][0-9]*$/ || most >= 0 && value[f, "seq"] != most + 1) broken(f, "its number does not follow the record before it")
  k = items(value[f, "notes"], p)
  for (i = 1; i <= k; i++)
    if (!((dir[f], p[i]) in note) && !((f, p[i]) in resolved)) broken(f, "the note " p[i] " to which it refers is missing")
}
function root(c,   command, out) {  # repo and chain hold nothing that a shell would read
  if (!(c in roots)) {
    command = "printf \"jaga/record@1\\n%s\\n%s\\n\" " plain(repo) " " c " | sha256sum"
    command | getline out
    close(command)
    roots[c] = "sha256:" substr(out, 1, 64)
  }
  return roots[c]
}
# Which keys are current after one record of the register, and what it takes.
function keys_after(f,   d, k, p, i, j, was, text, entry, q, seal, who) {
  d = sum[f]; reg[d] = 1; seq[d] = value[f, "seq"] + 0; k = items(value[f, "prev"], p)
  for (i in known) for (j = k; j >= 1; j--) if ((p[j], i) in now) now[d, i] = now[p[j], i]
  seal = inside(f, "seal"); text = body[f]
  if (match(text, /\n *id: "[^"]*"\n/)) {quoted(substr(text, RSTART, RLENGTH), q); who = q[2]}
  while (match(text, /\{key: "[^"]*", fingerprint: "[^"]*"[^}]*\}/)) {
    entry = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH); quoted(entry, q)
    if (q[4] in known && known[q[4]] != q[2]) broken(f, "a key that it names differs")
    known[q[4]] = q[2]; split(q[2], p, " ")
    if (!(q[4] in owner)) owner[q[4]] = who
    if (real[p[2]] != q[4]) broken(f, "a key that it names is invalid")
    was = now[d, q[4]]; now[d, q[4]] = entry !~ /, (retired|compromised_since): "/
    if (was && !now[d, q[4]] && seal != "") takes[q[4], ++taken[q[4]]] = seal
  }
  text = body[f]
  while (value[f, "kind"] == "\"resolve\"" && match(text, /\n *- \{what: "[^"]*", digest: "[^"]*"\}/)) {
    quoted(substr(text, RSTART, RLENGTH), q); text = substr(text, RSTART + RLENGTH); resolved[q[2], q[4]] = 1}
}
function missing(f, d, where) {
  if (d != "" && !((where "/evidence/sha256-" substr(d, 8)) in sum) && !((where "/evidence/private/sha256-" substr(d, 8)) in sum) &&
    !((where, d) in redacted) && !((where "/evidence/sha256-" substr(d, 8), d) in resolved)) broken(f, "the evidence " d " to which it refers is missing")
}
FILENAME ~ /sums$/ {sum[substr($0, 67)] = "sha256:" substr($0, 1, 64); next}
FILENAME ~ /sizes$/ {if ($2 ~ /\//) size[$2] = $1; next}
{real[$3] = $2}
END {
  for (f in sum) {
    where = f; sub(/\/[^\/]*$/, "", where)
    if (f ~ /\.yaml$/ && f ~ /^(register|(seals|papers)\/[^\/]+|incidents\/[^\/]+\/[^\/]+)\/[^\/]+$/) {
      if (!load(f, "format repo chain seq id prev notes register kind at occurred by key body")) {gap[where] = 1; continue}
      dir[f] = where; file[where, sum[f]] = f; chain[f] = where
      sub(/^incidents\/[^\/]+/, "incident", chain[f]); sub(/^seals/, "seal", chain[f])
      if (value[f, "seq"] + 0 > 1000000) {broken(f, "its number does not follow the record before it"); value[f, "seq"] = 0}
      if (where == "register") {at[value[f, "seq"] + 0, ++count[value[f, "seq"] + 0]] = f; if (value[f, "seq"] + 0 > last) last = value[f, "seq"] + 0}
      if (f ~ /^register\/0001-genesis\./) repo = value[f, "repo"]
    } else if (f ~ /\/notes\/[^\/]+\.yaml$/) {
      if (!load(f, "format repo chain id register kind at occurred by key cites body")) continue
      sub(/\/notes$/, "", where); note[where, sum[f]] = f; chain[f] = "note"; dir[f] = where
      if (value[f, "kind"] ~ /^"(redact|lost)"$/) redacted[where, inside(f, "digest")] = 1
    } else if (f ~ /^summaries\/[^\/]+\/[0-9]+\/[0-9]+\/[0-9]+\.yaml$/) {
      if (!load(f, "format repo installation date id register at by key body")) continue
      chain[f] = "summary"; dir[f] = where
    } else if (f ~ /\/evidence\/(private\/)?sha256-[0-9a-f]+$/) {
      if (sum[f] != "sha256:" substr(f, length(f) - 63)) broken(f, "its content does not match its name")
    }
  }
  if (repo !~ /^"[0-9a-f]+"$/ || length(repo) != 34) {broken("register", "it has no genesis"); exit}
  for (n = 1; n <= last; n++) for (i = 1; i <= count[n]; i++) keys_after(at[n, i])
  for (f in chain) if (f ~ /^seals\//) {
    sealed_in[sum[f]] = f; text = body[f]
    while (match(text, /\n *- \{(sha256|installation): "[^"]*", (path|head): "[^"]*"\}/)) {
      quoted(substr(text, RSTART, RLENGTH), q); text = substr(text, RSTART + RLENGTH)
      if (q[1] ~ /sha256/) {name[f, ++names[f]] = q[4]; hash[f, names[f]] = q[2]}
      else other[f, ++others[f]] = q[4]
    }
  }
  for (f in chain) {
    signature(f)
    if (chain[f] == "summary") {
      d = plain(value[f, "date"]); gsub(/-/, "/", d)
      if (value[f, "format"] != "\"jaga/summary@1\"" || value[f, "repo"] != repo ||
        f != "summaries/" plain(value[f, "installation"]) "/" d ".yaml") broken(f, "it belongs elsewhere")
      continue
    }
    if (chain[f] == "note") {
      where = dir[f]; home[where] = 1; k = items(value[f, "cites"], p)
      for (i = 1; i <= k; i++) if (!((where, p[i]) in file)) broken(f, "the record " p[i] " to which it refers is missing")
      if (value[f, "format"] != "\"jaga/note@1\"" || value[f, "repo"] != repo || f != where "/notes/" plain(value[f, "id"]) ".yaml" ||
        plain(value[f, "chain"]) != "incident/" substr(where, 19)) broken(f, "it belongs elsewhere")
      if (value[f, "kind"] == "\"evidence\"" && body[f] ~ /\n  class: "ordinary"\n/) missing(f, inside(f, "digest"), where)
      continue
    }
    link(f); begun[dir[f]] = 1
    if (value[f, "kind"] == "\"command-end\"") {missing(f, inside(f, "out"), dir[f]); missing(f, inside(f, "err"), dir[f])}
    if (value[f, "kind"] == "\"repair-end\"") missing(f, inside(f, "letter"), dir[f])
    text = body[f]
    while (value[f, "kind"] == "\"analyze\"" && match(text, /\n      - \{name: "[^"]*", size: [0-9]+, digest: "[^"]*"\}/)) {
      quoted(substr(text, RSTART, RLENGTH), q); text = substr(text, RSTART + RLENGTH); missing(f, q[4], dir[f])}
    for (i = 1; i <= others[f]; i++)
      if (part == "" && !(other[f, i] in sealed_in)) broken(f, "the seal to which it refers is missing")
    for (i = 1; i <= names[f]; i++) {
      g = name[f, i]; d = hash[f, i]
      if ((g in sealed) && sealed[g] != d) broken(g, "two seals contradict each other about it")
      sealed[g] = d; where = g; sub(/\/evidence\/.*/, "", where)
      if (g !~ /^(register|incidents|papers|summaries)\// || g ~ /(^|\/)\.\.?(\/|$)/) broken(g, "a seal lists this file, but files of this kind are never sealed")
      else if ((where, "sha256:" substr(g, length(g) - 63)) in redacted || (g, d) in resolved) continue
      else if (!(g in sum)) {if (part == "" && g !~ /\/evidence\/private\//) broken(g, "it was sealed but is missing")}
      else if (sum[g] != d) broken(g, "it differs from what was sealed")
    }
  }
  for (f in chain) if (chain[f] != "note" && chain[f] != "summary" && !((dir[f], sum[f]) in named)) heads[dir[f]]++
  for (d in heads) if (heads[d] > 1 && !(d in gap)) broken(d, "it is forked, " heads[d] " heads")
  for (d in home) if (!(d in begun) && !(d in gap)) broken(d, "it has notes but no records")
  for (k in taken) for (i = 1; i <= taken[k]; i++) if (!(takes[k, i] in sealed_in)) broken("register", "the seal " takes[k, i] " to which it refers is missing")
}' "$work/sums" "$work/sizes" "$work/keys" || exit 2

if [ -e "$work/verify" ]; then
  while read -r file type key; do
    echo "signer namespaces=\"jaga-record\" $type $key" >"$work/allowed"
    ssh-keygen -Y verify -f "$work/allowed" -I signer -n jaga-record -s "$file.sig" <"$file" >/dev/null 2>&1 ||
      echo "$file: its signature is invalid" >>"$work/broken"
    # That of a security key ends with its flags and a counter; without the lowest flag nobody touched it.
    case $type in sk-*)
      flags=$(sed '1d;$d' "$file.sig" | base64 -d 2>/dev/null | tail -c 5 | od -An -tu1 | awk '{print $1 % 2; exit}')
      [ "$flags" = 1 ] || echo "$file: its signature is invalid" >>"$work/broken"
      ;;
    esac
  done <"$work/verify"
fi
if [ -e "$work/broken.2" ]; then cat "$work/broken.2" >>"$work/broken"; fi
code=0
if [ -s "$work/broken" ]; then code=1 && sort -u "$work/broken"; else echo "sound: chains, signatures, notes, evidence and seals"; fi
echo "not checked: roles, the order of the steps, the contents of the fields of each record, who redacted evidence; nor"
echo "whether the newest records were deleted together with their seals (only an account that saw them can tell)"
exit $code
