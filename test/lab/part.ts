import type { Plan } from '../../src/core/plan.ts';
import { bash } from '../../src/render/bash.ts';
import { createOutline, destroyOutline, Names } from '../../src/render/outline.ts';

/**
 * The scripts of a part of a plan, whose other steps are there already: their variables are set at the top. It saves
 * making the same network again for every kind.
 */
export function partOf(plan: Plan, isThere: (id: string) => boolean, variables: Readonly<Record<string, string>>) {
  const names = new Names(plan.steps);
  const part = { ...plan, preflight: [], steps: plan.steps.filter(({ id }) => !isThere(id)) };
  const { steps } = part;
  const chapters = createOutline(part, names, { resumable: true });
  const down = destroyOutline(part, names, { rescue: false, backups: true });
  const set = Object.entries(variables).map(([name, value]) => `${name}=${value}\n`);
  const create = bash
    .createScript(part, chapters, names, ['a part of a plan'])
    .replace('set -euo pipefail\n', (line) => `${line}${set.join('')}`);
  const holds = (k: number, when: string): string => {
    const step = steps[k - 1];
    if (step === undefined) return '';
    const check = bash.verify({ do: 'settle', check: step.verify, seconds: 0 }, names);
    return `if (set +eu; ${check}) 2>/dev/null; then echo "${step.id} ${when} yes"; else echo "${step.id} ${when} no"; fi\n`;
  };
  let verifying = create;
  for (let k = steps.length; k >= 1; k--)
    verifying = verifying.replace(`at '[${k}/`, (at) => `${holds(k - 1, 'after')}${holds(k, 'before')}${at}`);
  return {
    steps,
    create,
    /** Says for each step whether its check held before it, and whether it holds after it. */
    verifying: verifying.replace("at 'done", (at) => `${holds(steps.length, 'after')}${at}`),
    /** Made to stop right after step k (counted from 1). */
    interrupted: (k: number) => create.replace(`at '[${k + 1}/${steps.length}] `, `exit 9\nat '[${k + 1}/${steps.length}] `),
    destroy: bash.destroyScript(part, down.looks, down.chapters, names, ['a part of a plan']),
  };
}
