#!/usr/bin/env bats
load helpers
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
  local folder long
  as staff open web01 -q -m slow >id
  folder=$(ls -d incidents/*/"$(cat id)")/evidence
  mkdir "$folder"
  long=$(printf '%0230d' 0)
  (cd "$folder" && seq 10500 | sed "s/^/$long-/" | xargs touch)
  status 0 as staff seal
  [ "$(grep -c '^seal sha256:' <<<"$output")" = 2 ]
  [ "$(ls seals/*/*.yaml | wc -l)" = 2 ]
  for file in seals/*/*.yaml; do [ "$(stat -c %s "$file")" -lt 4194304 ]; done
  status 0 as staff seal
  says 'nothing new'
  status 0 jaga audit
  says 'verified up to seal 2; all records are sealed'
  rm "$folder/$long-9999"
  status 1 jaga audit
  says "$long-9999: it was sealed but is missing"
}
