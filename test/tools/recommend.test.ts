import { describe, expect, it, test } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import { type GenerateInput, generateProvisionCommand } from '../../src/tools/generate_provision_command.ts';
import { recommendArchitecture as tool } from '../../src/tools/recommend_architecture.ts';
import { TODAY } from '../support/plans.ts';

const ask = async (args: Record<string, unknown>) => {
  const { structured, markdown } = await tool.run(parse(tool.input, args) as never, { today: TODAY });
  return {
    ...(structured as unknown as Record<string, never> & {
      stage: string;
      contradictions: string[];
      questions: { field: string; text: string }[];
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
  const all = {
    availability: 99.5,
    requestsPerSecond: 5,
    dataGb: 1,
    growth: 1,
    requestMs: 100,
    cpuMs: 10,
    regions: ['EU'],
    workload: 'web',
  };
  expect((await ask(all)).questions).toEqual([]);
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

it('does not let a provider win whose database has no known price', async () => {
  const answer = await ask({ requestsPerSecond: 500, providers: ['aws', 'hetzner'] });
  expect(answer.markdown).toContain('| **hetzner** |');
  expect(answer.markdown).toContain('hetzner has a known price, unlike aws');
});

it('above what one machine can be counted on for, takes the provider whose promises reach the target, and says where that cannot be had', async () => {
  expect((await ask({ availability: 99.9 })).markdown).toContain('| **aws** |');
  expect((await ask({ availability: 99.9, providers: ['hetzner'] })).contradictions.join(' ')).toContain('server db is alone');
  expect((await ask({ availability: 99.9, providers: ['digitalocean'] })).contradictions.join(' ')).toContain(
    "digitalocean's parts are promised 99.8999 %",
  );
});

it('goes on where a question belongs to another skill and the load to this one', async () => {
  const answer = await ask({ question: 'How do I configure nginx for this?', requestsPerSecond: 50 });
  expect(answer.stage).toBe('MVP');
  expect(answer.markdown).toContain('belongs to the `server` skill');
});

it.each([
  ['static site', 'static site'],
  ['a GraphQL API for our app', 'API'],
  ['nightly ETL into a warehouse', 'data pipeline'],
  ['video transcoding jobs', 'background jobs'],
  ['a multiplayer game with websockets', 'real-time service'],
  ['self-hosted Nextcloud', 'self-hosted product'],
  ['a shop', 'web app'],
  ['something', 'web app'],
])('%s is a %s', async (workload, title) => {
  const answer = await ask({ workload });
  expect(answer.markdown).toContain(`(${title})`);
  expect(answer.markdown.includes('Assumed: it is a web app')).toBe(workload === 'something');
});

it.each([
  [{ workload: '\u001b[31mred' }, 'MVP'],
  [{ existing: '`rm -rf /` $(reboot)\n# heading' }, 'MVP'],
  [{ regions: [], providers: [], skills: [] }, 'MVP'],
  [{ users: 10_000_000_000 }, 'Growth'],
  [{ requestsPerSecond: 0, dataGb: 0, growth: 0, cpuMs: 0, requestMs: 0 }, 'MVP'],
  [{ batch: { gb: 1e8, hours: 0 }, workload: 'pipeline' }, 'Growth'],
])('%j has an answer, and no more of the input in it than it needs', async (args, stage) => {
  const answer = await ask(args);
  expect(answer.stage).toBe(stage);
  for (const word of ['\u001b', 'rm -rf', 'NaN', 'Infinity', 'undefined']) expect(answer.markdown).not.toContain(word);
});
