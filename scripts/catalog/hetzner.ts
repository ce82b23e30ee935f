import type { Catalog, Prices } from '../../src/providers/catalog_types.ts';
import type { Dated, Facts, Group, HetznerFacts } from './facts.ts';
import { byId, everywhere, Ledger } from './ledger.ts';
import { lookups, priceLookups } from './lookups.ts';
import { osName, place } from './names.ts';
import { retired, retiredSources } from './retired.ts';
import { endOfLife } from './support.ts';

export function hetzner(facts: Facts): Catalog {
  const data = facts.hetzner;
  const ledger = new Ledger(data.currency, { ...retiredSources(facts), ...data.sources, ...eol(facts) });
  const regions = data.locations.map(({ name }) => name);
  const inGroup = (group: Group) => data.locations.filter(({ priceGroup }) => priceGroup === group).map(({ name }) => name);
  const GROUPS = ['eu', 'us', 'sin'] as const;

  /** A price group's figure at each of its locations; `sold` narrows it. */
  const grouped = (price: (group: Group) => Prices[string] | undefined, sold = regions): Prices =>
    Object.fromEntries(
      GROUPS.flatMap((group) => {
        const found = price(group);
        return found
          ? inGroup(group)
              .filter((region) => sold.includes(region))
              .map((region) => [region, found])
          : [];
      }),
    );
  const month = (amount: number, dated: Dated) => ledger.price(amount, 'month', dated);
  const { traffic, objectStorage: bucket } = data;
  const floor = { eu: traffic.eu.includedTb, us: traffic.us.includedTbFrom, sin: traffic.sin.includedTbRange[0] };
  const ends = endOfLife(facts);
  const lb11 = data.loadBalancers[0];
  if (lb11?.name !== 'lb11') throw new Error('the smallest load balancer is expected first');

  const catalog: Omit<Catalog, 'sources'> = {
    provider: 'hetzner',
    currency: data.currency,
    priceBasis: data.priceBasis,
    generatedOn: data.generatedOn,
    notes: [
      'Prices rose for new orders on 2026-06-15 (CCX 2.1 to 2.7 times, CPX 2.4 to 3.1, CX and CAX 1.3 to 1.4): an older figure is wrong.',
      'Sold in a location is not in stock there: `hcloud server-type list -o json` shows locations[].available.',
      data.managedDatabases.note,
      'Included traffic is per server, and the floor: larger types include more (prices[].included_traffic of the server types).',
      'Load balancers, volumes, snapshots and addresses have one price here, because their sources name no location.',
      "Not known: a floating IP's price.",
      `Storage boxes: ${data.storageBoxNotes}`,
      ...data.billingNotes,
    ],
    origins: {
      regions: ledger.origin(data.locations),
      serverTypes: ledger.origin(data.serverTypes),
      images: ledger.origin([...data.images, { source: 'eol', asOf: data.images[0]?.asOf ?? null }]),
    },
    limits: limits(data.defaultLimits, ledger),
    lookups: lookups(facts, 'hetzner'),
    priceLookups: priceLookups(facts, 'hetzner'),
    regions: data.locations.map(({ name, city, country, networkZone }) => ({
      id: name,
      name: city,
      ...place(name, country),
      zone: networkZone,
      databases: data.managedDatabases.offered,
      buckets: bucket.locations.includes(name),
    })),
    serverTypes: data.serverTypes.map((type) => ({
      id: type.name,
      family: type.name.replace(/\d+$/, ''),
      vcpu: type.vcpu,
      memoryGb: type.memoryGb,
      diskGb: type.diskGb,
      arch: type.architecture,
      cpu: type.cpu,
      regions: type.soldIn,
      prices: grouped((group) => {
        const price = type.prices[group];
        return price?.monthlyNet == null ? undefined : month(price.monthlyNet, price);
      }, type.soldIn),
      ...(type.includedTrafficTb && { includedTrafficTb: trafficIn(type.includedTrafficTb, inGroup) }),
      ...(type.availabilityNote && { note: type.availabilityNote }),
    })),
    databaseTypes: [],
    loadBalancerTypes: data.loadBalancers.map(({ name, services, targets, certificates, connections, note, ...price }) => ({
      id: name,
      ...(services !== null && { services }),
      ...(targets !== null && { targets }),
      ...(certificates !== null && { certificates }),
      ...(connections !== null && { connections }),
      prices: { '*': month(price.monthlyNet, price) },
      ...(note && { note }),
    })),
    fileStorageTypes: data.storageBoxes.map(({ name, tb, locations, ...price }) => ({
      id: name,
      diskTb: tb,
      prices: everywhere(locations, month(price.monthlyNet, price)),
    })),
    images: byId(
      data.images.map(({ name, unavailableAfter }) => {
        const end = ends.get(osName(name));
        return {
          id: name,
          os: osName(name),
          arch: 'any' as const,
          ...(unavailableAfter && { deprecated: unavailableAfter }),
          ...(end && { endOfLife: end }),
        };
      }),
    ),
    engines: [],
    rates: {
      bucket_base: everywhere(bucket.locations, month(bucket.baseMonthlyNet, bucket)),
      bucket_egress: everywhere(bucket.locations, ledger.price(bucket.extraEgressPerTb, 'TB', bucket, bucket.includedEgressTb)),
      bucket_storage: everywhere(bucket.locations, ledger.price(bucket.extraStoragePerTbHour, 'TB-hour', bucket, bucket.includedStorageTb)),
      egress: grouped((group) => ledger.price(traffic[group].overagePerTb, 'TB', traffic, floor[group])),
      load_balancer: { '*': month(lb11.monthlyNet, lb11) },
      public_ipv4: { '*': month(data.primaryIps.ipv4MonthlyNet, data.primaryIps) },
      public_ipv6: { '*': month(data.primaryIps.ipv6MonthlyNet, data.primaryIps) },
      server_backup: { '*': ledger.price(data.backups.percentOfServerPrice, 'percent', data.backups) },
      snapshot: { '*': ledger.price(data.snapshots.perGbMonthNet, 'GB-month', data.snapshots) },
      ...(data.floatingIps.ipv4MonthlyNet !== null && { static_ip: { '*': month(data.floatingIps.ipv4MonthlyNet, data.floatingIps) } }),
      volume: { '*': ledger.price(data.volumes.perGbMonthNet, 'GB-month', data.volumes) },
    },
    retired: retired(facts, 'hetzner', ledger),
  };
  return { ...catalog, sources: ledger.sources };
}

/** What a new account may have at most; more is asked for in the console. */
const limits = ({ servers, loadBalancers, snapshots, floatingIps, ...dated }: HetznerFacts['defaultLimits'], ledger: Ledger) => ({
  ...ledger.origin([dated]),
  kinds: { server: servers, load_balancer: loadBalancers, snapshot: snapshots, static_ip: floatingIps },
});

const trafficIn = (byGroup: Partial<Record<Group, number>>, inGroup: (group: Group) => string[]): Record<string, number> =>
  Object.fromEntries(Object.entries(byGroup).flatMap(([group, tb]) => inGroup(group as Group).map((region) => [region, tb])));

/** One file of the facts holds the source that the ends of support of all providers cite. */
export const eol = ({ aws }: Facts) => ({ eol: aws.sources.eol ?? { title: 'endoflife.date', asOf: null } });
