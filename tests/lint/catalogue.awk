# catalogue.awk MESSAGES.pot id.po: what the catalogue does not have, has too much, or has wrong. The first
# file is what xgettext finds in the sources; both with --no-wrap or not.

function refuse(where, why) { print where ": " why; refused = 1 }
function unquote(line) { sub(/^[^"]*"/, "", line); sub(/"[^"]*$/, "", line); return line }

# The {names} of `text`, sorted; an escaped brace is none.
function places(text,   out, name, names, n, i, j) {
  gsub(/\{\{|\}\}/, "", text)
  n = 0
  while (match(text, /\{[^}]*\}/)) {
    name = substr(text, RSTART + 1, RLENGTH - 2)
    text = substr(text, RSTART + RLENGTH)
    for (i = n; i > 0 && names[i] > name; --i) names[i + 1] = names[i]
    names[i + 1] = name
    ++n
  }
  out = ""
  for (i = 1; i <= n; ++i) if (i == 1 || names[i] != names[i - 1]) out = out "{" names[i] "}"
  return out
}

function entry_ends(   where) {
  if (!in_entry) return
  in_entry = 0
  if (id != "") {
    if (source) {
      used[id] = places_in
      if (places(id) ~ /[^a-z0-9_{}]/) refuse(places_in, "a place is named by lower-case letters: " id)
    } else {
      where = file ":" at
      there[id] = 1
      if (!(id in used)) refuse(where, "no source says (any more): '" id "'")
      if (flags ~ /fuzzy/) refuse(where, "a translation that nobody has looked at (fuzzy): '" id "'")
      if (str == "") refuse(where, "not translated: '" id "'")
      else if (places(id) != places(str)) refuse(where, "the places differ, " places(id) " and " places(str) ": '" id "'")
      if (places(id) != "" && flags !~ /python-brace-format/) refuse(where, "without '#, python-brace-format': '" id "'")
      if (str != "") {
        if (substr(id, 1, 1) == " " && substr(str, 1, 1) != " " || id ~ / $/ && str !~ / $/)
          refuse(where, "begins or ends with a space and its translation does not: '" id "'")
      }
    }
  }
  id = str = flags = places_in = ""
}

FNR == 1 { entry_ends(); source = NR == 1; file = shown[++files] }
/^#~/ { if (!source) refuse(file ":" FNR, "an entry that is out of use"); next }
/^#:/ { if (places_in == "") { places_in = $2 }; next }
/^#,/ { flags = $0; next }
/^#/ { next }
/^msgid / { in_entry = 1; at = FNR; id = unquote($0); where_to = "id"; next }
/^msgstr/ { str = unquote($0); where_to = "str"; next }
/^"/ { if (where_to == "id") id = id unquote($0); else str = str unquote($0); next }
/^$/ { entry_ends() }
BEGIN { shown[1] = "messages"; shown[2] = "lib/base/po/id.po" }
END {
  entry_ends()
  for (id in used) if (!(id in there)) refuse(used[id], "no translation in lib/base/po/id.po: '" id "'")
  exit refused
}
