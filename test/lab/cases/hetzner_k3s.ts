import type { Inventory } from '../harness.ts';
import type { Subject } from '../life.ts';
import { KEY, LAN, stack } from './hetzner.ts';

const K8S = { kind: 'kubernetes_cluster', name: 'k8s', version: '1.34.1', size: 'cx23', access: '203.0.113.7' };
const NODE: Inventory = {
  firewall: ['k8s-nodes'],
  primary_ip: ['primary_ip-k8s-1-ipv4', 'primary_ip-k8s-1-ipv6'],
  protected: ['k8s-1 by k8s-nodes'],
  server: ['k8s-1'],
  ssh_key: ['deploy'],
};

const KINDS: Readonly<Record<string, { resources: readonly object[]; state: Inventory }>> = {
  kubernetes_cluster: {
    resources: [{ ...K8S, nodes: 3, network: 'lan' }, LAN, KEY],
    state: {
      ...NODE,
      joined: ['k8s-1 in lan', 'k8s-2 in lan', 'k8s-3 in lan'],
      network: ['lan'],
      primary_ip: ['k8s-1', 'k8s-2', 'k8s-3'].flatMap((name) => [`primary_ip-${name}-ipv4`, `primary_ip-${name}-ipv6`]),
      protected: ['k8s-1 by k8s-nodes', 'k8s-2 by k8s-nodes', 'k8s-3 by k8s-nodes'],
      server: ['k8s-1', 'k8s-2', 'k8s-3'],
      subnet: ['lan eu-central 10.1.0.0/16'],
    },
  },
};

export const k3sSubjects: Readonly<Record<string, Subject>> = Object.fromEntries(
  Object.entries(KINDS).map(([kind, { resources, state }]) => [kind, { request: stack(resources), state }]),
);
