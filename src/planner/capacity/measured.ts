import { InputError, notAllowed } from '../../core/errors.ts';
import { findServerType } from '../../providers/catalog.ts';
import type { ServerType } from '../../providers/catalog_types.ts';
import { type ProviderId, providers } from '../../providers/index.ts';
import type { CapacityInput, Metrics } from './input.ts';
import { type Pasted, readPasted } from './paste/index.ts';
import type { Values } from './paste/reading.ts';
import type { Measurement } from './usl.ts';
import { num } from './words.ts';

export type Axis = 'servers' | 'concurrency';

/** Everything that was measured, in one set of units, with what is wrong about it. Utilisations in per cent, times in ms. */
export interface Measured extends Metrics {
  /** Load average over five minutes. */
  readonly load?: number;
  /** KiB a second to and from the swap. */
  readonly swapping?: number;
  readonly servers: number;
  readonly zones: number;
  readonly vcpu?: number;
  readonly memoryGb?: number;
  /** Per cent a week. */
  readonly growth?: number;
  readonly targetMs?: number;
  readonly availability?: number;
  readonly provider?: ProviderId;
  readonly type?: ServerType;
  readonly region?: string;
  readonly axis: Axis;
  readonly points: readonly (Measurement & { readonly latencyMs?: number })[];
  readonly contradictions: readonly string[];
  readonly assumptions: readonly string[];
  /** `vmstat: cpu 38.5 %, ...`, what was read of what was pasted. */
  readonly read: readonly string[];
}

/** Of several readings the highest is the peak; of what is left, the lowest. */
const LOWEST: readonly string[] = ['credits'];

const MEASURES = ['cpu', 'memory', 'disk', 'ioWait', 'steal', 'network', 'errors', 'databaseShare', 'cacheable'] as const;
const UNITS: Readonly<Record<string, string>> = {
  cpu: ' %',
  busy: ' processors busy',
  memory: ' %',
  memoryGb: ' GB',
  swapGb: ' GB',
  swapping: ' KiB/s',
  disk: ' %',
  ioWait: ' %',
  steal: ' %',
  requestsPerSecond: '/s',
  mean: ' ms',
  p50: ' ms',
  p95: ' ms',
  p99: ' ms',
  errors: ' %',
};

/** @throws InputError for a size that the provider does not have, and a paste of which nothing is known. */
export async function measuredFrom(input: CapacityInput): Promise<Measured> {
  const contradictions: string[] = [];
  const assumptions: string[] = [];
  const pasted = input.pasted === undefined ? { readings: [], unknown: [] } : readPasted(input.pasted);
  for (const line of pasted.unknown) assumptions.push(`not recognised, and left out: ${line}`);
  const type = await typeOf(input);
  const { values, runs } = merge(pasted);
  const given = drop(input.measured ?? {});
  const both: Values & Metrics = { ...values, ...given };
  for (const [name, value] of Object.entries(given)) {
    const other = (values as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'number' && typeof other === 'number' && Math.abs(value - other) > 0.2 * Math.max(value, other))
      contradictions.push(`${name} is given as ${num(value)} and pasted as ${num(other)}; what is given is used`);
  }
  const vcpu = input.vcpu ?? type?.vcpu;
  const memoryGb = input.memoryGb ?? type?.memoryGb ?? values.memoryGb;
  processors(both, values, vcpu, contradictions, assumptions);
  for (const name of MEASURES) {
    const value = both[name];
    if (value !== undefined && value > 100) {
      contradictions.push(`${name} of ${num(value)} % is above 100 %, and not used`);
      delete both[name];
    } else if (value !== undefined && value > 0 && value < 1 && given[name] !== undefined)
      assumptions.push(`${name} ${value} is taken for ${value} %; a share of 1 would be ${num(value * 100)}`);
  }
  latencies(both, contradictions);
  if (both.connections !== undefined && both.maxConnections !== undefined && both.connections > both.maxConnections)
    contradictions.push(`${num(both.connections)} connections are more than the limit of ${num(both.maxConnections)}`);
  const servers = input.servers ?? 1;
  work(both, vcpu, servers, contradictions);
  if (input.servers === undefined) assumptions.push('one server');
  const zones = input.zones ?? 1;
  if (zones > servers)
    contradictions.push(`${zones} zones with ${servers === 1 ? 'one server' : `${servers} servers`}: some zones are empty`);
  const { axis, points } = pointsOf(input, runs, contradictions);
  const { busy: _, concurrency: __, memoryGb: ___, ...metrics } = both;
  return drop({
    ...metrics,
    servers,
    zones: Math.min(zones, servers),
    vcpu,
    memoryGb,
    growth: input.growth,
    targetMs: input.targetMs,
    availability: input.availability,
    provider: input.provider,
    type,
    region: input.region,
    axis,
    points,
    contradictions,
    assumptions,
    read: pasted.readings.map(({ tool, values: read }) => `${tool}: ${Object.entries(read).map(said).join(', ')}`),
  }) as Measured;
}

const said = ([name, value]: [string, number | number[]]): string =>
  `${name} ${typeof value === 'number' ? num(value, 4) : value.length > 6 ? `${value.length} lengths` : value.join(' ')}${UNITS[name] ?? ''}`;

function drop<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

async function typeOf({ provider, size }: CapacityInput): Promise<ServerType | undefined> {
  if (size === undefined) return undefined;
  if (provider === undefined)
    throw new InputError({
      field: 'provider',
      message: 'is missing; a size is a name of one provider.',
      allowed: ['hetzner', 'aws', 'digitalocean'],
    });
  const { catalog, title } = await providers[provider]();
  const found = findServerType(catalog, size);
  if (found === undefined)
    throw new InputError(
      notAllowed(
        'size',
        size,
        `is no server type of ${title} that is known here; give vcpu and memoryGb instead`,
        catalog.serverTypes.map(({ id }) => id),
      ),
    );
  return found;
}

/** One set of values out of many readings; runs of a load test stay apart, because each is a point. */
function merge({ readings }: Pasted): { values: Values; runs: Values[] } {
  const values: Record<string, number | number[]> = {};
  const runs = readings.map(({ values: one }) => one).filter((one) => one.concurrency !== undefined && one.requestsPerSecond !== undefined);
  const alone = new Set(runs.map(({ concurrency }) => concurrency)).size === 1;
  for (const { values: one } of readings) {
    if (runs.includes(one) && !alone) continue;
    for (const [name, value] of Object.entries(one) as [string, number | number[]][]) {
      const before = values[name];
      values[name] =
        typeof before === 'number' && typeof value === 'number'
          ? LOWEST.includes(name)
            ? Math.min(before, value)
            : Math.max(before, value)
          : value;
    }
  }
  return { values: values as Values, runs };
}

/** CPU in per cent of the machine, from tools that add processors up and from the load average. */
function processors(
  both: Values & Metrics,
  pasted: Values,
  vcpu: number | undefined,
  contradictions: string[],
  assumptions: string[],
): void {
  if (both.cpu === undefined && pasted.busy !== undefined) {
    if (vcpu === undefined)
      assumptions.push(`${num(pasted.busy)} processors are busy; of how many is not known: give vcpu, or provider and size`);
    else both.cpu = (pasted.busy / vcpu) * 100;
  }
  if (both.cpu !== undefined && both.cpu > 100) {
    if (vcpu === undefined || both.cpu > vcpu * 100 * 1.02) return;
    contradictions.push(
      `cpu of ${num(both.cpu)} % is above 100 %: taken for the sum over ${vcpu} processors, as top and docker stats print it, ${num(both.cpu / vcpu)} % of the machine`,
    );
    both.cpu = Math.min(100, both.cpu / vcpu);
  }
  if (both.cpu === undefined && pasted.load !== undefined && vcpu !== undefined && pasted.load <= vcpu) {
    both.cpu = (pasted.load / vcpu) * 100;
    assumptions.push(`cpu is at most load average / processors: ${num(pasted.load)} / ${vcpu} = ${num(both.cpu)} %`);
  }
}

/** By the utilisation law, requests that need more processors than there are. */
function work(both: Metrics, vcpu: number | undefined, servers: number, contradictions: string[]): void {
  const { requestsPerSecond: rate, cpuMs } = both;
  if (rate === undefined || cpuMs === undefined || vcpu === undefined) return;
  const busy = (rate * cpuMs) / 1000;
  if (busy <= vcpu * servers) return;
  contradictions.push(
    `${num(rate)}/s × ${num(cpuMs)} ms = ${num(busy)} processors, and there are ${num(vcpu * servers)}: one of the three is wrong`,
  );
  delete both.cpuMs;
}

/** Percentiles that do not rise are of no use. */
function latencies(both: Metrics, contradictions: string[]): void {
  const all = (['p50', 'p95', 'p99'] as const).flatMap((name) => (both[name] === undefined ? [] : [{ name, value: both[name] as number }]));
  const wrong = all.find(({ value }, i) => i > 0 && (all[i - 1] as { value: number }).value > value);
  if (wrong === undefined) return;
  const before = all[all.indexOf(wrong) - 1] as { name: string; value: number };
  contradictions.push(
    `${before.name} of ${num(before.value)} ms is above ${wrong.name} of ${num(wrong.value)} ms, which cannot be: none of them is used`,
  );
  for (const { name } of all) delete both[name];
}

/** Points on one axis, the one that has more of them. */
function pointsOf(input: CapacityInput, runs: readonly Values[], contradictions: string[]): Pick<Measured, 'axis' | 'points'> {
  const of = (axis: Axis): (Measurement & { latencyMs?: number })[] => [
    ...(input.points ?? []).flatMap((one) => {
      const n = one[axis];
      return n === undefined ? [] : [{ n, x: one.requestsPerSecond, ...(one.latencyMs === undefined ? {} : { latencyMs: one.latencyMs }) }];
    }),
    ...(axis === 'servers'
      ? []
      : runs.map((run) => ({
          n: run.concurrency as number,
          x: run.requestsPerSecond as number,
          ...(run.mean === undefined ? {} : { latencyMs: run.mean }),
        }))),
  ];
  const [servers, concurrency] = [of('servers'), of('concurrency')];
  const axis: Axis = servers.length > 0 && servers.length >= concurrency.length ? 'servers' : 'concurrency';
  const points = (axis === 'servers' ? servers : concurrency).sort((a, b) => a.n - b.n || a.x - b.x);
  const other = axis === 'servers' ? concurrency : servers;
  if (servers.length > 0 && concurrency.length > 0)
    contradictions.push(
      `points at ${axis === 'servers' ? 'numbers of servers' : 'concurrencies'} and at something else do not lie on one curve: ${other.length} left out`,
    );
  if (axis === 'concurrency')
    for (const { n, x, latencyMs } of points.slice(0, 500))
      if (latencyMs !== undefined && (x * latencyMs) / 1000 > n * 1.1) {
        contradictions.push(
          `at concurrency ${num(n)}: Little's law gives ${num(x)}/s × ${num(latencyMs)} ms = ${num((x * latencyMs) / 1000)} in the system, more than there were`,
        );
        break;
      }
  return { axis, points };
}
