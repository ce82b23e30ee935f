import type { Arg } from '../../core/command.ts';
import type { Spec } from '../../resources/index.ts';
import { cost, serverType, typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { doctl, find, ownName, planTag, sameRegion } from './cli.ts';

const PRICES = 'https://docs.digitalocean.com/products/kubernetes/details/pricing/';

/** The user's own kubeconfig is not touched: fetching it is a command that is said. */
export const kubernetesCluster: Emit<'kubernetes_cluster'> = (spec, cx) => {
  const type = serverType(cx, spec.size);
  const { scaled, min, max } = limits(spec, cx);
  const name = ownName(cx, spec.name);
  const pool = [`name=${spec.name}-nodes`, `size=${type.id}`, `count=${spec.nodes}`, `tag=${planTag(cx)}`];
  if (scaled) pool.push('auto-scale=true', `min-nodes=${min}`, `max-nodes=${max}`);
  const args: Arg[] = ['--region', cx.region, '--version', versionOf(spec.version), '--node-pool', pool.join(';')];
  if (spec.network !== undefined) {
    sameRegion(cx, cx.spec('network', spec.network), 'network');
    args.push('--vpc-uuid', cx.of('network', spec.network));
  }
  if (spec.highAvailability) args.push('--ha');
  if (spec.access.length > 0)
    args.push('--enable-control-plane-firewall', '--control-plane-firewall-allowed-addresses', spec.access.join(','));
  else
    cx.warn(
      `the API of cluster ${spec.name} can be reached from everywhere by who has its credentials; "access" names the addresses that may`,
    );
  if (spec.version === undefined) cx.assume(`cluster ${spec.name}: the newest version that DigitalOcean offers on the day`);
  const found = find('kubernetes cluster', 'ID,Name', [name]);
  const self = { of: cx.id, out: 'id' };
  const status = find('kubernetes cluster', 'Status,Name', [name]);
  cx.warn(
    `doctl kubernetes cluster kubeconfig save ${name} puts its credentials into your kubeconfig. Load balancers and volumes that it makes by itself stay when it is removed: doctl kubernetes cluster list-associated-resources ${name} shows them`,
  );
  return [
    {
      id: cx.id,
      title: `Kubernetes cluster ${spec.name} (${spec.nodes} x ${type.id})`,
      resource: cx.id,
      provider: 'digitalocean',
      find: found,
      create: doctl(
        'kubernetes',
        'cluster',
        'create',
        name,
        ...args,
        '--tag',
        planTag(cx),
        '--update-kubeconfig=false',
        '--set-current-context=false',
        '--wait=false',
      ),
      wait: [{ ...status, expect: 'running', seconds: 1800 }],
      outputs: { id: found, name },
      verify: { query: status, expect: 'running' },
      undo: [doctl('kubernetes', 'cluster', 'delete', self, '--force', '--update-kubeconfig=false')],
      effects: [
        {
          kind: 'creates',
          what: `Kubernetes cluster ${name}, ${scaled ? `${min} to ${max}` : spec.nodes} nodes of ${type.vcpu} vCPU and ${type.memoryGb} GB, ${cx.region}`,
        },
        typeCost(cx, `nodes of ${spec.name} (${spec.nodes} x ${type.id})`, type, { quantity: spec.nodes }),
        ...(spec.highAvailability
          ? [cost(cx, `highly available control plane of ${spec.name}`, undefined, undefined, undefined, PRICES)]
          : []),
      ],
    },
  ];
};

/** Whether the number of nodes follows the load, and between what. */
export function limits(spec: Spec<'kubernetes_cluster'>, cx: Context): { scaled: boolean; min: number; max: number } {
  const scaled = spec.minNodes !== undefined || spec.maxNodes !== undefined;
  const [min, max] = [spec.minNodes ?? 1, spec.maxNodes ?? spec.nodes];
  if (scaled && (min < 1 || min > max)) cx.fail('minNodes', { message: `has to be between 1 and maxNodes (${max}).`, given: String(min) });
  return { scaled, min, max };
}

/** Its own names have a suffix of their build, like 1.33.1-do.3: without it, the newest of that line cannot be named. */
const versionOf = (version: string | undefined): string => version ?? 'latest';
