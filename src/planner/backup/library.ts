import { type Script, sh } from './script.ts';

/**
 * lib.sh: what every backup script beside it shares. It runs in bash 3.2 (macOS) as well, so there is no `wait -n`, no
 * BASHPID and no associative array in it; `flock` and `sha256sum` have stand-ins; no `timeout` is needed.
 *
 * How a fault is kept from becoming a backup:
 * - The work runs in a process group of its own. Whatever fails in it kills the whole group with one SIGKILL, before
 *   the upload's stream can end; a stream that does not end makes no object.
 * - The stream's end is written by the parent (`exec 3>&-`), after every stage has exited with 0.
 * - The manifest is the commit record, written after every object was read back. Nothing else is ever believed.
 */
export const library: Script = sh`#!/usr/bin/env bash
# Shared by the backup scripts beside it: one run at a time, a time limit, signals, upload, commit, list, download, prune.
# A backup exists once its manifest does, and that is written last. Restore and prune read manifests only.
# shellcheck disable=SC2034,SC2154 # the script that reads this file sets SOURCE and its like, and reads roles
set -euo pipefail
umask 077
cd /
export LC_ALL=C AWS_PAGER=''

CONFIG=\${BACKUP_CONFIG:-/etc/backups}
STATE=\${BACKUP_STATE:-/var/lib/backups}
task='' work='' worker='' guard='' into=''

say() { printf '%s %s: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$SOURCE" "$*" >&2; }
die() { say "$*"; exit 1; }
need() { local program; for program in "$@"; do command -v "$program" >/dev/null || die "$program is not installed"; done; }
sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1; }
s3() { aws s3 "$@" \${PLACE[@]+"\${PLACE[@]}"}; }
s3api() { aws s3api "$@" \${PLACE[@]+"\${PLACE[@]}"}; }

# Secrets come from here or from the environment, never from an argument.
if [ -e "$CONFIG/env" ]; then
  [ -z "$(find -L "$CONFIG/env" \( -perm -040 -o -perm -004 \))" ] || die "$CONFIG/env can be read by others: chmod 600 it"
  set -a
  # shellcheck source=/dev/null
  . "$CONFIG/env"
  set +a
fi

# signal ok|fail: tells the dead man's switch of this task. Its address is a secret: it stays off the process list.
signal() {
  local name=$PING_URL_ENV url
  [ "$task" = backup ] || name=\${name}_DRILL
  url=\${!name:-}
  [ -n "$url" ] || return 0
  [ "$1" = ok ] || url=\${url%/}/fail
  printf 'url = "%s"\n' "$url" | curl --silent --show-error --fail --max-time 10 --retry 3 --output /dev/null --config - ||
    say "the $1 signal could not be sent"
}

# The lock is on descriptor 9, which every process of the run inherits: it is free once the last of them is gone.
locked() {
  if command -v flock >/dev/null; then flock --nonblock 9; else perl -e 'open(F, ">&=9") && flock(F, 6) or exit 1'; fi
}

# supervise TASK SECONDS COMMAND...: runs it alone, for at most that long, in a process group of its own
supervise() {
  local limit=$2 code=0
  task=$1
  shift 2
  trap finish EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM
  mkdir -p "$STATE"
  exec 9>>"$STATE/$SOURCE.$task.lock"
  locked || die "another $task of $SOURCE is running"
  rm -rf "$STATE/$SOURCE.$task".run.*
  work=$(mktemp -d "$STATE/$SOURCE.$task.run.XXXXXX")
  set -m
  attempt "$@" &
  worker=$!
  (sleep "$limit"; : >"$work/late"; kill -KILL -- "-$worker") 9>&- >/dev/null 2>&1 &
  guard=$!
  set +m
  wait "$worker" 2>/dev/null || code=$?
  [ "$code" -ne 0 ] || return 0
  [ ! -e "$work/late" ] || say "ended: it took longer than $limit seconds"
  exit 1
}

# Whatever fails takes the whole group along at once, the uploader included, before any stream can end.
attempt() {
  local self
  self=$(exec sh -c 'echo "$PPID"')
  # shellcheck disable=SC2064 # the process id is known now
  trap "[ \$? -eq 0 ] || kill -KILL -- -$self" EXIT
  trap - HUP INT TERM
  "$@"
}

finish() {
  local code=$?
  trap - EXIT
  trap '' HUP INT TERM
  [ -z "$worker" ] || kill -KILL -- "-$worker" 2>/dev/null || true
  [ -z "$guard" ] || kill -KILL -- "-$guard" 2>/dev/null || true
  wait 2>/dev/null || true
  if [ -n "$work" ]; then
    if [ "$task" = drill ] && [ -e "$work/made" ]; then
      into=$(cat "$work/made")
      discard || { say "left behind, remove it: $into"; code=1; }
    fi
    rm -rf "$work"
  fi
  case $task in
    backup | drill) if [ "$code" -eq 0 ]; then signal ok; else signal fail; fi ;;
  esac
  if [ "$code" -eq 0 ]; then say "$task: done"; else say "$task: FAILED (exit $code)"; fi
  exit "$code"
}

reach_bucket() { s3api head-bucket --bucket "$BUCKET" >/dev/null || die "bucket $BUCKET is missing or closed to these credentials"; }

# put PART COMMAND...: what COMMAND prints, encrypted, as one object of this backup
put() {
  local part=$1 key="$BASE/data/$id.$1.age" bytes sum fifo uploader readers=()
  shift
  for fifo in plain sum bytes upload; do
    rm -f "$work/$fifo"
    mkfifo "$work/$fifo"
  done
  s3 cp - "s3://$BUCKET/$key" \${EXPECTED_BYTES:+--expected-size "$EXPECTED_BYTES"} --only-show-errors <"$work/upload" >&2 &
  uploader=$!
  sha256 <"$work/sum" >"$work/sum.is" &
  readers+=($!)
  wc -c <"$work/bytes" >"$work/bytes.is" &
  readers+=($!)
  wc -c <"$work/plain" >"$work/plain.is" &
  readers+=($!)
  # Descriptor 3 keeps the upload's stream open until every stage has exited with 0.
  exec 3>"$work/upload"
  "$@" 3>&- | tee "$work/plain" 3>&- | age --encrypt --recipients-file "$RECIPIENTS" 3>&- | tee "$work/sum" "$work/bytes" >&3 3>&-
  wait "\${readers[0]}"
  wait "\${readers[1]}"
  wait "\${readers[2]}"
  [ "$(($(cat "$work/plain.is")))" -gt 0 ] || die "$part: the dump is empty"
  exec 3>&-
  wait "$uploader"
  bytes=$(($(cat "$work/bytes.is")))
  sum=$(cat "$work/sum.is")
  [ "$(s3api head-object --bucket "$BUCKET" --key "$key" --query ContentLength --output text)" = "$bytes" ] ||
    die "$part: the object's size is not what was sent"
  [ "$(s3 cp "s3://$BUCKET/$key" - --only-show-errors | sha256)" = "$sum" ] || die "$part: what was stored reads back differently"
  printf 'part %s %s %s %s %s\n' "$part" "$key" "$bytes" "$sum" "$(($(cat "$work/plain.is")))" >>"$work/manifest"
}

backup() {
  need aws age
  [ -s "$RECIPIENTS" ] || die "no age recipients in $RECIPIENTS: nothing leaves this machine unencrypted"
  age --encrypt --recipients-file "$RECIPIENTS" </dev/null >/dev/null || die "$RECIPIENTS holds no usable recipients"
  reach_bucket
  id=$(date -u +%Y%m%dT%H%M%SZ)-$$
  printf 'backup 1 %s %s\n' "$SOURCE" "$id" >"$work/manifest"
  produce
  printf 'end %s\n' "$(grep -c '^part ' "$work/manifest")" >>"$work/manifest"
  s3api put-object --bucket "$BUCKET" --key "$BASE/manifests/$id" --body "$work/manifest" >/dev/null
  s3 cp "s3://$BUCKET/$BASE/manifests/$id" - --only-show-errors | cmp -s - "$work/manifest" || die "the manifest reads back differently"
  say "committed $id"
}

# committed: ids of all committed backups, oldest first
committed() {
  s3api list-objects-v2 --bucket "$BUCKET" --prefix "$BASE/manifests/" --query 'Contents[].[Key]' --output text |
    sed -n 's|^.*/manifests/\([0-9]\{8\}T[0-9]\{6\}Z-[0-9][0-9]*\)$|\1|p' | sort
}

newest() {
  local ids
  ids=$(committed)
  [ -n "$ids" ] || die "there is no committed backup under s3://$BUCKET/$BASE/"
  printf '%s\n' "$ids" | tail -n 1
}

CALENDAR='
function days(y, m, d) { if (m < 3) { y--; m += 12 } return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + d - 719469 }
function day(id) { return days(substr(id, 1, 4) + 0, substr(id, 5, 2) + 0, substr(id, 7, 2) + 0) }'

# age_minutes ID
age_minutes() {
  printf '%s\n' "$1" | awk -v now="$(date +%s)" "$CALENDAR"'
    { print int((now - day($1) * 86400 - substr($1, 10, 2) * 3600 - substr($1, 12, 2) * 60 - substr($1, 14, 2)) / 60) }'
}

# manifest ID: fetches it, and checks that it is whole and this source's own
manifest() {
  s3 cp "s3://$BUCKET/$BASE/manifests/$1" "$work/manifest" --only-show-errors
  [ "$(head -n 1 "$work/manifest")" = "backup 1 $SOURCE $1" ] || die "$1: the manifest is not that of this backup"
  [ "$(tail -n 1 "$work/manifest")" = "end $(grep -c '^part ' "$work/manifest")" ] || die "$1: the manifest is cut off"
  ! awk '$1 == "part" { print $3 }' "$work/manifest" | grep -Fv "$BASE/data/$1." || die "$1: the manifest names foreign objects"
}

# download PART FILE: downloads, compares with the manifest, decrypts into FILE; nothing is used before all of it is whole
download() {
  local key bytes sum plain free
  awk -v part="$1" '$1 == "part" && $2 == part { print $3, $4, $5, $6 }' "$work/manifest" >"$work/part"
  read -r key bytes sum plain <"$work/part" || die "the backup has no part $1"
  free=$(df -Pk "$work" | awk 'NR == 2 { print $4 }')
  [ $(((bytes + plain) / 1024)) -lt "$free" ] || die "$STATE has $free kB free, and $1 needs $(((bytes + plain) / 1024))"
  s3 cp "s3://$BUCKET/$key" "$work/fetched" --only-show-errors
  [ "$(sha256 <"$work/fetched")" = "$sum" ] || die "$1: the object is not what was stored (checksum)"
  age --decrypt --identity "$AGE_IDENTITY" --output "$2" "$work/fetched" || die "$1: cannot be decrypted"
  rm -f "$work/fetched"
  [ "$(($(wc -c <"$2")))" = "$plain" ] || die "$1: the decrypted size is wrong"
}

has_part() { grep -q "^part $1 " "$work/manifest"; }

# choose [ID]: the backup to restore; the newest unless told
choose() {
  need aws age
  [ -s "\${AGE_IDENTITY:-}" ] || die "AGE_IDENTITY has to name the file with the age secret key"
  id=\${1:-$(newest)}
  manifest "$id"
}

# restore [--from ID] [--into NAME] [--roles]: beside what is there, never over it
restore() {
  local from='' begun
  begun=$(date +%s)
  into='' roles=''
  while [ $# -gt 0 ]; do
    case $1 in
      --from) from=\${2:?}; shift 2 ;;
      --into) into=\${2:?}; shift 2 ;;
      --roles) roles=yes; shift ;;
      *) die "restore takes --from ID, --into NAME and --roles, not $1" ;;
    esac
  done
  choose "$from"
  [ -n "$into" ] || into=$(beside "$id")
  load
  say "restored $id into $into in $(($(date +%s) - begun)) s"
}

# drill: the newest backup into a throwaway place; says how old it is and how long it took
drill() {
  local begun
  begun=$(date +%s)
  roles=''
  choose ''
  [ "$(age_minutes "$id")" -le "$MAX_AGE_MINUTES" ] || die "the newest backup, $id, is $(age_minutes "$id") minutes old"
  into=$(throwaway)
  load
  inspect
  say "drill: $id, $(age_minutes "$id") minutes old, restored in $(($(date +%s) - begun)) s"
}

check() {
  local id
  id=$(newest)
  say "newest: $id, $(age_minutes "$id") minutes old; allowed: $MAX_AGE_MINUTES"
  [ "$(age_minutes "$id")" -le "$MAX_AGE_MINUTES" ]
}

# decide: reads ids, newest first; prints keep or drop for each. The union of the rules, as restic forget has it.
decide() {
  awk -v last="$KEEP_LAST" -v counts="$KEEP" "$CALENDAR"'
    { ids[NR] = $1 }
    END {
      split(counts, left, " ")
      for (i = 1; i <= NR; i++) {
        n = day(ids[i]); y = substr(ids[i], 1, 4) + 0
        key[1] = n; key[2] = int((n + 3) / 7); key[3] = y * 12 + substr(ids[i], 5, 2); key[4] = y
        keep = i <= last
        for (k = 1; k <= 4; k++) if (left[k] > 0 && (i == 1 || key[k] != seen[k] || i == NR)) { keep = 1; seen[k] = key[k]; left[k]-- }
        print keep ? "keep" : "drop", ids[i]
      }
    }'
}

# prune [--delete]: only behind a fresh backup whose objects are there. Needs credentials that may delete.
prune() {
  local last minutes one key bytes
  case \${1:-} in '' | --delete) ;; *) die "prune takes --delete and nothing else" ;; esac
  committed >"$work/ids"
  [ -s "$work/ids" ] || die "there is no committed backup: nothing is pruned"
  last=$(tail -n 1 "$work/ids")
  minutes=$(age_minutes "$last")
  [ "$minutes" -ge -60 ] || die "the newest backup is dated in the future: nothing is pruned"
  [ "$minutes" -le "$MAX_AGE_MINUTES" ] || die "the newest backup is $minutes minutes old, allowed are $MAX_AGE_MINUTES: nothing is pruned"
  manifest "$last"
  awk '$1 == "part" { print $3, $4 }' "$work/manifest" >"$work/parts"
  while read -r key bytes; do
    [ "$(s3api head-object --bucket "$BUCKET" --key "$key" --query ContentLength --output text)" = "$bytes" ] ||
      die "the newest backup is damaged: nothing is pruned"
  done <"$work/parts"
  sort -r "$work/ids" | decide >"$work/decided"
  grep -q "^keep $last$" "$work/decided" || die "the newest backup would not be kept: nothing is pruned"
  grep '^drop' "$work/decided" >"$work/drops" || true
  while read -r _ one; do
    printf 'drop %s\n' "$one"
    [ "\${1:-}" = --delete ] || continue
    manifest "$one"
    awk '$1 == "part" { print $3 }' "$work/manifest" >"$work/parts"
    # The manifest goes first: from then on nobody takes the rest for a backup.
    s3api delete-object --bucket "$BUCKET" --key "$BASE/manifests/$one" >/dev/null
    while read -r key; do s3api delete-object --bucket "$BUCKET" --key "$key" >/dev/null; done <"$work/parts"
  done <"$work/drops"
  say "keeps $(grep -c '^keep' "$work/decided"), drops $(wc -l <"$work/drops")$([ "\${1:-}" = --delete ] || printf ' (dry run: --delete deletes)')"
}

init() { die "there is nothing to prepare"; }

main() {
  local verb=\${1:-}
  RECIPIENTS=\${AGE_RECIPIENTS:-$CONFIG/recipients}
  [ $# -eq 0 ] || shift
  case $verb in
    init | backup | restore | drill | prune) supervise "$verb" "$LIMIT_SECONDS" "$verb" "$@" ;;
    list) committed ;;
    check) check ;;
    *) printf 'usage: %s backup | list | check | restore [--from ID] [--into NAME] [--roles] | drill | prune [--delete]\n' "$0" >&2; exit 2 ;;
  esac
}
`;
