import { type Query, query } from '../../../core/command.ts';
import type { Effect, Patient, Step } from '../../../core/plan.ts';
import type { Arg, Context } from '../../provider.ts';
import { filter, step, text } from '../cli.ts';

/** A change of something that is there: done where the query prints something, which it is to do afterwards too. */
export function change(
  cx: Context,
  part: string,
  title: string,
  done: Query,
  create: Step['create'],
  effects: readonly Effect[],
  more: Pick<Step, 'wait' | 'undo' | 'hint' | 'outputs' | 'patience' | 'captures' | 'keep'> = {},
): Step {
  return step(cx, part, { title, find: done, create, verify: { query: done }, effects, ...more });
}

/** Waits until a query prints this value. */
export const until = (done: Query, expect: Arg, seconds: number): Patient => ({ ...done, expect, seconds });

/** Something that is looked up in place of the resource itself, because a change may have left it under another name. */
export function there(cx: Context, part: string, title: string, found: Query, outputs?: Step['outputs']): Step {
  const key = { find: found, create: found.command, there: true, captures: true, verify: { query: found }, effects: [] } as const;
  return step(cx, part, { title, ...key, ...(outputs === undefined ? {} : { outputs }) });
}

/** Prints the id of an instance while a condition of JMESPath holds of it. */
export function instance(cx: Context, id: Arg, condition: Arg): Query {
  const select: Arg = ['Reservations[].Instances[?', ...(Array.isArray(condition) ? condition : [condition]), '][].InstanceId'];
  return query(text(cx, select, 'ec2 describe-instances', '--filters', filter('instance-id', id)));
}
