import { buildAction } from '../../src/planner/act.ts';
import type { StackRequest } from '../../src/planner/request.ts';
import type { ActionName } from '../../src/providers/provider.ts';
import { bash } from '../../src/render/bash.ts';
import { createOutline, Names, singleUndo } from '../../src/render/outline.ts';
import { TODAY } from '../support/plans.ts';
import { interrupted } from './harness.ts';

/** An action on some resources of a plan, and the requests by which it changes something. */
export interface ActionCase {
  readonly resources: readonly object[];
  readonly action: ActionName;
  readonly more?: { readonly target?: readonly string[]; readonly newName?: string; readonly snapshots?: boolean };
  /** In order, as method and path without ids. */
  readonly writes: readonly string[];
}

export interface ActionTexts {
  readonly script: string;
  /** The script, made to stop right after step k (counted from 1). */
  interrupted(k: number): string;
  /** The steps as a person pastes them, one after the other. */
  readonly pasted: string;
  readonly steps: number;
  /** What takes each step back that can be, the last one first. */
  readonly undo: string;
}

/** The bash texts of an action, as generate_provision_command gives them. */
export async function actionTexts(
  request: StackRequest,
  action: ActionName,
  more: { readonly target?: readonly string[]; readonly newName?: string; readonly snapshots?: boolean } = {},
  today = TODAY,
): Promise<ActionTexts> {
  const plan = await buildAction({ snapshots: true, ...request, ...more, action }, today);
  const names = new Names(plan.steps);
  const chapters = createOutline(plan, names, { resumable: true });
  const script = bash.createScript(plan, chapters, names, [action]);
  return {
    script,
    interrupted: (k) => interrupted(script, k),
    pasted: createOutline(plan, names, { resumable: false })
      .map((chapter) => bash.paste(chapter.statements, names))
      .join('\n'),
    steps: chapters.length,
    undo: [...plan.steps]
      .reverse()
      .flatMap((step) => (step.undo === undefined ? [] : [bash.paste(singleUndo(step, names, { rescue: false, backups: true }), names)]))
      .join('\n'),
  };
}
