import * as nodeModule from 'node:module';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import packageJson from '../package.json' with { type: 'json' };
import { createServer } from './server/index.ts';

const HELP = `${packageJson.name} ${packageJson.version}
${packageJson.description}

An MCP server over stdio: it reads requests from standard input and answers on standard output.
It writes commands for you to read and run; it runs none itself, and it needs no credentials.

  infrastructure-skill            serve
  infrastructure-skill --version  print the version
  infrastructure-skill --help     print this

To add it to a client, give the client this command: node ${process.argv[1] ?? 'dist/infrastructure-skill.js'}
`;

/** The longest request that is read, in bytes; a stack of ten thousand servers has two million. */
const LONGEST = 16 * 1024 * 1024;

/** Runs the program: prints what was asked for, or serves until standard input ends. */
export function main(args: readonly string[]): void {
  const [first] = args;
  if (first === undefined) serve();
  else if (first === '--version' || first === '-v') process.stdout.write(`${packageJson.version}\n`);
  else if (first === '--help' || first === '-h') process.stdout.write(HELP);
  else {
    log('there is no such argument; --help lists those that there are');
    process.exitCode = 2;
  }
}

function serve(): void {
  const transport = new StdioServerTransport(process.stdin, process.stdout, { maxBufferSize: LONGEST });
  const server = createServer({ version: packageJson.version, today: () => new Date().toISOString().slice(0, 10), log });
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

function log(message: string): void {
  process.stderr.write(`infrastructure-skill: ${message}\n`);
}
