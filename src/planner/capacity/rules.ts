import { bottlenecks, rising, slowness } from './bottlenecks.ts';
import type { Change, Finding, Rule } from './finding.ts';
import { SERVERS_MAX } from './input.ts';
import { type Fleet, fewest, lost, queue, usedWith, weeksUntil } from './laws.ts';
import type { Measured } from './measured.ts';
import { LEAD_WEEKS, LIMIT, type Model, SATURATED } from './model.ts';
import { many, num, pct, waitWords, weeks } from './words.ts';

/** How large one machine is made before it is split; recommend_architecture's own limit. */
const SINGLE = { vcpu: 8, memoryGb: 32 };
/** What one machine is promised at most, per cent of the time (patterns.md, MVP). */
const ALONE = 99.5;

const fleetOf = (m: Measured, model: Model, used: number): Fleet => ({
  used,
  servers: m.servers,
  zones: m.zones,
  capacity: model.capacity,
  // Beyond the peak of the curve more servers give less.
  most:
    m.axis === 'servers' && model.curve !== undefined ? Math.max(1, Math.floor(Math.min(model.curve.peak, SERVERS_MAX))) : SERVERS_MAX * 4,
});

/** What makes the processors too few, in words; undefined where they are enough. */
function pressure(m: Measured, model: Model): string | undefined {
  const { used, ahead } = model;
  if (used === undefined || ahead === undefined)
    return m.memory !== undefined && m.memory / 100 >= LIMIT.memory ? memorySignal(m) : undefined;
  const what =
    model.usedBy === 'cpu' ? 'CPU' : model.usedBy === 'demand' ? 'CPU (by the requests)' : 'load beside what the load test reached';
  if (used >= LIMIT.cpu) return `${what} ${pct(used)} at peak (limit ${pct(LIMIT.cpu)})`;
  if (ahead >= LIMIT.cpu)
    return `${what} ${pct(used)}, and ${pct(LIMIT.cpu)} in ${weeks(weeksUntil(used, LIMIT.cpu, (m.growth ?? 0) / 100) ?? 0)} at ${num(m.growth ?? 0)} % a week`;
  if (m.memory !== undefined && m.memory / 100 >= LIMIT.memory) return memorySignal(m);
  const gone = lost(m.servers, m.zones);
  const left = usedWith(fleetOf(m, model, used), m.servers - gone);
  if (gone > 0 && left > LIMIT.withLoss)
    return `${what} ${pct(left)} when ${m.zones > 1 ? `a zone (${many(gone, 'server')})` : 'one server'} is gone (limit ${pct(LIMIT.withLoss)})`;
  const slow = slowness(m);
  // The rule before this one has ruled out that it is spent elsewhere.
  return slow !== undefined && model.line !== undefined ? `${slow.name} ${num(slow.ms)} ms, waiting for a processor` : undefined;
}

const memorySignal = (m: Measured): string => `memory ${num(m.memory as number)} % (limit ${pct(LIMIT.memory)})`;

/** The least number from `n` on that brings the wait down to the target, where waiting for a processor is what breaks it. */
function untilTarget(m: Measured, model: Model, n: number, each: number): number {
  const slow = slowness(m);
  const { line, demand, rate } = model;
  if (slow === undefined || line === undefined || demand === undefined || rate === undefined) return n;
  const elsewhere = slow.ms / 1000 - Math.min(line.percentile(slow.share), slow.ms / 1000);
  for (let more = n; more <= n * 10; more++)
    if (elsewhere + queue(more * each, rate, demand).percentile(slow.share) <= slow.limit / 1000) return more;
  return n;
}

/** Servers that meet the thresholds LEAD_WEEKS ahead, and the target. */
function serversNeeded(m: Measured, model: Model, least: number): number | undefined {
  const n = fewest(fleetOf(m, model, model.ahead ?? 0), LIMIT.cpu, LIMIT.withLoss, least);
  return n === undefined ? undefined : untilTarget(m, model, n, model.processors / m.servers);
}

function prediction(m: Measured, model: Model, servers: number, each: number): string[] {
  const used = model.used ?? 0;
  const after = servers === m.servers ? (used * (model.processors / m.servers)) / each : usedWith(fleetOf(m, model, used), servers);
  const lines = [
    `CPU ${pct(used)} × ${servers === m.servers ? `${num(model.processors / m.servers)} / ${num(each)}` : `${m.servers} / ${servers}`} = ${pct(after)} at the same load`,
  ];
  if (model.curve !== undefined && m.axis === 'servers' && servers !== m.servers)
    lines[0] = `load ${pct(used)} × X(${m.servers}) / X(${servers}) = ${pct(after)} at the same load, by the curve`;
  const gone = lost(servers, Math.min(m.zones, servers));
  if (gone > 0 && servers > 1) lines.push(`with ${many(gone, 'server')} gone ${pct(usedWith(fleetOf(m, model, used), servers - gone))}`);
  if (model.line !== undefined && model.demand !== undefined && model.rate !== undefined) {
    const next = queue(servers * each, model.rate, model.demand);
    lines.push(`95 % of requests wait for a processor ${waitWords(next.percentile(0.95))}, now ${waitWords(model.line.percentile(0.95))}`);
  }
  if (used >= SATURATED) lines.push(`at ${pct(used)} more may be waiting than was measured: this is the least, so measure again after it`);
  return lines;
}

const CHECK = ['the same measurements at the next peak: CPU within 10 points of the prediction, or another limit has been met: ask again'];

const cache: Rule = (m, model) => {
  const { used } = model;
  const { cacheable } = m;
  if (cacheable === undefined || cacheable < 50 || used === undefined || pressure(m, model) === undefined || used < LIMIT.cpu)
    return undefined;
  const hits = Math.min(1, (1 - LIMIT.cpu / used) / (cacheable / 100));
  return {
    verdict: 'add_cache_or_cdn',
    signal: `${num(cacheable)} % of the requests could be answered from a cache, with CPU at ${pct(used)}`,
    why: 'the cheapest request is the one that does not arrive: this is before any larger or further server',
    predicts: [
      `CPU ${pct(used)} × (1 − ${num(cacheable)} % × hits); it is at ${pct(LIMIT.cpu)} from a hit ratio of ${pct(hits)} on, if a cached request costs as much CPU as another`,
    ],
    check: [`hit ratio ${pct(hits)} or more at the CDN or cache, and CPU at peak`],
    commands: [
      { what: 'which of them are the same for all', command: "awk '{print $7}' access.log | sort | uniq -c | sort -rn | head -n 20" },
    ],
  };
};

/** One machine: larger first, then without the database, then two. */
const single: Rule = (m, model) => {
  const signal = pressure(m, model);
  if (m.servers !== 1 || signal === undefined) return undefined;
  const { used = 0, ahead = 0 } = model;
  const each = m.vcpu ?? 1;
  const vcpu = untilTarget(m, model, Math.max(each, Math.ceil(Number(((ahead * each) / LIMIT.cpu).toFixed(9)))), 1);
  const memoryGb = memoryNeeded(m);
  const promised = m.availability !== undefined && m.availability > ALONE;
  const fits = m.vcpu === undefined ? ahead <= 4 * LIMIT.cpu : vcpu <= SINGLE.vcpu && (memoryGb ?? 0) <= SINGLE.memoryGb;
  const times = m.vcpu === undefined ? `${num(Math.max(1, ahead / LIMIT.cpu))} times the processors` : `${num(vcpu)} vCPU`;
  if (fits && !promised) {
    const change: Change | undefined =
      m.vcpu === undefined ? undefined : { kind: 'resize', need: { vcpu, ...(memoryGb === undefined ? {} : { memoryGb }) } };
    return {
      verdict: 'scale_up',
      signal,
      why: `a larger machine is one restart; a second one is a load balancer, shared sessions and files, and a database that is apart. ${times}${memoryGb === undefined ? '' : ` and ${num(memoryGb)} GB`} carry it`,
      predicts: [
        ...(m.vcpu === undefined
          ? [`CPU ${pct(used)} / ${num(Math.max(1, ahead / LIMIT.cpu))} = ${pct(used / Math.max(1, ahead / LIMIT.cpu))}`]
          : prediction(m, model, 1, vcpu)),
        ...memoryPrediction(m, memoryGb),
      ],
      check: CHECK,
      commands: [],
      ...(change === undefined ? {} : { change }),
    };
  }
  const share = (m.databaseShare ?? 0) / 100;
  if (share >= 0.25 && !(promised && used < LIMIT.cpu)) {
    const database = Math.max(1, Math.ceil(Number(((ahead * each * share) / LIMIT.cpu).toFixed(9))));
    return {
      verdict: 'split_database',
      signal: `${signal}; ${num(share * 100)} % of it is the database, and a larger machine would need ${times}`,
      why: 'what is left of the application is small enough for one machine, and copies of it can be added later: the database cannot be copied like that',
      predicts: [
        `application CPU ${pct(used)} × (1 − ${num(share * 100)} %) = ${pct(used * (1 - share))}`,
        `database: ${num(used * each * share)} processors busy / ${pct(LIMIT.cpu)} = ${num(database)} vCPU`,
      ],
      check: CHECK,
      commands: [{ what: 'how large it is', command: 'psql -c "SELECT pg_size_pretty(pg_database_size(current_database()))"' }],
      change: {
        kind: 'database',
        need: { vcpu: database, ...(m.memoryGb === undefined ? {} : { memoryGb: Math.max(2, Math.ceil(m.memoryGb / 2)) }) },
      },
    };
  }
  if (promised && used < LIMIT.cpu) return undefined;
  return out(m, model, signal, 2);
};

const memoryNeeded = (m: Measured): number | undefined =>
  m.memoryGb === undefined
    ? undefined
    : m.memory !== undefined && m.memory / 100 >= LIMIT.memory
      ? Math.ceil((m.memoryGb * m.memory) / 100 / 0.7)
      : m.memoryGb;

const memoryPrediction = (m: Measured, to: number | undefined): string[] =>
  to === undefined || m.memory === undefined || m.memoryGb === undefined || to === m.memoryGb
    ? []
    : [`memory ${num(m.memory)} % × ${num(m.memoryGb)} / ${num(to)} GB = ${num((m.memory * m.memoryGb) / to)} %`];

function out(m: Measured, model: Model, signal: string, least: number): Finding {
  const to = serversNeeded(m, model, least);
  if (to === undefined)
    return {
      verdict: 'fix_bottleneck',
      signal,
      why: `by the curve no number of servers carries it: the most is ${num(model.curve?.most ?? 0)}/s at ${num(model.curve?.peak ?? 0)} servers. What they share has to go first`,
      predicts: [],
      check: ['the load test again, at the same numbers of servers'],
      commands: [],
    };
  return {
    verdict: 'scale_out',
    to,
    signal,
    why: `${many(to, 'server')}: at most ${pct(LIMIT.cpu)} at peak, and ${pct(LIMIT.withLoss)} with ${m.zones > 1 ? 'a zone' : 'one'} gone${m.growth === undefined || m.growth === 0 ? '' : `, ${LEAD_WEEKS} weeks ahead`}`,
    predicts: prediction(m, model, to, model.processors / m.servers),
    check: CHECK,
    commands: [],
    change: m.servers === 1 && to === 2 ? { kind: 'pair' } : { kind: 'servers', to },
  };
}

const several: Rule = (m, model) => {
  const signal = pressure(m, model);
  if (m.servers < 2 || signal === undefined) return undefined;
  // Memory that each of them needs is not shared out by one more.
  if (signal === memorySignalOf(m))
    return {
      verdict: 'scale_up',
      signal,
      why: 'each server holds the same programs in memory, so one more is as full as these',
      predicts: memoryPrediction(m, memoryNeeded(m)),
      check: ['free -m (available above 15 %)'],
      commands: [],
      ...(m.vcpu === undefined || m.memoryGb === undefined
        ? {}
        : { change: { kind: 'resize', need: { vcpu: m.vcpu, memoryGb: memoryNeeded(m) as number } } }),
    };
  return out(m, model, signal, m.servers);
};
const memorySignalOf = (m: Measured): string | undefined => (m.memory === undefined ? undefined : memorySignal(m));

const availability: Rule = (m, model) =>
  m.servers === 1 && m.availability !== undefined && m.availability > ALONE
    ? {
        verdict: 'add_second_node_for_availability',
        to: 2,
        signal: `${num(m.availability, 5)} % is asked of one server, which is promised ${ALONE} %`,
        why: `not for the load${model.used === undefined ? '' : ` (CPU ${pct(model.used)})`}, but because one machine's loss is an outage. The database needs a standby too, or it is the one that is alone`,
        predicts: model.used === undefined ? [] : prediction(m, model, 2, model.processors),
        check: ['switch one off at a quiet hour: requests go on'],
        commands: [],
        change: { kind: 'pair' },
      }
    : undefined;

const idle: Rule = (m, model) => {
  const { used } = model;
  if (used === undefined || m.servers < 2) return undefined;
  // A quarter ahead, because a fleet is not made larger again next month.
  const later = used * (1 + (m.growth ?? 0) / 100) ** 13;
  const to = fewest(fleetOf(m, model, later), LIMIT.idle, LIMIT.withLoss, Math.max(2, m.zones));
  if (to === undefined || to >= m.servers || rising(m.queue) || slowness(m) !== undefined) return undefined;
  return {
    verdict: 'scale_down',
    to,
    signal: `${many(m.servers, 'server')} at ${pct(used)}`,
    why: `${to} carry it at ${pct(LIMIT.idle)} or less${m.growth === undefined ? '' : ', a quarter ahead'}, and ${pct(LIMIT.withLoss)} with ${m.zones > 1 ? 'a zone' : 'one'} gone${m.memory === undefined ? '. Memory was not measured: check it first' : ''}`,
    predicts: prediction(m, model, to, model.processors / m.servers),
    check: ['one at a time, a peak between each: CPU, p95 and errors as predicted, or put it back'],
    commands: [],
    change: { kind: 'servers', to },
  };
};

const nothing: Rule = (m, model) => {
  const { used } = model;
  if (used === undefined) return undefined;
  const until = weeksUntil(used, LIMIT.cpu, (m.growth ?? 0) / 100);
  return {
    verdict: 'do_nothing',
    signal: `${model.usedBy === 'throughput' ? 'load beside what the load test reached' : 'CPU'} ${pct(used)} at peak, below ${pct(LIMIT.cpu)}`,
    why:
      until === undefined
        ? 'nothing that was measured is near its limit'
        : `nothing that was measured is near its limit; at ${num(m.growth ?? 0)} % a week CPU reaches ${pct(LIMIT.cpu)} in ${weeks(until)}`,
    predicts: [],
    check: [until === undefined ? 'again when load has grown by a third' : `again in ${weeks(Math.max(1, until / 2))}`],
    commands: [],
  };
};

/** The order of advice: fix the bottleneck, scale up, split the database, a second node, scale out. */
export const rules: readonly Rule[] = [...bottlenecks, cache, single, several, availability, idle, nothing];
