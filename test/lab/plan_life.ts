import type { Plan } from '../../src/core/plan.ts';
import { bash } from '../../src/render/bash.ts';
import { createOutline, destroyOutline, Names } from '../../src/render/outline.ts';
import { type Cloud, run, sandbox } from './harness.ts';

/** Texts and lives of a plan that was changed after it was planned; what is planned as it is has life.ts. */
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
