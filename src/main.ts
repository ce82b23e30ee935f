import { parseArgs } from 'node:util';
import packageJson from '../package.json' with { type: 'json' };
import { log } from './transport/log.ts';

const HELP = `${packageJson.name} ${packageJson.version}
${packageJson.description}

It writes commands for you to read and run; it runs none itself, and it needs no credentials.

As a command (--help behind it lists its flags):
{commands}

As an MCP server:
  infrastructure-skill            serve one client over standard input and output
  infrastructure-skill --http     serve over HTTP, at http://127.0.0.1:3000/mcp
      --port 3000                 another port; 0 = any free one
      --host 127.0.0.1            another address; set INFRASTRUCTURE_SKILL_TOKEN first, and clients send it as a bearer token
      --allowed-host NAME         a name by which clients reach it (several times for several; * = any)
      --allowed-origin ADDRESS    a web page that may call it, like https://app.example
  infrastructure-skill --version  print the version
  infrastructure-skill --help     print this

To add it to a client, give the client this command: node ${process.argv[1] ?? 'dist/infrastructure-skill.js'}
`;

/** ISO date of today: the one look at the clock. */
const today = (): string => new Date().toISOString().slice(0, 10);

/** Runs the program: a command, or a server until standard input ends. */
export async function main(args: readonly string[]): Promise<void> {
  // A client has a pipe there; a person who types the bare name wants to know what it does.
  if (args.length === 0 && process.stdin.isTTY) return help();
  if (args.length === 0) return (await import('./transport/stdio.ts')).serveStdio(packageJson.version, today);
  if (!args[0]?.startsWith('-')) return command(args);
  let values: ReturnType<typeof read>;
  try {
    values = read(args);
  } catch {
    // parseArgs would quote the argument, and it may be anything.
    return wrong('there is no such argument; --help lists those that there are');
  }
  if (values.version) process.stdout.write(`${packageJson.version}\n`);
  else if (values.help) await help();
  else if (values.http) await http(values);
  else wrong('these are for --http; --help says how');
}

function read(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      version: { type: 'boolean', short: 'v' },
      help: { type: 'boolean', short: 'h' },
      http: { type: 'boolean' },
      port: { type: 'string', default: '3000' },
      host: { type: 'string', default: '127.0.0.1' },
      'allowed-host': { type: 'string', multiple: true, default: [] },
      'allowed-origin': { type: 'string', multiple: true, default: [] },
    },
  });
  return values;
}

async function help(): Promise<void> {
  const { commandLines } = await import('./terminal/index.ts');
  process.stdout.write(HELP.replace('{commands}', (await commandLines()).join('\n')));
}

async function command(args: readonly string[]): Promise<void> {
  const { runCommand } = await import('./terminal/index.ts');
  // Nobody is left to read: `| head` has seen enough.
  process.stdout.on('error', () => process.exit(0));
  const { writeFile } = await import('node:fs/promises');
  const terminal = {
    version: packageJson.version,
    today: today(),
    out: (text: string) => process.stdout.write(text),
    err: (text: string) => process.stderr.write(text),
    write: (path: string, text: string) => writeFile(path, text),
    // The line is written over, and is gone when the work is done.
    ...(process.stderr.isTTY ? { progress: (text: string) => process.stderr.write(`\r\u001b[2K${text}`) } : {}),
    colours: process.stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb',
  };
  process.exitCode = await runCommand(args, terminal, process.argv[1] ?? 'dist/infrastructure-skill.js');
}

function wrong(message: string): void {
  log(message);
  process.exitCode = 2;
}

/** How long a balancer has to turn to others, and what is under way then may still take; Docker kills after ten seconds. */
const END = { drain: 2, grace: 7 };

async function http(values: ReturnType<typeof read>): Promise<void> {
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65_535) return wrong('--port takes a number from 0 to 65535');
  const line = (entry: Readonly<Record<string, unknown>>) =>
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
  const [{ serveHttp }, { createServer }] = await Promise.all([import('./transport/http.ts'), import('./server/index.ts')]);
  const token = process.env.INFRASTRUCTURE_SKILL_TOKEN;
  const { version } = packageJson;
  try {
    const service = await serveHttp({
      host: values.host,
      port: Number(values.port),
      allowedHosts: values['allowed-host'],
      allowedOrigins: values['allowed-origin'],
      token: token === '' ? undefined : token,
      version,
      create: () => createServer({ version, today, log: (message) => line({ level: 'error', event: 'tool', message }) }),
      log: line,
    });
    line({ level: 'info', event: 'listening', url: service.url, token: token !== undefined && token !== '' });
    if (!/^(?:localhost|127\.|::1$)/.test(values.host) && !token)
      line({
        level: 'warn',
        event: 'open',
        message: 'it listens beyond this machine and asks for no token: set INFRASTRUCTURE_SKILL_TOKEN',
      });
    const end = async (signal: string) => {
      line({ level: 'info', event: 'ending' });
      // A person at a terminal has no balancer.
      await service.close(signal === 'SIGINT' ? { ...END, drain: 0 } : END);
      process.exit(0);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end(signal));
  } catch (error) {
    line({ level: 'error', event: 'listen', error: (error as { code?: string }).code ?? 'failed' });
    process.exitCode = 1;
  }
}
