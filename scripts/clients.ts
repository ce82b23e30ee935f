/**
 * The packages of `npm run package` in the real clients, each installed at a pinned version into a cache folder, with a
 * home folder of its own: does it install, load, list, call, read? `npm run clients`, or `npm run clients -- codex gemini`.
 * A line a check; the table is written to test/clients.md when all clients were tried. No account, no key, no model is
 * needed. `--check` compares instead of writing; `--within 300` leaves out what could not be had in so many seconds.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { argv, env, platform } from 'node:process';
import { parseArgs } from 'node:util';
import { root } from './build.ts';
import { install, NotHad, nodeOf, run } from './client.ts';
import { ARGUMENTS, CLIENTS, type Client, type Column, type Place } from './clients/list.ts';
import { scriptedModel } from './clients/model.ts';
import { talk } from './clients/talk.ts';
import { packages } from './package.ts';

/** OpenClaw is the one that needs the newest. */
const NODE = [24, 16] as const;
/** Seconds for the packages of one client, the largest of which has 650 MB, and for one command of it. */
const PATIENCE = 150;
const ANSWER = 120;

const split = (spec: string): [string, string] => [spec.slice(0, spec.lastIndexOf('@')), spec.slice(spec.lastIndexOf('@') + 1)];
/** The words of a command; single quotes hold what has blanks. */
const words = (command: string): string[] => [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const { values: flags, positionals } = parseArgs({
  args: argv.slice(2),
  options: { check: { type: 'boolean', default: false }, within: { type: 'string' } },
  allowPositionals: true,
});
const chosen = CLIENTS.filter(
  ({ name }) => positionals.length === 0 || positionals.some((word) => name.toLowerCase().includes(word.toLowerCase())),
);
const until = performance.now() + Number(flags.within ?? Number.POSITIVE_INFINITY) * 1000;
const results = new Map<string, { passed: number; failed: number }>();
const commands: string[] = [];
let leftOut = 0;

function note(client: Client, column: Column, passed: boolean, what: string, detail: string): void {
  const key = `${client.name}|${column}`;
  const { passed: p, failed: f } = results.get(key) ?? { passed: 0, failed: 0 };
  results.set(key, { passed: p + Number(passed), failed: f + Number(!passed) });
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'}  ${client.name}: ${what}${passed ? '' : `\n${detail}`}\n`);
}

/** Installs a client and goes through its checks. @throws NotHad */
async function attempt(client: Client, place: Place): Promise<void> {
  const [name, version] = split(client.version);
  const seconds = Math.min(PATIENCE, (until - performance.now()) / 1000);
  if (seconds < 1) throw new NotHad(`${client.version} could not be had within the time that is given`);
  const node = dirname(await nodeOf(NODE));
  const modules = await install(client.program, { [name]: version, ...client.also }, client.overrides, seconds);
  const bin = join(modules, '.bin');
  const path = [bin, node, env.PATH ?? ''].join(platform === 'win32' ? ';' : ':');
  await mkdir(place.home, { recursive: true });
  await client.prepare?.(place);
  for (const { column, command, asked, right } of client.checks) {
    const [program = '', ...args] = words(command).map((word) => word.replace('PACKAGES', place.packages).replace('HOME', place.home));
    const options = {
      cwd: place.home,
      seconds: ANSWER,
      env: {
        HOME: place.home,
        USERPROFILE: place.home,
        PATH: path,
        CI: '1',
        NO_COLOR: '1',
        GEMINI_CLI_TRUST_WORKSPACE: 'true',
        NO_PROXY: '127.0.0.1',
        ...client.env?.(place),
      },
    };
    const full = client.binary === undefined ? join(bin, program) : join(modules, client.binary);
    const once = () => (asked === undefined ? run(full, args, options) : talk(full, args, asked, options));
    let outcome = await once();
    // Several of them wait for a server only so long, and a machine may be busy.
    if (!right(outcome)) outcome = await once();
    const what = asked === undefined ? command : `${command}: ${asked.at(-1)?.method}`;
    note(client, column, right(outcome), what, `exit code ${outcome.code}\n${(outcome.out + outcome.err).trim().slice(-2000)}`);
    commands.push(`| ${client.name} | ${column} | \`${command}\`${asked === undefined ? '' : `, asked \`${asked.at(-1)?.method}\``} |`);
  }
}

const folder = await mkdtemp(join(tmpdir(), 'infrastructure-clients-'));
const model = await scriptedModel('generate_provision_command', ARGUMENTS);
try {
  const built = join(folder, 'packages');
  await packages(built);
  for (const client of chosen)
    try {
      await attempt(client, { home: join(folder, client.program), packages: built, model: model.url });
    } catch (error) {
      if (!(error instanceof NotHad)) throw error;
      leftOut++;
      process.stdout.write(`LEFT OUT: ${client.name}: ${error.message}\n`);
    }
} finally {
  model.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

const failed = [...results.values()].reduce((sum, one) => sum + one.failed, 0);
const passed = [...results.values()].reduce((sum, one) => sum + one.passed, 0);

function page(): string {
  const columns: readonly Column[] = ['installs', 'lists', 'calls', 'reads'];
  const cell = (client: string, column: Column) => results.get(`${client}|${column}`)?.passed ?? '';
  return `${[
    '# The package in real clients',
    '',
    'Written by `npm run clients`, which installs each client and looks at what it prints. A number counts the checks that passed; an empty cell was not tried, because it needs an account. Where a command is a chat, its model is a script on loopback, which calls the tool and says what it answered (scripts/clients/model.ts).',
    '',
    `${passed} checks in ${CLIENTS.length} clients.`,
    '',
    `| client | version | ${columns.join(' | ')} |`,
    `|---|---|${columns.map(() => '---').join('|')}|`,
    ...CLIENTS.map(({ name, version }) => `| ${name} | \`${version}\` | ${columns.map((column) => cell(name, column)).join(' | ')} |`),
    '',
    '`PACKAGES` is the folder that `npm run package` fills, `HOME` an empty home folder. Each line was run as it stands.',
    '',
    '| client | | command |',
    '|---|---|---|',
    ...commands,
  ].join('\n')}\n`;
}

if (positionals.length === 0 && failed === 0 && leftOut === 0) {
  const at = join(root, 'test', 'clients.md');
  const stands = (await readFile(at, 'utf8')).replaceAll('\r\n', '\n');
  if (!flags.check) await writeFile(at, page());
  else if (stands !== page()) {
    process.stdout.write(`FAILED: ${relative(root, at)} says something else than what was seen: npm run clients, and read what changed\n`);
    process.exitCode = 1;
  }
}
process.stdout.write(`${passed} passed, ${failed} failed, ${leftOut} clients left out\n`);
if (failed > 0) process.exitCode = 1;
