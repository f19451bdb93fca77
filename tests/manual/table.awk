# table.awk examples.table other.table: their rows, one a line, with \037 between PAGE KIND STATE PERSON STATUS TEXT and the values of
# lab, before, type, in, until, check, why; \036 is between the lines of a value. KIND is line, not-run or file; of a file, STATE is
# what it is. Lines of replacements are printed as replace TEXT VALUE, or path. Ends with 1 where a line has no sense.
function refuse(why) { printf "%s:%d: %s\n", FILENAME, FNR, why >"/dev/stderr"; failed = 1 }
function row_ends(    i) {
  if (!open) return
  if (kind == "not-run" && value["why"] == "") refuse("the row before has no reason (why:)")
  printf "%s", fields
  for (i = 1; i <= n; ++i) printf "\037%s", value[names[i]]
  printf "\n"
  open = 0
}
BEGIN { n = split("lab before type in until check why", names, " ") }
/^#/ || /^ *$/ { next }
/^(replace|path) / {
  row_ends()
  from = length($1) + 2
  at = index($0, " => ")
  if (!at) refuse($1 " TEXT => VALUE")
  printf "%s\037%s\037%s\n", $1, substr($0, from, at - from), substr($0, at + 4)
  next
}
/^\[/ { row_ends(); page = substr($0, 2, index($0, "]") - 2); next }
/^    [a-z]+: / {
  name = $1
  sub(/:$/, "", name)
  for (i = 1; i <= n && names[i] != name; ++i);
  if (!open || i > n) refuse("unexpected: " $1)
  text = $0
  sub(/^    [a-z]+: /, "", text)
  value[name] = value[name] == "" ? text : value[name] "\036" text
  next
}
{
  row_ends()
  at = index($0, " : ")
  text = substr($0, at + 3)
  count = split(substr($0, 1, at), word, " ")
  open = 1
  split("", value)
  if (!at || page == "") refuse("unexpected line")
  else if (count == 1 && word[1] == "-") { kind = "not-run"; fields = page "\037" kind "\037\037\037\037" text }
  else if (count >= 2 && count < 4 && word[1] == "file") { kind = "file"; fields = page "\037" kind "\037" word[2] "\037" word[3] "\037\037" text }
  else if (count == 3) { kind = "line"; fields = page "\037" kind "\037" word[1] "\037" word[2] "\037" word[3] "\037" text }
  else refuse("STATE PERSON STATUS : COMMAND, or - : COMMAND, or file KIND : FIRST LINE")
}
END { row_ends(); exit failed }
