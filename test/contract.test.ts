import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { parse } from '../src/core/parse.ts';
import { definition } from '../src/tools/definition.ts';
import { findTool, toolNames, tools } from '../src/tools/index.ts';
import { examples } from './examples.ts';

const folder = new URL('../src/tools/', import.meta.url);
/** The files that define a tool; the others help them. */
const files = readdirSync(folder).filter(
  (file) => file !== 'tool.ts' && readFileSync(new URL(file, folder), 'utf8').includes('defineTool('),
);
const all = await Promise.all(Object.values(tools).map((load) => load()));

test('every tool of the folder is in the index, and nothing else is', () => {
  expect(files.sort()).toEqual(toolNames.map((name) => `${name}.ts`).sort());
});

describe.each(toolNames)('%s', (name) => {
  test('is named as its file is', async () => {
    expect((await findTool(name))?.name).toBe(name);
    expect(name).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  test('has a title, a description of at most 500 characters, and both schemas', async () => {
    const { title, description, inputSchema, outputSchema, annotations } = definition((await tools[name]()) as never);
    expect(title).toBeTruthy();
    expect(description).toBeTruthy();
    expect(description.length).toBeLessThanOrEqual(500);
    expect(Object.keys(inputSchema.properties as object).length).toBeGreaterThan(0);
    expect(Object.keys(outputSchema.properties as object).length).toBeGreaterThan(0);
    expect(annotations).toEqual({ readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false });
  });

  test('has an example', () => {
    expect(examples.some(({ tool }) => tool === name)).toBe(true);
  });
});

test('only what a call cannot do without is required', async () => {
  const required = await Promise.all(all.map(async (tool) => [tool.name, definition(tool as never).inputSchema.required ?? []]));
  expect(Object.fromEntries(required)).toEqual({
    recommend_architecture: [],
    generate_provision_command: [],
    estimate_cost: ['resources'],
    assess_capacity: [],
    plan_backups: ['sources'],
  });
});

test('all definitions together are within 3,000 tokens', () => {
  expect(JSON.stringify(all.map((tool) => definition(tool as never))).length).toBeLessThanOrEqual(12_000);
});

test('what is advertised is right, and says no more than a reader needs', () => {
  const input = z.strictObject({
    items: z.preprocess((value) => value, z.array(z.preprocess((value) => value, z.enum(['a', 'b'])))),
    count: z.int().min(1).max(1_000_000).default(3),
    when: z.iso.date().optional(),
    any: z.array(z.unknown()).optional(),
    map: z.record(z.string(), z.string().max(9)).describe('by name'),
    either: z.union([z.string(), z.strictObject({ size: z.number() })]).optional(),
  });
  const tool = {
    name: 'x',
    title: 'X',
    description: 'x',
    input,
    output: z.object({ minimum: z.number(), rest: z.looseObject({}) }),
    run: () => Promise.reject(),
  };
  expect(definition(tool)).toEqual({
    name: 'x',
    title: 'X',
    description: 'x',
    inputSchema: {
      type: 'object',
      properties: {
        items: { type: 'array', items: { enum: ['a', 'b'] } },
        count: { type: 'integer', minimum: 1, default: 3 },
        when: { type: 'string', format: 'date' },
        any: { type: 'array' },
        map: { type: 'object', additionalProperties: { type: 'string' }, description: 'by name' },
        either: {
          anyOf: [{ type: 'string' }, { type: 'object', properties: { size: { type: 'number' } }, required: ['size'] }],
        },
      },
      required: ['items', 'map'],
    },
    outputSchema: { type: 'object', properties: { minimum: { type: 'number' }, rest: { type: 'object' } } },
    annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  });
});

describe.each(examples)('$tool: $title', ({ tool: name, args }) => {
  const answer = async () => {
    const tool = await findTool(name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return { tool, ...(await tool.run(parse(tool.input, args), { today: '2026-11-23' })) };
  };

  test('a client that checks calls against the schema lets it through (Gemini CLI does)', async () => {
    const { inputSchema } = definition((await findTool(name)) as never);
    const check = new Ajv2020({ strict: false, validateFormats: false }).compile(inputSchema);
    expect(check(args), JSON.stringify(check.errors)).toBe(true);
  });

  test('its answer is what the output schema says', async () => {
    const { tool, structured, markdown } = await answer();
    expect(tool.output.safeParse(structured)).toMatchObject({ success: true });
    expect(markdown).not.toBe('');
  });

  test('the same input gives the same answer, byte for byte', async () => {
    const [one, two] = [await answer(), await answer()];
    expect(JSON.stringify(one.structured)).toBe(JSON.stringify(two.structured));
    expect(one.markdown).toBe(two.markdown);
  });
});
