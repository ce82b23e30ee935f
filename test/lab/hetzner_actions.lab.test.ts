import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TODAY } from '../support/plans.ts';
import { actionTexts } from './actions.ts';
import { CASES, DATA, FIREWALL, KEY, STACK, WEB } from './cases/hetzner_actions.ts';
import { type HetznerCloud, hetznerCloud } from './clouds/hetzner.ts';
import { leftOut, run, sandbox } from './harness.ts';
import { textsOf } from './texts.ts';

const missing = leftOut('hcloud');

describe.skipIf(missing !== undefined)(
  `actions on Hetzner, by hcloud against a cloud on loopback${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 120_000 },
  () => {
    let cloud: HetznerCloud;
    let box: Awaited<ReturnType<typeof sandbox>>;
    const base = { provider: 'hetzner', region: 'fsn1', plan: 'shop' };
    const writes = (): string[] =>
      cloud.requests
        .filter((one) => one.method !== 'GET')
        .map((one) => `${one.method} ${one.path.replace(/\/(?:\d+|[a-z.]+\.com)(?=\/|$)/g, '')}`);
    const go = async (text: string, code = 0): Promise<string> => {
      const result = await run(text, cloud, box.dir);
      expect(result.code, result.stderr).toBe(code);
      expect(result.stdout + result.stderr).not.toMatch(/^Usage:/m);
      return result.stdout;
    };
    beforeAll(async () => {
      cloud = await hetznerCloud();
      box = await sandbox();
    });
    beforeEach(async () => {
      cloud.reset();
      await go((await textsOf({ ...base, resources: STACK }, cloud)).create);
      await cloud.state();
      (cloud.requests as unknown[]).length = 0;
    });
    afterAll(async () => {
      expect(cloud.unknown).toEqual([]);
      await cloud.stop();
      await box.remove();
    });

    it.each(Object.entries(CASES))('%s: done once, found the second time', async (_name, { resources, action, more, writes: wanted }) => {
      const { script } = await actionTexts({ ...base, resources }, action, more);
      await go(script);
      expect(writes()).toEqual(wanted);
      const after = await cloud.state();
      await go(script);
      // The mark of a restore is set again; nothing else is.
      expect(writes().slice(wanted.length)).toEqual(action === 'restore' ? ['PUT /servers'] : []);
      expect(await cloud.state()).toEqual(after);
    });

    it.each(Object.entries(CASES))('%s: goes on after an interruption', async (_name, { resources, action, more, writes: wanted }) => {
      const { interrupted, script, steps } = await actionTexts({ ...base, resources }, action, more);
      for (let k = 1; k < steps; k++) await go(interrupted(k), 9);
      await go(script);
      expect(writes().filter((write, i, all) => action !== 'restore' || write !== 'PUT /servers' || all.indexOf(write) === i)).toEqual(
        wanted,
      );
    });

    it.each(Object.entries(CASES))('%s: comes out the same when it is pasted', async (_name, {
      resources,
      action,
      more,
      writes: wanted,
    }) => {
      const { pasted } = await actionTexts({ ...base, resources }, action, more);
      await go(pasted);
      expect(writes()).toEqual(wanted);
    });

    it('attach: what was detached is attached again', async () => {
      const before = await cloud.state();
      await go((await actionTexts({ ...base, resources: [DATA] }, 'detach')).script);
      expect((await cloud.state()).attached).toBeUndefined();
      await go((await actionTexts({ ...base, resources: [DATA] }, 'attach')).script);
      expect(await cloud.state()).toEqual(before);
    });

    it('unprotect: what is protected is refused to a teardown, and then no more', async () => {
      await go((await actionTexts({ ...base, resources: [WEB] }, 'protect')).script);
      const { destroy } = await textsOf({ ...base, resources: [WEB, KEY, FIREWALL] }, cloud);
      await go(destroy, 1);
      expect((await cloud.state()).server).toEqual(['web1']);
      await go((await actionTexts({ ...base, resources: [WEB] }, 'unprotect')).script);
      await go(destroy);
      expect((await cloud.state()).server).toBeUndefined();
    });

    it('rename: by its new name a plan finds it, and by its old one nothing', async () => {
      await go((await actionTexts({ ...base, resources: [WEB] }, 'rename', { newName: 'web9' })).script);
      await go((await actionTexts({ ...base, resources: [{ ...WEB, name: 'web9', size: 'cx33' }] }, 'resize')).script);
      await go((await actionTexts({ ...base, resources: [WEB] }, 'protect')).script, 1);
      expect((await cloud.state()).server).toEqual(['web9']);
    });

    it('a resize that is refused says how to start the server again', async () => {
      const end = cloud.refuse({ method: 'POST', path: /change_type$/, status: 422, code: 'unsupported', message: 'no' });
      const { script } = await actionTexts({ ...base, resources: [{ ...WEB, size: 'cx33' }] }, 'resize');
      const { code, stderr } = await run(script, cloud, box.dir);
      end();
      expect(code).not.toBe(0);
      expect(stderr).toContain('hcloud server poweron web1');
      await go(script);
      expect((await cloud.state()).off).toBeUndefined();
      expect((await cloud.state()).image).toEqual(['first', `web1-before-resize-${TODAY}`]);
    });
  },
);
