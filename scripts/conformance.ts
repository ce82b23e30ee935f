/**
 * The protocol's own conformance suite over HTTP: against the built server, and, for the scenarios that ask for tools of
 * fixed names, against a server that has these (test/conformance/server.ts) over the same transport. `npm run conformance`
 * writes what was seen to test/conformance/README.md; with `--check` it compares.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, execPath } from 'node:process';
import { serveHttp } from '../src/transport/http.ts';
import { createFixture } from '../test/conformance/server.ts';
import { NAME, root } from './build.ts';
import { install, nodeOf, run, unlessNotHad } from './client.ts';

const SUITE = '@modelcontextprotocol/conformance';
const VERSION = '0.1.16';
const PAGE = join(root, 'test', 'conformance', 'README.md');

const ASKS = 'stateless HTTP: the answer to what a server asks is a request of its own, and behind a balancer it reaches another instance';
/** What is expected not to pass on either server, and why. */
const REASONS: Readonly<Record<string, string>> = {
  'tools-call-sampling': ASKS,
  'tools-call-elicitation': ASKS,
  'elicitation-sep1034-defaults': ASKS,
  'elicitation-sep1330-enums': ASKS,
  'server-sse-polling': 'stateless HTTP: there is no session whose stream could be taken up again, and the scenario stops there',
  'server-sse-multiple-streams': 'stateless HTTP: there is no session that could have several streams, and the scenario stops there',
};

interface Seen {
  readonly passed: number;
  readonly failed: number;
  readonly why: string;
}

/** What the suite saw of a server, by scenario. */
async function suite(node: string, program: string, url: string): Promise<Map<string, Seen>> {
  const folder = await mkdtemp(join(tmpdir(), 'infrastructure-conformance-'));
  try {
    const { out, err } = await run(node, [program, 'server', '--url', url, '--suite', 'all', '-o', folder], { seconds: 180 });
    const seen = new Map<string, Seen>();
    for (const [, name = '', passed, failed] of out.matchAll(/^[✓✗] (\S+): (\d+) passed, (\d+) failed/gm)) {
      const results = (await readdir(folder)).find((one) => one.startsWith(`server-${name}-2`));
      const checks = results === undefined ? [] : JSON.parse(await readFile(join(folder, results, 'checks.json'), 'utf8'));
      const why = (checks as { status: string; errorMessage?: string }[]).find(({ status }) => status === 'FAILURE')?.errorMessage;
      seen.set(name, { passed: Number(passed), failed: Number(failed), why: why ?? '' });
    }
    if (seen.size === 0) throw new Error(`the suite gave no summary:\n${(out + err).slice(-2000)}`);
    return seen;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Starts the built server on a free port, for as long as it is worked with. */
async function withServer<T>(work: (url: string) => Promise<T>): Promise<T> {
  const child = spawn(execPath, [join(root, 'dist', NAME), '--http', '--port', '0'], { stdio: ['ignore', 'ignore', 'pipe'] });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.on('exit', () => reject(new Error(text)));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const found = /"event":"listening","url":"([^"]+)"/.exec(text)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    return await work(url);
  } finally {
    child.kill();
  }
}

async function withFixture<T>(work: (url: string) => Promise<T>): Promise<T> {
  const service = await serveHttp({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    allowedOrigins: [],
    token: undefined,
    version: '1.0.0',
    create: createFixture,
    log: () => {},
  });
  try {
    return await work(service.url);
  } finally {
    await service.close({ drain: 0, grace: 1 });
  }
}

const good = (seen: Seen | undefined): boolean => seen !== undefined && seen.failed === 0 && seen.passed > 0;

function page(real: ReadonlyMap<string, Seen>, fixture: ReadonlyMap<string, Seen>): string {
  const names = [...real.keys()];
  const cell = (seen: Seen | undefined): string => (good(seen) ? 'passes' : '');
  const rows = names.map((name) => {
    const note = good(fixture.get(name))
      ? good(real.get(name))
        ? ''
        : 'asks for what only a test server has'
      : (REASONS[name] ?? 'UNEXPLAINED');
    return `| ${name} | ${cell(real.get(name))} | ${cell(fixture.get(name))} | ${note} |`;
  });
  const count = (all: ReadonlyMap<string, Seen>) => [...all.values()].filter(good).length;
  return `# The protocol's conformance suite

Written by \`npm run conformance\`: ${SUITE} ${VERSION}, \`server --suite all\`, over Streamable HTTP. Most scenarios call tools,
resources and prompts of fixed names; these are in [server.ts](server.ts), behind the same transport as the real server
(src/transport/http.ts).

Of ${names.length} scenarios ${names.filter((name) => good(real.get(name)) || good(fixture.get(name))).length} pass: ${count(real)} on the real server, ${count(fixture)} on the test server; ${names.filter((name) => !good(real.get(name)) && !good(fixture.get(name))).length} pass on neither, each with its reason.

| scenario | real server | test server | |
|---|---|---|---|
${rows.join('\n')}
`;
}

await unlessNotHad('the conformance suite', async () => {
  const node = await nodeOf([22, 0]);
  const modules = await install('conformance', { [SUITE]: VERSION });
  const program = join(modules, SUITE, 'dist', 'index.js');
  const real = await withServer((url) => suite(node, program, url));
  const fixture = await withFixture((url) => suite(node, program, url));
  const bad = [...fixture].filter(([name, seen]) => !good(seen) && REASONS[name] === undefined);
  const stale = Object.keys(REASONS).filter((name) => good(fixture.get(name)) || good(real.get(name)));
  for (const [name, seen] of bad) process.stdout.write(`FAILED: ${name}: ${seen.why}\n`);
  for (const name of stale) process.stdout.write(`FAILED: ${name} passes, and a reason is given why it does not\n`);
  const text = page(real, fixture);
  if (argv.includes('--check')) {
    const stands = (await readFile(PAGE, 'utf8').catch(() => '')).replaceAll('\r\n', '\n');
    if (stands !== text) {
      process.stdout.write(`FAILED: ${PAGE} says something else than what was seen: npm run conformance, and read what changed\n${text}`);
      process.exitCode = 1;
    }
  } else await writeFile(PAGE, text);
  if (bad.length > 0 || stale.length > 0) process.exitCode = 1;
  process.stdout.write(`${/^Of .*$/m.exec(text)?.[0]}\n`);
});
