#!/usr/bin/env bats
# Files that a plan names: frozen by digest, kept as evidence, put on the target and compared there.
load helpers
load flow

setup() {
  setup_folder
  office
  mkdir -p plans/place.files
  printf 'one\0two\n\nthree' >plans/place.files/data.bin
  printf '#!/bin/sh\necho helped\n' >plans/place.files/help.sh
}

# An incident whose plan uses both.
place() {
  here_with place <<P
files: ["data.bin", "help.sh"]
commands:
  - title: {id: "Taruh", en: "Place"}
    script: |
      cp "\$JAGA_FILES/data.bin" "$PWD/placed" && sh "\$JAGA_FILES/help.sh" && ls -a "\$JAGA_FILES" >"$PWD/listed"
      echo "\$JAGA_FILES" >"$PWD/folder"
P
}

@test "they are shown, put beside the mark byte by byte, and taken away in the end" {
  cp plans/place.files/data.bin kept
  place
  digest=$(sha256sum kept | cut -d' ' -f1)
  [ "$(grep -c "digest: \"sha256:$digest\"" incidents/*/*/0002-analyze.*.yaml)" = 1 ]
  cmp kept incidents/*/*/evidence/sha256-"$digest"
  # What lies in the folder afterwards is another analysis' business.
  echo other >plans/place.files/data.bin
  status 0 as section-head approve here --yes
  says "file data.bin, 14 bytes, sha256:$digest"
  status 0 as staff repair here
  says helped
  cmp kept placed
  [ "$(cat listed)" = "$(printf '.\n..\ndata.bin\nhelp.sh')" ]
  case $(cat folder) in "$HOME"/.jaga-runs/*/files) ;; *) false ;; esac
  [ ! -e "$(cat folder)" ]
  status 0 jaga audit
}

@test "a plan whose files were changed since is an unregistered one" {
  place
  echo other >plans/place.files/data.bin
  status 0 as section-head approve here --yes
  says 'a script written for this incident, not tested'
}

@test "bytes that were changed, or are gone, are not run" {
  place
  as section-head approve here -q --yes >/dev/null
  file=$(find incidents -name "sha256-$(sha256sum plans/place.files/data.bin | cut -d' ' -f1)")
  chmod u+w "$file"
  printf 'one\0twO\n\nthree' >"$file"
  status 77 as staff repair here
  says "the file 'data.bin' of the plan differs from the one stored with the analysis"
  rm "$file"
  echo other >plans/place.files/data.bin
  status 77 as staff repair here
  says "the file 'data.bin' of the plan is missing: sha256:"
  [ ! -e placed ]
  [ -z "$(find . -name '*-repair-start.*')" ]
}

@test "where the home takes nothing they lie elsewhere; where nothing does, no command is sent" {
  place
  as section-head approve here -q --yes >/dev/null
  mkdir bin
  # A target that hands over other bytes than were sent, in its home and everywhere.
  printf '#!/bin/sh\n%s base64 "$@" | tr e E\n' "PATH=$PATH" >bin/base64
  chmod +x bin/base64
  status 1 env "PATH=$PWD/bin:$PATH" "$JAGA" --key "$KEYS/staff" repair here
  says "cannot copy the files of the plan to 'here': no folder on the host could store the files unchanged"
  [ ! -e placed ]
  [ -z "$(find . -name '*-command-start.*')" ]
  rm bin/base64
  status 0 as staff repair here --resume
  cmp plans/place.files/data.bin placed
  status 0 jaga audit
}

@test "an analysis that is refused leaves none of them behind" {
  place
  attached() { find incidents -path '*/evidence/*' -type f | sort; }
  before=$(attached)
  echo other >plans/place.files/data.bin
  status 77 as section-head analyze here --plan place -m again
  [ "$(attached)" = "$before" ]
  # Nor does one that nobody signs.
  ssh-keygen -q -p -P '' -N secret -f "$KEYS/staff" >/dev/null
  status 77 as staff analyze here --plan place -m again </dev/null
  says 'has a passphrase'
  [ "$(attached)" = "$before" ]
  ssh-keygen -q -p -P secret -N '' -f "$KEYS/staff" >/dev/null
  status 0 as staff analyze here --plan place -m again
  [ "$(attached | wc -l)" = "$(($(wc -l <<<"$before") + 1))" ]
  status 0 jaga audit
}

@test "what is wrong with them is named in the plan, and nothing is recorded" {
  place
  records=$(find incidents -name '*.yaml' | wc -l)
  rm plans/place.files/help.sh
  status 78 as staff analyze here -m again
  says "plans/place.yaml:4:21: 'plans/place.files/help.sh' is missing"
  status 1 jaga doctor
  says "plans/place.yaml:4:21"
  printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n' >plans/place.files/help.sh
  status 78 as staff analyze here -m again
  says 'seems to contain a secret'
  head -c 5000000 /dev/zero >plans/place.files/help.sh
  status 78 as staff analyze here -m again
  says 'plans/place.yaml:4:21'
  sed -i 's/"help.sh"/"..\/help.sh"/' plans/place.yaml
  status 78 as staff analyze here -m again
  says "invalid file name '../help.sh'"
  rm plans/place.files/data.bin
  ln -s /etc/passwd plans/place.files/data.bin
  sed -i 's/, "[^"]*help.sh"//' plans/place.yaml
  if as staff analyze here -m again >out 2>&1; then false; fi
  [ "$(find incidents -name '*.yaml' | wc -l)" = "$records" ]
}

@test "they are readable by the login only, and read-only; a resumed run copies them again" {
  mkdir plans/twice.files
  cp plans/place.files/data.bin plans/twice.files/
  here_with twice <<P
files: ["data.bin"]
commands:
  - title: {id: "Satu", en: "One"}
    script: |
      stat -c %a "\$JAGA_FILES" "\$JAGA_FILES/data.bin" >"$PWD/modes"
      chmod 600 "\$JAGA_FILES/data.bin" && echo changed >"\$JAGA_FILES/data.bin"
  - title: {id: "Dua", en: "Two"}
    script: |
      cp "\$JAGA_FILES/data.bin" "$PWD/seen" && [ -e "$PWD/ready" ]
P
  as section-head approve here -q --yes >/dev/null
  status 1 as staff repair here
  [ "$(tr '\n' ' ' <modes)" = '700 400 ' ]
  [ "$(cat seen)" = changed ]
  : >ready
  rm -f seen
  status 0 as staff repair here --resume
  cmp plans/twice.files/data.bin seen
  status 0 jaga audit
}

@test "bytes of a plan that are gone afterwards are named by audit and the printed program, and not archived away" {
  place
  digest=$(sha256sum plans/place.files/help.sh | cut -d' ' -f1)
  as section-head approve here -q --yes >/dev/null
  as staff repair here -q >/dev/null
  as section-head verify here -q --yes --override x >/dev/null
  as division-head accept here -q --yes >/dev/null
  rm -f incidents/*/*/evidence/sha256-"$digest"
  status 1 jaga audit
  says "the evidence 'sha256:$digest' to which it refers is missing"
  says '0002-analyze.'
  jaga audit --script >check.sh
  status 1 sh check.sh .
  says "the evidence sha256:$digest to which it refers is missing"
  status 65 as staff archive here --no-part
  says "help.sh' is missing here; staff added it"
  status 0 as staff archive here --no-part --without "${digest:0:12}" -m 'nobody has it'
  status 0 jaga audit
  says "the evidence 'sha256:$digest' was lost before it was archived"
}
