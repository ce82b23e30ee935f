import type { Skill } from '../../skill/load.ts';
import { assumptions, confirm, describe, gaps, monitoring, retentionOf, rule, warnings } from './advice.ts';
import { policy } from './bucket.ts';
import { estimate } from './cost.ts';
import type { Needed } from './engines/engine.ts';
import { engines, logEngines } from './engines/index.ts';
import type { BackupInput, Source } from './input.ts';
import { reach } from './objectives.ts';
import { configOf, KEEP_LAST, LOG_DAYS, needsKey, type Planned, repositoryOf, UNIX } from './planned.ts';
import { scenarios } from './restores.ts';
import { objectsHeld } from './retention.ts';
import { drillTimes, type File, times } from './schedule.ts';
import type { Quote } from './script.ts';
import { scriptFiles } from './scripts.ts';
import { provided } from './snapshots.ts';
import { DEFAULT_RETENTION, readSources } from './sources.ts';
import { oneTime } from './steps.ts';
import { readStore, type Store } from './store.ts';
import { type Job, units } from './units.ts';
import { windowsEngines } from './windows/engines.ts';
import { tasks, windowsFiles, windowsScenarios, windowsScript, windowsSteps } from './windows/plan.ts';

export interface BackupContext {
  readonly today: string;
  readonly strategy: Skill['backupStrategy'];
  readonly quote: Quote;
  /** A word of a PowerShell command, and a value in an expression, where a bare word would be a command. */
  readonly powershell: { readonly quote: Quote; readonly literal: Quote };
}

const DRILL_MINUTES = 43_200;
const MONTH_MINUTES = 43_800;

export type BackupPlan = Awaited<ReturnType<typeof planBackups>>;

/** The whole plan. @throws InputError that names the field. */
export async function planBackups(input: BackupInput, { today, strategy, quote: quoteBash, powershell }: BackupContext) {
  const sources = readSources(input);
  const { immutableDays, ...counts } = input.retention ?? {};
  const store = readStore(input.target, immutableDays);
  const retention = { ...DEFAULT_RETENTION, ...dropUndefined(counts) };
  const windows = input.os === 'win32';
  const config = configOf(input.os);
  const quote = windows ? powershell.quote : quoteBash;
  const scheduler = input.schedule ?? ({ linux: 'systemd', darwin: 'launchd', win32: 'taskscheduler' } as const)[input.os ?? 'linux'];
  const drillMinutes = input.drillEvery || DRILL_MINUTES;
  const pingEnv = input.pingUrlEnv ?? 'BACKUP_PING_URL';
  const recipients = input.encryption?.recipients ?? [];

  const own = sources.filter((source) => !byProvider(source));
  const theirs = sources.filter(byProvider).map((source) => ({ source, ...provided(source) }));
  const planned = own.map((source) => planSource(source, store, strategy, input));

  const jobs = planned.flatMap((one): Job[] => [
    { one, task: 'backup', when: one.when },
    ...(one.reach.logMinutes === undefined
      ? []
      : [{ one, task: 'log' as const, when: { minute: 0, hours: [], every: one.reach.logMinutes } }]),
    { one, task: 'drill', when: drillTimes(one.source, drillMinutes) },
  ]);
  const timers = scheduler === 'taskscheduler' ? tasks(jobs) : units(jobs, scheduler);
  const files: File[] = [
    ...(windows
      ? windowsFiles(planned, store, retention, pingEnv, powershell.literal)
      : scriptFiles(planned, store, retention, pingEnv, quote)),
    ...timers.files,
    ...(recipients.length > 0 && planned.some(needsKey)
      ? [
          {
            path: `${config}recipients`,
            mode: '0644',
            purpose: 'age public keys',
            text: `${recipients.join('\n')}\n`,
          },
        ]
      : []),
    ...(store.provider === 's3' && planned.length > 0
      ? [
          {
            path: 'backup-policy.json',
            mode: '0644',
            purpose: "rights of the machine's key: no deleting",
            text: policy(
              store,
              planned.filter(({ repository }) => repository !== undefined).map(({ base }) => base),
            ),
          },
        ]
      : []),
  ];

  const held = objectsHeld(retention);
  const cost = await estimate(
    store,
    planned.map((one) => ({
      source: one.source,
      // Of several backups a day, those of the last day that only their number keeps.
      objects: held.most + Math.max(0, Math.min(one.keepLast, Math.round(1440 / one.reach.intervalMinutes)) - 1),
      runsPerMonth: Math.round(MONTH_MINUTES / one.reach.intervalMinutes),
      drillsPerMonth: MONTH_MINUTES / drillMinutes,
      logDays: one.reach.logMinutes === undefined ? 0 : LOG_DAYS + one.reach.intervalMinutes / 1440,
    })),
    today,
    input.prices,
  );

  return {
    shell: windows ? ('powershell' as const) : ('bash' as const),
    sources: [
      ...planned.map((one) => describe(one, input)),
      ...theirs.map(({ source, method, why, rejected, rpoMinutes }) => ({
        name: source.name,
        engine: source.engine,
        method,
        why,
        rejected,
        schedule: "the provider's",
        asked: { rpoMinutes: input.rpo ?? null, rtoMinutes: input.rto ?? null },
        reachable: {
          rpoMinutes,
          rpo: 'its interval and its window',
          rtoMinutes: null,
          rto: 'unknown: a drill measures it',
          measure: 'restore beside it, with a stopwatch',
        },
        verdict: input.rpo === undefined ? ('not asked' as const) : rpoMinutes > input.rpo ? ('missed' as const) : ('met' as const),
        notes: [],
        notScripted: [],
      })),
    ],
    files,
    steps: [
      ...theirs.flatMap(({ steps }) => steps),
      ...(planned.length === 0 ? [] : (windows ? windowsSteps : oneTime)(planned, store, recipients.length, timers, quote)),
    ],
    restore: [...theirs.map(({ restore }) => restore), ...(windows ? windowsScenarios(planned, store) : scenarios(planned, store, quote))],
    env: environment(planned, store, pingEnv, config),
    tools: tools(planned, store, input.os ?? 'linux'),
    monitoring: monitoring(planned, pingEnv, drillMinutes),
    retention: retentionOf(planned, retention, held, windows),
    cost,
    gaps: [...theirs.flatMap((one) => one.gaps), ...gaps(planned, config)],
    rule32110: rule(planned, store),
    assumptions: assumptions(planned, input, store, scheduler),
    warnings: warnings(planned, input, store, pingEnv),
    confirm: confirm(
      sources.map(({ slug }) => slug),
      store,
      cost,
    ),
  };
}

/** Servers, and volumes that are named by their provider and not by a path. */
const byProvider = ({ engine, managed, path }: Source): boolean =>
  engine === 'server' || (engine === 'volume' && managed !== undefined && path === undefined);

/** A server's log can be sent where the server is on this Linux machine: its files and its spool are then at hand. */
const canLog = ({ engine, host, container, managed }: Source, store: Store): boolean =>
  logEngines[engine] !== undefined &&
  managed === undefined &&
  container === undefined &&
  (host === undefined || host.startsWith('/')) &&
  store.repository === undefined;

function planSource(raw: Source, store: Store, strategy: Skill['backupStrategy'], input: BackupInput): Planned {
  const windows = input.os === 'win32';
  const make = engines[raw.engine as Exclude<Source['engine'], 'server'>];
  const dumped = make(raw);
  const frequency = strategy.find(({ data }) => dumped.row.test(data))?.frequency ?? 'Daily';
  const reached = reach(raw, frequency, {
    rpo: input.rpo,
    rto: input.rto,
    bandwidthMbit: input.bandwidthMbit,
    log: (input.os ?? 'linux') === 'linux' && canLog(raw, store),
  });
  const { logMinutes } = reached;
  const source = logMinutes === undefined ? raw : { ...raw, logMinutes };
  const engine = logMinutes === undefined ? dumped : (logEngines[raw.engine] ?? make)(source);
  const base = `${store.prefix}${source.slug}`;
  const repository = repositoryOf(engine, store, base);
  return {
    source,
    engine,
    reach: reached,
    script: windows ? windowsScript(source.slug) : `${UNIX.scripts}/${source.slug}.sh`,
    base,
    ...(repository === undefined ? {} : { repository }),
    when: times(source, reached.intervalMinutes),
    // Ample, but never so long that two runs meet.
    limitSeconds: Math.min(Math.max(reached.durationMinutes * 4, 60), reached.intervalMinutes) * 60,
    keepLast: Math.max(KEEP_LAST, Math.ceil(1440 / reached.intervalMinutes)),
    frequency,
  };
}

function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

function environment(planned: readonly Planned[], store: Store, pingEnv: string, config: string) {
  const all = [
    ...(store.repository === undefined
      ? [
          { name: 'AWS_ACCESS_KEY_ID', purpose: `${store.title}: key that may write and read, not delete`, secret: true },
          { name: 'AWS_SECRET_ACCESS_KEY', purpose: 'its secret', secret: true },
          ...(store.region === undefined ? [{ name: 'AWS_REGION', purpose: 'region of the bucket', secret: false }] : []),
        ]
      : []),
    { name: pingEnv, purpose: "address of the dead man's switch, and NAME_DRILL, NAME_LOG for drills and logs", secret: true },
    ...(planned.some(needsKey)
      ? [
          {
            name: 'AGE_RECIPIENTS',
            purpose: `file with public keys, default ${config}recipients; checked before every run`,
            secret: false,
          },
          { name: 'AGE_IDENTITY', purpose: 'file with a secret key; only where a restore or a drill runs', secret: false },
        ]
      : []),
    ...(planned.some(({ repository }) => repository !== undefined)
      ? [
          {
            name: 'RESTIC_PASSWORD_FILE',
            purpose: `file with the repository's password, default ${config}restic-password; lost = all is lost: two holders`,
            secret: false,
          },
        ]
      : []),
    ...planned.flatMap(({ engine }) => engine.env),
  ];
  return all.filter((one, i) => all.findIndex((other) => other.name === one.name) === i);
}

function tools(planned: readonly Planned[], store: Store, os: 'linux' | 'darwin' | 'win32') {
  const windows = os === 'win32';
  const needed: Needed[] = [
    ...(store.repository === undefined ? [{ program: 'aws', apt: 'awscli', brew: 'awscli', winget: 'Amazon.AWSCLI' }] : []),
    ...(windows
      ? [{ program: 'pwsh', apt: 'powershell', brew: 'powershell', winget: 'Microsoft.PowerShell' }]
      : [{ program: 'curl', apt: 'curl', brew: 'curl' }]),
    ...(planned.some(needsKey) ? [{ program: 'age', apt: 'age', brew: 'age', winget: 'FiloSottile.age' }] : []),
    ...(planned.some(({ repository }) => repository !== undefined)
      ? [{ program: 'restic', apt: 'restic', brew: 'restic', winget: 'restic.restic' }]
      : []),
    ...planned.flatMap(({ source, engine }) => (windows ? (windowsEngines[source.engine]?.(source).tools ?? []) : engine.tools)),
  ];
  return needed
    .filter((one, i) => needed.findIndex(({ program }) => program === one.program) === i)
    .map(({ program, apt, brew, winget }) => ({
      program,
      install: { linux: `sudo apt-get install ${apt}`, darwin: `brew install ${brew}`, win32: `winget install --id ${winget}` }[os],
    }));
}
