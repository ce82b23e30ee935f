import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { buildInventory } from '../../src/planner/act.ts';
import { bash } from '../../src/render/bash.ts';
import { createOutline, destroyOutline, Names } from '../../src/render/outline.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, refusal, TODAY, words } from '../support/plans.ts';

const stack = (...resources: readonly object[]): Promise<Plan> => plan({ provider: 'docker', plan: 'shop', resources: resources as never });

const SWARM = { kind: 'swarm', name: 'cluster' };
const SECRET = { kind: 'secret', name: 'token', file: '~/token' };
const APP = { kind: 'container_service', name: 'app', image: 'acme/app:1.2' };

const node = (name: string) => ({
  kind: 'server',
  provider: 'hetzner',
  name,
  size: 'cx23',
  docker: true,
  network: 'lan',
  firewalls: ['web'],
  sshKeys: ['deploy'],
});
const NODES = [
  ...['web1', 'web2', 'web3', 'web4'].map(node),
  { kind: 'network', provider: 'hetzner', name: 'lan' },
  { kind: 'firewall', provider: 'hetzner', name: 'web', rules: [{ port: 22, from: '203.0.113.7' }] },
  { kind: 'ssh_key', provider: 'hetzner', name: 'deploy' },
];
const WIDE = { ...SWARM, server: 'web1', managers: ['web2', 'web3'], workers: ['web4'] };

const WHOLE = [
  {
    ...APP,
    replicas: 3,
    port: 8080,
    publish: 80,
    network: 'back',
    secrets: 'token',
    environment: { KEY: { env: 'API_KEY' }, MODE: 'live' },
  },
  { kind: 'network', name: 'back' },
  SECRET,
  {
    kind: 'compose',
    name: 'site',
    swarm: 'cluster',
    services: { web: { image: 'nginx:1.29', ports: '0.0.0.0:8081:80', cpus: 0.5, volumes: ['data:/data', '/srv:/srv:ro'] } },
  },
  { kind: 'volume', name: 'data' },
];

function scripts(one: Plan): { create: string; destroy: string } {
  const names = new Names(one.steps);
  const down = destroyOutline(one, names, { rescue: true, backups: true });
  return {
    create: bash.createScript(one, createOutline(one, names, { resumable: true }), names, []),
    destroy: bash.destroyScript(one, down.looks, down.chapters, names, []),
  };
}

const refused = (...resources: readonly object[]): Promise<string> => refusal(stack(...resources));

describe('every command is one that docker has', () => {
  it.each([
    ['on the local engine', [SWARM, ...WHOLE]],
    ['on servers, with further managers and workers', [WIDE, ...WHOLE, ...NODES]],
    [
      'locked, of a compose file of the user',
      [
        { ...SWARM, autolock: true },
        { kind: 'compose', name: 'own', file: './my stack.yaml', swarm: 'cluster' },
      ],
    ],
    ['in a swarm that is there already', [APP, SECRET]],
  ])('%s', async (_, resources) => {
    const one = await stack(...resources);
    let seen = 0;
    for (const { from, command } of commandsOf(one)) {
      expect(checkCommand(words(command, one.steps)), from).toEqual([]);
      seen++;
    }
    expect(seen).toBeGreaterThan(10);
  });
});

it('goes in order: bridge, swarm, nodes, what it runs; and back', async () => {
  const one = await stack(WIDE, ...WHOLE, ...NODES);
  const at = (id: string): number => one.steps.findIndex((step) => step.id === id);
  const chain = [
    'context.web1',
    'swarm.cluster.bridge',
    'swarm.cluster',
    'swarm.cluster.web2',
    'swarm.cluster.web2.label',
    'secret.token',
    'container_service.app',
  ];
  expect(chain.map(at).every((place) => place >= 0)).toBe(true);
  expect(chain.map(at)).toEqual([...chain.map(at)].sort((a, b) => a - b));
  expect(at('context.web4')).toBeLessThan(at('swarm.cluster.web4'));
});

it('prints no token, and holds none', async () => {
  const { create } = scripts(await stack(WIDE, ...NODES));
  expect(create).toContain('swarm_cluster=$(docker --context shop--web1 swarm init');
  expect(create).toContain('--token "$(docker --context shop--web1 swarm join-token --quiet worker)"');
  expect(create).toContain("pick 1,2 'Successfully rotated' 1 docker --context shop--web1 swarm join-token --rotate worker");
  expect(create).not.toContain('SWMTKN');
});

it('listens for nobody where there are no other nodes, and in the network of its servers where there are', async () => {
  expect(scripts(await stack(SWARM)).create).toContain('--listen-addr 127.0.0.1:2377 --advertise-addr 127.0.0.1');
  const wide = scripts(await stack(WIDE, ...NODES)).create;
  expect(wide).toContain('--listen-addr "${server_web1_privateipv4}:2377"');
  expect(wide).not.toContain('127.0.0.1:2377');
});

it('asks nothing of a swarm that is gone', async () => {
  const { destroy } = scripts(await stack(SWARM, ...WHOLE));
  for (const line of destroy.split('\n').filter((one) => /^\s*\w+=\$\(docker (?:service|secret|stack|node) ls/.test(one)))
    expect(line, 'stands in an if').toMatch(/^ {2}/);
});

it('hands a secret of the environment over without an argument', async () => {
  const { create } = scripts(await stack(SWARM, { ...APP, environment: { KEY: { env: 'API_KEY' } } }));
  expect(create).toMatch(/KEY="\$API_KEY" docker service create .*--env KEY /);
});

describe('refuses', () => {
  it.each<[string, readonly object[], RegExp]>([
    [
      'a stack that is published on this machine alone',
      [SWARM, { kind: 'compose', name: 's', swarm: 'cluster', services: { web: { image: 'nginx:1.29', ports: '80:80' } } }],
      /services\.web\.ports\[0\] is for 127\.0\.0\.1 alone.*0\.0\.0\.0:80:80/,
    ],
    [
      'a stack on a server',
      [WIDE, { kind: 'compose', name: 's', swarm: 'cluster', server: 'web1', file: 'x.yaml' }, ...NODES],
      /server cannot be given together with swarm/,
    ],
    [
      'nodes without a network',
      [{ ...SWARM, server: 'web1', workers: ['web2'] }, ...NODES.map((one) => ({ ...one, network: undefined }))],
      /in no network/,
    ],
    ['nodes beside the local engine', [{ ...SWARM, workers: ['web2'] }, ...NODES], /server is missing/],
    ['one server twice', [{ ...WIDE, workers: ['web2'] }, ...NODES], /workers\[0\] names web2, which is in the swarm already/],
    ['two swarms on one engine', [SWARM, { ...SWARM, name: 'other' }], /is in swarm other as well/],
    [
      'two swarms to choose from',
      [SWARM, { ...WIDE, name: 'wide' }, SECRET, ...NODES],
      /swarm is missing, and the plan has several: cluster, wide/,
    ],
    ['a port without one to lead to', [SWARM, { ...APP, publish: 80 }], /port is missing/],
    [
      'a port that is taken',
      [SWARM, { ...APP, port: 80, publish: 80 }, { ...APP, name: 'b', port: 80, publish: 80 }],
      /published by b already/,
    ],
    ['a secret in the open', [SWARM, { ...APP, environment: { API_TOKEN: 'hunter2hunter2' } }], /is a secret by its name/],
    ['a file that would be a flag', [SWARM, { ...SECRET, file: '-rf' }], /begins with a dash/],
    ['a name that is no host', [SWARM, { ...APP, name: 'my_app' }], /is no name for a container_service/],
    ['domains', [SWARM, { ...APP, domains: ['example.org'] }], /are for DigitalOcean/],
  ])('%s', async (_, resources, message) => expect(await refused(...resources)).toMatch(message));
});

it('warns of what is published, of a single manager and of an even number of them', async () => {
  const said = async (...resources: readonly object[]) => (await stack(...resources)).warnings.join('\n');
  expect(await said(SWARM, { ...APP, port: 5432, publish: 5432 })).toMatch(/port 5432 \(PostgreSQL\) of every node/);
  expect(await said({ ...WIDE, managers: [] }, ...NODES)).toMatch(/has one manager/);
  expect(await said({ ...WIDE, managers: ['web2'] }, ...NODES)).toMatch(/2 managers/);
  expect(await said(WIDE, ...NODES)).toMatch(/right after it.*the token is changed/);
});

it('lists what a swarm runs where the stack has one, and asks nothing of one elsewhere', async () => {
  const listed = async (...resources: readonly object[]) =>
    (await buildInventory({ provider: 'docker', plan: 'shop', resources: resources as never }, TODAY)).steps.map(({ id }) => id);
  const plain = ['containers', 'networks', 'volumes', 'compose-projects', 'contexts'].length;
  expect((await listed({ kind: 'volume', name: 'data' })).length).toBe(plain);
  expect(await listed(SWARM)).toEqual(
    expect.arrayContaining(['docker.services-on-this-engine', 'docker.secrets-on-this-engine', 'docker.nodes-of-the-swarm']),
  );
});
