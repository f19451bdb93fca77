# Writing records.
# shellcheck shell=bash disable=SC2154

records=240

bench_append() {
  local i dir
  # A record of the usual size; twice as many bytes change nothing, the syncs are what costs.
  head -c 1200 /dev/zero | tr '\0' x >"$bench_dir/record"
  for ((i = 0; i < runs; i++)); do
    for files in 1 2; do
      dir=$bench_dir/floor.$i.$files
      mkdir "$dir"
      timed "append.floor$files" bash -c "'$bench_dir/append_floor' '$dir' $records $files <'$bench_dir/record'"
      [ "$(cat "$bench_dir/append.floor$files.out")" = $records ] || wrong append "$(cat "$bench_dir/append.floor$files.err")"
    done
    dir=$bench_dir/append.$i
    mkdir "$dir"
    echo 'repo: x' >"$dir/jaga.yaml"
    timed append.jaga "$JAGA_BENCH_APPEND" "$dir" $records
    [ "$(cat "$bench_dir/append.jaga.out")" = $records ] || wrong append "$(cat "$bench_dir/append.jaga.err")"
    [ "$(find "$dir/incidents" -name '*.yaml' | wc -l)" = $records ] || wrong append 'records are missing'
    [ "$(find "$dir/incidents" -name '*.sig' | wc -l)" = $records ] || wrong append 'signatures are missing'
  done
  # 0.3 and 0.6 of the floor's speed are 3.33 and 1.67 of its time.
  row "$records durable records with their signatures, to one file each" "$(ms "$(median append.jaga 1)")" \
    "$(ms "$(median append.floor1 1)")" floor "$(ratio "$(median append.jaga 1)" "$(median append.floor1 1)")" "<= 3.33"
  row "$records durable records with their signatures, to two files each" "$(ms "$(median append.jaga 1)")" \
    "$(ms "$(median append.floor2 1)")" floor "$(ratio "$(median append.jaga 1)" "$(median append.floor2 1)")" "<= 1.67"
}

# steps INCIDENT: ten steps of one incident, each a command of its own, signed with a key file.
steps() {
  local i
  for ((i = 0; i < 10; i++)); do
    "$JAGA" --key "$bench_dir/key" analyze "$1" -q --plan manual -p "task=step $i" --fault unknown -m x || return
  done
}
# commits TEXT [OPTION...]: ten commits.
commits() {
  local i
  for ((i = 0; i < 10; i++)); do
    echo "$1 $i" >>file
    git -c core.fsync=all -c user.name=b -c user.email=b@localhost -c gpg.format=ssh -c user.signingKey="$bench_dir/key" \
      commit -q -a -m "$1 $i" "${@:2}" || return
  done
}
export -f steps commits

bench_step() {
  local i id here=$PWD
  ssh-keygen -q -t ed25519 -N '' -f "$bench_dir/key"
  export XDG_STATE_HOME=$bench_dir/state GIT_CONFIG_GLOBAL=/dev/null
  "$JAGA" --key "$bench_dir/key" init -q --org Bench --person staff --role staff "$bench_dir/office" >/dev/null
  git init -q "$bench_dir/repository"
  cd "$bench_dir/office" || exit
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
  (cd "$bench_dir/repository" && echo x >file && git add file)
  for ((i = 0; i < runs; i++)); do
    id=$("$JAGA" --key "$bench_dir/key" open web01 -q --fault unknown --object "$i" -m slow)
    # shellcheck disable=SC2016  # expanded by that shell
    timed step.jaga bash -c 'steps "$1"' - "$id"
    [ "$(last_status step.jaga)" = 0 ] || wrong step "$(cat "$bench_dir/step.jaga.err")"
    [ "$(find incidents/*/"$id" -name '*-analyze.*.yaml.sig' | wc -l)" = 10 ] || wrong step 'records or signatures are missing'
    cd "$bench_dir/repository" || exit
    # shellcheck disable=SC2016
    timed step.signed bash -c 'commits "$1" -S' - "$i"
    [ "$(last_status step.signed)" = 0 ] || wrong step "$(cat "$bench_dir/step.signed.err")"
    git cat-file commit HEAD | grep -q 'BEGIN SSH SIGNATURE' || wrong step 'a commit is not signed'
    # shellcheck disable=SC2016
    timed step.git bash -c 'commits "$1"' - "$i"
    [ "$(last_status step.git)" = 0 ] || wrong step "$(cat "$bench_dir/step.git.err")"
    cd "$bench_dir/office" || exit
  done
  "$JAGA" audit -q >/dev/null || wrong step 'what was written is not sound'
  cd "$here" || exit
  row "10 step commands, signed with a key file" "$(ms "$(median step.jaga 1)")" "$(ms "$(median step.signed 1)")" \
    "git commit -S, the same key" "$(ratio "$(median step.jaga 1)" "$(median step.signed 1)")" "<= 0.5"
  row "the same 10 step commands, signed" "$(ms "$(median step.jaga 1)")" "$(ms "$(median step.git 1)")" \
    "git commit without a signature" "$(ratio "$(median step.jaga 1)" "$(median step.git 1)")" -
}

# verified: what anybody would do to check the signatures of a directory and nothing else.
verified() {
  local file
  find register incidents seals -name '*.yaml' | while read -r file; do
    ssh-keygen -Y verify -f "$bench_dir/allowed" -I signer -n jaga-record -s "$file.sig" <"$file" >/dev/null || return
  done
}
export -f verified

bench_script() {
  local i k id here=$PWD
  ssh-keygen -q -t ed25519 -N '' -f "$bench_dir/script-key"
  export XDG_STATE_HOME=$bench_dir/script-state
  "$JAGA" --key "$bench_dir/script-key" init -q --org Bench --person staff --role staff "$bench_dir/script-office" >/dev/null
  cd "$bench_dir/script-office" || exit
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n' >hosts.yaml
  for ((i = 0; i < 10; i++)); do
    id=$("$JAGA" --key "$bench_dir/script-key" open web01 -q --fault unknown --object "$i" -m slow)
    for ((k = 0; k < 10; k++)); do
      "$JAGA" --key "$bench_dir/script-key" analyze "$id" -q --plan manual -p "task=step $k" --fault unknown -m x >/dev/null
    done
  done
  "$JAGA" --key "$bench_dir/script-key" seal -q >/dev/null
  "$JAGA" audit --script >"$bench_dir/check.sh"
  printf 'signer namespaces="jaga-record" %s\n' "$(cut -d ' ' -f 1,2 "$bench_dir/script-key.pub")" >"$bench_dir/allowed"
  for ((i = 0; i < runs; i++)); do
    timed script.jaga sh "$bench_dir/check.sh" .
    grep -q '^sound' "$bench_dir/script.jaga.out" || wrong script "$(cat "$bench_dir/script.jaga.out")"
    timed script.bare bash -c verified
    [ "$(last_status script.bare)" = 0 ] || wrong script "$(cat "$bench_dir/script.bare.err")"
  done
  cd "$here" || exit
  row "the printed program over 112 records" "$(ms "$(median script.jaga 1)")" "$(ms "$(median script.bare 1)")" \
    "a bare loop of ssh-keygen -Y verify" "$(ratio "$(median script.jaga 1)" "$(median script.bare 1)")" "<= 1.5"
}
