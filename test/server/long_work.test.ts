import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { inTurns, TURN, within } from '../../src/core/pace.ts';
import { generateProvisionCommand as tool } from '../../src/tools/generate_provision_command.ts';
import { connect } from './client.ts';

/** What takes a second or two. */
const servers = (count: number) => ({
  name: 'generate_provision_command',
  arguments: {
    provider: 'hetzner',
    region: 'fsn1',
    resources: [
      { kind: 'network', name: 'lan' },
      ...Array.from({ length: count }, (_, i) => ({ kind: 'server', name: `web${i}`, size: 'cx23', network: 'lan' })),
    ],
  },
});
const long = servers(6_000);

describe('a plan of six thousand servers, through a real client', () => {
  let client: Client;
  beforeAll(async () => {
    client = await connect();
  });
  afterAll(() => client.close());

  test('says how far it is, always further, and what it does', { timeout: 120_000 }, async () => {
    const told: Progress[] = [];
    const result = await client.callTool(long, undefined, { onprogress: (progress) => told.push(progress), timeout: 110_000 });
    expect(result.isError).not.toBe(true);
    expect(told.length).toBeGreaterThan(10);
    for (const [i, { progress, total }] of told.entries()) {
      expect(progress).toBeGreaterThan(told[i - 1]?.progress ?? 0);
      expect(progress).toBeLessThanOrEqual(total ?? 0);
    }
    const words = new Set(told.map(({ message = '' }) => /^(\w+) \d+ of \d+$/.exec(message)?.[1]));
    expect([...words].sort()).toEqual(['checked', 'planned', 'wrote']);
  });

  test('is called off in the middle: it stops, gives no answer, and the next request is answered', { timeout: 120_000 }, async () => {
    const stop = new AbortController();
    const told: number[] = [];
    const call = client.callTool(long, undefined, {
      signal: stop.signal,
      timeout: 110_000,
      onprogress: ({ progress }) => {
        told.push(progress);
        stop.abort('enough');
      },
    });
    await expect(call).rejects.toThrow(/enough/);
    await client.ping();
    expect(told.at(-1)).toBeLessThan(60);
  });

  test('an answer that the client would drop the server for is refused, with what to do', { timeout: 120_000 }, async () => {
    const result = await client.callTool(servers(10_000), undefined, { timeout: 110_000 });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringMatching(/would have 1\d{7} bytes.*in parts/) }] });
    await client.ping();
  });

  test('others are answered meanwhile', { timeout: 120_000 }, async () => {
    const order: string[] = [];
    let asked: Promise<unknown> | undefined;
    await client
      .callTool(long, undefined, {
        timeout: 110_000,
        onprogress: () => {
          asked ??= client.ping().then(() => order.push('ping'));
        },
      })
      .then(() => order.push('plan'));
    await asked;
    expect(order).toEqual(['ping', 'plan']);
  });
});

test('a request that was called off is never answered', { timeout: 120_000 }, async () => {
  const child = spawn(process.execPath, [inject('bundle')], { stdio: ['pipe', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    err += chunk;
  });
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  send({ id: 1, method: 'initialize', params });
  send({ id: 2, method: 'tools/call', params: long });
  send({ method: 'notifications/cancelled', params: { requestId: 2, reason: 'enough' } });
  send({ id: 3, method: 'ping' });
  child.stdin.end();
  expect(await once(child, 'close')).toEqual([0, null]);
  const ids = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).id);
  expect(ids.sort()).toEqual([1, 3]);
  expect(err).toBe('');
});

test('the pace changes nothing in the answer, and what calls the work off is not taken for a wrong input', async () => {
  const request = { ...long.arguments, resources: long.arguments.resources.slice(0, 3 * TURN) };
  const input = tool.input.parse(request);
  const shares: number[] = [];
  const pace = { at: async (share: number) => void shares.push(share) };
  const paced = await tool.run(input, { today: '2026-11-23', pace });
  expect(paced).toEqual(await tool.run(input, { today: '2026-11-23' }));
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  expect(shares.length).toBeGreaterThan(5);
  const off = new Error('called off');
  const stop = { at: () => Promise.reject(off) };
  await expect(tool.run(input, { today: '2026-11-23', pace: stop })).rejects.toBe(off);
});

test('turns: all items in their order, a word between them, the part within the whole', async () => {
  const told: string[] = [];
  const pace = within({ at: async (share, doing) => void told.push(`${share} ${doing}`) }, 0.5, 1);
  const items = Array.from({ length: 2 * TURN }, (_, i) => i);
  expect(await inTurns(pace, items, 'did', (i) => i)).toEqual(items);
  expect(told).toEqual([`0.75 did ${TURN} of ${2 * TURN}`]);
});
