import { InputError, show } from '../core/errors.ts';
import { parse } from '../core/parse.ts';
import type { ProviderId } from '../providers/provider.ts';
import { type AnySpec, kindDef, type Spec } from '../resources/index.ts';
import type { Resource } from './request.ts';

type Server = Resource & { readonly spec: Spec<'server'> };

/**
 * Gives every server a way in and a closed door. A cloud's own defaults are a password by mail and every port open;
 * here a server that names no key gets the plan's keys, and one that names no firewall gets the plan's one, or one
 * that lets nothing in. What was filled in is said.
 */
export function complete(
  given: readonly Resource[],
  plan: string,
  hasServers: (provider: ProviderId) => boolean,
): { readonly resources: Resource[]; readonly assumptions: string[] } {
  const resources = [...given];
  const assumptions: string[] = [];
  // Listed once, because ten thousand servers ask.
  const lists = new Map<string, AnySpec[]>();
  const note = ({ provider, spec }: Resource): void => {
    const key = `${provider} ${spec.kind}`;
    const list = lists.get(key);
    if (list === undefined) lists.set(key, [spec]);
    else list.push(spec);
  };
  for (const one of given) if (one.spec.kind === 'ssh_key' || one.spec.kind === 'firewall') note(one);
  const ownKeys = given.some((one) => one.spec.kind === 'ssh_key');
  const of = <K extends 'ssh_key' | 'firewall'>(kind: K, provider: ProviderId): Spec<K>[] =>
    (lists.get(`${provider} ${kind}`) ?? []) as Spec<K>[];
  const add = (provider: ProviderId, spec: Record<string, unknown> & { readonly kind: 'ssh_key' | 'firewall' }, at: Resource): string => {
    const taken = new Set(resources.map((one) => one.id));
    const name = taken.has(`${spec.kind}.${spec.name}`) ? `${spec.name}-${provider}` : (spec.name as string);
    const full = parse(kindDef(spec.kind).schema, {
      ...spec,
      name,
      provider,
      ...(at.spec.region === undefined ? {} : { region: at.spec.region }),
    }) as AnySpec;
    const resource = { spec: full, provider, id: `${spec.kind}.${name}`, field: at.field };
    resources.push(resource);
    note(resource);
    return name;
  };
  for (const [i, resource] of given.entries()) {
    // Where there are no servers, the refusal says so by itself.
    if (resource.spec.kind !== 'server' || !hasServers(resource.provider)) continue;
    const { spec, provider } = resource as Server;
    let { sshKeys, firewalls } = spec;
    if (sshKeys.length === 0) {
      sshKeys = of('ssh_key', provider).map((key) => key.name);
      if (sshKeys.length === 0) sshKeys = [add(provider, { kind: 'ssh_key', name: `${plan}-key` }, resource)];
      assumptions.push(`${spec.name} lets in SSH key ${sshKeys.join(', ')}${ownKeys ? '' : ' (~/.ssh/id_ed25519.pub)'}`);
    }
    if (firewalls.length === 0 && spec.publicIp && spec.subnet === 'public') {
      const all = of('firewall', provider).map((firewall) => firewall.name);
      if (all.length > 1) {
        throw new InputError({
          field: `${resource.field}.firewalls`,
          message: `is missing, and there are several; which of them for ${show(spec.name)}?`,
          allowed: all,
        });
      }
      firewalls = [
        all[0] ??
          add(
            provider,
            { kind: 'firewall', name: `${plan}-default`, rules: [{ protocol: 'icmp', from: ['0.0.0.0/0', '::/0'] }] },
            resource,
          ),
      ];
      assumptions.push(
        all.length === 1
          ? `${spec.name} is behind firewall ${all[0]}, the only one`
          : `${spec.name} is behind firewall ${firewalls[0]}, which lets nothing in but ping; to reach it by SSH add {"kind":"firewall","name":"web","rules":[{"port":22,"from":["YOUR.ADDRESS/32"]}]}`,
      );
    }
    resources[i] = { ...resource, spec: { ...spec, sshKeys, firewalls } };
  }
  return { resources, assumptions: [...new Set(assumptions)] };
}
