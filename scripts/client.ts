/** What the scripts that try real clients share. */
import { spawn } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { arch, env, execPath, platform, versions } from 'node:process';

export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** After so many it is killed, and its exit code is null. */
  readonly seconds?: number;
}

/** Runs a program to its end; what it printed, and its exit code. */
export function run(program: string, args: readonly string[], { seconds, ...options }: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...options,
      env: { ...env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(seconds === undefined ? {} : { timeout: Math.ceil(seconds * 1000), killSignal: 'SIGKILL' as const }),
    });
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
export function npm(name: 'npm' | 'npx', args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  // npm says where it is when it runs a script; without it, it is beside Node.
  const cli = env.npm_execpath ?? join(dirname(execPath), platform === 'win32' ? '' : '../lib', 'node_modules/npm/bin/npm-cli.js');
  return run(execPath, [join(dirname(cli), `${name}-cli.js`), ...args], options);
}

/** What a client needs is not there: no registry, no such version, or not in time. That is no fault of what is tested. */
export class NotHad extends Error {}

const cache = join(env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'infrastructure-clients');
/** Seconds for the packages of one client; the largest has 650 MB. */
const PATIENCE = 150;

/**
 * Installs packages into a folder of the cache, once; gives its `node_modules`. No package's install script is run.
 * @throws NotHad
 */
export async function install(
  name: string,
  dependencies: Readonly<Record<string, string>>,
  overrides: Readonly<Record<string, string>> = {},
  seconds = PATIENCE,
): Promise<string> {
  const folder = join(cache, name);
  const manifest = JSON.stringify({ private: true, dependencies, overrides });
  const stamp = join(folder, 'had.json');
  if ((await readFile(stamp, 'utf8').catch(() => '')) !== manifest) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), manifest);
    const { code, err } = await npm(
      'npm',
      ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--loglevel=error'],
      { cwd: folder, seconds },
    );
    const wanted = Object.entries(dependencies).map((one) => one.join('@'));
    if (code === null) throw new NotHad(`${wanted.join(', ')} could not be had within ${Math.round(seconds)} seconds`);
    if (code !== 0)
      throw new NotHad(`${wanted.join(', ')} could not be had: ${/npm error (.+)/.exec(err)?.[1] ?? `npm ended with ${code}`}`);
    await writeFile(stamp, manifest);
  }
  return join(folder, 'node_modules');
}

/** Of the line that every client here runs on; its packages are plain binaries, one a platform. */
const NODE = '24.21.0';

/** A Node of at least that version: this one, or one from the registry. @throws NotHad */
export async function nodeOf(need: readonly [major: number, minor: number]): Promise<string> {
  const [major = 0, minor = 0] = versions.node.split('.').map(Number);
  if (major > need[0] || (major === need[0] && minor >= need[1])) return execPath;
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const modules = await install('node', { [name]: NODE });
  return join(modules, name, 'bin', platform === 'win32' ? 'node.exe' : 'node');
}

/** Runs what needs clients. Where they cannot be had it says so and is no failure: what could be tried was right. */
export async function unlessNotHad(what: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof NotHad)) throw error;
    process.stdout.write(`LEFT OUT: ${what}: ${error.message}\n`);
  }
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
