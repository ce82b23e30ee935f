import { timingSafeEqual } from 'node:crypto';
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { LONGEST } from './log.ts';

export interface HttpOptions {
  /** The address to listen on; loopback unless told otherwise. */
  readonly host: string;
  /** 0 = any free one. */
  readonly port: number;
  /** Names, besides loopback's, by which clients reach it; what else a Host header says is refused. `*` = any. */
  readonly allowedHosts: readonly string[];
  /** Web pages that may call it, like `https://app.example`; a page of any other origin is refused. */
  readonly allowedOrigins: readonly string[];
  /** A bearer token that every call has to carry; from the environment, never from an argument. */
  readonly token: string | undefined;
  /** Bytes of a request's body. */
  readonly longest?: number;
  /** How long a client may take to send its request; one that needs longer is not one to wait for. */
  readonly requestSeconds?: number;
  readonly version: string;
  /** A fresh MCP server: each request has one of its own, so any instance behind a balancer can answer it. */
  readonly create: () => Server;
  /** Takes one structured line for the operator; never an argument's value. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

export interface HttpService {
  readonly url: string;
  /**
   * Says at `/health` that it ends, and for `drain` seconds goes on, so that a balancer can turn to others: a connection
   * that is cut before its request is read is an error for somebody. Then it takes no more, answers what is under way, and
   * resolves once all of it has gone out or `grace` seconds have passed.
   */
  close(times: { readonly drain: number; readonly grace: number }): Promise<void>;
}

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const REQUEST_SECONDS = 30;

/** An answer that the transport never sees. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code = -32000,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** MCP over Streamable HTTP at `/mcp`, stateless; `/health` for whoever watches it. */
export async function serveHttp(options: HttpOptions): Promise<HttpService> {
  let closing = false;
  const patience = (options.requestSeconds ?? REQUEST_SECONDS) * 1000;
  const http = createHttpServer(
    // Node looks for who is late only so often.
    { requestTimeout: patience, headersTimeout: patience, connectionsCheckingInterval: patience / 10, keepAliveTimeout: 5_000 },
    async (request, response) => {
      const began = performance.now();
      const seen: Seen = { method: undefined, tool: undefined, bytes: 0 };
      response.on('close', () => {
        if (route(request) === '/health') return;
        options.log({
          level: response.statusCode >= 500 ? 'error' : 'info',
          event: 'request',
          http: request.method,
          status: response.statusCode,
          ms: Math.round(performance.now() - began),
          bytes: seen.bytes,
          ...(seen.method === undefined ? {} : { method: seen.method }),
          ...(seen.tool === undefined ? {} : { tool: seen.tool }),
          ...(response.writableFinished ? {} : { aborted: true }),
        });
      });
      try {
        await answer(request, response, options, closing, seen);
      } catch (error) {
        if (error instanceof Refusal) refuse(response, error);
        else {
          options.log({ level: 'error', event: 'failure', error: error instanceof Error ? error.name : typeof error });
          refuse(response, new Refusal(500, 'internal error', -32603));
        }
      }
    },
  );
  await listen(http, options);
  const { address, port, family } = http.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${port}/mcp`,
    close: async ({ drain, grace }) => {
      closing = true;
      await new Promise((resolve) => setTimeout(resolve, drain * 1000));
      await new Promise<void>((resolve) => {
        const late = setTimeout(() => http.closeAllConnections(), grace * 1000);
        http.close(() => {
          clearTimeout(late);
          resolve();
        });
        http.closeIdleConnections();
      });
    },
  };
}

interface Seen {
  method: string | undefined;
  tool: string | undefined;
  bytes: number;
}

function listen(http: HttpServer, { host, port }: HttpOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, host, () => {
      http.off('error', reject);
      resolve();
    });
  });
}

const route = (request: IncomingMessage): string => (request.url ?? '').split('?')[0] as string;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: HttpOptions,
  closing: boolean,
  seen: Seen,
): Promise<void> {
  const at = route(request);
  // Whoever watches it calls it by its address, which no list of names can hold.
  if (at === '/health') {
    if (request.method !== 'GET' && request.method !== 'HEAD') throw new Refusal(405, 'use GET', -32000, { allow: 'GET, HEAD' });
    response.writeHead(closing ? 503 : 200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : JSON.stringify({ status: closing ? 'closing' : 'ok', version: options.version }));
    return;
  }
  checkHost(request.headers.host, options);
  checkOrigin(request, response, options);
  if (at !== '/mcp') throw new Refusal(404, 'there is /mcp and /health');
  if (request.method === 'OPTIONS' && request.headers.origin !== undefined) {
    response.writeHead(204, {
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': '*, authorization',
      'access-control-max-age': '600',
    });
    response.end();
    return;
  }
  checkToken(request.headers.authorization, options.token);
  // Stateless: there is no stream to open and no session to end.
  if (request.method !== 'POST') throw new Refusal(405, 'use POST: nothing is kept between requests', -32000, { allow: 'POST' });
  if (closing) response.shouldKeepAlive = false;
  const body = await read(request, options.longest ?? LONGEST, seen);
  note(body, seen);

  const server = options.create();
  const transport = new StreamableHTTPServerTransport({});
  response.on('close', () => void server.close());
  // Its `exactOptionalPropertyTypes` are not ours.
  await server.connect(transport as never);
  await transport.handleRequest(request, response, body);
}

function checkHost(header: string | undefined, { allowedHosts, host }: HttpOptions): void {
  if (allowedHosts.includes('*')) return;
  const name = hostname(`http://${header ?? ''}`);
  const bound = host.includes(':') ? `[${host}]` : host;
  if (name === undefined || ![...LOOPBACK, bound, ...allowedHosts].includes(name))
    throw new Refusal(403, 'this Host is not allowed; start the server with --allowed-host and its name');
}

/** A browser says which page calls; a page on another machine must not reach a server on this one. */
function checkOrigin({ headers: { origin } }: IncomingMessage, response: ServerResponse, { allowedOrigins }: HttpOptions): void {
  if (origin === undefined) return;
  const local = LOOPBACK.includes(hostname(origin) ?? '');
  if (!local && !allowedOrigins.includes(origin))
    throw new Refusal(403, 'this Origin is not allowed; start the server with --allowed-origin and its address');
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
}

function hostname(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function checkToken(header: string | undefined, token: string | undefined): void {
  if (token === undefined) return;
  // The scheme's name is in any case (RFC 9110, 11.1).
  const [wanted, given] = [Buffer.from(token), Buffer.from(/^bearer +(.*)$/i.exec(header ?? '')?.[1] ?? '')];
  if (wanted.length !== given.length || !timingSafeEqual(wanted, given))
    throw new Refusal(401, 'a bearer token is needed', -32000, { 'www-authenticate': 'Bearer' });
}

/** The body as JSON. It is cut off as soon as it is too long, so a long one costs neither memory nor time. */
async function read(request: IncomingMessage, longest: number, seen: Seen): Promise<unknown> {
  const tooLong = () => new Refusal(413, `a request may have ${longest} bytes`, -32600, { connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > longest) throw tooLong();
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    seen.bytes += chunk.length;
    if (seen.bytes > longest) throw tooLong();
    chunks.push(chunk);
  }
  const body = parsed(Buffer.concat(chunks).toString('utf8'));
  if (body === null || typeof body !== 'object' || (Array.isArray(body) && body.length === 0))
    throw new Refusal(400, 'the body is no JSON-RPC message', -32600);
  return body;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'the body is no JSON', -32700);
  }
}

/** The method, and the tool by its name: what a log may say of a request. */
function note(body: unknown, seen: Seen): void {
  const { method, params } = (Array.isArray(body) ? {} : (body ?? {})) as { method?: unknown; params?: { name?: unknown } };
  const plain = (value: unknown) => (typeof value === 'string' && /^[a-z_/A-Z]{1,60}$/.test(value) ? value : undefined);
  seen.method = plain(method);
  if (seen.method === 'tools/call' || seen.method === 'prompts/get') seen.tool = plain(params?.name);
}

function refuse(response: ServerResponse, { status, message, code, headers }: Refusal): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ jsonrpc: '2.0', error: { code, message }, id: null }));
}
