import { describe, expect, it, test } from 'vitest';
import { type ActionRequest, buildAction, buildInventory } from '../../src/planner/act.ts';
import { providers } from '../../src/providers/index.ts';
import { whyNot } from '../../src/providers/meant.ts';
import { type ActionName, actionNames, providerIds } from '../../src/providers/provider.ts';
import { bash } from '../../src/render/bash.ts';
import { createOutline, Names } from '../../src/render/outline.ts';
import { powershell } from '../../src/render/powershell.ts';
import { type Kind, kindNames } from '../../src/resources/index.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, TODAY, words } from '../support/plans.ts';

const loaded = await Promise.all(providerIds.map((id) => providers[id]()));

/** What a kind needs to be spoken of at all, and what its actions need. */
const SPECS: Partial<Record<Kind, object>> = {
  server: { size: { vcpu: 4, memoryGb: 8 } },
  volume: { sizeGb: 50, server: 'web1' },
  snapshot: { server: 'web1' },
  database: { network: 'lan' },
  cache: { network: 'lan' },
  dns_record: { zone: 'example.com' },
  container: { image: 'nginx:1.29', cpus: 0.5, memoryMb: 64 },
  container_service: { image: 'nginx:1.29' },
  nat_gateway: { network: 'lan' },
  reverse_dns: { target: 'web1' },
  database_replica: { database: 'app' },
  database_pool: { database: 'app' },
  database_user: { database: 'app' },
  alarm: { target: 'web1' },
  uptime_check: { url: 'https://example.com' },
  secret: { file: 'secret.txt' },
  peering: { networks: ['a', 'b'] },
};
const ELSEWHERE: Record<string, Partial<Record<Kind, object>>> = {
  hetzner: { load_balancer: { size: 'lb21' }, static_ip: { server: 'web1' } },
  aws: {
    load_balancer: { network: 'lan' },
    autoscaling_group: { network: 'lan' },
    static_ip: { server: 'web1' },
    database_replica: { database: 'app', size: 'db.t4g.medium' },
    container_service: { network: 'lan' },
  },
  digitalocean: { static_ip: { server: 'web1' }, file_system: { network: 'lan', sizeGb: 100 } },
};
/** What an action cannot be asked for without. */
const BESIDE: Partial<Record<Kind, readonly object[]>> = {
  firewall: [{ kind: 'server', name: 'web1', size: { vcpu: 2, memoryGb: 4 }, firewalls: ['thing', 'other'] }],
  static_ip: [{ kind: 'server', name: 'web2', size: { vcpu: 2, memoryGb: 4 } }],
  database_user: [{ kind: 'database', name: 'app', network: 'lan' }],
  autoscaling_group: [{ kind: 'ssh_key', name: 'deploy' }],
};
const INSIDE: Record<string, object> = {
  hetzner: { kind: 'server', name: 'web1', size: { vcpu: 2, memoryGb: 4 }, network: 'thing' },
  docker: { kind: 'container', name: 'web', image: 'nginx:1.27', network: 'thing' },
};
const NAMES: Partial<Record<Kind, string>> = { dns_zone: 'example.com' };

const request = (provider: string, kind: Kind, action: ActionName): ActionRequest => ({
  provider,
  action,
  snapshots: true,
  ...(action === 'rename' ? { newName: 'other' } : {}),
  target: [`${kind}.${NAMES[kind] ?? 'thing'}`],
  resources: [
    { kind, name: NAMES[kind] ?? 'thing', ...SPECS[kind], ...ELSEWHERE[provider]?.[kind] },
    ...(BESIDE[kind] ?? []),
    ...(kind === 'network' && provider in INSIDE ? [INSIDE[provider] as object] : []),
  ],
});

describe.each(loaded)('$id', (provider) => {
  const offered = kindNames.filter((kind) => provider.emit[kind] !== undefined);
  const can = (kind: Kind): ActionName[] => actionNames.filter((action) => provider.actions[kind]?.[action] !== undefined);

  test('acts only on what it makes', () => {
    expect(Object.keys(provider.actions).filter((kind) => !offered.includes(kind as Kind))).toEqual([]);
  });

  const all = offered.flatMap((kind) => can(kind).map((action) => [action, kind] as const));
  if (all.length > 0)
    test.each(all)('%s of a %s: looked up first, every command in the grammar, checked, the same in both shells', async (action, kind) => {
      const plan = await buildAction(request(provider.id, kind, action), TODAY);
      // Of a secret there may be two while its rotation is not finished, so that it is there is asked before the first step.
      if (`${action} ${kind}` === 'rotate secret' && provider.id === 'docker')
        expect(plan.preflight.at(-1)?.title).toBe('is secret thing there?');
      else expect(plan.steps[0]?.there).toBe(true);
      const done = plan.steps.filter((step) => !step.there);
      expect(done.length).toBeGreaterThan(0);
      for (const step of done) expect(step.effects.length).toBeGreaterThan(0);
      expect(
        [...commandsOf(plan)].flatMap(({ from, command }) =>
          checkCommand(words(command, plan.steps)).map((problem) => `${from}: ${problem}`),
        ),
      ).toEqual([]);
      const names = new Names(plan.steps);
      const chapters = createOutline(plan, names, { resumable: true });
      const scripts = [bash, powershell].map((shell) => shell.createScript(plan, chapters, names, [action]));
      const grave = done.some((step) => step.effects.some((effect) => effect.kind === 'interrupts' || effect.kind === 'destroys'));
      for (const script of scripts) expect(/to go on/.test(script)).toBe(grave);
    });

  const cannot = offered.flatMap((kind) =>
    actionNames.filter((action) => !can(kind).includes(action)).map((action) => [action, kind] as const),
  );
  test.each(cannot)('%s of a %s: refused, with what there is instead', async (action, kind) => {
    const error = await buildAction(request(provider.id, kind, action), TODAY).catch((problem: Error) => problem);
    const why = whyNot(provider, action, kind);
    if (why !== undefined) expect(why).toMatch(/^[A-Z].*\.$/);
    expect((error as Error).message).toContain(`has no ${action} here. ${why === undefined ? '' : `${why} `}It `);
  });

  test('lists what there is, by commands that only read', async () => {
    const plan = await buildInventory({ provider: provider.id, plan: 'shop', resources: [] }, TODAY);
    expect(plan.steps.length).toBeGreaterThan(0);
    for (const step of plan.steps) {
      expect(checkCommand(words(step.create, plan.steps))).toEqual([]);
      expect(words(step.create, plan.steps).join(' ')).toMatch(/ (?:list|ls|ps|get-resources) /);
      expect(step.effects).toEqual([]);
    }
    expect(JSON.stringify(plan.steps)).toContain('shop');
  });
});

describe('a request', () => {
  const web = { kind: 'server', name: 'web1', size: 'cx33' };
  const ask = (more: Partial<ActionRequest>) =>
    buildAction({ provider: 'hetzner', action: 'resize', snapshots: false, resources: [web], ...more }, TODAY);

  it('acts on all its resources, or on those that it targets, by name or with the kind in front', async () => {
    const two = [web, { ...web, name: 'web2' }, { kind: 'bucket', name: 'files' }];
    const touched = async (target?: string[]) =>
      [...new Set((await ask({ resources: two, ...(target ? { target } : {}) })).steps.map((step) => step.resource))].sort();
    expect(await touched(['web2'])).toEqual(['server.web2']);
    expect(await touched(['server.web1', 'web2'])).toEqual(['server.web1', 'server.web2']);
    await expect(touched()).rejects.toThrow('a bucket on Hetzner has no resize here');
    await expect(touched(['web3'])).rejects.toThrow('is none of the resources');
    await expect(ask({ resources: [web, { kind: 'network', name: 'web1' }], target: ['web1'] })).rejects.toThrow('is the name of several');
  });

  it('need not name what the resource refers to, and takes nothing from it', async () => {
    const bare = await ask({});
    const full = await ask({ resources: [{ ...web, network: 'lan', firewalls: ['web'], sshKeys: ['deploy'] }] });
    const done = ({ steps }: typeof bare) => steps.map(({ id, find, create, verify, effects }) => ({ id, find, create, verify, effects }));
    expect(done(full)).toEqual(done(bare));
    expect(bare.preflight).toEqual([]);
    expect(bare.steps.map((step) => step.id)).toEqual(['server.web1', 'server.web1.off', 'server.web1.resize', 'server.web1.on']);
  });

  it('takes a snapshot before what interrupts, unless that is declined', async () => {
    const made = (await ask({ snapshots: true })).steps.find((step) => step.keep);
    expect(made?.id).toBe('server.web1.before-resize');
  });

  it.each([
    [{ action: 'rename' as const }, 'newName: is missing'],
    [{ action: 'rename' as const, newName: '123' }, 'not digits alone'],
    [{ action: 'rename' as const, newName: '--force' }, 'is no name for a server'],
    [{ action: 'rename' as const, newName: 'web1' }, 'is its name already'],
    [{ action: 'rename' as const, newName: 'web9', resources: [web, { ...web, name: 'web2' }] }, 'has to name one resource'],
    [{ newName: 'web9' }, 'newName: is for the action rename'],
    [{ resources: [{ kind: 'server', name: 'web1', size: 'cx9999' }] }, 'is no server type'],
    [{ resources: [{ kind: 'cdn', name: 'c' }] }, 'Hetzner offers no cdn here'],
    [{ action: 'attach' as const, resources: [{ kind: 'volume', name: 'data' }] }, 'say which server'],
    [{ resources: [] }, 'is empty'],
  ])('%j is refused: %s', async (more, message) => {
    await expect(ask(more)).rejects.toThrow(message);
  });

  it('for a list names a provider, or has resources that do', async () => {
    await expect(buildInventory({ resources: [] }, TODAY)).rejects.toThrow('provider: is missing');
    const plan = await buildInventory(
      {
        resources: [
          { ...web, provider: 'hetzner' },
          { kind: 'container', name: 'app', image: 'a:1' },
        ],
      },
      TODAY,
    );
    expect([...new Set(plan.steps.map((step) => step.provider))].sort()).toEqual(['docker', 'hetzner']);
  });
});

describe('rotate of an SSH key', () => {
  it('makes the new one beside the old, says how it is put in use and tried, and removes nothing', async () => {
    const plan = await buildAction(
      {
        provider: 'hetzner',
        action: 'rotate',
        snapshots: true,
        resources: [{ kind: 'ssh_key', name: 'deploy', publicKeyPath: '~/.ssh/new.pub' }],
      },
      TODAY,
    );
    const [old, fresh] = plan.steps;
    expect([old?.there, fresh?.id]).toEqual([true, 'ssh_key.deploy.new']);
    expect(words(fresh?.create as never, plan.steps).join(' ')).toContain(`--name deploy-${TODAY}`);
    expect(JSON.stringify(fresh?.undo)).toContain(`deploy-${TODAY}`);
    const said = plan.warnings.join('\n');
    expect(said).toContain('ssh-copy-id -f -i ~/.ssh/new.pub USER@ADDRESS');
    expect(said).toContain('ssh -i ~/.ssh/new -o IdentitiesOnly=yes');
    expect(said).toContain('action destroy, with the ssh_key deploy alone');
    expect(plan.steps.flatMap((step) => step.effects).filter(({ kind }) => kind === 'destroys')).toEqual([]);
  });
});

describe('on DigitalOcean', () => {
  const act = async (more: Partial<ActionRequest>) => {
    const plan = await buildAction(
      { provider: 'digitalocean', plan: 'shop', action: 'rename', snapshots: false, resources: [], ...more },
      TODAY,
    );
    const names = new Names(plan.steps);
    const chapters = createOutline(plan, names, { resumable: true });
    const pasted = createOutline(plan, names, { resumable: false }).map(({ statements }) => statements);
    return {
      plan,
      script: bash.createScript(plan, chapters, names, ['rename']),
      pasted: pasted.map((statements) => bash.paste(statements, names)).join('\n'),
      powershell: powershell.createScript(plan, chapters, names, ['rename']),
    };
  };

  it('what is renamed is looked up under either name, in a script, pasted and in PowerShell', async () => {
    const { script, pasted, powershell } = await act({ newName: 'inside', resources: [{ kind: 'network', name: 'lan' }] });
    expect(script).toContain("network_lan=$(pick_or 2,3 'lan plan:shop' 'inside plan:shop' 1 doctl vpcs list");
    expect(pasted).toContain(
      `NAME='lan plan:shop' OTHER='inside plan:shop' awk '$2 " " $3 "" == ENVIRON["NAME"] || $2 " " $3 "" == ENVIRON["OTHER"] { print $1 }'`,
    );
    expect(powershell).toContain("($column[1,2] -join ' ') -ceq 'lan plan:shop' -or ($column[1,2] -join ' ') -ceq 'inside plan:shop'");
  });

  it.each([
    ['database', [{ kind: 'database', name: 'app', network: 'lan' }]],
    [
      'database_user',
      [
        { kind: 'database_user', name: 'web', database: 'app' },
        { kind: 'database', name: 'app', network: 'lan' },
      ],
    ],
  ])('a new password of a %s is caught, in a script and pasted', async (kind, resources) => {
    const { script, pasted } = await act({ action: 'rotate', target: [`${kind}.${resources[0]?.name}`], resources });
    for (const text of [script, pasted]) expect(text).toMatch(/^ *\w+_rotate=\$\(doctl databases user reset /m);
  });

  it.each([
    [
      { action: 'attach' as const, target: ['front'], resources: [{ kind: 'static_ip', name: 'front', server: 'web2' }] },
      'the one that has it now as well',
    ],
    [
      {
        action: 'attach' as const,
        target: ['front'],
        resources: [
          { kind: 'static_ip', name: 'front', server: 'a' },
          ...['a', 'b', 'c'].map((name) => ({ kind: 'server', name, size: 's-1vcpu-1gb' })),
        ],
      },
      'one other alone',
    ],
    [
      { action: 'detach' as const, resources: [{ kind: 'firewall', name: 'web' }] },
      'no server of this request has "web" in its "firewalls"',
    ],
    [
      { action: 'rotate' as const, resources: [{ kind: 'database_user', name: 'web', database: 'app' }] },
      'resources[0]: refers to database.app, which is not in the request and cannot be guessed: add it as it was made. Its "access" is missing',
    ],
    [{ newName: 'ops', resources: [{ kind: 'ssh_key', name: 'mine', existing: true }] }, 'the key is not of this plan'],
    [{ newName: 'a--b_c', resources: [{ kind: 'kubernetes_cluster', name: 'k8s' }] }, 'is no name for a kubernetes_cluster'],
    [{ action: 'resize' as const, resources: [{ kind: 'file_system', name: 'shared', network: 'lan' }] }, 'say how many GiB'],
    [{ action: 'resize' as const, resources: [{ kind: 'file_system', name: 'shared', network: 'lan', sizeGb: 10 }] }, 'at least 50 GiB'],
    [
      { action: 'resize' as const, resources: [{ kind: 'kubernetes_cluster', name: 'k8s', minNodes: 5, maxNodes: 2 }] },
      'between 1 and maxNodes',
    ],
    [{ action: 'restore' as const, resources: [{ kind: 'snapshot', name: 'first' }] }, 'name the server or the volume'],
    [{ action: 'detach' as const, resources: [{ kind: 'static_ip', name: 'front', server: 'web1' }] }, 'attach moves it to another server'],
  ])('%j is refused: %s', async (more, message) => {
    await expect(act(more)).rejects.toThrow(message);
  });

  it('moves an address from the one server that no other address points to', async () => {
    const { plan } = await act({
      action: 'attach',
      target: ['front'],
      resources: [
        { kind: 'static_ip', name: 'front', server: 'b' },
        { kind: 'static_ip', name: 'back', server: 'c' },
        ...['a', 'b', 'c'].map((name) => ({ kind: 'server', name, size: 's-1vcpu-1gb' })),
      ],
    });
    expect(plan.steps.at(-1)?.effects[0]).toMatchObject({ what: expect.stringContaining('new ones reach b instead of a') });
  });

  it('says of a server whose only firewall is taken that it is open', async () => {
    const { plan } = await act({
      action: 'detach',
      target: ['firewall.web'],
      resources: [
        { kind: 'firewall', name: 'web', rules: [{ port: 443 }] },
        { kind: 'server', name: 'web1', size: 's-1vcpu-1gb', firewalls: ['web'] },
      ],
    });
    expect(plan.warnings.join()).toContain('every port of it is open');
    expect(plan.steps.flatMap(({ effects }) => effects).some(({ kind }) => kind === 'exposes')).toBe(true);
  });
});
