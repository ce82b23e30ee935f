/**
 * The laws of queueing that capacity is computed with. Rates are per second, times in seconds, utilisations shares of 1.
 * Sources: Lazowska et al., Quantitative System Performance (1984), chapter 3; Kleinrock, Queueing Systems 1 (1975).
 */

/** Little's law: how many are in the system, L = X × R. */
export const inSystem = (perSecond: number, seconds: number): number => perSecond * seconds;

/** The utilisation law, U = X × D / c: `demand` is the busy time of one processor per request. */
export const utilisation = (perSecond: number, demand: number, processors: number): number => (perSecond * demand) / processors;

/** The same law turned round: the busy time of one processor per request, D = U × c / X. */
export const demandOf = (used: number, processors: number, perSecond: number): number => (used * processors) / perSecond;

/**
 * Erlang's C: the probability that an arrival has to wait at `servers` with `offered` erlangs (arrivals × service time).
 * 1 where the offered load is more than they can ever do. From the series of 1/B, the inverse of Erlang's B, whose terms
 * rise and then fall: what has become nothing beside the sum ends it, and a sum beyond 10^18 is a wait that never happens.
 */
export function erlangC(servers: number, offered: number): number {
  if (offered >= servers) return 1;
  let term = 1;
  let inverse = 1;
  for (let free = servers; free > 0; free--) {
    term *= free / offered;
    inverse += term;
    if (inverse > 1e18) return 0;
    if (free < offered && term < inverse * 1e-17) break;
  }
  const used = offered / servers;
  return 1 / (inverse * (1 - used) + used);
}

export interface Queue {
  /** Probability that an arrival waits. */
  readonly waits: number;
  /** Mean wait of all arrivals in seconds; infinite where the queue only grows. */
  readonly wait: number;
  readonly utilisation: number;
  /** The wait, in seconds, that a share of the arrivals (0.95) does not exceed. */
  readonly percentile: (share: number) => number;
}

/** An M/M/c queue: random arrivals, `servers` that each take `service` seconds in the mean, one line. */
export function queue(servers: number, perSecond: number, service: number): Queue {
  const offered = perSecond * service;
  const waits = erlangC(servers, offered);
  const spare = servers / service - perSecond;
  return {
    waits,
    wait: spare > 0 ? waits / spare : Number.POSITIVE_INFINITY,
    utilisation: offered / servers,
    percentile: (share) => (spare <= 0 ? Number.POSITIVE_INFINITY : Math.max(0, Math.log(waits / (1 - share)) / spare)),
  };
}

/** The probability that all servers are idle in an M/M/c queue; 0 where the queue only grows. */
export function idle(servers: number, offered: number): number {
  if (offered >= servers) return 0;
  // Inward from the last term, so that no power and no factorial has to be computed.
  let sum = servers / (servers - offered);
  for (let n = servers; n >= 1; n--) sum = 1 + (sum * offered) / n;
  return 1 / sum;
}

/** How many servers a loss takes: a zone's share, or one. */
export const lost = (servers: number, zones: number): number => (servers <= 1 ? 0 : zones > 1 ? Math.ceil(servers / zones) : 1);

export interface Fleet {
  /** Utilisation of the servers that there are, a share of 1. */
  readonly used: number;
  readonly servers: number;
  readonly zones: number;
  /** Throughput of so many servers, in any unit: N where each adds as much as the first. */
  readonly capacity: (servers: number) => number;
  /** More servers than this are not considered. */
  readonly most: number;
}

/** Utilisation with so many servers for the same load. */
export const usedWith = ({ used, servers, capacity }: Fleet, n: number): number =>
  n <= 0 ? Number.POSITIVE_INFINITY : (used * capacity(servers)) / capacity(n);

/** The fewest servers whose utilisation is at most `ceiling`, and at most `withLoss` when a zone or one of them is gone. */
export function fewest(fleet: Fleet, ceiling: number, withLoss: number, least = 1): number | undefined {
  const enough = (n: number): boolean =>
    usedWith(fleet, n) <= ceiling + 1e-9 && (n <= 1 || usedWith(fleet, n - lost(n, fleet.zones)) <= withLoss + 1e-9);
  for (let n = least; n <= fleet.most; n++) if (enough(n)) return n;
  return undefined;
}

/** Weeks until a utilisation that grows by a share a week reaches a threshold; 0 where it has, undefined where it never does. */
export function weeksUntil(now: number, threshold: number, growth: number): number | undefined {
  if (now >= threshold) return 0;
  return now > 0 && growth > 0 ? Math.log(threshold / now) / Math.log1p(growth) : undefined;
}
