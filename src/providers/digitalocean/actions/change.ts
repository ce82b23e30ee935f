import { type Arg, atoms, query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import { changesOf, lookUpsOf } from '../../change.ts';
import { usageCost } from '../../common.ts';
import type { Command, Context, Query } from '../../provider.ts';
import { doctl, find, findName, ownName } from '../cli.ts';

export const change = changesOf('digitalocean');

/** The resource that the action is on. */
export const self = (cx: Context): Arg => ({ of: cx.id, out: 'id' });

/** Something that has to be there before anything is changed. */
export const there = lookUpsOf('digitalocean');

/** What the step before it does as well, where that has anything to do: of a whole that shows itself in two places. */
export const seldom = (step: Step): Step => ({ ...step, seldom: true });

/** Either of two look-ups that ask the same for different values. */
export const either = (one: Query, other: Query): Query =>
  one.pick === undefined || other.pick === undefined ? one : { ...one, pick: { ...one.pick, or: other.pick.equals } };

/** Prints the id of a droplet while a condition of Go's templates holds. */
export const whereas = (droplet: Arg, condition: string): Query =>
  query(doctl('compute', 'droplet', 'get', droplet, '--template', `{{if ${condition}}}{{.ID}}{{end}}`));

/** Prints the id of a droplet while a list of it (`.Tags`) does not hold a value: a column of it would print nothing, too, where it is empty. */
export const without = (droplet: Arg, list: string, value: Arg): Query =>
  query(
    doctl('compute', 'droplet', 'get', droplet, '--template', [
      `{{$on := false}}{{range ${list}}}{{if eq . "`,
      ...atoms(value),
      '"}}{{$on = true}}{{end}}{{end}}{{if not $on}}{{.ID}}{{end}}',
    ]),
  );

/** A tag by which a script finds that something was done, where the thing itself does not show it. */
export const mark = (cx: Context, part: string, tag: string): Step => ({
  ...change(cx, part, `the tag ${tag}`, findName('compute tag', 'Name', tag), doctl('compute', 'tag', 'create', tag), [
    { kind: 'creates', what: `tag ${tag}, by which this script finds that it was done` },
  ]),
  undo: [doctl('compute', 'tag', 'delete', tag, '--force')],
});

/** A copy, under a name of its day and purpose, so that a script can be run again. */
export function copy(
  cx: Context,
  of: string,
  name: string,
  part: string,
  resource: 'droplet' | 'volume',
  create: (name: string) => Command,
): Step {
  const full = ownName(cx, name);
  const found = find('compute snapshot', 'ID,Name', [full], '--resource', resource);
  const what =
    resource === 'droplet'
      ? `snapshot of ${of}'s own disk as it is while it runs; attached volumes are not in it`
      : `snapshot of volume ${of}`;
  return {
    ...change(
      cx,
      part,
      `snapshot ${full}`,
      found,
      create(full),
      [{ kind: 'creates', what }, usageCost(cx, `snapshot ${name}`, 'snapshot', 'per GB of what is really held, until it is deleted')],
      { wait: [{ ...found, seconds: 3600 }] },
    ),
    undo: [doctl('compute', 'snapshot', 'delete', { of: cx.part(part), out: 'id' }, '--force')],
    keep: true,
  };
}
