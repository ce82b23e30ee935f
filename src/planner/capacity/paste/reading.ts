/** What one tool's output says, in the names and units of the input's `measured`; more of it where a machine tells more. */
export interface Reading {
  /** The tool: `vmstat`. */
  readonly tool: string;
  readonly values: Values;
}

export interface Values {
  cpu?: number;
  /** Processors that are busy, where a tool adds them up: 3.4. */
  busy?: number;
  /** Load average over five minutes. */
  load?: number;
  memory?: number;
  memoryGb?: number;
  swapGb?: number;
  /** Pages to and from disk, in KiB a second. */
  swapping?: number;
  disk?: number;
  ioWait?: number;
  steal?: number;
  credits?: number;
  requestsPerSecond?: number;
  mean?: number;
  p50?: number;
  p95?: number;
  p99?: number;
  errors?: number;
  connections?: number;
  queue?: number[];
  /** Clients of a load test: with the throughput it makes a point. */
  concurrency?: number;
}

/** Lines that are longer hold no table. */
export const LINE_MAX = 400;

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
export const round = (value: number, digits = 4): number => Number(value.toPrecision(digits));

const SIZES: Readonly<Record<string, number>> = { '': 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40, p: 2 ** 50 };

/** Bytes of `1.5GiB`, `1.5G` or `1.5GB`; undefined where it is none. Docker's decimal and binary prefixes are taken for what they are. */
export function bytes(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgtp]?)(i?)(b?)$/i.exec(text);
  if (match === null) return undefined;
  const prefix = (match[2] as string).toLowerCase();
  const decimal = match[3] === '' && match[4] !== '' && prefix !== '';
  const factor = decimal ? 1000 ** ['', 'k', 'm', 'g', 't', 'p'].indexOf(prefix) : (SIZES[prefix] as number);
  return Number(match[1]) * factor;
}
