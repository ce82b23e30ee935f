import type { Step } from '../../../core/plan.ts';
import type { Kind, Spec } from '../../../resources/index.ts';
import { renamed } from '../../change.ts';
import type { Act, Arg, Context } from '../../provider.ts';
import { aws, find, self } from '../cli.ts';
import { change, there } from './change.ts';

/** An EC2 call that lists things, and where it has their ids. */
export interface Listed {
  readonly call: string;
  readonly ids: string;
  readonly more?: readonly string[];
}

/** A thing that belongs to the resource, and is called after it: the root volume `web1/root` of `web1`. */
export interface Part extends Listed {
  /** Left out where it has the very name of the resource: a network's gateway. */
  readonly suffix?: string;
  readonly what: string;
}

const tagged = (name: string): Arg[] => ['--tags', `Key=Name,Value=${name}`];

/** On EC2 a name is a tag, and by the tag a plan finds what is its own. */
export function rename<K extends Kind>(main: Listed, parts: (spec: Spec<K>, cx: Context) => readonly Part[], note = ''): Act<K> {
  return (spec, cx, { newName }) => {
    const from = spec.name;
    const to = newName as string;
    const what = `${spec.kind.replaceAll('_', ' ')} ${from}`;
    renamed(cx, from, to);
    return [
      // Under either name: the script may have been here before.
      { ...there(cx, '', what, find(cx, main.call, main.ids, `${from},${to}`, ...(main.more ?? []))), id: cx.id },
      change(
        cx,
        'rename',
        `call ${from} ${to}`,
        find(cx, main.call, main.ids, to, ...(main.more ?? [])),
        aws(cx, 'ec2 create-tags', '--resources', self(cx), ...tagged(to)),
        [{ kind: 'changes', what: `${what} is called ${to}${note}` }],
      ),
      ...parts(spec, cx).map((part) => renamedPart(cx, part, from, to)),
    ];
  };
}

/** Done where nothing has the old name. */
export function renamedPart(cx: Context, { call, ids, suffix, what, more = [] }: Part, from: string, to: string): Step {
  const [old, fresh] = [from, to].map((name) => (suffix === undefined ? name : `${name}/${suffix}`)) as [string, string];
  const found = find(cx, call, ids, old, ...more);
  const none = find(cx, call, `[length(${ids})][?@==\`0\`]`, old, ...more);
  return change(
    cx,
    `${what.replaceAll(' ', '-')}-renamed`,
    `call ${what} ${fresh}`,
    none,
    aws(cx, 'ec2 create-tags', '--resources', [{ asked: found }], ...tagged(fresh)),
    [{ kind: 'changes', what: `${what} of ${from} is called ${fresh}` }],
  );
}
