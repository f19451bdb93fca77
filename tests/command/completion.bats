#!/usr/bin/env bats
load helpers

source_dir=${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}

@test "the files in completions/ are what jaga completion prints" {
  "$JAGA" completion bash | diff - "$source_dir/completions/jaga.bash"
  "$JAGA" completion zsh | diff - "$source_dir/completions/_jaga"
  "$JAGA" completion fish | diff - "$source_dir/completions/jaga.fish"
}

@test "bash completes commands, options and values" {
  "$JAGA" completion bash >completions
  complete_line() {
    bash -c 'source completions; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _jaga; printf "%s\n" "${COMPREPLY[@]}"' - "$@"
  }
  [ "$(complete_line jaga comp)" = completion ]
  [ "$(complete_line jaga completion --col)" = --color ]
  [ "$(complete_line jaga completion --color al)" = always ]
  [ "$(complete_line jaga -C /tmp hel)" = help ]
}

@test "an unknown shell is 64" {
  status 64 jaga completion tcsh
  says 'bash, zsh and fish'
}
