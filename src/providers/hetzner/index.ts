import type { Catalog } from '../catalog_types.ts';
import { DOMAIN_NAME } from '../dns.ts';
import type { NameRule, Provider } from '../provider.ts';
import { BUCKET_NAME } from '../s3.ts';
import { bucket } from './bucket.ts';
import catalog from './catalog.json' with { type: 'json' };
import { certificate } from './certificate.ts';
import { hcloud } from './cli.ts';
import { dnsRecord, dnsZone } from './dns.ts';
import { firewall } from './firewall.ts';
import { loadBalancer } from './load_balancer.ts';
import { network } from './network.ts';
import { server } from './server.ts';
import { snapshot } from './snapshot.ts';
import { sshKey } from './ssh_key.ts';
import { staticIp } from './static_ip.ts';
import { volume } from './volume.ts';

/** Names become label values, and hcloud takes a name of digits alone for an id. */
const NAME: NameRule = {
  pattern: /^(?!\d+$)[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
  rule: '1 to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit, and not digits alone',
};
/** RFC 1123: it becomes the host name; and a label's value, which has at most 63 characters. */
const HOST: NameRule = {
  pattern: /^(?!\d+$)(?=.{1,63}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
  rule: 'a host name: letters, digits and dashes, with dots between parts, at most 63 in all, and not digits alone',
};

export const hetzner: Provider = {
  id: 'hetzner',
  title: 'Hetzner',
  programs: ['hcloud', 'aws'],
  signIn: [
    { name: 'HCLOUD_TOKEN', purpose: 'Hetzner Cloud API token of the project (read and write); or an active hcloud context', secret: true },
  ],
  access: hcloud('location', 'list', '-o', 'noheader', '-o', 'columns=name'),
  catalog: catalog as unknown as Catalog,
  priceLookup: 'serverTypes',
  defaultRegion: 'fsn1',
  names: {
    ssh_key: NAME,
    network: NAME,
    firewall: NAME,
    server: HOST,
    volume: NAME,
    load_balancer: NAME,
    bucket: BUCKET_NAME,
    static_ip: NAME,
    dns_zone: DOMAIN_NAME,
    certificate: NAME,
    snapshot: NAME,
  },
  emit: {
    ssh_key: sshKey,
    network,
    firewall,
    server,
    volume,
    load_balancer: loadBalancer,
    bucket,
    static_ip: staticIp,
    dns_zone: dnsZone,
    dns_record: dnsRecord,
    certificate,
    snapshot,
  },
  instead: {
    database:
      'Hetzner sells no managed database: run PostgreSQL on a server with a volume of its own (kind "server" with docker true, "volume", and a "container" on it), or give this resource "provider":"digitalocean" or "aws".',
  },
};
