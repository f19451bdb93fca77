#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; accepted; }

@test "a bag that sha256sum and audit accept" {
  status 64 as staff archive web01
  says '--no-part'
  status 64 as staff archive web01 --no-part --part-destroyed
  says 'said twice'
  status 0 as staff archive web01 --part-stored 'cupboard 3'
  bag=$(ls -d archive/*/ | head -1)
  (cd "$bag" && sha256sum --quiet -c manifest-sha256.txt && sha256sum --quiet -c tagmanifest-sha256.txt)
  status 0 jaga audit "$bag"
  status 0 jaga audit
  status 0 jaga status --all
  says finished
  status 77 as staff archive "$(cat id)" --no-part
}

@test "not before it is accepted" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: web02, address: 127.0.0.2}\n' >hosts.yaml
  as staff open web02 -q -m slow >id2
  status 77 as staff archive web02 --no-part
  says analyze
}

@test "a part that was replaced is somewhere: --no-part is refused" {
  as staff archive web01 -q --no-part >/dev/null
  approved
  as staff repair web01 -q --by-hand --part S1=S2 -m 'fan replaced' >/dev/null
  as section-head verify web01 -q --yes --override 'nothing measures it' >/dev/null
  as division-head accept web01 -q --yes >/dev/null
  status 64 as staff archive web01 --no-part
  says 'part S1 was replaced by S2'
  status 0 as staff archive web01 --part-stored 'shelf 3'
}
