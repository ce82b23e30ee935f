import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** Where test/lab/setup puts the vendors' CLIs. */
export const LAB = process.env.INFRA_LAB_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'infrastructure-lab');

const PATH = [join(LAB, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);

/** True when a CLI of the lab is there. */
export function hasCli(name: string): boolean {
  return existsSync(join(LAB, 'bin', name));
}

/**
 * Why a CLI's part of the lab has to be left out, or undefined where it is there. What `test/lab/setup` could not get
 * by any way is in `unavailable`, and is told apart from what was simply not installed.
 */
export function leftOut(cli: string): string | undefined {
  const note = join(LAB, 'unavailable', cli);
  if (existsSync(note)) return `${cli} could not be had: ${readFileSync(note, 'utf8').trim()}`;
  return hasCli(cli) ? undefined : `${cli} is not there: test/lab/setup installs it`;
}

export type Shell = 'bash' | 'zsh';
/** The shells of the lab that are there; bash always is. */
export const SHELLS: readonly Shell[] = (['bash', 'zsh'] as const).filter(
  (shell) => spawnSync(shell, ['-c', 'exit 0'], { env: { PATH } }).status === 0,
);

/** What exists, by kind: a sorted list of names. Nothing left = an empty object. */
export type Inventory = Readonly<Record<string, readonly string[]>>;

/** Ways in which a service refuses. */
export type Refusal = 'quota' | 'taken' | 'busy' | 'failure' | 'timeout';

/** A cloud on loopback. What is optional makes more of a life testable, or makes it faster. */
export interface Cloud {
  /** What points the CLI at it, with dummy credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** A text that was given out, with the addresses that no variable replaces put on loopback. */
  adapt?(text: string): string;
  state(): Promise<Inventory>;
  /** Requests for which there is no route: each is a gap of a fake, or an address that does not exist. */
  readonly unknown?: readonly string[];
  /** Every request so far that made, changed or removed something, in order. */
  writes?(): readonly string[];
  /** Refuses every such request from now on, with the text that comes back, until `end` is called. */
  refuseWrites?(how: Refusal): { readonly message: string; end(): void };
  /** Keeps what there is now, once it has come to rest; the function that comes back brings it back. */
  snapshot?(): Promise<() => void | Promise<void>>;
  /** Lets go of all that was kept. */
  drop?(): Promise<void>;
  /** Forgets everything. */
  reset?(): void | Promise<void>;
  stop(): Promise<void>;
}

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A home folder with an SSH key, and nothing of the machine's own user. */
export async function sandbox(): Promise<{ readonly dir: string; remove(): Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'infra-lab-'));
  await mkdir(join(dir, '.ssh'));
  await writeFile(
    join(dir, '.ssh', 'id_ed25519.pub'),
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8Zk0bVb7Vb0K6mQ0m3Yt0yq1o3yq5nO0gk2m7xq7aR lab\n',
  );
  // One to rotate to.
  await writeFile(join(dir, '.ssh', 'new.pub'), 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC2Xh8aU9lT0Qx3b1kq5VfZ7yJrWm4nP6sD8uE0gHc3k new\n');
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** What a shell of the lab sees: its CLIs, the cloud on loopback, dead ends for everything else. */
function surroundings(cloud: Pick<Cloud, 'env'>, dir: string): Record<string, string> {
  return {
    PATH,
    HOME: dir,
    LANG: 'C.UTF-8',
    POLL_SECONDS: '0.05',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    HTTP_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
    ...cloud.env,
  };
}

/** Runs a script in a shell, in a folder of its own, seeing only the lab's CLIs and the cloud on loopback. */
export async function run(
  text: string,
  cloud: Pick<Cloud, 'env'>,
  dir: string,
  shell: Shell = 'bash',
  seconds = 300,
  /** Called at each place where `paused` made the script wait; it goes on when the promise is kept. */
  at: (place: number) => Promise<void> = async () => {},
): Promise<Run> {
  const file = join(dir, 'script.sh');
  await writeFile(file, text);
  return new Promise((resolve, reject) => {
    const child = spawn(shell, [file], {
      cwd: dir,
      env: surroundings(cloud, dir),
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      timeout: seconds * 1000,
    });
    const [, out, err, places, go] = child.stdio as unknown as [null, Readable, Readable, Readable, Writable];
    let stdout = '';
    let stderr = '';
    out.on('data', (data) => {
      stdout += data;
    });
    err.on('data', (data) => {
      stderr += data;
    });
    places.on('data', (data) => {
      at(Number(data))
        .then(() => go.write('\n'))
        .catch((error) => {
          child.kill();
          reject(error);
        });
    });
    go.on('error', () => {});
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

/** Where a script says that step k begins; a title with an apostrophe is quoted otherwise. */
const startOf = (k: number): RegExp => new RegExp(`^at ["']\\[${k}/`, 'm');

/** A script that waits before each step for `run` to let it go on. */
export function paused(script: string): string {
  return script.replace(/^at ["']\[(\d+)\/\d+\] /gm, (at, k) => `printf '%s\\n' ${k} >&3; read -r lab_go <&4\n${at}`);
}

/** A creation script that ends right after step k, counted from 1. */
export function interrupted(script: string, k: number): string {
  return script.replace(startOf(k + 1), (at) => `exit 9\n${at}`);
}

/**
 * Runs a script in a shell that is ended after so many seconds, with everything that it started, as Ctrl+C does. It is
 * SIGTERM all the same: what a shell starts in the background without job control, as a CI may start this, is deaf to SIGINT.
 */
export function impatiently(script: string, shell: Shell, seconds: number): string {
  return `cat > inner.sh <<'LAB-END'\n${script}\nLAB-END\nexec timeout --signal=TERM ${seconds} ${shell} inner.sh\n`;
}

/** A script that gives up waiting after a few seconds from step k on: for what is refused for good. What comes before it takes its time. */
export function hasty(script: string, k: number): string {
  const start = script.search(startOf(k));
  return `${script.slice(0, start)}${script.slice(start).replaceAll(/\b(retry|settle) \d+ /g, '$1 4 ')}`;
}

/** An interactive shell, into which one text after the other is pasted. */
export class Session {
  readonly #child: ChildProcess;
  #seen = '';
  #stdout = '';
  #stderr = '';
  #wake = (): void => {};
  #gone = false;

  constructor(cloud: Pick<Cloud, 'env'>, dir: string, shell: Shell) {
    const options = shell === 'bash' ? ['--norc', '--noprofile', '-i'] : ['-f', '-i', '-s'];
    this.#child = spawn(shell, options, {
      cwd: dir,
      env: { ...surroundings(cloud, dir), HISTFILE: '/dev/null', PS1: '', PS2: '' },
      stdio: 'pipe',
    });
    this.#child.stdout?.on('data', (data) => {
      this.#seen += data;
      this.#wake();
    });
    this.#child.stderr?.on('data', (data) => {
      this.#stderr += data;
    });
    this.#child.stdin?.on('error', () => {});
    this.#child.on('close', () => {
      this.#gone = true;
      this.#wake();
    });
    // What is pasted waits five seconds between tries; loopback needs no such time.
    this.#child.stdin?.write('sleep() { command sleep 0.05; }\n');
  }

  /** Pastes a text and waits until the shell is done with it. */
  async paste(text: string, seconds = 60): Promise<Run> {
    this.#stdout = '';
    this.#stderr = '';
    this.#child.stdin?.write(`${text}\nprintf '\\036%s\\036\\n' "$?"\n`);
    const end = Date.now() + seconds * 1000;
    for (;;) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: no program prints it of itself
      const match = /^([\s\S]*?)\x1e(\d+)\x1e\n/.exec(this.#seen);
      if (match !== null) {
        this.#seen = this.#seen.slice(match[0].length);
        this.#stdout = match[1] ?? '';
        return { code: Number(match[2]), stdout: this.#stdout, stderr: this.#stderr };
      }
      if (this.#gone || Date.now() > end) {
        this.#child.kill('SIGKILL');
        return { code: -1, stdout: this.#seen, stderr: `${this.#stderr}\n${this.#gone ? 'the shell ended' : `no end in ${seconds} s`}` };
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async end(): Promise<void> {
    if (this.#gone) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.end();
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 2000);
    await closed;
    clearTimeout(timer);
  }
}
