/**
 * Lays the skill into a workspace of clawdbot and asks it whether it would load it. `npm run clawdbot`; clawdbot is
 * installed into a temporary folder, with its state there too, and removed at the end.
 */
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './build.ts';
import { finish, npm, report, run, withPackages } from './client.ts';

const VERSION = '2026.1.24-3';
const DOCUMENTS = ['SKILL.md', 'patterns.md', 'providers.md', 'backups.md'];

interface Entry {
  readonly name: string;
  readonly eligible: boolean;
  readonly source: string;
}

const folder = await mkdtemp(join(tmpdir(), 'infrastructure-clawdbot-'));
try {
  const { node } = await withPackages([], [22, 12]);
  // One of its dependencies asks for libsignal from a place that is no registry, another uses strip-ansi and does not say so.
  const manifest = { private: true, dependencies: { clawdbot: VERSION, 'strip-ansi': '^7.1.0' }, overrides: { libsignal: '6.0.0' } };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  const installed = await npm('npm', ['install', '--no-audit', '--no-fund', '--no-package-lock'], { cwd: folder });
  report(`clawdbot ${VERSION} installs`, installed.code === 0, installed.code === 0 ? '' : installed.err.trim().slice(-1000));

  const skill = join(folder, 'workspace', 'skills', 'infrastructure');
  await mkdir(skill, { recursive: true });
  for (const name of DOCUMENTS) await copyFile(join(root, name), join(skill, name));
  const config = join(folder, 'clawdbot.json');
  await writeFile(config, JSON.stringify({ agents: { defaults: { workspace: join(folder, 'workspace') } } }));

  const clawdbot = join(folder, 'node_modules', 'clawdbot', 'dist', 'entry.js');
  const env = { CLAWDBOT_STATE_DIR: join(folder, 'state'), CLAWDBOT_CONFIG_PATH: config };
  const { code, out, err } = await run(node, [clawdbot, 'skills', 'list', '--json'], { cwd: folder, env });
  report('clawdbot skills list --json', code === 0, code === 0 ? '' : (err || out).trim().slice(0, 1000));
  // Its exit code is 0 whether or not the skill is there: the JSON tells.
  const { skills } = JSON.parse(out.slice(out.indexOf('{'))) as { skills: Entry[] };
  const entry = skills.find(({ name }) => name === 'infrastructure');
  report('the skill is found in the workspace', entry?.source === 'clawdbot-workspace', entry?.source);
  report('eligible: true', entry?.eligible === true);
} finally {
  await rm(folder, { recursive: true, force: true });
}
finish();
