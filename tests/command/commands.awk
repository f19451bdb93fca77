# commands.awk USAGES TEXTS: each command of jaga that a text names is one, has the options that the text gives it,
# and is given what it cannot go without. USAGES are lines as `jaga help --table` has them ("jaga host add [-n] NAME");
# TEXTS are lines "WHERE<TAB>text". A command begins with "jaga " in quotes, after ": " or at the start; words in capitals
# and {places} stand for what only the reader knows.
function refuse(why) { printf "%s: %s: %s\n", where, why, shown; refused = 1 }

function read_usage(line,    words, n, i, word, path, bare, depth, required, option) {
  n = split(line, words, " ")
  path = words[2]
  i = 3
  if (words[3] ~ /^[a-z]+$/) { path = path " " words[3]; parent[words[2]] = 1; i = 4 }
  known[path] = 1
  depth = 0
  option = ""
  for (; i <= n; ++i) {
    word = words[i]
    required = depth == 0 && word !~ /^\[/
    bare = word
    gsub(/[][]|\.\.\./, "", bare)
    if (bare ~ /^-/) {
      option = bare
      sub(/=.*/, "", option)  # "--fleet[=prefer]"
      has[path, option] = 1
      if (required) needs[path] = needs[path] " " option
      if (option != bare) option = ""
    } else if (bare != "|" && bare != "") {
      if (option != "" && (depth > 0 || required_option)) takes[path, option] = 1
      else if (required) ++operands[path]
      option = ""
    }
    required_option = required && bare ~ /^-/
    depth += gsub(/\[/, "[", word) - gsub(/\]/, "]", word)
    if (depth == 0 && !required_option) option = ""
  }
}

# "-n | --dry-run", "-a | --all" and the global ones take none; the others that do:
function value_follows(path, option) { return ((path, option) in takes) || index(globals_with_value, " " option " ") }

function judge(command,    words, n, i, path, given, seen, list, m, j, option) {
  shown = "jaga " command
  n = split(command, words, " ")
  for (i = 1; i <= n && words[i] ~ /^-/; ++i) if (value_follows("", words[i])) ++i
  if (i > n || words[i] ~ /^\{|^[A-Z]/) return
  path = words[i++]
  if (path in parent) {
    if (i <= n && words[i] ~ /^\{|^[A-Z]+$/) return
    if (i > n || !((path " " words[i]) in known)) return refuse("needs one of its commands")
    path = path " " words[i++]
  }
  if (!(path in known)) return refuse("no such command")
  ++judged
  given = 0
  for (; i <= n; ++i) {
    if (words[i] ~ /^-[^ ]/) {
      option = words[i]
      sub(/=.*/, "", option)
      if (option == "-h") { given = 99; seen = needs[path]; break }
      if (!((path, option) in has) && !index(globals, " " option " ")) refuse("no such option '" option "'")
      seen = seen " " option
      if (value_follows(path, option)) ++i
    } else {
      ++given
    }
  }
  m = split(needs[path], list, " ")
  for (j = 1; j <= m; ++j) if (!index(seen " ", " " list[j] " ")) refuse("lacks " list[j])
  if (given < operands[path]) refuse("lacks an argument")
  if (path == "archive" && seen !~ / --(part-|no-part)/) refuse("does not say what happened to the part")
}

# A word in quotes is one word.
function unquote(text,    out, part) {
  while (match(text, /'[^']*'|"[^"]*"/)) {
    part = substr(text, RSTART + 1, RLENGTH - 2)
    gsub(/ /, "_", part)
    out = out substr(text, 1, RSTART - 1) part
    text = substr(text, RSTART + RLENGTH)
  }
  return out text
}

BEGIN {
  globals = " -C --key --as --format --json --columns -0 --null -q --quiet --color --lang --version -h --help "
  globals_with_value = " -C --key --as --format --columns --color --lang "
}
FNR == 1 { ++file }
file == 1 { read_usage($0); next }
{
  tab = index($0, "\t")
  where = substr($0, 1, tab - 1)
  text = substr($0, tab + 1)
  while (match(text, /(^|'|"|: |[|&;(] *)jaga [a-z{-]/)) {
    quote = substr(text, RSTART, 1)
    first = RSTART == 1 && quote == "j"
    text = substr(text, RSTART + RLENGTH - 1)
    command = text
    if (quote == "'" || quote == "\"") sub(quote ".*", "", command)
    else {
      command = unquote(command)
      sub(/[;,()|&<>#].*/, "", command)
    }
    # A sentence may begin with jaga itself.
    split(command, words_of, " ")
    if (first && !(words_of[1] in known) && !(words_of[1] in parent)) continue
    judge(command)
  }
}
END {
  if (judged < least) { printf "only %d commands were found; there are at least %d\n", judged, least; refused = 1 }
  exit refused
}
