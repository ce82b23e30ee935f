import { type Arg, type Command, type Query, query } from '../../core/command.ts';
import { program } from '../common.ts';
import type { Context } from '../provider.ts';

export const hcloud = program('hcloud');

/** The labels that everything in a plan carries. */
export function labels(cx: Context, name: string): Arg[] {
  return ['--label', `plan=${cx.plan}`, '--label', `name=${name}`];
}

/**
 * Looks a resource up by the plan's labels. `list` answers with nothing where it does not exist, while `describe`
 * fails, which could not be told from a failing network.
 */
export function find(cx: Context, noun: string, name: string, column = 'id', ...more: Arg[]): Query {
  return query(
    hcloud(...noun.split(' '), 'list', '--selector', `plan=${cx.plan},name=${name}`, ...more, '-o', 'noheader', '-o', `columns=${column}`),
  );
}

/** One value of a resource that exists, by a Go template over the client library's struct. */
export function describe(noun: string, name: Arg, template: string | readonly Arg[]): Command {
  const format = typeof template === 'string' ? `format=${template}` : (['format=', ...template] as Arg);
  return hcloud(...noun.split(' '), 'describe', name, '-o', format);
}
