import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/core/plan.ts';
import { KEY, LAN, WEB } from '../support/aws_kinds.ts';
import { plan } from '../support/plans.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { withKinds } from './clouds/moto_kinds.ts';
import { hasCli, run, sandbox, texts } from './harness.ts';
import { reports, verified, verifying } from './verifying.ts';

type Resource = Readonly<Record<string, unknown>>;
type State = Record<string, readonly string[]>;

/** Each kind with what it needs: the plan's own things in moto afterwards are in the snapshot, to be read. */
const KINDS: Record<string, readonly Resource[]> = {
  iam_role: [
    { kind: 'bucket', name: 'acme-files' },
    {
      kind: 'iam_role',
      name: 'app',
      allow: [{ actions: ['s3:GetObject', 's3:ListBucket'], on: 'acme-files' }],
      policies: ['AmazonSSMManagedInstanceCore'],
    },
    KEY,
    { ...WEB, role: 'app' },
  ],
  nat_gateway: [LAN, { kind: 'nat_gateway', name: 'out', network: 'lan' }],
  'nat_gateway in each zone': [LAN, { kind: 'nat_gateway', name: 'out', network: 'lan', highAvailability: true }],
  secret: [{ kind: 'secret', name: 'db-pass', file: 'db-pass.txt' }],
  kms_key: [{ kind: 'kms_key', name: 'data' }],
  cache: [LAN, KEY, { ...WEB, network: 'lan' }, { kind: 'cache', name: 'hot', access: ['web1'], highAvailability: true }],
  alarm: [KEY, WEB, { kind: 'alarm', name: 'busy', target: 'web1', emails: ['ops@example.com', 'dev@example.com'] }],
  file_system: [LAN, KEY, { ...WEB, network: 'lan' }, { kind: 'file_system', name: 'files', access: ['web1'] }],
  registry: [{ kind: 'registry', name: 'app', immutableTags: true }],
};

/** What is found there before anything is made, and what answers of nobody's: checks that hold from the start. */
const ALWAYS = /^(?:image\.|policy\.|secret\.[^.]+\.taken-back)/;

const LONG = 1_200_000;

describe.skipIf(!hasCli('aws') || !hasMoto())('the further kinds of aws and moto', () => {
  let cloud: Moto;
  beforeAll(async () => {
    cloud = withKinds(await moto());
  }, 60_000);
  beforeEach(() => cloud.reset());
  afterAll(() => cloud?.stop());

  it.each(Object.entries(KINDS))(
    '%s: checked before and after each step, again, interrupted anywhere, and removed',
    async (_, resources) => {
      const made = await plan({ provider: 'aws', region: 'eu-central-1', resources });
      const all = texts({ ...made, preflight: [] } as Plan);
      const box = await sandbox();
      await writeFile(join(box.dir, 'db-pass.txt'), 'correct horse');
      const go = async (text: string, code = 0): Promise<State> => {
        expect(await run(text, cloud, box.dir)).toMatchObject({ code });
        return await cloud.state();
      };
      try {
        const { code, stdout, stderr } = await run(verifying({ ...made, preflight: [] }), cloud, box.dir);
        expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
        expect(reports(stdout).filter((line) => !ALWAYS.test(line))).toEqual(verified(made).filter((line) => !ALWAYS.test(line)));
        const created = await cloud.state();
        expect(created).toMatchSnapshot();
        expect(await go(all.create)).toEqual(created);
        expect(await go(all.destroy)).toEqual({});
        expect(await go(all.destroy)).toEqual({});
        // Interrupted after each step, and each time gone on with: the next run finds what the last one made. The steps of
        // networks and servers are interrupted in their own test.
        const own = made.steps.flatMap((step, i) => (/^(?:network|server|ssh_key|firewall|image|bucket)\./.test(step.id) ? [] : [i + 1]));
        const stops = own.filter((k) => k < made.steps.length);
        for (const k of stops) await go(all.interrupted(k), 9);
        expect(await go(all.create)).toEqual(created);
        expect(await go(all.destroy)).toEqual({});
        // A creation that was given up half-way is removed like a whole one.
        const half = stops[Math.floor(stops.length / 2)];
        if (half !== undefined) {
          await go(all.interrupted(half), 9);
          expect(await go(all.destroy)).toEqual({});
        }
      } finally {
        await box.remove();
      }
    },
    LONG,
  );

  it(
    'a secret under a key of the plan is not made again while the old one can be taken back, and the script says why',
    async () => {
      const all = texts(
        await plan({
          provider: 'aws',
          region: 'eu-central-1',
          resources: [
            { kind: 'secret', name: 'db-pass', file: 'db-pass.txt', key: 'data' },
            { kind: 'kms_key', name: 'data' },
          ],
        }),
      );
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
    },
    LONG,
  );
});
