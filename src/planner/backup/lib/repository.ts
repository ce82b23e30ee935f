import { type Script, sh } from '../script.ts';

/**
 * The store that is a restic repository: of a folder, a bucket, or an SFTP server. A backup is a snapshot, which restic
 * writes last, with the backup's id as its tag. Parts are files first: a stream that is cut off looks whole to restic.
 */
export const repository: Script = sh`#!/usr/bin/env bash
# shellcheck disable=SC2015,SC2034,SC2154 # part of lib.sh: what both set and read
# Store: a restic repository. It is never made by accident: only init makes it.
export TZ=UTC RESTIC_CACHE_DIR="$STATE/restic-cache"
[ -z "\${REPOSITORY:-}" ] || export RESTIC_REPOSITORY="$REPOSITORY"

reach() { restic cat config --quiet >/dev/null || die "the repository cannot be opened (missing? then init; or closed to this key or password)"; }
secret() { if [ -z "\${RESTIC_PASSWORD:-}\${RESTIC_PASSWORD_FILE:-}\${RESTIC_PASSWORD_COMMAND:-}" ]; then export RESTIC_PASSWORD_FILE="$CONFIG/restic-password"; fi; }
# restic would make a mistyped bucket, so that is looked for first.
bucket_there() { [ -z "\${BUCKET:-}" ] || { need aws; aws s3api head-bucket --bucket "$BUCKET" \${PLACE[@]+"\${PLACE[@]}"} >/dev/null || die "bucket $BUCKET is missing or closed to these credentials"; }; }
ready() { need restic; secret; bucket_there; reach; }
init() { need restic; secret; bucket_there; restic init; }

begin() { mkdir "$work/parts"; }

# put PART COMMAND...
put() {
  local part=$1
  shift
  "$@" >"$work/parts/$part"
  [ -s "$work/parts/$part" ] || die "$part: the dump is empty"
  ! declare -F "verify_$part" >/dev/null || "verify_$part" <"$work/parts/$part" >/dev/null || die "$part: the dump is not whole"
}

commit() {
  local part
  # Left by a machine that went down; restic removes only those that nobody holds.
  restic unlock --quiet || true
  (cd "$work/parts" && restic backup --quiet --host "$SOURCE" --tag "$id" .)
  for part in "$work/parts"/*; do
    restic dump --quiet --host "$SOURCE" --tag "$id" latest "/\${part##*/}" | cmp -s - "$part" || die "\${part##*/}: what was stored reads back differently"
  done
  mark
}

# mark: the commit record, a snapshot of its own. Without one the data's snapshot is what a failed run left.
mark() { printf '%s\n' "$id" | restic backup --quiet --host "$SOURCE.commits" --tag "$id" --stdin --stdin-filename commit; }

# tagged HOST: the ids of its snapshots, oldest first
tagged() {
  restic snapshots --quiet --no-lock --host "$1" --json | tr '{' '\n' | sed -n 's/.*"tags":\["\([0-9]\{8\}T[0-9]\{6\}Z-[0-9]*\)"\].*/\1/p' | sort
}
committed() {
  secret
  (tagged "$SOURCE"; tagged "$SOURCE.commits") | sort | uniq -d
}
stored() { restic check --quiet; }
readable() { ready; }
select_backup() { committed | grep -q "^$id$" || die "there is no backup $id"; }
has_part() { restic ls --quiet --host "$SOURCE" --tag "$id" latest | grep -q "^/$1$"; }
room() { :; }

# download PART FILE: restic checks each block before it hands it out, and fails before the end of what is damaged
# The cache of this machine would stand in for what is damaged in the repository.
download() { restic dump --quiet --no-cache --host "$SOURCE" --tag "$id" latest "/$1" >"$2" || die "$1: cannot be read back whole"; }

# forget ID: the commit record first
forget() {
  local host
  for host in "$SOURCE.commits" "$SOURCE"; do
    restic snapshots --quiet --host "$host" --tag "$1" --json | grep -o '"id":"[0-9a-f]*"' | cut -d '"' -f 4 >"$work/snapshots" || continue
    while read -r host; do restic forget --quiet "$host" >/dev/null; done <"$work/snapshots"
  done
}

# leftovers: snapshots of runs that failed, once they are two days old, and the data that nothing needs any more
leftovers() {
  local one
  tagged "$SOURCE" >"$work/tagged"
  while read -r one; do
    grep -q "^$one$" "$work/ids" || [ "$(age_minutes "$one")" -lt 2880 ] || forget "$one"
  done <"$work/tagged"
  restic prune --quiet
}
`;
