import * as nodeModule from 'node:module';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { createServer } from '../server/index.ts';
import { Lines } from './lines.ts';
import { LONGEST, log } from './log.ts';

const INVALID_REQUEST = -32600;

const tooLong = (bytes: number): string =>
  `This request has ${bytes} bytes, and at most ${LONGEST} are read; it was left out, and the server goes on. Of a price list, paste the part that is needed: filter the command, and never paste a whole offer file.`;

/** Serves one client over standard input and output, until standard input ends. */
export function serveStdio(version: string, today: () => string): void {
  const lines = new Lines(LONGEST, (bytes, id) => {
    log(`a request of ${bytes} bytes was left out: at most ${LONGEST} are read`);
    // Without its id no client could tell what the answer is to.
    if (id !== undefined)
      process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, error: { code: INVALID_REQUEST, message: tooLong(bytes) } })}\n`);
  });
  const transport = new StdioServerTransport(process.stdin.pipe(lines), process.stdout, { maxBufferSize: LONGEST });
  const server = createServer({ version, today, log });
  // The SDK's message would quote the line, and the line may hold anything.
  server.onerror = (error) =>
    log(error instanceof SyntaxError || error.name === 'ZodError' ? 'a line that is no JSON-RPC message was left out' : error.name);
  // Clients kill servers more often than they end them, and Node writes its compile cache only at the end.
  server.oninitialized = () => setImmediate(() => (nodeModule as { flushCompileCache?: () => unknown }).flushCompileCache?.());

  // Standard input's end needs no handler: what is under way is answered, and then nothing keeps the process.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(0));
  // The client is gone (EPIPE): there is nobody left to answer.
  process.stdout.on('error', () => process.exit(0));
  process.stderr.on('error', () => {});
  void server.connect(transport);
}
