import { TODAY } from '../../support/plans.ts';
import type { ActionCase } from '../actions.ts';

const KEY = { kind: 'ssh_key', name: 'deploy' };
const LAN = { kind: 'network', name: 'lan', cidr: '10.1.0.0/16' };
const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }] };
const WEB = { kind: 'server', name: 'web1', size: 's-1vcpu-1gb', sshKeys: ['deploy'], firewalls: ['web'] };
export const DATA = { kind: 'volume', name: 'data', sizeGb: 20, server: 'web1' };
const DB = { kind: 'database', name: 'app', size: 'db-s-1vcpu-1gb', network: 'lan' };
const HOT = { kind: 'cache', name: 'hot', size: 'db-s-1vcpu-1gb', network: 'lan' };
const FIRST = { kind: 'snapshot', name: 'first', server: 'web1' };
export const STACK = [KEY, LAN, FIREWALL, WEB, DATA, DB, HOT, FIRST];

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
  'resize of a cache': { resources: [{ ...HOT, size: 'db-s-2vcpu-4gb' }], action: 'resize', writes: ['PUT /v2/databases/resize'] },
  'restore of a snapshot': {
    resources: [FIRST],
    action: 'restore',
    writes: [...droplet('snapshot'), 'POST /v2/tags', ...droplet('restore'), `POST /v2/tags/restored:shop:first:${TODAY}/resources`],
  },
  'rotate of a key': {
    resources: [{ ...KEY, publicKeyPath: '~/.ssh/new.pub' }],
    action: 'rotate',
    writes: ['POST /v2/account/keys'],
  },
};
