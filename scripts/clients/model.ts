import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A model on loopback that thinks nothing: whatever it is asked, it calls the one tool, and then says what the tool
 * answered. With it a client goes through a whole chat (offers the tool, calls it, takes the answer) without an account.
 */
export interface Model {
  readonly url: string;
  close(): void;
}

interface Offered {
  readonly name: string;
}

/** What it does next: a call of the tool, as the client has named it, or a text. */
type Turn = { readonly call: string } | { readonly say: string };

function turn(tool: string, offered: readonly Offered[], answer: string | undefined): Turn {
  if (answer !== undefined) return { say: answer };
  const found = offered.find(({ name }) => name.endsWith(tool));
  return found === undefined
    ? { say: `the client offers no ${tool}, but ${offered.map(({ name }) => name).join(', ')}` }
    : { call: found.name };
}

export async function scriptedModel(tool: string, args: object): Promise<Model> {
  const server = createServer(async (request, response) => {
    try {
      const body = JSON.parse((await text(request)) || '{}');
      if (request.url?.includes('/messages/count_tokens')) return json(response, { input_tokens: 1 });
      if (request.url?.includes('/messages')) return anthropic(response, body, tool, args);
      if (request.url?.includes('enerateContent')) return gemini(response, body, tool, args, request.url.includes('streamGenerateContent'));
      if (request.url?.includes(':countTokens')) return json(response, { totalTokens: 1 });
      json(response, {});
    } catch {
      response.writeHead(400).end();
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function json(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function events(response: ServerResponse, all: readonly { readonly type?: string }[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const one of all) response.write(`${one.type === undefined ? '' : `event: ${one.type}\n`}data: ${JSON.stringify(one)}\n\n`);
  response.end();
}

interface Messages {
  readonly tools?: readonly Offered[];
  readonly messages?: readonly { readonly content: string | readonly { readonly type: string; readonly content?: unknown }[] }[];
  readonly stream?: boolean;
}

/** Anthropic's Messages API. */
function anthropic(response: ServerResponse, { tools = [], messages = [], stream }: Messages, tool: string, args: object): void {
  const blocks = messages.flatMap(({ content }) => (typeof content === 'string' ? [] : content));
  const result = blocks.findLast(({ type }) => type === 'tool_result');
  // Without tools it is asked for a title or the like.
  const next = tools.length === 0 ? { say: 'ok' } : turn(tool, tools, result === undefined ? undefined : JSON.stringify(result.content));
  const block = 'call' in next ? { type: 'tool_use', id: 'toolu_1', name: next.call, input: args } : { type: 'text', text: next.say };
  const reason = 'call' in next ? 'tool_use' : 'end_turn';
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model: 'scripted', stop_sequence: null, usage };
  if (!stream) {
    json(response, { ...message, content: [block], stop_reason: reason });
    return;
  }
  const delta = 'call' in next ? { type: 'input_json_delta', partial_json: JSON.stringify(args) } : { type: 'text_delta', text: next.say };
  events(response, [
    { type: 'message_start', message: { ...message, content: [], stop_reason: null } } as never,
    {
      type: 'content_block_start',
      index: 0,
      content_block: 'call' in next ? { ...block, input: {} } : { type: 'text', text: '' },
    } as never,
    { type: 'content_block_delta', index: 0, delta } as never,
    { type: 'content_block_stop', index: 0 } as never,
    { type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage } as never,
    { type: 'message_stop' },
  ]);
}

interface Contents {
  readonly tools?: readonly { readonly functionDeclarations?: readonly Offered[] }[];
  readonly contents?: readonly { readonly parts?: readonly { readonly functionResponse?: { readonly response: unknown } }[] }[];
}

/** Google's Gemini API. */
function gemini(response: ServerResponse, { tools = [], contents = [] }: Contents, tool: string, args: object, stream: boolean): void {
  const offered = tools.flatMap(({ functionDeclarations = [] }) => functionDeclarations);
  const result = contents.flatMap(({ parts = [] }) => parts).findLast(({ functionResponse }) => functionResponse !== undefined);
  const next =
    offered.length === 0 ? { say: '{}' } : turn(tool, offered, result === undefined ? undefined : JSON.stringify(result.functionResponse));
  const part = 'call' in next ? { functionCall: { name: next.call, args } } : { text: next.say };
  const answer = {
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  };
  if (stream) events(response, [answer as never]);
  else json(response, answer);
}
