#!/usr/bin/env bats
load helpers

source_dir=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}

@test "help lists every command with its summary" {
  status 0 jaga help
  while IFS=$'\t' read -r name _; do says "  $name "; done < <("$JAGA" help --table)
}

# Every path that takes options: "status", "host", "host add" ...
paths() {
  "$JAGA" help --table | cut -f1
  "$JAGA" help --table | cut -f4 | sed 's/ ; /\n/g' | sed -nE 's/^jaga ([a-z]+ [a-z]+)( .*)?$/\1/p'
}

@test "help fits 80 columns in both languages and ends in examples" {
  for language in en id; do
    [ "$("$JAGA" --lang "$language" help | awk '{ if (length($0) > 80) n++ } END { print n + 0 }')" = 0 ]
    while read -r path; do
      # shellcheck disable=SC2086  # a list of words
      status 0 jaga --lang "$language" $path -h
      for line in "${lines[@]}"; do
        # An example is one command, which is not broken.
        [ "${#line}" -le 80 ] || [[ $line == '  jaga '* ]] || { echo "$path: $line" >&2; false; }
      done
      says '  jaga '
    done < <(paths)
  done
}

@test "help lists the global options that the command obeys" {
  status 0 jaga ping -h
  [[ $output != *'--key'* && $output != *'-C DIR'* ]]
  status 0 jaga approve -h
  says '--key FILE'
  says '--format text|json '
  [[ $output != *nagios* ]]
  status 0 jaga monitor -h
  says 'nagios|prometheus|openmetrics'
  status 0 jaga completion -h
  [[ $output != *'--json'* ]]
}

@test "every command has two examples or three, and jaga takes each as it stands" {
  while IFS=$'\t' read -r path line; do
    # shellcheck disable=SC2086  # a list of words
    [ -n "$("$JAGA" $path -h | grep -F -- "  $line")" ] || { echo "$path: $line" >&2; false; }
    line=${line%% > *}
    line=${line%% >> *}
    case $line in 'jaga '*) line=${line%% | *} ;; *) line=${line##* | } ;; esac
    eval "set -- $line"
    [ "$1" = jaga ]
    shift
    case "$*" in "$path"*) ;; *) echo "$path: $line" >&2; false ;; esac
    status 0 jaga "$@" --version
  done < <("$JAGA" help --examples)
  while IFS=$'\t' read -r name _; do
    count=$("$JAGA" help --examples | grep -c "^${name}[[:space:]]" || true)
    [ "$count" -ge 2 ] || { echo "$name: $count examples" >&2; false; }
  done < <("$JAGA" help --table)
}

@test "help COMMAND prints its usage where there is no terminal" {
  status 0 jaga help completion
  says 'usage: jaga completion SHELL'
}

@test "help of what is neither a command nor a page is 64 and says the nearest" {
  status 64 jaga help compleiton
  says "did you mean 'jaga help completion'?"
  status 64 jaga help workflows
  says "did you mean 'jaga help workflow'?"
}

# A man that finds the pages that INSTALLED lists, and says how it was called.
fake_man() {
  mkdir -p bin
  cat >bin/man <<'M'
#!/bin/sh
if [ "$1" = -w ]; then
  case " $INSTALLED " in *" $3.$2 "*) exit 0 ;; esac
  exit 16
fi
echo "man $*"
M
  chmod +x bin/man
}

# Files of man/ that are about no command of jaga. Programs of their own have pages in section 1, too.
other_pages() {
  local page
  for page in "$source_dir"/man/*.[157]; do
    page=${page##*/}
    [ "$page" = jaga.1 ] || "$JAGA" help --table | cut -f1 | grep -qx "$(sed 's/^jaga-\(.*\)\.1$/\1/' <<<"$page")" || echo "$page"
  done
}

# bats test_tags=long
@test "help TOPIC is man, for each page that is about no command" {
  fake_man
  for page in $(other_pages); do
    # Of two pages with one name a topic is the one in section 7.
    [ "$page" != jaga-fleet.1 ] || continue
    topic=${page#jaga-}
    topic=${topic%.?}
    status 0 jaga help
    says "  $topic "
    INSTALLED=$page PATH=$PWD/bin:$PATH status 0 jaga help "$topic"
    [ "$output" = "man ${page##*.} ${page%.?}" ]
  done
  INSTALLED='jaga-hosts.5 jaga-settings.5' PATH=$PWD/bin:$PATH status 0 jaga help hosts.yaml
  [ "$output" = 'man 5 jaga-hosts' ]
  INSTALLED='jaga-hosts.5 jaga-settings.5' PATH=$PWD/bin:$PATH status 0 jaga help jaga.yaml
  [ "$output" = 'man 5 jaga-settings' ]
  INSTALLED='jaga-hosts.5' PATH=$PWD/bin:$PATH status 0 jaga help jaga-hosts
  [ "$output" = 'man 5 jaga-hosts' ]
}

@test "a page that is not installed is looked for beside the program" {
  fake_man
  mkdir -p prefix/bin prefix/share/man/man7 src/build/release/cmd src/man
  cp "$JAGA" prefix/bin/jaga
  PATH=$PWD/bin:$PATH status 66 prefix/bin/jaga help workflow
  says 'the manual page jaga-workflow(7) is not installed'
  : >prefix/share/man/man7/jaga-workflow.7
  PATH=$PWD/bin:$PATH status 0 prefix/bin/jaga help workflow
  [ "$output" = "man -l $PWD/prefix/share/man/man7/jaga-workflow.7" ]
  mv prefix/bin/jaga src/build/release/cmd/jaga
  : >src/man/jaga-json.5
  PATH=$PWD/bin:$PATH status 0 src/build/release/cmd/jaga help json
  [ "$output" = "man -l $PWD/src/man/jaga-json.5" ]
}

@test "in Indonesian help asks man for the Indonesian page, or for the one beside the program" {
  fake_man
  INSTALLED=jaga-sop.7 PATH=$PWD/bin:$PATH status 0 jaga --lang id help sop
  [ "$output" = 'man -L id 7 jaga-sop' ]
  mkdir -p prefix/bin prefix/share/man/man7 prefix/share/man/id/man7
  cp "$JAGA" prefix/bin/jaga
  : >prefix/share/man/man7/jaga-sop.7
  PATH=$PWD/bin:$PATH status 0 prefix/bin/jaga --lang id help sop
  [ "$output" = "man -l $PWD/prefix/share/man/man7/jaga-sop.7" ]
  : >prefix/share/man/id/man7/jaga-sop.7
  PATH=$PWD/bin:$PATH status 0 prefix/bin/jaga --lang id help sop
  [ "$output" = "man -l $PWD/prefix/share/man/id/man7/jaga-sop.7" ]
  PATH=$PWD/bin:$PATH status 0 prefix/bin/jaga help sop
  [ "$output" = "man -l $PWD/prefix/share/man/man7/jaga-sop.7" ]
}

@test "without man, help TOPIC says what to install" {
  mkdir empty
  PATH=$PWD/empty status 66 jaga help sop
  says "cannot show jaga-sop(7): the program 'man' is not installed"
  says 'hint: as root: apt-get install man-db'
}

# bats test_tags=long
@test "jaga(1) lists every command with its summary, and every other page" {
  while IFS=$'\t' read -r name _; do
    summary=$("$JAGA" help | sed -n "s/^  $name  *//p")
    [ -n "$summary" ]
    grep -A1 "^\.It Xr jaga-$name 1\$" "$source_dir/man/jaga.1" | grep -qxF -- "$summary" ||
      { echo "jaga.1: not '$summary' of $name" >&2; false; }
  done < <("$JAGA" help --table)
  for page in $(other_pages); do
    sed -n '/^\.Sh SEE ALSO/,$p' "$source_dir/man/jaga.1" | grep -q "^\.Xr ${page%.?} ${page##*.}" ||
      { echo "jaga.1: SEE ALSO has no $page" >&2; false; }
  done
}

@test "on a terminal help COMMAND is man, with signals as a program expects them" {
  command -v script >/dev/null || skip 'no script(1) here'
  mkdir bin
  cat >bin/man <<'M'
#!/bin/sh
[ "$1" = -w ] || exec grep -E '^Sig(Blk|Ign)' /proc/self/status
M
  chmod +x bin/man
  PATH=$PWD/bin:$PATH status 0 in_terminal '' "$JAGA" help status
  says "SigBlk:$(printf '\t')0000000000000000"
  ignored=$(sed -n 's/^SigIgn:[[:space:]]*//p' <<<"$output" | tr -d '\r')
  [ $((0x$ignored & 0x1000)) = 0 ] # SIGPIPE
}

@test "the roles in the examples are those of the built-in procedure" {
  office
  count=0
  for command in add change; do
    for role in $(jaga person $command -h | grep -oE -- '--(role|delegate) [a-z][a-z_-]*' | cut -d' ' -f2); do
      grep -qE "^ *$role:" sop.yaml
      count=$((count + 1))
    done
  done
  [ "$count" -ge 2 ]
}
