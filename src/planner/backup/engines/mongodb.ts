import { sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

export const mongodb: MakeEngine = ({ container }) => ({
  method: 'mongodump --oplog --archive, of a replica set',
  why: 'the oplog makes one moment of it; a standalone server has none: make it a replica set of one, or take snapshots',
  rejected: ['mongodump without --oplog: collections of different moments', 'a snapshot: where data and journal are on one volume'],
  row: /database/i,
  functions: sh`# Address, user and password stand in option files, never among the arguments: uri: mongodb://...
${container === undefined ? sh`client() { "$@"; }` : sh`client() { docker exec --interactive ${container} "$@"; }`}
produce() { put dump client mongodump --config="$CONFIG/$SOURCE.yaml" --oplog --archive; }

# The whole server, into an empty one that the second option file names.
beside() { printf '%s/%s.restore.yaml\n' "$CONFIG" "$SOURCE"; }
throwaway() { beside; }
load() {
  [ -s "$into" ] || die "$into has to name an empty server (uri: ...)"
  ! cmp -s "$into" "$CONFIG/$SOURCE.yaml" || die "$into names the live server"
  download dump "$work/dump"
  client mongorestore --config="$into" --archive --dryRun <"$work/dump" || die "the archive is not whole"
  client mongorestore --config="$into" --archive --oplogReplay --stopOnError <"$work/dump"
}
inspect() { :; }
discard() { :; }`,
  tools: [{ program: 'mongodump', apt: 'mongodb-database-tools (from mongodb.com)', brew: 'mongodb/brew/mongodb-database-tools' }],
  gaps: ['server configuration and key files'],
  env: [],
  swap: ['# point the application at the restored server'],
  one: [],
  warnings: ['MongoDB: these scripts were not run against a real server here; have the first drill prove them'],
});
