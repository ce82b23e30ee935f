import { cidrs, size, text, version, whole, yesNo } from './fields.ts';
import { defineKind } from './kind.ts';

export const kubernetesCluster = defineKind(
  'kubernetes_cluster',
  {
    version: version.optional().describe('the newest where it is left out'),
    nodes: whole(1, 1000).default(2),
    minNodes: whole(0, 1000).optional().describe('with maxNodes: the number of nodes follows the load'),
    maxNodes: whole(1, 1000).optional(),
    size: size.default({ vcpu: 2, memoryGb: 4 }).describe('of a node'),
    network: text.optional(),
    highAvailability: yesNo.default(false).describe('of the control plane'),
    access: cidrs.describe('address ranges that may reach the control plane; everybody who signs in where it is left out'),
  },
  {
    summary: 'a Kubernetes cluster with one group of nodes',
    refs: { network: { to: ['network'] } },
    aliases: ['kubernetes', 'k8s', 'eks', 'doks', 'k3s'],
    rare: true,
  },
);
