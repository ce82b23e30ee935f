import { line, sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

/** MySQL and MariaDB: the same but for the programs' names and two flags. */
export const mysql: MakeEngine = ({ engine, name, host, container }) => {
  const maria = engine === 'mariadb';
  const [dump, client] = maria ? ['mariadb-dump', 'mariadb'] : ['mysqldump', 'mysql'];
  return {
    method: `${dump} --single-transaction --routines --events --triggers`,
    why: 'one consistent moment without locks (InnoDB); the defaults would leave routines and events out',
    rejected: [
      `${maria ? 'mariadb-backup' : 'a physical backup'} and the binlog: for an RPO of 1 to 60 minutes, or above 100 GB`,
      'a replica: repeats a mistaken DELETE within seconds; no backup',
    ],
    row: /database/i,
    dataset: 'database',
    functions: sh`NAME=${name}
# User and password stand in an option file, never among the arguments.
ACCESS=()
${
  container === undefined
    ? sh`[ ! -e "$CONFIG/$SOURCE.cnf" ] || ACCESS=("--defaults-extra-file=$CONFIG/$SOURCE.cnf")
${line(host !== undefined && sh`ACCESS+=(--host=${host})`)}client() { "$@"; }`
    : sh`ACCESS=(--user="\${MYSQL_USER:-root}")
client() { docker exec --interactive --env MYSQL_PWD ${container} "$@"; }`
}
program() { local name=$1; shift; client "$name" \${ACCESS[@]+"\${ACCESS[@]}"} --default-character-set=utf8mb4 "$@"; }
identifier() { printf '\`%s\`' "$(printf '%s' "$1" | sed 's/\`/\`\`/g')"; }

# The dump's own last line: without it the dump is cut off.
verify_dump() { tail -n 3 | grep -c '^-- Dump completed'; }

# Tables, views, triggers, events and routines that the user may not see are left out of a dump without a word.
sees_all() {
  printf 'SELECT (SELECT COUNT(DISTINCT privilege_type) FROM (SELECT privilege_type FROM information_schema.user_privileges UNION ALL SELECT privilege_type FROM information_schema.schema_privileges WHERE %s LIKE table_schema) AS held WHERE privilege_type IN ("SELECT", "SHOW VIEW", "TRIGGER", "EVENT")) = 4 AND ((SELECT COUNT(*) FROM information_schema.user_privileges WHERE privilege_type IN ("SELECT", "SHOW_ROUTINE")) + (SELECT COUNT(*) FROM information_schema.schema_privileges WHERE %s LIKE table_schema AND privilege_type IN ("EXECUTE", "ALTER ROUTINE", "SHOW CREATE ROUTINE"))) > 0;\n' "$(text "$NAME")" "$(text "$NAME")" |
    program ${client} --skip-column-names --batch
}
text() { printf "CONVERT(UNHEX('%s') USING utf8mb4)" "$(printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n')"; }

produce() {
  [ "$(sees_all)" = 1 ] || die "the user sees only a part of $NAME: GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE, LOCK TABLES on it (or an empty answer: no connection)"
  put dump program ${dump} --single-transaction --routines --events --triggers --hex-blob${maria ? sh`` : sh` --set-gtid-purged=OFF --no-tablespaces`} -- "$NAME"
${line(maria && sh`  put users program ${dump} --system=users --insert-ignore`)}}

beside() { printf '%s_%s\n' "$SOURCE" "$1"; }
throwaway() { printf 'drill_%s_%s\n' "$SOURCE" "$id"; }

load() {
  local events
  download dump "$work/dump"
  verify_dump <"$work/dump" >/dev/null || die "the dump is not whole"
${line(
  maria &&
    sh`  if [ -n "$roles" ]; then
    download users "$work/users"
    program ${client} <"$work/users" || die "the accounts could not be restored"
  fi`,
)}  # Fails where the database exists: nothing is ever restored over live data.
  printf 'CREATE DATABASE %s;\n' "$(identifier "$into")" | program ${client}
  printf '%s\n' "$into" >"$work/made"
  # An event of the copy would run beside the live one's, at once: where they are not quite the same, on live data.
  dormant <"$work/dump" | program ${client} --database="$into" || die "$into is incomplete: drop it"
  events=$(sed -n "s/$EVENT ENABLE.*/\\1/p" "$work/dump" | tr '\n' ' ')
  [ -z "$events" ] || say "its events came back disabled; after the swap ALTER EVENT ... ENABLE: $events"
}

# dormant: the dump, with its events disabled
EVENT='^\/\*!50106 CREATE\*\/.* EVENT \(\`.*\`\) ON SCHEDULE .* ON COMPLETION \(NOT \)\{0,1\}PRESERVE'
dormant() { sed "/^\/\*!50106 CREATE\*\/.* EVENT /s/\( ON COMPLETION \(NOT \)\{0,1\}PRESERVE\) ENABLE/\\1 DISABLE/"; }

inspect() {
  printf 'SELECT CONCAT(COUNT(*), " tables, ", (SELECT COUNT(*) FROM information_schema.routines WHERE routine_schema = DATABASE()), " routines, ", (SELECT COUNT(*) FROM information_schema.events WHERE event_schema = DATABASE()), " events") FROM information_schema.tables WHERE table_schema = DATABASE();\n' |
    program ${client} --skip-column-names --database="$into" | sed 's/^/came back: /' >&2
}

discard() { printf 'DROP DATABASE %s;\n' "$(identifier "$into")" | program ${client}; }`,
    tools: [
      maria
        ? { program: dump, apt: 'mariadb-client', brew: 'mariadb' }
        : { program: dump, apt: 'default-mysql-client', brew: 'mysql-client' },
      ...(container === undefined ? [] : [{ program: 'docker', apt: 'docker.io', brew: '--cask docker-desktop' }]),
    ],
    gaps: [
      ...(maria ? [] : ['accounts and grants: keep the statements of SHOW CREATE USER and SHOW GRANTS in Git, without the passwords']),
      "the database's default character set, server configuration, other databases of the server",
      'tables that are not InnoDB: not consistent under --single-transaction',
    ],
    env:
      container === undefined
        ? []
        : [{ name: 'MYSQL_PWD', purpose: `password inside the container for MYSQL_USER (root unless set)`, secret: true }],
    swap: [
      '# there is no rename of a database: point the application at "$RESTORED", or move its tables with RENAME TABLE; then enable the events that it named',
    ],
    one: [
      `sudo ${dump} --single-transaction --result-file=/tmp/table.sql -- "\${RESTORED:?}" "\${TABLE:?}"`,
      `sudo ${client} --database="\${LIVE:?}" < /tmp/table.sql`,
    ],
    warnings:
      container === undefined
        ? [
            `${name}: unless the local socket needs no password, write user and password into /etc/backups/<source>.cnf ([client], mode 0600)`,
          ]
        : [],
  };
};
