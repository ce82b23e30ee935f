import { query } from '../../core/command.ts';
import type { Step } from '../../core/plan.ts';
import { subRange } from '../../resources/fields.ts';
import type { Spec } from '../../resources/index.ts';
import type { Context, Emit } from '../provider.ts';
import { aws, by, filter, find, self, step, tagged, text } from './cli.ts';

type Side = Spec<'server'>['subnet'];
/** The kinds that live in a network. */
type Placed = Spec<
  | 'server'
  | 'firewall'
  | 'load_balancer'
  | 'database'
  | 'cache'
  | 'file_system'
  | 'autoscaling_group'
  | 'container_service'
  | 'kubernetes_cluster'
>;
export const ZONES = ['a', 'b'] as const;

/** The n-th zone of a region, by name: not every account has the zones a and b. */
export function zoneQuery(cx: Context, n: number) {
  return text(
    cx,
    `sort_by(AvailabilityZones,&ZoneName)[${n}:${n + 1}].ZoneName`,
    'ec2 describe-availability-zones',
    '--filters',
    'Name=state,Values=available',
    'Name=zone-type,Values=availability-zone',
    // Zones that every account has, without opting in.
    'Name=opt-in-status,Values=opt-in-not-required',
  );
}

/** A subnet of a network, taking turns between its two zones. */
export function subnet(cx: Context, network: string, side: Side, n: number): { readonly of: string; readonly out: string } {
  return cx.of('network', network, 'id', `${side}-${ZONES[n % 2]}`);
}

/** Where each zone has a way out of its own, each has a table of its own for its private subnet. */
export function privateParts(cx: Context, network: string): readonly string[] {
  return cx.all('nat_gateway').some((nat) => nat.network === network && nat.highAvailability) ? ['private', 'private-2'] : ['private'];
}

/** The route tables of a network's private subnets: one, or one for each zone. */
export function privateTables(cx: Context, network: string) {
  return privateParts(cx, network).map((part) => cx.of('network', network, 'id', part));
}

/** How many leading bits a subnet of a network has: there are four, and room for more where the network is large. */
export function subnetBits(cidr: string): number {
  const bits = Number(cidr.split('/')[1]);
  return bits <= 20 ? bits + 4 : bits + 2;
}

/**
 * The network that a resource lives in: the one it names, or the only one of its region. Undefined is the account's
 * default VPC, which a plan uses where it has no network of its own.
 */
export function networkOf(cx: Context, spec: Placed): string | undefined {
  const region = cx.regionOf(spec);
  if (spec.network !== undefined) {
    const there = cx.regionOf(cx.spec('network', spec.network));
    if (there !== region)
      cx.fail('network', {
        message: `network ${spec.network} is in ${there}, and this is in ${region}; a network stays in its region.`,
        given: JSON.stringify(spec.network),
      });
    return spec.network;
  }
  const near = by(cx.all('network'), 'region', (one) => [cx.regionOf(one)]).get(region) ?? [];
  if (near.length > 1)
    cx.fail('network', {
      message: `is missing, and there are ${near.length} networks in ${region}; say which.`,
      allowed: near.map((one) => one.name),
    });
  return near[0]?.name;
}

/** The same, and says so where it was not named. */
export function sayNetwork(cx: Context, spec: Placed): string | undefined {
  const network = networkOf(cx, spec);
  if (spec.network === undefined)
    cx.assume(
      network === undefined
        ? `${cx.id}: the account's default VPC, since the plan has no network in ${cx.region}`
        : `${cx.id}: network ${network}, the only one in ${cx.region}`,
    );
  return network;
}

/** A whole network: VPC, gateway, and in two zones a public and a private subnet each with its route. */
export const network: Emit<'network'> = (spec, cx) => {
  const { name } = spec;
  const bits = subnetBits(spec.cidr);
  if (bits > 28)
    cx.fail('cidr', {
      message: 'is too small: on AWS it holds four subnets of at least /28 each, so it has to be /26 or larger.',
      given: JSON.stringify(spec.cidr),
    });
  if (!cx.all('nat_gateway').some((nat) => nat.network === name))
    cx.assume(`network ${name}: its private subnets have no way out to the internet; a nat_gateway, which costs by the hour, would be one`);
  const vpc = self(cx);
  const found = find(cx, 'describe-vpcs', 'Vpcs[].VpcId', name);
  const hostnames = query(
    text(cx, '[EnableDnsHostnames.Value][?@]', 'ec2 describe-vpc-attribute', '--attribute', 'enableDnsHostnames', '--vpc-id', vpc),
  );
  const gateway = find(cx, 'describe-internet-gateways', 'InternetGateways[].InternetGatewayId', name);
  const attached = find(cx, 'describe-internet-gateways', 'InternetGateways[].InternetGatewayId', name, filter('attachment.vpc-id', vpc));
  const steps: Step[] = [
    step(cx, '', {
      title: `VPC ${name} (${spec.cidr})`,
      find: found,
      create: text(cx, 'Vpc.VpcId', 'ec2 create-vpc', '--cidr-block', spec.cidr, ...tagged(cx, { vpc: name })),
      captures: true,
      outputs: { 'zone-a': query(zoneQuery(cx, 0)), 'zone-b': query(zoneQuery(cx, 1)) },
      verify: { query: find(cx, 'describe-vpcs', 'Vpcs[].State', name), expect: 'available' },
      // The interfaces of what was in it go a moment after it.
      undo: [{ command: aws(cx, 'ec2 delete-vpc', '--vpc-id', vpc), seconds: 300 }],
      effects: [{ kind: 'creates', what: `network ${name} (${spec.cidr}), ${cx.region}` }],
    }),
    step(cx, 'dns-hostnames', {
      title: `host names in ${name}`,
      find: hostnames,
      create: aws(cx, 'ec2 modify-vpc-attribute', '--enable-dns-hostnames', '--vpc-id', vpc),
      verify: { query: hostnames },
      within: cx.id,
      effects: [{ kind: 'changes', what: `machines in ${name} have DNS names` }],
    }),
    step(cx, 'gateway', {
      title: `internet gateway of ${name}`,
      find: gateway,
      create: text(cx, 'InternetGateway.InternetGatewayId', 'ec2 create-internet-gateway', ...tagged(cx, { 'internet-gateway': name })),
      captures: true,
      verify: { query: gateway },
      undo: [aws(cx, 'ec2 delete-internet-gateway', '--internet-gateway-id', self(cx, 'gateway'))],
      effects: [{ kind: 'creates', what: `internet gateway of ${name}` }],
    }),
    step(cx, 'gateway-attached', {
      title: `attach the internet gateway to ${name}`,
      find: attached,
      create: aws(cx, 'ec2 attach-internet-gateway', '--internet-gateway-id', self(cx, 'gateway'), '--vpc-id', vpc),
      verify: { query: attached },
      // Refused while a public address is still mapped.
      undo: [
        { command: aws(cx, 'ec2 detach-internet-gateway', '--internet-gateway-id', self(cx, 'gateway'), '--vpc-id', vpc), seconds: 300 },
      ],
      effects: [{ kind: 'changes', what: `network ${name} is connected to the internet` }],
    }),
  ];
  const privates = privateParts(cx, name);
  for (const part of ['public', ...privates]) steps.push(routeTable(cx, spec, part));
  const route = query(
    text(
      cx,
      "RouteTables[].Routes[?DestinationCidrBlock=='0.0.0.0/0'][].GatewayId",
      'ec2 describe-route-tables',
      '--filters',
      filter('route-table-id', self(cx, 'public')),
    ),
  );
  steps.push(
    step(cx, 'public-route', {
      title: `route from the public subnets of ${name} to the internet`,
      find: route,
      create: aws(
        cx,
        'ec2 create-route',
        '--destination-cidr-block',
        '0.0.0.0/0',
        '--gateway-id',
        self(cx, 'gateway'),
        '--route-table-id',
        self(cx, 'public'),
      ),
      verify: { query: route, expect: self(cx, 'gateway') },
      within: cx.part('public'),
      after: [cx.part('gateway-attached')],
      effects: [{ kind: 'changes', what: `the public subnets of ${name} reach the internet` }],
    }),
  );
  for (const [i, side] of (['public', 'private'] as const).entries()) {
    for (const [j, zone] of ZONES.entries()) {
      const cidr = subRange(spec.cidr, bits, 2 * i + j) as string;
      const part = `${side}-${zone}`;
      const table = self(cx, side === 'private' ? (privates[j] ?? side) : side);
      const there = find(cx, 'describe-subnets', 'Subnets[].SubnetId', `${name}/${part}`, filter('vpc-id', vpc));
      const routed = query(
        text(
          cx,
          ["RouteTables[].Associations[?SubnetId=='", self(cx, part), "'][].RouteTableAssociationId"],
          'ec2 describe-route-tables',
          '--filters',
          filter('route-table-id', table),
        ),
      );
      steps.push(
        step(cx, part, {
          title: `${side} subnet ${zone} of ${name} (${cidr})`,
          find: there,
          create: text(
            cx,
            'Subnet.SubnetId',
            'ec2 create-subnet',
            '--vpc-id',
            vpc,
            '--cidr-block',
            cidr,
            '--availability-zone',
            { of: cx.id, out: `zone-${zone}` },
            ...tagged(cx, { subnet: `${name}/${part}` }),
          ),
          captures: true,
          verify: { query: find(cx, 'describe-subnets', 'Subnets[].State', `${name}/${part}`, filter('vpc-id', vpc)), expect: 'available' },
          undo: [{ command: aws(cx, 'ec2 delete-subnet', '--subnet-id', self(cx, part)), seconds: 600 }],
          effects: [{ kind: 'creates', what: `${side} subnet ${cidr} of ${name}` }],
        }),
        step(cx, `${part}-routed`, {
          title: `${side} subnet ${zone} of ${name} takes the ${side} routes`,
          find: routed,
          create: text(cx, 'AssociationId', 'ec2 associate-route-table', '--route-table-id', table, '--subnet-id', self(cx, part)),
          captures: true,
          verify: { query: routed },
          undo: [aws(cx, 'ec2 disassociate-route-table', '--association-id', self(cx, `${part}-routed`))],
          effects: [{ kind: 'changes', what: `subnet ${cidr} of ${name} is ${side}` }],
        }),
      );
    }
  }
  return steps;
};

function routeTable(cx: Context, spec: Spec<'network'>, side: string): Step {
  const found = find(cx, 'describe-route-tables', 'RouteTables[].RouteTableId', `${spec.name}/${side}`, filter('vpc-id', self(cx)));
  return step(cx, side, {
    title: `${side} routes of ${spec.name}`,
    find: found,
    create: text(
      cx,
      'RouteTable.RouteTableId',
      'ec2 create-route-table',
      '--vpc-id',
      self(cx),
      ...tagged(cx, { 'route-table': `${spec.name}/${side}` }),
    ),
    captures: true,
    verify: { query: found },
    undo: [{ command: aws(cx, 'ec2 delete-route-table', '--route-table-id', self(cx, side)), seconds: 60 }],
    effects: [{ kind: 'creates', what: `${side} route table of ${spec.name}` }],
  });
}
