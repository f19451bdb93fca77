#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }
# What a test has started and not ended itself.
teardown() { for pid in ${started-}; do kill "$pid" 2>/dev/null || :; done; }

@test "a closed port is critical, and the round is written" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  status 2 jaga monitor
  says critical
  round=$(ls rounds/*/*/*/*/*.yaml)
  says "$round"
  status 2 jaga monitor --json --no-record
  says '"check": "tcp"'
  says '"state": "critical"'
  [ "$(ls rounds/*/*/*/*/*.yaml)" = "$round" ]
}

@test "this machine" {
  printf 'hosts:\n  - {name: here, address: localhost, checks: [local]}\n' >hosts.yaml
  run "$JAGA" monitor --json
  [[ $output == *'"check": "load"'* ]]
}

# debian_plugin NAME: its path, or the test is skipped where Debian's monitoring-plugins are not there.
debian_plugin() {
  need "/usr/lib/nagios/plugins/$1"
  plugin=/usr/lib/nagios/plugins/$1
}

@test "Debian's plugins run as they are" {
  debian_plugin check_load
  cat >hosts.yaml <<END
hosts:
  - name: here
    address: 127.0.0.1
    checks:
      - plugin: {command: ["$plugin", "-w", "999,999,999", "-c", "999,999,999"]}
      - plugin: {name: procs, command: ["/usr/lib/nagios/plugins/check_procs", "-c", "0:0"]}
      - plugin: {command: ["/usr/lib/nagios/plugins/check_disk", "-w", "1", "-c", "1", "-p", "/"]}
      - plugin: {command: ["/usr/lib/nagios/plugins/check_dummy", "1", "no shell; \$HOME 'x"]}
END
  status 2 jaga monitor --json --no-record
  says '"object": "check_load", "state": "ok"'
  says '"load1_thousandths": '
  says '"object": "procs", "state": "critical", "reason": "reported"'
  says '"procs_thousandths": '
  says '"object": "check_disk"'
  # It finds no disk where somebody changed root into a plain folder.
  if /usr/lib/nagios/plugins/check_disk -w 1 -c 1 -p / >/dev/null; then says '"value_bytes": '; fi
  says '"object": "check_dummy", "state": "warning"'
  says "no shell; \$HOME 'x"
}

@test "a plugin that hangs is killed with all that it started" {
  mkdir plugins
  printf '#!/bin/sh\necho $$ >"%s/pid"\nsleep 1000 & sleep 1000\n' "$PWD" >plugins/hangs
  printf '#!/bin/sh\necho OK\nkill -9 $$\n' >plugins/killed
  printf '#!/bin/sh\necho usage; exit 64\n' >plugins/odd
  chmod +x plugins/*
  printf 'hosts:\n  - {name: h, address: 127.0.0.1, checks: [%s]}\n' "$(for name in hangs killed odd absent; do
    printf '{plugin: {command: ["%s"], timeout: 700ms}}, ' "$PWD/plugins/$name"; done)" >hosts.yaml
  status 3 jaga monitor --json --no-record
  says '"object": "hangs", "state": "unknown", "reason": "timed_out"'
  says '"object": "killed", "state": "unknown", "reason": "killed"'
  says '"object": "odd", "state": "unknown", "reason": "bad_exit"'
  says '"object": "absent", "state": "unknown", "reason": "absent"'
  # The whole group has ended, not only its leader; nobody may have waited for a child of it yet.
  [ -z "$(ps -eo pgid=,stat= | awk -v group="$(cat pid)" '$1 == group && $2 !~ /^Z/')" ]
}

@test "Ctrl-C: 130, the line of progress is gone from the terminal, and what was measured is written" {
  command -v script >/dev/null || skip 'no script(1)'
  sshd=$(command -v sshd || echo /usr/sbin/sshd)
  [ -x "$sshd" ] || skip 'no sshd here'
  [ "$(id -u)" != 0 ] || mkdir -p /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f ../host
  port=$((20000 + RANDOM % 10000))
  "$sshd" -D -e -f /dev/null -p "$port" -h "$BATS_TEST_TMPDIR/host" -o ListenAddress=127.0.0.1 -o UsePAM=no \
    -o StrictModes=no -o PidFile=none 2>../sshd.log 3>&- &
  sshd_pid=$!
  until (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 "$sshd_pid" || skip "sshd does not start: $(cat ../sshd.log)"
  done
  kill -STOP "$sshd_pid" # the kernel goes on to take connections; nobody says anything on them
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, login: {port: %s}, checks: [tcp: {port: %s}, ssh]}\n' "$port" "$port" >hosts.yaml
  mkfifo ../typed
  NO_COLOR=1 script -qec "$(printf '%q ' "$JAGA" --key "$KEYS/staff" monitor)" /dev/null <../typed >../shown 2>&1 3>&- &
  terminal=$!
  exec 9>../typed
  until grep -q 'waiting for web01' ../shown; do kill -0 "$terminal"; done
  printf '\003' >&9
  code=0
  wait "$terminal" || code=$?
  exec 9>&-
  kill -KILL "$sshd_pid"
  [ "$code" = 130 ] || { cat ../shown >&2; false; }
  grep -q 'check: "tcp".*state: "ok"' "$(find rounds -type f)"
  grep -q 'check: "ssh".*reason: "cancelled"' "$(find rounds -type f)"
  # Before all else: the progress line was removed.
  shown=$(tr -d '\n' <../shown)
  [[ $shown == *$'\r\033[Kweb01'*'jaga: interrupted; 1 check was not measured'* ]] || { cat -v ../shown >&2; false; }
}

@test "what is wrong" {
  status 66 jaga monitor web09
  says web01
  status 64 jaga monitor --only snmp
  says 'icmp, tcp, ssh, local, http, dns, plugin'
  status 64 jaga monitor --timeout 5
  status 64 jaga monitor --count 1000
  printf 'hosts: []\n' >hosts.yaml
  status 66 jaga monitor
}

@test "as a plugin: one line, exit 0 to 3, whatever happens" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  line() {
    [ "$(wc -l <out)" = 1 ]
    # shellcheck disable=SC2053  # a pattern
    [[ $(cat out) == $1 ]]
    [ ! -s err ]
  }
  code=0
  "$JAGA" monitor --format nagios >out 2>err || code=$?
  [ "$code" = 2 ]
  line 'JAGA CRITICAL: 1 of 1 check on 1 host is not ok: web01 tcp:1 critical, * | hosts=1;;;0 checks=1;;;0 *'
  for arguments in '--only snmp' 'web09' '--count x' '--nonsense' '--format=nagios --rate 10000001'; do
    code=0
    # shellcheck disable=SC2086  # words
    "$JAGA" monitor --format nagios $arguments >out 2>err || code=$?
    [ "$code" = 3 ]
    line 'JAGA UNKNOWN: *'
  done
  "$JAGA" monitor --format nagios --every 60s >out || [ $? = 3 ]
  line 'JAGA UNKNOWN: --every cannot be combined with --format nagios or yaml, nor with a list on standard input; hint: write metrics to --output FILE*'
  cd /
  code=0
  "$JAGA" --format nagios monitor >"$OLDPWD/out" 2>"$OLDPWD/err" || code=$?
  cd "$OLDPWD"
  [ "$code" = 3 ]
  line 'JAGA UNKNOWN: *'
  status 64 jaga status --format nagios
}

@test "metrics are taken by a real node_exporter" {
  need prometheus-node-exporter curl
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [icmp, tcp: {port: 1}, {plugin: {command: %s}}]}\n' \
    '["/bin/sh", "-c", "echo \"x | a=5ms b=7c c=3;1;2 d=20%\""], name: sh' >hosts.yaml
  mkdir metrics
  status 2 jaga monitor --format prometheus --output metrics/jaga.prom
  [ -z "$output" ]
  [ "$(ls -A metrics)" = jaga.prom ]
  port=$(free_port)
  prometheus-node-exporter --collector.disable-defaults --collector.textfile \
    --collector.textfile.directory="$PWD/metrics" --web.listen-address="127.0.0.1:$port" >exporter.log 2>&1 3>&- &
  exporter=$!
  tries=0
  until curl -sf "http://127.0.0.1:$port/metrics" >got || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done
  kill "$exporter"
  grep -x 'node_textfile_scrape_error 0' got
  grep -F 'jaga_check_state{check="tcp",host="web01",object="1"} 2' got
  grep -F 'jaga_plugin_seconds{host="web01",label="a",object="sh"} 0.005' got
  grep -F '# TYPE jaga_plugin_total counter' got
  if command -v promtool >/dev/null; then promtool check metrics <metrics/jaga.prom; fi
  status 2 jaga monitor --format openmetrics
  says '# EOF'
  status 64 jaga monitor --output x
  status 66 jaga monitor --format prometheus --output nowhere/x.prom
}

@test "a plain list from a pipeline is measured and not recorded" {
  status 2 jaga monitor --inventory - --check tcp:1 --json <<<$'# two\n127.0.0.1\nother 127.0.0.2\n'
  says '"host": "127.0.0.1", "check": "tcp", "object": "1", "state": "critical"'
  says '"host": "other"'
  [ ! -e rounds ] || [ -z "$(find rounds -type f)" ]
  status 66 jaga monitor --inventory - </dev/null
  status 65 jaga monitor --inventory - <<<'a b c'
  says 'standard input:1'
  status 64 jaga monitor --inventory - web01 <<<127.0.0.1
  status 64 jaga monitor --check tcp:1
  status 64 jaga monitor --inventory - --check snmp <<<127.0.0.1
}

@test "an http check of hosts that share an entry" {
  printf 'hosts:\n  - {name: "web[1-3]", address: "127.0.0.[1-3]", checks: [http: {url: "http://{name}.example.org:1/"}]}\n' >hosts.yaml
  status 2 jaga monitor --json
  says '"host": "web3", "check": "http", "object": "http://web3.example.org:1/", "state": "critical", "reason": "refused"'
}

@test "again and again, with edits in between and missed rounds noted" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [plugin: {command: ["%s"]}]}\n' "$PWD/slow" >hosts.yaml
  printf '#!/bin/sh\n[ -e fast ] || sleep 3\necho OK\n' >slow
  chmod +x slow
  "$JAGA" monitor --every 1s >out 2>err 3>&- &
  monitor=$!
  tries=0
  until [ "$(find rounds -type f 2>/dev/null | wc -l)" -ge 1 ] || [ $((tries += 1)) -gt 300 ]; do sleep 0.1; done
  touch fast
  until [ "$(find rounds -type f | wc -l)" -ge 3 ] || [ $((tries += 1)) -gt 600 ]; do sleep 0.1; done
  echo 'hosts: [' >hosts.yaml
  until grep -q 'hosts.yaml:' err || [ $((tries += 1)) -gt 900 ]; do sleep 0.1; done
  kill -INT "$monitor"
  code=0
  wait "$monitor" || code=$?
  [ "$code" = 130 ]
  grep -q 'rounds were missed' err
  grep -rq 'rounds were missed before this one' rounds
  grep -rq 'schedule: "1s"' rounds
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [icmp]}\n' >hosts.yaml
  status 64 jaga monitor --every 100ms
  status 64 jaga monitor --every 1m --format prometheus
  status 64 jaga monitor --every 1m --incident x
  status 64 jaga monitor web01 --incident x
  says '--incident measures what failed in the incident'
  status 64 jaga monitor --incident x --no-record
}

# newest: the path of the newest round; there is one.
newest() { find rounds -type f | LC_ALL=C sort | tail -n 1; }
# history HOST: as the newest round has it.
history_of() { sed -n "s/.*host: \"$1\".*history: \"\([owcu]*\)\".*/\1/p" "$(newest)"; }

@test "a history goes on past rounds of other hosts, and the chain names each round" {
  {
    echo hosts:
    for name in a b; do
      echo "  - {name: $name, address: 127.0.0.1, checks: [plugin: {name: p, command: [/bin/sh, -c, \"echo x; test -e $PWD/$name\"]}]}"
    done
  } >hosts.yaml
  touch a b
  status 0 jaga monitor
  rm a
  status 1 jaga monitor
  for _ in 1 2 3; do status 0 jaga monitor b; done
  grep -q '^partial: true' "$(newest)"
  [ "$(history_of b)" = ooooo ]
  touch a
  status 0 jaga monitor
  [ "$(history_of a)" = owo ]
  [ "$(history_of b)" = oooooo ]
  # Each names the one before.
  before=
  for round in $(find rounds -type f | LC_ALL=C sort); do
    [ -z "$before" ] || grep -q "^previous: \"sha256:$(sha256sum <"$before" | cut -d ' ' -f 1)\"" "$round"
    before=$round
  done
}

@test "record: changes writes one whole round a day and changes in between" {
  for i in $(seq 1 8); do touch "up$i"; done
  {
    echo hosts:
    for i in $(seq 1 8); do
      echo "  - {name: h$i, address: 127.0.0.1, checks: [plugin: {name: p, command: [/bin/sh, -c, \"echo is; test -e $PWD/up$i || exit 2\"]}]}"
    done
  } >hosts.yaml
  sed -i 's/^\.\.\.$/record: changes/' jaga.yaml
  status 0 jaga monitor
  whole=$(newest)
  [ "$(grep -c '^base:' "$whole")" = 0 ]
  status 0 jaga monitor
  # Midnight (UTC) between them would make another whole one.
  [ "${whole%/*}" = "$(newest | sed 's,/[^/]*$,,')" ] || skip 'the day has just ended'
  grep -qx 'results: \[\]' "$(newest)"
  rm up3
  status 2 jaga monitor
  [ "$(grep -c 'host: ' "$(newest)")" = 1 ]
  [ "$(history_of h3)" = ooc ]
  grep -q 'rounds: 2$' "$(newest)"
  # The whole is put together: the fault and that nothing else is wrong.
  status 0 jaga analyze -n --json
  says '"host": "h3"'
  status 0 jaga analyze -n --json "$(newest)"
  says '"host": "h3"'
  touch up3
  status 0 jaga monitor --json
  says '"host": "h8", "check": "plugin", "object": "p", "state": "ok"'
  [ "$(history_of h3)" = ooco ]
  # Whole again: the inventory is another.
  echo '# edited' >>hosts.yaml
  status 0 jaga monitor
  [ "$(grep -c '^base:' "$(newest)")" = 0 ]
  [ "$(history_of h1)" = ooooo ]
  # What it rests on is gone, or another: said, and measuring goes on.
  status 0 jaga monitor
  grep -q '^base:' "$(newest)"
  changes=$(newest)
  base=$(find rounds -type f | LC_ALL=C sort | tail -n 2 | head -n 1)
  mv "$base" ../kept
  status 66 jaga analyze -n
  says "'$base', which is missing here"
  sed 's/"is"/"IS"/' ../kept >"$base"
  status 65 jaga analyze -n
  says "'$base' is not the complete round to which '$changes' has the changes"
  status 0 jaga monitor
  says 'not followed: '
  [ "$(history_of h1)" = o ]
  grep -q "^previous: \"sha256:$(sha256sum <"$changes" | cut -d ' ' -f 1)\"" "$(newest)"
}

@test "rounds go when their keeping time is over, and a time ahead confuses nobody" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [plugin: {name: p, command: [/bin/echo, is]}]}\n' >hosts.yaml
  status 0 jaga monitor
  round=$(newest)
  here=$(cut -d / -f 2 <<<"$round")
  for day in 2020/01/01 2026/01/01 2199/01/01; do
    mkdir -p "rounds/$here/$day"
    sed "s,^at: .*,at: \"${day//\//-}T000000.000Z\"," "$round" >"rounds/$here/$day/T000000.000Z.yaml"
  done
  echo x >"rounds/$here/2026/01/01/mine"
  sed -i 's/rounds: .*/rounds: "1d"/' jaga.yaml
  status 0 jaga monitor
  [ ! -e "rounds/$here/2020" ]
  [ "$(ls "rounds/$here/2026/01/01")" = mine ]
  [ -e "rounds/$here/2199/01/01/T000000.000Z.yaml" ]
  rm -r "rounds/$here/2199"
  [ "$(history_of web01)" = oo ]
  grep -q "^previous: \"sha256:$(sha256sum <"$round" | cut -d ' ' -f 1)\"" "$(newest)"
  sed -i 's/rounds: .*/rounds: 1h/' jaga.yaml
  status 78 jaga monitor
  says 'jaga.yaml:'
}

@test "rounds at the same time follow each other" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [plugin: {name: p, command: [/bin/sleep, "0.5"]}]}\n' >hosts.yaml
  for _ in 1 2 3 4 5 6; do "$JAGA" monitor -q >/dev/null 3>&- & done
  wait
  [ "$(find rounds -type f | wc -l)" = 6 ]
  [ "$(grep -rho '^previous: .*' rounds | sort -u | wc -l)" = 5 ]
  [ "$(history_of web01 | wc -c)" = 7 ]
}

@test "a round goes through a pipe" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [tcp: {port: 1}]}\n' >hosts.yaml
  jaga monitor --no-record --format yaml >../round || [ $? = 2 ]
  head -n 1 ../round | grep -qx 'format: "jaga/round@2"'
  status 0 jaga analyze -n --json - <../round
  says '"host": "web01"'
  status 64 jaga monitor --every 1m --format yaml
  status 64 jaga monitor --incident x --format yaml
  status 64 jaga status --format yaml
}

@test "what Nagios says becomes a round, and analyze finds the cause" {
  printf 'hosts:\n  - {name: sw1, address: 127.0.0.2, checks: [icmp]}\n  - {name: web01, address: 127.0.0.1, parents: {any: [sw1]}, checks: [icmp]}\n' >hosts.yaml
  status 0 jaga monitor
  cat >status.dat <<'END'
info {
	created=1795492800
	}
hoststatus {
	host_name=sw1
	current_state=0
	state_type=1
	plugin_output=PING OK
	}
servicestatus {
	host_name=web01
	service_description=Disk /var
	current_state=2
	state_type=1
	has_been_checked=1
	plugin_output=DISK CRITICAL - 3% free
	performance_data=/var=970MB;900;950;0;1000
	}
servicestatus {
	host_name=printer
	service_description=Toner
	current_state=1
	plugin_output=low
	}
END
  status 2 jaga monitor --import nagios status.dat
  says "skipped, not in the inventory: 'printer'"
  says 'nagios:Disk /var: DISK CRITICAL - 3% free'
  grep -qx 'source: "nagios"' "$(newest)"
  # What was measured a moment ago counts beside it.
  status 0 jaga analyze -n --json
  says '"fault": "reported-critical"'
  says '"host": "web01", "object": "Disk /var"'
  status 0 jaga monitor --import nagios --json --no-record - <<<$'web01\tDisk /var\t0\tfine'
  says '"check": "nagios", "object": "Disk /var", "state": "ok"'
  status 2 jaga monitor --import nagios --format nagios - <<<$'web01\t1\tdown'
  says 'JAGA CRITICAL: '
  rounds=$(find rounds -type f | wc -l)
  status 66 jaga monitor --import nagios - <<<$'printer\tToner\t1\tlow'
  status 66 jaga monitor --import nagios - </dev/null
  status 65 jaga monitor --import nagios - <<<'hello'
  says 'standard input:1'
  status 65 jaga monitor --import alertmanager status.dat
  status 66 jaga monitor --import nagios nowhere.dat
  status 64 jaga monitor --import zabbix status.dat
  status 64 jaga monitor --import nagios
  status 64 jaga monitor --import nagios --only icmp status.dat
  [ "$(find rounds -type f | wc -l)" = "$rounds" ]
}

@test "alerts of a real Alertmanager" {
  [ -z "${FAKETIME-}" ] || skip "a program in Go has the kernel's clock, not libfaketime's"
  need prometheus-alertmanager curl busybox
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1, checks: [icmp]}\n' >hosts.yaml
  mkdir -p ../hook/cgi-bin ../bodies
  printf '#!/bin/sh\nbody=$(mktemp "%s/XXXXXX")\ncat >"$body"\nmv "$body" "$body.json"\nprintf "Content-Type: text/plain\\r\\n\\r\\nok\\n"\n' \
    "$BATS_TEST_TMPDIR/bodies" >../hook/cgi-bin/take
  chmod +x ../hook/cgi-bin/take
  hook=$(free_port)
  busybox httpd -f -p "127.0.0.1:$hook" -h ../hook 3>&- &
  receiver=$!
  cat >../alertmanager.yml <<END
route: {receiver: jaga, group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}
receivers: [{name: jaga, webhook_configs: [{url: "http://127.0.0.1:$hook/cgi-bin/take", send_resolved: true}]}]
END
  port=$(free_port)
  prometheus-alertmanager --config.file=../alertmanager.yml --storage.path=../alerts --cluster.listen-address= \
    --web.listen-address="127.0.0.1:$port" >../alertmanager.log 2>&1 3>&- &
  alertmanager=$!
  started="$receiver $alertmanager"
  tries=0
  until curl -sf "http://127.0.0.1:$port/-/ready" >/dev/null || [ $((tries += 1)) -gt 600 ]; do sleep 0.1; done
  labels='"alertname": "DiskFull", "instance": "web01:9100", "mountpoint": "/var", "severity": "critical"'
  post() { curl -sf -H 'Content-Type: application/json' --data "$1" "http://127.0.0.1:$port/api/v2/alerts"; }
  # bodies N: waits for as many.
  bodies() {
    tries=0
    until [ "$(find ../bodies -name '*.json' | wc -l)" -ge "$1" ]; do
      [ $((tries += 1)) -le 300 ] || { cat ../alertmanager.log >&2; return 1; }
      sleep 0.1
    done
  }
  # As Prometheus does: it tells when the alert began, each time.
  begun="\"startsAt\": \"$(date -u -d '1 minute ago' +%Y-%m-%dT%H:%M:%SZ)\""
  post "[{\"labels\": {$labels}, \"annotations\": {\"summary\": \"97 % full\"}, $begun}]"
  bodies 1
  status 2 jaga monitor --import alertmanager --json - <<<"$(cat ../bodies/*.json)"
  says '"host": "web01", "check": "alert", "object": "DiskFull:/var", "state": "critical", "reason": "reported", "summary": "97 % full"'
  status 0 as staff analyze --json
  says '"fault": "reported-critical"'
  says '"host": "web01", "object": "DiskFull:/var"'
  post "[{\"labels\": {$labels}, \"annotations\": {\"summary\": \"97 % full\"}, $begun, \"endsAt\": \"$(date -u +%Y-%m-%dT%H:%M:%SZ)\"}]"
  bodies 2
  # All that was sent so far, in any order: the alert is one, and resolved.
  status 0 jaga monitor --import alertmanager --json - <<<"$(cat ../bodies/*.json)"
  says '"summary": "resolved: 97 % full"'
}

@test "a name server to which there is no way from here is unknown, not refused" {
  unshare --net true 2>/dev/null || skip "no right to make a network namespace"
  cat >hosts.yaml <<'END'
hosts:
  - {name: far, address: 127.0.0.1, checks: [dns: {name: a.example, type: A, server: 203.0.113.9, timeout: 1s}]}
  - {name: near, address: 127.0.0.1, checks: [dns: {name: a.example, type: A, server: 127.0.0.9, timeout: 1s}]}
END
  status 2 unshare --net sh -c 'ip link set lo up; exec "$@"' - "$JAGA" monitor --no-record --json
  says '"host": "far", "check": "dns", "object": "a.example/A", "state": "unknown", "reason": "no_route"'
  says '"host": "near", "check": "dns", "object": "a.example/A", "state": "critical", "reason": "refused"'
}

@test "the service and the timer are what systemd takes" {
  need systemd-analyze
  local units
  units=$(readlink -f "$BATS_TEST_DIRNAME/../../cmd/systemd")
  mkdir units
  # Neither the installed program nor the user of the office is on this machine.
  sed -e "s|^ExecStart=[^ ]*|ExecStart=$JAGA|" -e 's/^User=.*/User=root/' "$units/jaga-monitor@.service.in" >units/jaga-monitor@srv-jaga.service
  cp "$units/jaga-monitor@.timer" units/jaga-monitor@srv-jaga.timer
  run systemd-analyze verify --man=no ./units/jaga-monitor@srv-jaga.service ./units/jaga-monitor@srv-jaga.timer
  # What it says of other units of the machine is not ours.
  [[ $output != *jaga-monitor* ]]
  sed -i 's/^OnCalendar=.*/OnCalendar=never/' units/jaga-monitor@srv-jaga.timer
  run systemd-analyze verify --man=no ./units/jaga-monitor@srv-jaga.timer
  [[ $output == *jaga-monitor* ]]
}

@test "--rate 0 means no limit, and an invalid rate is refused" {
  status 64 jaga monitor --no-record --rate 10000001
  says '--rate must be from 0 to 10000000'
  status 64 jaga monitor --no-record --rate -1
  printf 'hosts:\n  - {name: here, address: 127.0.0.1, checks: [{tcp: {port: 1}}, {icmp: {count: 1}}]}\n' >hosts.yaml
  status 2 jaga monitor --no-record --rate 0 --json
  says '"object": "1", "state": "critical", "reason": "refused"'
}

@test "a name whose first address is silent and whose second answers is not reported as down" {
  need ip unshare
  dual true 2>/dev/null || skip "no namespaces can be made here"
  printf 'hosts:\n  - {name: dual, address: dual.test, checks: [icmp: {count: 1, timeout: 300ms}]}\n' >hosts.yaml
  status 1 dual "$JAGA" monitor --json
  says '"state": "warning"'
  says '"answered_by": "10.9.9.9"'
  says '"silent_address": "fd00:9::dead"'
  says '"silent_addresses": 1'
  status 0 jaga analyze -n
  says "One of the host's addresses does not answer"
  says 'ping -c 3 fd00:9::dead'
  says_not 'Host is down'
  # Where neither answers it is.
  printf 'hosts:\n  - {name: dual, address: "fd00:9::dead", checks: [icmp: {count: 1, timeout: 300ms}]}\n' >hosts.yaml
  status 2 dual "$JAGA" monitor --no-record
}

@test "a blank that is none is named with its line" {
  printf 'hosts:\n  -\302\240name: web01\n    address: 192.0.2.1\n' >hosts.yaml
  status 78 jaga monitor
  says 'hosts.yaml:2:3: a no-break space (U+00A0)'
  printf 'hosts:\n  - {name: web01, address: \342\200\257192.0.2.1}\n' >hosts.yaml
  status 78 jaga host list
  says 'hosts.yaml:2:'
  says '(U+202F)'
}

@test "two of this machine's things that have one name are two results of a round that is read again" {
  unshare -m true 2>/dev/null || skip "no mount namespace can be made here"
  cat >hosts.yaml <<'END'
hosts:
  - {name: here, address: 127.0.0.1, checks: [local, plugin: {command: [/bin/echo, 'C:\ 45% | x=1KiB;1:12%']}]}
END
  # A directory of test sensors replaces the real one: two disks, one of them hot.
  unshare -m bash -c '
    mount -t tmpfs none /sys/class || exit 99
    for n in 0:40850 1:95850; do
      d=/sys/class/hwmon/hwmon${n%%:*}; mkdir -p $d; echo nvme >$d/name; echo ${n#*:} >$d/temp1_input
      echo Composite >$d/temp1_label; echo 84850 >$d/temp1_crit
    done
    exec "$0" monitor --json' "$JAGA" >out 2>err || :
  grep -q '"nvme/Composite (hwmon0)", "state": "ok"' out
  grep -q '"nvme/Composite (hwmon1)", "state": "critical"' out
  grep -q '"summary": "C:\\\\ 45%"' out
  grep -q '"x_bytes": 1024' out
  grep -q '"perfdata": "x=1KiB;1:12"' out
  status 0 jaga analyze -n
  says 'nvme/Composite (hwmon1)'
}
