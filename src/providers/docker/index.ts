import type { Catalog } from '../catalog_types.ts';
import { program } from '../common.ts';
import type { NameRule, Provider } from '../provider.ts';
import catalog from './catalog.json' with { type: 'json' };
import { compose } from './compose.ts';
import { container } from './container.ts';
import { network } from './network.ts';
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
  names: { network: NETWORK, volume: NAME, container: NAME, compose: PROJECT },
  emit: { network, volume, container, compose },
  instead: {
    server: CLOUD,
    firewall: `Ports are published on 127.0.0.1 unless an address is given, so nothing has to be closed. ${CLOUD}`,
    load_balancer: `A container of a reverse proxy (caddy, traefik, nginx) does that on one engine. ${CLOUD}`,
    database:
      'Run one: {"kind":"container","image":"postgres:17","volumes":["data:/var/lib/postgresql/data"],"environment":{"POSTGRES_PASSWORD":{"env":"POSTGRES_PASSWORD"}}} with a volume "data"; a managed one needs "provider":"aws" or "digitalocean".',
    bucket: CLOUD,
    certificate: `A container of caddy or traefik gets and renews one by itself. ${CLOUD}`,
    snapshot: 'Docker has no snapshots: use plan_backups with a source of engine "volumes".',
  },
};
