import type { Catalog } from '../catalog_types.ts';
import { DOMAIN_NAME } from '../dns.ts';
import type { NameRule, Provider } from '../provider.ts';
import { BUCKET_NAME } from '../s3.ts';
import { actions, inventory } from './actions/index.ts';
import { bucket } from './bucket.ts';
import { cannot } from './cannot.ts';
import catalog from './catalog.json' with { type: 'json' };
import { certificate } from './certificate.ts';
import { hcloud } from './cli.ts';
import { dnsRecord, dnsZone } from './dns.ts';
import { firewall } from './firewall.ts';
import { kubernetesCluster, nodes } from './kubernetes_cluster.ts';
import { loadBalancer } from './load_balancer.ts';
import { forwarder, natGateway } from './nat_gateway.ts';
import { network } from './network.ts';
import { placementGroup } from './placement_group.ts';
import { reverseDns } from './reverse_dns.ts';
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
/** Its nodes are named after it, with a number. */
const CLUSTER: NameRule = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?$/,
  rule: '1 to 52 lower-case letters, digits and dashes, beginning and ending with a letter or digit',
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
    nat_gateway: HOST,
    reverse_dns: DOMAIN_NAME,
    placement_group: NAME,
    kubernetes_cluster: CLUSTER,
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
    nat_gateway: natGateway,
    reverse_dns: reverseDns,
    placement_group: placementGroup,
    kubernetes_cluster: kubernetesCluster,
  },
  actions,
  cannot,
  inventory,
  parts: { nat_gateway: forwarder, kubernetes_cluster: nodes },
  instead: {
    file_system:
      'hcloud storage-box create takes the password of a Storage Box as an argument, which every user of the machine can read while it runs; order one in the console, and mount it by SSHFS with a key. Give this resource "provider":"aws".',
    database:
      'Hetzner sells no managed database: run PostgreSQL on a server with a volume of its own (kind "server" with docker true, "volume", and a "container" on it), or give this resource "provider":"digitalocean" or "aws".',
    cdn: 'Hetzner sells no CDN. Give this resource "provider":"digitalocean" or "aws".',
    cache:
      'Hetzner sells no managed cache: run valkey in a "container" on a server with docker true. Give this resource "provider":"digitalocean" or "aws".',
    database_replica: 'Hetzner sells no managed database, so there is none to copy. Give this resource "provider":"digitalocean" or "aws".',
    database_pool:
      'Hetzner sells no managed database; PgBouncer in a "container" beside your own does it. Give this resource "provider":"digitalocean" or "aws".',
    database_user: 'Hetzner sells no managed database; CREATE USER in your own does it.',
    autoscaling_group:
      'Hetzner has no autoscaling: plan several servers behind a load_balancer, and add one when the load asks for it. Give this resource "provider":"digitalocean" or "aws".',
    alarm:
      'Hetzner sells no alarms: hcloud server metrics reads the figures, and a "container" of Prometheus with Alertmanager or of Uptime Kuma watches them. Give this resource "provider":"digitalocean" or "aws".',
    uptime_check:
      'Hetzner sells no uptime checks: a "container" of Uptime Kuma on another provider\'s server does it. Give this resource "provider":"digitalocean" or "aws".',
    registry:
      'Hetzner sells no registry: run registry:3 in a "container" with a volume. Give this resource "provider":"digitalocean" or "aws".',
    container_service:
      'Hetzner runs no containers by itself: a "container" or "compose" on a server with docker true, or a "swarm" of several. Give this resource "provider":"digitalocean" or "aws".',
    secret:
      'Hetzner keeps no secrets: keep it in a file that only its user may read, or in a "secret" of a swarm. Give this resource "provider":"digitalocean" or "aws".',
    kms_key: 'Hetzner keeps no keys. Give this resource "provider":"aws".',
    iam_role:
      'Hetzner has no roles: a token of the console reads, or reads and writes, one project. Give what needs less a project of its own.',
    peering: 'Hetzner joins no networks of different projects: put the servers into one network, or join them by WireGuard.',
    project: "Hetzner's projects are made in the console; a token belongs to one of them.",
    waf: 'Hetzner sells no web application firewall: a reverse proxy with Coraza or CrowdSec in a "container" does it. Give this resource "provider":"aws".',
    container: 'Give it "provider":"docker", with a "server" of the plan.',
    compose: 'Give it "provider":"docker", with a "server" of the plan.',
    swarm: 'Give it "provider":"docker"; its servers may be on Hetzner.',
  },
};
