import type * as z from 'zod';
import { alarm, uptimeCheck } from './alarm.ts';
import { autoscalingGroup } from './autoscaling_group.ts';
import { bucket } from './bucket.ts';
import { cache } from './cache.ts';
import { cdn } from './cdn.ts';
import { certificate } from './certificate.ts';
import { compose, container } from './container.ts';
import { containerService } from './container_service.ts';
import { database } from './database.ts';
import { databasePool, databaseReplica, databaseUser } from './database_parts.ts';
import { dnsRecord } from './dns_record.ts';
import { dnsZone } from './dns_zone.ts';
import { fileSystem } from './file_system.ts';
import { firewall } from './firewall.ts';
import { iamRole } from './iam_role.ts';
import type { KindDef } from './kind.ts';
import { kubernetesCluster } from './kubernetes_cluster.ts';
import { loadBalancer } from './load_balancer.ts';
import { natGateway } from './nat_gateway.ts';
import { network } from './network.ts';
import { peering } from './peering.ts';
import { placementGroup } from './placement_group.ts';
import { project } from './project.ts';
import { registry } from './registry.ts';
import { reverseDns } from './reverse_dns.ts';
import { kmsKey, secret } from './secret.ts';
import { server } from './server.ts';
import { snapshot } from './snapshot.ts';
import { sshKey } from './ssh_key.ts';
import { staticIp } from './static_ip.ts';
import { swarm } from './swarm.ts';
import { volume } from './volume.ts';
import { waf } from './waf.ts';

/** Every kind, in the order in which people read a stack. */
export const kinds = {
  ssh_key: sshKey,
  network,
  firewall,
  server,
  volume,
  load_balancer: loadBalancer,
  database,
  bucket,
  static_ip: staticIp,
  dns_zone: dnsZone,
  dns_record: dnsRecord,
  certificate,
  snapshot,
  container,
  compose,
  nat_gateway: natGateway,
  reverse_dns: reverseDns,
  cdn,
  cache,
  database_replica: databaseReplica,
  database_pool: databasePool,
  database_user: databaseUser,
  placement_group: placementGroup,
  autoscaling_group: autoscalingGroup,
  alarm,
  uptime_check: uptimeCheck,
  registry,
  container_service: containerService,
  kubernetes_cluster: kubernetesCluster,
  secret,
  kms_key: kmsKey,
  iam_role: iamRole,
  file_system: fileSystem,
  peering,
  project,
  waf,
  swarm,
} as const;

export type Kind = keyof typeof kinds;
export type Spec<K extends Kind = Kind> = z.output<(typeof kinds)[K]['schema']>;
export type AnySpec = { [K in Kind]: Spec<K> }[Kind];

export const kindNames = Object.keys(kinds) as Kind[];

export function kindDef(kind: Kind): KindDef {
  return kinds[kind] as unknown as KindDef;
}
