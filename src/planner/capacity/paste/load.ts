import type { Recogniser } from './host.ts';
import { type Reading, round, type Values } from './reading.ts';

const FACTOR: Readonly<Record<string, number>> = { us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000, secs: 1000 };

/** Milliseconds of `49.00ms`, `1.20s`, `985us`. */
const duration = (number: string | undefined, unit: string | undefined): number => round(Number(number) * (FACTOR[unit ?? ''] ?? 1), 6);

/** One line of a tool's output, and what it says. Patterns are short, and bounded in every repetition. */
interface Line {
  readonly match: RegExp;
  /** Of a value that is said twice the first holds; counts are added up. */
  readonly take?: (match: RegExpExecArray) => Values & Counts;
}
interface Counts {
  requests?: number;
  failed?: number;
}
interface Tool {
  readonly tool: string;
  /** The line with which a run begins. */
  readonly begins: RegExp;
  /** Without it there is no result. */
  readonly lines: readonly Line[];
}

const NUMBER = '(\\d{1,12}(?:\\.\\d{1,9})?)';
const is = (text: string): RegExp => new RegExp(text.replaceAll('#', NUMBER));

const tools: readonly Tool[] = [
  {
    tool: 'wrk',
    begins: /^Running \d{1,6}[smh] test @ /,
    lines: [
      { match: is('^\\s*# threads and # connections'), take: (m) => ({ concurrency: Number(m[2]) }) },
      { match: is('^\\s*Latency\\s+#(us|ms|s|m)\\s'), take: (m) => ({ mean: duration(m[1], m[2]) }) },
      { match: is('^\\s*50(?:\\.0{1,3})?%\\s+#(us|ms|s|m)\\s*$'), take: (m) => ({ p50: duration(m[1], m[2]) }) },
      { match: is('^\\s*99(?:\\.0{1,3})?%\\s+#(us|ms|s|m)\\s*$'), take: (m) => ({ p99: duration(m[1], m[2]) }) },
      { match: is('^\\s*# requests in #(?:s|m|h),'), take: (m) => ({ requests: Number(m[1]) }) },
      {
        match: is('^\\s*Socket errors: connect #, read #, write #, timeout #'),
        take: (m) => ({ failed: m.slice(1, 5).reduce((sum, one) => sum + Number(one), 0) }),
      },
      { match: is('^\\s*Non-2xx or 3xx responses: #'), take: (m) => ({ failed: Number(m[1]) }) },
      { match: is('^Requests/sec:\\s+#'), take: (m) => ({ requestsPerSecond: Number(m[1]) }) },
      { match: /^\s*(?:Thread Stats|Req\/Sec|Latency Distribution|Transfer\/sec:|\d{1,3}(?:\.\d{1,3})?%\s+\d)/ },
    ],
  },
  {
    tool: 'ab',
    begins: /^This is ApacheBench|^Server Software:/,
    lines: [
      { match: is('^Concurrency Level:\\s+#'), take: (m) => ({ concurrency: Number(m[1]) }) },
      { match: is('^Complete requests:\\s+#'), take: (m) => ({ requests: Number(m[1]) }) },
      { match: is('^Failed requests:\\s+#'), take: (m) => ({ failed: Number(m[1]) }) },
      { match: is('^Non-2xx responses:\\s+#'), take: (m) => ({ failed: Number(m[1]) }) },
      { match: is('^Requests per second:\\s+#'), take: (m) => ({ requestsPerSecond: Number(m[1]) }) },
      { match: is('^Time per request:\\s+# \\[ms\\] \\(mean\\)'), take: (m) => ({ mean: Number(m[1]) }) },
      { match: is('^\\s*50%\\s+#\\s*$'), take: (m) => ({ p50: Number(m[1]) }) },
      { match: is('^\\s*95%\\s+#\\s*$'), take: (m) => ({ p95: Number(m[1]) }) },
      { match: is('^\\s*99%\\s+#\\s*$'), take: (m) => ({ p99: Number(m[1]) }) },
      {
        match:
          /^(?:Copyright 1996|Licensed to The Apache|Benchmarking |Completed \d|Finished \d|Server |Document |Time |Total transferred|HTML transferred|Transfer rate|Connection Times|\s+min\s+mean|Connect:|Processing:|Waiting:|Total:|Percentage of|\s*(?:\(Connect,|\d{1,3}%\s))/,
      },
    ],
  },
  {
    tool: 'hey',
    begins: /^Summary:\s*$/,
    lines: [
      { match: is('^\\s*Average:\\s+# secs'), take: (m) => ({ mean: duration(m[1], 'secs') }) },
      { match: is('^\\s*Requests/sec:\\s+#'), take: (m) => ({ requestsPerSecond: Number(m[1]) }) },
      { match: is('^\\s*50%+ in # secs'), take: (m) => ({ p50: duration(m[1], 'secs') }) },
      { match: is('^\\s*95%+ in # secs'), take: (m) => ({ p95: duration(m[1], 'secs') }) },
      { match: is('^\\s*99%+ in # secs'), take: (m) => ({ p99: duration(m[1], 'secs') }) },
      {
        match: is('^\\s*\\[(\\d{3})\\]\\s+# responses'),
        take: (m) => ({ requests: Number(m[2]), failed: /^[45]/.test(m[1] as string) ? Number(m[2]) : 0 }),
      },
      {
        match:
          /^\s*(?:Total:|Slowest:|Fastest:|Total data:|Size\/request:|Response time histogram:|Latency distribution:|Details |DNS|req write:|resp (?:wait|read):|Status code distribution:|\d{1,6}\.\d{1,4} \[|\d{1,3}%+ in )/,
      },
    ],
  },
  {
    tool: 'k6',
    begins: /^\s*(?:█ TOTAL RESULTS|checks(?:_total)?\.{3,}:)/,
    lines: [
      {
        match: is('^\\s*http_req_duration\\.{3,}:.{0,40}avg=#(µs|us|ms|s|m)'),
        take: (m) => {
          const values: Values = { mean: duration(m[1], m[2]) };
          for (const [name, label] of [
            ['p50', 'med='],
            ['p95', 'p\\(95\\)='],
            ['p99', 'p\\(99\\)='],
          ] as const) {
            const found = is(`${label}#(µs|us|ms|s|m)`).exec(m.input);
            if (found !== null) values[name] = duration(found[1], found[2]);
          }
          return values;
        },
      },
      { match: is('^\\s*http_reqs\\.{3,}:\\s+\\d{1,12}\\s+#/s'), take: (m) => ({ requestsPerSecond: Number(m[1]) }) },
      { match: is('^\\s*http_req_failed\\.{3,}:\\s+#%'), take: (m) => ({ errors: Number(m[1]) }) },
      { match: is('^\\s*vus_max\\.{3,}:\\s+#'), take: (m) => ({ concurrency: Number(m[1]) }) },
      { match: /^\s*(?:█ |HTTP$|EXECUTION$|NETWORK$|CUSTOM$|[✓✗] |\{ expected_response|[a-z_0-9]{2,40}\.{3,}:)/ },
    ],
  },
];

/** Load tests, one reading a run. A line that only decorates is claimed too, so that it is not reported as unknown. */
export const loadTests: Recogniser = (lines, claim) => {
  const readings: Reading[] = [];
  let tool: Tool | undefined;
  let values: Values & Counts = {};
  // hey does not print its clients, but its command line tells them.
  let clients: number | undefined;
  const finish = (): void => {
    if (tool !== undefined && values.requestsPerSecond !== undefined && values.requestsPerSecond > 0) {
      const { requests, failed, ...rest } = values;
      const errors = requests !== undefined && requests > 0 ? round(Math.min(100, ((failed ?? 0) / requests) * 100)) : rest.errors;
      readings.push({ tool: tool.tool, values: { ...rest, ...(errors === undefined ? {} : { errors }) } });
    }
    values = {};
  };
  for (const [i, line] of lines.entries()) {
    const command = /\bhey\s.{0,200}-c\s?(\d{1,6})\b/.exec(line);
    if (command !== null) {
      clients = Number(command[1]);
      continue;
    }
    const next = tools.find(({ begins }) => begins.test(line));
    // ab's banner comes before the table of the same run.
    if (next !== undefined && !(next === tool && values.requestsPerSecond === undefined)) {
      finish();
      tool = next;
      if (tool.tool === 'hey' && clients !== undefined) values.concurrency = clients;
      clients = undefined;
    }
    if (next !== undefined) claim(i);
    const found = tool?.lines.find(({ match }) => match.test(line));
    if (found === undefined) continue;
    claim(i);
    const said = found.take?.(found.match.exec(line) as RegExpExecArray) ?? {};
    values = {
      ...said,
      ...values,
      ...sum('requests', values, said),
      ...sum('failed', values, said),
    };
  }
  finish();
  return readings;
};

function sum(key: keyof Counts, a: Counts, b: Counts): Counts {
  return a[key] === undefined && b[key] === undefined ? {} : { [key]: (a[key] ?? 0) + (b[key] ?? 0) };
}
