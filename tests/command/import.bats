#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; analysed; }

@test "a decision signed elsewhere is published" {
  status 0 as staff --as section-head approve web01 --request ../request --json
  line=$(grep -o '"command": "[^"]*' <<<"$output" | cut -d'"' -f4)
  [ -n "$line" ]
  (cd ../request && mkdir -p "$HOME/.ssh" && cp "$KEYS/section-head" "$KEYS/section-head.pub" "$HOME/.ssh/" &&
    sh -c "$(sed "s#-f [^ ]*#-f $KEYS/section-head#" <<<"$line")")
  rm -rf "$HOME/.ssh"
  status 0 as staff import ../request
  ls incidents/*/*/0003-approve.*.yaml
  status 0 jaga audit
  status 77 as staff import ../request
}

@test "unsigned, wrongly signed or moved on: 77" {
  as staff --as section-head approve web01 --request ../request -q >/dev/null
  status 77 as staff import ../request
  as section-head reject web01 -q --yes -m no >/dev/null
  status 77 as staff import ../request
}
