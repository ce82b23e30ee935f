import * as z from 'zod';
import { isPrintable } from '../../core/command.ts';
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
