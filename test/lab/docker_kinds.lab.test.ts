import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE, swarmSubjects } from './cases/docker_kinds.ts';
import { type DockerEngine, dockerEngine, noEngine } from './clouds/docker.ts';
import { run, sandbox } from './harness.ts';
import { lives, type Subject } from './life.ts';
import { textsOf } from './texts.ts';

describe.skipIf(noEngine !== undefined)(
  `what a swarm runs, on a real engine${noEngine === undefined ? '' : ` (left out: ${noEngine})`}`,
  { timeout: 900_000 },
  () => {
    let engine: DockerEngine;
    beforeAll(async () => {
      engine = await dockerEngine([IMAGE, 'postgres:17'], { apart: true });
    }, 120_000);
    afterEach(async () => {
      await engine.forget();
      expect(await engine.state(), 'left over by the test').toEqual({});
    });
    afterAll(() => engine?.stop(), 60_000);

    // An engine cannot be brought back to a step, so each place is reached anew.
    lives('docker', swarmSubjects, () => engine, {
      every: (_steps, shell) => (shell === 'bash' ? 2 : 4),
      refused: (shell) => (shell === 'bash' ? 1 : 0),
    });

    it('prints no token by which another engine could join', async () => {
      const { create, destroy, steps, removal } = await textsOf((swarmSubjects.swarm as Subject).request, engine);
      const box = await sandbox();
      try {
        for (const text of [
          create,
          destroy,
          steps.map(({ command }) => command).join('\n'),
          removal.map(({ command }) => command).join('\n'),
        ]) {
          const { code, stdout, stderr } = await run(text, engine, box.dir);
          expect(code, stderr).toBe(0);
          expect(stdout + stderr).not.toContain('SWMTKN');
        }
      } finally {
        await box.remove();
      }
    });

    it('leaves a swarm alone that is not of the plan, with what runs in it', async () => {
      await engine.docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1:2377');
      const { create, destroy } = await textsOf((swarmSubjects.swarm as Subject).request, engine);
      const box = await sandbox();
      try {
        const made = await run(create, engine, box.dir);
        expect(made.code).not.toBe(0);
        expect(made.stderr).toContain('docker network rm docker_gwbridge');
        const removed = await run(destroy, engine, box.dir);
        expect(removed.code, removed.stderr).toBe(0);
        expect((await engine.state()).swarm).toEqual(['ready leader']);
      } finally {
        await box.remove();
        await engine.docker('swarm', 'leave', '--force');
        await engine.docker('network', 'rm', 'docker_gwbridge');
      }
    });
  },
);
