import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { expect, test, vi } from 'vitest';
import * as z from 'zod';
import { InputError } from '../../src/core/errors.ts';
import { createServer } from '../../src/server/index.ts';

vi.mock('../../src/tools/index.ts', () => {
  const tool = {
    name: 'broken',
    title: 'Broken',
    description: 'fails',
    input: z.object({ how: z.string() }),
    output: z.object({}),
    run: async ({ how }: { how: string }) => {
      if (how === 'many') throw new InputError(Array.from({ length: 500 }, (_, i) => ({ field: `resources[${i}]`, message: 'is wrong.' })));
      throw new TypeError(`cannot read ${how}`);
    },
  };
  return { tools: { broken: async () => tool }, toolNames: ['broken'], findTool: async () => tool };
});

async function callBroken(how: string) {
  const lines: string[] = [];
  const server = createServer({ version: '1.2.3', today: () => '2026-11-23', log: (line) => lines.push(line) });
  const client = new Client({ name: 'test', version: '1.0.0' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  const result = await client.callTool({ name: 'broken', arguments: { how } });
  await client.close();
  return { result, text: (result.content as { text: string }[])[0]?.text ?? '', log: lines.join('\n') };
}

test('a defect is an answer that asks for a report, without a stack or a value; the log has the place, and no value', async () => {
  const { result, text, log } = await callBroken('something private');
  expect(result.isError).toBe(true);
  expect(result.structuredContent).toBeUndefined();
  expect(text).toMatch(/^internal error in broken, version 1\.2\.3\..*please report it, with the version\.$/);
  expect(text + log).not.toContain('private');
  expect(log).toMatch(/^broken: TypeError\n {4}at /);
});

test('the first problems are said, the others counted', async () => {
  const { result, text } = await callBroken('many');
  expect(result.isError).toBe(true);
  expect(text.split('\n')).toHaveLength(21);
  expect(text).toMatch(/And 480 more problems\.$/);
});
