import { query } from '../../core/command.ts';
import { findRegion } from '../catalog.ts';
import type { Context, Emit } from '../provider.ts';
import { describe, find, hcloud, labels } from './cli.ts';

/** The network zone of a location: networks and load balancers never leave it. */
export function zone(cx: Context, region: string): string {
  return findRegion(cx.catalog, region)?.zone ?? region;
}

/** Makes sure that a resource and the network that it joins are in one zone. */
export function sameZone(cx: Context, network: string, field: string): void {
  const there = zone(cx, cx.regionOf(cx.spec('network', network)));
  const here = zone(cx, cx.region);
  if (here !== there) {
    cx.fail(field, {
      message: `network ${network} is in network zone ${there}, and this is in ${cx.region}, zone ${here}; a network stays inside one zone. Give both a region of the same zone.`,
      given: JSON.stringify(network),
      allowed: cx.catalog.regions.filter((region) => region.zone === there).map((region) => region.id),
    });
  }
}

export const network: Emit<'network'> = (spec, cx) => {
  const found = find(cx, 'network', spec.name);
  const subnet = query(describe('network', spec.name, '{{range .Subnets}}{{println .IPRange}}{{end}}'), {
    column: 1,
    equals: spec.cidr,
    print: 1,
  });
  return [
    {
      id: cx.id,
      title: `network ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: found,
      create: hcloud('network', 'create', '--name', spec.name, '--ip-range', spec.cidr, ...labels(cx, spec.name)),
      outputs: { name: spec.name },
      verify: { query: found },
      // A server's attachment outlives the server by a moment.
      undo: [{ command: hcloud('network', 'delete', spec.name), seconds: 60 }],
      effects: [{ kind: 'creates', what: `private network ${spec.name} (${spec.cidr})` }],
    },
    {
      id: cx.part('subnet'),
      title: `subnet of ${spec.name}`,
      resource: cx.id,
      provider: 'hetzner',
      find: subnet,
      create: hcloud('network', 'add-subnet', '--type', 'cloud', '--network-zone', zone(cx, cx.region), '--ip-range', spec.cidr, spec.name),
      verify: { query: subnet },
      within: cx.id,
      effects: [{ kind: 'changes', what: `network ${spec.name} spans zone ${zone(cx, cx.region)}` }],
    },
  ];
};
