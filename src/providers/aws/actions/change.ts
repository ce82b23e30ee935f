import { type Query, query } from '../../../core/command.ts';
import type { Patient, Step } from '../../../core/plan.ts';
import { changesOf, lookUpsOf } from '../../change.ts';
import type { Arg, Context } from '../../provider.ts';
import { filter, text } from '../cli.ts';

export const change = changesOf('aws');
const lookUp = lookUpsOf('aws');

/** Waits until a query prints this value. */
export const until = (done: Query, expect: Arg, seconds: number): Patient => ({ ...done, expect, seconds });

/** Something that is looked up in place of the resource itself, because a change may have left it under another name. */
export function there(cx: Context, part: string, title: string, found: Query, outputs?: Step['outputs']): Step {
  return lookUp(cx, part === '' ? cx.id : cx.part(part), title, found, outputs);
}

/** Prints the id of an instance while a condition of JMESPath holds of it. */
export function instance(cx: Context, id: Arg, condition: Arg): Query {
  const select: Arg = ['Reservations[].Instances[?', ...(Array.isArray(condition) ? condition : [condition]), '][].InstanceId'];
  return query(text(cx, select, 'ec2 describe-instances', '--filters', filter('instance-id', id)));
}
