import type { Kind } from '../../resources/index.ts';
import type { Catalog } from '../catalog_types.ts';
import { DOMAIN_NAME } from '../dns.ts';
import type { Context, Emit, NameRule, Provider } from '../provider.ts';
import { BUCKET_NAME } from '../s3.ts';
import { actions } from './actions/index.ts';
import { autoscalingGroup } from './autoscaling_group.ts';
import { bucket } from './bucket.ts';
import { cannot } from './cannot.ts';
import catalog from './catalog.json' with { type: 'json' };
import { cdn } from './cdn.ts';
import { certificate } from './certificate.ts';
import { doctl } from './cli.ts';
import { containerService } from './container_service.ts';
import { cache, database } from './database.ts';
import { databasePool, databaseReplica, databaseUser } from './database_parts.ts';
import { dnsRecord } from './dns_record.ts';
import { dnsZone } from './dns_zone.ts';
import { fileSystem } from './file_system.ts';
import { firewall } from './firewall.ts';
import { inventory } from './inventory.ts';
import { kubernetesCluster } from './kubernetes_cluster.ts';
import { loadBalancer } from './load_balancer.ts';
import { alarm, uptimeCheck } from './monitoring.ts';
import { natGateway } from './nat_gateway.ts';
import { network } from './network.ts';
import { peering } from './peering.ts';
import { project } from './project.ts';
import { registry } from './registry.ts';
import { secret } from './secret.ts';
import { server } from './server.ts';
import { snapshot } from './snapshot.ts';
import { sshKey } from './ssh_key.ts';
import { staticIp } from './static_ip.ts';
import { volume } from './volume.ts';

/** Of what DigitalOcean would take more liberally; look-ups read columns, so a space is in no name. */
const NAME: NameRule = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/,
  rule: '1 to 63 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit',
};
const PLAIN: NameRule = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/,
  rule: '1 to 63 letters, digits, dots and dashes, beginning and ending with a letter or digit',
};
/** Its droplets carry it as a tag, and tags have no dots and no case. */
const TAG: NameRule = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
  rule: '1 to 63 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
};
/** It becomes the host name. */
const HOST: NameRule = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/,
  rule: 'a host name: letters, digits and dashes, with dots between parts',
};
const VOLUME: NameRule = {
  pattern: /^[a-z](?:[a-z0-9-]{0,62}[a-z0-9])?$/,
  rule: '1 to 64 lower-case letters, digits and dashes, beginning with a letter',
};
/** The plan's name goes in front of it, and the two have 63 characters. */
const DATABASE: NameRule = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
  rule: '1 to 30 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
};

/** It is a name of its own, with the plan's in front, and a word of a list's column. */
const SHORT: NameRule = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/,
  rule: '1 to 30 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
};
const USER: NameRule = {
  pattern: /^(?!doadmin$)[a-z_][a-z0-9_-]{0,62}$/,
  rule: '1 to 63 lower-case letters, digits, dashes and underscores, beginning with a letter or an underscore, and not doadmin',
};

/** Says of a region that is closed to new customers, before anything is planned there. */
function open<K extends Kind>(emit: Emit<K>): Emit<K> {
  return (spec, cx: Context) => {
    const gone = cx.catalog.retired.find((entry) => entry.kind === 'region' && entry.name === cx.region);
    if (gone !== undefined)
      cx.warn(`${cx.region} is open to customers of old only${gone.successor === null ? '' : `; ${gone.successor} is next to it`}`);
    return emit(spec, cx);
  };
}

export const digitalocean: Provider = {
  id: 'digitalocean',
  title: 'DigitalOcean',
  programs: ['doctl', 'aws'],
  signIn: [{ name: 'DIGITALOCEAN_ACCESS_TOKEN', purpose: 'DigitalOcean API token (read and write); or doctl auth init', secret: true }],
  // Every token that may create something may read this, while `account get` takes a scope of its own.
  access: doctl('compute', 'region', 'list', '--format', 'Slug', '--no-header'),
  catalog: catalog as unknown as Catalog,
  defaultRegion: 'fra1',
  names: {
    ssh_key: NAME,
    network: PLAIN,
    firewall: TAG,
    server: HOST,
    volume: VOLUME,
    load_balancer: TAG,
    database: DATABASE,
    bucket: BUCKET_NAME,
    static_ip: NAME,
    dns_zone: DOMAIN_NAME,
    certificate: PLAIN,
    snapshot: NAME,
    nat_gateway: SHORT,
    cdn: PLAIN,
    cache: DATABASE,
    database_replica: DATABASE,
    database_pool: DATABASE,
    database_user: USER,
    alarm: SHORT,
    uptime_check: SHORT,
    registry: DATABASE,
    kubernetes_cluster: SHORT,
    peering: SHORT,
    project: SHORT,
    file_system: SHORT,
    autoscaling_group: SHORT,
    container_service: SHORT,
    secret: SHORT,
  },
  emit: {
    ssh_key: sshKey,
    network: open(network),
    firewall,
    server: open(server),
    volume: open(volume),
    load_balancer: open(loadBalancer),
    database: open(database),
    bucket: open(bucket),
    static_ip: open(staticIp),
    dns_zone: dnsZone,
    dns_record: dnsRecord,
    certificate,
    snapshot,
    nat_gateway: open(natGateway),
    cdn,
    cache: open(cache),
    database_replica: open(databaseReplica),
    database_pool: databasePool,
    database_user: databaseUser,
    alarm,
    uptime_check: uptimeCheck,
    registry,
    kubernetes_cluster: open(kubernetesCluster),
    peering,
    project,
    file_system: fileSystem,
    autoscaling_group: open(autoscalingGroup),
    container_service: containerService,
    secret,
  },
  actions,
  cannot,
  inventory,
  parts: {},
  instead: {
    reverse_dns: "DigitalOcean answers for a droplet's address with the droplet's name: give the server the host name as its name.",
    placement_group: 'DigitalOcean places droplets by itself. Give this resource "provider":"hetzner" or "aws".',
    kms_key: 'DigitalOcean keeps no keys of yours; its disks and buckets are encrypted with its own. Give this resource "provider":"aws".',
    iam_role:
      'DigitalOcean has no roles for droplets: an API token has scopes, and a Spaces key has grants per bucket (doctl spaces keys create --grants).',
    waf: 'DigitalOcean sells no web application firewall: a reverse proxy with Coraza in a "container" does it. Give this resource "provider":"aws".',
    container: 'Give it "provider":"docker", with a "server" of the plan.',
    compose: 'Give it "provider":"docker", with a "server" of the plan.',
    swarm: 'Give it "provider":"docker"; its servers may be on DigitalOcean.',
  },
};
