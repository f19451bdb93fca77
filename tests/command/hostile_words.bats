#!/usr/bin/env bats
# No word of a parameter, of what a host prints, of a reason or of a file's name is run by a shell, nor drives the
# terminal.
load helpers
load flow
setup() { setup_folder; office; }

# harmless FILE: nothing in it drives a terminal
harmless() {
  [ -s "$1" ] || return 0
  [ "$(LC_ALL=C tr -d '\033\007\233\r' <"$1" | wc -c)" = "$(wc -c <"$1")" ]
}

# shellcheck disable=SC2016,SC1003  # that is the point
words() {
  printf '%s\0' "a'b" 'a"b' '$(touch pwned)' '`touch pwned`' '; touch pwned' '| touch pwned' '&& touch pwned' '-rf' \
    '--help' '*' '~' '$HOME' '\' 'a  b' '!!' '#x' '{parameter: x}' '%s%n'
}

@test "parameters are arguments and variables, whatever they hold" {
  here_with print -p word=x <<P
parameters:
  - {name: "word", type: "text", title: {id: "Kata", en: "Word"}}
commands:
  - title: {id: "Cetak", en: "Print"}
    arguments: [{parameter: "word"}]
    environment: {WORD: {parameter: "word"}}
    script: |
      printf '%s\n%s\n' "\$1" "\$WORD" >"$PWD/printed"
P
  while IFS= read -r -d '' word; do
    as staff analyze here -q -p "word=$word" -m "$word" >/dev/null
    as section-head approve here -q --yes -m "$word" >/dev/null
    status 0 as staff repair here -m "$word"
    [ "$(cat printed)" = "$word"$'\n'"$word" ]
    rm printed
    as section-head reject here -q --yes -m "$word" --back analyze >/dev/null
  done < <(words)
  [ -z "$(find . -name pwned)" ]
  # A value that is not a single line is refused before anything is recorded.
  status 64 as staff analyze here -p "word=a"$'\n'"b" -m x
  says "'word' must be a single line of plain text: 'a\\nb'"
  status 64 as staff analyze here -p "word=a"$'\e'"[2Jb" -m x
  status 0 jaga audit
}

@test "what a command prints does not drive the terminal, and is kept as it was" {
  here_with noisy <<'P'
commands:
  - title: {id: "Berisik", en: "Noisy"}
    script: |
      printf '\033]0;owned\007\033[2J\233A\rroot@here:~# \n$(touch pwned)\n'
      printf '\033[31merror\n' >&2
P
  as section-head approve here -q --yes >/dev/null
  as staff repair here >out 2>&1
  as staff show here >>out 2>&1
  as staff log here >>out 2>&1
  as staff repair here >>out 2>&1 || true
  harmless out
  grep -q 'owned' out
  [ -z "$(find . -name pwned)" ]
  # Nor does it stand where jaga itself says something.
  grep -q '^     | .*owned' out
  # The evidence holds every byte.
  kept=$(grep -rlF 'owned' incidents/*/*/evidence | head -n 1)
  [ "$(head -c 4 "$kept" | od -An -tx1 | tr -d ' ')" = 1b5d303b ]
}

@test "names of files are names" {
  incident
  # shellcheck disable=SC2016
  for name in "-rf" '$(touch pwned)' "a'b;touch pwned" $'a\nb' $'\e[2J'; do
    echo photo >"./$name"
    as staff evidence add web01 "./$name" -m x >out 2>&1 || true
    harmless out
  done
  as staff evidence list web01 >out 2>&1
  harmless out
  [ ! -e pwned ]
  status 0 jaga audit
}

@test "serials, vendors, technicians and reasons are words, wherever they are shown" {
  approved
  printf 'scan' >'-rf.pdf'
  while IFS= read -r -d '' word; do
    case $word in *=*) continue ;; esac
    as staff repair web01 --vendor "$word" -m "$word" >out 2>&1
    as staff repair web01 --vendor-reply --technician "$word" --arrived "$(just_now)" --left "$(just_now)" \
      --letter ./-rf.pdf --part "$word=$word" -m "$word" >>out 2>&1
    { as staff show web01; as staff log web01; as staff status; } >>out
    grep -qF -- "technician: $word" out
    grep -qF -- "part $word replaced with $word" out
    as section-head reject web01 -q --yes -m "$word" >>out 2>&1
    harmless out
  done < <(words)
  for bad in $'a\nb' $'\e[2J' $'a\rb'; do
    status 64 as staff repair web01 --vendor "$bad" -m x
    status 64 as staff repair web01 --by-hand --part "$bad=x" -m x
    status 64 as staff repair web01 --vendor-reply --technician "$bad" -m x
  done
  [ -z "$(find . "$HOME" -name pwned)" ]
  status 0 jaga audit
}

@test "names of hosts, units and paths from the command line are held to their types" {
  here_with typed -p unit=a.service -p path=/x <<'P'
parameters:
  - {name: "unit", type: "unit", title: {id: "Unit", en: "Unit"}}
  - {name: "path", type: "path", title: {id: "Berkas", en: "File"}}
  - {name: "name", type: "name", default: "x", title: {id: "Nama", en: "Name"}}
commands:
  - title: {id: "Cetak", en: "Print"}
    arguments: [{parameter: "unit"}, {parameter: "path"}, {parameter: "name"}]
    script: |
      printf '%s\n' "$@"
P
  while IFS= read -r -d '' word; do
    status 64 as staff analyze here -p "unit=$word" -m x
    status 64 as staff analyze here -p "path=$word" -m x
    status 64 as staff analyze here -p "name=$word" -m x
    status 64 as staff analyze here -p "unit=$word.service;x" -m x
  done < <(words)
  [ -z "$(find . -name pwned)" ]
  [ "$(find incidents -name '*-analyze.*.yaml' | wc -l)" = 1 ]
}
