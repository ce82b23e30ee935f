import { type ChildProcess, spawn } from 'node:child_process';
import { type Agent, request as httpRequest } from 'node:http';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, inject } from 'vitest';

export interface Service {
  readonly child: ChildProcess;
  readonly url: string;
  readonly lines: () => Record<string, unknown>[];
}

const started: ChildProcess[] = [];

/** Starts the built server on a free port of loopback. It is ended with the tests of the file. */
export async function serve(args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Service> {
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

/** A real client. */
export async function connect(url: string, headers: Record<string, string> = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }) as never);
  return client;
}

export interface Raw {
  readonly status: number;
  readonly headers: Record<string, unknown>;
  readonly text: string;
}

interface RawOptions {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
  /** Told what has come so far, each time that more has. */
  readonly onText?: (text: string) => void;
}

/** A request with any headers, the Host among them, which `fetch` would set by itself. */
export function raw(url: string, { method = 'POST', headers = {}, body = '', agent, onText }: RawOptions = {}) {
  return new Promise<Raw>((resolve, reject) => {
    const sent = httpRequest(url, {
      method,
      ...(agent === undefined ? {} : { agent }),
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    });
    sent.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        onText?.(text);
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A call that takes long enough to say how far it is. */
export const longCall = (count: number): string =>
  JSON.stringify({
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: {
      _meta: { progressToken: 'p' },
      name: 'generate_provision_command',
      arguments: {
        provider: 'hetzner',
        resources: Array.from({ length: count }, (_, i) => ({ kind: 'server', name: `web${i}`, size: 'cx23' })),
      },
    },
  });

export const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
