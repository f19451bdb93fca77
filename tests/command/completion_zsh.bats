#!/usr/bin/env bats
# completions/_jaga in zsh's own completion system, on a terminal.
load helpers

source_dir=$(readlink -f "${JAGA_SOURCE:-$BATS_TEST_DIRNAME/../..}")

# zsh-tab on completions/, with what compinit found in the first of these tests.
zsh_tab() {
  PATH="$(dirname "$JAGA"):$PATH" "$BATS_TEST_DIRNAME/zsh-tab" "$source_dir/completions" "$BATS_FILE_TMPDIR/zcompdump"
}
setup_file() {
  export HOME=$BATS_FILE_TMPDIR
  if command -v zsh >/dev/null; then zsh_tab </dev/null; fi
}
setup() {
  need zsh
  setup_folder
}

# typed <TRANSCRIPT: what zsh-tab prints of the lines of TRANSCRIPT that begin with $ and %.
typed() {
  cat >"$BATS_TEST_TMPDIR/expected"
  grep '^[$%] ' "$BATS_TEST_TMPDIR/expected" | zsh_tab | diff -u "$BATS_TEST_TMPDIR/expected" -
}
# after_tab LINE: the line and the list that Tab makes of it.
after_tab() { zsh_tab <<<"\$ $1" | tail -n +2; }

@test "every command is offered, with what it does in English" {
  after_tab 'jaga ' >shown
  [ "$(head -n 2 shown)" = "$(printf 'jaga |\n[command]')" ]
  "$JAGA" help --table | while IFS=$'\t' read -r name _; do
    grep -q "^$name -- [a-z]" shown || { echo "not offered: $name" >&2; false; }
  done
  grep -qxF 'status -- open incidents: next step, who must act, deadline' shown
  # Options only where one is begun.
  [ "$(grep -c '^-' shown)" = 0 ]
  after_tab 'jaga -' >shown
  grep -qxF -- '--lang -- the language of messages' shown
  grep -qxF -- '--quiet -q -- print only data and errors' shown
}

@test "commands and their commands are completed, and nothing of a command that is unknown" {
  typed <<'END'
$ jaga comp
jaga completion |
$ jaga host tr
jaga host trust |
$ jaga host 
jaga host |
[command]
add -- add a host in hosts.d/NAME.yaml
import -- import another tool's inventory into hosts.d/NAME.yaml
keys -- print the pinned keys as known_hosts lines
list -- list the hosts of the inventory
maintain -- start a maintenance window: checks continue, but no incidents are opened
prepare -- print a script for a host: accounts, keys and sudo for jaga
show -- show a host and its pinned identity
trust -- pin host keys, machine-id and serial numbers in the register
$ jaga help arc
jaga help archive |
$ jaga help workf
jaga help workflow |
$ jaga -C /tmp --lang id hel
jaga -C /tmp --lang id help |
$ jaga nosuch 
jaga nosuch |
$ jaga nosuch -
jaga nosuch -|
$ jaga host nosuch 
jaga host nosuch |
END
}

@test "options are offered with what they do: the command's own and the global ones, each once" {
  typed <<'END'
$ jaga host trust --
jaga host trust --|
[option]
--as -- act as PERSON (or JAGA_PERSON), whose key must be available, except with --request and --paper
--color -- when to use colour
--columns -- print these columns of a list (--format tsv)
--debug -- log file access, connections and decisions to standard error
--format -- format of standard output
--json -- short for --format json
--key -- sign with this key (or JAGA_KEY)
--lang -- the language of messages
--no-pager -- do not show long output in a pager
--null -- print the values of a list with NUL after each, for xargs -0
--quiet -- print only data and errors
--verified -- how the keys were checked
--version -- print the version of jaga
--yes -- do not ask for confirmation
$ jaga host trust --ve
jaga host trust --ver|
$ jaga withdraw web01 --outc
jaga withdraw web01 --outcome |
$ jaga monitor --che
jaga monitor --check |
$ jaga seal -
jaga seal -|
[option]
--as -- act as PERSON (or JAGA_PERSON), whose key must be available, except with --request and --paper
--color -- when to use colour
--columns -- print these columns of a list (--format tsv)
--debug -- log file access, connections and decisions to standard error
--format -- format of standard output
--json -- short for --format json
--key -- sign with this key (or JAGA_KEY)
--lang -- the language of messages
--no-pager -- do not show long output in a pager
--null -0 -- print the values of a list with NUL after each, for xargs -0
--quiet -q -- print only data and errors
--version -V -- print the version of jaga
-C -- look for the working directory from DIR upwards
END
  # Two of the command's own that mean the same, beside global ones that do; colons in what they do.
  after_tab 'jaga analyze -' >shown
  grep -qxF -- '--dry-run -n -- open no incidents and record nothing' shown
  grep -qxF -- '--null -0 -- print the values of a list with NUL after each, for xargs -0' shown
  grep -qxF -- '--part -- with INCIDENT: the spare part needed; empty: none' shown
  after_tab 'jaga ping -' >shown
  [ "$(grep -- '^-C' shown)" = '-C -- the same, and print the time of each reply' ]
}

@test "every option of every command is offered" {
  "$JAGA" help --table | while IFS=$'\t' read -r name _ _ usage; do
    sed 's/ ; /\n/g' <<<"$usage" | while read -r _ words; do
      line=jaga
      for word in $words; do
        case $word in [a-z]*) line+=" $word" ;; *) break ;; esac
      done
      echo "$line $(tr '[]() ' '\n' <<<"$words" | grep -- '^-' | tr '\n' ' ')"
    done
  done >wanted
  # A narrow terminal, which zsh fills sooner.
  sed -E '1i % COLUMNS=70
    s/ -.*| *$//; s/^/$ /; s/$/ -/' wanted | zsh_tab >shown
  awk 'NR == FNR { if (/^\$/) { line = $0; sub(/^\$ /, "", line); sub(/ -$/, "", line) } else if (/^-/)
         for (at = 1; $at != "--" && at <= NF; ++at) offered[line " " $at] = 1; next }
       { line = ""; for (at = 1; at <= NF; ++at) if ($at !~ /^-/) line = line (at > 1 ? " " : "") $at
         else { ++looked; if (!((line " " $at) in offered)) { print line ": no " $at; bad = 1 } } }
       END { exit bad || looked < 100 }' shown wanted >&2
}

@test "values of options are offered, and none where any text is valid" {
  typed <<'END'
$ jaga --format 
jaga --format |
csv json nagios pdf text yaml
html md openmetrics prometheus tsv
$ jaga status --format t
jaga status --format t|
text tsv
$ jaga status --format y
jaga status --format yaml |
$ jaga --lang 
jaga --lang |
en id
$ jaga --lang=
jaga --lang=|
en id
$ jaga host list --format=j
jaga host list --format=json |
$ jaga host trust --verified 
jaga host trust --verified |
console first-use vendor
$ jaga withdraw --outcome=ri
jaga withdraw --outcome=risk-accepted |
$ jaga status --columns hos
jaga status --columns host,|
$ jaga host list --columns host,add
jaga host list --columns host,address,|
$ jaga analyze -m 
jaga analyze -m |
[value]
$ jaga ping -C 
jaga ping -C |
[value]
$ jaga completion 
jaga completion |
bash fish zsh
END
}

@test "colons in a value: a check with its port" {
  typed <<'END'
$ jaga host add web01 192.0.2.1 --check 
jaga host add web01 192.0.2.1 --check |
[checks]
dns: http: icmp local ssh tcp:
$ jaga host add web01 192.0.2.1 --check t
jaga host add web01 192.0.2.1 --check tcp:|
$ jaga host add web01 192.0.2.1 --check tcp:443
jaga host add web01 192.0.2.1 --check tcp:443|
$ jaga host add web01 192.0.2.1 --check tcp:443 --pare
jaga host add web01 192.0.2.1 --check tcp:443 --parent |
$ jaga host add web01 192.0.2.1 --check=h
jaga host add web01 192.0.2.1 --check=http:|
$ jaga host add web01 192.0.2.1 --check ic
jaga host add web01 192.0.2.1 --check icmp |
END
}

@test "incidents, hosts, groups, people and plans of the working directory are offered" {
  office
  printf 'groups: {web: {}}\nhosts:\n  - {name: web01, address: 192.0.2.1, groups: [web]}\n  - {name: db01, address: 192.0.2.2}\n' >hosts.yaml
  as staff open web01 -q --fault disk-full --object '/srv/data: é' -m slow >id
  id=$(cat id)
  typed <<END
\$ jaga show 
jaga show |
[incidents]
$id -- web01, disk-full /srv/data: é
web01 -- disk-full /srv/data: é
\$ jaga show 20
jaga show $id |
\$ jaga accept we
jaga accept web01 |
\$ jaga analyze we
jaga analyze web01 |
\$ jaga show $id
jaga show $id |
\$ jaga monitor 
jaga monitor |
[hosts]
@web -- web01
db01 -- 192.0.2.2
web01 -- 192.0.2.1
\$ jaga monitor @
jaga monitor @web |
\$ jaga monitor @web d
jaga monitor @web db01 |
\$ jaga monitor "w
jaga monitor "web01" |
\$ jaga status --host w
jaga status --host web01 |
\$ jaga ping -C 3 w
jaga ping -C 3 web01 |
\$ jaga log --person div
jaga log --person division-head |
\$ jaga --as sec
jaga --as section-head |
\$ jaga rules raid-d
jaga rules raid-degraded |
\$ jaga analyze web01 --plan clean
jaga analyze web01 --plan clean-disk |
\$ jaga analyze web01 --plan clean-disk -p 
jaga analyze web01 --plan clean-disk -p |
[parameters]
days= -- Age of logs (days)
journal= -- Journal to keep
mount= -- Mount point
\$ jaga analyze web01 --plan=clean-disk -p m
jaga analyze web01 --plan=clean-disk -p mount=|
\$ jaga report monthly 2
jaga report monthly ${id:0:4}-${id:4:2} |
\$ jaga log --step m
jaga log --step m|
[kinds]
merge monitor
END
}

@test "the working directory is found wherever the line says that it is" {
  office
  mkdir "$HOME/the office"
  mv ./* "$HOME/the office"
  ln -s "$(command -v true)" "$HOME/jaga"
  typed <<'END'
% there='the office'
$ jaga monitor w
jaga monitor w|
$ jaga -C ~/the\ office monitor w
jaga -C ~/the\ office monitor web01 |
$ jaga -C "$HOME/the office" monitor w
jaga -C "$HOME/the office" monitor web01 |
$ jaga monitor -C $HOME/$there w
jaga monitor -C $HOME/$there web01 |
% alias there='jaga -C ~/"the office"'
$ there monitor w
there monitor web01 |
% ln -sf =jaga ~/jaga
% cd ~/the\ office
$ ~/jaga monitor w
~/jaga monitor web01 |
$ LC_ALL=C jaga monitor w
LC_ALL=C jaga monitor web01 |
% cd
$ jaga -C ~nobody-of-this-name monitor w
jaga -C ~nobody-of-this-name monitor w|
$ jaga -C $(touch run)~ monitor w
jaga -C $(touch run)~ monitor w|
$ jaga -C `touch run` monitor w
jaga -C `touch run` monitor w|
END
  [ ! -e "$HOME/run" ]
}

@test "files are offered where one is expected, folders where only they are" {
  mkdir folder 'a folder'
  touch 'a report.pdf' week:1.md other.txt
  typed <<'END'
$ jaga report incident -o 
jaga report incident -o |
[file]
a\ folder/ a\ report.pdf folder/ other.txt week:1.md
$ jaga report incident -o a\ r
jaga report incident -o a\ report.pdf |
$ jaga report incident -o w
jaga report incident -o week:1.md |
$ jaga --key o
jaga --key other.txt |
$ jaga --key=o
jaga --key=other.txt |
$ jaga -C 
jaga -C |
[directory]
a\ folder/ folder/
$ jaga sign f
jaga sign folder/|
$ jaga audit o
jaga audit other.txt |
$ jaga accept o
jaga accept o|
END
}

@test "completer, matcher-list and prefix-needed of zsh are respected" {
  office
  printf 'hosts:\n  - {name: web01, address: 192.0.2.1}\n  - {name: web-02, address: 192.0.2.2}\n' >hosts.yaml
  typed <<'END'
% zstyle ':completion:*' completer _complete _approximate
$ jaga monitor web01
jaga monitor web01 |
$ jaga monitor wbe01
jaga monitor web01 |
$ jaga accpet
jaga accept |
$ jaga help wrkflow
jaga help workflow |
% zstyle ':completion:*' completer _complete
% zstyle ':completion:*' matcher-list '' 'm:{a-zA-Z}={A-Za-z}' 'l:|=* r:|=*'
$ jaga monitor 02
jaga monitor web-02 |
$ jaga monitor WEB01
jaga monitor web01 |
$ jaga ito
jaga monitor |
END
  printf "%% zstyle ':completion:*:options' prefix-needed false\n$ jaga host keys \n" | zsh_tab >shown
  grep -qxF 'web01 -- 192.0.2.1' shown
  grep -qxF -- '--lang -- the language of messages' shown
}

@test "values are described in the reader's language, commands and options in English" {
  office
  mkdir -p "$HOME/.config/jaga"
  echo 'language: id' >"$HOME/.config/jaga/config.yaml"
  typed <<'END'
$ jaga plans re
jaga plans re|
[plans]
reboot -- Mulai ulang host
remount -- Pasang ulang untuk ditulis
renew-certificate -- Perbarui sertifikat
replace-md-disk -- Ganti disk di larik RAID
restart-unit -- Mulai ulang unit
$ jaga status --step ac
jaga status --step accept |
$ jaga host l
jaga host list |
$ jaga host list --t
jaga host list --tree |
$ jaga re
jaga re|
[command]
reject -- reject the pending decision
repair -- run what was approved, or record what others did
report -- write a report, letter or form
END
}

@test "these tests read and write nothing of the user's own zsh" {
  echo 'touch read; exit 3' >"$HOME/.zshrc"
  cp "$HOME/.zshrc" "$HOME/.zshenv"
  ZDOTDIR=$HOME typed <<'END'
$ jaga comp
jaga completion |
END
  [ ! -e read ]
  ls -A "$HOME" >left
  [ "$(cat left)" = "$(printf '.zshenv\n.zshrc')" ]
}
