#!/usr/bin/env bats
load helpers

@test "help lists every command with its summary" {
  status 0 jaga help
  while IFS=$'\t' read -r name _; do says "  $name "; done < <("$JAGA" help --table)
}

@test "help COMMAND prints its usage where there is no terminal" {
  status 0 jaga help completion
  says 'usage: jaga completion SHELL'
}

@test "help of an unknown command is 64" {
  status 64 jaga help compleiton
  says "did you mean 'jaga completion'?"
}
