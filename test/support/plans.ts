import { type Arg, type Atom, atoms, type Command, commandAtoms } from '../../src/core/command.ts';
import { InputError } from '../../src/core/errors.ts';
import { isPatient, type Plan, type Step } from '../../src/core/plan.ts';
import { buildPlan } from '../../src/planner/build.ts';
import type { StackRequest } from '../../src/planner/request.ts';
import { Names } from '../../src/render/outline.ts';
import type { Word } from '../grammar/check.ts';

/** The day on which every test is run. */
export const TODAY = '2026-11-23';

export function plan(request: StackRequest): Promise<Plan> {
  return buildPlan(request, TODAY);
}

/** What a plan is refused for, a line each; `accepted` where it is not. */
export async function refusal(made: Promise<Plan>): Promise<string> {
  try {
    await made;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.problems.map(({ field, message }) => `${field} ${message}`).join('\n');
  }
  return 'accepted';
}

/** Every command that a plan can print, for whatever action, with the step it belongs to. */
export function* commandsOf(plan: Plan): Generator<{ readonly from: string; readonly command: Command }> {
  for (const access of plan.access) yield { from: `access ${access.provider}`, command: access.command };
  for (const one of plan.preflight) yield { from: one.title, command: one.check.query.command };
  for (const step of plan.steps) {
    const commands = [step.find.command, ...(step.own === undefined ? [] : [step.own.command]), step.create, step.verify.query.command];
    for (const action of [...(step.wait ?? []), ...(step.undo ?? []), ...(step.rescue ?? [])])
      commands.push(isPatient(action) ? action.command : action);
    for (const output of Object.values(step.outputs ?? {})) if (typeof output !== 'string') commands.push(output.command);
    for (const command of commands) {
      yield { from: step.id, command };
      for (const atom of commandAtoms(command))
        if (typeof atom === 'object' && 'asked' in atom) yield { from: step.id, command: atom.asked.command };
    }
  }
}

/** A command's argv as far as it is known when the plan is written. */
export function words(command: Command, steps: readonly Step[]): Word[] {
  const names = new Names(steps);
  const text = (atom: Atom): string | undefined => {
    if (typeof atom === 'string') return atom;
    if (!('of' in atom)) return undefined;
    const value = names.resolve(atom);
    return 'text' in value ? value.text : undefined;
  };
  const word = (arg: Arg): Word => {
    const pieces = atoms(arg).map(text);
    const unknown = pieces.indexOf(undefined);
    return unknown === -1 ? pieces.join('') : { unknown: true, prefix: pieces.slice(0, unknown).join('') };
  };
  return [command.program, ...command.args.map(word)];
}
