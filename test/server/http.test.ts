import { once } from 'node:events';
import { createServer, type Server as HttpServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { provision } from '../examples.ts';
import { call } from './client.ts';
import { connect, LIST, raw, type Service, serve } from './service.ts';

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
    await expect.poll(() => service.lines().some(({ tool }) => tool === provision.tool), { timeout: 20_000 }).toBe(true);
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
  for (const authorization of ['Bearer letmeim', 'Bearer letmein2', 'Bearer', 'Basic letmein', 'letmein', 'Bearer letmein, Bearer letmein'])
    expect((await raw(url, { headers: { authorization }, body: LIST })).status, authorization).toBe(401);
  expect((await raw(url, { headers: { authorization: 'bearer letmein' }, body: LIST })).status).toBe(200);
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
    for (const { lines } of instances)
      await expect.poll(() => lines().some(({ event }) => event === 'request'), { timeout: 20_000 }).toBe(true);
  } finally {
    balancer.closeAllConnections();
    balancer.close();
  }
});

test('a port that is taken, or that is none, is said', async () => {
  const { url } = await serve();
  await expect(serve(['--port', new URL(url).port])).rejects.toThrow(/EADDRINUSE/);
  await expect(serve(['--port', '99999'])).rejects.toThrow();
});

test('a client that can ask its person is answered at once: between requests there is nobody to ask', async () => {
  const { url } = await serve();
  const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: { elicitation: {} } });
  client.setRequestHandler(ElicitRequestSchema, () => Promise.reject(new Error('asked')));
  await client.connect(new StreamableHTTPClientTransport(new URL(url)) as never);
  const { text, structured } = await call(client, 'recommend_architecture', {});
  expect(structured?.questions).toHaveLength(3);
  expect(text).toContain('Worth asking:');
  await client.close();
});
