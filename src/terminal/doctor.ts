import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { env, execPath, platform, versions } from 'node:process';
import type { ExitCode, Terminal } from './run.ts';

interface Client {
  readonly name: string;
  /** Where it keeps its configuration; it is there if any of these is. Only whether they exist is looked at. */
  readonly at: readonly string[];
  /** What to type or paste, given the path of the program. */
  readonly add: (program: string) => string;
}

const entry = (program: string): string => JSON.stringify({ mcpServers: { infrastructure: { command: 'node', args: [program] } } });
const quoted = (path: string): string => (/[^\w./:-]/.test(path) ? `"${path}"` : path);

function clients(home: string): readonly Client[] {
  const config = env.XDG_CONFIG_HOME ?? join(home, '.config');
  const support = platform === 'win32' ? (env.APPDATA ?? join(home, 'AppData', 'Roaming')) : join(home, 'Library', 'Application Support');
  const desktop = platform === 'linux' ? config : support;
  return [
    {
      name: 'Claude Code',
      at: [join(home, '.claude.json'), join(home, '.claude')],
      add: (at) => `claude mcp add infrastructure -- node ${quoted(at)}`,
    },
    { name: 'Claude Desktop', at: [join(desktop, 'Claude')], add: (at) => `Settings > Developer > Edit Config: ${entry(at)}` },
    { name: 'Codex', at: [env.CODEX_HOME ?? join(home, '.codex')], add: (at) => `codex mcp add infrastructure -- node ${quoted(at)}` },
    { name: 'Gemini CLI', at: [join(home, '.gemini')], add: (at) => `gemini mcp add infrastructure node ${quoted(at)}` },
    { name: 'OpenClaw', at: [join(home, '.openclaw')], add: (at) => `openclaw mcp add infrastructure --command node --arg ${quoted(at)}` },
    {
      name: 'Clawdbot',
      at: [join(home, '.clawdbot'), join(home, 'clawd')],
      add: (at) => `mcporter config add infrastructure --command node --arg ${quoted(at)}`,
    },
    { name: 'Cursor', at: [join(home, '.cursor')], add: (at) => `${join(home, '.cursor', 'mcp.json')}: ${entry(at)}` },
    {
      name: 'VS Code',
      at: [join(desktop, 'Code')],
      add: (at) => `code --add-mcp '${JSON.stringify({ name: 'infrastructure', command: 'node', args: [at] })}'`,
    },
    {
      name: 'Windsurf',
      at: [join(home, '.codeium', 'windsurf')],
      add: (at) => `${join(home, '.codeium', 'windsurf', 'mcp_config.json')}: ${entry(at)}`,
    },
  ];
}

/** The programs that the commands call: looked for on the PATH, not started. */
const CLIS = ['hcloud', 'aws', 'doctl', 'docker'];

/** Which clients are on this machine, and what each needs. Nothing is read but whether a file is there; nothing is written or run. */
export function doctor({ out, version }: Terminal, program: string): ExitCode {
  const found = clients(homedir()).map((client) => ({ ...client, there: client.at.some((path) => existsSync(path)) }));
  const names = platform === 'win32' ? ['.exe', '.cmd'] : [''];
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => folder !== '');
  const has = (cli: string): boolean => folders.some((folder) => names.some((ending) => existsSync(join(folder, cli + ending))));
  const lines = [
    `infrastructure-skill ${version} on Node ${versions.node} (${execPath})`,
    '',
    'Clients on this machine, and what to type or paste to add the server:',
    ...found.filter(({ there }) => there).flatMap(({ name, add }) => [`  ${name}`, `    ${add(program)}`]),
    ...(found.some(({ there }) => there) ? [] : [`  none that is known here; any other takes ${entry(program)}`]),
    '',
    `Not seen: ${
      found
        .filter(({ there }) => !there)
        .map(({ name }) => name)
        .join(', ') || 'none'
    }.`,
    '',
    `The vendors' programs on the PATH: ${CLIS.map((cli) => `${cli} ${has(cli) ? 'yes' : 'no'}`).join(', ')}. Only those of your providers are needed; SKILL.md says how to install each.`,
    'Looked at: whether these files are there. Nothing was read, written or started.',
  ];
  out(`${lines.join('\n')}\n`);
  return 0;
}
