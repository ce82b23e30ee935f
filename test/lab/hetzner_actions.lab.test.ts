import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TODAY } from '../support/plans.ts';
import { actionTexts } from './actions.ts';
import { CASES, type Case, DATA, FIREWALL, FRONT, GUARDED, KEY, LAN, SPARE, STACK, WEB } from './cases/hetzner_actions.ts';
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
    let stack: () => void | Promise<void>;
    const forget = async (): Promise<void> => {
      await cloud.state();
      (cloud.requests as unknown[]).length = 0;
    };
    /** The texts of a case, in a cloud that is as it is to be before it. */
    const texts = async ({ given, resources, action, more }: Case): Promise<Awaited<ReturnType<typeof actionTexts>>> => {
      if (given !== undefined) await go((await actionTexts({ ...base, resources: given.resources }, given.action, given.more)).script);
      await forget();
      return actionTexts({ ...base, resources }, action, more);
    };
    beforeAll(async () => {
      cloud = await hetznerCloud();
      box = await sandbox();
      await go((await textsOf({ ...base, resources: STACK }, cloud)).create);
      stack = await (cloud.snapshot as NonNullable<HetznerCloud['snapshot']>)();
    });
    beforeEach(async () => {
      cloud.reset();
      await stack();
      await forget();
    });
    afterAll(async () => {
      expect(cloud.unknown).toEqual([]);
      await cloud.stop();
      await box.remove();
    });

    it.each(Object.entries(CASES))('%s: done once, found the second time', async (_name, one) => {
      const { script } = await texts(one);
      await go(script);
      expect(writes()).toEqual(one.writes);
      const after = await cloud.state();
      await go(script);
      // The mark of a restore is set again; nothing else is.
      expect(writes().slice(one.writes.length)).toEqual(one.action === 'restore' ? ['PUT /servers'] : []);
      expect(await cloud.state()).toEqual(after);
    });

    it.each(Object.entries(CASES))('%s: goes on after an interruption', async (_name, one) => {
      const { interrupted, script, steps } = await texts(one);
      for (let k = 1; k < steps; k++) await go(interrupted(k), 9);
      await go(script);
      expect(writes().filter((write, i, all) => one.action !== 'restore' || write !== 'PUT /servers' || all.indexOf(write) === i)).toEqual(
        one.writes,
      );
    });

    it.each(Object.entries(CASES))('%s: comes out the same when it is pasted', async (_name, one) => {
      const { pasted } = await texts(one);
      await go(pasted);
      expect(writes()).toEqual(one.writes);
    });

    it('attach: what was detached is attached again', async () => {
      const before = await cloud.state();
      await go((await actionTexts({ ...base, resources: [DATA] }, 'detach')).script);
      expect((await cloud.state()).attached).toBeUndefined();
      await go((await actionTexts({ ...base, resources: [DATA] }, 'attach')).script);
      expect(await cloud.state()).toEqual(before);
    });

    it.each(GUARDED)('%s: its protection is what hcloud was told, and undoes itself', async (_name, resource, path) => {
      const told = () => cloud.requests.filter((one) => one.path.endsWith('/actions/change_protection')).map((one) => one.body.delete);
      const protect = await actionTexts({ ...base, resources: [resource] }, 'protect');
      const unprotect = await actionTexts({ ...base, resources: [resource] }, 'unprotect');
      await go(protect.script);
      const { path: url } = cloud.requests.findLast((one) => one.path.endsWith('/actions/change_protection')) as { path: string };
      expect(url.startsWith(`${path}/`)).toBe(true);
      await go(`${unprotect.pasted}\n${unprotect.undo}\n${protect.undo}`);
      expect(told()).toEqual([true, false, true, false]);
    });

    it('attach and detach of addresses, firewalls and networks: what there is before and after', async () => {
      const act = async (resources: readonly object[], action: 'attach' | 'detach') => {
        const target = [(resources[0] as { name: string }).name];
        await go((await actionTexts({ ...base, resources }, action, { target })).script);
        const { assigned = [], joined = [], protected: behind = [], off = [] } = await cloud.state();
        return [...assigned, ...joined, ...behind, ...off];
      };
      const front = { ...FRONT, server: 'web2' };
      expect(await act([front, SPARE], 'attach')).toEqual(['front to web2', 'web2 in lan', 'web1 by web', 'web2 by web']);
      expect(await act([front, SPARE], 'detach')).toEqual(['web2 in lan', 'web1 by web', 'web2 by web']);
      expect(await act([FIREWALL, SPARE], 'detach')).toEqual(['web2 in lan', 'web1 by web']);
      expect(await act([FIREWALL, SPARE, WEB], 'attach')).toEqual(['web2 in lan', 'web1 by web', 'web2 by web']);
      expect(await act([FIREWALL, SPARE, WEB], 'detach')).toEqual(['web2 in lan']);
      expect(await act([LAN, SPARE, { ...WEB, network: 'lan' }], 'attach')).toEqual(['web1 in lan', 'web2 in lan']);
      expect(await act([LAN, SPARE], 'detach')).toEqual(['web1 in lan']);
    });

    it('an address that a load balancer reaches its server by stays, and the server can be started again', async () => {
      const { script } = await actionTexts({ ...base, resources: [{ ...FRONT, server: 'web1' }, WEB] }, 'attach', { target: ['front'] });
      const { code, stderr } = await run(script, cloud, box.dir);
      expect(code).not.toBe(0);
      expect(stderr).toContain('hcloud server poweron web1');
      expect((await cloud.state()).off).toEqual(['web1']);
    });

    it('unprotect: what is protected is refused to a teardown, and then no more', async () => {
      await go((await actionTexts({ ...base, resources: [WEB] }, 'protect')).script);
      const { destroy } = await textsOf({ ...base, resources: [WEB, SPARE, LAN, KEY, FIREWALL] }, cloud);
      await go(destroy, 1);
      expect((await cloud.state()).server).toContain('web1');
      await go((await actionTexts({ ...base, resources: [WEB] }, 'unprotect')).script);
      await go(destroy);
      expect((await cloud.state()).server).toBeUndefined();
    });

    it('rename: by its new name a plan finds it, and by its old one nothing', async () => {
      await go((await actionTexts({ ...base, resources: [WEB] }, 'rename', { newName: 'web9' })).script);
      await go((await actionTexts({ ...base, resources: [{ ...WEB, name: 'web9', size: 'cx33' }] }, 'resize')).script);
      await go((await actionTexts({ ...base, resources: [WEB] }, 'protect')).script, 1);
      expect((await cloud.state()).server).toEqual(['web2', 'web9']);
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
