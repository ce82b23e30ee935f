import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { inject } from 'vitest';

/** A real client, connected to the built server over stdio. */
export async function connect(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [inject('bundle')], stderr: 'ignore' }));
  return client;
}

interface Result {
  readonly isError?: boolean;
  readonly text: string;
  readonly structured: Record<string, unknown> | undefined;
}

/** Calls a tool. The SDK's client checks the answer against the output schema that the server listed. */
export async function call(client: Client, name: string, args: Readonly<Record<string, unknown>>): Promise<Result> {
  const result = await client.callTool({ name, arguments: { ...args } });
  const [content] = result.content as { type: string; text: string }[];
  return { isError: result.isError === true, text: content?.text ?? '', structured: result.structuredContent as Result['structured'] };
}
