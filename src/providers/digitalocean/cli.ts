import { type Arg, atoms, type Command, type Query, query } from '../../core/command.ts';
import type { AnySpec } from '../../resources/index.ts';
import { program } from '../common.ts';
import type { Context } from '../provider.ts';

export const doctl = program('doctl');

/** The tag of everything in a plan that takes tags. It is left behind, empty: other stacks of that plan's name may live by it. */
export const planTag = (cx: Context): string => `plan:${cx.plan}`;

/** A tag by which a firewall or a load balancer picks its droplets. A colon is in no name, so no two plans share one. */
export const ownTag = (cx: Context, kind: 'firewall' | 'load-balancer', name: string): string => `${kind}:${cx.plan}:${name}`;

/** The name in the cloud of what takes neither tag nor description: the plan has to be in it, or two plans would share it. */
export const ownName = (cx: Context, name: string): string => `${cx.plan}--${name}`;

/**
 * Prints the first column of the line whose other columns are these values, and nothing where there is none. Names
 * have no spaces, so columns hold; `get` fails where something is absent, which could not be told from a failing network.
 */
export function find(noun: string, columns: string, values: readonly Arg[], ...more: Arg[]): Query {
  return query(doctl(...noun.split(' '), 'list', ...more, '--format', columns, '--no-header'), {
    column: values.length === 1 ? 2 : values.map((_, i) => i + 2),
    equals: values.flatMap((value, i) => (i === 0 ? atoms(value) : [' ', ...atoms(value)])),
    print: 1,
  });
}

/** The same for what is known by its name alone. */
export function findName(noun: string, column: string, name: string): Query {
  return query(doctl(...noun.split(' '), 'list', '--format', column, '--no-header'), { column: 1, equals: name, print: 1 });
}

/** One value of something that exists. */
export function get(noun: string, id: Arg, column: string): Command {
  return doctl(...noun.split(' '), 'get', id, '--format', column, '--no-header');
}

/** Networks, volumes, addresses and load balancers serve their own region only. */
export function sameRegion(cx: Context, other: AnySpec, field: string): void {
  const there = cx.regionOf(other);
  if (there === cx.region) return;
  cx.fail(field, {
    message: `${other.kind} ${other.name} is in ${there} and this in ${cx.region}; both have to be in one region.`,
    given: JSON.stringify(other.name),
  });
}
