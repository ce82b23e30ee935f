import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, expect, inject, test } from 'vitest';
import { createServer } from '../../src/server/index.ts';
import { TODAY } from '../support/plans.ts';

type Content = Record<string, string | number | boolean | string[]>;
type Reply = { action: 'accept'; content: Content } | { action: 'decline' | 'cancel' };
interface Form {
  readonly properties: Record<string, { type: string; description: string; enum?: string[] }>;
  readonly required?: string[];
}

const open: Client[] = [];
afterEach(async () => {
  for (const client of open.splice(0)) await client.close();
});

/** A client that can be asked, with what its person does; the forms that it was shown. */
function person(reply: (form: Form) => Reply | Promise<Reply>, capabilities: object = { elicitation: {} }) {
  const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities });
  const forms: Form[] = [];
  if ('elicitation' in capabilities)
    client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
      const form = (params as unknown as { requestedSchema: Form }).requestedSchema;
      forms.push(form);
      return reply(form) as never;
    });
  open.push(client);
  return { client, forms };
}

/** Connected to the sources, in one process: what is not of the transport. */
async function near(reply: (form: Form) => Reply | Promise<Reply>, askSeconds = 20, capabilities?: object) {
  const one = person(reply, capabilities);
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await createServer({ version: '0', today: () => TODAY, log: () => {}, askSeconds }).connect(ours as never);
  await one.client.connect(theirs as never);
  return one;
}

const ask = async (client: Client, name = 'recommend_architecture', args: Record<string, unknown> = {}) => {
  const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
  return {
    text: (content as { text: string }[])[0]?.text ?? '',
    structured: structuredContent as Record<string, unknown> | undefined,
    isError: isError === true,
  };
};

/** What a client without forms is told. */
const assumed = async (name?: string, args?: Record<string, unknown>) =>
  ask((await near(() => ({ action: 'cancel' }), 20, {})).client, name, args);

test('over stdio, from the built server: what is answered is in the recommendation', async () => {
  const { client, forms } = person(() => ({ action: 'accept', content: { availability: 99.9, regions: 'EU', dataGb: 200 } }));
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [inject('bundle')], stderr: 'ignore' }) as never);
  const { text, structured } = await ask(client);
  expect(structured?.stage).toBe('Growth');
  expect(text).toContain('Asked and answered (pass it in further calls): regions "EU", availability 99.9, dataGb 200.');
  expect(text).not.toContain('10 GB of data');
  expect(forms).toHaveLength(1);
});

test('asks at most three, each a field of the tool with a plain type, none of them required', async () => {
  const { client, forms } = await near(() => ({ action: 'decline' }));
  const { tools } = await client.listTools();
  const input = tools.find(({ name }) => name === 'recommend_architecture')?.inputSchema.properties as object;
  await ask(client);
  const fields = Object.entries(forms[0]?.properties ?? {});
  expect(fields.length).toBeGreaterThan(0);
  expect(fields.length).toBeLessThanOrEqual(3);
  for (const [field, { type, description }] of fields) {
    expect(Object.keys(input)).toContain(field);
    expect(['string', 'number']).toContain(type);
    expect(description).toMatch(/\?/);
  }
  expect(forms[0]?.required).toBeUndefined();
});

test.each(['decline', 'cancel'] as const)('%s: the answer by assumptions, and the same is not asked again', async (action) => {
  const { client, forms } = await near(() => ({ action }));
  const plain = await assumed();
  expect(await ask(client)).toEqual(plain);
  expect(await ask(client)).toEqual(plain);
  expect(forms).toHaveLength(1);
  expect(plain.text).toContain('Worth asking:');
});

test('nobody answers: the answer by assumptions after a while', async () => {
  const { client, forms } = await near(() => new Promise(() => {}), 0.2);
  expect(await ask(client)).toEqual(await assumed());
  expect(forms).toHaveLength(1);
});

test('a client that fails to ask gets the answer by assumptions', async () => {
  const { client } = await near(() => Promise.reject(new Error('no window')));
  expect(await ask(client)).toEqual(await assumed());
});

test('an empty form is no answer', async () => {
  const { client } = await near(() => ({ action: 'accept', content: { regions: '' } }));
  expect(await ask(client)).toEqual(await assumed());
});

test('what is answered wrongly is named, and the answer is the one by assumptions', async () => {
  const { client } = await near(() => ({ action: 'accept', content: { regions: 'Mars', plan: 'not asked' } }));
  const { text, structured, isError } = await ask(client);
  const plain = await assumed();
  expect(isError).toBe(false);
  expect(structured).toEqual(plain.structured);
  expect(text).toMatch(/not used, because it is wrong: regions.*Mars/);
});

test('a credential in an answer is not repeated', async () => {
  const key = ['AKIA', 'IOSFODNN7', 'EXAMPLE'].join('');
  const { client } = await near(() => ({ action: 'accept', content: { regions: key } }));
  expect((await ask(client)).text).not.toContain(key);
});

test('a provider that is missing is asked for by its list', async () => {
  const { client, forms } = await near(() => ({ action: 'accept', content: { provider: 'hetzner' } }));
  const args = { resources: [{ kind: 'server', name: 'web' }] };
  const answer = await ask(client, 'generate_provision_command', args);
  expect(forms[0]?.properties.provider?.enum).toContain('hetzner');
  expect(answer.text).toContain('hcloud server create');
  const declined = await near(() => ({ action: 'decline' }));
  expect(await ask(declined.client, 'generate_provision_command', args)).toEqual(await assumed('generate_provision_command', args));
});

test('capacity without a measurement is asked for what people know', async () => {
  const { client } = await near(() => ({ action: 'accept', content: { cpu: 91, servers: 2 } }));
  expect((await ask(client, 'assess_capacity')).structured?.verdict).toBe('scale_out');
  expect((await assumed('assess_capacity')).structured?.verdict).toBe('measure_first');
});

test('what needs no answer is not asked', async () => {
  const { client, forms } = await near(() => ({ action: 'decline' }));
  await ask(client, 'assess_capacity', { cpu: 30, servers: 2 });
  await ask(client, 'estimate_cost', { provider: 'hetzner', resources: 'x' });
  expect(forms).toHaveLength(0);
});
