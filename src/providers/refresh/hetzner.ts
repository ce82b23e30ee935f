import type { Catalog, Currency, LoadBalancerType, Prices, ServerType } from '../catalog_types.ts';
import {
  amount,
  id,
  isObject,
  type Json,
  listOf,
  price,
  type Reading,
  type Recogniser,
  type Stamp,
  withRates,
  withRecords,
} from './reading.ts';

const TIB = 1024 ** 4;

/** `prices` of a type: location to net price a month. */
function monthly(type: Json, currency: Currency, stamp: Stamp): Prices {
  return Object.fromEntries(
    rows(type).flatMap(({ location, net }) => (net === undefined ? [] : [[location, price(net, 'month', currency, stamp)]])),
  );
}

function rows(type: Json): { location: string; net: number | undefined; row: Json }[] {
  return (Array.isArray(type.prices) ? type.prices : []).filter(isObject).flatMap((row) => {
    const location = id(row.location);
    return location === undefined ? [] : [{ location, net: net(row.price_monthly), row }];
  });
}

const net = (value: unknown): number | undefined => (isObject(value) ? amount(value.net) : undefined);

function serverTypes(list: readonly Json[], catalog: Catalog, currency: Currency, stamp: Stamp): Catalog {
  const fresh = new Map<string, (before: ServerType | undefined) => ServerType | undefined>();
  const traffic: Record<string, Prices[string]> = {};
  for (const type of list) {
    const name = id(type.name);
    if (name === undefined) continue;
    const prices = monthly(type, currency, stamp);
    const included: Record<string, number> = {};
    for (const { location, row } of rows(type)) {
      const tib = amount(typeof row.included_traffic === 'number' ? row.included_traffic / TIB : undefined);
      if (tib !== undefined) included[location] = tib;
      const over = net(row.price_per_tb_traffic);
      if (over !== undefined) traffic[location] = price(over, 'TB', currency, stamp);
    }
    const places = (Array.isArray(type.locations) ? type.locations : []).filter(isObject).flatMap((one) => {
      const location = id(one.name);
      const end = isObject(one.deprecation) ? one.deprecation.unavailable_after : undefined;
      return location === undefined || (typeof end === 'string' && end.slice(0, 10) <= stamp.asOf)
        ? []
        : [{ location, out: one.available === false }];
    });
    const regions = places.length > 0 ? places.map((one) => one.location) : Object.keys(prices);
    const [vcpu, memoryGb, diskGb] = [amount(type.cores), amount(type.memory), amount(type.disk)];
    fresh.set(name, (before) => {
      const own = before ?? {
        id: name,
        family: name.replace(/\d+$/, ''),
        prices: {},
        arch: type.architecture === 'arm' ? 'arm' : 'x86',
        cpu: type.cpu_type === 'dedicated' ? 'dedicated' : 'shared',
      };
      if (vcpu === undefined || memoryGb === undefined)
        return before === undefined ? undefined : { ...before, prices: { ...before.prices, ...prices } };
      const outOfStock = places.filter((one) => one.out).map((one) => one.location);
      return {
        ...own,
        vcpu,
        memoryGb,
        diskGb: diskGb ?? before?.diskGb ?? null,
        prices: { ...own.prices, ...prices },
        regions: regions.length > 0 ? regions : (before?.regions ?? null),
        ...(outOfStock.length > 0 ? { outOfStock } : {}),
        ...(Object.keys(included).length > 0 ? { includedTrafficTb: { ...before?.includedTrafficTb, ...included } } : {}),
      } as ServerType;
    });
  }
  const merged = { ...catalog, serverTypes: withRecords(catalog.serverTypes, fresh, (one) => one.id) };
  return Object.keys(traffic).length === 0 ? merged : withRates(merged, { egress: traffic });
}

function balancers(list: readonly Json[], catalog: Catalog, currency: Currency, stamp: Stamp): Catalog {
  const fresh = new Map<string, (before: LoadBalancerType | undefined) => LoadBalancerType | undefined>();
  for (const type of list) {
    const name = id(type.name);
    const prices = monthly(type, currency, stamp);
    if (name === undefined || Object.keys(prices).length === 0) continue;
    const limits = {
      services: amount(type.max_services),
      targets: amount(type.max_targets),
      certificates: amount(type.max_assigned_certificates),
      connections: amount(type.max_connections),
    };
    const known = Object.fromEntries(Object.entries(limits).filter(([, value]) => value !== undefined));
    fresh.set(name, (before) => ({ ...before, id: name, ...known, prices: { ...before?.prices, ...prices } }));
  }
  return { ...catalog, loadBalancerTypes: withRecords(catalog.loadBalancerTypes ?? [], fresh, (one) => one.id) };
}

const priced = (list: readonly Json[]): number => list.filter((one) => rows(one).some((row) => row.net !== undefined)).length;

const types: Recogniser = (json) => {
  const list = listOf(json, 'server_types');
  if (list === undefined || !list.every((one) => 'cores' in one && 'memory' in one && 'prices' in one)) return undefined;
  return {
    provider: 'hetzner',
    what: "Hetzner's server types",
    command: 'hcloud server-type list -o json',
    rows: priced(list),
    apply: (catalog, stamp) => serverTypes(list, catalog, catalog.currency, stamp),
  };
};

const balancerTypes: Recogniser = (json) => {
  const list = listOf(json, 'load_balancer_types');
  if (list === undefined || !list.every((one) => 'max_targets' in one && 'prices' in one)) return undefined;
  return {
    provider: 'hetzner',
    what: "Hetzner's load balancer types",
    command: 'hcloud load-balancer-type list -o json',
    rows: priced(list),
    apply: (catalog, stamp) => balancers(list, catalog, catalog.currency, stamp),
  };
};

/** `/v1/pricing`: the one list that names its currency, and the only one with addresses, volumes and snapshots. */
const pricing: Recogniser = (json): Reading | undefined => {
  const all = isObject(json) ? (isObject(json.pricing) ? json.pricing : json) : undefined;
  if (all === undefined || !('server_backup' in all) || !('volume' in all) || typeof all.currency !== 'string') return undefined;
  const currency: Currency | undefined = all.currency === 'EUR' || all.currency === 'USD' ? all.currency : undefined;
  const ips = (of: unknown): Json | undefined => (Array.isArray(of) ? of : []).filter(isObject).find((one) => one.type === 'ipv4');
  const perGb = (of: unknown): number | undefined => (isObject(of) ? net(of.price_per_gb_month) : undefined);
  return {
    provider: 'hetzner',
    what: "Hetzner's prices",
    command: 'curl -H @- https://api.hetzner.cloud/v1/pricing',
    rows: currency === undefined ? 0 : 1,
    apply: (catalog, stamp) => {
      const money = currency as Currency;
      const one = (value: number | undefined, per: 'GB-month' | 'percent'): Prices | undefined =>
        value === undefined ? undefined : { '*': price(value, per, money, stamp) };
      const rates = {
        volume: one(perGb(all.volume), 'GB-month'),
        snapshot: one(perGb(all.image), 'GB-month'),
        server_backup: one(isObject(all.server_backup) ? amount(all.server_backup.percentage) : undefined, 'percent'),
        public_ipv4: addresses(ips(all.primary_ips), money, stamp),
        static_ip: addresses(ips(all.floating_ips), money, stamp),
      };
      const known = Object.fromEntries(
        Object.entries(rates).filter(([, prices]) => prices !== undefined && Object.keys(prices).length > 0),
      );
      let next = withRates(catalog, known);
      const servers = listOf(all, 'server_types');
      if (servers !== undefined) next = serverTypes(servers, next, money, stamp);
      const lbs = listOf(all, 'load_balancer_types');
      return lbs === undefined ? next : balancers(lbs, next, money, stamp);
    },
  };
};

const addresses = (one: Json | undefined, currency: Currency, stamp: Stamp): Prices | undefined =>
  one === undefined ? undefined : monthly(one, currency, stamp);

export const hetzner: readonly Recogniser[] = [types, balancerTypes, pricing];
