#!/usr/bin/env bats
# The story of script/demo in each language, from the measurement to the archive: nothing that jaga says is in the other
# language, in whichever language the records were written. tests/command/foreign.awk finds what is.
bats_require_minimum_version 1.5.0
load helpers
setup() { setup_folder; }

# seen CODE[|CODE]... PERSON ARGUMENT...: jaga, run by PERSON in $language, must end with one of the codes; what it
# shows is added to $screen.
screen=$BATS_TEST_TMPDIR/screen
seen() {
  local want=$1 person=$2 got=0
  shift 2
  own_words "$@"
  printf '$ jaga %s\n' "$*" >>"$screen"
  as "$person" --lang "$language" "$@" >out 2>err || got=$?
  cat out err >>"$screen"
  case "|$want|" in
    *"|$got|"*) ;;
    *)
      printf 'exit %s instead of %s: %s\n' "$got" "$want" "$*" >&2
      cat out err >&2
      return 1
      ;;
  esac
}

serve() { # serve PORT: a small web server
  busybox httpd -f -p "127.0.0.1:$1" -h "$BATS_TEST_TMPDIR" </dev/null >/dev/null 2>&1 3>&- &
  server=$!
  until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do kill -0 "$server"; done
}
teardown() { [ -z "${server-}" ] || kill "$server" 2>/dev/null || true; }

# tell: the story, in $language.
tell() {
  need busybox
  export JAGA_TEST_LANGUAGE=$language # for own_words(); the language is given by option
  local port name
  for name in staff section-head division-head; do make_key "$name"; done
  seen 0 staff init --org 'Seksi Jaringan' --person staff --role staff
  # What sop.yaml names is the office's: itself, laws, duties.
  grep -o '"[^"]* [^"]*"' sop.yaml | tr -d '"' >>"$BATS_TEST_TMPDIR/own-words"
  echo 'Persandian dan Statistik' >>"$BATS_TEST_TMPDIR/own-words" # of its letterhead
  seen 0 staff person add section-head --role section_head --key "$KEYS/section-head.pub"
  seen 0 staff person add division-head --role division_head --key "$KEYS/division-head.pub"
  port=$(free_port)
  cat >hosts.yaml <<H
hosts:
  - {name: web, address: 127.0.0.1, checks: [tcp: {port: $port}]}
H
  serve "$port"
  seen 0 staff host list
  seen 0 staff host show web
  seen 0 staff monitor
  kill "$server"
  wait "$server" || true
  seen 2 staff monitor
  seen 0 staff analyze -n
  seen 0 staff analyze --explain
  incident=$(jaga status --json | sed -n 's/.*"incident": *"\([^"]*\)".*/\1/p')
  seen 0 staff status
  seen 0 staff analyze web --plan manual -p task='nyalakan server web' -m 'server web mati'
  seen 77 staff approve web --yes
  seen 0 section-head reject web --yes -m 'rencana kurang jelas'
  seen 0 staff analyze web --plan manual -p task='nyalakan server' -m 'server web mati'
  seen 0 section-head approve web --yes
  seen 0 staff status
  seen 0 staff show web
  serve "$port"
  seen 0 staff repair web --by-hand -m 'server dinyalakan'
  seen 0 staff monitor --incident web
  seen 0 section-head verify web --yes
  seen 0 staff note web -m 'diamati'
  echo teks >surat.txt
  seen 0 staff evidence add web surat.txt
  seen 0 staff accept web --as division-head --request "$BATS_TEST_TMPDIR/to-sign"
  cat "$BATS_TEST_TMPDIR"/to-sign/{README,preview}.txt >>"$screen"
  (cd "$BATS_TEST_TMPDIR/to-sign" && ssh-keygen -q -Y sign -n jaga-record -f "$KEYS/division-head" record.yaml 2>/dev/null)
  seen 0 staff import "$BATS_TEST_TMPDIR/to-sign"
  seen 0 staff archive web --no-part
}

# look: all that shows the incident, in $language.
look() {
  local kind
  seen 0 staff status --all
  seen 0 staff show "$incident"
  seen 0 staff log "$incident"
  seen 0 staff log --register
  seen 0 staff evidence list "$incident"
  seen 0 staff person list
  seen 0 staff audit
  seen 0 staff report list "$incident"
  for kind in approval repair verification incident; do seen 0 staff report $kind "$incident" --format text --document-lang "$language"; done
}

judge() {
  in_language "$language" "$screen" || { echo "in the other language (see above)" >&2; return 1; }
}

@test "in Indonesian, and what an English office reads of it is English" {
  language=id
  tell
  look
  judge
  language=en
  : >"$screen"
  look
  judge
}

@test "in English, and what an Indonesian office reads of it is Indonesian" {
  language=en
  tell
  look
  judge
  language=id
  : >"$screen"
  look
  judge
}

@test "a sentence in the other language is found" {
  printf '%s\n' "setujui 'the plan' dengan jaga approve web" 'jalankan jaga approve, the hint' >ok
  in_language id ok
  echo 'nothing was found' >bad
  run ! in_language id bad
  echo 'tidak ada apa pun di sini' >bad
  run ! in_language en bad
}
