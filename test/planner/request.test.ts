import { describe, expect, it, test } from 'vitest';
import { InputError } from '../../src/core/errors.ts';
import { parse } from '../../src/core/parse.ts';
import { readResources } from '../../src/planner/request.ts';
import { generateProvisionCommand } from '../../src/tools/generate_provision_command.ts';
import { plan } from '../support/plans.ts';

const read = (resource: Record<string, unknown>) =>
  readResources({ provider: 'hetzner', resources: [resource] })[0]?.spec as unknown as Record<string, unknown>;

function problems(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
  return '';
}

describe('what is meant is taken', () => {
  test.each([
    'load_balancer',
    'load-balancer',
    'LoadBalancer',
    'loadBalancer',
    'load balancer',
    'LB',
    'load_balancers',
  ])('kind %s', (kind) => {
    expect(read({ kind, name: 'lb' })?.kind).toBe('load_balancer');
  });

  it('one value for a list, numbers as text, any case of a field', () => {
    expect(read({ kind: 'server', name: 'web1', ssh_keys: 'deploy', FIREWALLS: 'web', 'public-ip': 'true' })).toMatchObject({
      sshKeys: ['deploy'],
      firewalls: ['web'],
      publicIp: true,
    });
    expect(read({ kind: 'volume', name: 'd', sizeGb: '20' })).toMatchObject({ sizeGb: 20 });
  });

  it('ports and ranges in the ways in which they are written', () => {
    const rules = [
      { port: '443', from: 'anywhere' },
      { port: 22, from: '203.0.113.7' },
      { port: '8000:8100', from: ['10.0.0.0/8'] },
      { protocol: 'ICMP' },
    ];
    expect(read({ kind: 'firewall', name: 'f', rules })?.rules).toMatchObject([
      { port: '443', from: ['0.0.0.0/0', '::/0'] },
      { port: '22', from: ['203.0.113.7/32'] },
      { port: '8000-8100' },
      { protocol: 'icmp' },
    ]);
  });

  test.each(['hcloud', 'Hetzner', 'hetzner-cloud'])('provider %s', (provider) => {
    expect(readResources({ provider, resources: [{ kind: 'network', name: 'n' }] })[0]?.provider).toBe('hetzner');
  });
});

describe('what is not clear is refused, by name', () => {
  it('lists every problem, with field, given value, nearest and allowed', () => {
    const text = problems(() =>
      readResources({
        provider: 'hetzner',
        resources: [
          { kind: 'servr', name: 'a' },
          { kind: 'server', name: 'b', sizee: 'cx23' },
          { kind: 'volume', name: 'c', sizeGb: 'big' },
          7,
        ],
      }),
    );
    expect(text).toContain('resources[0].kind: is no kind of resource that is known here. Given: "servr". Nearest: server.');
    expect(text).toContain('resources[1].sizee: server has no such field. Nearest: size.');
    expect(text).toContain('resources[2].sizeGb');
    expect(text).toContain('resources[3]: should be an object');
  });

  it('the same name twice', () => {
    expect(
      problems(() =>
        readResources({
          provider: 'hetzner',
          resources: [
            { kind: 'server', name: 'a' },
            { kind: 'server', name: 'a' },
          ],
        }),
      ),
    ).toContain('resources[1].name: resources[0] already is server "a"');
  });

  it('two spellings of one field', () => {
    expect(
      problems(() => readResources({ provider: 'hetzner', resources: [{ kind: 'server', name: 'a', sshKeys: ['x'], ssh_keys: ['y'] }] })),
    ).toContain('is given twice');
  });

  test.each(['a\nb', 'a\u0000b', 'a\u202eb', '-rf', '', ' '])('name %j', (name) => {
    expect(problems(() => readResources({ provider: 'hetzner', resources: [{ kind: 'server', name }] }))).toContain('resources[0].name');
  });

  it('references that name nothing, with what there is', async () => {
    await expect(
      plan({
        provider: 'hetzner',
        resources: [
          { kind: 'server', name: 'a', network: 'lam' },
          { kind: 'network', name: 'lan' },
        ],
      }),
    ).rejects.toThrow('resources[0].network: names no network of this plan. Given: "lam". Nearest: lan. Allowed: lan.');
  });

  it('a reference to another provider', async () => {
    await expect(
      plan({
        resources: [
          { kind: 'server', name: 'a', provider: 'hetzner', network: 'lan' },
          { kind: 'network', name: 'lan', provider: 'digitalocean' },
        ],
      }),
    ).rejects.toThrow('they have to be on the same provider');
  });

  it('a plan name that is no label', async () => {
    await expect(plan({ plan: 'My Plan', provider: 'hetzner', resources: [{ kind: 'network', name: 'lan' }] })).rejects.toThrow(
      'plan: is no name for a plan',
    );
  });

  it('an empty list', async () => {
    await expect(plan({ provider: 'hetzner', resources: [] })).rejects.toThrow('resources: is empty');
  });

  it('a region that does not exist', async () => {
    await expect(plan({ provider: 'hetzner', region: 'fsn2', resources: [{ kind: 'network', name: 'lan' }] })).rejects.toThrow(
      'region: is no region of Hetzner. Given: "fsn2". Nearest: fsn1.',
    );
  });
});

describe('a server never stands open', () => {
  it('gets a key and a firewall that lets nothing in, and says so', async () => {
    const made = await plan({ provider: 'hetzner', resources: [{ kind: 'server', name: 'web1' }] });
    expect(made.steps.map((step) => step.id)).toEqual(['ssh_key.main-key', 'firewall.main-default', 'server.web1']);
    expect(made.assumptions.join(' ')).toContain('lets nothing in but ping');
  });

  it('takes the only firewall, and asks where there are several', async () => {
    const web = { kind: 'firewall', name: 'web', rules: [{ port: 443 }] };
    expect((await plan({ provider: 'hetzner', resources: [{ kind: 'server', name: 'web1' }, web] })).assumptions.join(' ')).toContain(
      'behind firewall web, the only one',
    );
    await expect(
      plan({ provider: 'hetzner', resources: [{ kind: 'server', name: 'web1' }, web, { ...web, name: 'other' }] }),
    ).rejects.toThrow('which of them for "web1"?');
  });

  it('warns of a port that should not be open to the world, and only of that', async () => {
    const made = await plan({
      provider: 'hetzner',
      resources: [{ kind: 'firewall', name: 'f', rules: [{ port: 22, from: 'any' }, { port: 443 }] }],
    });
    expect(made.warnings.filter((warning) => warning.includes('whole internet'))).toHaveLength(1);
    expect(made.warnings.join(' ')).toContain('port 22 (SSH)');
  });

  it('asks who may reach a port where nothing says', async () => {
    await expect(plan({ provider: 'hetzner', resources: [{ kind: 'firewall', name: 'f', rules: [{ port: 5432 }] }] })).rejects.toThrow(
      'who may reach port 5432?',
    );
  });
});

describe("the tool's own words are taken in any case", () => {
  it.each([
    [
      { action: 'Teardown', shell: 'PWSH', as: 'Script' },
      { action: 'destroy', shell: 'powershell', as: 'script' },
    ],
    [{ finalSnapshots: 'false' }, { finalSnapshots: false, action: 'create', shell: 'bash', as: 'steps' }],
  ])('%j', (given, meant) => {
    expect(parse(generateProvisionCommand.input, { ...given, resources: [] })).toMatchObject(meant);
  });

  it('and refused by name', () => {
    expect(() => parse(generateProvisionCommand.input, { action: 'explode', resources: [] })).toThrow(
      'action: is not one of the values allowed here. Given: "explode". Allowed: create, destroy, list, resize,',
    );
  });
});
