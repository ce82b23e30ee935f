import { describe, expect, it } from 'vitest';
import { type ActionRequest, buildAction } from '../../src/planner/act.ts';
import { bash } from '../../src/render/bash.ts';
import { createOutline, Names } from '../../src/render/outline.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, refusal, TODAY, words } from '../support/plans.ts';

const WEB = { kind: 'container', name: 'web', image: 'nginx:1.29' };
const TOKEN = { kind: 'secret', name: 'token', file: '~/token' };
const APP = { kind: 'container_service', name: 'app', image: 'acme/app:1.2' };
const SWARM = { kind: 'swarm', name: 'cluster' };
const NODE = [
  {
    kind: 'server',
    provider: 'hetzner',
    name: 'host',
    size: 'cx23',
    docker: true,
    network: 'lan',
    firewalls: ['web'],
    sshKeys: ['deploy'],
  },
  { kind: 'network', provider: 'hetzner', name: 'lan' },
  { kind: 'firewall', provider: 'hetzner', name: 'web', rules: [{ port: 22, from: '203.0.113.7' }] },
  { kind: 'ssh_key', provider: 'hetzner', name: 'deploy' },
];

const ask = (action: ActionRequest['action'], resources: readonly object[], more: Partial<ActionRequest> = {}) =>
  buildAction({ provider: 'docker', plan: 'shop', snapshots: true, action, resources: resources as never, ...more }, TODAY);

/** The script of an action, whose commands are all docker's. */
async function script(...of: Parameters<typeof ask>): Promise<string> {
  const plan = await ask(...of);
  for (const { command } of commandsOf(plan)) expect(checkCommand(words(command, plan.steps))).toEqual([]);
  const names = new Names(plan.steps);
  return bash.createScript(plan, createOutline(plan, names, { resumable: true }), names, []);
}

describe('a container', () => {
  it('is resized with what is given alone, and interrupted by nothing', async () => {
    const cpus = await script('resize', [{ ...WEB, cpus: 0.5 }]);
    expect(cpus).toContain('docker container update --cpus 0.5 web\n');
    expect(cpus).toContain("'{{.HostConfig.NanoCpus}} {{.Id}}' web");
    expect(await script('resize', [{ ...WEB, memoryMb: 256 }])).toContain('docker container update --memory 256m --memory-swap 512m web\n');
    expect(cpus).not.toContain('to go on');
    expect(await refusal(ask('resize', [WEB]))).toContain('has neither cpus nor memoryMb');
  });

  it('is renamed by a name that means nothing else, and found under either', async () => {
    const text = await script('rename', [{ ...WEB, name: 'web.1' }], { newName: 'web.2' });
    expect(text).toContain(`--filter 'name=^(web\\.1|web\\.2)$'`);
    expect(text).toContain('docker container rename "$container_web_1" web.2');
    expect(await refusal(ask('rename', [WEB], { newName: 'a b' }))).toContain('is no name for a container');
  });

  it('on a server is spoken of to its engine', async () => {
    const text = await script('resize', [{ ...WEB, cpus: 1, server: 'host' }, ...NODE], { target: ['container.web'] });
    expect(text).toContain('docker --context shop--host container update --cpus 1 web');
  });
});

describe('a service', () => {
  it('is scaled before its containers are replaced, so that there is another one meanwhile', async () => {
    const { steps, warnings } = await ask('resize', [{ ...APP, replicas: 3 }, SWARM], { target: ['app'] });
    expect(steps.map(({ id }) => id)).toEqual([
      'swarm.cluster',
      'container_service.app',
      'container_service.app.scale',
      'container_service.app.limits',
    ]);
    expect(steps.map(({ effects }) => effects.map(({ kind }) => kind).join())).toEqual(['', '', 'changes', 'interrupts,changes']);
    expect(warnings).toEqual([]);
  });
});

describe('a secret', () => {
  it('is rotated in every service that reads it, and the old one is removed after them', async () => {
    const { steps } = await ask(
      'rotate',
      [TOKEN, { ...APP, secrets: 'token' }, { ...APP, name: 'api', secrets: 'token' }, { ...APP, name: 'other' }],
      {
        target: ['token'],
      },
    );
    expect(steps.filter(({ there }) => !there).map(({ id }) => id)).toEqual([
      'secret.token',
      'secret.token.app',
      'secret.token.api',
      'secret.token.old',
    ]);
  });

  it('is looked for, and not taken for another: the old one is removed where it is still there', async () => {
    const text = await script('rotate', [TOKEN]);
    expect(text).toContain('[ -n "$found" ] || stop "secret.token is not there');
    expect(text).toContain('if [ -n "$secret_token_old" ]; then\n');
    expect(text).toContain('DESTROYS: the former value of secret token');
    expect(text).not.toContain('service update');
  });

  it('gets a name that docker takes, however long its own is', async () => {
    const { steps } = await ask('rotate', [{ ...TOKEN, name: 'x'.repeat(64) }]);
    expect(words(steps[0]?.create as never, steps).at(-2)).toBe(`${'x'.repeat(53)}-${TODAY}`);
  });
});

it("the tokens of a swarm are changed where the swarm is the plan's, and never printed", async () => {
  const text = await script('rotate', [SWARM]);
  expect(text).toContain('swarm_cluster=$(docker network ls --filter label=plan=shop --filter label=swarm=cluster');
  for (const line of text.split('\n').filter((one) => one.includes('--rotate'))) expect(line.trim()).toMatch(/^swarm_cluster_\w+=\$\(/);
});
