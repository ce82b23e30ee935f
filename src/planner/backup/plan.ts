import type { Skill } from '../../skill/load.ts';
import { bucketSteps, type PlanStep, policy } from './bucket.ts';
import { type Cost, estimate } from './cost.ts';
import type { Engine } from './engines/engine.ts';
import { engines } from './engines/index.ts';
import { type BackupInput, DEFAULT_RETENTION, readSources, type Source } from './input.ts';
import { library } from './library.ts';
import { type Reach, reach } from './objectives.ts';
import { objectsHeld } from './retention.ts';
import { calendar, type File, type Scheduler, type Times, times, units } from './schedule.ts';
import { line, type Quote, render, sh, words } from './script.ts';
import { readStore, type Store } from './store.ts';
import { showMinutes } from './time.ts';

export interface BackupContext {
  readonly today: string;
  readonly strategy: Skill['backupStrategy'];
  readonly quote: Quote;
}

const HOME = '/opt/backups';
const DRILL_MINUTES = 43_200;
/** The newest backups that are kept whatever their age. */
const KEEP_LAST = 3;
/** Above this the upload needs to know its size: an S3 object has 10,000 parts at most. */
const EXPECTED_FROM_GB = 25;

interface Planned {
  readonly source: Source;
  readonly engine: Engine;
  readonly reach: Reach;
  readonly script: string;
  readonly base: string;
  readonly when: Times;
  readonly limitSeconds: number;
  readonly keepLast: number;
  readonly frequency: string;
}

export type BackupPlan = Awaited<ReturnType<typeof planBackups>>;

/** The whole plan. @throws InputError that names the field. */
export async function planBackups(input: BackupInput, { today, strategy, quote }: BackupContext) {
  const sources = readSources(input);
  const store = readStore(input.target);
  const retention = { ...DEFAULT_RETENTION, ...dropUndefined(input.retention ?? {}) };
  const os = input.os ?? 'linux';
  const scheduler: Scheduler = input.schedule ?? (os === 'darwin' ? 'launchd' : 'systemd');
  const drillMinutes = input.drillEvery || DRILL_MINUTES;
  const pingEnv = input.pingUrlEnv ?? 'BACKUP_PING_URL';
  const recipients = input.encryption?.recipients ?? [];

  const planned = sources.map((source): Planned => {
    const script = `${HOME}/${source.slug}.sh`;
    const engine = engines[source.engine](source);
    const frequency = strategy.find(({ data }) => engine.row.test(data))?.frequency ?? 'Daily';
    const reached = reach(source, frequency, input.rpo, input.rto);
    return {
      source,
      engine,
      reach: reached,
      script,
      base: `${store.prefix}${source.slug}`,
      when: times(source, reached.intervalMinutes),
      // Ample, but never so long that two runs meet.
      limitSeconds: Math.min(Math.max(reached.durationMinutes * 4, 60), reached.intervalMinutes) * 60,
      keepLast: Math.max(KEEP_LAST, Math.ceil(1440 / reached.intervalMinutes)),
      frequency,
    };
  });

  const files: File[] = [{ path: `${HOME}/lib.sh`, mode: '0644', purpose: 'shared by all scripts', text: render(library, quote) }];
  const enables: string[] = [];
  for (const one of planned) {
    files.push({
      path: one.script,
      mode: '0755',
      purpose: 'backup, list, check, restore, drill, prune',
      text: script(one, store, retention, pingEnv, quote),
    });
    const unit = units(one.source, one.script, one.when, one.limitSeconds, scheduler);
    files.push(...unit.files);
    enables.push(unit.enable);
  }
  const encrypted = planned.some(({ engine }) => !engine.ownStore);
  if (recipients.length > 0)
    files.push({ path: '/etc/backups/recipients', mode: '0644', purpose: 'age public keys', text: `${recipients.join('\n')}\n` });
  if (store.provider === 's3')
    files.push({
      path: 'backup-policy.json',
      mode: '0644',
      purpose: "rights of the machine's key: no deleting",
      text: policy(
        store,
        planned.filter(({ engine }) => engine.ownStore).map(({ base }) => base),
      ),
    });

  const { least, most } = objectsHeld(retention);
  // Of several backups a day, those of the last day that only their number keeps.
  const extra = (one: Planned): number => Math.max(0, Math.min(one.keepLast, Math.round(1440 / one.reach.intervalMinutes)) - 1);
  const cost = await estimate(
    store,
    planned.map((one) => ({
      source: one.source,
      objects: most + extra(one),
      runsPerMonth: Math.round(43_800 / one.reach.intervalMinutes),
      drillsPerMonth: 43_800 / drillMinutes,
    })),
    today,
  );
  const steps = oneTime(planned, store, enables, encrypted && recipients.length === 0, encrypted, quote);
  const first = planned[0] as Planned;
  const total = retention.daily + retention.weekly + retention.monthly + retention.yearly;

  return {
    sources: planned.map((one) => describe(one, input, retention)),
    files,
    steps,
    restore: scenarios(planned, quote),
    env: environment(planned, store, pingEnv, encrypted),
    tools: tools(planned, encrypted),
    monitoring: [
      `backup: ${pingEnv} is called after each run, and ${pingEnv}/fail after a failed one; set its alarm on silence to ${showMinutes(Math.max(...planned.map(maxAge)))}`,
      `drill: ${pingEnv}_DRILL likewise, alarm on silence after ${showMinutes(drillMinutes * 1.25)}`,
      `from another machine: ${first.script} check (fails when the newest committed backup is too old)`,
      "also: a backup much smaller than the one before, and the bucket's size",
    ],
    retention: {
      ...retention,
      objects: least === most ? String(most) : `${least} to ${most}`,
      example: `${retention.daily} daily, ${retention.weekly} weekly, ${retention.monthly} monthly, ${retention.yearly} yearly keep ${least === most ? most : `${least} to ${most} (by the calendar)`} backups, not ${total}: one backup can be the daily, the weekly and the monthly one`,
      prune: `${first.script} prune lists what would go, prune --delete deletes it; only behind a backup that is fresh and whole, never the newest ${KEEP_LAST}. By another identity, since the machine's key must not delete`,
    },
    cost,
    gaps: gaps(planned),
    rule32110: rule(planned, store),
    assumptions: assumptions(planned, input, store, scheduler),
    warnings: warnings(planned, input, store, recipients.length, pingEnv, os, encrypted),
    confirm: confirm(planned, store, cost),
  };
}

function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

type Kept = typeof DEFAULT_RETENTION | { daily: number; weekly: number; monthly: number; yearly: number };

/** Backups younger than this are fresh enough to prune behind: what can be reached, or the wish where that is longer. */
const maxAge = (one: Planned): number => one.reach.rpoMinutes + Math.ceil(one.limitSeconds / 60);

/** A source's own script: its settings, and what its engine adds to lib.sh. */
function script(one: Planned, store: Store, keep: Kept, pingEnv: string, quote: Quote): string {
  const { source, engine } = one;
  const gb = source.compressedGb ?? (source.sizeGb ?? 0) / 2;
  const place = [
    ...(store.region === undefined ? [] : ['--region', store.region]),
    ...(store.endpoint === undefined ? [] : ['--endpoint-url', store.endpoint]),
  ];
  return `${render(
    sh`#!/usr/bin/env bash
# shellcheck disable=SC2016,SC2034,SC2154,SC2317,SC2329 # lib.sh, beside this file, reads and calls what stands here
set -euo pipefail
SOURCE=${source.slug}
BUCKET=${store.bucket}
BASE=${one.base}
PLACE=(${words(...place)})
${line(store.plainChecksums && sh`export AWS_REQUEST_CHECKSUM_CALCULATION=when_required AWS_RESPONSE_CHECKSUM_VALIDATION=when_required`)}${line(engine.ownStore === true && sh`REPOSITORY=${repository(store, one.base)}`)}PING_URL_ENV=${pingEnv}
LIMIT_SECONDS=${one.limitSeconds}
MAX_AGE_MINUTES=${maxAge(one)}
KEEP=${`${keep.daily} ${keep.weekly} ${keep.monthly} ${keep.yearly}`}
KEEP_LAST=${one.keepLast}
EXPECTED_BYTES=${gb >= EXPECTED_FROM_GB ? Math.ceil(gb * 2) * 1_000_000_000 : ''}
# shellcheck source=/dev/null
. "$(cd "$(dirname "$0")" && pwd)/lib.sh"

${engine.functions}

main "$@"`,
    quote,
  )}\n`;
}

function repository(store: Store, base: string): string {
  return store.endpoint === undefined
    ? `s3:https://s3.${store.region === undefined ? '' : `${store.region}.`}amazonaws.com/${store.bucket}/${base}`
    : `s3:${store.endpoint}/${store.bucket}/${base}`;
}

function oneTime(
  planned: readonly Planned[],
  store: Store,
  enables: readonly string[],
  keys: boolean,
  encrypted: boolean,
  quote: Quote,
): PlanStep[] {
  const each = (title: (one: Planned) => string, verb: string, effects: string, id: string): PlanStep[] =>
    planned.map((one) => ({ id: `${id}.${one.source.slug}`, title: title(one), command: `sudo ${one.script} ${verb}`, effects }));
  const pitr = planned
    .filter(({ source }) => source.managed !== undefined)
    .map(
      ({ source }): PlanStep => ({
        id: `pitr.${source.slug}`,
        title: `Ask how far back and how recent the provider's point-in-time restore of ${source.slug} is`,
        command:
          source.managed === 'digitalocean'
            ? 'doctl databases backups "${DATABASE_ID:?}"'
            : `aws rds describe-db-instances --db-instance-identifier "\${DATABASE_ID:?}" --query 'DBInstances[0].[BackupRetentionPeriod,LatestRestorableTime]'`,
        effects: 'reads',
      }),
    );
  return [
    ...(keys
      ? [
          {
            id: 'keys',
            title:
              'Make two age keys on a machine that is not backed up, keep the second sealed with another holder, and put both public keys (age1...) into /etc/backups/recipients, a line each',
            command: 'age-keygen -o backup-1.key && age-keygen -o backup-2.key',
            effects: 'creates secret keys: without one of them nothing can be restored',
          },
        ]
      : []),
    ...bucketSteps(store, quote),
    ...(store.provider === 's3'
      ? [
          {
            id: 'identity',
            title:
              "The machine's own identity; then make its access key in your own shell (aws iam create-access-key prints a secret) and write it into /etc/backups/env",
            command:
              'aws iam create-user --user-name backup-writer && aws iam put-user-policy --user-name backup-writer --policy-name backup --policy-document file://backup-policy.json',
            effects: 'creates a user that can write and read the backups, not delete them',
          },
        ]
      : []),
    {
      id: 'folders',
      title:
        'Folders; then write the files below to their paths, with their modes, and the variables into /etc/backups/env (NAME=value, a line each)',
      command: `sudo install -d -m 0755 ${HOME} && sudo install -d -m 0700 /etc/backups /var/lib/backups && sudo touch /etc/backups/env && sudo chmod 0600 /etc/backups/env`,
      effects: 'creates folders and an empty file',
    },
    ...planned
      .filter(({ engine }) => engine.ownStore)
      .map(
        (one): PlanStep => ({
          id: `init.${one.source.slug}`,
          title: `Prepare the repository of ${one.source.slug}`,
          command: `sudo ${one.script} init`,
          effects: 'creates a restic repository in the bucket',
        }),
      ),
    ...pitr,
    ...each((one) => `First backup of ${one.source.slug}`, 'backup', 'reads the data, writes objects; billed', 'backup'),
    ...each(
      (one) => `First drill of ${one.source.slug}${encrypted ? '; best on another machine, since it needs a secret key' : ''}`,
      'drill',
      'restores into a throwaway place, which it removes again; egress is billed',
      'drill',
    ).map((step) => ({
      ...step,
      command: encrypted ? step.command.replace('sudo ', 'sudo AGE_IDENTITY="${AGE_IDENTITY:?}" ') : step.command,
    })),
    ...[...new Set(enables)].map(
      (command, i): PlanStep => ({
        id: `enable.${planned[i]?.source.slug ?? i}`,
        title: 'Start the schedule, once the drill has passed',
        command,
        effects: 'backups run from now on',
      }),
    ),
    ...each(
      (one) => `Now and then, as an identity that may delete: prune ${one.source.slug} (without --delete it only lists)`,
      'prune --delete',
      'deletes backups outside the retention for good',
      'prune',
    ).map((step) => ({ ...step, destructive: true as const })),
  ];
}

function describe(one: Planned, input: BackupInput, keep: Kept) {
  const { source, engine, reach: reached } = one;
  const managed = source.managed !== undefined;
  return {
    name: source.name,
    engine: source.engine,
    method: managed ? `the provider's point-in-time restore, and a weekly dump into another account (${engine.method})` : engine.method,
    why: managed ? `the point-in-time restore is the shortest loss, but it goes with the account; ${engine.why}` : engine.why,
    rejected: engine.rejected,
    schedule: `${calendar(one.when)} (every ${showMinutes(reached.intervalMinutes)}; table of the skill: ${one.frequency})`,
    asked: { rpoMinutes: input.rpo ?? null, rtoMinutes: input.rto ?? null },
    reachable: {
      rpoMinutes: reached.rpoMinutes,
      rpo: reached.rpoFormula,
      rtoMinutes: reached.rtoMinutes,
      rto: reached.rtoFormula,
      measure: `${one.script} drill prints the seconds and the age`,
    },
    verdict: reached.verdict,
    notes: reached.notes,
    notScripted: reached.instead,
    retention: keep,
  };
}

function scenarios(planned: readonly Planned[], quote: Quote) {
  return planned.flatMap((one) => {
    const { source, engine, script } = one;
    const key = engine.ownStore ? '' : 'AGE_IDENTITY="${AGE_IDENTITY:?}" ';
    const restore = `sudo ${key}${script} restore`;
    const live = quote(source.path ?? source.name);
    const named = engine.dataset === 'database' ? ` --into ${live}${source.engine === 'mysql' ? '' : ' --roles'}` : '';
    return [
      {
        scenario: `${source.slug}: same place`,
        commands: [
          `${script} list`,
          `${restore}   # beside the live data; it prints where`,
          ...(engine.swap.some((command) => command.includes('RESTORED')) ? [`LIVE=${live} RESTORED=   # what it printed`] : []),
          ...engine.swap,
        ],
      },
      {
        scenario: `${source.slug}: another place, machine lost`,
        commands: [
          '# new machine: install the tools, write the same files, /etc/backups/env with new keys; fetch the secret key from its holder',
          `${restore}${named}`,
        ],
      },
      ...(engine.one.length > 0
        ? [
            {
              scenario: `${source.slug}: one table or file`,
              commands: [
                restore,
                ...(engine.one.some((command) => command.includes('TABLE'))
                  ? [`LIVE=${live} RESTORED= TABLE=   # what it printed, and what you want`]
                  : []),
                ...engine.one,
              ],
            },
          ]
        : []),
    ];
  });
}

function environment(planned: readonly Planned[], store: Store, pingEnv: string, encrypted: boolean) {
  const all = [
    { name: 'AWS_ACCESS_KEY_ID', purpose: `${store.title}: key that may write and read, not delete`, secret: true },
    { name: 'AWS_SECRET_ACCESS_KEY', purpose: 'its secret', secret: true },
    ...(store.region === undefined ? [{ name: 'AWS_REGION', purpose: 'region of the bucket', secret: false }] : []),
    { name: pingEnv, purpose: "address of the dead man's switch, and NAME_DRILL for drills", secret: true },
    ...(encrypted
      ? [
          {
            name: 'AGE_RECIPIENTS',
            purpose: 'file with public keys, default /etc/backups/recipients; checked before every run',
            secret: false,
          },
          { name: 'AGE_IDENTITY', purpose: 'file with a secret key; only where a restore or a drill runs', secret: false },
        ]
      : []),
    ...planned.flatMap(({ engine }) => engine.env),
  ];
  return all.filter((one, i) => all.findIndex((other) => other.name === one.name) === i);
}

function tools(planned: readonly Planned[], encrypted: boolean) {
  const needed = [
    { program: 'bash', apt: 'bash', brew: 'bash' },
    { program: 'aws', apt: 'awscli', brew: 'awscli' },
    { program: 'curl', apt: 'curl', brew: 'curl' },
    ...(encrypted ? [{ program: 'age', apt: 'age', brew: 'age' }] : []),
    ...planned.flatMap(({ engine }) => engine.tools),
  ].slice(1);
  return needed
    .filter((one, i) => needed.findIndex(({ program }) => program === one.program) === i)
    .map(({ program, apt, brew }) => ({ program, install: { linux: `sudo apt-get install ${apt}`, darwin: `brew install ${brew}` } }));
}

function gaps(planned: readonly Planned[]): string[] {
  return [
    ...planned.flatMap(({ source, engine }) => engine.gaps.map((gap) => `${source.slug}: ${gap}`)),
    'the secret age keys, /etc/backups/env and passwords: in no backup; sealed, with two holders',
    'what is not in sources: server and container configuration, certificates, DNS, uploads, the provider account itself',
    'the manifest is not signed: who can write to the bucket can add a backup, though not read one',
  ];
}

function rule(planned: readonly Planned[], store: Store) {
  const pitr = planned.every(({ source }) => source.managed !== undefined);
  return [
    {
      point: '3 copies',
      state: pitr ? 'yes' : 'no',
      note: pitr ? "live, the provider's, this bucket" : 'live and this bucket: add a second bucket at another provider, or snapshots',
    },
    { point: '2 kinds of storage', state: 'yes', note: 'disk and object storage' },
    { point: '1 off-site', state: 'open', note: `yes, if ${store.bucket} is in another account than the data` },
    {
      point: '1 immutable',
      state: store.lockDays === undefined ? 'no' : 'yes',
      note: store.lockDays === undefined ? 'give target.objectLockDays' : `Object Lock, ${store.lockDays} days, GOVERNANCE`,
    },
    { point: '0 errors', state: 'open', note: 'until the first drill has passed' },
  ];
}

function assumptions(planned: readonly Planned[], input: BackupInput, store: Store, scheduler: Scheduler): string[] {
  return [
    ...planned.flatMap(({ source, reach: { intervalMinutes }, frequency }) => [
      ...(input.rpo === undefined
        ? [
            `${source.slug}: ${source.managed ? 'weekly' : frequency.toLowerCase()}, as the skill's table has it${intervalMinutes === 1440 && /every/i.test(frequency) ? ' (pushes), with a bundle every day' : ''}`,
          ]
        : []),
      ...(source.sizeGb === undefined && source.compressedGb === undefined
        ? [`${source.slug}: its size is not given: 10 GB for durations; cost and restore time stay unknown`]
        : []),
      ...(source.host === undefined &&
      source.container === undefined &&
      ['postgresql', 'mysql', 'mariadb', 'redis', 'valkey', 'mongodb'].includes(source.engine)
        ? [`${source.slug}: the server is on this machine`]
        : []),
    ]),
    'throughputs are judgement (dump 30, upload 20, download 20, load 15 MB/s; compressed a third): a drill replaces them',
    ...(input.retention === undefined ? ['retention 7 daily, 4 weekly, 12 monthly'] : []),
    ...(store.region === undefined ? ["the bucket's region is in AWS_REGION"] : []),
    ...(input.schedule === undefined ? [`scheduler: ${scheduler}`] : []),
    ...(input.drillEvery === undefined ? ['a drill every month'] : []),
  ];
}

function warnings(
  planned: readonly Planned[],
  input: BackupInput,
  store: Store,
  recipients: number,
  pingEnv: string,
  os: string,
  encrypted: boolean,
): string[] {
  return [
    'Unprotected until the first backup and the first drill have passed.',
    ...(encrypted && recipients === 0
      ? ['No age recipients given: every run stops until /etc/backups/recipients names one. Nothing is sent unencrypted.']
      : []),
    ...(encrypted && recipients === 1
      ? ['One age recipient: if its key is lost, so are all backups. Add a second, sealed, with another holder.']
      : []),
    ...(input.pingUrlEnv === undefined ? [`Set ${pingEnv}, or nobody hears of a run that fails or never starts.`] : []),
    ...planned.flatMap(({ engine }) => engine.warnings ?? []),
    ...planned.flatMap(({ source }) =>
      source.version === undefined ? [] : [`${source.slug}: client tools of version ${source.version} or newer.`],
    ),
    ...(store.endpoint?.startsWith('http:')
      ? ['The endpoint has no TLS: anybody on the way sees names and sizes and can alter answers.']
      : []),
    ...(store.provider === 'b2' || store.provider === 'r2' || store.provider === 'other'
      ? [
          `${store.title}: not every S3 store takes every bucket command above; where one is refused, set it in the store's console (uploads cut off, versions, a key without the right to delete).`,
        ]
      : []),
    ...(os === 'darwin' ? ['launchd skips runs while the Mac is off; the alarm on silence has to notice.'] : []),
  ];
}

function confirm(planned: readonly Planned[], store: Store, cost: Cost): string {
  const price =
    cost.totals.length === 0 || !cost.totals.some(({ complete }) => complete)
      ? 'cost unknown'
      : cost.totals.map((one) => `about ${one.monthly} ${one.currency} a month`).join(' and ');
  return `Back up ${planned.map(({ source }) => source.slug).join(', ')} to ${store.title}, bucket ${store.bucket} (created where missing, its lifecycle rules replaced; ${price}), then run a first backup and a first drill? Pruning deletes for good and needs a yes of its own.`;
}
