import { describe, expect, test } from 'vitest';
import { parse } from '../../src/core/parse.ts';
import { patterns } from '../../src/skill/load.ts';
import { type GenerateInput, generateProvisionCommand as tool } from '../../src/tools/generate_provision_command.ts';
import { checkCommand } from '../grammar/check.ts';
import { differences } from '../render/parity.ts';
import { commandsOf, plan, TODAY, words } from '../support/plans.ts';

const all = (await patterns()).flatMap((pattern) =>
  pattern.stacks.map(({ provider, stack }) => ({ pattern: pattern.slug, provider, stack })),
);

test('every pattern has a stack for each cloud, and MVP one for Docker', () => {
  expect(all.map(({ pattern, provider }) => `${pattern} ${provider}`).sort()).toEqual(
    ['mvp', 'growth', 'scale', 'static-site', 'workers']
      .flatMap((pattern) =>
        ['aws', 'digitalocean', 'hetzner', ...(pattern === 'mvp' ? ['docker'] : [])].map((provider) => `${pattern} ${provider}`),
      )
      .sort(),
  );
});

const EXTENSION = { bash: 'sh', powershell: 'ps1' } as const;

describe.each(all)('$pattern on $provider', ({ pattern, provider, stack }) => {
  const answer = async (more: Record<string, unknown>) =>
    tool.run(parse(tool.input, { ...stack, ...more }) as GenerateInput, { today: TODAY });

  test('every command passes the vendor grammar', async () => {
    const made = await plan(stack as never);
    const problems = [...commandsOf(made)].flatMap(({ from, command }) =>
      checkCommand(words(command, made.steps)).map((problem) => `${from}: ${problem}`),
    );
    expect(problems).toEqual([]);
  });

  test('what creates can be verified and undone, and costs have a date, a source and a currency', async () => {
    for (const step of (await plan(stack as never)).steps) {
      const creates = step.effects.some((effect) => effect.kind === 'creates');
      expect(!creates || step.undo !== undefined, `${step.id} can be undone`).toBe(true);
      for (const effect of step.effects) {
        if (effect.kind !== 'costs') continue;
        expect(effect.currency).toMatch(/^(EUR|USD)$/);
        expect(effect.source).not.toBe('');
        if (effect.monthly === null) expect(effect.source).toBe('unknown');
        if (effect.asOf !== null) expect(effect.asOf).toMatch(/^\d{4}-\d\d(-\d\d)?$/);
      }
    }
  });

  test('is torn down in the reverse of its creation', async () => {
    const made = (await plan(stack as never)).steps.filter((step) => step.undo !== undefined).map((step) => step.id);
    const { structured } = await answer({ action: 'destroy', deleteBackups: true });
    expect(structured.steps?.map((step) => step.id)).toEqual(made.reverse());
  });

  test('PowerShell gets the same commands as bash, word for word', { skip: process.platform === 'win32' }, async () => {
    const { problems, commands } = await differences(stack as never);
    expect(problems).toEqual([]);
    expect(commands).toBeGreaterThan(0);
  });

  test.each(['bash', 'powershell'] as const)('golden files for %s', async (shell) => {
    const file = (what: string) => `../golden/${pattern}-${provider}.${what}`;
    await expect((await answer({ shell })).markdown).toMatchFileSnapshot(file(`${shell}.md`));
    await expect((await answer({ shell, as: 'script' })).structured.script).toMatchFileSnapshot(file(EXTENSION[shell]));
    await expect((await answer({ shell, as: 'script', action: 'destroy' })).structured.script).toMatchFileSnapshot(
      file(`destroy.${EXTENSION[shell]}`),
    );
  });

  // One resource has few commands beside what has to be said of any plan.
  test('the Markdown stays within twice the size of its commands, and what every plan says', async () => {
    const { structured, markdown } = await answer({});
    const commands = structured.steps?.map((step) => step.command).join('\n').length ?? 0;
    expect(markdown.length).toBeLessThanOrEqual(2 * commands + (pattern === 'static-site' ? 1500 : 0));
  });
});
