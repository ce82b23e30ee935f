import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Arg } from '../../src/core/command.ts';
import { quote } from '../../src/render/bash.ts';
import { ALL, BUCKET, KEY, LAN, WEB } from '../support/aws_kinds.ts';
import { commandsOf, plan } from '../support/plans.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { makeNetworks, withKinds } from './clouds/moto_kinds.ts';
import { type Inventory, leftOut, run, sandbox } from './harness.ts';
import { partOf } from './part.ts';
import { reports } from './verifying.ts';

type Resource = Readonly<Record<string, unknown>>;

const DMZ = { kind: 'network', name: 'dmz', cidr: '10.1.0.0/16' };
const NAT = { kind: 'nat_gateway', name: 'out', network: 'lan' };

/** Each kind with what it needs. Networks are there already, since they have a test of their own. */
const KINDS: Readonly<Record<string, readonly Resource[]>> = {
  iam_role: [
    BUCKET,
    {
      kind: 'iam_role',
      name: 'app',
      allow: [{ actions: ['s3:GetObject', 's3:ListBucket'], on: 'acme-files' }],
      policies: ['AmazonSSMManagedInstanceCore'],
    },
    KEY,
    { ...WEB, role: 'app' },
  ],
  nat_gateway: [LAN, NAT],
  'nat_gateway in each zone': [LAN, { ...NAT, highAvailability: true }],
  secret: [{ kind: 'secret', name: 'db-pass', file: 'db-pass.txt' }],
  kms_key: [{ kind: 'kms_key', name: 'data' }],
  cache: [LAN, KEY, { ...WEB, network: 'lan' }, { kind: 'cache', name: 'hot', access: ['web1'], highAvailability: true }],
  alarm: [KEY, WEB, { kind: 'alarm', name: 'busy', target: 'web1', emails: ['ops@example.com', 'dev@example.com'] }],
  file_system: [LAN, { kind: 'file_system', name: 'files' }],
  registry: [{ kind: 'registry', name: 'app', immutableTags: true }],
  autoscaling_group: [
    LAN,
    { kind: 'load_balancer', name: 'lb1' },
    { kind: 'iam_role', name: 'app' },
    { kind: 'autoscaling_group', name: 'web', size: 't3.small', docker: true, loadBalancer: 'lb1', role: 'app' },
  ],
  container_service: [
    LAN,
    { kind: 'load_balancer', name: 'lb1', services: [{ targetPort: 8080 }] },
    { kind: 'secret', name: 'db-pass', file: 'db-pass.txt' },
    { kind: 'iam_role', name: 'tasks', for: 'ecs' },
    { kind: 'container_service', name: 'api', image: 'nginx:1.29', port: 8080, loadBalancer: 'lb1', secrets: ['db-pass'], role: 'tasks' },
  ],
  kubernetes_cluster: [LAN, NAT, { kind: 'kubernetes_cluster', name: 'prod', size: 't3.medium', access: ['203.0.113.0/24'] }],
  peering: [LAN, DMZ, { kind: 'peering', name: 'both', networks: ['lan', 'dmz'] }],
  'database_replica and copies': [
    LAN,
    { kind: 'database', name: 'app', size: 'db.t4g.micro' },
    { kind: 'database_replica', name: 'reads', database: 'app' },
    { kind: 'snapshot', name: 'rows', database: 'app' },
    { kind: 'database', name: 'again', size: 'db.t4g.micro', snapshot: 'rows' },
    { kind: 'database', name: 'then', size: 'db.t4g.micro', fork: 'app' },
  ],
};

/** What is found before anything is made: AWS's own images and policies, and that no secret waits for its deletion. */
const ALWAYS = /^(?:image\.|policy\.|secret\.[^.]+\.taken-back)/;
const isNetwork = (id: string): boolean => id.startsWith('network.');

const missing = leftOut('aws') ?? (hasMoto() ? undefined : 'moto is not there: test/lab/setup installs it');

describe.skipIf(missing !== undefined)(
  `AWS's further kinds, by aws against moto${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    let cloud: Moto;
    beforeAll(async () => {
      cloud = withKinds(await moto());
    }, 120_000);
    beforeEach(() => cloud.reset());
    afterAll(() => cloud?.stop());

    it.each(Object.entries(KINDS))('%s: checked around each step, again, interrupted anywhere, and removed', async (_, resources) => {
      const made = await plan({ provider: 'aws', region: 'eu-central-1', resources });
      const networks = resources.filter(({ kind }) => kind === 'network').map(({ name }) => name as string);
      const tables = made.steps.some(({ id }) => id === 'network.lan.private-2') ? ['private', 'private-2'] : ['private'];
      const there = makeNetworks(
        cloud,
        networks.map((name, i) => [name, `10.${i}.`, tables]),
      );
      const part = partOf(made, isNetwork, there);
      const before = await cloud.state();
      const box = await sandbox();
      await writeFile(join(box.dir, 'db-pass.txt'), 'correct horse');
      const go = async (text: string, expected = 0): Promise<Inventory> => {
        const { code, stderr } = await run(text, cloud, box.dir);
        expect({ code, stderr: code === expected ? '' : stderr }).toEqual({ code: expected, stderr: '' });
        return await cloud.state();
      };
      try {
        const { code, stdout, stderr } = await run(part.verifying, cloud, box.dir);
        expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
        const checks = part.steps.flatMap(({ id }) => (ALWAYS.test(id) ? [] : [`${id} before no`, `${id} after yes`]));
        expect(reports(stdout).filter((line) => !ALWAYS.test(line))).toEqual(checks);
        const created = await cloud.state();
        expect(created).toMatchSnapshot();
        expect(await go(part.create)).toEqual(created);
        expect(await go(part.destroy)).toEqual(before);
        expect(await go(part.destroy)).toEqual(before);
        // Interrupted after each step, and each time gone on with: the next run finds what the last one made.
        const stops = part.steps.slice(0, -1).map((_one, i) => i + 1);
        for (const k of stops) await go(part.interrupted(k), 9);
        expect(await go(part.create)).toEqual(created);
        expect(await go(part.destroy)).toEqual(before);
        // A creation that was given up half-way is removed like a whole one.
        const half = stops[Math.floor(stops.length / 2)];
        if (half !== undefined) {
          await go(part.interrupted(half), 9);
          expect(await go(part.destroy)).toEqual(before);
        }
      } finally {
        await box.remove();
      }
    });

    it('what moto does not know is taken by aws: each command gets as far as an address where nobody answers', async () => {
      const made = await plan({ provider: 'aws', region: 'eu-central-1', resources: ALL });
      const word = (arg: Arg): string =>
        [arg]
          .flat()
          .map((atom) => (typeof atom === 'string' ? atom : 'x-1'))
          .join('');
      const texts = new Set<string>();
      for (const { from, command } of commandsOf(made))
        if (/^(?:cdn|reverse_dns|placement_group)\./.test(from)) texts.add(['aws', ...command.args.map(word)].map(quote).join(' '));
      expect(texts.size).toBeGreaterThan(30);
      const box = await sandbox();
      try {
        const dead = { ...cloud.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_MAX_ATTEMPTS: '1' };
        const script = [...texts].map(
          (text) => `${text} 2>said; [ $? -eq 255 ] && grep -q 'Could not connect' said || { echo ${quote(text)}; cat said; }`,
        );
        expect((await run(script.join('\n'), { env: dead }, box.dir)).stdout).toBe('');
      } finally {
        await box.remove();
      }
    });

    it('a secret under a key of the plan is not made again while the old one can be taken back, and the script says why', async () => {
      const resources = [
        { kind: 'secret', name: 'db-pass', file: 'db-pass.txt', key: 'data' },
        { kind: 'kms_key', name: 'data' },
      ];
      const all = partOf(await plan({ provider: 'aws', region: 'eu-central-1', resources }), isNetwork, {});
      const box = await sandbox();
      await writeFile(join(box.dir, 'db-pass.txt'), 'correct horse');
      try {
        for (const text of [all.create, all.create]) expect(await run(text, cloud, box.dir)).toMatchObject({ code: 0 });
        expect((await cloud.state()).secret).toEqual(["db-pass db-pass of main is 'correct horse' key=key data"]);
        expect(await run(all.destroy, cloud, box.dir)).toMatchObject({ code: 0 });
        expect(await cloud.state()).toEqual({});
        const again = await run(all.create, cloud, box.dir);
        expect(again.code).not.toBe(0);
        expect(again.stderr).toContain('still waits for its deletion');
      } finally {
        await box.remove();
      }
    });
  },
);
