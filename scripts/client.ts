/** What the scripts that try real clients share. */
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { env, execPath, platform, versions } from 'node:process';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program to its end; what it printed, and its exit code. */
export function run(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, env: { ...env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      out += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      err += chunk;
    });
    child.on('error', reject).on('close', (code) => resolve({ code, out, err }));
  });
}

/** npm's own program beside it: `npm` or `npx`. It is a script, and on Windows a script is no program that could be spawned. */
export function npm(
  name: 'npm' | 'npx',
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<Outcome> {
  // npm says where it is when it runs a script; without it, it is beside Node.
  const cli = env.npm_execpath ?? join(dirname(execPath), platform === 'win32' ? '' : '../lib', 'node_modules/npm/bin/npm-cli.js');
  return run(execPath, [join(dirname(cli), `${name}-cli.js`), ...args], options);
}

/** A Node that is new enough, and the `node_modules` that the packages are in: from npm's cache, filled at the first time. */
export async function withPackages(
  packages: readonly string[],
  need: readonly [major: number, minor: number],
): Promise<{ node: string; modules: string }> {
  const [major = 0, minor = 0] = versions.node.split('.').map(Number);
  const enough = major > need[0] || (major === need[0] && minor >= need[1]);
  if (!enough)
    process.stdout.write(
      `Node ${versions.node} runs here and ${need.join('.')} is needed: using the npm package node@24 for the client; the server runs on ${versions.node}.\n`,
    );
  const wanted = [...packages, ...(enough ? [] : ['node@24'])].flatMap((one) => ['-p', one]);
  if (wanted.length === 0) return { node: execPath, modules: '' };
  const probe = 'JSON.stringify([process.execPath, process.env.PATH ?? process.env.Path])';
  const { code, out, err } = await npm('npx', ['-y', ...wanted, 'node', '-p', probe]);
  if (code !== 0) throw new Error(`npx could not fetch ${packages.join(', ')}:\n${err}`);
  const [node, path] = JSON.parse(out) as [string, string];
  const bin = path.split(platform === 'win32' ? ';' : ':').find((folder) => /[\\/]_npx[\\/]/.test(folder));
  if (bin === undefined) throw new Error(`npx has no folder of its own in ${path}`);
  return { node, modules: dirname(bin) };
}

let failures = 0;

/** Prints a line for one check, and remembers whether any failed. */
export function report(what: string, passed: boolean, detail = ''): void {
  if (!passed) failures++;
  process.stdout.write(`${passed ? 'ok    ' : 'FAILED'}  ${what}${detail === '' ? '' : `  ${detail}`}\n`);
}

/** Sets the exit code by the checks so far. */
export function finish(): void {
  process.stdout.write(failures === 0 ? 'all passed\n' : `${failures} failed\n`);
  process.exitCode = failures === 0 ? 0 : 1;
}
