import * as nodeModule from 'node:module';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createServer } from '../server/index.ts';
import { LONGEST, log } from './log.ts';

/** Serves one client over standard input and output, until standard input ends. */
export function serveStdio(version: string): void {
  const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: LONGEST });
  const server = createServer({ version, today: () => new Date().toISOString().slice(0, 10), log });
  // The SDK's message would quote the line, and the line may hold anything.
  server.onerror = (error) =>
    log(error instanceof SyntaxError || error.name === 'ZodError' ? 'a line that is no JSON-RPC message was left out' : error.name);
  server.onclose = () => {
    log(`a request was longer than ${LONGEST} bytes`);
    process.exit(1);
  };
  // Clients kill servers more often than they end them, and Node writes its compile cache only at the end.
  server.oninitialized = () => setImmediate(() => (nodeModule as { flushCompileCache?: () => unknown }).flushCompileCache?.());

  // Standard input's end needs no handler: what is under way is answered, and then nothing keeps the process.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
  // The client is gone (EPIPE): there is nobody left to answer.
  process.stdout.on('error', () => process.exit(0));
  process.stderr.on('error', () => {});
  void server.connect(transport);
}
