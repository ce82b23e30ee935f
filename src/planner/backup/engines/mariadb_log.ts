import { line, sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

/** MariaDB to a point in time: physical backups, and every binlog between them. The whole server. */
export const mariadbLog: MakeEngine = (source) => ({
  method: `mariadb-backup, and the binlog sent every ${source.logMinutes} min: a restore to any moment between`,
  why: 'the loss is the time between two sendings, not between two dumps',
  rejected: [
    'mariadb-dump: its RPO is interval + duration, and no moment between two dumps comes back',
    'a delayed replica: one moment only, and it goes with its account',
  ],
  row: /database/i,
  functions: sh`# User and password stand in an option file, never among the arguments.
ACCESS=()
[ ! -e "$CONFIG/$SOURCE.cnf" ] || ACCESS=("--defaults-extra-file=$CONFIG/$SOURCE.cnf")
${line(source.host !== undefined && sh`ACCESS+=(--host=${source.host})`)}SPOOL=\${BACKUP_SPOOL:-$STATE/$SOURCE.log}
DATA=\${BACKUP_DATA:-/var/lib}
export TZ=UTC
program() { local name=$1; shift; "$name" \${ACCESS[@]+"\${ACCESS[@]}"} "$@"; }
sql() { program mariadb --batch --skip-column-names --execute="$1"; }
ordinal() {
  n=\${1##*.}
  case $n in *[!0-9]* | '') return 1 ;; esac
  n=$((10#$n))
}
open_log() { sql 'SHOW MASTER STATUS' | cut -f 1; }

# epoch: numbers begin anew after RESET MASTER and on a restored server. The last one's goes on while its numbers do.
epoch() {
  local n now
  keys "$BASE/log/$epoch_is/" | sed -n 's/\.gz\.age$//p' | sort | tail -n 1 >"$work/latest"
  ordinal "$(open_log)" || die "the server writes no binlog: set log_bin as the plan says, and restart it"
  now=$n
  ordinal "$first" && [ "$n" -le "$now" ] || { printf 'anew\n'; return 0; }
  if [ -s "$work/latest" ] && ordinal "$(cat "$work/latest")" && [ "$n" -ge "$now" ]; then printf 'anew\n'; else printf '%s\n' "$epoch_is"; fi
}

snapshot() {
  program mariadb-backup --backup --stream=xbstream --target-dir="$work/meta" 2>"$work/backup.log" | gzip -1 || { tail -n 5 "$work/backup.log" >&2; return 1; }
  tail -n 3 "$work/backup.log" | grep -c 'completed OK!' >&2 || { tail -n 5 "$work/backup.log" >&2; return 1; }
}
verify_base() { gzip -t; }

produce() {
  local from era=$id last
  from=$(open_log)
  [ -n "$from" ] || die "the server writes no binlog: set log_bin as the plan says, and restart it"
  put base snapshot
  last=$(committed | tail -n 1)
  if [ -n "$last" ]; then
    cp "$work/manifest" "$work/mine"
    manifest "$last"
    origin
    [ "$(epoch)" = anew ] || era=$epoch_is
    mv "$work/mine" "$work/manifest"
  fi
  printf 'log %s %s\n' "$era" "$from" >>"$work/manifest"
}

# Closes the open file, and fetches those that are not in the bucket yet.
advance() {
  local name current
  mkdir -p "$SPOOL"
  rm -f "$SPOOL"/.[!.]* "$SPOOL"/*
  sql 'FLUSH BINARY LOGS'
  current=$(open_log)
  keys "$BASE/log/$epoch_is/" >"$work/names"
  ordinal "$first"
  start=$n
  while read -r name _; do
    [ "$name" != "$current" ] && ordinal "$name" && [ "$n" -ge "$start" ] && ! grep -q "^$name.gz.age$" "$work/names" || continue
    program mariadb-binlog --read-from-remote-server --raw --result-file="$SPOOL/." "$name"
    mv "$SPOOL/.$name" "$SPOOL/$name"
  done < <(sql 'SHOW BINARY LOGS')
}

beside() { printf '%s/%s.restored-%s\n' "$DATA" "$SOURCE" "$1"; }
throwaway() { printf '%s/drill-%s-%s\n' "$DATA" "$SOURCE" "$id"; }
restored() { program mariadb --no-auto-rehash --protocol=socket --socket="$into.run/s" --batch --skip-column-names "$@"; }

load() {
  local position files=() name tries=0
  case $into in *[!A-Za-z0-9._/-]* | [!/]*) die "a data folder is a whole path of letters, digits, dots, dashes and underscores" ;; esac
  [ ! -e "$into" ] || die "$into exists"
  origin
  download base "$work/base"
  gzip -t "$work/base" || die "the base backup is damaged"
  room $(($(gzip -dc "$work/base" | wc -c) / 1024)) "$(dirname "$into")"
  printf '%s\n' "$into" >"$work/made"
  mkdir "$into" "$into.log" "$into.run"
  gzip -dc "$work/base" | mbstream -x -C "$into"
  rm -f "$work/base"
  mariadb-backup --prepare --target-dir="$into" 2>"$work/prepare.log" || { tail -n 5 "$work/prepare.log" >&2; die "the base backup is not whole"; }
  read -r name position _ < <(cat "$into/mariadb_backup_binlog_info" 2>/dev/null || cat "$into/xtrabackup_binlog_info")
  collect "$into.log"
  gzip -d "$into.log"/*.gz
  for one in "$into.log"/*; do
    [ "\${one##*/}" \< "$name" ] || files+=("$one")
  done
  [ "\${#files[@]}" -gt 0 ] && [ "\${files[0]##*/}" = "$name" ] || die "the log does not begin with $name"
  if [ -n "$at" ]; then
    mariadb-binlog --base64-output=DECODE-ROWS "\${files[\${#files[@]}-1]}" | sed -n 's/^#\([0-9]\{6\}\) *\([0-9]*:[0-9:]*\) server id.*/20\1 \2/p' | tail -n 1 |
      awk '{ split($2, t, ":"); printf "%s-%s-%s %02d:%s:%s\n", substr($1, 1, 4), substr($1, 5, 2), substr($1, 7, 2), t[1], t[2], t[3] }' >"$work/end"
    [ ! "$(cat "$work/end")" \< "$at" ] || die "the log ends at $(cat "$work/end") UTC, before $at"
  fi
  [ "$(id -u)" != 0 ] || chown -R mysql:mysql "$into" "$into.run"
  mariadbd --no-defaults --user="$(if [ "$(id -u)" = 0 ]; then echo mysql; else id -un; fi)" --datadir="$into" --socket="$into.run/s" --pid-file="$into.run/pid" --tmpdir="$into.run" --skip-networking --skip-log-bin --skip-slave-start --event-scheduler=OFF >"$work/server.log" 2>&1 &
  server=$!
  until restored --execute='SELECT 1' >/dev/null 2>"$work/said"; do
    kill -0 "$server" 2>/dev/null || die "the server did not come up: $(grep -i error "$work/server.log" | head -n 3)"
    tries=$((tries + 1))
    [ "$tries" -lt 1200 ] || die "the restored server does not let us in: $(cat "$work/said")"
    sleep 0.5
  done
  mariadb-binlog --start-position="$position" \${at:+--stop-datetime="$at"} "\${files[@]}" | restored --binary-mode || die "$into is incomplete: the log could not be replayed"
  say "replayed from $name through $through"
  [ "$task" = drill ] || stop
}

stop() {
  restored --execute=SHUTDOWN
  wait "$server"
  rm -rf "$into.log" "$into.run"
}

inspect() {
  restored --execute="SELECT CONCAT('came back: ', COUNT(*), ' tables, ', (SELECT COUNT(*) FROM mysql.global_priv), ' accounts') FROM information_schema.tables WHERE table_schema NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')" >&2
}

discard() { rm -rf "$into" "$into.log" "$into.run"; }`,
  tools: [
    { program: 'mariadb-backup', apt: 'mariadb-backup', brew: 'mariadb' },
    { program: 'mariadbd', apt: 'mariadb-server', brew: 'mariadb' },
  ],
  gaps: ['server configuration (my.cnf), the operating system; what is not in the binlog (sql_log_bin=0)'],
  env: [],
  swap: [
    '# the whole server goes back to that moment',
    'sudo systemctl stop mariadb',
    'sudo mv "${LIVE:?}" "${LIVE:?}.old"',
    'sudo mv "${RESTORED:?}" "${LIVE:?}"',
    'sudo systemctl start mariadb',
  ],
  after: ['# afterwards a new base backup at once: the log begins anew'],
  live: '/var/lib/mysql',
  one: [
    '# start a server of the restored folder, then dump the table from it',
    'sudo mariadbd --no-defaults --user=mysql --datadir="${RESTORED:?}" --socket=/run/mysqld/restored.sock --skip-networking --skip-log-bin &',
    'sudo mariadb-dump --socket=/run/mysqld/restored.sock --single-transaction --result-file=/tmp/table.sql -- "${DATABASE:?}" "${TABLE:?}"',
    'sudo mariadb-admin --socket=/run/mysqld/restored.sock shutdown',
    'sudo mariadb --database="${DATABASE:?}" < /tmp/table.sql',
  ],
  warnings: [
    `${source.name}: unless the local socket needs no password, write user and password into /etc/backups/${source.slug}.cnf ([client], mode 0600)`,
  ],
  logs: {
    server: [
      '[mariadbd] log_bin=binlog, binlog_format=ROW, sync_binlog=1, expire_logs_days=7 in a file of its own under /etc/mysql/mariadb.conf.d/',
    ],
  },
});
