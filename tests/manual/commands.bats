#!/usr/bin/env bats
# Every command of the manual pages and of the Markdown files is run as its reader would run it, on the machines of the lab.
# Run by with-lab; JAGA names the program under test.

bats_require_minimum_version 1.5.0

setup_file() {
  . "$BATS_TEST_DIRNAME/run.bash"
  examples
  lab_people
}
setup() { . "$BATS_TEST_DIRNAME/run.bash"; }

pages() { # pages PATTERN: those whose name matches
  mapfile -t names < <(cut -f1 "$BLOCKS/index" | grep -E "$1" | uniq)
  [ ${#names[@]} -gt 0 ] && run_pages "${names[@]}"
}

@test "section 1" {
  pages '\.1$'
}

# bats test_tags=long
@test "sections 5 and 7" {
  pages '\.[57]$'
}

@test "Markdown" {
  pages '\.md$'
}
