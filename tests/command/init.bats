#!/usr/bin/env bats
load helpers

@test "init makes the hand-edited files and says what to type next" {
  status 0 jaga init office --org 'Test office'
  for file in jaga.yaml sop.yaml hosts.yaml .gitattributes .gitignore; do [ -f "office/$file" ]; done
  says 'jaga person add'
  grep -q 'Test office' office/jaga.yaml
  [ ! -e office/register ]
  status 0 jaga -C office status
}

@test "the files that init writes can be read back" {
  jaga init -q office
  status 0 jaga -C office host list
  status 0 jaga -C office doctor || status 1 jaga -C office doctor
  says 'office'
}

@test "init with a person begins the register" {
  make_key staff
  status 0 as staff init office --person staff --role staff
  says 'genesis sha256:'
  ls office/register/0001-genesis.*.yaml office/register/0001-genesis.*.yaml.sig
  status 0 jaga -C office person list
  says 'admin, staff'
  status 0 jaga -C office audit
}

@test "init with a person and no key is 77, names the command, and makes nothing" {
  status 77 jaga init office --person staff --role staff
  says 'ssh-keygen -t ed25519'
  [ ! -e office ]
}

@test "init refuses inside a working directory" {
  jaga init -q .
  before=$(cat jaga.yaml)
  status 73 jaga init .
  mkdir deep
  status 73 jaga init deep
  [ "$(cat jaga.yaml)" = "$before" ]
}

@test "init --shared: the group may add, and nobody takes away what another wrote" {
  make_key staff
  status 66 jaga init office --shared 'no such group'
  says "there is no group 'no such group'"
  [ ! -e office ]
  status 0 as staff init office --person staff --role staff --shared "$(id -gn)"
  says "trusted: [$PWD/office]"
  status 0 as staff -C office host add web01 192.0.2.1
  status 0 as staff -C office open web01 -m slow
  cd office
  while read -r folder; do
    output=$(stat -c '%a %G' "$folder")
    [ "$output" = "3770 $(id -gn)" ] || { echo "$folder: $output"; false; }
  done < <(find . -type d)
  while read -r file; do
    output=$(stat -c '%a %G' "$file")
    [ "$output" = "440 $(id -gn)" ] || { echo "$file: $output"; false; }
  done < <(find register incidents -type f)
}

@test "a working directory of another user is 77 until it is trusted" {
  [ "$(id -u)" = 0 ] || skip 'needs root, to give a file away'
  jaga init -q office
  chown 12345 office
  status 77 jaga -C office status
  says 'belongs to another user'
  says "list it under 'trusted' in ~/.config/jaga/config.yaml"
  mkdir -p "$HOME/.config/jaga"
  printf 'trusted: [%s]\n' "$PWD/office" >"$HOME/.config/jaga/config.yaml"
  status 0 jaga -C office status
}

@test "init with another procedure" {
  status 0 jaga init one --sop small-team
  status 66 jaga init two --sop big-team
  says 'small-team'
  printf 'format: nonsense\n' >own.yaml
  status 78 jaga init three --sop ./own.yaml
}

@test "the directory goes through git unchanged" {
  command -v git >/dev/null || skip 'no git'
  make_key staff
  as staff init -q office --person staff --role staff
  git -C office init -q && git -C office add . && git -C office commit -qm begin
  git clone -q office clone
  status 0 jaga -C clone audit
}
