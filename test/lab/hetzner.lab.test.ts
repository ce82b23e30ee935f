import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADDRESSES, FIREWALL, KEY, LAN, SERVER_STATE, STACK, STACK_STATE, stack, subjects, WEB } from './cases/hetzner.ts';
import { servedAws } from './clouds/aws/served.ts';
import { type HetznerCloud, hetznerCloud } from './clouds/hetzner.ts';
import { hasCli, impatiently, leftOut, run, SHELLS, sandbox } from './harness.ts';
import { lives } from './life.ts';
import { textsOf } from './texts.ts';

/** No hcloud at all; and none of the release that is wanted: what an older one cannot do is left out, by name. */
const missing = hasCli('hcloud') ? undefined : leftOut('hcloud');
const old = leftOut('hcloud');
const unless = (reason: string | undefined): string => (reason === undefined ? '' : ` (left out: ${reason})`);

describe.skipIf(missing !== undefined)(`Hetzner, by hcloud against a cloud on loopback${unless(missing)}`, { timeout: 1_800_000 }, () => {
  let cloud: HetznerCloud;
  const writes = () => cloud.requests.filter((one) => one.method !== 'GET');
  beforeAll(async () => {
    cloud = await hetznerCloud({ aws: await servedAws(['s3api']) });
  }, 120_000);
  afterEach(() => {
    const { unknown } = cloud;
    const seen = [...unknown];
    cloud.reset();
    expect(seen, 'requests that the lab has no route for').toEqual([]);
  });
  afterAll(() => cloud?.stop());

  async function once(text: string, shell: 'bash' | 'zsh' = 'bash') {
    const box = await sandbox();
    try {
      return await run(text, cloud, box.dir, shell);
    } finally {
      await box.remove();
    }
  }

  lives('hetzner', subjects, () => cloud);

  describe.skipIf(old !== undefined)(`a whole stack${unless(old)}`, () => {
    it('sends what was meant', async () => {
      const { code, stderr } = await once((await textsOf(stack(STACK), cloud)).create);
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
      const all = await textsOf(stack(STACK), cloud, { deleteBackups: false });
      expect((await once(all.create)).code).toBe(0);
      expect((await once(all.destroy)).code).toBe(0);
      expect(await cloud.state()).toEqual({ image: ['first'] });
    });

    it('finds only its own', async () => {
      const other = { ...stack([{ kind: 'network', name: 'lan2' }]), plan: 'other' };
      expect((await once((await textsOf(other, cloud)).create)).code).toBe(0);
      const mine = await textsOf(stack(STACK), cloud);
      expect((await once(mine.create)).code).toBe(0);
      expect((await once(mine.destroy)).code).toBe(0);
      expect(await cloud.state()).toEqual({ network: ['lan2'], subnet: ['lan2 eu-central 10.0.0.0/16'] });
    });
  });

  describe.skipIf(old !== undefined)(`a service that refuses${unless(old)}`, () => {
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
      const { create } = await textsOf(stack(STACK), cloud);
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
      expect(await cloud.state()).toEqual(STACK_STATE);
    });

    it('is out of stock: nothing is made', async () => {
      cloud.stock('cx23', false);
      const { code, stderr } = await once((await textsOf(stack(STACK), cloud)).create);
      expect(code).not.toBe(0);
      expect(stderr).toContain('cx23 is not in stock in fsn1 now. Nothing was made.');
      expect(writes()).toEqual([]);
    });

    it('sold out after the server was made: the script still goes on', async () => {
      const all = await textsOf(stack(STACK), cloud);
      expect((await once(all.create)).code).toBe(0);
      cloud.stock('cx23', false);
      const { code, stderr } = await once(all.create);
      expect(code, stderr).toBe(0);
    });

    it('refuses the second half of something: it is made up for', async () => {
      const { create } = await textsOf(stack([{ ...WEB, backups: true }, KEY, FIREWALL]), cloud);
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

    it('takes too long, or is gone before it has answered: what it did all the same is found, and not made twice', async () => {
      const { create, destroy } = await textsOf(stack([LAN]), cloud);
      const late = cloud.refuse({
        method: 'POST',
        path: /^\/networks$/,
        status: 504,
        code: 'timeout',
        message: 'the request took too long',
      });
      const refused = await once(create);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toMatch(/the request took too long[\s\S]*at \[1\/2\] network\.lan:[\s\S]*run this script again/);
      expect(cloud.writes()).toEqual([]);
      late();
      const cut = cloud.refuse({ method: 'POST', path: /^\/networks$/, status: 0, code: '', message: '', lose: true });
      const lost = await once(create);
      expect(lost.code).not.toBe(0);
      expect(lost.stderr).toMatch(/EOF[\s\S]*at \[1\/2\] network\.lan:/);
      cut();
      expect(cloud.writes()).toEqual(['POST /networks']);
      expect((await once(create)).code).toBe(0);
      expect(cloud.writes()).toHaveLength(2);
      expect((await once(destroy)).code).toBe(0);
      expect(await cloud.state()).toEqual({});
    });

    it('is asked too often: hcloud waits and asks again of its own accord', async () => {
      const { create } = await textsOf(stack([LAN]), cloud);
      cloud.refuse({ method: 'POST', path: /^\/networks$/, status: 429, code: 'rate_limit_exceeded', message: 'slow down', times: 1 });
      const { code, stderr } = await once(create);
      expect(code, stderr).toBe(0);
      expect(cloud.requests.filter(({ method, path }) => method === 'POST' && path === '/networks').map(({ status }) => status)).toEqual([
        429, 201,
      ]);
      expect(await cloud.state()).toMatchObject({ network: ['lan'] });
    });

    it.each(SHELLS)('does not answer at all: in %s, what is interrupted says where, and goes on when it is run again', async (shell) => {
      const { create } = await textsOf(stack([LAN]), cloud);
      const end = cloud.refuse({ method: 'POST', path: /add_subnet$/, status: 0, code: '', message: '', hang: true });
      const hung = await once(impatiently(create, shell, 20));
      end();
      expect(hung.code).not.toBe(0);
      expect(hung.stderr).toMatch(/Stopped \(exit \d+\) at \[2\/2\] network\.lan/);
      expect(hung.stderr).toContain('run this script again');
      expect(await cloud.state()).toEqual({ network: ['lan'] });
      expect((await once(create, shell)).code).toBe(0);
      expect(cloud.writes()).toHaveLength(2);
    });

    it('fails to answer a look-up: nothing is taken for absent', async () => {
      const all = await textsOf(stack([LAN]), cloud);
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
      const result = await run((await textsOf(stack([LAN]), cloud)).create, { env: { ...cloud.env, HCLOUD_TOKEN: 'x' } }, box.dir);
      await box.remove();
      expect(result.code).not.toBe(0);
      expect(result.stderr).toContain('hetzner did not let you in');
      expect(writes()).toEqual([]);
    });
  });
});
