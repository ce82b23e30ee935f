import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  betterChoice,
  findDatabaseType,
  findRegion,
  findServerType,
  image,
  monthly,
  priceIn,
  priceLookup,
  retiredSuccessor,
  stale,
} from '../../src/providers/catalog.ts';
import type { Catalog, DatabaseType, LoadBalancerType, Price, Prices, ProviderId, RateId } from '../../src/providers/catalog_types.ts';
import { cheapestDatabase, cheapestServer, nearestServer } from '../../src/providers/choice.ts';
import { checkCommand } from '../grammar/check.ts';
import { plan } from '../support/plans.ts';

const path = (relative: string) => fileURLToPath(new URL(`../../${relative}`, import.meta.url));
const load = (id: ProviderId): Catalog => JSON.parse(readFileSync(path(`src/providers/${id}/catalog.json`), 'utf8'));
const hetzner = load('hetzner');
const aws = load('aws');
const digitalocean = load('digitalocean');
const docker = load('docker');
const catalogs = [hetzner, aws, digitalocean, docker];

function tables(catalog: Catalog): [string, Prices][] {
  const types = [
    ...catalog.serverTypes,
    ...catalog.databaseTypes,
    ...(catalog.loadBalancerTypes ?? []),
    ...(catalog.fileStorageTypes ?? []),
    ...(catalog.containerTypes ?? []),
  ];
  return [...types.map(({ id, prices }): [string, Prices] => [id, prices]), ...Object.entries(catalog.rates)];
}

describe.each(catalogs.map((catalog) => [catalog.provider, catalog] as const))('the catalog of %s', (_, catalog) => {
  const prices = tables(catalog).flatMap(([id, table]) => Object.entries(table).map(([region, price]) => ({ id, region, price })));

  test('every price has an amount, the currency, and a source that exists', () => {
    for (const { id, region, price } of prices) {
      const at = `${id} in ${region}`;
      expect(price.amount, at).toBeGreaterThanOrEqual(0);
      expect(price.currency, at).toBe(catalog.currency);
      for (const key of price.source.split('+')) expect(catalog.sources, at).toHaveProperty([key]);
      expect(region === '*' || findRegion(catalog, region), at).toBeTruthy();
    }
  });

  test('a price is undated only where its source is', () => {
    for (const { id, region, price } of prices) {
      if (price.asOf !== null) expect(price.asOf).toMatch(/^\d{4}(-\d\d){0,2}$/);
      else
        expect(
          price.source.split('+').map((key) => catalog.sources[key]?.asOf),
          `${id} in ${region}`,
        ).toContain(null);
    }
  });

  test('no source goes uncited, and none is missing', () => {
    const cited = [
      ...prices.map(({ price }) => price.source),
      ...catalog.retired.map(({ source }) => source),
      ...Object.values(catalog.origins).map(({ source }) => source),
      ...(catalog.limits === undefined ? [] : [catalog.limits.source]),
    ].flatMap((source) => source.split('+'));
    expect([...new Set(cited)].sort()).toEqual(Object.keys(catalog.sources).sort());
  });

  test('ids are unique, and a server type is priced only where it is sold', () => {
    const unique = (ids: string[]) => expect(ids).toEqual([...new Set(ids)]);
    unique(catalog.regions.map(({ id }) => id));
    unique(catalog.serverTypes.map(({ id }) => id));
    unique(catalog.images.map(({ id }) => id));
    unique(catalog.databaseTypes.flatMap(({ id, engines }) => engines.map((engine) => `${id} ${engine}`)));
    unique(catalog.retired.map(({ kind, name }) => `${kind} ${name}`));
    for (const { regions, prices } of catalog.serverTypes) {
      for (const region of Object.keys(prices)) expect(regions ?? ['*']).toContain(region);
    }
  });

  test('every retired size is answered, and by a size that is current', () => {
    const retired = catalog.retired.filter(({ kind, state }) => kind === 'server-type' && state !== 'advice');
    for (const entry of retired) {
      expect(retiredSuccessor(catalog, 'server-type', entry.name)).toBe(entry);
      const successor = findServerType(catalog, entry.successor ?? '');
      expect(successor, entry.name).toBeDefined();
      for (const region of entry.regions ?? ['anywhere']) {
        expect(retiredSuccessor(catalog, 'server-type', successor?.id ?? '', region), entry.name).toBeUndefined();
        if (entry.regions) expect(successor?.regions, entry.name).toContain(region);
      }
    }
  });

  test('a retired image is succeeded by one that is offered', () => {
    for (const { name, successor } of catalog.retired.filter(({ kind }) => kind === 'image')) {
      for (const one of successor?.split(' or ') ?? []) expect(image(catalog, one, 'x86').status, name).toBe('ok');
    }
  });

  test('nothing that costs money or shows a token is among the look-ups', () => {
    for (const command of Object.values(catalog.lookups)) expect(command).not.toMatch(/create|delete|Authorization|TOKEN/);
  });
});

const facts = path('../shared/facts/retired.json');
test.skipIf(!existsSync(facts))('no retired size of the facts was lost', () => {
  const entries: { provider: string; kind: string; name: string; successor: string; scope?: string }[] = JSON.parse(
    readFileSync(facts, 'utf8'),
  ).entries;
  const sizes = entries.filter(({ kind }) => ['server-type', 'droplet-size', 'ec2-family'].includes(kind));
  expect(sizes.length).toBeGreaterThan(80);
  for (const { provider, name, successor } of sizes) {
    const catalog = catalogs.find((one) => one.provider === provider);
    const find = (kind: 'server-type') => catalog && (retiredSuccessor(catalog, kind, name) ?? betterChoice(catalog, kind, name));
    expect(find('server-type')?.successor, name).toBe(successor);
  }
});

describe('retiredSuccessor', () => {
  test.each([
    ['cx11', 'cx23'],
    ['cx22', 'cx23'],
    ['CX52', 'cx53'],
    ['ccx12', 'ccx13'],
  ])('%s is now %s', (name, successor) => expect(retiredSuccessor(hetzner, 'server-type', name)?.successor).toBe(successor));

  test('a type can be retired in one region and sold in another', () => {
    expect(retiredSuccessor(hetzner, 'server-type', 'cpx11', 'fsn1')?.successor).toBe('cpx22');
    expect(retiredSuccessor(hetzner, 'server-type', 'cpx11', 'ash')).toBeUndefined();
  });

  test('an AWS type is found by its family', () => {
    expect(retiredSuccessor(aws, 'server-type', 'm5.large')).toMatchObject({ successor: 'm7g / m7i', state: 'legacy' });
    expect(retiredSuccessor(aws, 'server-type', 'm7i.large')).toBeUndefined();
  });

  test('what is current is not retired, though something better may be sold', () => {
    expect(retiredSuccessor(aws, 'server-type', 't3.micro')).toBeUndefined();
    expect(betterChoice(aws, 'server-type', 't3.micro')?.successor).toBe('t4g');
    expect(betterChoice(aws, 'volume-type', 'gp2')?.successor).toBe('gp3');
  });

  test('database versions have one name everywhere', () => {
    expect(retiredSuccessor(digitalocean, 'database-version', 'postgresql 14')).toMatchObject({
      state: 'retired',
      successor: 'postgresql 17',
    });
    expect(retiredSuccessor(aws, 'database-version', 'postgresql 14')).toMatchObject({ state: 'upcoming', since: '2027-02-28' });
    expect(retiredSuccessor(aws, 'database-version', 'mysql 8.0')?.successor).toBe('mysql 8.4');
  });

  test.each(['hcloud server create --datacenter', 'hcloud primary-ip create --datacenter'])('%s', (flag) =>
    expect(retiredSuccessor(hetzner, 'cli-flag', flag)?.successor).toBe('--location'));
});

describe('find', () => {
  test('by id, whatever its case', () => {
    expect(findRegion(hetzner, 'FSN1')).toMatchObject({ zone: 'eu-central', country: 'DE', buckets: true, databases: false });
    expect(findServerType(aws, 't4g.micro')?.arch).toBe('arm');
    expect(findServerType(hetzner, 'cx11')).toBeUndefined();
  });

  test('a database class has prices of its own for each engine', () => {
    const price = (engine: string, region: string) => priceIn(findDatabaseType(aws, 'cache.t4g.micro', engine)?.prices, region)?.amount;
    expect(price('valkey', 'eu-central-1')).toBe(0.0144);
    expect(price('redis', 'eu-central-1')).toBe(0.018);
    expect(findDatabaseType(aws, 'db.m7g.xlarge', 'mysql')?.prices).toEqual({});
  });
});

describe('prices', () => {
  const price = (amount: number, per: Price['per'], included?: number): Price => ({
    amount,
    per,
    currency: 'USD',
    source: 'x',
    asOf: null,
    ...(included !== undefined && { included }),
  });

  test('the region comes before everywhere', () => {
    const prices = { '*': price(1, 'month'), ash: price(2, 'month') };
    expect(priceIn(prices, 'ash')?.amount).toBe(2);
    expect(priceIn(prices, 'hil')?.amount).toBe(1);
    expect(priceIn({}, 'hil')).toBeUndefined();
    expect(priceIn(undefined, 'hil')).toBeUndefined();
  });

  test.each([
    [price(5.49, 'month'), undefined, 5.49],
    [price(0.0084, 'hour'), undefined, 6.132],
    [price(0.0084, 'hour'), 2, 12.264],
    [price(0.08, 'GB-month'), 100, 8],
    [price(0.02, 'GB-month', 250), 300, 1],
    [price(0.02, 'GB-month', 250), 100, 0],
    [price(0.0087, 'TB-hour', 1), 2, 6.351],
    [price(0.09, 'GB', 100), 200, 9],
    [price(0.09, 'GB', 100), undefined, null],
    [price(0.08, 'GB-month'), undefined, null],
    [price(20, 'percent'), undefined, null],
    [undefined, undefined, null],
  ])('monthly(%j, %s) is %s', (given, quantity, expected) => expect(monthly(given, quantity)).toBe(expected));

  test('the repricing of June 2026 is in', () => {
    const amount = (type: string) => priceIn(findServerType(hetzner, type)?.prices, 'nbg1')?.amount;
    expect([amount('ccx13'), amount('cpx22'), amount('cx23')]).toEqual([42.99, 19.49, 5.49]);
  });
});

describe('cheapestServer', () => {
  test('takes the cheapest, and falls back on another family', () => {
    const found = cheapestServer(hetzner, { vcpu: 2, memoryGb: 4 }, 'fsn1');
    expect(found).toMatchObject({ choice: { id: 'cx23' }, fallback: { id: 'cpx22' }, priced: true });
    expect(found?.reason).toContain('5.49 EUR a month');
  });

  test.each([
    [hetzner, {}, 'ash', 'cpx11'],
    [hetzner, { arch: 'arm' }, 'hel1', 'cax11'],
    [hetzner, { vcpu: 2, memoryGb: 8, dedicated: true }, 'nbg1', 'ccx13'],
    [hetzner, { diskGb: 100 }, 'sin', 'cpx32'],
    [aws, { memoryGb: 4 }, 'us-east-1', 't3a.medium'],
    [aws, { memoryGb: 4 }, 'us-west-2', 't3.medium'],
    [aws, { memoryGb: 4, diskGb: 500, arch: 'arm' }, 'us-west-2', 't4g.medium'],
    [aws, { memoryGb: 4, dedicated: true }, 'us-east-1', 'm7i.large'],
    [digitalocean, { memoryGb: 1 }, 'fra1', 's-1vcpu-1gb'],
    [digitalocean, { memoryGb: 64 }, 'fra1', 'm-8vcpu-64gb'],
  ] as const)('%#: %s', (catalog, need, region, id) => expect(cheapestServer(catalog, need, region)?.choice.id).toBe(id));

  test('a size that is legacy is not chosen, though it is the cheaper Intel one', () => {
    const intel: Catalog = { ...digitalocean, serverTypes: digitalocean.serverTypes.filter(({ family }) => family === 's-intel') };
    expect(findServerType(intel, 's-1vcpu-1gb-intel')).toBeDefined();
    expect(cheapestServer(intel, {}, 'fra1')?.choice.id).toBe('s-1vcpu-1gb-35gb-intel');
  });

  test('GPU sizes are never chosen', () => {
    expect(cheapestServer(digitalocean, { vcpu: 100 }, 'fra1')).toBeUndefined();
  });

  test('without a known price, the smallest that fits, and says so', () => {
    const found = cheapestServer(hetzner, { memoryGb: 32, dedicated: true }, 'sin');
    expect(found).toMatchObject({ choice: { id: 'ccx33' }, fallback: { id: 'ccx43' }, priced: false });
    expect(found?.reason).toContain('none of them has a known price');
  });

  test('nothing is sold where nothing is known, or to nobody', () => {
    expect(cheapestServer(hetzner, { arch: 'arm' }, 'ash')).toBeUndefined();
    expect(cheapestServer(digitalocean, {}, 'fra9')).toBeUndefined();
    expect(cheapestServer(docker, {}, 'local')).toBeUndefined();
  });

  test('ties go by id', () => {
    const twins = hetzner.serverTypes
      .filter(({ id }) => id === 'cx23')
      .flatMap((type) => [
        { ...type, id: 'b' },
        { ...type, id: 'a' },
      ]);
    expect(cheapestServer({ ...hetzner, serverTypes: twins }, {}, 'fsn1')?.choice.id).toBe('a');
  });
});

describe('nearestServer', () => {
  test.each([
    [hetzner, { vcpu: 500, memoryGb: 10 }, 'fsn1', 'ccx63'],
    [hetzner, { vcpu: 2, arch: 'arm' }, 'ash', 'cpx11'],
    [hetzner, { diskGb: 5000 }, 'fsn1', 'ccx63'],
    [aws, { vcpu: 500 }, 'eu-central-1', 't3.2xlarge'],
  ] as const)('%#: the one that has most of it', (catalog, need, region, id) => {
    expect(cheapestServer(catalog, need, region)).toBeUndefined();
    expect(nearestServer(catalog, need, region)?.id).toBe(id);
  });

  test('whatever is asked for, it is sold there, and is the cheapest itself where there is one with all of it', () => {
    const need = fc.record(
      {
        vcpu: fc.integer({ min: 1, max: 1024 }),
        memoryGb: fc.double({ min: 0.5, max: 65_536, noNaN: true }),
        diskGb: fc.integer({ min: 1, max: 100_000 }),
        arch: fc.constantFrom('x86' as const, 'arm' as const),
        dedicated: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.constantFrom(hetzner, aws, digitalocean), need, fc.nat(), (catalog, asked, at) => {
        const region = catalog.regions[at % catalog.regions.length]?.id as string;
        const near = nearestServer(catalog, asked, region);
        expect(near).toBeDefined();
        expect(near?.regions?.includes(region) ?? true).toBe(true);
        const best = cheapestServer(catalog, asked, region);
        if (best?.priced) expect(near?.id).toBe(best.choice.id);
      }),
    );
  });
});

describe('cheapestDatabase', () => {
  test.each([
    [aws, { engine: 'postgresql' }, 'eu-central-1', 'db.t4g.micro', true],
    [aws, { engine: 'mysql', memoryGb: 2 }, 'us-east-1', 'db.t4g.small', true],
    [aws, { engine: 'postgresql', memoryGb: 4 }, 'us-west-2', 'db.t4g.medium', false],
    [aws, { engine: 'valkey' }, 'eu-west-1', 'cache.t4g.micro', true],
    [digitalocean, { engine: 'postgresql' }, 'fra1', 'db-s-1vcpu-1gb', true],
    [digitalocean, { engine: 'postgresql', standby: true }, 'fra1', 'db-s-1vcpu-2gb', true],
    [digitalocean, { engine: 'mongodb' }, 'fra1', 'db-s-1vcpu-1gb', false],
  ] as const)('%#: %s', (catalog, need, region, id, priced) =>
    expect(cheapestDatabase(catalog, need, region)).toMatchObject({ choice: { id }, priced }));

  test('none where the provider, the region or the engine has none', () => {
    expect(cheapestDatabase(hetzner, { engine: 'postgresql' }, 'fsn1')).toBeUndefined();
    expect(cheapestDatabase(digitalocean, { engine: 'postgresql' }, 'mem1')).toBeUndefined();
    expect(cheapestDatabase(digitalocean, { engine: 'valkey' }, 'nyc2')).toBeUndefined();
    expect(cheapestDatabase(aws, { engine: 'mongodb' }, 'us-east-1')).toBeUndefined();
  });
});

describe('image', () => {
  test.each([
    [hetzner, 'ubuntu-24.04', 'arm', 'ubuntu-24.04'],
    [hetzner, 'almalinux-9', 'x86', 'alma-9'],
    [digitalocean, 'debian-13', 'x86', 'debian-13-x64'],
    [digitalocean, 'ubuntu-24-04-x64', 'x86', 'ubuntu-24-04-x64'],
    [aws, 'amazon-linux-2023', 'arm', '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64'],
  ] as const)('%#: %s', (catalog, name, arch, id) => expect(image(catalog, name, arch)).toMatchObject({ status: 'ok', image: { id } }));

  test('deprecated', () => {
    expect(image(hetzner, 'debian-11', 'x86')).toMatchObject({
      status: 'deprecated',
      image: { deprecated: '2026-11-30' },
      successor: 'debian-13',
    });
  });

  test.each(['debian-12', 'debian-12-x64'])('%s is retired at DigitalOcean', (name) =>
    expect(image(digitalocean, name, 'x86')).toMatchObject({
      status: 'retired',
      retired: { successor: 'debian-13-x64', since: '2026-06-11' },
    }));

  test('the end of support needs a day to compare with', () => {
    expect(image(aws, 'ubuntu-24.04', 'x86', '2026-11-23').status).toBe('ok');
    expect(image(aws, 'ubuntu-24.04', 'x86', '2029-06-01').status).toBe('end-of-life');
    expect(image(hetzner, 'debian-12', 'x86', '2026-11-23').status).toBe('ok');
  });

  test('wrong architecture', () => {
    const arm = '/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id';
    expect(image(aws, arm, 'x86')).toMatchObject({
      status: 'wrong-arch',
      image: { id: arm },
      instead: { os: 'ubuntu-24.04', arch: 'x86' },
    });
    const none = image(digitalocean, 'debian-13', 'arm');
    expect(none).toMatchObject({ status: 'wrong-arch' });
    expect(none).not.toHaveProperty('instead');
  });

  test('unknown', () => {
    const answer = image(aws, 'windows-2025', 'x86');
    expect(answer).toEqual({ status: 'unknown', offered: ['amazon-linux-2023', 'ubuntu-24.04', 'ubuntu-26.04'] });
  });
});

test.each([
  ['2026-08-25', false],
  ['2026-08-24', true],
  ['2026-11-23', false],
  ['2026-09', false],
  ['2026-06', true],
  ['2025', true],
  [null, true],
  ['soon', true],
])('stale(%s) on 2026-11-23 is %s', (asOf, expected) => expect(stale(asOf, '2026-11-23')).toBe(expected));

test('more servers than a new account may have are warned of', async () => {
  const servers = (count: number) => Array.from({ length: count }, (_, i) => ({ kind: 'server', name: `web${i}`, size: 'cx23' }));
  const warnings = async (count: number) => (await plan({ provider: 'hetzner', region: 'fsn1', resources: servers(count) })).warnings;
  expect(await warnings(5)).toEqual([]);
  expect(await warnings(6)).toEqual([
    expect.stringContaining('a new account at Hetzner may have 5 of kind server (seen 2026-09-30), and this plan has 6'),
  ]);
});

/** Accepted by aws 2.38, whose answer was that it could not reach its endpoint. */
const PRODUCTS =
  /^aws pricing get-products --region us-east-1 --service-code A\w+ --filters(?: 'Type=TERM_MATCH,Field=\w+,Value=[\w.:-]+(?: [\w-]+)*')+ --output json$/;

describe('what shows the price of today', () => {
  test.each([
    [
      hetzner,
      'volume',
      'fsn1',
      /^printf 'Authorization: Bearer %s' "\$HCLOUD_TOKEN" \| curl -sH @- https:\/\/api\.hetzner\.cloud\/v1\/pricing$/,
    ],
    [aws, 'volume', 'us-east-1', /'Type=TERM_MATCH,Field=usagetype,Value=EBS:VolumeUsage\.gp3'/],
    [aws, 'volume', 'eu-west-1', /Value=EU-EBS:VolumeUsage\.gp3'/],
    // Its name of a usage there is not known: the service's whole list of the region.
    [
      aws,
      'nat_gateway',
      'eu-north-1',
      /^aws pricing get-products --region us-east-1 --service-code AmazonEC2 --filters 'Type=TERM_MATCH,Field=regionCode,Value=eu-north-1' --output json$/,
    ],
    [digitalocean, 'volume', 'fra1', /^https:\/\/www\.digitalocean\.com\/pricing$/],
  ] as const)('%#: of a rate', (catalog, rate, region, expected) => expect(priceLookup(catalog, rate, region)).toMatch(expected));

  test('of a type', () => {
    const db = findDatabaseType(aws, 'db.t4g.micro', 'mysql') as DatabaseType;
    expect(priceLookup(aws, db, 'eu-central-1', 'mysql')).toMatch(
      /Value=db\.t4g\.micro' 'Type=TERM_MATCH,Field=databaseEngine,Value=MySQL'/,
    );
    expect(priceLookup(hetzner, hetzner.loadBalancerTypes?.[0] as LoadBalancerType, 'fsn1')).toBe('hcloud load-balancer-type list -o json');
    expect(priceLookup(docker, 'volume', '')).toBeUndefined();
  });

  test('every look-up passes the vendor grammar, and is one that is offered for every rate', () => {
    for (const catalog of [hetzner, aws, digitalocean]) {
      for (const region of catalog.regions.map(({ id }) => id)) {
        for (const rate of Object.keys(catalog.rates) as RateId[]) {
          const command = priceLookup(catalog, rate, region) as string;
          expect(command, rate).toBeTruthy();
          expect(command).not.toMatch(/[{}]/);
          if (!/^(?:aws|hcloud|doctl) /.test(command)) continue;
          const words = (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replaceAll("'", ''));
          // The price lists have no grammar here; their one command is the same for every rate.
          if (words[1] === 'pricing') expect(command).toMatch(PRODUCTS);
          else expect(checkCommand(words), command).toEqual([]);
        }
      }
    }
  });
});
