#!/usr/bin/env bash
# Plan "site": DESTROYS 1 things, in the reverse of their creation.
# Nothing stays.
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
  [ "$code" -eq 0 ] || printf '\nStopped (exit %s) at %s\n%s%s\n' "$code" "$current" "${hint:+$hint }" 'Nothing after it was run. Mend the cause and run this script again: what is gone already is passed over.' >&2
}
trap finish EXIT
trap 'exit 130' INT TERM

command -v aws >/dev/null || stop 'aws is not installed. macOS: brew install awscli. Linux: sudo snap install aws-cli --classic.'
aws sts get-caller-identity --query Arn --output text --region us-east-1 >/dev/null || stop 'aws did not let you in; its message is above. Sign in, or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.'

at 'looking up what there is'
bucket_acme_site=$(aws s3api list-buckets --query "Buckets[?Name=='acme-site'].Name" --output text --region eu-central-1)
only bucket.acme-site "$bucket_acme_site"
if [ -n "$bucket_acme_site" ]; then
  bucket_acme_site=$(aws s3api get-bucket-tagging --bucket acme-site --query "TagSet[?Key=='plan'&&Value=='site'].['acme-site'][]" --output text --region eu-central-1)
  only 'bucket.acme-site of this plan' "$bucket_acme_site"
fi

[ -z "$bucket_acme_site" ] || printf '  %s\n' 'bucket.acme-site (aws)' >&2

if [ -t 0 ]; then
  printf '%s' 'This destroys what is listed above, for good. Type site to go on: ' >&2
  read -r answer
  [ "$answer" = site ] || stop 'Nothing was destroyed.'
fi

at '[1/1] bucket.acme-site: remove'
if [ -n "$bucket_acme_site" ]; then
  aws s3api delete-bucket --bucket acme-site --region eu-central-1
  settle 120 none aws s3api list-buckets --query "Buckets[?Name=='acme-site'].Name" --output text --region eu-central-1
fi

at 'done: nothing of it is left'
