import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import { documents } from '../../src/skill/documents.ts';
import { frontMatter, loadSkill, parsePatterns, patterns, section, sections, tables, typedRows } from '../../src/skill/load.ts';

const FRONT = `name: x
description: y
metadata:
  slug: x
  version: "1.0.0"
  changelog: z
  clawdbot:
    emoji: "!"
`;

describe('the skill as it is', () => {
  test('front matter: name, version and description are those of the package', async () => {
    const { name, description, metadata } = (await loadSkill()).frontMatter;
    expect({ name, description, version: metadata.version }).toEqual({
      name: 'infrastructure',
      description: packageJson.description,
      version: packageJson.version,
    });
    expect(metadata.clawdbot).toEqual({ emoji: '🏗️', requires: { bins: [] }, os: ['linux', 'darwin', 'win32'] });
  });

  test('the tables', async () => {
    const { requiredTools, stages, decisions, backupStrategy, quickReference } = await loadSkill();
    expect(requiredTools.map(({ provider }) => provider)).toEqual(expect.arrayContaining(['Hetzner', 'AWS', 'DigitalOcean', 'Docker']));
    expect(requiredTools.map(({ tool }) => tool)).toEqual(expect.arrayContaining(['hcloud', 'aws', 'doctl', 'docker']));
    expect(stages.map(({ stage }) => stage)).toEqual(['MVP', 'Growth', 'Scale']);
    expect(decisions.length).toBeGreaterThanOrEqual(4);
    expect(backupStrategy.map(({ data }) => data)).toEqual(expect.arrayContaining(['Volumes', 'Config']));
    for (const { file } of quickReference) expect(documents.map(({ name }) => name)).toContain(file);
  });

  test('the patterns', async () => {
    const all = await patterns();
    expect(all.map(({ title }) => title).join()).toMatch(/MVP.*Growth.*Scale/);
    expect(all.flatMap(({ stacks }) => stacks).length).toBeGreaterThan(0);
  });
});

describe('front matter', () => {
  test('what is left out has a default', async () => {
    expect((await frontMatter(`---\n${FRONT}---\ntext`)).metadata.clawdbot).toEqual({ emoji: '!', requires: { bins: [] }, os: [] });
  });

  test.each(['js', 'javascript', 'json', 'coffee'])('---%s is refused and not run', async (language) => {
    const state = globalThis as { ran?: boolean };
    delete state.ran;
    await expect(frontMatter(`---${language}\n(globalThis.ran = true, {})\n---\n`)).rejects.toThrow();
    expect(state.ran).toBeUndefined();
  });

  test('a field that is missing is named', async () => {
    await expect(frontMatter(`---\n${FRONT.replace('name: x\n', '')}---\n`)).rejects.toThrow(/SKILL\.md, front matter: .*name/s);
  });
});

describe('tables', () => {
  const text = `# A\n\n| Tool | What it *does* |\n|---|---|\n| \`x\` | [a](b.md) & **c** |\n| y | |\n\n\`\`\`\n| no | table |\n|---|---|\n\`\`\`\n`;
  const row = z.object({ tool: z.string().min(1), 'what it does': z.string().min(1) });

  test('cells are text without their Markdown', async () => {
    expect(await tables(text)).toEqual([
      {
        heading: 'A',
        rows: [
          { tool: 'x', 'what it does': 'a & c' },
          { tool: 'y', 'what it does': '' },
        ],
      },
    ]);
  });

  test('a table, a column, a cell that is missing is named with its document and heading', async () => {
    const found = await tables(text);
    expect(() => typedRows('D.md', found, /^B$/, row)).toThrow('D.md: there is no table under a heading like "^B$"');
    expect(() => typedRows('D.md', found, /^A$/, row.extend({ price: z.string() }))).toThrow(
      'D.md, "A": the table needs the columns tool, what it does, price, and a row',
    );
    expect(() => typedRows('D.md', found, /^A$/, row)).toThrow('D.md, "A", row 2: column what it does is empty');
  });
});

describe('sections', () => {
  const text = '---\nname: x\n---\n# Title\n\n## One & *two*\n\na\n\n### Deep\n\nb\n\n```sh\n## no heading\n```\n\n## Deep\n\nc\n';

  test('a section goes to the next heading of its rank', async () => {
    expect((await sections(text)).map(({ slug, depth }) => [slug, depth])).toEqual([
      ['one--two', 2],
      ['deep', 3],
      ['deep-1', 2],
    ]);
    const document = { name: 'x.md', title: '', description: '', text };
    expect((await section(document, 'deep'))?.markdown).toBe('### Deep\n\nb\n\n```sh\n## no heading\n```\n');
    expect((await section(document, 'one--two'))?.markdown).toContain('### Deep');
    expect((await section(document, 'DEEP-1'))?.markdown).toBe('## Deep\n\nc\n');
    expect(await section(document, 'nothing')).toBeUndefined();
  });
});

describe('patterns', () => {
  const fence = (info: string, json: string) => `\`\`\`${info}\n${json}\n\`\`\`\n`;
  const stack = '{"provider":"hetzner","resources":[{"kind":"server","name":"web1"}]}';

  test('prose and stacks of each ##', async () => {
    const text = `# P\n\n## Small\n\nFor few.\n\n### On Hetzner\n\n${fence('json stack', stack)}\nMore.\n\n${fence('json', '{}')}\n## Large\n\nFor many.\n`;
    const [small, large] = await parsePatterns(text);
    expect(small).toMatchObject({ title: 'Small', slug: 'small', stacks: [{ provider: 'hetzner', stack: JSON.parse(stack) }] });
    expect(small?.prose).toMatch(/^For few\.\n\n### On Hetzner\s+More\.\s+```json\n\{\}\n```$/);
    expect(large).toEqual({ title: 'Large', slug: 'large', prose: 'For many.', stacks: [] });
  });

  test.each(['{', '[]', '{"resources":[]}', '{"provider":"aws","resources":[]}'])('%s is no stack', async (json) => {
    await expect(parsePatterns(`## Small\n\n${fence('json stack', json)}`)).rejects.toThrow(
      'patterns.md, "Small": a stack is no JSON object',
    );
  });
});
