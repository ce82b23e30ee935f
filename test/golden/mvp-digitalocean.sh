#!/usr/bin/env bash
# Plan "mvp": creates 5 resources for 33.20 USD a month, net (prices of 2026-09-29 to 2026-09-30), without 1 by usage.
# Read it, then run it. It can be run again: each step looks for what it makes, by the plan's label, and makes only what is missing.
set -euo pipefail

current='before the first step' hint=
at() { current=$1 hint=${2:-}; printf '%s\n' "$1" >&2; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
# some WHAT VALUE: stops where a value that is needed is empty
some() { case $2 in '' | None) stop "$1: the command succeeded but printed nothing; nothing further was run" ;; esac; }
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
  [ "$code" -eq 0 ] || printf '\nStopped (exit %s) at %s\n%s%s\n' "$code" "$current" "${hint:+$hint }" 'Nothing after it was run. Mend the cause and run this script again: what is finished is found and left as it is.' >&2
}
trap finish EXIT
trap 'exit 130' INT TERM

command -v doctl >/dev/null || stop 'doctl is not installed. macOS: brew install doctl. Linux: sudo snap install doctl.'
doctl compute region list --format Slug --no-header >/dev/null || stop 'digitalocean did not let you in; its message is above. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.'

at '[1/7] ssh_key.ops: SSH key mvp--ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
ssh_key_ops=$(pick 2 mvp--ops 1 doctl compute ssh-key list --format ID,Name --no-header)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  ssh_key_ops=$(doctl compute ssh-key import mvp--ops --public-key-file "${HOME}/.ssh/id_ed25519.pub" --format ID --no-header)
  some 'SSH key mvp--ops' "$ssh_key_ops"
fi
settle 120 some pick 2 mvp--ops 1 doctl compute ssh-key list --format ID,Name --no-header

at '[2/7] network.lan: network lan'
network_lan=$(pick 2,3 'lan plan:mvp' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.lan "$network_lan"
if [ -z "$network_lan" ]; then
  doctl vpcs create --name lan --description plan:mvp --region fra1 --ip-range 10.0.0.0/16
  network_lan=$(pick 2,3 'lan plan:mvp' 1 doctl vpcs list --format ID,Name,Description --no-header)
  some 'id of network.lan' "$network_lan"
fi
settle 120 some pick 2,3 'lan plan:mvp' 1 doctl vpcs list --format ID,Name,Description --no-header

at '[3/7] firewall.web.tag: tag firewall:mvp:web'
firewall_web_tag=$(pick 1 firewall:mvp:web 1 doctl compute tag list --format Name --no-header)
only firewall.web.tag "$firewall_web_tag"
if [ -z "$firewall_web_tag" ]; then
  doctl compute tag create firewall:mvp:web
fi
settle 120 some pick 1 firewall:mvp:web 1 doctl compute tag list --format Name --no-header

at '[4/7] firewall.web: firewall web'
firewall_web=$(pick 2,3 'web firewall:mvp:web' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.web "$firewall_web"
if [ -z "$firewall_web" ]; then
  firewall_web=$(doctl compute firewall create --name web --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24 protocol:tcp,ports:80,address:0.0.0.0/0,address:::/0 protocol:tcp,ports:443,address:0.0.0.0/0,address:::/0' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names firewall:mvp:web --format ID --no-header)
  some 'firewall web' "$firewall_web"
fi
settle 120 is succeeded pick 2,3 'web firewall:mvp:web' 1 doctl compute firewall list --format Status,Name,Tags --no-header

at '[5/7] server.app: server app (s-2vcpu-4gb)'
cat > mvp-app-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app=$(pick 2 app 1 doctl compute droplet list --tag-name plan:mvp --format ID,Name --no-header)
only server.app "$server_app"
if [ -z "$server_app" ]; then
  server_app=$(doctl compute droplet create app --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys "$ssh_key_ops" --vpc-uuid "$network_lan" --tag-names plan:mvp,firewall:mvp:web --user-data-file mvp-app-cloud-init.yaml --enable-backups --backup-policy-plan daily --backup-policy-hour 4 --enable-monitoring --wait --format ID --no-header)
  some 'server app (s-2vcpu-4gb)' "$server_app"
fi
settle 600 is active doctl compute droplet get "$server_app" --format Status --no-header
settle 120 is active doctl compute droplet get "$server_app" --format Status --no-header

at '[6/7] volume.data: volume data (20 GB)'
volume_data=$(pick 2,3 'data plan:mvp' 1 doctl compute volume list --format ID,Name,Tags --no-header)
only volume.data "$volume_data"
if [ -z "$volume_data" ]; then
  volume_data=$(doctl compute volume create data --region fra1 --size 20GiB --fs-type ext4 --tag plan:mvp --format ID --no-header)
  some 'volume data (20 GB)' "$volume_data"
fi
settle 120 some pick 2,3 'data plan:mvp' 1 doctl compute volume list --format ID,Name,Tags --no-header

at '[7/7] volume.data.attach: attach data to app'
volume_data_attach=$(pick 1 "[${server_app}]" 1 doctl compute volume get "$volume_data" --format DropletIDs --no-header)
only volume.data.attach "$volume_data_attach"
if [ -z "$volume_data_attach" ]; then
  doctl compute volume-action attach "$volume_data" "$server_app"
fi
settle 120 some pick 1 "[${server_app}]" 1 doctl compute volume get "$volume_data" --format DropletIDs --no-header
settle 120 some pick 1 "[${server_app}]" 1 doctl compute volume get "$volume_data" --format DropletIDs --no-header

at 'done: everything is there'
