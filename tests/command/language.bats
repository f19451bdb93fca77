#!/usr/bin/env bats
# Two languages: the same facts, keys and exit codes, other sentences.
load helpers
setup() { setup_folder; }

# both CODE ARGUMENT...: jaga ends with CODE in English and in Indonesian, with the same standard output.
both() {
  local want=$1 language got
  shift
  for language in en id; do
    got=0
    "$JAGA" --key "$KEYS/staff" --lang "$language" "$@" >"$language.out" 2>"$language.err" || got=$?
    sed -i 's/_ms": [0-9]*/_ms": 0/g; s/"witness": "[^"]*"/"witness": ""/' "$language.out" # when it was asked
    [ "$got" = "$want" ] || { printf '%s: %s ends with %s\n' "$language" "$*" "$got" >&2; cat "$language.err" >&2; return 1; }
  done
  cmp en.out id.out
}

@test "help is Indonesian: overview, usage, options, arguments" {
  status 0 jaga --lang id help
  says 'pemakaian: jaga [-C DIR] [--lang id|en] COMMAND [ARGUMENT]...'
  says 'Menyiapkan dan berbagi'
  says 'ukur setiap host dan simpan hasilnya (satu putaran)'
  status 0 jaga --lang id status -h
  says 'pemakaian: jaga status [--mine]'
  says 'hanya langkah yang boleh saya'
  says 'cari direktori kerja di DIR'
  says 'lebih lanjut: jaga help status'
  status 0 jaga --lang id host add -h
  says 'tambahkan host dalam hosts.d/NAME.yaml'
}

@test "the language comes from --lang, else from the environment, whatever locales are installed" {
  status 0 env LC_ALL=id_ID.UTF-8 "$JAGA" help
  says pemakaian:
  status 0 env -u LC_ALL LC_MESSAGES=id_ID "$JAGA" help
  says pemakaian:
  status 0 env LC_ALL=id_ID.UTF-8 "$JAGA" --lang en help
  says usage:
  status 64 jaga --lang fr help
}

@test "errors are Indonesian, with what to do" {
  status 64 jaga --lang id complation
  says "jaga: perintah 'complation' tidak dikenal"
  says "petunjuk: apakah maksud Anda 'jaga completion'?"
  status 64 jaga --lang id help --as
  says "'--as' memerlukan nilai"
  status 66 jaga --lang id status
  says 'jaga: tidak ada jaga.yaml di direktori ini maupun direktori di atasnya'
  says "petunjuk: buat satu dengan 'jaga init', atau sebutkan dengan -C DIR"
}

@test "the language: --lang, else the user's configuration, else jaga.yaml, else the environment" {
  office
  sed -i 's/^language: .*/language: id/' jaga.yaml
  for said in 'insiden|sah dan lengkap|sistem berkas' 'incident|sound|file system'; do
    IFS='|' read -r head sound file <<<"$said"
    if [ "$head" = incident ]; then
      mkdir -p "$HOME/.config/jaga"
      echo 'language: en' >"$HOME/.config/jaga/config.yaml"
    fi
    as staff open web01 -q -m slow >/dev/null
    for locale in C en_US.UTF-8 id_ID.UTF-8; do
      status 0 env LC_ALL=$locale "$JAGA" status
      says "$head "
      status 0 env LC_ALL=$locale "$JAGA" audit
      says "$sound"
      run env LC_ALL=$locale "$JAGA" doctor
      says "$file "
    done
  done
  status 0 jaga --lang id audit
  says 'sah dan lengkap'
  rm "$HOME/.config/jaga/config.yaml"
  echo 'hosts: [{name: a, colour: red}]' >hosts.yaml
  status 78 env LC_ALL=en_US.UTF-8 "$JAGA" host list
  says "kunci 'address' belum disebutkan"
  status 78 jaga --lang en host list
  says "missing key 'address'"
}

@test "the directory's language is that of help and of errors of the command line" {
  office
  sed -i 's/^language: .*/language: id/' jaga.yaml
  status 64 jaga stats
  says "perintah 'stats' tidak dikenal"
  status 64 jaga status --frobnicate
  says "opsi '--frobnicate' tidak dikenal"
  status 64 jaga approve
  says 'belum disebutkan'
  status 64 jaga --format csv status
  says petunjuk:
  status 0 jaga status -h
  says 'pemakaian: jaga status'
  status 0 jaga -h
  says 'pemakaian: jaga'
  status 64 jaga --lang en stats
  says "unknown command 'stats'"
  cd /
  status 64 jaga -C "$OLDPWD" stats
  says "perintah 'stats' tidak dikenal"
  cd "$OLDPWD"
  mkdir -p "$HOME/.config/jaga"
  echo 'language: en' >"$HOME/.config/jaga/config.yaml"
  status 64 jaga stats
  says "unknown command 'stats'"
  echo 'repo: [' >jaga.yaml # says nothing of the language
  echo 'colour: no' >"$HOME/.config/jaga/config.yaml"
  status 64 jaga stats
  says "unknown command 'stats'"
}

@test "reasons that the system gives are translated" {
  status 66 jaga --lang id -C none status
  says 'Berkas atau direktori tidak ditemukan'
  touch file
  status 74 jaga --lang id -C file status
  says 'Bukan direktori'
  status 74 jaga --lang en -C file status
  says 'Not a directory'
}

@test "an error in a file names its place, and the sentence is translated all the same" {
  office
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, parents: [a, b]}\n' >hosts.yaml
  status 78 jaga --lang en host list
  [ "$output" = "jaga: hosts.yaml:2:48: parents must state whether one is enough (any) or all are needed (all)
hint: write them as {any: [...]} or {all: [...]}" ]
  status 78 jaga --lang id host list
  [ "$output" = "jaga: hosts.yaml:2:48: parents harus menyatakan apakah salah satu cukup (any) atau semua diperlukan (all)
petunjuk: tulis seperti {any: [...]} atau {all: [...]}" ]
  printf 'hosts: [\n' >hosts.yaml
  status 78 jaga --lang en host list
  english=$output
  status 78 jaga --lang id host list
  says 'jaga: hosts.yaml:'
  [ "$output" != "$english" ]
}

@test "status shows open incidents and who must act in Indonesian" {
  office
  as staff --lang id open web01 -q -m lambat >opened
  status 0 jaga --lang id status
  says 'insiden'
  says 'langkah berikutnya'
  says 'temukan penyebabnya dan usulkan rencana'
  status 0 jaga --lang id show "$(cat opened)"
  says 'menunggu langkah analisis (2), oleh '
  status 0 jaga --lang id audit
  says 'sah dan lengkap'
  status 77 as staff --lang id approve "$(cat opened)" --yes
  says "petunjuk: "
}

@test "keys, JSON and exit codes are the same in both languages" {
  office
  as staff open web01 -q -m slow >id
  id=$(cat id)
  both 0 --json host list
  both 0 --json person list
  both 0 --json show "$id"
  both 0 --json show "$id:1"
  both 0 --json log
  both 0 --json audit
  both 0 show "$id:1"
  both 0 help --table
  both 0 completion bash
  both 1 status --json --exit-code
  both 64 status --step none
  both 64 frobnicate
  both 66 show nosuch
  both 77 approve "$id" --yes
  # The sentences do differ.
  if cmp -s en.err id.err; then false; fi
}

@test "what an error says of another sentence is in its language too" {
  load flow
  office
  analysed
  status 77 as staff --lang id repair web01
  says "petunjuk: yang berikutnya adalah langkah persetujuan (3): setujui atau tolak rencana"
  file=$(ls incidents/*/*/0001-monitor.*.yaml)
  chmod u+w "$file" && sed -i 's/^seq: 1/seq:  1/' "$file"
  status 65 jaga --lang id show web01
  says "rusak: ${file##*/}:4:6: "
  [[ $output != *expected* ]]
  status 1 jaga --lang id audit
  says "$file:4:6: "
}

@test "who measures, who analyses and who reads have each their own language" {
  office
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: %s}]}\n' "$(free_port)" >hosts.yaml
  status 2 jaga --lang id monitor
  says 'koneksi ditolak: tidak ada layanan pada port itu'
  says_not 'refused'
  file=$(ls rounds/*/*/*/*/*.yaml)
  grep -q 'summary: "connection refused: nothing listens on the port", message: {id: "connection refused' "$file"
  status 0 as staff --lang id analyze
  says 'koneksi ditolak'
  says_not 'refused'
  status 0 jaga --lang en show web01
  says 'connection refused: nothing listens on the port'
  says_not 'ditolak'
  english=$output
  status 0 jaga --lang id show web01
  says 'koneksi ditolak: tidak ada layanan pada port itu'
  says_not 'refused'
  [ "$output" != "$english" ]
  # What a record of an earlier version or of somebody else says beside the text is believed only where it is the
  # same in English.
  sed 's/message: {id: "connection refused[^}]*}/message: {id: "no reply"}/' "$file" >other
  status 0 jaga --lang id analyze -n other
  says 'connection refused: nothing listens on the port'
  sed 's/, message: {id: "connection refused[^}]*}//' "$file" >other
  status 0 jaga --lang id analyze -n other
  says 'connection refused: nothing listens on the port'
  # What a newer version writes is called so.
  sed 's/, since: /, mood: "odd", since: /' "$file" >other
  status 65 jaga analyze -n other
  says "a newer version of jaga wrote this round: "
}
