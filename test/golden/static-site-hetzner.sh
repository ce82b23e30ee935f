#!/usr/bin/env bash
# Plan "site": creates 1 resources for 6.49 EUR a month, net (prices of 2026-09-04), without 2 by usage.
# Read it, then run it. It can be run again: each step looks for what it makes, by the plan's label, and makes only what is missing.
set -euo pipefail

current='before the first step' hint=
at() { current=$1 hint=${2:-}; printf '%s\n' "$1" >&2; }
stop() { printf '%s\n' "$*" >&2; exit 1; }
# only WHAT VALUE: stops where a look-up found several of one name
only() { case $2 in *[[:space:]]*) stop "$1: several were found, and it is not known which is meant: $2" ;; esac; }
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
[ -n "${HETZNER_S3_ACCESS_KEY_ID:-}" ] || stop 'HETZNER_S3_ACCESS_KEY_ID is not set: access key of Hetzner Object Storage (console: Object Storage, Credentials)'
[ -n "${HETZNER_S3_SECRET_ACCESS_KEY:-}" ] || stop 'HETZNER_S3_SECRET_ACCESS_KEY is not set: secret key that belongs to it'
hcloud location list -o noheader -o columns=name >/dev/null || stop 'hetzner did not let you in; its message is above. Sign in, or set HCLOUD_TOKEN.'

at '[1/2] bucket.acme-site: bucket acme-site'
bucket_acme_site=$(AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api list-buckets --query "Buckets[?Name=='acme-site'].Name" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com)
only bucket.acme-site "$bucket_acme_site"
if [ -z "$bucket_acme_site" ]; then
  AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api create-bucket --bucket acme-site --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com
fi
AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" settle 120 is acme-site aws s3api list-buckets --query "Buckets[?Name=='acme-site'].Name" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com

at '[2/2] bucket.acme-site.versioning: keep old versions in acme-site'
bucket_acme_site_versioning=$(AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api get-bucket-versioning --bucket acme-site --query "[Status][?@=='Enabled']" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com)
only bucket.acme-site.versioning "$bucket_acme_site_versioning"
if [ -z "$bucket_acme_site_versioning" ]; then
  AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" aws s3api put-bucket-versioning --bucket acme-site --versioning-configuration Status=Enabled --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com
fi
AWS_ACCESS_KEY_ID="$HETZNER_S3_ACCESS_KEY_ID" AWS_SECRET_ACCESS_KEY="$HETZNER_S3_SECRET_ACCESS_KEY" settle 120 is Enabled aws s3api get-bucket-versioning --bucket acme-site --query "[Status][?@=='Enabled']" --output text --region fsn1 --endpoint-url https://fsn1.your-objectstorage.com

at 'done: everything is there'
