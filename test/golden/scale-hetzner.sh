#!/usr/bin/env bash
# Plan "scale": creates 16 resources for 211.38 EUR a month, net (prices of 2026-09-29 to 2026-10-28), without 1 of unknown price and 2 by usage.
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
found=$(hcloud server list --selector plan=scale,name=app1 -o noheader -o columns=id)
if [ -z "$found" ]; then
  found=$(pick 1 fsn1 1 hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}')
  [ -n "$found" ] || stop 'cx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.'
fi

at 'is cx23 in stock in hel1?'
found=$(hcloud server list --selector plan=scale,name=app2 -o noheader -o columns=id)
if [ -z "$found" ]; then
  found=$(pick 1 hel1 1 hcloud server-type describe cx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}')
  [ -n "$found" ] || stop 'cx23 is not in stock in hel1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.'
fi

at 'is ccx23 in stock in fsn1?'
found=$(hcloud server list --selector plan=scale,name=db1 -o noheader -o columns=id)
if [ -z "$found" ]; then
  found=$(pick 1 fsn1 1 hcloud server-type describe ccx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}')
  [ -n "$found" ] || stop 'ccx23 is not in stock in fsn1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.'
fi

at 'is ccx23 in stock in hel1?'
found=$(hcloud server list --selector plan=scale,name=db2 -o noheader -o columns=id)
if [ -z "$found" ]; then
  found=$(pick 1 hel1 1 hcloud server-type describe ccx23 -o 'format={{range .Locations}}{{if .Available}}{{println .Location.Name}}{{end}}{{end}}')
  [ -n "$found" ] || stop 'ccx23 is not in stock in hel1 now. Nothing was made. Ask for another size or region; hcloud server-type list shows them.'
fi

at '[1/25] dns_zone.example.com: DNS zone example.com'
dns_zone_example_com=$(pick 2 example.com 1 hcloud zone list --selector plan=scale -o noheader -o columns=id,name)
only dns_zone.example.com "$dns_zone_example_com"
if [ -z "$dns_zone_example_com" ]; then
  hcloud zone create --name example.com --label plan=scale
fi
settle 120 some pick 2 example.com 1 hcloud zone list --selector plan=scale -o noheader -o columns=id,name

at '[2/25] ssh_key.ops: SSH key ops' 'If this public key is there already under another name, give that: {"kind":"ssh_key","name":"THAT NAME","existing":true}, and name it in sshKeys.'
ssh_key_ops=$(hcloud ssh-key list --selector plan=scale,name=ops -o noheader -o columns=id)
only ssh_key.ops "$ssh_key_ops"
if [ -z "$ssh_key_ops" ]; then
  hcloud ssh-key create --name ops --public-key-from-file "${HOME}/.ssh/id_ed25519.pub" --label plan=scale --label name=ops
fi
settle 120 some hcloud ssh-key list --selector plan=scale,name=ops -o noheader -o columns=id

at '[3/25] network.lan: network lan'
network_lan=$(hcloud network list --selector plan=scale,name=lan -o noheader -o columns=id)
only network.lan "$network_lan"
if [ -z "$network_lan" ]; then
  hcloud network create --name lan --ip-range 10.0.0.0/16 --label plan=scale --label name=lan
fi
settle 120 some hcloud network list --selector plan=scale,name=lan -o noheader -o columns=id

at '[4/25] network.lan.subnet: subnet of lan'
network_lan_subnet=$(pick 1 10.0.0.0/16 1 hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}')
only network.lan.subnet "$network_lan_subnet"
if [ -z "$network_lan_subnet" ]; then
  hcloud network add-subnet --type cloud --network-zone eu-central --ip-range 10.0.0.0/16 lan
fi
settle 120 some pick 1 10.0.0.0/16 1 hcloud network describe lan -o 'format={{range .Subnets}}{{println .IPRange}}{{end}}'

at '[5/25] firewall.ssh: firewall ssh'
cat > scale-ssh-firewall.json <<'EOF'
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
firewall_ssh=$(hcloud firewall list --selector plan=scale,name=ssh -o noheader -o columns=id)
only firewall.ssh "$firewall_ssh"
if [ -z "$firewall_ssh" ]; then
  hcloud firewall create --name ssh --rules-file scale-ssh-firewall.json --label plan=scale --label name=ssh
fi
settle 120 some hcloud firewall list --selector plan=scale,name=ssh -o noheader -o columns=id

at '[6/25] server.app1: server app1 (cx23)'
cat > scale-app1-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app1=$(hcloud server list --selector plan=scale,name=app1 -o noheader -o columns=id)
only server.app1 "$server_app1"
if [ -z "$server_app1" ]; then
  hcloud server create --name app1 --type cx23 --image ubuntu-24.04 --location fsn1 --ssh-key ops --network lan --firewall ssh --user-data-from-file scale-app1-cloud-init.yaml --label plan=scale --label name=app1
  server_app1=$(hcloud server list --selector plan=scale,name=app1 -o noheader -o columns=id)
  some 'id of server.app1' "$server_app1"
fi
settle 120 is running hcloud server list --selector plan=scale,name=app1 -o noheader -o columns=status

at '[7/25] server.app2: server app2 (cx23)'
cat > scale-app2-cloud-init.yaml <<'EOF'
#cloud-config
package_update: true
packages: [docker.io, unattended-upgrades]
runcmd:
  - apt-get install -y docker-compose-v2 || apt-get install -y docker-compose
  - systemctl enable --now docker
  - if user=$(id -un 1000 2>/dev/null); then usermod -aG docker "$user"; fi
EOF
server_app2=$(hcloud server list --selector plan=scale,name=app2 -o noheader -o columns=id)
only server.app2 "$server_app2"
if [ -z "$server_app2" ]; then
  hcloud server create --name app2 --type cx23 --image ubuntu-24.04 --location hel1 --ssh-key ops --network lan --firewall ssh --user-data-from-file scale-app2-cloud-init.yaml --label plan=scale --label name=app2
  server_app2=$(hcloud server list --selector plan=scale,name=app2 -o noheader -o columns=id)
  some 'id of server.app2' "$server_app2"
fi
settle 120 is running hcloud server list --selector plan=scale,name=app2 -o noheader -o columns=status

at '[8/25] server.db1: server db1 (ccx23)'
server_db1=$(hcloud server list --selector plan=scale,name=db1 -o noheader -o columns=id)
only server.db1 "$server_db1"
if [ -z "$server_db1" ]; then
  hcloud server create --name db1 --type ccx23 --image ubuntu-24.04 --location fsn1 --ssh-key ops --network lan --firewall ssh --label plan=scale --label name=db1
  server_db1=$(hcloud server list --selector plan=scale,name=db1 -o noheader -o columns=id)
  some 'id of server.db1' "$server_db1"
fi
settle 120 is running hcloud server list --selector plan=scale,name=db1 -o noheader -o columns=status

at '[9/25] volume.pg1: volume pg1 (100 GB)'
volume_pg1=$(hcloud volume list --selector plan=scale,name=pg1 -o noheader -o columns=id)
only volume.pg1 "$volume_pg1"
if [ -z "$volume_pg1" ]; then
  hcloud volume create --name pg1 --size 100 --format ext4 --location fsn1 --label plan=scale --label name=pg1
fi
settle 120 some hcloud volume list --selector plan=scale,name=pg1 -o noheader -o columns=id

at '[10/25] volume.pg1.attach: attach pg1 to db1'
volume_pg1_attach=$(pick 1 db1 1 hcloud volume list --selector plan=scale,name=pg1 -o noheader -o columns=server)
only volume.pg1.attach "$volume_pg1_attach"
if [ -z "$volume_pg1_attach" ]; then
  hcloud volume attach --automount --server db1 pg1
fi
settle 120 is db1 pick 1 db1 1 hcloud volume list --selector plan=scale,name=pg1 -o noheader -o columns=server

at '[11/25] server.db2: server db2 (ccx23)'
server_db2=$(hcloud server list --selector plan=scale,name=db2 -o noheader -o columns=id)
only server.db2 "$server_db2"
if [ -z "$server_db2" ]; then
  hcloud server create --name db2 --type ccx23 --image ubuntu-24.04 --location hel1 --ssh-key ops --network lan --firewall ssh --label plan=scale --label name=db2
  server_db2=$(hcloud server list --selector plan=scale,name=db2 -o noheader -o columns=id)
  some 'id of server.db2' "$server_db2"
fi
settle 120 is running hcloud server list --selector plan=scale,name=db2 -o noheader -o columns=status

at '[12/25] volume.pg2: volume pg2 (100 GB)'
volume_pg2=$(hcloud volume list --selector plan=scale,name=pg2 -o noheader -o columns=id)
only volume.pg2 "$volume_pg2"
if [ -z "$volume_pg2" ]; then
  hcloud volume create --name pg2 --size 100 --format ext4 --location hel1 --label plan=scale --label name=pg2
fi
settle 120 some hcloud volume list --selector plan=scale,name=pg2 -o noheader -o columns=id

at '[13/25] volume.pg2.attach: attach pg2 to db2'
volume_pg2_attach=$(pick 1 db2 1 hcloud volume list --selector plan=scale,name=pg2 -o noheader -o columns=server)
only volume.pg2.attach "$volume_pg2_attach"
if [ -z "$volume_pg2_attach" ]; then
  hcloud volume attach --automount --server db2 pg2
fi
settle 120 is db2 pick 1 db2 1 hcloud volume list --selector plan=scale,name=pg2 -o noheader -o columns=server

at '[14/25] certificate.fsn: certificate fsn'
certificate_fsn=$(hcloud certificate list --selector plan=scale,name=fsn -o noheader -o columns=id)
only certificate.fsn "$certificate_fsn"
if [ -z "$certificate_fsn" ]; then
  hcloud certificate create --name fsn --type managed --domain fsn.example.com --label plan=scale --label name=fsn
fi
settle 300 is completed hcloud certificate list --selector plan=scale,name=fsn -o noheader -o columns=issuance_status
settle 120 is completed hcloud certificate list --selector plan=scale,name=fsn -o noheader -o columns=issuance_status

at '[15/25] load_balancer.fsn: load balancer fsn (lb11)'
load_balancer_fsn=$(hcloud load-balancer list --selector plan=scale,name=fsn -o noheader -o columns=id)
only load_balancer.fsn "$load_balancer_fsn"
if [ -z "$load_balancer_fsn" ]; then
  hcloud load-balancer create --name fsn --type lb11 --location fsn1 --network lan --label plan=scale --label name=fsn
fi
load_balancer_fsn_ipv4=$(hcloud load-balancer list --selector plan=scale,name=fsn -o noheader -o columns=ipv4)
some 'ipv4 of load_balancer.fsn' "$load_balancer_fsn_ipv4"
settle 120 some hcloud load-balancer list --selector plan=scale,name=fsn -o noheader -o columns=id

at '[16/25] load_balancer.fsn.service-443: https 443 of fsn to port 80'
load_balancer_fsn_service_443=$(pick 1 443 1 hcloud load-balancer describe fsn -o 'format={{range .Services}}{{println .ListenPort}}{{end}}')
only load_balancer.fsn.service-443 "$load_balancer_fsn_service_443"
if [ -z "$load_balancer_fsn_service_443" ]; then
  hcloud load-balancer add-service --protocol https --listen-port 443 --destination-port 80 --http-certificates fsn --http-redirect-http --health-check-protocol http --health-check-port 80 --health-check-http-path / fsn
fi
settle 120 some pick 1 443 1 hcloud load-balancer describe fsn -o 'format={{range .Services}}{{println .ListenPort}}{{end}}'

at '[17/25] load_balancer.fsn.app1: app1 behind fsn'
load_balancer_fsn_app1=$(pick 1 "$server_app1" 1 hcloud load-balancer describe fsn -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}')
only load_balancer.fsn.app1 "$load_balancer_fsn_app1"
if [ -z "$load_balancer_fsn_app1" ]; then
  hcloud load-balancer add-target --server app1 --use-private-ip fsn
fi
settle 120 some pick 1 "$server_app1" 1 hcloud load-balancer describe fsn -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}'

at '[18/25] load_balancer.fsn.app2: app2 behind fsn'
load_balancer_fsn_app2=$(pick 1 "$server_app2" 1 hcloud load-balancer describe fsn -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}')
only load_balancer.fsn.app2 "$load_balancer_fsn_app2"
if [ -z "$load_balancer_fsn_app2" ]; then
  hcloud load-balancer add-target --server app2 --use-private-ip fsn
fi
settle 120 some pick 1 "$server_app2" 1 hcloud load-balancer describe fsn -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}'

at '[19/25] dns_record.fsn.example.com.A: A record of fsn.example.com'
dns_record_fsn_example_com_a=$(pick 1 fsn/A 1 hcloud zone rrset list --type A -o noheader -o columns=id example.com)
only dns_record.fsn.example.com.A "$dns_record_fsn_example_com_a"
if [ -z "$dns_record_fsn_example_com_a" ]; then
  hcloud zone rrset create --name fsn --type A --ttl 300 --record "$load_balancer_fsn_ipv4" --label plan=scale example.com
fi
settle 120 some pick 1 fsn/A 1 hcloud zone rrset list --type A -o noheader -o columns=id example.com

at '[20/25] certificate.hel: certificate hel'
certificate_hel=$(hcloud certificate list --selector plan=scale,name=hel -o noheader -o columns=id)
only certificate.hel "$certificate_hel"
if [ -z "$certificate_hel" ]; then
  hcloud certificate create --name hel --type managed --domain hel.example.com --label plan=scale --label name=hel
fi
settle 300 is completed hcloud certificate list --selector plan=scale,name=hel -o noheader -o columns=issuance_status
settle 120 is completed hcloud certificate list --selector plan=scale,name=hel -o noheader -o columns=issuance_status

at '[21/25] load_balancer.hel: load balancer hel (lb11)'
load_balancer_hel=$(hcloud load-balancer list --selector plan=scale,name=hel -o noheader -o columns=id)
only load_balancer.hel "$load_balancer_hel"
if [ -z "$load_balancer_hel" ]; then
  hcloud load-balancer create --name hel --type lb11 --location hel1 --network lan --label plan=scale --label name=hel
fi
load_balancer_hel_ipv4=$(hcloud load-balancer list --selector plan=scale,name=hel -o noheader -o columns=ipv4)
some 'ipv4 of load_balancer.hel' "$load_balancer_hel_ipv4"
settle 120 some hcloud load-balancer list --selector plan=scale,name=hel -o noheader -o columns=id

at '[22/25] load_balancer.hel.service-443: https 443 of hel to port 80'
load_balancer_hel_service_443=$(pick 1 443 1 hcloud load-balancer describe hel -o 'format={{range .Services}}{{println .ListenPort}}{{end}}')
only load_balancer.hel.service-443 "$load_balancer_hel_service_443"
if [ -z "$load_balancer_hel_service_443" ]; then
  hcloud load-balancer add-service --protocol https --listen-port 443 --destination-port 80 --http-certificates hel --http-redirect-http --health-check-protocol http --health-check-port 80 --health-check-http-path / hel
fi
settle 120 some pick 1 443 1 hcloud load-balancer describe hel -o 'format={{range .Services}}{{println .ListenPort}}{{end}}'

at '[23/25] load_balancer.hel.app1: app1 behind hel'
load_balancer_hel_app1=$(pick 1 "$server_app1" 1 hcloud load-balancer describe hel -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}')
only load_balancer.hel.app1 "$load_balancer_hel_app1"
if [ -z "$load_balancer_hel_app1" ]; then
  hcloud load-balancer add-target --server app1 --use-private-ip hel
fi
settle 120 some pick 1 "$server_app1" 1 hcloud load-balancer describe hel -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}'

at '[24/25] load_balancer.hel.app2: app2 behind hel'
load_balancer_hel_app2=$(pick 1 "$server_app2" 1 hcloud load-balancer describe hel -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}')
only load_balancer.hel.app2 "$load_balancer_hel_app2"
if [ -z "$load_balancer_hel_app2" ]; then
  hcloud load-balancer add-target --server app2 --use-private-ip hel
fi
settle 120 some pick 1 "$server_app2" 1 hcloud load-balancer describe hel -o 'format={{range .Targets}}{{if .Server}}{{println .Server.Server.ID}}{{end}}{{end}}'

at '[25/25] dns_record.hel.example.com.A: A record of hel.example.com'
dns_record_hel_example_com_a=$(pick 1 hel/A 1 hcloud zone rrset list --type A -o noheader -o columns=id example.com)
only dns_record.hel.example.com.A "$dns_record_hel_example_com_a"
if [ -z "$dns_record_hel_example_com_a" ]; then
  hcloud zone rrset create --name hel --type A --ttl 300 --record "$load_balancer_hel_ipv4" --label plan=scale example.com
fi
settle 120 some pick 1 hel/A 1 hcloud zone rrset list --type A -o noheader -o columns=id example.com

at 'done: everything is there'
