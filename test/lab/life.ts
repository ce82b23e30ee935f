import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StackRequest } from '../../src/planner/request.ts';
import type { ProviderId } from '../../src/providers/provider.ts';
import { differences } from '../render/parity.ts';
import {
  type Cloud,
  hasty,
  type Inventory,
  interrupted,
  leftOut,
  paused,
  type Refusal,
  type Run,
  run,
  Session,
  SHELLS,
  type Shell,
  sandbox,
} from './harness.ts';
import type { Counts, LabRecord } from './table.ts';
import { type Texts, textsOf } from './texts.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** What the lab's table says of a test; test/lab/table.ts collects these. */
    lab?: LabRecord;
  }
}

export interface Subject {
  readonly request: StackRequest;
  /** What there is to be afterwards; a function where parts of it are different each time. */
  readonly state: Inventory | ((created: Inventory) => unknown);
  /** The CLIs that it takes, in the version that is wanted, beside what the whole file takes. */
  readonly needs?: readonly string[];
  /** Files that have to be where the scripts run, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** The steps at which another stack is interrupted and refused already. */
  readonly elsewhere?: RegExp;
}

export interface LifeOptions {
  readonly shell?: Shell;
  /** Thins out the places of interruption: every so-many-th, by how many steps there are; 0: nowhere. */
  readonly every?: (steps: number, shell: Shell) => number;
  /** At how many places it is refused, about; 0: nowhere. */
  readonly refused?: (shell: Shell) => number;
}

/**
 * Every step in bash, but for the largest stacks, which would take hours: there every third. What zsh reads otherwise shows
 * as well at every fourth step of a long stack. LAB_EVERY=1 interrupts everything everywhere.
 */
const thinned = (steps: number, shell: Shell): number => {
  if (steps > 20) return shell === 'bash' ? 3 : 9;
  return shell === 'bash' || steps <= 8 ? 1 : 4;
};

const ROTATION: readonly Refusal[] = ['quota', 'taken', 'failure'];

/** The life of one plan in one shell. What went wrong is in `problems`, each with the place where it did. */
class Life {
  readonly problems: string[] = [];
  readonly counts: Counts = { create: 0, verify: 0, again: 0, resume: 0, teardown: 0, pasted: 0, refused: 0 };
  readonly #cloud: Cloud;
  readonly #texts: Texts;
  readonly #shell: Shell;
  readonly #every: number;
  readonly #refusals: number;
  readonly #files: Readonly<Record<string, string>>;
  readonly #elsewhere: RegExp | undefined;
  created: Inventory = {};

  constructor(
    cloud: Cloud,
    texts: Texts,
    { shell = 'bash', every = thinned, refused = () => 6, files = {}, elsewhere }: LifeOptions & Pick<Subject, 'files' | 'elsewhere'>,
  ) {
    this.#cloud = cloud;
    this.#texts = texts;
    this.#shell = shell;
    this.#every = Number(process.env.LAB_EVERY) || every(texts.steps.filter(({ id }) => elsewhere?.test(id) !== true).length, shell);
    this.#refusals = process.env.LAB_EVERY ? Number.POSITIVE_INFINITY : refused(shell);
    this.#files = files;
    this.#elsewhere = elsewhere;
  }

  async #box(): ReturnType<typeof sandbox> {
    const box = await sandbox();
    await Promise.all(Object.entries(this.#files).map(([name, text]) => writeFile(join(box.dir, name), text)));
    return box;
  }

  /** The places after the steps that are not lived through elsewhere, counted from 1. */
  #own(steps: readonly { readonly id: string }[]): number[] {
    return steps.flatMap(({ id }, i) => (this.#elsewhere?.test(id) ? [] : [i + 1]));
  }

  async #go(what: string, text: string, expected = 0, at?: (place: number) => Promise<void>): Promise<Run> {
    const box = await this.#box();
    try {
      const result = await run(text, this.#cloud, box.dir, this.#shell, 300, at);
      if (expected !== -1 && result.code !== expected) this.#problem(`${what}: exit ${result.code}\n${result.stderr.slice(-3000)}`);
      this.#usage(what, result);
      return result;
    } finally {
      await box.remove();
    }
  }

  /** hcloud and doctl print their help and exit 0 where they do not know a sub-command; and no request is to be unknown. */
  #usage(what: string, { stdout, stderr }: Run): void {
    const unknown = this.#cloud.unknown ?? [];
    if (unknown.length > 0) this.#problem(`${what}: the cloud has no route for ${unknown.join(', ')}`);
    if (/^Usage:/m.test(stdout + stderr)) this.#problem(`${what}: a CLI printed its usage\n${stderr.slice(-2000)}`);
  }

  #problem(text: string): void {
    this.problems.push(text);
  }

  /** Counts what is as it should be. */
  #count(what: keyof Counts, where: string, got: unknown, wanted: unknown): void {
    if (JSON.stringify(got) === JSON.stringify(wanted)) this.counts[what]++;
    else this.#problem(`${where}: there is\n${JSON.stringify(got, null, 1)}\nand it should be\n${JSON.stringify(wanted, null, 1)}`);
  }

  async #isCreated(what: keyof Counts, where: string): Promise<void> {
    this.#count(what, where, await this.#cloud.state(), this.created);
  }

  async #isEmpty(where: string): Promise<void> {
    this.#count('teardown', where, await this.#cloud.state(), {});
  }

  /** Removes everything by whatever is quickest. */
  async #clear(): Promise<void> {
    if (this.#cloud.reset !== undefined) await this.#cloud.reset();
    else await this.#go('clearing up', this.#texts.destroy);
  }

  /** Once from start to end, twice, and down to nothing. */
  async whole(): Promise<void> {
    const { create, destroy } = this.#texts;
    await this.#go('create', create);
    this.created = await this.#cloud.state();
    if (this.problems.length === 0) this.counts.create++;
    const sent = this.#cloud.writes?.().length ?? 0;
    await this.#go('create again', create);
    this.#count('again', 'requests of a second run', this.#cloud.writes?.().slice(sent) ?? [], []);
    this.#same('after a second run', await this.#cloud.state());
    await this.#go('destroy', destroy);
    await this.#isEmpty('after the teardown');
    const removed = this.#cloud.writes?.().length ?? 0;
    await this.#go('destroy again', destroy);
    this.#count('teardown', 'requests of a second teardown', this.#cloud.writes?.().slice(removed) ?? [], []);
  }

  #same(where: string, state: Inventory): void {
    if (JSON.stringify(state) !== JSON.stringify(this.created)) this.#count('create', where, state, this.created);
  }

  /** Interrupted after each step: run again to the same end, or torn down to nothing. */
  async interruptions(): Promise<void> {
    const { create, destroy, steps } = this.#texts;
    const places = this.#own(steps.slice(0, -1)).filter((_, i) => i % this.#every === 0);
    const reach = await this.#reacher(places);
    for (const k of places) {
      await reach(k);
      await this.#go(`create, resumed after step ${k}`, create);
      await this.#isCreated('resume', `resumed after step ${k}`);
      if (this.#cloud.snapshot === undefined) await this.#go(`destroy after resuming behind step ${k}`, destroy);
      await reach(k);
      await this.#go(`destroy of what ${k} steps made`, destroy);
      await this.#isEmpty(`after the teardown of what ${k} steps made`);
    }
    await this.#cloud.drop?.();
    await this.#clear();
  }

  /**
   * Brings the cloud to where it is when the script was interrupted after step k. Where it can be kept and brought
   * back, one run passes through all places, and one real interruption shows that it comes to the same.
   */
  async #reacher(places: readonly number[]): Promise<(k: number) => Promise<void>> {
    const { create } = this.#texts;
    const interrupt = async (k: number): Promise<void> => {
      await this.#go(`create, interrupted after step ${k}`, interrupted(create, k), 9);
    };
    const { snapshot } = this.#cloud;
    if (snapshot === undefined || places.length === 0) return interrupt;
    const kept = new Map<number, { restore: () => void | Promise<void>; state: Inventory }>();
    await this.#clear();
    await this.#go('create, looked at after each step', paused(create), 0, async (place) => {
      if (places.includes(place - 1)) kept.set(place - 1, { restore: await snapshot(), state: await this.#cloud.state() });
    });
    const middle = places[Math.floor(places.length / 2)] as number;
    await this.#clear();
    await interrupt(middle);
    const real = await this.#cloud.state();
    if (JSON.stringify(real) !== JSON.stringify(kept.get(middle)?.state))
      this.#problem(`interrupted after step ${middle}: ${JSON.stringify(real)}, and passing by ${JSON.stringify(kept.get(middle)?.state)}`);
    return async (k) => {
      await kept.get(k)?.restore();
      const back = await this.#cloud.state();
      if (JSON.stringify(back) !== JSON.stringify(kept.get(k)?.state))
        this.#problem(`brought back to where step ${k} ended: ${JSON.stringify(back)}, not ${JSON.stringify(kept.get(k)?.state)}`);
    };
  }

  /** Step by step in an interactive shell, each with its check before and after it, and pasted away again. */
  async pasting(): Promise<void> {
    const { steps, removal } = this.#texts;
    const box = await this.#box();
    const session = new Session(this.#cloud, box.dir, this.#shell);
    try {
      for (const { id, command, verify } of steps) {
        const before = await session.paste(verify);
        const sent = this.#cloud.writes?.().length ?? -1;
        const pasted = await session.paste(command);
        this.#usage(`pasted ${id}`, pasted);
        if (pasted.code !== 0) this.#problem(`pasted ${id}: exit ${pasted.code}\n${pasted.stderr.slice(-2000)}`);
        else this.counts.pasted++;
        const after = await this.#patiently(session, verify);
        // A step that only looks something up, or waits, makes nothing that could be missing before it.
        const made = (this.#cloud.writes?.().length ?? 0) > sent;
        this.#count(
          'verify',
          `verify of ${id}, before and after: ${after.stderr.slice(-500)}`,
          [before.code === 0, after.code === 0],
          [!made && before.code === 0, true],
        );
        if (pasted.code === -1 || before.code === -1) return;
      }
      this.#same('after pasting', await this.#cloud.state());
      for (const { id, command, verify } of removal) {
        const pasted = await session.paste(command);
        this.#usage(`pasted removal of ${id}`, pasted);
        const gone = await this.#patiently(session, verify);
        if (pasted.code !== 0 || gone.code !== 0)
          this.#problem(
            `pasted removal of ${id}: exit ${pasted.code}, its check ${gone.code}\n${pasted.stderr.slice(-2000)}${gone.stderr.slice(-500)}`,
          );
        else this.counts.pasted++;
      }
      await this.#isEmpty('after the pasted removal');
    } finally {
      await session.end();
      await box.remove();
      await this.#clear();
    }
  }

  /** A person who sees that a check does not hold yet looks again. */
  async #patiently(session: Session, verify: string): Promise<Run> {
    for (let tries = 1; ; tries++) {
      const result = await session.paste(verify);
      if (result.code === 0 || result.code === -1 || tries === 20) return result;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Refused at each step in turn, the script stops there and says so, and goes on when the service does. */
  async refusals(): Promise<void> {
    const { refuseWrites, snapshot } = this.#cloud;
    if (refuseWrites === undefined) return;
    const { create, destroy, steps, removal } = this.#texts;
    for (const k of this.#places(steps)) {
      await this.#refused(`create, refused at step ${k}`, create, `[${k}/${steps.length}] ${steps[k - 1]?.id}`, k);
      await this.#go(`create, run again after it was refused at step ${k}`, create);
      await this.#isCreated('resume', `run again after it was refused at step ${k}`);
      await this.#clear();
    }
    let whole: (() => void | Promise<void>) | undefined;
    for (const k of this.#places(removal)) {
      if (whole === undefined) await this.#go('create, to be torn down', create);
      else await whole();
      whole ??= await snapshot?.();
      await this.#refused(`destroy, refused at step ${k}`, destroy, `[${k}/${removal.length}] ${removal[k - 1]?.id}`, k);
      await this.#go(`destroy, run again after it was refused at step ${k}`, destroy);
      await this.#isEmpty(`torn down after it was refused at step ${k}`);
    }
  }

  /** The first, the last, and so many between them that each place is met in one stack or another. */
  #places(steps: readonly { readonly id: string }[]): number[] {
    if (this.#refusals === 0) return [];
    const own = this.#own(steps);
    const every = Math.max(1, Math.ceil(own.length / this.#refusals));
    return own.filter((_, i) => (own.length - 1 - i) % every === 0 || i === 0);
  }

  /** Runs a script that is refused everything from place k on. */
  async #refused(what: string, script: string, step: string, k: number): Promise<void> {
    let refusal = { message: '', end: () => {} };
    let sent = 0;
    let there: Inventory = {};
    const result = await this.#go(what, paused(hasty(script, k)), -1, async (place) => {
      if (place !== k) return;
      there = await this.#cloud.state();
      sent = this.#cloud.writes?.().length ?? 0;
      refusal = this.#cloud.refuseWrites?.(ROTATION[k % ROTATION.length] as Refusal) ?? refusal;
    });
    refusal.end();
    const last = result.stderr.split('Stopped (exit')[1] ?? '';
    this.#count(
      'refused',
      `${what}: ${result.stderr.slice(-1500)}`,
      {
        stopped: result.code !== 0,
        message: result.stderr.includes(refusal.message),
        step: last.includes(` at ${step}:`),
        advice: last.includes('run this script again'),
        done: this.#cloud.writes?.().slice(sent) ?? [],
        state: await this.#cloud.state(),
      },
      { stopped: true, message: true, step: true, advice: true, done: [], state: there },
    );
  }
}

/** Takes a stack through its whole life, in a cloud that is empty to begin with and afterwards. */
export async function live(
  request: StackRequest,
  cloud: Cloud,
  options: LifeOptions & Pick<Subject, 'files' | 'elsewhere'> = {},
): Promise<{ readonly created: Inventory; readonly problems: readonly string[]; readonly counts: Counts; readonly steps: number }> {
  const texts = await textsOf(request, cloud);
  const life = new Life(cloud, texts, options);
  await life.whole();
  // What follows would only say the same again.
  if (life.problems.length === 0) {
    await life.interruptions();
    await life.pasting();
    await life.refusals();
  }
  return { created: life.created, problems: life.problems, counts: life.counts, steps: texts.steps.length };
}

export interface LivesOptions extends LifeOptions {
  readonly shells?: readonly Shell[];
}

/** Registers the lives of a provider's stacks, in every shell, as tests that report into the lab's table. */
export function lives(
  provider: ProviderId,
  subjects: Readonly<Record<string, Subject>>,
  cloud: () => Cloud,
  { shells = SHELLS, ...options }: LivesOptions = {},
): void {
  for (const [kind, { request, state, needs, files = {}, elsewhere }] of Object.entries(subjects)) {
    const reason = needs?.map(leftOut).find((one) => one !== undefined);
    describe(reason === undefined ? kind : `${kind} (left out: ${reason})`, () => {
      for (const shell of shells)
        it.skipIf(reason !== undefined)(`lives in ${shell}`, async ({ task }) => {
          const { created, problems, counts, steps } = await live(request, cloud(), {
            ...options,
            shell,
            files,
            ...(elsewhere && { elsewhere }),
          });
          task.meta.lab = { provider, kind, shell, steps, ...counts };
          expect(problems).toEqual([]);
          if (typeof state === 'function') await state(created);
          else expect(created).toEqual(state);
        });

      it('says in PowerShell what it says in bash, word for word', async () => {
        const { problems, commands } = await differences(request);
        expect(problems).toEqual([]);
        expect(commands).toBeGreaterThan(0);
      });
    });
  }
}
