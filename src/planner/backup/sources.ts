import { InputError, type Problem } from '../../core/errors.ts';
import type { BackupInput, EngineId, Source } from './input.ts';
import { libraries } from './lib/index.ts';

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

/** Sources in one plan: what one machine backs up, and an answer that can still be read. */
const MOST = 100;

/** Names, ids, and what each engine needs. @throws InputError with every problem. */
export function readSources(input: BackupInput): Source[] {
  const problems: Problem[] = [];
  const wrong = (field: string, message: string): void => {
    problems.push({ field, message });
  };
  if (input.sources.length === 0) wrong('sources', 'is empty; name at least one, like {"engine":"postgresql","name":"app"}.');
  if (input.sources.length > MOST)
    throw new InputError({
      field: 'sources',
      message: `holds ${input.sources.length}; at most ${MOST} in one plan: make a plan for each machine.`,
    });
  // A database called log must not write over what all scripts share.
  const used = new Set(Object.keys(libraries).map((file) => file.replace(/\.sh$/, '')));
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
    if (managed === 'hetzner' && engine === 'volume' && raw.path === undefined)
      wrong(`${at}.managed`, 'Hetzner has no snapshots of a volume: give its mount path instead, and its files are backed up.');
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
    return {
      ...rest,
      name: name ?? engine,
      slug,
      ...(managed === undefined || (engine === 'volume' && raw.path !== undefined) ? {} : { managed }),
    };
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
