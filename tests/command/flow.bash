# The steps of an incident with a manual plan, so that no host is needed.
# incident [OPTION]...: more options of open.
incident() { as staff open web01 -q -m slow "$@" >id; }
# shellcheck disable=SC2120  # options are for those who give some
analysed() { incident "$@" && as staff analyze web01 -q --plan manual -p task='change the cable' --fault unknown -m 'by hand' >/dev/null; }
# shellcheck disable=SC2119
approved() { analysed && as section-head approve web01 -q --yes >/dev/null; }
repaired() { approved && as staff repair web01 -q --by-hand -m 'cable replaced' >/dev/null; }
verified() { repaired && as section-head verify web01 -q --yes --override 'nothing measures it' >/dev/null; }
accepted() { verified && as division-head accept web01 -q --yes >/dev/null; }

# here_with NAME: the host `here`, this machine, has an open incident whose analysis names the office's plan
# NAME; what it does (commands, rollback, parameters, as in a plan file) is read from standard input. More
# arguments go to analyze.
here_with() {
  local name=$1
  shift
  mkdir -p plans
  { printf 'format: "jaga/plan@1"\ntitle: {id: "Rencana", en: "A plan"}\nrun: "local"\n' && cat; } >"plans/$name.yaml"
  need_machine_id
  printf 'hosts:\n  - {name: here, address: localhost, checks: [local]}\n' >hosts.yaml
  as staff host trust here --yes -q >/dev/null
  as staff open here -q -m 'a file is missing' >id
  as staff analyze here -q --plan "$name" --fault unknown -m x "$@" >/dev/null
}

# here_makes FILE: as here_with, of a plan `touch` that adds a line to FILE.
here_makes() {
  here_with touch -p path="$1" <<'P'
parameters:
  - {name: "path", type: "path", title: {id: "Berkas", en: "File"}}
commands:
  - title: {id: "Buat", en: "Make"}
    arguments: [{parameter: "path"}]
    script: |
      echo made >>"$1"
P
}
