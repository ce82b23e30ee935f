import { type Script, sh } from '../script.ts';

/**
 * The part of lib.sh that every store shares. It runs in bash 3.2 (macOS) as well, so there is no `wait -n`, no BASHPID
 * and no associative array in it; `flock` and `sha256sum` have stand-ins; no `timeout` is needed.
 *
 * How a fault is kept from becoming a backup:
 * - The work runs in a process group of its own. Whatever fails in it kills the whole group with one SIGKILL, before
 *   the upload's stream can end; a stream that does not end makes no object.
 * - A guard waits on a pipe that only the supervising shell holds open. At the time limit, and when that shell is gone
 *   (SIGKILL, out of memory), the guard ends the group, removes what was left and sends the signal of failure.
 * - The commit is written last, after everything was read back. Nothing else is ever believed.
 */
export const core: Script = sh`#!/usr/bin/env bash
# Shared by the backup scripts beside it: one run at a time, a time limit, signals, commit, list, restore, drill, prune.
# A backup exists once it is committed, and that comes last. Restore and prune look at committed backups only.
# shellcheck disable=SC2034,SC2154 # the script that reads this file sets SOURCE and its like, and reads roles
set -euo pipefail
umask 077
cd /
export LC_ALL=C AWS_PAGER=''
unset CDPATH GREP_OPTIONS POSIXLY_CORRECT

CONFIG=\${BACKUP_CONFIG:-/etc/backups}
STATE=\${BACKUP_STATE:-/var/lib/backups}
task='' work='' worker='' guard='' into=''

say() { printf '%s %s: %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$SOURCE" "$*" >&2; }
die() { say "$*"; exit 1; }
need() { local program; for program in "$@"; do command -v "$program" >/dev/null || die "$program is not installed"; done; }
sha256() { if command -v sha256sum >/dev/null; then sha256sum; else shasum -a 256; fi | cut -d ' ' -f 1; }
number_of() { printf '%s' "$(($(cat "$1")))"; }

# settings: secrets come from a file or from the environment, never from an argument
settings() {
  if [ -e "$CONFIG/env" ]; then
    set -a
    # shellcheck source=/dev/null
    . "$CONFIG/env"
    set +a
    [ -z "$(find -L "$CONFIG/env" \( -perm -040 -o -perm -004 \))" ] || die "$CONFIG/env can be read by others: chmod 600 it"
  fi
  RECIPIENTS=\${AGE_RECIPIENTS:-$CONFIG/recipients}
}

# signal ok|fail: tells the dead man's switch of this task. Its address is a secret: it stays off the process list.
signal() {
  local name=$PING_URL_ENV url
  case $task in
    backup) ;;
    drill) name=\${name}_DRILL ;;
    log) name=\${name}_LOG ;;
    *) return 0 ;;
  esac
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
  settings
  mkdir -p "$STATE"
  exec 9>>"$STATE/$SOURCE.$task.lock"
  locked || die "another $task of $SOURCE is running"
  rm -rf "$STATE/$SOURCE.$task".run.*
  work=$(mktemp -d "$STATE/$SOURCE.$task.run.XXXXXX")
  export TMPDIR=$work
  mkfifo "$work/alive"
  exec 8<>"$work/alive"
  set -m
  attempt "$@" 8>&- &
  worker=$!
  watch "$limit" <"$work/alive" 8>&- 9>&- >/dev/null &
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

# watch SECONDS: its input ends when the supervising shell does. That shell ends this one first where all is in order.
watch() {
  local begun=$SECONDS
  trap '' HUP INT TERM
  read -r -t "$1" || true
  if [ $((SECONDS - begun)) -ge "$1" ]; then
    : >"$work/late"
    kill -KILL -- "-$worker"
  else
    tidy
    signal fail
  fi
}

# tidy: ends the work and removes what it left
tidy() {
  local code=0
  if [ -n "$worker" ]; then
    kill -KILL -- "-$worker" 2>/dev/null || true
    wait "$worker" 2>/dev/null || true
  fi
  [ -n "$work" ] || return 0
  if [ "$task" = drill ] && [ -e "$work/made" ]; then
    into=$(cat "$work/made")
    (discard) || { say "left behind, remove it: $into"; code=1; }
  fi
  rm -rf "$work"
  return "$code"
}

finish() {
  local code=$?
  trap - EXIT
  trap '' HUP INT TERM
  if [ -n "$guard" ]; then
    kill -KILL -- "-$guard" 2>/dev/null || true
    wait "$guard" 2>/dev/null || true
  fi
  tidy || code=1
  if [ "$code" -eq 0 ]; then signal ok; else signal fail; fi
  if [ "$code" -eq 0 ]; then say "$task: done"; else say "$task: FAILED (exit $code)"; fi
  exit "$code"
}

CALENDAR='
function days(y, m, d) { if (m < 3) { y--; m += 12 } return 365 * y + int(y / 4) - int(y / 100) + int(y / 400) + int((153 * m - 457) / 5) + d - 719469 }
function day(id) { return days(substr(id, 1, 4) + 0, substr(id, 5, 2) + 0, substr(id, 7, 2) + 0) }'

new_id() { printf '%s-%s\n' "$(date -u +%Y%m%dT%H%M%SZ)" "$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')"; }

# age_minutes ID
age_minutes() {
  printf '%s\n' "$1" | awk -v now="$(date +%s)" "$CALENDAR"'
    { print int((now - day($1) * 86400 - substr($1, 10, 2) * 3600 - substr($1, 12, 2) * 60 - substr($1, 14, 2)) / 60) }'
}

newest() {
  local ids
  ids=$(committed)
  [ -n "$ids" ] || die "there is no committed backup"
  printf '%s\n' "$ids" | tail -n 1
}

# fresh ID: no older than allowed, and not of the future, which would look fresh for ever
fresh() {
  local minutes
  minutes=$(age_minutes "$1")
  [ "$minutes" -ge -15 ] || die "the newest backup, $1, is dated in the future: a clock is wrong"
  [ "$minutes" -le "$MAX_AGE_MINUTES" ] || die "the newest backup, $1, is $minutes minutes old; allowed: $MAX_AGE_MINUTES"
}

backup() {
  ready
  id=$(new_id)
  begin
  produce
  commit
  say "committed $id"
  # What a restore would take is what was made just now: one that is dated later would stand before it.
  [ "$(newest)" = "$id" ] || die "$(newest) is not $id: it is dated later, or this one is not listed; a clock is or was wrong"
}

# restore [--from ID] [--at TIME] [--into NAME] [--roles]: beside what is there, never over it
restore() {
  local from='' begun
  begun=$(date +%s)
  into='' roles='' at=''
  while [ $# -gt 0 ]; do
    case $1 in
      --from) from=\${2:?}; shift 2 ;;
      --into) into=\${2:?}; shift 2 ;;
      --at) at=\${2:?}; shift 2 ;;
      --roles) roles=yes; shift ;;
      *) die "restore takes --from ID, --at TIME, --into NAME and --roles, not $1" ;;
    esac
  done
  if [ -n "$at" ]; then
    [ "\${POINT_IN_TIME:-}" = yes ] || die "this source has whole backups only: choose one of the list with --from"
    printf '%s\n' "$at" | grep -Eq '^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}$' || die "--at takes a time in UTC like 2026-01-31 14:05:00"
  fi
  choose "$from"
  [ -n "$into" ] || into=$(beside "$id")
  load
  say "restored $id into $into in $(($(date +%s) - begun)) s"
}

# choose [ID]: the backup to restore; unless told, the newest, or the newest before the moment that is wanted
choose() {
  local stamp
  readable
  id=$1
  if [ -z "$id" ] && [ -n "\${at:-}" ]; then
    stamp="$(printf '%s' "$at" | tr -d ':-' | tr ' ' T)Z"
    id=$(committed | awk -v stamp="$stamp" 'substr($1, 1, 16) < stamp' | tail -n 1)
    [ -n "$id" ] || die "there is no backup from before $at UTC"
  fi
  [ -n "$id" ] || id=$(newest)
  select_backup
}

# drill: the newest backup into a throwaway place; says how old it is and how long it took
drill() {
  local begun
  begun=$(date +%s)
  roles='' at=''
  choose ''
  fresh "$id"
  into=$(throwaway)
  load
  inspect
  say "drill: $id, $(age_minutes "$id") minutes old, restored in $(($(date +%s) - begun)) s"
}

# check: the newest backup is fresh, and all of it is there
check() {
  ready
  id=$(newest)
  say "newest: $id, $(age_minutes "$id") minutes old; allowed: $MAX_AGE_MINUTES"
  fresh "$id"
  stored "$id"
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

# prune [--delete]: only behind a fresh backup that is all there. Needs credentials that may delete.
prune() {
  local last one
  case \${1:-} in '' | --delete) ;; *) die "prune takes --delete and nothing else" ;; esac
  ready
  committed >"$work/ids"
  [ -s "$work/ids" ] || die "there is no committed backup: nothing is pruned"
  last=$(tail -n 1 "$work/ids")
  fresh "$last"
  stored "$last"
  sort -r "$work/ids" | decide >"$work/decided"
  grep -q "^keep $last$" "$work/decided" || die "the newest backup would not be kept: nothing is pruned"
  sed -n 's/^drop //p' "$work/decided" >"$work/drops"
  while read -r one; do printf 'drop %s\n' "$one"; done <"$work/drops"
  if [ "\${1:-}" = --delete ]; then
    while read -r one; do forget "$one"; done <"$work/drops"
    leftovers
    ! declare -F forget_log >/dev/null || forget_log
  fi
  say "keeps $(grep -c '^keep' "$work/decided"), drops $(grep -c . "$work/drops" || true)$([ "\${1:-}" = --delete ] || printf ' (dry run: --delete deletes)')"
}

init() { die "there is nothing to prepare"; }
leftovers() { :; }

main() {
  local verb=\${1:-}
  [ $# -eq 0 ] || shift
  case $verb in
    init | backup | log | check | restore | drill | prune) supervise "$verb" "$LIMIT_SECONDS" "$verb" "$@" ;;
    list) settings; committed ;;
    *) printf 'usage: %s backup | log | list | check | restore [--from ID] [--at TIME] [--into NAME] [--roles] | drill | prune [--delete]\n' "$0" >&2; exit 2 ;;
  esac
}
log() { die "this source has no log: its backups are whole"; }
`;
