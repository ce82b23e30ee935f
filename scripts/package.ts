/**
 * One install for each client, all from the same sources and of one version, into packages/: `npm run package`, or
 * `packages(folder)`. Nothing in there is kept by hand; the same sources give the same bytes.
 */
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, sep } from 'node:path';
import { argv, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { zipSync } from 'fflate';
import { build, NAME, root } from './build.ts';

const SKILL = ['SKILL.md', 'patterns.md', 'providers.md', 'backups.md'];
const SERVER = 'infrastructure';
const AUTHOR = { name: 'Infrastructure' };
const KEYWORDS = ['infrastructure', 'hetzner', 'aws', 'digitalocean', 'docker'];

interface Package {
  readonly name: string;
  /** The registry's name of the server: who publishes it puts a name space of their own here. */
  readonly mcpName: string;
  readonly version: string;
  readonly description: string;
  readonly license: string;
  readonly engines: { readonly node: string };
}

/** Builds every package into a folder, which is emptied first. */
export async function packages(folder: string): Promise<void> {
  const about = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Package;
  const { version, description, license } = about;
  const identity = { name: SERVER, version, description, author: AUTHOR, license, keywords: KEYWORDS };
  await rm(folder, { recursive: true, force: true });
  const staging = await mkdtemp(join(tmpdir(), 'infrastructure-package-'));
  try {
    const dist = join(staging, 'dist');
    await build(dist);
    const at = (...path: string[]) => join(folder, ...path);
    const withServer = async (...path: string[]) => {
      await cp(dist, at(...path, 'dist'), { recursive: true });
      for (const file of ['LICENSE', 'NOTICES.md']) await cp(join(root, file), at(...path, file));
    };
    const skillIn = async (...path: string[]) => {
      for (const file of SKILL) await cp(join(root, file), at(...path, file));
    };

    // The skill alone: clawdbot, `skills add`, any agent that reads skills from a folder.
    await skillIn('skill', SERVER);

    // One folder for Claude Code, Codex and OpenClaw, and around it the marketplace that the first two install it from.
    await withServer('plugin');
    await skillIn('plugin', 'skills', SERVER);
    await json(at('plugin', '.claude-plugin', 'plugin.json'), identity);
    await json(at('plugin', '.mcp.json'), {
      mcpServers: { [SERVER]: { command: 'node', args: [`\${CLAUDE_PLUGIN_ROOT}/dist/${NAME}`] } },
    });
    // Codex puts in no variables; a path is relative to the plugin's folder once that is the working folder.
    await json(at('plugin', '.codex-plugin', 'plugin.json'), { ...identity, skills: './skills/', mcpServers: './.codex-mcp.json' });
    await json(at('plugin', '.codex-mcp.json'), { mcpServers: { [SERVER]: { command: 'node', args: [`./dist/${NAME}`], cwd: '.' } } });
    await json(at('.claude-plugin', 'marketplace.json'), {
      name: 'infrastructure-skill',
      owner: AUTHOR,
      metadata: { description, version },
      plugins: [{ name: SERVER, source: './plugin', description, version }],
    });

    await withServer('gemini');
    await skillIn('gemini', 'skills', SERVER);
    await json(at('gemini', 'gemini-extension.json'), {
      name: SERVER,
      version,
      description,
      mcpServers: { [SERVER]: { command: 'node', args: [`\${extensionPath}\${/}dist\${/}${NAME}`] } },
    });

    await withServer('mcpb');
    await json(at('mcpb', 'manifest.json'), {
      manifest_version: '0.3',
      ...identity,
      display_name: 'Infrastructure',
      server: {
        type: 'node',
        entry_point: `dist/${NAME}`,
        mcp_config: { command: 'node', args: [`\${__dirname}/dist/${NAME}`] },
      },
      tools: await tools(join(dist, NAME)),
      compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: about.engines.node } },
    });
    await writeFile(at(`${SERVER}.mcpb`), await zip(at('mcpb')));
    await rm(at('mcpb'), { recursive: true });

    await json(at('server.json'), {
      $schema: 'https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json',
      name: about.mcpName,
      title: 'Infrastructure',
      description,
      version,
      packages: [{ registryType: 'npm', identifier: about.name, version, transport: { type: 'stdio' } }],
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** What the built server says of its tools. */
async function tools(program: string): Promise<{ name: string; description: string | undefined }[]> {
  const client = new Client({ name: 'package', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command: execPath, args: [program] }));
  const { tools: all } = await client.listTools();
  await client.close();
  return all.map(({ name, description }) => ({ name, description }));
}

async function json(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** A ZIP whose bytes depend on nothing but the files: sorted, all of one time, the first that a ZIP can say. */
async function zip(folder: string): Promise<Uint8Array> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
  const entries = await Promise.all(
    paths.map(
      async (path) =>
        [
          path
            .slice(folder.length + 1)
            .split(sep)
            .join('/'),
          [await readFile(path), { mtime: '1980-01-01T12:00:00' }],
        ] as const,
    ),
  );
  return zipSync(Object.fromEntries(entries) as never, { level: 9 });
}

if (argv[1] === fileURLToPath(import.meta.url)) await packages(join(root, 'packages'));
