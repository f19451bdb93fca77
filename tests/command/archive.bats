#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; accepted; }

@test "a bag that sha256sum and audit accept" {
  status 64 as staff archive web01
  says '--no-part'
  status 64 as staff archive web01 --no-part --part-destroyed
  says 'conflicting options for the replaced part'
  status 0 as staff archive web01 --part-stored 'cupboard 3'
  bag=$(ls -d archive/*/ | head -1)
  (cd "$bag" && sha256sum --quiet -c manifest-sha256.txt && sha256sum --quiet -c tagmanifest-sha256.txt)
  status 0 jaga audit "$bag"
  status 0 jaga audit
  status 0 jaga status --all
  says finished
  status 77 as staff archive "$(cat id)" --no-part
}

@test "on a terminal archive asks for the fate of the part, shows what it records, and asks for confirmation" {
  archives() { in_terminal "$1" "$JAGA" --key "$KEYS/staff" archive web01 "${@:2}"; }
  status 1 archives ''
  says 'What happened to the replaced part'
  status 1 archives $'lost\nstored\nstored cupboard 3\nn'
  says 'type one of: none, stored PLACE, returned TO, destroyed'
  says 'the replaced part is stored: cupboard 3'
  says 'folder for the bag: archive/'
  says 'nothing was recorded'
  status 1 archives n --part-returned 'the vendor' --received-by 'the technician' --sanitised 'wiped'
  says 'was returned to: the vendor'
  says 'received by: the technician'
  says 'the data on the part: wiped'
  [ ! -e archive ]
  # The words in Indonesian are taken as well, whatever language the screen has.
  status 1 archives $'disimpan lemari 3\nn' --lang id
  says 'tidak ada (tidak ada yang diganti), disimpan TEMPAT'
  says 'lemari 3'
  status 1 archives $'dimusnahkan sekarang\nDimusnahkan\nn'
  says 'was destroyed'
  # Who may not is refused before anything is asked.
  status 77 in_terminal none "$JAGA" --key "$KEYS/section-head" archive web01
  says_not 'What happened'
  status 0 archives $'none\ny'
  says 'no part was replaced'
  status 0 jaga audit
}

@test "what rests on a compromised key is due again, archived or not, and every list says so" {
  before=$(date -u -d '-1 hour' +%Y-%m-%dT%H:%M:%SZ)
  first=$(cat id)
  as staff archive web01 -q --no-part --no-pdf >/dev/null
  status 0 jaga status --exit-code
  make_key new
  as staff person change section-head -q --key "$KEYS/new.pub" >/dev/null
  as staff person change section-head -q --compromised "$(ssh-keygen -lf "$KEYS/section-head.pub" | cut -d' ' -f2)" --since "$before" >/dev/null
  status 1 jaga status --exit-code
  says "$first  approve"
  local all
  for all in '' --all; do
    status 0 jaga status $all
    [ "$(grep -c "$first  approve" <<<"$output")" = 1 ]
    [ "$(grep -vc '^times are ' <<<"$output")" = 2 ] # the head and one line
  done
  status 1 as new status --mine --exit-code
  # It is open again: its host means it, and its fault opens no second one.
  as staff open web01 -q --fault disk-full -m other >id2
  withdrawn_by() { as new withdraw "$1" -q --yes -m x --outcome recovered >/dev/null && as division-head withdraw "$1" -q --yes -m x --outcome recovered >/dev/null; }
  withdrawn_by "$(cat id2)"
  status 0 jaga show web01
  says "$first"
  status 0 as staff open web01 -m 'slow again'
  says "$first"
  withdrawn_by web01
  status 0 jaga status --exit-code
}

@test "what was archived since somebody left, or lay in the seal of then, is finished" {
  as staff archive web01 -q --no-part --no-pdf >/dev/null
  make_key other
  as staff person add other -q --role section_head --key "$KEYS/other.pub" >/dev/null
  as staff person leave section-head -q --yes >/dev/null
  status 0 jaga status --exit-code
  cp "$KEYS/other" "$KEYS/section-head" && cp "$KEYS/other.pub" "$KEYS/section-head.pub"
  accepted
  as staff archive web01 -q --no-part --no-pdf >/dev/null
  status 0 jaga status --exit-code
  [ "$(jaga status --all | grep -c archived)" = 2 ]
}

@test "not before it is accepted" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: web02, address: 127.0.0.2}\n' >hosts.yaml
  as staff open web02 -q -m slow >id2
  status 77 as staff archive web02 --no-part
  says analyze
  # That comes before the question what happened to the part.
  status 77 as staff archive web02 </dev/null
  says analyze
}

@test "a part that was replaced is somewhere: --no-part is refused" {
  as staff archive web01 -q --no-part --no-pdf >/dev/null
  approved
  as staff repair web01 -q --by-hand --part S1=S2 -m 'fan replaced' >/dev/null
  as section-head verify web01 -q --yes --override 'nothing measures it' >/dev/null
  as division-head accept web01 -q --yes >/dev/null
  status 64 as staff archive web01 --no-part
  says 'part S1 was replaced with S2'
  status 0 as staff archive web01 --part-stored 'shelf 3'
}

# signed_anew BAG KEY: its sums are those of what it holds now, and signed with KEY.
signed_anew() {
  (cd "$1" && for h in 256 512; do find data -type f | sort | xargs "sha${h}sum" >"manifest-sha$h.txt"; done
    sed -i "s/^Payload-Oxum:.*/Payload-Oxum: $(find data -type f -printf '%s\n' | awk '{s += $1} END {print s}').$(find data -type f | wc -l)/" bag-info.txt
    for h in 256 512; do "sha${h}sum" bagit.txt bag-info.txt manifest-sha*.txt VERIFY.txt check.sh >"tagmanifest-sha$h.txt"; done
    rm tagmanifest-sha256.txt.sig
    ssh-keygen -q -Y sign -n jaga-bag -f "$KEYS/$2" tagmanifest-sha256.txt 2>/dev/null)
}

@test "a recreated, validly signed bag counts only from a person who may archive, and never as the archived one" {
  make_key other
  as staff person add other -q --role staff --key "$KEYS/other.pub" >/dev/null
  bag=$(as staff archive web01 -q --no-part --no-pdf | head -n 1)
  chmod -R u+w "$bag"
  for who in section-head division-head; do
    signed_anew "$bag" "$who"
    (cd "$bag" && sha256sum --quiet -c manifest-sha256.txt && sha256sum --quiet -c tagmanifest-sha256.txt)
    status 1 jaga audit "$bag"
    says "the bag is signed by '$who', who holds no role that may archive"
    status 1 jaga audit
    says 'it is not the bag that was archived'
  done
  # Of what it holds nothing was changed: who may archive may sign it, and is named.
  signed_anew "$bag" other
  status 0 jaga audit "$bag"
  says "signed as a whole by 'other'"
}

@test "a bag in archive/ that is not what the archive record names is a finding; one elsewhere is not checked" {
  as staff archive web01 -q --no-part --no-pdf >../out
  bag=$(head -n 1 ../out)
  manifest=sha256:$(sha256sum "$bag/tagmanifest-sha256.txt" | cut -c1-64)
  status 0 jaga audit
  case $output in *bag*) return 1 ;; esac
  status 0 jaga audit "$bag"
  says "manifest $manifest"
  says 'a bag alone shows neither later changes of the register'
  status 0 jaga audit "$bag" --expect "$manifest"
  says 'the manifest is the expected one'
  status 1 jaga audit "$bag" --expect "sha256:$(printf '%064d' 0)"
  says "its manifest has the digest $manifest, not the expected one"
  status 0 jaga audit "$bag" --json
  says "\"manifest\": \"$manifest\""
  status 64 jaga audit --expect "$manifest"
  status 64 jaga audit "$(cat id)" --expect "$manifest"
  # Cut, and signed by somebody who may archive.
  chmod -R u+w "$bag"
  rm "$bag"/data/incidents/*/*/0007-accept*
  signed_anew "$bag" staff
  status 1 jaga audit
  says "${bag##*/}: it is not the bag that was archived: the digest of its tagmanifest-sha256.txt differs"
  status 1 jaga audit "$bag"
  says 'it is archived although its next step is accept'
  rm "$bag/tagmanifest-sha256.txt"
  status 1 jaga audit
  says "${bag##*/}: 'tagmanifest-sha256.txt' is missing"
  rm -rf "$bag"
  status 0 jaga audit
  says 'not checked: 1 bag that is not in archive/'
}

@test "evidence that is gone or another is not left out in silence" {
  status 64 as staff archive web01 --no-part -m x
  says '-m requires --without'
  echo 'work order' >order.txt
  as staff evidence add web01 -q order.txt >/dev/null
  digest=$(sha256sum order.txt | cut -d' ' -f1)
  file=$(ls incidents/*/*/evidence/sha256-"$digest")
  chmod u+w "$file"
  echo other >"$file"
  status 65 as staff archive web01 --no-part
  says "differs from what staff added"
  rm "$file"
  as staff seal -q >/dev/null
  status 65 as staff archive web01 --no-part
  says "the evidence '${digest:0:12} order.txt' is missing here; staff added it"
  says 'in the installation '
  says "--without ${digest:0:12}"
  [ ! -e archive ] || [ -z "$(ls archive)" ]
  status 64 as staff archive web01 --no-part --without "${digest:0:12}"
  says 'requires a reason'
  status 64 as staff archive web01 --no-part --without ffff -m x
  says "the evidence 'ffff' is not missing"
  status 0 as staff archive web01 --no-part --without "${digest:0:12}" -m 'the disk of the scanner died'
  grep -q "without: \[\"sha256:$digest\"\]" incidents/*/*/*-archive.*.yaml
  grep -q 'reason: "the disk of the scanner died"' incidents/*/*/*-archive.*.yaml
  bag=$(ls -d archive/*/ | head -1)
  status 0 jaga audit "$bag"
  says 'was lost before it was archived'
  status 0 jaga audit
  says 'was lost before it was archived'
  jaga audit --script >../check.sh
  status 0 sh ../check.sh .
  (cd "$bag/data" && sh ../check.sh part)
}

@test "the documents of the incident are in the bag, and prove nothing" {
  as staff archive web01 -q --no-part --no-pdf >out
  local bag
  bag=$(head -1 out)
  for kind in approval repair verification incident; do
    grep -q '<section id="binding">' "$bag/data/documents/$kind.html"
  done
  [ ! -e "$bag/data/documents/vendor.html" ]
  [ ! -e "$bag/data/documents/handover.html" ]
  ! ls "$bag"/data/documents/*.pdf || return 1
  (cd "$bag" && sha256sum -c --quiet manifest-sha256.txt)
  status 0 jaga audit "$bag"
  status 0 sh "$bag/check.sh" part "$bag/data"
  chmod -R u+w "$bag" && echo x >>"$bag/data/documents/repair.html"
  status 1 jaga audit "$bag"
}

@test "... as PDF too where WeasyPrint is, and with a broken template as jaga prints them" {
  mkdir templates
  printf 'format: jaga/template@1\nblocks:\n  - blink: x\n' >templates/repair.yaml
  status 0 as staff archive web01 --no-part
  says 'templates/repair.yaml:3:5'
  local bag
  bag=$(ls -d archive/*/)
  grep -q '<section id="binding">' "$bag/data/documents/repair.html"
  case $output in
  *'WeasyPrint is not installed'*) 
    need pdftotext
    if ls "$bag"/data/documents/*.pdf; then return 1; fi
    ;;
  *) head -c 5 "$bag/data/documents/repair.pdf" | grep -q '%PDF-' ;;
  esac
  status 0 jaga audit "$bag"
}
