import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { toNumber } from '../../resources/fields.ts';
import type { Context, Emit } from '../provider.ts';
import { callIn, filter, self, step, tagged } from './cli.ts';
import { privateTables } from './network.ts';

/** Joins two networks of the account, in one region or two: the connection, and a route to the other's range in every table of both. */
export const peering: Emit<'peering'> = (spec, cx) => {
  const [here, there] = [...new Set(spec.networks)].map((name) => cx.spec('network', name)) as [Network, Network];
  const [from, to] = [here, there].map((network) => cx.regionOf(network)) as [string, string];
  const [a, b] = [here, there].map(({ cidr }) => [toNumber(cidr), toNumber(cidr) + 2 ** (32 - Number(cidr.split('/')[1]))] as const) as [
    readonly [number, number],
    readonly [number, number],
  ];
  if (a[0] < b[1] && b[0] < a[1])
    cx.fail('networks', {
      message: `have ranges that overlap (${here.cidr} and ${there.cidr}), so no route could tell them apart; give one of them another "cidr".`,
    });
  const { name } = spec;
  const own = self(cx);
  const listed = (...states: string[]) =>
    query(
      callIn(
        from,
        'ec2',
        ['describe-vpc-peering-connections'],
        [
          '--filters',
          `Name=tag:plan,Values=${cx.plan}`,
          `Name=tag:Name,Values=${name}`,
          '--query',
          // One that was deleted is listed for some hours more.
          `VpcPeeringConnections[?${states.map((state) => `Status.Code=='${state}'`).join('||')}].VpcPeeringConnectionId`,
          '--output',
          'text',
        ],
      ),
    );
  const found = listed('initiating-request', 'pending-acceptance', 'provisioning', 'active');
  const active = listed('active');
  cx.assume(
    `peering ${name}: routes alone; what may go through them is for the firewalls, whose rules name the other range (${here.cidr}, ${there.cidr})`,
  );
  const steps: Step[] = [
    step(cx, '', {
      title: `peering of ${here.name} and ${there.name}`,
      find: found,
      create: callIn(
        from,
        'ec2',
        ['create-vpc-peering-connection'],
        [
          '--vpc-id',
          cx.of('network', here.name),
          '--peer-vpc-id',
          cx.of('network', there.name),
          '--peer-region',
          to,
          ...tagged(cx, { 'vpc-peering-connection': name }),
          '--query',
          'VpcPeeringConnection.VpcPeeringConnectionId',
          '--output',
          'text',
        ],
      ),
      captures: true,
      // The other region hears of it a moment later.
      wait: [callIn(to, 'ec2', ['wait', 'vpc-peering-connection-exists'], ['--vpc-peering-connection-ids', own])],
      verify: { query: found },
      undo: [
        callIn(from, 'ec2', ['delete-vpc-peering-connection'], ['--vpc-peering-connection-id', own]),
        callIn(from, 'ec2', ['wait', 'vpc-peering-connection-deleted'], ['--vpc-peering-connection-ids', own]),
      ],
      effects: [{ kind: 'creates', what: `peering of ${here.name} (${here.cidr}) and ${there.name} (${there.cidr})` }],
    }),
    step(cx, 'accepted', {
      title: `accept the peering of ${here.name} and ${there.name}`,
      find: active,
      create: callIn(to, 'ec2', ['accept-vpc-peering-connection'], ['--vpc-peering-connection-id', own]),
      verify: { query: active },
      within: cx.id,
      effects: [{ kind: 'changes', what: `${here.name} and ${there.name} are joined` }],
    }),
  ];
  for (const [network, other, region] of [
    [here, there, from],
    [there, here, to],
  ] as const)
    steps.push(...routes(cx, network.name, other, region));
  return steps;
};

interface Network {
  readonly kind: 'network';
  readonly name: string;
  readonly cidr: string;
}

/** A route to the other network's range in each table of one. */
function routes(cx: Context, network: string, other: Network, region: string): Step[] {
  const tables = [cx.of('network', network, 'id', 'public'), ...privateTables(cx, network)];
  return tables.map((table, i) => {
    const found = query(
      callIn(
        region,
        'ec2',
        ['describe-route-tables'],
        [
          '--filters',
          filter('route-table-id', table),
          '--query',
          `RouteTables[].Routes[?DestinationCidrBlock=='${other.cidr}'][].VpcPeeringConnectionId`,
          '--output',
          'text',
        ],
      ),
    );
    return step(cx, `route-${network}-${i + 1}`, {
      title: `route from ${network} to ${other.name}`,
      find: found,
      create: callIn(
        region,
        'ec2',
        ['create-route'],
        ['--destination-cidr-block', other.cidr, '--vpc-peering-connection-id', self(cx), '--route-table-id', table],
      ),
      verify: { query: found, expect: self(cx) },
      undo: [callIn(region, 'ec2', ['delete-route'], ['--destination-cidr-block', other.cidr, '--route-table-id', table])],
      after: [cx.part('accepted')],
      effects: [{ kind: 'changes', what: `servers in ${network} reach ${other.cidr} in ${other.name}` }],
    });
  });
}
