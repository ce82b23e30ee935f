import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import { fewer, stacks, throughout } from './cases/aws.ts';
import { hasMoto, type Moto, moto } from './clouds/moto.ts';
import { leftOut } from './harness.ts';
import { lives, type Subject } from './life.ts';

const missing = leftOut('aws') ?? (hasMoto() ? undefined : 'moto is not there: test/lab/setup installs it');

const MVP = 'pattern mvp';
const { [MVP]: mvp, ...others } = stacks;

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

    lives('aws', others, () => cloud, fewer);
    lives('aws', { [MVP]: mvp as Subject }, () => cloud, throughout);
  },
);
