import type { Step } from '../../../core/plan.ts';
import type { Kind, Spec } from '../../../resources/index.ts';
import { renamed } from '../../change.ts';
import type { Act, Arg, Command, Context, Query } from '../../provider.ts';
import { doctl, find, ownName, planTag } from '../cli.ts';
import { change, either, self, there } from './change.ts';
import { nodePool } from './kubernetes.ts';

/** How a kind that can be called otherwise is found by its name, and how it is called. */
export interface Named<K extends Kind> {
  readonly found: (cx: Context, name: string) => Query;
  readonly call: (cx: Context, id: Arg, name: string, spec: Spec<K>) => Command;
  /** What else follows from it: a whole sentence. */
  readonly follows?: (cx: Context, to: string) => string;
  /** What is called after it. */
  readonly parts?: (cx: Context, from: string, to: string) => readonly Step[];
}

/** Done once, looked up under either name after that. Where two things have the two names, the script stops: they are several. */
export function rename<K extends Kind>({ found, call, follows, parts = () => [] }: Named<K>): Act<K> {
  return (spec, cx, { newName }) => {
    const { name: from } = spec;
    const to = newName as string;
    const what = `${spec.kind.replaceAll('_', ' ')} ${from}`;
    renamed(cx, from, to);
    if (follows !== undefined) cx.warn(follows(cx, to));
    return [
      there(cx, cx.id, what, either(found(cx, from), found(cx, to))),
      change(
        cx,
        'rename',
        `call ${from} ${to}`,
        found(cx, to),
        call(cx, self(cx), to, spec),
        [{ kind: 'changes', what: `${what} is called ${to}` }],
        { undo: [call(cx, self(cx), from, spec)] },
      ),
      ...parts(cx, from, to),
    ];
  };
}

export const renameServer = rename<'server'>({
  found: (cx, name) => find('compute droplet', 'ID,Name', [name], '--tag-name', planTag(cx)),
  call: (_cx, id, name) => doctl('compute', 'droplet-action', 'rename', id, '--droplet-name', name, '--wait'),
  follows: (_cx, to) =>
    `the public address of the server answers with ${to} then (reverse DNS); the host name that it has itself stays as it is`,
});

export const renameNetwork = rename<'network'>({
  found: (cx, name) => find('vpcs', 'ID,Name,Description', [name, planTag(cx)]),
  call: (_cx, id, name) => doctl('vpcs', 'update', id, '--name', name),
});

const renameOwnKey = rename<'ssh_key'>({
  found: (cx, name) => find('compute ssh-key', 'ID,Name', [ownName(cx, name)]),
  call: (cx, id, name) => doctl('compute', 'ssh-key', 'update', id, '--key-name', ownName(cx, name)),
});

export const renameKey: Act<'ssh_key'> = (spec, cx, wish) =>
  spec.existing
    ? cx.fail('existing', { message: 'is true: the key is not of this plan, which leaves it as it is.' })
    : renameOwnKey(spec, cx, wish);

export const renameProject = rename<'project'>({
  found: (cx, name) => find('projects', 'ID,Name', [ownName(cx, name)]),
  call: (cx, id, name) => doctl('projects', 'update', id, '--name', ownName(cx, name)),
});

/** Its group of nodes is called after it. */
export const renameCluster = rename<'kubernetes_cluster'>({
  found: (cx, name) => find('kubernetes cluster', 'ID,Name', [ownName(cx, name)]),
  call: (cx, id, name) =>
    doctl(
      'kubernetes',
      'cluster',
      'update',
      id,
      '--cluster-name',
      ownName(cx, name),
      '--update-kubeconfig=false',
      '--set-current-context=false',
    ),
  follows: () =>
    'doctl sets the maintenance window of the cluster to any=00:00 with it, which is what it is where nobody changed it; contexts in your kubeconfig keep their names',
  parts: (cx, from, to) => {
    const pool = (column: string, name: string): Query => nodePool(cx, column, [`${name}-nodes`]);
    // The service wants to be told how many there are; without the tag it would take it away.
    const call = (old: string, fresh: string): Command =>
      doctl(
        ...['kubernetes', 'cluster', 'node-pool', 'update'],
        self(cx),
        `${old}-nodes`,
        ...['--name', `${fresh}-nodes`],
        ...['--count', [{ asked: pool('Count', old) }]],
        ...['--tag', planTag(cx)],
      );
    return [
      change(
        cx,
        'nodes',
        `call its nodes ${to}-nodes`,
        pool('ID', to),
        call(from, to),
        [{ kind: 'changes', what: `the group of nodes ${from}-nodes is called ${to}-nodes; its nodes keep their names` }],
        { undo: [call(to, from)] },
      ),
    ];
  },
});
