import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CLIENTS } from '../../scripts/clients/list.ts';
import { parse } from '../../src/core/parse.ts';
import { kindNames } from '../../src/resources/index.ts';
import { type GenerateInput, generateProvisionCommand } from '../../src/tools/generate_provision_command.ts';
import { toolNames } from '../../src/tools/index.ts';
import { recommendArchitecture } from '../../src/tools/recommend_architecture.ts';
import { TODAY } from '../support/plans.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The lines of a transcript's block; each has to stand in a real answer. */
function transcript(name: string): string[] {
  const block = new RegExp(`<!-- transcript: ${name} -->\n+\`\`\`\n(.*?)\n\`\`\``, 's').exec(readme)?.[1];
  return (block ?? '').split('\n').filter((line) => line !== '');
}

const SHOP = {
  workload: 'web shop',
  requestsPerSecond: 50,
  dataGb: 20,
  availability: 99.5,
  budget: '40 EUR',
  regions: ['EU'],
  providers: ['hetzner'],
};

describe('README.md', () => {
  test('its transcript is what the tools answer', async () => {
    const advice = await recommendArchitecture.run(parse(recommendArchitecture.input, SHOP) as never, { today: TODAY });
    const { stack } = advice.structured as { stack?: unknown };
    const plan = await generateProvisionCommand.run(parse(generateProvisionCommand.input, stack) as GenerateInput, { today: TODAY });
    expect(transcript('recommend').length).toBeGreaterThan(3);
    expect(transcript('provision').length).toBeGreaterThan(3);
    for (const line of transcript('recommend')) expect(advice.markdown).toContain(line);
    for (const line of transcript('provision')) expect(plan.markdown).toContain(line);
  });

  test('names every tool and every kind', () => {
    for (const name of [...toolNames, ...kindNames]) expect(readme).toContain(`\`${name}\``);
  });

  test('gives each client the commands that are tried in it, at the version that is tried', () => {
    const tried = CLIENTS.flatMap(({ checks }) => checks.map(({ command }) => command.replaceAll('PACKAGES', './packages')));
    const given = [...readme.matchAll(/^((?:claude|codex|gemini|openclaw|mcporter) .*?)(?:\s+#.*)?$/gm)].map(([, command]) => command);
    expect(given.length).toBeGreaterThan(10);
    for (const command of given) expect(tried).toContain(command);
    for (const { version } of CLIENTS) expect(readme).toContain(version.slice(version.lastIndexOf('@') + 1));
  });
});
