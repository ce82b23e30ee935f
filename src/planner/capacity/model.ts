import { demandOf, type Queue, queue } from './laws.ts';
import type { Measured } from './measured.ts';
import { fitUsl, R2_NEEDED, type Scalability } from './usl.ts';

/** The thresholds of patterns.md's triggers, and what goes with them. Shares of 1. */
export const LIMIT = {
  /** CPU at peak: from here on waiting grows faster than load. */
  cpu: 0.6,
  /** CPU of those that are left when a server or a zone is gone. */
  withLoss: 0.8,
  /** Below this fleets are made smaller: three quarters of the other, so that they are not made larger the week after. */
  idle: 0.45,
  memory: 0.85,
  ioWait: 0.1,
  connections: 0.8,
  disk: 0.85,
  steal: 0.1,
  network: 0.7,
  errors: 0.01,
} as const;

/** How far ahead is planned: less than it takes to decide, order and move. */
export const LEAD_WEEKS = 4;
/** A queue's load above this hides how much more there is. */
export const SATURATED = 0.95;

/** What the laws make of the measurements. Times in seconds, utilisations shares of 1. */
export interface Model {
  /** Utilisation at peak, and what it comes from. */
  readonly used?: number;
  readonly usedBy?: 'cpu' | 'throughput' | 'demand';
  /** The same, LEAD_WEEKS ahead at the growth that was given. */
  readonly ahead?: number;
  /** Processors of all servers; servers where their processors are not known. */
  readonly processors: number;
  readonly unit: 'processor' | 'server';
  /** Requests a second. */
  readonly rate?: number;
  /** Busy time of one of `unit` per request. */
  readonly demand?: number;
  /** The line in front of the processors, where rate and demand are known. */
  readonly line?: Queue;
  readonly usl?: Scalability;
  /** Set where the points lie on the curve well enough to conclude from it. */
  readonly curve?: Scalability;
  /** Throughput of so many servers: by the curve over servers, or in proportion. */
  readonly capacity: (servers: number) => number;
}

export async function modelOf(m: Measured): Promise<Model> {
  const unit = m.vcpu === undefined ? 'server' : 'processor';
  const processors = m.servers * (m.vcpu ?? 1);
  const usl = m.points.length === 0 ? undefined : await fitUsl(m.points);
  const curve = usl !== undefined && usl.fit.r2 >= R2_NEEDED ? usl : undefined;
  const capacity = curve !== undefined && m.axis === 'servers' ? curve.at : (n: number): number => n;
  const rate = m.requestsPerSecond !== undefined && m.requestsPerSecond > 0 ? m.requestsPerSecond : undefined;
  const given = m.cpuMs !== undefined && m.cpuMs > 0 ? m.cpuMs / 1000 : undefined;
  const known = utilisationOf(m, rate, given, processors, curve);
  const demand =
    known.usedBy === 'cpu' && known.used !== undefined && known.used > 0 && rate !== undefined
      ? demandOf(known.used, processors, rate)
      : known.usedBy === 'demand'
        ? given
        : undefined;
  const growth = (1 + (m.growth ?? 0) / 100) ** LEAD_WEEKS;
  return {
    ...known,
    ...(known.used === undefined ? {} : { ahead: known.used * growth }),
    processors,
    unit,
    ...(rate === undefined ? {} : { rate }),
    ...(demand === undefined ? {} : { demand }),
    ...(demand === undefined || rate === undefined ? {} : { line: queue(processors, rate, demand) }),
    ...(usl === undefined ? {} : { usl }),
    ...(curve === undefined ? {} : { curve }),
    capacity,
  };
}

/** CPU where it was measured; else the load beside what a load test reached; else the processor time of the requests. */
function utilisationOf(
  m: Measured,
  rate: number | undefined,
  demand: number | undefined,
  processors: number,
  curve: Scalability | undefined,
): Pick<Model, 'used' | 'usedBy'> {
  if (m.cpu !== undefined) return { used: m.cpu / 100, usedBy: 'cpu' };
  if (rate === undefined) return {};
  if (curve !== undefined) {
    const most = m.axis === 'servers' ? curve.at(m.servers) : curve.most;
    if (Number.isFinite(most) && most > 0) return { used: rate / most, usedBy: 'throughput' };
  }
  return demand !== undefined && m.vcpu !== undefined ? { used: (rate * demand) / processors, usedBy: 'demand' } : {};
}
