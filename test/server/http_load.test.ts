import { once } from 'node:events';
import { Agent } from 'node:http';
import { type AddressInfo, connect as connectTo, createServer, type Socket } from 'node:net';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { CallToolRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { createServer as createMcpServer } from '../../src/server/index.ts';
import { type HttpOptions, type HttpService, serveHttp } from '../../src/transport/http.ts';
import { provision } from '../examples.ts';
import { call } from './client.ts';
import { connect, LIST, longCall, raw, serve } from './service.ts';

/** What closes when a test is over. */
const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** The transport in this process, where a test can look into it. */
async function inProcess(options: Partial<HttpOptions> = {}): Promise<HttpService> {
  const service = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    token: undefined,
    version: '1.0.0',
    create: () => new Server({ name: 'test', version: '1.0.0' }, { capabilities: { tools: {} } }),
    log: () => {},
    ...options,
  });
  open.push(() => service.close({ drain: 0, grace: 0 }));
  return service;
}

/** A balancer that knows nothing of MCP: each connection goes to the next instance whose health is good. */
async function balanced(instances: readonly { readonly url: string }[]): Promise<string> {
  const well = new Set(instances);
  const watch = setInterval(() => {
    for (const one of instances)
      raw(one.url.replace('/mcp', '/health'), { method: 'GET' }).then(
        ({ status }) => (status === 200 ? well.add(one) : well.delete(one)),
        () => well.delete(one),
      );
  }, 100);
  let turn = 0;
  const sockets = new Set<Socket>();
  const balancer = createServer((from) => {
    const next = [...well][turn++ % well.size];
    const { hostname, port } = new URL((next as { url: string }).url);
    const to = connectTo(Number(port), hostname);
    for (const one of [from, to]) sockets.add(one.on('error', () => one.destroy()));
    from.pipe(to).pipe(from);
  });
  await once(balancer.listen(0, '127.0.0.1'), 'listening');
  open.push(() => {
    clearInterval(watch);
    for (const socket of sockets) socket.destroy();
    balancer.close();
  });
  return `http://127.0.0.1:${(balancer.address() as AddressInfo).port}/mcp`;
}

describe('whoever is slow, or goes', () => {
  test('a request that is not sent within its time is ended, and others are served meanwhile', async () => {
    const { url } = await inProcess({ requestSeconds: 1 });
    const { hostname, port } = new URL(url);
    const slow = connectTo(Number(port), hostname);
    open.push(() => slow.destroy());
    slow.write('POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"jsonrpc"');
    let text = '';
    slow.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    expect((await raw(url, { method: 'DELETE' })).status).toBe(405);
    await once(slow, 'close');
    expect(text).toMatch(/^HTTP\/1.1 408 /);
  });

  test('headers that never end, or are too many, cost nothing', async () => {
    const { url } = await inProcess({ requestSeconds: 1 });
    const headers = { 'x-long': 'x'.repeat(32_000) };
    expect(
      await raw(url, { headers, body: LIST }).then(
        ({ status }) => status,
        (error: NodeJS.ErrnoException) => error.code,
      ),
    ).toSatisfy((seen) => [431, 'ECONNRESET', 'EPIPE'].includes(seen as never));
    expect((await raw(url.replace('/mcp', '/health'), { method: 'GET' })).status).toBe(200);
  });

  test('a client that hangs up calls its request off', async () => {
    const seen: string[] = [];
    const { url } = await inProcess({
      create: () => {
        const server = new Server({ name: 'test', version: '1.0.0' }, { capabilities: { tools: {} } });
        server.setRequestHandler(CallToolRequestSchema, async (_, { signal, sendNotification }) => {
          await sendNotification({ method: 'notifications/progress', params: { progressToken: 'p', progress: 1 } });
          await once(signal, 'abort');
          seen.push('called off');
          return { content: [] };
        });
        return server;
      },
    });
    const stop = new AbortController();
    const response = await fetch(url, {
      method: 'POST',
      signal: stop.signal,
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'x', _meta: { progressToken: 'p' } } }),
    });
    await response.body?.getReader().read();
    stop.abort();
    await expect.poll(() => seen, { timeout: 20_000 }).toEqual(['called off']);
  });

  test('the built server stops its work for it, and says so in its log', { timeout: 120_000 }, async () => {
    const service = await serve();
    const stop = new AbortController();
    const response = await fetch(service.url, {
      method: 'POST',
      signal: stop.signal,
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: longCall(6_000),
    });
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toContain('notifications/progress');
    stop.abort();
    await expect.poll(() => service.lines().find(({ event }) => event === 'request'), { timeout: 30_000 }).toMatchObject({ aborted: true });
    expect((await raw(service.url, { body: LIST })).status).toBe(200);
    expect(service.lines().filter(({ level }) => level === 'error')).toEqual([]);
  });
});

describe('many at once', () => {
  test('a thousand requests, each on a connection of its own, are all answered', { timeout: 120_000 }, async () => {
    const service = await serve();
    const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
    open.push(() => agent.destroy());
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => raw(service.url, { body: LIST, agent })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1_000);
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(service.lines().filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('health is answered while a long plan is made', { timeout: 120_000 }, async () => {
    const { url } = await serve();
    const order: string[] = [];
    let health: Promise<unknown> | undefined;
    const { text } = await raw(url, {
      body: longCall(6_000),
      onText: () => {
        health ??= raw(url.replace('/mcp', '/health'), { method: 'GET' }).then(() => order.push('health'));
      },
    }).finally(() => order.push('plan'));
    await health;
    expect(text).toContain('"result"');
    expect(order).toEqual(['health', 'plan']);
  });
});

test('two instances behind a balancer of connections serve one client', async () => {
  const instances = await Promise.all([serve(), serve()]);
  const client = await connect(await balanced(instances));
  const answers = await Promise.all(Array.from({ length: 12 }, () => call(client, provision.tool, provision.args)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  await client.close();
  for (const { lines } of instances)
    await expect.poll(() => lines().some(({ tool }) => tool === provision.tool), { timeout: 20_000 }).toBe(true);
});

describe.skipIf(process.platform === 'win32')('told to end', () => {
  test('it answers what is under way, and takes no more', { timeout: 120_000 }, async () => {
    const { child, url } = await serve();
    const ended = once(child, 'exit');
    let told = false;
    const { status, text } = await raw(url, {
      body: longCall(1_000),
      onText: () => {
        if (!told) child.kill('SIGTERM');
        told = true;
      },
    });
    expect(status).toBe(200);
    expect(text).toContain('hcloud server create');
    expect(await ended).toEqual([0, null]);
    await expect(raw(url, { body: LIST })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

test('one of two ends under load: not one request is lost', { timeout: 120_000 }, async () => {
  // In one process, so that a busy machine is slow for all of them alike.
  const create = () => createMcpServer({ version: '1.0.0', today: () => '2026-11-24', log: () => {} });
  const [first, second] = await Promise.all([inProcess({ create }), inProcess({ create })]);
  const url = await balanced([first, second]);
  const agent = new Agent({ keepAlive: false });
  open.push(() => agent.destroy());
  const seen: (number | string)[] = [];
  let going = true;
  const load = Array.from({ length: 8 }, async () => {
    while (going) seen.push(await raw(url, { body: LIST, agent }).then(({ status }) => status, String));
  });
  const more = () => {
    const before = seen.length;
    return expect.poll(() => seen.length, { timeout: 60_000 }).toBeGreaterThan(before + 50);
  };
  await more();
  await first.close({ drain: 2, grace: 30 });
  await more();
  going = false;
  await Promise.all(load);
  expect(new Set(seen)).toEqual(new Set([200]));
  await expect(raw(first.url, { body: LIST })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
