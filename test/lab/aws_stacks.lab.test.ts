import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fewer, isStack, STACK, stack, stacks } from './cases/aws.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { interrupted, leftOut, run, SHELLS, sandbox } from './harness.ts';
import { lives } from './life.ts';
import { textsOf } from './texts.ts';

const missing = leftOut('aws') ?? (hasMoto() ? undefined : 'moto is not there: test/lab/setup installs it');

describe.skipIf(missing !== undefined)(
  `whole stacks on AWS, by aws against moto${missing === undefined ? '' : ` (left out: ${missing})`}`,
  { timeout: 1_800_000 },
  () => {
    let cloud: Moto;
    beforeAll(async () => {
      // Where the stacks are, and where one of them has its second site.
      cloud = await moto(['eu-central-1', 'us-east-1']);
    }, 120_000);
    beforeEach(() => cloud.reset());
    afterEach(() => expect(cloud.unknown, 'what moto could not answer').toEqual([]));
    afterAll(() => cloud?.stop());

    it.each(SHELLS)('one of all kinds in %s: interrupted, gone on with, made again, and removed', async (shell) => {
      const { create, destroy, steps } = await textsOf(stack(STACK), cloud);
      const box = await sandbox();
      try {
        for (const [text, code] of [
          [interrupted(create, Math.floor(steps.length / 2)), 9],
          [create, 0],
        ] as const) {
          const result = await run(text, cloud, box.dir, shell);
          expect(result.code, result.stderr).toBe(code);
        }
        const created = await cloud.state();
        await isStack(created);
        expect(await run(create, cloud, box.dir, shell)).toMatchObject({ code: 0 });
        expect(await cloud.state()).toEqual(created);
        for (const _ of [1, 2]) {
          expect(await run(destroy, cloud, box.dir, shell)).toMatchObject({ code: 0 });
          expect(await cloud.state()).toEqual({});
        }
      } finally {
        await box.remove();
      }
    });

    lives('aws', stacks, () => cloud, fewer);
  },
);
