#!/usr/bin/env bats
load helpers
load flow
load clones

setup() { setup_folder; }

@test "clone: the digest on paper is asked for, and nothing is left of a clone that is refused" {
  office_with_clones
  incident
  synced work
  cd ..
  status 64 jaga clone "$SERVER" new
  says 'missing option: --genesis'
  for text in '' sha256 "$(printf '%063d' 1)"; do
    status 64 jaga clone "$SERVER" new --genesis "$text"
    says "invalid value for --genesis: '$text'"
    status 64 in_terminal "$text" "$JAGA" clone "$SERVER" new
    says "invalid value for --genesis: '$text'"
  done
  status 77 jaga clone "$SERVER" new --genesis "sha256:$(printf '%064d' 1)"
  says 'not sha256:0000'
  [ ! -e new ]
  status 73 jaga clone "$SERVER" work --genesis "$GENESIS"
  status 73 jaga clone "$SERVER" work/new --genesis "$GENESIS"
  says "'$BATS_TEST_TMPDIR/work/new' is inside another working directory"
  status 69 jaga clone "$BATS_TEST_TMPDIR/absent.git" new --genesis "$GENESIS"
  git init -q --bare -b main empty.git
  status 66 jaga clone empty.git new --genesis "$GENESIS"
  status 0 jaga clone "$SERVER" new --genesis "${GENESIS#sha256:}"
  says "$BATS_TEST_TMPDIR/new"
  [ "$(git -C new config remote.origin.url)" = "$SERVER" ]
  (cd new && status 0 jaga audit && status 0 as staff sync)
  # From a stick.
  (cd work && as staff sync -q --bundle ../stick)
  status 0 jaga clone stick from-stick --genesis "$GENESIS"
  (cd from-stick && status 0 jaga audit)
  [ -z "$(ls -d .jaga-clone-* 2>/dev/null)" ]
  status 0 in_terminal "$GENESIS" "$JAGA" clone "$SERVER" asked
  [ -e asked/jaga.yaml ]
}
