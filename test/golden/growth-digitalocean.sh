#!/usr/bin/env bash
# Plan "growth": creates 8 resources for 186.80 USD a month, net (prices of 2026-09-29 to 2026-09-30), without 3 by usage.
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
command -v doctl >/dev/null || stop 'doctl is not installed. macOS: brew install doctl. Linux: sudo snap install doctl.'
[ -n "${SPACES_ACCESS_KEY_ID:-}" ] || stop 'SPACES_ACCESS_KEY_ID is not set: access key of DigitalOcean Spaces (doctl spaces keys create, or console: Spaces, Access Keys)'
[ -n "${SPACES_SECRET_ACCESS_KEY:-}" ] || stop 'SPACES_SECRET_ACCESS_KEY is not set: secret key that belongs to it'
doctl compute region list --format Slug --no-header >/dev/null || stop 'digitalocean did not let you in; its message is above. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.'

at '[1/16] ssh_key.ops: SSH key growth--ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
ssh_key_ops=$(pick 2 growth--ops 1 doctl compute ssh-key list --format ID,Name --no-header)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  ssh_key_ops=$(doctl compute ssh-key import growth--ops --public-key-file "${HOME}/.ssh/id_ed25519.pub" --format ID --no-header)
  some 'SSH key growth--ops' "$ssh_key_ops"
fi
settle 120 some pick 2 growth--ops 1 doctl compute ssh-key list --format ID,Name --no-header

at '[2/16] network.lan: network lan'
network_lan=$(pick 2,3 'lan plan:growth' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.lan "$network_lan"
if [ -z "$network_lan" ]; then
  doctl vpcs create --name lan --description plan:growth --region fra1 --ip-range 10.0.0.0/16
  network_lan=$(pick 2,3 'lan plan:growth' 1 doctl vpcs list --format ID,Name,Description --no-header)
  some 'id of network.lan' "$network_lan"
fi
settle 120 some pick 2,3 'lan plan:growth' 1 doctl vpcs list --format ID,Name,Description --no-header

at '[3/16] firewall.app.tag: tag firewall:growth:app'
firewall_app_tag=$(pick 1 firewall:growth:app 1 doctl compute tag list --format Name --no-header)
only firewall.app.tag "$firewall_app_tag"
if [ -z "$firewall_app_tag" ]; then
  doctl compute tag create firewall:growth:app
fi
settle 120 some pick 1 firewall:growth:app 1 doctl compute tag list --format Name --no-header

at '[4/16] firewall.app: firewall app'
firewall_app=$(pick 2,3 'app firewall:growth:app' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.app "$firewall_app"
if [ -z "$firewall_app" ]; then
  firewall_app=$(doctl compute firewall create --name app --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24 protocol:tcp,ports:80,address:10.0.0.0/16' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names firewall:growth:app --format ID --no-header)
  some 'firewall app' "$firewall_app"
fi
settle 120 is succeeded pick 2,3 'app firewall:growth:app' 1 doctl compute firewall list --format Status,Name,Tags --no-header

at '[5/16] server.app1: server app1 (s-2vcpu-4gb)'
cat > growth-app1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app1=$(pick 2 app1 1 doctl compute droplet list --tag-name plan:growth --format ID,Name --no-header)
only server.app1 "$server_app1"
if [ -z "$server_app1" ]; then
  server_app1=$(doctl compute droplet create app1 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys "$ssh_key_ops" --vpc-uuid "$network_lan" --tag-names plan:growth,firewall:growth:app --user-data-file growth-app1-cloud-init.yaml --enable-monitoring --wait --format ID --no-header)
  some 'server app1 (s-2vcpu-4gb)' "$server_app1"
fi
settle 600 is active doctl compute droplet get "$server_app1" --format Status --no-header
settle 120 is active doctl compute droplet get "$server_app1" --format Status --no-header

at '[6/16] server.app2: server app2 (s-2vcpu-4gb)'
cat > growth-app2-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app2=$(pick 2 app2 1 doctl compute droplet list --tag-name plan:growth --format ID,Name --no-header)
only server.app2 "$server_app2"
if [ -z "$server_app2" ]; then
  server_app2=$(doctl compute droplet create app2 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys "$ssh_key_ops" --vpc-uuid "$network_lan" --tag-names plan:growth,firewall:growth:app --user-data-file growth-app2-cloud-init.yaml --enable-monitoring --wait --format ID --no-header)
  some 'server app2 (s-2vcpu-4gb)' "$server_app2"
fi
settle 600 is active doctl compute droplet get "$server_app2" --format Status --no-header
settle 120 is active doctl compute droplet get "$server_app2" --format Status --no-header

at '[7/16] database.db: database db (postgresql 17, db-s-2vcpu-4gb)'
database_db=$(pick 2 growth--db 1 doctl databases list --format ID,Name --no-header)
only database.db "$database_db"
if [ -z "$database_db" ]; then
  database_db=$(doctl databases create growth--db --engine pg --version 17 --region fra1 --size db-s-2vcpu-4gb --num-nodes 2 --private-network-uuid "$network_lan" --tag plan:growth)
  some 'database db (postgresql 17, db-s-2vcpu-4gb)' "$database_db"
  database_db=$(pick 2 growth--db 1 doctl databases list --format ID,Name --no-header)
  some 'id of database.db' "$database_db"
fi
settle 1800 is online doctl databases get "$database_db" --format Status --no-header
settle 120 is online pick 2 growth--db 1 doctl databases list --format Status,Name --no-header

at '[8/16] database.db.access-app1: let server app1 into db'
database_db_access_app1=$(pick 3,4 "droplet ${server_app1}" 1 doctl databases firewalls list "$database_db")
only database.db.access-app1 "$database_db_access_app1"
if [ -z "$database_db_access_app1" ]; then
  doctl databases firewalls append "$database_db" --rule "droplet:${server_app1}"
fi
settle 120 some pick 3,4 "droplet ${server_app1}" 1 doctl databases firewalls list "$database_db"

at '[9/16] database.db.access-app2: let server app2 into db'
database_db_access_app2=$(pick 3,4 "droplet ${server_app2}" 1 doctl databases firewalls list "$database_db")
only database.db.access-app2 "$database_db_access_app2"
if [ -z "$database_db_access_app2" ]; then
  doctl databases firewalls append "$database_db" --rule "droplet:${server_app2}"
fi
settle 120 some pick 3,4 "droplet ${server_app2}" 1 doctl databases firewalls list "$database_db"

at '[10/16] load_balancer.lb.tag: tag load-balancer:growth:lb'
load_balancer_lb_tag=$(pick 1 load-balancer:growth:lb 1 doctl compute tag list --format Name --no-header)
only load_balancer.lb.tag "$load_balancer_lb_tag"
if [ -z "$load_balancer_lb_tag" ]; then
  doctl compute tag create load-balancer:growth:lb
fi
settle 120 some pick 1 load-balancer:growth:lb 1 doctl compute tag list --format Name --no-header

at '[11/16] load_balancer.lb: load balancer lb (1 node)'
load_balancer_lb=$(pick 2,3 'lb load-balancer:growth:lb' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header)
only load_balancer.lb "$load_balancer_lb"
if [ -z "$load_balancer_lb" ]; then
  doctl compute load-balancer create --name lb --region fra1 --size-unit 1 --vpc-uuid "$network_lan" --tag-name load-balancer:growth:lb --forwarding-rules entry_protocol:http,entry_port:80,target_protocol:http,target_port:80 --health-check protocol:http,port:80,path:/,check_interval_seconds:10,response_timeout_seconds:5,healthy_threshold:3,unhealthy_threshold:3
  load_balancer_lb=$(pick 2,3 'lb load-balancer:growth:lb' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header)
  some 'id of load_balancer.lb' "$load_balancer_lb"
fi
settle 900 is active doctl compute load-balancer get "$load_balancer_lb" --format Status --no-header
settle 120 is active pick 2,3 'lb load-balancer:growth:lb' 1 doctl compute load-balancer list --format Status,Name,Tag --no-header

at '[12/16] load_balancer.lb.access: let lb in'
load_balancer_lb_access=$(pick 2 growth--lb.load-balancer 1 doctl compute firewall list --format ID,Name --no-header)
only load_balancer.lb.access "$load_balancer_lb_access"
if [ -z "$load_balancer_lb_access" ]; then
  load_balancer_lb_access=$(doctl compute firewall create --name growth--lb.load-balancer --inbound-rules "protocol:tcp,ports:80,load_balancer_uid:${load_balancer_lb}" --tag-names firewall:growth:app --format ID --no-header)
  some 'let lb in' "$load_balancer_lb_access"
fi
settle 120 is succeeded pick 2 growth--lb.load-balancer 1 doctl compute firewall list --format Status,Name --no-header

at '[13/16] load_balancer.lb.app1: app1 behind lb'
load_balancer_lb_app1=$(pick 1 "$server_app1" 1 doctl compute droplet list --tag-name load-balancer:growth:lb --format ID --no-header)
only load_balancer.lb.app1 "$load_balancer_lb_app1"
if [ -z "$load_balancer_lb_app1" ]; then
  doctl compute droplet tag "$server_app1" --tag-name load-balancer:growth:lb
fi
settle 120 some pick 1 "$server_app1" 1 doctl compute droplet list --tag-name load-balancer:growth:lb --format ID --no-header

at '[14/16] load_balancer.lb.app2: app2 behind lb'
load_balancer_lb_app2=$(pick 1 "$server_app2" 1 doctl compute droplet list --tag-name load-balancer:growth:lb --format ID --no-header)
only load_balancer.lb.app2 "$load_balancer_lb_app2"
if [ -z "$load_balancer_lb_app2" ]; then
  doctl compute droplet tag "$server_app2" --tag-name load-balancer:growth:lb
fi
settle 120 some pick 1 "$server_app2" 1 doctl compute droplet list --tag-name load-balancer:growth:lb --format ID --no-header

at '[15/16] bucket.acme-files: bucket acme-files'
bucket_acme_files=$(AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api list-buckets --query "Buckets[?Name=='acme-files'].Name" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com)
only bucket.acme-files "$bucket_acme_files"
if [ -z "$bucket_acme_files" ]; then
  AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api create-bucket --bucket acme-files --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com
fi
AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" settle 120 is acme-files aws s3api list-buckets --query "Buckets[?Name=='acme-files'].Name" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com

at '[16/16] bucket.acme-files.versioning: keep old versions in acme-files'
bucket_acme_files_versioning=$(AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api get-bucket-versioning --bucket acme-files --query "[Status][?@=='Enabled']" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com)
only bucket.acme-files.versioning "$bucket_acme_files_versioning"
if [ -z "$bucket_acme_files_versioning" ]; then
  AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api put-bucket-versioning --bucket acme-files --versioning-configuration Status=Enabled --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com
fi
AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" settle 120 is Enabled aws s3api get-bucket-versioning --bucket acme-files --query "[Status][?@=='Enabled']" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com

at 'done: everything is there'
