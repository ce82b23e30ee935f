#!/usr/bin/env bash
# Plan "scale": creates 16 resources for 96.00 USD a month, net (prices of 2026-09-29 to 2026-09-30), without 1 of unknown price and 2 by usage.
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

at '[1/27] dns_zone.example.com: DNS zone example.com'
dns_zone_example_com=$(pick 1 example.com 1 doctl compute domain list --format Domain --no-header)
only dns_zone.example.com "$dns_zone_example_com"
if [ -z "$dns_zone_example_com" ]; then
  dns_zone_example_com=$(doctl compute domain create example.com --format Domain --no-header)
  some 'DNS zone example.com' "$dns_zone_example_com"
fi
settle 120 some pick 1 example.com 1 doctl compute domain list --format Domain --no-header

at '[2/27] ssh_key.ops: SSH key scale--ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
ssh_key_ops=$(pick 2 scale--ops 1 doctl compute ssh-key list --format ID,Name --no-header)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  ssh_key_ops=$(doctl compute ssh-key import scale--ops --public-key-file "${HOME}/.ssh/id_ed25519.pub" --format ID --no-header)
  some 'SSH key scale--ops' "$ssh_key_ops"
fi
settle 120 some pick 2 scale--ops 1 doctl compute ssh-key list --format ID,Name --no-header

at '[3/27] network.eu: network eu'
network_eu=$(pick 2,3 'eu plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.eu "$network_eu"
if [ -z "$network_eu" ]; then
  doctl vpcs create --name eu --description plan:scale --region fra1 --ip-range 10.0.0.0/16
  network_eu=$(pick 2,3 'eu plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header)
  some 'id of network.eu' "$network_eu"
fi
settle 120 some pick 2,3 'eu plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header

at '[4/27] firewall.eu.tag: tag firewall:scale:eu'
firewall_eu_tag=$(pick 1 firewall:scale:eu 1 doctl compute tag list --format Name --no-header)
only firewall.eu.tag "$firewall_eu_tag"
if [ -z "$firewall_eu_tag" ]; then
  doctl compute tag create firewall:scale:eu
fi
settle 120 some pick 1 firewall:scale:eu 1 doctl compute tag list --format Name --no-header

at '[5/27] firewall.eu: firewall eu'
firewall_eu=$(pick 2,3 'eu firewall:scale:eu' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.eu "$firewall_eu"
if [ -z "$firewall_eu" ]; then
  firewall_eu=$(doctl compute firewall create --name eu --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24 protocol:tcp,ports:80,address:10.0.0.0/16' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names firewall:scale:eu --format ID --no-header)
  some 'firewall eu' "$firewall_eu"
fi
settle 120 is succeeded pick 2,3 'eu firewall:scale:eu' 1 doctl compute firewall list --format Status,Name,Tags --no-header

at '[6/27] server.eu1: server eu1 (s-2vcpu-4gb)'
cat > scale-eu1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_eu1=$(pick 2 eu1 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header)
only server.eu1 "$server_eu1"
if [ -z "$server_eu1" ]; then
  server_eu1=$(doctl compute droplet create eu1 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys "$ssh_key_ops" --vpc-uuid "$network_eu" --tag-names plan:scale,firewall:scale:eu --user-data-file scale-eu1-cloud-init.yaml --enable-monitoring --wait --format ID --no-header)
  some 'server eu1 (s-2vcpu-4gb)' "$server_eu1"
fi
settle 600 is active doctl compute droplet get "$server_eu1" --format Status --no-header
settle 120 is active doctl compute droplet get "$server_eu1" --format Status --no-header

at '[7/27] server.eu2: server eu2 (s-2vcpu-4gb)'
cat > scale-eu2-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_eu2=$(pick 2 eu2 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header)
only server.eu2 "$server_eu2"
if [ -z "$server_eu2" ]; then
  server_eu2=$(doctl compute droplet create eu2 --region fra1 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys "$ssh_key_ops" --vpc-uuid "$network_eu" --tag-names plan:scale,firewall:scale:eu --user-data-file scale-eu2-cloud-init.yaml --enable-monitoring --wait --format ID --no-header)
  some 'server eu2 (s-2vcpu-4gb)' "$server_eu2"
fi
settle 600 is active doctl compute droplet get "$server_eu2" --format Status --no-header
settle 120 is active doctl compute droplet get "$server_eu2" --format Status --no-header

at '[8/27] database.db: database db (postgresql 17, db-amd-4vcpu-8gb)'
database_db=$(pick 2 scale--db 1 doctl databases list --format ID,Name --no-header)
only database.db "$database_db"
if [ -z "$database_db" ]; then
  database_db=$(doctl databases create scale--db --engine pg --version 17 --region fra1 --size db-amd-4vcpu-8gb --num-nodes 2 --private-network-uuid "$network_eu" --tag plan:scale)
  some 'database db (postgresql 17, db-amd-4vcpu-8gb)' "$database_db"
  database_db=$(pick 2 scale--db 1 doctl databases list --format ID,Name --no-header)
  some 'id of database.db' "$database_db"
fi
settle 1800 is online doctl databases get "$database_db" --format Status --no-header
settle 120 is online pick 2 scale--db 1 doctl databases list --format Status,Name --no-header

at '[9/27] database.db.access-eu1: let server eu1 into db'
database_db_access_eu1=$(pick 3,4 "droplet ${server_eu1}" 1 doctl databases firewalls list "$database_db")
only database.db.access-eu1 "$database_db_access_eu1"
if [ -z "$database_db_access_eu1" ]; then
  doctl databases firewalls append "$database_db" --rule "droplet:${server_eu1}"
fi
settle 120 some pick 3,4 "droplet ${server_eu1}" 1 doctl databases firewalls list "$database_db"

at '[10/27] database.db.access-eu2: let server eu2 into db'
database_db_access_eu2=$(pick 3,4 "droplet ${server_eu2}" 1 doctl databases firewalls list "$database_db")
only database.db.access-eu2 "$database_db_access_eu2"
if [ -z "$database_db_access_eu2" ]; then
  doctl databases firewalls append "$database_db" --rule "droplet:${server_eu2}"
fi
settle 120 some pick 3,4 "droplet ${server_eu2}" 1 doctl databases firewalls list "$database_db"

at '[11/27] certificate.eu: certificate eu'
certificate_eu=$(pick 2 scale--eu 1 doctl compute certificate list --format ID,Name --no-header)
only certificate.eu "$certificate_eu"
if [ -z "$certificate_eu" ]; then
  doctl compute certificate create --name scale--eu --type lets_encrypt --dns-names eu.example.com
  certificate_eu=$(pick 2 scale--eu 1 doctl compute certificate list --format ID,Name --no-header)
  some 'id of certificate.eu' "$certificate_eu"
fi
settle 600 is verified pick 2 scale--eu 1 doctl compute certificate list --format State,Name --no-header
settle 120 is verified pick 2 scale--eu 1 doctl compute certificate list --format State,Name --no-header

at '[12/27] load_balancer.eu.tag: tag load-balancer:scale:eu'
load_balancer_eu_tag=$(pick 1 load-balancer:scale:eu 1 doctl compute tag list --format Name --no-header)
only load_balancer.eu.tag "$load_balancer_eu_tag"
if [ -z "$load_balancer_eu_tag" ]; then
  doctl compute tag create load-balancer:scale:eu
fi
settle 120 some pick 1 load-balancer:scale:eu 1 doctl compute tag list --format Name --no-header

at '[13/27] load_balancer.eu: load balancer eu (1 node)'
load_balancer_eu=$(pick 2,3 'eu load-balancer:scale:eu' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header)
only load_balancer.eu "$load_balancer_eu"
if [ -z "$load_balancer_eu" ]; then
  doctl compute load-balancer create --name eu --region fra1 --size-unit 1 --vpc-uuid "$network_eu" --tag-name load-balancer:scale:eu --forwarding-rules "entry_protocol:https,entry_port:443,target_protocol:http,target_port:80,certificate_id:${certificate_eu} entry_protocol:http,entry_port:80,target_protocol:http,target_port:80" --health-check protocol:http,port:80,path:/,check_interval_seconds:10,response_timeout_seconds:5,healthy_threshold:3,unhealthy_threshold:3 --redirect-http-to-https
  load_balancer_eu=$(pick 2,3 'eu load-balancer:scale:eu' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header)
  some 'id of load_balancer.eu' "$load_balancer_eu"
fi
settle 900 is active doctl compute load-balancer get "$load_balancer_eu" --format Status --no-header
load_balancer_eu_ipv4=$(doctl compute load-balancer get "$load_balancer_eu" --format IP --no-header)
some 'ipv4 of load_balancer.eu' "$load_balancer_eu_ipv4"
settle 120 is active pick 2,3 'eu load-balancer:scale:eu' 1 doctl compute load-balancer list --format Status,Name,Tag --no-header

at '[14/27] load_balancer.eu.access: let eu in'
load_balancer_eu_access=$(pick 2 scale--eu.load-balancer 1 doctl compute firewall list --format ID,Name --no-header)
only load_balancer.eu.access "$load_balancer_eu_access"
if [ -z "$load_balancer_eu_access" ]; then
  load_balancer_eu_access=$(doctl compute firewall create --name scale--eu.load-balancer --inbound-rules "protocol:tcp,ports:80,load_balancer_uid:${load_balancer_eu}" --tag-names firewall:scale:eu --format ID --no-header)
  some 'let eu in' "$load_balancer_eu_access"
fi
settle 120 is succeeded pick 2 scale--eu.load-balancer 1 doctl compute firewall list --format Status,Name --no-header

at '[15/27] load_balancer.eu.eu1: eu1 behind eu'
load_balancer_eu_eu1=$(pick 1 "$server_eu1" 1 doctl compute droplet list --tag-name load-balancer:scale:eu --format ID --no-header)
only load_balancer.eu.eu1 "$load_balancer_eu_eu1"
if [ -z "$load_balancer_eu_eu1" ]; then
  doctl compute droplet tag "$server_eu1" --tag-name load-balancer:scale:eu
fi
settle 120 some pick 1 "$server_eu1" 1 doctl compute droplet list --tag-name load-balancer:scale:eu --format ID --no-header

at '[16/27] load_balancer.eu.eu2: eu2 behind eu'
load_balancer_eu_eu2=$(pick 1 "$server_eu2" 1 doctl compute droplet list --tag-name load-balancer:scale:eu --format ID --no-header)
only load_balancer.eu.eu2 "$load_balancer_eu_eu2"
if [ -z "$load_balancer_eu_eu2" ]; then
  doctl compute droplet tag "$server_eu2" --tag-name load-balancer:scale:eu
fi
settle 120 some pick 1 "$server_eu2" 1 doctl compute droplet list --tag-name load-balancer:scale:eu --format ID --no-header

at '[17/27] dns_record.eu.example.com.A: A record of eu.example.com'
dns_record_eu_example_com_a=$(pick 2,3,4 "A eu ${load_balancer_eu_ipv4}" 1 doctl compute domain records list example.com --format ID,Type,Name,Data --no-header)
only dns_record.eu.example.com.A "$dns_record_eu_example_com_a"
if [ -z "$dns_record_eu_example_com_a" ]; then
  dns_record_eu_example_com_a=$(doctl compute domain records create example.com --record-type A --record-name eu --record-data "$load_balancer_eu_ipv4" --record-ttl 300 --format ID --no-header)
  some 'A record of eu.example.com' "$dns_record_eu_example_com_a"
fi
settle 120 some pick 2,3,4 "A eu ${load_balancer_eu_ipv4}" 1 doctl compute domain records list example.com --format ID,Type,Name,Data --no-header

at '[18/27] network.us: network us'
network_us=$(pick 2,3 'us plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.us "$network_us"
if [ -z "$network_us" ]; then
  doctl vpcs create --name us --description plan:scale --region nyc3 --ip-range 10.1.0.0/16
  network_us=$(pick 2,3 'us plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header)
  some 'id of network.us' "$network_us"
fi
settle 120 some pick 2,3 'us plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header

at '[19/27] firewall.us.tag: tag firewall:scale:us'
firewall_us_tag=$(pick 1 firewall:scale:us 1 doctl compute tag list --format Name --no-header)
only firewall.us.tag "$firewall_us_tag"
if [ -z "$firewall_us_tag" ]; then
  doctl compute tag create firewall:scale:us
fi
settle 120 some pick 1 firewall:scale:us 1 doctl compute tag list --format Name --no-header

at '[20/27] firewall.us: firewall us'
firewall_us=$(pick 2,3 'us firewall:scale:us' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.us "$firewall_us"
if [ -z "$firewall_us" ]; then
  firewall_us=$(doctl compute firewall create --name us --inbound-rules 'protocol:tcp,ports:22,address:203.0.113.0/24 protocol:tcp,ports:80,address:10.1.0.0/16' --outbound-rules 'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0' --tag-names firewall:scale:us --format ID --no-header)
  some 'firewall us' "$firewall_us"
fi
settle 120 is succeeded pick 2,3 'us firewall:scale:us' 1 doctl compute firewall list --format Status,Name,Tags --no-header

at '[21/27] server.us1: server us1 (s-2vcpu-4gb)'
cat > scale-us1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_us1=$(pick 2 us1 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header)
only server.us1 "$server_us1"
if [ -z "$server_us1" ]; then
  server_us1=$(doctl compute droplet create us1 --region nyc3 --size s-2vcpu-4gb --image ubuntu-24-04-x64 --ssh-keys "$ssh_key_ops" --vpc-uuid "$network_us" --tag-names plan:scale,firewall:scale:us --user-data-file scale-us1-cloud-init.yaml --enable-monitoring --wait --format ID --no-header)
  some 'server us1 (s-2vcpu-4gb)' "$server_us1"
fi
settle 600 is active doctl compute droplet get "$server_us1" --format Status --no-header
settle 120 is active doctl compute droplet get "$server_us1" --format Status --no-header

at '[22/27] certificate.us: certificate us'
certificate_us=$(pick 2 scale--us 1 doctl compute certificate list --format ID,Name --no-header)
only certificate.us "$certificate_us"
if [ -z "$certificate_us" ]; then
  doctl compute certificate create --name scale--us --type lets_encrypt --dns-names us.example.com
  certificate_us=$(pick 2 scale--us 1 doctl compute certificate list --format ID,Name --no-header)
  some 'id of certificate.us' "$certificate_us"
fi
settle 600 is verified pick 2 scale--us 1 doctl compute certificate list --format State,Name --no-header
settle 120 is verified pick 2 scale--us 1 doctl compute certificate list --format State,Name --no-header

at '[23/27] load_balancer.us.tag: tag load-balancer:scale:us'
load_balancer_us_tag=$(pick 1 load-balancer:scale:us 1 doctl compute tag list --format Name --no-header)
only load_balancer.us.tag "$load_balancer_us_tag"
if [ -z "$load_balancer_us_tag" ]; then
  doctl compute tag create load-balancer:scale:us
fi
settle 120 some pick 1 load-balancer:scale:us 1 doctl compute tag list --format Name --no-header

at '[24/27] load_balancer.us: load balancer us (1 node)'
load_balancer_us=$(pick 2,3 'us load-balancer:scale:us' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header)
only load_balancer.us "$load_balancer_us"
if [ -z "$load_balancer_us" ]; then
  doctl compute load-balancer create --name us --region nyc3 --size-unit 1 --vpc-uuid "$network_us" --tag-name load-balancer:scale:us --forwarding-rules "entry_protocol:https,entry_port:443,target_protocol:http,target_port:80,certificate_id:${certificate_us} entry_protocol:http,entry_port:80,target_protocol:http,target_port:80" --health-check protocol:http,port:80,path:/,check_interval_seconds:10,response_timeout_seconds:5,healthy_threshold:3,unhealthy_threshold:3 --redirect-http-to-https
  load_balancer_us=$(pick 2,3 'us load-balancer:scale:us' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header)
  some 'id of load_balancer.us' "$load_balancer_us"
fi
settle 900 is active doctl compute load-balancer get "$load_balancer_us" --format Status --no-header
load_balancer_us_ipv4=$(doctl compute load-balancer get "$load_balancer_us" --format IP --no-header)
some 'ipv4 of load_balancer.us' "$load_balancer_us_ipv4"
settle 120 is active pick 2,3 'us load-balancer:scale:us' 1 doctl compute load-balancer list --format Status,Name,Tag --no-header

at '[25/27] load_balancer.us.access: let us in'
load_balancer_us_access=$(pick 2 scale--us.load-balancer 1 doctl compute firewall list --format ID,Name --no-header)
only load_balancer.us.access "$load_balancer_us_access"
if [ -z "$load_balancer_us_access" ]; then
  load_balancer_us_access=$(doctl compute firewall create --name scale--us.load-balancer --inbound-rules "protocol:tcp,ports:80,load_balancer_uid:${load_balancer_us}" --tag-names firewall:scale:us --format ID --no-header)
  some 'let us in' "$load_balancer_us_access"
fi
settle 120 is succeeded pick 2 scale--us.load-balancer 1 doctl compute firewall list --format Status,Name --no-header

at '[26/27] load_balancer.us.us1: us1 behind us'
load_balancer_us_us1=$(pick 1 "$server_us1" 1 doctl compute droplet list --tag-name load-balancer:scale:us --format ID --no-header)
only load_balancer.us.us1 "$load_balancer_us_us1"
if [ -z "$load_balancer_us_us1" ]; then
  doctl compute droplet tag "$server_us1" --tag-name load-balancer:scale:us
fi
settle 120 some pick 1 "$server_us1" 1 doctl compute droplet list --tag-name load-balancer:scale:us --format ID --no-header

at '[27/27] dns_record.us.example.com.A: A record of us.example.com'
dns_record_us_example_com_a=$(pick 2,3,4 "A us ${load_balancer_us_ipv4}" 1 doctl compute domain records list example.com --format ID,Type,Name,Data --no-header)
only dns_record.us.example.com.A "$dns_record_us_example_com_a"
if [ -z "$dns_record_us_example_com_a" ]; then
  dns_record_us_example_com_a=$(doctl compute domain records create example.com --record-type A --record-name us --record-data "$load_balancer_us_ipv4" --record-ttl 300 --format ID --no-header)
  some 'A record of us.example.com' "$dns_record_us_example_com_a"
fi
settle 120 some pick 2,3,4 "A us ${load_balancer_us_ipv4}" 1 doctl compute domain records list example.com --format ID,Type,Name,Data --no-header

at 'done: everything is there'
