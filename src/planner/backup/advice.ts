import type { Cost } from './cost.ts';
import type { BackupInput } from './input.ts';
import { KEEP_LAST, LOG_DAYS, maxAge, needsKey, type Planned } from './planned.ts';
import type { Retention } from './retention.ts';
import { calendar, type Scheduler } from './schedule.ts';
import type { Store } from './store.ts';
import { showMinutes } from './time.ts';

/** What was decided for a source, and why. */
export function describe(one: Planned, input: BackupInput) {
  const { source, engine, reach } = one;
  const managed = source.managed !== undefined;
  return {
    name: source.name,
    engine: source.engine,
    method: managed ? `the provider's point-in-time restore, and a weekly dump into another account (${engine.method})` : engine.method,
    why: managed ? `the point-in-time restore is the shortest loss, but it goes with the account; ${engine.why}` : engine.why,
    rejected: engine.rejected,
    schedule: `${calendar(one.when)} (every ${showMinutes(reach.intervalMinutes)}; table of the skill: ${one.frequency})${reach.logMinutes === undefined ? '' : `; the log every ${showMinutes(reach.logMinutes)}`}`,
    asked: { rpoMinutes: input.rpo ?? null, rtoMinutes: input.rto ?? null },
    reachable: {
      rpoMinutes: reach.rpoMinutes,
      rpo: reach.rpoFormula,
      rtoMinutes: reach.rtoMinutes,
      rto: reach.rtoFormula,
      measure: `${one.script} drill prints the seconds and the age`,
    },
    verdict: reach.verdict,
    notes: reach.notes,
    notScripted: reach.instead,
  };
}

/** Three signals, each with an alarm on silence: a run that fails, and one that never starts, look alike. */
export function monitoring(planned: readonly Planned[], pingEnv: string, drillMinutes: number): string[] {
  const first = planned[0];
  const logged = planned.filter(({ engine }) => engine.logs !== undefined);
  return [
    `backup: ${pingEnv} is called after each run, and ${pingEnv}/fail after a failed one; set its alarm on silence to ${showMinutes(Math.max(0, ...planned.map(maxAge)))}`,
    `drill: ${pingEnv}_DRILL likewise, alarm on silence after ${showMinutes(drillMinutes * 1.25)}`,
    ...(logged.length === 0
      ? []
      : [
          `log: ${pingEnv}_LOG likewise, alarm on silence after ${showMinutes(Math.max(...logged.map(({ reach }) => reach.rpoMinutes + (reach.logMinutes ?? 0))))}: it is called only when the newest log is in the bucket and none is missing since the newest backup`,
          'free space of the spool folder and of pg_wal: a server that cannot hand over its log keeps it',
        ]),
    ...(first === undefined ? [] : [`from another machine: ${first.script} check (the newest backup is fresh, and all of it is there)`]),
    'also: a backup much smaller than the one before, and the size of what is stored',
  ];
}

export function retentionOf(
  planned: readonly Planned[],
  retention: Retention,
  { least, most }: { readonly least: number; readonly most: number },
  windows: boolean,
) {
  const total = retention.daily + retention.weekly + retention.monthly + retention.yearly;
  const logged = planned.some(({ engine }) => engine.logs !== undefined);
  return {
    ...retention,
    ...(logged ? { anyMomentDays: LOG_DAYS } : {}),
    objects: least === most ? String(most) : `${least} to ${most}`,
    example: `${retention.daily} daily, ${retention.weekly} weekly, ${retention.monthly} monthly, ${retention.yearly} yearly keep ${least === most ? most : `${least} to ${most} (by the calendar)`} backups, not ${total}: one backup can be the daily, the weekly and the monthly one${logged ? `; any moment of the last ${LOG_DAYS} days` : ''}`,
    prune: `${planned[0]?.script ?? 'the script'} prune lists what would go, prune ${windows ? '-Delete' : '--delete'} deletes it; only behind a backup that is fresh and whole, never the newest ${KEEP_LAST}. By another identity, since the machine's key must not delete`,
  };
}

export function gaps(planned: readonly Planned[], config: string): string[] {
  return [
    ...planned.flatMap(({ source, engine }) => engine.gaps.map((gap) => `${source.slug}: ${gap}`)),
    ...(planned.some(needsKey)
      ? [
          `the secret age keys, ${config}env and passwords: in no backup; sealed, with two holders`,
          'the manifest is not signed: who can write to the bucket can add a backup, though not read one',
        ]
      : [`${config}env and the repository's password: in no backup; sealed, with two holders`]),
    'what is not in sources: server and container configuration, certificates, DNS, uploads, the provider account itself',
  ];
}

/** 3-2-1-1-0, point by point. */
export function rule(planned: readonly Planned[], store: Store) {
  const provided = planned.length > 0 && planned.every(({ source }) => source.managed !== undefined);
  const where = store.repository ?? store.bucket;
  const local = store.repository?.startsWith('/') === true;
  return [
    {
      point: '3 copies',
      state: provided ? 'yes' : 'no',
      note: provided ? "live, the provider's, and this one" : 'live and this one: add a second target at another provider, or snapshots',
    },
    {
      point: '2 kinds of storage',
      state: local ? 'open' : 'yes',
      note: local ? `yes, if ${where} is another disk` : `disk and ${store.title}`,
    },
    {
      point: '1 off-site',
      state: local ? 'no' : 'open',
      note: local ? `${where} is on the same machine` : `yes, if ${where} is in another account than the data`,
    },
    {
      point: '1 immutable',
      state: store.lockDays === undefined ? 'no' : 'yes',
      note:
        store.lockDays === undefined
          ? store.repository === undefined
            ? 'give target.objectLockDays'
            : 'a bucket with Object Lock, or snapshots of the Storage Box'
          : `Object Lock, ${store.lockDays} days, GOVERNANCE`,
    },
    { point: '0 errors', state: 'open', note: 'until the first drill has passed' },
  ];
}

export function assumptions(planned: readonly Planned[], input: BackupInput, store: Store, scheduler: Scheduler): string[] {
  return [
    ...planned.flatMap(({ source, engine, reach: { intervalMinutes }, frequency }) => [
      ...(input.rpo === undefined && engine.logs === undefined
        ? [
            `${source.slug}: ${source.managed ? 'weekly' : frequency.toLowerCase()}, as the skill's table has it${intervalMinutes === 1440 && /every/i.test(frequency) ? ' (pushes), with a bundle every day' : ''}`,
          ]
        : []),
      ...(source.sizeGb === undefined && source.compressedGb === undefined
        ? [`${source.slug}: its size is not given: 10 GB for durations; cost and restore time stay unknown`]
        : []),
      ...(engine.logs !== undefined && source.logGbPerDay === undefined
        ? [`${source.slug}: logGbPerDay is not given: a twentieth of its size a day`]
        : []),
      ...(source.host === undefined &&
      source.container === undefined &&
      ['postgresql', 'mysql', 'mariadb', 'redis', 'valkey', 'mongodb'].includes(source.engine)
        ? [`${source.slug}: the server is on this machine`]
        : []),
    ]),
    `throughputs are judgement (dump 30, upload 20, download 20, load 15 MB/s; compressed a third)${input.bandwidthMbit === undefined ? '' : `, the line ${input.bandwidthMbit} Mbit/s as given`}: a drill replaces them`,
    ...(input.retention === undefined ? ['retention 7 daily, 4 weekly, 12 monthly'] : []),
    ...(store.region === undefined && store.repository === undefined ? ["the bucket's region is in AWS_REGION"] : []),
    ...(input.schedule === undefined ? [`scheduler: ${scheduler}`] : []),
    ...(input.drillEvery === undefined ? ['a drill every month'] : []),
    'what is backed up to is in no stack: no teardown takes it along',
  ];
}

export function warnings(planned: readonly Planned[], input: BackupInput, store: Store, pingEnv: string): string[] {
  const recipients = input.encryption?.recipients?.length ?? 0;
  const encrypted = planned.some(needsKey);
  return [
    ...(planned.length > 0 ? ['Unprotected until the first backup and the first drill have passed.'] : []),
    ...(encrypted && recipients === 0
      ? ['No age recipients given: every run stops until the recipients file names one. Nothing is sent unencrypted.']
      : []),
    ...(encrypted && recipients === 1
      ? ['One age recipient: if its key is lost, so are all backups. Add a second, sealed, with another holder.']
      : []),
    ...(input.pingUrlEnv === undefined && planned.length > 0
      ? [`Set ${pingEnv}, or nobody hears of a run that fails or never starts.`]
      : []),
    ...planned.flatMap(({ engine }) => engine.warnings ?? []),
    ...planned.flatMap(({ source }) =>
      source.version === undefined ? [] : [`${source.slug}: client tools of version ${source.version} or newer.`],
    ),
    ...planned.flatMap(({ source }) =>
      source.largeObjects && source.engine === 'postgresql'
        ? [`${source.slug}: large objects are in the dump; each costs a row's time to restore, and vacuumlo before it saves that.`]
        : [],
    ),
    ...(store.endpoint?.startsWith('http:')
      ? ['The endpoint has no TLS: anybody on the way sees names and sizes and can alter answers.']
      : []),
    ...(store.provider === 'b2' || store.provider === 'r2' || store.provider === 'other'
      ? [
          `${store.title}: not every S3 store takes every bucket command above; where one is refused, set it in the store's console (uploads cut off, versions, a key without the right to delete).`,
        ]
      : []),
    ...(store.repository === undefined
      ? []
      : [
          'Who holds the key of this repository can delete it: only a bucket with Object Lock, a rest-server with --append-only or snapshots of the box stand against that.',
        ]),
    ...(input.os === 'win32'
      ? ['The PowerShell scripts were parsed, not run, where this tool is made: have the first drill prove them.']
      : []),
    ...(input.os === 'win32' && planned.some(({ source }) => ['mysql', 'mariadb'].includes(source.engine))
      ? ['Events of a dump run in the restored copy, too: SET GLOBAL event_scheduler = OFF before a drill beside live data.']
      : []),
    ...(input.os === 'darwin' ? ['launchd skips runs while the Mac is off; the alarm on silence has to notice.'] : []),
  ];
}

export function confirm(names: readonly string[], store: Store, cost: Cost): string {
  const price =
    cost.totals.length === 0 || !cost.totals.some(({ complete }) => complete)
      ? 'cost unknown'
      : cost.totals.map((one) => `about ${one.monthly} ${one.currency} a month`).join(' and ');
  const where =
    store.repository === undefined
      ? `${store.title}, bucket ${store.bucket} (created where missing, its lifecycle rules replaced; ${price})`
      : `${store.title} ${store.repository} (${price})`;
  return `Back up ${names.join(', ')} to ${where}, then run a first backup and a first drill? Pruning deletes for good and needs a yes of its own.`;
}
