import { type Arg, query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { isWorld } from '../../resources/fields.ts';
import type { Spec } from '../../resources/index.ts';
import { rateCost, typeCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, self, step, tagMap, text } from './cli.ts';
import { instanceType, offered } from './machine.ts';
import { natRoutes } from './nat_gateway.ts';
import { sayNetwork, subnet } from './network.ts';
import { managedPolicy, role } from './role.ts';

/** What EKS asks of the role of its nodes: to join, to give pods addresses, to pull images. */
const NODE_POLICIES = ['AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy', 'AmazonEC2ContainerRegistryReadOnly'] as const;
const NODE_GB = 20;
/** What the group of nodes is called. */
export const NODES = 'nodes';

/** No look-up shows tags, so the name says whose it is. */
export const clusterName = (cx: Context, name: string): string => `${cx.plan}--${name}`;

export const findCluster = (cx: Context, name: string) => query(text(cx, `clusters[?@=='${clusterName(cx, name)}']`, 'eks list-clusters'));

/** The fewest and the most nodes that there may be; the number to begin with lies between them. */
export function nodeLimits(cx: Context, spec: Spec<'kubernetes_cluster'>): readonly [least: number, most: number] {
  const [least, most] = [spec.minNodes ?? spec.nodes, spec.maxNodes ?? spec.nodes];
  if (least > spec.nodes || spec.nodes > most)
    cx.fail(least > spec.nodes ? 'minNodes' : 'maxNodes', {
      message: `has to leave room for the ${spec.nodes} nodes that it begins with.`,
    });
  return [least, most];
}

/** EKS with one group of nodes in the private subnets, both with a role of their own. */
export const kubernetesCluster: Emit<'kubernetes_cluster'> = (spec, cx) => {
  const { name } = spec;
  const type = instanceType(cx, spec.size);
  const network =
    sayNetwork(cx, spec) ??
    cx.fail('network', { message: 'is missing; a cluster needs subnets in two zones. Add {"kind":"network","name":"lan"}.' });
  const out = natRoutes(cx, network);
  if (out.length === 0)
    cx.fail('network', {
      message: `${network} has no nat_gateway, by which the nodes reach the cluster and pull their images. Add {"kind":"nat_gateway","name":"out","network":"${network}"}.`,
    });
  const [least, most] = nodeLimits(cx, spec);
  if (spec.version !== undefined && !/^1\.\d{2}$/.test(spec.version))
    cx.fail('version', { message: 'is no version of EKS, which are like 1.33.', given: JSON.stringify(spec.version) });
  for (const [i, range] of spec.access.entries())
    if (!/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(range))
      cx.fail(`access[${i}]`, { message: 'is no range of IPv4 addresses like 203.0.113.0/24.', given: JSON.stringify(range) });
  if (spec.access.length === 0 || spec.access.some(isWorld))
    cx.warn(
      `kubernetes_cluster ${name}: the address of its control plane answers the whole internet, though only who signs in gets further; give "access" the ranges that you come from`,
    );
  cx.assume(
    `kubernetes_cluster ${name}: kubectl is set up by aws eks update-kubeconfig --name ${cx.plan}--${name} --region ${cx.region}; who creates it administers it`,
  );
  const clusterRole = `${cx.plan}--${name}-cluster`;
  const nodeRole = `${cx.plan}--${name}-nodes`;
  const cluster = clusterName(cx, name);
  const own = self(cx);
  const found = findCluster(cx, name);
  const status = query(text(cx, '[cluster.status][]', 'eks describe-cluster', '--name', cluster));
  offered(cx, type, found);
  const privates = [subnet(cx, network, 'private', 0), subnet(cx, network, 'private', 1)];
  const steps: Step[] = [
    role(cx, 'role', { name: clusterRole, service: 'eks', what: `control plane of cluster ${name}` }),
    ...managedPolicy(cx, 'policy', self(cx, 'role'), 'AmazonEKSClusterPolicy'),
    role(cx, 'node-role', { name: nodeRole, service: 'ec2', what: `nodes of cluster ${name}` }),
    ...NODE_POLICIES.flatMap((policy, i) => managedPolicy(cx, `node-policy-${i + 1}`, self(cx, 'node-role'), policy)),
    step(cx, '', {
      title: `Kubernetes cluster ${name}`,
      find: found,
      create: aws(
        cx,
        'eks create-cluster',
        '--name',
        cluster,
        '--role-arn',
        { of: cx.part('role'), out: 'arn' },
        '--resources-vpc-config',
        vpcConfig(cx, network, spec.access),
        ...(spec.version === undefined ? [] : ['--kubernetes-version', spec.version]),
        // Entries of its own API say who may do what; the old way was a file inside the cluster.
        '--access-config',
        'authenticationMode=API,bootstrapClusterCreatorAdminPermissions=true',
        '--upgrade-policy',
        'supportType=STANDARD',
        ...tagMap(cx, name),
      ),
      patience: 120,
      outputs: { id: found, name: cluster },
      wait: [{ command: status.command, expect: 'ACTIVE', seconds: 2400 }],
      verify: { query: status, expect: 'ACTIVE' },
      undo: [{ command: aws(cx, 'eks delete-cluster', '--name', own), seconds: 300 }, aws(cx, 'eks wait cluster-deleted', '--name', own)],
      after: [cx.part('policy')],
      effects: [
        {
          kind: 'creates',
          what: `Kubernetes cluster ${name}${spec.version === undefined ? ' of the newest version' : ` ${spec.version}`}, its control plane in several zones`,
        },
        rateCost(cx, `control plane of ${name}`, 'kubernetes_control_plane'),
      ],
    }),
  ];
  const group = NODES;
  const groups = query(text(cx, `nodegroups[?@=='${group}']`, 'eks list-nodegroups', '--cluster-name', own));
  const state = query(text(cx, '[nodegroup.status][]', 'eks describe-nodegroup', '--cluster-name', own, '--nodegroup-name', group));
  steps.push(
    step(cx, 'nodes', {
      title: `${spec.nodes} nodes of ${name} (${type.id})`,
      find: groups,
      create: aws(
        cx,
        'eks create-nodegroup',
        '--cluster-name',
        own,
        '--nodegroup-name',
        group,
        '--node-role',
        { of: cx.part('node-role'), out: 'arn' },
        '--subnets',
        ...privates,
        '--instance-types',
        type.id,
        '--ami-type',
        type.arch === 'arm' ? 'AL2023_ARM_64_STANDARD' : 'AL2023_x86_64_STANDARD',
        '--disk-size',
        String(NODE_GB),
        '--scaling-config',
        `minSize=${least},maxSize=${most},desiredSize=${spec.nodes}`,
        ...tagMap(cx, `${name}/nodes`),
      ),
      patience: 120,
      outputs: { id: groups },
      wait: [{ command: state.command, expect: 'ACTIVE', seconds: 2400 }],
      verify: { query: state, expect: 'ACTIVE' },
      undo: [
        aws(cx, 'eks delete-nodegroup', '--cluster-name', own, '--nodegroup-name', group),
        aws(cx, 'eks wait nodegroup-deleted', '--cluster-name', own, '--nodegroup-name', group),
      ],
      hint: 'Nodes that do not join within half an hour have no way out, or a type without room: aws eks describe-nodegroup shows it under health.',
      after: [...NODE_POLICIES.map((_, i) => cx.part(`node-policy-${i + 1}`)), ...out],
      effects: [
        { kind: 'creates', what: `${spec.nodes} nodes of ${name}: ${type.id}, in the private subnets of ${network}` },
        typeCost(cx, `nodes of ${name} (${spec.nodes} x ${type.id})`, type, { quantity: spec.nodes }),
        rateCost(cx, `disks of the nodes of ${name} (${spec.nodes} x ${NODE_GB} GB)`, 'volume', spec.nodes * NODE_GB),
      ],
    }),
  );
  if (least !== most)
    cx.warn(
      `kubernetes_cluster ${name}: ${least} to ${most} nodes are what a cluster autoscaler may choose from; EKS itself changes nothing until one runs in it`,
    );
  return steps;
};

function vpcConfig(cx: Context, network: string, access: readonly string[]): Arg {
  return [
    'subnetIds=[',
    subnet(cx, network, 'private', 0),
    ',',
    subnet(cx, network, 'private', 1),
    `],endpointPublicAccess=true,endpointPrivateAccess=true${access.length === 0 ? '' : `,publicAccessCidrs=[${access.join(',')}]`}`,
  ];
}
