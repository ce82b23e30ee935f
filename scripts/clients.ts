/**
 * The packages of `npm run package` in the real clients, each installed at a pinned version into a cache folder, with a
 * home folder of its own: does it install, load, list, call? `npm run clients`, or `npm run clients -- codex gemini`. A line
 * a check; the table is written to test/clients.md when all clients were tried. No account, no key, no model is needed.
 */
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { argv, env, execPath, platform, versions } from 'node:process';
import { NAME, root } from './build.ts';
import { npm, type Outcome, run } from './client.ts';
import { packages } from './package.ts';

/** What a check is about, for the table's columns. */
type Column = 'installs' | 'lists' | 'calls' | 'reads';

interface Check {
  readonly column: Column;
  /** The command as a person would type it; `PACKAGES` stands for the folder of packages. */
  readonly command: string;
  /** True where what it printed is right; the exit code alone says too little. */
  readonly right: (outcome: Outcome) => boolean;
}

interface Client {
  readonly name: string;
  /** The package in the registry, at the version that was tried. */
  readonly version: string;
  readonly also?: Readonly<Record<string, string>>;
  /** What npm has to put in place of a dependency. */
  readonly overrides?: Readonly<Record<string, string>>;
  readonly program: string;
  /** Runs before the checks, for what a person would do by hand. */
  readonly prepare?: (place: Place) => Promise<void>;
  readonly env?: (place: Place) => Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
}

interface Place {
  readonly home: string;
  readonly packages: string;
}

const ok = ({ code }: Outcome) => code === 0;
const says = (text: string | RegExp) => (outcome: Outcome) =>
  outcome.code === 0 && (typeof text === 'string' ? (outcome.out + outcome.err).includes(text) : text.test(outcome.out + outcome.err));
/** Some print notices around their JSON. */
const json = (right: (value: never) => boolean) => (outcome: Outcome) => {
  try {
    const text = outcome.out;
    return (
      outcome.code === 0 &&
      right(JSON.parse(text.slice(text.search(/[[{]/), Math.max(text.lastIndexOf('}'), text.lastIndexOf(']')) + 1)) as never)
    );
  } catch {
    return false;
  }
};

const CALL = JSON.stringify({ provider: 'hetzner', resources: [{ kind: 'server', name: 'web1', size: 'cx23' }] });

const CLIENTS: readonly Client[] = [
  {
    name: 'Claude Code',
    version: '@anthropic-ai/claude-code@2.1.331',
    program: 'claude',
    checks: [
      { column: 'installs', command: 'claude plugin validate PACKAGES/plugin --strict', right: says('Validation passed') },
      { column: 'installs', command: 'claude plugin marketplace add PACKAGES', right: says('Successfully added') },
      { column: 'installs', command: 'claude plugin install infrastructure@infrastructure-skill', right: says('Successfully installed') },
      { column: 'lists', command: 'claude plugin list', right: says(/infrastructure@infrastructure-skill[\s\S]*enabled/) },
      { column: 'calls', command: 'claude mcp list', right: says(/plugin:infrastructure:infrastructure: .*Connected/) },
    ],
  },
  {
    name: 'Codex',
    version: '@openai/codex@0.169.0',
    program: 'codex',
    checks: [
      { column: 'installs', command: 'codex plugin marketplace add PACKAGES', right: says('Added marketplace') },
      { column: 'installs', command: 'codex plugin add infrastructure@infrastructure-skill', right: says('Added plugin') },
      { column: 'lists', command: 'codex plugin list', right: says(/infrastructure@infrastructure-skill\s+installed, enabled/) },
      { column: 'lists', command: 'codex mcp list', right: says(/infrastructure\s+node\s+\.\/dist\/infrastructure-skill\.js.*enabled/) },
    ],
  },
  {
    name: 'Gemini CLI',
    version: '@google/gemini-cli@0.61.0',
    program: 'gemini',
    checks: [{ column: 'installs', command: 'gemini extensions validate PACKAGES/gemini', right: says('successfully validated') }],
  },
  {
    name: 'OpenClaw',
    version: 'openclaw@2026.9.6',
    program: 'openclaw',
    checks: [
      {
        column: 'installs',
        command: 'openclaw plugins install PACKAGES/plugin --force --accept-capabilities',
        right: says('Installed plugin: infrastructure'),
      },
      {
        column: 'lists',
        command: 'openclaw plugins inspect infrastructure --json',
        right: json(({ plugin }: { plugin: { status: string } }) => plugin.status === 'loaded'),
      },
      {
        column: 'reads',
        command: 'openclaw skills info infrastructure --json',
        right: json(({ eligible }: { eligible: boolean }) => eligible),
      },
      { column: 'installs', command: `openclaw mcp add infra --command node --arg PACKAGES/plugin/dist/${NAME}`, right: ok },
      { column: 'calls', command: 'openclaw mcp doctor infra --probe --json', right: json(({ ok: well }: { ok: boolean }) => well) },
    ],
  },
  {
    name: 'Clawdbot',
    version: 'clawdbot@2026.1.24-3',
    // One of its dependencies asks for libsignal from a place that is no registry, another uses strip-ansi and does not say so.
    also: { 'strip-ansi': '^7.1.0' },
    overrides: { libsignal: '6.0.0' },
    program: 'clawdbot',
    prepare: async ({ home, packages: from }) => {
      await cp(join(from, 'skill'), join(home, 'workspace', 'skills'), { recursive: true });
      await writeFile(join(home, 'clawdbot.json'), JSON.stringify({ agents: { defaults: { workspace: join(home, 'workspace') } } }));
    },
    env: ({ home }) => ({ CLAWDBOT_STATE_DIR: join(home, 'state'), CLAWDBOT_CONFIG_PATH: join(home, 'clawdbot.json') }),
    checks: [
      {
        column: 'reads',
        command: 'clawdbot skills list --json',
        right: json(({ skills }: { skills: { name: string; eligible: boolean; source: string }[] }) =>
          skills.some(({ name, eligible, source }) => name === 'infrastructure' && eligible && source === 'clawdbot-workspace'),
        ),
      },
    ],
  },
  {
    name: 'mcporter',
    version: 'mcporter@0.12.3',
    program: 'mcporter',
    checks: [
      { column: 'installs', command: `mcporter config add infra --command node --arg PACKAGES/plugin/dist/${NAME}`, right: ok },
      { column: 'lists', command: 'mcporter list infra --schema', right: says('generate_provision_command') },
      {
        column: 'calls',
        command: `mcporter call infra.generate_provision_command --args '${CALL}' --output json`,
        right: says('hcloud server create'),
      },
    ],
  },
  {
    name: 'MCP bundle',
    version: '@anthropic-ai/mcpb@2.1.2',
    program: 'mcpb',
    checks: [
      { column: 'installs', command: 'mcpb unpack PACKAGES/infrastructure.mcpb HOME/bundle', right: says('unpacked successfully') },
      { column: 'lists', command: 'mcpb validate HOME/bundle/manifest.json', right: says('validation passes') },
    ],
  },
  {
    name: 'skills-ref',
    version: 'skills-ref@0.1.5',
    program: 'skills-ref',
    checks: [{ column: 'reads', command: 'skills-ref validate PACKAGES/skill/infrastructure', right: says('Valid skill') }],
  },
  {
    name: 'skills',
    version: 'skills@1.7.4',
    program: 'skills',
    checks: [{ column: 'lists', command: 'skills add PACKAGES/skill --list', right: says('infrastructure') }],
  },
];

/** OpenClaw is the one that needs the newest. */
const NODE = 'node@24';

const cache = join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'infrastructure-clients');

/** Installs packages into a folder of the cache, once; the folder of their programs. */
async function install(
  name: string,
  dependencies: Readonly<Record<string, string>>,
  overrides = {},
  path = env.PATH ?? '',
): Promise<string> {
  const folder = join(cache, name);
  const manifest = JSON.stringify({ private: true, dependencies, overrides });
  const before = await readFile(join(folder, 'installed.json'), 'utf8').catch(() => '');
  if (before !== manifest) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), manifest);
    // The Node on the PATH is the one that its install scripts look at.
    const { code, err } = await npm('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], {
      cwd: folder,
      env: { PATH: path },
    });
    if (code !== 0) throw new Error(err.trim().slice(-1500));
    await writeFile(join(folder, 'installed.json'), manifest);
  }
  return join(folder, 'node_modules', '.bin');
}

const split = (spec: string): [string, string] => [spec.slice(0, spec.lastIndexOf('@')), spec.slice(spec.lastIndexOf('@') + 1)];
/** The words of a command; single quotes hold what has blanks. */
const words = (command: string): string[] => [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');

const wanted = argv.slice(2).map((word) => word.toLowerCase());
const chosen = CLIENTS.filter(({ name }) => wanted.length === 0 || wanted.some((word) => name.toLowerCase().includes(word)));
const results = new Map<string, { passed: number; failed: number }>();
const commands: string[] = [];

const folder = await mkdtemp(join(tmpdir(), 'infrastructure-clients-'));
try {
  const built = join(folder, 'packages');
  await packages(built);
  const enough = Number(versions.node.split('.')[0]) >= 24;
  const nodes = enough ? dirname(execPath) : await install('node', Object.fromEntries([split(NODE)]));
  const path = (...folders: string[]) => [...folders, nodes, env.PATH ?? ''].join(platform === 'win32' ? ';' : ':');
  for (const client of chosen) {
    const [name, version] = split(client.version);
    const place: Place = { home: join(folder, client.program), packages: built };
    await mkdir(place.home, { recursive: true });
    const note = (column: Column, passed: boolean, what: string, detail = '') => {
      const key = `${client.name}|${column}`;
      const { passed: p, failed: f } = results.get(key) ?? { passed: 0, failed: 0 };
      results.set(key, { passed: p + Number(passed), failed: f + Number(!passed) });
      process.stdout.write(`${passed ? 'ok    ' : 'FAILED'}  ${client.name}: ${what}${passed ? '' : `\n${detail}`}\n`);
    };
    let bin: string;
    try {
      bin = await install(client.program, { [name]: version, ...client.also }, client.overrides, path());
    } catch (error) {
      note('installs', false, `npm install ${client.version}`, String(error));
      continue;
    }
    await client.prepare?.(place);
    for (const { column, command, right } of client.checks) {
      const [program = '', ...args] = words(command).map((word) => word.replace('PACKAGES', built).replace('HOME', place.home));
      const outcome = await run(join(bin, program), args, {
        cwd: place.home,
        env: {
          HOME: place.home,
          USERPROFILE: place.home,
          PATH: path(bin),
          CI: '1',
          NO_COLOR: '1',
          GEMINI_CLI_TRUST_WORKSPACE: 'true',
          ...client.env?.(place),
        },
      });
      note(column, right(outcome), command, `exit code ${outcome.code}\n${(outcome.out + outcome.err).trim().slice(-2000)}`);
      commands.push(`| ${client.name} | \`${command}\` |`);
    }
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

const failed = [...results.values()].reduce((sum, one) => sum + one.failed, 0);
const passed = [...results.values()].reduce((sum, one) => sum + one.passed, 0);
if (wanted.length === 0 && failed === 0) {
  const columns: readonly Column[] = ['installs', 'lists', 'calls', 'reads'];
  const cell = (client: string, column: Column) => results.get(`${client}|${column}`)?.passed ?? '';
  const lines = [
    '# The package in real clients',
    '',
    'Written by `npm run clients`, which installs each client and looks at what it prints. A number counts the checks that passed; an empty cell was not tried, because it needs an account or a model.',
    '',
    `| client | version | ${columns.join(' | ')} |`,
    `|---|---|${columns.map(() => '---').join('|')}|`,
    ...CLIENTS.map(({ name, version }) => `| ${name} | \`${version}\` | ${columns.map((column) => cell(name, column)).join(' | ')} |`),
    '',
    '`PACKAGES` is the folder that `npm run package` fills, `HOME` an empty home folder.',
    '',
    '| client | command |',
    '|---|---|',
    ...commands,
    '',
  ];
  const page = join(root, 'test', 'clients.md');
  await writeFile(page, lines.join('\n'));
  process.stdout.write(`wrote ${relative(root, page)}\n`);
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exitCode = failed === 0 ? 0 : 1;
