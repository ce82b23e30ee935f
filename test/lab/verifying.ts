import type { Plan } from '../../src/core/plan.ts';
import { bash } from '../../src/render/bash.ts';
import { Names } from '../../src/render/outline.ts';
import { texts } from './plan_life.ts';

/** The creation script of a plan, printing for each step whether its check held before it, and whether it holds after it. */
export function verifying(plan: Plan): string {
  const names = new Names(plan.steps);
  const holds = (k: number, when: string): string => {
    const step = plan.steps[k - 1];
    if (step === undefined) return '';
    const check = bash.verify({ do: 'settle', check: step.verify, seconds: 0 }, names);
    // A variable of its own step has no value yet, which is a check that fails.
    return `if (set +eu; ${check}) 2>/dev/null; then echo "${step.id} ${when} yes"; else echo "${step.id} ${when} no"; fi\n`;
  };
  let text = texts(plan).create;
  for (let k = plan.steps.length; k >= 1; k--)
    text = text.replace(`at '[${k}/`, (at) => `${holds(k - 1, 'after')}${holds(k, 'before')}${at}`);
  return text.replace("at 'done", (at) => `${holds(plan.steps.length, 'after')}${at}`);
}

/** What a plan's verifying script has to print. */
export function verified(plan: Plan): string[] {
  return plan.steps.flatMap((step) => [`${step.id} before no`, `${step.id} after yes`]);
}

export function reports(stdout: string): string[] {
  return stdout.split('\n').filter((line) => / (?:before|after) (?:yes|no)$/.test(line));
}
