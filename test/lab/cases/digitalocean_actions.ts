import { TODAY } from '../../support/plans.ts';
import type { ActionCase } from '../actions.ts';

const KEY = { kind: 'ssh_key', name: 'deploy' };
const LAN = { kind: 'network', name: 'lan', cidr: '10.1.0.0/16' };
const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }] };
const INNER = { kind: 'firewall', name: 'inner', rules: [{ port: 9100, from: '10.1.0.0/16' }] };
const WEB = { kind: 'server', name: 'web1', size: 's-1vcpu-1gb', network: 'lan', sshKeys: ['deploy'], firewalls: ['web'] };
const WEB2 = { ...WEB, name: 'web2' };
export const DATA = { kind: 'volume', name: 'data', sizeGb: 20, server: 'web1' };
const DB = { kind: 'database', name: 'app', size: 'db-s-1vcpu-1gb', network: 'lan' };
const USER = { kind: 'database_user', name: 'web', database: 'app' };
const HOT = { kind: 'cache', name: 'hot', size: 'db-s-1vcpu-1gb', network: 'lan' };
const FIRST = { kind: 'snapshot', name: 'first.1', server: 'web1' };
const OLD_DATA = { kind: 'snapshot', name: 'old-data', volume: 'data' };
export const ADDRESS = { kind: 'static_ip', name: 'front', server: 'web1' };
const BALANCER = {
  kind: 'load_balancer',
  name: 'lb',
  network: 'lan',
  targets: ['web1', 'web2'],
  services: [{ protocol: 'http', port: 80, targetPort: 8080 }],
};
const GROUP = {
  kind: 'autoscaling_group',
  name: 'crowd',
  size: 's-1vcpu-1gb',
  min: 1,
  max: 2,
  network: 'lan',
  firewalls: 'web',
  sshKeys: 'deploy',
};
const CLUSTER = { kind: 'kubernetes_cluster', name: 'k8s', network: 'lan', size: 's-2vcpu-4gb', nodes: 2 };
const SCALED = { ...CLUSTER, name: 'moving', minNodes: 1, maxNodes: 3 };
const APP = { kind: 'container_service', name: 'api', image: 'ghcr.io/acme/api:1.2', port: 3000, memoryMb: 1024 };
const WORKER = { kind: 'container_service', name: 'work', image: 'nginx:1.29', public: false };
const SHARE = { kind: 'file_system', name: 'shared', network: 'lan', sizeGb: 100 };
const SECRET = { kind: 'secret', name: 'key', file: 'value.txt' };
const PROJECT = { kind: 'project', name: 'shop' };
const SERVERS = [WEB, WEB2, KEY, LAN, FIREWALL];

export const STACK = [
  ...SERVERS,
  INNER,
  DATA,
  DB,
  USER,
  HOT,
  FIRST,
  OLD_DATA,
  ADDRESS,
  BALANCER,
  GROUP,
  CLUSTER,
  SCALED,
  APP,
  WORKER,
  SHARE,
  SECRET,
  PROJECT,
];

/** Actions that a test of their own lives through. */
export const PROVEN = ['attach volume'];

const droplet = (...types: string[]) => types.map((type) => `POST /v2/droplets/actions ${type}`);

export const CASES: Readonly<Record<string, ActionCase>> = {
  'resize of a server': {
    resources: [{ ...WEB, size: 's-2vcpu-4gb' }],
    action: 'resize',
    writes: droplet('snapshot', 'shutdown', 'resize', 'power_on'),
  },
  'resize of a server without a snapshot': {
    resources: [{ ...WEB, size: 's-2vcpu-4gb' }],
    action: 'resize',
    more: { snapshots: false },
    writes: droplet('shutdown', 'resize', 'power_on'),
  },
  'snapshot of a server': { resources: [WEB], action: 'snapshot', writes: droplet('snapshot') },
  'snapshot of a volume': { resources: [DATA], action: 'snapshot', writes: ['POST /v2/volumes/snapshots'] },
  'resize of a volume': { resources: [{ ...DATA, sizeGb: 50 }], action: 'resize', writes: ['POST /v2/volumes/actions resize'] },
  'detach of a volume': { resources: [DATA], action: 'detach', writes: ['POST /v2/volumes/actions detach'] },
  'resize of a database': {
    resources: [{ ...DB, size: 'db-s-1vcpu-2gb', highAvailability: true }],
    action: 'resize',
    writes: ['PUT /v2/databases/resize'],
  },
  'resize of the storage of a database': {
    resources: [{ ...DB, size: 'db-s-1vcpu-2gb', storageGb: 60 }],
    action: 'resize',
    writes: ['PUT /v2/databases/resize'],
  },
  'resize of a cache': { resources: [{ ...HOT, size: 'db-s-2vcpu-4gb' }], action: 'resize', writes: ['PUT /v2/databases/resize'] },
  'restore of a snapshot': {
    resources: [FIRST],
    action: 'restore',
    writes: [...droplet('snapshot'), 'POST /v2/tags', ...droplet('restore'), `POST /v2/tags/restored:shop:first:1:${TODAY}/resources`],
  },
  'restore of a snapshot of a volume': {
    resources: [OLD_DATA, DATA],
    action: 'restore',
    more: { target: ['old-data'] },
    writes: ['POST /v2/volumes', 'POST /v2/volumes/actions detach', 'POST /v2/volumes/actions attach'],
  },
  'rotate of a key': {
    resources: [{ ...KEY, publicKeyPath: '~/.ssh/new.pub' }],
    action: 'rotate',
    writes: ['POST /v2/account/keys'],
  },
  'rotate of a database': {
    resources: [DB],
    action: 'rotate',
    writes: ['POST /v2/databases/users/doadmin/reset_auth', 'POST /v2/tags'],
  },
  'rotate of a database user': {
    resources: [USER, DB],
    action: 'rotate',
    more: { target: ['database_user.web'] },
    writes: ['POST /v2/databases/users/web/reset_auth', 'POST /v2/tags'],
  },
  'rotate of a secret': { resources: [SECRET], action: 'rotate', writes: ['PUT /v2/security/secrets/shop--key'] },
  'resize of a load balancer': {
    resources: [{ ...BALANCER, size: '3' }, ...SERVERS],
    action: 'resize',
    more: { target: ['lb'] },
    writes: ['PUT /v2/load_balancers'],
  },
  'resize of an autoscaling group': {
    resources: [{ ...GROUP, size: 's-2vcpu-4gb', min: 2, max: 5 }],
    action: 'resize',
    writes: ['PUT /v2/droplets/autoscale'],
  },
  'resize of the limits of an autoscaling group': {
    resources: [{ ...GROUP, max: 5 }],
    action: 'resize',
    writes: ['PUT /v2/droplets/autoscale'],
  },
  'resize of a cluster': {
    resources: [{ ...CLUSTER, nodes: 4 }],
    action: 'resize',
    writes: ['PUT /v2/kubernetes/clusters/node_pools'],
  },
  'resize of a cluster that follows the load': {
    resources: [{ ...SCALED, minNodes: 2, maxNodes: 6 }],
    action: 'resize',
    writes: ['PUT /v2/kubernetes/clusters/node_pools'],
  },
  'resize of an app': {
    resources: [{ ...APP, replicas: 2, cpus: 1, memoryMb: 2048 }],
    action: 'resize',
    writes: ['PUT /v2/apps'],
  },
  'resize of a worker': {
    resources: [{ ...WORKER, replicas: 3, memoryMb: 1024 }],
    action: 'resize',
    writes: ['PUT /v2/apps'],
  },
  'resize of a file system': { resources: [{ ...SHARE, sizeGb: 200 }], action: 'resize', writes: ['POST /v2/nfs/actions resize'] },
  'attach of an address': {
    resources: [{ ...ADDRESS, server: 'web2' }, WEB, WEB2],
    action: 'attach',
    more: { target: ['front'] },
    writes: ['POST /v2/reserved_ips/actions assign'],
  },
  'attach of a firewall': {
    resources: [INNER, ...[WEB, WEB2].map((server) => ({ ...server, firewalls: ['web', 'inner'] }))],
    action: 'attach',
    more: { target: ['inner'] },
    writes: ['POST /v2/tags/firewall:shop:inner/resources', 'POST /v2/tags/firewall:shop:inner/resources'],
  },
  'detach of a firewall': {
    resources: [FIREWALL, WEB],
    action: 'detach',
    more: { target: ['firewall.web'] },
    writes: ['DELETE /v2/tags/firewall:shop:web/resources'],
  },
  'rename of a server': { resources: [WEB], action: 'rename', more: { newName: 'front.example.com' }, writes: droplet('rename') },
  'rename of a network': { resources: [LAN], action: 'rename', more: { newName: 'inside' }, writes: ['PATCH /v2/vpcs'] },
  'rename of a key': { resources: [KEY], action: 'rename', more: { newName: 'ops' }, writes: ['PUT /v2/account/keys'] },
  'rename of a project': { resources: [PROJECT], action: 'rename', more: { newName: 'store' }, writes: ['PATCH /v2/projects'] },
  'rename of a cluster': {
    resources: [CLUSTER],
    action: 'rename',
    more: { newName: 'big' },
    writes: ['PUT /v2/kubernetes/clusters', 'PUT /v2/kubernetes/clusters/node_pools'],
  },
};

/** What is taken back by the undo of its steps, to the state that was before. */
export const UNDONE = Object.keys(CASES).filter((name) => /^(?:rename|attach|detach of a firewall)/.test(name));

/** What says the same in zsh. */
export const IN_ZSH = ['rename of a cluster', 'attach of an address', 'resize of a worker', 'rotate of a database user'];

/** The stack as it is to be written after an action that changes a name or a place. */
export const AFTER: Readonly<Record<string, readonly object[]>> = {
  'rename of a server': [{ ...WEB, name: 'front.example.com' }, KEY, LAN, FIREWALL],
  'rename of a network': [{ ...LAN, name: 'inside' }],
  'rename of a key': [{ ...KEY, name: 'ops' }],
  'rename of a project': [{ ...PROJECT, name: 'store' }],
  'rename of a cluster': [{ ...CLUSTER, name: 'big' }, LAN],
  'restore of a snapshot of a volume': [{ ...DATA, name: `data-${TODAY}` }, ...SERVERS],
  'attach of an address': [{ ...ADDRESS, server: 'web2' }, ...SERVERS],
  'resize of a cluster': [{ ...CLUSTER, nodes: 4 }, LAN],
  'resize of an autoscaling group': [{ ...GROUP, size: 's-2vcpu-4gb', min: 2, max: 5 }, KEY, LAN, FIREWALL],
  'resize of a load balancer': [{ ...BALANCER, size: '3' }, ...SERVERS],
};
