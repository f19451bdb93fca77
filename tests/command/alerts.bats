#!/usr/bin/env bats
# The alert rules for Prometheus and the example for Alertmanager in share/jaga/prometheus: each alert, and whether what
# they read is what jaga writes.
bats_require_minimum_version 1.5.0
load helpers

setup() {
  setup_folder
  examples=$(readlink -f "$BATS_TEST_DIRNAME/../../share/jaga/prometheus")
  tests=$(readlink -f "$BATS_TEST_DIRNAME/../data/alerts")
  rules=$examples/jaga-alerts.yaml
}
# What a test has started and not ended itself.
teardown() { for pid in ${started-}; do kill "$pid" 2>/dev/null || :; done; }

# alerts: their names, as the rules have them; expressions: what the rules and their texts evaluate, without comments.
alerts() { sed -n 's/^ *- alert: //p' "$rules"; }
expressions() { grep -v '^ *#' "$rules"; }

@test "the rules are valid, and every alert has a severity, a summary and a next step" {
  need promtool
  status 0 promtool check rules "$rules"
  status 0 env LC_ALL=C awk '
    function leave() { if (name != "" && !(severity && summary && next_step)) { print name; bad = 1 } }
    /^ *- (alert|record): / { leave(); name = /alert/ ? $3 : ""; severity = summary = next_step = 0 }
    /^ *severity: (critical|warning|info)$/ { severity = 1 }
    /^ *summary: / { summary = 1 }
    /Next:/ { next_step = 1 }
    END { leave(); exit bad }' "$rules"
  [ "$(alerts | wc -l)" -ge 10 ]
  [ -z "$(alerts | LC_ALL=C sort | uniq -d)" ]
}

@test "each alert fires when it should and not a minute earlier, and not for a short fault" {
  need promtool
  status 0 promtool test rules "$tests"/*.yaml
  # No alert is left out, and each has its text tested.
  local alert
  for alert in $(alerts); do grep -qx "      - alertname: $alert" "$tests"/*.yaml || { echo "no test of $alert" >&2; return 1; }; done
}

# measured: the file real.prom, measured once: with metrics of hosts that answer, that do not, and of what the collector
# measures here.
measured() {
  need ip unshare
  dual true 2>/dev/null || skip 'no namespaces can be made here'
  if cp "$BATS_FILE_TMPDIR/real.prom" . 2>/dev/null; then return; fi
  office
  cat >hosts.yaml <<'END'
hosts:
  - {name: dual, address: dual.test, checks: [icmp: {count: 1, timeout: 300ms}]}
  - name: web01
    address: 10.9.9.77
    checks: [icmp: {count: 1, timeout: 300ms}, ssh, tcp: {port: 443, timeout: 300ms}, http: {url: "http://web01/", timeout: 300ms}]
  - name: here
    address: 127.0.0.1
    hardware: {warranty: {vendor: "PT Contoh", until: 2020-01-01}}
    checks: [icmp: {count: 1}, local, tcp: {port: 1}, plugin: {name: odd, command: ["/bin/sh", "-c", "exit 3"]}]
END
  status 2 dual "$JAGA" monitor --no-record --format prometheus --output real.prom
  [ -s real.prom ]
  cp real.prom "$BATS_FILE_TMPDIR/"
}

@test "every metric, label and kind of check in the rules is in what jaga writes" {
  measured
  local metric label selector field value values checked=0
  for metric in $(expressions | grep -oE '\bjaga_[a-z0-9_]+' | LC_ALL=C sort -u); do
    grep -qE "^$metric( |\{)" real.prom || { echo "jaga writes no $metric" >&2; return 1; }
    checked=$((checked + 1))
  done
  [ "$checked" -ge 8 ]
  # instance is of Prometheus.
  for label in $(expressions | grep -oE '\b(by|without|ignoring|on) \([a-z_, ]*\)|\$labels\.[a-z_]+' |
    sed 's/^[a-z]* (\(.*\))$/\1/; s/^\$labels\.//; s/,/ /g' | tr ' ' '\n' | LC_ALL=C sort -u); do
    [ "$label" = instance ] || grep -q "[{,]$label=\"" real.prom || { echo "no metric has the label $label" >&2; return 1; }
  done
  # Each selector: the metric has that label, with each of these values. The list in a text is of one host.
  checked=0
  while read -r selector; do
    metric=${selector%%\{*}
    selector=${selector#*\{}
    field=${selector%%[=!]*}
    values=${selector#*\"}
    for value in $(tr '|' ' ' <<<"${values%%\"*}"); do
      grep -q "^$metric{.*\b$field=\"$value\"" real.prom || { echo "jaga writes no $metric with $field=\"$value\"" >&2; return 1; }
      checked=$((checked + 1))
    done
  done < <(expressions | grep -oE 'jaga_[a-z0-9_]+\{[a-z_]+(=|!=|=~|!~)"[^"]*"\}')
  [ "$checked" -ge 15 ]
}

@test "what jaga measures of real faults leads to these alerts and no others" {
  need promtool
  measured
  # As Prometheus stores it, for an hour and a half; the round began at the beginning of the test's time.
  cp "$rules" rules.yaml
  local quote="'" at
  at=$(awk '$1 == "jaga_round_timestamp_seconds" { printf "%.3f", $2 }' real.prom)
  {
    printf 'rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n'
    # Not what the collector finds on this machine, which is not the same everywhere. The warranty has been over for years,
    # but jaga has known it since this round only: as if it had known it for longer.
    grep -v '^#\|^jaga_round_checks' real.prom | grep -v 'host="here"' >series
    grep 'host="here",check="\(icmp\|tcp\|plugin\|warranty\)"\|^jaga_icmp.*host="here"' real.prom >>series
    awk -v at="$at" -v quote="$quote" '
      { value = $NF; series = substr($0, 1, length($0) - length(value) - 1) }
      series !~ /\{/ { series = series "{}" }
      series ~ /_timestamp_seconds\{/ { value = sprintf("%.3f", value - at) }
      series ~ /^jaga_check_since.*"warranty"/ { value -= 90000 }
      series ~ /^jaga_round_timestamp/ { value = "0+60" }
      { sub(/\{/, "{instance=\"m\",", series); sub(/,\}/, "}", series)
        print "      - {series: " quote series quote ", values: " quote value "x90" quote "}" }' series
    printf '    promql_expr_test:\n      - expr: %s\n        eval_time: 61m\n        exp_samples:\n' \
      "'group by (alertname, host, check, object) (ALERTS{alertstate=\"firing\"})'"
    while read -r labels; do printf "          - {labels: '{%s}', value: 1}\n" "$labels"; done <<'END'
alertname="JagaAddressSilent",host="dual"
alertname="JagaCheckCritical",check="http",host="web01",object="http://web01/"
alertname="JagaCheckCritical",check="ssh",host="web01"
alertname="JagaCheckCritical",check="tcp",host="here",object="1"
alertname="JagaCheckCritical",check="tcp",host="web01",object="443"
alertname="JagaChecksUnknown",host="here"
alertname="JagaHostUnreachable",host="web01"
alertname="JagaUpkeepDue",check="warranty"
END
  } >real.yaml
  status 0 promtool test rules real.yaml
}

@test "the metrics are what promtool takes" {
  need promtool
  measured
  status 0 promtool check metrics <real.prom
  [ -z "$output" ]
}

@test "amtool takes the example for Alertmanager, which names alerts of the rules only" {
  need amtool
  status 0 amtool check-config "$examples/alertmanager.yaml"
  says '5 inhibit rules'
  local alert
  while read -r alert; do
    grep -qx " *- alert: $alert" "$rules" || { echo "there is no alert $alert" >&2; return 1; }
  done < <(grep -v '^ *#' "$examples/alertmanager.yaml" | grep -oE '\bJaga[A-Za-z]+')
}

@test "a real Alertmanager holds back what another alert explains, and nothing else" {
  [ -z "${FAKETIME-}" ] || skip "a program in Go has the kernel's clock, not libfaketime's"
  need prometheus-alertmanager curl jq
  local port url tries=0
  port=$(free_port)
  url=http://127.0.0.1:$port
  prometheus-alertmanager --config.file="$examples/alertmanager.yaml" --storage.path=../alerts --cluster.listen-address= \
    --web.listen-address="127.0.0.1:$port" >../alertmanager.log 2>&1 3>&- &
  started=$!
  until curl -sf "$url/-/ready" >/dev/null || [ $((tries += 1)) -gt 600 ]; do sleep 0.1; done
  # Each line: whether it is sent or held back, and its labels.
  cat >cases <<'END'
sent JagaManyHostsUnreachable instance=a
held JagaHostUnreachable instance=a host=web01
sent JagaHostUnreachable instance=b host=web02
held JagaCheckCritical instance=b host=web02 check=tcp object=443
held JagaCheckWarning instance=b host=web02 check=load
held JagaChecksUnknown instance=b host=web02
held JagaCheckFlapping instance=b host=web02 check=ssh
held JagaCheckCritical instance=a host=web01 check=tcp object=443
sent JagaCheckCritical instance=a host=web02 check=tcp object=443
sent JagaMostResultsUnknown instance=c
held JagaChecksUnknown instance=c host=web03
sent JagaCheckCritical instance=c host=web03 check=disk object=/var
held JagaCheckFlapping instance=c host=web03 check=disk object=/var
sent JagaCheckFlapping instance=c host=web03 check=disk object=/home
sent JagaCheckFlapping instance=c host=web04 check=icmp
held JagaCheckFlapping instance=c host=web04 check=tcp object=22
sent JagaCheckFlapping instance=c host=web05 check=tcp object=22
sent JagaUpkeepDue instance=b check=updates
sent JagaRoundLate instance=b
END
  jq -Rn '[inputs | split(" ") | {labels: ({alertname: .[1]} + ([.[2:][] | split("=") | {(.[0]): .[1]}] | add))}]' cases >alerts.json
  curl -sf -H 'Content-Type: application/json' --data @alerts.json "$url/api/v2/alerts"
  jq -r '.[] | .labels | to_entries | map("\(.key)=\(.value)") | sort | join(" ")' alerts.json |
    paste -d' ' <(cut -d' ' -f1 cases) - | LC_ALL=C sort >expected
  # An alert is held back when it is about to be sent; the interface asks the same question.
  found() {
    curl -sf "$url/api/v2/alerts" | jq -r '.[] | (if .status.inhibitedBy == [] then "sent " else "held " end) +
      (.labels | to_entries | map("\(.key)=\(.value)") | sort | join(" "))' | LC_ALL=C sort
  }
  tries=0
  until found >got && cmp -s got expected; do
    [ $((tries += 1)) -le 100 ] || { diff expected got >&2; return 1; }
    sleep 0.1
  done
}
