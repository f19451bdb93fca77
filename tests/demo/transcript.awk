# What a manual page tells its reader to type, and what it shows of the answer:
#
#   awk -f transcript.awk PAGE             a line each: "$ COMMAND", "> LINE shown", "= EXIT STATUS"
#   awk -v page=SHOWN -f transcript.awk TYPED   compares: SHOWN is such a list, and TYPED the same of a terminal
#
# A command is a line that begins with "$ " in a .Bd -literal block, or .Dl $ COMMAND. Below it in the block are the lines
# that it prints: "..." stands for any number of lines, or for any part of a line. "(exit status 77)" ends what it prints.
BEGIN { if (page != "") read_page() }

page == "" && /^\.Bd -literal/ { literal = 1; typed = 0; next }
page == "" && /^\.Ed/ { end_of_command(); literal = 0; next }
page == "" && /^\.Dl \$ / { print substr($0, 5); print "= 0"; next }
page == "" && literal {
  gsub(/\\&/, "")
  gsub(/\\e/, "\\")
  if (/^\$ /) { end_of_command(); print; typed = 1; status = 0 }
  else if (!typed) { print FILENAME ":" FNR ": shown, but no command above it prints this" > "/dev/stderr"; exit 1 }
  else if (/^\((exit status|kode keluar) [0-9]+\)$/) { status = $3 + 0 }
  else print "> " $0
}
function end_of_command() { if (typed) print "= " status; typed = 0 }

function read_page(line) {
  while ((getline line < page) > 0) {
    if (line ~ /^\$ /) { command[++commands] = line; lines[commands] = 0 }
    else if (line ~ /^> ?/) shown[commands, ++lines[commands]] = substr(line, 3)
    else wanted[commands] = substr(line, 3)
  }
}
page != "" && /^\$ / { if ($0 != command[++at]) wrong("typed instead: " $0); printed = 0; next }
page != "" && /^> ?/ { out[++printed] = substr($0, 3); next }
page != "" && /^= / {
  furthest = 0
  if (!same(1, 1)) {
    why = furthest < lines[at] ? "the page shows this line, which is not printed there:\n  " shown[at, furthest + 1] : \
      "more is printed than the page shows"
    for (i = 1; i <= printed; i++) why = why "\n| " out[i]
    wrong(why)
  }
  if (substr($0, 3) != wanted[at]) wrong("exit status " substr($0, 3) ", not " wanted[at])
  compared++
}
END {
  if (page != "" && !refused && compared != commands) { at = compared + 1; wrong("was not typed") }
  exit refused
}
function wrong(why) { printf "%s\n%s\n", command[at], why; refused = 1; exit 1 }

# same(LINE, PRINTED): what the page shows from LINE on is what was printed from PRINTED on.
function same(j, i, to) {
  if (j - 1 > furthest) furthest = j - 1
  if (j > lines[at]) return i > printed
  if (shown[at, j] != "...") return i <= printed && fits(shown[at, j], out[i]) && same(j + 1, i + 1)
  for (to = i; to <= printed + 1; to++) if (same(j + 1, to)) return 1
  return 0
}

# fits(PATTERN, TEXT): "..." in PATTERN is any text.
function fits(pattern, text, parts, part, place) {
  parts = split(pattern, piece, /\.\.\./)
  if (parts <= 1) return pattern == text
  if (substr(text, 1, length(piece[1])) != piece[1]) return 0
  text = substr(text, length(piece[1]) + 1)
  for (part = 2; part < parts; part++) {
    if (!(place = index(text, piece[part]))) return 0
    text = substr(text, place + length(piece[part]))
  }
  return length(text) >= length(piece[parts]) && substr(text, length(text) - length(piece[parts]) + 1) == piece[parts]
}
