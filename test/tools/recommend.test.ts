import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import { serversFor, sizeFor } from '../../src/planner/sizing.ts';
import { type GenerateInput, generateProvisionCommand } from '../../src/tools/generate_provision_command.ts';
import { recommendArchitecture as tool } from '../../src/tools/recommend_architecture.ts';
import { TODAY } from '../support/plans.ts';

const ask = async (args: Record<string, unknown>) => {
  const { structured, markdown } = await tool.run(parse(tool.input, args) as never, { today: TODAY });
  return {
    ...(structured as unknown as Record<string, never> & {
      stage: string;
      contradictions: string[];
      questions: string[];
      options: { provider: string; region: string; stack: { resources: unknown[] } }[];
      stack?: never;
    }),
    markdown,
  };
};

describe('the lowest stage that meets the numbers', () => {
  test.each([
    [{}, 'MVP'],
    [{ requestsPerSecond: 50, dataGb: 20 }, 'MVP'],
    [{ availability: '99.9%' }, 'Growth'],
    [{ availability: 0.999 }, 'Growth'],
    [{ requestsPerSecond: 500 }, 'Growth'],
    [{ dataGb: 500 }, 'Growth'],
    [{ availability: 99.99 }, 'Scale'],
    [{ regions: ['Europe', 'US'] }, 'Scale'],
  ])('%j is %s', async (args, stage) => {
    expect((await ask(args)).stage).toBe(stage);
  });
});

it('asks at most three questions, and none that was answered', async () => {
  expect((await ask({})).questions).toHaveLength(3);
  expect((await ask({ availability: 99.5, requestsPerSecond: 5, dataGb: 1, budget: '20 EUR' })).questions).toEqual([]);
});

it('names contradictions', async () => {
  expect((await ask({ availability: 99.99, budget: '5 EUR', providers: ['hetzner'] })).contradictions.join(' ')).toContain(
    '5 EUR a month does not pay for Scale',
  );
  expect((await ask({ residency: 'EU', regions: ['us', 'eu'] })).contradictions.join(' ')).toContain('data has to stay in the EU');
});

it('keeps data in the EU', async () => {
  for (const option of (await ask({ residency: 'eu', availability: 99.99 })).options) {
    expect(JSON.stringify(option.stack)).not.toMatch(/us-east|nyc|ash|hil/);
  }
});

it('answers what belongs to another skill by naming it', async () => {
  expect((await ask({ question: 'How do I configure nginx as a proxy?' })).markdown).toBe('That belongs to the `server` skill.\n');
  expect((await ask({ question: 'How do I write a Dockerfile?' })).markdown).toBe('That belongs to the `docker` skill.\n');
  expect((await ask({ question: 'Should I add another server?' })).markdown).toContain('MVP');
});

it('gives a stack that generate_provision_command takes as it is, at the cost that was said', async () => {
  const { options } = await ask({ requestsPerSecond: 300, availability: 99.9 });
  expect(options.map((option) => option.provider).sort()).toEqual(['aws', 'digitalocean', 'hetzner']);
  for (const option of options) {
    const { structured } = await generateProvisionCommand.run(parse(generateProvisionCommand.input, option.stack) as GenerateInput, {
      today: TODAY,
    });
    expect(structured.cost.monthly).toEqual((option as unknown as { monthly: unknown }).monthly);
  }
});

describe('sizing', () => {
  const load = fc.record({
    peak: fc.double({ min: 0, max: 1e5, noNaN: true }),
    requestSeconds: fc.double({ min: 0.001, max: 60, noNaN: true }),
    cpuSeconds: fc.double({ min: 0.0001, max: 10, noNaN: true }),
    dataGb: fc.double({ min: 0, max: 1e6, noNaN: true }),
    growth: fc.double({ min: 0, max: 1, noNaN: true }),
  });

  it('never gives less for more load', () => {
    fc.assert(
      fc.property(
        load,
        fc.double({ min: 1, max: 10, noNaN: true }),
        fc.constantFrom('peak', 'requestSeconds', 'cpuSeconds', 'dataGb', 'growth' as const),
        (base, factor, field) => {
          const [less, more] = [sizeFor(base), sizeFor({ ...base, [field]: base[field as keyof typeof base] * factor })];
          for (const part of ['app', 'database', 'single'] as const) {
            expect(more[part].vcpu).toBeGreaterThanOrEqual(less[part].vcpu);
            expect(more[part].memoryGb).toBeGreaterThanOrEqual(less[part].memoryGb);
          }
          expect(more.diskGb).toBeGreaterThanOrEqual(less.diskGb);
          expect(more.concurrency).toBeGreaterThanOrEqual(less.concurrency);
        },
      ),
    );
  });

  it('leaves enough when one server is gone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 1, max: 5000 }), (vcpu, memoryGb) => {
        const { count, each } = serversFor({ vcpu, memoryGb });
        expect((count - 1) * each.vcpu).toBeGreaterThanOrEqual(vcpu);
        expect((count - 1) * each.memoryGb).toBeGreaterThanOrEqual(memoryGb);
      }),
    );
  });

  it("is Little's law: 200 requests a second of 0.2 s are 40 at once", () => {
    expect(sizeFor({ peak: 200, requestSeconds: 0.2, cpuSeconds: 0.02, dataGb: 20, growth: 0 }).concurrency).toBe(40);
  });
});

it('does not let a provider win whose database has no known price', async () => {
  const answer = await ask({ availability: 99.9, providers: ['aws', 'digitalocean'] });
  expect(answer.markdown).toContain('| **digitalocean** |');
  expect(answer.markdown).toContain("aws's");
});

it('above what one machine is promised, chooses where nothing is alone, and says so where that cannot be had', async () => {
  expect((await ask({ availability: 99.9 })).markdown).toContain('| **digitalocean** |');
  expect((await ask({ availability: 99.9, providers: ['hetzner'] })).contradictions.join(' ')).toContain('server db is alone');
});
