import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { InputError } from '../../../src/core/errors.ts';
import { readPasted } from '../../../src/planner/capacity/paste/index.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
const values = (text: string) => readPasted(text).readings.map(({ tool, values: read }) => ({ tool, ...read }));

describe('what tools print is recognised by itself', () => {
  test.each([
    ['uptime.txt', [{ tool: 'uptime', load: 8.2 }]],
    ['free.txt', [{ tool: 'free', memory: 21.37, memoryGb: 23.54, swapGb: 0 }]],
    ['free-m.txt', [{ tool: 'free', memory: 21.37, memoryGb: 23.54, swapGb: 0 }]],
    ['vmstat.txt', [{ tool: 'vmstat', cpu: 100, ioWait: 0, steal: 0, swapping: 0, swapGb: 0 }]],
    ['vmstat-swapping.txt', [{ tool: 'vmstat', cpu: 33, ioWait: 28, steal: 0, swapping: 4301, swapGb: 1.047 }]],
    ['df.txt', [{ tool: 'df', disk: 23 }]],
    ['docker-stats.txt', [{ tool: 'docker stats', busy: 0.0028, memory: 0.4612 }]],
    ['wrk.txt', [{ tool: 'wrk', concurrency: 32, requestsPerSecond: 593.96, mean: 58.91, p50: 49, p99: 304.68, errors: 0 }]],
    ['ab.txt', [{ tool: 'ab', concurrency: 16, requestsPerSecond: 579.14, mean: 27.627, p50: 19, p95: 61, p99: 107, errors: 0 }]],
    ['hey.txt', [{ tool: 'hey', concurrency: 50, requestsPerSecond: 578.8131, mean: 86, p50: 72.8, p95: 131.2, p99: 404.9, errors: 0 }]],
    ['k6.txt', [{ tool: 'k6', concurrency: 20, requestsPerSecond: 4.36938, mean: 144.56, p50: 110.47, p95: 215.95, errors: 0 }]],
    ['cloudwatch-statistics.json', [{ tool: 'CloudWatch CPUUtilization', cpu: 32.2 }]],
    [
      'cloudwatch-data.json',
      [
        { tool: 'CloudWatch CPUCreditBalance', credits: 0.8 },
        { tool: 'CloudWatch RequestCount', requestsPerSecond: 120 },
      ],
    ],
    ['hcloud-metrics.json', [{ tool: 'hcloud server metrics', busy: 3.401 }]],
    ['digitalocean-cpu.json', [{ tool: 'DigitalOcean droplet/cpu', cpu: 0.1084, ioWait: 0.008336, steal: 0.008336 }]],
  ])('%s', (name, expected) => {
    const { unknown } = readPasted(fixture(name));
    expect(
      values(fixture(name)).map((one) =>
        Object.fromEntries(Object.entries(one).map(([k, v]) => [k, typeof v === 'number' ? Number(v.toPrecision(4)) : v])),
      ),
    ).toEqual(
      expected.map((one) =>
        Object.fromEntries(Object.entries(one).map(([k, v]) => [k, typeof v === 'number' ? Number(v.toPrecision(4)) : v])),
      ),
    );
    expect(unknown).toEqual([]);
  });

  test('free -h, whose units are rounded', () => {
    const [one] = values(fixture('free-h.txt'));
    expect(one?.memoryGb).toBe(23);
    expect(one?.memory).toBeGreaterThan(15);
  });

  test('several at once, with prompts between them and other line ends', () => {
    const text = [
      'root@app1:~# uptime',
      fixture('uptime.txt'),
      '$ free -m',
      fixture('free-m.txt'),
      '```',
      fixture('cloudwatch-statistics.json'),
      '```',
      fixture('wrk.txt'),
    ]
      .join('\n')
      .replaceAll('\n', '\r\n');
    const { readings, unknown } = readPasted(text);
    expect(readings.map(({ tool }) => tool).sort()).toEqual(['CloudWatch CPUUtilization', 'free', 'uptime', 'wrk']);
    expect(unknown).toEqual([]);
  });

  test('several runs of a load test stay apart', () => {
    const runs = [1, 8, 32].map((n) => fixture('wrk.txt').replace('32 connections', `${n} connections`)).join('\n');
    expect(values(runs).map(({ concurrency }) => concurrency)).toEqual([1, 8, 32]);
  });

  test('macOS and a locale with decimal commas', () => {
    expect(values('21:03  up 12 days,  4:10, 3 users, load averages: 2.31 1.99 1.80')).toEqual([{ tool: 'uptime', load: 1.99 }]);
    expect(values(' 12:00:01 up 3 days,  2 users,  load average: 0,52, 0,58, 0,59')).toEqual([{ tool: 'uptime', load: 0.58 }]);
  });

  test('failed requests', () => {
    const [wrk] = values(
      `${fixture('wrk.txt')}`.replace(
        'Requests/sec:',
        '  Socket errors: connect 0, read 0, write 0, timeout 30\n  Non-2xx or 3xx responses: 274\nRequests/sec:',
      ),
    );
    expect(wrk?.errors).toBeCloseTo((304 / 3037) * 100, 1);
  });
});

describe('what is not recognised', () => {
  test('nothing at all: what was not, and what would be', () => {
    expect(() => readPasted('hello\nworld')).toThrow(
      /^pasted: nothing of it is the output of a tool .*Given: "hello"\. Allowed: uptime, free, vmstat, df, docker stats, wrk/,
    );
    expect(() => readPasted('')).toThrow(InputError);
    expect(() => readPasted('{"a":1}')).toThrow(InputError);
  });

  test('a part of it is named, short', () => {
    const { unknown } = readPasted(`${fixture('uptime.txt')}\n\nInter-|   Receive  ${'x'.repeat(5000)}\n\n{"some":"json"}\n`);
    expect(unknown).toHaveLength(2);
    for (const line of unknown) expect(line.length).toBeLessThanOrEqual(80);
  });
});

describe('hostile pastes', () => {
  const piece = fc.oneof(
    fc.string(),
    fc.constantFrom(
      ...[
        'uptime.txt',
        'free.txt',
        'vmstat.txt',
        'wrk.txt',
        'ab.txt',
        'docker-stats.txt',
        'hcloud-metrics.json',
        'digitalocean-cpu.json',
        'cloudwatch-data.json',
        'k6.txt',
      ].map(fixture),
    ),
    fc.constantFrom('{', '[', '"', '\\', '%', '0', '9'.repeat(400), ' '.repeat(400), '__proto__', 'load average: ', 'Mem:', '\u0000', '\n'),
    fc.json(),
  );

  it('throw nothing but InputError, and give finite numbers of 0 or more', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(), fc.nat(), (pieces, from, length) => {
        const text = pieces.join('\n');
        const cut = text.slice(from % (text.length + 1), (from % (text.length + 1)) + (length % 5000));
        try {
          for (const { values: read } of readPasted(cut).readings)
            for (const value of Object.values(read).flat()) {
              expect(Number.isFinite(value)).toBe(true);
              expect(value).toBeGreaterThanOrEqual(0);
            }
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 500 },
    );
  });

  // Each of these is as long as the tool takes; a quadratic pattern would need hours, and the test's own limit ends it.
  test.each([
    ['brackets', '['.repeat(200_000)],
    ['lines of brackets', '{\n'.repeat(100_000)],
    ['an open string', `{"${'a\\'.repeat(99_990)}`],
    ['spaces', ' '.repeat(200_000)],
    ['digits', '1'.repeat(200_000)],
    ['percents', '1% '.repeat(66_000)],
    ['load averages', 'load average: '.repeat(14_000)],
    ['a wide table', `r b swpd us id\n${'1 '.repeat(90_000)}`],
    ['rows', `${'r b swpd us id sy si so wa st\n'}${'1 2 3 4 5 6 7 8 9 1\n'.repeat(9_000)}`],
    ['slashes', `CPU % x MEM USAGE\n${'1.1%  1MiB / '.repeat(15_000)}`],
    ['prompts', 'a@b:'.repeat(50_000)],
    ['hey', 'hey -c '.repeat(28_000)],
  ])('%s', (_, text) => {
    try {
      readPasted(text);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
  });
});
