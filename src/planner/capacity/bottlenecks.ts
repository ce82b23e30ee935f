import type { Finding, Rule } from './finding.ts';
import { erlangC } from './laws.ts';
import type { Measured } from './measured.ts';
import { LIMIT } from './model.ts';
import { many, num, pct, time, waitWords } from './words.ts';

/** What is fixed before anything is bought: none of it gets better with another server. In the order in which it hurts. */

const fix = (finding: Omit<Finding, 'verdict'>): Finding => ({ verdict: 'fix_bottleneck', ...finding });
const over = (value: number | undefined, limit: number): value is number => value !== undefined && value / 100 >= limit;
const ACTIVITY = 'psql -c "SELECT state, wait_event_type, count(*) FROM pg_stat_activity GROUP BY 1, 2 ORDER BY 3 DESC"';
const STATEMENTS =
  'psql -c "SELECT calls, round(mean_exec_time) AS ms, left(query, 60) FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 10"';

const disk: Rule = ({ disk: full }) =>
  over(full, LIMIT.disk)
    ? fix({
        signal: `disk ${num(full)} % full (limit ${pct(LIMIT.disk)})`,
        why: 'a full disk stops the database and every write; another server has a disk of its own and leaves this one full',
        predicts: [
          `at ${pct(LIMIT.disk)} or less, writes go on; to be at 60 %, ${pct(1 - 60 / full)} of what is on it has to go, or the volume has to be ${num(full / 60)} times as large`,
        ],
        check: ['df -h'],
        commands: [
          { what: 'what fills it', command: 'du -xh / --max-depth=2 2>/dev/null | sort -h | tail -n 20' },
          { what: 'what Docker could free', command: 'docker system df' },
        ],
      })
    : undefined;

const memory: Rule = (m) => {
  const { swapping = 0, swapGb = 0 } = m;
  // Pages that lie in the swap and are not asked for cost nothing.
  const moving = swapping >= 100;
  if (!moving && !(swapGb > 0.1 && (m.memory ?? 100) / 100 >= LIMIT.memory)) return undefined;
  const used = m.memoryGb === undefined || m.memory === undefined ? undefined : (m.memoryGb * m.memory) / 100 + swapGb;
  const need = used === undefined ? undefined : used / LIMIT.memory;
  return fix({
    signal: moving
      ? `${num(swapping)} KiB/s go to and from the swap`
      : `${num(swapGb)} GB in the swap at ${m.memory === undefined ? 'an unknown share of' : `${num(m.memory)} % of`} memory`,
    why: 'a machine that swaps waits for its disk, and its CPU and latency say nothing until it has the memory it needs: stop the leak or the superfluous workers, then give it memory',
    predicts: [
      need === undefined
        ? `with what is in memory and swap below ${pct(LIMIT.memory)} of the memory, si and so are 0`
        : `(${num(m.memoryGb as number)} GB × ${num(m.memory as number)} % + ${num(swapGb)} GB of swap) / ${pct(LIMIT.memory)} = ${num(need)} GB of memory, and si and so are 0`,
    ],
    check: ['vmstat 5 12 (si and so are 0)'],
    commands: [
      { what: 'who has the memory', command: 'ps -eo rss,pid,args --sort=-rss | head -n 15' },
      { what: 'whether somebody was killed for it', command: "journalctl -k --since -7d | grep -i 'out of memory'" },
    ],
    ...(need === undefined || m.vcpu === undefined
      ? {}
      : { change: { kind: 'resize', need: { vcpu: m.vcpu, memoryGb: Math.ceil(need) } } }),
  });
};

const connections: Rule = ({ connections: open, maxConnections: limit, servers }) => {
  if (open === undefined || limit === undefined || open / limit < LIMIT.connections) return undefined;
  const pool = Math.max(1, Math.floor((limit * LIMIT.connections) / servers));
  return fix({
    signal: `${num(open)} of ${num(limit)} connections = ${pct(open / limit)} (limit ${pct(LIMIT.connections)})`,
    why: `each server brings its own pool, so one more makes ${num((open * (servers + 1)) / servers)} of ${num(limit)}: pool first (PgBouncer in transaction mode, or smaller pools)`,
    predicts: [
      `pools of ${num(pool)} on ${many(servers, 'server')} leave ${pct(1 - LIMIT.connections)} free: ${num(limit)} × ${pct(LIMIT.connections)} / ${servers} = ${num(pool)}`,
    ],
    check: [`${ACTIVITY} (the sum below ${num(limit * LIMIT.connections)} at peak)`],
    commands: [
      { what: 'what they do: idle ones want a pooler, active ones a faster query', command: ACTIVITY },
      { what: 'the queries that hold them', command: STATEMENTS },
    ],
  });
};

const credits: Rule = (m, { used }) => {
  const { credits: left } = m;
  if (left === undefined || left >= 5) return undefined;
  return fix({
    signal: `${num(left)} CPU credits left`,
    why: `a burstable machine without credits is held to its baseline${used === undefined ? '' : `, and CPU at ${pct(used)} is that limit, not the load`}: another of the same kind runs out in the same way`,
    predicts: [
      'a type without credits gives all of its processors all of the time; then measure CPU again, because what was held back comes on top',
    ],
    check: ['CPUCreditBalance no longer matters; CPU at peak after a week'],
    commands: [
      {
        what: 'until then: pays for what is above the baseline, so set a budget alarm',
        command:
          'aws ec2 modify-instance-credit-specification --instance-credit-specifications "InstanceId=${INSTANCE_ID:?},CpuCredits=unlimited"',
      },
    ],
    ...(m.vcpu === undefined
      ? {}
      : {
          change: {
            kind: 'resize',
            need: { vcpu: m.vcpu, ...(m.memoryGb === undefined ? {} : { memoryGb: m.memoryGb }), dedicated: true },
          },
        }),
  });
};

const steal: Rule = (m) =>
  over(m.steal, LIMIT.steal)
    ? fix({
        signal: `steal ${num(m.steal)} % (limit ${pct(LIMIT.steal)})`,
        why: 'the host gives its processors to its other guests; a type with dedicated processors, or a new machine on another host, gets them back',
        predicts: [`${num(m.steal)} % of the time comes back: steal near 0`],
        check: ['vmstat 60 10 (st)'],
        commands: [{ what: 'over ten minutes, because a minute may be chance', command: 'vmstat 60 10' }],
        ...(m.vcpu === undefined
          ? {}
          : {
              change: {
                kind: 'resize',
                need: { vcpu: m.vcpu, ...(m.memoryGb === undefined ? {} : { memoryGb: m.memoryGb }), dedicated: true },
              },
            }),
      })
    : undefined;

const ioWait: Rule = ({ ioWait: waits }) =>
  over(waits, LIMIT.ioWait)
    ? fix({
        signal: `disk wait ${num(waits)} % (limit ${pct(LIMIT.ioWait)})`,
        why: 'processors wait for the disk; more of them wait with them. An index, memory for the cache, or a faster volume takes the reads away',
        predicts: [`up to ${num(waits)} % of the time becomes CPU time that can be used`],
        check: ['vmstat 60 10 (wa)', 'psql -c "SELECT sum(blks_hit)/sum(blks_hit+blks_read) FROM pg_stat_database" (0.99 or more)'],
        commands: [
          { what: 'which device, and whether it is at its limit (%util, w_await)', command: 'iostat -xz 5 6' },
          { what: 'the queries that read', command: STATEMENTS.replace('total_exec_time', 'shared_blks_read') },
        ],
      })
    : undefined;

const errors: Rule = ({ errors: failed, requestsPerSecond }) =>
  over(failed, LIMIT.errors)
    ? fix({
        signal: `${num(failed)} % of requests fail (limit ${pct(LIMIT.errors)})`,
        why: 'failures are quick or retried, so load, latency and CPU are not those of the work; another server fails in the same way',
        predicts: [
          requestsPerSecond === undefined
            ? `below ${pct(LIMIT.errors)} the other measurements mean something`
            : `${num((requestsPerSecond * failed) / 100)} requests/s more have to be done for real`,
        ],
        check: [`errors below ${pct(LIMIT.errors)} over a day; then measure again`],
        commands: [{ what: 'the reasons', command: "docker compose logs --since 1h | grep -iE 'error|timeout|refused' | tail -n 50" }],
      })
    : undefined;

const network: Rule = ({ network: used, cacheable }) =>
  over(used, LIMIT.network)
    ? {
        verdict: 'add_cache_or_cdn',
        signal: `network ${num(used)} % (limit ${pct(LIMIT.network)})`,
        why: 'the line is full, not the processors: files and pages that are the same for all belong on a CDN',
        predicts: [
          cacheable === undefined
            ? 'the line carries what the CDN has not; which share that is, the access log says'
            : `${num(used)} % × (1 − ${num(cacheable)} %) = ${num(used * (1 - cacheable / 100))} % if the CDN has all of what can be cached`,
        ],
        check: ["the CDN's hit ratio, and the line at peak"],
        commands: [
          {
            what: 'what is sent most, in bytes (combined log format)',
            command: "awk '{sent[$7]+=$10} END {for (p in sent) print sent[p], p}' access.log | sort -rn | head -n 20",
          },
        ],
      }
    : undefined;

const rising = (queue: readonly number[] | undefined): boolean => {
  if (queue === undefined || queue.length < 3) return false;
  const half = Math.floor(queue.length / 2);
  const mean = (part: readonly number[]): number => part.reduce((sum, one) => sum + one, 0) / part.length;
  return mean(queue.slice(-half)) > 1.2 * mean(queue.slice(0, half)) && (queue.at(-1) as number) >= 10;
};

/** A queue that grows beside idle processors is short of workers, not of servers. */
const workers: Rule = ({ queue }, { used }) =>
  rising(queue) && used !== undefined && used < LIMIT.cpu
    ? fix({
        signal: `the queue grew from ${num((queue as number[])[0] as number)} to ${num((queue as number[]).at(-1) as number)} with CPU at ${pct(used)}`,
        why: 'work waits while processors are idle: too few workers, or each of them waits for something else (a lock, a service, the database)',
        predicts: [
          `up to ${num(LIMIT.cpu / Math.max(used, 0.01))} times the workers bring CPU to ${pct(LIMIT.cpu)}, if they wait for nothing else`,
        ],
        check: ['the queue no longer grows, and the age of its oldest entry falls'],
        commands: [
          { what: 'what the database lets them wait for', command: ACTIVITY },
          { what: 'threads and what they wait in', command: 'ps -eLo state,wchan:24,comm | sort | uniq -c | sort -rn | head -n 20' },
        ],
      })
    : undefined;

/** Slow while the processors are idle: it waits for something that no server brings. */
const latency: Rule = (m, { used, processors, line, unit }) => {
  const slow = slowness(m);
  if (slow === undefined || used === undefined) return undefined;
  const waiting = line?.percentile(slow.share);
  const helps = waiting === undefined || !Number.isFinite(waiting) ? used >= LIMIT.cpu : slow.ms / 1000 - waiting <= slow.limit / 1000;
  if (helps || used >= LIMIT.withLoss) return undefined;
  const waits = line?.waits ?? erlangC(processors, used * processors);
  return fix({
    signal: `${slow.name} ${num(slow.ms)} ms with CPU at ${pct(used)}`,
    why: `at ${pct(used)} of ${many(processors, unit)}, ${pct(waits)} of requests wait for a processor${waiting === undefined ? '' : `, ${slow.share * 100} % of all ${waitWords(waiting)}`}: the rest is spent elsewhere (locks, a slow query, a service, a pool)`,
    predicts: [
      waiting === undefined || !Number.isFinite(waiting)
        ? 'more servers leave it as it is'
        : waiting < 0.00005
          ? 'more servers leave it as it is'
          : `more servers take away ${time(waiting)} of ${num(slow.ms)} ms at most`,
    ],
    check: [`${slow.name} ${slow.limit >= slow.ms ? 'falls' : `below ${num(slow.limit)} ms`} at the same load`],
    commands: [
      { what: 'the queries that take the time', command: STATEMENTS },
      { what: 'what sessions wait for', command: ACTIVITY },
      {
        what: 'the slowest paths ($request_time as the last field of the log)',
        command: "awk '{print $NF, $7}' access.log | sort -rn | head -n 20",
      },
    ],
  });
};

/** The percentile that is too long: beside its target, or by itself where nobody set one. */
export function slowness(m: Measured): { name: 'p95' | 'p99'; share: number; ms: number; limit: number } | undefined {
  if (m.targetMs !== undefined) {
    if (m.p95 !== undefined) return m.p95 > m.targetMs ? { name: 'p95', share: 0.95, ms: m.p95, limit: m.targetMs } : undefined;
    return m.p99 !== undefined && m.p99 > m.targetMs ? { name: 'p99', share: 0.99, ms: m.p99, limit: m.targetMs } : undefined;
  }
  // Without a target: a second, after which people notice that they wait (Nielsen, Usability Engineering, 1993, chapter 5).
  if (m.p99 !== undefined && m.p99 >= 1000) return { name: 'p99', share: 0.99, ms: m.p99, limit: 1000 };
  return m.p95 !== undefined && m.p95 >= 1000 ? { name: 'p95', share: 0.95, ms: m.p95, limit: 1000 } : undefined;
}

/** Beyond the peak of the curve each more makes it slower. */
const crosstalk: Rule = (m, { curve, rate }) => {
  if (curve === undefined || !Number.isFinite(curve.peak)) return undefined;
  const far = m.points.reduce((top, { n }) => Math.max(top, n), 0);
  const best = Math.max(
    1,
    curve.at(Math.ceil(curve.peak)) > curve.at(Math.floor(curve.peak)) ? Math.ceil(curve.peak) : Math.floor(curve.peak),
  );
  const unit = m.axis === 'servers' ? 'server' : 'request';
  const limits = `σ ${num(curve.sigma)} and κ ${num(curve.kappa)} (contention and crosstalk) end the growth at √((1 − σ)/κ) = ${num(curve.peak)}`;
  const search: Finding['commands'] = [
    { what: 'what all of them wait for: locks and hot rows', command: ACTIVITY },
    { what: 'the queries to take off the shared path (cache, batch, split)', command: STATEMENTS },
  ];
  if (m.axis === 'servers' && m.servers > curve.peak && best < m.servers && curve.at(best) > curve.at(m.servers) * 1.01)
    return {
      verdict: 'scale_down',
      to: best,
      signal: `${m.servers} servers are beyond the peak of ${num(curve.peak)}`,
      why: `${limits}: each more makes all of them slower. Run ${best}, then remove what they share`,
      predicts: [
        `${many(best, 'server')}: ${num(curve.at(best))}/s at most, where ${m.servers} give ${num(curve.at(m.servers))}/s`,
        ...(rate === undefined
          ? []
          : [
              `${num(rate)}/s is ${pct(rate / curve.at(best))} of it: ${rate / curve.at(best) > LIMIT.cpu ? 'still too much, until κ is smaller' : 'enough'}`,
            ]),
      ],
      check: [`one at a time: throughput at full load rises, or the curve is wrong and you stop`],
      commands: search,
      change: { kind: 'servers', to: best },
    };
  const retrograde = far > curve.peak && curve.at(far) < curve.most * 0.97;
  const short = m.axis === 'servers' && rate !== undefined && rate > curve.most * LIMIT.cpu;
  if (!retrograde && !short) return undefined;
  if (m.axis === 'servers' && !short && m.servers < curve.peak) return undefined;
  return fix({
    signal: retrograde
      ? `throughput falls from ${num(curve.most)}/s at ${many(best, unit)} to ${num(curve.at(far))}/s at ${num(far)}`
      : `${num(rate as number)}/s is more than ${pct(LIMIT.cpu)} of the most that any number of servers gives, ${num(curve.most)}/s`,
    why: `${limits}${m.axis === 'servers' ? ': another server makes it worse' : ': let no more than that in at once, and find what they share'}`,
    predicts: [
      m.axis === 'servers'
        ? `with κ halved the peak moves to ${num(Math.sqrt((1 - curve.sigma) / (curve.kappa / 2)))} servers`
        : `a limit of ${many(best, unit)} in the system (pool, workers, proxy) holds ${num(curve.most)}/s; the others wait outside instead of slowing it`,
    ],
    check: [`the load test again: throughput at ${num(far)} is no longer below that at ${best}`],
    commands: search,
  });
};

export const bottlenecks: readonly Rule[] = [
  disk,
  memory,
  connections,
  credits,
  steal,
  ioWait,
  errors,
  crosstalk,
  workers,
  latency,
  network,
];
export { rising };
