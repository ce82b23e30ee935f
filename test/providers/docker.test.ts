import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { isPatient, type Plan } from '../../src/core/plan.ts';
import { composeYaml, Raw } from '../../src/providers/docker/yaml.ts';
import { bash } from '../../src/render/bash.ts';
import { createOutline, destroyOutline, Names } from '../../src/render/outline.ts';
import { powershell } from '../../src/render/powershell.ts';
import { checkCommand } from '../grammar/check.ts';
import { parsePowerShell } from '../render/powershell.ts';
import { commandsOf, plan, words } from '../support/plans.ts';

// It is there as gray-matter's own dependency.
const yaml = createRequire(createRequire(import.meta.url).resolve('gray-matter'))('js-yaml') as { load(text: string): unknown };

const stack = (...resources: readonly object[]): Promise<Plan> => plan({ provider: 'docker', plan: 'shop', resources });
const APP = { kind: 'container', name: 'app', image: 'acme/app:1.2' };
const SERVER = [
  { kind: 'server', provider: 'hetzner', name: 'web1', size: 'cx23', docker: true, firewalls: ['web'], sshKeys: ['deploy'] },
  { kind: 'firewall', provider: 'hetzner', name: 'web', rules: [{ port: 22, from: '203.0.113.7' }] },
  { kind: 'ssh_key', provider: 'hetzner', name: 'deploy' },
];

/** The creation of one step, as a person would paste it. */
async function text(id: string, ...resources: readonly object[]): Promise<string> {
  const one = await stack(...resources);
  const names = new Names(one.steps);
  const chapter = createOutline(one, names, { resumable: false }).find(({ step }) => step.id === id);
  return bash.paste(chapter?.statements ?? [], names);
}

/** Everything that a plan can print, in both shells. */
function everything(one: Plan): string {
  const names = new Names(one.steps);
  return [bash, powershell]
    .map((shell) => {
      const down = destroyOutline(one, names, { rescue: true, backups: true });
      return [
        shell.createScript(one, createOutline(one, names, { resumable: true }), names, []),
        shell.destroyScript(one, down.looks, down.chapters, names, []),
        ...createOutline(one, names, { resumable: false }).map((chapter) => shell.paste(chapter.statements, names)),
      ].join('\n');
    })
    .join('\n');
}

const WHOLE = [
  {
    ...APP,
    network: 'back',
    volumes: ['data:/data:ro', '/srv/app:/srv'],
    ports: ['8080:80', '0.0.0.0:53:53/udp'],
    environment: { MODE: 'live', DB_PASSWORD: { env: 'DB_PASSWORD' }, TOKEN: { env: 'API_TOKEN' } },
    memoryMb: 256,
    cpus: 0.5,
    command: ['serve', '--port', '80'],
  },
  {
    kind: 'compose',
    name: 'site',
    services: {
      web: { image: 'nginx:1.29', ports: 8090, dependsOn: 'db' },
      db: { image: 'postgres:17', volumes: 'more:/var/lib/postgresql/data', environment: { POSTGRES_PASSWORD: { env: 'DB_PASSWORD' } } },
    },
  },
  { kind: 'compose', name: 'mine', file: '~/my stack.yaml' },
  { kind: 'network', name: 'back', cidr: '10.77.0.0/24' },
  { kind: 'volume', name: 'data' },
  { kind: 'volume', name: 'more' },
];
const REMOTE = [...WHOLE.map((one) => (one.kind === 'container' || one.kind === 'compose' ? { ...one, server: 'web1' } : one)), ...SERVER];

describe('Docker', () => {
  it.each([
    ['the local engine', WHOLE],
    ['a server', REMOTE],
  ])('%s: every command is one that docker takes', async (_where, resources) => {
    const one = await stack(...resources);
    for (const { from, command } of commandsOf(one)) expect(checkCommand(words(command, one.steps)), from).toEqual([]);
  });

  it('makes things in order, and removes them in reverse', async () => {
    const one = await stack(...WHOLE);
    expect(one.steps.map((step) => step.id)).toEqual([
      'compose.mine',
      'network.back',
      'volume.data',
      'container.app',
      'volume.more',
      'compose.site',
    ]);
    const down = destroyOutline(one, new Names(one.steps), { rescue: false, backups: true });
    expect(down.chapters.map(({ step }) => step.id)).toEqual(one.steps.map((step) => step.id).reverse());
  });

  it('writes what a person would', async () => {
    expect(await text('container.app', ...WHOLE)).toBe(
      [
        'DB_PASSWORD="${DB_PASSWORD:?}" TOKEN="${API_TOKEN:?}" docker create --name app --label plan=shop --label name=app --restart unless-stopped --network back' +
          ' --publish 127.0.0.1:8080:80 --publish 0.0.0.0:53:53/udp --mount type=volume,source=data,target=/data,readonly --mount type=bind,source=/srv/app,target=/srv' +
          ' --env MODE=live --env DB_PASSWORD --env TOKEN --memory 256m --cpus 0.5 acme/app:1.2 serve --port 80',
        'docker start app',
      ].join('\n'),
    );
    expect(await text('network.back', ...WHOLE)).toBe(
      'docker network create --label plan=shop --label name=back --subnet 10.77.0.0/24 back',
    );
    expect(await text('volume.data', ...WHOLE)).toBe('docker volume create --label plan=shop --label name=data data');
    expect(await text('compose.mine', ...WHOLE)).toBe(
      'docker compose --project-name shop--mine --file "${HOME}/my stack.yaml" create\ndocker compose --project-name shop--mine --file "${HOME}/my stack.yaml" up --detach --wait',
    );
  });

  it('lets Docker choose a range unless one was asked for', async () => {
    const one = await stack({ kind: 'network', name: 'back' });
    expect(one.steps[0]?.create.args).not.toContain('--subnet');
    expect(one.assumptions.join()).toContain('Docker chooses a range');
  });

  describe('a server of the plan', () => {
    it('is reached through one context, which every command names', async () => {
      const one = await stack(...REMOTE);
      expect(one.steps.filter((step) => step.id === 'context.web1')).toHaveLength(1);
      for (const { from, command } of commandsOf(one)) {
        if (command.program !== 'docker' || command.args[0] === 'context') continue;
        expect(words(command, one.steps).slice(1, 3), from).toEqual(['--context', 'shop--web1']);
      }
      expect(one.preflight.map((check) => check.title).join()).not.toContain('engine');
      expect(one.warnings.join('\n')).toMatch(/ssh root@ADDRESS once/);
    });

    it('is made before, and removed after, what is on it', async () => {
      const one = await stack(...REMOTE);
      const at = (id: string): number => one.steps.findIndex((step) => step.id === id);
      expect(at('server.web1')).toBeLessThan(at('context.web1'));
      for (const id of ['network.back', 'volume.data', 'volume.more', 'container.app', 'compose.site', 'compose.mine'])
        expect(at('context.web1'), id).toBeLessThan(at(id));
    });

    it('has ten minutes for its first boot', async () => {
      const context = (await stack(...REMOTE)).steps.find((step) => step.id === 'context.web1');
      expect(context?.wait?.filter(isPatient).map((wait) => wait.seconds)).toEqual([600]);
    });

    it.each([
      [
        'without a firewall rule for SSH',
        [{ ...APP, server: 'web1' }, SERVER[0], { ...SERVER[1], rules: [{ port: 443 }] }, SERVER[2]],
        /lets none in/,
      ],
      [
        'without a public address',
        [
          { ...APP, server: 'web1' },
          { ...SERVER[0], publicIp: false, network: 'lan' },
          { kind: 'network', provider: 'hetzner', name: 'lan' },
          SERVER[1],
          SERVER[2],
        ],
        /no public address/,
      ],
      [
        'in the network that a docker network would cover',
        [
          { ...APP, server: 'web1', network: 'back' },
          { kind: 'network', name: 'back', cidr: '10.1.2.0/24' },
          { ...SERVER[0], network: 'lan' },
          { kind: 'network', provider: 'hetzner', name: 'lan', cidr: '10.1.0.0/16' },
          SERVER[1],
          SERVER[2],
        ],
        /overlaps with network lan/,
      ],
      [
        'and the local engine for one network',
        [
          { ...APP, server: 'web1', network: 'back' },
          { ...APP, name: 'other', network: 'back' },
          { kind: 'network', name: 'back' },
          ...SERVER,
        ],
        /on two engines/,
      ],
      [
        'and the local engine for one volume',
        [{ ...APP, volumes: 'data:/d' }, { kind: 'volume', name: 'data', server: 'web1' }, ...SERVER],
        /on two engines/,
      ],
      ['with a home folder of this machine', [{ ...APP, server: 'web1', volumes: '~/data:/d' }, ...SERVER], /folder of this machine/],
    ])('is refused %s', async (_what, resources, message) => {
      await expect(stack(...(resources as object[]))).rejects.toThrow(message);
    });
  });

  describe('secrets', () => {
    it.each([
      'DB_PASSWORD',
      'api_key',
      'GITHUB_TOKEN',
      'CLIENT_SECRET',
    ])('%s is refused in the open, without being repeated', async (name) => {
      for (const resource of [
        { ...APP, environment: { [name]: 'hunter22' } },
        { kind: 'compose', name: 'site', services: { app: { image: 'acme/app:1', environment: { [name]: 'hunter22' } } } },
      ]) {
        const error = await stack(resource).then(
          () => undefined,
          (problem: Error) => problem,
        );
        expect(error?.message).toContain(`{"${name}":{"env":"${name}"}}`);
        expect(error?.message).not.toContain('hunter22');
      }
    });

    it('where it is, how long it lives and whether it may be empty are no secrets', async () => {
      await stack({ ...APP, environment: { POSTGRES_PASSWORD_FILE: '/run/secrets/pg', TOKEN_TTL: 3600, ALLOW_EMPTY_PASSWORD: 'yes' } });
    });

    it('are asked for by name, and never handed over as an argument', async () => {
      const one = await stack(...WHOLE);
      expect(one.env.map((variable) => [variable.name, variable.secret])).toEqual([
        ['DB_PASSWORD', true],
        ['API_TOKEN', true],
      ]);
      for (const { command, from } of commandsOf(one))
        for (const arg of command.args) expect(JSON.stringify(arg), from).not.toContain('"env"');
      expect(one.steps.find((step) => step.id === 'compose.site')?.files?.[0]?.text).toContain('POSTGRES_PASSWORD: "${DB_PASSWORD:?}"');
    });

    it('cannot take the place of a variable that docker itself heeds', async () => {
      await expect(stack({ ...APP, environment: { DOCKER_HOST: { env: 'X' } } })).rejects.toThrow(/heeds/);
    });
  });

  describe('images', () => {
    it.each([
      ['postgres:13', 'postgres:17', /no more updates.*postgres:17/],
      ['docker.io/library/postgres:13.4-alpine', 'postgres:17-alpine', /postgres:17-alpine/],
      ['node:18-slim', 'node:24-slim', /node:24-slim/],
      ['redis:7.0', 'redis:8', /redis:8/],
      ['debian:12', 'debian:12', /regular support ended.*debian:13/],
      ['nginx', 'nginx', /name a version/],
      ['ghcr.io:443/acme/app', 'ghcr.io:443/acme/app', /name a version/],
      ['nginx:latest', 'nginx:latest', /name a version/],
    ])('%s becomes %s, with a warning', async (given, used, warning) => {
      const one = await stack({ ...APP, image: given });
      expect(one.steps[0]?.create.args).toContain(used);
      expect(one.warnings.join('\n')).toMatch(warning);
    });

    it.each([
      'postgres:17',
      'ghcr.io/acme/app:1.2.3',
      'nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef',
    ])('%s is taken as it is', async (image) => {
      const one = await stack({ ...APP, image });
      expect(one.steps[0]?.create.args).toContain(image);
      expect(one.warnings).toEqual([]);
    });
  });

  describe('ports', () => {
    it('are open to the machine alone unless an address is given', async () => {
      const one = await stack({ ...APP, ports: [8080, '9090:90'] });
      expect(one.steps[0]?.create.args.join(' ')).toContain('--publish 127.0.0.1:8080:8080 --publish 127.0.0.1:9090:90');
      expect(one.steps[0]?.effects.some((effect) => effect.kind === 'exposes')).toBe(false);
      expect(one.assumptions.join()).toContain('127.0.0.1');
    });

    it('that are opened are named, and what listens on them', async () => {
      const one = await stack({ ...APP, ports: '0.0.0.0:5432:5432' });
      expect(one.steps[0]?.effects).toContainEqual({
        kind: 'exposes',
        port: '5432/tcp',
        to: 'every network of its host',
        what: 'container app',
      });
      expect(one.warnings.join()).toMatch(/5432 \(PostgreSQL\).*ufw/);
    });

    it('are published once on an engine', async () => {
      await expect(stack({ ...APP, ports: 8080 }, { ...APP, name: 'other', ports: '0.0.0.0:8080:80' })).rejects.toThrow(/published twice/);
      await stack({ ...APP, ports: 8080 }, { ...APP, name: 'other', ports: '8080:80/udp' });
    });
  });

  it.each([
    ['a volume that the plan lacks', [{ ...APP, volumes: 'data:/d' }], /Add \{"kind":"volume","name":"data"/],
    ['a relative path', [{ ...APP, volumes: './data:/d' }], /no absolute path/],
    ['a quotation mark in a mount', [{ ...APP, volumes: '/a"b:/d' }], /quotation mark/],
    ['two mounts at one place', [{ ...APP, volumes: ['/a:/d', '/b:/d'] }], /as another one does/],
    ['a compose project of nothing', [{ kind: 'compose', name: 'site' }], /give services/],
    [
      'a compose project of both',
      [{ kind: 'compose', name: 'site', file: 'a.yaml', services: { a: { image: 'b:1' } } }],
      /together with services/,
    ],
    [
      'a service that needs an unknown one',
      [{ kind: 'compose', name: 'site', services: { web: { image: 'b:1', dependsOn: 'bd' }, db: { image: 'c:1' } } }],
      /no other service/,
    ],
    ['a network that every engine has', [{ kind: 'network', name: 'host' }], /Docker's own/],
    ['a project in upper case', [{ kind: 'compose', name: 'Site', services: { a: { image: 'b:1' } } }], /lower-case/],
    ['a kind of a cloud', [{ kind: 'database', name: 'db' }], /POSTGRES_PASSWORD/],
  ])('refuses %s', async (_what, resources, message) => {
    await expect(stack(...resources)).rejects.toThrow(message);
  });

  describe('YAML', () => {
    const HOSTILE = [
      'no',
      'Yes',
      'null',
      '~',
      '1e3',
      '0x10',
      '010',
      '1_000',
      '12:30:45',
      '2026-11-23',
      '- a',
      'a: b',
      'a #b',
      '#',
      '"',
      "'",
      '\\',
      '\\n',
      '{a}',
      '[a]',
      '&a',
      '*a',
      '!a',
      '|',
      '>',
      '%',
      '@',
      '`',
      ' a',
      'a ',
      '',
      '=',
      '<<',
      '...',
      '---',
      'ключ',
      '\u00a0',
      '😀',
      'a\tb',
      '?',
      '? a',
      ':',
      ',',
      'true',
      'y',
      '.inf',
      '.NaN',
      '+1',
      '-',
      'null ',
      'a:b',
      "it's",
      '${HOME}',
      '$',
      '$$',
      '$(id)',
    ];

    it('is read back as what was meant, whatever the values', () => {
      const value = {
        list: HOSTILE,
        map: Object.fromEntries(HOSTILE.filter((one) => one !== '<<').map((one, i) => [`${one}${i % 2 === 0 ? '' : 'x'}`, one])),
        deep: [{ a: 1, b: [{ c: true }, 'x'] }, [], {}, 0.5, [['y']]],
      };
      // What compose makes of two dollar signs in a value; keys are not its business.
      const filled = (one: unknown): unknown =>
        typeof one === 'string'
          ? one.replaceAll('$$', () => '$')
          : Array.isArray(one)
            ? one.map(filled)
            : one !== null && typeof one === 'object'
              ? Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, filled(inner)]))
              : one;
      expect(filled(yaml.load(composeYaml(value)))).toEqual(value);
    });

    it('leaves no dollar sign for compose to fill in but its own', () => {
      expect(composeYaml({ a: '${HOME} $x', b: new Raw('${TOKEN:?}') })).toBe('\na: "$${HOME} $$x"\nb: "${TOKEN:?}"\n');
    });

    it('of a project is what was asked for', async () => {
      const one = await stack(
        {
          kind: 'compose',
          name: 'site',
          services: {
            web: {
              image: 'acme/app:1',
              command: ['sh', '-c', 'echo "$HOME": #'],
              ports: ['8080:80', '0.0.0.0:53:53/udp'],
              environment: { A: 'no', B: 8, C: '$x', TOKEN: { env: 'API_TOKEN' } },
              volumes: ['data:/data:ro', '/srv/a b:/srv'],
              dependsOn: ['on'],
              memoryMb: 128,
              cpus: 1.5,
              restart: 'no',
            },
            on: { image: 'acme/on:1' },
          },
        },
        { kind: 'volume', name: 'data' },
      );
      const [file] = one.steps.find((step) => step.id === 'compose.site')?.files ?? [];
      expect(file?.path).toBe('shop--site.compose.yaml');
      expect(yaml.load(file?.text ?? '')).toEqual({
        services: {
          web: {
            image: 'acme/app:1',
            command: ['sh', '-c', 'echo "$$HOME": #'],
            restart: 'no',
            labels: { plan: 'shop' },
            depends_on: ['on'],
            ports: ['127.0.0.1:8080:80/tcp', '0.0.0.0:53:53/udp'],
            environment: { A: 'no', B: '8', C: '$$x', TOKEN: '${API_TOKEN:?}' },
            volumes: [
              { type: 'volume', source: 'data', target: '/data', read_only: true },
              { type: 'bind', source: '/srv/a b', target: '/srv', bind: { create_host_path: false } },
            ],
            mem_limit: '128m',
            cpus: 1.5,
          },
          on: { image: 'acme/on:1', restart: 'unless-stopped', labels: { plan: 'shop' } },
        },
        volumes: { data: { external: true, name: 'data' } },
      });
    });
  });

  it('PowerShell reads every text without an error', async () => {
    for (const resources of [WHOLE, REMOTE]) {
      const one = await stack(...resources);
      const names = new Names(one.steps);
      const options = { rescue: true, backups: true };
      const down = destroyOutline(one, names, options);
      for (const script of [
        powershell.createScript(one, createOutline(one, names, { resumable: true }), names, []),
        powershell.destroyScript(one, down.looks, down.chapters, names, []),
        ...createOutline(one, names, { resumable: false }).map((chapter) => powershell.paste(chapter.statements, names)),
      ]) {
        expect((await parsePowerShell(script)).errors).toEqual([]);
      }
    }
  });

  it.each([
    ['hetzner', 'cx23', 'ubuntu-24.04', 'root'],
    ['digitalocean', 's-2vcpu-4gb', 'ubuntu-24.04', 'root'],
    ['aws', 't3.medium', 'ubuntu-24.04', 'ubuntu'],
    ['aws', 't3.medium', 'amazon-linux-2023', 'ec2-user'],
  ])('reaches a server on %s (%s, %s) as %s', async (provider, size, image, user) => {
    const one = await plan({
      provider,
      plan: 'shop',
      resources: [
        { ...APP, provider: 'docker', server: 'web1' },
        { kind: 'network', name: 'lan' },
        { kind: 'firewall', name: 'web', network: 'lan', rules: [{ port: 22, from: '203.0.113.7' }] },
        { kind: 'server', name: 'web1', size, image, docker: true, network: 'lan', firewalls: ['web'] },
      ],
    });
    const context = one.steps.find((step) => step.id === 'context.web1');
    expect(context?.create.args.at(-1)).toEqual(['host=', `ssh://${user}@`, { of: 'server.web1', out: 'ipv4' }]);
    expect(one.steps.findIndex((step) => step.id === 'server.web1')).toBeLessThan(
      one.steps.findIndex((step) => step.id === 'context.web1'),
    );
  });

  it('gives the same text for the same input, and no text holds a secret', async () => {
    expect(everything(await stack(...REMOTE))).toBe(everything(await stack(...REMOTE)));
  });

  it('says what a teardown needs, and no more', async () => {
    const one = await stack(...WHOLE);
    const names = new Names(one.steps);
    const options = { rescue: false, backups: true };
    const down = destroyOutline(one, names, options);
    for (const shell of [bash, powershell]) {
      const script = shell.destroyScript(one, down.looks, down.chapters, names, []);
      expect(script).not.toContain('DB_PASSWORD');
      expect(script).toMatch(/docker compose --project-name shop--site down --remove-orphans --volumes/);
      expect(script).toMatch(/docker compose --project-name shop--mine down --remove-orphans$/m);
    }
  });
});
