import { readFileSync } from 'node:fs';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { examples, provision } from '../examples.ts';
import { call, connect } from './client.ts';

const ROOT = 'skill://infrastructure/';
const DOCUMENTS = ['SKILL.md', 'patterns.md', 'providers.md', 'backups.md'];
const source = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

let client: Client;
beforeAll(async () => {
  client = await connect();
  await client.listTools(); // from here on the client checks every answer against its output schema
});
afterAll(() => client.close());

test('it says who it is, and briefly what it is for', () => {
  expect(client.getServerVersion()).toMatchObject({ name: 'infrastructure', version: packageJson.version });
  expect(client.getServerCapabilities()).toEqual({
    tools: {},
    prompts: {},
    resources: {},
    completions: {},
    extensions: { 'io.modelcontextprotocol/skills': {} },
  });
  expect(client.getInstructions()?.length).toBeLessThanOrEqual(600);
});

describe('tools', () => {
  test('all are listed, annotated, within their budget', async () => {
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'recommend_architecture',
      'generate_provision_command',
      'estimate_cost',
      'assess_capacity',
      'plan_backups',
    ]);
    for (const tool of tools) {
      expect(tool.annotations).toEqual({ readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false });
      expect(tool.title).toBeTruthy();
      expect(tool.outputSchema?.type).toBe('object');
    }
    expect(JSON.stringify(tools).length).toBeLessThanOrEqual(12_000);
  });

  test.each(examples)('$tool: $title', async ({ tool, args }) => {
    const { isError, text, structured } = await call(client, tool, args);
    expect(text).not.toBe('');
    expect(isError, text).toBe(false);
    expect(structured).toBeTypeOf('object');
  });

  test.each(examples)('$tool: $title: links to what explains it, and each can be read', async ({ tool, args }) => {
    const { content } = await client.callTool({ name: tool, arguments: { ...args } });
    const links = (content as { type: string; uri: string; name: string; title: string; mimeType: string }[]).filter(
      ({ type }) => type === 'resource_link',
    );
    expect(links.length).toBeGreaterThan(0);
    expect(links.length).toBeLessThanOrEqual(4);
    for (const { uri, name, title, mimeType } of links) {
      expect(uri).toBe(ROOT + name);
      const { contents } = await client.readResource({ uri });
      const [section] = contents as { text: string; mimeType: string }[];
      expect(section?.mimeType).toBe(mimeType);
      expect(section?.text).toMatch(/^##+ /);
      expect(title).toContain(section?.text.split('\n')[0]?.replace(/^#+ /, '') as string);
    }
  });

  test('a picture is a PNG: clients refuse SVG, and with it every later request of the chat', async () => {
    const pictures = [];
    for (const { name, arguments: args } of [
      ...examples.map(({ tool, args }) => ({ name: tool, arguments: args })),
      { name: 'assess_capacity', arguments: { cpu: 96, vcpu: 4, rps: 120 } },
    ]) {
      const { content } = await client.callTool({ name, arguments: { ...args } });
      pictures.push(...(content as { type: string; mimeType: string; data: string }[]).filter(({ type }) => type === 'image'));
    }
    expect(pictures.length).toBeGreaterThan(0);
    for (const { type, mimeType, data } of pictures) {
      expect({ type, mimeType }).toEqual({ type: 'image', mimeType: 'image/png' });
      expect(Buffer.from(data, 'base64').toString('latin1', 0, 8)).toBe('\x89PNG\r\n\x1a\n');
    }
  });

  test('the same question has the same answer, and two can be asked at once', async () => {
    const [one, two] = await Promise.all([call(client, provision.tool, provision.args), call(client, provision.tool, provision.args)]);
    expect(one).toEqual(two);
  });

  test('an unknown tool is an error of the protocol, which names those that there are', async () => {
    await expect(call(client, 'plan_backup', {})).rejects.toMatchObject({
      code: -32602,
      message: expect.stringMatching(/Nearest: plan_backups\. There are: recommend_architecture, /),
    });
    await expect(call(client, 'constructor', {})).rejects.toMatchObject({ code: -32602 });
  });

  test('a wrong input is an error of the tool: field, given, allowed, nearest', async () => {
    const { isError, text, structured } = await call(client, provision.tool, { ...provision.args, shell: 'bsh' });
    expect(isError).toBe(true);
    expect(structured).toBeUndefined();
    expect(text).toMatch(/^shell: /);
    expect(text).toContain('Given: "bsh".');
    expect(text).toContain('Nearest: bash.');
    expect(text).toMatch(/Allowed: .*powershell/);
  });

  test('no arguments at all are a wrong input', async () => {
    const result = await client.callTool({ name: provision.tool });
    expect(result.isError).toBe(true);
  });

  test('a credential in a pasted price list is refused and not repeated', async () => {
    const token = `${'Ab1'.repeat(21)}Z`;
    for (const name of ['estimate_cost', 'generate_provision_command']) {
      const answer = await client.callTool({
        name,
        arguments: { ...provision.args, prices: [{ output: `export HCLOUD_TOKEN=${token}\nhcloud server-type list -o json\n[]` }] },
      });
      expect(answer.isError).toBe(true);
      expect(JSON.stringify(answer)).toContain('prices[0].output: this looks like a 64-character API token');
      expect(JSON.stringify(answer)).not.toContain(token);
    }
  });

  test('a credential is refused by its kind and not repeated', async () => {
    const secret = `AKIA${'Q3EGRWXY2B7LMNOP'}`;
    const { isError, text, structured } = await call(client, provision.tool, { ...provision.args, note: { deep: [secret] } });
    expect(isError).toBe(true);
    expect(structured).toBeUndefined();
    expect(text).toMatch(/^note\.deep\[0\]: this looks like an AWS access key id/);
    expect(text).not.toContain(secret);
  });

  test('ten thousand resources pass', { timeout: 60_000 }, async () => {
    const resources = Array.from({ length: 10_000 }, (_, i) => ({
      kind: 'ssh_key',
      name: `key${i}`,
      publicKeyPath: '~/.ssh/id_ed25519.pub',
    }));
    const { isError, text, structured } = await call(client, provision.tool, { ...provision.args, resources });
    expect(isError, text.slice(0, 500)).toBe(false);
    expect(structured?.steps).toHaveLength(10_000);
  });

  test('of ten thousand problems the first few are said', async () => {
    const resources = Array.from({ length: 10_000 }, (_, i) => ({ kind: 'nothing', name: `n${i}` }));
    const { isError, text } = await call(client, provision.tool, { ...provision.args, resources });
    expect(isError).toBe(true);
    expect(text.length).toBeLessThan(20_000);
  });
});

describe('resources', () => {
  test('the documents and the metadata are listed with type and size', async () => {
    const { resources } = await client.listResources();
    expect(resources.map(({ uri }) => uri)).toEqual([
      ...[...DOCUMENTS, 'kinds', 'metadata'].map((name) => ROOT + name),
      'ui://infrastructure/plan',
    ]);
    for (const { uri, mimeType, size, title, description } of resources) {
      const { contents } = await client.readResource({ uri });
      const [content] = contents as { uri: string; mimeType: string; text: string }[];
      expect(content).toMatchObject({ uri, mimeType });
      expect(Buffer.byteLength(content?.text ?? '')).toBe(size);
      expect(title && description).toBeTruthy();
    }
  });

  test.each(DOCUMENTS)('%s is the file', async (name) => {
    const { contents } = await client.readResource({ uri: ROOT + name });
    expect(contents).toEqual([{ uri: ROOT + name, mimeType: 'text/markdown', text: source(name) }]);
  });

  test('the metadata is what the front matter says, and its version is the package version', async () => {
    const { contents } = await client.readResource({ uri: `${ROOT}metadata` });
    const metadata = JSON.parse((contents[0] as { text: string }).text);
    expect(metadata).toEqual({
      name: 'infrastructure',
      slug: 'infrastructure',
      version: packageJson.version,
      description: packageJson.description,
      changelog: expect.any(String),
      emoji: '🏗️',
      requires: { bins: [] },
      os: ['linux', 'darwin', 'win32'],
    });
  });

  test('one section of a document', async () => {
    const { resourceTemplates } = await client.listResourceTemplates();
    expect(resourceTemplates).toMatchObject([
      { uriTemplate: `${ROOT}{document}/{section}`, mimeType: 'text/markdown' },
      { uriTemplate: `${ROOT}kinds/{kind}`, mimeType: 'text/markdown' },
    ]);
    const { contents } = await client.readResource({ uri: `${ROOT}SKILL.md/scope` });
    const { text } = contents[0] as { text: string };
    expect(text).toMatch(/^## Scope\n/);
    expect(source('SKILL.md')).toContain(text.trimEnd());
    expect(text.slice(3)).not.toMatch(/^## /m);
  });

  test.each([
    'nothing',
    '',
    'SKILL.md/scope/more',
    '../package.json',
    '%2e%2e/package.json',
    '%zz',
  ])('%j: no such resource, and which there are', async (name) => {
    await expect(client.readResource({ uri: ROOT + name })).rejects.toMatchObject({
      code: -32002,
      message: expect.stringContaining(`${ROOT}backups.md`),
    });
  });

  test('no such resource outside of the skill either', async () => {
    await expect(client.readResource({ uri: 'file:///etc/passwd' })).rejects.toMatchObject({ code: -32002 });
  });

  test('one kind, by any of its names, and which there are where there is none', async () => {
    for (const name of ['cache', 'redis', 'Valkey']) {
      const { contents } = await client.readResource({ uri: `${ROOT}kinds/${name}` });
      expect((contents[0] as { text: string }).text).toMatch(/^# cache\n/);
    }
    await expect(client.readResource({ uri: `${ROOT}kinds/cach` })).rejects.toMatchObject({
      code: -32002,
      message: expect.stringContaining('Nearest: cache.'),
    });
    await expect(client.readResource({ uri: `${ROOT}kinds/cache/more` })).rejects.toMatchObject({ code: -32002 });
  });

  test('no such section, and which there are', async () => {
    await expect(client.readResource({ uri: `${ROOT}SKILL.md/scop` })).rejects.toMatchObject({
      code: -32002,
      message: expect.stringContaining('Nearest: scope.'),
    });
  });
});

describe('completion', () => {
  const complete = async (name: string, value: string, context?: Record<string, string>) => {
    const ref = { type: 'ref/resource', uri: `${ROOT}{document}/{section}` } as const;
    const { completion } = await client.complete({
      ref,
      argument: { name, value },
      ...(context ? { context: { arguments: context } } : {}),
    });
    return completion.values;
  };

  test('documents', async () => {
    expect(await complete('document', '')).toEqual(DOCUMENTS);
    expect(await complete('document', 'p')).toEqual(['patterns.md', 'providers.md']);
  });

  test('sections of the document that was chosen: each can be read', async () => {
    expect(await complete('section', 'sco', { document: 'SKILL.md' })).toEqual(['scope']);
    expect(await complete('section', '', { document: 'nothing.md' })).toEqual([]);
    for (const document of DOCUMENTS) {
      for (const section of await complete('section', '', { document }))
        await client.readResource({ uri: `${ROOT}${document}/${section}` });
    }
  });

  test('kinds: each can be read', async () => {
    const ref = { type: 'ref/resource', uri: `${ROOT}kinds/{kind}` } as const;
    const { completion } = await client.complete({ ref, argument: { name: 'kind', value: 'database' } });
    expect(completion.values).toEqual(['database', 'database_replica', 'database_pool', 'database_user']);
    await expect(client.complete({ ref, argument: { name: 'document', value: '' } })).rejects.toMatchObject({ code: -32602 });
  });

  test('there is nothing else to complete', async () => {
    await expect(complete('other', '')).rejects.toMatchObject({ code: -32602 });
    await expect(client.complete({ ref: { type: 'ref/prompt', name: 'x' }, argument: { name: 'x', value: '' } })).rejects.toMatchObject({
      code: -32602,
    });
  });
});
