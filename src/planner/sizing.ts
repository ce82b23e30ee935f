/** From load to machines: the arithmetic, with its working. Loads are at peak; memory in GB, time in seconds. */

export interface Load {
  /** Requests a second at peak. */
  readonly peak: number;
  /** How long a request is in the system. */
  readonly requestSeconds: number;
  /** How much of one processor a request takes. */
  readonly cpuSeconds: number;
  readonly dataGb: number;
  /** Growth of the data, as a share a month: 0.05 is 5 %. */
  readonly growth: number;
}

export interface Need {
  readonly vcpu: number;
  readonly memoryGb: number;
}

export interface Sizing {
  /** Requests that are in the system at once (Little's law). */
  readonly concurrency: number;
  /** The application alone, spread over as many servers as it takes. */
  readonly app: Need;
  readonly database: Need;
  /** Both on one machine. */
  readonly single: Need;
  readonly diskGb: number;
  readonly working: readonly string[];
}

/** A machine that is alone may be busier than one of a pair, which has to carry the other's load too. */
const ALONE = 0.5;
const DATABASE = 0.6;
/** One process or connection that serves a request: 50 MB, as a common web worker takes. */
const WORKER_GB = 0.05;
/** The system, the engine, the logs. */
const SYSTEM_GB = 1;
/** The part of the data that is asked for again and again, and wants to be in memory. */
const HOT_SHARE = 0.25;
/** A quarter of a request's processor time is the database's. */
const DATABASE_CPU_SHARE = 0.25;
const DISK_HEADROOM = 2;
const MONTHS_AHEAD = 12;

const up = (value: number, step = 1): number => Math.max(step, Math.ceil(Number((value / step).toFixed(6))) * step);
const round = (value: number): number => Number(value.toFixed(2));

/** More load never gives less: every term grows with the load. */
export function sizeFor(load: Load): Sizing {
  const concurrency = load.peak * load.requestSeconds;
  const busy = load.peak * load.cpuSeconds;
  const databaseBusy = busy * DATABASE_CPU_SHARE;
  const workers = Math.max(2, Math.ceil(concurrency));
  const hot = Math.min(load.dataGb * HOT_SHARE, 256);
  const app: Need = { vcpu: up(busy / ALONE), memoryGb: up(SYSTEM_GB + workers * WORKER_GB) };
  const database: Need = { vcpu: up(databaseBusy / DATABASE), memoryGb: up(SYSTEM_GB + hot) };
  const single: Need = { vcpu: up((busy + databaseBusy) / ALONE), memoryGb: up(SYSTEM_GB + workers * WORKER_GB + hot) };
  const grown = load.dataGb * (1 + load.growth) ** MONTHS_AHEAD;
  const diskGb = up(Math.max(10, grown * DISK_HEADROOM), 10);
  return {
    concurrency,
    app,
    database,
    single,
    diskGb,
    working: [
      `in the system at once (Little): ${round(load.peak)}/s x ${round(load.requestSeconds)} s = ${round(concurrency)}`,
      `processors busy: ${round(load.peak)}/s x ${load.cpuSeconds} s = ${round(busy)}; at ${ALONE * 100} % use ${app.vcpu} vCPU`,
      `database: ${DATABASE_CPU_SHARE * 100} % of that, at ${DATABASE * 100} % use ${database.vcpu} vCPU; ${HOT_SHARE * 100} % of ${load.dataGb} GB in memory + ${SYSTEM_GB} GB = ${database.memoryGb} GB`,
      `memory of the application: ${SYSTEM_GB} GB + ${workers} workers x ${WORKER_GB} GB = ${app.memoryGb} GB`,
      `all on one machine: (${round(busy)} + ${round(databaseBusy)}) / ${ALONE} = ${single.vcpu} vCPU, ${single.memoryGb} GB`,
      `disk: ${load.dataGb} GB x ${round((1 + load.growth) ** MONTHS_AHEAD)} (${MONTHS_AHEAD} months) x ${DISK_HEADROOM} = ${diskGb} GB`,
    ],
  };
}

/** How many servers, and how large, so that the others carry the peak when one is gone. */
export function serversFor(app: Need, largest = 8): { readonly count: number; readonly each: Need } {
  const others = Math.max(1, Math.ceil(app.vcpu / largest));
  return {
    count: others + 1,
    each: { vcpu: Math.max(1, Math.ceil(app.vcpu / others)), memoryGb: Math.max(2, Math.ceil(app.memoryGb / others)) },
  };
}
