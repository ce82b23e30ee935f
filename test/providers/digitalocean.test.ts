import { describe, expect, it } from 'vitest';
import type { Command } from '../../src/core/command.ts';
import type { Cost, Plan } from '../../src/core/plan.ts';
import { checkCommand } from '../grammar/check.ts';
import { commandsOf, plan, words } from '../support/plans.ts';

const KEY = { kind: 'ssh_key', name: 'deploy' };
const LAN = { kind: 'network', name: 'lan' };
const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }] };
const WEB = { kind: 'server', name: 'web1', size: 's-1vcpu-1gb', network: 'lan', sshKeys: ['deploy'], firewalls: ['web'] };
const SERVER = [WEB, FIREWALL, LAN, KEY];
const ZONE = { kind: 'dns_zone', name: 'example.com' };

/** One of every kind, every field in use. */
const EVERYTHING = [
  { kind: 'dns_record', name: 'www', zone: 'example.com', target: 'lb1' },
  { kind: 'dns_record', name: '@', zone: 'example.com', type: 'TXT', value: ['v=spf1 -all', '-x'] },
  { kind: 'dns_record', name: '@', zone: 'example.com', type: 'MX', value: ['10 mail.example.com', '20 backup'] },
  {
    kind: 'dns_record',
    name: '@',
    zone: 'example.com',
    type: 'CAA',
    value: ['0 issue letsencrypt.org', '128 iodef mailto:me@example.com'],
  },
  { kind: 'dns_record', name: 'v6', zone: 'example.com', type: 'AAAA', value: '2001:DB8::1' },
  { kind: 'dns_record', name: '_sip._tcp', zone: 'example.com', type: 'SRV', value: '10 5 5060 sip' },
  { kind: 'snapshot', name: 'first', server: 'web1' },
  { kind: 'snapshot', name: 'disk', volume: 'data' },
  { kind: 'bucket', name: 'acme-files' },
  { kind: 'database', name: 'app', network: 'lan', access: ['web1'], highAvailability: true, size: 'db-s-1vcpu-2gb', storageGb: 50 },
  { kind: 'static_ip', name: 'front', server: 'web1' },
  {
    kind: 'load_balancer',
    name: 'lb1',
    targets: ['web1'],
    services: [
      { port: 443, certificate: 'site' },
      { protocol: 'tcp', port: 2222, targetPort: 22 },
    ],
  },
  { kind: 'certificate', name: 'site', domains: ['example.com', 'www.example.com'], zone: 'example.com' },
  { kind: 'volume', name: 'data', server: 'web1', format: 'xfs' },
  { ...WEB, docker: true, backups: true },
  { kind: 'server', name: 'inner', network: 'lan', subnet: 'private', size: { vcpu: 2, memoryGb: 4 } },
  {
    ...FIREWALL,
    rules: [
      { port: 443 },
      { port: '8000-8100', from: '10.0.0.0/8' },
      { protocol: 'icmp' },
      { port: 'any', protocol: 'udp', direction: 'out', to: '2001:db8::/32' },
    ],
  },
  LAN,
  KEY,
  ZONE,
];

const shop = (...resources: object[]): Promise<Plan> => plan({ provider: 'digitalocean', region: 'fra1', plan: 'shop', resources });
const costs = (one: Plan): Cost[] => one.steps.flatMap((step) => step.effects.filter((effect): effect is Cost => effect.kind === 'costs'));
const create = (one: Plan, id: string): Command => {
  const step = one.steps.find((step) => step.id === id);
  if (step === undefined) throw new Error(`no step ${id} in ${one.steps.map((step) => step.id).join(', ')}`);
  return step.create;
};
const argument = (command: Command, flag: string): unknown => command.args[command.args.indexOf(flag) + 1];

describe('DigitalOcean', () => {
  it('offers every kind with commands that the vendors take', async () => {
    const one = await shop(...EVERYTHING);
    const problems = [...commandsOf(one)].flatMap(({ from, command }) =>
      checkCommand(words(command, one.steps)).map((problem) => `${from}: ${problem}`),
    );
    expect(problems).toEqual([]);
    expect(new Set(one.steps.map((step) => step.resource.split('.')[0])).size).toBe(13);
  });

  it('never asks anything back', async () => {
    const one = await shop(...EVERYTHING);
    for (const { command } of commandsOf(one)) if (command.args.includes('delete')) expect(command.args).toContain('--force');
  });

  it('orders: the firewall before its droplets, the load balancer let in before it has targets', async () => {
    const one = await shop(
      { kind: 'load_balancer', name: 'lb1', targets: ['web1'] },
      { kind: 'database', name: 'app', access: ['web1'], network: 'lan' },
      { kind: 'volume', name: 'data', server: 'web1' },
      ...SERVER,
    );
    expect(one.steps.map((step) => step.id)).toEqual([
      'load_balancer.lb1.tag',
      'volume.data',
      'firewall.web.tag',
      'firewall.web',
      'network.lan',
      'load_balancer.lb1',
      'load_balancer.lb1.access',
      'ssh_key.deploy',
      'server.web1',
      'load_balancer.lb1.web1',
      'database.app',
      'database.app.access-web1',
      'volume.data.attach',
    ]);
  });

  it('states outbound rules, all of a side in one flag', async () => {
    const one = await shop({
      kind: 'firewall',
      name: 'web',
      rules: [{ port: 443 }, { port: 22, from: ['203.0.113.7', '2001:db8::1'] }, { protocol: 'icmp' }],
    });
    const command = create(one, 'firewall.web');
    expect(argument(command, '--inbound-rules')).toBe(
      'protocol:tcp,ports:443,address:0.0.0.0/0,address:::/0 protocol:tcp,ports:22,address:203.0.113.7/32,address:2001:db8::1/128 protocol:icmp,address:0.0.0.0/0,address:::/0',
    );
    expect(argument(command, '--outbound-rules')).toBe(
      'protocol:tcp,ports:all,address:0.0.0.0/0,address:::/0 protocol:udp,ports:all,address:0.0.0.0/0,address:::/0 protocol:icmp,address:0.0.0.0/0,address:::/0',
    );
  });

  it('gives every cost a currency, a source and a date', async () => {
    const all = costs(await shop(...EVERYTHING));
    for (const cost of all)
      expect(cost).toMatchObject({ currency: 'USD', source: expect.stringMatching(/\w{4}/), asOf: expect.stringMatching(/^2026-/) });
    const monthly = Object.fromEntries(all.map((cost) => [cost.what, cost.monthly]));
    expect(monthly).toMatchObject({
      'server web1 (s-1vcpu-1gb)': 6,
      'daily backups of web1': 1.8,
      'volume data (10 GB)': 1,
      'load balancer lb1': 12,
      'database app (2 x db-s-1vcpu-2gb)': 60.9,
      'storage of app beyond what is included (20 GB)': 8.6,
      'address front': 0,
      'Spaces, base price': 5,
    });
  });

  it('answers what is retired with its successor', async () => {
    const one = await shop({ ...WEB, size: '1gb', image: 'debian-12' }, FIREWALL, LAN, KEY, {
      kind: 'database',
      name: 'app',
      version: 14,
      network: 'lan',
    });
    expect(argument(create(one, 'server.web1'), '--size')).toBe('s-1vcpu-1gb');
    expect(argument(create(one, 'server.web1'), '--image')).toBe('debian-13-x64');
    expect(argument(create(one, 'database.app'), '--version')).toBe('17');
    for (const gone of ['1gb is no longer sold', 'debian-12 is no longer offered', 'postgresql 14 is no longer offered'])
      expect(one.warnings.join('\n')).toContain(gone);
  });

  it('warns of a region for customers of old', async () => {
    const one = await plan({ provider: 'digitalocean', region: 'sfo1', resources: [{ kind: 'volume', name: 'data' }] });
    expect(one.warnings.join('\n')).toContain('sfo1 is open to customers of old only; sfo3 is next to it');
  });

  it('says once, and briefly, that sizes differ by region', async () => {
    const one = await shop(...SERVER, { ...WEB, name: 'web2' });
    expect(one.warnings.filter((warning) => warning.includes('doctl compute size list'))).toHaveLength(1);
  });

  it.each<[what: string, resources: object[], message: RegExp]>([
    [
      'a name with an upper-case letter that becomes a tag',
      [{ ...FIREWALL, name: 'Web' }],
      /resources\[0\]\.name: is no name for a firewall/,
    ],
    ['an underscore in a host name', [{ ...WEB, name: 'web_1' }, FIREWALL, LAN, KEY], /resources\[0\]\.name: .*host name/],
    ['an underscore in a bucket', [{ kind: 'bucket', name: 'my_bucket' }], /resources\[0\]\.name/],
    ['a space in a key', [{ kind: 'ssh_key', name: 'my key' }], /resources\[0\]\.name/],
    ['a volume with a digit in front', [{ kind: 'volume', name: '1data' }], /resources\[0\]\.name/],
    ['a database name that would not fit', [{ kind: 'database', name: 'a'.repeat(31), network: 'lan' }, LAN], /resources\[0\]\.name/],
    [
      'a range that DigitalOcean uses itself',
      [{ kind: 'network', name: 'lan', cidr: '10.244.16.0/20' }],
      /resources\[0\]\.cidr: overlaps 10\.244\.0\.0\/16/,
    ],
    ['an unknown size', [{ ...WEB, size: 's-1vcpu-1g' }, FIREWALL, LAN, KEY], /resources\[0\]\.size: .*Nearest: s-1vcpu-1gb/],
    ['an address without a server', [{ kind: 'static_ip', name: 'front' }], /resources\[0\]\.server: is missing/],
    [
      'a second address of a server',
      [{ kind: 'static_ip', name: 'a', server: 'web1' }, { kind: 'static_ip', name: 'b', server: 'web1' }, ...SERVER],
      /already has static_ip a/,
    ],
    [
      'a volume elsewhere',
      [{ kind: 'volume', name: 'data', server: 'web1', region: 'ams3' }, ...SERVER],
      /server web1 is in fra1 and this in ams3/,
    ],
    [
      'a target in another network',
      [
        { kind: 'load_balancer', name: 'lb1', network: 'other', targets: ['web1'] },
        { kind: 'network', name: 'other', cidr: '10.7.0.0/16' },
        ...SERVER,
      ],
      /resources\[0\]\.targets\[0\]: server web1 is in network lan/,
    ],
    [
      'a size of load balancer that is retired',
      [{ kind: 'load_balancer', name: 'lb1', targets: [], size: 'lb-small' }],
      /resources\[0\]\.size: is a number of nodes/,
    ],
    [
      'https without a certificate',
      [{ kind: 'load_balancer', name: 'lb1', targets: [], services: [{ port: 443 }] }],
      /services\[0\]\.certificate: is missing/,
    ],
    [
      'a health path that doctl would tear apart',
      [{ kind: 'load_balancer', name: 'lb1', targets: [], services: [{ healthPath: '/a,b' }] }],
      /services\[0\]\.healthPath/,
    ],
    ['a database that anybody could reach', [{ kind: 'database', name: 'app' }], /resources\[0\]\.access: is missing/],
    [
      'a database where none is sold',
      [{ kind: 'database', name: 'app', network: 'lan', region: 'sfo1' }, LAN],
      /resources\[0\]\.region: DigitalOcean sells no managed postgresql in sfo1/,
    ],
    [
      'a version that is not offered',
      [{ kind: 'database', name: 'app', version: '9', network: 'lan' }, LAN],
      /resources\[0\]\.version: .*Allowed: 15, 16, 17/,
    ],
    [
      'a standby that the size cannot have',
      [{ kind: 'database', name: 'app', size: 'db-s-1vcpu-1gb', highAvailability: true, network: 'lan' }, LAN],
      /resources\[0\]\.size: db-s-1vcpu-1gb takes no standby/,
    ],
    [
      'less storage than there is',
      [{ kind: 'database', name: 'app', size: 'db-s-1vcpu-2gb', storageGb: 10, network: 'lan' }, LAN],
      /resources\[0\]\.storageGb: .*30 GB/,
    ],
    [
      'Spaces where none are',
      [{ kind: 'bucket', name: 'acme-files', region: 'nyc1' }],
      /resources\[0\]\.region: DigitalOcean sells no Spaces in nyc1/,
    ],
    [
      'a copy of a database',
      [{ kind: 'snapshot', name: 'x', database: 'app' }, { kind: 'database', name: 'app', network: 'lan' }, LAN],
      /resources\[0\]\.database: .*plan_backups/,
    ],
    ['a certificate for nothing', [{ kind: 'certificate', name: 'site', domains: [] }], /resources\[0\]\.domains: is missing/],
    [
      'an address that is none',
      [{ kind: 'dns_record', name: 'x', zone: 'example.com', type: 'AAAA', value: '1:2' }, ZONE],
      /resources\[0\]\.value\[0\]: is no IPv6 address/,
    ],
  ])('refuses %s', async (_what, resources, message) => {
    await expect(shop(...resources)).rejects.toThrow(message);
  });

  it('says that a database has to be dumped before it goes, and saves a volume by itself', async () => {
    const one = await shop({ kind: 'database', name: 'app', network: 'lan' }, LAN, { kind: 'volume', name: 'data' });
    expect(one.warnings.join('\n')).toMatch(/no snapshot can be taken by hand: dump it first \(plan_backups/);
    expect(one.steps.find((step) => step.id === 'volume.data')?.rescue?.[0]).toMatchObject({
      args: ['compute', 'volume', 'snapshot', { of: 'volume.data', out: 'id' }, '--snapshot-name', ['shop--data-', { now: true }]],
    });
  });

  it('never prints a password: of a database it asks for id, name and status only', async () => {
    const one = await shop(...EVERYTHING);
    for (const { command } of commandsOf(one)) {
      const text = JSON.stringify(command.args);
      if (/"databases","(?:get|list)"/.test(text)) expect(text).toMatch(/"--format","(?:ID,Name|Status,Name|Status)"/);
    }
  });
});
