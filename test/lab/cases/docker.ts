import type { StackRequest } from '../../../src/planner/request.ts';
import type { Inventory } from '../harness.ts';
import type { Subject } from '../life.ts';
import { patternSubjects } from './patterns.ts';

export const IMAGE = 'infra/busybox:1';
export const SECRET = 'correct horse $battery "staple"';

export const NET = { kind: 'network', name: 'back', cidr: '10.77.0.0/24' };
export const DATA = { kind: 'volume', name: 'data' };
export const APP = { kind: 'container', name: 'app', image: IMAGE };

/** Every kind with what it needs, and what there has to be afterwards. */
export const KINDS: Readonly<Record<string, { resources: readonly object[]; state: Inventory }>> = {
  network: { resources: [NET], state: { network: ['back'] } },
  'network with a range of Docker’s choice': { resources: [{ kind: 'network', name: 'back' }], state: { network: ['back'] } },
  volume: { resources: [DATA], state: { volume: ['data'] } },
  container: {
    resources: [
      {
        ...APP,
        command: ['sh', '-c', 'exec sleep 100000'],
        network: 'back',
        volumes: ['data:/data', '/tmp:/host:ro'],
        environment: { MODE: 'it\'s $HOME `x` "y" %z', LEVEL: 3 },
        memoryMb: 64,
        cpus: 0.5,
        restart: 'always',
      },
      NET,
      DATA,
    ],
    state: { container: ['app running'], network: ['back'], volume: ['data'] },
  },
  compose: {
    resources: [
      {
        kind: 'compose',
        name: 'site',
        services: {
          web: { image: IMAGE, dependsOn: 'db', environment: { A: '$HOME and ${B}', C: 'no', D: '1e3', E: '# not a comment: {x}' } },
          db: { image: 'postgres:17', volumes: ['data:/data', '/tmp:/host:ro'], memoryMb: 64, cpus: 0.5 },
        },
      },
      DATA,
    ],
    state: { container: ['shop--site-db-1 running', 'shop--site-web-1 running'], network: ['shop--site_default'], volume: ['data'] },
  },
};

export const stack = (resources: readonly object[]): StackRequest => ({ provider: 'docker', plan: 'shop', resources });

/** A stack of all kinds, whose ports have to be free ones. */
export const whole = (one: number, two: number): Subject => ({
  request: stack([
    {
      kind: 'compose',
      name: 'site',
      services: {
        web: {
          image: IMAGE,
          command: ['httpd', '-f', '-h', '/www', '-p', '80'],
          ports: `${two}:80`,
          environment: { TOKEN: { env: 'SHOP_PASSWORD' } },
        },
      },
    },
    { ...APP, name: 'front', command: ['httpd', '-f', '-h', '/www', '-p', '80'], ports: `${one}:80`, network: 'back' },
    {
      ...APP,
      name: 'db',
      image: 'postgres:17',
      network: 'back',
      volumes: 'data:/data',
      environment: { POSTGRES_PASSWORD: { env: 'SHOP_PASSWORD' }, SHOP_PASSWORD: { env: 'SHOP_PASSWORD' } },
    },
    NET,
    DATA,
  ]),
  state: {
    container: ['db running', 'front running', 'shop--site-web-1 running'],
    network: ['back', 'shop--site_default'],
    volume: ['data'],
  },
});

/** Everything whose life is lived, but for what takes ports. */
export const subjects: Readonly<Record<string, Subject>> = {
  ...Object.fromEntries(Object.entries(KINDS).map(([kind, { resources, state }]) => [kind, { request: stack(resources), state }])),
  ...(await patternSubjects('docker', [])),
};
