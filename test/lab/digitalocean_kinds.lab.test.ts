import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { furtherSubjects } from './cases/digitalocean_kinds.ts';
import { servedAws } from './clouds/aws/served.ts';
import { type DigitalOceanCloud, digitalOceanCloud, PASSWORD } from './clouds/digitalocean.ts';
import { leftOut, run, sandbox } from './harness.ts';
import { lives, type Subject } from './life.ts';
import { textsOf } from './texts.ts';

const missing = leftOut('doctl');

describe.skipIf(missing !== undefined)(
  `further kinds on DigitalOcean, by doctl against a cloud on loopback${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    let cloud: DigitalOceanCloud;
    beforeAll(async () => {
      cloud = await digitalOceanCloud({ aws: await servedAws(['s3api']) });
    }, 120_000);
    afterEach(() => {
      const seen = [...cloud.unknown];
      cloud.reset();
      expect(seen, 'requests that the lab has no route for').toEqual([]);
    });
    afterAll(() => cloud?.stop());

    lives('digitalocean', furtherSubjects, () => cloud);

    it('prints no password', async () => {
      const box = await sandbox();
      for (const name of ['cache', 'database_replica', 'database_pool and database_user']) {
        const { create } = await textsOf((furtherSubjects[name] as Subject).request, cloud);
        const { code, stdout, stderr } = await run(create, cloud, box.dir);
        expect(code, stderr).toBe(0);
        expect(stdout + stderr).not.toContain(PASSWORD);
        cloud.reset();
      }
      await box.remove();
    });
  },
);
