#!/usr/bin/env bats
bats_require_minimum_version 1.5.0
load helpers
load flow

# Every program here adds what it was given to `told`.
setup() {
  setup_folder
  mkdir -p "$HOME/.config/jaga"
  cat >../keep <<'P'
#!/bin/sh
cat >>"$KEPT/events"
printf '%s\n' "$JAGA_SUBJECT" >>"$KEPT/subjects"
printf '%s\n--\n' "$JAGA_TEXT" >>"$KEPT/texts"
printf '%s\n' "$JAGA_DIR" "$PWD" "$@" >>"$KEPT/surroundings"
P
  cat >../fail <<'P'
#!/bin/sh
cat >/dev/null
[ -e "$KEPT/works" ] && exec "${0%fail}keep"
printf 'the server is away\nand more\n' >&2
exit 75
P
  chmod +x ../keep ../fail
  export KEPT=$BATS_TEST_TMPDIR/kept
  mkdir "$KEPT"
  office
}
# told ENTRY...: the list under notify, each a map of flow YAML.
told() {
  local entry
  {
    [ -z "${JAGA_TEST_LANGUAGE-}" ] || echo "language: $JAGA_TEST_LANGUAGE"
    echo 'notify:'
    for entry; do echo "  - $entry"; done
  } >"$HOME/.config/jaga/config.yaml"
}
# events [FILTER]: of each, what the filter of jq says.
events() { jq -r "${1:-.kind}" "$KEPT/events"; }

@test "each record is told once, in order, and none that was there before" {
  told "{name: keep, run: ['$PWD/../keep', two words]}"
  incident
  status 0 as staff notify
  says "'keep' is told of new records from now on, not of the 1 so far"
  [ ! -e "$KEPT/events" ]
  status 0 as staff notify
  says "'keep': nothing new"
  as staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m 'by hand' >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  status 0 as staff notify
  [ "$(events)" = "$(printf 'analyze\napprove')" ]
  [ "$(events .digest)" = "$(jaga log "$(cat id)" --json | jq -r .digest | tail -n 2)" ]
  # What is due stands with the newest record alone.
  [ "$(events .due)" = "$(printf 'null\nrepair')" ]
  [ "$(events '.format, .incident, .host' | sort -u)" = "$(printf 'jaga/event@1\n%s\nweb01' "$(cat id)" | sort -u)" ]
  [ "$(events .directory | sort -u)" = "$PWD" ]
  [ "$(sort -u "$KEPT/surroundings")" = "$(printf '%s\n' / "$PWD" 'two words' | sort -u)" ]
  grep -qF "jaga repair $(cat id) --by-hand" "$KEPT/texts"
  status 0 as staff notify
  says 'nothing new'
  [ "$(events | wc -l)" = 2 ]
}

@test "a program that fails is told again, later ones in their order, and others go on" {
  told "{name: fail, run: ['$PWD/../fail']}" "{name: keep, run: ['$PWD/../keep']}"
  as staff notify -q
  analysed
  status 69 as staff notify
  says "'fail' was not told of '$(cat id)': '$PWD/../fail' exited with 75: the server is away"
  says_not 'and more'
  [ "$(events)" = "$(printf 'monitor\nanalyze')" ] # keep's
  rm "$KEPT/events"
  as section-head approve web01 -q --yes >/dev/null
  status 69 as staff notify fail
  [ ! -e "$KEPT/events" ]
  touch "$KEPT/works"
  sed -i 's/^cat .*//' ../fail
  status 0 as staff notify fail
  [ "$(events)" = "$(printf 'monitor\nanalyze\napprove')" ]
  status 0 as staff notify fail
  says "'fail': nothing new"
}

@test "only steps of this person, and only records of the configured kinds" {
  told "{name: mine, run: ['$PWD/../keep'], mine: true}"
  as section-head notify -q
  analysed
  status 0 as section-head notify
  [ "$(events '[.kind, .due, .mine] | join(" ")')" = 'analyze approve true' ]
  output=$(cat "$KEPT/subjects")
  says 'waits for you: '
  as section-head approve web01 -q --yes >/dev/null
  status 0 as section-head notify
  says "'mine': nothing new"
  # Without a key of theirs, as from cron: by name.
  told "{name: named, run: ['$PWD/../keep'], mine: true}"
  status 0 jaga --as division-head notify
  rm "$KEPT"/*
  as staff repair web01 -q --by-hand -m 'cable replaced' >/dev/null
  as section-head verify web01 -q --yes --override 'nothing measures it' >/dev/null
  status 0 jaga --as division-head notify
  [ "$(events '[.kind, .due] | join(" ")')" = 'verify accept' ]
  status 77 jaga notify
  says 'cannot tell which steps are yours'
  incident --object other
  status 66 jaga --as nobody notify
  rm "$KEPT"/*
  as staff analyze "$(cat id)" -q --plan manual -p task='change the cable' --fault unknown -m x >/dev/null
  as section-head approve "$(cat id)" -q --yes >/dev/null
  told "{name: kinds, run: ['$PWD/../keep'], kinds: [accept, repair]}"
  as staff notify -q
  as staff repair "$(cat id)" -q --by-hand -m 'cable replaced' >/dev/null
  as section-head verify "$(cat id)" -q --yes --override 'nothing measures it' >/dev/null
  as division-head accept "$(cat id)" -q --yes >/dev/null
  status 0 as staff notify
  [ "$(events)" = "$(printf 'repair-start\nrepair-end\naccept')" ]
}

@test "a dry run runs nothing and forgets nothing; --forget skips what is there; --test runs it" {
  told "{name: keep, run: ['$PWD/../keep']}"
  status 0 as staff notify --dry-run
  says "'keep' has not run yet"
  as staff notify -q
  incident
  status 0 as staff notify -n
  says "keep: $(cat id): "
  [ ! -e "$KEPT/events" ]
  status 0 as staff notify --test
  [ "$(events .test)" = true ]
  [ "$(events '.subject, .text')" = "$(cat "$KEPT/subjects" && sed /^--/d "$KEPT/texts")" ]
  rm "$KEPT"/*
  status 0 as staff notify --forget
  status 0 as staff notify
  says 'nothing new'
  [ ! -e "$KEPT/events" ]
  status 64 as staff notify --forget -n
  status 64 as staff notify --test -n
}

@test "a record that came from another clone is told, whatever its time" {
  told "{name: keep, run: ['$PWD/../keep']}"
  incident
  cp -a incidents ../kept-incidents
  as staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m 'by hand' >/dev/null
  cp -a incidents ../later
  chmod -R u+w incidents && rm -rf incidents && cp -a ../kept-incidents incidents
  # This account knows nothing of the analysis.
  rm -rf "$XDG_STATE_HOME"
  as staff notify -q
  chmod -R u+w incidents && rm -rf incidents && cp -a ../later incidents
  status 0 as staff notify
  [ "$(events)" = analyze ]
}

@test "nobody is told of a record that is not as it was signed, and others are" {
  told "{name: keep, run: ['$PWD/../keep']}"
  as staff notify -q
  incident
  as staff open web01 -q -m hot --fault overload --object x >second
  file=$(echo incidents/*/"$(cat id)"/0001-*.yaml)
  chmod u+w "$file"
  sed -i 's/slow/fast/' "$file"
  status 65 as staff notify
  says "'$(cat id)': "
  [ "$(events .incident)" = "$(cat second)" ]
  sed -i 's/fast/slow/' "$file"
  status 0 as staff notify
  [ "$(events .incident)" = "$(cat second id)" ]
}

@test "a program that hangs is ended, one that is not there is named" {
  told "{name: slow, run: [sleep, 600], timeout: 1s}" "{name: none, run: ['$PWD/../nothing']}" \
    "{name: killed, run: [sh, -c, 'kill -9 \$\$']}"
  as staff notify -q
  incident
  status 69 as staff notify
  says "'sleep' took longer than 1s"
  says "cannot run '$PWD/../nothing'"
  says "'sh' was ended by signal 9"
  says "the next 'jaga notify' tells it again"
}

@test "a mistake in the configuration is shown with its line" {
  status 78 as staff notify
  says 'no program is configured'
  told "{name: keep, run: ['$PWD/../keep']}" "{name: keep, run: ['$PWD/../keep']}"
  status 78 as staff notify
  says 'config.yaml:'
  says "the name 'keep' is used twice"
  for wrong in "{name: x}" "{name: x, run: []}" "{name: X, run: [a]}" "{name: x, run: [a], timeout: 0s}" \
    "{name: x, run: [a], timeout: 1h}" "{name: x, run: [a], kinds: [aprove]}" "{name: x, run: [a], mine: perhaps}" \
    "{name: x, run: [a], only: y}" "{name: ../x, run: [a]}"; do
    told "$wrong"
    status 78 as staff notify
    says 'config.yaml:'
  done
  told "{name: keep, run: ['$PWD/../keep']}"
  status 64 as staff notify chat
  says "'chat' is not configured"
  says 'configured: keep'
  chmod g+w "$HOME/.config/jaga/config.yaml"
  status 77 as staff notify
  says 'other users can write to it'
  says "chmod go-w $HOME/.config/jaga/config.yaml"
  status 0 jaga status # which runs none of them
}

@test "a mistake under notify stops no other command, and a failing program no other program" {
  told "{name: X, run: [a]}"
  status 0 jaga status
  status 0 jaga host list
  rm "$HOME/.config/jaga/config.yaml"
  # The first one cannot tell whose steps are meant; the second is told all the same, and keeps what it was told.
  told "{name: mine, run: ['$PWD/../keep'], mine: true}" "{name: all, run: ['$PWD/../keep']}"
  as staff notify -q
  incident
  status 77 jaga notify
  says "'mine': cannot tell which steps are yours"
  [ "$(events .incident)" = "$(cat id)" ]
  [ "$(events 'has("mine")')" = false ]
  status 77 jaga notify
  [ "$(events | wc -l)" = 1 ]
}

@test "nothing that the working directory names is run" {
  mkdir -p .config/jaga
  printf 'notify:\n  - {name: evil, run: [%s]}\n' "$PWD/../keep" >.config/jaga/config.yaml
  printf 'notify:\n  - {name: evil, run: [%s]}\n' "$PWD/../keep" >config.yaml
  incident
  status 78 as staff notify
  status 78 as staff notify --test
  [ ! -e "$KEPT/events" ]
}

@test "mail: one message by sendmail, readable whatever its characters" {
  need python3
  told "{name: mail, run: ['$JAGA_SOURCE/cmd/notify/mail', staff@example.org, on-call@example.org]}"
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" >"$KEPT/arguments"\ncat >"$KEPT/mail"\n' >../sendmail
  chmod +x ../sendmail
  export SENDMAIL=$PWD/../sendmail
  as staff notify -q
  subject='pintu ruang server terbuka — суһу naik ke 41 °C, kipas 服务器机房 berhenti, dan lampu berkedip merah'
  as staff open web01 -q -m "$subject" >id
  status 0 as staff notify
  [ "$(tr '\n' ' ' <"$KEPT/arguments")" = '-i -- staff@example.org on-call@example.org ' ]
  awk 'length($0) > 78' "$KEPT/mail" >"$KEPT/long"
  [ ! -s "$KEPT/long" ]
  python3 - "$KEPT/mail" "$subject" "$(cat id)" <<'P'
import email, email.policy, sys
mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
assert not mail.defects, mail.defects
assert mail['To'] == 'staff@example.org, on-call@example.org', mail['To']
assert sys.argv[2] in mail['Subject'], mail['Subject']
assert mail['Auto-Submitted'] == 'auto-generated'
assert mail['Date'].datetime.tzinfo is not None
text = mail.get_content()
assert sys.argv[2] in text and sys.argv[3] in text, text
P
  printf '#!/bin/sh\ncat >/dev/null\necho "queue is full" >&2\nexit 75\n' >../sendmail
  as section-head withdraw web01 -q --yes -m x --outcome recovered >/dev/null
  status 69 as staff notify
  says 'exited with 75: queue is full'
  for address in '-oQ/tmp' 'a b@example.org' 'a@example.org,b' ''; do
    told "{name: mail, run: ['$JAGA_SOURCE/cmd/notify/mail', '$address']}"
    status 69 as staff notify --test
    says 'is no address'
  done
}

# mail_server [REFUSED]: a mail server of loopback, its port in $mail_port; each message becomes a file $KEPT/smtp.N with its
# envelope in front. Recipients with REFUSED in them are refused.
mail_server() {
  need python3 curl
  coproc MAIL { exec python3 - "$KEPT/smtp" "${1:-none}" 3>&- <<'P'; }
import socketserver, sys
class Handler(socketserver.StreamRequestHandler):
    count = 0
    def handle(self):
        say = lambda text: self.wfile.write(text.encode() + b'\r\n')
        said = lambda: self.rfile.readline().decode().rstrip('\r\n')
        say('220 test')
        envelope = []
        while line := said():
            verb = line[:4].upper()
            if verb == 'DATA':
                say('354 go on')
                body = []
                while (line := self.rfile.readline()) != b'.\r\n':
                    assert line.endswith(b'\r\n') and line.count(b'\r') == 1, line
                    body.append(line)
                Handler.count += 1
                with open(f'{sys.argv[1]}.{Handler.count}', 'wb') as file:
                    file.write('\n'.join(envelope).encode() + b'\n\n' + b''.join(body))
                envelope = []
                say('250 taken')
            elif verb == 'QUIT':
                return say('221 bye')
            elif verb == 'RCPT' and sys.argv[2] in line:
                say('550 nobody of that name')
            else:
                if verb in ('MAIL', 'RCPT'): envelope.append(line)
                say('250 test')
server = socketserver.TCPServer(('127.0.0.1', 0), Handler)
print(server.server_address[1], flush=True)
server.serve_forever()
P
  # shellcheck disable=SC2153 # coproc sets it
  server_pid=$MAIL_PID
  read -r mail_port <&"${MAIL[0]}"
}

@test "mail --smtp: the same message to a mail server, without a program that is setuid" {
  mail_server nobody
  told "{name: mail, run: ['$JAGA_SOURCE/cmd/notify/mail', --smtp, 'smtp://127.0.0.1:$mail_port', staff@example.org, on-call@example.org]}"
  export SENDMAIL=/nothing MAIL_FROM=jaga@srv.example.org
  as staff notify -q
  incident
  status 0 as staff notify
  [ "$(sed '/^$/,$d' "$KEPT/smtp.1" | sed 's/ SIZE=.*//')" = 'MAIL FROM:<jaga@srv.example.org>
RCPT TO:<staff@example.org>
RCPT TO:<on-call@example.org>' ]
  sed '1,/^$/d' "$KEPT/smtp.1" >mail
  python3 - mail "$(cat id)" <<'P'
import email, email.policy, sys
mail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)
assert not mail.defects, mail.defects
assert (mail['From'], mail['To']) == ('jaga@srv.example.org', 'staff@example.org, on-call@example.org'), mail
assert sys.argv[2] in mail.get_content()
P
  # One that is refused is a failure: the record is told again.
  told "{name: mail, run: ['$JAGA_SOURCE/cmd/notify/mail', --smtp, 'smtp://127.0.0.1:$mail_port', nobody@example.org]}"
  status 69 as staff notify --test
  says 'exited with'
  # To another machine nothing goes unencrypted, and nothing but mail is sent.
  told "{name: mail, run: ['$JAGA_SOURCE/cmd/notify/mail', --smtp, 'smtp://127.0.0.2:$(free_port)', staff@example.org]}"
  status 69 as staff notify --test
  for url in file:///etc/passwd http://127.0.0.1 smtp:// localhost ''; do
    told "{name: mail, run: ['$JAGA_SOURCE/cmd/notify/mail', --smtp, '$url', staff@example.org]}"
    status 69 as staff notify --test
    says 'exited with 64'
  done
  [ "$(echo "$KEPT"/smtp.*)" = "$KEPT/smtp.1" ]
}

@test "another mail server must offer encryption" {
  mail_server
  mkdir ../bin
  printf '#!/bin/sh\nprintf "%%s\\n" "$@" >"$KEPT/curl"\ncat >/dev/null\n' >../bin/curl
  chmod +x ../bin/curl
  export JAGA_SUBJECT=x JAGA_TEXT=y
  for url in smtp://mail.example.org smtp://localhost.example.org smtp://127.0.0.1.example.org smtps://mail.example.org; do
    PATH=$PWD/../bin:$PATH "$JAGA_SOURCE/cmd/notify/mail" --smtp $url staff@example.org
    grep -qx -e --ssl-reqd "$KEPT/curl"
  done
  for url in smtp://localhost smtp://localhost:2525 smtp://127.0.0.1; do
    PATH=$PWD/../bin:$PATH "$JAGA_SOURCE/cmd/notify/mail" --smtp $url staff@example.org
    run ! grep -qx -e --ssl-reqd "$KEPT/curl"
  done
  status 0 grep -c -x -e --mail-rcpt "$KEPT/curl"
  [ "$output" = 1 ]
  # A server that offers none gets nothing: 127.1 is the same address, but not by name this machine's.
  run -64 env -u SENDMAIL "$JAGA_SOURCE/cmd/notify/mail" --smtp "smtp://127.1:$mail_port" staff@example.org
  [ ! -e "$KEPT/smtp.1" ]
}

@test "inbox: mails open incidents, to everybody or to one person, and no mail where none is due" {
  printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"$KEPT/arguments"\ncat >"$KEPT/mail"\n' >../sendmail
  chmod +x ../sendmail
  export SENDMAIL=$PWD/../sendmail
  inbox() { "$JAGA_SOURCE/cmd/notify/inbox" "$PWD" "$@"; }
  inbox staff@example.org
  [ ! -e "$KEPT/mail" ]
  analysed
  inbox staff@example.org
  inbox --as section-head section-head@example.org
  [ "$(cat "$KEPT/arguments")" = "$(printf -- '-i -- %s\n' staff@example.org section-head@example.org)" ]
  grep -q '^To: section-head@example.org$' "$KEPT/mail"
  sed '1,/^$/d' "$KEPT/mail" | base64 -d | tee text | grep -qF "jaga approve $(cat id)"
  [ "$(sed -n 's/^Subject: =?UTF-8?B?\(.*\)?=$/\1/p' "$KEPT/mail" | base64 -d)" = "$(head -n 1 text | cut -c -39)" ]
  run -64 inbox
  run -64 inbox --as section-head
  run -66 inbox --as nobody staff@example.org
  run -66 "$JAGA_SOURCE/cmd/notify/inbox" "$PWD/none" staff@example.org
  [ "$(wc -l <"$KEPT/arguments")" = 2 ]
}

@test "the example of jaga-workflow(7) mails the section head, whose step it is, and nobody else" {
  printf '#!/bin/sh\nprintf "%%s\\n" "$*" >>"$KEPT/arguments"\ncat >/dev/null\n' >../sendmail
  chmod +x ../sendmail
  export SENDMAIL=$PWD/../sendmail
  sed -n '/^notify:$/,/^\.Ed$/{/^\.Ed$/!p}' "$JAGA_SOURCE/man/jaga-workflow.7" >example
  grep -q 'mine: true' example
  sed "s#/usr/share/jaga/#$JAGA_SOURCE/cmd/#" example >>"$HOME/.config/jaga/config.yaml"
  for who in section-head division-head; do as $who notify -q; done
  analysed
  for who in section-head division-head; do status 0 as $who notify; done
  [ "$(cat "$KEPT/arguments")" = '-i -- section-head@example.org' ]
}

teardown() { [ -z "${server_pid-}" ] || kill "$server_pid"; }

# server [STATUS]: a web server of loopback, its address in $url; each request becomes a line of JSON in $KEPT/requests.
server() {
  need python3 curl
  coproc SERVER { exec python3 - "$KEPT/requests" "${1:-200}" 3>&- <<'P'; }
import http.server, json, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length'])).decode()
        with open(sys.argv[1], 'a') as file:
            print(json.dumps({'path': self.path, 'headers': {k.lower(): v for k, v in self.headers.items()}, 'body': body}), file=file)
        self.send_response(int(sys.argv[2]))
        self.end_headers()
    def log_message(self, *_): pass
server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
P
  # shellcheck disable=SC2153 # coproc sets it
  server_pid=$SERVER_PID
  local port
  read -r port <&"${SERVER[0]}"
  url=http://127.0.0.1:$port
}
# hook KIND LINE...: the only program is the webhook, with these options for curl.
hook() {
  printf '%s\n' "${@:2}" >../curl.conf
  chmod 600 ../curl.conf
  told "{name: chat, run: ['$JAGA_SOURCE/cmd/notify/webhook', '$1', '$PWD/../curl.conf']}"
}
request() { jq -r "$1" "$KEPT/requests"; }

@test "webhook: ntfy, Gotify, Telegram and any other get what they expect" {
  server
  said='kipas "berhenti" & 100 % <panas> суһу'
  told "{name: chat, run: ['true']}"
  as staff notify -q
  as staff open web01 -q -m "$said" >id

  hook ntfy "url = \"$url/servers\"" 'header = "Authorization: Bearer tk_1"'
  status 0 as staff notify
  [ "$(request '.path, .headers.authorization')" = "$(printf '/servers\nBearer tk_1')" ]
  request .body >body
  grep -qF "$said" body
  grep -qF "$(cat id)" body

  rm "$KEPT/requests"
  hook gotify "url = \"$url/message\"" 'header = "X-Gotify-Key: k1"'
  status 0 as staff notify --test
  [ "$(request '.path, .headers["x-gotify-key"], .headers["content-type"]')" = "$(printf '/message\nk1\napplication/x-www-form-urlencoded')" ]
  python3 - "$(request .body)" <<'P'
import sys, urllib.parse
form = urllib.parse.parse_qs(sys.argv[1], strict_parsing=True)
assert form['title'] == ['jaga'] and len(form['message']) == 1, form
P

  rm "$KEPT/requests"
  hook telegram "url = \"$url/bot1:a/sendMessage\"" 'data = "chat_id=-42"'
  status 0 as staff notify --test
  [ "$(request .path)" = /bot1:a/sendMessage ]
  python3 - "$(request .body)" <<'P'
import sys, urllib.parse
form = urllib.parse.parse_qs(sys.argv[1], strict_parsing=True)
assert form['chat_id'] == ['-42'] and len(form['text'][0].splitlines()) >= 3, form
P

  rm "$KEPT/requests"
  hook json "url = \"$url/any\""
  status 0 as staff notify --test
  [ "$(request '.headers["content-type"]')" = application/json ]
  [ "$(request '.body | fromjson | .format, .test')" = "$(printf 'jaga/event@1\ntrue')" ]
}

@test "webhook: a server that refuses or is away, and a file of options that others can read" {
  server 500
  hook ntfy "url = \"$url/servers\""
  as staff notify -q
  incident
  status 69 as staff notify
  says 'exited with 22'
  [ "$(request .path | wc -l)" = 1 ]
  kill "$server_pid"
  server 302
  hook ntfy "url = \"$url/servers\""
  status 69 as staff notify
  says 'the server answered 302'
  hook ntfy "url = \"http://127.0.0.1:$(free_port)/servers\""
  status 69 as staff notify
  says 'exited with 7'
  hook ntfy "url = \"file:///etc/passwd\""
  status 69 as staff notify
  hook wall "url = \"$url/servers\""
  status 69 as staff notify
  says "unknown kind 'wall'"
  hook ntfy "url = \"$url/servers\""
  chmod 640 ../curl.conf
  status 69 as staff notify
  says 'others can read'
  rm ../curl.conf
  status 69 as staff notify
  says 'no file'
  # What waited through all of this is told in the end.
  kill "$server_pid"
  server
  rm "$KEPT/requests"
  hook ntfy "url = \"$url/servers\""
  status 0 as staff notify
  [ "$(request .path)" = /servers ]
}
