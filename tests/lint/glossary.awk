# glossary.awk: glossary.table, then id.po, then YAML files with texts in both languages. Prints FILE:LINE and why.
function trim(text) { gsub(/^[ \t]+|[ \t]+$/, "", text); return text == "-" ? "" : text }
function refuse(line, why) { printf "%s:%d: %s\n", FILENAME, line, why; refused = 1 }
# What of a text is words of a language.
function words(text) {
  gsub(/(^|[^a-z])jaga [a-z][^;,:?]*/, " ", text)  # a command to type
  gsub(/[A-Z][A-Z]+/, " ", text)                # the name of an argument
  text = tolower(text)
  gsub(/\\n/, " ", text)
  gsub(/\{\{?[^{}]*\}\}?/, " ", text)
  gsub(/'[^' ]*( [^']*)?'/, " ", text)
  gsub(/(^|[ (])-[-a-z]+/, " ", text)
  gsub(/[a-z]+\.yaml|[a-z]+\/[a-z]*|\$\([^)]*\)/, " ", text)
  return " " text " "
}
function hold(line, english, indonesian, i, en, id) {
  if (english == "" || indonesian == "") return
  en = words(english); id = words(indonesian)
  for (i = 1; i <= terms; ++i) {
    if (word[i] != "" && en ~ ("[^a-z-](" word[i] ")[^a-z-]") && tolower(indonesian) !~ other[i])
      refuse(line, "'" english "' has '" word[i] "'; its translation lacks '" other[i] "': '" indonesian "'")
    if (never[i] != "" && id ~ ("[^a-z-](" never[i] ")(nya)?[^a-z-]"))
      refuse(line, "'" never[i] "' is not the word of the glossary: '" indonesian "'; write '" other[i] "'")
  }
}
FILENAME ~ /glossary\.table$/ {
  if ($0 ~ /^(#|$)/) next
  count = split($0, field, / \| /)
  if (count != 4) { refuse(FNR, "a line has ENGLISH | INDONESIAN | NOT | meaning"); next }
  word[++terms] = trim(field[1]); other[terms] = trim(field[2]); never[terms] = trim(field[3])
  next
}
FILENAME ~ /\.po$/ {
  if ($0 ~ /^msgid /) { hold(at, source, translation); source = translation = ""; at = FNR; into = 1 }
  else if ($0 ~ /^msgstr /) into = 2
  else if ($0 !~ /^"/) { into = 0; next }
  text = $0
  sub(/^[a-z ]*"/, "", text); sub(/"$/, "", text)
  if (into == 1) source = source text
  if (into == 2) translation = translation text
  next
}
{
  rest = $0
  while (match(rest, /\{id: "([^"\\]|\\.)+", en: "([^"\\]|\\.)+"\}/)) {
    pair = substr(rest, RSTART, RLENGTH); rest = substr(rest, RSTART + RLENGTH)
    split(pair, text_of, /", en: "/)
    sub(/^\{id: "/, "", text_of[1]); sub(/"\}$/, "", text_of[2])
    hold(FNR, text_of[2], text_of[1])
  }
}
END { FILENAME = "lib/base/po/id.po"; hold(at, source, translation); exit refused }
