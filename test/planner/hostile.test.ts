import { describe, expect, it, test } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import { credentialKind, isSecretName } from '../../src/core/secrets.ts';
import { quotedTxt } from '../../src/providers/dns.ts';
import { type GenerateInput, generateProvisionCommand as tool } from '../../src/tools/generate_provision_command.ts';
import { planBackups } from '../../src/tools/plan_backups.ts';
import { recommendArchitecture } from '../../src/tools/recommend_architecture.ts';
import { TODAY } from '../support/plans.ts';

const generate = async (args: Record<string, unknown>) =>
  (await tool.run(parse(tool.input, args) as GenerateInput, { today: TODAY })).structured;

describe('what a hostile or careless user has found, each once', () => {
  const token = 'jEheVytlAoFl7F8MqUQ7jAo2hOXASztX'.concat('Z6oPYTqyLuTuFn9QmKp3dRs5vWxYzAbC');
  test.each([`export HCLOUD_TOKEN=${token}`, `--token=${token}`, `k:${token}`])('a credential behind a name is one: %#', (value) => {
    expect(credentialKind(value)).toBe('a 64-character API token');
  });

  test.each([
    'PGPASSWORD',
    'dbPassword',
    'DB_PASS',
    'PASSWORD2',
    'passphrase',
    'secretKey',
    'ENCRYPTION_KEY',
    'REDIS_AUTH',
    'ACCESSTOKEN',
  ])('%s is the name of a secret', (name) => {
    expect(isSecretName(name)).toBe(true);
  });
  test.each(['PASSWORD_FILE', 'TOKEN_TTL', 'AUTHOR', 'COMPASS', 'PUBLIC_KEY', 'KEYBOARD', 'DB_HOST'])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });

  it('a region that nobody knows is refused, however many providers there are', async () => {
    const resources = [
      { kind: 'server', name: 'app' },
      { kind: 'volume', name: 'data', provider: 'docker' },
    ];
    await expect(generate({ provider: 'hetzner', region: 'nbg', resources })).rejects.toThrow(
      'region: is no region of Hetzner. Given: "nbg". Nearest: nbg1.',
    );
  });

  test.each([
    'current',
    'volume_data',
    'found',
    'IFS',
    'PATH',
    'POLL_SECONDS',
  ])("a secret's variable cannot be one of the script's own: %s", async (env) => {
    const resources = [{ kind: 'container', name: 'app', image: 'nginx:1.29', environment: { K: { env } } }];
    await expect(generate({ provider: 'docker', resources })).rejects.toThrow('resources[0].environment.K');
  });

  it('two plans never mean one compose project', async () => {
    const project = async (plan: string, name: string) =>
      (await generate({ provider: 'docker', plan, resources: [{ kind: 'compose', name, services: { x: { image: 'nginx:1.29' } } }] })).steps
        ?.at(-1)
        ?.command.match(/--project-name (\S+)/)?.[1];
    expect(await project('a', 'b-c')).not.toBe(await project('a-b', 'c'));
    await expect(generate({ provider: 'docker', plan: 'a--b', resources: [{ kind: 'network', name: 'n' }] })).rejects.toThrow(
      'plan: is no name',
    );
  });

  it('one DNS record under two spellings is refused', async () => {
    const zone = { kind: 'dns_zone', name: 'acme.de' };
    const record = { kind: 'dns_record', zone: 'acme.de', value: '192.0.2.4' };
    await expect(
      generate({ provider: 'hetzner', resources: [zone, { ...record, name: 'WWW' }, { ...record, name: 'www.acme.de' }] }),
    ).rejects.toThrow('resources[1] already is dns_record');
    await expect(
      generate({
        provider: 'hetzner',
        resources: [zone, { ...record, name: 'www' }, { ...record, name: 'www', type: 'CNAME', value: 'acme.org' }],
      }),
    ).rejects.toThrow('a CNAME stands alone');
  });

  test.each([
    ['AAAA', ':::::'],
    ['A', '1.2.3.4.5'],
    ['MX', '99999 mail.acme.de'],
    ['CAA', '999 issue "x.org"'],
    ['SRV', '1 2 99999 sip.acme.de'],
    ['CNAME', '1.2.3.4'],
  ])('a %s record of %s is refused', async (type, value) => {
    const resources = [
      { kind: 'dns_zone', name: 'acme.de' },
      { kind: 'dns_record', name: 'x', zone: 'acme.de', type, value },
    ];
    await expect(generate({ provider: 'hetzner', resources })).rejects.toThrow('resources[1].value[0]');
  });

  it('TXT is cut into pieces of 255 bytes, between characters', () => {
    for (const text of [`${'x'.repeat(254)}😀`, 'é'.repeat(255)]) {
      const pieces = [...quotedTxt(text).matchAll(/"([^"]*)"/g)].map((match) => match[1] as string);
      expect(pieces.join('')).toBe(text);
      for (const piece of pieces) expect(new TextEncoder().encode(piece).length).toBeLessThanOrEqual(255);
    }
  });

  test.each(['constructor', '__proto__', 'toString'])('%s is a name like any other', async (name) => {
    await expect(generate({ provider: name, resources: [{ kind: 'network', name: 'n' }] })).rejects.toThrow(
      'provider: is no provider that is known here',
    );
    await expect(generate({ provider: 'hetzner', resources: [{ kind: name, name: 'n' }] })).rejects.toThrow(
      'resources[0].kind: is no kind',
    );
    const backup = await planBackups
      .run(
        parse(planBackups.input, {
          sources: [{ engine: 'postgresql', name: 'app' }],
          target: { provider: 's3', bucket: 'acme-b', region: name.toLowerCase().replaceAll('_', 'x') },
        }) as never,
        { today: TODAY },
      )
      .catch((error: Error) => error);
    expect(backup).not.toBeInstanceOf(TypeError);
  });

  it('a field that plan_backups lacks is refused with the nearest', () => {
    expect(() => parse(planBackups.input, { sources: [], retension: {} })).toThrow(
      'retension: there is no such field. Nearest: retention.',
    );
  });

  it('an error shows what was given where it was given', () => {
    expect(() => parse(recommendArchitecture.input, { regions: 'mars' })).toThrow(
      'regions: is not one of the values allowed here. Given: "mars".',
    );
    expect(() => parse(recommendArchitecture.input, { requestsPerSecond: '50/s' })).toThrow(/requestsPerSecond: .*Given: "50\/s"/);
    expect(() => parse(recommendArchitecture.input, { 'x\n\u202ey': 1 })).toThrow('"x\\n\\u202ey": there is no such field.');
  });

  it('a kind that is missing is answered with the kinds', async () => {
    await expect(generate({ provider: 'hetzner', resources: [{}] })).rejects.toThrow(
      'resources[0].kind: is missing. Allowed: ssh_key, network',
    );
  });

  it('a command with spaces is asked for as words', async () => {
    await expect(
      generate({ provider: 'docker', resources: [{ kind: 'container', name: 'app', image: 'nginx:1.29', command: 'sh -c "echo hi"' }] }),
    ).rejects.toThrow('give the words as a list');
  });

  test.each(['nginx:', 'a@@b', 'a//b:1', 'nginx:1.29:2', 'nginx@sha256:zz', '-x'])('%s is no image', async (image) => {
    await expect(generate({ provider: 'docker', resources: [{ kind: 'container', name: 'app', image }] })).rejects.toThrow(
      'is no image reference',
    );
  });
  test.each([
    'nginx',
    'postgres:17',
    'ghcr.io/acme/app:1.2',
    'localhost:5000/a/b',
    `nginx@sha256:${'a'.repeat(64)}`,
  ])('%s is one', async (image) => {
    await expect(generate({ provider: 'docker', resources: [{ kind: 'container', name: 'app', image }] })).resolves.toBeDefined();
  });

  it('numbers with a comma are read as they are meant, or not at all', () => {
    expect(parse(recommendArchitecture.input, { dataGb: '1,500' })).toMatchObject({ dataGb: 1500 });
    expect(() => parse(recommendArchitecture.input, { dataGb: '1,5' })).toThrow('dataGb');
  });
});
