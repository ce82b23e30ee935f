import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { plan } from '../support/plans.ts';
import { FIREWALL, LAN, others, SERVER, STACK, sorted, stack, subjects } from './cases/aws.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { leftOut, run, sandbox } from './harness.ts';
import { lives } from './life.ts';
import { live } from './plan_life.ts';
import { textsOf } from './texts.ts';

const missing = leftOut('aws') ?? (hasMoto() ? undefined : 'moto is not there: test/lab/setup installs it');

describe.skipIf(missing !== undefined)(
  `AWS, by aws against moto${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    let cloud: Moto;
    beforeAll(async () => {
      cloud = await moto();
    }, 120_000);
    beforeEach(() => cloud.reset());
    afterEach(() => expect(cloud.unknown, 'what moto could not answer').toEqual([]));
    afterAll(() => cloud?.stop());

    async function once(...texts: readonly string[]): Promise<void> {
      const box = await sandbox();
      try {
        for (const text of texts) {
          const { code, stderr } = await run(text, cloud, box.dir);
          expect(code, stderr).toBe(0);
        }
      } finally {
        await box.remove();
      }
    }

    lives('aws', subjects, () => cloud);

    it.each(others)('%s: its whole life', async (_, { resources, state }) => {
      const made = await plan(stack(resources));
      const life = await live(made, cloud, { every: made.steps.length > 6 ? 4 : 1 });
      expect(life.problems).toEqual([]);
      expect(sorted(life.created)).toEqual(sorted(state));
      expect(life.again).toEqual(life.created);
      for (const resumed of life.resumed) expect(resumed).toEqual(life.created);
      expect(life.destroyed).toEqual({});
      for (const cleaned of life.cleaned) expect(cleaned).toEqual({});
    });

    it.each(['bash', 'zsh'] as const)('a whole stack in %s', async (shell) => {
      const made = await plan(stack(STACK));
      const life = await live(made, cloud, { shell, every: shell === 'bash' ? 17 : made.steps.length });
      expect(life.problems).toEqual([]);
      expect(sorted(life.created)).toEqual(
        sorted(JSON.parse(await readFile(new URL('cases/states/stack-aws.json', import.meta.url), 'utf8'))),
      );
      expect(life.again).toEqual(life.created);
      for (const resumed of life.resumed) expect(resumed).toEqual(life.created);
      expect(life.destroyed).toEqual({});
      for (const cleaned of life.cleaned) expect(cleaned).toEqual({});
    });

    it('saves a volume and a database before it destroys them, and leaves snapshots', async () => {
      const request = stack([
        ...SERVER,
        { kind: 'volume', name: 'data', server: 'web1' },
        { kind: 'database', name: 'app', size: 'db.t4g.micro', access: ['web1'] },
      ]);
      const all = await textsOf(request, cloud, { finalSnapshots: true, deleteBackups: false });
      await once(all.create, all.destroy);
      const left = await cloud.state();
      expect(Object.keys(left).sort()).toEqual(['db_snapshot', 'snapshot']);
      expect(left.snapshot?.join()).toMatch(/^data-last-\d{14} completed$/);
      expect(left.db_snapshot?.join()).toMatch(/^app-last-\d{14} of app available$/);
    });

    it('leaves a certificate and a bucket alone that bear the same name and are not of the plan', async () => {
      const request = stack([
        { kind: 'certificate', name: 'site', domains: ['example.com'] },
        { kind: 'bucket', name: 'acme-files', versioning: false },
      ]);
      const others = (value: string) =>
        `set -e\naws acm request-certificate --domain-name example.com --validation-method DNS --tags Key=plan,Value=${value} --region eu-central-1\naws s3api create-bucket --bucket acme-files --create-bucket-configuration 'LocationConstraint=eu-central-1,Tags=[{Key=plan,Value=${value}}]' --region eu-central-1\n`;
      const made = `${others('other')}aws s3api put-bucket-encryption --bucket acme-files --server-side-encryption-configuration 'Rules=[{ApplyServerSideEncryptionByDefault={SSEAlgorithm=AES256}}]' --region eu-central-1\naws s3api put-public-access-block --bucket acme-files --public-access-block-configuration BlockPublicAcls=true --region eu-central-1\n`;
      const { destroy } = await textsOf(request, cloud);
      await once(made, destroy);
      expect(Object.keys(await cloud.state()).sort()).toEqual(['bucket', 'certificate']);
      // And takes them where they are its own.
      await cloud.reset();
      await once(made.replaceAll('Value=other', 'Value=main'), destroy);
      expect(await cloud.state()).toEqual({});
    });

    it('keeps two plans apart that use the same names', async () => {
      const lan = [LAN, { ...FIREWALL, network: 'lan' }];
      const [one, two] = await Promise.all([textsOf(stack(lan, 'one'), cloud), textsOf(stack(lan, 'two'), cloud)]);
      await once(one.create, two.create);
      expect((await cloud.state()).vpc).toHaveLength(2);
      await once(one.destroy);
      const rest = await cloud.state();
      expect([rest.vpc, rest.subnet, rest.security_group].map((list) => list?.length)).toEqual([1, 4, 1]);
    });
  },
);
