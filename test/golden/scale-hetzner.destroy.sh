#!/usr/bin/env bash
# Plan "scale": DESTROYS 18 things, in the reverse of their creation.
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
dns_zone_example_com=$(pick 2 example.com 1 hcloud zone list --selector plan=scale -o noheader -o columns=id,name)
only dns_zone.example.com "$dns_zone_example_com"
ssh_key_ops=$(hcloud ssh-key list --selector plan=scale,name=ops -o noheader -o columns=id)
only ssh_key.ops "$ssh_key_ops"
network_lan=$(hcloud network list --selector plan=scale,name=lan -o noheader -o columns=id)
only network.lan "$network_lan"
firewall_ssh=$(hcloud firewall list --selector plan=scale,name=ssh -o noheader -o columns=id)
only firewall.ssh "$firewall_ssh"
server_app1=$(hcloud server list --selector plan=scale,name=app1 -o noheader -o columns=id)
only server.app1 "$server_app1"
server_app2=$(hcloud server list --selector plan=scale,name=app2 -o noheader -o columns=id)
only server.app2 "$server_app2"
server_db1=$(hcloud server list --selector plan=scale,name=db1 -o noheader -o columns=id)
only server.db1 "$server_db1"
volume_pg1=$(hcloud volume list --selector plan=scale,name=pg1 -o noheader -o columns=id)
only volume.pg1 "$volume_pg1"
volume_pg1_attach=$(pick 1 db1 1 hcloud volume list --selector plan=scale,name=pg1 -o noheader -o columns=server)
only volume.pg1.attach "$volume_pg1_attach"
server_db2=$(hcloud server list --selector plan=scale,name=db2 -o noheader -o columns=id)
only server.db2 "$server_db2"
volume_pg2=$(hcloud volume list --selector plan=scale,name=pg2 -o noheader -o columns=id)
only volume.pg2 "$volume_pg2"
volume_pg2_attach=$(pick 1 db2 1 hcloud volume list --selector plan=scale,name=pg2 -o noheader -o columns=server)
only volume.pg2.attach "$volume_pg2_attach"
certificate_fsn=$(hcloud certificate list --selector plan=scale,name=fsn -o noheader -o columns=id)
only certificate.fsn "$certificate_fsn"
load_balancer_fsn=$(hcloud load-balancer list --selector plan=scale,name=fsn -o noheader -o columns=id)
only load_balancer.fsn "$load_balancer_fsn"
dns_record_fsn_example_com_a=
if [ -n "$dns_zone_example_com" ]; then
  dns_record_fsn_example_com_a=$(pick 1 fsn/A 1 hcloud zone rrset list --type A -o noheader -o columns=id example.com)
  only dns_record.fsn.example.com.A "$dns_record_fsn_example_com_a"
fi
certificate_hel=$(hcloud certificate list --selector plan=scale,name=hel -o noheader -o columns=id)
only certificate.hel "$certificate_hel"
load_balancer_hel=$(hcloud load-balancer list --selector plan=scale,name=hel -o noheader -o columns=id)
only load_balancer.hel "$load_balancer_hel"
dns_record_hel_example_com_a=
if [ -n "$dns_zone_example_com" ]; then
  dns_record_hel_example_com_a=$(pick 1 hel/A 1 hcloud zone rrset list --type A -o noheader -o columns=id example.com)
  only dns_record.hel.example.com.A "$dns_record_hel_example_com_a"
fi

[ -z "$dns_record_hel_example_com_a" ] || printf '  %s\n' 'dns_record.hel.example.com.A (hetzner)' >&2
[ -z "$load_balancer_hel" ] || printf '  %s\n' 'load_balancer.hel (hetzner)' >&2
[ -z "$certificate_hel" ] || printf '  %s\n' 'certificate.hel (hetzner)' >&2
[ -z "$dns_record_fsn_example_com_a" ] || printf '  %s\n' 'dns_record.fsn.example.com.A (hetzner)' >&2
[ -z "$load_balancer_fsn" ] || printf '  %s\n' 'load_balancer.fsn (hetzner)' >&2
[ -z "$certificate_fsn" ] || printf '  %s\n' 'certificate.fsn (hetzner)' >&2
[ -z "$volume_pg2_attach" ] || printf '  %s\n' 'volume.pg2.attach (hetzner)' >&2
[ -z "$volume_pg2" ] || printf '  %s\n' 'volume.pg2 (hetzner)' >&2
[ -z "$server_db2" ] || printf '  %s\n' 'server.db2 (hetzner)' >&2
[ -z "$volume_pg1_attach" ] || printf '  %s\n' 'volume.pg1.attach (hetzner)' >&2
[ -z "$volume_pg1" ] || printf '  %s\n' 'volume.pg1 (hetzner)' >&2
[ -z "$server_db1" ] || printf '  %s\n' 'server.db1 (hetzner)' >&2
[ -z "$server_app2" ] || printf '  %s\n' 'server.app2 (hetzner)' >&2
[ -z "$server_app1" ] || printf '  %s\n' 'server.app1 (hetzner)' >&2
[ -z "$firewall_ssh" ] || printf '  %s\n' 'firewall.ssh (hetzner)' >&2
[ -z "$network_lan" ] || printf '  %s\n' 'network.lan (hetzner)' >&2
[ -z "$ssh_key_ops" ] || printf '  %s\n' 'ssh_key.ops (hetzner)' >&2
[ -z "$dns_zone_example_com" ] || printf '  %s\n' 'dns_zone.example.com (hetzner)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type scale to go on: ' >&2
  read -r answer
  [ "$answer" = scale ] || stop 'Nothing was destroyed.'
fi

at '[1/18] dns_record.hel.example.com.A: remove'
if [ -n "$dns_record_hel_example_com_a" ]; then
  hcloud zone rrset delete example.com hel A
  settle 120 none pick 1 hel/A 1 hcloud zone rrset list --type A -o noheader -o columns=id example.com
fi

at '[2/18] load_balancer.hel: remove'
if [ -n "$load_balancer_hel" ]; then
  hcloud load-balancer delete hel
  settle 120 none hcloud load-balancer list --selector plan=scale,name=hel -o noheader -o columns=id
fi

at '[3/18] certificate.hel: remove'
if [ -n "$certificate_hel" ]; then
  retry 60 hcloud certificate delete hel
  settle 120 none hcloud certificate list --selector plan=scale,name=hel -o noheader -o columns=id
fi

at '[4/18] dns_record.fsn.example.com.A: remove'
if [ -n "$dns_record_fsn_example_com_a" ]; then
  hcloud zone rrset delete example.com fsn A
  settle 120 none pick 1 fsn/A 1 hcloud zone rrset list --type A -o noheader -o columns=id example.com
fi

at '[5/18] load_balancer.fsn: remove'
if [ -n "$load_balancer_fsn" ]; then
  hcloud load-balancer delete fsn
  settle 120 none hcloud load-balancer list --selector plan=scale,name=fsn -o noheader -o columns=id
fi

at '[6/18] certificate.fsn: remove'
if [ -n "$certificate_fsn" ]; then
  retry 60 hcloud certificate delete fsn
  settle 120 none hcloud certificate list --selector plan=scale,name=fsn -o noheader -o columns=id
fi

at '[7/18] volume.pg2.attach: remove'
if [ -n "$volume_pg2_attach" ]; then
  hcloud volume detach pg2
  settle 120 none pick 1 db2 1 hcloud volume list --selector plan=scale,name=pg2 -o noheader -o columns=server
fi

at '[8/18] volume.pg2: remove'
if [ -n "$volume_pg2" ]; then
  retry 60 hcloud volume delete pg2
  settle 120 none hcloud volume list --selector plan=scale,name=pg2 -o noheader -o columns=id
fi

at '[9/18] server.db2: remove'
if [ -n "$server_db2" ]; then
  hcloud server delete db2
  settle 120 none hcloud server list --selector plan=scale,name=db2 -o noheader -o columns=id
fi

at '[10/18] volume.pg1.attach: remove'
if [ -n "$volume_pg1_attach" ]; then
  hcloud volume detach pg1
  settle 120 none pick 1 db1 1 hcloud volume list --selector plan=scale,name=pg1 -o noheader -o columns=server
fi

at '[11/18] volume.pg1: remove'
if [ -n "$volume_pg1" ]; then
  retry 60 hcloud volume delete pg1
  settle 120 none hcloud volume list --selector plan=scale,name=pg1 -o noheader -o columns=id
fi

at '[12/18] server.db1: remove'
if [ -n "$server_db1" ]; then
  hcloud server delete db1
  settle 120 none hcloud server list --selector plan=scale,name=db1 -o noheader -o columns=id
fi

at '[13/18] server.app2: remove'
if [ -n "$server_app2" ]; then
  hcloud server delete app2
  settle 120 none hcloud server list --selector plan=scale,name=app2 -o noheader -o columns=id
fi

at '[14/18] server.app1: remove'
if [ -n "$server_app1" ]; then
  hcloud server delete app1
  settle 120 none hcloud server list --selector plan=scale,name=app1 -o noheader -o columns=id
fi

at '[15/18] firewall.ssh: remove'
if [ -n "$firewall_ssh" ]; then
  retry 60 hcloud firewall delete ssh
  settle 120 none hcloud firewall list --selector plan=scale,name=ssh -o noheader -o columns=id
fi

at '[16/18] network.lan: remove'
if [ -n "$network_lan" ]; then
  retry 60 hcloud network delete lan
  settle 120 none hcloud network list --selector plan=scale,name=lan -o noheader -o columns=id
fi

at '[17/18] ssh_key.ops: remove'
if [ -n "$ssh_key_ops" ]; then
  hcloud ssh-key delete ops
  settle 120 none hcloud ssh-key list --selector plan=scale,name=ops -o noheader -o columns=id
fi

at '[18/18] dns_zone.example.com: remove'
if [ -n "$dns_zone_example_com" ]; then
  hcloud zone delete example.com
  settle 120 none pick 2 example.com 1 hcloud zone list --selector plan=scale -o noheader -o columns=id,name
fi

at 'done: nothing of it is left'
