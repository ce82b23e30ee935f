import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { k3sSubjects } from './cases/hetzner_k3s.ts';
import { type HetznerCloud, hetznerCloud } from './clouds/hetzner.ts';
import { type Reachable, reachable, TOKEN } from './clouds/ssh.ts';
import { leftOut, run, sandbox } from './harness.ts';
import { lives, type Subject } from './life.ts';
import { textsOf } from './texts.ts';

const missing = leftOut('hcloud');

describe.skipIf(missing !== undefined)(
  `Kubernetes on servers of Hetzner, by hcloud against a cloud on loopback${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    let servers: Reachable<HetznerCloud>;
    beforeAll(async () => {
      servers = await reachable(await hetznerCloud());
    });
    afterEach(async () => {
      const seen = [...servers.cloud.unknown];
      await servers.cloud.reset();
      expect(seen, 'requests that the lab has no route for').toEqual([]);
    });
    afterAll(async () => {
      await servers?.cloud.stop();
      await servers?.remove();
    });

    lives('hetzner', k3sSubjects, () => servers.cloud, { every: (_steps, shell) => (shell === 'bash' ? 1 : 4) });

    it('joins every worker by a token that nobody sees', async () => {
      const { create } = await textsOf((k3sSubjects.kubernetes_cluster as Subject).request, servers.cloud);
      const box = await sandbox();
      try {
        const { code, stdout, stderr } = await run(create, servers.cloud, box.dir);
        expect(code, stderr).toBe(0);
        expect(servers.joined()).toBe('k8s-2 k8s-3');
        for (const text of [create, stdout, stderr, await servers.connections()]) expect(text).not.toContain(TOKEN);
      } finally {
        await box.remove();
      }
    });
  },
);
