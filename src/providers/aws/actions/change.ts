import { type Query, query } from '../../../core/command.ts';
import type { Patient, Step } from '../../../core/plan.ts';
import { changesOf } from '../../change.ts';
import type { Arg, Context } from '../../provider.ts';
import { filter, step, text } from '../cli.ts';

export const change = changesOf('aws');

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
