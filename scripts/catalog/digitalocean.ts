import type { Catalog, DatabaseType, Engine, Prices } from '../../src/providers/catalog_types.ts';
import type { Facts } from './facts.ts';
import { eol } from './hetzner.ts';
import { byId, byText, Ledger } from './ledger.ts';
import { lookups, priceLookups } from './lookups.ts';
import { engineName, osName, place } from './names.ts';
import { retired, retiredSources } from './retired.ts';
import { endOfLife } from './support.ts';

export function digitalocean(facts: Facts): Catalog {
  const data = facts.digitalocean;
  const ledger = new Ledger(data.currency, { ...retiredSources(facts), ...data.sources, ...eol(facts) });
  const anywhere = (...price: Parameters<Ledger['price']>): Prices => ({ '*': ledger.price(...price) });
  const { spaces, managedDatabases: databases } = data;
  const ends = endOfLife(facts);

  const catalog: Omit<Catalog, 'sources'> = {
    provider: 'digitalocean',
    currency: data.currency,
    priceBasis: data.priceBasis,
    generatedOn: data.generatedOn,
    notes: [
      'Droplet prices are rounded to whole dollars by their source: they may be off by 0.50.',
      'Which size is sold in which region is not known here, and not every size is sold everywhere: `doctl compute size list -o json`.',
      'That a region is listed does not prove that an account may create there: `doctl compute region list -o json`.',
      'A size that left the list on 2021-02-13 may have left some months earlier: the list was not read from 2020-09-17 on.',
      'Database plans: the price is per node, a standby costs as much again; what was read is for PostgreSQL and MySQL, and for the smallest Valkey.',
      'Database versions were read on 2026-05-01; MongoDB 7.0 is the default there though its listed end of life has passed.',
      'Included traffic is pooled over the team.',
      'Where this file says GB, DigitalOcean bills GiB.',
    ],
    origins: {
      regions: ledger.origin(data.regions),
      serverTypes: ledger.origin(data.dropletSizes),
      databaseTypes: ledger.origin(Object.values(databases.engines)),
      images: ledger.origin([...data.images, { source: 'eol', asOf: data.images[0]?.asOf ?? null }]),
      engines: ledger.origin(Object.values(databases.engines)),
    },
    lookups: lookups(facts, 'digitalocean'),
    priceLookups: priceLookups(facts, 'digitalocean'),
    regions: data.regions
      .map(({ slug, name, managedDatabases, spaces, openForNewDroplets, note }) => ({
        id: slug,
        name,
        ...place(slug),
        databases: managedDatabases,
        buckets: spaces,
        open: openForNewDroplets,
        ...(note && { note }),
      }))
      .sort((a, b) => byText(a.id, b.id)),
    serverTypes: data.dropletSizes.map((size) => ({
      id: size.slug,
      family: `${size.slug.split('-')[0]}${size.variant === 'regular' ? '' : `-${size.variant}`}`,
      vcpu: size.vcpu,
      memoryGb: size.memoryGb,
      diskGb: size.diskGb,
      arch: 'x86',
      cpu: size.cpu,
      ...(size.family === 'gpu' && { gpu: true as const }),
      regions: size.regions,
      prices: anywhere(size.monthlyUsd, 'month', size),
      ...(size.transferTb !== null && { includedTrafficTb: { '*': size.transferTb } }),
    })),
    databaseTypes: databaseTypes(facts, ledger),
    containerTypes: data.appPlatform.map(({ slug, monthlyUsd }) => {
      const [vcpu = Number.NaN, memoryGb = Number.NaN] = (slug.match(/[\d.]+/g) ?? []).map(Number);
      return { id: slug, vcpu, memoryGb, prices: anywhere(monthlyUsd, 'month', data.appPlatformSource) };
    }),
    images: byId(
      data.images.map(({ slug }) => {
        const end = ends.get(osName(slug));
        return { id: slug, os: osName(slug), arch: 'x86' as const, ...(end && { endOfLife: end }) };
      }),
    ),
    engines: engines(facts),
    rates: {
      bucket_base: anywhere(spaces.baseMonthlyUsd, 'month', spaces),
      bucket_egress: anywhere(spaces.extraEgressPerGibUsd, 'GB', spaces, spaces.includedEgressGib),
      bucket_storage: anywhere(spaces.extraStoragePerGibUsd, 'GB-month', spaces, spaces.includedStorageGib),
      database_standby: anywhere(100, 'percent', databases),
      database_storage: anywhere(databases.extraStoragePerGibMonthUsd, 'GB-month', databases),
      egress: anywhere(data.transfer.overagePerGibUsd, 'GB', data.transfer),
      load_balancer: anywhere(data.loadBalancers.perNodeMonthlyUsd, 'month', data.loadBalancers),
      registry: anywhere(data.containerRegistry.basicMonthlyUsd, 'month', data.containerRegistry),
      server_backup: anywhere(data.backups.weeklyPercent, 'percent', data.backups),
      server_backup_daily: anywhere(data.backups.dailyPercent, 'percent', data.backups),
      snapshot: anywhere(data.snapshots.perGibMonthUsd, 'GB-month', data.snapshots),
      static_ip: anywhere(data.reservedIp.assignedUsd, 'month', data.reservedIp),
      static_ip_idle: anywhere(data.reservedIp.idleMonthlyUsd, 'month', data.reservedIp),
      volume: anywhere(data.volumes.perGibMonthUsd, 'GB-month', data.volumes),
    },
    retired: retired(facts, 'digitalocean', ledger),
  };
  return { ...catalog, sources: ledger.sources };
}

/** Every size that an engine's layouts name, with a price where one was read. Engines that agree share a record. */
function databaseTypes(facts: Facts, ledger: Ledger): DatabaseType[] {
  const { engines, plans, valkeyFromUsd, ...own } = facts.digitalocean.managedDatabases;
  const merged = new Map<string, Omit<DatabaseType, 'engines'> & { engines: string[] }>();
  for (const [id, { layouts }] of Object.entries(engines)) {
    const engine = engineName(id);
    const isSql = engine === 'postgresql' || engine === 'mysql';
    for (const slug of new Set(layouts.flatMap(({ sizes }) => sizes))) {
      // `c-96-intel` does not say what it has, so nothing can be matched against it.
      const [, name, vcpu, memoryGb] = /^(.+?)-(\d+)vcpu-(\d+)gb/.exec(slug) ?? [];
      if (name === undefined) continue;
      const plan = plans.find((one) => one.slug === slug);
      const amount = isSql ? plan?.monthlyUsdPerNode : engine === 'valkey' && slug === plans[0]?.slug ? valkeyFromUsd : null;
      const type = {
        id: slug,
        family: slug.endsWith('-intel') ? `${name}-intel` : name,
        vcpu: Number(vcpu),
        memoryGb: Number(memoryGb),
        standby: layouts.some(({ numNodes, sizes }) => numNodes > 1 && sizes.includes(slug)),
        ...(isSql && plan?.minDiskGb != null && { minDiskGb: plan.minDiskGb }),
        prices: amount == null ? {} : { '*': ledger.price(amount, 'month', isSql && plan?.source ? plan : own) },
        ...(isSql && plan?.note && { note: plan.note }),
      };
      const key = JSON.stringify(type);
      const record = merged.get(key) ?? { ...type, engines: [] as string[] };
      record.engines.push(engine);
      merged.set(key, record);
    }
  }
  return [...merged.values()]
    .map(({ id, family, vcpu, memoryGb, engines, ...rest }) => ({ id, family, vcpu, memoryGb, engines: engines.sort(byText), ...rest }))
    .sort((a, b) => byText(a.id, b.id) || byText(a.engines.join(), b.engines.join()));
}

function engines(facts: Facts): Engine[] {
  const { engines, versionAvailability } = facts.digitalocean.managedDatabases;
  return Object.entries(versionAvailability)
    .map(([id, versions]) => ({
      engine: engineName(id),
      id,
      ...(engines[id] && { regions: engines[id].regions.toSorted(byText) }),
      versions: versions.map(({ version, default: isDefault, end_of_life: end, end_of_availability: closed }) => ({
        version,
        ...(isDefault && { default: true as const }),
        ...(end && { endOfLife: end }),
        ...(closed && { closed }),
      })),
    }))
    .sort((a, b) => byText(a.engine, b.engine));
}
