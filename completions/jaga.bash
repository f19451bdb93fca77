# Made by `jaga completion bash` from the table of commands; do not edit.
_jaga() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path='' words='' at skip=0
  local commands='monitor analyze approve repair verify accept archive reject open withdraw note evidence status log show audit init host person adopt seal import merge doctor completion ping help'
  local everywhere='-C --key --as --format --json -q --quiet --color --lang --help'
  case $before in
    --format) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
    --lang) COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    --outcome) COMPREPLY=($(compgen -W 'recovered false-alarm duplicate risk-accepted handed-over' -- "$word")); return ;;
    --class) COMPREPLY=($(compgen -W 'ordinary personal restricted' -- "$word")); return ;;
    --verified) COMPREPLY=($(compgen -W 'console vendor first-use' -- "$word")); return ;;
    -C|--key|--request|--paper|--letter|--out|--sop|-f) COMPREPLY=($(compgen -f -- "$word")); return ;;
  esac
  for ((at = 1; at < COMP_CWORD; ++at)); do
    if ((skip)); then skip=0; continue; fi
    case ${COMP_WORDS[at]} in
    -C|--key|--as|--format|--color|--lang) skip=1 ;;
    -*) ;;
    *)
      if [[ -z $path ]]; then path=${COMP_WORDS[at]}
      elif [[ $path == host || $path == person || $path == evidence ]]; then path="$path ${COMP_WORDS[at]}"
      fi ;;
    esac
  done
  case $path in
    '') words=$commands ;;
    'monitor') words='--only --count --timeout --rate --incident --no-record' ;;
    'analyze') words='--confirm --explain -n --dry-run --fault --plan -p -m --exit-code' ;;
    'approve') words='-m --yes --expect --request --paper --occurred --until --runs' ;;
    'repair') words='-n --dry-run --resume --from --rollback --give-up --by-hand --vendor --vendor-reply --technician --arrived --left --letter --part --emergency --occurred -m' ;;
    'verify') words='-m --yes --expect --request --paper --occurred --override' ;;
    'accept') words='-m --yes --expect --request --paper --occurred' ;;
    'archive') words='--part-stored --part-returned --part-destroyed --no-part --received-by --sanitised --out' ;;
    'reject') words='-m --yes --expect --request --paper --occurred --back --correction' ;;
    'open') words='--fault -m --occurred' ;;
    'withdraw') words='-m --yes --expect --request --occurred --outcome --of --until --to' ;;
    'note') words='-m --occurred' ;;
    'evidence') words='add list redact' ;;
    'evidence add') words='--class -m' ;;
    'evidence list') words='' ;;
    'evidence redact') words='-m --yes' ;;
    'status') words='--mine --late -a --all --step --host --exit-code' ;;
    'log') words='--since --until --host --step --person --register' ;;
    'show') words='' ;;
    'audit') words='--script' ;;
    'init') words='--org --sop --person --role --shared' ;;
    'host') words='list show add trust keys' ;;
    'host list') words='' ;;
    'host show') words='' ;;
    'host add') words='--check --parent --kind' ;;
    'host trust') words='--verified --yes' ;;
    'host keys') words='' ;;
    'person') words='list add change leave keys' ;;
    'person list') words='' ;;
    'person add') words='--role --key --name --nip --machine' ;;
    'person change') words='--role --drop-role --key --retire --compromised --since --name --nip --delegate --from --until --letter' ;;
    'person leave') words='--yes' ;;
    'person keys') words='--make' ;;
    'adopt') words='--yes' ;;
    'seal') words='' ;;
    'import') words='' ;;
    'merge') words='-m' ;;
    'doctor') words='' ;;
    'completion') words='' ;;
    'ping') words='-c -i -t -f -a -u --rate' ;;
    'help') words='' ;;
  esac
  COMPREPLY=($(compgen -W "$words $everywhere" -- "$word"))
}
complete -o default -F _jaga jaga
