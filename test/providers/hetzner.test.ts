import { describe, expect, it, test } from 'vitest';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, words } from '../support/plans.ts';

const hetzner = (...resources: unknown[]) => plan({ provider: 'hetzner', region: 'fsn1', resources });

/** One of each kind, with what it needs. */
const ALL = [
  { kind: 'ssh_key', name: 'deploy' },
  { kind: 'ssh_key', name: 'laptop', existing: true },
  { kind: 'network', name: 'lan' },
  {
    kind: 'firewall',
    name: 'web',
    rules: [{ port: 443 }, { port: 22, from: '198.51.100.7' }, { protocol: 'icmp' }, { direction: 'out', protocol: 'udp', port: 53 }],
  },
  { kind: 'static_ip', name: 'front', server: 'web1' },
  { kind: 'server', name: 'web1', network: 'lan', firewalls: ['web'], sshKeys: ['deploy', 'laptop'], docker: true, backups: true },
  { kind: 'volume', name: 'data', sizeGb: 20, server: 'web1' },
  { kind: 'dns_zone', name: 'acme.de' },
  { kind: 'dns_record', name: 'www', zone: 'acme.de', target: 'lb1' },
  { kind: 'dns_record', name: '@', zone: 'acme.de', type: 'TXT', value: 'v=spf1 -all' },
  { kind: 'certificate', name: 'site', domains: ['acme.de'], zone: 'acme.de' },
  { kind: 'load_balancer', name: 'lb1', network: 'lan', targets: ['web1'], services: [{ certificate: 'site' }] },
  { kind: 'snapshot', name: 'before', server: 'web1' },
  { kind: 'bucket', name: 'acme-files' },
  { kind: 'placement_group', name: 'apart' },
  { kind: 'server', name: 'inner', network: 'lan', publicIp: false, placementGroup: 'apart' },
  { kind: 'nat_gateway', name: 'out', network: 'lan' },
  { kind: 'reverse_dns', name: 'web1.acme.de', target: 'web1', family: 'ipv6' },
  { kind: 'reverse_dns', name: 'www.acme.de', target: 'lb1' },
  { kind: 'reverse_dns', name: 'front.acme.de', target: 'front' },
];

it('every command of every kind passes the grammar', async () => {
  const made = await hetzner(...ALL);
  expect(
    [...commandsOf(made)].flatMap(({ from, command }) => checkCommand(words(command, made.steps)).map((problem) => `${from}: ${problem}`)),
  ).toEqual([]);
});

describe('refuses what cannot be', () => {
  test.each([
    [[{ kind: 'database', name: 'db' }], 'Hetzner sells no managed database'],
    [[{ kind: 'server', name: '123' }], 'not digits alone'],
    [[{ kind: 'server', name: 'a', size: 'cx23', region: 'ash' }], 'cx23 is not sold in ash, only in fsn1, nbg1, hel1'],
    [
      [
        { kind: 'server', name: 'a', network: 'n', region: 'ash', size: 'cpx11' },
        { kind: 'network', name: 'n' },
      ],
      'a network stays inside one zone',
    ],
    [[{ kind: 'volume', name: 'v', sizeGb: 9 }], 'at least 10 GB'],
    [
      [
        { kind: 'volume', name: 'v', server: 'a', region: 'hel1' },
        { kind: 'server', name: 'a' },
      ],
      'a volume attaches within its own location',
    ],
    [
      [
        { kind: 'snapshot', name: 's', volume: 'v' },
        { kind: 'volume', name: 'v' },
      ],
      'no volume snapshots',
    ],
    [[{ kind: 'load_balancer', name: 'l', services: [{ port: 443 }] }], 'https needs a certificate'],
    [[{ kind: 'load_balancer', name: 'l', services: [{ port: 80 }, { port: 80 }] }], 'another service listens on that port'],
    [[{ kind: 'bucket', name: 'acme', region: 'ash' }], 'no Object Storage in ash'],
    [[{ kind: 'bucket', name: 'my_bucket' }], 'no underscores'],
    [[{ kind: 'server', name: 'a', image: 'ubuntu-99.04' }], 'is no image that the catalog knows'],
    [[{ kind: 'placement_group', name: 'p', strategy: 'cluster' }], 'Allowed: spread'],
    [
      [
        { kind: 'placement_group', name: 'p' },
        ...Array.from({ length: 11 }, (_, i) => ({ kind: 'server', name: `s${i}`, placementGroup: 'p' })),
      ],
      "a group of Hetzner's takes 10",
    ],
    [
      [
        { kind: 'reverse_dns', name: 'mail', target: 'a' },
        { kind: 'server', name: 'a' },
      ],
      'is no name for a reverse_dns',
    ],
    [
      [
        { kind: 'reverse_dns', name: 'mail.acme.de', target: 'ip', family: 'ipv6' },
        { kind: 'static_ip', name: 'ip' },
      ],
      'a static_ip of the plan is an IPv4 address',
    ],
    [
      [
        { kind: 'nat_gateway', name: 'a', network: 'n' },
        { kind: 'server', name: 'a' },
        { kind: 'network', name: 'n' },
      ],
      'is made of a server of that name here',
    ],
    [
      [
        { kind: 'nat_gateway', name: 'a', network: 'n' },
        { kind: 'nat_gateway', name: 'b', network: 'n' },
        { kind: 'network', name: 'n' },
      ],
      'a network has one default route',
    ],
    [
      [
        { kind: 'nat_gateway', name: 'a', network: 'n', highAvailability: true },
        { kind: 'network', name: 'n' },
      ],
      'the gateway is one server',
    ],
  ])('%j', async (resources, message) => {
    await expect(hetzner(...resources)).rejects.toThrow(message);
  });
});

it('an SSH key that is there already is looked up, never made or removed', async () => {
  const made = await hetzner({ kind: 'ssh_key', name: 'laptop', existing: true }, { kind: 'server', name: 'a', sshKeys: ['laptop'] });
  const key = made.steps.find((step) => step.id === 'ssh_key.laptop');
  expect(key?.undo).toBeUndefined();
  expect(words(key?.create as never, made.steps)).toEqual(['hcloud', 'ssh-key', 'describe', 'laptop']);
});

it('a NAT gateway is a server that forwards, behind a closed door, before the servers that need it; these take the way out at each boot', async () => {
  const made = await hetzner(
    { kind: 'server', name: 'inner', network: 'lan', publicIp: false, docker: true },
    { kind: 'nat_gateway', name: 'out', network: 'lan' },
    { kind: 'network', name: 'lan', cidr: '10.1.0.0/16' },
  );
  const ids = made.steps.map((step) => step.id);
  expect(ids.indexOf('nat_gateway.out')).toBeLessThan(ids.indexOf('server.inner'));
  expect(ids.indexOf('server.out')).toBeLessThan(ids.indexOf('nat_gateway.out'));
  const file = (id: string) => made.steps.find((step) => step.id === id)?.files?.[0]?.text ?? '';
  expect(file('server.out')).toContain('masquerade');
  expect(file('server.inner')).toContain('ip route replace default via 10.1.0.1');
  expect(file('server.inner')).toContain('docker.io');
  expect(words(made.steps.find((step) => step.id === 'server.out')?.create as never, made.steps)).toContain('--firewall');
});
