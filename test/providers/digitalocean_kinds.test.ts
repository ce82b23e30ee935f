import { describe, expect, it, test } from 'vitest';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, words } from '../support/plans.ts';

const ocean = (...resources: unknown[]) => plan({ provider: 'digitalocean', region: 'fra1', plan: 'shop', resources });
const LAN = { kind: 'network', name: 'lan' };
const DB = { kind: 'database', name: 'app', network: 'lan' };
const WEB = { kind: 'server', name: 'web1' };

/** One of each further kind, with what it needs. */
const ALL = [
  LAN,
  { kind: 'network', name: 'other', cidr: '10.2.0.0/16' },
  DB,
  WEB,
  { kind: 'server', name: 'inner', network: 'lan', publicIp: false },
  { kind: 'nat_gateway', name: 'out', network: 'lan' },
  { kind: 'bucket', name: 'acme-files' },
  { kind: 'dns_zone', name: 'acme.de' },
  { kind: 'certificate', name: 'site', domains: ['cdn.acme.de'], zone: 'acme.de' },
  { kind: 'cdn', name: 'files', origin: 'acme-files', domains: 'cdn.acme.de', certificate: 'site' },
  { kind: 'cache', name: 'hot', network: 'lan', highAvailability: true, size: 'db-s-1vcpu-2gb' },
  { kind: 'database_replica', name: 'reader', database: 'app' },
  { kind: 'database_user', name: 'web', database: 'app' },
  { kind: 'database_pool', name: 'pool', database: 'app', user: 'web' },
  { kind: 'database', name: 'copy', fork: 'live-app', network: 'lan', restoreTime: '2026-11-22T04:30:00Z' },
  { kind: 'alarm', name: 'busy', target: 'web1', emails: 'ops@example.com' },
  { kind: 'uptime_check', name: 'home', url: 'https://acme.de', emails: 'ops@example.com' },
  { kind: 'registry', name: 'images' },
  { kind: 'kubernetes_cluster', name: 'k8s', network: 'lan', highAvailability: true, minNodes: 2, maxNodes: 4 },
  { kind: 'peering', name: 'both', networks: ['lan', 'other'] },
  { kind: 'project', name: 'shop' },
  { kind: 'file_system', name: 'shared', network: 'lan', access: 'inner' },
];

it('every command of every further kind passes the grammar, and asks nothing back', async () => {
  const made = await ocean(...ALL);
  expect(
    [...commandsOf(made)].flatMap(({ from, command }) => checkCommand(words(command, made.steps)).map((problem) => `${from}: ${problem}`)),
  ).toEqual([]);
  for (const { command } of commandsOf(made))
    if (
      command.args.includes('delete') &&
      !/^(?:uptime|nfs)$/m.test(command.args.filter((arg) => typeof arg === 'string').join('\n')) &&
      command.program === 'doctl'
    )
      expect(command.args).toContain('--force');
});

it('each step has a check, and an undo or a whole that takes it along; what costs says so, or that it is unknown', async () => {
  const made = await ocean(...ALL);
  for (const step of made.steps) expect(step.undo !== undefined || step.within !== undefined, step.id).toBe(true);
  const priced = made.steps.flatMap((step) => step.effects).filter((effect) => effect.kind === 'costs');
  for (const effect of priced) if (effect.monthly === null) expect(effect.refresh, effect.what).toBeTruthy();
});

it('what could print a password is caught and dropped', async () => {
  const made = await ocean(...ALL);
  for (const id of ['database.app', 'cache.hot', 'database_replica.reader', 'database_pool.pool', 'database_user.web.app']) {
    const step = made.steps.find((one) => one.id === id);
    expect(step?.captures, id).toBe(true);
    expect(step?.outputs?.id, id).toBeTypeOf('object');
  }
});

it('a private server comes after its way out, and is not warned of', async () => {
  const made = await ocean(...ALL);
  const at = (id: string) => made.steps.findIndex((step) => step.id === id);
  expect(at('nat_gateway.out')).toBeLessThan(at('server.inner'));
  expect(made.warnings.join()).not.toContain('server inner has no public address');
});

describe('refuses what cannot be', () => {
  test.each<[object[], string]>([
    [[{ kind: 'cdn', name: 'c', origin: 'web1' }, WEB], 'has to be a bucket of the plan'],
    [
      [
        { kind: 'cdn', name: 'c', origin: 'acme-files', domains: 'cdn.acme.de' },
        { kind: 'bucket', name: 'acme-files' },
      ],
      'go together',
    ],
    [[{ kind: 'cache', name: 'c', engine: 'redis', network: 'lan' }, LAN], 'no version that is open'],
    [[{ kind: 'cache', name: 'c' }], 'open to the whole internet'],
    [
      [{ kind: 'database_pool', name: 'p', database: 'm' }, { kind: 'database', name: 'm', engine: 'mysql', network: 'lan' }, LAN],
      'only PostgreSQL',
    ],
    [[{ ...DB, snapshot: 'old' }, LAN], 'takes no snapshots of databases'],
    [[{ ...DB, restoreTime: '2026-11-22' }, LAN], 'name that database as fork'],
    [[{ ...DB, fork: 'app' }, LAN], 'is the database itself'],
    [
      [
        { kind: 'alarm', name: 'a', target: 'v', emails: 'a@b.de' },
        { kind: 'volume', name: 'v' },
      ],
      'watches no volume',
    ],
    [[{ kind: 'alarm', name: 'a', target: 'web1', metric: 'latency', emails: 'a@b.de' }, WEB], 'Allowed: cpu, memory'],
    [[{ kind: 'alarm', name: 'a', target: 'web1' }, WEB], 'emails: is missing'],
    [[{ kind: 'alarm', name: 'a', target: 'web1', emails: 'nobody' }, WEB], 'is no mail address'],
    [[{ kind: 'alarm', name: 'a', target: 'web1', threshold: 80.5, emails: 'a@b.de' }, WEB], 'whole number'],
    [[{ kind: 'uptime_check', name: 'u', url: 'https://user:pw@acme.de/', emails: 'a@b.de' }], 'has a user or a password'],
    [[{ kind: 'uptime_check', name: 'u', url: 'ftp://acme.de', emails: 'a@b.de' }], 'is no address'],
    [[{ kind: 'registry', name: 'r', tier: 'gold' }], 'Allowed: starter, basic, professional'],
    [[{ kind: 'peering', name: 'p', networks: ['lan', 'b'] }, LAN, { kind: 'network', name: 'b', cidr: '10.0.128.0/17' }], 'overlap'],
    [[{ kind: 'peering', name: 'p', networks: ['lan'] }, LAN], 'has to name two networks'],
    [[{ kind: 'kubernetes_cluster', name: 'k', minNodes: 5, maxNodes: 2 }], 'between 1 and maxNodes'],
    [[{ kind: 'nat_gateway', name: 'n', network: 'lan', size: 'large' }, LAN], 'number of gateway units'],
    [
      [
        { kind: 'project', name: 'a' },
        { kind: 'project', name: 'b' },
      ],
      'a plan has one project',
    ],
    [[{ kind: 'database_user', name: 'doadmin', database: 'app' }, DB, LAN], 'and not doadmin'],
    [[{ kind: 'database_user', name: 'web', database: 'nothing' }], 'names no database'],
    [[{ kind: 'file_system', name: 'f' }], 'network: is missing'],
    [[{ kind: 'file_system', name: 'f', network: 'lan', sizeGb: 10 }, LAN], 'at least 50 GiB'],
    [[{ kind: 'file_system', name: 'f', network: 'lan', access: 'web1' }, LAN, WEB], 'is not in network lan'],
    [[{ kind: 'kubernetes_cluster', name: 'k', access: ['203.0.113.7', '--help'] }], 'is no address range'],
  ])('%j: %s', async (resources, message) => {
    await expect(ocean(...resources)).rejects.toThrow(message);
  });
});

it('no value becomes a flag', async () => {
  const made = await ocean(
    LAN,
    { ...DB, fork: '--help' },
    { kind: 'database_pool', name: 'p', database: 'app', databaseName: '--help' },
    { kind: 'project', name: 'p', description: '--help' },
  );
  const all = [...commandsOf(made)].flatMap(({ command }) => words(command, made.steps)).filter((word) => typeof word === 'string');
  expect(all).not.toContain('--help');
  expect(all.filter((word) => word.endsWith('=--help')).sort()).toEqual([
    '--db=--help',
    '--description=--help',
    '--restore-from-cluster-name=--help',
  ]);
});
