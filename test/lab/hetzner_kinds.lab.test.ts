import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { furtherSubjects } from './cases/hetzner_kinds.ts';
import { type HetznerCloud, hetznerCloud } from './clouds/hetzner.ts';
import { leftOut } from './harness.ts';
import { lives } from './life.ts';

const missing = leftOut('hcloud');

describe.skipIf(missing !== undefined)(
  `further kinds on Hetzner, by hcloud against a cloud on loopback${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    let cloud: HetznerCloud;
    beforeAll(async () => {
      cloud = await hetznerCloud();
    });
    afterEach(() => {
      const seen = [...cloud.unknown];
      cloud.reset();
      expect(seen, 'requests that the lab has no route for').toEqual([]);
    });
    afterAll(() => cloud.stop());

    lives('hetzner', furtherSubjects, () => cloud);
  },
);
