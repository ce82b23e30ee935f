/** The clients that are tried, at which versions, and what each has to print. */
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { arch, platform } from 'node:process';
import { NAME } from '../build.ts';
import type { Outcome } from '../client.ts';
import type { Ask } from './talk.ts';

/** What a check is about, for the table's columns. */
export type Column = 'installs' | 'lists' | 'calls' | 'reads';

export interface Check {
  readonly column: Column;
  /** The command as a person would type it; `PACKAGES` stands for the folder of packages. */
  readonly command: string;
  /** Of a client that is a server of its own: what it is asked, one after the other; `out` is its last answer. */
  readonly asked?: readonly Ask[];
  /** True where what it printed is right; the exit code alone says too little. */
  readonly right: (outcome: Outcome) => boolean;
}

export interface Client {
  readonly name: string;
  /** The package in the registry, at the version that was tried. */
  readonly version: string;
  readonly also?: Readonly<Record<string, string>>;
  /** What npm has to put in place of a dependency. */
  readonly overrides?: Readonly<Record<string, string>>;
  readonly program: string;
  /** Where the program is, below node_modules, where an install script would have put it into .bin. */
  readonly binary?: string;
  /** Runs before the checks, for what a person would do by hand. */
  readonly prepare?: (place: Place) => Promise<void>;
  readonly env?: (place: Place) => Readonly<Record<string, string>>;
  readonly checks: readonly Check[];
}

export interface Place {
  readonly home: string;
  readonly packages: string;
  /** Where a scripted model answers. */
  readonly model: string;
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

/** The server as `npm run package` puts it into the plugin. */
const SERVER = `node PACKAGES/plugin/dist/${NAME}`;
export const ARGUMENTS = { provider: 'hetzner', resources: [{ kind: 'server', name: 'web1', size: 'cx23' }] };
const CALL = JSON.stringify(ARGUMENTS);

const HELLO: Ask = { method: 'initialize', params: () => ({ clientInfo: { name: 'clients', title: 'clients', version: '1.0.0' } }) };
const THREAD: Ask = { method: 'thread/start', params: () => ({}) };
const inThread = (method: string, params: object): Ask => ({
  method,
  params: ([, started]) => ({ threadId: (started as { thread: { id: string } }).thread.id, server: 'infrastructure', ...params }),
});

export const CLIENTS: readonly Client[] = [
  {
    name: 'Claude Code',
    version: '@anthropic-ai/claude-code@2.1.331',
    program: 'claude',
    binary: `@anthropic-ai/claude-code-${platform}-${arch}/claude`,
    env: ({ model }) => ({
      ANTHROPIC_BASE_URL: model,
      ANTHROPIC_API_KEY: 'none',
      // The scripted model takes a tool from the list, and does not look for one.
      ENABLE_TOOL_SEARCH: 'false',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    }),
    checks: [
      { column: 'installs', command: 'claude plugin validate PACKAGES/plugin --strict', right: says('Validation passed') },
      { column: 'installs', command: 'claude plugin marketplace add PACKAGES', right: says('Successfully added') },
      { column: 'installs', command: 'claude plugin install infrastructure@infrastructure-skill', right: says('Successfully installed') },
      {
        column: 'reads',
        command: 'claude plugin details infrastructure@infrastructure-skill',
        right: says(/Skills \(1\)\s+infrastructure/),
      },
      { column: 'lists', command: 'claude plugin list', right: says(/infrastructure@infrastructure-skill[\s\S]*enabled/) },
      { column: 'lists', command: 'claude mcp list', right: says(/plugin:infrastructure:infrastructure: .*Connected/) },
      {
        column: 'calls',
        command:
          "claude -p 'A small server on Hetzner' --allowedTools mcp__plugin_infrastructure_infrastructure__generate_provision_command",
        right: says(/skill:\/\/infrastructure\/providers\.md\/hetzner[\s\S]*hcloud server create/),
      },
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
      // What its editors and its desktop talk to: it starts the server of the plugin as a chat would, without a model.
      {
        column: 'lists',
        command: 'codex app-server',
        asked: [HELLO, { method: 'mcpServerStatus/list', params: () => ({}) }],
        right: says('"generate_provision_command"'),
      },
      {
        column: 'reads',
        command: 'codex app-server',
        asked: [HELLO, { method: 'skills/list', params: () => ({}) }],
        right: says('"name":"infrastructure:infrastructure"'),
      },
      {
        column: 'calls',
        command: 'codex app-server',
        asked: [HELLO, THREAD, inThread('mcpServer/tool/call', { tool: 'generate_provision_command', arguments: ARGUMENTS })],
        right: says('hcloud server create'),
      },
      {
        column: 'reads',
        command: 'codex app-server',
        asked: [HELLO, THREAD, inThread('mcpServer/resource/read', { uri: 'skill://infrastructure/providers.md/hetzner' })],
        right: says('## Hetzner'),
      },
    ],
  },
  {
    name: 'Gemini CLI',
    version: '@google/gemini-cli@0.61.0',
    program: 'gemini',
    prepare: async ({ home }) => {
      await mkdir(join(home, '.gemini'), { recursive: true });
      await writeFile(join(home, '.gemini', 'settings.json'), JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }));
    },
    env: ({ model }) => ({ GOOGLE_GEMINI_BASE_URL: model, GEMINI_API_KEY: 'none' }),
    checks: [
      { column: 'installs', command: 'gemini extensions validate PACKAGES/gemini', right: says('successfully validated') },
      {
        column: 'installs',
        command: 'gemini extensions install PACKAGES/gemini --consent',
        right: says('installed successfully and enabled'),
      },
      { column: 'lists', command: 'gemini extensions list', right: says(/infrastructure \([\d.]+\)[\s\S]*Agent skills:\s+infrastructure/) },
      { column: 'lists', command: 'gemini mcp list', right: says(/infrastructure \(from infrastructure\): .* Connected/) },
      { column: 'reads', command: 'gemini skills list', right: says(/infrastructure \[Enabled\]/) },
      {
        column: 'calls',
        command: "gemini -p 'A small server on Hetzner' --yolo",
        right: says(/untrusted_context[\s\S]*hcloud server create/),
      },
    ],
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
        column: 'reads',
        command: 'mcporter resource infra skill://infrastructure/backups.md/restore-and-drill',
        right: says('Restore and drill'),
      },
      {
        column: 'calls',
        command: `mcporter call infra.generate_provision_command --args '${CALL}' --output json`,
        right: says('hcloud server create'),
      },
    ],
  },
  {
    name: 'MCP Inspector',
    version: '@modelcontextprotocol/inspector@2.12.0',
    program: 'mcp-inspector',
    checks: [
      { column: 'lists', command: `mcp-inspector --cli ${SERVER} --method tools/list --strict`, right: says('generate_provision_command') },
      {
        column: 'calls',
        command: `mcp-inspector --cli ${SERVER} --method tools/call --tool-name generate_provision_command --tool-args-json '${CALL}' --format json`,
        right: says('hcloud server create'),
      },
      {
        column: 'reads',
        command: `mcp-inspector --cli ${SERVER} --method skills/list --verify`,
        right: says('skill://infrastructure/SKILL.md'),
      },
      {
        column: 'reads',
        command: `mcp-inspector --cli ${SERVER} --method resources/read --uri ui://infrastructure/plan`,
        right: says('text/html;profile=mcp-app'),
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
