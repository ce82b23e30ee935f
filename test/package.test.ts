import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../package.json' with { type: 'json' };
import { packages } from '../scripts/package.ts';
import { loadSkill } from '../src/skill/load.ts';

const folder = mkdtempSync(join(tmpdir(), 'infrastructure-packages-'));
beforeAll(() => packages(folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (...path: string[]) => join(folder, ...path);
const json = (...path: string[]) => JSON.parse(readFileSync(at(...path), 'utf8'));

/** Every file with its bytes. */
const bytes = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [path.slice(root.length), readFileSync(path).toString('base64')] as const);

/** Starts a server as a client would, says hello, and gives its version. */
async function hello(command: string, args: readonly string[], cwd: string): Promise<string> {
  expect(command).toBe('node');
  const child = spawn(process.execPath, args, { cwd, stdio: ['pipe', 'pipe', 'ignore'] });
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params })}\n`);
  const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
  child.stdin.end();
  await once(child, 'close');
  return JSON.parse(line).result.serverInfo.version;
}

test('the same sources give the same bytes', async () => {
  const again = mkdtempSync(join(tmpdir(), 'infrastructure-packages-'));
  try {
    await packages(again);
    expect(bytes(again)).toEqual(bytes(folder));
  } finally {
    rmSync(again, { recursive: true, force: true });
  }
});

test('one version everywhere', async () => {
  const { version } = packageJson;
  expect((await loadSkill()).frontMatter.metadata.version).toBe(version);
  const manifests = [
    json('plugin', '.claude-plugin', 'plugin.json'),
    json('plugin', '.codex-plugin', 'plugin.json'),
    json('.claude-plugin', 'marketplace.json').plugins[0],
    json('gemini', 'gemini-extension.json'),
    json('server.json'),
    json('server.json').packages[0],
  ];
  expect(manifests.map((manifest) => manifest.version)).toEqual(manifests.map(() => version));
});

describe('each starts as its client starts it', () => {
  test('Claude Code and OpenClaw', async () => {
    const { command, args } = json('plugin', '.mcp.json').mcpServers.infrastructure;
    const filled = args.map((arg: string) => arg.replace('${CLAUDE_PLUGIN_ROOT}', at('plugin')));
    expect(await hello(command, filled, tmpdir())).toBe(packageJson.version);
  });

  test('Codex, which puts nothing in and starts it in the folder', async () => {
    const { mcpServers } = json('plugin', '.codex-plugin', 'plugin.json');
    const { command, args, cwd } = json('plugin', mcpServers).mcpServers.infrastructure;
    expect(args.join()).not.toContain('$');
    expect(await hello(command, args, at('plugin', cwd))).toBe(packageJson.version);
  });

  test('Gemini CLI', async () => {
    const { command, args } = json('gemini', 'gemini-extension.json').mcpServers.infrastructure;
    const filled = args.map((arg: string) => arg.replace('${extensionPath}', at('gemini')).replaceAll('${/}', '/'));
    expect(await hello(command, filled, tmpdir())).toBe(packageJson.version);
  });

  test('the bundle, whose entry point and notices are in it', () => {
    const files = unzipSync(readFileSync(at('infrastructure.mcpb')));
    const manifest = JSON.parse(Buffer.from(files['manifest.json'] as Uint8Array).toString('utf8'));
    expect(manifest.version).toBe(packageJson.version);
    expect(Object.keys(files)).toEqual(expect.arrayContaining([manifest.server.entry_point, 'LICENSE', 'NOTICES.md', 'dist/LICENSES.txt']));
    for (const arg of manifest.server.mcp_config.args) expect(arg).toBe(`\${__dirname}/${manifest.server.entry_point}`);
  });
});

test('the skill is in each, as it stands in the repository', () => {
  for (const name of ['SKILL.md', 'patterns.md', 'providers.md', 'backups.md']) {
    const source = readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
    for (const place of [['skill'], ['plugin', 'skills'], ['gemini', 'skills']])
      expect(readFileSync(at(...place, 'infrastructure', name), 'utf8')).toBe(source);
  }
});

test('the registry takes its entry: names, and a description of at most 100 characters', () => {
  const entry = json('server.json');
  expect(entry.name).toBe(packageJson.mcpName);
  expect(entry.name).toMatch(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
  expect(entry.description.length).toBeLessThanOrEqual(100);
  expect(entry.packages).toEqual([
    { registryType: 'npm', identifier: packageJson.name, version: packageJson.version, transport: { type: 'stdio' } },
  ]);
});
