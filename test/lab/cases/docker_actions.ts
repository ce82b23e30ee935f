import { TODAY } from '../../support/plans.ts';
import type { ActionCase } from '../actions.ts';

export const IMAGE = 'infra/busybox:1';
export const FRONT = { kind: 'network', name: 'front' };
export const WEB = { kind: 'container', name: 'web', image: IMAGE, network: 'front', memoryMb: 64 };
const BACK = { kind: 'network', name: 'back' };
const SIDE = { kind: 'network', name: 'side' };
export const CLUSTER = { kind: 'swarm', name: 'cluster' };
/** Read from the folder in which the scripts run. */
export const TOKEN = { kind: 'secret', name: 'token', file: 'token.txt' };
const BARE = {
  kind: 'container_service',
  name: 'app',
  image: IMAGE,
  command: ['sh', '-c', 'case $(cat /run/secrets/token) in bad) exit 1 ;; esac; exec sleep 100000'],
  cpus: 0.1,
  memoryMb: 32,
};
export const APP = { ...BARE, secrets: 'token' };
export const STACK = [WEB, FRONT, BACK, SIDE, APP, TOKEN, CLUSTER];

/** A case, another that is pasted after it, and what of the engine's facts is otherwise after either. */
export interface Twice extends ActionCase {
  readonly changes: Readonly<Record<string, string>>;
  readonly pasted: {
    readonly resources?: readonly object[];
    readonly more?: ActionCase['more'];
    readonly today?: string;
    readonly changes: Readonly<Record<string, string>>;
  };
}

/** The day after that of the other tests. */
const TOMORROW = '2026-11-24';

/** In an order in which each finds what it needs. Writes: the first two words of docker's command lines. */
export const CASES: Readonly<Record<string, Twice>> = {
  'resize of a container, to more memory than it had with its swap': {
    resources: [{ ...WEB, cpus: 0.5, memoryMb: 256 }],
    action: 'resize',
    writes: ['container update'],
    changes: { limits: '500000000 268435456 536870912' },
    pasted: { resources: [{ ...WEB, cpus: 0.25, memoryMb: 64 }], changes: { limits: '250000000 67108864 134217728' } },
  },
  'rename of a container': {
    resources: [WEB],
    action: 'rename',
    more: { newName: 'web.2' },
    writes: ['container rename'],
    changes: { name: 'web.2', known: 'web.2' },
    pasted: { resources: [{ ...WEB, name: 'web.2' }], more: { newName: 'web' }, changes: { name: 'web', known: 'web' } },
  },
  'attach of a network': {
    resources: [BACK, { ...WEB, network: 'back' }],
    action: 'attach',
    more: { target: ['back'] },
    writes: ['network connect'],
    changes: { networks: 'back front' },
    pasted: { resources: [SIDE, { ...WEB, network: 'side' }], more: { target: ['side'] }, changes: { networks: 'back front side' } },
  },
  'detach of a network': {
    resources: [BACK, { ...WEB, network: 'back' }],
    action: 'detach',
    more: { target: ['back'] },
    writes: ['network disconnect'],
    changes: { networks: 'front side' },
    pasted: { resources: [SIDE, { ...WEB, network: 'side' }], more: { target: ['side'] }, changes: { networks: 'front' } },
  },
  'resize of a service': {
    resources: [{ ...BARE, replicas: 2, cpus: 0.2, memoryMb: 48 }, CLUSTER],
    action: 'resize',
    more: { target: ['app'] },
    writes: ['service scale', 'service update'],
    changes: { service: '2 200000000 50331648' },
    pasted: { resources: [BARE, CLUSTER], changes: { service: '1 100000000 33554432' } },
  },
  'rotate of a secret': {
    resources: [TOKEN, APP, CLUSTER],
    action: 'rotate',
    more: { target: ['token'] },
    writes: ['secret create', 'service update', 'secret rm'],
    changes: { secrets: `token-${TODAY}`, read: 'second' },
    pasted: { today: TOMORROW, changes: { secrets: `token-${TOMORROW}`, read: 'third' } },
  },
  "rotate of a swarm's tokens": {
    resources: [CLUSTER],
    action: 'rotate',
    writes: ['swarm join-token', 'swarm join-token'],
    changes: { tokens: 'others' },
    pasted: { today: TOMORROW, changes: { tokens: 'others' } },
  },
};
