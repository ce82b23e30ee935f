import type { Source } from '../input.ts';
import { line, type Script, sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

/** A local superuser over the socket where nothing else is said: what Debian's and most other packages set up. */
const local: Script = sh`client() {
  if [ "$(id -u)" = 0 ] && [ -z "\${PGHOST:-}\${PGUSER:-}" ] && command -v runuser >/dev/null && id postgres >/dev/null 2>&1; then
    runuser -u postgres -- "$@"
  else
    "$@"
  fi
}`;

/** client PROGRAM...: where and as whom the server's programs run. */
export const client = ({ host, container }: Source): Script =>
  sh`${line(host !== undefined && sh`[ -n "\${PGHOST:-}" ] || export PGHOST=${host}`)}${
    container === undefined
      ? local
      : sh`export PGUSER="\${PGUSER:-postgres}"
client() { docker exec --interactive --env PGUSER --env PGPASSWORD --env PGOPTIONS ${container} "$@"; }`
  }`;

export const sql: Script = sh`sql() { client psql --no-psqlrc --no-password --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 "$@"; }`;

export const postgresql: MakeEngine = (source) => {
  const { name, container, managed } = source;
  return {
    method: 'pg_dump --format=custom and pg_dumpall --globals-only',
    why: 'a logical dump moves between versions and machines, and restores one table; roles are in no dump, so the globals go along',
    rejected: [
      'pgBackRest or WAL-G: for an RPO of 1 to 60 minutes, or above 100 GB',
      'a replica: repeats a mistaken DELETE within seconds; no backup',
      'a copy of the data folder: not consistent while the server runs',
    ],
    row: /database/i,
    dataset: 'database',
    functions: sh`NAME=${name}
${client(source)}
# A name is passed as a quoted part of a connection string: "a=b" alone would be taken for one.
conninfo() { printf "dbname='%s'" "$(printf '%s' "$1" | sed "s/[\\\\']/\\\\&/g")"; }
${sql}

# Reads all of it; pg_restore --list would pass on a dump that is cut off.
verify_dump() { client pg_restore --file=/dev/null; }
verify_globals() { tail -n 5 | grep -c 'database cluster dump complete'; }

produce() {
  put dump client pg_dump --format=custom --no-password --dbname="$(conninfo "$NAME")"
  put globals client pg_dumpall --globals-only --no-password${managed === undefined ? sh`` : sh` --no-role-passwords`}
}

beside() { printf '%s_%s\n' "$SOURCE" "$1"; }
throwaway() { printf 'drill_%s_%s\n' "$SOURCE" "$id"; }

load() {
  local options
  download dump "$work/dump"
  verify_dump <"$work/dump" || die "the dump is not whole"
  if [ -n "$roles" ]; then
    download globals "$work/globals"
    PGOPTIONS='-c lc_messages=C' client psql --no-psqlrc --no-password --quiet --dbname=postgres <"$work/globals" >/dev/null 2>"$work/said" ||
      die "the roles could not be restored: $(tail -n 1 "$work/said")"
    ! grep -v 'already exists$' "$work/said" >&2 || die "the roles could not be restored"
  fi
  # Encoding and locale as they were: with another one, sorting and indexes differ.
  options=$(client pg_restore --create --schema-only --file=- <"$work/dump" | awk '/^CREATE DATABASE .* WITH TEMPLATE = template0 ENCODING = .*;$/ && !n++ { sub(/^.* WITH TEMPLATE = template0 /, ""); sub(/;$/, ""); print }')
  [ -n "$options" ] || die "the dump does not say how its database was made"
  # Fails where the database exists: nothing is ever restored over live data.
  sql --dbname=postgres --set "into=$into" --set "options=$options" <<'SQL'
CREATE DATABASE :"into" TEMPLATE template0 :options;
SQL
  printf '%s\n' "$into" >"$work/made"
  client pg_restore --exit-on-error --no-password --dbname="$(conninfo "$into")" <"$work/dump" ||
    die "$into is incomplete: drop it. If a role is missing, restore with --roles"
}

inspect() {
  sql --dbname="$(conninfo "$into")" <<'SQL' | sed 's/^/came back: /' >&2
SELECT format('%s tables, %s rows, %s sequences, %s large objects', count(*),
  coalesce(sum((xpath('/row/n/text()', query_to_xml(format('SELECT count(*) AS n FROM %I.%I', schemaname, tablename), false, true, '')))[1]::text::bigint), 0),
  (SELECT count(*) FROM pg_sequences), (SELECT count(*) FROM pg_largeobject_metadata))
FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema');
SQL
}

discard() {
  sql --dbname=postgres --set "into=$into" <<'SQL'
DROP DATABASE :"into";
SQL
}`,
    tools: [
      { program: 'pg_dump', apt: 'postgresql-client', brew: 'libpq' },
      ...(container === undefined ? [] : [{ program: 'docker', apt: 'docker.io', brew: '--cask docker-desktop' }]),
    ],
    gaps: [
      `ALTER DATABASE settings, the owner of and the grants on the database ${JSON.stringify(name)} itself: set them after a restore`,
      "server configuration (postgresql.conf, pg_hba.conf), extensions' packages, replication slots, other databases of the server",
      ...(managed === undefined ? [] : ['passwords of roles (the provider does not show them): set new ones after a restore']),
    ],
    env: [
      {
        name: 'PGPASSFILE',
        purpose: 'file with the password, unless the local socket needs none; PGHOST, PGPORT and PGUSER beside it',
        secret: false,
      },
    ],
    swap: [
      `printf '%s\\n' 'ALTER DATABASE :"live" RENAME TO :"old";' 'ALTER DATABASE :"restored" RENAME TO :"live";' | sudo -u postgres psql --no-psqlrc --set ON_ERROR_STOP=1 --set live="\${LIVE:?}" --set old="\${LIVE:?}_old" --set restored="\${RESTORED:?}" --dbname=postgres`,
    ],
    one: [
      'sudo -u postgres pg_dump --dbname="${RESTORED:?}" --table="${TABLE:?}" --file=/tmp/table.sql',
      'sudo -u postgres psql --no-psqlrc --single-transaction --set ON_ERROR_STOP=1 --dbname="${LIVE:?}" --file=/tmp/table.sql',
    ],
  };
};
