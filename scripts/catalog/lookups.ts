import type { Catalog } from '../../src/providers/catalog_types.ts';
import type { Facts } from './facts.ts';

/**
 * The commands by which a user reads today's figures, by the name of what they show. Left out: a request that would put
 * a token on the process list, and a line that is a pattern rather than a command.
 */
export function lookups(facts: Facts, provider: string): Record<string, string> {
  return Object.fromEntries(
    (facts.refresh.providers[provider] ?? []).flatMap(({ id, command, alternatives = [] }) => {
      const usable = [command, ...alternatives].find((one) => !/Authorization|…/.test(one));
      return usable === undefined ? [] : [[id.slice(id.indexOf('.') + 1), usable]];
    }),
  );
}

type Templates = Catalog['priceLookups'];

const products = (service: string, ...filters: readonly string[]): string =>
  [
    `aws pricing get-products --region us-east-1 --service-code ${service} --filters`,
    // Quoted whole, so that both shells take the commas for text.
    ...['regionCode,Value={region}', ...filters].map((filter) => `'Type=TERM_MATCH,Field=${filter}'`),
    '--output json',
  ].join(' ');

/**
 * What shows today's price of one thing. AWS's lists are asked for the thing alone, by the usage types that the facts
 * name; a service without one there is asked for all that it sells in the region.
 */
export function priceLookups(facts: Facts, provider: 'hetzner' | 'aws' | 'digitalocean'): Templates {
  const { serverTypes = '', loadBalancerTypes = '', sizes = '' } = lookups(facts, provider);
  if (provider === 'hetzner')
    return {
      serverTypes,
      loadBalancerTypes,
      load_balancer: loadBalancerTypes,
      egress: serverTypes,
      fileStorageTypes: 'https://www.hetzner.com/storage/storage-box/',
      bucket_base: 'https://www.hetzner.com/storage/object-storage/',
      bucket_egress: 'https://www.hetzner.com/storage/object-storage/',
      bucket_storage: 'https://www.hetzner.com/storage/object-storage/',
      // The one list of the rest takes a token: read from standard input, so that it is on no process list.
      '*': `printf 'Authorization: Bearer %s' "$HCLOUD_TOKEN" | curl -sH @- https://api.hetzner.cloud/v1/pricing`,
    };
  if (provider === 'digitalocean')
    return {
      serverTypes: sizes,
      server_backup: sizes,
      server_backup_daily: sizes,
      databaseTypes: 'https://www.digitalocean.com/pricing/managed-databases',
      cacheTypes: 'https://www.digitalocean.com/pricing/managed-databases',
      database_storage: 'https://www.digitalocean.com/pricing/managed-databases',
      '*': 'https://www.digitalocean.com/pricing',
    };
  const usage = (service: string, type: string, ...more: string[]) => products(service, `usagetype,Value={prefix}${type}`, ...more);
  const balancer = (type: string, family: string) => usage('AWSELB', type, `productFamily,Value=Load Balancer-${family}`);
  return {
    serverTypes: products(
      'AmazonEC2',
      'instanceType,Value={id}',
      'operatingSystem,Value=Linux',
      'tenancy,Value=Shared',
      'preInstalledSw,Value=NA',
      'capacitystatus,Value=Used',
    ),
    databaseTypes: products('AmazonRDS', 'instanceType,Value={id}', 'databaseEngine,Value={engine}', 'deploymentOption,Value=Single-AZ'),
    cacheTypes: products('AmazonElastiCache', 'instanceType,Value={id}', 'cacheEngine,Value={engine}'),
    load_balancer: balancer('LoadBalancerUsage', 'Application'),
    load_balancer_capacity: balancer('LCUUsage', 'Application'),
    network_load_balancer: balancer('LoadBalancerUsage', 'Network'),
    network_load_balancer_capacity: balancer('LCUUsage', 'Network'),
    nat_gateway: usage('AmazonEC2', 'NatGateway-Hours'),
    nat_gateway_traffic: usage('AmazonEC2', 'NatGateway-Bytes'),
    volume: usage('AmazonEC2', 'EBS:VolumeUsage.gp3'),
    volume_iops: usage('AmazonEC2', 'EBS:VolumeP-IOPS.gp3'),
    snapshot: usage('AmazonEC2', 'EBS:SnapshotUsage'),
    bucket_storage: usage('AmazonS3', 'TimedStorage-ByteHrs'),
    bucket_reads: usage('AmazonS3', 'Requests-Tier2'),
    bucket_writes: usage('AmazonS3', 'Requests-Tier1'),
    egress: usage('AWSDataTransfer', 'DataTransfer-Out-Bytes').replace('Field=regionCode', 'Field=fromRegionCode'),
    database_storage: usage('AmazonRDS', 'RDS:GP3-Storage'),
    database_backup: usage('AmazonRDS', 'RDS:ChargedBackupUsage'),
    public_ipv4: products('AmazonVPC'),
    secret: products('AWSSecretsManager'),
    kubernetes_control_plane: products('AmazonEKS'),
    registry_storage: products('AmazonECR'),
    dns_zone: 'https://aws.amazon.com/route53/pricing/',
    '*': 'https://aws.amazon.com/pricing/',
  };
}
