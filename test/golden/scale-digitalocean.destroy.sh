#!/usr/bin/env bash
# Plan "scale": DESTROYS 22 things, in the reverse of their creation.
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

command -v doctl >/dev/null || stop 'doctl is not installed. macOS: brew install doctl. Linux: sudo snap install doctl.'
doctl compute region list --format Slug --no-header >/dev/null || stop 'digitalocean did not let you in; its message is above. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.'

at 'looking up what there is'
dns_zone_example_com=$(pick 1 example.com 1 doctl compute domain list --format Domain --no-header)
only dns_zone.example.com "$dns_zone_example_com"
ssh_key_ops=$(pick 2 scale--ops 1 doctl compute ssh-key list --format ID,Name --no-header)
only ssh_key.ops "$ssh_key_ops"
network_eu=$(pick 2,3 'eu plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.eu "$network_eu"
firewall_eu_tag=$(pick 1 firewall:scale:eu 1 doctl compute tag list --format Name --no-header)
only firewall.eu.tag "$firewall_eu_tag"
firewall_eu=$(pick 2,3 'eu firewall:scale:eu' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.eu "$firewall_eu"
server_eu1=$(pick 2 eu1 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header)
only server.eu1 "$server_eu1"
server_eu2=$(pick 2 eu2 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header)
only server.eu2 "$server_eu2"
database_db=$(pick 2 scale--db 1 doctl databases list --format ID,Name --no-header)
only database.db "$database_db"
certificate_eu=$(pick 2 scale--eu 1 doctl compute certificate list --format ID,Name --no-header)
only certificate.eu "$certificate_eu"
load_balancer_eu_tag=$(pick 1 load-balancer:scale:eu 1 doctl compute tag list --format Name --no-header)
only load_balancer.eu.tag "$load_balancer_eu_tag"
load_balancer_eu=$(pick 2,3 'eu load-balancer:scale:eu' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header)
only load_balancer.eu "$load_balancer_eu"
load_balancer_eu_ipv4=
if [ -n "$load_balancer_eu" ] && [ -n "$load_balancer_eu" ]; then
  load_balancer_eu_ipv4=$(doctl compute load-balancer get "$load_balancer_eu" --format IP --no-header)
  only 'ipv4 of load_balancer.eu' "$load_balancer_eu_ipv4"
fi
load_balancer_eu_access=$(pick 2 scale--eu.load-balancer 1 doctl compute firewall list --format ID,Name --no-header)
only load_balancer.eu.access "$load_balancer_eu_access"
dns_record_eu_example_com_a=
if [ -n "$dns_zone_example_com" ] && [ -n "$load_balancer_eu_ipv4" ]; then
  dns_record_eu_example_com_a=$(pick 2,3,4 "A eu ${load_balancer_eu_ipv4}" 1 doctl compute domain records list example.com --format ID,Type,Name,Data --no-header)
  only dns_record.eu.example.com.A "$dns_record_eu_example_com_a"
fi
network_us=$(pick 2,3 'us plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.us "$network_us"
firewall_us_tag=$(pick 1 firewall:scale:us 1 doctl compute tag list --format Name --no-header)
only firewall.us.tag "$firewall_us_tag"
firewall_us=$(pick 2,3 'us firewall:scale:us' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.us "$firewall_us"
server_us1=$(pick 2 us1 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header)
only server.us1 "$server_us1"
certificate_us=$(pick 2 scale--us 1 doctl compute certificate list --format ID,Name --no-header)
only certificate.us "$certificate_us"
load_balancer_us_tag=$(pick 1 load-balancer:scale:us 1 doctl compute tag list --format Name --no-header)
only load_balancer.us.tag "$load_balancer_us_tag"
load_balancer_us=$(pick 2,3 'us load-balancer:scale:us' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header)
only load_balancer.us "$load_balancer_us"
load_balancer_us_ipv4=
if [ -n "$load_balancer_us" ] && [ -n "$load_balancer_us" ]; then
  load_balancer_us_ipv4=$(doctl compute load-balancer get "$load_balancer_us" --format IP --no-header)
  only 'ipv4 of load_balancer.us' "$load_balancer_us_ipv4"
fi
load_balancer_us_access=$(pick 2 scale--us.load-balancer 1 doctl compute firewall list --format ID,Name --no-header)
only load_balancer.us.access "$load_balancer_us_access"
dns_record_us_example_com_a=
if [ -n "$dns_zone_example_com" ] && [ -n "$load_balancer_us_ipv4" ]; then
  dns_record_us_example_com_a=$(pick 2,3,4 "A us ${load_balancer_us_ipv4}" 1 doctl compute domain records list example.com --format ID,Type,Name,Data --no-header)
  only dns_record.us.example.com.A "$dns_record_us_example_com_a"
fi

[ -z "$dns_record_us_example_com_a" ] || printf '  %s\n' 'dns_record.us.example.com.A (digitalocean)' >&2
[ -z "$load_balancer_us_access" ] || printf '  %s\n' 'load_balancer.us.access (digitalocean)' >&2
[ -z "$load_balancer_us" ] || printf '  %s\n' 'load_balancer.us (digitalocean)' >&2
[ -z "$load_balancer_us_tag" ] || printf '  %s\n' 'load_balancer.us.tag (digitalocean)' >&2
[ -z "$certificate_us" ] || printf '  %s\n' 'certificate.us (digitalocean)' >&2
[ -z "$server_us1" ] || printf '  %s\n' 'server.us1 (digitalocean)' >&2
[ -z "$firewall_us" ] || printf '  %s\n' 'firewall.us (digitalocean)' >&2
[ -z "$firewall_us_tag" ] || printf '  %s\n' 'firewall.us.tag (digitalocean)' >&2
[ -z "$network_us" ] || printf '  %s\n' 'network.us (digitalocean)' >&2
[ -z "$dns_record_eu_example_com_a" ] || printf '  %s\n' 'dns_record.eu.example.com.A (digitalocean)' >&2
[ -z "$load_balancer_eu_access" ] || printf '  %s\n' 'load_balancer.eu.access (digitalocean)' >&2
[ -z "$load_balancer_eu" ] || printf '  %s\n' 'load_balancer.eu (digitalocean)' >&2
[ -z "$load_balancer_eu_tag" ] || printf '  %s\n' 'load_balancer.eu.tag (digitalocean)' >&2
[ -z "$certificate_eu" ] || printf '  %s\n' 'certificate.eu (digitalocean)' >&2
[ -z "$database_db" ] || printf '  %s\n' 'database.db (digitalocean)' >&2
[ -z "$server_eu2" ] || printf '  %s\n' 'server.eu2 (digitalocean)' >&2
[ -z "$server_eu1" ] || printf '  %s\n' 'server.eu1 (digitalocean)' >&2
[ -z "$firewall_eu" ] || printf '  %s\n' 'firewall.eu (digitalocean)' >&2
[ -z "$firewall_eu_tag" ] || printf '  %s\n' 'firewall.eu.tag (digitalocean)' >&2
[ -z "$network_eu" ] || printf '  %s\n' 'network.eu (digitalocean)' >&2
[ -z "$ssh_key_ops" ] || printf '  %s\n' 'ssh_key.ops (digitalocean)' >&2
[ -z "$dns_zone_example_com" ] || printf '  %s\n' 'dns_zone.example.com (digitalocean)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type scale to go on: ' >&2
  read -r answer
  [ "$answer" = scale ] || stop 'Nothing was destroyed.'
fi

at '[1/22] dns_record.us.example.com.A: remove'
if [ -n "$dns_record_us_example_com_a" ]; then
  doctl compute domain records delete example.com "$dns_record_us_example_com_a" --force
  settle 120 none pick 2,3,4 "A us ${load_balancer_us_ipv4}" 1 doctl compute domain records list example.com --format ID,Type,Name,Data --no-header
fi

at '[2/22] load_balancer.us.access: remove'
if [ -n "$load_balancer_us_access" ]; then
  doctl compute firewall delete "$load_balancer_us_access" --force
  settle 120 none pick 2 scale--us.load-balancer 1 doctl compute firewall list --format ID,Name --no-header
fi

at '[3/22] load_balancer.us: remove'
if [ -n "$load_balancer_us" ]; then
  doctl compute load-balancer delete "$load_balancer_us" --force
  settle 120 none pick 2,3 'us load-balancer:scale:us' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header
fi

at '[4/22] load_balancer.us.tag: remove'
if [ -n "$load_balancer_us_tag" ]; then
  doctl compute tag delete load-balancer:scale:us --force
  settle 120 none pick 1 load-balancer:scale:us 1 doctl compute tag list --format Name --no-header
fi

at '[5/22] certificate.us: remove'
if [ -n "$certificate_us" ]; then
  retry 300 doctl compute certificate delete "$certificate_us" --force
  settle 120 none pick 2 scale--us 1 doctl compute certificate list --format ID,Name --no-header
fi

at '[6/22] server.us1: remove'
if [ -n "$server_us1" ]; then
  doctl compute droplet delete "$server_us1" --force
  settle 120 none pick 2 us1 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header
fi

at '[7/22] firewall.us: remove'
if [ -n "$firewall_us" ]; then
  doctl compute firewall delete "$firewall_us" --force
  settle 120 none pick 2,3 'us firewall:scale:us' 1 doctl compute firewall list --format ID,Name,Tags --no-header
fi

at '[8/22] firewall.us.tag: remove'
if [ -n "$firewall_us_tag" ]; then
  doctl compute tag delete firewall:scale:us --force
  settle 120 none pick 1 firewall:scale:us 1 doctl compute tag list --format Name --no-header
fi

at '[9/22] network.us: remove'
if [ -n "$network_us" ]; then
  retry 600 doctl vpcs delete "$network_us" --force
  settle 120 none pick 2,3 'us plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header
fi

at '[10/22] dns_record.eu.example.com.A: remove'
if [ -n "$dns_record_eu_example_com_a" ]; then
  doctl compute domain records delete example.com "$dns_record_eu_example_com_a" --force
  settle 120 none pick 2,3,4 "A eu ${load_balancer_eu_ipv4}" 1 doctl compute domain records list example.com --format ID,Type,Name,Data --no-header
fi

at '[11/22] load_balancer.eu.access: remove'
if [ -n "$load_balancer_eu_access" ]; then
  doctl compute firewall delete "$load_balancer_eu_access" --force
  settle 120 none pick 2 scale--eu.load-balancer 1 doctl compute firewall list --format ID,Name --no-header
fi

at '[12/22] load_balancer.eu: remove'
if [ -n "$load_balancer_eu" ]; then
  doctl compute load-balancer delete "$load_balancer_eu" --force
  settle 120 none pick 2,3 'eu load-balancer:scale:eu' 1 doctl compute load-balancer list --format ID,Name,Tag --no-header
fi

at '[13/22] load_balancer.eu.tag: remove'
if [ -n "$load_balancer_eu_tag" ]; then
  doctl compute tag delete load-balancer:scale:eu --force
  settle 120 none pick 1 load-balancer:scale:eu 1 doctl compute tag list --format Name --no-header
fi

at '[14/22] certificate.eu: remove'
if [ -n "$certificate_eu" ]; then
  retry 300 doctl compute certificate delete "$certificate_eu" --force
  settle 120 none pick 2 scale--eu 1 doctl compute certificate list --format ID,Name --no-header
fi

at '[15/22] database.db: remove'
if [ -n "$database_db" ]; then
  doctl databases delete "$database_db" --force
  settle 120 none pick 2 scale--db 1 doctl databases list --format ID,Name --no-header
fi

at '[16/22] server.eu2: remove'
if [ -n "$server_eu2" ]; then
  doctl compute droplet delete "$server_eu2" --force
  settle 120 none pick 2 eu2 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header
fi

at '[17/22] server.eu1: remove'
if [ -n "$server_eu1" ]; then
  doctl compute droplet delete "$server_eu1" --force
  settle 120 none pick 2 eu1 1 doctl compute droplet list --tag-name plan:scale --format ID,Name --no-header
fi

at '[18/22] firewall.eu: remove'
if [ -n "$firewall_eu" ]; then
  doctl compute firewall delete "$firewall_eu" --force
  settle 120 none pick 2,3 'eu firewall:scale:eu' 1 doctl compute firewall list --format ID,Name,Tags --no-header
fi

at '[19/22] firewall.eu.tag: remove'
if [ -n "$firewall_eu_tag" ]; then
  doctl compute tag delete firewall:scale:eu --force
  settle 120 none pick 1 firewall:scale:eu 1 doctl compute tag list --format Name --no-header
fi

at '[20/22] network.eu: remove'
if [ -n "$network_eu" ]; then
  retry 600 doctl vpcs delete "$network_eu" --force
  settle 120 none pick 2,3 'eu plan:scale' 1 doctl vpcs list --format ID,Name,Description --no-header
fi

at '[21/22] ssh_key.ops: remove'
if [ -n "$ssh_key_ops" ]; then
  doctl compute ssh-key delete "$ssh_key_ops" --force
  settle 120 none pick 2 scale--ops 1 doctl compute ssh-key list --format ID,Name --no-header
fi

at '[22/22] dns_zone.example.com: remove'
if [ -n "$dns_zone_example_com" ]; then
  doctl compute domain delete example.com --force
  settle 120 none pick 1 example.com 1 doctl compute domain list --format Domain --no-header
fi

at 'done: nothing of it is left'
