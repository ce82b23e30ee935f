import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionTexts } from './actions.ts';
import { APP, CASES, CLUSTER, IMAGE, STACK, TOKEN } from './cases/docker_actions.ts';
import { type DockerEngine, dockerEngine, noEngine } from './clouds/docker.ts';
import { type Run, run, sandbox } from './harness.ts';
import { textsOf } from './texts.ts';

describe.skipIf(noEngine !== undefined)(
  `actions on Docker, on a real engine${noEngine === undefined ? '' : ` (left out: ${noEngine})`}`,
  { timeout: 300_000 },
  () => {
    let engine: DockerEngine;
    let box: Awaited<ReturnType<typeof sandbox>>;
    const base = { provider: 'docker', plan: 'shop' };
    const writes = (): string[] => (engine.writes?.() ?? []).map((line) => line.split(' ').slice(0, 2).join(' '));
    const attempt = async (text: string): Promise<Run> => {
      const result = await run(text, engine, box.dir);
      expect(result.stdout + result.stderr).not.toMatch(/SWMTKN|^Usage:/m);
      return result;
    };
    const go = async (text: string, code = 0): Promise<void> => {
      const result = await attempt(text);
      expect(result.code, result.stderr).toBe(code);
    };
    const token = (text: string): Promise<void> => writeFile(join(box.dir, 'token.txt'), text);

    /** What the actions change, and when the container was started, which none of them may. */
    const facts = async (): Promise<Record<string, string>> => {
      const ask = (...args: string[]): Promise<string> => engine.docker(...args);
      const name = await ask('ps', '--filter', 'network=front', '--format', '{{.Names}}');
      const web = (format: string) => ask('container', 'inspect', '--format', format, name);
      const tasks = await ask('ps', '--quiet', '--filter', 'label=com.docker.swarm.service.name=app');
      const read = await Promise.all(tasks.split('\n').map((task) => ask('exec', task, 'cat', '/run/secrets/token')));
      const limits = '{{with .Spec.TaskTemplate.Resources.Limits}}{{.NanoCPUs}} {{.MemoryBytes}}{{end}}';
      const tokens = ['worker', 'manager'].map((role) => ask('swarm', 'join-token', '--quiet', role));
      return {
        name,
        // By which the others in its network find it.
        known: await web('{{index (index .NetworkSettings.Networks "front").DNSNames 0}}'),
        networks: await web('{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}'),
        started: await web('{{.State.StartedAt}}'),
        limits: await web('{{.HostConfig.NanoCpus}} {{.HostConfig.Memory}} {{.HostConfig.MemorySwap}}'),
        service: await ask('service', 'inspect', '--format', `{{.Spec.Mode.Replicated.Replicas}} ${limits}`, 'app'),
        secrets: await ask('secret', 'ls', '--format', '{{.Name}}'),
        read: [...new Set(read)].join(' '),
        tokens: (await Promise.all(tokens)).join(' '),
      };
    };
    const changes = async (before: Record<string, string>): Promise<Record<string, string>> => {
      const changed = Object.entries(await facts()).filter(([key, value]) => before[key] !== value);
      return Object.fromEntries(changed.map(([key, value]) => [key, key === 'tokens' ? 'others' : value]));
    };

    beforeAll(async () => {
      engine = await dockerEngine([IMAGE], { apart: true });
      box = await sandbox();
      await token('first');
      await go((await textsOf({ ...base, resources: STACK }, engine)).create);
    }, 180_000);
    beforeEach(() => engine.forget());
    afterAll(async () => {
      await engine?.stop();
      await box?.remove();
    }, 60_000);

    describe.each(Object.entries(CASES))('%s', (_name, { resources, action, more, writes: wanted, changes: first, pasted }) => {
      it('goes on after an interruption, and is found the second time', async () => {
        const { script, interrupted, steps } = await actionTexts({ ...base, resources }, action, more);
        await token('second');
        const before = await facts();
        for (let k = 1; k < steps; k++) await go(interrupted(k), 9);
        await go(script);
        expect(writes()).toEqual(wanted);
        expect(await changes(before)).toEqual(first);
        await go(script);
        expect(writes()).toEqual(wanted);
        expect(await changes(before)).toEqual(first);
      });

      it('comes out the same when it is pasted', async () => {
        const request = { ...base, resources: pasted.resources ?? resources };
        const texts = await actionTexts(request, action, { ...more, ...pasted.more }, pasted.today);
        await token('third');
        const before = await facts();
        await go(texts.pasted);
        expect(writes()).toEqual(wanted);
        expect(await changes(before)).toEqual(pasted.changes);
      });
    });

    it('rotate of a secret that the service cannot start with: it goes back, and the old one stays', async () => {
      const resources = [TOKEN, APP, CLUSTER];
      await token('bad');
      const before = await facts();
      const { script } = await actionTexts({ ...base, resources }, 'rotate', { target: ['token'] }, '2026-11-25');
      const { code, stderr } = await attempt(script);
      expect(code).not.toBe(0);
      expect(stderr).toContain('docker secret rm token-2026-11-25');
      expect(await changes(before)).toEqual({ secrets: `${before.secrets}\ntoken-2026-11-25` });
      // What creates the stack does not choose between the two.
      const create = await attempt((await textsOf({ ...base, resources: STACK }, engine)).create);
      expect(create.stderr).toContain('a rotation was not finished');
      await engine.docker('secret', 'rm', 'token-2026-11-25');
      await token('good');
      await go(script);
      expect(await changes(before)).toEqual({ secrets: 'token-2026-11-25', read: 'good' });
    });

    it('what was renamed, resized and rotated is still the stack, and goes with it', async () => {
      const { create, destroy } = await textsOf({ ...base, resources: STACK }, engine);
      await go(create);
      expect(writes()).toEqual([]);
      await go(destroy);
      expect(await engine.state()).toEqual({});
    });
  },
);
