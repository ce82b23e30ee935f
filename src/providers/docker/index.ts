import type { Catalog } from '../catalog_types.ts';
import { program } from '../common.ts';
import type { NameRule, Provider } from '../provider.ts';
import { actions } from './actions/index.ts';
import { cannot } from './cannot.ts';
import catalog from './catalog.json' with { type: 'json' };
import { compose } from './compose.ts';
import { container } from './container.ts';
import { inventory } from './inventory.ts';
import { network } from './network.ts';
import { secret } from './secret.ts';
import { containerService } from './service.ts';
import { swarm } from './swarm.ts';
import { volume } from './volume.ts';

const NAME: NameRule = {
  pattern: /^[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}$/,
  rule: '2 to 63 letters, digits, dots, dashes and underscores, beginning with a letter or digit',
};
/** Host, bridge and the like are networks that every engine has. */
const NETWORK: NameRule = {
  pattern: /^(?!(?:host|none|bridge|default|ingress|docker_gwbridge)$)[a-zA-Z0-9][a-zA-Z0-9_.-]{1,62}$/,
  rule: `${NAME.rule}, and none of Docker's own (host, none, bridge, default, ingress)`,
};
const PROJECT: NameRule = {
  pattern: /^[a-z0-9][a-z0-9_-]{0,62}$/,
  rule: '1 to 63 lower-case letters, digits, dashes and underscores, beginning with a letter or digit',
};
/** It becomes a host name in its networks. */
const SERVICE: NameRule = {
  pattern: /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/,
  rule: '1 to 63 letters, digits and dashes, beginning and ending with a letter or digit',
};
const SECRET: NameRule = {
  pattern: /^[a-zA-Z0-9](?:[a-zA-Z0-9_.-]{0,62}[a-zA-Z0-9])?$/,
  rule: '1 to 64 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit',
};

const CLOUD = 'Give this resource a "provider" that has one: hetzner, aws or digitalocean.';

export const docker: Provider = {
  id: 'docker',
  title: 'Docker',
  programs: ['docker'],
  signIn: [],
  // Asks no engine: all may be on servers that do not exist yet. For the local one there is a check of its own.
  access: program('docker')('context', 'ls', '--format', '{{.Name}}'),
  catalog: catalog as unknown as Catalog,
  defaultRegion: undefined,
  names: { network: NETWORK, volume: NAME, container: NAME, compose: PROJECT, swarm: PROJECT, container_service: SERVICE, secret: SECRET },
  emit: { network, volume, container, compose, swarm, container_service: containerService, secret },
  actions,
  cannot,
  inventory,
  parts: {},
  instead: {
    server: CLOUD,
    firewall: `Ports are published on 127.0.0.1 unless an address is given, so nothing has to be closed. ${CLOUD}`,
    load_balancer: `A container of a reverse proxy (caddy, traefik, nginx) does that on one engine. ${CLOUD}`,
    database:
      'Run one: {"kind":"container","image":"postgres:17","volumes":["data:/var/lib/postgresql/data"],"environment":{"POSTGRES_PASSWORD":{"env":"POSTGRES_PASSWORD"}}} with a volume "data"; a managed one needs "provider":"aws" or "digitalocean".',
    bucket: CLOUD,
    certificate: `A container of caddy or traefik gets and renews one by itself. ${CLOUD}`,
    snapshot: 'Docker has no snapshots: use plan_backups with a source of engine "volumes".',
    ssh_key: CLOUD,
    static_ip: CLOUD,
    dns_zone: CLOUD,
    dns_record: CLOUD,
    nat_gateway: `Containers reach the internet through their host. ${CLOUD}`,
    reverse_dns: CLOUD,
    cdn: CLOUD,
    cache:
      'Run one: {"kind":"container","image":"valkey/valkey:8"} in a network with what uses it; a managed one needs "provider":"aws" or "digitalocean".',
    database_replica: `A second container of the engine, set up as its standby, does that. ${CLOUD}`,
    database_pool: 'A container of PgBouncer beside the database does that.',
    database_user: 'CREATE USER in the database of your container does that.',
    placement_group: 'A swarm spreads the containers of a container_service over its nodes by itself.',
    autoscaling_group: `Docker adds no containers by itself: give a container_service more replicas. ${CLOUD}`,
    alarm: `A container of Prometheus with Alertmanager does that. ${CLOUD}`,
    uptime_check: `A container of Uptime Kuma on another host does that. ${CLOUD}`,
    registry:
      'Run one: {"kind":"container","image":"registry:3","volumes":["images:/var/lib/registry"]} with a volume "images"; a managed one needs "provider":"aws" or "digitalocean".',
    kubernetes_cluster: `Docker Desktop has one that is switched on in its settings; k3d and kind make one of containers. ${CLOUD}`,
    kms_key: CLOUD,
    iam_role: CLOUD,
    file_system: 'Containers of one engine share a volume; engines share none.',
    peering: 'A container can be in several networks of its engine: docker network connect.',
    project: 'A compose project gathers containers; give the kind compose.',
    waf: `A container of a reverse proxy with Coraza does that. ${CLOUD}`,
  },
};
