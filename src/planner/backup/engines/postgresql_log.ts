import { sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';
import { client, sql } from './postgresql.ts';

/** PostgreSQL to a point in time: base backups, and every WAL segment between them. The whole server, not one database. */
export const postgresqlLog: MakeEngine = (source) => ({
  method: `pg_basebackup, and the WAL sent every ${source.logMinutes} min: a restore to any moment between`,
  why: 'the loss is the time between two sendings, not between two dumps; the server itself holds no key of the bucket',
  rejected: [
    'pg_dump: its RPO is interval + duration, and no moment between two dumps comes back',
    'pgBackRest or WAL-G: better above some 500 GB (parallel, incremental, delta restore); it needs the right to delete, and its own encryption',
    "archive_command with test ! -f and cp: stays stuck after a full disk; with an S3 client in it, the server's own user holds the keys",
  ],
  row: /database/i,
  functions: sh`${client(source)}
${sql}
SPOOL=\${BACKUP_SPOOL:-/var/spool/backups/$SOURCE}
DATA=\${BACKUP_DATA:-/var/lib/postgresql}

epoch() { sql --dbname=postgres --command='SELECT system_identifier FROM pg_control_system()'; }
# ordinal NAME: the number of a WAL segment; those of timelines before the chosen backup's do not count
ordinal() {
  case $1 in *[!0-9A-F]* | '') return 1 ;; esac
  [ \${#1} -eq 24 ] && [ ! "\${1:0:8}" \< "\${first:0:8}" ] || return 1
  n=$((16#\${1:8:8} * PER_ID + 16#\${1:16:8}))
}
PER_ID=\${WAL_SEGMENTS_PER_ID:-256}
# reached: without the history of a timeline a restore would end where it branches off, and say that all is well
reached() {
  [ "\${through:0:8}" = "\${first:0:8}" ] || grep -q " \${through:0:8}\.history$" "$work/sent" || die "the history of timeline \${through:0:8} is missing: nothing after it can be restored; take a new backup"
}

snapshot() { client pg_basebackup --pgdata=- --format=tar --wal-method=fetch --checkpoint=fast --no-password | gzip -1; }
# The manifest of all files is the last of the archive.
verify_base() { gzip -dc | tar -tf - | grep -c '^\(\./\)\{0,1\}backup_manifest$'; }

produce() {
  local from
  [ "$(sql --dbname=postgres --command='SHOW archive_mode')" != off ] || die "archive_mode is off: set it as the plan says, and restart the server"
  [ "$(sql --dbname=postgres --command="SELECT 4294967296 / setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'")" = "$PER_ID" ] || die "WAL segments are not of 16 MB: set WAL_SEGMENTS_PER_ID"
  from=$(sql --dbname=postgres --command='SELECT pg_walfile_name(pg_current_wal_lsn())')
  put base snapshot
  printf 'log %s %s\n' "$(epoch)" "$from" >>"$work/manifest"
}

# A record of our own, so that there is a segment to close even where nobody writes: silence is then always a fault.
advance() {
  local name tries=0
  [ -d "$SPOOL" ] || die "$SPOOL is missing"
  sql --dbname=postgres --command="SELECT pg_logical_emit_message(false, 'backup', now()::text)" >/dev/null
  name=$(sql --dbname=postgres --command='SELECT pg_walfile_name(pg_switch_wal())')
  until [ -f "$SPOOL/$name" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt $((\${ARCHIVE_SECONDS:-60} * 2)) ] || die "$name was not archived in time: $(sql --dbname=postgres --command="SELECT concat('last failed ', last_failed_wal, ' at ', last_failed_time) FROM pg_stat_archiver")"
    sleep 0.5
  done
  # A server that was restored or promoted while its archiving was off has not archived this.
  name=\${name:0:8}.history
  if [ "$name" != 00000001.history ] && [ -z "$(keys "$BASE/log/$epoch_is/$name")" ] && [ ! -f "$SPOOL/$name" ]; then
    sql --dbname=postgres --command="SELECT pg_read_file('pg_wal/$name')" >"$work/history"
    mv "$work/history" "$SPOOL/$name"
  fi
}

beside() { printf '%s/%s.restored-%s\n' "$DATA" "$SOURCE" "$1"; }
throwaway() { printf '%s/drill-%s-%s\n' "$DATA" "$SOURCE" "$id"; }
owner() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups -- "$@"; else "$@"; fi; }
control() { "$bin/pg_controldata" "$into" | sed -n "s/^$1: *//p"; }
restored() { owner psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --host="$into.run" --port=5432 --username="\${PGUSER:-postgres}" --dbname=postgres "$@"; }

load() {
  local settings=() tries=0 name
  case $into in *[!A-Za-z0-9._/-]* | [!/]*) die "a data folder is a whole path of letters, digits, dots, dashes and underscores" ;; esac
  [ ! -e "$into" ] || die "$into exists"
  origin
  download base "$work/base"
  gzip -t "$work/base" || die "the base backup is damaged"
  room $(($(gzip -dc "$work/base" | wc -c) / 1024)) "$(dirname "$into")"
  printf '%s\n' "$into" >"$work/made"
  mkdir "$into" "$into.log" "$into.run"
  gzip -dc "$work/base" | tar -xf - -C "$into"
  rm -f "$work/base"
  bin=\${PG_BIN:-/usr/lib/postgresql/$(cat "$into/PG_VERSION")/bin}
  [ -x "$bin/postgres" ] || bin=$(dirname "$(command -v postgres)") || die "PostgreSQL $(cat "$into/PG_VERSION") is not installed; PG_BIN names its folder"
  "$bin/pg_verifybackup" --quiet --no-parse-wal "$into" || die "the base backup is not whole"
  collect "$into.log"
  touch "$into/recovery.signal"
  printf 'local all all trust\n' >"$into.run/hba"
  : >"$into.run/conf"
  [ "$(id -u)" != 0 ] || chown -R postgres:postgres "$into" "$into.log" "$into.run"
  # Recovery wants at least what the old server had.
  for name in max_connections max_worker_processes max_wal_senders; do settings+=(-c "$name=$(control "$name setting")"); done
  settings+=(-c "max_prepared_transactions=$(control 'max_prepared_xacts setting')" -c "max_locks_per_transaction=$(control 'max_locks_per_xact setting')")
  [ -z "$at" ] || settings+=(-c "recovery_target_time=$at+00" -c recovery_target_action=promote)
  owner "$bin/postgres" -D "$into" -p 5432 -k "$into.run" -c "config_file=$into.run/conf" -c "hba_file=$into.run/hba" -c listen_addresses= -c archive_mode=off \
    -c hot_standby=off -c ssl=off -c logging_collector=off -c log_destination=stderr -c lc_messages=C -c shared_preload_libraries= -c primary_conninfo= -c recovery_target_timeline=latest \
    "\${settings[@]}" -c "restore_command=test -f '$into.log/%f.gz' && gzip -dc '$into.log/%f.gz' >'%p'" >"$work/server.log" 2>&1 &
  server=$!
  until [ "$(restored --command='SELECT pg_is_in_recovery()' 2>/dev/null)" = f ]; do
    kill -0 "$server" 2>/dev/null || die "the server did not come up: $(awk '/FATAL|ERROR|PANIC/ && !/starting up|not yet accepting/ && n++ < 3' "$work/server.log")"
    sleep 0.5
  done
  # A damaged file would end the replay early and in silence.
  [ -n "$at" ] || {
    name=$(sed -n 's/.*redo done at \([0-9A-F]*\/[0-9A-F]*\).*/\1/p' "$work/server.log" | tail -n 1)
    name=$(restored --command="SELECT lpad(to_hex(('x' || lpad(split_part('$name', '/', 1), 8, '0'))::bit(32)::bigint), 8, '0') || lpad(to_hex(('x' || lpad(split_part('$name', '/', 2), 8, '0'))::bit(32)::bigint / (4294967296 / $PER_ID)), 8, '0')" | tr a-f A-F)
    [ "\${through:8}" = "$name" ] || die "replay ended in $name, and the log goes through \${through:8}"
    # The newest history says from which timeline this server has branched off.
    name=$(cat "$into/pg_wal/$(cd "$into/pg_wal" && printf '%s\n' *.history | tail -n 1)" | awk 'NF { tli = $1 } END { printf "%08X", tli }')
    [ "\${through:0:8}" = "$name" ] || die "replay ended in timeline $name, and the log goes on in \${through:0:8}"
  }
  say "replayed; the last transaction: $(sed -n 's/.*last completed transaction was at log time //p' "$work/server.log" | tail -n 1)"
  [ "$task" = drill ] || stop
}

stop() { owner "$bin/pg_ctl" stop --silent --mode=fast --wait --pgdata="$into" && rm -rf "$into.log" "$into.run"; }

inspect() { restored --command="SELECT format('came back: %s databases, %s roles, %s bytes', count(*), (SELECT count(*) FROM pg_roles WHERE rolname !~ '^pg_'), sum(pg_database_size(oid))) FROM pg_database" >&2; }

discard() { rm -rf "$into" "$into.log" "$into.run"; }`,
  tools: [{ program: 'pg_basebackup', apt: 'postgresql', brew: 'postgresql' }],
  gaps: [
    'unlogged tables: they come back empty (a dump has them)',
    'tablespaces outside the data folder: the base backup stops there',
    "configuration outside the data folder (Debian: /etc/postgresql), extensions' packages, the operating system",
  ],
  env: [
    { name: 'PGPASSFILE', purpose: 'file with the password of a role with REPLICATION, unless the local socket needs none', secret: false },
  ],
  swap: [
    '# the whole server goes back to that moment',
    'sudo systemctl stop postgresql',
    'sudo mv "${LIVE:?}" "${LIVE:?}.old"',
    'sudo mv "${RESTORED:?}" "${LIVE:?}"',
    'sudo systemctl start postgresql',
  ],
  after: ['# afterwards a new base backup at once: the log begins a new timeline'],
  live: '/var/lib/postgresql/VERSION/main',
  one: [
    '# in a shell of the user postgres, with bin=/usr/lib/postgresql/VERSION/bin',
    '"${bin:?}"/pg_ctl start --wait --pgdata="${RESTORED:?}" --options="-p 5499 -c config_file=/etc/postgresql/VERSION/main/postgresql.conf -c data_directory=${RESTORED:?} -c archive_mode=off"',
    'pg_dump --port=5499 --dbname="${DATABASE:?}" --table="${TABLE:?}" --file=/tmp/table.sql',
    '"${bin:?}"/pg_ctl stop --pgdata="${RESTORED:?}"',
    'psql --no-psqlrc --single-transaction --set ON_ERROR_STOP=1 --dbname="${DATABASE:?}" --file=/tmp/table.sql',
  ],
  logs: {
    spool: 'postgres',
    archive: true,
    server: [
      'ALTER SYSTEM SET archive_mode = on',
      `ALTER SYSTEM SET archive_command = '/opt/backups/${source.slug}-archive.sh %p %f'`,
      "ALTER SYSTEM SET wal_keep_size = '1GB'",
    ],
  },
});

/** archive_command: into the spool, whole or not at all. */
export const archiveScript = (slug: string) => sh`#!/usr/bin/env bash
# archive_command = '/opt/backups/${slug}-archive.sh %p %f': the server's user needs no key for it. The log task sends the files.
set -euo pipefail
SPOOL=\${BACKUP_SPOOL:-/var/spool/backups/${slug}}
# There already (the server was cut off in between): it has to be the same.
[ ! -e "$SPOOL/$2" ] || exec cmp -s -- "$1" "$SPOOL/$2"
cp -- "$1" "$SPOOL/.$2.part"
# On the disk before the server forgets it; macOS cannot sync one file.
sync "$SPOOL/.$2.part" 2>/dev/null || sync
mv -- "$SPOOL/.$2.part" "$SPOOL/$2"
sync "$SPOOL" 2>/dev/null || sync
`;
