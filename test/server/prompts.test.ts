import { createHash } from 'node:crypto';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { connect } from './client.ts';

let client: Client;
beforeAll(async () => {
  client = await connect();
});
afterAll(() => client.close());

/** Something to fill in each blank with. */
const FILLED: Readonly<Record<string, string>> = {
  what: 'a web shop with PostgreSQL',
  load: '50 requests per second',
  budget: '40 EUR',
  provider: 'hetzner',
  region: 'fsn1',
  measured: 'load average: 3.10, 2.90, 2.80\non 2 CPUs',
  size: 'cx23',
  engine: 'postgresql',
  database: 'shop',
  rpo: '1h',
  rto: '4h',
  bucket: 'shop-backups',
  from: 'aws',
  to: 'hetzner',
  plan: 'shop',
};

const textOf = async (name: string, args: Record<string, string>): Promise<string> => {
  const { messages } = await client.getPrompt({ name, arguments: args });
  expect(messages).toHaveLength(1);
  return (messages[0]?.content as { text: string }).text;
};

describe('prompts', () => {
  test('the six questions of the field, each with what it needs', async () => {
    const { prompts } = await client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual([
      'design_my_infrastructure',
      'should_i_add_a_server',
      'back_up_my_database',
      'move_to_another_provider',
      'what_will_this_cost',
      'tear_it_down_safely',
    ]);
    for (const prompt of prompts) {
      expect(prompt.title).toBeTruthy();
      expect(prompt.description).toBeTruthy();
      for (const argument of prompt.arguments ?? []) expect(Object.keys(FILLED)).toContain(argument.name);
    }
  });

  test('every blank that is filled in is in the text, and none that is not leaves a hole', async () => {
    for (const { name, arguments: all = [] } of (await client.listPrompts()).prompts) {
      const args = Object.fromEntries(all.map((one) => [one.name, FILLED[one.name] as string]));
      const full = await textOf(name, args);
      for (const value of Object.values(args)) expect(full).toContain(value);
      const needed = all.filter(({ required }) => required).map((one) => [one.name, FILLED[one.name] as string]);
      const bare = await textOf(name, Object.fromEntries(needed));
      for (const text of [full, bare]) expect(text).not.toMatch(/\{\w+\}|undefined| {2}/);
    }
  });

  test('what is missing, unknown or a credential is said', async () => {
    const get = (name: string, args: Record<string, string>) => client.getPrompt({ name, arguments: args });
    await expect(get('tear_it_down', {})).rejects.toMatchObject({ message: expect.stringContaining('Nearest: tear_it_down_safely.') });
    await expect(get('tear_it_down_safely', {})).rejects.toMatchObject({ message: expect.stringContaining('needs plan') });
    await expect(get('tear_it_down_safely', { plan: ' ' })).rejects.toMatchObject({ message: expect.stringContaining('needs plan') });
    await expect(get('tear_it_down_safely', { plan: 'x', plam: 'y' })).rejects.toMatchObject({ code: -32602 });
    const secret = `AKIA${'Q3EGRWXY2B7LMNOP'}`;
    await expect(get('tear_it_down_safely', { plan: secret })).rejects.toSatisfy(
      (error: Error) => /looks like an AWS access key id/.test(error.message) && !error.message.includes(secret),
    );
    await expect(get('what_will_this_cost', { what: 'a\u202eb' })).rejects.toMatchObject({ code: -32602 });
  });

  test('any text at all is refused or carried whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }), async (what) => {
        const text = await textOf('what_will_this_cost', { what }).catch((error: { code?: number }) => {
          expect(error.code).toBe(-32602);
          return undefined;
        });
        if (text !== undefined) expect(text).toContain(what.trim());
      }),
      { numRuns: 200 },
    );
  });
});

describe('completion of prompts', () => {
  const complete = async (prompt: string, name: string, value: string, context: Record<string, string> = {}) =>
    (await client.complete({ ref: { type: 'ref/prompt', name: prompt }, argument: { name, value }, context: { arguments: context } }))
      .completion;

  test('providers and the regions of the one that was chosen', async () => {
    expect((await complete('what_will_this_cost', 'provider', 'd')).values).toEqual(['digitalocean', 'docker']);
    expect((await complete('what_will_this_cost', 'region', '', { provider: 'hetzner' })).values).toContain('fsn1');
    expect((await complete('what_will_this_cost', 'region', 'f', { provider: 'DO' })).values).toEqual(['fra1']);
    expect((await complete('move_to_another_provider', 'to', '', { from: 'aws' })).values).not.toContain('aws');
  });

  test('types that are sold in that region', async () => {
    const types = async (region: string) => (await complete('should_i_add_a_server', 'size', 'cx', { provider: 'hetzner', region })).values;
    expect(await types('fsn1')).toContain('cx23');
    expect(await types('ash')).not.toContain('cx23');
  });

  test('no more than the protocol allows, with the number of all', async () => {
    const { values, total, hasMore } = await complete('should_i_add_a_server', 'size', '', { provider: 'aws' });
    expect(values.length).toBeLessThanOrEqual(100);
    expect(hasMore).toBe((total ?? 0) > values.length);
  });

  test('what can be anything has no suggestions', async () => {
    expect((await complete('what_will_this_cost', 'what', '')).values).toEqual([]);
  });

  test('what is not there is said', async () => {
    await expect(complete('nothing', 'x', '')).rejects.toMatchObject({ code: -32602 });
    await expect(complete('what_will_this_cost', 'constructor', '')).rejects.toMatchObject({ code: -32602 });
  });
});

describe('the skill over the protocol (SEP-2640)', () => {
  const entry = z.looseObject({
    uri: z.string(),
    frontmatter: z.looseObject({ name: z.string(), description: z.string() }),
    resources: z.array(z.strictObject({ uri: z.string(), digest: z.string(), size: z.number() })),
  });

  test('skills/list: each file with the digest and size of what resources/read gives', async () => {
    const { skills } = await client.request({ method: 'skills/list' }, z.object({ skills: z.array(entry) }));
    expect(skills).toHaveLength(1);
    const [skill] = skills as [z.output<typeof entry>];
    expect(skill.uri).toBe('skill://infrastructure/SKILL.md');
    expect(skill.frontmatter).toMatchObject({ name: 'infrastructure', metadata: { slug: 'infrastructure' } });
    expect(skill.resources.map(({ uri }) => uri.split('/').at(-1))).toEqual(['SKILL.md', 'patterns.md', 'providers.md', 'backups.md']);
    for (const { uri, digest, size } of skill.resources) {
      const { contents } = await client.readResource({ uri });
      const text = (contents[0] as { text: string }).text;
      expect(size).toBe(Buffer.byteLength(text));
      expect(digest).toBe(`sha256:${createHash('sha256').update(text).digest('hex')}`);
    }
  });

  test('skills/get: the same entry, and another is not there', async () => {
    const get = (uri: string) => client.request({ method: 'skills/get', params: { uri } }, z.object({ skill: entry }));
    const { skills } = await client.request({ method: 'skills/list' }, z.object({ skills: z.array(entry) }));
    expect((await get('skill://infrastructure/SKILL.md')).skill).toEqual(skills[0]);
    await expect(get('skill://other/SKILL.md')).rejects.toMatchObject({ code: -32002 });
  });
});
