# Made by `jaga completion bash` from the table of commands; do not edit.
_jaga_incidents() {
  "${COMP_WORDS[0]}" "${_jaga_directory[@]}" status --json 2>/dev/null |
    sed -n 's/^{"incident": "\([^"]*\)", "host": "\([^"]*\)".*/\1 \2/p'
}
_jaga_hosts() {
  "${COMP_WORDS[0]}" "${_jaga_directory[@]}" host list --json 2>/dev/null |
    sed -n 's/^{"host": "\([^"]*\)".*/\1/p'
}
_jaga() {
  local _jaga_directory=()
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path='' words='' at skip=0
  local commands='monitor analyze approve repair verify accept archive reject open withdraw note evidence status log show report audit init host person adopt seal import merge doctor completion ping help'
  local everywhere='-C --key --as --format --json -q --quiet --color --lang --help'
  case $before in
    --format) COMPREPLY=($(compgen -W 'text json yaml nagios prometheus openmetrics' -- "$word")); return ;;
    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
    --lang) COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    --import) COMPREPLY=($(compgen -W 'nagios alertmanager' -- "$word")); return ;;
    --outcome) COMPREPLY=($(compgen -W 'recovered false-alarm duplicate risk-accepted handed-over' -- "$word")); return ;;
    --class) COMPREPLY=($(compgen -W 'ordinary personal restricted' -- "$word")); return ;;
    --verified) COMPREPLY=($(compgen -W 'console vendor first-use' -- "$word")); return ;;
    -C|--key|--inventory|--output|--request|--paper|--letter|--out|-o|--sop|-f) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  for ((at = 1; at < COMP_CWORD; ++at)); do
    if ((skip)); then skip=0; continue; fi
    case ${COMP_WORDS[at]} in
    -C) skip=1 _jaga_directory=(-C "${COMP_WORDS[at+1]}") ;;
    --key|--as|--format|--color|--lang) skip=1 ;;
    -*) ;;
    *)
      if [[ -z $path ]]; then path=${COMP_WORDS[at]}
      elif [[ $path =~ ^(evidence|report|host|person)$ ]]; then path="$path ${COMP_WORDS[at]}"
      fi ;;
    esac
  done
  case $path in
    '') words=$commands ;;
    'monitor') words='--only --count --timeout --rate --incident --every --inventory --import --check --output --no-record'" $(_jaga_hosts)" ;;
    'analyze') words='--confirm --explain -n --dry-run --fault --plan -p --part -m --edit --exit-code' ;;
    'approve') words='-m --yes --expect --request --paper --occurred --until --runs'" $(_jaga_incidents)" ;;
    'repair') words='-n --dry-run --resume --from --rollback --give-up --by-hand --vendor --vendor-reply --technician --arrived --left --letter --part --emergency --occurred -m'" $(_jaga_incidents)" ;;
    'verify') words='-m --yes --expect --request --paper --occurred --override'" $(_jaga_incidents)" ;;
    'accept') words='-m --yes --expect --request --paper --occurred'" $(_jaga_incidents)" ;;
    'archive') words='--part-stored --part-returned --part-destroyed --no-part --received-by --sanitised --out'" $(_jaga_incidents)" ;;
    'reject') words='-m --yes --expect --request --paper --occurred --back --correction'" $(_jaga_incidents)" ;;
    'open') words='--fault --object --severity --reopens --planned --security -m --occurred'" $(_jaga_hosts)" ;;
    'withdraw') words='-m --yes --expect --request --paper --occurred --outcome --of --until --to'" $(_jaga_incidents)" ;;
    'note') words='-m --occurred'" $(_jaga_incidents)" ;;
    'evidence') words='add list redact' ;;
    'evidence add') words='--class --signed-copy -m'" $(_jaga_incidents)" ;;
    'evidence list') words=''" $(_jaga_incidents)" ;;
    'evidence redact') words='-m --yes'" $(_jaga_incidents)" ;;
    'status') words='--mine --late -a --all --step --host --exit-code' ;;
    'log') words='--since --until --host --fault --step --person --register --follow'" $(_jaga_incidents)" ;;
    'show') words=''" $(_jaga_incidents)" ;;
    'report') words='round' ;;
    'report round') words='-o' ;;
    'audit') words='--resolve --script'" $(_jaga_incidents)" ;;
    'init') words='--org --sop --person --role --shared' ;;
    'host') words='list show add import maintain trust keys' ;;
    'host list') words='--tree'" $(_jaga_hosts)" ;;
    'host show') words=''" $(_jaga_hosts)" ;;
    'host add') words='--check --parent --kind --login --repair-login --port --jump' ;;
    'host import') words='--name --check -n --dry-run' ;;
    'host maintain') words='--until --from -m'" $(_jaga_hosts)" ;;
    'host trust') words='--verified --yes'" $(_jaga_hosts)" ;;
    'host keys') words=''" $(_jaga_hosts)" ;;
    'person') words='list add change leave keys' ;;
    'person list') words='' ;;
    'person add') words='--role --key --name --nip --machine' ;;
    'person change') words='--role --drop-role --key --retire --compromised --since --name --nip --delegate --from --until --letter --take-back' ;;
    'person leave') words='--yes' ;;
    'person keys') words='--make' ;;
    'adopt') words='--yes' ;;
    'seal') words='' ;;
    'import') words='' ;;
    'merge') words='-m' ;;
    'doctor') words='' ;;
    'completion') words=''' bash zsh fish' ;;
    'ping') words='-c -C -r -i -p -t -f -g -4 -6 -a -u -A -D -e -s --rate' ;;
    'help') words=''" $commands" ;;
  esac
  COMPREPLY=($(compgen -W "$words $everywhere" -- "$word"))
}
complete -o default -F _jaga jaga
