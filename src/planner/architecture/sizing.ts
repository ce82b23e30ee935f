/** From load to machines: the utilisation law for processors, Little's law for what is in the system, memory and disk from data. */
import type { Load } from './load.ts';

export interface Need {
  readonly vcpu: number;
  readonly memoryGb: number;
}

export interface Sizing {
  /** Units that are in the system at once (Little's law). */
  readonly concurrency: number;
  /** The application alone, spread over as many servers as it takes. */
  readonly app: Need;
  readonly database: Need;
  /** Both on one machine. */
  readonly single: Need;
  readonly diskGb: number;
  readonly working: readonly string[];
}

/** The system, the engine, the logs. */
export const SYSTEM_GB = 1;
/** How busy a database may be: it cannot be doubled in a minute. */
export const DATABASE_BUSY = 0.6;
/** How full memory may be: what is left keeps the disk's cache, and a deployment that runs beside the old one. */
export const MEMORY_FULL = 0.8;
/** Of the data as it will be at the horizon: what is free for dumps, indexes, and for the next step to be made in. */
const DISK_HEADROOM = 2;
export const MONTHS_AHEAD = 12;
/** RDS sells no less. */
const LEAST_DISK_GB = 20;
/** Data beyond this is not kept in memory: a working set is larger than any machine here. */
const HOT_MOST_GB = 192;
/** What one server of several is at most; from there on there are more of them, all alike, so that one can be replaced or added by a machine. */
export const UNIT: Need = { vcpu: 8, memoryGb: 16 };

/** What a page and its parts weigh on the wire, with the CDN's and the browser's caches before it. */
const PAGE_KB = 100;
/** What a static site sends in a month, GB. */
export const trafficGb = (load: Load): number => (load.average * 730 * 3600 * PAGE_KB) / 1e6;

const up = (value: number, step = 1): number => Math.max(step, Math.ceil(Number((value / step).toFixed(6))) * step);
const round = (value: number): number => (value >= 100 ? Math.round(value) : Number(value.toPrecision(3)));

/** More load never gives less: every term grows with the load. */
export function sizeFor(load: Load): Sizing {
  const { kind } = load;
  const rate = kind.sizedFor === 'peak' ? load.peak : load.average;
  // A queue takes up what comes faster; it is emptied only if the workers are not always busy.
  const concurrency = rate * load.requestSeconds;
  const inFlight = kind.sizedFor === 'peak' ? concurrency : concurrency / kind.busy;
  const busy = rate * load.cpuSeconds;
  const databaseBusy = busy * kind.databaseCpu;
  const workers = Math.max(2, Math.ceil(Number(inFlight.toFixed(6))));
  const held = load.connections * kind.connectionGb;
  const grown = load.dataGb * (1 + load.growth) ** MONTHS_AHEAD;
  const hot = Math.min(grown * kind.hot, HOT_MOST_GB);
  const base = Math.max(SYSTEM_GB, load.baseGb);
  const appGb = base + workers * kind.workerGb + held;
  const app: Need = { vcpu: up(busy / kind.busy), memoryGb: up(appGb / MEMORY_FULL) };
  const database: Need = { vcpu: up(databaseBusy / DATABASE_BUSY), memoryGb: up((SYSTEM_GB + hot) / MEMORY_FULL) };
  const single: Need = { vcpu: up((busy + databaseBusy) / kind.busy), memoryGb: up((appGb + hot) / MEMORY_FULL) };
  const diskGb = up(Math.max(LEAST_DISK_GB, grown * DISK_HEADROOM), 10);
  const by = `${round(rate)} ${kind.unit}/s`;
  return {
    concurrency,
    app,
    database,
    single,
    diskGb,
    working:
      kind.id === 'static'
        ? [
            `storage: ${load.dataGb} GB x ${round((1 + load.growth) ** MONTHS_AHEAD)} (${MONTHS_AHEAD} months) = ${round(grown)} GB; no server, no database`,
          ]
        : [
            ...(kind.id === 'pipeline' ? [`throughput: the run's GB / its window = ${by} (${round(rate * 3600)} GB/h)`] : []),
            `in the system at once (Little): ${by} x ${round(load.requestSeconds)} s = ${round(concurrency)}${kind.sizedFor === 'average' ? `; at ${kind.busy * 100} % busy ${workers} workers` : ''}`,
            ...queueDepth(load, workers),
            `processors busy (utilisation law): ${by} x ${round(load.cpuSeconds)} s = ${round(busy)}; at ${kind.busy * 100} % use ${app.vcpu} vCPU`,
            ...(load.connections > 0 ? [`connections: ${load.connections} x ${kind.connectionGb * 1e6} KB = ${round(held)} GB`] : []),
            `application's memory: (${base} GB + ${workers} workers x ${round(kind.workerGb * 1000)} MB${held > 0 ? ` + ${round(held)} GB` : ''}) / ${MEMORY_FULL} = ${app.memoryGb} GB`,
            `data in ${MONTHS_AHEAD} months: ${round(load.dataGb)} GB x ${round((1 + load.growth) ** MONTHS_AHEAD)} = ${round(grown)} GB, of which ${kind.hot * 100} % in memory`,
            `database: ${kind.databaseCpu * 100} % of that processor time at ${DATABASE_BUSY * 100} % use = ${database.vcpu} vCPU; (${SYSTEM_GB} + ${round(hot)} GB) / ${MEMORY_FULL} = ${database.memoryGb} GB`,
            `all on one machine: (${round(busy)} + ${round(databaseBusy)}) / ${kind.busy} = ${single.vcpu} vCPU, (${round(appGb)} + ${round(hot)} GB) / ${MEMORY_FULL} = ${single.memoryGb} GB`,
            `disk: ${round(grown)} GB x ${DISK_HEADROOM} headroom = ${diskGb} GB`,
          ],
  };
}

/** How long the queue gets in an hour of peak, and how long it then takes to empty it. */
function queueDepth(load: Load, workers: number): string[] {
  if (load.kind.id !== 'jobs' || load.requestSeconds === 0) return [];
  const served = workers / load.requestSeconds;
  if (load.peak <= served) return [`queue: ${workers} workers do ${round(served)} jobs/s, which is above the peak: it stays short`];
  const depth = (load.peak - served) * 3600;
  const hours = served > load.average ? depth / (served - load.average) / 3600 : Number.POSITIVE_INFINITY;
  return [
    `queue: ${workers} workers do ${round(served)} jobs/s; an hour at ${round(load.peak)} jobs/s leaves ${Math.round(depth)} jobs waiting, gone after ${round(hours)} h of average load`,
  ];
}

/** How many servers, and how large, so that the others carry the load when one is gone. Never fewer, never smaller for more. */
export function serversFor(app: Need): { readonly count: number; readonly each: Need } {
  // Each of them needs the system's part again.
  const own = Math.ceil(SYSTEM_GB / MEMORY_FULL);
  const others = Math.max(1, Math.ceil(app.vcpu / UNIT.vcpu), Math.ceil((app.memoryGb - own) / (UNIT.memoryGb - own)));
  return {
    count: others + 1,
    each: { vcpu: Math.min(UNIT.vcpu, app.vcpu), memoryGb: Math.max(2, Math.min(UNIT.memoryGb, app.memoryGb)) },
  };
}
