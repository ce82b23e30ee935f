import type { Catalog, DatabaseType, Per, Price, Prices, RateId, ServerType } from '../catalog_types.ts';
import { amount, id, isObject, type Json, price, type Recogniser, type Stamp, withRates, withRecords } from './reading.ts';

/** One product of a price list, with what it costs on demand. */
interface Product {
  readonly attributes: Readonly<Record<string, string>>;
  readonly family: string;
  readonly service: string;
  readonly region: string;
  readonly usage: string;
  readonly tiers: readonly { readonly from: number; readonly usd: number; readonly unit: string }[];
}

/** The items of `aws pricing get-products`, each of which is JSON in a string; or a bulk offer file, by sku. */
function products(json: unknown): Product[] | undefined {
  const list = isObject(json) && Array.isArray(json.PriceList) ? json.PriceList : Array.isArray(json) ? json : undefined;
  if (list !== undefined) {
    const items = list.map(unpacked);
    return items.length > 0 && items.every((item) => isObject(item) && isObject(item.product) && isObject(item.terms))
      ? items.flatMap((item) => product(item as Json) ?? [])
      : isObject(json) && 'PriceList' in json
        ? []
        : undefined;
  }
  if (!isObject(json) || !isObject(json.products) || !isObject(json.terms)) return undefined;
  const terms = isObject(json.terms.OnDemand) ? json.terms.OnDemand : {};
  return Object.entries(json.products).flatMap(
    ([sku, one]) =>
      product({ product: one, serviceCode: json.offerCode, terms: { OnDemand: Object.hasOwn(terms, sku) ? terms[sku] : {} } }) ?? [],
  );
}

function unpacked(item: unknown): unknown {
  if (typeof item !== 'string') return item;
  try {
    return JSON.parse(item);
  } catch {
    return undefined;
  }
}

function product(item: Json): Product | undefined {
  const { product: own, terms } = item as { product: unknown; terms: unknown };
  if (!isObject(own) || !isObject(own.attributes) || !isObject(terms)) return undefined;
  const attributes = Object.fromEntries(Object.entries(own.attributes).filter(([, value]) => typeof value === 'string')) as Record<
    string,
    string
  >;
  const region = id(attributes.regionCode ?? attributes.fromRegionCode);
  if (region === undefined) return undefined;
  const offers = isObject(terms.OnDemand) ? Object.values(terms.OnDemand).filter(isObject) : [];
  const tiers = offers
    .flatMap((offer) => (isObject(offer.priceDimensions) ? Object.values(offer.priceDimensions).filter(isObject) : []))
    .flatMap((one) => {
      const usd = isObject(one.pricePerUnit) ? amount(one.pricePerUnit.USD) : undefined;
      return usd === undefined ? [] : [{ from: amount(one.beginRange) ?? 0, usd, unit: String(one.unit) }];
    })
    .sort((a, b) => a.from - b.from);
  if (tiers.length === 0) return undefined;
  return {
    attributes,
    family: typeof own.productFamily === 'string' ? own.productFamily : '',
    service: attributes.servicecode ?? (typeof item.serviceCode === 'string' ? item.serviceCode : ''),
    region,
    usage: attributes.usagetype ?? '',
    tiers,
  };
}

/** What AWS calls a usage, without the region before it, and which rate of the catalog it is. */
const USAGES: readonly (readonly [usage: RegExp, rate: RateId, per: Per, family?: string])[] = [
  [/(?:^|-)EBS:VolumeUsage\.gp3$/, 'volume', 'GB-month'],
  [/(?:^|-)EBS:VolumeP-IOPS\.gp3$/, 'volume_iops', 'IOPS-month'],
  [/(?:^|-)EBS:SnapshotUsage$/, 'snapshot', 'GB-month'],
  [/(?:^|-)NatGateway-Hours$/, 'nat_gateway', 'hour'],
  [/(?:^|-)NatGateway-Bytes$/, 'nat_gateway_traffic', 'GB'],
  [/(?:^|-)PublicIPv4:InUseAddress$/, 'public_ipv4', 'hour'],
  [/^(?!.*-TS-)(?:.*-)?LoadBalancerUsage$/, 'load_balancer', 'hour', 'Load Balancer-Application'],
  [/^(?!.*-TS-)(?:.*-)?LCUUsage$/, 'load_balancer_capacity', 'hour', 'Load Balancer-Application'],
  [/^(?!.*-TS-)(?:.*-)?LoadBalancerUsage$/, 'network_load_balancer', 'hour', 'Load Balancer-Network'],
  [/^(?!.*-TS-)(?:.*-)?LCUUsage$/, 'network_load_balancer_capacity', 'hour', 'Load Balancer-Network'],
  [/^(?:[A-Z0-9]+-)?TimedStorage-ByteHrs$/, 'bucket_storage', 'GB-month'],
  [/^(?:[A-Z0-9]+-)?TimedStorage-SIA-ByteHrs$/, 'bucket_storage_infrequent', 'GB-month'],
  [/^(?:[A-Z0-9]+-)?Requests-Tier1$/, 'bucket_writes', '1000 requests'],
  [/^(?:[A-Z0-9]+-)?Requests-Tier2$/, 'bucket_reads', '1000 requests'],
  [/^(?:[A-Z0-9]+-)?DataTransfer-Out-Bytes$/, 'egress', 'GB'],
  [/(?:^|-)RDS:GP3-Storage$/, 'database_storage', 'GB-month'],
  [/(?:^|-)RDS:ChargedBackupUsage$/, 'database_backup', 'GB-month'],
  [/(?:^|-)AmazonEKS-Hours:perCluster$/, 'kubernetes_control_plane', 'hour'],
  [/(?:^|-)AmazonEKS-Hours:extendedSupport$/, 'kubernetes_control_plane_extended', 'hour'],
  [/(?:^|-)AWSSecretsManager-Secrets$/, 'secret', 'month'],
];

/** A service whose usage has the same name as another's. */
const SERVICES: Readonly<Partial<Record<RateId, RegExp>>> = {
  bucket_storage: /^(?:AmazonS3)?$/,
  bucket_reads: /^(?:AmazonS3)?$/,
  bucket_writes: /^(?:AmazonS3)?$/,
};

const ENGINES: Readonly<Record<string, string>> = { PostgreSQL: 'postgresql', MySQL: 'mysql', Valkey: 'valkey', Redis: 'redis' };

type Fact =
  | {
      readonly type: 'server';
      readonly id: string;
      readonly region: string;
      readonly price: number;
      readonly attributes: Product['attributes'];
    }
  | {
      readonly type: 'database';
      readonly id: string;
      readonly engine: string;
      readonly region: string;
      readonly price: number;
      readonly attributes: Product['attributes'];
    }
  | { readonly type: 'rate'; readonly rate: RateId; readonly region: string; readonly price: number; readonly per: Per };

/** What a product says of something that the catalog knows. Free and extended-support rows are other things. */
function facts(one: Product): Fact[] {
  const { attributes: a, region, usage } = one;
  const usd = one.tiers.find((tier) => tier.usd > 0)?.usd;
  if (usd === undefined || /ExtendedSupport|Outposts/.test(usage)) return [];
  const name = id(a.instanceType);
  if (name !== undefined && a.operatingSystem !== undefined) {
    const plain = a.operatingSystem === 'Linux' && a.tenancy === 'Shared' && a.preInstalledSw === 'NA' && a.capacitystatus === 'Used';
    return plain ? [{ type: 'server', id: name, region, price: usd, attributes: a }] : [];
  }
  const engine = ENGINES[a.databaseEngine ?? a.cacheEngine ?? ''];
  if (name !== undefined && engine !== undefined) {
    const single = a.deploymentOption === undefined || a.deploymentOption === 'Single-AZ';
    return single && /^(?:db|cache)\./.test(name) ? [{ type: 'database', id: name, engine, region, price: usd, attributes: a }] : [];
  }
  const found = USAGES.find(
    ([pattern, rate, , family]) =>
      pattern.test(usage) && (family === undefined || family === one.family) && (SERVICES[rate]?.test(one.service) ?? true),
  );
  if (found === undefined) return [];
  const [, rate, per] = found;
  // AWS prices one request; here, as on its price pages, a thousand.
  const scale = per === '1000 requests' ? 1000 : 1;
  const rows: Fact[] = [{ type: 'rate', rate, region, per, price: Number((usd * scale).toFixed(9)) }];
  const above = rate === 'egress' ? one.tiers.find((tier) => tier.from > 10_000)?.usd : undefined;
  if (above !== undefined) rows.push({ type: 'rate', rate: 'egress_over_10tb', region, per, price: above });
  return rows;
}

const priceList: Recogniser = (json) => {
  const list = products(json);
  if (list === undefined) return undefined;
  const all = list.flatMap(facts);
  return {
    provider: 'aws',
    what: 'an AWS price list',
    command: 'aws pricing get-products',
    rows: all.length,
    apply: (catalog, stamp) => applied(catalog, all, stamp),
  };
};

function applied(catalog: Catalog, all: readonly Fact[], stamp: Stamp): Catalog {
  const hourly = (fact: Fact): Price => price(fact.price, 'hour', catalog.currency, stamp);
  const servers = new Map<string, (before: ServerType | undefined) => ServerType | undefined>();
  const databases = new Map<string, (before: DatabaseType | undefined) => DatabaseType | undefined>();
  const prices = new Map<string, Prices>();
  const rates: Partial<Record<RateId, Prices>> = {};
  for (const fact of all) {
    if (fact.type === 'rate') {
      rates[fact.rate] = { ...rates[fact.rate], [fact.region]: price(fact.price, fact.per, catalog.currency, stamp) };
      continue;
    }
    const key = fact.type === 'server' ? fact.id : `${fact.id} ${fact.engine}`;
    const known = { ...prices.get(key), [fact.region]: hourly(fact) };
    prices.set(key, known);
    const [vcpu, memoryGb] = [amount(fact.attributes.vcpu), amount(fact.attributes.memory?.replace(/ GiB$/, ''))];
    const family = fact.id.slice(0, fact.id.lastIndexOf('.'));
    const sized = vcpu === undefined || memoryGb === undefined ? undefined : { id: fact.id, family, vcpu, memoryGb };
    if (fact.type === 'server')
      servers.set(key, (before) =>
        before !== undefined
          ? { ...before, prices: { ...before.prices, ...known } }
          : sized && {
              ...sized,
              diskGb: null,
              arch: /Graviton/.test(fact.attributes.physicalProcessor ?? '') ? 'arm' : 'x86',
              cpu: /^t\d|-flex$/.test(family) ? 'burstable' : 'dedicated',
              regions: Object.keys(known),
              prices: known,
            },
      );
    else
      databases.set(key, (before) =>
        before !== undefined
          ? { ...before, prices: { ...before.prices, ...known } }
          : sized && { ...sized, engines: [fact.engine], standby: true, prices: known },
      );
  }
  return withRates(
    {
      ...catalog,
      serverTypes: withRecords(catalog.serverTypes, servers, (one) => one.id),
      databaseTypes: withRecords(catalog.databaseTypes, databases, (one) => `${one.id} ${one.engines[0]}`),
    },
    rates,
  );
}

/** Which types a region, or a zone of it, offers. */
const offerings: Recogniser = (json) => {
  if (!isObject(json) || !Array.isArray(json.InstanceTypeOfferings)) return undefined;
  const rows = json.InstanceTypeOfferings.filter(isObject).flatMap((row) => {
    const [type, place] = [id(row.InstanceType), id(row.Location)];
    return type === undefined || place === undefined ? [] : [{ type, region: place.replace(/(?<=-\d)[a-z]$/, '') }];
  });
  return {
    provider: 'aws',
    what: "AWS's instance type offerings",
    command: 'aws ec2 describe-instance-type-offerings --output json',
    rows: rows.length,
    apply: (catalog) => ({
      ...catalog,
      serverTypes: catalog.serverTypes.map((type) => {
        const more = rows.filter((row) => row.type === type.id).map((row) => row.region);
        return more.length === 0 || type.regions === null ? type : { ...type, regions: [...new Set([...type.regions, ...more])] };
      }),
    }),
  };
};

export const aws: readonly Recogniser[] = [offerings, priceList];
