/** What fails first: the load at which each part of a stack reaches the point where waiting begins. */
import type { Load } from './load.ts';
import { type Need, type Sizing, SYSTEM_GB } from './sizing.ts';
import { isApp, type Stack, targetsOf } from './stack.ts';

export interface Limit {
  readonly what: string;
  /** The load at which it is reached, in words: `83 requests/s`, `41 GB`. */
  readonly at: string;
  /** How many times today's load that is. */
  readonly factor: number;
  readonly working: string;
  /** What shows how near it is. */
  readonly measure: string;
  /** What puts it off. */
  readonly then?: string;
}

/** From here on answers wait for each other (1 / (1 - 0.8) is five times the service time), and a database has nothing for maintenance. */
const FULL = 0.8;
/** Where the system begins to swap, or to end processes. */
const MEMORY_LIMIT = 0.9;
/** PostgreSQL's default max_connections, three of them kept for the administrator. */
const CONNECTIONS = 97;
/** DigitalOcean gives 25 connections per GB of memory, less 3; RDS its memory / 9,531,392 bytes, at most 5,000. */
const connectionsOf = (provider: string, memoryGb: number): number =>
  provider === 'digitalocean'
    ? 25 * memoryGb - 3
    : provider === 'aws'
      ? Math.min(5000, Math.floor((memoryGb * 2 ** 30) / 9_531_392))
      : CONNECTIONS;

const say = (value: number): string => (value >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(2))));

/** Every limit of a stack, the nearest first. */
export function limits(stack: Stack, load: Load, sizing: Sizing): Limit[] {
  const { kind } = load;
  if (kind.id === 'static') return [];
  const found: Limit[] = [];
  const rate = kind.sizedFor === 'peak' ? load.peak : load.average;
  const add = (what: string, at: number, now: number, unit: string, working: string, measure: string, then?: string): void => {
    if (now <= 0 || !Number.isFinite(at)) return;
    found.push({
      what,
      at: `${say(at)} ${unit}`,
      factor: Number((at / now).toPrecision(3)),
      working,
      measure,
      ...(then === undefined ? {} : { then }),
    });
  };
  const size = (one: Readonly<Record<string, unknown>> | undefined): Need | undefined => one?.size as Need | undefined;
  const servers = stack.resources.filter((one) => one.kind === 'server');
  const balancer = stack.resources.find((one) => one.kind === 'load_balancer');
  const apps = balancer === undefined ? servers.filter(isApp) : servers.filter((one) => targetsOf(balancer).includes(one.name));
  const app = size(apps[0]);
  const left = Math.max(1, apps.length - 1);
  const unit = `${kind.unit}/s`;
  const own = servers.find((one) => !isApp(one));
  const managed = stack.resources.find((one) => one.kind === 'database');
  const database = size(managed ?? own);
  const split = database !== undefined;
  const group = !split ? 'server' : balancer === undefined ? 'workers' : 'application servers';
  const lost = apps.length > 1 ? ' with one server gone' : '';
  if (app !== undefined && load.cpuSeconds > 0) {
    const each = load.cpuSeconds * (split ? 1 : 1 + kind.databaseCpu);
    add(
      `processors of the ${group}${lost}`,
      (left * app.vcpu * FULL) / each,
      rate,
      unit,
      `${left} x ${app.vcpu} vCPU x ${FULL * 100} % / ${Number(each.toPrecision(3))} s`,
      '`vmstat 60 10`: 100 - id',
    );
  }
  if (app !== undefined && load.requestSeconds > 0) {
    const hot = split ? 0 : load.dataGb * kind.hot;
    const base = Math.max(SYSTEM_GB, load.baseGb) * left;
    const free = app.memoryGb * left * MEMORY_LIMIT - base - hot - load.connections * kind.connectionGb;
    if (free > 0)
      add(
        `memory of the ${group} for workers${lost}`,
        free / kind.workerGb / load.requestSeconds,
        rate,
        unit,
        `${say(free)} GB free / ${kind.workerGb * 1000} MB a worker / ${Number(load.requestSeconds.toPrecision(3))} s`,
        '`free -m`: available',
      );
    if (load.connections > 0 && kind.connectionGb > 0)
      add(
        `memory for connections${lost}`,
        (app.memoryGb * left * MEMORY_LIMIT - base) / kind.connectionGb,
        load.connections,
        'connections',
        `${say(app.memoryGb * left * MEMORY_LIMIT - base)} GB / ${kind.connectionGb * 1e6} KB`,
        '`ss -s`: estab',
      );
  }
  const held = database ?? app;
  if (held !== undefined && load.cpuSeconds > 0 && split && kind.databaseCpu > 0)
    add(
      'processors of the database',
      (held.vcpu * FULL) / (load.cpuSeconds * kind.databaseCpu),
      rate,
      unit,
      `${held.vcpu} vCPU x ${FULL * 100} % / (${load.cpuSeconds} s x ${kind.databaseCpu})`,
      '`SELECT * FROM pg_stat_activity WHERE wait_event IS NULL` and the CPU of its machine',
      replicas(load, (held.vcpu * FULL) / (load.cpuSeconds * kind.databaseCpu), unit),
    );
  if (held !== undefined && load.requestSeconds > 0) {
    const most = managed === undefined ? CONNECTIONS : connectionsOf(stack.provider, held.memoryGb);
    add(
      'database connections (a pooler moves it)',
      (most * FULL) / load.requestSeconds,
      rate,
      unit,
      `${most} x ${FULL * 100} % / ${Number(load.requestSeconds.toPrecision(3))} s, a connection a worker`,
      "`SELECT count(*), current_setting('max_connections') FROM pg_stat_activity`",
    );
  }
  if (held !== undefined && kind.hot > 0) {
    const room = split
      ? held.memoryGb - SYSTEM_GB
      : held.memoryGb - Math.max(SYSTEM_GB, load.baseGb) - Math.max(2, sizing.concurrency) * kind.workerGb;
    add(
      'data that is asked for often no longer fits into memory',
      room / kind.hot,
      load.dataGb,
      'GB of data',
      `${say(room)} GB / ${kind.hot * 100} %`,
      '`SELECT sum(blks_hit)/sum(blks_hit+blks_read) FROM pg_stat_database`: under 0.99',
    );
  }
  add('disk', sizing.diskGb * FULL, load.dataGb, 'GB of data', `${sizing.diskGb} GB x ${FULL * 100} %`, '`df -h`');
  return found.sort((a, b) => a.factor - b.factor || (a.what < b.what ? -1 : 1));
}

/** How far read replicas carry it: until the writes alone, which no replica takes, fill the primary. */
function replicas({ reads, readsAssumed }: Load, at: number, unit: string): string | undefined {
  if (reads <= 0) return undefined;
  const share = `${say(reads * 100)} %${readsAssumed ? ' (assumed)' : ''}`;
  return reads >= 1
    ? `all of it is reads${readsAssumed ? ' (assumed)' : ''}: a cache, then read replicas`
    : `a cache, then read replicas: ${share} are reads, and the writes alone fill it at ${say(at / (1 - reads))} ${unit}`;
}

/** When data that grow by a share a month reach so many times what they are. */
export function monthsUntil(factor: number, growth: number): number | undefined {
  return factor > 1 && growth > 0 ? Math.log(factor) / Math.log(1 + growth) : undefined;
}
