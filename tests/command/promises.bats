#!/usr/bin/env bats
# What every command is held to; the list comes from the table (`jaga help --table`).
load helpers

source_dir=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}

each_command() { "$JAGA" help --table; }

# The synopsis of a page as plain words, one line a usage.
synopsis() {
  mandoc -T utf8 -O width=500 "$1" | col -bx |
    awk '/^SYNOPSIS/ {on = 1; next} /^[A-Z]/ {on = 0} on && NF {$1 = $1; print}'
}

@test "-h works in an empty folder and begins with the usage" {
  while IFS=$'\t' read -r name _ _ usage; do
    status 0 jaga "$name" -h
    output=$(tr -s ' \n' ' ' <<<"$output" | sed 's/\([^ ]|\) /\1/g') # a long one wraps
    says "usage: ${usage%% ; *}"
  done < <(each_command)
}

@test "every command has a man page whose SYNOPSIS is the usage" {
  while IFS=$'\t' read -r name _ _ usage; do
    page=$source_dir/man/jaga-$name.1
    [ -f "$page" ] || { echo "no $page" >&2; false; }
    want=$(sed 's/ ; /\n/g' <<<"$usage")
    got=$(synopsis "$page")
    if [ "$got" != "$want" ]; then
      printf '%s:\n%s\nusage:\n%s\n' "$page" "$got" "$want" >&2
      false
    fi
  done < <(each_command)
}

@test "every exit code of a command is in its man page" {
  while IFS=$'\t' read -r name _ exits _; do
    for code in $exits; do
      grep -q "^\.It $code\$" "$source_dir/man/jaga-$name.1" || { echo "jaga-$name.1 has no exit $code" >&2; false; }
    done
  done < <(each_command)
}

@test "every command has a test" {
  while IFS=$'\t' read -r name _; do
    [ -f "$BATS_TEST_DIRNAME/$name.bats" ] || { echo "no $name.bats" >&2; false; }
  done < <(each_command)
}

@test "every man page is clean" {
  mandoc -T lint -W warning "$source_dir"/man/*.[1-8] >problems || { cat problems >&2; false; }
}

@test "every command that needs a working directory says so where there is none" {
  while IFS=$'\t' read -r name needs _ usage; do
    [ "$needs" = directory ] || continue
    # What must be given, as the usage says: words in capitals outside brackets.
    arguments=$(sed 's/ ; .*//; s/\[[^]]*\]\(\.\.\.\)*//g; s/\.\.\.//g; s/|[^ ]*//g' <<<"$usage" | cut -d' ' -f3-)
    # shellcheck disable=SC2086  # a list of words
    status 66 jaga "$name" $arguments
  done < <(each_command)
}

@test "an unknown option is 64 and says the nearest" {
  while IFS=$'\t' read -r name _; do
    status 64 jaga "$name" --jsn
    says "hint: did you mean '--json'?"
  done < <(each_command)
}
