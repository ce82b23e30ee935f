import * as z from 'zod';
import { providerIds } from '../../providers/provider.ts';
import { list } from '../../resources/fields.ts';
import { resolveProvider } from '../request.ts';

/*
 * Numbers as people measure them: "85 %", "1.2k", "350ms", "1,200/s". Checks are refinements rather than bounds: those
 * would stand in the schema that every chat reads. A utilisation above 100 % passes here, because it is named as a
 * contradiction later, beside what it contradicts.
 */

const camel = (key: string): string => key.replace(/[-_]+([a-zA-Z0-9])/g, (_, letter: string) => letter.toUpperCase());

/** Factors by unit, in lower case; a bare number has the field's own unit. */
type Units = Readonly<Record<string, number>>;

const NUMBER =
  /^\s*[~≈]?\s*(\d{1,3}(?:[, _]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)\s*([a-zA-Zµ%]+(?:\s*(?:\/|per|a)\s*[a-z]+)?|\/\s*[a-z]+)?\s*$/i;

/** A custom check, whose message is said even where a field was found by another name than the schema's. */
const within = (min: number, max: number, problem: string) =>
  z.custom<number>((value) => typeof value === 'number' && value >= min && value <= max, problem).meta({ type: 'number' });

/** A number of 0 or more, in a field's own unit. */
function measure(units: Units, max: number, what: string) {
  return z.preprocess(
    (value) => {
      if (typeof value !== 'string' || value.length > 40) return value;
      const match = NUMBER.exec(value);
      if (match === null) return value;
      const number = Number((match[1] as string).replaceAll(/[, _]/g, ''));
      const unit = (match[2] ?? '')
        .toLowerCase()
        .replaceAll(/\s+/g, '')
        .replace(/per|^a(?=[a-z]+$)/, '/');
      if (unit === '') return number;
      const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
      return factor === undefined ? value : Number((number * factor).toPrecision(12));
    },
    within(0, max, `is no ${what} from 0 to ${max}`),
  );
}

const percent = measure({ '%': 1, percent: 1, pct: 1 }, 1_000_000, 'percentage');
const milliseconds = measure(
  { ms: 1, s: 1000, sec: 1000, seconds: 1000, us: 0.001, µs: 0.001, m: 60_000, min: 60_000 },
  86_400_000,
  'time in ms',
);
const PER_SECOND: Units = {
  '/s': 1,
  rps: 1,
  'req/s': 1,
  'requests/s': 1,
  'requests/second': 1,
  qps: 1,
  '/sec': 1,
  k: 1000,
  'k/s': 1000,
  krps: 1000,
  '/min': 1 / 60,
  '/m': 1 / 60,
  'req/min': 1 / 60,
  '/h': 1 / 3600,
};
const rate = measure(PER_SECOND, 1_000_000_000, 'number of requests a second');
const count = measure({ k: 1000 }, 1_000_000_000, 'number');
const gigabytes = measure(
  { gb: 1, gib: 1, g: 1, gi: 1, mb: 0.001, mib: 0.001, m: 0.001, tb: 1000, t: 1000, kb: 1e-6 },
  1_000_000,
  'size in GB',
);
const whole = (min: number, max: number) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^\s*\d{1,9}\s*$/.test(value) ? Number(value) : value),
    z.number().refine((value) => Number.isInteger(value) && value >= min && value <= max, `is no whole number from ${min} to ${max}`),
  );

/** Growth in per cent a week; other spans are turned into it. */
const WEEKS: Readonly<Record<string, number>> = {
  day: 1 / 7,
  d: 1 / 7,
  week: 1,
  w: 1,
  wk: 1,
  month: 365.25 / 12 / 7,
  mo: 365.25 / 12 / 7,
  quarter: 365.25 / 4 / 7,
  year: 365.25 / 7,
  y: 365.25 / 7,
};
const growth = z.preprocess(
  (value) => {
    const match =
      typeof value === 'string' ? /^\s*\+?\s*(\d{1,6}(?:\.\d{1,6})?)\s*%?\s*(?:(?:\/|per|a)?\s*([a-z]+?)(?:ly)?)?\s*$/i.exec(value) : null;
    if (match === null) return value;
    const span = match[2] === undefined ? 1 : WEEKS[match[2].toLowerCase()];
    if (span === undefined) return value;
    return Number((((1 + Number(match[1]) / 100) ** (1 / span) - 1) * 100).toPrecision(12));
  },
  within(0, 10_000, 'is no growth like "5 %" a week; load that shrinks is 0'),
);

const POINT: Readonly<Record<string, string>> = {
  n: 'servers',
  nodes: 'servers',
  instances: 'servers',
  users: 'concurrency',
  load: 'concurrency',
  clients: 'concurrency',
  connections: 'concurrency',
  threads: 'concurrency',
  x: 'requestsPerSecond',
  rps: 'requestsPerSecond',
  throughput: 'requestsPerSecond',
  qps: 'requestsPerSecond',
  latency: 'latencyMs',
  p95: 'latencyMs',
};

/** An object by its field names in any writing; null is the same as left out. */
const named =
  (others: Readonly<Record<string, string>>) =>
  (value: unknown): unknown => {
    if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
    const given: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value)) {
      if (item === null) continue;
      const plain = camel(key);
      const name = Object.hasOwn(others, plain) ? (others[plain] as string) : plain;
      // Twice in two writings: kept as it was written, and so refused by its name.
      given[Object.hasOwn(given, name) ? key : name] = item;
    }
    return given;
  };

const above = (field: typeof count) => field.refine((value) => value > 0, 'has to be more than 0');

const point = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 2 ? { servers: value[0], requestsPerSecond: value[1] } : named(POINT)(value)),
  z
    .strictObject({
      servers: above(count).optional(),
      concurrency: above(count).optional(),
      requestsPerSecond: above(rate),
      latencyMs: milliseconds.optional(),
    })
    .refine((one) => (one.servers === undefined) !== (one.concurrency === undefined), 'needs servers or concurrency, one of the two'),
);

const word = (pattern: RegExp, problem: string) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? value.trim().toLowerCase() : value),
    z.string().refine((value) => pattern.test(value), problem),
  );
const provider = z.preprocess((value) => (typeof value === 'string' ? (resolveProvider(value) ?? value) : value), z.enum(providerIds));

/** Bytes of pasted text that are read; a minute of vmstat has five thousand. */
export const PASTE_MAX = 200_000;
/** Measurements of one kind. */
const POINTS_MAX = 500;
export const SERVERS_MAX = 10_000;

/** What is measured, by the names that a caller may use for it. In the advertised schema it is one line. */
const metrics = z.strictObject({
  cpu: percent.optional(),
  memory: percent.optional(),
  swapGb: gigabytes.optional(),
  disk: percent.optional(),
  ioWait: percent.optional(),
  steal: percent.optional(),
  network: percent.optional(),
  credits: count.optional(),
  requestsPerSecond: rate.optional(),
  mean: milliseconds.optional(),
  p50: milliseconds.optional(),
  p95: milliseconds.optional(),
  p99: milliseconds.optional(),
  cpuMs: milliseconds.optional(),
  errors: percent.optional(),
  connections: count.optional(),
  maxConnections: above(count).optional(),
  queue: list(count)
    .refine((value) => value.length <= POINTS_MAX, `has more than ${POINTS_MAX} lengths`)
    .optional(),
  databaseShare: percent.optional(),
  cacheable: percent.optional(),
});
export type Metrics = z.output<typeof metrics>;

const METRIC: Readonly<Record<string, string>> = {
  rps: 'requestsPerSecond',
  qps: 'requestsPerSecond',
  throughput: 'requestsPerSecond',
  errorRate: 'errors',
  swap: 'swapGb',
  iowait: 'ioWait',
  wait: 'ioWait',
  cpuCredits: 'credits',
  queueLength: 'queue',
  queues: 'queue',
  p50Ms: 'p50',
  p95Ms: 'p95',
  p99Ms: 'p99',
  meanMs: 'mean',
  average: 'mean',
  avg: 'mean',
  median: 'p50',
};
const FIELD: Readonly<Record<string, string>> = {
  nodes: 'servers',
  instances: 'servers',
  vcpus: 'vcpu',
  cores: 'vcpu',
  type: 'size',
};
const LATENCY = ['latency', 'latencyMs'];

/** `latency: {p95: 300}` stands for `p95: 300`; a latency of its own is its 95th percentile. */
function metricsOf(value: unknown): unknown {
  const given = named(METRIC)(value);
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return given;
  const flat: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(given)) {
    if (!LATENCY.includes(key)) flat[key] = item;
    else if (item !== null && typeof item === 'object') Object.assign(flat, named(METRIC)(item));
    else flat.p95 = item;
  }
  return flat;
}

/** Measurements that stand beside `measured` instead of in it are meant there. */
function fold(value: unknown): unknown {
  const given = named(FIELD)(value);
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return given;
  const rest: Record<string, unknown> = {};
  const loose: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(given))
    (Object.hasOwn(metrics.shape, key) || Object.hasOwn(METRIC, key) || LATENCY.includes(key) ? loose : rest)[key] = item;
  if (Object.keys(loose).length === 0) return rest;
  const { measured } = rest;
  // Something else than an object is refused by its own name.
  if (measured !== undefined && (measured === null || typeof measured !== 'object' || Array.isArray(measured))) return rest;
  return { ...rest, measured: { ...(measured as object | undefined), ...loose } };
}

const fields = z.strictObject({
  pasted: z
    .preprocess(
      (value) => (Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join('\n\n') : value),
      z.string().refine((value) => value.length <= PASTE_MAX, `is longer than ${PASTE_MAX} characters; a minute of it is enough`),
    )
    .optional()
    .describe('output of uptime, free, vmstat, docker stats, wrk, ab, hey, k6; metrics JSON'),
  measured: z
    .record(z.string(), z.unknown())
    .describe(
      'at peak: % cpu memory disk ioWait steal network errors databaseShare cacheable; requestsPerSecond, ms p50 p95 p99 cpuMs, connections, maxConnections, queue[], swapGb, credits',
    )
    .transform(metricsOf)
    .pipe(metrics)
    .optional(),
  points: list(point)
    .refine((value) => value.length <= POINTS_MAX, `has more than ${POINTS_MAX} points`)
    .optional()
    .meta({ items: {}, description: '{servers or concurrency, requestsPerSecond, latencyMs}' }),
  growth: growth.optional().describe('% a week'),
  servers: whole(1, SERVERS_MAX).optional(),
  zones: whole(1, 100).optional(),
  vcpu: whole(1, 1024).optional(),
  memoryGb: above(gigabytes).optional(),
  targetMs: above(milliseconds).optional().describe('p95'),
  availability: percent.refine((value) => value < 100, 'has to be below 100 %').optional(),
  provider: provider.optional(),
  size: word(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'is no size: a type name like cx23').optional(),
  region: word(/^[a-z0-9][a-z0-9-]{0,40}$/, 'is no region like fsn1').optional(),
  theme: z.enum(['light', 'dark']).optional(),
});

export const capacityInput = z.preprocess(fold, fields);
export type CapacityInput = z.output<typeof fields>;
