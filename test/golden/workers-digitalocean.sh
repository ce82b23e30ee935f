#!/usr/bin/env bash
# Plan "workers": creates 7 resources for 174.80 USD a month, net (prices of 2026-09-29 to 2026-09-30), without 3 by usage.
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

at '[1/11] ssh_key.ops: SSH key workers--ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
ssh_key_ops=$(pick 2 workers--ops 1 doctl compute ssh-key list --format ID,Name --no-header)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  ssh_key_ops=$(doctl compute ssh-key import workers--ops --public-key-file "${HOME}/.ssh/id_ed25519.pub" --format ID --no-header)
  some 'SSH key workers--ops' "$ssh_key_ops"
fi
settle 120 some pick 2 workers--ops 1 doctl compute ssh-key list --format ID,Name --no-header

at '[2/11] network.lan: network lan'
network_lan=$(pick 2,3 'lan plan:workers' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.lan "$network_lan"
if [ -z "$network_lan" ]; then
  doctl vpcs create --name lan --description plan:workers --region fra1 --ip-range 10.0.0.0/16
  network_lan=$(pick 2,3 'lan plan:workers' 1 doctl vpcs list --format ID,Name,Description --no-header)
  some 'id of network.lan' "$network_lan"
fi
settle 120 some pick 2,3 'lan plan:workers' 1 doctl vpcs list --format ID,Name,Description --no-header

at '[3/11] firewall.ssh.tag: tag firewall:workers:ssh'
firewall_ssh_tag=$(pick 1 firewall:workers:ssh 1 doctl compute tag list --format Name --no-header)
only firewall.ssh.tag "$firewall_ssh_tag"
if [ -z "$firewall_ssh_tag" ]; then
  doctl compute tag create firewall:workers:ssh
fi
settle 120 some pick 1 firewall:workers:ssh 1 doctl compute tag list --format Name --no-header

at '[4/11] firewall.ssh: firewall ssh'
firewall_ssh=$(pick 2,3 'ssh firewall:workers:ssh' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.ssh "$firewall_ssh"
if [ -z "$firewall_ssh" ]; then
  firewall_ssh=$(doctl compute firewall create --name ssh --inbound-rules protocol:tcp,ports:22,address:203.0.113.0/24 --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names firewall:workers:ssh --format ID --no-header)
  some 'firewall ssh' "$firewall_ssh"
fi
settle 120 is succeeded pick 2,3 'ssh firewall:workers:ssh' 1 doctl compute firewall list --format Status,Name,Tags --no-header

at '[5/11] server.worker1: server worker1 (s-2vcpu-4gb)'
cat > workers-worker1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_worker1=$(pick 2 worker1 1 doctl compute droplet list --tag-name plan:workers --format ID,Name --no-header)
only server.worker1 "$server_worker1"
if [ -z "$server_worker1" ]; then
  server_worker1=$(doctl compute droplet create worker1 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys "$ssh_key_ops" --vpc-uuid "$network_lan" --tag-names plan:workers,firewall:workers:ssh --user-data-file workers-worker1-cloud-init.yaml --enable-monitoring --wait --format ID --no-header)
  some 'server worker1 (s-2vcpu-4gb)' "$server_worker1"
fi
settle 600 is active doctl compute droplet get "$server_worker1" --format Status --no-header
settle 120 is active doctl compute droplet get "$server_worker1" --format Status --no-header

at '[6/11] server.worker2: server worker2 (s-2vcpu-4gb)'
cat > workers-worker2-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_worker2=$(pick 2 worker2 1 doctl compute droplet list --tag-name plan:workers --format ID,Name --no-header)
only server.worker2 "$server_worker2"
if [ -z "$server_worker2" ]; then
  server_worker2=$(doctl compute droplet create worker2 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys "$ssh_key_ops" --vpc-uuid "$network_lan" --tag-names plan:workers,firewall:workers:ssh --user-data-file workers-worker2-cloud-init.yaml --enable-monitoring --wait --format ID --no-header)
  some 'server worker2 (s-2vcpu-4gb)' "$server_worker2"
fi
settle 600 is active doctl compute droplet get "$server_worker2" --format Status --no-header
settle 120 is active doctl compute droplet get "$server_worker2" --format Status --no-header

at '[7/11] database.db: database db (postgresql 17, db-s-2vcpu-4gb)'
database_db=$(pick 2 workers--db 1 doctl databases list --format ID,Name --no-header)
only database.db "$database_db"
if [ -z "$database_db" ]; then
  database_db=$(doctl databases create workers--db --engine pg --version 17 --region fra1 --size db-s-2vcpu-4gb --num-nodes 2 --private-network-uuid "$network_lan" --tag plan:workers)
  some 'database db (postgresql 17, db-s-2vcpu-4gb)' "$database_db"
  database_db=$(pick 2 workers--db 1 doctl databases list --format ID,Name --no-header)
  some 'id of database.db' "$database_db"
fi
settle 1800 is online doctl databases get "$database_db" --format Status --no-header
settle 120 is online pick 2 workers--db 1 doctl databases list --format Status,Name --no-header

at '[8/11] database.db.access-worker1: let server worker1 into db'
database_db_access_worker1=$(pick 3,4 "droplet ${server_worker1}" 1 doctl databases firewalls list "$database_db")
only database.db.access-worker1 "$database_db_access_worker1"
if [ -z "$database_db_access_worker1" ]; then
  doctl databases firewalls append "$database_db" --rule "droplet:${server_worker1}"
fi
settle 120 some pick 3,4 "droplet ${server_worker1}" 1 doctl databases firewalls list "$database_db"

at '[9/11] database.db.access-worker2: let server worker2 into db'
database_db_access_worker2=$(pick 3,4 "droplet ${server_worker2}" 1 doctl databases firewalls list "$database_db")
only database.db.access-worker2 "$database_db_access_worker2"
if [ -z "$database_db_access_worker2" ]; then
  doctl databases firewalls append "$database_db" --rule "droplet:${server_worker2}"
fi
settle 120 some pick 3,4 "droplet ${server_worker2}" 1 doctl databases firewalls list "$database_db"

at '[10/11] bucket.acme-results: bucket acme-results'
bucket_acme_results=$(AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api list-buckets --query "Buckets[?Name=='acme-results'].Name" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com)
only bucket.acme-results "$bucket_acme_results"
if [ -z "$bucket_acme_results" ]; then
  AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api create-bucket --bucket acme-results --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com
fi
AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" settle 120 is acme-results aws s3api list-buckets --query "Buckets[?Name=='acme-results'].Name" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com

at '[11/11] bucket.acme-results.versioning: keep old versions in acme-results'
bucket_acme_results_versioning=$(AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api get-bucket-versioning --bucket acme-results --query "[Status][?@=='Enabled']" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com)
only bucket.acme-results.versioning "$bucket_acme_results_versioning"
if [ -z "$bucket_acme_results_versioning" ]; then
  AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api put-bucket-versioning --bucket acme-results --versioning-configuration Status=Enabled --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com
fi
AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" settle 120 is Enabled aws s3api get-bucket-versioning --bucket acme-results --query "[Status][?@=='Enabled']" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com

at 'done: everything is there'
