import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionTexts } from './actions.ts';
import { BYTES, CASES, DATA, FIREWALL, FRONT, KEY, OFFICE, STACK, WEB, WHOLE } from './cases/aws_actions.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { type Inventory, leftOut, run, sandbox } from './harness.ts';
import { textsOf } from './texts.ts';

const missing = leftOut('aws') ?? (hasMoto() ? undefined : 'moto is not there: test/lab/setup installs it');

describe.skipIf(missing !== undefined)(
  `actions on AWS, by aws against moto${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 300_000 },
  () => {
    let cloud: Moto;
    let box: Awaited<ReturnType<typeof sandbox>>;
    let restore: () => void;
    let before: Inventory;
    let seen = 0;
    const base = { provider: 'aws', region: 'eu-central-1', plan: 'shop' };
    const writes = (): readonly string[] => cloud.writes().slice(seen);
    const go = async (text: string, code = 0): Promise<string> => {
      const result = await run(text, cloud, box.dir);
      expect(result.code, result.stderr).toBe(code);
      return result.stdout;
    };
    /** The mark of what was rotated is set again; nothing else is. */
    const once = (all: readonly string[]) =>
      all.filter((one, i) => !/ (?:AddTagsToResource|TagResource)$/.test(one) || all.indexOf(one) === i);
    const lines = (state: Inventory): string[] => Object.values(state).flat();
    beforeAll(async () => {
      cloud = await moto(['eu-central-1'], ['ecs', 'eks', 'iam', 'logs']);
      box = await sandbox();
      await writeFile(join(box.dir, 'db-pass.txt'), 'correct horse');
      await go((await textsOf({ ...base, resources: STACK }, cloud)).create);
      await writeFile(join(box.dir, 'db-pass.txt'), 'battery staple');
      before = await cloud.state();
      restore = (await cloud.snapshot?.()) as () => void;
    }, 300_000);
    beforeEach(async () => {
      await restore();
      seen = cloud.writes().length;
    });
    afterAll(async () => {
      await cloud?.drop?.();
      expect(cloud?.unknown ?? []).toEqual([]);
      await cloud?.stop();
      await box?.remove();
    });

    it.each(Object.entries(CASES))('%s: done once, found the second time, and after each interruption', async (_name, one) => {
      const { resources, action, more, writes: wanted, made = [], gone = [] } = one;
      const { script, interrupted, steps } = await actionTexts({ ...base, resources }, action, more);
      await go(script);
      expect(writes()).toEqual(wanted);
      const after = await cloud.state();
      const fresh = lines(after).filter((line) => !lines(before).includes(line));
      for (const part of made) expect(fresh.join('\n')).toContain(part);
      expect(lines(after).filter((line) => gone.some((part) => line.startsWith(part)))).toEqual([]);
      await go(script);
      expect(once(writes())).toEqual(wanted);
      expect(await cloud.state()).toEqual(after);
      await restore();
      seen = cloud.writes().length;
      for (let k = 1; k < steps; k++) await go(interrupted(k), 9);
      await go(script);
      expect(once(writes())).toEqual(wanted);
      expect(await cloud.state()).toEqual(after);
    });

    it('comes out the same when it is pasted', async () => {
      for (const name of [
        'resize of a server',
        'rename of a server with a group of its own',
        'restore of a volume',
        'rotate of a secret',
      ]) {
        const { resources, action, more, writes: wanted } = CASES[name] as (typeof CASES)[string];
        const { pasted } = await actionTexts({ ...base, resources }, action, more);
        await restore();
        seen = cloud.writes().length;
        await go(pasted);
        expect(writes(), name).toEqual(wanted);
      }
    });

    it.each([DATA, FRONT])('attach: what was detached is attached again', async (resource) => {
      await go((await actionTexts({ ...base, resources: [resource] }, 'detach')).script);
      expect(await cloud.state()).not.toEqual(before);
      await go((await actionTexts({ ...base, resources: [resource] }, 'attach')).script);
      expect(await cloud.state()).toEqual(before);
    });

    it('detach: a firewall that was attached is detached again', async () => {
      const resources = [OFFICE, FIREWALL, { ...WEB, firewalls: ['web', 'office'] }];
      const target = ['firewall.office'];
      await go((await actionTexts({ ...base, resources }, 'attach', { target })).script);
      expect(await cloud.state()).not.toEqual(before);
      const { script } = await actionTexts({ ...base, resources }, 'detach', { target });
      await go(script);
      expect(await cloud.state()).toEqual(before);
      const count = writes().length;
      await go(script);
      expect(writes().length).toBe(count);
    });

    it('unprotect: what is protected is refused to a teardown, and then no more', async () => {
      await go((await actionTexts({ ...base, resources: [WEB] }, 'protect')).script);
      const { destroy } = await textsOf({ ...base, resources: [WEB, KEY, FIREWALL] }, cloud);
      await go(destroy, 254);
      expect((await cloud.state()).instance).toEqual(before.instance);
      await go((await actionTexts({ ...base, resources: [WEB] }, 'unprotect')).script);
      await go(destroy);
      expect((await cloud.state()).instance?.join()).not.toContain('web1');
    });

    it.each(['load_balancer', 'database', 'kubernetes_cluster'])('a %s is protected and unprotected', async (kind) => {
      const resources = STACK.filter((one) => one.kind === kind);
      const acts = kind === 'database' ? (['unprotect', 'protect'] as const) : (['protect', 'unprotect'] as const);
      for (const act of acts) {
        const { script } = await actionTexts({ ...base, resources: [{ ...resources[0], network: 'lan' }] }, act);
        await go(script);
        const count = writes().length;
        await go(script);
        expect(writes().length).toBe(count);
      }
      expect(writes().length).toBe(2);
    });

    it.each([
      [BYTES, ['ec2 LockSnapshot'], ['ec2 UnlockSnapshot'], 'aws ec2 delete-snapshot --snapshot-id', 'SnapshotLocked'],
      [
        WHOLE,
        ['ec2 EnableImageDeregistrationProtection'],
        ['ec2 DisableImageDeregistrationProtection'],
        'aws ec2 deregister-image --image-id',
        'OperationNotPermitted',
      ],
    ])('a snapshot is protected, refused to who would delete it, and unprotected: %j', async (resource, on, off, remove, code) => {
      const resources = [resource];
      const { script } = await actionTexts({ ...base, resources }, 'protect');
      const [id] = /\b(?:snap|ami)-[0-9a-f]{8,17}\b/.exec(await go(`${script}\nprintf '%s\\n' "$snapshot_${resource.name}"`)) ?? [];
      expect(writes()).toEqual(on);
      await go(script);
      expect(writes()).toEqual(on);
      const refused = await run(`${remove} ${id} --region eu-central-1`, cloud, box.dir);
      expect([refused.code, refused.stderr]).toEqual([254, expect.stringContaining(code)]);
      const { script: lifted } = await actionTexts({ ...base, resources }, 'unprotect');
      await go(lifted);
      await go(lifted);
      expect(writes()).toEqual([...on, ...off]);
      await go(`${remove} ${id} --region eu-central-1`);
    });

    it('a rotated secret holds the new value, and its undo brings back the old one', async () => {
      const resources = STACK.filter((one) => one.kind === 'secret');
      const value = async () =>
        (
          await go(
            'aws secretsmanager get-secret-value --secret-id db-pass --version-stage AWSCURRENT --query SecretString --output text --region eu-central-1',
          )
        ).trim();
      expect(await value()).toBe('correct horse');
      const { script, undo } = await actionTexts({ ...base, resources }, 'rotate');
      await go(script);
      expect(await value()).toBe('battery staple');
      await go(undo);
      expect(await value()).toBe('correct horse');
    });
  },
);
