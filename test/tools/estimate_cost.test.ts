import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { parse } from '../../src/core/parse.ts';
import type { Estimate } from '../../src/planner/estimate.ts';
import { patterns } from '../../src/skill/load.ts';
import { estimateCost as tool } from '../../src/tools/estimate_cost.ts';
import { TODAY } from '../support/plans.ts';

const ask = async (args: Record<string, unknown>, today = TODAY) => tool.run(parse(tool.input, args), { today });
const options = async (args: Record<string, unknown>) => (await ask(args)).structured.options as unknown as Omit<Estimate, 'kinds'>[];
const all = await patterns();
const stackOf = (pattern: string, provider: string) =>
  all.find((one) => one.slug === pattern)?.stacks.find((one) => one.provider === provider)?.stack as Record<string, unknown>;

const web = (size: unknown = 'cx23') => ({
  provider: 'hetzner',
  region: 'nbg1',
  resources: [
    { kind: 'server', name: 'web1', size },
    { kind: 'ssh_key', name: 'me' },
  ],
});

describe('the three patterns on three providers', () => {
  const cases = [
    ['mvp', 'hetzner', {}],
    ['growth', 'aws', { usage: { egressGb: 3000, storedGb: 500 }, changes: [{ kind: 'server', name: 'app1', size: 't3.large' }] }],
    ['scale', 'aws', {}],
  ] as const;

  test.each(cases)('%s, written for %s, to read', async (pattern, provider, more) => {
    const { markdown } = await ask({ ...stackOf(pattern, provider), ...more });
    await expect(markdown).toMatchFileSnapshot(`../golden/cost-${pattern}.md`);
  });

  test.each(
    cases,
  )('%s, written for %s: every known line has a source, a date of its own or its source, and a currency', async (pattern, provider) => {
    const found = await options(stackOf(pattern, provider));
    expect(found.map((one) => one.provider)).toEqual(['hetzner', 'aws', 'digitalocean']);
    for (const { cost } of found) {
      for (const item of cost.items) {
        expect(item.currency).toMatch(/^(?:EUR|USD)$/);
        if (item.monthly === null || item.rate === 'unknown') continue;
        expect(cost.sources[item.source], item.what).toBeTruthy();
      }
    }
  });

  test.each(cases)('%s, written for %s: each total is the sum of its items', async (pattern, provider, more) => {
    for (const { cost } of await options({ ...stackOf(pattern, provider), ...more })) {
      for (const { currency, amount } of cost.monthly) {
        const sum = cost.items.reduce(
          (all, one) => all + (one.currency === currency && one.monthly ? Math.round(one.monthly * 100) : 0),
          0,
        );
        expect(amount).toBe(sum / 100);
      }
    }
  });
});

describe('translation', () => {
  test('a named type becomes the cheapest that has what it has', async () => {
    const found = await options(web('ccx23'));
    expect(found.map(({ cost }) => cost.items[0]?.what)).toEqual([
      'server web1 (ccx23)',
      'server web1 (m7i.xlarge)',
      'server web1 (g-4vcpu-16gb)',
    ]);
    expect(found.map(({ region }) => region)).toEqual(['nbg1', 'eu-central-1', 'fra1']);
  });

  test('a retired type is taken for its successor', async () => {
    const [, aws] = await options(web('cx21'));
    expect(aws?.cost.items[0]?.what).toBe('server web1 (t3a.medium)');
  });

  test('ARM stays ARM where it is sold, and is x86 where it is not', async () => {
    const [, aws, digitalocean] = await options(web('cax11'));
    expect(aws?.cost.items[0]?.what).toBe('server web1 (t4g.medium)');
    expect(digitalocean?.cost.items[0]?.what).toBe('server web1 (s-2vcpu-4gb)');
  });

  test('a managed database is a server and a volume of your own where none is sold, and that is said', async () => {
    const [hetzner] = await options({
      provider: 'digitalocean',
      resources: [
        { kind: 'network', name: 'lan' },
        { kind: 'database', name: 'db', size: 'db-s-2vcpu-4gb', network: 'lan', storageGb: 60 },
      ],
      providers: ['hetzner'],
    });
    expect(hetzner?.notes.join()).toContain('Hetzner sells no managed database: database db is a server that you run, with a volume');
    expect(hetzner?.cost.items.map((item) => item.what).sort()).toEqual([
      'public IPv4 of db',
      'server db (cx23)',
      'traffic to the internet from fsn1',
      'volume db-data (60 GB)',
    ]);
  });

  test('what a provider does not offer is left out and said; what carries the stack is not', async () => {
    const resources = [
      { kind: 'server', name: 'web1' },
      { kind: 'volume', name: 'data', server: 'web1' },
      { kind: 'snapshot', name: 'before', volume: 'data' },
    ];
    const [hetzner] = await options({ provider: 'digitalocean', resources, providers: ['hetzner'] });
    expect(hetzner?.left).toEqual([expect.stringMatching(/^snapshot before: /)]);
    expect(hetzner?.stack.resources.map((one) => one.kind)).toEqual(['server', 'volume']);
  });

  test('places of one network zone become one region elsewhere', async () => {
    const found = await options(stackOf('scale', 'hetzner'));
    expect(found.map((one) => one.provider)).toEqual(['hetzner', 'aws', 'digitalocean']);
    expect(found[1]?.notes.join()).toContain('fsn1 and hel1 share a network');
  });

  test('every translated stack can be asked for again as it is, and costs the same', async () => {
    for (const { stack, provider, cost } of await options(stackOf('growth', 'aws'))) {
      const [again] = await options({ ...stack, providers: [provider] });
      expect(again?.cost.monthly).toEqual(cost.monthly);
    }
  });

  test('a stack of Docker alone costs nothing by itself', async () => {
    const { markdown } = await ask({ provider: 'docker', resources: [{ kind: 'container', name: 'web', image: 'nginx:1.29' }] });
    expect(markdown).toContain('**docker**');
    expect(markdown).toContain('nothing that is billed by the month');
  });

  test('what is wrong with the stack is an error, as it is for its commands', async () => {
    await expect(ask(web('cx99'))).rejects.toThrow(/resources\[0\]\.size: is no server type/);
    await expect(ask({ provider: 'hetzner', resources: [] })).rejects.toThrow(/resources: is empty/);
  });
});

describe('usage', () => {
  const bucket = (more: object) =>
    options({ provider: 'aws', resources: [{ kind: 'bucket', name: 'acme-files' }], providers: ['aws'], ...more });

  test('left out, it is a rate; given, an amount beyond what is included', async () => {
    const item = async (more: object, what: RegExp) => (await bucket(more))[0]?.cost.items.find((one) => what.test(one.what));
    expect((await item({}, /^traffic/))?.monthly).toBeUndefined();
    expect((await item({}, /^traffic/))?.rate).toBe('0.09 USD per GB beyond 100 GB');
    expect((await item({ usage: { egressGb: 300 } }, /^traffic/))?.monthly).toBe(18);
    expect((await item({ usage: { egressGb: 50 } }, /^traffic/))?.monthly).toBe(0);
    // 10,140 GB at 0.09 and 9,760 at 0.085.
    expect((await item({ usage: { egressGb: 20_000 } }, /^traffic/))?.monthly).toBe(1742.2);
    expect((await item({ usage: { storedGb: 1000 } }, /^storage/))?.monthly).toBe(24.5);
    expect((await item({ usage: { requests: '2000000' } }, /read/))?.monthly).toBe(0.86);
  });

  test('is counted once, however many buckets there are', async () => {
    const resources = ['a1', 'b1', 'c1'].map((name) => ({ kind: 'bucket', name: `acme-${name}` }));
    const [one] = await options({ provider: 'aws', resources, providers: ['aws'], usage: { storedGb: 1000 } });
    expect(one?.cost.monthly).toEqual([{ currency: 'USD', amount: 24.5 }]);
  });

  test('beyond what is not known to be included, it is unknown, and not nothing', async () => {
    const [one] = await options({
      provider: 'digitalocean',
      resources: [{ kind: 'server', name: 'web1', size: 's-2vcpu-4gb-amd' }],
      providers: ['digitalocean'],
      usage: { egressGb: 500 },
    });
    const traffic = one?.cost.items.find((item) => item.what.startsWith('traffic'));
    expect(traffic).toMatchObject({ monthly: null, rate: '0.01 USD per GB beyond what is included' });
    expect(traffic?.note).toContain('at most 5');
  });

  test.each([
    [{ egressGb: -1 }],
    [{ egressGb: Number.NaN }],
    [{ egressGb: Number.POSITIVE_INFINITY }],
    [{ egressGb: '1e3' }],
    [{ storedGb: null }],
    [{ bytes: 1 }],
  ])('refused: %j', async (usage) => {
    await expect((async () => ask({ ...web(), usage }))()).rejects.toThrow(InputError);
  });
});

describe('a change', () => {
  test('a resize, a new server and one that goes', async () => {
    const [one] = await options({
      provider: 'hetzner',
      resources: [
        { kind: 'server', name: 'web1', size: 'cx23' },
        { kind: 'server', name: 'web2', size: 'cx23' },
      ],
      providers: ['hetzner'],
      changes: [
        { kind: 'server', name: 'web1', size: 'cx33' },
        { kind: 'server', name: 'web2', remove: true },
        { kind: 'server', name: 'web3', size: 'cx23' },
      ],
    });
    expect(one?.change?.monthly).toEqual([{ currency: 'EUR', amount: 3 }]);
    expect(one?.change?.known).toBe(true);
  });

  test('nothing that is there can be removed by a wrong name', async () => {
    const wrong = ask({ ...web(), changes: [{ kind: 'server', name: 'web9', remove: true }] });
    await expect(wrong).rejects.toThrow(/changes\[0\]\.name: names nothing .* Allowed: web1/);
  });
});

describe('by property', () => {
  const server = fc.record({
    kind: fc.constant('server'),
    size: fc.oneof(
      fc.constantFrom('cx23', 'cx53', 'cpx32', 'ccx33', 'cax21', 'cx21'),
      fc.record({ vcpu: fc.integer({ min: 1, max: 8 }), memoryGb: fc.integer({ min: 1, max: 32 }) }),
    ),
    backups: fc.boolean(),
  });
  const other = fc.oneof(
    fc.record({ kind: fc.constant('volume'), sizeGb: fc.integer({ min: 10, max: 10_000 }) }),
    fc.record({ kind: fc.constant('bucket') }),
    fc.record({ kind: fc.constant('static_ip') }),
  );
  const stack = fc
    .array(fc.oneof(server, other), { minLength: 1, maxLength: 6 })
    .map((list) => list.map((one, i) => ({ ...one, name: `${one.kind.replace('_', '-')}-${i}` })));

  test('a resource more never costs less, on any provider, and what was unknown stays unknown', async () => {
    await fc.assert(
      fc.asyncProperty(stack, server, async (resources, more) => {
        const changes = [{ ...more, name: 'one-more' }];
        for (const { change, cost } of await options({ provider: 'hetzner', resources, changes })) {
          for (const { amount } of change?.monthly ?? []) expect(amount).toBeGreaterThanOrEqual(0);
          for (const item of cost.items) if (item.source === 'unknown') expect(item.monthly ?? null).toBeNull();
          for (const { currency, amount } of cost.monthly) {
            const sum = cost.items.reduce(
              (all, one) => all + (one.currency === currency && one.monthly ? Math.round(one.monthly * 100) : 0),
              0,
            );
            expect(amount).toBe(sum / 100);
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});

test('ten thousand resources are priced, and the answer to read stays short', async () => {
  const resources = Array.from({ length: 10_000 }, (_, i) => ({ kind: 'server', name: `web${i}`, size: 'cx23' }));
  const { markdown, structured } = await ask({ provider: 'hetzner', resources, providers: ['hetzner'] });
  const [one] = structured.options as unknown as Estimate[];
  expect(one?.cost.monthly).toEqual([{ currency: 'EUR', amount: 59_900 }]);
  expect(markdown.length).toBeLessThan(10_000);
});
