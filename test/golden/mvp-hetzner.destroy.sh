#!/usr/bin/env bash
# Plan "mvp": DESTROYS 6 things, in the reverse of their creation.
# Nothing stays.
set -euo pipefail

current='before the first step' hint=
at() { current=$1 hint=${2:-}; printf '%s\n' "$1" >&2; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
# only WHAT VALUE: stops where a look-up found several of one name
only() { case $2 in *[[:space:]]*) stop "$1: several were found, and it is not known which is meant: $2" ;; esac; }
# pick COLUMNS VALUE PRINT COMMAND...: of the lines whose COLUMNS (2, or 2,3) are VALUE, prints column PRINT
pick() {
  pick_column=$1 pick_value=$2 pick_print=$3
  shift 3
  pick_lines=$("$@") || return
  printf '%s\n' "$pick_lines" | NAME=$pick_value awk -v c="$pick_column" -v p="$pick_print" '
    BEGIN { n = split(c, column, ",") }
    { value = $column[1]; for (i = 2; i <= n; i++) value = value " " $column[i] }
    value "" == ENVIRON["NAME"] { print $p }'
}
# retry SECONDS COMMAND...: repeats a command until it succeeds
retry() {
  retry_end=$(($(date +%s) + $1))
  shift
  until retry_said=$("$@" 2>&1); do
    [ "$(date +%s)" -lt "$retry_end" ] || stop "$retry_said"
    sleep "${POLL_SECONDS:-5}"
  done
}
# settle SECONDS is VALUE|some|none COMMAND...: repeats a look-up until it prints VALUE, anything, or nothing
settle() {
  settle_end=$(($(date +%s) + $1)) settle_want=$2 settle_value=
  shift 2
  if [ "$settle_want" = is ]; then settle_value=$1; shift; fi
  while :; do
    if settle_got=$("$@" 2>/dev/null); then
      case $settle_want in
        is) [ "$settle_got" != "$settle_value" ] || return 0 ;;
        some) [ -z "$settle_got" ] || return 0 ;;
        none) [ -n "$settle_got" ] || return 0 ;;
      esac
    fi
    [ "$(date +%s)" -lt "$settle_end" ] || break
    sleep "${POLL_SECONDS:-5}"
  done
  "$@" >&2 || true
  stop "expected $settle_want $settle_value, and that did not come; the look-up above says what there is"
}
finish() {
  code=$?
  [ "$code" -eq 0 ] || printf '\nStopped (exit %s) at %s\n%s%s\n' "$code" "$current" "${hint:+$hint }" 'Nothing after it was run. Mend the cause and run this script again: what is gone already is passed over.' >&2
}
trap finish EXIT
trap 'exit 130' INT TERM

command -v hcloud >/dev/null || stop 'hcloud is not installed. macOS: brew install hcloud. Linux: brew install hcloud.'
hcloud location list -o noheader -o columns=name >/dev/null || stop 'hetzner did not let you in; its message is above. Sign in, or set HCLOUD_TOKEN.'

at 'looking up what there is'
ssh_key_ops=$(hcloud ssh-key list --selector plan=mvp,name=ops -o noheader -o columns=id)
only ssh_key.ops "$ssh_key_ops"
network_lan=$(hcloud network list --selector plan=mvp,name=lan -o noheader -o columns=id)
only network.lan "$network_lan"
firewall_web=$(hcloud firewall list --selector plan=mvp,name=web -o noheader -o columns=id)
only firewall.web "$firewall_web"
server_app=$(hcloud server list --selector plan=mvp,name=app -o noheader -o columns=id)
only server.app "$server_app"
volume_data=$(hcloud volume list --selector plan=mvp,name=data -o noheader -o columns=id)
only volume.data "$volume_data"
volume_data_attach=$(pick 1 app 1 hcloud volume list --selector plan=mvp,name=data -o noheader -o columns=server)
only volume.data.attach "$volume_data_attach"

[ -z "$volume_data_attach" ] || printf '  %s\n' 'volume.data.attach (hetzner)' >&2
[ -z "$volume_data" ] || printf '  %s\n' 'volume.data (hetzner)' >&2
[ -z "$server_app" ] || printf '  %s\n' 'server.app (hetzner)' >&2
[ -z "$firewall_web" ] || printf '  %s\n' 'firewall.web (hetzner)' >&2
[ -z "$network_lan" ] || printf '  %s\n' 'network.lan (hetzner)' >&2
[ -z "$ssh_key_ops" ] || printf '  %s\n' 'ssh_key.ops (hetzner)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type mvp to go on: ' >&2
  read -r answer
  [ "$answer" = mvp ] || stop 'Nothing was destroyed.'
fi

at '[1/6] volume.data.attach: remove'
if [ -n "$volume_data_attach" ]; then
  hcloud volume detach data
  settle 120 none pick 1 app 1 hcloud volume list --selector plan=mvp,name=data -o noheader -o columns=server
fi

at '[2/6] volume.data: remove'
if [ -n "$volume_data" ]; then
  retry 60 hcloud volume delete data
  settle 120 none hcloud volume list --selector plan=mvp,name=data -o noheader -o columns=id
fi

at '[3/6] server.app: remove'
if [ -n "$server_app" ]; then
  hcloud server delete app
  settle 120 none hcloud server list --selector plan=mvp,name=app -o noheader -o columns=id
fi

at '[4/6] firewall.web: remove'
if [ -n "$firewall_web" ]; then
  retry 60 hcloud firewall delete web
  settle 120 none hcloud firewall list --selector plan=mvp,name=web -o noheader -o columns=id
fi

at '[5/6] network.lan: remove'
if [ -n "$network_lan" ]; then
  retry 60 hcloud network delete lan
  settle 120 none hcloud network list --selector plan=mvp,name=lan -o noheader -o columns=id
fi

at '[6/6] ssh_key.ops: remove'
if [ -n "$ssh_key_ops" ]; then
  hcloud ssh-key delete ops
  settle 120 none hcloud ssh-key list --selector plan=mvp,name=ops -o noheader -o columns=id
fi

at 'done: nothing of it is left'
