import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Plan } from '../../src/core/plan.ts';
import { bash } from '../../src/render/bash.ts';
import { createOutline, destroyOutline, Names } from '../../src/render/outline.ts';

/** Where test/lab/setup puts the vendors' CLIs. */
export const LAB = process.env.INFRA_LAB_DIR ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'infrastructure-lab');

/** True when a CLI of the lab is there. */
export function hasCli(name: string): boolean {
  return existsSync(join(LAB, 'bin', name));
}

/** A cloud on loopback. */
export interface Cloud {
  /** What points the CLI at it, with dummy credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** What exists, by kind: a sorted list of names. Nothing left = an empty object. */
  state(): Promise<Record<string, readonly string[]>>;
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
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

/** Runs a script in a shell, in a folder of its own, seeing only the lab's CLIs and the cloud on loopback. */
export async function run(
  text: string,
  cloud: Pick<Cloud, 'env'>,
  dir: string,
  shell: 'bash' | 'zsh' = 'bash',
  seconds = 300,
): Promise<Run> {
  const file = join(dir, 'script.sh');
  await writeFile(file, text);
  return new Promise((resolve, reject) => {
    const child = spawn(shell, [file], {
      cwd: dir,
      env: {
        PATH: [join(LAB, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
        HOME: dir,
        LANG: 'C.UTF-8',
        POLL_SECONDS: '0.2',
        // Dead ends, should a CLI try to leave.
        HTTPS_PROXY: 'http://127.0.0.1:9',
        HTTP_PROXY: 'http://127.0.0.1:9',
        NO_PROXY: '127.0.0.1,localhost',
        ...cloud.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: seconds * 1000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

export interface Texts {
  readonly create: string;
  /** The creation script, made to stop right after step k (counted from 1). */
  interrupted(k: number): string;
  readonly destroy: string;
  /** The steps as a person pastes them, one after the other. */
  readonly pasted: string;
  readonly steps: number;
}

/** The bash texts of a plan, as generate_provision_command gives them. `backups` takes snapshots along, down to nothing. */
export function texts(plan: Plan, options = { rescue: false, backups: true }): Texts {
  const names = new Names(plan.steps);
  const chapters = createOutline(plan, names, { resumable: true });
  const down = destroyOutline(plan, names, options);
  const create = bash.createScript(plan, chapters, names, [`plan ${plan.name}`]);
  return {
    create,
    interrupted: (k) => create.replace(`at '[${k + 1}/${chapters.length}] `, `exit 9\nat '[${k + 1}/${chapters.length}] `),
    destroy: bash.destroyScript(plan, down.looks, down.chapters, names, [`plan ${plan.name}`]),
    pasted: createOutline(plan, names, { resumable: false })
      .map((chapter) => bash.paste(chapter.statements, names))
      .join('\n'),
    steps: chapters.length,
  };
}

/** A life: what each part of it left behind. The caller asserts on it. */
export interface Life {
  readonly created: Record<string, readonly string[]>;
  readonly again: Record<string, readonly string[]>;
  /** After an interruption behind step k and a second run, for each k. */
  readonly resumed: readonly Record<string, readonly string[]>[];
  readonly destroyed: Record<string, readonly string[]>;
  /** What a teardown left after a creation that was interrupted behind step k. */
  readonly cleaned: readonly Record<string, readonly string[]>[];
  readonly problems: readonly string[];
}

/** Takes a plan through its whole life in a cloud that is empty to begin with. `every` thins out the interruptions. */
export async function live(plan: Plan, cloud: Cloud, { shell = 'bash' as 'bash' | 'zsh', every = 1 } = {}): Promise<Life> {
  const box = await sandbox();
  const problems: string[] = [];
  const all = texts(plan);
  const go = async (what: string, text: string, expected = 0): Promise<void> => {
    const result = await run(text, cloud, box.dir, shell);
    if (result.code !== expected) problems.push(`${what}: exit ${result.code}\n${result.stderr.slice(-3000)}`);
    // hcloud and doctl print their help and exit 0 where they do not know a sub-command.
    if (/^Usage:/m.test(result.stdout + result.stderr)) problems.push(`${what}: a CLI printed its usage\n${result.stderr.slice(-2000)}`);
  };
  try {
    await go('create', all.create);
    const created = await cloud.state();
    await go('create again', all.create);
    const again = await cloud.state();
    await go('destroy', all.destroy);
    const destroyed = await cloud.state();
    await go('destroy again', all.destroy);
    const resumed: Record<string, readonly string[]>[] = [];
    const cleaned: Record<string, readonly string[]>[] = [];
    for (let k = 1; k < all.steps; k += every) {
      await go(`create, interrupted after step ${k}`, all.interrupted(k), 9);
      await go(`create, resumed after step ${k}`, all.create);
      resumed.push(await cloud.state());
      await go(`destroy after resuming behind step ${k}`, all.destroy);
      await go(`create, interrupted after step ${k} once more`, all.interrupted(k), 9);
      await go(`destroy of what ${k} steps made`, all.destroy);
      cleaned.push(await cloud.state());
    }
    return { created, again, resumed, destroyed, cleaned, problems };
  } finally {
    await box.remove();
  }
}
