import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FIREWALL, few, KEY, LAN, SERVER, stack, subjects } from './cases/aws.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { impatiently, leftOut, run, SHELLS, sandbox } from './harness.ts';
import { lives } from './life.ts';
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

    lives('aws', subjects, () => cloud, few);

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

    it('refuses a database class that RDS does not have, which moto alone lets pass', async () => {
      const create = (name: string) =>
        `aws rds create-db-instance --db-instance-identifier a --engine postgres --db-instance-class ${name} --allocated-storage 20 --region eu-central-1`;
      const box = await sandbox();
      const bogus = await run(create('db.t4g.tiny'), cloud, box.dir);
      const real = await run(create('db.t4g.micro'), cloud, box.dir);
      await box.remove();
      expect(bogus.code).not.toBe(0);
      expect(bogus.stderr).toContain('Invalid DB Instance class: db.t4g.tiny');
      expect(real.code, real.stderr).toBe(0);
    });

    it('is asked too often: aws waits and asks again of its own accord', async () => {
      const { create } = await textsOf(stack([KEY]), cloud);
      cloud.refuse({
        service: 'ec2',
        action: '^ImportKeyPair$',
        status: 503,
        code: 'RequestLimitExceeded',
        message: 'slow down',
        times: 1,
      });
      const before = cloud.requests().length;
      const box = await sandbox();
      const { code, stderr } = await run(create, { env: { ...cloud.env, AWS_MAX_ATTEMPTS: '3' } }, box.dir);
      await box.remove();
      expect(code, stderr).toBe(0);
      const asked = cloud.requests().slice(before);
      expect(asked.filter(({ action }) => action === 'ImportKeyPair').map(({ refused = false }) => refused)).toEqual([true, false]);
      expect(await cloud.state()).toEqual({ key_pair: ['deploy deploy'] });
    });

    it.each(SHELLS)('does not answer at all: in %s, what is interrupted says where, and goes on when it is run again', async (shell) => {
      const { create } = await textsOf(stack([KEY]), cloud);
      const box = await sandbox();
      cloud.refuse({ service: 'ec2', action: '^ImportKeyPair$', hang: true });
      const hung = await run(impatiently(create, shell, 20), cloud, box.dir, shell);
      cloud.refuse();
      expect(hung.code).not.toBe(0);
      expect(hung.stderr).toMatch(/Stopped \(exit \d+\) at \[1\/1\] ssh_key\.deploy/);
      expect(hung.stderr).toContain('run this script again');
      expect(await cloud.state()).toEqual({});
      expect(await run(create, cloud, box.dir, shell)).toMatchObject({ code: 0 });
      expect(await cloud.state()).toEqual({ key_pair: ['deploy deploy'] });
      await box.remove();
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
