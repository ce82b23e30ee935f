import type { Kind } from '../resources/index.ts';
import type { ActionName, Provider } from './provider.ts';

const LOCKABLE: readonly Kind[] = [
  'network',
  'server',
  'volume',
  'load_balancer',
  'database',
  'bucket',
  'static_ip',
  'dns_zone',
  'snapshot',
  'kubernetes_cluster',
  'file_system',
];
const MOVABLE: readonly Kind[] = ['volume', 'static_ip', 'firewall', 'network'];

/**
 * The kinds that a person would expect each action of, on whatever cloud: what can be larger, be moved, be copied, be called
 * otherwise, be kept from deletion, have its key changed. A provider has a function for such a pair, or says why not
 * (`Provider.cannot`), so that nobody is left guessing whether it was forgotten.
 */
export const meant: { readonly [A in ActionName]: readonly Kind[] } = {
  resize: [
    'server',
    'volume',
    'load_balancer',
    'database',
    'database_replica',
    'cache',
    'autoscaling_group',
    'container',
    'container_service',
    'kubernetes_cluster',
    'file_system',
  ],
  attach: MOVABLE,
  detach: MOVABLE,
  snapshot: ['server', 'volume', 'database', 'container', 'cache', 'file_system'],
  restore: ['snapshot'],
  rename: [
    'ssh_key',
    'network',
    'firewall',
    'server',
    'volume',
    'load_balancer',
    'database',
    'static_ip',
    'certificate',
    'container',
    'cache',
    'placement_group',
    'kubernetes_cluster',
    'file_system',
    'project',
  ],
  protect: LOCKABLE,
  unprotect: LOCKABLE,
  rotate: ['ssh_key', 'database', 'database_user', 'bucket', 'cache', 'kubernetes_cluster', 'secret', 'kms_key', 'swarm'],
};

/** What undoes what: one reason holds for both. */
const OPPOSITE: { readonly [A in ActionName]?: ActionName } = { unprotect: 'protect', detach: 'attach' };

/** Why a provider does not do something with a kind; undefined where it does, or where nobody would expect it. */
export function whyNot({ cannot }: Provider, action: ActionName, kind: Kind): string | undefined {
  const opposite = OPPOSITE[action];
  return cannot[action]?.[kind] ?? (opposite === undefined ? undefined : cannot[opposite]?.[kind]);
}
