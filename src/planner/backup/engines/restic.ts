import { sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

/** Files and Docker volumes: a restic repository in the same bucket, under lib.sh's lock, time limit and signals. */
export const restic: MakeEngine = ({ engine, name, path }) => ({
  method: `restic into the bucket${engine === 'volume' ? ', beside the weekly snapshot of the volume' : ''}`,
  why: 'deduplicated and encrypted; a snapshot in the same account is not off-site',
  rejected: ['tar into a pipe: a cut-off stream looks whole', "the provider's snapshot alone: it goes with the account"],
  row: /volume/i,
  functions: sh`export TZ=UTC RESTIC_CACHE_DIR="$STATE/restic-cache"
export RESTIC_REPOSITORY="$REPOSITORY"
if [ -z "\${RESTIC_PASSWORD:-}\${RESTIC_PASSWORD_FILE:-}\${RESTIC_PASSWORD_COMMAND:-}" ]; then export RESTIC_PASSWORD_FILE="$CONFIG/restic-password"; fi

place() { ${path === undefined ? sh`docker volume inspect --format '{{.Mountpoint}}' ${name}` : sh`printf '%s\n' ${path}`}; }

# restic would create a mistyped bucket, so it is looked for first.
ready() { need aws restic; reach_bucket; }
init() { ready; restic init; }

backup() {
  local from
  ready
  from=$(place)
  # An unmounted volume is an empty folder, and would be the backup.
  [ -f "$from" ] || [ -n "$(ls -A "$from")" ] || die "$from is empty or missing"
  restic unlock --quiet || true
  # Exit code 3, some files could not be read, is a failure too.
  restic backup --quiet --host "$SOURCE" -- "$from"
  restic check --quiet
}

committed() {
  restic snapshots --quiet --no-lock --host "$SOURCE" --json | tr ',' '\n' |
    sed -n 's/.*"time":"\([0-9]*\)-\([0-9]*\)-\([0-9]*\)T\([0-9]*\):\([0-9]*\):\([0-9]*\).*/\1\2\3T\4\5\6Z/p' | sort
}

restore() {
  local from=latest
  into=''
  while [ $# -gt 0 ]; do
    case $1 in
      --from) from=\${2:?}; shift 2 ;;
      --into) into=\${2:?}; shift 2 ;;
      *) die "restore takes --from SNAPSHOT and --into FOLDER, not $1" ;;
    esac
  done
  ready
  [ -n "$into" ] || into="$STATE/$SOURCE.restored-$(date -u +%Y%m%dT%H%M%SZ)"
  [ ! -e "$into" ] || die "$into exists"
  restic restore "$from" --host "$SOURCE" --target "$into" --verify
  say "restored into $into"
}

# Reads a seventh of the stored data a week, another each time: "restic check" alone misses flipped bytes.
drill() {
  local begun week
  begun=$(date +%s)
  ready
  check
  week=$((begun / 604800))
  restic check --quiet --read-data-subset="$((week % 7 + 1))/7"
  restic restore latest --quiet --host "$SOURCE" --target "$work/drill" --verify
  say "drill: $(find "$work/drill" -type f | wc -l) files restored in $(($(date +%s) - begun)) s"
}
discard() { :; }

prune() {
  local last keep=() flag count
  ready
  last=$(newest)
  [ "$(age_minutes "$last")" -le "$MAX_AGE_MINUTES" ] || die "the newest backup is $(age_minutes "$last") minutes old: nothing is pruned"
  read -r -a counts <<<"$KEEP"
  for flag in daily weekly monthly yearly; do
    count=\${counts[0]}
    counts=("\${counts[@]:1}" 0)
    [ "$count" -eq 0 ] || keep+=("--keep-$flag" "$count")
  done
  [ "\${1:-}" = --delete ] || keep+=(--dry-run)
  restic forget --host "$SOURCE" --group-by host --keep-last "$KEEP_LAST" "\${keep[@]}" --prune
}`,
  tools: [
    { program: 'restic', apt: 'restic', brew: 'restic' },
    ...(engine === 'volume' && path === undefined ? [{ program: 'docker', apt: 'docker.io', brew: '--cask docker-desktop' }] : []),
  ],
  gaps: ['files that change while they are read are of different moments: a database in here needs a source of its own, with its engine'],
  env: [
    {
      name: 'RESTIC_PASSWORD_FILE',
      purpose: "file with the repository's password, default /etc/backups/restic-password; lost = all is lost: two holders",
      secret: false,
    },
  ],
  swap: ['# stop what uses the files, then move the restored folder into place'],
  one: [],
  ownStore: true,
});
