import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server as HttpServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { provision } from '../examples.ts';
import { call } from './client.ts';

interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: () => Record<string, unknown>[];
}

const started: ChildProcess[] = [];

/** Starts the built server on a free port of loopback. */
async function serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Service> {
  const child = spawn(process.execPath, [inject('bundle'), '--http', '--port', '0', ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  started.push(child);
  let text = '';
  const lines = () =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const url = await new Promise<string>((resolve, reject) => {
    child.on('exit', () => reject(new Error(text)));
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      if (!text.endsWith('\n')) return;
      const found = lines().find(({ event }) => event === 'listening');
      if (found !== undefined) resolve(found.url as string);
    });
  });
  return { child, url, lines };
}

afterAll(() => {
  for (const child of started) child.kill('SIGKILL');
});

async function connect(url: string, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }) as never);
  return client;
}

interface Raw {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

/** A request with any headers, the Host among them, which `fetch` would set by itself. */
function raw(
  url: string,
  { method = 'POST', headers = {}, body = '' }: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
) {
  return new Promise<Raw>((resolve, reject) => {
    const sent = httpRequest(url, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    });
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });

describe('over HTTP', () => {
  let service: Service;
  beforeAll(async () => {
    service = await serve();
  });

  test('a real client calls a tool and reads the skill, and gets what it gets over stdio', async () => {
    const client = await connect(service.url);
    expect((await client.listTools()).tools.length).toBeGreaterThanOrEqual(3);
    const { text } = await call(client, provision.tool, provision.args);
    expect(text).toContain('hcloud server create');
    const { contents } = await client.readResource({ uri: 'skill://infrastructure/SKILL.md' });
    expect((contents[0] as { text: string }).text).toContain('## Scope');
    await client.close();
  });

  test('it binds loopback', () => {
    expect(service.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  });

  test('a Host that is not its own is refused: a page cannot reach it by a name of its own', async () => {
    for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost@evil.example', 'a b'])
      expect((await raw(service.url, { headers: { host }, body: LIST })).status, host).toBeGreaterThanOrEqual(400);
    expect((await raw(service.url, { headers: { host: 'localhost:1' }, body: LIST })).status).toBe(200);
  });

  test('a page of another origin is refused, one of this machine may call', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://localhost.evil.example'])
      expect((await raw(service.url, { headers: { origin }, body: LIST })).status, origin).toBe(403);
    const { status, headers } = await raw(service.url, { headers: { origin: 'http://localhost:6274' }, body: LIST });
    expect([status, headers['access-control-allow-origin']]).toEqual([200, 'http://localhost:6274']);
  });

  test('a body that is too long is cut off, and the server lives on', async () => {
    const long = Buffer.alloc(17 * 1024 * 1024, 32);
    for (const headers of [{}, { 'transfer-encoding': 'chunked' }]) {
      const answer = await raw(service.url, { headers, body: long }).catch((error: NodeJS.ErrnoException) => error.code);
      // The connection is closed; whether the client still reads why is up to its timing.
      if (typeof answer === 'object') expect(answer.status).toBe(413);
      else expect(['ECONNRESET', 'EPIPE']).toContain(answer);
    }
    expect((await raw(service.url, { body: LIST })).status).toBe(200);
  });

  test('what is no request is told so', async () => {
    expect(await raw(service.url, { body: '{' })).toMatchObject({ status: 400, text: expect.stringContaining('-32700') });
    expect((await raw(service.url, { body: '[]' })).status).toBe(400);
    expect((await raw(service.url, { body: 'null' })).status).toBe(400);
    expect(await raw(service.url, { method: 'GET' })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect((await raw(service.url, { method: 'DELETE' })).status).toBe(405);
    expect((await raw(service.url.replace('/mcp', '/other'))).status).toBe(404);
    expect((await raw(service.url, { headers: { accept: 'text/html' }, body: LIST })).status).toBe(406);
  });

  test('its log says what was called, never with what', async () => {
    const client = await connect(service.url);
    await call(client, provision.tool, { ...provision.args, plan: 'very-private-name' });
    await client.close();
    await expect.poll(() => service.lines().some(({ tool }) => tool === provision.tool)).toBe(true);
    expect(JSON.stringify(service.lines())).not.toContain('very-private-name');
    for (const line of service.lines()) expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT/);
  });
});

test('health is asked by address, and needs no token', async () => {
  const { url } = await serve([], { INFRASTRUCTURE_SKILL_TOKEN: 'letmein' });
  const health = await raw(url.replace('/mcp', '/health'), { method: 'GET', headers: { host: '10.1.2.3:3000' } });
  expect(health.status).toBe(200);
  expect(JSON.parse(health.text)).toMatchObject({ status: 'ok' });
});

test('with a token in the environment each call has to carry it', async () => {
  const { url, lines } = await serve([], { INFRASTRUCTURE_SKILL_TOKEN: 'letmein' });
  expect((await raw(url, { body: LIST })).status).toBe(401);
  expect((await raw(url, { headers: { authorization: 'Bearer letmeim' }, body: LIST })).status).toBe(401);
  const client = await connect(url, { authorization: 'Bearer letmein' });
  expect((await client.listTools()).tools.length).toBeGreaterThanOrEqual(3);
  await client.close();
  expect(JSON.stringify(lines())).not.toContain('letmei');
});

test('names and pages that were allowed are', async () => {
  const { url } = await serve(['--allowed-host', 'infra.example', '--allowed-origin', 'https://app.example']);
  expect((await raw(url, { headers: { host: 'infra.example', origin: 'https://app.example' }, body: LIST })).status).toBe(200);
  const preflight = await raw(url, { method: 'OPTIONS', headers: { origin: 'https://app.example' } });
  expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, 'https://app.example']);
});

test('several instances behind a plain balancer serve one client', async () => {
  const instances = await Promise.all([serve(['--allowed-host', '*']), serve(['--allowed-host', '*'])]);
  let turn = 0;
  const balancer: HttpServer = createServer((request, response) => {
    const to = new URL((instances[turn++ % 2] as Service).url);
    const onward = httpRequest(
      { host: to.hostname, port: to.port, path: request.url, method: request.method, headers: request.headers },
      (back) => {
        response.writeHead(back.statusCode ?? 502, back.headers);
        back.pipe(response);
      },
    );
    request.pipe(onward);
  });
  await once(balancer.listen(0, '127.0.0.1'), 'listening');
  try {
    const client = await connect(`http://127.0.0.1:${(balancer.address() as AddressInfo).port}/mcp`);
    const answers = [];
    for (let i = 0; i < 4; i++) answers.push(await call(client, provision.tool, provision.args));
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    await client.close();
    for (const { lines } of instances) expect(lines().some(({ event }) => event === 'request')).toBe(true);
  } finally {
    balancer.closeAllConnections();
    balancer.close();
  }
});

test.skipIf(process.platform === 'win32')('told to end, it answers what is under way and ends', async () => {
  const { child, url } = await serve();
  const many = Array.from({ length: 4_000 }, (_, i) => ({ ...(provision.args.resources as object[])[1], name: `web${i}` }));
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      name: provision.tool,
      arguments: { ...provision.args, resources: [...(provision.args.resources as object[]).slice(2), ...many] },
    },
  });
  const under = raw(url, { body });
  await new Promise((resolve) => setTimeout(resolve, 150));
  child.kill('SIGTERM');
  const [answer, [code]] = await Promise.all([under, once(child, 'exit')]);
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('hcloud server create');
  expect(code).toBe(0);
});

test('a port that is taken, or that is none, is said', async () => {
  const { url } = await serve();
  await expect(serve(['--port', new URL(url).port])).rejects.toThrow(/EADDRINUSE/);
  await expect(serve(['--port', '99999'])).rejects.toThrow();
});
