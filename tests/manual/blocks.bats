#!/usr/bin/env bats
# blocks.awk finds every block of code, and examples.table has a row for each.

bats_require_minimum_version 1.5.0

setup_file() {
  . "$BATS_TEST_DIRNAME/run.bash"
  examples
}
setup() {
  source=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}
  cd "$BATS_TEST_TMPDIR" || return 1
}
blocks() { awk -v out="$PWD" -f "$BATS_TEST_DIRNAME/blocks.awk" "$@"; }

@test "commands of a manual page, with their prompts, and what goes on in the next line" {
  cat >page.1 <<'END'
.Sh EXAMPLES
.Dl $ jaga show \(dqa b\(dq
.Dl # systemctl x
.Dl * * * * * jaga
.Bd -literal
$ one \e
    two		# why
# three |
  four
C:\e> five
.Ed
.Bd -literal -offset indent
# a comment of a file
key: "\&."
.Ed
.Bd -filled
$ no block
.Ed
END
  blocks page.1 >index
  diff index - <<'END'
page.1	2	$	jaga show "a b"
page.1	3	#	systemctl x
page.1	4	file	* * * * * jaga
page.1	6	$	one  two
page.1	8	#	three | four
page.1	10	-	C:\> five
page.1	13	file	# a comment of a file
END
  [ "$(cat page.1:6)" = $'one \\\n    two\t\t# why' ]
  [ "$(cat page.1:13)" = $'# a comment of a file\nkey: "."' ]
}

@test "commands of Markdown: with and without prompts, here-documents, a section that is left out" {
  mkdir -p tests/lab
  cat >tests/lab/README.md <<'PAGE'
# A

    one    # why
    cat >x <<HERE
    two

    HERE

text
    no block

1. In a list:

       three

## A tour

    four

## B

    staff$ five
    output
PAGE
  blocks -v leave='## A tour' tests/lab/README.md >index
  diff index - <<'END'
lab-README.md	3	$	one
lab-README.md	4	$	cat >x <<HERE
lab-README.md	14	$	three
lab-README.md	22	staff$	five
lab-README.md	23	-	output
END
  [ "$(cat lab-README.md:4)" = $'cat >x <<HERE\ntwo\n\nHERE' ]
}

@test "what a reader would not see as it is written is refused" {
  printf '.Dl $ jaga "a"\n' >page.1
  run -1 blocks page.1
  [[ $output == *'page.1:1: mdoc takes a quotation mark before a word away'* ]]
  printf '.Bd -literal\n.Pp\n.Ed\n' >page.1
  run -1 blocks page.1
  [[ $output == *'page.1:2: a macro in a display of code'* ]]
  printf '.Dl $ \\(bu\n' >page.1
  run -1 blocks page.1
  [[ $output == *'page.1:1: unknown escape'* ]]
}

@test "mandoc shows each command as it is run here" {
  if ! command -v mandoc >/dev/null; then
    [ "${CI:-}" != true ]
    skip 'mandoc is not here'
  fi
  local page
  for page in "$source"/man/*.[157]; do mandoc -T ascii -O width=1000 "$page" | col -b >"${page##*/}"; done
  # The first line of each: a block keeps its lines.
  awk -F '\t' -v blocks="$BLOCKS" '
    function squeezed(text) { gsub(/[ \t]+/, " ", text); return text }
    $1 ~ /\.md$/ { next }
    $1 != page {
      page = $1
      shown = ""
      while ((getline line <page) > 0) shown = shown squeezed(line) "\n"
    }
    {
      getline line <(blocks "/" page ":" $2)
      ++count
      if (!index(shown, squeezed(line))) { print page ":" $2 ": not shown so: " line; wrong = 1 }
    }
    END { exit wrong || count < 150 }' "$BLOCKS/index"
}

@test "every block of every page has a row, and every row a block; what is not run has a reason" {
  cut -f1,3,4 "$BLOCKS/index" | awk -F '\t' '{ print $1 "\t" ($2 == "file" ? "file" : "line") "\t" $3 }' | LC_ALL=C sort >shown
  awk -F '\037' '$1 != "replace" && $1 != "path" { print $1 "\t" ($2 == "file" ? "file" : "line") "\t" $6 }' "$BLOCKS/table" |
    LC_ALL=C sort >listed
  wrong=0
  LC_ALL=C comm -23 shown listed | sed 's/^/not run, since examples.table has no row: /' | tee problems
  LC_ALL=C comm -13 shown listed | sed 's/^/no page has, or not so often: /' | tee -a problems
  awk -F '\037' '$2 == "not-run" { print "# not run: " $1 ": " $6 ": " $NF }' "$BLOCKS/table" >&3
  [ ! -s problems ]
}

@test "the person of a prompt is the one who types" {
  local page line kind text
  while IFS=$'\t' read -r page line kind text; do
    export text
    case $kind in [a-z]*'$')
      awk -F '\037' -v page="$page" -v person="${kind%$}" '$1 == page && $4 == person && $6 == ENVIRON["text"] { found = 1 } END { exit !found }' \
        "$BLOCKS/table" || { echo "$page:$line: not typed by ${kind%$}"; return 1; } ;;
    esac
  done <"$BLOCKS/index"
}

@test "what Markdown names but is not run is there: scripts and presets" {
  local row kind text word words wrong=0
  while IFS=$'\037' read -r row kind _ _ _ text _; do
    case $kind:$row in not-run:*.md) ;; *) continue ;; esac
    text=${text%%$'\037'*}
    read -r -a words <<<"$text"
    for word in "${words[@]}"; do
      case $word in
      ./build/*) ;;
      ./script/* | tests/*) [ -e "$source/$word" ] || { echo "$row: $word is not there"; wrong=1; } ;;
      esac
    done
    grep -oE -- '--preset [a-z]+' <<<"$text" | cut -d ' ' -f 2 >presets || true
    while read -r word; do
      grep -q "\"name\": \"$word\"" "$source/CMakePresets.json" || { echo "$row: no preset $word"; wrong=1; }
    done <presets
  done <"$BLOCKS/table"
  [ "$wrong" = 0 ]
}
