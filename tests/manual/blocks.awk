# blocks.awk PAGE...: the code blocks of manual pages (mdoc) and of Markdown files, as a reader sees them. Prints a line
# for each command and for each block without commands, with tabs between:
#
#   PAGE LINE KIND TEXT
#
# KIND is the prompt of a command, `$`, `#` (root) or `staff$`; `-` for a line between commands that has no prompt; `file`
# for a block without commands, with its first line as TEXT. TEXT has no comment and is one line, also where a command
# goes on in the next one. A block of Markdown without any prompt is commands, kind `$`.
#
# With -v out=FOLDER the whole of each, with its comment and all of its lines, is FOLDER/PAGE:LINE.
# With -v leave='## HEADING' that section of a Markdown file is left out.
# Ends with 1 where a block has what is not shown as it is written.

function complain(why) {
  printf "%s:%d: %s\n", FILENAME, FNR, why >"/dev/stderr"
  failed = 1
}

# What mdoc shows of TEXT.
function shown(text,    result, at) {
  result = ""
  while ((at = index(text, "\\")) > 0) {
    result = result substr(text, 1, at - 1)
    text = substr(text, at)
    if (text ~ /^\\&/) text = substr(text, 3)
    else if (text ~ /^\\e/) { result = result "\\"; text = substr(text, 3) }
    else if (text ~ /^\\-/) { result = result "-"; text = substr(text, 3) }
    else if (text ~ /^\\\(dq/) { result = result "\""; text = substr(text, 5) }
    else if (text ~ /^\\\(aq/) { result = result "'"; text = substr(text, 5) }
    else { complain("unknown escape: " substr(text, 1, 5)); text = substr(text, 2) }
  }
  return result text
}

function without_comment(text) {
  sub(/[ \t]+# [^'"]*$/, "", text)
  return text
}

function emit(line, kind, text, whole,    file) {
  printf "%s\t%d\t%s\t%s\n", page, line, kind, text
  if (out != "") {
    file = out "/" page ":" line
    print whole >file
    close(file)
  }
}

# The block that ends here: lines[1..count], the first of them line `first` of the page.
function block_ends(    i, prompt, command, all, end) {
  all = 1
  prompted = 0
  for (i = 1; i <= count; ++i)
    if (lines[i] ~ /^([a-z-]*[$]|#) /) prompted = 1
    else if (!(i > 1 && goes_on(lines[i - 1]))) all = 0
  if (markdown ? !prompted : !(lines[1] ~ /^[$] / || all)) {
    if (markdown) commands_without_prompt()
    else {
      command = lines[1]
      for (i = 2; i <= count; ++i) command = command "\n" lines[i]
      emit(first, "file", lines[1], command)
    }
    count = 0
    return
  }
  for (i = 1; i <= count; i = end + 1) {
    end = i
    if (lines[i] == "") continue
    prompt = "-"
    if (match(lines[i], /^([a-z-]*[$]|#) /)) {
      prompt = substr(lines[i], 1, RLENGTH - 1)
      lines[i] = substr(lines[i], RLENGTH + 1)
    }
    end = join(i)
    emit(first + i - 1, prompt, text, whole)
  }
  count = 0
}

function commands_without_prompt(    i, end) {
  for (i = 1; i <= count; i = end + 1) {
    end = join(i)
    if (lines[i] != "") emit(first + i - 1, "$", text, whole)
  }
}

function goes_on(line) {
  line = without_comment(line)
  return line ~ /(\||&&|\\)$/
}

# The command that begins in line i, as `text` and `whole`; returns its last line.
function join(i,    line, word) {
  whole = lines[i]
  text = without_comment(whole)
  if (match(text, /<<'?[A-Z]+/)) { # a here-document
    word = substr(text, RSTART + 2, RLENGTH - 2)
    sub(/^'/, "", word)
    do {
      whole = whole "\n" lines[++i]
    } while (lines[i] != word && i < count)
    return i
  }
  while (goes_on(lines[i]) && i < count) {
    line = lines[++i]
    whole = whole "\n" line
    sub(/\\$/, "", text)
    sub(/^[ \t]+/, "", line)
    text = text " " without_comment(line)
  }
  return i
}

function page_ends() {
  if (count) block_ends()
  if (inside) printf "%s: a display has no end\n", page >"/dev/stderr"
}

FNR == 1 {
  page_ends()
  page = FILENAME
  sub(/^.*\//, "", page)
  # More than one folder has one: that of tests/lab is lab-README.md.
  if (match(FILENAME, /tests\/[a-z]+\/README\.md$/)) {
    page = substr(FILENAME, RSTART + 6)
    sub(/\//, "-", page)
  }
  markdown = page ~ /\.md$/
  inside = left = 0
  blank = 1
}

markdown {
  if ($0 ~ /^#/) left = leave != "" && $0 == leave
  if (left) next
  if (count && $0 ~ "^" margin "[^ ]" || count && $0 ~ "^" margin " ") { lines[++count] = substr($0, length(margin) + 1); next }
  if (count && $0 != "") block_ends()
  if (count && $0 == "") { lines[++count] = ""; next }
  if (blank && match($0, /^    +/)) {
    margin = substr($0, 1, RLENGTH)
    first = FNR
    lines[count = 1] = substr($0, RLENGTH + 1)
  }
  blank = $0 == ""
  next
}

/^\.(Dl|D1) / {
  text = substr($0, 5)
  if (text ~ /(^| )"/) complain("mdoc takes a quotation mark before a word away: write \\(dq")
  first = FNR
  lines[count = 1] = shown(text)
  block_ends()
  next
}
/^\.Bd / {
  if ($0 !~ /^\.Bd (-literal|-unfilled)( |$)/) next
  inside = 1
  first = FNR + 1
  count = 0
  next
}
inside && /^\.Ed/ { inside = 0; if (count) block_ends(); next }
inside && /^[.']/ { complain("a macro in a display of code"); next }
inside { lines[++count] = shown($0) }

END {
  page_ends()
  exit failed
}
