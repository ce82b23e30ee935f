import { describe, expect, it, test } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import { type GenerateInput, generateProvisionCommand as tool } from '../../src/tools/generate_provision_command.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, TODAY, words } from '../support/plans.ts';

const generate = async (args: Record<string, unknown>) =>
  (await tool.run(parse(tool.input, args) as GenerateInput, { today: TODAY })).structured;

/** Given in an order in which nothing could be made. */
const RESOURCES = [
  { kind: 'load_balancer', name: 'lb1', network: 'lan', targets: ['web1'] },
  { kind: 'volume', name: 'data', sizeGb: 20, server: 'web1' },
  { kind: 'server', name: 'web1', image: 'ubuntu-24.04', network: 'lan', firewalls: ['web'], sshKeys: ['deploy'] },
  { kind: 'firewall', name: 'web', rules: [{ port: 443, from: ['0.0.0.0/0', '::/0'] }] },
  { kind: 'network', name: 'lan', cidr: '10.0.0.0/16' },
  { kind: 'ssh_key', name: 'deploy', publicKeyPath: '~/.ssh/id_ed25519.pub' },
];

describe.each([
  ['hetzner', 'fsn1'],
  ['aws', 'eu-central-1'],
  ['digitalocean', 'fra1'],
])('a web server with all that belongs to it, on %s', (provider, region) => {
  const request = { provider, region, resources: RESOURCES };

  it('is created in an order in which each step has what it needs', async () => {
    const { steps = [] } = await generate(request);
    const at = (id: string) => steps.findIndex((step) => step.id === id);
    for (const [before, after] of [
      ['network.lan', 'server.web1'],
      ['firewall.web', 'server.web1'],
      ['ssh_key.deploy', 'server.web1'],
      ['server.web1', 'volume.data.attach'],
      ['volume.data', 'volume.data.attach'],
    ] as const) {
      expect(at(before), before).toBeGreaterThanOrEqual(0);
      expect(at(after), `${after} after ${before}`).toBeGreaterThan(at(before));
    }
  });

  it('uses no variable before it was set, in steps and in scripts, to create and to destroy', async () => {
    for (const as of ['steps', 'script']) {
      for (const action of ['create', 'destroy']) {
        const answer = await generate({ ...request, as, action });
        // A destroying step stands alone, so each is read by itself.
        const texts =
          as === 'script'
            ? [answer.script ?? '']
            : action === 'create'
              ? [(answer.steps ?? []).map((step) => step.command).join('\n')]
              : (answer.steps ?? []).map((step) => step.command);
        for (const text of texts) {
          const set = new Set(['HOME', 'POLL_SECONDS', 'try', 'answer', 'code', 'current']);
          for (const line of text.split('\n')) {
            for (const [, name] of line.matchAll(/\$\{?([a-z][a-z0-9_]*)/g))
              if (/^(?:network|firewall|server|volume|load_balancer|ssh_key|image)_/.test(name as string))
                expect(set, line).toContain(name);
            const assigned = /^\s*([a-z][a-z0-9_]*)=/.exec(line)?.[1];
            if (assigned !== undefined) set.add(assigned);
          }
        }
      }
    }
  });

  it('asks for a yes that names cost and exposure', async () => {
    const { confirm } = await generate(request);
    expect(confirm).toMatch(/^Create \d+ resources \(plan "main"\) for .*(EUR|USD) a month/);
    expect(confirm).toContain('Open to the internet: ');
  });

  it('gives the same answer whatever the order of the resources, but for the order of free steps', async () => {
    const ids = async (resources: unknown[]) =>
      ((await generate({ ...request, resources })).steps ?? []).map((step) => `${step.id} ${step.command}`).sort();
    expect(await ids([...RESOURCES].reverse())).toEqual(await ids(RESOURCES));
  });
});

it('captures ids on AWS', async () => {
  const text = ((await generate({ provider: 'aws', region: 'eu-central-1', resources: RESOURCES })).steps ?? [])
    .map((step) => step.command)
    .join('\n');
  expect(text).toMatch(/^network_lan=\$\(aws ec2 create-vpc /m);
  expect(text).toMatch(/^server_web1=\$\(aws ec2 run-instances /m);
  expect(text).toContain('--vpc-id "${network_lan:?}"');
});

it('answers a retired type with its successor', async () => {
  const answer = await generate({ provider: 'hetzner', region: 'fsn1', resources: [{ kind: 'server', name: 'web1', size: 'cx21' }] });
  expect(answer.warnings.join(' ')).toContain('cx21 is no longer sold (since 2024-09-06)');
  expect((answer.steps ?? []).at(-1)?.command).toContain('--type cx23');
});

it('spans two clouds: a name at one points at a server of the other', async () => {
  const made = await plan({
    provider: 'hetzner',
    region: 'nbg1',
    resources: [
      { kind: 'server', name: 'web1' },
      { kind: 'dns_zone', name: 'example.org', provider: 'digitalocean' },
      { kind: 'dns_record', name: 'www', zone: 'example.org', target: 'web1', provider: 'digitalocean' },
    ],
  });
  const record = made.steps.findIndex((step) => step.id === 'dns_record.www.example.org.A');
  expect(record).toBeGreaterThan(made.steps.findIndex((step) => step.id === 'server.web1'));
  expect(made.access.map((access) => access.provider).sort()).toEqual(['digitalocean', 'hetzner']);
  expect(made.tools.map((one) => one.program)).toEqual(['doctl', 'hcloud']);
});

describe.each(['hetzner', 'aws', 'digitalocean'])('a container on a server of the plan, on %s', (provider) => {
  it('is made through an SSH context', async () => {
    const made = await plan({
      provider,
      resources: [
        { kind: 'firewall', name: 'ssh', rules: [{ port: 22, from: '198.51.100.7' }] },
        { kind: 'server', name: 'app', docker: true },
        { kind: 'volume', name: 'files', provider: 'docker', server: 'app' },
        { kind: 'container', name: 'web', image: 'caddy:2', ports: ['0.0.0.0:80:80'], volumes: ['files:/data'], server: 'app' },
      ],
    });
    const container = made.steps.find((step) => step.id === 'container.web');
    expect(words(container?.create as never, made.steps).slice(0, 3)).toEqual(['docker', '--context', expect.stringContaining('app')]);
    expect([...commandsOf(made)].flatMap(({ command }) => checkCommand(words(command, made.steps)))).toEqual([]);
  });
});

test('the same input gives the same output, byte for byte', async () => {
  const request = { provider: 'aws', resources: RESOURCES, as: 'script' };
  expect(await generate(request)).toEqual(await generate(request));
});
