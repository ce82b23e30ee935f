import { sh } from '../script.ts';
import type { MakeEngine } from './engine.ts';

/** Redis and Valkey. */
export const redis: MakeEngine = ({ engine, host, container }) => {
  const server = `${engine}-server`;
  return {
    method: `${engine}-cli --rdb`,
    why: 'a snapshot over the replication protocol: it fails where BGSAVE and a copy would give an old file. A pure cache needs none',
    rejected: ['BGSAVE and cp: with a wrong password exit code 0 and a stale file', 'the append-only file: for a loss below an hour'],
    row: /database/i,
    functions: sh`HOST=${host ?? '127.0.0.1'}
${container === undefined ? sh`client() { "$@"; }` : sh`client() { docker exec --interactive --env REDISCLI_AUTH ${container} "$@"; }`}

snapshot() {
  client ${`${engine}-cli`} -h "$HOST" -p "\${REDIS_PORT:-6379}" --rdb - >"$work/rdb"
  ${`${engine}-check-rdb`} "$work/rdb" >/dev/null || die "what the server sent is no whole RDB file"
  cat "$work/rdb"
  rm -f "$work/rdb"
}

produce() { put rdb snapshot; }
beside() { printf '%s/%s-%s.rdb\n' "$STATE" "$SOURCE" "$1"; }
throwaway() { printf '%s/drill.rdb\n' "$work"; }

load() {
  [ ! -e "$into" ] || die "$into exists"
  download rdb "$work/loaded"
  ${`${engine}-check-rdb`} "$work/loaded" >/dev/null || die "the RDB file is not whole"
  mv "$work/loaded" "$into"
}

# A server of its own, on a socket, without an append-only file (under which an RDB file would not be read).
inspect() {
  local tries=0 keys
  need ${server}
  ${server} --port 0 --unixsocket "$work/drill.sock" --dir "$work" --dbfilename drill.rdb --appendonly no --save '' >"$work/server.log" &
  until keys=$(REDISCLI_AUTH='' ${`${engine}-cli`} -s "$work/drill.sock" DBSIZE 2>/dev/null) && [ "$keys" -ge 0 ] 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 600 ] || die "the drill's server does not answer"
    sleep 0.5
  done
  # DBSIZE counts database 0 alone.
  keys=$(REDISCLI_AUTH='' ${`${engine}-cli`} -s "$work/drill.sock" INFO keyspace | awk -F '[=,]' '/^db/ { n += $2 } END { print n + 0 }')
  say "came back: $keys keys"
  ${`${engine}-cli`} -s "$work/drill.sock" SHUTDOWN NOSAVE >/dev/null 2>&1 || true
  wait $!
}

discard() { :; }`,
    tools: [
      { program: `${engine}-cli`, apt: `${engine}-tools`, brew: engine },
      { program: server, apt: server, brew: engine },
    ],
    gaps: ['server configuration, ACL users (ACL LIST), functions outside the RDB file, what is still in the replication buffer'],
    env: [{ name: 'REDISCLI_AUTH', purpose: `password of ${engine}, where it has one; REDIS_PORT beside it`, secret: true }],
    swap: [
      `# the server reads an RDB file only without an append-only file: set "appendonly no" in ${engine}.conf first`,
      `sudo systemctl stop ${server}`,
      `sudo install -o ${engine} -g ${engine} -m 0640 "\${RESTORED:?}" /var/lib/${engine}/dump.rdb`,
      `sudo systemctl start ${server}`,
      `${engine}-cli CONFIG SET appendonly yes`,
    ],
    one: [],
  };
};
