import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { patterns } from '../../src/skill/load.ts';
import { plan } from '../support/plans.ts';
import { type HetznerCloud, hetznerCloud } from './clouds/hetzner.ts';
import { type S3Cloud, s3Cloud } from './clouds/s3.ts';
import { type Cloud, hasCli, live, run, sandbox, texts } from './harness.ts';
import { reports, verified, verifying } from './verifying.ts';

const KEY = { kind: 'ssh_key', name: 'deploy' };
const LAN = { kind: 'network', name: 'lan', cidr: '10.1.0.0/16' };
const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }, { port: 22, from: '203.0.113.7' }] };
const WEB = { kind: 'server', name: 'web1', size: 'cx23', sshKeys: ['deploy'], firewalls: ['web'] };
/** A server and what it needs, and what there is of it. */
const SERVER = [WEB, KEY, FIREWALL];
const SERVER_STATE = { server: ['web1'], ssh_key: ['deploy'], firewall: ['web'], protected: ['web1 by web'] };
const ADDRESSES = { primary_ip: ['primary_ip-web1-ipv4', 'primary_ip-web1-ipv6'] };
const ZONE = { kind: 'dns_zone', name: 'example.com' };

/** Every kind with what it needs, and what there is to be afterwards. Addresses that come with a server go with it. */
const KINDS: Record<string, { resources: readonly object[]; state: Record<string, readonly string[]> }> = {
  ssh_key: { resources: [KEY], state: { ssh_key: ['deploy'] } },
  network: { resources: [LAN], state: { network: ['lan'], subnet: ['lan eu-central 10.1.0.0/16'] } },
  firewall: {
    resources: [
      {
        kind: 'firewall',
        name: 'web',
        rules: [
          { port: 443 },
          { port: 22, from: '203.0.113.7' },
          { protocol: 'icmp' },
          { direction: 'out', protocol: 'udp', port: 'any' },
          { port: '8000-8100', from: ['10.0.0.0/8', '2001:db8::/32'], description: "the team's" },
        ],
      },
    ],
    state: { firewall: ['web'] },
  },
  server: { resources: SERVER, state: { ...SERVER_STATE, ...ADDRESSES } },
  'server without a public address': {
    resources: [{ ...WEB, network: 'lan', publicIp: false, docker: true, backups: true }, LAN, KEY, FIREWALL],
    // A firewall filters what comes in from outside, so there is nothing that it could be applied to.
    state: {
      server: ['web1'],
      ssh_key: ['deploy'],
      firewall: ['web'],
      network: ['lan'],
      subnet: ['lan eu-central 10.1.0.0/16'],
      joined: ['web1 in lan'],
      backups: ['web1'],
    },
  },
  volume: { resources: [{ kind: 'volume', name: 'data', sizeGb: 20 }], state: { volume: ['data'] } },
  'volume of a server': {
    resources: [{ kind: 'volume', name: 'data', sizeGb: 20, format: 'xfs', server: 'web1' }, ...SERVER],
    state: { volume: ['data'], attached: ['data to web1'], ...SERVER_STATE, ...ADDRESSES },
  },
  load_balancer: {
    resources: [
      { kind: 'load_balancer', name: 'lb1', targets: ['web1'], services: [{ port: 80 }, { protocol: 'tcp', port: 2222, targetPort: 22 }] },
      ...SERVER,
    ],
    state: {
      load_balancer: ['lb1'],
      service: ['lb1 http 80 to 80', 'lb1 tcp 2222 to 22'],
      target: ['web1 behind lb1'],
      ...SERVER_STATE,
      ...ADDRESSES,
    },
  },
  static_ip: { resources: [{ kind: 'static_ip', name: 'front' }], state: { primary_ip: ['front'] } },
  'static_ip of a server': {
    resources: [{ kind: 'static_ip', name: 'front', server: 'web1' }, ...SERVER],
    state: { primary_ip: ['front', 'primary_ip-web1-ipv6'], assigned: ['front to web1'], ...SERVER_STATE },
  },
  dns_zone: { resources: [ZONE], state: { zone: ['example.com'] } },
  dns_record: {
    resources: [
      ZONE,
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'A', value: ['203.0.113.7', '203.0.113.8'] },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'TXT', value: 'v=spf1 include:"x" -all' },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'MX', value: '10 mail.example.com' },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'CAA', value: '0 issue letsencrypt.org' },
      { kind: 'dns_record', name: '*', zone: 'example.com', type: 'CNAME', value: 'www.example.com' },
      { kind: 'dns_record', name: '_sip._tcp', zone: 'example.com', type: 'SRV', value: '10 5 5060 sip.example.com' },
    ],
    state: {
      zone: ['example.com'],
      dns_record: [
        '*/CNAME in example.com: www.example.com.',
        '@/A in example.com: 203.0.113.7 203.0.113.8',
        '@/CAA in example.com: 0 issue "letsencrypt.org"',
        '@/MX in example.com: 10 mail.example.com.',
        '@/TXT in example.com: "v=spf1 include:\\"x\\" -all"',
        '_sip._tcp/SRV in example.com: 10 5 5060 sip.example.com.',
      ],
    },
  },
  certificate: {
    resources: [{ kind: 'certificate', name: 'site', domains: ['example.com', '*.example.com'], zone: 'example.com' }, ZONE],
    state: { certificate: ['site'], zone: ['example.com'] },
  },
  snapshot: {
    resources: [{ kind: 'snapshot', name: 'first', server: 'web1' }, ...SERVER],
    state: { image: ['first'], ...SERVER_STATE, ...ADDRESSES },
  },
};

const STACK = [
  { kind: 'dns_record', name: 'www', zone: 'example.com', target: 'lb1' },
  {
    kind: 'load_balancer',
    name: 'lb1',
    network: 'lan',
    targets: ['web1', 'web2'],
    services: [{ port: 443, certificate: 'site', healthPath: '/health' }],
  },
  { kind: 'certificate', name: 'site', domains: ['www.example.com'], zone: 'example.com' },
  ZONE,
  { ...WEB, network: 'lan' },
  { ...WEB, name: 'web2', network: 'lan', docker: true },
  { kind: 'static_ip', name: 'front', server: 'web1' },
  { kind: 'volume', name: 'data', sizeGb: 20, server: 'web2' },
  FIREWALL,
  LAN,
  KEY,
  { kind: 'snapshot', name: 'first', server: 'web2' },
];
const STACK_STATE = {
  ssh_key: ['deploy'],
  network: ['lan'],
  subnet: ['lan eu-central 10.1.0.0/16'],
  firewall: ['web'],
  protected: ['web1 by web', 'web2 by web'],
  server: ['web1', 'web2'],
  primary_ip: ['front', 'primary_ip-web1-ipv6', 'primary_ip-web2-ipv4', 'primary_ip-web2-ipv6'],
  assigned: ['front to web1'],
  volume: ['data'],
  attached: ['data to web2'],
  load_balancer: ['lb1'],
  joined: ['lb1 in lan', 'web1 in lan', 'web2 in lan'],
  service: ['lb1 https 443 to 80'],
  target: ['web1 behind lb1', 'web2 behind lb1'],
  certificate: ['site'],
  zone: ['example.com'],
  image: ['first'],
};

const stack = (resources: readonly object[]): Promise<Plan> => plan({ provider: 'hetzner', region: 'fsn1', plan: 'shop', resources });

describe.skipIf(!hasCli('hcloud'))('Hetzner, by hcloud against a cloud on loopback', { timeout: 600_000 }, () => {
  let cloud: HetznerCloud;
  const writes = () => cloud.requests.filter((one) => one.method !== 'GET');
  beforeAll(async () => {
    cloud = await hetznerCloud();
  });
  afterEach(() => {
    const { unknown } = cloud;
    const seen = [...unknown];
    cloud.reset();
    expect(seen, 'requests that the lab has no route for').toEqual([]);
  });
  afterAll(() => cloud.stop());

  async function once(text: string, shell: 'bash' | 'zsh' = 'bash') {
    const box = await sandbox();
    try {
      return await run(text, cloud, box.dir, shell);
    } finally {
      await box.remove();
    }
  }

  describe.each(Object.entries(KINDS))('%s', (_name, { resources, state }) => {
    it('lives', async () => {
      const life = await live(await stack(resources), cloud);
      expect(life.problems).toEqual([]);
      expect(life.created).toEqual(state);
      expect(life.again).toEqual(state);
      for (const resumed of life.resumed) expect(resumed).toEqual(state);
      expect(life.destroyed).toEqual({});
      for (const cleaned of life.cleaned) expect(cleaned).toEqual({});
    });

    it('is verified after each step and not before it', async () => {
      const one = await stack(resources);
      const { code, stdout, stderr } = await once(verifying(one));
      expect(code, stderr).toBe(0);
      expect(reports(stdout)).toEqual(verified(one));
    });

    it('comes out the same when it is pasted', async () => {
      const { code, stderr } = await once(texts(await stack(resources)).pasted);
      expect(code, stderr).toBe(0);
      expect(await cloud.state()).toEqual(state);
    });
  });

  describe('a whole stack', () => {
    it.each([
      ['bash', 1],
      ['zsh', 7],
    ] as const)('lives in %s', async (shell, every) => {
      const life = await live(await stack(STACK), cloud, { shell, every });
      expect(life.problems).toEqual([]);
      expect({ ...life.created, dns_record: [] }).toEqual({ ...STACK_STATE, dns_record: [] });
      expect(life.created.dns_record?.[0]).toMatch(/^www\/A in example\.com: 198\.51\.100\.\d+$/);
      expect(life.again).toEqual(life.created);
      for (const resumed of life.resumed) expect({ ...resumed, dns_record: [] }).toEqual({ ...STACK_STATE, dns_record: [] });
      expect(life.destroyed).toEqual({});
      for (const cleaned of life.cleaned) expect(cleaned).toEqual({});
    });

    it('sends what was meant', async () => {
      const { code, stderr } = await once(texts(await stack(STACK)).create);
      expect(code, stderr).toBe(0);
      const sent = (path: RegExp) =>
        writes()
          .filter((one) => path.test(one.path))
          .map((one) => one.body);
      expect(sent(/^\/firewalls$/)[0]).toEqual({
        name: 'web',
        labels: { plan: 'shop', name: 'web' },
        rules: [
          { direction: 'in', protocol: 'tcp', port: '443', source_ips: ['0.0.0.0/0', '::/0'] },
          { direction: 'in', protocol: 'tcp', port: '22', source_ips: ['203.0.113.7/32'] },
        ],
      });
      expect(sent(/add_service$/)).toEqual([
        {
          protocol: 'https',
          listen_port: 443,
          destination_port: 80,
          proxyprotocol: false,
          http: { certificates: [expect.any(Number)], redirect_http: true, sticky_sessions: false },
          health_check: { protocol: 'http', port: 80, http: { path: '/health' } },
        },
      ]);
      expect(sent(/add_target$/)).toEqual([0, 1].map(() => ({ type: 'server', server: { id: expect.any(Number) }, use_private_ip: true })));
      const servers = sent(/^\/servers$/);
      expect(servers.map((body) => body.labels)).toEqual([
        { plan: 'shop', name: 'web1' },
        { plan: 'shop', name: 'web2' },
      ]);
      expect(servers[0]).toMatchObject({
        public_net: { enable_ipv4: true, enable_ipv6: true, ipv4: expect.any(Number) },
        firewalls: [{ firewall: expect.any(Number) }],
        networks: [expect.any(Number)],
        ssh_keys: [expect.any(Number)],
      });
      expect(servers[1]?.user_data).toMatch(/^#cloud-config\n[\s\S]*docker\.io/);
      for (const path of [
        /^\/ssh_keys$/,
        /^\/networks$/,
        /^\/volumes$/,
        /^\/load_balancers$/,
        /^\/certificates$/,
        /^\/zones$/,
        /^\/primary_ips$/,
        /create_image$/,
        /\/rrsets$/,
      ]) {
        expect(sent(path)[0]?.labels, String(path)).toMatchObject({ plan: 'shop' });
      }
    });

    it('keeps snapshots in a teardown that is not asked to take them', async () => {
      const all = texts(await stack(STACK), { rescue: false, backups: false });
      expect((await once(all.create)).code).toBe(0);
      expect((await once(all.destroy)).code).toBe(0);
      expect(await cloud.state()).toEqual({ image: ['first'] });
    });

    it('finds only its own', async () => {
      const other = await plan({ provider: 'hetzner', region: 'fsn1', plan: 'other', resources: [{ kind: 'network', name: 'lan2' }] });
      expect((await once(texts(other).create)).code).toBe(0);
      const mine = texts(await stack(STACK));
      expect((await once(mine.create)).code).toBe(0);
      expect((await once(mine.destroy)).code).toBe(0);
      expect(await cloud.state()).toEqual({ network: ['lan2'], subnet: ['lan2 eu-central 10.0.0.0/16'] });
    });
  });

  describe.skipIf(!hasCli('aws'))('with buckets, by the aws CLI against an S3 on loopback', () => {
    let s3: S3Cloud;
    let both: Cloud;
    beforeAll(async () => {
      s3 = await s3Cloud('lab-access-key');
      both = {
        env: {
          ...cloud.env,
          HETZNER_S3_ACCESS_KEY_ID: 'lab-access-key',
          HETZNER_S3_SECRET_ACCESS_KEY: 'lab-secret-key',
          AWS_MAX_ATTEMPTS: '1',
          AWS_EC2_METADATA_DISABLED: 'true',
        },
        state: async () => ({ ...(await cloud.state()), ...s3.state() }),
        stop: () => s3.stop(),
      };
    });
    afterEach(() => {
      expect(s3.unknown).toEqual([]);
      expect(s3.requests.every((one) => one.key === 'lab-access-key')).toBe(true);
      s3.reset();
    });
    afterAll(() => s3.stop());
    // The endpoint is the one thing that has to be another: buckets are in Hetzner's own S3, and not in its API.
    const onLoopback = (one: Plan): Plan =>
      JSON.parse(JSON.stringify(one).replaceAll(/https:\/\/[a-z0-9]+\.your-objectstorage\.com/g, s3.endpoint));

    it('bucket: lives, and is verified after each step and not before it', async () => {
      const one = onLoopback(await stack([{ kind: 'bucket', name: 'acme-backups' }]));
      const life = await live(one, both);
      const state = { bucket: ['acme-backups, versions kept'] };
      expect(life.problems).toEqual([]);
      expect(life.created).toEqual(state);
      expect(life.again).toEqual(state);
      for (const resumed of life.resumed) expect(resumed).toEqual(state);
      expect(life.destroyed).toEqual({});
      for (const cleaned of life.cleaned) expect(cleaned).toEqual({});
      const box = await sandbox();
      const { stdout, stderr, code } = await run(verifying(one), both, box.dir);
      await box.remove();
      expect(code, stderr).toBe(0);
      expect(reports(stdout)).toEqual(verified(one));
    });

    it.each(['mvp', 'growth', 'scale'])('pattern %s: lives', async (slug) => {
      const pattern = (await patterns()).find((one) => one.slug === slug);
      const one = onLoopback(await plan(pattern?.stacks.find((each) => each.provider === 'hetzner')?.stack as never));
      const life = await live(one, both, { every: Math.ceil(one.steps.length / 2) });
      expect(life.problems).toEqual([]);
      expect(Object.keys(life.created)).toEqual(expect.arrayContaining(['server', 'ssh_key', 'firewall', 'network']));
      expect(life.again).toEqual(life.created);
      expect(life.resumed.length).toBeGreaterThan(0);
      const addresses = (state: object): string => JSON.stringify(state).replaceAll(/198\.51\.100\.\d+/g, 'ADDRESS');
      for (const resumed of life.resumed) expect(addresses(resumed)).toBe(addresses(life.created));
      expect(life.destroyed).toEqual({});
      for (const cleaned of life.cleaned) expect(cleaned).toEqual({});
    });
  });

  describe('a service that refuses', () => {
    it.each([
      ['resource_unavailable', 'server.web1', { method: 'POST', path: /^\/servers$/, status: 422, message: 'cx23 is sold out' }],
      ['uniqueness_error', 'network.lan', { method: 'POST', path: /^\/networks$/, status: 409, message: 'name is already used' }],
      [
        'resource_limit_exceeded',
        'load_balancer.lb1',
        { method: 'POST', path: /^\/load_balancers$/, status: 403, message: 'limit of load balancers reached' },
      ],
      [
        'rate_limit_exceeded',
        'firewall.web',
        { method: 'POST', path: /^\/firewalls$/, status: 429, message: 'limit of 3600 requests per hour reached' },
      ],
      ['server_error', 'volume.data', { method: 'POST', path: /^\/volumes$/, status: 500, message: 'an internal error occurred' }],
    ])('%s: stops at %s, says so, and goes on when it is run again', async (code, step, refusal) => {
      const { create } = texts(await stack(STACK));
      const end = cloud.refuse({ ...refusal, code });
      const refused = await once(create);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(`${refusal.message} (${code})`);
      expect(refused.stderr).toMatch(new RegExp(`Stopped \\(exit \\d+\\) at \\[\\d+/\\d+\\] ${step.replace('.', '\\.')}:`));
      expect(refused.stderr).toContain('run this script again');
      const last = writes().at(-1);
      expect(last).toMatchObject({ method: 'POST', status: refusal.status });
      expect(last?.path).toMatch(refusal.path);
      end();
      const second = await once(create);
      expect(second.code, second.stderr).toBe(0);
      expect({ ...(await cloud.state()), dns_record: [] }).toEqual({ ...STACK_STATE, dns_record: [] });
    });

    it('is out of stock: nothing is made', async () => {
      cloud.stock('cx23', false);
      const { code, stderr } = await once(texts(await stack(STACK)).create);
      expect(code).not.toBe(0);
      expect(stderr).toContain('cx23 is not in stock in fsn1 now. Nothing was made.');
      expect(writes()).toEqual([]);
    });

    it('sold out after the server was made: the script still goes on', async () => {
      const all = texts(await stack(STACK));
      expect((await once(all.create)).code).toBe(0);
      cloud.stock('cx23', false);
      const { code, stderr } = await once(all.create);
      expect(code, stderr).toBe(0);
    });

    it('refuses the second half of something: it is made up for', async () => {
      const { create } = texts(await stack([{ ...WEB, backups: true }, KEY, FIREWALL]));
      const end = cloud.refuse({
        method: 'POST',
        path: /enable_backup$/,
        status: 500,
        code: 'server_error',
        message: 'an internal error occurred',
      });
      expect((await once(create)).code).not.toBe(0);
      end();
      expect((await once(create)).code).toBe(0);
      expect(await cloud.state()).toEqual({ ...SERVER_STATE, ...ADDRESSES, backups: ['web1'] });
    });

    it('fails to answer a look-up: nothing is taken for absent', async () => {
      const all = texts(await stack([LAN]));
      expect((await once(all.create)).code).toBe(0);
      cloud.refuse({ method: 'GET', path: /^\/networks$/, status: 500, code: 'server_error', message: 'an internal error occurred' });
      const again = await once(all.create);
      expect(again.code).not.toBe(0);
      expect(again.stderr).toContain('an internal error occurred');
      expect(writes().filter((one) => one.path === '/networks')).toHaveLength(1);
      const down = await once(all.destroy);
      expect(down.code).not.toBe(0);
      expect(await cloud.state()).toMatchObject({ network: ['lan'] });
    });

    it('does not know the token', async () => {
      const box = await sandbox();
      const result = await run(texts(await stack([LAN])).create, { env: { ...cloud.env, HCLOUD_TOKEN: 'x' } }, box.dir);
      await box.remove();
      expect(result.code).not.toBe(0);
      expect(result.stderr).toContain('hetzner did not let you in');
      expect(writes()).toEqual([]);
    });
  });
});
