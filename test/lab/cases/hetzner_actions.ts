import type { ActionCase } from '../actions.ts';

export const KEY = { kind: 'ssh_key', name: 'deploy' };
export const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }] };
export const WEB = { kind: 'server', name: 'web1', size: 'cx23', sshKeys: ['deploy'], firewalls: ['web'] };
export const DATA = { kind: 'volume', name: 'data', sizeGb: 20, server: 'web1' };
const LB = { kind: 'load_balancer', name: 'lb1', targets: ['web1'] };
const LAN = { kind: 'network', name: 'lan' };
const FRONT = { kind: 'static_ip', name: 'front' };
const SITE = { kind: 'certificate', name: 'site', domains: ['example.com'], zone: 'example.com' };
export const STACK = [
  KEY,
  FIREWALL,
  WEB,
  DATA,
  LB,
  { kind: 'snapshot', name: 'first', server: 'web1' },
  { kind: 'dns_zone', name: 'example.com' },
  LAN,
  FRONT,
  SITE,
];

/** Actions that a test of their own lives through. */
export const PROVEN = ['attach volume', 'unprotect server'];

const renamed = (resource: object, path: string): ActionCase => ({
  resources: [resource],
  action: 'rename',
  more: { newName: 'other' },
  writes: [`PUT ${path}`, `PUT ${path}`],
});
const guarded = (resource: object, path: string): ActionCase => ({
  resources: [resource],
  action: 'protect',
  writes: [`POST ${path}/actions/change_protection`],
});

const server = (...writes: string[]) => writes.map((write) => `POST /servers/actions/${write}`);

export const CASES: Readonly<Record<string, ActionCase>> = {
  'resize of a server': {
    resources: [{ ...WEB, size: 'cx33' }],
    action: 'resize',
    writes: server('create_image', 'shutdown', 'change_type', 'poweron'),
  },
  'resize of a server without a snapshot': {
    resources: [{ ...WEB, size: 'cx33' }],
    action: 'resize',
    more: { snapshots: false },
    writes: server('shutdown', 'change_type', 'poweron'),
  },
  'snapshot of a server': { resources: [WEB], action: 'snapshot', writes: server('create_image') },
  'rename of a server': {
    resources: [WEB],
    action: 'rename',
    more: { newName: 'web9' },
    writes: ['PUT /servers', 'PUT /servers'],
  },
  'protect of a server': { resources: [WEB], action: 'protect', writes: server('change_protection') },
  'resize of a volume': { resources: [{ ...DATA, sizeGb: 50 }], action: 'resize', writes: ['POST /volumes/actions/resize'] },
  'detach of a volume': { resources: [DATA], action: 'detach', writes: ['POST /volumes/actions/detach'] },
  'protect of a volume': { resources: [DATA], action: 'protect', writes: ['POST /volumes/actions/change_protection'] },
  'resize of a load balancer': {
    resources: [{ ...LB, size: 'lb21' }],
    action: 'resize',
    writes: ['POST /load_balancers/actions/change_type'],
  },
  'protect of a DNS zone': {
    resources: [{ kind: 'dns_zone', name: 'example.com' }],
    action: 'protect',
    writes: ['POST /zones/actions/change_protection'],
  },
  'rename of a volume': renamed(DATA, '/volumes'),
  'rename of a load balancer': renamed(LB, '/load_balancers'),
  'rename of a network': renamed(LAN, '/networks'),
  'rename of an address': renamed(FRONT, '/primary_ips'),
  'rename of a firewall': renamed(FIREWALL, '/firewalls'),
  'rename of a key': renamed(KEY, '/ssh_keys'),
  'rename of a certificate': renamed(SITE, '/certificates'),
  'protect of a load balancer': guarded(LB, '/load_balancers'),
  'protect of a network': guarded(LAN, '/networks'),
  'protect of an address': guarded(FRONT, '/primary_ips'),
  'restore of a snapshot': {
    resources: [{ kind: 'snapshot', name: 'first', server: 'web1' }],
    action: 'restore',
    writes: ['POST /servers/actions/create_image', 'POST /servers/actions/rebuild', 'PUT /servers'],
  },
  'rotate of a key': {
    resources: [{ ...KEY, publicKeyPath: '~/.ssh/new.pub' }],
    action: 'rotate',
    writes: ['POST /ssh_keys'],
  },
};
