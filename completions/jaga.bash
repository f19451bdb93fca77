# Made by `jaga completion bash` from the table of commands; do not edit.
_jaga() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} path='' words='' at skip=0
  local commands='completion help'
  local everywhere='-C --key --as --format --json -q --quiet --color --lang --help'
  case $before in
    --format) COMPREPLY=($(compgen -W 'text json' -- "$word")); return ;;
    --color) COMPREPLY=($(compgen -W 'auto always never' -- "$word")); return ;;
    --lang) COMPREPLY=($(compgen -W 'id en' -- "$word")); return ;;
    -C|--key) COMPREPLY=($(compgen -f -- "$word")); return ;;
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
    'completion') words='' ;;
    'help') words='' ;;
  esac
  COMPREPLY=($(compgen -W "$words $everywhere" -- "$word"))
}
complete -o default -F _jaga jaga
