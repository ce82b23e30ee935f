import type { ActionCase } from '../actions.ts';

export const KEY = { kind: 'ssh_key', name: 'deploy' };
export const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }] };
export const WEB = { kind: 'server', name: 'web1', size: 'cx23', sshKeys: ['deploy'], firewalls: ['web'] };
export const DATA = { kind: 'volume', name: 'data', sizeGb: 20, server: 'web1' };
const LB = { kind: 'load_balancer', name: 'lb1', targets: ['web1'] };
export const LAN = { kind: 'network', name: 'lan' };
export const FRONT = { kind: 'static_ip', name: 'front' };
/** No load balancer knows it by an address that is taken from it. */
export const SPARE = { ...WEB, name: 'web2', network: 'lan' };
const OLD = { kind: 'static_ip', name: 'old', server: 'web2' };
const GROUP = { kind: 'placement_group', name: 'apart' };
const ZONE = { kind: 'dns_zone', name: 'example.com' };
const FIRST = { kind: 'snapshot', name: 'first', server: 'web1' };
const SITE = { kind: 'certificate', name: 'site', domains: ['example.com'], zone: 'example.com' };
export const STACK = [KEY, FIREWALL, WEB, DATA, LB, FIRST, ZONE, LAN, FRONT, OLD, SPARE, GROUP, SITE];

/** Actions that a test of their own lives through. */
export const PROVEN = ['attach volume', 'unprotect server'];

/** What can be protected, and unprotected again. */
export const GUARDED: readonly (readonly [name: string, resource: object, path: string])[] = [
  ['volume', DATA, '/volumes'],
  ['load balancer', LB, '/load_balancers'],
  ['network', LAN, '/networks'],
  ['address', FRONT, '/primary_ips'],
  ['DNS zone', ZONE, '/zones'],
  ['snapshot', FIRST, '/images'],
];

const renamed = (resource: object, path: string): ActionCase => ({
  resources: [resource],
  action: 'rename',
  more: { newName: 'other' },
  writes: [`PUT ${path}`, `PUT ${path}`],
});
/** A case of Hetzner's, and what is done before it begins. */
export interface Case extends ActionCase {
  readonly given?: Pick<ActionCase, 'resources' | 'action' | 'more'>;
}
const guarded = ([name, resource, path]: (typeof GUARDED)[number]): [string, Case][] => {
  const resources = [resource];
  const writes = [`POST ${path}/actions/change_protection`];
  const protect: ActionCase = { resources, action: 'protect', writes };
  return [
    [`protect of a ${name}`, protect],
    [`unprotect of a ${name}`, { resources, action: 'unprotect', writes, given: protect }],
  ];
};

/** Of the resources, the first alone is acted on. */
const first = (resources: readonly object[], action: ActionCase['action'], ...writes: string[]): ActionCase => ({
  resources,
  action,
  more: { target: [(resources[0] as { name: string }).name] },
  writes,
});
const JOINED = [FIREWALL, SPARE];
const MEMBER = [LAN, { ...WEB, network: 'lan' }];

const server = (...writes: string[]) => writes.map((write) => `POST /servers/actions/${write}`);

export const CASES: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(GUARDED.flatMap(guarded)),
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
  'resize of a load balancer': {
    resources: [{ ...LB, size: 'lb21' }],
    action: 'resize',
    writes: ['POST /load_balancers/actions/change_type'],
  },
  'rename of a volume': renamed(DATA, '/volumes'),
  'rename of a load balancer': renamed(LB, '/load_balancers'),
  'rename of a network': renamed(LAN, '/networks'),
  'rename of an address': renamed(FRONT, '/primary_ips'),
  'rename of a firewall': renamed(FIREWALL, '/firewalls'),
  'rename of a key': renamed(KEY, '/ssh_keys'),
  'rename of a certificate': renamed(SITE, '/certificates'),
  'rename of a placement group': renamed(GROUP, '/placement_groups'),
  'attach of an address': first(
    [{ ...FRONT, server: 'web2' }, SPARE],
    'attach',
    'POST /servers/actions/shutdown',
    'POST /primary_ips/actions/unassign',
    'POST /primary_ips/actions/assign',
    'POST /servers/actions/poweron',
  ),
  'detach of an address': first(
    [OLD, SPARE],
    'detach',
    'POST /servers/actions/shutdown',
    'POST /primary_ips/actions/unassign',
    'POST /servers/actions/poweron',
  ),
  'attach of an address to a server that has none': {
    ...first([OLD, SPARE], 'attach', 'POST /servers/actions/shutdown', 'POST /primary_ips/actions/assign', 'POST /servers/actions/poweron'),
    given: first([OLD, SPARE], 'detach'),
  },
  'attach of a firewall': {
    ...first(JOINED, 'attach', 'POST /firewalls/actions/apply_to_resources'),
    given: first(JOINED, 'detach'),
  },
  'detach of a firewall': first(JOINED, 'detach', 'POST /firewalls/actions/remove_from_resources'),
  'attach of a network': first(MEMBER, 'attach', 'POST /servers/actions/attach_to_network'),
  'detach of a network': first([LAN, SPARE], 'detach', 'POST /servers/actions/detach_from_network'),
  'restore of a snapshot': {
    resources: [FIRST],
    action: 'restore',
    writes: ['POST /servers/actions/create_image', 'POST /servers/actions/rebuild', 'PUT /servers'],
  },
  'rotate of a key': {
    resources: [{ ...KEY, publicKeyPath: '~/.ssh/new.pub' }],
    action: 'rotate',
    writes: ['POST /ssh_keys'],
  },
};
