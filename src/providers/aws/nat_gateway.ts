import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { rateCost, usageCost } from '../common.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, by, filter, find, self, step, tagged, text } from './cli.ts';
import { privateTables, ZONES } from './network.ts';

/** The way out of private subnets: an address and a gateway in a public subnet, and the route of the private ones to it. */
export const natGateway: Emit<'nat_gateway'> = (spec, cx) => {
  const { name, network } = spec;
  if (spec.size !== undefined)
    cx.fail('size', { message: 'is no choice on AWS: a NAT gateway grows by itself. Leave it out.', given: JSON.stringify(spec.size) });
  const there = cx.regionOf(cx.spec('network', network));
  if (there !== cx.region)
    cx.fail('network', { message: `network ${network} is in ${there} and this gateway in ${cx.region}; it has to be in the same region.` });
  const first = natOf(cx, network);
  if (first !== undefined && first.name !== name)
    cx.fail('network', {
      message: `network ${network} already has nat_gateway ${first.name}; "highAvailability" gives it one in each zone.`,
    });
  if (!spec.highAvailability)
    cx.assume(
      `nat_gateway ${name}: one, in the first zone; where that zone fails, the private servers of the other one have no way out either ("highAvailability" makes one in each)`,
    );
  const zones = spec.highAvailability ? ZONES : [ZONES[0]];
  const steps = zones.flatMap((zone): Step[] => gateway(cx, name, network, zone));
  const tables = privateTables(cx, network);
  for (const [i, table] of tables.entries()) steps.push(route(cx, network, i, table));
  return [
    ...steps.slice(0, -1),
    {
      ...(steps.at(-1) as Step),
      effects: [
        ...(steps.at(-1) as Step).effects,
        usageCost(cx, `traffic through ${name}`, 'nat_gateway_traffic', 'besides the traffic to the internet itself'),
      ],
    },
  ];
};

/** The gateway of a network, where it has one. */
export function natOf(cx: Context, network: string) {
  return by(cx.all('nat_gateway'), 'network', (one) => [one.network]).get(network)?.[0];
}

/** The steps after which a private server of the network reaches the internet. */
export function natRoutes(cx: Context, network: string): string[] {
  const nat = natOf(cx, network);
  return nat === undefined ? [] : privateTables(cx, network).map((_, i) => `nat_gateway.${nat.name}.route-${ZONES[i]}`);
}

function gateway(cx: Context, name: string, network: string, zone: (typeof ZONES)[number]): Step[] {
  const [ip, gw] = [`ip-${zone}`, `gateway-${zone}`];
  const subnet = cx.of('network', network, 'id', `public-${zone}`);
  const address = find(cx, 'describe-addresses', 'Addresses[].AllocationId', `${name}/${ip}`);
  const listed = (select: string, ...states: string[]) =>
    query(
      text(
        cx,
        `NatGateways[].${select}`,
        'ec2 describe-nat-gateways',
        '--filter',
        `Name=tag:plan,Values=${cx.plan}`,
        `Name=tag:Name,Values=${name}/${gw}`,
        filter('subnet-id', subnet),
        // One that was deleted is listed for an hour more.
        `Name=state,Values=${states.join(',')}`,
      ),
    );
  const found = listed('NatGatewayId', 'pending', 'available');
  return [
    step(cx, ip, {
      title: `address of ${name} in zone ${zone}`,
      find: address,
      create: text(cx, 'AllocationId', 'ec2 allocate-address', '--domain', 'vpc', ...tagged(cx, { 'elastic-ip': `${name}/${ip}` })),
      captures: true,
      outputs: {
        ipv4: query(text(cx, 'Addresses[].PublicIp', 'ec2 describe-addresses', '--filters', filter('allocation-id', self(cx, ip)))),
      },
      verify: { query: address },
      undo: [{ command: aws(cx, 'ec2 release-address', '--allocation-id', self(cx, ip)), seconds: 120 }],
      effects: [
        { kind: 'creates', what: `public IPv4 address of ${name}, from which its servers come` },
        rateCost(cx, `address of ${name} (${zone})`, 'public_ipv4'),
      ],
    }),
    step(cx, gw, {
      title: `NAT gateway ${name} in zone ${zone}`,
      find: found,
      create: text(
        cx,
        'NatGateway.NatGatewayId',
        'ec2 create-nat-gateway',
        '--subnet-id',
        subnet,
        '--allocation-id',
        self(cx, ip),
        '--connectivity-type',
        'public',
        ...tagged(cx, { natgateway: `${name}/${gw}` }),
      ),
      captures: true,
      wait: [aws(cx, 'ec2 wait nat-gateway-available', '--nat-gateway-ids', self(cx, gw))],
      verify: { query: listed('State', 'pending', 'available'), expect: 'available' },
      undo: [
        aws(cx, 'ec2 delete-nat-gateway', '--nat-gateway-id', self(cx, gw)),
        aws(cx, 'ec2 wait nat-gateway-deleted', '--nat-gateway-ids', self(cx, gw)),
      ],
      // It is refused in a network that has no way out itself.
      after: [`network.${network}.public-route`, `network.${network}.public-${zone}-routed`],
      effects: [
        { kind: 'creates', what: `NAT gateway ${name} in zone ${zone} of ${network}` },
        rateCost(cx, `NAT gateway ${name} (${zone})`, 'nat_gateway'),
      ],
    }),
  ];
}

/** Where every zone has a gateway, each private table goes out by its own; else all go out by the first. */
function route(cx: Context, network: string, i: number, table: ReturnType<typeof privateTables>[number]): Step {
  const nat = natOf(cx, network);
  const gw = self(cx, `gateway-${nat?.highAvailability ? ZONES[i] : ZONES[0]}`);
  const found = query(
    text(
      cx,
      "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].NatGatewayId",
      'ec2 describe-route-tables',
      '--filters',
      filter('route-table-id', table),
    ),
  );
  return step(cx, `route-${ZONES[i]}`, {
    title: `the private subnets of ${network} go out by ${nat?.name}`,
    find: found,
    create: aws(cx, 'ec2 create-route', '--destination-cidr-block', '0.0.0.0/0', '--nat-gateway-id', gw, '--route-table-id', table),
    verify: { query: found, expect: gw },
    undo: [aws(cx, 'ec2 delete-route', '--destination-cidr-block', '0.0.0.0/0', '--route-table-id', table)],
    effects: [{ kind: 'changes', what: `servers in the private subnets of ${network} reach the internet, and are not reached from it` }],
  });
}
