#!/usr/bin/env bash
# Plan "growth": creates 9 resources for 72.31 EUR a month, net (prices of 2026-09-04 to 2026-10-28), without 3 by usage.
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

command -v aws >/dev/null || stop 'aws is not installed. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.'
command -v hcloud >/dev/null || stop 'hcloud is not installed. macOS: brew install hcloud. Linux: brew install hcloud.'
[ -n "${HETZNER_S3_ACCESS_KEY_ID:-}" ] || stop 'HETZNER_S3_ACCESS_KEY_ID is not set: access key of Hetzner Object Storage (console: Object Storage, Credentials)'
[ -n "${HETZNER_S3_SECRET_ACCESS_KEY:-}" ] || stop 'HETZNER_S3_SECRET_ACCESS_KEY is not set: secret key that belongs to it'
hcloud location list -o noheader -o columns=name >/dev/null || stop 'hetzner did not let you in; its message is above. Sign in, or set HCLOUD_TOKEN.'

at 'is cx23 in stock in fsn1?'
found=$(hcloud server list --selector plan=growth,name=app1 -o noheader -o columns=id)
if [ -z "$found" ]; then
  found=$(pick 1 fsn1 1 hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}')
  [ -n "$found" ] || stop 'cx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.'
fi

at 'is ccx13 in stock in fsn1?'
found=$(hcloud server list --selector plan=growth,name=db -o noheader -o columns=id)
if [ -z "$found" ]; then
  found=$(pick 1 fsn1 1 hcloud server-type describe ccx13 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}')
  [ -n "$found" ] || stop 'ccx13 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.'
fi

at '[1/15] ssh_key.ops: SSH key ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
ssh_key_ops=$(hcloud ssh-key list --selector plan=growth,name=ops -o noheader -o columns=id)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  hcloud ssh-key create --name ops --public-key-from-file "${HOME}/.ssh/id_ed25519.pub" --label plan=growth --label name=ops
fi
settle 120 some hcloud ssh-key list --selector plan=growth,name=ops -o noheader -o columns=id

at '[2/15] network.lan: network lan'
network_lan=$(hcloud network list --selector plan=growth,name=lan -o noheader -o columns=id)
only network.lan "$network_lan"
if [ -z "$network_lan" ]; then
  hcloud network create --name lan --ip-range 10.0.0.0/16 --label plan=growth --label name=lan
fi
settle 120 some hcloud network list --selector plan=growth,name=lan -o noheader -o columns=id

at '[3/15] network.lan.subnet: subnet of lan'
network_lan_subnet=$(pick 1 10.0.0.0/16 1 hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}')
only network.lan.subnet "$network_lan_subnet"
if [ -z "$network_lan_subnet" ]; then
  hcloud network add-subnet --type cloud --network-zone eu-central --ip-range 10.0.0.0/16 lan
fi
settle 120 some pick 1 10.0.0.0/16 1 hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}'

at '[4/15] firewall.ssh: firewall ssh'
cat > growth-ssh-firewall.json <<'EOF'
[
 {
  "direction": "in",
  "protocol": "tcp",
  "port": "22",
  "source_ips": [
   "203.0.113.0/24"
  ]
 }
]
EOF
firewall_ssh=$(hcloud firewall list --selector plan=growth,name=ssh -o noheader -o columns=id)
only firewall.ssh "$firewall_ssh"
if [ -z "$firewall_ssh" ]; then
  hcloud firewall create --name ssh --rules-file growth-ssh-firewall.json --label plan=growth --label name=ssh
fi
settle 120 some hcloud firewall list --selector plan=growth,name=ssh -o noheader -o columns=id

at '[5/15] server.app1: server app1 (cx23)'
cat > growth-app1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app1=$(hcloud server list --selector plan=growth,name=app1 -o noheader -o columns=id)
only server.app1 "$server_app1"
if [ -z "$server_app1" ]; then
  hcloud server create --name app1 --type cx23 --image ubuntu-24.04 --location fsn1 --ssh-key ops --network lan --firewall ssh --user-data-from-file growth-app1-cloud-init.yaml --label plan=growth --label name=app1
  server_app1=$(hcloud server list --selector plan=growth,name=app1 -o noheader -o columns=id)
  some 'id of server.app1' "$server_app1"
fi
settle 120 is running hcloud server list --selector plan=growth,name=app1 -o noheader -o columns=status

at '[6/15] server.app2: server app2 (cx23)'
cat > growth-app2-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app2=$(hcloud server list --selector plan=growth,name=app2 -o noheader -o columns=id)
only server.app2 "$server_app2"
if [ -z "$server_app2" ]; then
  hcloud server create --name app2 --type cx23 --image ubuntu-24.04 --location fsn1 --ssh-key ops --network lan --firewall ssh --user-data-from-file growth-app2-cloud-init.yaml --label plan=growth --label name=app2
  server_app2=$(hcloud server list --selector plan=growth,name=app2 -o noheader -o columns=id)
  some 'id of server.app2' "$server_app2"
fi
settle 120 is running hcloud server list --selector plan=growth,name=app2 -o noheader -o columns=status

at '[7/15] server.db: server db (ccx13)'
server_db=$(hcloud server list --selector plan=growth,name=db -o noheader -o columns=id)
only server.db "$server_db"
if [ -z "$server_db" ]; then
  hcloud server create --name db --type ccx13 --image ubuntu-24.04 --location fsn1 --ssh-key ops --network lan --firewall ssh --label plan=growth --label name=db
  server_db=$(hcloud server list --selector plan=growth,name=db -o noheader -o columns=id)
  some 'id of server.db' "$server_db"
fi
settle 120 is running hcloud server list --selector plan=growth,name=db -o noheader -o columns=status

at '[8/15] volume.pgdata: volume pgdata (50 GB)'
volume_pgdata=$(hcloud volume list --selector plan=growth,name=pgdata -o noheader -o columns=id)
only volume.pgdata "$volume_pgdata"
if [ -z "$volume_pgdata" ]; then
  hcloud volume create --name pgdata --size 50 --format ext4 --location fsn1 --label plan=growth --label name=pgdata
fi
settle 120 some hcloud volume list --selector plan=growth,name=pgdata -o noheader -o columns=id

at '[9/15] volume.pgdata.attach: attach pgdata to db'
volume_pgdata_attach=$(pick 1 db 1 hcloud volume list --selector plan=growth,name=pgdata -o noheader -o columns=server)
only volume.pgdata.attach "$volume_pgdata_attach"
if [ -z "$volume_pgdata_attach" ]; then
  hcloud volume attach --automount --server db pgdata
fi
settle 120 is db pick 1 db 1 hcloud volume list --selector plan=growth,name=pgdata -o noheader -o columns=server

at '[10/15] load_balancer.lb: load balancer lb (lb11)'
load_balancer_lb=$(hcloud load-balancer list --selector plan=growth,name=lb -o noheader -o columns=id)
only load_balancer.lb "$load_balancer_lb"
if [ -z "$load_balancer_lb" ]; then
  hcloud load-balancer create --name lb --type lb11 --location fsn1 --network lan --label plan=growth --label name=lb
fi
settle 120 some hcloud load-balancer list --selector plan=growth,name=lb -o noheader -o columns=id

at '[11/15] load_balancer.lb.service-80: http 80 of lb to port 80'
load_balancer_lb_service_80=$(pick 1 80 1 hcloud load-balancer describe lb -o 'format={{range .Services}}{{println .ListenPort}}{{end}}')
only load_balancer.lb.service-80 "$load_balancer_lb_service_80"
if [ -z "$load_balancer_lb_service_80" ]; then
  hcloud load-balancer add-service --protocol http --listen-port 80 --destination-port 80 --health-check-protocol http --health-check-port 80 --health-check-http-path / lb
fi
settle 120 some pick 1 80 1 hcloud load-balancer describe lb -o 'format={{range .Services}}{{println .ListenPort}}{{end}}'

at '[12/15] load_balancer.lb.app1: app1 behind lb'
load_balancer_lb_app1=$(pick 1 "$server_app1" 1 hcloud load-balancer describe lb -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}')
only load_balancer.lb.app1 "$load_balancer_lb_app1"
if [ -z "$load_balancer_lb_app1" ]; then
  hcloud load-balancer add-target --server app1 --use-private-ip lb
fi
settle 120 some pick 1 "$server_app1" 1 hcloud load-balancer describe lb -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}'

at '[13/15] load_balancer.lb.app2: app2 behind lb'
load_balancer_lb_app2=$(pick 1 "$server_app2" 1 hcloud load-balancer describe lb -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}')
only load_balancer.lb.app2 "$load_balancer_lb_app2"
if [ -z "$load_balancer_lb_app2" ]; then
  hcloud load-balancer add-target --server app2 --use-private-ip lb
fi
settle 120 some pick 1 "$server_app2" 1 hcloud load-balancer describe lb -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}'

at '[14/15] bucket.acme-files: bucket acme-files'
bucket_acme_files=$(AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api list-buckets --query "Buckets[?Name=='acme-files'].Name" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com)
only bucket.acme-files "$bucket_acme_files"
if [ -z "$bucket_acme_files" ]; then
  AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api create-bucket --bucket acme-files --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com
fi
AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" settle 120 is acme-files aws s3api list-buckets --query "Buckets[?Name=='acme-files'].Name" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com

at '[15/15] bucket.acme-files.versioning: keep old versions in acme-files'
bucket_acme_files_versioning=$(AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api get-bucket-versioning --bucket acme-files --query "[Status][?@=='Enabled']" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com)
only bucket.acme-files.versioning "$bucket_acme_files_versioning"
if [ -z "$bucket_acme_files_versioning" ]; then
  AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api put-bucket-versioning --bucket acme-files --versioning-configuration Status=Enabled --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com
fi
AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" settle 120 is Enabled aws s3api get-bucket-versioning --bucket acme-files --query "[Status][?@=='Enabled']" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com

at 'done: everything is there'
