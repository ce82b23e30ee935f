#!/usr/bin/env bash
# Plan "site": creates 1 resources for an unknown amount, without 4 by usage.
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
aws sts get-caller-identity --query Arn --output text --region us-east-1 >/dev/null || stop 'aws did not let you in; its message is above. Sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'

at '[1/2] bucket.acme-site: bucket acme-site'
bucket_acme_site=$(aws s3api list-buckets --query "Buckets[?Name=='acme-site'].Name" --output text --region eu-central-1)
only bucket.acme-site "$bucket_acme_site"
if [ -z "$bucket_acme_site" ]; then
  aws s3api create-bucket --bucket acme-site --create-bucket-configuration 'LocationConstraint=eu-central-1,Tags=[{Key=plan,Value=site},{Key=Name,Value=acme-site}]' --region eu-central-1
fi
aws s3api put-public-access-block --bucket acme-site --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true --region eu-central-1
aws s3api put-bucket-encryption --bucket acme-site --server-side-encryption-configuration 'Rules=[{ApplyServerSideEncryptionByDefault={SSEAlgorithm=AES256}}]' --region eu-central-1
settle 120 is acme-site aws s3api list-buckets --query "Buckets[?Name=='acme-site'].Name" --output text --region eu-central-1

at '[2/2] bucket.acme-site.versioning: keep old versions in acme-site'
bucket_acme_site_versioning=$(aws s3api get-bucket-versioning --bucket acme-site --query "[Status][?@=='Enabled']" --output text --region eu-central-1)
only bucket.acme-site.versioning "$bucket_acme_site_versioning"
if [ -z "$bucket_acme_site_versioning" ]; then
  aws s3api put-bucket-versioning --bucket acme-site --versioning-configuration Status=Enabled --region eu-central-1
fi
settle 120 is Enabled aws s3api get-bucket-versioning --bucket acme-site --query "[Status][?@=='Enabled']" --output text --region eu-central-1

at 'done: everything is there'
