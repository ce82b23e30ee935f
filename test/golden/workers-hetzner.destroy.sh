#!/usr/bin/env bash
# Plan "workers": DESTROYS 9 things, in the reverse of their creation.
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

command -v aws >/dev/null || stop 'aws is not installed. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.'
command -v hcloud >/dev/null || stop 'hcloud is not installed. macOS: brew install hcloud. Linux: brew install hcloud.'
[ -n "${HETZNER_S3_ACCESS_KEY_ID:-}" ] || stop 'HETZNER_S3_ACCESS_KEY_ID is not set: access key of Hetzner Object Storage (console: Object Storage, Credentials)'
[ -n "${HETZNER_S3_SECRET_ACCESS_KEY:-}" ] || stop 'HETZNER_S3_SECRET_ACCESS_KEY is not set: secret key that belongs to it'
hcloud location list -o noheader -o columns=name >/dev/null || stop 'hetzner did not let you in; its message is above. Sign in, or set HCLOUD_TOKEN.'

at 'looking up what there is'
ssh_key_ops=$(hcloud ssh-key list --selector plan=workers,name=ops -o noheader -o columns=id)
only ssh_key.ops "$ssh_key_ops"
network_lan=$(hcloud network list --selector plan=workers,name=lan -o noheader -o columns=id)
only network.lan "$network_lan"
firewall_ssh=$(hcloud firewall list --selector plan=workers,name=ssh -o noheader -o columns=id)
only firewall.ssh "$firewall_ssh"
server_worker1=$(hcloud server list --selector plan=workers,name=worker1 -o noheader -o columns=id)
only server.worker1 "$server_worker1"
server_worker2=$(hcloud server list --selector plan=workers,name=worker2 -o noheader -o columns=id)
only server.worker2 "$server_worker2"
server_db=$(hcloud server list --selector plan=workers,name=db -o noheader -o columns=id)
only server.db "$server_db"
volume_pgdata=$(hcloud volume list --selector plan=workers,name=pgdata -o noheader -o columns=id)
only volume.pgdata "$volume_pgdata"
volume_pgdata_attach=$(pick 1 db 1 hcloud volume list --selector plan=workers,name=pgdata -o noheader -o columns=server)
only volume.pgdata.attach "$volume_pgdata_attach"
bucket_acme_results=$(AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api list-buckets --query "Buckets[?Name=='acme-results'].Name" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com)
only bucket.acme-results "$bucket_acme_results"

[ -z "$bucket_acme_results" ] || printf '  %s\n' 'bucket.acme-results (hetzner)' >&2
[ -z "$volume_pgdata_attach" ] || printf '  %s\n' 'volume.pgdata.attach (hetzner)' >&2
[ -z "$volume_pgdata" ] || printf '  %s\n' 'volume.pgdata (hetzner)' >&2
[ -z "$server_db" ] || printf '  %s\n' 'server.db (hetzner)' >&2
[ -z "$server_worker2" ] || printf '  %s\n' 'server.worker2 (hetzner)' >&2
[ -z "$server_worker1" ] || printf '  %s\n' 'server.worker1 (hetzner)' >&2
[ -z "$firewall_ssh" ] || printf '  %s\n' 'firewall.ssh (hetzner)' >&2
[ -z "$network_lan" ] || printf '  %s\n' 'network.lan (hetzner)' >&2
[ -z "$ssh_key_ops" ] || printf '  %s\n' 'ssh_key.ops (hetzner)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type workers to go on: ' >&2
  read -r answer
  [ "$answer" = workers ] || stop 'Nothing was destroyed.'
fi

at '[1/9] bucket.acme-results: remove'
if [ -n "$bucket_acme_results" ]; then
  AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api delete-bucket --bucket acme-results --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com
  AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" settle 120 none aws s3api list-buckets --query "Buckets[?Name=='acme-results'].Name" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com
fi

at '[2/9] volume.pgdata.attach: remove'
if [ -n "$volume_pgdata_attach" ]; then
  hcloud volume detach pgdata
  settle 120 none pick 1 db 1 hcloud volume list --selector plan=workers,name=pgdata -o noheader -o columns=server
fi

at '[3/9] volume.pgdata: remove'
if [ -n "$volume_pgdata" ]; then
  retry 60 hcloud volume delete pgdata
  settle 120 none hcloud volume list --selector plan=workers,name=pgdata -o noheader -o columns=id
fi

at '[4/9] server.db: remove'
if [ -n "$server_db" ]; then
  hcloud server delete db
  settle 120 none hcloud server list --selector plan=workers,name=db -o noheader -o columns=id
fi

at '[5/9] server.worker2: remove'
if [ -n "$server_worker2" ]; then
  hcloud server delete worker2
  settle 120 none hcloud server list --selector plan=workers,name=worker2 -o noheader -o columns=id
fi

at '[6/9] server.worker1: remove'
if [ -n "$server_worker1" ]; then
  hcloud server delete worker1
  settle 120 none hcloud server list --selector plan=workers,name=worker1 -o noheader -o columns=id
fi

at '[7/9] firewall.ssh: remove'
if [ -n "$firewall_ssh" ]; then
  retry 60 hcloud firewall delete ssh
  settle 120 none hcloud firewall list --selector plan=workers,name=ssh -o noheader -o columns=id
fi

at '[8/9] network.lan: remove'
if [ -n "$network_lan" ]; then
  retry 60 hcloud network delete lan
  settle 120 none hcloud network list --selector plan=workers,name=lan -o noheader -o columns=id
fi

at '[9/9] ssh_key.ops: remove'
if [ -n "$ssh_key_ops" ]; then
  hcloud ssh-key delete ops
  settle 120 none hcloud ssh-key list --selector plan=workers,name=ops -o noheader -o columns=id
fi

at 'done: nothing of it is left'
