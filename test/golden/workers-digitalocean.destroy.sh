#!/usr/bin/env bash
# Plan "workers": DESTROYS 8 things, in the reverse of their creation.
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
command -v doctl >/dev/null || stop 'doctl is not installed. macOS: brew install doctl. Linux: sudo snap install doctl.'
[ -n "${SPACES_ACCESS_KEY_ID:-}" ] || stop 'SPACES_ACCESS_KEY_ID is not set: access key of DigitalOcean Spaces (doctl spaces keys create, or console: Spaces, Access Keys)'
[ -n "${SPACES_SECRET_ACCESS_KEY:-}" ] || stop 'SPACES_SECRET_ACCESS_KEY is not set: secret key that belongs to it'
doctl compute region list --format Slug --no-header >/dev/null || stop 'digitalocean did not let you in; its message is above. Sign in, or set DIGITALOCEAN_ACCESS_TOKEN.'

at 'looking up what there is'
ssh_key_ops=$(pick 2 workers--ops 1 doctl compute ssh-key list --format ID,Name --no-header)
only ssh_key.ops "$ssh_key_ops"
network_lan=$(pick 2,3 'lan plan:workers' 1 doctl vpcs list --format ID,Name,Description --no-header)
only network.lan "$network_lan"
firewall_ssh_tag=$(pick 1 firewall:workers:ssh 1 doctl compute tag list --format Name --no-header)
only firewall.ssh.tag "$firewall_ssh_tag"
firewall_ssh=$(pick 2,3 'ssh firewall:workers:ssh' 1 doctl compute firewall list --format ID,Name,Tags --no-header)
only firewall.ssh "$firewall_ssh"
server_worker1=$(pick 2 worker1 1 doctl compute droplet list --tag-name plan:workers --format ID,Name --no-header)
only server.worker1 "$server_worker1"
server_worker2=$(pick 2 worker2 1 doctl compute droplet list --tag-name plan:workers --format ID,Name --no-header)
only server.worker2 "$server_worker2"
database_db=$(pick 2 workers--db 1 doctl databases list --format ID,Name --no-header)
only database.db "$database_db"
bucket_acme_results=$(AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api list-buckets --query "Buckets[?Name=='acme-results'].Name" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com)
only bucket.acme-results "$bucket_acme_results"

[ -z "$bucket_acme_results" ] || printf '  %s\n' 'bucket.acme-results (digitalocean)' >&2
[ -z "$database_db" ] || printf '  %s\n' 'database.db (digitalocean)' >&2
[ -z "$server_worker2" ] || printf '  %s\n' 'server.worker2 (digitalocean)' >&2
[ -z "$server_worker1" ] || printf '  %s\n' 'server.worker1 (digitalocean)' >&2
[ -z "$firewall_ssh" ] || printf '  %s\n' 'firewall.ssh (digitalocean)' >&2
[ -z "$firewall_ssh_tag" ] || printf '  %s\n' 'firewall.ssh.tag (digitalocean)' >&2
[ -z "$network_lan" ] || printf '  %s\n' 'network.lan (digitalocean)' >&2
[ -z "$ssh_key_ops" ] || printf '  %s\n' 'ssh_key.ops (digitalocean)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type workers to go on: ' >&2
  read -r answer
  [ "$answer" = workers ] || stop 'Nothing was destroyed.'
fi

at '[1/8] bucket.acme-results: remove'
if [ -n "$bucket_acme_results" ]; then
  AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" aws s3api delete-bucket --bucket acme-results --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com
  AWS_ACCESS_KEY_ID="$SPACES_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$SPACES_SECRET_ACCESS_KEY" settle 120 none aws s3api list-buckets --query "Buckets[?Name=='acme-results'].Name" --output text --region us-east-1 --endpoint-url https://fra1.digitaloceanspaces.com
fi

at '[2/8] database.db: remove'
if [ -n "$database_db" ]; then
  doctl databases delete "$database_db" --force
  settle 120 none pick 2 workers--db 1 doctl databases list --format ID,Name --no-header
fi

at '[3/8] server.worker2: remove'
if [ -n "$server_worker2" ]; then
  doctl compute droplet delete "$server_worker2" --force
  settle 120 none pick 2 worker2 1 doctl compute droplet list --tag-name plan:workers --format ID,Name --no-header
fi

at '[4/8] server.worker1: remove'
if [ -n "$server_worker1" ]; then
  doctl compute droplet delete "$server_worker1" --force
  settle 120 none pick 2 worker1 1 doctl compute droplet list --tag-name plan:workers --format ID,Name --no-header
fi

at '[5/8] firewall.ssh: remove'
if [ -n "$firewall_ssh" ]; then
  doctl compute firewall delete "$firewall_ssh" --force
  settle 120 none pick 2,3 'ssh firewall:workers:ssh' 1 doctl compute firewall list --format ID,Name,Tags --no-header
fi

at '[6/8] firewall.ssh.tag: remove'
if [ -n "$firewall_ssh_tag" ]; then
  doctl compute tag delete firewall:workers:ssh --force
  settle 120 none pick 1 firewall:workers:ssh 1 doctl compute tag list --format Name --no-header
fi

at '[7/8] network.lan: remove'
if [ -n "$network_lan" ]; then
  retry 600 doctl vpcs delete "$network_lan" --force
  settle 120 none pick 2,3 'lan plan:workers' 1 doctl vpcs list --format ID,Name,Description --no-header
fi

at '[8/8] ssh_key.ops: remove'
if [ -n "$ssh_key_ops" ]; then
  doctl compute ssh-key delete "$ssh_key_ops" --force
  settle 120 none pick 2 workers--ops 1 doctl compute ssh-key list --format ID,Name --no-header
fi

at 'done: nothing of it is left'
