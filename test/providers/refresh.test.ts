import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { parse } from '../../src/core/parse.ts';
import type { Estimate } from '../../src/planner/estimate.ts';
import { priceIn } from '../../src/providers/catalog.ts';
import type { Catalog } from '../../src/providers/catalog_types.ts';
import { providers } from '../../src/providers/index.ts';
import { LONGEST_PASTE, readPastes } from '../../src/providers/refresh/index.ts';
import { estimateCost } from '../../src/tools/estimate_cost.ts';
import { generateProvisionCommand } from '../../src/tools/generate_provision_command.ts';
import { TODAY } from '../support/plans.ts';

/** As the CLIs print them (hcloud 1.67, doctl 1.166, run against a server on loopback), with figures that nobody asks. */
const serverTypes = [
  {
    id: 114,
    name: 'cx23',
    description: 'CX23',
    cores: 2,
    memory: 4,
    disk: 40,
    cpu_type: 'shared',
    architecture: 'x86',
    included_traffic: 0,
    prices: ['fsn1', 'nbg1'].map((location) => ({
      location,
      price_hourly: { net: '0.0099', gross: '0.0118' },
      price_monthly: { net: '6.1900000000', gross: '7.3661' },
      included_traffic: 21990232555520,
      price_per_tb_traffic: { net: '1.2000000000', gross: '1.4280' },
    })),
    locations: [
      { id: 1, name: 'fsn1', recommended: true, available: true, deprecation: null },
      { id: 2, name: 'nbg1', recommended: false, available: false, deprecation: null },
      {
        id: 3,
        name: 'hel1',
        recommended: false,
        available: true,
        deprecation: { announced: '2026-01-01T00:00:00Z', unavailable_after: '2026-06-01T00:00:00Z' },
      },
    ],
  },
];
const balancers = [
  {
    id: 1,
    name: 'lb11',
    description: 'LB11',
    max_connections: 10000,
    max_services: 5,
    max_targets: 25,
    max_assigned_certificates: 10,
    prices: [{ location: 'fsn1', price_hourly: { net: '0.01', gross: '0.01' }, price_monthly: { net: '7.9900', gross: '9.5' } }],
  },
];
const perMonth = (net: string) => ({ price_hourly: { net: '0.001', gross: '0.001' }, price_monthly: { net, gross: net } });
const pricing = {
  pricing: {
    currency: 'EUR',
    vat_rate: '19.00',
    image: { price_per_gb_month: { net: '0.0200', gross: '0.0238' } },
    volume: { price_per_gb_month: { net: '0.0600', gross: '0.0714' } },
    server_backup: { percentage: '25.00' },
    primary_ips: [{ type: 'ipv4', prices: [{ location: 'fsn1', ...perMonth('0.6000') }] }],
    floating_ips: [{ type: 'ipv4', prices: [{ location: 'fsn1', ...perMonth('3.5000') }] }],
    load_balancer_types: balancers,
    server_types: [{ id: 114, name: 'cx23', prices: [{ location: 'fsn1', ...perMonth('6.5000') }] }],
  },
};
const sizes = [
  {
    slug: 's-2vcpu-4gb',
    memory: 4096,
    vcpus: 2,
    disk: 80,
    price_monthly: 26,
    price_hourly: 0.0387,
    regions: ['fra1', 'ams3'],
    available: true,
    transfer: 4,
    description: 'Basic',
  },
  {
    slug: 's-9vcpu-18gb',
    memory: 18432,
    vcpus: 9,
    disk: 180,
    price_monthly: 99.5,
    price_hourly: 0.148,
    regions: ['fra1'],
    available: true,
    transfer: 6,
    description: 'Basic',
  },
];
const table = `Slug           Description    Memory    VCPUs    Disk    Price Monthly    Price Hourly
s-1vcpu-1gb    Basic          1024      1        25      6.50             0.009670
s-2vcpu-2gb                   2048      2        60      18.50            0.027530`;
const product = (attributes: Record<string, string>, dimensions: Record<string, unknown>[], productFamily = 'x') =>
  JSON.stringify({
    product: { productFamily, attributes, sku: 'ABCDEFGHJKLMNPQR' },
    serviceCode: attributes.servicecode,
    terms: {
      OnDemand: { 'A.B': { priceDimensions: Object.fromEntries(dimensions.map((one, i) => [`A.B.${i}`, one])), sku: 'ABCDEFGHJKLMNPQR' } },
    },
  });
const usd = (amount: string, unit = 'Hrs', more = {}) => ({ unit, pricePerUnit: { USD: amount }, ...more });
const ec2 = {
  servicecode: 'AmazonEC2',
  regionCode: 'eu-central-1',
  operatingSystem: 'Linux',
  tenancy: 'Shared',
  preInstalledSw: 'NA',
  capacitystatus: 'Used',
  vcpu: '2',
  memory: '4 GiB',
};
const priceList = {
  PriceList: [
    product({ ...ec2, instanceType: 't3a.medium', usagetype: 'EUC1-BoxUsage:t3a.medium' }, [usd('0.0500000000')]),
    product({ ...ec2, instanceType: 't3a.medium', tenancy: 'Dedicated', usagetype: 'EUC1-DedicatedUsage:t3a.medium' }, [
      usd('9.0000000000'),
    ]),
    product({ ...ec2, instanceType: 't3a.medium', operatingSystem: 'Windows', usagetype: 'EUC1-BoxUsage:t3a.medium' }, [
      usd('8.0000000000'),
    ]),
    product(
      {
        servicecode: 'AmazonRDS',
        regionCode: 'eu-central-1',
        instanceType: 'db.t4g.medium',
        databaseEngine: 'PostgreSQL',
        deploymentOption: 'Single-AZ',
        usagetype: 'EUC1-InstanceUsage:db.t4g.medium',
      },
      [usd('0.0800000000')],
    ),
    product(
      {
        servicecode: 'AmazonRDS',
        regionCode: 'eu-central-1',
        instanceType: 'db.t4g.medium',
        databaseEngine: 'PostgreSQL',
        deploymentOption: 'Multi-AZ',
        usagetype: 'EUC1-Multi-AZUsage:db.t4g.medium',
      },
      [usd('7.0000000000')],
    ),
    product(
      {
        servicecode: 'AmazonElastiCache',
        regionCode: 'eu-central-1',
        instanceType: 'cache.t4g.micro',
        cacheEngine: 'Redis',
        usagetype: 'EUC1-ExtendedSupportYr1-2:cache.t4g.micro',
      },
      [usd('6.0000000000')],
    ),
    product(
      {
        servicecode: 'AmazonElastiCache',
        regionCode: 'eu-central-1',
        instanceType: 'cache.t4g.micro',
        cacheEngine: 'Valkey',
        usagetype: 'EUC1-NodeUsage:cache.t4g.micro',
      },
      [usd('0.0150000000')],
    ),
    product(
      { servicecode: 'AWSELB', regionCode: 'eu-central-1', usagetype: 'EUC1-LCUUsage' },
      [usd('0.0090000000', 'LCU-Hrs')],
      'Load Balancer-Application',
    ),
    product(
      { servicecode: 'AWSELB', regionCode: 'eu-central-1', usagetype: 'EUC1-TS-LCUUsage' },
      [usd('5.0000000000', 'LCU-Hrs')],
      'Load Balancer-Application',
    ),
    product({ servicecode: 'AmazonS3', regionCode: 'eu-central-1', usagetype: 'EUC1-Requests-Tier2' }, [usd('0.0000004500', 'Requests')]),
    product({ servicecode: 'AWSDataTransfer', fromRegionCode: 'eu-central-1', usagetype: 'EUC1-DataTransfer-Out-Bytes' }, [
      usd('0.0800000000', 'GB', { beginRange: '10240', endRange: '51200' }),
      usd('0.0880000000', 'GB', { beginRange: '0', endRange: '10240' }),
    ]),
  ],
};

const fresh = async (provider: 'hetzner' | 'aws' | 'digitalocean', ...outputs: unknown[]): Promise<Catalog> =>
  readPastes(
    outputs.map((output) => ({ output, date: '2026-11-20' })),
    TODAY,
  ).apply((await providers[provider]()).catalog);
const text = (value: unknown) => JSON.stringify(value, null, 2);

describe('what is read', () => {
  test('hcloud server-type list -o json', async () => {
    const catalog = await fresh('hetzner', text(serverTypes));
    const type = catalog.serverTypes.find((one) => one.id === 'cx23');
    expect(priceIn(type?.prices, 'fsn1')).toEqual({ amount: 6.19, per: 'month', currency: 'EUR', source: 'pasted-1', asOf: '2026-11-20' });
    expect(catalog.sources['pasted-1']).toEqual({ title: 'output of hcloud server-type list -o json, pasted', asOf: '2026-11-20' });
    // hel1 is past its day.
    expect(type).toMatchObject({ regions: ['fsn1', 'nbg1'], outOfStock: ['nbg1'], includedTrafficTb: { fsn1: 20 } });
    expect(priceIn(catalog.rates.egress, 'fsn1')).toMatchObject({ amount: 1.2, per: 'TB', included: 20 });
    // What the paste does not say stays as it was.
    expect(catalog.serverTypes.find((one) => one.id === 'cx33')?.prices.fsn1?.amount).toBe(8.49);
  });

  test("the same as Hetzner's API wraps it, copied with the prompt, a fence and Windows line ends", async () => {
    for (const output of [
      { server_types: serverTypes, meta: {} },
      `$ hcloud server-type list -o json\r\n${text(serverTypes).replaceAll('\n', '\r\n')}\r\n`,
      `\uFEFF\`\`\`json\n${text(serverTypes)}\n\`\`\``,
      `PS C:\\Users\\me> hcloud server-type list -o json\n${text(serverTypes)}`,
      serverTypes,
    ])
      expect((await fresh('hetzner', output)).serverTypes.find((one) => one.id === 'cx23')?.prices.fsn1?.amount).toBe(6.19);
  });

  test('hcloud load-balancer-type list -o json', async () => {
    const catalog = await fresh('hetzner', text(balancers));
    expect(catalog.loadBalancerTypes?.[0]).toMatchObject({ id: 'lb11', targets: 25, prices: { fsn1: { amount: 7.99 } } });
  });

  test('/v1/pricing, with its own currency', async () => {
    const catalog = await fresh('hetzner', text(pricing));
    expect(priceIn(catalog.rates.volume, 'fsn1')?.amount).toBe(0.06);
    expect(priceIn(catalog.rates.static_ip, 'fsn1')?.amount).toBe(3.5);
    expect(priceIn(catalog.rates.server_backup, 'fsn1')?.amount).toBe(25);
    // The types there say no more than their price.
    expect(catalog.serverTypes.find((one) => one.id === 'cx23')).toMatchObject({ vcpu: 2, prices: { fsn1: { amount: 6.5 } } });
    const dollars = await fresh('hetzner', { pricing: { ...pricing.pricing, currency: 'USD' } });
    expect(priceIn(dollars.rates.volume, 'fsn1')?.currency).toBe('USD');
  });

  test('doctl compute size list, as JSON and as a table', async () => {
    const json = await fresh('digitalocean', text(sizes));
    expect(json.serverTypes.find((one) => one.id === 's-2vcpu-4gb')).toMatchObject({
      prices: { '*': { amount: 26 } },
      regions: ['fra1', 'ams3'],
    });
    expect(json.serverTypes.find((one) => one.id === 's-9vcpu-18gb')).toMatchObject({
      vcpu: 9,
      memoryGb: 18,
      prices: { '*': { amount: 99.5 } },
    });
    const plain = await fresh('digitalocean', `$ doctl compute size list\n${table}\n`);
    expect(plain.serverTypes.find((one) => one.id === 's-1vcpu-1gb')?.prices['*']?.amount).toBe(6.5);
    expect(plain.serverTypes.find((one) => one.id === 's-2vcpu-2gb')?.prices['*']?.amount).toBe(18.5);
  });

  test('doctl compute region list -o json says what is sold where', async () => {
    const catalog = await fresh('digitalocean', [
      { slug: 'fra1', name: 'Frankfurt 1', sizes: ['s-1vcpu-1gb'], available: true, features: [] },
    ]);
    expect(catalog.serverTypes.find((one) => one.id === 's-1vcpu-1gb')?.regions).toEqual(['fra1']);
    expect(catalog.serverTypes.find((one) => one.id === 's-2vcpu-4gb')?.regions).toEqual([]);
  });

  test('aws pricing get-products: of many rows, those that are meant', async () => {
    const catalog = await fresh('aws', text(priceList));
    const amount = (prices: Parameters<typeof priceIn>[0]) => priceIn(prices, 'eu-central-1')?.amount;
    expect(amount(catalog.serverTypes.find((one) => one.id === 't3a.medium')?.prices)).toBe(0.05);
    expect(amount(catalog.databaseTypes.find((one) => one.id === 'db.t4g.medium' && one.engines.includes('postgresql'))?.prices)).toBe(
      0.08,
    );
    expect(amount(catalog.databaseTypes.find((one) => one.id === 'cache.t4g.micro' && one.engines.includes('valkey'))?.prices)).toBe(0.015);
    expect(amount(catalog.databaseTypes.find((one) => one.id === 'cache.t4g.micro' && one.engines.includes('redis'))?.prices)).toBe(0.018);
    expect(amount(catalog.rates.load_balancer_capacity)).toBe(0.009);
    expect(amount(catalog.rates.bucket_reads)).toBe(0.00045);
    expect(amount(catalog.rates.egress)).toBe(0.088);
    expect(priceIn(catalog.rates.egress, 'eu-central-1')?.included).toBe(100);
    expect(amount(catalog.rates.egress_over_10tb)).toBe(0.08);
  });

  test('a bulk offer file', async () => {
    const one = JSON.parse(priceList.PriceList[7] as string);
    const catalog = await fresh('aws', {
      formatVersion: 'v1.0',
      offerCode: 'AWSELB',
      products: { A: one.product },
      terms: { OnDemand: { A: one.terms.OnDemand } },
    });
    expect(priceIn(catalog.rates.load_balancer_capacity, 'eu-central-1')?.amount).toBe(0.009);
  });

  test('aws ec2 describe-instance-type-offerings', async () => {
    const catalog = await fresh('aws', {
      InstanceTypeOfferings: [{ InstanceType: 't4g.micro', LocationType: 'availability-zone', Location: 'sa-east-1a' }],
    });
    expect(catalog.serverTypes.find((one) => one.id === 't4g.micro')?.regions).toContain('sa-east-1');
  });
});

describe('what is refused, with a word on why, and never repeated', () => {
  const because = async (output: unknown, more: object = {}): Promise<string> => {
    try {
      readPastes([{ output, ...more }], TODAY);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return (error as Error).message;
    }
    throw new Error('it was read');
  };

  test.each([
    ['garbage', 'asdf hunter2', 'prices[0].output: is no JSON. Run the command with -o json'],
    ['nothing', '', 'is empty'],
    ['a number', 5, 'should be the output of a command'],
    ['JSON of something else', '[{"name":"hunter2"}]', 'is JSON, but none that has prices and is known here'],
    ['one value', '"hunter2"', 'a single value'],
    ['JSON that is cut off', text(serverTypes).slice(0, 700), 'is cut off: the JSON has no end'],
    ['JSON with something in it', '[{"name":"cx23" hunter2}]', 'is no JSON that can be read'],
    ['an error message', 'Error: unauthorized hunter2', "is the command's error message"],
    ['an error of aws', '\nAn error occurred (AccessDeniedException) when calling GetProducts: hunter2', "is the command's error message"],
    [
      'types without one price',
      text(serverTypes.map((one) => ({ ...one, prices: [] }))),
      "is Hetzner's server types by its shape, but has no figure",
    ],
    ['prices that are no numbers', text([{ ...sizes[0], price_monthly: 'hunter2' }]), 'has no figure that can be used'],
    ['an empty price list', { PriceList: [] }, 'is an AWS price list by its shape, but has no figure'],
    ['a list of rubbish', { PriceList: ['hunter2'] }, 'is an AWS price list by its shape, but has no figure'],
  ])('%s', async (_, output, expected) => {
    const message = await because(output);
    expect(message).toContain(expected);
    expect(message).not.toContain('hunter2');
  });

  test('more than is read', async () => {
    const message = await because('x'.repeat(LONGEST_PASTE + 1));
    expect(message).toContain('has 2.0 million characters; at most 2 million are read. Ask the command for less');
    expect(message.length).toBeLessThan(1000);
  });

  test('the output of another command than the one beside it', async () => {
    expect(await because(text(sizes), { command: 'hcloud server-type list -o json' })).toContain(
      "is DigitalOcean's sizes, and the command beside it is one of hcloud",
    );
  });

  test.each(['2026-11-24', 'yesterday', '2026-02-30', '2026-13-01'])('the date %s', async (date) => {
    expect(await because(text(sizes), { date })).toMatch(/^prices\[0\]\.date: is /);
  });

  test('every paste that is wrong is named', async () => {
    expect(() => readPastes([{ output: 'a' }, { output: text(sizes) }, { output: '{' }], TODAY)).toThrow(/prices\[0\][\s\S]*prices\[2\]/);
  });

  test('by property: whatever is pasted is read or refused with an InputError, and no price is no number', async () => {
    const { catalog } = await providers.hetzner();
    const odd = fc.oneof(
      fc.string(),
      fc.double(),
      fc.constant(null),
      fc.constantFrom('-1', '1e9', 'NaN', '6.19', Number.NaN, Infinity, -5, [], {}),
    );
    const rows = fc.array(
      fc.record({
        name: odd,
        cores: odd,
        memory: odd,
        disk: odd,
        prices: fc.array(fc.record({ location: odd, price_monthly: fc.oneof(odd, fc.record({ net: odd })), included_traffic: odd }), {
          maxLength: 3,
        }),
        locations: fc.oneof(odd, fc.array(fc.record({ name: odd, available: odd, deprecation: odd }), { maxLength: 3 })),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(fc.oneof(fc.json(), rows, fc.jsonValue()), (output) => {
        try {
          const next = readPastes([{ output }], TODAY).apply(catalog);
          for (const type of next.serverTypes)
            for (const { amount } of Object.values(type.prices)) expect(Number.isFinite(amount) && amount >= 0).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('in the tools', () => {
  const request = { provider: 'hetzner', region: 'fsn1', resources: [{ kind: 'server', name: 'web1', size: { vcpu: 2, memoryGb: 4 } }] };
  const made = async (more: object) =>
    (await generateProvisionCommand.run(parse(generateProvisionCommand.input, { ...request, ...more }), { today: TODAY })).structured;

  test('the figures of that answer are from the paste, with its date; the next answer knows nothing of it', async () => {
    const { cost, assumptions, confirm } = await made({ prices: [{ output: text(serverTypes), date: '2026-11-20' }] });
    expect(cost.items[0]).toMatchObject({ what: 'server web1 (cx23)', monthly: 6.19, asOf: '2026-11-20' });
    expect(confirm).toContain('prices of 2026-09-29 to 2026-11-20');
    expect(assumptions).toContain("1 figures of Hetzner's server types are from the pasted output, seen 2026-11-20");
    expect((await made({})).cost.items[0]).toMatchObject({ monthly: 5.49, asOf: '2026-09-29' });
  });

  test('the text alone will do', async () => {
    expect((await made({ prices: text(serverTypes) })).cost.items[0]).toMatchObject({ monthly: 6.19, asOf: TODAY });
    expect((await made({ prices: serverTypes })).cost.items[0]).toMatchObject({ monthly: 6.19 });
    expect((await made({ prices: [text(balancers), { output: serverTypes }] })).cost.items[0]).toMatchObject({ monthly: 6.19 });
  });

  test('what is out of stock there is not chosen, and named it is warned of', async () => {
    const prices = { output: serverTypes };
    expect((await made({ region: 'nbg1', prices })).cost.items[0]?.what).not.toBe('server web1 (cx23)');
    const named = await made({ region: 'nbg1', prices, resources: [{ kind: 'server', name: 'web1', size: 'cx23' }] });
    expect(named.warnings).toContain('cx23 was out of stock in nbg1 when the pasted list was read');
  });

  test('of a provider that nothing is on, it is refused', async () => {
    await expect(made({ prices: text(sizes) })).rejects.toThrow(/prices: has figures of digitalocean, and nothing here is on digitalocean/);
  });

  test('a wrong shape names its field', async () => {
    for (const [prices, field] of [
      [[{ date: '2026-11-20' }], 'prices[0].output'],
      [[{ output: 'x', when: 'now' }], 'prices[0].when'],
      [[{ output: 'x', date: 5 }], 'prices[0].date'],
    ] as const)
      await expect(made({ prices })).rejects.toThrow(field);
  });

  test('estimate_cost: two currencies of one provider stay two', async () => {
    const args = { ...request, providers: ['hetzner'], prices: { output: { pricing: { ...pricing.pricing, currency: 'USD' } } } };
    const { structured } = await estimateCost.run(parse(estimateCost.input, args), { today: TODAY });
    const [one] = structured.options as unknown as Estimate[];
    expect(one?.cost.monthly).toEqual([{ currency: 'USD', amount: 7.1 }]);
    const mixed = {
      ...args,
      prices: { output: text(balancers) },
      resources: [...request.resources, { kind: 'load_balancer', name: 'lb', targets: ['web1'] }],
    };
    const { structured: both } = await estimateCost.run(
      parse(estimateCost.input, {
        ...mixed,
        prices: [{ output: serverTypes }, { output: { pricing: { ...pricing.pricing, server_types: [], currency: 'USD' } } }],
      }),
      { today: TODAY },
    );
    expect((both.options as unknown as Estimate[])[0]?.cost.monthly.map((total) => total.currency).sort()).toEqual(['EUR', 'USD']);
  });
});
