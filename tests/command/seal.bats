#!/usr/bin/env bats
load helpers
load flow
setup() { setup_folder; office; }

@test "a seal covers what is new, once" {
  status 0 as staff seal
  says 'seal sha256:'
  ls seals/*/0001-seal.*.yaml seals/*/0001-seal.*.yaml.sig
  status 0 as staff seal
  says 'nothing new'
  status 0 jaga audit
  says 'verified up to seal 1; all records are sealed'
}

@test "a deleted incident is found by the seal" {
  as staff open web01 -m slow >id
  as staff seal -q
  rm -rf "incidents/"*/"$(cat id)"
  status 1 jaga audit
  says "$(cat id)"
}

@test "another key begins a chain of its own, which names the head of the other" {
  as staff seal -q >/dev/null
  first=$(ls seals)
  as staff open web01 -q -m slow >id
  as section-head seal -q >/dev/null
  [ "$(ls seals | wc -l)" = 2 ]
  second=$(ls seals | grep -v "$first")
  printf '%s' "$second" | grep -qE '^[0-9a-hjkmnp-tv-z]{26}$'
  grep -q "installation: \"$first\", head: \"sha256:$(sha256sum "seals/$first"/0001-*.yaml | cut -c1-64)\"" "seals/$second"/0001-*.yaml
  as staff note web01 -q -m x
  as staff seal -q >/dev/null
  as section-head note web01 -q -m x
  as section-head seal -q >/dev/null
  [ "$(ls seals/"$first"/*.yaml | wc -l)" = 2 ]
  [ "$(ls seals/"$second"/*.yaml | wc -l)" = 2 ]
  [ "$(grep -h '^key:' seals/"$first"/*.yaml | sort -u | wc -l)" = 1 ]
  [ "$(grep -h '^key:' seals/"$second"/*.yaml | sort -u | wc -l)" = 1 ]
  status 0 jaga audit
  case $output in *remark*) return 1 ;; esac
  says 'no witness' # both are of this account
}

@test "an id that somebody else took beforehand is passed over, and a file that begins no chain is named" {
  as staff seal -q >/dev/null
  first=$(ls seals)
  as staff open web01 -q -m slow >id
  cp -a "$XDG_STATE_HOME" ../kept-state
  as section-head seal -q >/dev/null
  second=$(ls seals | grep -v "$first")
  # Another key's seal lies there already.
  rm -rf "$XDG_STATE_HOME"
  cp -a ../kept-state "$XDG_STATE_HOME"
  file=$(echo "seals/$second"/0001-seal.*.yaml)
  sed -i -e 's/^by: .*/by: {person: "division-head", role: "division_head"}/' \
    -e "s#^key: .*#key: \"$(ssh-keygen -lf "$KEYS/division-head" | cut -d' ' -f2)\"#" "$file"
  rm "$file.sig"
  ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/division-head" "$file"
  as section-head note web01 -q -m x >/dev/null
  as section-head seal -q >/dev/null
  [ "$(ls seals | wc -l)" = 3 ]
  third=$(ls seals | grep -v -e "$first" -e "$second")
  [ "$(ls "seals/$second"/*.yaml | wc -l)" = 1 ]
  as section-head note web01 -q -m y >/dev/null
  as section-head seal -q >/dev/null
  [ "$(ls seals | wc -l)" = 3 ]
  [ "$(ls "seals/$third"/*.yaml | wc -l)" = 2 ]
  status 0 jaga audit
  # Junk.
  rm -rf "seals/$third" "$XDG_STATE_HOME"
  cp -a ../kept-state "$XDG_STATE_HOME"
  mkdir "seals/$third"
  echo junk >"seals/$third/0001-seal.aaaaaa.yaml"
  status 65 as section-head seal
  says '0001-seal.aaaaaa.yaml'
  [ "$(ls seals | wc -l)" = 3 ]
}

@test "more files than one seal holds are sealed by several" {
  local folder digest number=0
  as staff open web01 -q -m slow >id
  folder=$(ls -d incidents/*/"$(cat id)")/evidence
  mkdir "$folder" ../numbers
  (cd ../numbers && seq 18000 | split -l 1 -a 4 - n && sha256sum n*) >../digests
  while read -r digest _; do
    number=$((number + 1))
    echo "$number" >"$folder/sha256-$digest"
  done <../digests
  status 0 as staff seal
  [ "$(grep -c '^seal sha256:' <<<"$output")" = 2 ]
  [ "$(ls seals/*/*.yaml | wc -l)" = 2 ]
  for file in seals/*/*.yaml; do [ "$(stat -c %s "$file")" -lt 4194304 ]; done
  [ "$(cat seals/*/*.yaml | grep -c 'path: "incidents/.*/evidence/sha256-')" = 18000 ]
  status 0 as staff seal
  says 'nothing new'
  status 0 jaga audit
  says 'verified up to seal 2; all records are sealed'
  digest=$(tail -n 1 ../digests | cut -c1-64)
  rm "$folder/sha256-$digest"
  status 1 jaga audit
  says "sha256-$digest: it was sealed but is missing"
}

# written: what jaga has written where records lie, as paths. What stays in this clone alone is not sealed.
written() { find register incidents papers -type f ! -path '*/evidence/private/*' | sort; }
sealed() { sed -n 's/^ *- {.*path: "\([^"]*\)".*/\1/p' seals/*/*.yaml | sort; }

@test "seals name every file that jaga writes among the records, and no other" {
  accepted
  printf 'a photo\n' >../photo
  as staff evidence add web01 ../photo -q -m x >/dev/null
  printf 'a name\n' >../secret
  as staff evidence add web01 ../secret --class personal -q -m x >/dev/null
  as staff note web01 -q -m 'a remark' >/dev/null
  as staff report repair web01 --issue -o ../repair.html 2>/dev/null
  as staff report sop --issue -o ../sop.html 2>/dev/null
  as staff archive web01 -q --no-part >/dev/null
  sed -i '1a # another edition' sop.yaml
  as staff adopt -q --yes >/dev/null
  as staff seal -q >/dev/null
  written >../written
  for kind in register/0001- register/evidence/sha256- /0001-monitor. /notes/ /evidence/sha256- papers/; do
    grep -q "$kind" ../written
  done
  grep -q '\.yaml\.sig$' ../written
  diff ../written <(sealed)
  # Somebody's own file lies there: audit names it, and a seal that named it would be refused by every other clone.
  echo mine >register/notes.txt
  echo mine >"$(dirname "$(ls incidents/*/*/0001-*.yaml)")/photo.jpg"
  status 0 as staff seal
  says 'nothing new'
  status 0 jaga audit
  says "'register/notes.txt' is not a file of jaga"
  says "photo.jpg' is not a file of jaga"
}
