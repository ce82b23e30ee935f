import type { Needs } from './needs.ts';
import { type Workload, workload } from './workloads.ts';

/** The load that everything is sized for. Rates by the second, times in seconds, memory and data in GB. */
export interface Load {
  readonly kind: Workload;
  readonly peak: number;
  readonly average: number;
  /** How long one unit is in the system. */
  readonly requestSeconds: number;
  /** How much of one processor a unit takes. */
  readonly cpuSeconds: number;
  /** Connections that stay open. */
  readonly connections: number;
  /** What is needed before the first user comes. */
  readonly baseGb: number;
  readonly dataGb: number;
  /** Growth of the data, as a share a month: 0.05 is 5 %. */
  readonly growth: number;
  /** The part of the units that changes nothing. */
  readonly reads: number;
  readonly readsAssumed: boolean;
}

export type Assumable = 'workload' | 'load' | 'requestMs' | 'cpuMs' | 'memoryGb' | 'dataGb' | 'growth' | 'connections' | 'batch';

export interface Assumption {
  readonly field: Assumable;
  readonly text: string;
  /** The needs as they would be if the assumption was wrong by this factor; absent where it is no number. */
  readonly times?: (factor: number) => Partial<Needs>;
}

/** How peaked the day of a few users is, who come in bursts; and the busiest hour of a day of many, whose bursts even out. */
const PEAK_FACTOR = 5;
const BUSY_HOUR = 2;
/**
 * The peak of a day of which only the average is known: bursts beyond the busy hour grow with the square root of the rate, as
 * independent arrivals do. A starting point, like the other defaults: against Stack Overflow's published day (2,424 requests a
 * second on average) it comes to the number of web servers that they had, where five times the average came to twice as many.
 */
const peakOf = (average: number): number =>
  Math.min(PEAK_FACTOR * average, BUSY_HOUR * average + (PEAK_FACTOR - BUSY_HOUR) * Math.sqrt(average));
/** How many of a day's users hold a connection at the same moment. */
const ONLINE = 0.1;
const HOURS = 8;

const tidy = (value: number): number => Number(value.toPrecision(3));

/** The load of the needs, with everything that had to be assumed. */
export function loadOf(needs: Needs): { readonly load: Load; readonly assumptions: readonly Assumption[] } {
  const assumptions: Assumption[] = [];
  const kind = workload(needs.workload ?? 'web');
  const { defaults } = kind;
  const what = kind.unit === 'GB' ? 'a gigabyte' : `a ${kind.unit.slice(0, -1)}`;
  if (needs.workload === undefined) assumptions.push({ field: 'workload', text: `it is a ${kind.title}` });

  const assumed = (field: 'requestMs' | 'cpuMs' | 'memoryGb' | 'dataGb' | 'growth', text: (value: number) => string): number => {
    const given = needs[field];
    if (given !== undefined) return given;
    const value = defaults[field];
    assumptions.push({ field, text: text(value), times: (factor) => ({ [field]: value * factor }) });
    return value;
  };
  const { peak, average } = kind.id === 'pipeline' ? batchRate(needs, assumptions) : rate(needs, kind, assumptions);
  const isStatic = kind.id === 'static';
  const load: Load = {
    kind,
    peak,
    average,
    requestSeconds: isStatic ? 0 : assumed('requestMs', (ms) => `${what} takes ${ms} ms`) / 1000,
    cpuSeconds: isStatic ? 0 : assumed('cpuMs', (ms) => `${what} takes ${ms} ms of one processor (measure: busy processors / rate)`) / 1000,
    connections: kind.id === 'realtime' ? openConnections(needs, assumptions) : (needs.connections ?? 0),
    baseGb:
      kind.id === 'selfhosted'
        ? assumed('memoryGb', (gb) => `the product needs ${gb} GB before anybody uses it (its own documents say how much)`)
        : (needs.memoryGb ?? defaults.memoryGb),
    dataGb: assumed('dataGb', (gb) => `${gb} GB of data`),
    growth: assumed('growth', (percent) => `data grows ${percent} % a month`) / 100,
    reads: (needs.readShare ?? defaults.readShare) / 100,
    readsAssumed: needs.readShare === undefined,
  };
  return { load, assumptions };
}

function rate(needs: Needs, kind: Workload, assumptions: Assumption[]): { peak: number; average: number } {
  const given = needs.requestsPerSecond;
  const times = (peak: number) => (factor: number) => ({ requestsPerSecond: { peak: peak * factor } });
  if (given?.peak !== undefined) {
    const average = Math.min(given.average ?? given.peak / PEAK_FACTOR, given.peak);
    if (given.average === undefined && kind.sizedFor === 'average')
      assumptions.push({
        field: 'load',
        text: `the average is a ${PEAK_FACTOR}th of the peak: ${tidy(average)} ${kind.unit}/s`,
        times: (factor) => ({ requestsPerSecond: { peak: given.peak, average: average * factor } }),
      });
    return { peak: given.peak, average };
  }
  if (given?.average !== undefined) {
    const peak = peakOf(given.average);
    assumptions.push({
      field: 'load',
      text: `the peak is ${tidy(peak / (given.average || 1))} times the average: ${tidy(peak)} ${kind.unit}/s`,
      times: (factor) => ({ requestsPerSecond: { average: given.average, peak: Math.max(given.average as number, peak * factor) } }),
    });
    return { peak, average: given.average };
  }
  if (needs.users !== undefined) {
    const average = (needs.users * kind.perUser) / 86_400;
    const peak = peakOf(average);
    assumptions.push({
      field: 'load',
      text: `${needs.users} users a day x ${kind.perUser} ${kind.unit}, peak ${tidy(peak / (average || 1))} times the average: ${tidy(peak)} ${kind.unit}/s`,
      times: times(peak),
    });
    return { peak, average };
  }
  const { peak } = kind.defaults;
  assumptions.push({ field: 'load', text: `${peak} ${kind.unit}/s at peak`, times: times(peak) });
  return { peak, average: peak / PEAK_FACTOR };
}

function batchRate(needs: Needs, assumptions: Assumption[]): { peak: number; average: number } {
  const gb = needs.batch?.gb ?? 50;
  const hours = needs.batch?.hours ?? HOURS;
  if (needs.batch?.gb === undefined || needs.batch.hours === undefined)
    assumptions.push({
      field: 'batch',
      text: `a run takes in ${gb} GB and may last ${hours} h`,
      times: (factor) => ({ batch: { gb: gb * factor, hours } }),
    });
  const throughput = gb / (Math.max(hours, 0.01) * 3600);
  return { peak: throughput, average: throughput };
}

function openConnections(needs: Needs, assumptions: Assumption[]): number {
  if (needs.connections !== undefined) return needs.connections;
  const count = needs.users === undefined ? 1000 : Math.ceil(needs.users * ONLINE);
  assumptions.push({
    field: 'connections',
    text: needs.users === undefined ? `${count} connections at once` : `${ONLINE * 100} % of the users are connected at once: ${count}`,
    times: (factor) => ({ connections: Math.round(count * factor) }),
  });
  return count;
}
