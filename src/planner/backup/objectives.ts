import type { Source } from './input.ts';
import { showMinutes } from './time.ts';

/**
 * Throughput in MB/s that durations are reckoned with: judgement, until a drill measures. One core that compresses and
 * encrypts, an uplink of 200 Mbit/s and more, a restore that rebuilds its indexes.
 */
export const ASSUMED = { dump: 30, upload: 20, download: 20, load: 15, compression: 3, sizeGb: 10, humanMinutes: 30 } as const;

/** MB/s of log that is sent: one file at a time, compressed, encrypted and read back. */
const LOG_MB_PER_S = 5;

/** Hours between backups that an interval is chosen from. */
const LADDER = [24, 12, 8, 6, 4, 3, 2, 1] as const;

export interface Reach {
  /** Set where the log is sent between backups. */
  readonly logMinutes?: number;
  readonly intervalMinutes: number;
  readonly durationMinutes: number;
  readonly rpoMinutes: number;
  readonly rtoMinutes: number | null;
  readonly rpoFormula: string;
  readonly rtoFormula: string;
  readonly verdict: 'met' | 'missed' | 'not asked';
  readonly notes: readonly string[];
  /** What would meet it, as an outline; not scripted here. */
  readonly instead: readonly string[];
}

/** Minutes of a day between two runs, by the word that SKILL.md's table has. */
export function tableMinutes(frequency: string): number {
  if (/hour/i.test(frequency)) return 60;
  if (/week/i.test(frequency)) return 10_080;
  if (/month/i.test(frequency)) return 43_200;
  return 1440;
}

const OUTLINES: Readonly<Record<string, readonly string[]>> = {
  postgresql: [
    'on the server itself, into a bucket, this tool scripts base backups and WAL; from elsewhere:',
    'pgBackRest (or WAL-G) with a repository in another bucket: repo1-type=s3, repo1-cipher-type=aes-256-cbc, repo1-retention-full=2',
    "postgresql.conf: archive_mode=on, archive_command='pgbackrest --stanza=app archive-push %p', archive_timeout of at most RPO/2",
    'pgbackrest --stanza=app stanza-create; then check; a full backup a week, a differential one a day, each by a timer',
    'alarm on the age of the last archived WAL (pg_stat_archiver.last_archived_time), not on failed_count',
    'drill: pgbackrest --type=time --target=... restore into another data folder; afterwards a new full backup',
  ],
  mysql: [
    'a physical backup a day (mariadb-backup, or XtraBackup) and the binlog copied at most every RPO/2 (mysqlbinlog --read-from-remote-server --raw --stop-never)',
    'drill: restore the physical backup, replay the binlog to a moment',
  ],
  redis: ['appendonly yes, appendfsync everysec, and a replica on another machine; the RDB file stays the backup'],
  mongodb: ["a replica set, and its provider's or Percona's point-in-time backup"],
  sqlite: ['Litestream to another bucket: replicates the WAL every second; with a drill of its own (litestream restore)'],
  files: ['restic every hour, or a replicated file system beside it'],
};

export interface Wish {
  readonly rpo?: number | undefined;
  readonly rto?: number | undefined;
  readonly bandwidthMbit?: number | undefined;
  /** Whether the log of this source can be sent: a server on this machine, and a bucket. */
  readonly log: boolean;
}

/** A dump of more than this is judged too slow to restore; beyond it the files themselves are copied. */
const DUMP_GB = 100;

/** What a dump, a copy of the files with the log, or restic reaches, beside what was asked. */
export function reach(source: Source, frequency: string, wish: Wish): Reach {
  const { rpo, rto } = wish;
  const line = wish.bandwidthMbit === undefined ? Number.POSITIVE_INFINITY : wish.bandwidthMbit / 8;
  const [up, down] = [Math.min(ASSUMED.upload, line), Math.min(ASSUMED.download, line)];
  const known = source.compressedGb ?? (source.sizeGb === undefined ? undefined : source.sizeGb / ASSUMED.compression);
  const raw = source.sizeGb ?? (source.compressedGb === undefined ? ASSUMED.sizeGb : source.compressedGb * ASSUMED.compression);
  const compressed = known ?? raw / ASSUMED.compression;
  const files = source.engine === 'files' || source.engine === 'volume';
  // What is stored is read back and compared; restic sends only what changed.
  const sent = files ? Math.min(compressed, source.changeGbPerDay ?? compressed) : compressed;
  const duration = Math.ceil((Math.max(raw / ASSUMED.dump, sent / up) + sent / down) * (1000 / 60));
  const seed = source.managed ? 10_080 : tableMinutes(frequency);
  const fitting = LADDER.map((hours) => hours * 60).filter((interval) => interval >= Math.min(duration * 2, 1440));
  const shortest = fitting.at(-1) ?? 1440;
  const dumps =
    rpo === undefined || source.managed || seed + duration <= rpo ? seed : (fitting.find((one) => one + duration <= rpo) ?? shortest);
  const large = raw > DUMP_GB && !files;
  const logged = wish.log && (large || (rpo !== undefined && dumps + duration > rpo));
  const logMinutes = logged ? Math.max(1, Math.min(15, Math.floor(((rpo ?? 30) - 1) / 2))) : undefined;
  const interval = logged ? (large ? 10_080 : 1440) : dumps;
  const logPerMinute = (source.logGbPerDay ?? source.changeGbPerDay ?? raw / 20) / 1440;
  const shipping =
    logMinutes === undefined ? 0 : Math.max(1, Math.ceil(((logMinutes * logPerMinute) / Math.min(LOG_MB_PER_S, line)) * (1000 / 60)));
  const reachable = logMinutes === undefined ? interval + duration : logMinutes + shipping;
  const replay = logMinutes === undefined ? 0 : ((logPerMinute * interval) / ASSUMED.load) * (1000 / 60);
  const restore =
    known === undefined ? null : Math.ceil((compressed / down + raw / ASSUMED.load) * (1000 / 60) + replay) + ASSUMED.humanMinutes;
  const notes: string[] = [];
  const instead: string[] = [];
  const outline =
    OUTLINES[
      source.engine === 'mariadb' ? 'mysql' : source.engine === 'valkey' ? 'redis' : source.engine === 'volume' ? 'files' : source.engine
    ] ?? [];
  let missed = false;
  if (rpo !== undefined && reachable > rpo && source.managed === undefined) {
    missed = true;
    notes.push(
      logMinutes === undefined
        ? `an RPO of ${showMinutes(rpo)} is missed: ${showMinutes(reachable)} is what ${showMinutes(interval)} between backups and ${showMinutes(duration)} of running reach`
        : `an RPO of ${showMinutes(rpo)} is missed: the log is sent every ${showMinutes(logMinutes)}, and that takes up to ${showMinutes(shipping)}`,
    );
    instead.push(...(rpo < 2 ? ['RPO under two minutes: a streaming replica, and the archive behind it'] : []), ...outline);
  }
  if (rpo !== undefined && source.managed !== undefined) {
    notes.push(
      `the provider's point-in-time restore has to reach ${showMinutes(rpo)} (ask it with the step pitr); after the loss of the account it is ${showMinutes(reachable)}`,
    );
  }
  if (!logged && rpo !== undefined && rpo >= seed && seed + duration > rpo && !missed && source.managed === undefined) {
    notes.push(`every ${showMinutes(seed)} would miss ${showMinutes(rpo)} by its own duration, so it is every ${showMinutes(interval)}`);
  }
  if (large && !logged) {
    notes.push(`${Math.round(raw)} GB is more than a dump should carry (about ${DUMP_GB} GB, a judgement): prefer the outline`);
    if (instead.length === 0) instead.push(...outline);
  }
  if (logged && raw > 500)
    notes.push(
      `${Math.round(raw)} GB: pgBackRest or WAL-G copy in parallel and only what changed; above some 500 GB they are worth their own set of rules`,
    );
  if (logMinutes !== undefined && shipping > logMinutes) {
    missed ||= rpo !== undefined;
    notes.push(`the log grows faster than it is sent (${showMinutes(shipping)} for ${showMinutes(logMinutes)} of it)`);
  }
  if (rto !== undefined && restore !== null && restore > rto) {
    missed = true;
    notes.push(
      `an RTO of ${showMinutes(rto)} is missed: about ${showMinutes(restore)}; a warm standby meets it, with this backup behind it`,
    );
  }
  if (rto !== undefined && restore === null)
    notes.push(`whether an RTO of ${showMinutes(rto)} is met only the drill's stopwatch says: the size was not given`);
  const assumed = known === undefined ? `size not given: ${raw} GB assumed; ` : '';
  return {
    ...(logMinutes === undefined ? {} : { logMinutes }),
    intervalMinutes: interval,
    durationMinutes: duration,
    rpoMinutes: reachable,
    rtoMinutes: restore,
    rpoFormula:
      logMinutes === undefined
        ? `interval ${interval} + duration ${duration} min (${assumed}max(${raw.toFixed(1)} GB / ${ASSUMED.dump} MB/s, ${sent.toFixed(1)} GB / ${up} MB/s) + read-back)`
        : `log every ${logMinutes} + sending ${shipping} min (${(logPerMinute * 1440).toFixed(1)} GB of log a day${source.logGbPerDay === undefined ? ', assumed' : ''})`,
    rtoFormula:
      restore === null
        ? 'unknown without a size: the drill measures it'
        : `${compressed.toFixed(1)} GB / ${down} MB/s + ${raw.toFixed(1)} GB / ${ASSUMED.load} MB/s${replay === 0 ? '' : ` + ${Math.ceil(replay)} min of replay`} + ${ASSUMED.humanMinutes} min until somebody starts`,
    verdict: missed ? 'missed' : rpo === undefined && rto === undefined ? 'not asked' : 'met',
    notes,
    instead,
  };
}
