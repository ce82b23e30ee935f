import { describe, expect, it, test } from 'vitest';
import * as z from 'zod';
import { providers } from '../../src/providers/index.ts';
import { kindDef, kindNames } from '../../src/resources/index.ts';
import { kindMarkdown, kindsMarkdown } from '../../src/tools/kinds.ts';
import { resourceFields } from '../../src/tools/resource_fields.ts';

const all = await Promise.all(Object.values(providers).map((load) => load()));

describe.each(kindNames)('%s', (kind) => {
  test.each(all)('$id makes it, or says what takes its place; not both', ({ emit, instead }) => {
    expect(Boolean(emit[kind]) !== Boolean(instead[kind])).toBe(true);
  });

  it('has a page that names its fields and every provider', async () => {
    const page = (await kindMarkdown(kind)) as string;
    for (const name of Object.keys((kindDef(kind).schema as never as { shape: object }).shape))
      if (name !== 'kind') expect(page).toContain(`| \`${name}\` |`);
    for (const { title } of all) expect(page).toMatch(new RegExp(`^- ${title}: (yes(, [a-z]+)*|no\\. .+)$`, 'm'));
    expect(page).not.toMatch(/undefined|\| any \||list of any|: any[;}]|NaN/);
  });

  it('what it leaves out of the definition are fields that it has', () => {
    const { rare } = kindDef(kind);
    const fields = Object.keys((kindDef(kind).schema as never as { shape: object }).shape);
    if (Array.isArray(rare)) expect(fields).toEqual(expect.arrayContaining(rare));
  });
});

it('a page is found by any name of its kind', async () => {
  expect(await kindMarkdown('eks')).toBe(await kindMarkdown('kubernetes_cluster'));
  expect(await kindMarkdown('Load-Balancers')).toBe(await kindMarkdown('load_balancer'));
  expect(await kindMarkdown('nonsense')).toBeUndefined();
});

it('no two kinds have one name', () => {
  const names = kindNames.flatMap((kind) => [kind, ...(kindDef(kind).aliases ?? [])]);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

it('the list names every kind; the definition names every kind, and the fields of the common ones', async () => {
  const list = await kindsMarkdown();
  for (const kind of kindNames) expect(list).toContain(`| \`${kind}\` |`);
  const { properties } = z.toJSONSchema(resourceFields(), { unrepresentable: 'any' }) as never as {
    properties: Record<string, { enum: string[] }>;
  };
  expect(properties.kind?.enum).toEqual(kindNames);
  expect(Object.keys(properties)).toContain('sizeGb');
  expect(Object.keys(properties)).not.toContain('placementGroup');
  expect(Object.keys(properties)).not.toContain('targetCpu');
});
