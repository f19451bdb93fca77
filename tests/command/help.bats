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
