import { type Arg, query } from '../../../core/command.ts';
import type { Effect } from '../../../core/plan.ts';
import { serverType, typeCost } from '../../common.ts';
import type { Act, Context, Query } from '../../provider.ts';
import { doctl, find, planTag } from '../cli.ts';
import { limits } from '../kubernetes_cluster.ts';
import { change, seldom, self, there } from './change.ts';

/** A column of the group of nodes that has these values in the columns after it: `ID` and its name. */
export const nodePool = (cx: Context, column: string, values: readonly Arg[], more = ''): Query =>
  find('kubernetes cluster node-pool', `${column},Name${more}`, values, self(cx));

/** More nodes or fewer, or other limits between which the cluster moves by itself. Their size is theirs for life. */
export const resizeKubernetes: Act<'kubernetes_cluster'> = (spec, cx) => {
  const type = serverType(cx, spec.size);
  const { scaled, min, max } = limits(spec, cx);
  const { name } = spec;
  const group = `${name}-nodes`;
  const pool = cx.part('pool');
  const update = (...how: Arg[]) =>
    doctl('kubernetes', 'cluster', 'node-pool', 'update', self(cx), group, '--name', group, ...how, '--tag', planTag(cx));
  const cost = typeCost(cx, `nodes of ${name} (${scaled ? min : spec.nodes} x ${type.id})`, type, {
    quantity: scaled ? min : spec.nodes,
    note: scaled ? `at ${min} of at most ${max}, in place of their former price` : 'in place of their former price',
  });
  const fewer: Effect = {
    kind: 'interrupts',
    what: `what runs on nodes of ${name} that are taken away, where there are fewer of them: it is started again on the others, if they have room`,
  };
  const found = there(cx, pool, `the nodes of ${name}, of the size ${type.id}`, nodePool(cx, 'ID', [group, type.id], ',Size'));
  cx.warn(
    `the nodes of ${name} keep their size: doctl kubernetes cluster node-pool create makes others beside them, and node-pool delete takes the old ones away`,
  );
  if (!scaled)
    return [
      found,
      change(
        cx,
        'resize',
        `${spec.nodes} nodes for ${name}`,
        nodePool(cx, 'ID', [group, type.id, String(spec.nodes)], ',Size,Count'),
        update('--count', String(spec.nodes), '--auto-scale=false'),
        [fewer, { kind: 'changes', what: `cluster ${name} has ${spec.nodes} nodes` }, cost],
      ),
    ];
  // No column shows them. What is written last in the answer has no comma after it.
  const has = (field: string, value: number): Query =>
    query(doctl('kubernetes', 'cluster', 'node-pool', 'get', self(cx), group, '-o', 'json'), {
      column: [1, 2],
      equals: `"${field}": ${value},`,
      or: `"${field}": ${value}`,
      print: 1,
    });
  const both = update('--auto-scale=true', '--min-nodes', String(min), '--max-nodes', String(max));
  return [
    found,
    change(cx, 'min', `at least ${min} nodes for ${name}`, has('min_nodes', min), both, [
      fewer,
      { kind: 'changes', what: `cluster ${name} has ${min} to ${max} nodes, as many as what runs on it asks for` },
      cost,
    ]),
    seldom(
      change(cx, 'max', `at most ${max} nodes for ${name}`, has('max_nodes', max), both, [
        fewer,
        { kind: 'changes', what: `cluster ${name} has at most ${max} nodes` },
      ]),
    ),
  ];
};
