import type { Inventory } from '../harness.ts';
import type { Subject } from '../life.ts';
import { FIREWALL, KEY, LAN, LAN_STATE, SERVER, SERVER_STATE, stack, WEB } from './digitalocean.ts';

const DB = { kind: 'database', name: 'app', size: 'db-s-1vcpu-1gb', network: 'lan' };
const DB_STATE = {
  ...LAN_STATE,
  database: ['shop--app pg 17 db-s-1vcpu-1gb x1 online'],
  access: ['shop--app from ip_addr 10.1.0.0/16'],
};

/** Every further kind with what it needs, and what there is to be afterwards. */
const KINDS: Readonly<Record<string, { resources: readonly object[]; state: Inventory }>> = {
  nat_gateway: {
    resources: [{ kind: 'nat_gateway', name: 'out', network: 'lan' }, LAN, { ...WEB, network: 'lan', publicIp: false }, KEY, FIREWALL],
    state: {
      ...SERVER_STATE,
      ...LAN_STATE,
      droplet: ['web1 s-1vcpu-1gb active, not public'],
      joined: ['web1 in lan'],
      nat_gateway: ['shop--out ACTIVE of lan, default'],
    },
  },
  cdn: {
    resources: [
      { kind: 'bucket', name: 'acme-files', versioning: false },
      { kind: 'cdn', name: 'files', origin: 'acme-files', ttl: 600 },
    ],
    state: { bucket: ['acme-files'], cdn: ['acme-files.fra1.digitaloceanspaces.com 600'] },
  },
  cache: {
    resources: [{ kind: 'cache', name: 'hot', network: 'lan' }, LAN],
    state: {
      ...LAN_STATE,
      database: ['shop--hot valkey 8 db-s-1vcpu-1gb x1 online'],
      access: ['shop--hot from ip_addr 10.1.0.0/16'],
    },
  },
  database_replica: {
    resources: [DB, LAN, { kind: 'database_replica', name: 'reader', database: 'app', network: 'lan' }],
    state: { ...DB_STATE, replica: ['reader of shop--app db-s-1vcpu-1gb online'] },
  },
  'database_pool and database_user': {
    resources: [
      DB,
      LAN,
      { kind: 'database_pool', name: 'web', database: 'app', user: 'web', connections: 12 },
      { kind: 'database_user', name: 'web', database: 'app' },
    ],
    state: { ...DB_STATE, pool: ['web of shop--app transaction 12 as web'], database_user: ['web of shop--app'] },
  },
  'database that begins as a copy': {
    resources: [DB, LAN, { ...DB, name: 'copy', fork: 'app', restoreTime: '2026-11-22T04:30:00Z' }],
    state: {
      ...LAN_STATE,
      database: ['shop--app pg 17 db-s-1vcpu-1gb x1 online', 'shop--copy pg 17 db-s-1vcpu-1gb x1 online'],
      access: ['shop--app from ip_addr 10.1.0.0/16', 'shop--copy from ip_addr 10.1.0.0/16'],
      restored: ['shop--copy from shop--app as of 2026-11-22T04:30:00Z'],
    },
  },
  alarm: {
    resources: [
      { kind: 'alarm', name: 'busy', target: 'web1', emails: 'ops@example.com' },
      {
        kind: 'alarm',
        name: 'full',
        target: 'app',
        metric: 'disk',
        threshold: 90,
        minutes: 60,
        emails: ['ops@example.com', 'dev@example.com'],
      },
      ...SERVER,
      DB,
      LAN,
    ],
    state: {
      ...SERVER_STATE,
      ...DB_STATE,
      alarm: [
        'shop--busy: v1/insights/droplet/cpu GreaterThan 80 for 5m to ops@example.com',
        'shop--full: v1/dbaas/alerts/disk_utilization_alerts GreaterThan 90 for 1h to ops@example.com,dev@example.com',
      ],
    },
  },
  uptime_check: {
    resources: [{ kind: 'uptime_check', name: 'home', url: 'https://example.com/health?a=b', emails: 'ops@example.com' }],
    state: { uptime_check: ['shop--home: https://example.com/health?a=b to ops@example.com'] },
  },
  registry: { resources: [{ kind: 'registry', name: 'images' }], state: { registry: ['shop--images basic'] } },
  kubernetes_cluster: {
    resources: [
      {
        kind: 'kubernetes_cluster',
        name: 'k8s',
        network: 'lan',
        size: 's-2vcpu-4gb',
        nodes: 3,
        minNodes: 2,
        maxNodes: 5,
        access: '203.0.113.7',
      },
      LAN,
    ],
    state: { ...LAN_STATE, kubernetes_cluster: ['shop--k8s 1.33.1-do.3 running: 3 x s-2vcpu-4gb, 2 to 5'] },
  },
  autoscaling_group: {
    resources: [
      { kind: 'autoscaling_group', name: 'web', size: 's-1vcpu-1gb', min: 2, max: 4, network: 'lan', firewalls: 'web', sshKeys: 'deploy' },
      LAN,
      KEY,
      FIREWALL,
    ],
    state: {
      ...LAN_STATE,
      ssh_key: SERVER_STATE.ssh_key,
      firewall: SERVER_STATE.firewall,
      tag: SERVER_STATE.tag,
      autoscaling_group: ['shop--web 2 to 4 x s-1vcpu-1gb active: plan:shop,firewall:shop:web'],
    },
  },
  container_service: {
    resources: [
      {
        kind: 'container_service',
        name: 'api',
        image: 'ghcr.io/acme/api:1.2',
        command: ['serve', '--greeting', "it's"],
        replicas: 2,
        port: 3000,
        memoryMb: 1024,
        environment: { MODE: 'it\'s $HOME `x` "y" %z' },
        domains: 'api.example.com',
      },
      { kind: 'container_service', name: 'worker', image: 'nginx:1.29', public: false },
    ],
    state: {
      app: [
        'shop--api in fra: 2 x apps-s-1vcpu-1gb of acme/api:1.2 on 3000',
        'shop--worker in fra: 1 x apps-s-1vcpu-0.5gb of library/nginx:1.29',
      ],
    },
  },
  secret: {
    resources: [{ kind: 'secret', name: 'key', file: '/etc/hostname' }],
    state: { secret: ['shop--key fra1 value'] },
  },
  peering: {
    resources: [
      LAN,
      { kind: 'network', name: 'other', cidr: '10.2.0.0/16' },
      { kind: 'peering', name: 'both', networks: ['lan', 'other'] },
    ],
    state: { network: ['lan fra1 10.1.0.0/16', 'other fra1 10.2.0.0/16'], peering: ['shop--both ACTIVE: lan,other'] },
  },
  file_system: {
    resources: [{ kind: 'file_system', name: 'shared', network: 'lan', sizeGb: 100 }, LAN],
    state: { ...LAN_STATE, file_system: ['shop--shared 100 ACTIVE in lan'] },
  },
  project: {
    resources: [{ kind: 'project', name: 'shop', environment: 'staging' }, ...SERVER, { kind: 'volume', name: 'data', sizeGb: 20 }],
    state: { ...SERVER_STATE, volume: ['data 20 ext4'], project: ['shop--shop Staging: 2 resources'] },
  },
};

export const furtherSubjects: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.entries(KINDS).map(([kind, { resources, state }]) => [
    kind,
    { request: stack(resources), state, ...(kind === 'cdn' ? { needs: ['aws'] } : {}) },
  ]),
);
