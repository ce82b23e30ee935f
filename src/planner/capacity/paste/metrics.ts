import { type Reading, round, type Values } from './reading.ts';

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => value !== null && typeof value === 'object' && !Array.isArray(value);
const get = (value: unknown, key: string): unknown => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** One value of a series at its time, in seconds. */
interface Sample {
  readonly at: number;
  readonly value: number;
}
const sorted = (samples: readonly Sample[]): Sample[] =>
  samples.filter(({ at, value }) => Number.isFinite(at) && Number.isFinite(value) && value >= 0).sort((a, b) => a.at - b.at);
const most = (samples: readonly Sample[]): number => samples.reduce((top, { value }) => Math.max(top, value), 0);
const last = (samples: readonly Sample[]): number => samples.at(-1)?.value ?? 0;
/** A count per period as a rate; the period is the shortest distance of two samples. */
function perSecond(samples: readonly Sample[]): number | undefined {
  let period = Number.POSITIVE_INFINITY;
  for (const [i, { at }] of samples.entries()) if (i > 0) period = Math.min(period, at - (samples[i - 1] as Sample).at || period);
  return Number.isFinite(period) && period > 0 ? round(most(samples) / period) : undefined;
}

/** What CloudWatch's metrics mean here; the highest of the period's averages is the peak. */
const CLOUDWATCH: Readonly<Record<string, (samples: readonly Sample[], statistic: string) => Values>> = {
  CPUUtilization: (samples) => ({ cpu: round(most(samples)) }),
  CPUCreditBalance: (samples) => ({ credits: round(last(samples)) }),
  DatabaseConnections: (samples) => ({ connections: most(samples) }),
  mem_used_percent: (samples) => ({ memory: round(most(samples)) }),
  disk_used_percent: (samples) => ({ disk: round(most(samples)) }),
  cpu_usage_iowait: (samples) => ({ ioWait: round(most(samples)) }),
  cpu_usage_steal: (samples) => ({ steal: round(most(samples)) }),
  RequestCount: (samples) => {
    const rate = perSecond(samples);
    return rate === undefined ? {} : { requestsPerSecond: rate };
  },
  TargetResponseTime: (samples, statistic) => ({
    [/^p(?:50|95|99)$/.test(statistic) ? statistic : 'mean']: round(most(samples) * 1000),
  }),
  ApproximateNumberOfMessagesVisible: (samples) => ({ queue: samples.slice(-500).map(({ value }) => value) }),
};

function cloudwatch(label: string, samples: readonly Sample[], statistic: string): Reading[] {
  const name = Object.keys(CLOUDWATCH).find((one) => label === one || label.split(/\s+/, 20).includes(one));
  const kept = sorted(samples);
  if (name === undefined || kept.length === 0) return [];
  return [{ tool: `CloudWatch ${name}`, values: (CLOUDWATCH[name] as (s: readonly Sample[], t: string) => Values)(kept, statistic) }];
}

const seconds = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.length < 40 ? Date.parse(value) / 1000 : Number.NaN;

/** `aws cloudwatch get-metric-statistics`. */
function statistics(json: unknown): Reading[] | undefined {
  const points = get(json, 'Datapoints');
  const label = get(json, 'Label');
  if (!Array.isArray(points) || typeof label !== 'string') return undefined;
  const samples = points.slice(0, 10_000).map((point) => {
    const extended = get(point, 'ExtendedStatistics');
    const [name = '', value] = isObject(extended) ? (Object.entries(extended)[0] ?? []) : [];
    // Of a count the mean over its reports is 1.
    const given = (label.includes('RequestCount') ? ['Sum'] : ['Average', 'Maximum'])
      .map((one) => get(point, one))
      .find((one) => typeof one === 'number');
    return { at: seconds(get(point, 'Timestamp')), value: Number(given ?? value ?? Number.NaN), name };
  });
  return cloudwatch(label, samples, samples[0]?.name ?? '');
}

/** `aws cloudwatch get-metric-data`. */
function data(json: unknown): Reading[] | undefined {
  const results = get(json, 'MetricDataResults');
  if (!Array.isArray(results)) return undefined;
  return results.slice(0, 500).flatMap((result) => {
    const values = list(get(result, 'Values')).slice(0, 10_000);
    const times = list(get(result, 'Timestamps'));
    const label = get(result, 'Label');
    const samples = values.map((value, i) => ({ at: seconds(times[i]), value: typeof value === 'number' ? value : Number.NaN }));
    return cloudwatch(typeof label === 'string' ? label.slice(0, 200) : '', samples, '');
  });
}

const pairs = (value: unknown): Sample[] =>
  sorted(
    list(value)
      .slice(0, 10_000)
      .map((pair) => ({ at: Number(list(pair)[0]), value: Number(list(pair)[1]) })),
  );

/** `hcloud server metrics --output json`: 100 is one processor, as Hetzner's API says, so it counts the busy ones. */
function hetzner(json: unknown): Reading[] | undefined {
  const series = get(json, 'time_series') ?? get(get(json, 'metrics'), 'time_series');
  if (!isObject(series)) return undefined;
  const of = (name: string): Sample[] => pairs(get(get(series, name), 'values'));
  const [cpu, requests, open] = [of('cpu'), of('requests_per_second'), of('open_connections')];
  return [
    ...(cpu.length > 0 ? [{ tool: 'hcloud server metrics', values: { busy: round(most(cpu) / 100) } }] : []),
    ...(requests.length > 0 ? [{ tool: 'hcloud load-balancer metrics', values: { requestsPerSecond: round(most(requests)) } }] : []),
    ...(open.length > 0 && requests.length === 0 ? [{ tool: 'hcloud load-balancer metrics', values: { connections: most(open) } }] : []),
  ];
}

/** DigitalOcean's monitoring API, `/v2/monitoring/metrics/droplet/cpu`: seconds by mode, ever growing. */
function digitalocean(json: unknown): Reading[] | undefined {
  const result = get(get(json, 'data'), 'result');
  if (!Array.isArray(result) || get(get(json, 'data'), 'resultType') !== 'matrix') return undefined;
  const modes = result.slice(0, 200).flatMap((one) => {
    const mode = get(get(one, 'metric'), 'mode');
    return typeof mode === 'string' ? [{ mode, samples: pairs(get(one, 'values')) }] : [];
  });
  const grown = (wanted: (mode: string) => boolean): number =>
    modes.filter(({ mode }) => wanted(mode)).reduce((sum, { samples }) => sum + last(samples) - (samples[0]?.value ?? 0), 0);
  const all = grown(() => true);
  if (!modes.some(({ mode }) => mode === 'idle') || !(all > 0)) return undefined;
  const share = (wanted: string): number =>
    round(
      (Math.max(
        0,
        grown((mode) => mode === wanted),
      ) /
        all) *
        100,
    );
  const waits = ['idle', 'iowait', 'steal'];
  const cpu = round(
    (Math.max(
      0,
      grown((mode) => !waits.includes(mode)),
    ) /
      all) *
      100,
  );
  return [{ tool: 'DigitalOcean droplet/cpu', values: { cpu, ioWait: share('iowait'), steal: share('steal') } }];
}

/** `docker stats --format '{{json .}}'`, a container a line. */
function container(json: unknown): Reading[] | undefined {
  const cpu = get(json, 'CPUPerc');
  const memory = get(json, 'MemPerc');
  if (typeof cpu !== 'string' || !/^\d{1,6}(?:\.\d{1,4})?%$/.test(cpu)) return undefined;
  const used = typeof memory === 'string' && /^\d{1,3}(?:\.\d{1,4})?%$/.test(memory) ? Number(memory.slice(0, -1)) : undefined;
  return [{ tool: 'docker stats', values: { busy: Number(cpu.slice(0, -1)) / 100, ...(used === undefined ? {} : { memory: used }) } }];
}

/** `k6 run --summary-export`. */
function k6(json: unknown): Reading[] | undefined {
  const metrics = get(json, 'metrics');
  const duration = get(metrics, 'http_req_duration');
  const number = (metric: unknown, key: string): number | undefined => {
    const value = get(metric, key) ?? get(get(metric, 'values'), key);
    return typeof value === 'number' && value >= 0 ? value : undefined;
  };
  const rate = number(get(metrics, 'http_reqs'), 'rate');
  if (duration === undefined || rate === undefined) return undefined;
  const failed = number(get(metrics, 'http_req_failed'), 'value') ?? number(get(metrics, 'http_req_failed'), 'rate');
  const values: Values = { requestsPerSecond: round(rate) };
  for (const [name, key] of [
    ['mean', 'avg'],
    ['p50', 'med'],
    ['p95', 'p(95)'],
    ['p99', 'p(99)'],
  ] as const) {
    const value = number(duration, key);
    if (value !== undefined) values[name] = round(value);
  }
  const clients = number(get(metrics, 'vus_max'), 'max') ?? number(get(metrics, 'vus_max'), 'value');
  if (failed !== undefined && failed <= 1) values.errors = round(failed * 100);
  if (clients !== undefined && clients > 0) values.concurrency = clients;
  return [{ tool: 'k6', values }];
}

const FORMS = [statistics, data, hetzner, digitalocean, container, k6];

/** What a JSON value says; undefined where its form is not known, empty where none of its metrics is. */
export function readJson(json: unknown): Reading[] | undefined {
  for (const form of FORMS) {
    const found = form(json);
    if (found !== undefined) return found;
  }
  // Several answers in one list.
  if (!Array.isArray(json)) return undefined;
  const all = json.slice(0, 500).flatMap((one) => (Array.isArray(one) ? [] : (readJson(one) ?? [])));
  return all.length > 0 ? all : undefined;
}
