#!/usr/bin/env bats
load helpers
setup() { setup_folder; office; }

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

@test "what is wrong" {
  status 66 jaga monitor web09
  says web01
  status 64 jaga monitor --only dns
  says 'icmp, tcp, ssh, local'
  status 64 jaga monitor --timeout 5
  status 64 jaga monitor --count 1000
  printf 'hosts: []\n' >hosts.yaml
  status 66 jaga monitor
}
