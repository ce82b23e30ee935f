import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { InputError } from '../../../src/core/errors.ts';
import { parse } from '../../../src/core/parse.ts';
import type { Theme } from '../../../src/core/plot.ts';
import { buildPlan } from '../../../src/planner/build.ts';
import { assess } from '../../../src/planner/capacity/assess.ts';
import type { Instruction, Verdict } from '../../../src/planner/capacity/finding.ts';
import { LIMIT } from '../../../src/planner/capacity/model.ts';
import { drawPlot } from '../../../src/render/plot.ts';
import { assessCapacity as tool } from '../../../src/tools/assess_capacity.ts';
import { generateProvisionCommand } from '../../../src/tools/generate_provision_command.ts';
import type { Picture } from '../../../src/tools/tool.ts';
import { checkCommand, type Word } from '../../grammar/check.ts';
import { TODAY } from '../../support/plans.ts';
import { decodePng } from '../../support/png.ts';

const fixture = (name: string): string => readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8');

interface Answer {
  verdict: Verdict;
  to?: number;
  signal: string;
  why: string;
  predicts: string[];
  working: string[];
  contradictions: string[];
  assumptions: string[];
  missing: Instruction[];
  commands: Instruction[];
  cost?: { difference: { amount: number; currency: string } | null; line: string };
  stack?: { resources: { kind: string; name: string }[] };
  markdown: string;
  /** What is drawn, before it becomes a picture. */
  drawn: string[];
  pictures: readonly Picture[];
}

const ask = async (args: Record<string, unknown>): Promise<Answer> => {
  const { structured, markdown, pictures = [] } = await tool.run(parse(tool.input, args) as never, { today: TODAY });
  const { plot } = await assess(parse(tool.input, args), TODAY);
  const drawn = plot === undefined ? [] : [drawPlot(plot, args.theme as Theme | undefined)];
  expect(pictures.length).toBe(drawn.length);
  expect(tool.output.safeParse(structured).success).toBe(true);
  return { ...(structured as unknown as Answer), markdown, drawn, pictures };
};

/** Each with what an experienced engineer would say, and why. */
const scenarios: readonly (readonly [name: string, args: Record<string, unknown>, verdict: Verdict, signal: RegExp, to?: number])[] = [
  // One machine that is busy is made larger: a restart instead of a load balancer, shared sessions and a split database.
  [
    'a small shop at 85 % CPU',
    { cpu: '85%', memory: 60, rps: 120, p95: 420, provider: 'hetzner', size: 'cx33', growth: 3 },
    'scale_up',
    /CPU 85 %/,
  ],
  // Every server brings a pool of its own: another one breaks the database.
  [
    'PostgreSQL with 95 of 100 connections',
    { cpu: 35, connections: 95, maxConnections: 100, servers: 2, vcpu: 4 },
    'fix_bottleneck',
    /95 of 100 connections/,
  ],
  // A machine that swaps tells nothing about its CPU.
  [
    'swap in use',
    { pasted: `${fixture('vmstat-swapping.txt')}`, provider: 'hetzner', size: 'cx23', memory: 96 },
    'fix_bottleneck',
    /4,301 KiB\/s/,
  ],
  // CPU at 20 % is the baseline it is held to, not the load.
  [
    'a t3 out of credits',
    { pasted: fixture('cloudwatch-data.json'), cpu: 20, provider: 'aws', size: 't3.medium' },
    'fix_bottleneck',
    /0\.8 CPU credits/,
  ],
  [
    'an idle fleet of six',
    { cpu: 9, memory: 35, servers: 6, provider: 'digitalocean', size: 's-2vcpu-4gb' },
    'scale_down',
    /6 servers at 9 %/,
    2,
  ],
  // Past the peak of the curve every server slows the others.
  [
    'twelve servers where seven do more',
    {
      points: [
        [1, 1000],
        [2, 1850],
        [4, 3000],
        [6, 3450],
        [8, 3500],
        [12, 3100],
        [16, 2700],
      ],
      servers: 12,
      rps: 2900,
    },
    'scale_down',
    /beyond the peak/,
    7,
  ],
  // Concurrency beyond the peak is a limit to set, not a server to buy.
  [
    'a database whose throughput falls with users',
    {
      points: [
        [1, 64.9],
        [18, 995.9],
        [36, 1652.4],
        [72, 1853.2],
        [108, 1828.9],
        [144, 1775],
        [216, 1702.2],
      ].map(([users, throughput]) => ({ users, throughput })),
      cpu: 70,
      vcpu: 16,
    },
    'fix_bottleneck',
    /falls from 1,884\/s at 97/,
  ],
  // Work waits while processors idle: workers, not servers.
  [
    'a queue that grows at 25 % CPU',
    { queue: [120, 300, 650, 1200], cpu: 25, servers: 3, vcpu: 4 },
    'fix_bottleneck',
    /queue grew from 120 to 1,200/,
  ],
  // The same queue with busy processors is load.
  ['a queue that grows at 92 % CPU', { queue: [120, 300, 650, 1200], cpu: 92, servers: 3, vcpu: 4 }, 'scale_out', /CPU 92 %/, 5],
  // The time is spent elsewhere: no server brings it back.
  ['p99 of 2.4 s at 20 % CPU', { cpu: 20, p50: 80, p99: 2400, rps: 50, vcpu: 4 }, 'fix_bottleneck', /p99 2,400 ms with CPU at 20 %/],
  [
    'three busy servers in three zones',
    { cpu: 72, servers: 3, zones: 3, rps: 900, p95: 180, memory: 50, provider: 'aws', size: 'c7g.xlarge', growth: 2 },
    'scale_out',
    /CPU 72 %/,
    5,
  ],
  // Two at 45 % look idle, until one is gone.
  [
    'two servers, of which one cannot carry the load alone',
    { cpu: 45, servers: 2, vcpu: 4, memory: 40 },
    'scale_out',
    /90 % when one server is gone/,
    3,
  ],
  [
    '99.9 % from one machine',
    { cpu: 30, memory: 50, availability: 99.9, provider: 'hetzner', size: 'cx33' },
    'add_second_node_for_availability',
    /99\.9 % is asked of one server/,
    2,
  ],
  // The largest that one machine should be is reached, and most of it is the database.
  [
    'a large machine that is mostly database',
    { cpu: 88, databaseShare: 60, rps: 300, provider: 'hetzner', size: 'cx43' },
    'split_database',
    /60 % of it is the database/,
  ],
  ['the same file for everybody', { cpu: 80, cacheable: 70, vcpu: 4 }, 'add_cache_or_cdn', /70 % of the requests/],
  ['a full disk', { disk: 96, cpu: 70 }, 'fix_bottleneck', /disk 96 % full/],
  ['a disk that is waited for', { cpu: 30, ioWait: 28 }, 'fix_bottleneck', /disk wait 28 %/],
  ['failures', { cpu: 75, errors: '4%', rps: 100 }, 'fix_bottleneck', /4 % of requests fail/],
  ['a noisy neighbour', { cpu: 55, steal: 22, provider: 'hetzner', size: 'cx33' }, 'fix_bottleneck', /steal 22 %/],
  ['nothing to do', { cpu: 38, memory: 55, growth: '5%', vcpu: 4, rps: 80, p50: 60, p95: 140 }, 'do_nothing', /CPU 38 %/],
  ['nothing yet, but in three weeks', { cpu: 52, memory: 55, growth: '5%', vcpu: 4 }, 'scale_up', /60 % in 2\.9 weeks/],
  ['no measurement at all', {}, 'measure_first', /no measurement/],
  ['only a load average', { pasted: fixture('uptime.txt') }, 'measure_first', /no measurement/],
];

describe('what an experienced engineer would say', () => {
  for (const [name, args, verdict, signal, to] of scenarios)
    test(name, async () => {
      const answer = await ask(args);
      expect([answer.verdict, answer.to], answer.markdown).toEqual([verdict, to]);
      expect(answer.signal).toMatch(signal);
      expect(answer.why).not.toBe('');
      if (verdict !== 'measure_first') expect(answer.working.length + answer.predicts.length, answer.markdown).toBeGreaterThan(0);
    });

  test('each verdict is told in words that can be read', async () => {
    const pages: string[] = [];
    for (const [name, args] of scenarios) pages.push(`# ${name}\n\n${(await ask(args)).markdown}`);
    await expect(pages.join('\n')).toMatchFileSnapshot('../../golden/capacity.md');
  });
});

/** A shell line as bash reads it, program by program; what it looks up is unknown. */
function commandsOf(text: string): Word[][] {
  const out = execFileSync('bash', ['--norc', '-eu', '-s'], {
    input: `PATH=/nowhere\n${['hcloud', 'aws', 'doctl', 'docker'].map((p) => `${p}() { printf '%s\\0' ${p} "$@" $'\\1'; }`).join('\n')}\n${text}\n`,
    env: Object.fromEntries([...text.matchAll(/\$\{([A-Z_]+):\?\}/g)].map(([, name]) => [name as string, 'UNKNOWN'])),
  }).toString();
  return out
    .split('\u0001\0')
    .filter((call) => call !== '')
    .map((call) =>
      call
        .split('\0')
        .slice(0, -1)
        .map((word): Word => (word.includes('UNKNOWN') ? { unknown: true, prefix: word.slice(0, word.indexOf('UNKNOWN')) } : word)),
    );
}

describe.skipIf(process.platform === 'win32')('every cloud command passes the vendor grammar', () => {
  const clouds = [
    ['hetzner', 'cx23', 'ccx13'],
    ['aws', 't3.medium', 'm7i.large'],
    ['digitalocean', 's-2vcpu-4gb', 's-4vcpu-8gb'],
  ] as const;
  test.each(clouds)('%s', async (provider, size) => {
    const all: Instruction[] = [];
    for (const args of [
      { cpu: 85 },
      { cpu: 85, servers: 3 },
      { cpu: 5, servers: 6 },
      { credits: 0, cpu: 20 },
      { steal: 30 },
      { cpu: 20 },
      {},
    ]) {
      const answer = await ask({ ...args, provider, size });
      all.push(...answer.commands, ...answer.missing);
      if (answer.stack !== undefined) await expect(buildPlan(answer.stack as never, TODAY)).resolves.toBeDefined();
    }
    const cloud = all.map(({ command }) => command).filter((command) => /^(?:hcloud|aws|doctl) /.test(command));
    expect(cloud.length).toBeGreaterThan(2);
    for (const command of new Set(cloud)) for (const argv of commandsOf(command)) expect(checkCommand(argv), command).toEqual([]);
  });

  test('each change has a stack that can be planned, and a price', async () => {
    for (const [provider, size] of clouds)
      for (const args of [
        { cpu: 30, availability: 99.9 },
        { cpu: 90, servers: 4 },
        { cpu: 95, databaseShare: 70, availability: 99.9 },
      ]) {
        const { stack, cost } = await ask({ ...args, provider, size });
        await expect(buildPlan(stack as never, TODAY), JSON.stringify(stack)).resolves.toBeDefined();
        expect(cost?.line).toMatch(/^(?:\+\d+\.\d\d (?:EUR|USD) a month, net \(prices of|unknown: )/);
      }
  });
});

describe('contradictions are named, and what is contradictory is not used', () => {
  test.each([
    [{ cpu: 340 }, /cpu of 340 % is above 100 %/, 'measure_first'],
    [{ cpu: 340, vcpu: 4 }, /85 % of the machine/, 'scale_up'],
    [{ cpu: 30, p50: 500, p99: 200 }, /p50 of 500 ms is above p99 of 200 ms/, 'do_nothing'],
    [{ cpu: 30, connections: 120, maxConnections: 100 }, /120 connections are more than the limit/, 'fix_bottleneck'],
    [{ cpu: 30, servers: 2, zones: 3 }, /3 zones with 2 servers/, 'do_nothing'],
    [{ cpu: 30, rps: 1000, cpuMs: 20, vcpu: 4 }, /1,000\/s × 20 ms = 20 processors.*there are 4/, 'do_nothing'],
    [
      {
        points: [
          { users: 2, rps: 100, latency: 900 },
          { users: 4, rps: 150 },
        ],
        cpu: 30,
      },
      /Little's law/,
      'do_nothing',
    ],
    [{ pasted: fixture('vmstat-swapping.txt'), swap: 0, cpu: 80 }, /cpu is given as 80 and pasted as 33/, 'fix_bottleneck'],
  ])('%j', async (args, said, verdict) => {
    const answer = await ask(args);
    expect(answer.contradictions.join('\n')).toMatch(said);
    expect(answer.verdict).toBe(verdict);
  });
});

describe('input', () => {
  test.each([
    [{ cpu: -1 }, /^measured\.cpu: /],
    [{ cpu: 'much' }, /^measured\.cpu: is no percentage/],
    [{ measured: 4 }, /^measured: should be an object/],
    [{ servers: 0 }, /^servers: is no whole number from 1 to 10000/],
    [{ servers: 20_000 }, /^servers: /],
    [{ growth: '-5%' }, /^growth: .*shrinks is 0/],
    [{ points: [{ rps: 5 }] }, /^points\[0\]: needs servers or concurrency/],
    [{ points: [[0, 5]] }, /^points\[0\]\.servers: has to be more than 0/],
    [{ size: 'cx33' }, /^provider: is missing/],
    [{ provider: 'hetzner', size: 'cx34' }, /^size: .*Nearest: cx/],
    [{ pasted: 'x'.repeat(200_001) }, /^pasted: is longer than 200000/],
    [{ pasted: 'hello' }, /^pasted: nothing of it/],
    [{ nonsense: 1 }, /^nonsense: there is no such field/],
  ])('%j is refused', async (args, said) => {
    await expect(async () => ask(args as Record<string, unknown>)).rejects.toThrow(InputError);
    await expect(async () => ask(args as Record<string, unknown>)).rejects.toThrow(said);
  });

  test('the same measurements in other words are the same', async () => {
    const one = await ask({ measured: { cpu: 80, requestsPerSecond: 1200, p95: 300 }, servers: 2, growth: 5 });
    const other = await ask({ cpu: '80 %', rps: '1.2k/s', latency: { p95: '0.3s' }, nodes: '2', growth: '5% per week' });
    expect(other).toEqual(one);
  });

  test('growth a month is a month', async () => {
    expect((await ask({ cpu: 30, growth: '20% a month' })).working.join()).toContain('ln(1.043)');
  });
});

describe('whatever is measured', () => {
  const share = fc.double({ min: 0, max: 100, noNaN: true });
  const measured = fc.record(
    {
      cpu: share,
      memory: share,
      disk: share,
      ioWait: share,
      steal: share,
      requestsPerSecond: fc.double({ min: 0, max: 1e6, noNaN: true }),
      p50: fc.double({ min: 0, max: 1e5, noNaN: true }),
      p95: fc.double({ min: 0, max: 1e5, noNaN: true }),
      p99: fc.double({ min: 0, max: 1e5, noNaN: true }),
      connections: fc.nat(2000),
      maxConnections: fc.integer({ min: 1, max: 1000 }),
      queue: fc.array(fc.nat(1e6), { maxLength: 10 }),
      databaseShare: share,
      cacheable: share,
      credits: fc.nat(100),
    },
    { requiredKeys: [] },
  );
  const rest = fc.record(
    {
      servers: fc.integer({ min: 1, max: 10_000 }),
      zones: fc.integer({ min: 1, max: 5 }),
      vcpu: fc.integer({ min: 1, max: 128 }),
      growth: fc.double({ min: 0, max: 300, noNaN: true }),
      targetMs: fc.double({ min: 1, max: 5000, noNaN: true }),
      availability: fc.double({ min: 50, max: 99.99, noNaN: true }),
      points: fc.array(fc.tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0.1, max: 1e6, noNaN: true })), { maxLength: 12 }),
    },
    { requiredKeys: [] },
  );

  // Each answer draws its picture, which on a slow machine adds up.
  it('there is an answer, with finite numbers, and more servers only where more are needed', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(measured, rest, async (values, others) => {
        const answer = await ask({ measured: values, ...others });
        expect(answer.markdown + answer.drawn.join('')).not.toMatch(/NaN|undefined|Infinity/);
        const now = others.servers ?? 1;
        if (answer.verdict === 'scale_out') expect(answer.to, answer.markdown).toBeGreaterThan(now);
        if (answer.verdict === 'scale_down') expect(answer.to).toBeLessThan(now);
      }),
      { numRuns: 150 },
    );
  });

  it('more load never gives fewer servers', { timeout: 120_000 }, async () => {
    const order: Verdict[] = ['scale_down', 'do_nothing', 'scale_out'];
    await fc.assert(
      fc.asyncProperty(share, share, fc.integer({ min: 2, max: 50 }), fc.integer({ min: 1, max: 3 }), async (a, b, servers, zones) => {
        const [low, high] = await Promise.all([Math.min(a, b), Math.max(a, b)].map((cpu) => ask({ cpu, servers, zones, vcpu: 4 })));
        expect(order).toContain(high?.verdict);
        expect(high?.to ?? servers).toBeGreaterThanOrEqual(low?.to ?? servers);
      }),
      { numRuns: 100 },
    );
  });

  it('the order of points does not matter', async () => {
    const points = scenarios[5]?.[1].points as number[][];
    const answer = await ask({ points, servers: 4, rps: 1500 });
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(points, { minLength: points.length, maxLength: points.length }), async (shuffled) => {
        expect(await ask({ points: shuffled, servers: 4, rps: 1500 })).toEqual(answer);
      }),
      { numRuns: 20 },
    );
  });
});

test('the thresholds are those that patterns.md names', () => {
  const text = readFileSync(new URL('../../../patterns.md', import.meta.url), 'utf8');
  expect(text).toContain(`CPU ${LIMIT.cpu * 100} %, disk wait ${LIMIT.ioWait * 100} %`);
  expect(text).toContain(`memory under ${Math.round((1 - LIMIT.memory) * 100)} % available`);
  expect(text).toContain(`connections ${LIMIT.connections * 100} %`);
});

describe('the plot', () => {
  const usl = { points: scenarios[5]?.[1].points, servers: 12, rps: 2900 };
  const wait = { cpu: 96, vcpu: 4, rps: 120 };

  test.each([
    ['usl', usl],
    ['wait', wait],
  ])('%s', async (name, args) => {
    const [light] = (await ask({ ...args, theme: 'light' })).drawn;
    await expect(light).toMatchFileSnapshot(`../../golden/capacity-${name}.svg`);
    expect((await ask(args)).drawn).toEqual([light]);
    const [dark] = (await ask({ ...args, theme: 'dark' })).drawn;
    expect(dark).not.toBe(light);
    // Titled axes with units, the measured points, now and then.
    expect(light).toMatch(
      name === 'usl' ? />servers<.*>throughput \(requests\/s\)</s : />load \(requests\/s\)<.*>mean time \(ms\), waiting included</s,
    );
    expect(light?.match(/<circle[^>]*class="dot/g)?.length ?? 0).toBe(name === 'usl' ? 8 : 0);
    expect(light).toMatch(/>now: .*>then: /s);
    expect(light).not.toMatch(/<script|href|url\((?!#area)/);
  });

  test.each([
    ['usl', usl],
    ['wait', wait],
  ])('%s goes out as a PNG: twice the drawing, light unless asked otherwise, the same bytes every time', async (_, args) => {
    const [picture, ...more] = (await ask(args)).pictures;
    expect(more).toEqual([]);
    expect((await ask({ ...args, theme: 'light' })).pictures).toEqual([picture]);
    expect(picture?.mimeType).toBe('image/png');
    const bytes = Buffer.from(picture?.data ?? '', 'base64');
    expect(bytes.length).toBeLessThan(150_000);
    const light = decodePng(bytes);
    expect([light.width, light.height]).toEqual([1360, 800]);
    // Opaque to its corners: a client may lay it on any ground.
    expect([...light.colours.keys()].filter((colour) => !colour.endsWith('ff'))).toEqual([]);
    expect(light.pixel(0, 0)).toBe('#ffffffff');
    // The ink of the text, the colour of now, the colour of what is proposed.
    for (const colour of ['#1f2328ff', '#b54708ff', '#157347ff']) expect(light.colours.get(colour), colour).toBeGreaterThan(200);
    const [dark] = (await ask({ ...args, theme: 'dark' })).pictures;
    expect(decodePng(Buffer.from(dark?.data ?? '', 'base64')).pixel(0, 0)).toBe('#151b23ff');
  });

  test('digits of a million and more do not run into each other', async () => {
    const [drawn] = (await ask({ cpu: 80, vcpu: 64, servers: 300, rps: 20_000_000 })).drawn;
    expect(drawn).toMatch(/>20M</);
    expect(drawn).not.toMatch(/>\d+,000,000</);
  });

  test('none where there is nothing to draw', async () => {
    expect((await ask({ cpu: 40 })).drawn).toEqual([]);
    expect((await ask({})).drawn).toEqual([]);
  });

  test('no two labels overlap, whatever the numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0.1, max: 1e5, noNaN: true }),
        async (cpu, servers, rps) => {
          const { plot } = await assess(parse(tool.input, { cpu, servers, vcpu: 4, rps }), TODAY);
          const drawn = plot && drawPlot(plot);
          const labels = [...(drawn ?? '').matchAll(/<text x="([\d.]+)" y="([\d.]+)" class="(?:now|next)">([^<]*)</g)].map(
            ([, x, y, label]) => ({ x: Number(x), y: Number(y), width: (label as string).length * 7 }),
          );
          for (const [i, a] of labels.entries())
            for (const b of labels.slice(i + 1)) expect(a.x > b.x + b.width || b.x > a.x + a.width || Math.abs(a.y - b.y) >= 14).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });
});

test.each([
  ['hetzner', 'cx23', 'change-type'],
  ['aws', 't3.medium', 'modify-instance-attribute'],
  ['digitalocean', 's-2vcpu-4gb', 'droplet-action resize'],
])('a larger server on %s is a stack that generate_provision_command takes as it is', async (provider, size, command) => {
  const { verdict, stack, cost, markdown } = await ask({ cpu: 85, servers: 2, memory: 92, provider, size });
  expect(verdict).not.toBe('scale_down');
  const one = verdict === 'scale_up' ? stack : (await ask({ cpu: 85, servers: 1, memory: 60, provider, size })).stack;
  expect(one).toMatchObject({ action: 'resize' });
  expect(cost?.difference?.amount).toBeGreaterThan(0);
  expect(markdown).toContain('Next: generate_provision_command');
  const answer = await generateProvisionCommand.run(parse(generateProvisionCommand.input, one) as never, { today: TODAY });
  expect(answer.markdown).toContain(command);
});

test('ten thousand points, and what is no number, are refused by name', async () => {
  const points = Array.from({ length: 10_000 }, (_, i) => ({ servers: i + 1, requestsPerSecond: 100 }));
  await expect(ask({ points })).rejects.toThrow('points: has more than 500 points');
  for (const cpu of [Number.NaN, Number.POSITIVE_INFINITY, -1, 'many']) await expect(ask({ cpu })).rejects.toThrow(/cpu/);
});
