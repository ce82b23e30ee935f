import { sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

/** Files and Docker volumes: a restic repository, under lib.sh's lock, time limit and signals. */
export const restic: MakeEngine = ({ engine, name, path }) => ({
  method: `restic into the bucket${engine === 'volume' ? ', beside the weekly snapshot of the volume' : ''}`,
  why: 'deduplicated and encrypted; a snapshot in the same account is not off-site',
  rejected: ['tar into a pipe: a cut-off stream looks whole', "the provider's snapshot alone: it goes with the account"],
  row: /volume/i,
  functions: sh`place() { ${path === undefined ? sh`docker volume inspect --format '{{.Mountpoint}}' ${name}` : sh`printf '%s\n' ${path}`}; }

begin() { :; }
produce() {
  from=$(place)
  # Of a link restic would keep the link alone.
  [ ! -L "$from" ] || die "$from is a symbolic link: give the path that it leads to, $(cd "$from" && pwd -P)"
  # An unmounted volume is an empty folder, and would be the backup.
  [ -f "$from" ] || [ -n "$(ls -A "$from")" ] || die "$from is empty or missing"
}

commit() {
  # Left by a machine that went down; restic removes only those that nobody holds.
  restic unlock --quiet || true
  # Exit code 3, some files could not be read, is a failure too.
  restic backup --quiet --host "$SOURCE" --tag "$id" -- "$from"
  restic check --quiet
  mark
}

beside() { printf '%s/%s.restored-%s\n' "$STATE" "$SOURCE" "$1"; }
throwaway() { printf '%s/drill\n' "$work"; }

load() {
  [ ! -e "$into" ] || die "$into exists"
  # The cache of this machine would stand in for what is damaged in the repository.
  restic restore latest --quiet --no-cache --host "$SOURCE" --tag "$id" --target "$into" --verify
}

# A seventh of the stored data is read at every drill, another each week: "restic check" alone misses flipped bytes.
inspect() {
  restic check --quiet --read-data-subset="$(($(date +%s) / 604800 % 7 + 1))/7"
  say "came back: $(find "$into" -type f | grep -c . || true) files"
}
discard() { :; }`,
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
  swap:
    engine === 'volume' && path === undefined
      ? [
          '# stop the containers that use it first',
          `docker volume create ${name}`,
          `LIVE=$(docker volume inspect --format '{{.Mountpoint}}' ${name})`,
          'sudo mv "${LIVE:?}" "${LIVE:?}.old"',
          'sudo mv "${RESTORED:?}${LIVE:?}" "${LIVE:?}"',
        ]
      : [
          '# stop what uses the files first; below RESTORED they have their whole path',
          'sudo mv "${LIVE:?}" "${LIVE:?}.old"',
          'sudo mv "${RESTORED:?}${LIVE:?}" "${LIVE:?}"',
        ],
  one: [],
  repository: true,
});
