#!/usr/bin/env bash
# Plan "mvp": DESTROYS 7 things, in the reverse of their creation.
# What stays, and is billed: a last snapshot of volume.data.
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

command -v doctl >/dev/null || stop 'doctl is not installed. macOS: brew install doctl. Linux: sudo snap install doctl.'
doctl compute region list --format Slug --no-header >/dev/null || stop 'digitalocean did not let you in; its message is above. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.'

at 'looking up what there is'
ssh_key_ops=$(pick 2 mvp--ops 1 doctl compute ssh-key list --format ID,Name --no-header)
only ssh_key.ops "$ssh_key_ops"
network_lan=$(pick 2,3 'lan plan:mvp' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.lan "$network_lan"
firewall_web_tag=$(pick 1 firewall:mvp:web 1 doctl compute tag list --format Name --no-header)
only firewall.web.tag "$firewall_web_tag"
firewall_web=$(pick 2,3 'web firewall:mvp:web' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.web "$firewall_web"
server_app=$(pick 2 app 1 doctl compute droplet list --tag-name plan:mvp --format ID,Name --no-header)
only server.app "$server_app"
volume_data=$(pick 2,3 'data plan:mvp' 1 doctl compute volume list --format ID,Name,Tags --no-header)
only volume.data "$volume_data"
volume_data_attach=
if [ -n "$volume_data" ] && [ -n "$server_app" ]; then
  volume_data_attach=$(pick 1 "[${server_app}]" 1 doctl compute volume get "$volume_data" --format DropletIDs --no-header)
  only volume.data.attach "$volume_data_attach"
fi

[ -z "$volume_data_attach" ] || printf '  %s\n' 'volume.data.attach (digitalocean)' >&2
[ -z "$volume_data" ] || printf '  %s\n' 'volume.data (digitalocean)' >&2
[ -z "$server_app" ] || printf '  %s\n' 'server.app (digitalocean)' >&2
[ -z "$firewall_web" ] || printf '  %s\n' 'firewall.web (digitalocean)' >&2
[ -z "$firewall_web_tag" ] || printf '  %s\n' 'firewall.web.tag (digitalocean)' >&2
[ -z "$network_lan" ] || printf '  %s\n' 'network.lan (digitalocean)' >&2
[ -z "$ssh_key_ops" ] || printf '  %s\n' 'ssh_key.ops (digitalocean)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type mvp to go on: ' >&2
  read -r answer
  [ "$answer" = mvp ] || stop 'Nothing was destroyed.'
fi

at '[1/7] volume.data.attach: remove'
if [ -n "$volume_data_attach" ]; then
  doctl compute volume-action detach "$volume_data" "$server_app"
  settle 120 none pick 1 "[${server_app}]" 1 doctl compute volume get "$volume_data" --format DropletIDs --no-header
fi

at '[2/7] volume.data: remove'
if [ -n "$volume_data" ]; then
  doctl compute volume snapshot "$volume_data" --snapshot-name "mvp--data-$(date -u +%Y%m%d%H%M%S)"
  retry 120 doctl compute volume delete "$volume_data" --force
  settle 120 none pick 2,3 'data plan:mvp' 1 doctl compute volume list --format ID,Name,Tags --no-header
fi

at '[3/7] server.app: remove'
if [ -n "$server_app" ]; then
  doctl compute droplet delete "$server_app" --force
  settle 120 none pick 2 app 1 doctl compute droplet list --tag-name plan:mvp --format ID,Name --no-header
fi

at '[4/7] firewall.web: remove'
if [ -n "$firewall_web" ]; then
  doctl compute firewall delete "$firewall_web" --force
  settle 120 none pick 2,3 'web firewall:mvp:web' 1 doctl compute firewall list --format ID,Name,Tags --no-header
fi

at '[5/7] firewall.web.tag: remove'
if [ -n "$firewall_web_tag" ]; then
  doctl compute tag delete firewall:mvp:web --force
  settle 120 none pick 1 firewall:mvp:web 1 doctl compute tag list --format Name --no-header
fi

at '[6/7] network.lan: remove'
if [ -n "$network_lan" ]; then
  retry 600 doctl vpcs delete "$network_lan" --force
  settle 120 none pick 2,3 'lan plan:mvp' 1 doctl vpcs list --format ID,Name,Description --no-header
fi

at '[7/7] ssh_key.ops: remove'
if [ -n "$ssh_key_ops" ]; then
  doctl compute ssh-key delete "$ssh_key_ops" --force
  settle 120 none pick 2 mvp--ops 1 doctl compute ssh-key list --format ID,Name --no-header
fi

at 'done: nothing of it is left'
