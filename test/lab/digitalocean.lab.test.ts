import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { KEY, LAN, LAN_STATE, STACK, STACK_STATE, stack, subjects } from './cases/digitalocean.ts';
import { servedAws } from './clouds/aws/served.ts';
import { type DigitalOceanCloud, digitalOceanCloud, PASSWORD } from './clouds/digitalocean.ts';
import { impatiently, leftOut, run, SHELLS, sandbox } from './harness.ts';
import { lives } from './life.ts';
import { textsOf } from './texts.ts';

const missing = leftOut('doctl');

describe.skipIf(missing !== undefined)(
  `DigitalOcean, by doctl against a cloud on loopback${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    let cloud: DigitalOceanCloud;
    const writes = () => cloud.requests.filter((one) => one.method !== 'GET');
    beforeAll(async () => {
      cloud = await digitalOceanCloud({ aws: await servedAws(['s3api']) });
    }, 120_000);
    afterEach(() => {
      const seen = [...cloud.unknown];
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

    lives('digitalocean', subjects, () => cloud);

    describe('a whole stack', () => {
      it('sends what was meant', async () => {
        const { code, stderr } = await once((await textsOf(stack(STACK), cloud)).create);
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
        expect(sent(/^\/v2\/volumes$/)[0]).toMatchObject({
          name: 'data',
          size_gigabytes: 20,
          filesystem_type: 'ext4',
          tags: ['plan:shop'],
        });
      });

      it('never has a droplet without its firewall, nor a database that nobody guards for longer than a step', async () => {
        expect((await once((await textsOf(stack(STACK), cloud)).create)).code).toBe(0);
        const order = writes().map((one) => one.path);
        expect(order.indexOf('/v2/firewalls')).toBeLessThan(order.indexOf('/v2/droplets'));
        const database = order.indexOf('/v2/databases');
        expect(order[database + 1]).toMatch(/^\/v2\/databases\/[^/]+\/firewall$/);
      });

      it('prints no password', async () => {
        const all = await textsOf(stack(STACK), cloud);
        const pasted = all.steps.map(({ command }) => command.replaceAll('sleep 5', 'sleep 0.2'));
        for (const text of [all.create, all.create, all.destroy, pasted.join('\n')]) {
          const { code, stdout, stderr } = await once(text);
          expect(code, stderr).toBe(0);
          expect(stdout + stderr).not.toContain(PASSWORD);
        }
      });

      it('keeps snapshots, and takes one of a volume first, in a teardown that is not asked to take them', async () => {
        const all = await textsOf(stack(STACK), cloud, { finalSnapshots: true, deleteBackups: false });
        expect((await once(all.create)).code).toBe(0);
        const { code, stderr } = await once(all.destroy);
        expect(code, stderr).toBe(0);
        expect(await cloud.state()).toEqual({
          snapshot: ['shop--data-', 'shop--first of droplet'].map((name) => expect.stringContaining(name)),
        });
      });

      it('finds only its own', async () => {
        const other = {
          provider: 'digitalocean',
          region: 'ams3',
          plan: 'other',
          resources: [KEY, { kind: 'server', name: 'web1', sshKeys: ['deploy'] }, { kind: 'database', name: 'app' }],
        };
        // The account has a web1 of that plan already, so it is found, and only the database is made.
        const made = await once((await textsOf(other, cloud)).create);
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
        const mine = await textsOf(stack(shared), cloud);
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
          {
            method: 'POST',
            path: /^\/v2\/load_balancers$/,
            status: 422,
            id: 'unprocessable_entity',
            message: 'load balancer limit reached',
          },
        ],
        [
          'static_ip.front',
          { method: 'POST', path: /^\/v2\/reserved_ips$/, status: 422, id: 'unprocessable_entity', message: 'reserved IP limit reached' },
        ],
      ])('stops at %s, says so, and goes on when it is run again', async (step, refusal) => {
        const { create } = await textsOf(stack(STACK), cloud);
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

      it('takes too long, or is gone before it has answered: what it did all the same is found, and not made twice', async () => {
        const { create, destroy } = await textsOf(stack([LAN]), cloud);
        const late = cloud.refuse({
          method: 'POST',
          path: /^\/v2\/vpcs$/,
          status: 504,
          id: 'gateway_timeout',
          message: 'The server took too long',
        });
        const refused = await once(create);
        expect(refused.code).not.toBe(0);
        expect(refused.stderr).toMatch(/The server took too long[\s\S]*at \[1\/1\] network\.lan:[\s\S]*run this script again/);
        expect(cloud.writes()).toEqual([]);
        late();
        const cut = cloud.refuse({ method: 'POST', path: /^\/v2\/vpcs$/, status: 0, id: '', message: '', lose: true });
        const lost = await once(create);
        expect(lost.code).not.toBe(0);
        expect(lost.stderr).toMatch(/EOF[\s\S]*at \[1\/1\] network\.lan:/);
        cut();
        expect(cloud.writes()).toEqual(['POST /v2/vpcs']);
        expect((await once(create)).code).toBe(0);
        expect(cloud.writes()).toHaveLength(1);
        expect((await once(destroy)).code).toBe(0);
        expect(await cloud.state()).toEqual({});
      });

      it('is asked too often: doctl waits and asks again of its own accord', async () => {
        const { create } = await textsOf(stack([LAN]), cloud);
        cloud.refuse({
          method: 'POST',
          path: /^\/v2\/vpcs$/,
          status: 429,
          id: 'too_many_requests',
          message: 'API Rate limit exceeded.',
          times: 1,
        });
        const box = await sandbox();
        const retries = { DIGITALOCEAN_HTTP_RETRY_MAX: '3', DIGITALOCEAN_HTTP_RETRY_WAIT_MIN: '1', DIGITALOCEAN_HTTP_RETRY_WAIT_MAX: '1' };
        const { code, stderr } = await run(create, { env: { ...cloud.env, ...retries } }, box.dir);
        await box.remove();
        expect(code, stderr).toBe(0);
        expect(writes().map(({ status }) => status)).toEqual([429, 201]);
        expect(await cloud.state()).toEqual(LAN_STATE);
      });

      it.each(SHELLS)('does not answer at all: in %s, what is interrupted says where, and goes on when it is run again', async (shell) => {
        const { create } = await textsOf(stack([LAN]), cloud);
        const end = cloud.refuse({ method: 'POST', path: /^\/v2\/vpcs$/, status: 0, id: '', message: '', hang: true });
        const hung = await once(impatiently(create, shell, 20));
        end();
        expect(hung.code).not.toBe(0);
        expect(hung.stderr).toMatch(/Stopped \(exit \d+\) at \[1\/1\] network\.lan/);
        expect(hung.stderr).toContain('run this script again');
        expect(await cloud.state()).toEqual({});
        expect((await once(create, shell)).code).toBe(0);
        expect(await cloud.state()).toEqual(LAN_STATE);
      });

      it('fails to answer a look-up: nothing is taken for absent', async () => {
        const all = await textsOf(stack([LAN]), cloud);
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
        const result = await run(
          (await textsOf(stack([LAN]), cloud)).create,
          { env: { ...cloud.env, DIGITALOCEAN_ACCESS_TOKEN: 'x' } },
          box.dir,
        );
        await box.remove();
        expect(result.code).not.toBe(0);
        expect(result.stderr).toContain('digitalocean did not let you in');
        expect(writes()).toEqual([]);
      });
    });
  },
);
