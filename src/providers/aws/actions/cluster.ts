import { query } from '../../../core/command.ts';
import type { Step } from '../../../core/plan.ts';
import { protection } from '../../change.ts';
import { typeCost } from '../../common.ts';
import type { Act, Context } from '../../provider.ts';
import { aws, self, text } from '../cli.ts';
import { clusterName, findCluster, NODES, nodeLimits } from '../kubernetes_cluster.ts';
import { instanceType } from '../machine.ts';
import { change, there, until } from './change.ts';

/** The cluster alone: what it stands on is of no matter to what is done with it. */
const cluster = (cx: Context, name: string): Step => ({
  ...there(cx, '', `cluster ${name}`, findCluster(cx, name)),
  id: cx.id,
});

const described = (cx: Context, condition: string) =>
  query(text(cx, `[cluster][?${condition}].name`, 'eks describe-cluster', '--name', self(cx)));

/** Other limits and another number of nodes; their type is that of their group, which keeps it. */
export const resizeCluster: Act<'kubernetes_cluster'> = (spec, cx) => {
  const { name, nodes } = spec;
  const [least, most] = nodeLimits(cx, spec);
  const type = instanceType(cx, spec.size);
  const group = (condition: string) =>
    query(
      text(cx, `[nodegroup][?${condition}].nodegroupName`, 'eks describe-nodegroup', '--cluster-name', self(cx), '--nodegroup-name', NODES),
    );
  const wanted = `scalingConfig.desiredSize==\`${nodes}\`&&scalingConfig.minSize==\`${least}\`&&scalingConfig.maxSize==\`${most}\``;
  cx.warn(
    `the nodes of ${name} keep their type: EKS gives a group of nodes one for good. For another, aws eks create-nodegroup makes a second group; when its nodes are ready, aws eks delete-nodegroup --nodegroup-name ${NODES} moves the pods there`,
  );
  return [
    cluster(cx, name),
    change(
      cx,
      'resize',
      `${nodes} nodes of ${name}`,
      group(wanted),
      aws(
        cx,
        'eks update-nodegroup-config',
        '--cluster-name',
        self(cx),
        '--nodegroup-name',
        NODES,
        '--scaling-config',
        `minSize=${least},maxSize=${most},desiredSize=${nodes}`,
      ),
      [
        {
          kind: 'interrupts',
          what: `pods of ${name}, where it had more nodes before: each node that goes is drained first, and its pods start on another, if there is room`,
        },
        { kind: 'changes', what: `cluster ${name} has ${nodes} nodes, and at least ${least}, at most ${most}` },
        typeCost(cx, `nodes of ${name} (${nodes} x ${type.id})`, type, {
          quantity: nodes,
          note: 'in place of their former price, if they are of this type',
        }),
      ],
      { wait: [until(group(`${wanted}&&status=='ACTIVE'`), NODES, 2400)] },
    ),
  ];
};

/** Whether the API may delete a cluster. */
export function protectCluster(on: boolean): Act<'kubernetes_cluster'> {
  return (spec, cx) => {
    const { name } = spec;
    const call = (want: boolean) =>
      aws(cx, 'eks update-cluster-config', '--name', clusterName(cx, name), want ? '--deletion-protection' : '--no-deletion-protection');
    const what = on
      ? `cluster ${name} cannot be deleted until it is unprotected, by a teardown of its plan neither`
      : `cluster ${name} can be deleted`;
    const done = described(cx, `${on ? '' : '!'}deletionProtection`);
    return [cluster(cx, name), ...protection(change, cx, name, on, what, done, call)];
  };
}
