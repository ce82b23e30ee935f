import type { Inventory } from '../harness.ts';
import type { Subject } from '../life.ts';

export const IMAGE = 'infra/busybox:1';
const SWARM = { kind: 'swarm', name: 'cluster' };
const SECRET = { kind: 'secret', name: 'token', file: '/etc/hostname' };
const NODE = { network: ['docker_gwbridge', 'ingress'], swarm: ['ready leader'] };

/** What a swarm runs, each with what it needs, and what there is to be afterwards. */
const KINDS: Readonly<Record<string, { resources: readonly object[]; state: Inventory }>> = {
  swarm: { resources: [SWARM], state: NODE },
  'container_service with a secret': {
    resources: [
      {
        kind: 'container_service',
        name: 'app',
        image: IMAGE,
        command: ['sh', '-c', 'cat /run/secrets/token; exec sleep 100000'],
        replicas: 2,
        cpus: 0.1,
        memoryMb: 32,
        port: 80,
        publish: 18080,
        network: 'back',
        secrets: 'token',
        environment: { MODE: 'it\'s $HOME `x` "y" %z', LEVEL: 3 },
      },
      { kind: 'network', name: 'back' },
      SECRET,
      SWARM,
    ],
    state: {
      ...NODE,
      container: ['app running', 'app running'],
      network: ['back', 'docker_gwbridge', 'ingress'],
      secret: ['token'],
      service: ['app 2/2'],
    },
  },
  'compose as a stack': {
    resources: [
      {
        kind: 'compose',
        name: 'site',
        swarm: 'cluster',
        services: {
          web: { image: IMAGE, dependsOn: 'db', environment: { A: '$HOME and ${B}', C: 'no' }, ports: '0.0.0.0:18081:80' },
          db: { image: 'postgres:17', volumes: ['data:/data', '/tmp:/host:ro'], memoryMb: 64, cpus: 0.5, restart: 'on-failure' },
        },
      },
      { kind: 'volume', name: 'data' },
      SWARM,
    ],
    state: {
      ...NODE,
      container: ['shop--site_db running', 'shop--site_web running'],
      network: ['docker_gwbridge', 'ingress', 'shop--site_default'],
      service: ['shop--site_db 1/1', 'shop--site_web 1/1'],
      volume: ['data'],
    },
  },
};

export const swarmSubjects: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.entries(KINDS).map(([kind, { resources, state }]) => [
    kind,
    { request: { provider: 'docker', plan: 'shop', resources: resources as never }, state },
  ]),
);
