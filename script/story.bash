# What the scripts that tell a story have in common (script/demo, script/demo-fleet): to say what happens, and to do it as
# a person of the story. `arguments` takes what both are given; later the script itself sets jaga and base where they are
# not.

width=92
if [ -t 1 ] && columns=$(stty size <&1 2>/dev/null) && [ "${columns#* }" -gt 0 ] && [ "${columns#* }" -lt "$width" ]; then
  width=${columns#* }
fi

bold='' dim='' cyan='' red='' plain=''
colored() { bold=$'\e[1m' dim=$'\e[2m' cyan=$'\e[36m' red=$'\e[31m' plain=$'\e[0m'; }
if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM-dumb}" != dumb ]; then colored; fi

fail() { # fail STATUS TEXT
  printf 'demo: %s\n' "$2" >&2
  exit "$1"
}

# shellcheck disable=SC2034  # mode and help are for the scripts that load this
mode=any jaga='' base='' help=''
# shellcheck disable=SC2034
arguments() { # arguments USAGE ARGUMENT...: sets mode, jaga, base and help
  local usage=$1
  shift
  while [ $# -gt 0 ]; do
    case $1 in
    --lab | --local | --fleet) mode=${1#--} ;;
    --color) colored ;; # script/tour knows by it which lines a program printed
    --jaga)
      [ $# -ge 2 ] || fail 64 "--jaga needs a file"
      jaga=$(realpath -- "$2")
      shift
      ;;
    -h | --help) help=yes ;;
    -*) fail 64 "unknown option '$1'; usage: $usage" ;;
    *) base=$1 ;;
    esac
    shift
  done
}
print_help() { # the comment at the beginning of the script
  sed -n '2,/^set /{/^set /d; s/^# \{0,1\}//; p}' "$0"
  exit 0
}

fresh=
title() { # title TEXT: a new step
  fresh=1
  printf '\n%s%s%s ' "$bold" "$1" "$plain"
  printf '%*s\n' "$((width - ${#1} - 1))" '' | tr ' ' '-'
}
tell() { # tell TEXT...: what happens next, and why
  [ -n "$fresh" ] || echo
  fresh=
  printf '%s\n' "$*" | fold -s -w "$width" | while read -r line; do
    printf '%s%s%s\n' "$cyan" "$line" "$plain"
  done
}

on_network() { "$@"; } # where commands run; with the lab: on its monitor
as() { # as PERSON COMMAND: a shell command, in their home, with their key, in the current directory
  on_network env -u SSH_AUTH_SOCK -u JAGA_KEY -u JAGA_PERSON -u XDG_CONFIG_HOME -u XDG_STATE_HOME \
    HOME="$base/people/$1" PATH="${jaga%/*}:$PATH" LC_ALL=C.UTF-8 sh -c "$2"
}

step() { # step STATUS[|STATUS] PERSON COMMAND: shows it, does it, and checks that it ended as it should
  local status=0
  fresh=
  printf '\n%s%s$%s %s\n' "$dim" "$2" "$plain$bold" "$3$plain"
  as "$2" "$3" || status=$?
  case "|$1|" in
  *"|$status|"*) ;;
  *)
    printf '%sdemo: this ended with %s instead of %s%s\n' "$red" "$status" "$1" "$plain" >&2
    exit 1
    ;;
  esac
  if [ "$status" != 0 ]; then printf '%s(exit status %s)%s\n' "$dim" "$status" "$plain"; fi
}

shown() { # shown COMMAND...: of this machine, not of a person of the story
  fresh=
  printf '\n%s$%s %s\n' "$dim" "$plain$bold" "${*/#"$root/"/}$plain"
  "$@"
}
