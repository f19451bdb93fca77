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
  says 'digest of the first record: sha256:'
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

# refused CODE TEXT ARGUMENT...: init says so, and nothing was made.
refused() {
  status "$1" as staff init office --person staff "${@:3}"
  says "$2"
  [ ! -e office ]
}

@test "what init refuses leaves nothing behind, and the corrected command works" {
  make_key staff
  printf 'format: nonsense\n' >own.yaml
  echo text >file
  mkdir folder
  mkfifo pipe
  refused 64 "unknown role 'stafff' in this procedure" --role staff --role stafff
  refused 64 '--org requires a name' --org ''
  refused 64 '--org requires a name' --org $'two\nlines'
  refused 64 '--org contains characters' --org $'\e[31mred'
  refused 78 'own.yaml' --sop ./own.yaml || says 'unknown format'
  refused 66 "'none.yaml'" --sop none.yaml
  refused 66 'big-team' --sop big-team
  refused 74 'folder' --sop ./folder || [ ! -e office ]
  status 64 as staff init ''
  says 'the folder has an empty name'
  refused 66 "unknown group 'no such group'" --shared 'no such group'
  # A role of another procedure.
  refused 64 "unknown role 'section_head' in this procedure" --sop small-team --role section_head
  status 64 as staff init office --role staff
  says '--role requires --person'
  [ ! -e office ]
  status 64 as staff init office --person 'Section Head'
  [ ! -e office ]
  status 73 as staff init file --person staff
  status 73 as staff init file/office --person staff
  status 73 as staff init none/office --person staff
  [ ! -e none ]
  status 0 as staff init office --org 'Test office' --person staff --role staff
  status 0 jaga -C office audit
}

@test "a folder that cannot be written, or a key that cannot sign, is told, and the same command goes on" {
  make_key staff
  [ "$(id -u)" != 0 ] || skip 'root writes everywhere, and reads every key'
  mkdir -m 500 shut
  status 73 as staff init shut --person staff
  status 73 as staff init shut/office --person staff
  chmod 700 shut
  status 0 as staff init shut --person staff
}

@test "an init that was broken off goes on by the same command, and only by it" {
  make_key staff
  chmod 644 "$KEYS/staff"
  # Its public half is readable, so that only signing says what is wrong.
  status 77 as staff init office --org 'Test office' --person staff --role staff
  says 'run the same command again to complete it'
  [ -f office/jaga.yaml ]
  [ -z "$(find office/register -name '*.yaml' 2>/dev/null)" ]
  chmod 600 "$KEYS/staff"
  repo=$(grep repo office/jaga.yaml)
  status 73 as staff init office --org 'Another office' --person staff --role staff
  says 'with another --org'
  status 73 as staff init office --org 'Test office' --sop small-team --person staff
  says 'with another --sop'
  status 64 as staff init office --org 'Test office' --person staff --role stafff
  status 73 jaga init office
  says "/office' is already a working directory"
  status 73 jaga init office/sub
  says "/office/sub' is inside the working directory '$PWD/office'"
  (cd office && status 73 jaga init . && says "/office' is already a working directory")
  status 0 as staff init office --org 'Test office' --person staff --role staff
  says 'digest of the first record: sha256:'
  [ "$(grep repo office/jaga.yaml)" = "$repo" ]
  status 0 jaga -C office audit
  status 73 as staff init office --org 'Test office' --person staff --role staff
}

@test "what was prepared before init is kept, and is good before anything is made" {
  make_key staff
  mkdir office
  printf 'hosts: [\n' >office/hosts.yaml
  status 78 as staff init office --person staff --role staff
  says 'hosts.yaml:'
  [ "$(ls -A office)" = hosts.yaml ]
  printf 'hosts:\n  - {name: web01, address: 192.0.2.1}\n' >office/hosts.yaml
  printf 'format: nonsense\n' >office/sop.yaml
  status 78 as staff init office --person staff --role staff
  [ ! -e office/jaga.yaml ]
  jaga init -q other --sop small-team
  cp other/sop.yaml office/
  status 73 as staff init office --person staff --sop form --role staff
  says "already contains another 'sop.yaml'"
  status 64 as staff init office --person staff --role section_head
  [ ! -e office/jaga.yaml ]
  status 0 as staff init office --person staff
  cmp other/sop.yaml office/sop.yaml
  status 0 jaga -C office host list
  says web01
}

@test "the hints of init and of person add lead to those who are missing" {
  make_key staff
  make_key section-head
  status 0 as staff init office --person staff --role staff
  says 'no registered person may do these steps yet: approve; verify; accept'
  says 'jaga person add ID --role section_head --key FILE.pub'
  says 'jaga person add ID --role division_head --key FILE.pub'
  says_not '--role staff --key'
  cd office
  status 0 as staff person add section-head --role section_head --key "$KEYS/section-head.pub"
  says 'no registered person may do these steps yet: accept; register people for them:'
  says_not '--role section_head --key'
  make_key division-head
  status 0 as staff person add division-head --role division_head --key "$KEYS/division-head.pub"
  says_not 'nobody has a role for'
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
  says "unknown group 'no such group'"
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
  says "add it under 'trusted' in ~/.config/jaga/config.yaml"
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

@test "init says where sop.yaml is that of another office, and writes hosts.yaml in the office's language" {
  make_key staff
  status 0 jaga --key "$KEYS/staff" init other --org 'Dinas Kominfo Kabupaten Lain' --person staff --role staff --lang id
  says "kepala sop.yaml adalah milik"
  grep -q '^# Host, apa yang menghubungkannya' other/hosts.yaml
  status 0 jaga init same --org 'Dinas Komunikasi, Informatika, Persandian dan Statistik' --lang en
  says_not 'the header of sop.yaml'
  grep -q '^# The hosts, what reaches them' same/hosts.yaml
}

@test "papers name the office of --org, not that of the built-in procedure" {
  office
  status 0 jaga report damage --document-lang en
  says 'Test office'
  says_not 'Buleleng'
  says_not 'Dinas'
  status 0 jaga report list
  says "jaga.yaml has no 'letterhead'"
  says "the header of sop.yaml is that of 'Dinas Komunikasi, Informatika, Persandian dan Statistik', not of 'Test office'"
  sed -i 's/^organisation: .*/organisation: "Dinas Komunikasi, Informatika, Persandian dan Statistik"/' jaga.yaml
  status 0 jaga report damage --document-lang en
  says 'Pemerintah Kabupaten Buleleng'
  status 0 jaga report list
  says_not "'letterhead'"
  says_not 'the header of sop.yaml'
}
