import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionTexts } from './actions.ts';
import { AFTER, CASES, DATA, IN_ZSH, STACK, UNDONE } from './cases/digitalocean_actions.ts';
import { type DigitalOceanCloud, digitalOceanCloud, PASSWORD } from './clouds/digitalocean.ts';
import { hasCli, type Inventory, run, type Shell, sandbox } from './harness.ts';
import { textsOf } from './texts.ts';

describe.skipIf(!hasCli('doctl'))('actions on DigitalOcean, by doctl against a cloud on loopback', { timeout: 300_000 }, () => {
  let cloud: DigitalOceanCloud;
  let box: Awaited<ReturnType<typeof sandbox>>;
  let restore: () => void;
  let before: Inventory;
  const base = { provider: 'digitalocean', region: 'fra1', plan: 'shop' };
  const writes = (): string[] =>
    cloud.requests
      .filter((one) => one.method !== 'GET')
      .map(
        (one) =>
          `${one.method} ${one.path.replace(/\/(?:[\d.]+|[0-9a-f]+-[0-9a-f-]+)(?=\/|$)/g, '')}${one.body?.type === undefined ? '' : ` ${one.body.type}`}`,
      );
  /** The mark of a restore is set again, and a password whose mark was not set yet is made again; nothing else is. */
  const once = (all: readonly string[]) =>
    all.filter((one, i) => !/^POST \/v2\/tags\/restored|reset_auth$/.test(one) || all.indexOf(one) === i);
  const go = async (text: string, code = 0, shell: Shell = 'bash'): Promise<string> => {
    const result = await run(text, cloud, box.dir, shell);
    expect(result.code, result.stderr).toBe(code);
    expect(result.stdout + result.stderr).not.toMatch(/^Usage:/m);
    expect(result.stdout + result.stderr).not.toContain(PASSWORD);
    return result.stdout;
  };
  beforeAll(async () => {
    cloud = await digitalOceanCloud();
    box = await sandbox();
    await writeFile(join(box.dir, 'value.txt'), 'correct horse');
    await go((await textsOf({ ...base, resources: STACK }, cloud)).create);
    await writeFile(join(box.dir, 'value.txt'), 'battery staple');
    before = await cloud.state();
    restore = (await cloud.snapshot?.()) as () => void;
  }, 300_000);
  beforeEach(() => {
    restore();
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
    expect(once(writes())).toEqual(wanted);
    expect(await cloud.state()).toEqual(after);
  });

  it.each(Object.entries(CASES))('%s: refused, it stops; and it goes on after that, and after each interruption', async (_name, one) => {
    const { resources, action, more, writes: wanted } = one;
    const { interrupted, script, steps } = await actionTexts({ ...base, resources }, action, more);
    const refusal = cloud.refuseWrites?.('quota');
    const refused = await run(script, cloud, box.dir);
    refusal?.end();
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toContain(refusal?.message);
    expect(refused.stderr).toContain('Stopped (exit');
    expect(await cloud.state()).toEqual(before);
    (cloud.requests as unknown[]).length = 0;
    for (let k = 1; k < steps; k++) await go(interrupted(k), 9);
    await go(script);
    expect(once(writes())).toEqual(wanted);
  });

  it.each(UNDONE)('%s: taken back, to what was before', async (name) => {
    const { resources, action, more } = CASES[name] as (typeof CASES)[string];
    const { script, undo } = await actionTexts({ ...base, resources }, action, more);
    await go(script);
    expect(await cloud.state()).not.toEqual(before);
    await go(undo);
    expect(await cloud.state()).toEqual(before);
  });

  it.each(Object.entries(AFTER))('%s: a plan of what it is afterwards finds it, and makes nothing', async (name, after) => {
    const { resources, action, more, writes: wanted } = CASES[name] as (typeof CASES)[string];
    await go((await actionTexts({ ...base, resources }, action, more)).script);
    await go((await textsOf({ ...base, resources: after }, cloud)).create);
    expect(writes()).toEqual(wanted);
  });

  it.each(Object.entries(CASES))('%s: the same when it is pasted', async (_name, { resources, action, more, writes: wanted }) => {
    await go((await actionTexts({ ...base, resources }, action, more)).pasted);
    expect(writes()).toEqual(wanted);
  });

  it.each(IN_ZSH)('%s: the same in zsh', async (name) => {
    const { resources, action, more, writes: wanted } = CASES[name] as (typeof CASES)[string];
    const { script, pasted } = await actionTexts({ ...base, resources }, action, more);
    await go(script, 0, 'zsh');
    expect(writes()).toEqual(wanted);
    const after = await cloud.state();
    restore();
    (cloud.requests as unknown[]).length = 0;
    await go(pasted, 0, 'zsh');
    expect(writes()).toEqual(wanted);
    expect(await cloud.state()).toEqual(after);
  });

  it('a name that another thing has already stops the script before anything is changed', async () => {
    const { resources, action } = CASES['rename of a server'] as (typeof CASES)[string];
    await go((await actionTexts({ ...base, resources }, action, { newName: 'web2' })).script, 1);
    expect(writes()).toEqual([]);
    expect(await cloud.state()).toEqual(before);
  });

  it('attach: what was detached is attached again', async () => {
    await go((await actionTexts({ ...base, resources: [DATA] }, 'detach')).script);
    expect((await cloud.state()).attached).toBeUndefined();
    await go((await actionTexts({ ...base, resources: [DATA] }, 'attach')).script);
    expect(await cloud.state()).toEqual(before);
  });
});
