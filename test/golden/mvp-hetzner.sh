#!/usr/bin/env bash
# Plan "mvp": creates 5 resources for 8.23 EUR a month, net (prices of 2026-09-29), without 1 by usage.
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

command -v hcloud >/dev/null || stop 'hcloud is not installed. macOS: brew install hcloud. Linux: brew install hcloud.'
hcloud location list -o noheader -o columns=name >/dev/null || stop 'hetzner did not let you in; its message is above. Sign in, or set HCLOUD_TOKEN.'

at 'is cx23 in stock in fsn1?'
found=$(hcloud server list --selector plan=mvp,name=app -o noheader -o columns=id)
if [ -z "$found" ]; then
  found=$(pick 1 fsn1 1 hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}')
  [ -n "$found" ] || stop 'cx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.'
fi

at '[1/8] ssh_key.ops: SSH key ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
ssh_key_ops=$(hcloud ssh-key list --selector plan=mvp,name=ops -o noheader -o columns=id)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  hcloud ssh-key create --name ops --public-key-from-file "${HOME}/.ssh/id_ed25519.pub" --label plan=mvp --label name=ops
fi
settle 120 some hcloud ssh-key list --selector plan=mvp,name=ops -o noheader -o columns=id

at '[2/8] network.lan: network lan'
network_lan=$(hcloud network list --selector plan=mvp,name=lan -o noheader -o columns=id)
only network.lan "$network_lan"
if [ -z "$network_lan" ]; then
  hcloud network create --name lan --ip-range 10.0.0.0/16 --label plan=mvp --label name=lan
fi
settle 120 some hcloud network list --selector plan=mvp,name=lan -o noheader -o columns=id

at '[3/8] network.lan.subnet: subnet of lan'
network_lan_subnet=$(pick 1 10.0.0.0/16 1 hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}')
only network.lan.subnet "$network_lan_subnet"
if [ -z "$network_lan_subnet" ]; then
  hcloud network add-subnet --type cloud --network-zone eu-central --ip-range 10.0.0.0/16 lan
fi
settle 120 some pick 1 10.0.0.0/16 1 hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}'

at '[4/8] firewall.web: firewall web'
cat > mvp-web-firewall.json <<'EOF'
[
 {
  "direction": "in",
  "protocol": "tcp",
  "port": "22",
  "source_ips": [
   "203.0.113.0/24"
  ]
 },
 {
  "direction": "in",
  "protocol": "tcp",
  "port": "80",
  "source_ips": [
   "0.0.0.0/0",
   "::/0"
  ]
 },
 {
  "direction": "in",
  "protocol": "tcp",
  "port": "443",
  "source_ips": [
   "0.0.0.0/0",
   "::/0"
  ]
 }
]
EOF
firewall_web=$(hcloud firewall list --selector plan=mvp,name=web -o noheader -o columns=id)
only firewall.web "$firewall_web"
if [ -z "$firewall_web" ]; then
  hcloud firewall create --name web --rules-file mvp-web-firewall.json --label plan=mvp --label name=web
fi
settle 120 some hcloud firewall list --selector plan=mvp,name=web -o noheader -o columns=id

at '[5/8] server.app: server app (cx23)'
cat > mvp-app-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app=$(hcloud server list --selector plan=mvp,name=app -o noheader -o columns=id)
only server.app "$server_app"
if [ -z "$server_app" ]; then
  hcloud server create --name app --type cx23 --image ubuntu-24.04 --location fsn1 --ssh-key ops --network lan --firewall web --user-data-from-file mvp-app-cloud-init.yaml --label plan=mvp --label name=app
  server_app=$(hcloud server list --selector plan=mvp,name=app -o noheader -o columns=id)
  some 'id of server.app' "$server_app"
fi
settle 120 is running hcloud server list --selector plan=mvp,name=app -o noheader -o columns=status

at '[6/8] server.app.backups: daily backups of app'
server_app_backups=$(hcloud server describe app -o 'format={{.BackupWindow}}')
only server.app.backups "$server_app_backups"
if [ -z "$server_app_backups" ]; then
  hcloud server enable-backup app
fi
settle 120 some hcloud server describe app -o 'format={{.BackupWindow}}'

at '[7/8] volume.data: volume data (20 GB)'
volume_data=$(hcloud volume list --selector plan=mvp,name=data -o noheader -o columns=id)
only volume.data "$volume_data"
if [ -z "$volume_data" ]; then
  hcloud volume create --name data --size 20 --format ext4 --location fsn1 --label plan=mvp --label name=data
fi
settle 120 some hcloud volume list --selector plan=mvp,name=data -o noheader -o columns=id

at '[8/8] volume.data.attach: attach data to app'
volume_data_attach=$(pick 1 app 1 hcloud volume list --selector plan=mvp,name=data -o noheader -o columns=server)
only volume.data.attach "$volume_data_attach"
if [ -z "$volume_data_attach" ]; then
  hcloud volume attach --automount --server app data
fi
settle 120 is app pick 1 app 1 hcloud volume list --selector plan=mvp,name=data -o noheader -o columns=server

at 'done: everything is there'
