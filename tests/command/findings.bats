#!/usr/bin/env bats
# What analyze says of incidents that are open already, of windows and of upkeep; rounds are written by hand.
load helpers
load flow
setup() { setup_folder; office; }

# round FILE AT RESULT...: a round of these results, as `disk:/var=critical` of web01 (or `HOST:CHECK...`
# after @), all confirmed; HISTORY in the environment is that of each.
round() {
  local file=$1 at=$2 one check object state letter host
  shift 2
  {
    printf 'format: "jaga/round@1"\ninstallation: "test"\nat: "%s"\n' "$at"
    printf 'inventory: "sha256:%064d"\nself:\n  route: true\n  own_drops: 0\nskipped: []\nresults:\n' 0
    for one in "$@"; do
      host=web01
      case $one in @*) host=${one#@} host=${host%%:*} one=${one#@*:} ;; esac
      state=${one##*=} one=${one%=*} check=${one%%:*} object=
      case $one in *:*) object=${one#*:} ;; esac
      letter=${state:0:1}
      printf '  - {host: "%s", check: "%s"' "$host" "$check"
      [ -z "$object" ] || printf ', object: "%s"' "$object"
      printf ', state: "%s"' "$state"
      [ "$state" = ok ] || printf ', reason: "limit_reached"'
      printf ', summary: "as written", since: "%s", hard: true, attempts: 3, history: "%s"}\n' "$at" \
        "${HISTORY-$letter$letter}$letter"
    done
    printf '...\n'
  } >"$file"
}
minute() { date -u -d "now - 1 hour + $1 minutes" +%FT%H:%M:00.000Z; }
notes() { find incidents -path '*/notes/*.yaml' | wc -l; }

@test "an open incident is told once what is new, not every minute" {
  for i in 1 2 3; do
    round r.yaml "$(minute $i)" disk:/var=critical
    status 0 as staff analyze ./r.yaml
  done
  says 'already open'
  [ "$(notes)" = 0 ]
  for i in 4 5 6; do
    round r.yaml "$(minute $i)" disk:/var=ok
    status 0 as staff analyze ./r.yaml
    says 'recovered without repair'
    says '--outcome recovered'
  done
  [ "$(notes)" = 1 ]
  round r.yaml "$(minute 7)" disk:/var=critical
  status 0 as staff analyze ./r.yaml
  says 'changes were added to it as a note'
  [ "$(notes)" = 2 ]
  status 0 jaga show web01
  says 'fails again'
  status 0 jaga audit
  # Without a key one can look but not note; an older round is not news.
  round r.yaml "$(minute 2)" disk:/var=ok
  status 0 jaga analyze ./r.yaml
  status 0 as staff analyze ./r.yaml
  [ "$(notes)" = 2 ]
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
}

@test "OK after its repair, and failing after it" {
  round r.yaml "$(minute 1)" disk:/var=critical
  as staff analyze -q ./r.yaml >/dev/null
  as section-head approve web01 -q --yes >/dev/null
  as staff repair web01 -q --by-hand -m 'logs moved away' >/dev/null
  round r.yaml "$(minute 2)" disk:/var=ok
  status 0 as staff analyze ./r.yaml
  says 'OK since the repair'
  says 'jaga verify'
  status 0 as staff analyze -n --json ./r.yaml
  says '"standing": "repaired"'
  round r.yaml "$(minute 3)" disk:/var=critical
  status 0 as staff analyze ./r.yaml
  says 'fails again after its repair'
}

@test "what comes and goes opens one incident, though it fails otherwise each time" {
  HISTORY=ocococococococococo round r.yaml "$(minute 1)" tcp:80=critical
  status 0 as staff analyze ./r.yaml
  says flapping
  for i in 2 4 6; do
    HISTORY=coccocococococococ round r.yaml "$(minute $i)" tcp:80=ok
    status 0 as staff analyze ./r.yaml
    says 'OK at the moment, but flapping'
    HISTORY=ocococococococococo round r.yaml "$(minute $((i + 1)))" tcp:80=critical
    sed -i 's/"limit_reached"/"refused"/' r.yaml
    status 0 as staff analyze ./r.yaml
    says 'already open'
  done
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
  [ "$(notes)" = 1 ]
}

@test "a maintenance window: measured, no incident, and a recovery is reported nevertheless" {
  round r.yaml "$(minute 1)" disk:/var=critical
  as staff analyze -q ./r.yaml >/dev/null
  status 64 as staff host maintain web01 -m 'new disk'
  status 64 as staff host maintain web01 --until '2020-01-01 10:00' -m 'new disk'
  status 64 as staff host maintain web01 --until someday -m 'new disk'
  status 66 as staff host maintain web02 --until '2099-01-01 10:00' -m 'new disk'
  status 77 jaga host maintain web01 --until '2099-01-01 10:00' -m 'new disk'
  status 0 as staff host maintain web01 --until '2099-01-01 10:00' -m 'new disk'
  says maintenance/
  status 0 jaga host show web01
  says 'new disk (staff)'
  status 0 jaga status
  says 'maintenance until 2099-01-01'
  says 'in maintenance until'
  status 0 as staff --json host maintain web01 --from 1h --until 90m -m 'new disk'
  [[ $output =~ \"from\":\ \"([^\"]*)\".*\"until\":\ \"([^\"]*)\" ]]
  [ "$(($(date -d "${BASH_REMATCH[2]}" +%s) - $(date -d "${BASH_REMATCH[1]}" +%s)))" = 5400 ]
  round r.yaml "$(minute 2)" disk:/=critical
  status 0 as staff analyze ./r.yaml
  says 'in the maintenance window'
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
  round r.yaml "$(minute 3)" disk:/var=ok
  status 0 as staff analyze ./r.yaml
  says 'recovered without repair'
  # A window that is over may name hosts that are gone; one that is not, must not.
  rm maintenance/*
  printf 'hosts: [old01]\nfrom: "2020-01-01 10:00"\nuntil: "2020-01-01 11:00"\nby: staff\nreason: x\n' >maintenance/a.yaml
  status 0 as staff analyze ./r.yaml
  sed -i 's/until: "2020/until: "2099/' maintenance/a.yaml
  status 78 as staff analyze ./r.yaml
  says 'maintenance/a.yaml:1:'
}

@test "upkeep of all hosts gathers in one scheduled incident a type and month" {
  printf 'hosts:\n  - {name: web01, address: 127.0.0.1}\n  - {name: web02, address: 127.0.0.2}\n  - {name: web03, address: 127.0.0.3}\n' >hosts.yaml
  round r.yaml "$(minute 1)" @web01:reboot=warning @web02:reboot=warning @web02:updates=warning
  status 0 as staff analyze ./r.yaml
  [ "$(ls -d incidents/*/* | wc -l)" -le 2 ]
  [ "$(ls -d incidents/*/*-upkeep-* | wc -l)" -ge 1 ]
  id=$(jaga status --json | sed -n 's/.*"incident": "\([^"]*\)".*upkeep.reboot-required.*/\1/p')
  [ -n "$id" ]
  status 0 jaga show "$id"
  says web01
  says web02
  round r.yaml "$(minute 2)" @web01:reboot=warning @web02:reboot=warning
  status 0 as staff analyze ./r.yaml
  [ "$(notes)" = 0 ]
  round r.yaml "$(minute 3)" @web01:reboot=warning @web02:reboot=warning @web03:reboot=warning
  status 0 as staff analyze ./r.yaml
  [ "$(notes)" = 1 ]
  status 0 jaga show "$id"
  says 'a later round adds web03 reboot: warning'
  # A person's own analysis takes in what was found since.
  status 0 as staff analyze "$id" --plan manual -p task='restart them on Sunday' -m 'a quiet day'
  status 0 jaga show "$id"
  says 'on web03'
  status 0 jaga audit
}

@test "a service whose needed service is down opens no incident of its own; circles are named" {
  cat >hosts.yaml <<'END'
hosts:
  - {name: db01, address: 127.0.0.1, checks: [tcp: {port: 1}]}
  - {name: web01, address: 127.0.0.1, needs: ["db01/tcp:1"], checks: [tcp: {port: 2}]}
END
  round r.yaml "$(minute 1)" @db01:tcp:1=critical @web01:tcp:2=critical
  sed -i 's/"limit_reached"/"refused"/' r.yaml
  status 0 as staff analyze ./r.yaml
  says '~ web01 tcp:2'
  [ "$(ls -d incidents/*/* | wc -l)" = 1 ]
  status 0 jaga host show web01
  says 'db01/tcp:1'
  sed -i 's/address: 127.0.0.1, checks/address: 127.0.0.1, needs: [web01], checks/' hosts.yaml
  sed -i 's/"db01.tcp:1"/db01/' hosts.yaml
  status 78 jaga analyze -n ./r.yaml
  says "circular dependency of 'db01': db01 -> web01 -> db01"
}
