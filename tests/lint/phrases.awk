# phrases.awk: phrases.table, then phrases.exceptions, then the texts. Prints FILE:LINE and why.
function trim(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text }
function refuse(at, why) { printf "%s: %s\n", at, why; refused = 1 }
# covers: whether ENTRY, a file or a folder with its '/', is or holds FILE.
function covers(entry, file) { return entry == file || (entry ~ /\/$/ && index(file, entry) == 1) }
# excused: whether an exception lets PHRASE stand in this file; it is needed then.
function excused(phrase, i, found) {
  for (i = 1; i <= exceptions; ++i)
    if (covers(place[i], FILENAME) && (allowed[i] == "" || allowed[i] == phrase)) { needed[i] = found = 1 }
  return found
}
# The words of a line, without what marks a comment or the end of a literal that goes on below.
function words(line) {
  line = tolower(line)
  sub(/^[ \t]*(\/\/+|#+|\.\\")[ \t]*/, "", line)
  gsub(/"/, "", line)
  gsub(/[ \t]+/, " ", line)
  return trim(line)
}
function inside(text, start, length_, i, at) {
  if (unless[i] == "") return 0
  at = 0
  while (match(substr(text, at + 1), unless[i])) {
    if (at + RSTART <= start + 1 && at + RSTART + RLENGTH >= start + length_ - 1) return 1
    at += RSTART
  }
  return 0
}
function look(i, text, from, at, start, length_) {
  at = 0
  while (match(substr(text, at + 1), phrase[i])) {
    start = at + RSTART; length_ = RLENGTH
    if (start + length_ - 1 > from && !inside(text, start, length_, i) && !excused(name[i]))
      refuse(FILENAME ":" FNR, "'" name[i] "'; write: " instead[i])
    at = start + length_ - 2  # its last character may begin the next one
  }
}
FILENAME == table {
  if ($0 ~ /^(#|$)/) next
  count = split($0, field, / \| /)
  phrase[++phrases] = "[^a-z0-9_'-](" trim(field[1]) ")[^a-z0-9_-]"
  if (trim(field[1]) ~ /:$/) phrase[phrases] = "[^a-z0-9_'-](" trim(field[1]) ")"
  name[phrases] = trim(field[1]); instead[phrases] = trim(field[2])
  unless[phrases] = count > 2 ? trim(field[3]) : ""
  any = any (any == "" ? "" : "|") trim(field[1])
  next
}
FILENAME == list {
  if ($0 ~ /^(#|$)/) next
  split($0, field, / \| /)
  place[++exceptions] = trim(field[1]); allowed[exceptions] = trim(field[2]); line[exceptions] = FNR
  next
}
FNR == 1 { before = "" }
{
  now = words($0)
  text = " " before " " now " "
  if (match(text, any)) for (i = 1; i <= phrases; ++i) look(i, text, length(before) + 2)
  before = now
}
END {
  for (i = 1; i <= exceptions; ++i)
    if (!needed[i]) refuse(list ":" line[i], "nothing needs this exception any more; delete it")
  exit refused
}
