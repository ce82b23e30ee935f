import * as z from 'zod';
import { isPrintable } from '../../core/command.ts';
import { InputError, type Problem } from '../../core/errors.ts';
import { list } from '../../resources/fields.ts';
import { minutes } from './time.ts';

export const engineIds = [
  'postgresql',
  'mysql',
  'mariadb',
  'redis',
  'valkey',
  'mongodb',
  'sqlite',
  'files',
  'volume',
  'server',
  'config',
] as const;
export type EngineId = (typeof engineIds)[number];

/*
 * Checks are refinements rather than patterns and bounds: those would stand in the schema that every chat reads, and
 * their messages say more.
 */
const matching = (pattern: RegExp, problem: string) =>
  z.string().refine((value) => isPrintable(value) && value.length <= 1024 && pattern.test(value), problem);
const text = matching(/./, 'is empty, longer than 1024 characters, or has a control character');
const numeric = (value: unknown): unknown => (typeof value === 'string' && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : value);
const gb = z.preprocess(
  numeric,
  z.number().refine((value) => value > 0 && value <= 1_000_000, 'is no number of GB above 0'),
);
const whole = (min: number, max: number) =>
  z.preprocess(
    numeric,
    z.number().refine((value) => Number.isInteger(value) && value >= min && value <= max, `is no whole number from ${min} to ${max}`),
  );

/** Other names for an engine. */
const ALIASES: Readonly<Record<string, EngineId>> = {
  postgres: 'postgresql',
  pg: 'postgresql',
  psql: 'postgresql',
  pgsql: 'postgresql',
  database: 'postgresql',
  db: 'postgresql',
  mongo: 'mongodb',
  sqlite3: 'sqlite',
  file: 'files',
  folder: 'files',
  directory: 'files',
  dir: 'files',
  uploads: 'files',
  volumes: 'volume',
  dockervolume: 'volume',
  blockstorage: 'volume',
  disk: 'volume',
  vm: 'server',
  vps: 'server',
  droplet: 'server',
  instance: 'server',
  git: 'config',
  configs: 'config',
  configuration: 'config',
  repository: 'config',
};

const camel = (key: string): string => key.replace(/[-_]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** An object whose field names may be written with dashes or underscores; null is the same as left out. */
function fields<T extends z.ZodRawShape>(shape: T) {
  return z.preprocess(
    (value) =>
      value !== null && typeof value === 'object' && !Array.isArray(value)
        ? Object.fromEntries(
            Object.entries(value)
              .filter(([, item]) => item !== null)
              .map(([key, item]) => [camel(key), item]),
          )
        : value,
    z.strictObject(shape),
  );
}

/** The same, advertised as any object: its description names the fields, in fewer characters than a schema. */
function described<T extends z.ZodRawShape>(description: string, shape: T) {
  const loose = z.preprocess((value) => value, z.record(z.string(), z.unknown()));
  return loose
    .pipe(fields(shape) as z.ZodType<z.output<ReturnType<typeof fields<T>>>, Record<string, unknown>>)
    .optional()
    .describe(description);
}

/** One of a list of words, in any case, with its other names. */
function word<const T extends readonly string[]>(allowed: T, aliases: Readonly<Record<string, T[number]>> = {}) {
  return z.preprocess((value) => {
    if (typeof value !== 'string') return value;
    const plain = value
      .trim()
      .toLowerCase()
      .replace(/[\s_-]+/g, '');
    return (
      (Object.hasOwn(aliases, plain) ? aliases[plain] : undefined) ?? allowed.find((one) => one === plain) ?? value.trim().toLowerCase()
    );
  }, z.enum(allowed));
}

/** A path from the root: one that begins with a dash, or depends on the current folder, means something else to a timer. */
const path = matching(/^(?:\/|[A-Za-z]:\\)/, 'has to be a whole path, beginning with / or a drive like C:\\');
const plainName = (what: string) =>
  matching(
    /^[A-Za-z0-9][A-Za-z0-9_.-]*$/,
    `is no name of a ${what}: letters, digits, dots, dashes and underscores, beginning with a letter or a digit`,
  );

const source = fields({
  engine: word(engineIds, ALIASES),
  name: matching(/^.{1,63}$/, 'is no name: 1 to 63 characters, none of them a control character').optional(),
  sizeGb: gb.optional(),
  compressedGb: gb.optional(),
  changeGbPerDay: gb.optional(),
  logGbPerDay: gb.optional(),
  largeObjects: z.boolean().optional(),
  version: z
    .preprocess(
      (value) => (typeof value === 'number' ? String(value) : value),
      matching(/^\d+(?:\.\d+)*$/, 'is no version like 16 or 10.11'),
    )
    .optional(),
  managed: z.union([z.boolean(), text]).optional().describe('provider or true'),
  host: matching(/^[A-Za-z0-9/][A-Za-z0-9._:/-]*$/, 'is no host name, address or socket folder').optional(),
  path: path.optional(),
  container: plainName('container').optional(),
});

const target = z.preprocess(
  (value) => {
    if (typeof value === 'string' && /^(?:\/|sftp:|rest:)/.test(value.trim())) return { provider: 'restic', repository: value.trim() };
    const named = typeof value === 'string' ? /^(?:([a-z0-9]+):\/\/)?([^/\s]+)(?:\/(.*))?$/.exec(value.trim()) : null;
    return named === null ? value : { provider: named[1] ?? 's3', bucket: named[2], ...(named[3] ? { prefix: named[3] } : {}) };
  },
  fields({
    provider: word(['s3', 'b2', 'r2', 'hetzner', 'digitalocean', 'other', 'storagebox', 'restic'], {
      sftp: 'storagebox',
      hetznerstoragebox: 'storagebox',
      repository: 'restic',
      local: 'restic',
      rest: 'restic',
      aws: 's3',
      amazon: 's3',
      amazons3: 's3',
      backblaze: 'b2',
      backblazeb2: 'b2',
      cloudflare: 'r2',
      cloudflarer2: 'r2',
      do: 'digitalocean',
      spaces: 'digitalocean',
      minio: 'other',
      ceph: 'other',
      s3compatible: 'other',
    }).optional(),
    bucket: text.optional(),
    repository: matching(
      /^(?:\/|sftp:|rest:https?:\/\/)[^\s'"$`\\]+$/,
      'is no restic repository like /mnt/backup, sftp://user@host:23/backup or rest:https://host/x',
    ).optional(),
    region: matching(/^[a-z0-9][a-z0-9-]*$/, 'is no region like eu-central-1').optional(),
    prefix: z
      .preprocess(
        (value) => (typeof value === 'string' ? value.replace(/^\/+|\/+$/g, '') : value),
        matching(
          /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*)?$/,
          'is no prefix: letters, digits, dots, dashes and underscores, with / between',
        ),
      )
      .optional(),
    endpoint: matching(/^https?:\/\/[A-Za-z0-9.-]+(?::\d+)?\/?$/, 'is no address like https://s3.example.com').optional(),
    objectLockDays: whole(1, 36_500).optional(),
  }),
);

const price = z.preprocess(
  numeric,
  z.number().refine((value) => value >= 0 && value <= 1000, 'is no price per GB'),
);

const recipient = matching(
  /^(?:age1[02-9ac-hj-np-z]{58}|ssh-(?:ed25519|rsa) [A-Za-z0-9+/=]+(?: .*)?)$/,
  'is no age recipient: a public key like age1..., or an SSH public key',
);

export const backupInput = z.strictObject({
  sources: list(source),
  rpo: minutes.optional().describe('"24h"'),
  rto: minutes.optional(),
  target: target.optional(),
  retention: described('daily 7, weekly 4, monthly 12, yearly 0, immutableDays', {
    daily: whole(0, 3650).optional(),
    weekly: whole(0, 520).optional(),
    monthly: whole(0, 240).optional(),
    yearly: whole(0, 50).optional(),
    immutableDays: whole(1, 36_500).optional(),
  }),
  encryption: described('recipients: two age public keys', { recipients: list(recipient).optional() }),
  os: word(['linux', 'darwin', 'win32'], { macos: 'darwin', mac: 'darwin', osx: 'darwin', windows: 'win32', win: 'win32' }).optional(),
  schedule: word(['systemd', 'cron', 'launchd', 'taskscheduler'], {
    systemdtimer: 'systemd',
    timer: 'systemd',
    crontab: 'cron',
    schtasks: 'taskscheduler',
    task: 'taskscheduler',
  }).optional(),
  drillEvery: minutes.optional(),
  bandwidthMbit: z
    .preprocess(
      numeric,
      z.number().refine((value) => value > 0 && value <= 1_000_000, 'is no number of Mbit/s above 0'),
    )
    .optional(),
  prices: described('per GB: storage, egress; currency, asOf', {
    storage: price.optional(),
    egress: price.optional(),
    currency: matching(/^[A-Z]{3}$/, 'is no currency like EUR'),
    asOf: matching(/^\d{4}-\d{2}(?:-\d{2})?$/, 'is no date like 2026-11-23'),
  }),
  pingUrlEnv: matching(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'is no name of an environment variable').optional(),
});

export type BackupInput = z.output<typeof backupInput>;
export type Target = z.output<typeof target>;

/** A source as the planner works with it: named, and with an id that is safe in file names, units and object keys. */
export interface Source extends Omit<z.output<typeof source>, 'name' | 'managed'> {
  readonly name: string;
  readonly slug: string;
  /** The provider that runs the database. */
  readonly managed?: 'aws' | 'digitalocean' | 'hetzner' | 'unnamed';
  /** Set where the log is sent between backups: every so many minutes. */
  readonly logMinutes?: number;
}

const SERVERS: readonly EngineId[] = ['postgresql', 'mysql', 'mariadb', 'redis', 'valkey', 'mongodb'];
const MANAGED = new Map<string, NonNullable<Source['managed']>>(
  Object.entries({
    true: 'unnamed',
    aws: 'aws',
    rds: 'aws',
    amazon: 'aws',
    aurora: 'aws',
    do: 'digitalocean',
    digitalocean: 'digitalocean',
    hetzner: 'hetzner',
    hcloud: 'hetzner',
  } as const),
);

/** Names, ids, and what each engine needs. @throws InputError with every problem. */
export function readSources(input: BackupInput): Source[] {
  const problems: Problem[] = [];
  const wrong = (field: string, message: string): void => {
    problems.push({ field, message });
  };
  if (input.sources.length === 0) wrong('sources', 'is empty; name at least one, like {"engine":"postgresql","name":"app"}.');
  const used = new Set<string>();
  const sources = input.sources.map((raw, i): Source => {
    const at = `sources[${i}]`;
    const { managed: runBy, ...rest } = raw;
    const { engine } = raw;
    const named = engine === 'volume' && raw.path === undefined ? undefined : raw.path?.split(/[/\\]/).filter(Boolean).at(-1);
    const name = raw.name ?? named ?? (engine === 'redis' || engine === 'valkey' || engine === 'mongodb' ? engine : undefined);
    if (name === undefined)
      wrong(
        `${at}.name`,
        `is missing; ${engine} needs ${raw.path === undefined && !SERVERS.includes(engine) ? 'a path, or a volume its name' : 'the name of the database'}.`,
      );
    if ((engine === 'sqlite' || engine === 'files') && raw.path === undefined)
      wrong(`${at}.path`, `is missing; ${engine} needs the whole path, like /var/lib/app/app.db.`);
    if (engine === 'volume' && raw.path === undefined && raw.name !== undefined && !/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(raw.name))
      wrong(`${at}.name`, 'is no name of a docker volume.');
    if (raw.container !== undefined && !SERVERS.includes(engine))
      wrong(
        `${at}.container`,
        `${engine} is not read through a container; give the path on the host, or the engine of the database in it.`,
      );
    if (raw.container !== undefined && raw.host !== undefined) wrong(`${at}.host`, 'a container and a host exclude each other.');
    const managed =
      runBy === undefined || runBy === false || runBy === 'false' ? undefined : MANAGED.get(String(runBy).toLowerCase().trim());
    if (runBy !== undefined && runBy !== false && runBy !== 'false' && managed === undefined)
      wrong(
        `${at}.managed`,
        'no managed databases are known of that provider; it is aws, digitalocean or true; of a volume or a server, hetzner too.',
      );
    if (managed === 'hetzner' && SERVERS.includes(engine)) wrong(`${at}.managed`, 'Hetzner sells no managed databases: leave it out.');
    if (engine === 'server' && (managed === undefined || managed === 'unnamed'))
      wrong(`${at}.managed`, 'is missing; a server needs its provider: hetzner, aws or digitalocean.');
    if (managed === 'unnamed' && engine === 'volume') wrong(`${at}.managed`, 'has to name the provider of the volume.');
    if (managed !== undefined && !SERVERS.includes(engine) && engine !== 'server' && engine !== 'volume')
      wrong(`${at}.managed`, `${engine} is no database that a provider manages.`);
    if (managed !== undefined && SERVERS.includes(engine) && raw.host === undefined)
      wrong(`${at}.host`, 'is missing; the weekly dump of a managed database needs its address.');
    if (raw.compressedGb !== undefined && raw.sizeGb !== undefined && raw.compressedGb > raw.sizeGb)
      wrong(`${at}.compressedGb`, 'is more than sizeGb.');
    const base =
      (name ?? engine)
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 24)
        .replace(/-+$/, '') || engine;
    let slug = base;
    for (let n = 2; used.has(slug); n++) slug = `${base}-${n}`;
    used.add(slug);
    return { ...rest, name: name ?? engine, slug, ...(managed === undefined ? {} : { managed }) };
  });
  if (input.rpo === 0) {
    wrong(
      'rpo',
      'no backup reaches 0. Nearest: a synchronous replica (it costs latency on every write, and stops when its peer does) with WAL archiving behind it; from backups alone, ask for 1h, or for 15m to be told what reaches it.',
    );
  }
  const os = input.os ?? 'linux';
  if (os === 'win32') {
    sources.forEach((one, i) => {
      const at = `sources[${i}]`;
      if (['redis', 'valkey'].includes(one.engine) || one.container !== undefined || (one.engine === 'volume' && one.managed === undefined))
        wrong(at, 'runs inside a Linux machine there: plan its backup in that machine (WSL 2, or the docker host), with os "linux".');
      if (one.name.startsWith('-')) wrong(`${at}.name`, 'begins with a dash, which PowerShell hands on as an option.');
    });
  }
  if (os === 'darwin' && input.schedule !== undefined && input.schedule !== 'launchd')
    wrong('schedule', 'macOS has neither systemd nor /etc/cron.d: launchd.');
  if (os === 'linux' && input.schedule !== undefined && !['systemd', 'cron'].includes(input.schedule))
    wrong('schedule', `${input.schedule} is not of Linux: systemd or cron.`);
  if (os === 'win32' && input.schedule !== undefined && input.schedule !== 'taskscheduler') wrong('schedule', 'Windows has taskscheduler.');
  if (os === 'darwin') {
    sources.forEach((one, i) => {
      if (one.engine === 'volume' && one.path === undefined && one.managed === undefined)
        wrong(
          `sources[${i}]`,
          'docker volumes of macOS are inside its virtual machine: give a path on the host, or run this on a Linux docker host.',
        );
    });
  }
  const { immutableDays: _, ...counts } = input.retention ?? {};
  if (Object.values({ ...DEFAULT_RETENTION, ...counts }).every((count) => count === 0)) wrong('retention', 'keeps nothing at all.');
  if (problems.length > 0) throw new InputError(problems);
  return sources;
}

export const DEFAULT_RETENTION = { daily: 7, weekly: 4, monthly: 12, yearly: 0 } as const;
