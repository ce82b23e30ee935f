import { afterAll, beforeAll, describe } from 'vitest';
import { subjects as digitalocean } from './cases/digitalocean.ts';
import { subjects as hetzner } from './cases/hetzner.ts';
import { digitalOceanCloud } from './clouds/digitalocean.ts';
import { hetznerCloud } from './clouds/hetzner.ts';
import { type Cloud, leftOut } from './harness.ts';
import { lives, type Subject } from './life.ts';

/** What `npm test` runs of the lab: one short life on each provider whose CLI is there. All of it: `npm run lab`. */
const SLICE = [
  { provider: 'hetzner', cli: 'hcloud', subjects: hetzner, start: hetznerCloud },
  { provider: 'digitalocean', cli: 'doctl', subjects: digitalocean, start: () => digitalOceanCloud() },
] as const;

describe.each(SLICE)('a slice of the lab: $provider', { timeout: 120_000 }, ({ provider, cli, subjects, start }) => {
  const missing = leftOut(cli);
  describe.skipIf(missing !== undefined)(missing === undefined ? cli : `${cli} (left out: ${missing})`, () => {
    let cloud: Cloud;
    beforeAll(async () => {
      cloud = await start();
    });
    afterAll(() => cloud.stop());
    lives(provider, { network: subjects.network as Subject }, () => cloud, { shells: ['bash'] });
  });
});
