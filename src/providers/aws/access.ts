import type { Step } from '../../core/plan.ts';
import type { Context } from '../provider.ts';
import { self } from './cli.ts';
import { fromGroups, fromRanges, groupOf, groupRules } from './firewall.ts';
import { networkOf } from './network.ts';

interface Private {
  readonly name: string;
  readonly access: readonly string[];
}

/** Who may connect to something private on its port: the servers that are named, or else the whole network; never the internet. */
export function reach(cx: Context, spec: Private, what: string, network: string | undefined, port: number): Step {
  for (const [i, name] of spec.access.entries()) {
    const server = cx.spec('server', name);
    if (cx.regionOf(server) !== cx.region)
      cx.fail(`access[${i}]`, {
        message: `server ${name} is in ${cx.regionOf(server)} and the ${what} in ${cx.region}; both have to be in one network.`,
      });
    if (networkOf(cx, server) !== network)
      cx.fail(`access[${i}]`, {
        message: `server ${name} is not in ${network === undefined ? 'the default VPC' : `network ${network}`}, where the ${what} is, so it could not connect. Put both into one network.`,
      });
  }
  const cidr = network === undefined ? undefined : cx.spec('network', network).cidr;
  if (spec.access.length === 0 && cidr === undefined)
    cx.fail('access', { message: 'is missing; name the servers that may connect, like ["web1"].' });
  const groups = [...new Map(spec.access.map((name) => groupOf(cx, cx.spec('server', name))).map((group) => [group.of, group])).values()];
  if (groups.length === 0)
    cx.assume(`${what} ${spec.name}: everything in network ${network} (${cidr}) may connect, since "access" names no servers`);
  const who = groups.length > 0 ? spec.access.join(', ') : `network ${network}`;
  return groupRules(cx, 'access', {
    group: self(cx, 'group'),
    name: `${spec.name}/access`,
    permissions: [groups.length > 0 ? fromGroups(port, groups) : fromRanges(port, [cidr as string])],
    title: `let ${who} reach ${spec.name} on ${port}`,
    within: cx.part('group'),
    effects: [{ kind: 'changes', what: `${who} may connect to ${what} ${spec.name} on ${port}` }],
  });
}
