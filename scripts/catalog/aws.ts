import type { Catalog, DatabaseType, Engine, EngineVersion, Price, Prices } from '../../src/providers/catalog_types.ts';
import type { Dated, Facts } from './facts.ts';
import { byText, everywhere, Ledger } from './ledger.ts';
import { lookups, priceLookups } from './lookups.ts';
import { engineName, isArm, osName, place } from './names.ts';
import { retired, retiredSources } from './retired.ts';

export function aws(facts: Facts): Catalog {
  const data = facts.aws;
  const ledger = new Ledger(data.currency, { ...retiredSources(facts), ...data.sources });
  const hourly = (table: Record<string, Dated>, amount: (entry: never) => number | null | undefined): Prices =>
    Object.fromEntries(
      Object.entries(table).flatMap(([region, entry]) => {
        const value = amount(entry as never);
        return value == null ? [] : [[region, ledger.price(value, 'hour', entry)]];
      }),
    );
  const { loadBalancers: lb, natGateway: nat, ebs, s3, dataTransferOutInternet: out, other } = data;
  const eks = other.eksControlPlaneHourly;
  const fargate = (arch: 'x86' | 'arm', unit: 'vcpuHour' | 'gbHour'): Prices =>
    Object.fromEntries(
      other.fargateLinux.filter((row) => row.arch === arch).map((row) => [row.region, ledger.price(row[unit], 'hour', row)]),
    );
  const at = (region: string, price: Price): Prices => ({ [region]: price });

  const sqlTypes = data.rds.classes.flatMap(({ class: id, vcpu, memoryGib, singleAzPostgres }): DatabaseType[] => {
    const record = (engine: string, prices: Prices): DatabaseType => ({
      id,
      family: familyOf(id),
      vcpu,
      memoryGb: memoryGib,
      engines: [engine],
      standby: true,
      prices,
    });
    return [
      record(
        'postgresql',
        hourly(singleAzPostgres, (entry: { hourlyUsd: number | null }) => entry.hourlyUsd),
      ),
      // MySQL has its own price list: PostgreSQL's figure is taken only where the facts say that the two agree.
      record(
        'mysql',
        hourly(singleAzPostgres, (entry: { hourlyUsd: number | null; mysqlSame?: boolean | null }) =>
          entry.mysqlSame ? entry.hourlyUsd : null,
        ),
      ),
    ];
  });
  const cacheTypes = data.elastiCache.flatMap(({ type: id, vcpu, memoryGib, prices }): DatabaseType[] => {
    const record = (engine: string, own: Prices): DatabaseType => ({
      id,
      family: familyOf(id),
      vcpu,
      memoryGb: memoryGib,
      engines: [engine],
      standby: true,
      prices: own,
    });
    return [
      record(
        'valkey',
        hourly(prices, (entry: { valkeyHourlyUsd: number }) => entry.valkeyHourlyUsd),
      ),
      record(
        'redis',
        hourly(prices, (entry: { redisOssHourlyUsd: number }) => entry.redisOssHourlyUsd),
      ),
    ];
  });

  const catalog: Omit<Catalog, 'sources'> = {
    provider: 'aws',
    currency: data.currency,
    priceBasis: data.priceBasis,
    generatedOn: data.generatedOn,
    notes: [
      `AWS has more regions than these ${data.regions.length}: they are the ones with prices here.`,
      'Types in other regions, and types that are not listed, exist too; `aws ec2 describe-instance-type-offerings` shows them.',
      'Some EC2 prices are derived: linear by size within their family, as every one that was checked turned out to be.',
      'Flex types count as burstable: they promise the full CPU for most of the time, not all of it.',
      'A database class has one record per engine, because engines differ in price; no price = not read for that engine.',
      data.rds.multiAzNote,
      'ElastiCache figures outside us-east-1 date from 2025-04-24.',
      'EKS was read in us-west-2 only.',
      'The engine versions are those that the end-of-support list names, with their successors; RDS has others.',
      data.imagesNote,
      `gp3: ${data.ebs.gp3FreeBaseline}.`,
    ],
    origins: {
      regions: ledger.origin(data.regions),
      serverTypes: ledger.origin(data.ec2),
      images: ledger.origin(data.images),
    },
    lookups: lookups(facts, 'aws'),
    priceLookups: priceLookups(facts, 'aws'),
    regions: data.regions
      .map(({ code, name, usageTypePrefix }) => ({
        id: code,
        name,
        ...place(code),
        databases: true,
        buckets: true,
        usagePrefix: usageTypePrefix,
      }))
      .sort((a, b) => byText(a.id, b.id)),
    serverTypes: data.ec2.map((type) => ({
      id: type.type,
      family: familyOf(type.type),
      vcpu: type.vcpu,
      memoryGb: type.memoryGib,
      diskGb: null,
      arch: isArm(type.architecture) ? 'arm' : 'x86',
      cpu: type.type.includes('-flex.') ? 'burstable' : type.cpu,
      regions: type.offeredIn,
      prices: hourly(type.onDemandLinux, (entry: { hourlyUsd: number | null }) => entry.hourlyUsd),
    })),
    databaseTypes: [...sqlTypes, ...cacheTypes],
    images: data.images
      .map(({ alias, os, arch, upstreamEol }) => ({
        id: alias,
        os: osName(os),
        arch: isArm(arch) ? ('arm' as const) : ('x86' as const),
        endOfLife: upstreamEol,
      }))
      .sort((a, b) => byText(a.os, b.os) || byText(a.id, b.id)),
    engines: engines(facts),
    rates: {
      bucket_reads: ledger.table(s3.getPer1000, '1000 requests'),
      bucket_storage: ledger.table(s3.standardFirst50TbPerGbMonth, 'GB-month'),
      bucket_storage_infrequent: ledger.table(s3.standardIaPerGbMonth, 'GB-month'),
      bucket_writes: ledger.table(s3.putPer1000, '1000 requests'),
      container_memory_arm: fargate('arm', 'gbHour'),
      container_memory_x86: fargate('x86', 'gbHour'),
      container_vcpu_arm: fargate('arm', 'vcpuHour'),
      container_vcpu_x86: fargate('x86', 'vcpuHour'),
      database_backup: ledger.table(data.rds.backupPerGbMonth, 'GB-month'),
      // The facts state the factor without a source; it agrees with the price list that their Multi-AZ example is from.
      database_standby: { '*': ledger.price((data.rds.multiAzFactor - 1) * 100, 'percent', { source: 'defang', asOf: null }) },
      database_storage: ledger.table(data.rds.storageGp3PerGbMonth, 'GB-month'),
      egress: ledger.table(out.first10TbPerGb, 'GB', out.freeGbPerMonth),
      egress_over_10tb: ledger.table(out.next40TbPerGb, 'GB'),
      encryption_key: everywhere(other.kmsKeyMonth.regions, ledger.price(other.kmsKeyMonth.value, 'month', other.kmsKeyMonth)),
      kubernetes_control_plane: at('us-west-2', ledger.price(eks.value, 'hour', eks)),
      kubernetes_control_plane_extended: at('us-west-2', ledger.price(eks.extendedSupport, 'hour', eks)),
      load_balancer: ledger.table(lb.albHourly, 'hour'),
      load_balancer_capacity: ledger.table(lb.albLcuHourly, 'hour'),
      nat_gateway: ledger.table(nat.hourly, 'hour'),
      nat_gateway_traffic: ledger.table(nat.perGb, 'GB'),
      network_load_balancer: ledger.table(lb.nlbHourly, 'hour'),
      network_load_balancer_capacity: ledger.table(lb.nlbLcuHourly, 'hour'),
      private_endpoint: at(
        other.interfaceEndpointHourly.region,
        ledger.price(other.interfaceEndpointHourly.value, 'hour', other.interfaceEndpointHourly),
      ),
      public_ipv4: ledger.table(data.publicIpv4Hourly, 'hour'),
      registry_storage: at(other.ecrPerGbMonth.region, ledger.price(other.ecrPerGbMonth.value, 'GB-month', other.ecrPerGbMonth)),
      secret: everywhere(
        other.secretsManagerPerSecretMonth.regions,
        ledger.price(other.secretsManagerPerSecretMonth.value, 'month', other.secretsManagerPerSecretMonth),
      ),
      snapshot: ledger.table(ebs.snapshotPerGbMonth, 'GB-month'),
      volume: ledger.table(ebs.gp3PerGbMonth, 'GB-month'),
      volume_iops: ledger.table(ebs.gp3ExtraIopsMonth, 'IOPS-month'),
      zone_traffic: ledger.table(out.crossAzPerGbEachWay, 'GB'),
    },
    retired: retired(facts, 'aws', ledger),
  };
  return { ...catalog, sources: ledger.sources };
}

/** db.t4g of db.t4g.micro. */
const familyOf = (type: string): string => type.slice(0, type.lastIndexOf('.'));

/** The facts have no list of engine versions: those whose support ends are known, and the ones that succeed them. */
function engines(facts: Facts): Engine[] {
  const versions = new Map<string, EngineVersion[]>();
  const add = (name: string, more: Omit<EngineVersion, 'version'>) => {
    const [engine = '', version = ''] = engineName(name).split(' ');
    const list = versions.get(engine) ?? [];
    if (!list.some((one) => one.version === version)) versions.set(engine, [...list, { version, ...more }]);
  };
  for (const { kind, name, successor, since } of facts.retired.entries) {
    if (kind !== 'rds-version') continue;
    add(name, since ? { endOfLife: since } : {});
    if (successor) add(successor, { default: true });
  }
  const ids: [engine: string, id: string][] = [
    ['mysql', 'mysql'],
    ['postgresql', 'postgres'],
    ['redis', 'redis'],
    ['valkey', 'valkey'],
  ];
  return ids.map(([engine, id]) => ({
    engine,
    id,
    versions: (versions.get(engine) ?? []).sort((a, b) => Number(a.version) - Number(b.version)),
  }));
}
