# layers.awk TABLE FILE...: prints what breaks the rings, a line each; see layers.table. Names of files are
# from the root of the sources, as lib/yaml/read.cpp.

function refuse(why) { printf "%s:%d: %s\n", FILENAME, FNR, why; refused = 1 }

# What `folder` may include, into reach[folder, ...].
function close_over(folder, from,   i, n, words) {
  if ((folder, from) in reach) return
  reach[folder, from] = 1
  n = split(uses[from], words, " ")
  for (i = 1; i <= n; ++i) {
    if (words[i] == "-") continue
    if (words[i] == "*") { everything[folder] = 1; continue }
    if (!(words[i] in ring)) { printf "%s: '%s' uses '%s', which is no folder of the table\n", ARGV[1], from, words[i]; refused = 1 }
    close_over(folder, words[i])
  }
}

function is_pure_header(name,   i) {
  if (name in pure) return 1
  for (i = 1; i <= prefixes; ++i) if (index(name, prefix[i]) == 1) return 1
  return 0
}

# The line without what a call cannot stand in: strings, characters and comments. Raw strings and block
# comments go on over lines.
function code_of(line,   out, at, two, end, quote, c) {
  out = ""
  while (line != "") {
    if (raw != "") {
      end = index(line, raw)
      if (end == 0) return out
      line = substr(line, end + length(raw)); raw = ""
      continue
    }
    if (in_comment) {
      end = index(line, "*/")
      if (end == 0) return out
      line = substr(line, end + 2); in_comment = 0
      continue
    }
    at = match(line, /["'\/]/)
    if (at == 0) return out line
    out = out substr(line, 1, at - 1)
    c = substr(line, at, 1); two = substr(line, at, 2)
    if (two == "//") return out
    if (two == "/*") { in_comment = 1; line = substr(line, at + 2); continue }
    if (c == "/") { out = out c; line = substr(line, at + 1); continue }
    if (c == "'" && out ~ /[0-9a-fA-F]$/ && substr(line, at + 1, 1) ~ /[0-9a-fA-F]/) {  # 1'000
      line = substr(line, at + 1)
      continue
    }
    if (c == "\"" && out ~ /R$/) {
      end = index(substr(line, at), "(")
      raw = ")" substr(line, at + 1, end - 2) "\""
      line = substr(line, at + end)
      continue
    }
    quote = c
    line = substr(line, at + 1)
    while (line != "") {
      c = substr(line, 1, 1)
      if (c == "\\") { line = substr(line, 3); continue }
      line = substr(line, 2)
      if (c == quote) break
    }
    out = out quote quote
  }
  return out
}

# Whether `word` (not a regular expression) stands in `code` by itself.
function has_word(code, word,   at, before, after, from) {
  from = code
  while ((at = index(from, word)) > 0) {
    before = at == 1 ? " " : substr(from, at - 1, 1)
    after = substr(from, at + length(word), 1)
    if (before !~ /[A-Za-z0-9_]/ && after !~ /[A-Za-z0-9_]/) return substr(from, at + length(word)) "$"
    from = substr(from, at + length(word))
  }
  return ""
}

# `word` is refused in this file, as a call (followed by a parenthesis) where `call`.
function forbid(code, word, call, why,   rest) {
  rest = has_word(code, word)
  if (rest == "" || (call && rest !~ /^[ \t]*\(/)) return
  # A member that has the name is another function.
  if (call && code ~ ("(\\.|->)" word "[ \t]*\\(")) return
  if ((FILENAME, word) in allowed) { used[FILENAME, word] = 1; return }
  refuse("'" word "' " why)
}

# Where `name` is kept to one file, see `only` in layers.table: that file.
function keeper_of(name,   i) {
  for (i = 1; i <= kept; ++i) if (index(name, kept_header[i]) == 1) return kept_file[i]
  return ""
}

function included(line,   name, slash, own, other) {
  name = line
  sub(/^[ \t]*#[ \t]*include[ \t]*/, "", name)
  if (name !~ /^["<]/) { refuse("an #include that is no name"); return }
  kind = substr(name, 1, 1)
  name = substr(name, 2); sub(/[">].*/, "", name)
  slash = index(name, "/")
  other = slash ? substr(name, 1, slash - 1) : ""

  if (kind == "<" && area != "tests" && keeper_of(name) != "") {
    if (keeper_of(name) != FILENAME) refuse("<" name ">: only " keeper_of(name) " includes it")
    return
  }
  if (area == "tests") {
    if (name ~ /(^|\/)cmd\// || (kind == "\"" && ("cmd/" name) in known && !((folder_of(FILENAME) "/" name) in known) && !(("lib/" name) in known)))
      refuse("'" name "' is of cmd, which nobody includes")
    return
  }
  if (name ~ /(^|\/)\.\.?(\/|$)/) { refuse("'" name "': name it from lib/, without '..'"); return }
  if (area == "cmd") {
    if (kind == "\"" && !(("cmd/" name) in known) && !(("lib/" name) in known)) refuse("'" name "' is in neither cmd nor lib")
    return
  }

  own = folder
  if (kind == "<" && !(other in ring)) {
    if (ring[own] == "pure" && !is_pure_header(name))
      refuse("<" name "> in '" own "', which is pure: it does I/O, or layers.table does not know it")
    return
  }
  if (("cmd/" name) in known && !(("lib/" name) in known) || other == "cmd") { refuse("'" name "' is of cmd, which nobody includes"); return }
  if (!(other in ring)) { refuse("'" name "' is not FOLDER/FILE with a folder of layers.table"); return }
  if (!(("lib/" name) in known)) refuse("there is no lib/" name)
  if (ring[other] == "top" && ring[own] != "top") { refuse("'" own "' may not include '" other "': only workflow sees both sides"); return }
  if (ring[other] == "io" && ring[own] == "pure") { refuse("'" own "' is pure and may not include '" other "', which does I/O"); return }
  if (!(own in everything) && !((own, other) in reach)) refuse("'" own "' may not include '" other "': it uses " (uses[own] == "-" ? "nothing" : uses[own]))
}

function folder_of(path) { sub(/\/[^\/]*$/, "", path); return path }

BEGIN {
  for (i = 2; i < ARGC; ++i) known[ARGV[i]] = 1
  environment = "reads the environment: only cmd/ does, and passes it in"
  clock = "reads the clock: only cmd/ does, and passes the time in"
  place = "asks for the current directory: only cmd/ does, and passes it in"
  chance = "makes chance: cmd/ does, and passes it in"
  prints = "prints: only cmd/ does"
  exits = "ends the process: below cmd/ an Error does"
  starts = "starts a program: lib/process does, by Boost.Process"
}

FNR == NR {
  sub(/#.*/, "")
  if ($1 == "ring") {
    name = $2; ring[name] = $3
    if ($3 !~ /^(pure|io|top)$/) refuse("'" $3 "' is no ring")
    uses[name] = ""
    for (i = 4; i <= NF; ++i) uses[name] = uses[name] (i > 4 ? " " : "") $i
  } else if ($1 == "pure") {
    for (i = 2; i <= NF; ++i) if ($i ~ /\/$/) prefix[++prefixes] = $i; else pure[$i] = 1
  } else if ($1 == "only") {
    if (NF < 3) refuse("an 'only' names a file and its headers")
    for (i = 3; i <= NF; ++i) { kept_header[++kept] = $i; kept_file[kept] = $2 }
  } else if ($1 == "allow") {
    if (NF < 4) refuse("an 'allow' says why")
    allowed[$2, $3] = FNR; allowed_file[$2, $3] = $2
  } else if (NF) {
    refuse("not a line of the table")
  }
  next
}

FNR == 1 {
  if (!closed) { closed = 1; for (name in ring) close_over(name, name) }
  raw = ""; in_comment = 0
  split(FILENAME, part, "/")
  area = part[1]; folder = part[2]
  if (area == "lib" && !(folder in ring)) refuse("'" folder "' has no row in layers.table")
}

{
  code = code_of($0)
  if (code ~ /^[ \t]*#[ \t]*include/) { included($0); next }
  if (area == "tests") next
  forbid(code, "fork", 1, starts); forbid(code, "vfork", 1, starts); forbid(code, "popen", 1, starts)
  forbid(code, "posix_spawn", 1, starts); forbid(code, "posix_spawnp", 1, starts); forbid(code, "system", 1, starts)
  forbid(code, "execl", 1, starts); forbid(code, "execlp", 1, starts); forbid(code, "execle", 1, starts)
  forbid(code, "execv", 1, starts); forbid(code, "execvp", 1, starts); forbid(code, "execvpe", 1, starts)
  forbid(code, "execve", 1, starts); forbid(code, "execveat", 1, starts); forbid(code, "fexecve", 1, starts)
  if (area != "lib") next
  forbid(code, "getenv", 1, environment); forbid(code, "secure_getenv", 1, environment)
  forbid(code, "setenv", 1, environment); forbid(code, "putenv", 1, environment)
  forbid(code, "environ", 0, environment)
  forbid(code, "system_clock::now", 1, clock); forbid(code, "gettimeofday", 1, clock)
  forbid(code, "CLOCK_REALTIME", 0, clock)
  if (code ~ /(^|[^A-Za-z0-9_.>])(std::|::)?time[ \t]*\([ \t]*(nullptr|NULL|0|&[a-z_]+)[ \t]*\)/) refuse("'time' " clock)
  forbid(code, "current_path", 1, place); forbid(code, "getcwd", 1, place); forbid(code, "get_current_dir_name", 1, place)
  forbid(code, "chdir", 1, place)
  if (ring[folder] == "pure") {
    forbid(code, "random_device", 0, chance); forbid(code, "getrandom", 1, chance); forbid(code, "RAND_bytes", 1, chance)
    forbid(code, "steady_clock::now", 1, clock); forbid(code, "clock_gettime", 1, clock)
  }
  forbid(code, "std::cout", 0, prints); forbid(code, "std::cerr", 0, prints); forbid(code, "std::clog", 0, prints)
  forbid(code, "printf", 1, prints); forbid(code, "fprintf", 1, prints); forbid(code, "vprintf", 1, prints)
  forbid(code, "puts", 1, prints); forbid(code, "fputs", 1, prints); forbid(code, "putchar", 1, prints)
  forbid(code, "perror", 1, prints); forbid(code, "fmt::print", 1, prints); forbid(code, "fwrite", 1, prints)
  if (code ~ /(^|[^A-Za-z0-9_.])(::)?write[ \t]*\([ \t]*([12]|STDOUT_FILENO|STDERR_FILENO)[ \t]*,/) refuse("'write' to a standard stream " prints)
  forbid(code, "exit", 1, exits); forbid(code, "_exit", 1, exits); forbid(code, "_Exit", 1, exits)
  forbid(code, "quick_exit", 1, exits); forbid(code, "abort", 1, exits)
}

END {
  for (key in allowed) if (!(key in used)) {
    split(key, part, SUBSEP)
    printf "%s:%d: '%s' does not stand in %s any more\n", ARGV[1], allowed[key], part[2], part[1]
    refused = 1
  }
  exit refused
}
