import { describe, expect, it, test } from 'vitest';
import { parse } from '../../../src/core/parse.ts';
import type { Component } from '../../../src/planner/architecture/stack.ts';
import { recommendArchitecture as tool } from '../../../src/tools/recommend_architecture.ts';
import { TODAY } from '../../support/plans.ts';
import { SYSTEMS, type System } from './systems.ts';

interface Answer {
  readonly stage: string;
  readonly components: readonly Component[];
  readonly assumptions: readonly string[];
  readonly stack: { readonly provider: string };
  readonly options: readonly { readonly provider: string; readonly cost: string }[];
}

const ask = async ({ input }: System) =>
  (await tool.run(parse(tool.input, input) as never, { today: TODAY })).structured as unknown as Answer;
const answers = await Promise.all(SYSTEMS.map(async (system) => ({ system, answer: await ask(system) })));

const counted = (answer: Answer, what: RegExp) => answer.components.filter((one) => what.test(one.what));
const machines = (answer: Answer): number =>
  counted(answer, /server|worker|database|load balancer/).reduce((sum, one) => sum + one.count * (/standby/.test(one.what) ? 2 : 1), 0);
const vcpu = (answer: Answer): number =>
  counted(answer, /server|worker|database/).reduce((sum, one) => sum + (one.vcpu ?? 0) * one.count * (/standby/.test(one.what) ? 2 : 1), 0);
const words = (answer: Answer): string =>
  counted(answer, /server|worker|database|load balancer/)
    .map((one) => `${one.count} ${one.what}${one.vcpu === undefined ? '' : ` of ${one.vcpu} vCPU, ${one.memoryGb} GB`}`)
    .join('; ');
const price = ({ options, stack }: Answer): string =>
  options.find(({ provider }) => provider === stack.provider)?.cost.replace(/ a month, net.*/, ' a month') ?? '';

describe.each(answers)('$system.name', ({ system, answer }) => {
  it('is recommended what is within a factor of what they run, where they say it', () => {
    if (system.machines === 1) expect([answer.stage, machines(answer)]).toEqual(['MVP', 1]);
    else expect(machines(answer)).toBeLessThanOrEqual(system.machines * 4);
    if (system.vcpu === undefined) return;
    expect(vcpu(answer)).toBeGreaterThanOrEqual(system.vcpu / 4);
    expect(vcpu(answer)).toBeLessThanOrEqual(system.vcpu * 4);
  });
});

test('the table', async () => {
  const lines = [
    '# Published systems beside what is recommended',
    '',
    'Written by systems.test.ts from systems.ts (`npx vitest run test/planner/architecture/systems.test.ts -u`). Prices are net, of the catalogs.',
    '',
    '| System | Load | They run | Recommended | A month |',
    '|---|---|---|---|---|',
    ...answers.map(
      ({ system, answer }) =>
        `| [${system.name}](${system.source}) | ${system.load} | ${system.runs} | ${answer.stage} on ${answer.stack.provider}: ${words(answer)} | ${price(answer)} |`,
    ),
    '',
    '## Why they differ',
    '',
    ...answers.flatMap(({ system, answer }) => [
      `**${system.name}**: ${system.why}. Assumed, as it was not published: ${answer.assumptions.join('; ') || 'nothing'}.`,
      '',
    ]),
  ];
  await expect(`${lines.join('\n').trimEnd()}\n`).toMatchFileSnapshot('./SYSTEMS.md');
});
