import { type Arg, query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import { changesOf, lookUpsOf } from '../../change.ts';
import type { Context } from '../../provider.ts';
import { describe, hcloud } from '../cli.ts';

/* What the actions on Hetzner share. */

export const change = changesOf('hetzner');
export const there = lookUpsOf('hetzner');

/** A condition of Go's templates on what hcloud describes, with ids of other things in it. */
export type Condition = string | readonly Arg[];

const parts = (text: Condition): readonly Arg[] => (typeof text === 'string' ? [text] : text);

/** Prints the id of a server while a condition holds. */
export const whereas = (name: Arg, condition: Condition): Step['find'] =>
  query(describe('server', name, ['{{if ', ...parts(condition), '}}{{.ID}}{{end}}']));

/** Off, changed, on again: the three steps that a change of a stopped server takes. `self`: how it is referred to, if by another resource. */
export function stopped(cx: Context, name: string, done: Condition, why: string, steps: readonly Step[], self: Arg = name): Step[] {
  const off = whereas(self, ['or (', ...parts(done), ') (eq .Status "off")']);
  const on = whereas(self, 'eq .Status "running"');
  return [
    change(cx, 'off', `shut ${name} down`, off, hcloud('server', 'shutdown', '--wait', self), [
      { kind: 'interrupts', what: `server ${name} is down ${why}` },
    ]),
    ...steps,
    change(cx, 'on', `start ${name}`, on, hcloud('server', 'poweron', self), [{ kind: 'changes', what: `server ${name} runs again` }]),
  ];
}
