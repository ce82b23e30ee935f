import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { actionTexts } from './actions.ts';
import { CASES, DATA, STACK } from './cases/digitalocean_actions.ts';
import { type DigitalOceanCloud, digitalOceanCloud } from './clouds/digitalocean.ts';
import { hasCli, run, sandbox } from './harness.ts';
import { textsOf } from './texts.ts';

describe.skipIf(!hasCli('doctl'))('actions on DigitalOcean, by doctl against a cloud on loopback', { timeout: 300_000 }, () => {
  let cloud: DigitalOceanCloud;
  let box: Awaited<ReturnType<typeof sandbox>>;
  let restore: () => void;
  const base = { provider: 'digitalocean', region: 'fra1', plan: 'shop' };
  const writes = (): string[] =>
    cloud.requests
      .filter((one) => one.method !== 'GET')
      .map(
        (one) =>
          `${one.method} ${one.path.replace(/\/(?:\d+|[0-9a-f]+-[0-9a-f-]+)(?=\/|$)/g, '')}${one.body?.type === undefined ? '' : ` ${one.body.type}`}`,
      );
  /** The mark of a restore is set again; nothing else is. */
  const once = (all: readonly string[]) => all.filter((one, i) => !one.startsWith('POST /v2/tags') || all.indexOf(one) === i);
  const go = async (text: string, code = 0): Promise<string> => {
    const result = await run(text, cloud, box.dir);
    expect(result.code, result.stderr).toBe(code);
    expect(result.stdout + result.stderr).not.toMatch(/^Usage:/m);
    return result.stdout;
  };
  beforeAll(async () => {
    cloud = await digitalOceanCloud();
    box = await sandbox();
    await go((await textsOf({ ...base, resources: STACK }, cloud)).create);
    await cloud.state();
    restore = (await cloud.snapshot?.()) as () => void;
  });
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

  it.each(Object.entries(CASES))('%s: goes on after an interruption', async (_name, { resources, action, more, writes: wanted }) => {
    const { interrupted, script, steps } = await actionTexts({ ...base, resources }, action, more);
    for (let k = 1; k < steps; k++) await go(interrupted(k), 9);
    await go(script);
    expect(once(writes())).toEqual(wanted);
  });

  it('attach: what was detached is attached again', async () => {
    const before = await cloud.state();
    await go((await actionTexts({ ...base, resources: [DATA] }, 'detach')).script);
    expect((await cloud.state()).attached).toBeUndefined();
    await go((await actionTexts({ ...base, resources: [DATA] }, 'attach')).script);
    expect(await cloud.state()).toEqual(before);
  });
});
