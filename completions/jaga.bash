# Made by `jaga completion bash` from the table of commands; do not edit.
_jaga_offer() {
  local value
  while IFS=$'\t' read -r value _; do
    COMPREPLY+=("$value")
    [[ $value != *[=:] ]] || compopt -o nospace 2>/dev/null
  done < <("${COMP_WORDS[0]/#~\//$HOME/}" "${_jaga_directory[@]/#~\//$HOME/}" completion "$1" --word "$word" "${_jaga_plan[@]}" 2>/dev/null)
}
_jaga_columns() {
  local begun=${word%"${word##*,}"}
  COMPREPLY=($(compgen -P "$begun" -W "$*" -- "${word##*,}"))
  compopt -o nospace 2>/dev/null
}
_jaga() {
  local _jaga_directory=() _jaga_plan=()
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path='' words='' lists='' at skip=0
  local commands='monitor analyze approve repair verify accept archive reject open withdraw note evidence status log show rules plans report audit init host person adopt seal clone sync sign import merge notify doctor completion ping help'
  local everywhere='-C --key --as --format --json --columns -0 --null -q --quiet --color --lang --no-pager --debug -V --version --help'
  for ((at = 1; at < COMP_CWORD; ++at)); do
    if ((skip)); then skip=0; continue; fi
    case ${COMP_WORDS[at]} in
    -C) skip=1; [[ $path =~ ^(ping)$ ]] || _jaga_directory=(-C "${COMP_WORDS[at+1]}") ;;
    --plan) skip=1 _jaga_plan=(--plan "${COMP_WORDS[at+1]}") ;;
    --key|--as|--format|--columns|--color|--lang) skip=1 ;;
    -*) ;;
    *)
      if [[ -z $path ]]; then path=${COMP_WORDS[at]}
      elif [[ $path =~ ^(evidence|report|host|person)$ ]]; then path="$path ${COMP_WORDS[at]}"
      fi ;;
    esac
  done
  COMPREPLY=()
  case "$path $before" in
    'monitor --only') compopt +o default 2>/dev/null; return ;;
    'monitor --count') compopt +o default 2>/dev/null; return ;;
    'monitor --timeout') compopt +o default 2>/dev/null; return ;;
    'monitor --rate') compopt +o default 2>/dev/null; return ;;
    'monitor --incident') _jaga_offer incidents; return ;;
    'monitor --every') compopt +o default 2>/dev/null; return ;;
    'monitor --inventory') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'monitor --import') COMPREPLY=($(compgen -W 'nagios alertmanager' -- "$word")); return ;;
    'monitor --check') _jaga_offer checks; return ;;
    'monitor --output') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'monitor --columns') _jaga_columns host check object state summary reason facts since measured age_s hard attempts measured_by; return ;;
    'analyze --fault') _jaga_offer faults; return ;;
    'analyze --plan') _jaga_offer plans; return ;;
    'analyze -p') _jaga_offer parameters; return ;;
    'analyze --part') compopt +o default 2>/dev/null; return ;;
    'analyze -m') compopt +o default 2>/dev/null; return ;;
    'approve -m') compopt +o default 2>/dev/null; return ;;
    'approve --expect') compopt +o default 2>/dev/null; return ;;
    'approve --request') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'approve --paper') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'approve --occurred') compopt +o default 2>/dev/null; return ;;
    'approve --until') compopt +o default 2>/dev/null; return ;;
    'approve --runs') compopt +o default 2>/dev/null; return ;;
    'repair --from') compopt +o default 2>/dev/null; return ;;
    'repair --vendor') compopt +o default 2>/dev/null; return ;;
    'repair --technician') compopt +o default 2>/dev/null; return ;;
    'repair --arrived') compopt +o default 2>/dev/null; return ;;
    'repair --left') compopt +o default 2>/dev/null; return ;;
    'repair --letter') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'repair --part') compopt +o default 2>/dev/null; return ;;
    'repair --unknown') compopt +o default 2>/dev/null; return ;;
    'repair --occurred') compopt +o default 2>/dev/null; return ;;
    'repair -m') compopt +o default 2>/dev/null; return ;;
    'verify -m') compopt +o default 2>/dev/null; return ;;
    'verify --expect') compopt +o default 2>/dev/null; return ;;
    'verify --request') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'verify --paper') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'verify --occurred') compopt +o default 2>/dev/null; return ;;
    'verify --override') compopt +o default 2>/dev/null; return ;;
    'accept -m') compopt +o default 2>/dev/null; return ;;
    'accept --expect') compopt +o default 2>/dev/null; return ;;
    'accept --request') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'accept --paper') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'accept --occurred') compopt +o default 2>/dev/null; return ;;
    'archive --part-stored') compopt +o default 2>/dev/null; return ;;
    'archive --part-returned') compopt +o default 2>/dev/null; return ;;
    'archive --received-by') compopt +o default 2>/dev/null; return ;;
    'archive --sanitised') compopt +o default 2>/dev/null; return ;;
    'archive --without') compopt +o default 2>/dev/null; return ;;
    'archive -m') compopt +o default 2>/dev/null; return ;;
    'archive --out') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'reject -m') compopt +o default 2>/dev/null; return ;;
    'reject --expect') compopt +o default 2>/dev/null; return ;;
    'reject --request') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'reject --paper') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'reject --occurred') compopt +o default 2>/dev/null; return ;;
    'reject --back') _jaga_offer steps; return ;;
    'reject --correction') compopt +o default 2>/dev/null; return ;;
    'open --fault') _jaga_offer faults; return ;;
    'open --object') compopt +o default 2>/dev/null; return ;;
    'open --severity') COMPREPLY=($(compgen -W 'warning critical' -- "$word")); return ;;
    'open --reopens') _jaga_offer incidents; return ;;
    'open -m') compopt +o default 2>/dev/null; return ;;
    'open --occurred') compopt +o default 2>/dev/null; return ;;
    'withdraw -m') compopt +o default 2>/dev/null; return ;;
    'withdraw --expect') compopt +o default 2>/dev/null; return ;;
    'withdraw --request') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'withdraw --paper') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'withdraw --occurred') compopt +o default 2>/dev/null; return ;;
    'withdraw --outcome') COMPREPLY=($(compgen -W 'recovered false-alarm duplicate risk-accepted handed-over' -- "$word")); return ;;
    'withdraw --of') _jaga_offer incidents; return ;;
    'withdraw --until') compopt +o default 2>/dev/null; return ;;
    'withdraw --to') compopt +o default 2>/dev/null; return ;;
    'note -m') compopt +o default 2>/dev/null; return ;;
    'note --occurred') compopt +o default 2>/dev/null; return ;;
    'evidence add --class') COMPREPLY=($(compgen -W 'ordinary personal restricted' -- "$word")); return ;;
    'evidence add --signed-copy') COMPREPLY=($(compgen -W 'approval vendor repair verification handover incident damage' -- "$word")); return ;;
    'evidence add -m') compopt +o default 2>/dev/null; return ;;
    'evidence list --columns') _jaga_columns digest class by name text path signed_copy redacted; return ;;
    'evidence redact -m') compopt +o default 2>/dev/null; return ;;
    'status --step') _jaga_offer steps; return ;;
    'status --host') _jaga_offer hosts; return ;;
    'status --columns') _jaga_columns incident host fault_key due roles deadline late finished mine command nobody only escalated escalates_to escalates_at reopens maintenance since opened closed in_place_of outcome last_no gross_ms paused_ms net_ms clocks clock_of standard_ms forked damaged remarks; return ;;
    'log --since') compopt +o default 2>/dev/null; return ;;
    'log --until') compopt +o default 2>/dev/null; return ;;
    'log --host') _jaga_offer hosts; return ;;
    'log --fault') _jaga_offer faults; return ;;
    'log --step') _jaga_offer kinds; return ;;
    'log --person') _jaga_offer people; return ;;
    'log --columns') _jaga_columns at chain seq kind person role occurred digest delegated_by due roles only body; return ;;
    'rules --columns') _jaga_columns type severity plans title class priority remedy if_left next_command part file; return ;;
    'plans --columns') _jaga_columns plan run title parameters steps rollback emergency window digest file; return ;;
    'report round -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report round --number') compopt +o default 2>/dev/null; return ;;
    'report round --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report approval -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report approval --number') compopt +o default 2>/dev/null; return ;;
    'report approval --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report vendor -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report vendor --number') compopt +o default 2>/dev/null; return ;;
    'report vendor --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report repair -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report repair --number') compopt +o default 2>/dev/null; return ;;
    'report repair --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report verification -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report verification --number') compopt +o default 2>/dev/null; return ;;
    'report verification --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report handover -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report handover --number') compopt +o default 2>/dev/null; return ;;
    'report handover --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report incident -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report incident --number') compopt +o default 2>/dev/null; return ;;
    'report incident --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report monthly -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report monthly --number') compopt +o default 2>/dev/null; return ;;
    'report monthly --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report yearly -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report yearly --number') compopt +o default 2>/dev/null; return ;;
    'report yearly --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report sop -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report sop --number') compopt +o default 2>/dev/null; return ;;
    'report sop --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report damage -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report damage --number') compopt +o default 2>/dev/null; return ;;
    'report damage --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report availability --since') compopt +o default 2>/dev/null; return ;;
    'report availability -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report board -o') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'report board --document-lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    'report list --columns') _jaga_columns kind printable missing signed_copy signed_copy_missing; return ;;
    'report issued --columns') _jaga_columns at number kind incident by format digest file; return ;;
    'audit --resolve') compopt +o default 2>/dev/null; return ;;
    'audit --expect') compopt +o default 2>/dev/null; return ;;
    'audit --since') compopt +o default 2>/dev/null; return ;;
    'init --org') compopt +o default 2>/dev/null; return ;;
    'init --city') compopt +o default 2>/dev/null; return ;;
    'init --letterhead') compopt +o default 2>/dev/null; return ;;
    'init --sop') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'init --person') compopt +o default 2>/dev/null; return ;;
    'init --role') _jaga_offer roles; return ;;
    'init --name') compopt +o default 2>/dev/null; return ;;
    'init --nip') compopt +o default 2>/dev/null; return ;;
    'init --rank') compopt +o default 2>/dev/null; return ;;
    'init --position') compopt +o default 2>/dev/null; return ;;
    'init --shared') compopt +o default 2>/dev/null; return ;;
    'host list --columns') _jaga_columns host address kind checks groups pinned parents; return ;;
    'host add --check') _jaga_offer checks; return ;;
    'host add --parent') _jaga_offer hosts; return ;;
    'host add --kind') compopt +o default 2>/dev/null; return ;;
    'host add --login') compopt +o default 2>/dev/null; return ;;
    'host add --repair-login') compopt +o default 2>/dev/null; return ;;
    'host add --port') compopt +o default 2>/dev/null; return ;;
    'host add --jump') _jaga_offer hosts; return ;;
    'host import --name') compopt +o default 2>/dev/null; return ;;
    'host import --check') _jaga_offer checks; return ;;
    'host prepare --from') compopt +o default 2>/dev/null; return ;;
    'host maintain --until') compopt +o default 2>/dev/null; return ;;
    'host maintain --from') compopt +o default 2>/dev/null; return ;;
    'host maintain -m') compopt +o default 2>/dev/null; return ;;
    'host trust --verified') COMPREPLY=($(compgen -W 'console vendor first-use' -- "$word")); return ;;
    'person list --columns') _jaga_columns person name roles keys nip rank position machine site delegations left; return ;;
    'person add --role') _jaga_offer roles; return ;;
    'person add --key') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'person add --name') compopt +o default 2>/dev/null; return ;;
    'person add --nip') compopt +o default 2>/dev/null; return ;;
    'person add --rank') compopt +o default 2>/dev/null; return ;;
    'person add --position') compopt +o default 2>/dev/null; return ;;
    'person add --site') compopt +o default 2>/dev/null; return ;;
    'person change --role') _jaga_offer roles; return ;;
    'person change --drop-role') _jaga_offer roles; return ;;
    'person change --key') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'person change --retire') compopt +o default 2>/dev/null; return ;;
    'person change --compromised') compopt +o default 2>/dev/null; return ;;
    'person change --since') compopt +o default 2>/dev/null; return ;;
    'person change --name') compopt +o default 2>/dev/null; return ;;
    'person change --nip') compopt +o default 2>/dev/null; return ;;
    'person change --rank') compopt +o default 2>/dev/null; return ;;
    'person change --position') compopt +o default 2>/dev/null; return ;;
    'person change --delegate') _jaga_offer roles; return ;;
    'person change --from') compopt +o default 2>/dev/null; return ;;
    'person change --until') compopt +o default 2>/dev/null; return ;;
    'person change --letter') compopt +o default 2>/dev/null; return ;;
    'person change --take-back') _jaga_offer roles; return ;;
    'clone --genesis') compopt +o default 2>/dev/null; return ;;
    'sync --bundle') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'sign --expect') compopt +o default 2>/dev/null; return ;;
    'merge -m') compopt +o default 2>/dev/null; return ;;
    'ping -c') compopt +o default 2>/dev/null; return ;;
    'ping -C') compopt +o default 2>/dev/null; return ;;
    'ping -r') compopt +o default 2>/dev/null; return ;;
    'ping -i') compopt +o default 2>/dev/null; return ;;
    'ping -p') compopt +o default 2>/dev/null; return ;;
    'ping -t') compopt +o default 2>/dev/null; return ;;
    'ping -f') COMPREPLY=($(compgen -f -- "$word")); return ;;
    'ping --rate') compopt +o default 2>/dev/null; return ;;
    'ping --columns') _jaga_columns target address alive sent received loss_percent median_us late duplicates min_us mean_us p95_us max_us jitter_us times_us reason error_from icmp_type icmp_code; return ;;
    *' -C') COMPREPLY=($(compgen -f -- "$word")); return ;;
    *' --key') COMPREPLY=($(compgen -f -- "$word")); return ;;
    *' --as') _jaga_offer people; return ;;
    *' --format') COMPREPLY=($(compgen -W 'text json tsv yaml nagios prometheus openmetrics md html pdf csv' -- "$word")); return ;;
    *' --columns') compopt +o default 2>/dev/null; return ;;
    *' --color') COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
    *' --lang') COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
  esac
  case $path in
    '') words=$commands ;;
    'monitor') words='--only --count --timeout --rate --incident --every --inventory --import --check --output --fresh --fleet --no-record' lists='hosts' ;;
    'analyze') words='--confirm --explain -n --dry-run --fault --plan -p --part -m --edit --exit-code' lists='incidents' ;;
    'approve') words='-m --yes --expect --request --paper --occurred --until --runs' lists='incidents' ;;
    'repair') words='-n --dry-run --resume --from --rollback --give-up --by-hand --vendor --vendor-reply --technician --arrived --left --letter --part --unknown --emergency --occurred -m --yes' lists='incidents' ;;
    'verify') words='-m --yes --expect --request --paper --occurred --override' lists='incidents' ;;
    'accept') words='-m --yes --expect --request --paper --occurred' lists='incidents' ;;
    'archive') words='--part-stored --part-returned --part-destroyed --no-part --received-by --sanitised --without -m --out --no-pdf --yes' lists='incidents' ;;
    'reject') words='-m --yes --expect --request --paper --occurred --back --correction' lists='incidents' ;;
    'open') words='--fault --object --severity --reopens --planned --security -m --occurred' lists='hosts' ;;
    'withdraw') words='-m --yes --expect --request --paper --occurred --outcome --of --until --to' lists='incidents' ;;
    'note') words='-m --occurred' lists='incidents' ;;
    'evidence') words='add list redact' ;;
    'evidence add') words='--class --signed-copy -m' lists='incidents' ;;
    'evidence list') words='' lists='incidents' ;;
    'evidence redact') words='-m --bags --yes' lists='incidents' ;;
    'status') words='--mine --late -a --all --step --host --mail --exit-code' ;;
    'log') words='--since --until --host --fault --step --person --register --follow' lists='incidents' ;;
    'show') words='' lists='incidents' ;;
    'rules') words='' lists='faults' ;;
    'plans') words='' lists='plans' ;;
    'report') words='round approval vendor repair verification handover incident monthly yearly sop damage availability board list issued' ;;
    'report round') words='-o --number --document-lang --builtin --issue' ;;
    'report approval') words='-o --number --document-lang --builtin --issue' lists='incidents' ;;
    'report vendor') words='-o --number --document-lang --builtin --issue' lists='incidents' ;;
    'report repair') words='-o --number --document-lang --builtin --issue' lists='incidents' ;;
    'report verification') words='-o --number --document-lang --builtin --issue' lists='incidents' ;;
    'report handover') words='-o --number --document-lang --builtin --issue' lists='incidents' ;;
    'report incident') words='-o --number --document-lang --builtin --issue' lists='incidents' ;;
    'report monthly') words='-o --number --document-lang --builtin --issue' lists='months' ;;
    'report yearly') words='-o --number --document-lang --builtin --issue' lists='years' ;;
    'report sop') words='-o --number --document-lang --builtin --issue' ;;
    'report damage') words='-o --number --document-lang --builtin --issue' lists='incidents' ;;
    'report availability') words='--since -o' lists='hosts' ;;
    'report board') words='-o --document-lang' ;;
    'report list') words='' lists='incidents' ;;
    'report issued') words='' ;;
    'audit') words='--resolve --expect --since --script' lists='incidents' ;;
    'init') words='--org --city --letterhead --sop --person --role --name --nip --rank --position --shared' ;;
    'host') words='list show add import prepare maintain trust keys' ;;
    'host list') words='--tree' lists='hosts' ;;
    'host show') words='' lists='hosts' ;;
    'host add') words='--check --parent --kind --login --repair-login --port --jump' ;;
    'host import') words='--name --check -n --dry-run'' ansible ssh-config hosts csv' ;;
    'host prepare') words='--from --no-sudo --undo' lists='hosts' ;;
    'host maintain') words='--until --from -m' lists='hosts' ;;
    'host trust') words='--verified --yes' lists='hosts' ;;
    'host keys') words='' lists='hosts' ;;
    'person') words='list add change leave keys' ;;
    'person list') words='' ;;
    'person add') words='--role --key --name --nip --rank --position --machine --site' ;;
    'person change') words='--role --drop-role --key --retire --compromised --since --name --nip --rank --position --delegate --from --until --letter --take-back' lists='people' ;;
    'person leave') words='--yes' lists='people' ;;
    'person keys') words='--make' ;;
    'adopt') words='--yes' ;;
    'seal') words='' ;;
    'clone') words='--genesis' ;;
    'sync') words='--bundle --restore --no-seal --hook' ;;
    'sign') words='--yes --expect' ;;
    'import') words='--yes' ;;
    'merge') words='-m'' register' ;;
    'notify') words='-n --dry-run --test --forget' ;;
    'doctor') words='--fleet' ;;
    'completion') words=''' bash zsh fish' ;;
    'ping') words='-c -C -r -i -p -t -f -g -4 -6 -a -u -A -D -e -s --rate' lists='hosts' ;;
    'help') words=''" $commands"' tutorial workflow sop host-setup fleet worker trust hosts settings vendors template plan rule record round json' ;;
  esac
  COMPREPLY=($(compgen -W "$words $everywhere" -- "$word"))
  for at in $lists; do _jaga_offer "$at"; done
}
complete -o default -F _jaga jaga
