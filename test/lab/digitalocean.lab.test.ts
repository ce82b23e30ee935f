import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { bash } from '../../src/render/bash.ts';
import { Names } from '../../src/render/outline.ts';
import { plan } from '../support/plans.ts';
import { type DigitalOceanCloud, digitalOceanCloud, PASSWORD } from './clouds/digitalocean.ts';
import { hasCli, live, run, sandbox, texts } from './harness.ts';

const KEY = { kind: 'ssh_key', name: 'deploy' };
const LAN = { kind: 'network', name: 'lan', cidr: '10.1.0.0/16' };
const FIREWALL = { kind: 'firewall', name: 'web', rules: [{ port: 443 }, { port: 22, from: '203.0.113.7' }] };
const WEB = { kind: 'server', name: 'web1', size: 's-1vcpu-1gb', sshKeys: ['deploy'], firewalls: ['web'] };
const ZONE = { kind: 'dns_zone', name: 'example.com' };
const SERVER = [WEB, KEY, FIREWALL];
const SERVER_STATE = {
  ssh_key: ['shop--deploy'],
  tag: ['firewall:shop:web'],
  firewall: ['web'],
  droplet: ['web1 s-1vcpu-1gb active'],
  protected: ['web1 by web'],
};
const LAN_STATE = { network: ['lan fra1 10.1.0.0/16'] };

/** Every kind with what it needs, and what there is to be afterwards. */
const KINDS: Record<string, { resources: readonly object[]; state: Record<string, readonly string[]> }> = {
  ssh_key: { resources: [KEY], state: { ssh_key: ['shop--deploy'] } },
  network: { resources: [LAN], state: LAN_STATE },
  firewall: {
    resources: [
      {
        kind: 'firewall',
        name: 'web',
        rules: [
          { port: 443 },
          { protocol: 'icmp' },
          { direction: 'out', protocol: 'udp', port: 'any' },
          { port: '8000-8100', from: ['10.0.0.0/8', '2001:db8::/32'] },
        ],
      },
    ],
    state: { tag: ['firewall:shop:web'], firewall: ['web'] },
  },
  server: { resources: SERVER, state: SERVER_STATE },
  'server without a public address': {
    resources: [{ ...WEB, network: 'lan', publicIp: false, docker: true, backups: true }, LAN, KEY, FIREWALL],
    state: {
      ...SERVER_STATE,
      ...LAN_STATE,
      droplet: ['web1 s-1vcpu-1gb active, not public'],
      joined: ['web1 in lan'],
      backups: ['backups daily of web1'],
    },
  },
  volume: { resources: [{ kind: 'volume', name: 'data', sizeGb: 20 }], state: { volume: ['data 20 ext4'] } },
  'volume of a server': {
    resources: [{ kind: 'volume', name: 'data', sizeGb: 20, format: 'xfs', server: 'web1' }, ...SERVER],
    state: { ...SERVER_STATE, volume: ['data 20 xfs'], attached: ['data to web1'] },
  },
  load_balancer: {
    resources: [
      {
        kind: 'load_balancer',
        name: 'lb1',
        targets: ['web1'],
        services: [{ port: 80 }, { protocol: 'tcp', port: 2222, targetPort: 22 }],
        size: '2',
      },
      ...SERVER,
    ],
    state: {
      ...SERVER_STATE,
      tag: ['firewall:shop:web', 'load-balancer:shop:lb1'],
      firewall: ['shop--lb1.load-balancer', 'web'],
      protected: ['web1 by shop--lb1.load-balancer', 'web1 by web'],
      load_balancer: ['lb1 active'],
      service: ['lb1 http 80 to 80', 'lb1 tcp 2222 to 22'],
      behind: ['web1 behind lb1'],
    },
  },
  'database of a network': {
    resources: [
      { kind: 'database', name: 'app', network: 'lan', version: '17', size: 'db-s-1vcpu-2gb', storageGb: 45, highAvailability: true },
      LAN,
    ],
    state: { ...LAN_STATE, database: ['shop--app pg 17 db-s-1vcpu-2gb x2 online'], access: ['shop--app from ip_addr 10.1.0.0/16'] },
  },
  'database of servers': {
    resources: [{ kind: 'database', name: 'app', engine: 'mysql', access: ['web1', 'web2'] }, WEB, { ...WEB, name: 'web2' }, KEY, FIREWALL],
    state: {
      ...SERVER_STATE,
      droplet: ['web1 s-1vcpu-1gb active', 'web2 s-1vcpu-1gb active'],
      protected: ['web1 by web', 'web2 by web'],
      database: ['shop--app mysql 8 db-s-1vcpu-1gb x1 online'],
      access: ['shop--app from droplet web1', 'shop--app from droplet web2'],
    },
  },
  bucket: {
    resources: [
      { kind: 'bucket', name: 'acme-files' },
      { kind: 'bucket', name: 'acme-cache', versioning: false },
    ],
    state: { bucket: ['acme-cache', 'acme-files, versions kept'] },
  },
  static_ip: {
    resources: [{ kind: 'static_ip', name: 'front', server: 'web1' }, ...SERVER],
    state: { ...SERVER_STATE, reserved_ip: ['for web1'] },
  },
  dns_zone: { resources: [ZONE], state: { domain: ['example.com'] } },
  dns_record: {
    resources: [
      ZONE,
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'A', value: ['203.0.113.251', '203.0.113.252'] },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'AAAA', value: '2001:DB8:0:0::1' },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'TXT', value: ['v=spf1 include:"x" -all', '-x'] },
      { kind: 'dns_record', name: '@', zone: 'example.com', type: 'MX', value: ['10 mail.example.com', '20 backup'] },
      {
        kind: 'dns_record',
        name: '@',
        zone: 'example.com',
        type: 'CAA',
        value: ['0 issue letsencrypt.org', '0 iodef mailto:me@example.com'],
      },
      { kind: 'dns_record', name: '*', zone: 'example.com', type: 'CNAME', value: 'www.example.com' },
      { kind: 'dns_record', name: 'sub', zone: 'example.com', type: 'NS', value: 'ns1.other.example' },
      { kind: 'dns_record', name: '_sip._tcp', zone: 'example.com', type: 'SRV', value: '10 5 5060 sip.example.com' },
    ],
    state: {
      domain: ['example.com'],
      record: [
        'A @ in example.com: 0 203.0.113.251',
        'A @ in example.com: 0 203.0.113.252',
        'AAAA @ in example.com: 0 2001:db8::1',
        'CAA @ in example.com: 0 iodef mailto:me@example.com',
        'CAA @ in example.com: 0 issue letsencrypt.org',
        'CNAME * in example.com: 0 www.example.com',
        'MX @ in example.com: 10 mail.example.com',
        'MX @ in example.com: 20 backup.example.com',
        'NS sub in example.com: 0 ns1.other.example',
        'SRV _sip._tcp in example.com: 10 5 5060 sip.example.com',
        'TXT @ in example.com: 0 -x',
        'TXT @ in example.com: 0 v=spf1 include:"x" -all',
      ],
    },
  },
  certificate: {
    resources: [{ kind: 'certificate', name: 'site', domains: ['example.com', '*.example.com'], zone: 'example.com' }, ZONE],
    state: { certificate: ['shop--site verified'], domain: ['example.com'] },
  },
  snapshot: {
    resources: [
      { kind: 'snapshot', name: 'first', server: 'web1' },
      { kind: 'snapshot', name: 'disk', volume: 'data' },
      { kind: 'volume', name: 'data' },
      ...SERVER,
    ],
    state: { ...SERVER_STATE, volume: ['data 10 ext4'], snapshot: ['shop--disk of volume', 'shop--first of droplet'] },
  },
};

const STACK = [
  { kind: 'dns_record', name: 'www', zone: 'example.com', target: 'lb1' },
  { kind: 'dns_record', name: 'direct', zone: 'example.com', target: 'front' },
  { kind: 'dns_record', name: 'second', zone: 'example.com', target: 'web2' },
  {
    kind: 'load_balancer',
    name: 'lb1',
    network: 'lan',
    targets: ['web1', 'web2'],
    services: [{ port: 443, certificate: 'site', healthPath: '/health' }],
  },
  { kind: 'certificate', name: 'site', domains: ['www.example.com'], zone: 'example.com' },
  ZONE,
  { kind: 'database', name: 'app', network: 'lan', access: ['web1', 'web2'] },
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
  ...LAN_STATE,
  ssh_key: ['shop--deploy'],
  tag: ['firewall:shop:web', 'load-balancer:shop:lb1'],
  firewall: ['shop--lb1.load-balancer', 'web'],
  droplet: ['web1 s-1vcpu-1gb active', 'web2 s-1vcpu-1gb active'],
  joined: ['web1 in lan', 'web2 in lan'],
  protected: ['web1 by shop--lb1.load-balancer', 'web1 by web', 'web2 by shop--lb1.load-balancer', 'web2 by web'],
  volume: ['data 20 ext4'],
  attached: ['data to web2'],
  load_balancer: ['lb1 active in lan'],
  service: ['lb1 http 80 to 80', 'lb1 https 443 to 80'],
  behind: ['web1 behind lb1', 'web2 behind lb1'],
  database: ['shop--app pg 17 db-s-1vcpu-1gb x1 online'],
  access: ['shop--app from droplet web1', 'shop--app from droplet web2'],
  reserved_ip: ['for web1'],
  domain: ['example.com'],
  record: ['A direct in example.com: of the plan', 'A second in example.com: of the plan', 'A www in example.com: of the plan'],
  certificate: ['shop--site verified'],
  snapshot: ['shop--first of droplet'],
};

describe.skipIf(!hasCli('doctl'))('DigitalOcean, by doctl against a cloud on loopback', { timeout: 600_000 }, () => {
  let cloud: DigitalOceanCloud;
  const writes = () => cloud.requests.filter((one) => one.method !== 'GET');
  beforeAll(async () => {
    cloud = await digitalOceanCloud();
  });
  afterEach(() => {
    const seen = [...cloud.unknown];
    cloud.reset();
    expect(seen, 'requests that the lab has no route for').toEqual([]);
  });
  afterAll(() => cloud.stop());

  /** A plan as it is given out, but for the address of Spaces: no variable of aws goes over --endpoint-url. */
  async function stack(resources: readonly object[]): Promise<Plan> {
    const given = await plan({ provider: 'digitalocean', region: 'fra1', plan: 'shop', resources });
    return JSON.parse(JSON.stringify(given).replaceAll('https://fra1.digitaloceanspaces.com', cloud.spaces)) as Plan;
  }

  async function once(text: string, shell: 'bash' | 'zsh' = 'bash') {
    const box = await sandbox();
    try {
      return await run(text, cloud, box.dir, shell);
    } finally {
      await box.remove();
    }
  }

  /** The creation script, saying of each step whether its check held before it and whether it holds after it. */
  function verifying(one: Plan): string {
    const names = new Names(one.steps);
    const check = (k: number): string => {
      const step = one.steps[k - 1];
      return step === undefined
        ? ''
        : `if (set +eu; ${bash.verify({ do: 'settle', check: step.verify, seconds: 0 }, names)}) 2>/dev/null; then holds=yes; else holds=no; fi; echo "${step.id} `;
    };
    let text = texts(one).create;
    for (let k = one.steps.length; k >= 1; k--) {
      text = text.replace(`at '[${k}/`, `${k > 1 ? `${check(k - 1)}after $holds"\n` : ''}${check(k)}before $holds"\nat '[${k}/`);
    }
    return text.replace("at 'done", `${check(one.steps.length)}after $holds"\nat 'done`);
  }

  describe.each(Object.entries(KINDS).filter(([name]) => name !== 'bucket' || hasCli('aws')))('%s', (_name, { resources, state }) => {
    it('lives', async () => {
      const one = await stack(resources);
      const life = await live(one, cloud, { every: Math.ceil(one.steps.length / 5) });
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
      expect(stdout.split('\n').filter((line) => / (?:before|after) /.test(line))).toEqual(
        one.steps.flatMap((step) => [`${step.id} before no`, `${step.id} after yes`]),
      );
    });

    it('comes out the same when it is pasted', async () => {
      const { code, stderr } = await once(texts(await stack(resources)).pasted.replaceAll('sleep 5', 'sleep 0.2'));
      expect(code, stderr).toBe(0);
      expect(await cloud.state()).toEqual(state);
    });
  });

  describe('a whole stack', () => {
    it.each([
      ['bash', 4],
      ['zsh', 10],
    ] as const)('lives in %s', async (shell, every) => {
      const life = await live(await stack(STACK), cloud, { shell, every });
      expect(life.problems).toEqual([]);
      expect(life.created).toEqual(STACK_STATE);
      expect(life.again).toEqual(STACK_STATE);
      for (const resumed of life.resumed) expect(resumed).toEqual(STACK_STATE);
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
      const [web, access] = sent(/^\/v2\/firewalls$/);
      const world = { addresses: ['0.0.0.0/0', '::/0'] };
      expect(web).toMatchObject({
        name: 'web',
        tags: ['firewall:shop:web'],
        inbound_rules: [
          { protocol: 'tcp', ports: '443', sources: world },
          { protocol: 'tcp', ports: '22', sources: { addresses: ['203.0.113.7/32'] } },
        ],
        outbound_rules: [
          { protocol: 'tcp', ports: 'all', destinations: world },
          { protocol: 'udp', ports: 'all', destinations: world },
          { protocol: 'icmp', destinations: world },
        ],
      });
      expect(access.inbound_rules).toMatchObject([
        { protocol: 'tcp', ports: '80', sources: { load_balancer_uids: [expect.stringMatching(/^[0-9a-f-]{36}$/)] } },
      ]);
      expect(access.tags).toEqual(['firewall:shop:web']);
      expect(sent(/^\/v2\/load_balancers$/)[0]).toMatchObject({
        name: 'lb1',
        region: 'fra1',
        size_unit: 1,
        tag: 'load-balancer:shop:lb1',
        vpc_uuid: expect.any(String),
        redirect_http_to_https: true,
        forwarding_rules: [
          { entry_protocol: 'https', entry_port: 443, target_protocol: 'http', target_port: 80, certificate_id: expect.any(String) },
          { entry_protocol: 'http', entry_port: 80, target_protocol: 'http', target_port: 80 },
        ],
        health_check: {
          protocol: 'http',
          port: 80,
          path: '/health',
          check_interval_seconds: 10,
          response_timeout_seconds: 5,
          healthy_threshold: 3,
          unhealthy_threshold: 3,
        },
      });
      const droplets = sent(/^\/v2\/droplets$/);
      expect(droplets[0]).toMatchObject({
        name: 'web1',
        region: 'fra1',
        size: 's-1vcpu-1gb',
        image: 'ubuntu-24-04-x64',
        tags: ['plan:shop', 'firewall:shop:web'],
        ssh_keys: [expect.any(Number)],
        monitoring: true,
      });
      expect(droplets[1].user_data).toMatch(/^#cloud-config\n[\s\S]*docker\.io/);
      expect(sent(/^\/v2\/databases$/)[0]).toMatchObject({
        name: 'shop--app',
        engine: 'pg',
        version: '17',
        num_nodes: 1,
        tags: ['plan:shop'],
        private_network_uuid: expect.any(String),
      });
      expect(sent(/^\/v2\/volumes$/)[0]).toMatchObject({ name: 'data', size_gigabytes: 20, filesystem_type: 'ext4', tags: ['plan:shop'] });
    });

    it('never has a droplet without its firewall, nor a database that nobody guards for longer than a step', async () => {
      expect((await once(texts(await stack(STACK)).create)).code).toBe(0);
      const order = writes().map((one) => one.path);
      expect(order.indexOf('/v2/firewalls')).toBeLessThan(order.indexOf('/v2/droplets'));
      const database = order.indexOf('/v2/databases');
      expect(order[database + 1]).toMatch(/^\/v2\/databases\/[^/]+\/firewall$/);
    });

    it('prints no password', async () => {
      const all = texts(await stack(STACK));
      for (const text of [all.create, all.create, all.destroy, all.pasted.replaceAll('sleep 5', 'sleep 0.2')]) {
        const { code, stdout, stderr } = await once(text);
        expect(code, stderr).toBe(0);
        expect(stdout + stderr).not.toContain(PASSWORD);
      }
    });

    it('keeps snapshots, and takes one of a volume first, in a teardown that is not asked to take them', async () => {
      const all = texts(await stack(STACK), { rescue: true, backups: false });
      expect((await once(all.create)).code).toBe(0);
      const { code, stderr } = await once(all.destroy);
      expect(code, stderr).toBe(0);
      expect(await cloud.state()).toEqual({
        snapshot: ['shop--data-', 'shop--first of droplet'].map((name) => expect.stringContaining(name)),
      });
    });

    it('finds only its own', async () => {
      const other = await plan({
        provider: 'digitalocean',
        region: 'ams3',
        plan: 'other',
        resources: [KEY, { kind: 'server', name: 'web1', sshKeys: ['deploy'] }, { kind: 'database', name: 'app' }],
      });
      // The account has a web1 of that plan already, so it is found, and only the database is made.
      const made = await once(texts(other).create);
      expect(made.code, made.stderr).toBe(0);
      const before = await cloud.state();
      // An account takes each public key only once, so this plan uses the one that the other has uploaded.
      const shared = STACK.map((one) =>
        one.kind === 'ssh_key'
          ? { kind: 'ssh_key', name: 'other--deploy', existing: true }
          : 'sshKeys' in one
            ? { ...one, sshKeys: ['other--deploy'] }
            : one,
      );
      const mine = texts(await stack(shared));
      for (const text of [mine.create, mine.destroy]) {
        const { code, stderr } = await once(text);
        expect(code, stderr).toBe(0);
      }
      expect(await cloud.state()).toEqual(before);
      expect(before).toMatchObject({ database: ['other--app pg 17 db-s-1vcpu-1gb x1 online'] });
    });
  });

  describe('a service that refuses', () => {
    it.each([
      [
        'server.web2',
        {
          method: 'POST',
          path: /^\/v2\/droplets$/,
          after: 1,
          status: 422,
          id: 'unprocessable_entity',
          message: 'creating this/these droplet(s) will exceed your droplet limit',
        },
      ],
      [
        'network.lan',
        { method: 'POST', path: /^\/v2\/vpcs$/, status: 409, id: 'conflict', message: 'a vpc with that name already exists' },
      ],
      [
        'firewall.web',
        { method: 'POST', path: /^\/v2\/firewalls$/, status: 429, id: 'too_many_requests', message: 'API Rate limit exceeded.' },
      ],
      [
        'volume.data',
        { method: 'POST', path: /^\/v2\/volumes$/, status: 500, id: 'server_error', message: 'Unexpected server-side error' },
      ],
      [
        'load_balancer.lb1',
        { method: 'POST', path: /^\/v2\/load_balancers$/, status: 422, id: 'unprocessable_entity', message: 'load balancer limit reached' },
      ],
      [
        'static_ip.front',
        { method: 'POST', path: /^\/v2\/reserved_ips$/, status: 422, id: 'unprocessable_entity', message: 'reserved IP limit reached' },
      ],
    ])('stops at %s, says so, and goes on when it is run again', async (step, refusal) => {
      const { create } = texts(await stack(STACK));
      const end = cloud.refuse(refusal);
      const refused = await once(create);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(`${refusal.status} (request "lab") ${refusal.message}`);
      expect(refused.stderr).toMatch(new RegExp(`Stopped \\(exit \\d+\\) at \\[\\d+/\\d+\\] ${step.replace('.', '\\.')}:`));
      expect(refused.stderr).toContain('run this script again');
      const last = writes().at(-1);
      expect(last).toMatchObject({ method: 'POST', status: refusal.status });
      expect(last?.path).toMatch(refusal.path);
      end();
      const second = await once(create);
      expect(second.code, second.stderr).toBe(0);
      expect(await cloud.state()).toEqual(STACK_STATE);
    });

    it('fails to answer a look-up: nothing is taken for absent', async () => {
      const all = texts(await stack([LAN]));
      expect((await once(all.create)).code).toBe(0);
      cloud.refuse({ method: 'GET', path: /^\/v2\/vpcs$/, status: 500, id: 'server_error', message: 'Unexpected server-side error' });
      const again = await once(all.create);
      expect(again.code).not.toBe(0);
      expect(again.stderr).toContain('Unexpected server-side error');
      expect(writes()).toHaveLength(1);
      expect((await once(all.destroy)).code).not.toBe(0);
      expect(await cloud.state()).toEqual(LAN_STATE);
    });

    it('does not know the token', async () => {
      const box = await sandbox();
      const result = await run(texts(await stack([LAN])).create, { env: { ...cloud.env, DIGITALOCEAN_ACCESS_TOKEN: 'x' } }, box.dir);
      await box.remove();
      expect(result.code).not.toBe(0);
      expect(result.stderr).toContain('digitalocean did not let you in');
      expect(writes()).toEqual([]);
    });
  });
});
