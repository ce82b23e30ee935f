import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { counted } from '../../../src/planner/architecture/choose.ts';
import { loadOf } from '../../../src/planner/architecture/load.ts';
import { type Needs, STAGES } from '../../../src/planner/architecture/needs.ts';
import { type Recommendation, recommend } from '../../../src/planner/architecture/recommend.ts';
import { serversFor, sizeFor, UNIT } from '../../../src/planner/architecture/sizing.ts';
import { alone } from '../../../src/planner/architecture/stack.ts';
import { ONE_MACHINE } from '../../../src/planner/architecture/stage.ts';
import { WORKLOADS } from '../../../src/planner/architecture/workloads.ts';
import { TODAY } from '../../support/plans.ts';

const RUNS = { numRuns: Number(process.env.RUNS ?? 40) };
const ids = WORKLOADS.map(({ id }) => id);

const none = { regions: [], euOnly: false, skills: [], providers: [] } as const;
const amount = (max: number) => fc.double({ min: 0.01, max, noNaN: true });

const needs: fc.Arbitrary<Needs> = fc.record({
  workload: fc.constantFrom(...ids),
  requestsPerSecond: fc.record({ peak: amount(5000), average: fc.constant(undefined) }),
  connections: amount(1e6),
  requestMs: amount(5000),
  cpuMs: amount(500),
  memoryGb: amount(64),
  dataGb: amount(5000),
  growth: amount(20),
  batch: fc.record({ gb: amount(50_000), hours: fc.double({ min: 0.5, max: 24, noNaN: true }) }),
  availability: fc.constantFrom(undefined, 99, 99.5, 99.9, 99.95, 99.99),
  regions: fc.constant([]),
  euOnly: fc.boolean(),
  skills: fc.constant([]),
  providers: fc.constant([]),
});

/** Everything that is bought, whatever provider it is on; by provider, because they sell different sizes. */
function bought(answer: Recommendation) {
  return new Map(
    answer.options.map((option) => {
      const sizes = option.stack.resources.flatMap((one) =>
        typeof one.size === 'object' ? [one.size as { vcpu: number; memoryGb: number }] : [],
      );
      // What comes with a managed database's size and cannot be less is not said in the stack.
      const disks = option.stack.resources.map((one) => Number(one.sizeGb ?? one.storageGb ?? 0));
      const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
      return [
        option.provider,
        {
          vcpu: sum(sizes.map((one) => one.vcpu)),
          memoryGb: sum(sizes.map((one) => one.memoryGb)),
          diskGb: option.stack.resources.some((one) => one.kind === 'database' && one.storageGb === undefined) ? undefined : sum(disks),
          cost: option.unknown.length === 0 ? sum(option.monthly.map((one) => one.amount)) : undefined,
          complete: option.short === undefined,
        },
      ] as const;
    }),
  );
}

const times = (base: Needs, field: string, factor: number): Needs => {
  if (field === 'requestsPerSecond') return { ...base, requestsPerSecond: { peak: (base.requestsPerSecond?.peak as number) * factor } };
  if (field === 'batch') return { ...base, batch: { ...base.batch, gb: (base.batch?.gb as number) * factor } };
  return { ...base, [field]: (base[field as keyof Needs] as number) * factor };
};
const FIELDS = ['requestsPerSecond', 'connections', 'requestMs', 'cpuMs', 'memoryGb', 'dataGb', 'growth', 'batch'] as const;

/** What a long run found: a database that is beyond everything that DigitalOcean sells in one size was cut down to less than a smaller one had. */
const FOUND: [Needs, (typeof FIELDS)[number], number][] = [
  [
    {
      ...none,
      workload: 'jobs',
      requestsPerSecond: { peak: 2515 },
      connections: 0.01,
      requestMs: 0.01,
      cpuMs: 329,
      memoryGb: 0.01,
      dataGb: 1300,
      growth: 0.01,
    },
    'requestsPerSecond',
    2.4,
  ],
];

describe('more load', () => {
  it(
    'never gives fewer processors, memory or disk, or a lower stage, and never costs less on the same provider',
    { timeout: RUNS.numRuns * 3000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(needs, fc.constantFrom(...FIELDS), fc.double({ min: 1, max: 20, noNaN: true }), async (base, field, factor) => {
          const [less, more] = [await recommend(base, TODAY), await recommend(times(base, field, factor), TODAY)];
          expect(STAGES.indexOf(more.stage)).toBeGreaterThanOrEqual(STAGES.indexOf(less.stage));
          const [before, after] = [bought(less), bought(more)];
          for (const [provider, small] of before) {
            const large = after.get(provider);
            // What a provider does not sell at all it cannot sell more of; that is said in `refused`.
            if (large === undefined) {
              expect(more.refused.map((one) => one.provider)).toContain(provider);
              continue;
            }
            expect(large.vcpu).toBeGreaterThanOrEqual(small.vcpu);
            expect(large.memoryGb).toBeGreaterThanOrEqual(small.memoryGb);
            if (small.diskGb !== undefined && large.diskGb !== undefined) expect(large.diskGb).toBeGreaterThanOrEqual(small.diskGb);
            if (small.cost !== undefined && large.cost !== undefined && small.complete && large.complete)
              expect(large.cost).toBeGreaterThanOrEqual(small.cost - 0.005);
          }
        }),
        { ...RUNS, examples: FOUND },
      );
    },
  );

  it('never sizes anything smaller', () => {
    fc.assert(
      fc.property(needs, fc.constantFrom(...FIELDS), fc.double({ min: 1, max: 10, noNaN: true }), (base, field, factor) => {
        const [less, more] = [sizeFor(loadOf(base).load), sizeFor(loadOf(times(base, field, factor)).load)];
        for (const part of ['app', 'database', 'single'] as const) {
          expect(more[part].vcpu).toBeGreaterThanOrEqual(less[part].vcpu);
          expect(more[part].memoryGb).toBeGreaterThanOrEqual(less[part].memoryGb);
        }
        expect(more.diskGb).toBeGreaterThanOrEqual(less.diskGb);
        expect(more.concurrency).toBeGreaterThanOrEqual(less.concurrency);
      }),
    );
  });
});

describe('more budget', () => {
  it('never ends with a lower stage or less of the availability that was asked for', { timeout: RUNS.numRuns * 3000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        needs,
        fc.double({ min: 1, max: 2000, noNaN: true }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        fc.constantFrom('EUR' as const, 'USD' as const),
        async (base, amount, factor, currency) => {
          const target = base.availability ?? 99;
          const [small, large] = [
            await recommend({ ...base, budget: { amount, currency } }, TODAY),
            await recommend({ ...base, budget: { amount: amount * factor, currency } }, TODAY),
          ];
          expect(large.stage).toBe(small.stage);
          // Above the target there is nothing to win; and a machine that is alone does not have what it is promised.
          const steady = (answer: Recommendation) =>
            target > ONE_MACHINE && answer.best !== undefined ? -alone(answer.best.stack).length : 0;
          const had = (answer: Recommendation) => (answer.best === undefined ? 0 : counted(answer.best, target));
          expect(Math.sign(steady(large))).toBeGreaterThanOrEqual(Math.sign(steady(small)));
          if (Math.sign(steady(large)) === Math.sign(steady(small))) expect(had(large)).toBeGreaterThanOrEqual(had(small));
        },
      ),
      RUNS,
    );
  });
});

describe('the order of what was given', () => {
  it('changes nothing', { timeout: RUNS.numRuns * 3000 }, async () => {
    const lists = fc.record({
      regions: fc.subarray(['EU', 'NA', 'AS', 'OC'] as const),
      providers: fc.subarray(['hetzner', 'aws', 'digitalocean', 'docker'] as const),
      skills: fc.subarray(['linux', 'postgres', 'go']),
    });
    await fc.assert(
      fc.asyncProperty(needs, lists, async (base, { regions, providers, skills }) => {
        const [one, two] = [
          await recommend({ ...base, regions, providers, skills }, TODAY),
          await recommend(
            { ...base, regions: regions.toReversed(), providers: providers.toReversed(), skills: skills.toReversed() },
            TODAY,
          ),
        ];
        expect(JSON.stringify(two)).toBe(JSON.stringify(one));
      }),
      { numRuns: 20 },
    );
  });
});

describe('several servers', () => {
  it('carry the load when one of them is gone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 2, max: 5000 }), (vcpu, memoryGb) => {
        const { count, each } = serversFor({ vcpu, memoryGb });
        expect((count - 1) * each.vcpu).toBeGreaterThanOrEqual(vcpu);
        expect((count - 1) * each.memoryGb).toBeGreaterThanOrEqual(memoryGb);
        expect(each.vcpu).toBeLessThanOrEqual(UNIT.vcpu);
      }),
    );
  });
});

it('needs nothing: an empty request has an answer for every kind of workload', async () => {
  for (const workload of ids) {
    const answer = await recommend({ ...none, workload }, TODAY);
    expect(answer.best?.stack.resources.length).toBeGreaterThan(0);
    expect(answer.failsFirst).not.toBe('');
  }
});
