import type * as z from 'zod';
import { bucket } from './bucket.ts';
import { certificate } from './certificate.ts';
import { compose, container } from './container.ts';
import { database } from './database.ts';
import { dnsRecord } from './dns_record.ts';
import { dnsZone } from './dns_zone.ts';
import { firewall } from './firewall.ts';
import type { KindDef } from './kind.ts';
import { loadBalancer } from './load_balancer.ts';
import { network } from './network.ts';
import { server } from './server.ts';
import { snapshot } from './snapshot.ts';
import { sshKey } from './ssh_key.ts';
import { staticIp } from './static_ip.ts';
import { volume } from './volume.ts';

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
} as const;

export type Kind = keyof typeof kinds;
export type Spec<K extends Kind = Kind> = z.output<(typeof kinds)[K]['schema']>;
export type AnySpec = { [K in Kind]: Spec<K> }[Kind];

export const kindNames = Object.keys(kinds) as Kind[];

export function kindDef(kind: Kind): KindDef {
  return kinds[kind] as unknown as KindDef;
}
