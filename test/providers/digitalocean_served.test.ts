import { describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, refusal, words } from '../support/plans.ts';

const stack = (...resources: readonly object[]): Promise<Plan> =>
  plan({ provider: 'digitalocean', plan: 'shop', resources: resources as never });

const APP = { kind: 'container_service', name: 'api', image: 'ghcr.io/acme/api:1.2', port: 3000 };
const GROUP = { kind: 'autoscaling_group', name: 'web', size: 's-1vcpu-1gb', sshKeys: 'deploy' };
const KEY = { kind: 'ssh_key', name: 'deploy' };
const SECRET = { kind: 'secret', name: 'key', file: '~/key' };

/** What an app is to be, as it stands in the file that doctl reads. */
const spec = async (...resources: readonly object[]) =>
  JSON.parse((await stack(...resources)).steps.flatMap(({ files = [] }) => files)[0]?.text ?? '{}');

const refused = (...resources: readonly object[]): Promise<string> => refusal(stack(...resources));

it('every command is one that doctl has', async () => {
  const one = await stack(APP, GROUP, KEY, SECRET);
  for (const { from, command } of commandsOf(one)) expect(checkCommand(words(command, one.steps)), from).toEqual([]);
});

describe('an app', () => {
  it.each([
    ['nginx:1.29', { registry_type: 'DOCKER_HUB', registry: 'library', repository: 'nginx', tag: '1.29' }],
    ['acme/app', { registry_type: 'DOCKER_HUB', registry: 'acme', repository: 'app', tag: 'latest' }],
    ['ghcr.io/acme/team/app:1', { registry_type: 'GHCR', registry: 'acme', repository: 'team/app', tag: '1' }],
    [
      `registry.digitalocean.com/shop/app@sha256:${'a'.repeat(64)}`,
      { registry_type: 'DOCR', repository: 'app', digest: `sha256:${'a'.repeat(64)}` },
    ],
  ])('pulls %s', async (image, wanted) => expect((await spec({ ...APP, image })).services[0].image).toEqual(wanted));

  it('takes the smallest size that has it, and a larger one where it runs twice', async () => {
    const size = async (more: object) => (await spec({ ...APP, ...more })).services[0].instance_size_slug;
    expect(await size({})).toBe('apps-s-1vcpu-0.5gb');
    expect(await size({ replicas: 2 })).toBe('apps-s-1vcpu-1gb');
    expect(await size({ memoryMb: 1500 })).toBe('apps-s-1vcpu-2gb');
  });

  it('costs what its containers cost', async () => {
    const effects = (await stack({ ...APP, replicas: 3 })).steps.flatMap((step) => step.effects);
    expect(effects.find((effect) => effect.kind === 'costs')).toMatchObject({ monthly: 36, currency: 'USD' });
  });

  it('that nobody is to reach is a worker', async () => {
    expect(Object.keys(await spec({ ...APP, public: false }))).toEqual(['name', 'region', 'workers']);
  });
});

describe('refuses', () => {
  it.each<[string, readonly object[], RegExp]>([
    ['a secret that would be in a file', [{ ...APP, environment: { KEY: { env: 'KEY' } } }], /environment\.KEY is secret/],
    ['a value whose name says that it is one', [{ ...APP, environment: { API_TOKEN: 'x' } }], /environment\.API_TOKEN is secret/],
    ['a registry that apps do not pull from', [{ ...APP, image: 'quay.io/acme/app:1' }], /image is in a registry/],
    ['a name that is too long', [{ ...APP, name: 'a'.repeat(28) }], /name makes the app shop--a+.*2 to 32/],
    ['more than is known to be sold', [{ ...APP, memoryMb: 4096 }], /memoryMb is more than the sizes/],
    ['no container at all', [{ ...APP, replicas: 0 }], /replicas is less than one/],
    [
      'a network',
      [
        { ...APP, network: 'lan' },
        { kind: 'network', name: 'lan' },
      ],
      /network is not for DigitalOcean/,
    ],
    ['a first boot that doctl takes as an argument', [{ ...GROUP, docker: true }, KEY], /docker cannot be given here/],
    ['less than one server', [{ ...GROUP, min: 0 }, KEY], /min has to be between 1 and max \(3\)/],
    ['servers that nobody could enter', [{ ...GROUP, sshKeys: [] }], /sshKeys is missing/],
    ['a file at whose comma doctl splits', [{ ...SECRET, file: 'a,b' }], /file has a comma/],
  ])('%s', async (_, resources, message) => expect(await refused(...resources)).toMatch(message));
});

it('a secret is read from its file by doctl, and is in no command', async () => {
  const step = (await stack(SECRET)).steps.find(({ id }) => id === 'secret.key');
  expect(step?.create.args.slice(-2)).toEqual(['--value', ['value=@', { home: true }, '/key']]);
});
