import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { few, fewer, stack } from './cases/aws.ts';
import { files, furtherSubjects, largerSubjects } from './cases/aws_kinds.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { leftOut, run, sandbox } from './harness.ts';
import { lives } from './life.ts';
import { textsOf } from './texts.ts';

const missing = leftOut('aws') ?? (hasMoto() ? undefined : 'moto is not there: test/lab/setup installs it');

/** What these kinds call, beside what all plans do. */
const SERVICES = [
  'autoscaling',
  'cloudfront',
  'cloudwatch',
  'ecr',
  'ecs',
  'efs',
  'eks',
  'elasticache',
  'iam',
  'kms',
  'logs',
  'sns',
  'wafv2',
];

describe.skipIf(missing !== undefined)(
  `AWS's further kinds, by aws against moto${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    let cloud: Moto;
    beforeAll(async () => {
      cloud = await moto(['eu-central-1'], SERVICES);
    }, 120_000);
    beforeEach(() => cloud.reset());
    afterEach(() => expect(cloud.unknown, 'what moto could not answer').toEqual([]));
    afterAll(() => cloud?.stop());

    lives('aws', furtherSubjects, () => cloud, few);
    lives('aws', largerSubjects, () => cloud, fewer);

    it('a secret under a key of the plan is not made again while the old one can be taken back, and the script says why', async () => {
      const resources = [
        { kind: 'secret', name: 'db-pass', file: 'db-pass.txt', key: 'data' },
        { kind: 'kms_key', name: 'data' },
      ];
      const all = await textsOf(stack(resources), cloud);
      const box = await sandbox();
      for (const [name, text] of Object.entries(files)) await writeFile(join(box.dir, name), text);
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
