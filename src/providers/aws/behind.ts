import type { Step } from '../../core/plan.ts';
import type { Spec } from '../../resources/index.ts';
import type { Atom, Context } from '../provider.ts';
import { fromGroups, groupOf, groupRules } from './firewall.ts';
import { networkOf } from './network.ts';

/** How something that comes and goes is put behind a load balancer: its target groups, and the rule that lets it in. */
export interface Behind {
  readonly steps: readonly Step[];
  readonly targetGroups: readonly Atom[];
  /** What has to be there first: AWS refuses a target group that no load balancer uses. */
  readonly after: readonly string[];
}

/** `ports`: those on which it is reached; by default what the load balancer's services name. */
export function behind(
  cx: Context,
  spec: Spec<'autoscaling_group' | 'container_service'>,
  network: string,
  ports?: readonly number[],
): Behind {
  const lb = cx.spec('load_balancer', spec.loadBalancer as string);
  const there = cx.regionOf(lb);
  if (there !== cx.region)
    cx.fail('loadBalancer', {
      message: `load balancer ${lb.name} is in ${there}, and this in ${cx.region}; both have to be in one region.`,
    });
  if (networkOf(cx, lb) !== network)
    cx.fail('loadBalancer', {
      message: `load balancer ${lb.name} is not in network ${network}, where this is, so it could not reach it. Give both the same "network".`,
    });
  if (spec.kind === 'container_service' && lb.targets.length > 0)
    cx.fail('loadBalancer', {
      message: `load balancer ${lb.name} has servers as targets (${lb.targets.join(', ')}); a target group is of servers or of containers. Give the containers one of their own.`,
    });
  const group = groupOf(cx, spec);
  const [firewall] = spec.firewalls;
  const wanted = ports ?? [...new Set(lb.services.map((service) => service.targetPort))].sort((a, b) => a - b);
  const where = firewall === undefined ? `${spec.kind} ${spec.name}` : `firewall ${firewall}`;
  const rule = groupRules(cx, 'reach', {
    group,
    name: `${lb.name}/to-target${ports === undefined ? '' : `-${ports.join('-')}`}`,
    permissions: wanted.map((port) => fromGroups(port, [cx.of('load_balancer', lb.name, 'id', 'group')])),
    title: `let ${lb.name} in at ${where} on ${wanted.join(' and ')}`,
    effects: [{ kind: 'changes', what: `${where} lets load balancer ${lb.name} in on ${wanted.join(' and ')}` }],
  });
  // Of several that share a firewall, the first one opens it: the same rule twice would be refused.
  const shared = firewall !== undefined && ports === undefined ? `load_balancer.${lb.name}.reach-${firewall}` : undefined;
  return {
    steps: [shared === undefined ? rule : { ...rule, id: shared }],
    targetGroups: lb.services.map((service) => cx.of('load_balancer', lb.name, 'id', `to-${service.port}`)),
    after: lb.services.map((service) => `load_balancer.${lb.name}.listener-${service.port}`),
  };
}
